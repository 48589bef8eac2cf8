//! Where the site's files are.

use leptos::prelude::{Env, LeptosOptions};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The site's files are missing.
#[derive(Debug, thiserror::Error)]
#[error("the site's files are not beside the program ({0} is missing); build with cargo leptos build")]
pub struct SiteMissing(pub PathBuf);

/// Finds the site's files beside the program (installed), or one folder up (as the build leaves them).
pub fn options(site_addr: SocketAddr) -> Result<LeptosOptions, SiteMissing> {
    let folder = std::env::current_exe().ok().and_then(|program| program.parent().map(PathBuf::from)).unwrap_or_default();
    let hash_file = folder.join("hash.txt");
    if !hash_file.is_file() {
        return Err(SiteMissing(hash_file));
    }
    let hashes = std::fs::read_to_string(&hash_file).map_err(|_| SiteMissing(hash_file.clone()))?;
    let beside = folder.join("site");
    let site = if missing(&beside, &hashes).is_none() { beside } else { folder.join("../site") };
    if let Some(file) = missing(&site, &hashes) {
        return Err(SiteMissing(file));
    }
    Ok(LeptosOptions::builder()
        .output_name("latchkey")
        .site_root(site.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .env(Env::PROD)
        .site_addr(site_addr)
        .hash_file(hash_file.to_string_lossy().into_owned().into())
        .hash_files(true)
        .build())
}

/// The first file of this build that a folder does not hold. Each line of `hash.txt` names a kind of file and its hash.
fn missing(site: &Path, hashes: &str) -> Option<PathBuf> {
    let named = hashes.lines().filter_map(|line| line.split_once(':'));
    let mut files = named.map(|(kind, hash)| site.join("pkg").join(format!("latchkey.{}.{kind}", hash.trim())));
    files.find(|file| !file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_of_another_build_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("pkg")).unwrap();
        std::fs::write(folder.path().join("pkg/latchkey.abc.js"), "").unwrap();
        assert_eq!(missing(folder.path(), "js: abc\n"), None);
        assert_eq!(missing(folder.path(), "js: abc\nwasm: def\n"), Some(folder.path().join("pkg/latchkey.def.wasm")));
    }
}
