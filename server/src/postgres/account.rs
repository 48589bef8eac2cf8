//! Whom PostgreSQL runs as: us, or for root, which it refuses, somebody with fewer rights.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use tokio::process::Command;

use super::{error::PostgresError, folder::DataFolder};

const ROOT: u32 = 0;

/// The account that PostgreSQL's programs run as.
#[derive(Clone, Debug)]
pub(super) struct Account {
    name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// Ours; for root the owner of the cluster, and before there is one `postgres`, else `nobody`.
    pub(super) fn for_cluster(folder: &DataFolder) -> Result<Self, PostgresError> {
        let own = owner("/proc/self")?;
        if own.uid != ROOT {
            return Ok(own);
        }
        if folder.cluster_version()?.is_some() {
            return owner(folder.cluster());
        }
        let accounts = fs::read_to_string("/etc/passwd").map_err(PostgresError::folder("/etc/passwd"))?;
        ["postgres", "nobody"].iter().find_map(|name| named(&accounts, name)).ok_or(PostgresError::NoAccount)
    }

    /// A command that runs as this account, with nothing of our environment.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir("/");
        if running_as_root() {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether the account gets to the folder, as far as the permission bits say.
    pub(super) fn must_reach(&self, folder: &Path) -> Result<(), PostgresError> {
        if !running_as_root() {
            return Ok(());
        }
        let mut way: Vec<&Path> = folder.ancestors().collect();
        way.reverse();
        for path in way {
            let metadata = fs::metadata(path).map_err(PostgresError::folder(path))?;
            let enter = match (metadata.uid() == self.uid, metadata.gid() == self.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if metadata.permissions().mode() & enter == 0 {
                return Err(PostgresError::Unreachable { account: self.name.clone(), path: path.into() });
            }
        }
        Ok(())
    }
}

/// Whether this process is root, which PostgreSQL refuses to be.
pub(super) fn running_as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == ROOT)
}

fn owner(path: impl AsRef<Path>) -> Result<Account, PostgresError> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(PostgresError::folder(path))?;
    Ok(Account { name: metadata.uid().to_string(), uid: metadata.uid(), gid: metadata.gid() })
}

/// The account of that name in the text of `/etc/passwd`.
fn named(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { name: name.into(), uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn accounts_are_found_by_their_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgresql:x:7:7::/:\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        let found = named(accounts, "postgres").map(|account| (account.uid, account.gid));
        assert_eq!(found, Some((101, 104)));
        assert!(named(accounts, "nobody").is_none());
    }
}
