//! Email addresses.

use std::str::FromStr;

/// An address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    written: String,
    normalised: String,
}

/// Why a text is not an address that mail can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It is not of the form name@example.org.
    #[error("not an email address")]
    Malformed,
    /// Letters beyond ASCII stand before the @; few relays accept them (RFC 6531).
    #[error("letters beyond ASCII before the @")]
    LocalPartNotAscii,
    /// Longer than the 254 characters that SMTP allows (RFC 5321, section 4.5.3.1).
    #[error("longer than 254 characters")]
    TooLong,
}

impl EmailAddress {
    /// Reads an address. The domain may be internationalised.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(EmailError::Malformed);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if !local.is_ascii() {
            return Err(EmailError::LocalPartNotAscii);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError::Malformed)?;
        let ascii = format!("{local}@{domain}");
        if ascii.len() > 254 || text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let options = email_address::Options::default().without_domain_literal().without_display_text().with_minimum_sub_domains(2);
        if email_address::EmailAddress::parse_with_options(&ascii, options).is_err()
            || email_address::EmailAddress::from_str(&ascii).is_err()
        {
            return Err(EmailError::Malformed);
        }
        Ok(Self { written: text.to_owned(), normalised: ascii.to_lowercase() })
    }

    /// As it was written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// For comparing: lower case, the domain in ASCII. Relays tell no two people apart by the case of their address.
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// For the relay: as written, the domain in ASCII.
    pub fn for_relay(written: &str) -> Option<String> {
        let (local, domain) = written.rsplit_once('@')?;
        Some(format!("{local}@{}", idna::domain_to_ascii_strict(domain).ok()?))
    }
}

/// An address that can be shown to somebody who may not know it: `j•••@example.org`.
pub fn masked(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}•••@{domain}", local.chars().next().unwrap_or('•')),
        None => "•••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_really_have_is_read() {
        for good in ["jane@example.org", "o'brien+launch@Example.ORG", "\"odd one\"@example.org", "anna@bücher.example", "  x@y.example "]
        {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_cannot_be_sent_to_is_refused() {
        for bad in [
            "",
            "jane",
            "jane@",
            "@example.org",
            "a b@example.org",
            "jane@example",
            "a@b@c.example",
            "jane@exa\r\nmple.org",
            "Jane <jane@example.org>",
            "jane@[127.0.0.1]",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(EmailAddress::parse("é@example.org"), Err(EmailError::LocalPartNotAscii));
        assert_eq!(EmailAddress::parse(&format!("{}@example.org", "x".repeat(300))), Err(EmailError::TooLong));
    }

    #[test]
    fn addresses_compare_without_case_and_with_ascii_domains() {
        let address = |text| EmailAddress::parse(text).unwrap();
        assert_eq!(address("Jane@Example.org").normalised(), address("jane@example.ORG").normalised());
        assert_eq!(address("anna@bücher.example").normalised(), "anna@xn--bcher-kva.example");
    }

    #[test]
    fn a_masked_address_tells_only_its_first_letter() {
        assert_eq!(masked("jane@example.org"), "j•••@example.org");
    }
}
