//! A disk that is full: PostgreSQL's data, or its write-ahead log, stand on a small one of their own meanwhile.

use crate::{
    cluster::{Cluster, NotRun},
    count::Count,
    setting::Result,
    trial::Trial,
};
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::PathBuf,
    time::Duration,
};
use tokio::{process::Command, time::sleep};

/// How long it is full.
const FULL: Duration = Duration::from_secs(10);
/// Its size.
const SIZE: &str = "size=2g,mode=0700";

/// Delivers a batch while the disk of the tables, or that of the log, is full now and then.
pub async fn run(of_the_log: bool, people: i32, times: u32, processes: usize) -> Result<Count> {
    let cluster = Cluster::find()?;
    let disk = Disk::mount(&cluster).await?;
    if of_the_log {
        disk.hold_log(&cluster).await?;
    } else {
        disk.hold_tables(&cluster).await?;
    }
    let count = disk.deliver(&cluster, people, times, processes).await;
    disk.unmount(&cluster).await?;
    count
}

/// A small disk.
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts one beside PostgreSQL's data; root alone may.
    pub async fn mount(cluster: &Cluster) -> Result<Self> {
        let folder = cluster.data.with_file_name("disk");
        fs::create_dir_all(&folder)?;
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "latchkey-faults"]).arg(&folder).output().await?;
        if !mounted.status.success() {
            return Err(NotRun(format!("a small disk cannot be mounted: {}", String::from_utf8_lossy(&mounted.stderr).trim())).into());
        }
        cluster.hand_over(&folder)?;
        Ok(Self { folder })
    }

    /// Full for a while; PostgreSQL is started again where that ended it.
    pub async fn strike(&self, cluster: &Cluster) -> Result<()> {
        self.full().await?;
        cluster.ensure_started().await
    }

    async fn full(&self) -> Result<()> {
        let path = self.folder.join("filling");
        let mut filling = File::create(&path)?;
        for block in [vec![0; 1 << 20], vec![0; 1 << 12], vec![0; 1]] {
            loop {
                match filling.write_all(&block) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        sleep(FULL).await;
        Ok(fs::remove_file(&path)?)
    }

    async fn deliver(&self, cluster: &Cluster, people: i32, times: u32, processes: usize) -> Result<Count> {
        let mut trial = Trial::begin(people, processes).await?;
        // Filling it takes a moment, in which the batch shall not end.
        trial.relay_thinks(Duration::from_millis(200));
        for _ in 0..times {
            trial.some_messages().await?;
            self.strike(cluster).await?;
            trial.goes_on().await?;
        }
        trial.settle(0).await
    }

    /// Puts the tables there.
    pub async fn hold_tables(&self, cluster: &Cluster) -> Result<()> {
        let folder = self.folder.join("tables");
        fs::create_dir(&folder)?;
        cluster.hand_over(&folder)?;
        cluster.ask(&format!("create tablespace small location '{}'", folder.display())).await?;
        cluster.move_database("small").await
    }

    /// Puts the write-ahead log there.
    async fn hold_log(&self, cluster: &Cluster) -> Result<()> {
        cluster.control(&["stop", "-m", "fast"]).await?;
        let (here, there) = (cluster.data.join("pg_wal"), self.folder.join("log"));
        moved(&here, &there).await?;
        std::os::unix::fs::symlink(&there, &here)?;
        cluster.control(&["start"]).await
    }

    /// Puts everything back, and unmounts it.
    pub async fn unmount(self, cluster: &Cluster) -> Result<()> {
        let there = self.folder.join("log");
        if there.exists() {
            // It may be down already.
            let _ = cluster.control(&["stop", "-m", "fast"]).await;
            let here = cluster.data.join("pg_wal");
            fs::remove_file(&here)?;
            moved(&there, &here).await?;
            cluster.control(&["start"]).await?;
        } else {
            cluster.move_database("pg_default").await?;
            cluster.ask("drop tablespace small").await?;
        }
        Command::new("umount").arg(&self.folder).status().await?;
        Ok(())
    }
}

/// Moves a folder to another disk.
async fn moved(from: &PathBuf, to: &PathBuf) -> Result<()> {
    let done = Command::new("cp").arg("-a").args([from, to]).status().await?;
    if !done.success() {
        return Err("the log cannot be moved".into());
    }
    Ok(fs::remove_dir_all(from)?)
}
