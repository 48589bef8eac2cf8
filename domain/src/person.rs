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
pub fn single_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() || changes_direction(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
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
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(bounded_line(&"王".repeat(200), LONGEST_TEXT).is_ok());
        assert_eq!(bounded_line(&"王".repeat(201), LONGEST_TEXT), Err(TextError::TooLong(200)));
    }
}
