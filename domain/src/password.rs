//! The password policy (OWASP ASVS 5.0, 6.2; NIST SP 800-63B): length instead of composition.

use crate::{role::Role, words::words};
use unicode_normalization::UnicodeNormalization;

/// The longest password, in characters; hashing takes a bounded time anyway.
pub const LONGEST: usize = 256;

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
    /// The strength of a password, in words.
    Strength {
        /// Too short to be accepted.
        TooShort = "too_short",
        /// Easily guessed.
        Weak = "weak",
        /// Acceptable.
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

/// Checks what can be checked without a list of common passwords. `own_words` are names, addresses and the like.
pub fn check<'a>(password: &str, role: Role, own_words: impl IntoIterator<Item = &'a str>) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < shortest(role) {
        return Err(PasswordProblem::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordProblem::TooLong);
    }
    let folded = crate::search::fold(password);
    let own = own_words.into_iter().flat_map(|words| {
        let words = crate::search::fold(words);
        words.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
    });
    if own.filter(|word| word.chars().count() >= 4).any(|word| folded.contains(&word)) {
        return Err(PasswordProblem::OwnWords);
    }
    Ok(())
}

/// A quick estimate for the person who types; the server's list of common passwords has the last word.
pub fn strength(password: &str, role: Role) -> Strength {
    let length = password.chars().count();
    let mut kinds: Vec<char> = password.to_lowercase().chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    match (length, kinds.len()) {
        (length, _) if length < shortest(role) => Strength::TooShort,
        (_, 0..=5) => Strength::Weak,
        (length, different) if length >= 20 && different >= 10 => Strength::Strong,
        (length, different) if length >= 16 && different >= 8 => Strength::Good,
        _ => Strength::Fair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_roles_need_longer_passwords() {
        assert_eq!(check("fourteen chars", Role::Owner, []), Err(PasswordProblem::TooShort));
        assert_eq!(check("fourteen chars", Role::Member, []), Ok(()));
    }

    #[test]
    fn own_words_of_four_letters_are_refused_whatever_their_case() {
        assert_eq!(check("xx-LEFÈVRE-2026-xx", Role::Member, ["Élodie", "Lefèvre"]), Err(PasswordProblem::OwnWords));
        assert_eq!(check("correct horse li battery", Role::Member, ["Li"]), Ok(()));
    }

    #[test]
    fn long_passwords_are_welcome() {
        assert_eq!(check(&"correct horse battery staple ".repeat(4), Role::Owner, []), Ok(()));
    }

    #[test]
    fn variety_and_length_make_strength() {
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaa", Role::Member), Strength::Weak);
        assert_eq!(strength("short", Role::Member), Strength::TooShort);
        assert_eq!(strength("correct horse battery staple", Role::Owner), Strength::Strong);
    }
}
