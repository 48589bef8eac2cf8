//! `SMTP_URL`: where the relay is, how the connection is protected, and who signs in.

use std::str::FromStr;

/// How the connection to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: a relay on a trusted network.
    None,
    /// `STARTTLS` (RFC 3207) before anything else; without it nothing is sent.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// Who signs in to the relay. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// The relay, as `SMTP_URL` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpUrl {
    /// Name or address of the relay; a name is in ASCII (RFC 5890), an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in; nobody where the relay asks for no password.
    pub credentials: Option<Credentials>,
}

impl SmtpUrl {
    /// Whether the connection is protected by TLS.
    pub fn is_protected(&self) -> bool {
        self.security != Security::None
    }
}

/// Why a text is not an `SMTP_URL`. No message repeats what was given, since it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// Another scheme, or none.
    #[error("it must begin with smtp:// or smtps://")]
    Scheme,
    /// No host, or one that cannot be a host.
    #[error("the host is missing or not a host name or address")]
    Host,
    /// Not a port number.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// Something stands behind host and port.
    #[error("nothing may stand behind host and port but ?tls=required (in a password write / as %2F, ? as %3F, # as %23, @ as %40)")]
    Path,
    /// A query other than `tls=required`.
    #[error("the only option is ?tls=required, with smtp://")]
    Option,
    /// Not percent-encoded UTF-8.
    #[error("user or password are not percent-encoded (write % as %25)")]
    Encoding,
    /// A user without a password or the other way round.
    #[error("user and password are given together, as USER:PASSWORD@")]
    HalfCredentials,
    /// A password over a connection without TLS.
    #[error("a password is never sent without TLS: add ?tls=required, or use smtps://")]
    PasswordWithoutTls,
}

impl FromStr for SmtpUrl {
    type Err = SmtpUrlError;

    fn from_str(text: &str) -> Result<Self, SmtpUrlError> {
        let (implicit, rest) = match text.trim().split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtps") => (true, rest),
            _ => return Err(SmtpUrlError::Scheme),
        };
        let (rest, option) = rest.split_once('?').map_or((rest, None), |(rest, option)| (rest, Some(option)));
        let security = match (implicit, option) {
            (true, None) => Security::Implicit,
            (false, None) => Security::None,
            (false, Some("tls=required")) => Security::StartTls,
            _ => return Err(SmtpUrlError::Option),
        };
        let (user_info, authority) = rest.rsplit_once('@').map_or((None, rest), |(user_info, rest)| (Some(user_info), rest));
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if authority.contains(['/', '#']) {
            return Err(SmtpUrlError::Path);
        }
        let (host, port) = host_and_port(authority)?;
        let port = port.unwrap_or(match security {
            Security::None => 25,
            Security::StartTls => 587,
            Security::Implicit => 465,
        });
        let credentials = user_info.map(credentials).transpose()?;
        if credentials.is_some() && security == Security::None {
            return Err(SmtpUrlError::PasswordWithoutTls);
        }
        Ok(Self { host, port, security, credentials })
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), SmtpUrlError> {
    let (host, port) = match authority.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((host, ""))) => (host, None),
        Some(Some((host, rest))) => (host, Some(rest.strip_prefix(':').ok_or(SmtpUrlError::Host)?)),
        Some(None) => return Err(SmtpUrlError::Host),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let bracketed = authority.starts_with('[');
    let host = if bracketed {
        host.parse::<std::net::Ipv6Addr>().map_err(|_| SmtpUrlError::Host)?.to_string()
    } else {
        idna::domain_to_ascii_strict(host).ok().filter(|host| !host.is_empty()).ok_or(SmtpUrlError::Host)?
    };
    let port = port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0).ok_or(SmtpUrlError::Port)).transpose()?;
    Ok((host, port))
}

fn credentials(user_info: &str) -> Result<Credentials, SmtpUrlError> {
    let (user, password) = user_info.split_once(':').ok_or(SmtpUrlError::HalfCredentials)?;
    if user.is_empty() || password.is_empty() {
        return Err(SmtpUrlError::HalfCredentials);
    }
    let (user, password) = (percent_decoded(user)?, percent_decoded(password)?);
    // SASL PLAIN separates its parts by NUL (RFC 4616).
    if user.contains('\0') || password.contains('\0') { Err(SmtpUrlError::Encoding) } else { Ok(Credentials { user, password }) }
}

fn percent_decoded(text: &str) -> Result<String, SmtpUrlError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(SmtpUrlError::Encoding) };
        decoded.push(high << 4 | low);
    }
    String::from_utf8(decoded).map_err(|_| SmtpUrlError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SmtpUrl, SmtpUrlError> {
        text.parse()
    }

    #[test]
    fn the_three_forms_are_read() {
        let url = read("smtp://mailer:s%40cret%2F@relay.example.org:587?tls=required").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.security), ("relay.example.org", 587, Security::StartTls));
        assert_eq!(url.credentials, Some(Credentials { user: "mailer".into(), password: "s@cret/".into() }));
        let url = read("smtps://mailer%40example.org:p:w@Relay.example.org").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.security), ("relay.example.org", 465, Security::Implicit));
        assert_eq!(url.credentials, Some(Credentials { user: "mailer@example.org".into(), password: "p:w".into() }));
        let url = read("smtp://127.0.0.1:2525/").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.security, url.credentials), ("127.0.0.1", 2525, Security::None, None));
        assert_eq!(read("smtp://[::1]:26").map(|url| (url.host, url.port)), Ok(("::1".to_owned(), 26)));
        assert_eq!(read("smtp://relay?tls=required").map(|url| url.port), Ok(587));
        assert_eq!(read("smtp://bücher.example").map(|url| (url.host, url.port)), Ok(("xn--bcher-kva.example".to_owned(), 25)));
    }

    #[test]
    fn every_mistake_is_told_and_none_repeats_the_password() {
        for (text, mistake) in [
            ("relay.example.org", SmtpUrlError::Scheme),
            ("http://relay.example.org", SmtpUrlError::Scheme),
            ("smtp://", SmtpUrlError::Host),
            ("smtp://:25", SmtpUrlError::Host),
            ("smtp://[::1", SmtpUrlError::Host),
            ("smtp://a b", SmtpUrlError::Host),
            ("smtp://relay:0", SmtpUrlError::Port),
            ("smtp://relay:x", SmtpUrlError::Port),
            ("smtp://relay/inbox", SmtpUrlError::Path),
            ("smtp://u:hunter2/x@relay/y?tls=required", SmtpUrlError::Path),
            ("smtp://relay?tls=maybe", SmtpUrlError::Option),
            ("smtps://relay?tls=required", SmtpUrlError::Option),
            ("smtps://u:hunter2%@relay", SmtpUrlError::Encoding),
            ("smtps://u:hunter2%ff@relay", SmtpUrlError::Encoding),
            ("smtps://u@relay", SmtpUrlError::HalfCredentials),
            ("smtps://:hunter2@relay", SmtpUrlError::HalfCredentials),
            ("smtp://u:hunter2@relay:25", SmtpUrlError::PasswordWithoutTls),
        ] {
            assert_eq!(read(text), Err(mistake), "{text}");
            assert!(!mistake.to_string().contains("hunter2"));
        }
        assert!(!format!("{:?}", read("smtps://u:hunter2@relay").unwrap()).contains("hunter2"));
    }
}
