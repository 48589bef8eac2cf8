use super::*;
use Column::{Department, Email, EmployeeNumber, FirstName, FullName, Language, LastName, Site, Title};

fn alone(heading: &str) -> Option<Column> {
    recognise([heading])[0]
}

#[test]
fn english_and_french_headings_are_recognised_however_they_are_written() {
    let read = |headings: &[&str]| recognise(headings.iter().copied());
    assert_eq!(
        read(&["Matricule", "Prénom", "NOM", "Courriel", "Service", "Lieu", "Poste", "Langue"]),
        [EmployeeNumber, FirstName, LastName, Email, Department, Site, Title, Language].map(Some)
    );
    assert_eq!(
        read(&["first_name", "Surname", "E-Mail", "Employee No.", "Job title:", "shoe size"]),
        [Some(FirstName), Some(LastName), Some(Email), Some(EmployeeNumber), Some(Title), None]
    );
    assert_eq!(read(&["Adresse électronique", "N°"]), [Some(Email), Some(EmployeeNumber)]);
    assert_eq!(read(&["Name", "Mail"]), [Some(FullName), Some(Email)]);
    assert_eq!(read(&["Name", "First name"]), [Some(LastName), Some(FirstName)]);
    assert_eq!(read(&["Nom du salarié", "Prénom du salarié"]), [Some(LastName), Some(FirstName)]);
    assert_eq!(read(&["Nom complet", "Nom"]), [Some(FullName), None]);
    assert_eq!(read(&["Nom de naissance", "Nom", "Prénom"]), [None, Some(LastName), Some(FirstName)]);
}

#[test]
fn hr_programs_are_understood() {
    for (column, headings) in [
        (
            EmployeeNumber,
            &[
                "N° matricule",
                "N° salarié",
                "N° employé",
                "Nº de matricule",
                "№",
                "Numéro d’employé",
                "Matricule salarié",
                "Code salarié",
                "ID employé",
                "Identifiant salarié",
                "Employee #",
                "Employee no.",
                "Employee ID",
                "employeeId",
                "EMPID",
                "userId",
                "Personnel number",
                "Worker ID",
                "Associate ID",
                "File Number",
                "Payroll No",
                "Works number",
                "Employee Reference",
                "person-id-external",
            ][..],
        ),
        (
            Email,
            &[
                "Mail pro",
                "Adresse e-mail professionnelle",
                "E-mail professionnel",
                "Courriel pro",
                "Email - Primary Work",
                "primaryWorkEmail",
                "Work Contact: Work Email",
                "Business Email Address",
                "Adresse mail",
                "Adresse de messagerie",
                "Email du salarié",
                "Company e-mail",
            ],
        ),
        (
            FirstName,
            &["Legal First Name", "Legal Name - First Name", "Preferred First Name", "Prénom d’usage", "Prénom usuel", "Given name(s)"],
        ),
        (LastName, &["Legal Last Name", "Nom d’usage", "Nom de famille", "Family Name"]),
        (FullName, &["Worker", "Employee name", "Payroll Name", "Salarié", "Nom et prénom", "Nom Prénom du salarié", "Display name"]),
        (
            Department,
            &["Home Department Description", "Département de rattachement", "Nom du service", "Supervisory Organization", "Équipe"],
        ),
        (Site, &["Location Description", "Office", "Lieu de travail", "Site de rattachement", "Work location", "Libellé établissement"]),
        (Title, &["Business Title", "Job Title Description", "Intitulé du poste", "Libellé emploi", "Poste occupé", "Position"]),
        (Language, &["Preferred language", "defaultLocale", "Langue de communication"]),
    ] {
        for heading in headings {
            assert_eq!(alone(heading), Some(column), "{heading}");
        }
    }
}

#[test]
fn what_is_about_something_else_is_no_column() {
    for heading in [
        "",
        "Personal email",
        "Email personnel",
        "E-mail perso",
        "Email du manager",
        "Manager ID",
        "Position ID",
        "N° de sécurité sociale",
        "Numéro de téléphone",
        "Department code",
        "Lieu de naissance",
        "Nom de naissance",
        "Adresse",
        "Company name",
        "Non",
        "Cost center",
        "Langue maternelle",
        "Job code",
        "Note",
        &"number".repeat(1000),
        "💾",
    ] {
        assert_eq!(alone(heading), None, "{heading}");
    }
}

#[test]
fn of_two_headings_for_one_column_the_plainer_counts() {
    assert_eq!(recognise(["ID", "Employee number"]), [None, Some(EmployeeNumber)]);
    assert_eq!(recognise(["Employee ID", "Personnel number"]), [None, Some(EmployeeNumber)]);
    assert_eq!(recognise(["Email", "email"]), [Some(Email), None]);
    assert_eq!(recognise(["Work email", "Email"]), [None, Some(Email)]);
    assert_eq!(recognise(["Équipe", "Département"]), [None, Some(Department)]);
    assert_eq!(recognise(["Employee", "Employee ID"]), [Some(FullName), Some(EmployeeNumber)]);
}
