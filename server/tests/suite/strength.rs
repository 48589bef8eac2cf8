//! What the strength of a password says while one types, and what the server answers.

use domain::{
    password::{PasswordProblem, Strength, judge, normalised, own_words},
    role::Role,
    search::fold,
};
use proptest::prelude::*;
use server::session::policy::{Person, check};

fn person(first_name: &str, last_name: &str, email: Option<&str>, organisation: &str) -> Person {
    let text = str::to_owned;
    Person {
        role: Role::Member,
        first_name: text(first_name),
        last_name: text(last_name),
        email: email.map(text),
        organisation: text(organisation),
    }
}

/// What is said, and what is answered.
fn both(person: &Person, password: &str) -> (Result<Strength, PasswordProblem>, Result<(), PasswordProblem>) {
    let own = own_words(&person.first_name, &person.last_name, person.email.as_deref(), &person.organisation);
    let typed = normalised(password);
    let said = judge(&typed, &fold(&typed), person.role, &own);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    (said, runtime.block_on(check(person, password)).unwrap())
}

/// Whether the two fit: what is praised is taken, and what is refused is refused for the same reason.
fn fit(said: Result<Strength, PasswordProblem>, answered: Result<(), PasswordProblem>) -> bool {
    match said {
        Ok(Strength::Good | Strength::Strong) => answered.is_ok(),
        Ok(Strength::Fair) => matches!(answered, Ok(()) | Err(PasswordProblem::TooCommon)),
        Err(problem) => answered == Err(problem),
    }
}

#[test]
fn nothing_is_praised_and_then_refused() {
    let person = person("Élodie", "Lefèvre", Some("e.lefevre+launch@example.org"), "The Big Red Cat");
    for password in [
        "password1234",
        "passwordpassword",
        "qwertyuiopasdfghjklzxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "abcdefghijklmnopqrstuvwxyz",
        "the big red cat",
        "the big red cat the big red cat",
        "elodie likes long walks home",
        "launch tomorrow at nine",
        "correct horse battery staple",
        "one two three four",
        "abc def ghiabc def ghi",
        "pop-poo-pol-pok",
        "password password1 password2 password3",
    ] {
        let (said, answered) = both(&person, password);
        assert!(fit(said, answered), "{password}: {said:?}, {answered:?}");
    }
}

/// What people build passwords of: common words, dates, patterns, and a few letters of chance.
fn part() -> impl Strategy<Value = String> {
    let common = [
        "password",
        "letmein",
        "dragon",
        "monkey",
        "love",
        "the",
        "and",
        "you",
        "abc",
        "qwe",
        "asd",
        "zxc",
        "jean",
        "marie",
        "paris",
        "soleil",
        "lefevre",
        "elodie",
        "big",
        "red",
        "cat",
        "cats",
        "1990",
        "01-01-1990",
        "123",
        "2026",
        "aaa",
        "bbb",
        "p@ssw0rd",
        "Horse",
        "été",
        "pop",
        "oop",
        "lol",
    ];
    prop_oneof![6 => prop::sample::select(common.to_vec()).prop_map(str::to_owned), 1 => "[a-z]{1,5}", 1 => "[ -~]{1,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_a_password_is_built_of_the_words_and_the_answer_fit(
        parts in prop::collection::vec((part(), prop::sample::select(vec!["", " ", "-", " ", "_"])), 1..9),
    ) {
        let person = person("Élodie", "Lefèvre", Some("e.lefevre+launch@example.org"), "The Big Red Cat");
        let password: String = parts.iter().flat_map(|(part, between)| [part.as_str(), *between]).collect();
        let (said, answered) = both(&person, &password);
        prop_assert!(fit(said, answered), "{}: {:?}, {:?}", password, said, answered);
    }

    #[test]
    fn both_know_the_same_own_words(
        names in prop::collection::vec("[A-Za-zÀ-ÿ' .-]{0,12}", 3),
        local in "[a-z.+]{1,12}",
        password in "[a-z ]{4,20}",
        which in 0_usize..4,
    ) {
        let email = format!("{local}@example.org");
        let person = person(&names[0], &names[1], Some(&email), &names[2]);
        let own = [names[0].as_str(), &names[1], &local, &names[2]][which];
        let (said, answered) = both(&person, &format!("{password} {own} {password} xkqjz"));
        prop_assert!(fit(said, answered), "{} {}: {:?}, {:?}", password, own, said, answered);
    }
}
