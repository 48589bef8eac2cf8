//! Places in a text where each message has words of its own, so that the rest is made and encoded once for many.

use super::{layout, quoted_printable, values::Values};
use domain::person;

/// Where the employee's name stands. These three are noncharacters, which Unicode keeps for such use;
/// [`person::single_line`] takes them out of what people write.
pub(super) const NAME: char = '\u{fdd0}';
/// Where what the employee signs in with stands.
pub(super) const IDENTIFIER: char = '\u{fdd1}';
/// Where the link stands.
pub(super) const LINK: char = '\u{fdd2}';

const ALL: [char; 3] = [NAME, IDENTIFIER, LINK];

/// The words that are one message's own.
#[derive(Debug)]
pub(super) struct Own {
    name: String,
    identifier: String,
    link: String,
}

impl Own {
    /// Each on one line.
    pub(super) fn new(values: &Values, link: &str) -> Self {
        Self { name: values.name(), identifier: person::single_line(&values.identifier), link: link.to_owned() }
    }

    /// The same, for HTML.
    pub(super) fn escaped(&self) -> Self {
        let [name, identifier, link] = [&self.name, &self.identifier, &self.link].map(|word| layout::escaped(word));
        Self { name, identifier, link }
    }

    /// Puts these into their places, in one pass: what they hold is never looked at again.
    pub(super) fn put_into(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + self.name.len() + self.identifier.len() + self.link.len());
        let mut rest = text;
        while let Some((place, found)) = rest.char_indices().find(|(_, c)| ALL.contains(c)) {
            filled.push_str(&rest[..place]);
            filled.push_str(match found {
                NAME => &self.name,
                IDENTIFIER => &self.identifier,
                _ => &self.link,
            });
            rest = &rest[place + found.len_utf8()..];
        }
        filled.push_str(rest);
        filled
    }
}

/// A text in quoted-printable, but for its lines with places.
#[derive(Debug)]
pub(super) struct Encoded(Vec<Lines>);

#[derive(Debug)]
enum Lines {
    /// The same in each message.
    Same(Vec<u8>),
    /// With places, not encoded yet.
    Own(String),
}

impl Encoded {
    /// Encodes what is the same in each message.
    pub(super) fn new(text: &str) -> Self {
        let mut runs: Vec<(bool, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let own = line.contains(ALL);
            match runs.last_mut() {
                Some((before, run)) if *before == own => run.push_str(line),
                _ => runs.push((own, line.to_owned())),
            }
        }
        Self(runs.into_iter().map(|(own, run)| if own { Lines::Own(run) } else { Lines::Same(quoted_printable::encode(&run)) }).collect())
    }

    /// Adds the text of one message.
    pub(super) fn write(&self, own: &Own, message: &mut Vec<u8>) {
        for lines in &self.0 {
            match lines {
                Lines::Same(encoded) => message.extend_from_slice(encoded),
                Lines::Own(lines) => message.extend(quoted_printable::encode(&own.put_into(lines))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_encoded_before_is_what_would_be_encoded_now(text in "([a-z é=.]|\u{fdd0}|\u{fdd1}|\u{fdd2}|\n|\r\n){0,300}", words in "[A-Z é\u{fdd0}]{0,100}") {
            let own = Own { name: words.clone(), identifier: "=".to_owned(), link: format!("/{words}") };
            let mut written = Vec::new();
            Encoded::new(&text).write(&own, &mut written);
            prop_assert_eq!(written, quoted_printable::encode(&own.put_into(&text)));
        }
    }
}
