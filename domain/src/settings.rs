//! What settings may be.

use std::ops::RangeInclusive;

/// Days that an invitation may be valid.
pub const VALIDITY_DAYS: RangeInclusive<u32> = 1..=90;
/// Seconds that a batch may be held.
pub const HOLD_SECONDS: RangeInclusive<u32> = 0..=3600;
/// The longest contact, in characters.
pub const LONGEST_CONTACT: u16 = 500;
/// The longest web address, in characters.
pub const LONGEST_WEB_ADDRESS: u16 = 2000;

/// Whether a text can stand after the @ in `NUMBER@short-name`: small letters, digits and inner hyphens, 40 at most.
pub fn is_short_name(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plain && (1..=40).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether a text is a web address that a page may link to: http or https, a host, nothing that would end an attribute.
pub fn is_web_address(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let beginning = text.get(..scheme.len())?;
        beginning.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let named = host.is_some_and(|host| host.starts_with(|first: char| first.is_alphanumeric() || first == '[') && !host.contains('@'));
    named && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_small_letters_digits_and_inner_hyphens() {
        assert!(is_short_name("acme-2") && is_short_name("7") && is_short_name(&"a".repeat(40)));
        for bad in ["", "-acme", "acme-", "Acme", "a b", "société", &"a".repeat(41)] {
            assert!(!is_short_name(bad), "{bad}");
        }
    }

    #[test]
    fn web_addresses_lead_to_a_host_by_http() {
        for good in ["https://intranet.example.org", "HTTP://localhost:8080/a?b=c#d", "https://bücher.example/é", "http://[::1]/"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "intranet",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "https://a b",
            "https://x\"y",
            "https://bank.example@evil.example",
            "ftp://x",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
