//! The public address: whether others find it.

use super::{Finding, PATIENCE, texts};
use crate::config::Config;
use domain::language::Language;
use tokio::{net::lookup_host, time::timeout};

/// Looks at the public address.
pub async fn public_address(config: &Config, language: Language) -> Vec<Finding> {
    let url = &config.base_url.text;
    if config.base_url.loopback {
        return vec![Finding::note(texts::address_is_local(language, url))];
    }
    let mut findings = Vec::new();
    if !config.base_url.https {
        findings.push(Finding::note(texts::address_is_plain(language, url)));
    }
    findings.push(match addresses(config.base_url.host(), config.base_url.port()).await {
        Ok(found) => Finding::good(texts::address_resolves(language, url, &found)),
        Err(error) => Finding::bad(texts::address_does_not_resolve(language, config.base_url.host(), &error)),
    });
    findings
}

/// The addresses that a name stands for, in words.
pub async fn addresses(host: &str, port: u16) -> Result<String, String> {
    let found = timeout(PATIENCE, lookup_host((host, port))).await.map_err(|late| late.to_string())?.map_err(|error| error.to_string())?;
    let mut found: Vec<String> = found.map(|address| address.ip().to_string()).collect();
    found.sort();
    found.dedup();
    if found.is_empty() { Err("no address".to_owned()) } else { Ok(found.join(", ")) }
}
