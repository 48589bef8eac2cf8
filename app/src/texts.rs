//! Texts in both languages: functions, so that a missing one is a compile error.
//!
//! Each feature declares its own with [`texts!`]; a text that depends on a number takes it first, as `n: u64`, and gives the
//! singular and the plural form: `people(n: u64) { en "{n} person" | "{n} people" fr "{n} personne" | "{n} personnes" }`.
//! Write ordinary spaces: those of French that no line may break at are set by the macro ([`domain::typography`]).

use domain::{language::Language, time::LocalTime};

/// Declares texts: `name(arguments) { en "…" fr "…" }`, with `en "one" | "many"` where the first argument is a number.
#[macro_export]
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident ( $($arg:ident : $ty:ty),* $(,)? ) { en $en:literal $(| $en_many:literal)? fr $fr:literal $(| $fr_many:literal)? })*) => {
        $(
            #[doc = $en]
            #[allow(clippy::useless_format, clippy::too_many_arguments, reason = "one macro for texts with and without arguments")]
            pub(crate) fn $name(language: domain::language::Language $(, $arg: $ty)*) -> String {
                match language {
                    domain::language::Language::English => $crate::texts!(@form language, $crate::texts::is_plural_in_english, [$($arg),*], $en $(, $en_many)?),
                    domain::language::Language::French => domain::typography::typeset(
                        language,
                        $crate::texts!(@form language, $crate::texts::is_plural_in_french, [$($arg),*], $fr $(, $fr_many)?),
                    ),
                }
            }
        )*

        #[cfg(test)]
        #[test]
        fn texts_are_whole() {
            $( $crate::texts::check(stringify!($name), &[$en $(, $en_many)?], &[$fr $(, $fr_many)?]); )*
        }
    };
    (@form $language:ident, $plural:path, [$($arg:ident),*], $one:literal) => { format!($one) };
    (@form $language:ident, $plural:path, [$n:ident $(, $arg:ident)*], $one:literal, $many:literal) => {{
        let many = $plural($n);
        let $n = $crate::texts::number($language, $n);
        if many { format!($many) } else { format!($one) }
    }};
}

pub use texts;

/// English says "1 person" and "0 people".
pub fn is_plural_in_english(n: u64) -> bool {
    n != 1
}

/// French says "0 personne" and "1 personne".
pub fn is_plural_in_french(n: u64) -> bool {
    n > 1
}

/// The name of a language, in itself.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::French => "Français",
    }
}

/// A number with its thousands apart: 12,000 in English, 12 000 (with narrow no-break spaces) in French.
pub fn number(language: Language, n: u64) -> String {
    let separator = if language == Language::English { ',' } else { '\u{202f}' };
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
];

/// A length of time in its greatest unit, from minutes on, rounded up.
pub fn duration(language: Language, seconds: u64) -> String {
    match seconds {
        0..7_200 => units::minutes(language, seconds.div_ceil(60)),
        7_200..172_800 => units::hours(language, seconds.div_ceil(3_600)),
        _ => units::days(language, seconds.div_ceil(86_400)),
    }
}

mod units {
    super::texts! {
        minutes(n: u64) { en "{n} minute" | "{n} minutes" fr "{n} minute" | "{n} minutes" }
        hours(n: u64) { en "{n} hour" | "{n} hours" fr "{n} heure" | "{n} heures" }
        days(n: u64) { en "{n} day" | "{n} days" fr "{n} jour" | "{n} jours" }
    }
}

/// A day: 3 November 2026; 1er novembre 2026.
pub fn date(language: Language, time: &LocalTime) -> String {
    let (english, french) = MONTHS[usize::from(time.month.clamp(1, 12)) - 1];
    match language {
        Language::English => format!("{} {english} {}", time.day, time.year),
        Language::French if time.day == 1 => format!("1er {french} {}", time.year),
        Language::French => format!("{} {french} {}", time.day, time.year),
    }
}

const SHORT_MONTHS: [(&str, &str); 12] = [
    ("Jan", "janv."),
    ("Feb", "févr."),
    ("Mar", "mars"),
    ("Apr", "avr."),
    ("May", "mai"),
    ("Jun", "juin"),
    ("Jul", "juil."),
    ("Aug", "août"),
    ("Sep", "sept."),
    ("Oct", "oct."),
    ("Nov", "nov."),
    ("Dec", "déc."),
];

/// A day, for the cell of a table: 3 Nov 2026; 3 nov. 2026.
pub fn short_date(language: Language, time: &LocalTime) -> String {
    let (english, french) = SHORT_MONTHS[usize::from(time.month.clamp(1, 12)) - 1];
    let month = if language == Language::English { english } else { french };
    format!("{} {month} {}", time.day, time.year)
}

/// A day and a time of day with its zone: 3 November 2026, 14:05 CET; 3 novembre 2026 à 14:05 CET.
pub fn date_time(language: Language, time: &LocalTime) -> String {
    let day = date(language, time);
    let LocalTime { hour, minute, zone, .. } = time;
    match language {
        Language::English => format!("{day}, {hour:02}:{minute:02} {zone}"),
        Language::French => format!("{day} à {hour:02}:{minute:02} {zone}"),
    }
}

/// Fails where a text is empty or its forms do not speak of the same values.
///
/// # Panics
///
/// That is how a test fails.
#[cfg(any(test, feature = "ssr"))]
pub fn check(name: &str, english: &[&str], french: &[&str]) {
    fn values(text: &str) -> std::collections::BTreeSet<String> {
        text.split('{').skip(1).filter_map(|part| part.split(['}', ':']).next()).filter(|value| *value != "n").map(str::to_owned).collect()
    }
    for text in english.iter().chain(french) {
        assert!(!text.trim().is_empty(), "{name} is empty");
        assert_eq!(values(text), values(english[0]), "{name} speaks of other values in {text:?}");
    }
    assert_eq!(english.len(), french.len(), "{name} has a plural in one language only");
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(Language::English, 1_234_567), "1,234,567");
        assert_eq!(number(Language::French, 12_000), "12\u{202f}000");
        assert_eq!(number(Language::English, 999), "999");
    }

    mod samples {
        crate::texts::texts! {
            file(name: &str) { en "File: {name}" fr "Fichier : {name}" }
            ready(n: u64) { en "Ready in {n} minute?" | "Ready in {n} minutes?" fr "Prêt dans {n} minute ?" | "Prêt dans {n} minutes ?" }
        }
    }

    #[test]
    fn french_texts_are_set_without_anybody_thinking_of_it() {
        assert_eq!(samples::file(Language::French, "a.csv"), "Fichier\u{a0}: a.csv");
        assert_eq!(samples::ready(Language::French, 3), "Prêt dans 3\u{a0}minutes\u{202f}?");
        assert_eq!(samples::ready(Language::English, 3), "Ready in 3 minutes?");
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let time = LocalTime { at: Timestamp(0), year: 2026, month: 11, day: 1, hour: 9, minute: 5, zone: "CET".to_owned() };
        assert_eq!(date_time(Language::English, &time), "1 November 2026, 09:05 CET");
        assert_eq!(date_time(Language::French, &time), "1er novembre 2026 à 09:05 CET");
    }
}
