//! The cookie that keeps a token between the link and its form.

use app::links::Purpose;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// Long enough for a coffee; afterwards the link is opened again from the message.
const SECONDS: u32 = 4 * 3600;

/// The name that a link has in this browser: made of its token, which it does not tell.
pub fn short_name(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token.as_bytes())[..9])
}

/// The `Set-Cookie` header's value that keeps a token for its form. `token` has the alphabet of base64.
pub fn keep(https: bool, purpose: Purpose, token: &str) -> String {
    set(https, purpose, token, token, SECONDS)
}

/// The `Set-Cookie` header's value that forgets a token.
pub fn forget(https: bool, purpose: Purpose, token: &str) -> String {
    set(https, purpose, token, "", 0)
}

fn set(https: bool, purpose: Purpose, token: &str, value: &str, seconds: u32) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={value}; Path={}; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}", name(https, &short_name(token)), purpose.path())
}

/// The token that is kept under a short name.
pub fn find<'a>(https: bool, headers: &'a HeaderMap, short: &str) -> Option<&'a str> {
    crate::session::cookie::named(headers, &name(https, short)).filter(|token| short_name(token) == short)
}

fn name(https: bool, short: &str) -> String {
    format!("{}latchkey-link-{short}", if https { "__Secure-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_links_are_kept_side_by_side() {
        let mut headers = HeaderMap::new();
        for token in ["first", "second"] {
            let cookie = keep(false, Purpose::Activation, token);
            headers.append(http::header::COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
        }
        for token in ["first", "second"] {
            assert_eq!(find(false, &headers, &short_name(token)), Some(token));
        }
        assert_eq!(find(false, &headers, &short_name("third")), None);
        assert_eq!(find(true, &headers, &short_name("first")), None);
    }

    #[test]
    fn a_cookie_planted_under_the_name_of_another_link_is_not_taken() {
        let mut headers = HeaderMap::new();
        headers.append(http::header::COOKIE, format!("latchkey-link-{}=planted", short_name("mine")).parse().unwrap());
        assert_eq!(find(false, &headers, &short_name("mine")), None);
    }
}
