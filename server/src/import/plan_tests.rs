use super::*;
use crate::import::parse::parse;
use proptest::prelude::*;

/// An employee: number, address and first name; the last name is always the same.
fn person(id: i64, number: &str, email: &str, first_name: &str) -> Person {
    let known = RawRecord {
        first_name: first_name.to_owned(),
        last_name: "Doe".to_owned(),
        email: email.to_owned(),
        employee_number: number.to_owned(),
        ..RawRecord::default()
    };
    let normalised = (!email.is_empty()).then(|| email.to_lowercase());
    Person { id: EmployeeId(id), role: Role::Member, activated: false, invited: false, normalised, known }
}

fn planned(file: &str, people: Vec<Person>) -> Vec<Planned> {
    plan(&parse(file.as_bytes()).unwrap(), &People::new(people), Role::Administrator)
}

/// What would be done, in short: `new`, `=ID`, `ID column column …`, or the problems.
fn short(file: &str, people: Vec<Person>) -> Vec<String> {
    let short = |planned: Planned| match planned.step {
        Step::Create(_) => "new".to_owned(),
        Step::Keep(id) => format!("={id}"),
        Step::Update(update) => update.changes.iter().fold(update.employee.to_string(), |text, change| text + " " + change.column.as_str()),
        Step::Refuse(problems) => format!("{problems:?}"),
    };
    planned(file, people).into_iter().map(short).collect()
}

#[test]
fn people_are_matched_by_number_then_by_address() {
    let people = || vec![person(1, "7", "jane@x.example", "Jane"), person(2, "", "sam@x.example", "Sam")];
    let file = "number,email,first name,last name\n7,new@x.example,Jane,Doe\n,SAM@X.example,Samuel,Doe\n8,kim@x.example,Kim,Doe\n";
    assert_eq!(short(file, people()), ["1 email", "2 first_name", "new"]);
    assert_eq!(short("email\njane@x.example\n", people()), ["=1"]);
}

#[test]
fn a_new_number_goes_to_whoever_has_the_address_and_none_yet() {
    let people = || vec![person(2, "", "sam@x.example", "Sam")];
    assert_eq!(short("number,email\n8,sam@x.example\n", people()), ["2 employee_number"]);
    let names = "number,email,first name,last name\n8,sam@x.example,Kim,Li\n";
    assert_eq!(short(names, people()), ["new"], "nobody is overwritten by somebody of another name");
    let both = "number,email,first name,last name\n8,sam@x.example,Kim,Li\n9,sam@x.example,Sam,Doe\n";
    assert_eq!(short(both, people()), ["new", "2 employee_number"], "the names tell who is who");
    assert_eq!(short("number,email\n8,sam@x.example\n9,sam@x.example\n", people()), ["[UnclearWhose]", "[UnclearWhose]"]);
}

#[test]
fn an_address_of_several_needs_the_number() {
    let people = || vec![person(1, "7", "family@x.example", "Jane"), person(2, "8", "family@x.example", "Sam")];
    assert_eq!(short("email,site\nfamily@x.example,Lyon\n", people()), ["[AddressOfSeveral]"]);
    assert_eq!(short("number,email,first name\n8,family@x.example,Sam\n9,family@x.example,Kim\n", people()), ["=2", "new"]);
}

#[test]
fn of_two_who_share_an_address_one_needs_a_number() {
    let header = "number,email,first name,last name\n";
    let (sam, kim) = (",both@x.example,Sam,Doe\n", "8,both@x.example,Kim,Doe\n");
    let people = || vec![person(1, "", "both@x.example", "Sam")];
    let both = || vec![person(1, "", "both@x.example", "Sam"), person(2, "8", "both@x.example", "Kim")];
    for (rows, order) in [([sam, kim], [0, 1]), ([kim, sam], [1, 0])] {
        let file = header.to_owned() + &rows.concat();
        let ordered = |people| {
            let found = short(&file, people);
            order.map(|at: usize| found[at].clone())
        };
        assert_eq!(ordered(vec![]), ["new", "new"], "{file}");
        assert_eq!(ordered(people()), ["=1", "new"], "{file}");
        assert_eq!(ordered(both()), ["=1", "=2"], "{file}");
    }
    let neither = header.to_owned() + sam + ",both@x.example,Kim,Doe\n";
    assert_eq!(short(&neither, vec![]), ["new", "[DuplicateAddress(2)]"]);
    assert_eq!(short(&(header.to_owned() + sam), both()), ["[AddressOfSeveral]"], "alone it might be either");
}

