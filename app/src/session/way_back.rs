//! Signing in again where a session has ended, and coming back.

use crate::{error::AppError, ui::form::leave_for};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The sign-in page, from which one comes back to a path of ours.
pub fn sign_in_path(back: &str) -> String {
    if matches!(back, "" | "/") {
        return "/sign-in".to_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._".contains(&byte);
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("/sign-in?next={}", back.bytes().map(escape).collect::<String>())
}

/// The address of this page.
pub fn use_address() -> Signal<String> {
    let here = use_location();
    Signal::derive(move || {
        let search = here.search.read();
        let search = search.trim_start_matches('?');
        if search.is_empty() { here.pathname.get() } else { format!("{}?{search}", here.pathname.read()) }
    })
}

/// The sign-in page, from which one comes back to this page.
pub fn use_sign_in_path() -> Signal<String> {
    let address = use_address();
    Signal::derive(move || sign_in_path(&address.read()))
}

/// Where a session has ended while somebody was on a page, goes to sign in.
pub fn sign_in_where_needed(error: AppError) {
    let path = use_sign_in_path();
    Effect::new(move |_| {
        if error == AppError::SignInNeeded {
            leave_for(&path.get_untracked());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::sign_in_path;

    #[test]
    fn the_way_back_is_one_value_of_the_address() {
        assert_eq!(sign_in_path("/"), "/sign-in");
        assert_eq!(sign_in_path("/administration/users"), "/sign-in?next=/administration/users");
        assert_eq!(sign_in_path("/a?search=x%20y&done=1"), "/sign-in?next=/a%3Fsearch%3Dx%2520y%26done%3D1");
    }
}
