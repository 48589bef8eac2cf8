//! How much of a text there is to guess: what repeats, counts on, or follows the keys of a keyboard is one piece, however long.

/// The rows and columns of keys: QWERTY, QWERTZ and AZERTY, with the digits' row in both.
const KEYS: &[&str] = &[
    "1234567890-=",
    "!@#$%^&*()_+",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiop",
    "yxcvbnm,.-",
    "&e\"'(-e_ca)=",
    "azertyuiop^$",
    "qsdfghjklmu*",
    "wxcvbn,;:!",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "1aqw",
    "2zsx",
    "3edc",
    "8ik,",
    "9ol.",
];
/// The shortest piece that is more than chance.
const SHORTEST: usize = 3;

/// The fewest pieces that a folded text is made of, taken greedily from its beginning.
pub(crate) fn pieces(text: &[char]) -> usize {
    let keys: Vec<Vec<char>> = KEYS.iter().flat_map(|row| [row.chars().collect(), row.chars().rev().collect()]).collect();
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        let longest = counted_on(&text[at..]).max(keyed(&text[at..], &keys)).max(seen_before(text, at));
        at += if longest >= SHORTEST { longest } else { 1 };
        count += 1;
    }
    count
}

/// How many characters at the beginning are the same, or each the one after or before the last.
fn counted_on(text: &[char]) -> usize {
    let step = |pair: &[char]| match pair {
        [from, to] => i64::from(u32::from(*to)) - i64::from(u32::from(*from)),
        _ => i64::MAX,
    };
    let mut steps = text.windows(2).map(step);
    let Some(first) = steps.next().filter(|first| (-1..=1).contains(first)) else { return 1 };
    2 + steps.take_while(|step| *step == first).count()
}

/// How many characters at the beginning follow a row of keys.
fn keyed(text: &[char], keys: &[Vec<char>]) -> usize {
    let along = |row: &Vec<char>| {
        let starts = (0..row.len()).filter(|start| row.get(*start) == text.first());
        starts.map(|start| row[start..].iter().zip(text).take_while(|(key, c)| key == c).count()).max().unwrap_or_default()
    };
    keys.iter().map(along).max().unwrap_or_default()
}

/// How many characters from a place on stood so before.
fn seen_before(text: &[char], at: usize) -> usize {
    (0..at).map(|earlier| text[at..].iter().zip(&text[earlier..]).take_while(|(now, then)| now == then).count()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use proptest::prelude::*;

    fn count(text: &str) -> usize {
        pieces(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn a_pattern_is_one_piece() {
        for (text, expected) in [
            ("", 0),
            ("aaaaaa", 1),
            ("abcdef", 1),
            ("987654", 1),
            ("qwerty", 1),
            ("poiuyt", 1),
            ("azerty", 1),
            ("1qaz2wsx", 2),
            ("abab", 4),
            ("ababab", 3),
            ("hello", 5),
            ("hellohello", 6),
            ("ab12", 4),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn repeating_adds_little_and_nothing_is_more_than_its_length(text in "[a-z0-9 ]{1,40}") {
            let once = count(&text);
            prop_assert!(once <= text.chars().count());
            prop_assert!(count(&text.repeat(6)) <= once + 12);
        }
    }
}
