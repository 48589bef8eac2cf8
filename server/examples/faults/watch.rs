//! What the oldest worker and the tables take.

use crate::{fault::Fault, setting::Result, trial::Trial};
use std::{fs, time::Duration};

/// What a worker took at a moment.
#[derive(Clone, Copy, Default)]
struct Taken {
    /// Resident memory in KiB.
    memory: u64,
    /// Open file descriptors.
    files: u64,
    /// All tables with their indexes, in KiB.
    tables: u64,
}

/// What it took, in order.
#[derive(Default)]
pub struct Watch {
    taken: Vec<Taken>,
}

impl Watch {
    /// Looks, and prints a line.
    pub async fn look(&mut self, since: Duration, after: Fault, trial: &Trial) -> Result<()> {
        let oldest = *trial.processes().first().ok_or("no worker")?;
        let status = fs::read_to_string(format!("/proc/{oldest}/status"))?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
        let files = fs::read_dir(format!("/proc/{oldest}/fd"))?.count() as u64;
        let (largest, all): (String, i64) = sqlx::query_as(
            "select string_agg(relname || ' ' || pg_size_pretty(size), ', ' order by size desc) filter (where place <= 6), (sum(size) / 1024)::bigint
             from (select relname, pg_total_relation_size(oid) as size, row_number() over (order by pg_total_relation_size(oid) desc) as place
                   from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace) t",
        )
        .fetch_one(&trial.setting.owner)
        .await?;
        let now = Taken { memory: memory.ok_or("no VmRSS")?, files, tables: all.unsigned_abs() };
        self.taken.push(now);
        let (minutes, megabytes) = (since.as_secs_f64() / 60.0, now.memory / 1024);
        eprintln!("{minutes:5.1} min, {after:?}: {megabytes} MiB, {files} files, {} arrived; {largest}", trial.relay.accepted());
        Ok(())
    }

    /// Fails where the last quarter took much more than the second one: the first one warms up.
    pub fn judge(&self) -> Result<()> {
        let quarter = self.taken.len() / 4;
        let most = |part: usize| {
            let part = self.taken.iter().skip(part * quarter).take(quarter);
            part.fold(Taken::default(), |most, one| Taken {
                memory: most.memory.max(one.memory),
                files: most.files.max(one.files),
                tables: most.tables.max(one.tables),
            })
        };
        let (second, last) = (most(1), most(3));
        // What was tried and what became of it is written on; what is changed again and again must not pile up.
        if last.memory > second.memory * 3 / 2 + 16 * 1024
            || last.files > second.files * 3 / 2 + 16
            || last.tables > second.tables * 3 / 2 + 64 * 1024
        {
            return Err(format!(
                "it grows: from {} KiB, {} files and tables of {} KiB to {} KiB, {} files and tables of {} KiB",
                second.memory, second.files, second.tables, last.memory, last.files, last.tables
            )
            .into());
        }
        Ok(())
    }
}
