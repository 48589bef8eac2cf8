//! Where the site's files are.

use leptos::prelude::{Env, LeptosOptions};
use std::{net::SocketAddr, path::PathBuf};

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
    let site = [folder.join("site"), folder.join("../site")].into_iter().find(|site| site.join("pkg").is_dir());
    let site = site.ok_or_else(|| SiteMissing(folder.join("site/pkg")))?;
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
