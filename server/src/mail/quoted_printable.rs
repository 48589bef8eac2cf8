//! Quoted-printable (RFC 2045, section 6.7), of our own since it is most of what making a message takes: every message is encoded
//! anew, and this is several times as fast as the encoder that lettre brings.

use memchr::memchr;

/// No line is longer, the `=` of a soft line break included.
const LONGEST: usize = 76;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes a text. Its lines end with LF or CR LF; those of what comes out with CR LF.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len() + text.len() / 4);
    let mut rest = text.as_bytes();
    while let Some(end) = memchr(b'\n', rest) {
        let line = &rest[..end];
        encode_line(&mut encoded, line.strip_suffix(b"\r").unwrap_or(line));
        encoded.extend_from_slice(b"\r\n");
        rest = &rest[end + 1..];
    }
    encode_line(&mut encoded, rest);
    encoded
}

/// Whether a byte may stand for itself, except that no relay may find a blank at the end of a line, which it might strip.
const fn is_literal(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'<' | b'>'..=b'~')
}

fn encode_line(encoded: &mut Vec<u8>, line: &[u8]) {
    let (mut rest, mut column) = (line, 0);
    while let [first, others @ ..] = rest {
        // What stands for itself is copied as a whole, up to where a soft line break may have to follow, or the line ends.
        let room = &rest[..others.len().min(LONGEST - 1 - column)];
        let plain = room.iter().position(|byte| !is_literal(*byte)).unwrap_or(room.len());
        if plain > 0 {
            encoded.extend_from_slice(&rest[..plain]);
            (rest, column) = (&rest[plain..], column + plain);
            continue;
        }
        // Only the end of the line may take the place of a soft line break.
        let last = others.is_empty();
        let literal = is_literal(*first) && !(last && first.is_ascii_whitespace());
        let width = if literal { 1 } else { 3 };
        if column + width > if last { LONGEST } else { LONGEST - 1 } {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
            continue;
        }
        if literal {
            encoded.push(*first);
        } else {
            encoded.extend_from_slice(&[b'=', HEX[usize::from(*first >> 4)], HEX[usize::from(*first & 15)]]);
        }
        (rest, column) = (others, column + width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::decoders::quoted_printable::quoted_printable_decode;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_decoded_is_what_was_encoded(text in "([ -~é€😀=\t.]|\r\n|\n){0,300}") {
            let encoded = encode(&text);
            prop_assert!(encoded.is_ascii());
            for line in encoded.split(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                prop_assert!(line.len() <= LONGEST, "{}", String::from_utf8_lossy(line));
                prop_assert!(!line.ends_with(b" ") && !line.ends_with(b"\t"));
            }
            let decoded = quoted_printable_decode(&encoded).unwrap();
            prop_assert_eq!(String::from_utf8(decoded).unwrap().replace("\r\n", "\n"), text.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn long_lines_are_broken_as_late_as_they_may_be() {
        let whole = "a".repeat(76);
        assert_eq!(encode(&whole), whole.as_bytes());
        assert_eq!(encode(&"a".repeat(77)), [&[b'a'; 75][..], b"=\r\naa"].concat());
        assert_eq!(encode(&format!("{}é", "a".repeat(72))), [&[b'a'; 72][..], b"=C3=\r\n=A9"].concat());
        assert_eq!(encode("a \nb\t"), b"a=20\r\nb=09");
    }
}
