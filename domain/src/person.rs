//! Texts about a person, as somebody typed or a file held them.

/// What kind of text may not stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than the field allows.
    #[error("longer than {0} characters")]
    TooLong(u16),
}

/// The longest name, department, site or title, in characters.
pub const LONGEST_TEXT: u16 = 200;
/// The longest employee number, in characters.
pub const LONGEST_NUMBER: u16 = 64;

/// A single line: line breaks, control and direction-changing characters become spaces, runs of spaces one, none at the ends.
/// Hints for line breaks go, and so do noncharacters and a word of which nothing can be seen.
pub fn single_line(text: &str) -> String {
    let kept = text.chars().filter(|c| !is_break_hint(*c) && !is_noncharacter(*c));
    let spaced: String = kept.map(|c| if c.is_control() || changes_direction(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().filter(|word| !word.chars().all(is_invisible)).collect::<Vec<_>>().join(" ")
}

/// A single line of a bounded length.
pub fn bounded_line(text: &str, longest: u16) -> Result<String, TextError> {
    let line = single_line(text);
    if line.chars().count() > usize::from(longest) { Err(TextError::TooLong(longest)) } else { Ok(line) }
}

/// Overrides and isolates (Unicode, UAX 9) and line separators: they can make a text read as another one.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Where a line may or may not be broken: the soft hyphen, the zero-width space, the word joiner. Two texts that differ by one
/// look the same, and a single line has no use for it.
fn is_break_hint(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}')
}

/// What programs keep for themselves, and exchange with nobody (Unicode, section 23.7).
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Characters that join or vary others and show nothing by themselves (Unicode, `Default_Ignorable_Code_Point`), and the blank of
/// Braille. Within a word they may matter: names in Persian and Sinhala need the joiners.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}'
        | '\u{2061}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// First and last name as one, whichever are there.
pub fn full_name(first_name: &str, last_name: &str) -> String {
    format!("{first_name} {last_name}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_or_a_direction_mark_becomes_a_space() {
        assert_eq!(single_line(" Jane\r\nBcc: x@y\u{202e} Doe "), "Jane Bcc: x@y Doe");
        assert_eq!(single_line("J\u{fdd0}a\u{fffe}n\u{10ffff}e"), "Jane");
    }

    #[test]
    fn what_cannot_be_seen_is_nothing() {
        for nothing in ["\u{200b}", "\u{200d}\u{200c}", "\u{2060} \u{ad}", "\u{3164}", "\u{fe0f}\u{34f}", "\u{feff}\u{200f}", "\u{e0041}"] {
            assert_eq!(single_line(nothing), "", "{nothing:?}");
        }
        assert_eq!(single_line("42\u{200b}"), "42");
        assert_eq!(single_line("Jane \u{200d} Doe"), "Jane Doe");
    }

    #[test]
    fn joiners_and_marks_of_real_names_do_no_harm() {
        for name in ["علی\u{200c}رضا", "ශ්\u{200d}රී", "\u{1f469}\u{200d}\u{1f680}"] {
            assert_eq!(single_line(name), name);
        }
        assert_eq!(single_line("\u{200f}משה כהן\u{200f}"), "משה כהן");
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(bounded_line(&"王".repeat(200), LONGEST_TEXT).is_ok());
        assert_eq!(bounded_line(&"王".repeat(201), LONGEST_TEXT), Err(TextError::TooLong(200)));
    }
}
