//! The password policy (OWASP ASVS 5.0, 6.2; NIST SP 800-63B): length instead of composition.
//!
//! [`judge`] is what both sides know. Whatever it refuses the server refuses, and in the same words; what it calls good the server
//! takes. Between the two a password is long enough, and may still be a common one: the server's list has the last word.

use crate::{keyboard::pieces, role::Role, search::fold, words::words};
use unicode_normalization::UnicodeNormalization;

/// The longest password, in characters; hashing takes a bounded time anyway.
pub const LONGEST: usize = 256;
/// The fewest pieces that a guesser has to find one by one.
const FEWEST_PIECES: usize = 8;
/// The length from which a word of the person's or the organisation's own is refused, in characters.
const OWN_WORD: usize = 4;
/// Beyond this length the server's list looks at the beginning alone, so that nothing is praised.
const LONGEST_PRAISED: usize = 100;
/// The fewest letters of a word that counts for praise: shorter ones are tried one after the other.
const PRAISED_WORD: usize = 3;

words! {
    /// Why a password is refused.
    PasswordProblem {
        /// Shorter than the role asks for.
        TooShort = "too_short",
        /// Longer than [`LONGEST`].
        TooLong = "too_long",
        /// Holds the person's or the organisation's own words.
        OwnWords = "own_words",
        /// Found quickly by a guesser: common, repeated or a pattern.
        TooCommon = "too_common",
        /// The two entries differ.
        Differ = "differ",
    }
}

words! {
    /// The strength of a password that is not refused at once.
    Strength {
        /// Long enough, and perhaps a common one.
        Fair = "fair",
        /// Good.
        Good = "good",
        /// Very good.
        Strong = "strong",
    }
}

/// The fewest characters: 12, or 15 for roles above member.
pub fn shortest(role: Role) -> usize {
    if role == Role::Member { 12 } else { 15 }
}

/// A password in the form that is hashed and compared (NFKC), so that it fits from every keyboard.
pub fn normalised(password: &str) -> String {
    password.nfkc().collect()
}

/// The words of a person and an organisation, folded. Long ones may not be in a password, short ones are no merit of it.
pub fn own_words(first_name: &str, last_name: &str, email: Option<&str>, organisation: &str) -> Vec<String> {
    let local_part = email.and_then(|email| email.rsplit_once('@')).map_or("", |(local, _)| local);
    split([first_name, last_name, local_part, organisation])
}

fn split<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = texts.into_iter().map(fold);
    folded
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The rule that both sides know: a password in NFKC and folded, which a browser does by itself, against folded words.
pub fn judge(password: &str, folded: &str, role: Role, own_words: &[String]) -> Result<Strength, PasswordProblem> {
    let length = password.chars().count();
    if length < shortest(role) {
        return Err(PasswordProblem::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordProblem::TooLong);
    }
    if own_words.iter().any(|word| word.chars().count() >= OWN_WORD && folded.contains(word.as_str())) {
        return Err(PasswordProblem::OwnWords);
    }
    if pieces(&folded.chars().collect::<Vec<char>>()) < FEWEST_PIECES {
        return Err(PasswordProblem::TooCommon);
    }
    Ok(match unrelated_words(folded, own_words) {
        _ if length > LONGEST_PRAISED => Strength::Fair,
        0..=3 => Strength::Fair,
        4 | 5 => Strength::Good,
        _ => Strength::Strong,
    })
}

/// How many different words stand between spaces or hyphens. A guesser's lists hold words, and no rows of words: with four it has
/// to guess three times at least.
fn unrelated_words(folded: &str, own_words: &[String]) -> usize {
    let mut words: Vec<&str> = folded
        .split([' ', '-'])
        .filter(|word| word.chars().count() >= PRAISED_WORD && word.chars().all(char::is_alphabetic))
        .filter(|word| !own_words.iter().any(|own| own == word))
        .collect();
    words.sort_unstable();
    words.dedup();
    words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<'a>(password: &str, role: Role, own_words: impl IntoIterator<Item = &'a str>) -> Result<(), PasswordProblem> {
        judge(password, &fold(password), role, &split(own_words)).map(|_| ())
    }

    #[test]
    fn higher_roles_need_longer_passwords() {
        assert_eq!(check("fourteen chars", Role::Owner, []), Err(PasswordProblem::TooShort));
        assert_eq!(check("fourteen chars", Role::Member, []), Ok(()));
    }

    #[test]
    fn own_words_of_four_letters_are_refused_whatever_their_case() {
        assert_eq!(check("xx-LEFÈVRE-2026-xx", Role::Member, ["Élodie", "Lefèvre"]), Err(PasswordProblem::OwnWords));
        assert_eq!(check("correct horse li battery", Role::Member, ["Li"]), Ok(()));
        let own = own_words("Li", "Le Goff", Some("li.goff+x@example.org"), "Big Red Cat Company");
        assert_eq!(own, ["li", "le", "goff", "li", "goff", "x", "big", "red", "cat", "company"]);
    }

    #[test]
    fn long_passwords_are_welcome() {
        assert_eq!(check(&"correct horse battery staple ".repeat(4), Role::Owner, []), Ok(()));
        assert_eq!(check(&"x".repeat(LONGEST + 1), Role::Owner, []), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn patterns_are_refused_however_long() {
        for pattern in [
            "aaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "zyxwvutsrqponmlkjihgfedcba",
            "abcabcabcabcabcabc",
            "12345678901234567890",
            "qwertyuiopasdfghjklzxcvbnm",
            "QWERTYUIOPasdfghjkl1234567890",
            "azertyuiopqsdfghjklmwxcvbn",
            "mlkjhgfdsqpoiuytreza",
            "qwertzuiopasdfghjklyxcvbnm",
            "1qaz2wsx3edc4rfv5tgb",
            "&é\"'(-è_çà)=azertyuiop",
            "Hello!Hello!Hello!Hello!",
        ] {
            assert_eq!(check(pattern, Role::Owner, []), Err(PasswordProblem::TooCommon), "{pattern}");
        }
    }

    #[test]
    fn different_words_make_strength() {
        let strength = |password: &str| judge(password, &fold(password), Role::Member, &own_words("Big", "Red", None, "Cat"));
        assert_eq!(strength("correct horse battery staple"), Ok(Strength::Good));
        assert_eq!(strength("Parapluie-violet-tonnerre-biscuit"), Ok(Strength::Good));
        assert_eq!(strength("orage lilas tambour fenêtre coussin bateau"), Ok(Strength::Strong));
        for fair in ["passwordpassword1", "parapluieviolet", "the big red cat", "horse horse horse lamp tree", "a b c d e f g h"] {
            assert_eq!(strength(fair), Ok(Strength::Fair), "{fair}");
        }
        assert_eq!(strength("short"), Err(PasswordProblem::TooShort));
    }
}