#[test]
fn what_a_file_says_twice_is_refused_with_the_first_row() {
    let file = "number,email,name\n1,a@x.example,A B\n1,b@x.example,B C\n2,A@X.example,C D\n,a@x.example,D E\n,c@x.example,E F\n3,c@x.example,F G\n";
    let expected = ["new", "[DuplicateNumber(2)]", "new", "new", "new", "new"];
    assert_eq!(short(file, vec![]), expected);
    let known = || Person { activated: true, ..person(1, "7", "old@x.example", "Jane") };
    assert_eq!(short("number,email\n7,\n,old@x.example\n", vec![known()]), ["=1", "[SamePerson(2)]"]);
    assert_eq!(short("number,email,name\n7,,\n,old@x.example,Kim Li\n", vec![known()]), ["=1", "new"], "somebody who shares the address");
    let again = "number,email,name\n7,a@x.example,Jane Doe\n,A@x.example,Jane DOE\n";
    assert_eq!(short(again, vec![]), ["new", "[DuplicateAddress(2)]"], "the same name at the same address is the same person");
    let twice = vec![person(1, "", "a@x.example", "Jane")];
    assert_eq!(short("number,email,name\n,a@x.example,Jane Doe\n,A@x.example,Jane Doe\n", twice), ["=1", "[DuplicateAddress(2)]"]);
    let passed_on = "number,email,name\n7,new@x.example,\n,old@x.example,Kim Li\n";
    assert_eq!(short(passed_on, vec![known()]), ["1 email", "new"], "an address that somebody else has now");
}

#[test]
fn rows_that_make_no_person_name_what_is_wrong() {
    let file =
        "number,email,first name,last name,language\n,,Jane,Doe,\n1,nobody,Jane,Doe,de\n,x@y.example,,,\n2\n3@x,é@x.example,J,D,fr\n";
    let columns = "ragged: Ragged { cells: 1, columns: 5 }".trim_start_matches("ragged: ");
    let expected = [
        "[NoKey]".to_owned(),
        "[NotAnAddress, NotALanguage]".to_owned(),
        "[NoName]".to_owned(),
        format!("[{columns}]"),
        "[AddressNotAscii, AtInNumber]".to_owned(),
    ];
    assert_eq!(short(file, vec![]), expected);
    let long = format!("email,site\nx@y.example,{}\n", "x".repeat(201));
    assert_eq!(short(&long, vec![person(1, "", "x@y.example", "Jane")]), ["[TooLong(Site, 200)]"]);
}

#[test]
fn an_empty_cell_clears_but_no_number_and_no_address_of_somebody_active() {
    let mut known = person(1, "7", "jane@x.example", "Jane");
    known.known.site = "Lyon".to_owned();
    known.known.title = "Buyer".to_owned();
    let file = "number,email,site\n7,,\n";
    assert_eq!(short(file, vec![known.clone()]), ["1 email site"]);
    known.activated = true;
    assert_eq!(short(file, vec![known.clone()]), ["1 site"]);
    assert_eq!(short("email,number\njane@x.example,\n", vec![known]), ["=1"]);
}

#[test]
fn somebody_of_a_higher_role_is_not_changed() {
    let owner = Person { role: Role::Owner, ..person(1, "7", "jane@x.example", "Jane") };
    assert_eq!(short("number,email\n7,new@x.example\n", vec![owner.clone()]), ["[RoleAbove]"]);
    assert_eq!(short("number,email\n7,jane@x.example\n", vec![owner]), ["=1"]);
}

#[test]
fn a_name_in_one_column_changes_nothing_where_it_is_the_same() {
    let mut known = person(1, "7", "", "Mary Ann");
    known.known.last_name = "van Smith".to_owned();
    for name in ["Mary Ann van Smith", "van Smith, Mary Ann", "mary ann VAN SMITH"] {
        assert_eq!(short(&format!("number;name\n7;{name}\n"), vec![known.clone()]), ["=1"], "{name}");
    }
    assert_eq!(short("number,name\n7,Mary Ann Doe\n", vec![known]), ["1 first_name last_name"]);
}

