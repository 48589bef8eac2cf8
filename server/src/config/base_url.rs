//! The public address, used in links and for cookies.

use super::Wrong;
use http::Uri;
use std::net::IpAddr;

/// The public address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and authority, without a slash at the end.
    pub text: String,
    /// Its scheme is https.
    pub https: bool,
    /// Its host is this machine.
    pub loopback: bool,
}

impl BaseUrl {
    /// Reads a public address; http elsewhere than on this machine must be allowed.
    pub(super) fn parse(value: &str, allow_http: bool) -> Result<Self, Wrong> {
        let uri: Uri = value.trim_end_matches('/').parse().map_err(|_| Wrong::NotAWebAddress)?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(Wrong::NotAWebAddress);
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(Wrong::WithPath);
        }
        let loopback = host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match scheme {
            "https" => {}
            "http" if loopback || allow_http => {}
            "http" => return Err(Wrong::PlainHttp),
            _ => return Err(Wrong::NotHttp),
        }
        Ok(Self { text: value.trim_end_matches('/').to_owned(), https: scheme == "https", loopback })
    }

    /// The host, an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        let authority = self.text.split_once("://").map_or(self.text.as_str(), |(_, authority)| authority);
        match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    /// The port in the address, or the scheme's own.
    pub fn port(&self) -> u16 {
        self.text.parse::<Uri>().ok().and_then(|uri| uri.port_u16()).unwrap_or(if self.https { 443 } else { 80 })
    }
}
