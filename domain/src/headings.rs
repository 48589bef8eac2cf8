//! Finds out what the columns of a file hold by their headings, in English and French, as HR programs write them.
//!
//! A heading is read as words without spaces and signs: `Adresse e-mail professionnelle` is `adresse`, `email`, `professionnelle`.
//! It names a column where one of its words says what the column holds and every other one only surrounds it. A word that is
//! neither stands for something else: `Email du manager`, `Nom de naissance` and `Lieu de naissance` are no columns of ours.

use crate::{import::Column, search::fold};

/// The longest heading that is looked at, in letters.
const LONGEST: usize = 80;

/// Words that join others.
const JOINING: &[&str] = &["of", "the", "s", "de", "du", "des", "d", "la", "le", "l"];
/// Words for whoever a row is about.
const SOMEBODY: &[&str] = &[
    "employee",
    "employe",
    "employes",
    "salarie",
    "agent",
    "collaborateur",
    "staff",
    "worker",
    "associate",
    "person",
    "user",
    "emp",
    "payroll",
    "paie",
    "hr",
    "rh",
];
/// Words that tell one of several names from the others.
const WHICH_NAME: &[&str] = &["legal", "preferred", "usual", "usuel", "usage", "name"];
/// Words for what belongs to work.
const AT_WORK: &[&str] = &[
    "work",
    "pro",
    "professionnel",
    "professionnelle",
    "professional",
    "business",
    "company",
    "entreprise",
    "primary",
    "principal",
    "principale",
];
/// Words for a thing's name.
const NAMING: &[&str] = &["name", "nom", "libelle", "intitule", "description", "label"];
/// What is the last name beside a first name, and the whole name otherwise.
const SOME_NAME: &[&str] = &["name", "nom"];

/// The words that say what a column holds, the plainest first, and the kinds of words that may surround them.
fn words_of(column: Column) -> (&'static [&'static str], &'static [&'static [&'static str]]) {
    match column {
        Column::EmployeeNumber => (
            &["matricule", "number", "numero", "no", "nr", "num", "codesalarie", "codeemploye", "reference", "id", "identifiant"],
            &[SOMEBODY, JOINING, &["personnel", "file", "works", "interne", "internal", "external"]],
        ),
        Column::Email => (
            &["email", "mail", "courriel", "adresseelectronique", "courrierelectronique", "adressedemessagerie", "messagerie"],
            &[SOMEBODY, AT_WORK, JOINING, &["address", "adresse", "contact"]],
        ),
        Column::FirstName => {
            (&["firstname", "prenom", "prenoms", "givenname", "givennames", "forename", "forenames"], &[SOMEBODY, WHICH_NAME, JOINING])
        }
        Column::LastName => {
            (&["lastname", "nomdefamille", "surname", "familyname", "nomusuel", "nomdusage", "nomusage"], &[SOMEBODY, WHICH_NAME, JOINING])
        }
        Column::FullName => (
            &[
                "fullname",
                "nomcomplet",
                "nometprenom",
                "prenometnom",
                "nomprenom",
                "prenomnom",
                "displayname",
                "employee",
                "employe",
                "salarie",
                "collaborateur",
                "worker",
            ],
            &[SOMEBODY, WHICH_NAME, JOINING],
        ),
        Column::Department => (
            &["department", "departement", "service", "dept", "dep", "team", "equipe", "supervisoryorganization"],
            &[NAMING, AT_WORK, JOINING, &["home", "rattachement", "affectation"]],
        ),
        Column::Site => (
            &["site", "location", "lieudetravail", "lieu", "etablissement", "workplace", "office", "bureau"],
            &[NAMING, AT_WORK, JOINING, &["travail", "rattachement", "affectation"]],
        ),
        Column::Title => (
            &["jobtitle", "title", "poste", "fonction", "position", "titre", "emploi", "job"],
            &[NAMING, AT_WORK, SOMEBODY, JOINING, &["occupe"]],
        ),
        Column::Language => (
            &["language", "langue", "lang", "locale"],
            &[SOMEBODY, JOINING, &["preferred", "preferee", "default", "correspondence", "communication"]],
        ),
    }
}

/// Finds out which heading names which column. Where several name the same, the plainer name wins, then the first.
/// "Name" and "Nom" are the last name beside a first name, and the whole name otherwise.
pub fn recognise<'a>(headings: impl IntoIterator<Item = &'a str>) -> Vec<Option<Column>> {
    let headings: Vec<String> = headings.into_iter().map(plain).collect();
    let mut found = vec![None; headings.len()];
    for column in Column::ALL {
        let (telling, around) = words_of(*column);
        let named = headings.iter().enumerate().filter_map(|(at, heading)| Some((read(heading, telling, around)?, at)));
        if let Some((_, at)) = named.min()
            && found[at].is_none()
        {
            found[at] = Some(*column);
        }
    }
    let some_name = |heading: &String| read(heading, SOME_NAME, &[SOMEBODY, JOINING]).is_some();
    if let Some(at) = headings.iter().position(some_name) {
        if !found.contains(&Some(Column::FirstName)) && !found.contains(&Some(Column::LastName)) {
            found[at] = found[at].or((!found.contains(&Some(Column::FullName))).then_some(Column::FullName));
        } else if !found.contains(&Some(Column::LastName)) {
            found[at] = Some(Column::LastName);
        }
    }
    found
}

/// A heading without case, accents, spaces and signs; the signs that stand for "number" are that word.
fn plain(heading: &str) -> String {
    let spelled = fold(heading).replace("n°", "number").replace('#', "number");
    spelled.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How plain a heading is that consists of telling words and surrounding ones alone: the place of the plainest telling word, then
/// how many words there are. None where there is no telling word, or where anything is left over.
fn read(heading: &str, telling: &[&str], around: &[&[&str]]) -> Option<(usize, usize)> {
    if heading.len() > LONGEST {
        return None;
    }
    // For every end of a word so far, the plainest way of getting there.
    let mut ways: Vec<Option<(usize, usize)>> = vec![None; heading.len() + 1];
    *ways.first_mut()? = Some((usize::MAX, 0));
    let surrounding = || around.iter().flat_map(|words| words.iter()).map(|word| (usize::MAX, word));
    for from in 0..heading.len() {
        let (Some((plainest, count)), Some(rest)) = (ways[from], heading.get(from..)) else { continue };
        for (place, word) in telling.iter().enumerate().chain(surrounding()).filter(|(_, word)| rest.starts_with(**word)) {
            let way = (plainest.min(place), count + 1);
            let there = &mut ways[from + word.len()];
            *there = Some(there.map_or(way, |before| before.min(way)));
        }
    }
    ways.last().copied().flatten().filter(|(plainest, _)| *plainest != usize::MAX)
}

#[cfg(test)]
#[path = "headings_tests.rs"]
mod tests;
