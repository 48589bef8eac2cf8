//! Spaces that no line breaks at, as each language sets them.

use crate::language::Language;

/// A no-break space, as wide as an ordinary one.
const NO_BREAK: char = '\u{a0}';
/// A narrow no-break space.
const NARROW: char = '\u{202f}';
/// Beginnings of units: what follows a number and stays with it.
const UNITS: &[&str] = &["%", "Ko", "Mo", "Go", "seconde", "minute", "heure", "jour"];

/// A text with the spaces that its language asks for. French sets `;` `?` `!` and what stands in « » apart by a narrow no-break
/// space, `:` by a wide one, and keeps a number and its unit together.
pub fn typeset(language: Language, text: String) -> String {
    match language {
        Language::English => text,
        Language::French => french(&text),
    }
}

fn french(text: &str) -> String {
    let mut set = String::with_capacity(text.len() + 8);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let space = matches!(c, ' ' | NO_BREAK | NARROW);
        let following = rest.as_str();
        set.push(match (set.chars().next_back(), following.chars().next()) {
            _ if !space => c,
            (Some('«'), _) | (_, Some(';' | '?' | '!' | '»')) => NARROW,
            (_, Some(':')) => NO_BREAK,
            (Some('0'..='9'), _) if UNITS.iter().any(|unit| following.starts_with(unit)) => NO_BREAK,
            _ => c,
        });
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_marks_and_units_stay_where_they_belong() {
        for (plain, set) in [
            (
                "Choisissez « Renvoyer » : rien ne part ; d’accord ?",
                "Choisissez «\u{202f}Renvoyer\u{202f}»\u{a0}: rien ne part\u{202f}; d’accord\u{202f}?",
            ),
            ("Bravo\u{a0}!", "Bravo\u{202f}!"),
            ("10 Mo, 5 minutes et 3 lignes", "10\u{a0}Mo, 5\u{a0}minutes et 3 lignes"),
            ("https://example.org/?a=b à 14:05", "https://example.org/?a=b à 14:05"),
            ("a  :", "a \u{a0}:"),
            ("", ""),
        ] {
            assert_eq!(typeset(Language::French, plain.to_owned()), set);
        }
        assert_eq!(typeset(Language::English, "So : what ?".to_owned()), "So : what ?");
    }
}
