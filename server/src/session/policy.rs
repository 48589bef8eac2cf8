//! The password policy with its last word: a list of common passwords and patterns, kept offline.

use super::password::HashingFailed;
use domain::{
    password::{self, PasswordProblem},
    role::Role,
    search::fold,
};
use zxcvbn::{Score, zxcvbn};

/// Whose password it is: what it must not hold, and how long it must be.
#[derive(Clone, Debug)]
pub struct Person {
    /// Decides about the length.
    pub role: Role,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The address.
    pub email: Option<String>,
    /// The organisation's name.
    pub organisation: String,
}

impl Person {
    /// The fewest characters, for telling.
    pub fn least(&self) -> u8 {
        u8::try_from(password::shortest(self.role)).unwrap_or(u8::MAX)
    }
}

/// Checks a new password. Estimating takes a while, so that it runs apart from the async threads.
pub async fn check(person: &Person, password: &str) -> Result<Result<(), PasswordProblem>, HashingFailed> {
    let (person, password) = (person.clone(), password::normalised(password));
    tokio::task::spawn_blocking(move || check_now(&person, &password)).await.map_err(|_| HashingFailed)
}

fn check_now(person: &Person, password: &str) -> Result<(), PasswordProblem> {
    let own_words = password::own_words(&person.first_name, &person.last_name, person.email.as_deref(), &person.organisation);
    password::judge(password, &fold(password), person.role, &own_words)?;
    let words: Vec<&str> = own_words.iter().map(String::as_str).collect();
    if zxcvbn(password, &words).score() < Score::Three { Err(PasswordProblem::TooCommon) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        Person {
            role: Role::Member,
            first_name: "Élodie".to_owned(),
            last_name: "Lefèvre".to_owned(),
            email: Some("e.lefevre+launch@example.org".to_owned()),
            organisation: "Ateliers Réunis".to_owned(),
        }
    }

    #[test]
    fn unrelated_words_are_good() {
        assert_eq!(check_now(&person(), "correct horse battery staple"), Ok(()));
        assert_eq!(check_now(&person(), "parapluie violet tonnerre biscuit"), Ok(()));
    }

    #[test]
    fn common_passwords_patterns_and_own_words_are_refused() {
        for common in ["password1234", "123456789012", "qwertyuiop123456", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc"] {
            assert_eq!(check_now(&person(), common), Err(PasswordProblem::TooCommon), "{common}");
        }
        for own in ["ELODIE-yellow-submarine", "my-reunis-pass-phrase", "launch tomorrow at nine"] {
            assert_eq!(check_now(&person(), own), Err(PasswordProblem::OwnWords), "{own}");
        }
    }

    #[tokio::test]
    async fn length_is_that_of_what_is_hashed() {
        // U+FB03 is one character, of which NFKC makes three.
        assert_ne!(check(&person(), "o\u{fb03}ce-chair").await.unwrap(), Err(PasswordProblem::TooShort));
        assert_eq!(check(&person(), "o\u{fb03}ce-cha").await.unwrap(), Err(PasswordProblem::TooShort));
    }
}
