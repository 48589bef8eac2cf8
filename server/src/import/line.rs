//! One row as what it says about a person.

use super::{
    people::Person,
    table::{Places, Row},
};
use domain::{email::EmailAddress, import::Column, person::full_name, record::RawRecord, search::fold};

/// A row with the two values that people are matched by.
pub struct Line<'a> {
    /// The row.
    pub row: &'a Row,
    /// The employee number.
    pub number: Option<&'a str>,
    /// The address for comparing; none where the cell holds no address.
    pub address: Option<String>,
    places: &'a Places,
}

impl<'a> Line<'a> {
    /// Reads a row.
    pub fn new(places: &'a Places, row: &'a Row) -> Self {
        let number = places.cell(row, Column::EmployeeNumber).filter(|number| !number.is_empty());
        let email = places.cell(row, Column::Email).and_then(|email| EmailAddress::parse(email).ok());
        Self { row, number, address: email.map(|email| email.normalised().to_owned()), places }
    }

    fn cell(&self, column: Column) -> Option<&'a str> {
        self.places.cell(self.row, column)
    }

    /// First and last name, as far as the file says; a name in one column is taken apart.
    fn names(&self) -> (Option<String>, Option<String>) {
        let (first, last) = (self.cell(Column::FirstName), self.cell(Column::LastName));
        match self.cell(Column::FullName) {
            Some(name) if first.is_none() && last.is_none() && !name.is_empty() => {
                let (first, last) = apart(name);
                (Some(first), Some(last))
            }
            _ => (first.map(str::to_owned), last.map(str::to_owned)),
        }
    }

    /// The whole name, for comparing.
    pub fn name(&self) -> String {
        let (first, last) = self.names();
        fold(&full_name(&first.unwrap_or_default(), &last.unwrap_or_default()))
    }

    /// The name to show, else what the person is matched by.
    pub fn title(&self) -> String {
        let (first, last) = self.names();
        let name = full_name(&first.unwrap_or_default(), &last.unwrap_or_default());
        let keys = [self.number, self.cell(Column::Email)];
        if name.is_empty() { keys.into_iter().flatten().find(|key| !key.is_empty()).unwrap_or_default().to_owned() } else { name }
    }

    /// Whether the names could be this person's: one of them is the same, or the file says none.
    pub fn could_be(&self, person: &Person) -> bool {
        let (first, last) = self.names();
        let given = |name: Option<String>| name.map(|name| fold(&name)).filter(|name| !name.is_empty());
        let (first, last) = (given(first), given(last));
        let known = [fold(&person.known.first_name), fold(&person.known.last_name)];
        first.is_none() && last.is_none() || [first, last].into_iter().flatten().any(|name| known.contains(&name))
    }

    /// Whether a name that the row says is not the one in a record.
    pub fn says_another_name(&self, known: &RawRecord) -> bool {
        let (first, last) = self.names();
        let differs = |said: Option<String>, known: &str| said.is_some_and(|said| !said.is_empty() && fold(&said) != fold(known));
        !self.says_the_same_name(known) && (differs(first, &known.first_name) || differs(last, &known.last_name))
    }

    /// Whether the row takes a person's address away, or gives another.
    pub fn moves(&self, person: &Person) -> bool {
        match self.cell(Column::Email) {
            None => false,
            Some("") => !person.activated && person.normalised.is_some(),
            Some(_) => self.address.is_some() && self.address != person.normalised,
        }
    }

    /// A new person.
    pub fn as_new(&self) -> RawRecord {
        let (first_name, last_name) = self.names();
        let text = |column| self.cell(column).unwrap_or_default().to_owned();
        RawRecord {
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            email: text(Column::Email),
            employee_number: text(Column::EmployeeNumber),
            department: text(Column::Department),
            site: text(Column::Site),
            title: text(Column::Title),
            language: text(Column::Language),
        }
    }

    /// A person as the row would have them. What the file has no column for stays; an empty cell clears, except the number,
    /// without which the person would not be found again, and the address of somebody active, who could not come back without.
    pub fn applied_to(&self, person: &Person) -> RawRecord {
        let known = &person.known;
        let over = |column, known: &String| self.cell(column).map_or_else(|| known.clone(), str::to_owned);
        let (mut first_name, mut last_name) = (known.first_name.clone(), known.last_name.clone());
        if !self.says_the_same_name(known) {
            let (first, last) = self.names();
            (first_name, last_name) = (first.unwrap_or(first_name), last.unwrap_or(last_name));
        }
        let email = match self.cell(Column::Email) {
            Some("") if person.activated => known.email.clone(),
            // Another spelling of the same address is no change: links are bound to what they were sent to.
            Some(_) if self.address.is_some() && self.address == person.normalised => known.email.clone(),
            Some(email) => email.to_owned(),
            None => known.email.clone(),
        };
        RawRecord {
            first_name,
            last_name,
            email,
            employee_number: self.number.map_or_else(|| known.employee_number.clone(), str::to_owned),
            department: over(Column::Department, &known.department),
            site: over(Column::Site, &known.site),
            title: over(Column::Title, &known.title),
            language: over(Column::Language, &known.language),
        }
    }

    /// A name in one column may have been taken apart elsewhere than where it was put together.
    fn says_the_same_name(&self, known: &RawRecord) -> bool {
        let (first, last) = (&known.first_name, &known.last_name);
        self.cell(Column::FirstName).is_none()
            && self.cell(Column::LastName).is_none()
            && self.cell(Column::FullName).is_some_and(|name| {
                let name = fold(&name.replace(',', " "));
                name == fold(&full_name(first, last)) || name == fold(&full_name(last, first))
            })
    }
}

/// Takes a name apart: "Doe, Jane"; "DOE Jane" and "Jane DOE", as French files write it; else the first word is the first name.
fn apart(name: &str) -> (String, String) {
    if let Some((last, first)) = name.split_once(',') {
        return (first.trim().to_owned(), last.trim().to_owned());
    }
    let words: Vec<&str> = name.split(' ').collect();
    let shouted = |word: &&&str| word.chars().count() > 1 && word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
    let leading = words.iter().take_while(shouted).count();
    let trailing = words.iter().rev().take_while(shouted).count();
    let (last, first) = match words.as_slice() {
        [only] => return (String::new(), (*only).to_owned()),
        words if leading > 0 && leading < words.len() => words.split_at(leading),
        words if trailing > 0 && trailing < words.len() => {
            let (first, last) = words.split_at(words.len() - trailing);
            (last, first)
        }
        words => {
            let (first, last) = words.split_at(1);
            (last, first)
        }
    };
    (first.join(" "), last.join(" "))
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn names_in_one_column_are_taken_apart_as_they_are_written() {
        for (name, first, last) in [
            ("Jane Doe", "Jane", "Doe"),
            ("Doe, Jane Ann", "Jane Ann", "Doe"),
            ("LE GOFF Yann", "Yann", "LE GOFF"),
            ("Jean-Pierre DUPONT", "Jean-Pierre", "DUPONT"),
            ("JANE DOE", "JANE", "DOE"),
            ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
            ("王小明", "", "王小明"),
        ] {
            assert_eq!(apart(name), (first.to_owned(), last.to_owned()), "{name}");
        }
    }
}