#[test]
fn only_a_new_address_of_somebody_invited_wants_a_resend() {
    let wants = |known: Person, cell: &str| match planned(&format!("number,email\n7,{cell}\n"), vec![known]).remove(0).step {
        Step::Update(update) => update.wants_resend(),
        _ => false,
    };
    let invited = Person { invited: true, ..person(1, "7", "jane@x.example", "Jane") };
    assert!(wants(invited.clone(), "new@x.example"));
    assert!(!wants(invited.clone(), ""));
    assert!(!wants(invited, "JANE@x.example"));
    assert!(!wants(person(1, "7", "jane@x.example", "Jane"), "new@x.example"));
}

#[test]
fn plans_that_differ_have_other_fingerprints() {
    let file = "number,email\n7,jane@x.example\n";
    let known = || person(1, "7", "jane@x.example", "Jane");
    let invited = Person { invited: true, ..known() };
    let fingerprint = |people| fingerprint(&planned(file, people));
    assert_eq!(fingerprint(vec![known()]), fingerprint(vec![invited]), "nothing would be done to either");
    assert_ne!(fingerprint(vec![known()]), fingerprint(vec![]));
    assert_ne!(fingerprint(vec![known()]), fingerprint(vec![person(1, "7", "old@x.example", "Jane")]));
}

/// What the people are once a plan was carried out.
fn after(people: Vec<Person>, plan: &[Planned]) -> Vec<Person> {
    let mut people: HashMap<i64, Person> = people.into_iter().map(|person| (person.id.0, person)).collect();
    for (at, planned) in plan.iter().enumerate() {
        let (id, record) = match &planned.step {
            Step::Create(record) => (1000 + i64::try_from(at).unwrap(), record),
            Step::Update(update) => (update.employee.0, &update.record),
            Step::Refuse(_) | Step::Keep(_) => continue,
        };
        let person = people.entry(id).or_insert_with(|| person(id, "", "", ""));
        person.known = raw(record);
        person.normalised = record.email().map(|email| email.normalised().to_owned());
    }
    people.into_values().collect()
}

proptest! {
    #[test]
    fn whatever_is_imported_the_database_can_hold_and_a_second_time_changes_nothing(
        rows in prop::collection::vec(("[0-4]?", "[abcd]?", "[JS]?"), 1..12),
        known in prop::collection::vec(("[0-4]?", "[abcd]?"), 0..5),
    ) {
        let address = |letter: &str| if letter.is_empty() { String::new() } else { format!("{letter}@x.example") };
        let mut people: Vec<Person> = Vec::new();
        for (id, (number, letter)) in (1..).zip(known) {
            let taken = people.iter().any(|person| {
                if number.is_empty() { person.known.employee_number.is_empty() && person.known.email == address(&letter) } else { person.known.employee_number == number }
            });
            if !taken {
                people.push(person(id, &number, &address(&letter), "J"));
            }
        }
        let lines = rows.iter().map(|(number, letter, name)| format!("{number},{},{name}\n", address(letter)));
        let file = "number,email,first name\n".to_owned() + &lines.collect::<String>();
        prop_assume!(parse(file.as_bytes()).is_ok());
        let first = planned(&file, people.clone());
        let people = after(people, &first);
        let mut numbers: Vec<_> = people.iter().map(|person| &person.known.employee_number).filter(|number| !number.is_empty()).collect();
        let mut alone: Vec<_> =
            people.iter().filter(|person| person.known.employee_number.is_empty()).filter_map(|person| person.normalised.as_ref()).collect();
        let counts = (numbers.len(), alone.len());
        numbers.sort(); numbers.dedup(); alone.sort(); alone.dedup();
        prop_assert_eq!((numbers.len(), alone.len()), counts, "one employee per number, and one without a number per address");
        for planned in planned(&file, people) {
            prop_assert!(!matches!(planned.step, Step::Create(_) | Step::Update(_)), "{:?} of {}", planned, file);
        }
    }
}
