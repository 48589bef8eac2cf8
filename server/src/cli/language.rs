//! The language of whoever runs a command.

use domain::language::Language;

/// The language of the terminal's messages, by the first of these variables that is set (POSIX.1-2024, 8.2).
pub fn of_terminal() -> Language {
    named(["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok()))
}

fn named(mut values: impl Iterator<Item = String>) -> Language {
    let locale = values.find(|value| !value.is_empty()).unwrap_or_default();
    locale.split(['_', '.', '@']).next().and_then(|language| language.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_set_decides() {
        let of = |values: &[&str]| named(values.iter().map(|value| (*value).to_owned()));
        assert_eq!(of(&["", "fr_CH.UTF-8", "en_GB.UTF-8"]), Language::French);
        assert_eq!(of(&["C.UTF-8", "fr_FR"]), Language::English);
        assert_eq!(of(&[]), Language::English);
    }
}
