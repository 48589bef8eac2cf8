//! The columns of an exported list, in the language of whoever exports.

use domain::{invitation::Status, language::Language};

/// The heads of the columns, in the order of the file. Those of times name the zone that they are in.
pub fn heads(language: Language, time_zone: &str) -> [String; 13] {
    let local = |head: String| format!("{head} ({time_zone})");
    [
        texts::first_name(language),
        texts::last_name(language),
        texts::email(language),
        texts::employee_number(language),
        texts::department(language),
        texts::site(language),
        texts::title(language),
        texts::status(language),
        local(texts::expires(language)),
        local(texts::sent(language)),
        local(texts::last_sign_in(language)),
        texts::suspended(language),
        texts::delivery_problem(language),
    ]
}

/// A status, as the file says it.
pub fn status(language: Language, status: Status) -> String {
    match status {
        Status::NotInvited => texts::not_invited(language),
        Status::Pending => texts::pending(language),
        Status::Active => texts::active(language),
        Status::Expired => texts::expired(language),
        Status::Cancelled => texts::cancelled(language),
    }
}

/// Yes, or nothing.
pub fn flag(language: Language, on: bool) -> String {
    if on { texts::yes(language) } else { String::new() }
}

/// The file's name.
pub fn file_name(language: Language) -> String {
    texts::file_name(language)
}

mod texts {
    crate::texts::texts! {
        first_name() { en "First name" fr "Prénom" }
        last_name() { en "Last name" fr "Nom" }
        email() { en "Email" fr "Adresse électronique" }
        employee_number() { en "Employee number" fr "Matricule" }
        department() { en "Department" fr "Service" }
        site() { en "Site" fr "Site" }
        title() { en "Job title" fr "Fonction" }
        status() { en "Invitation status" fr "État de l’invitation" }
        expires() { en "Expires" fr "Expire le" }
        sent() { en "Sent" fr "Envoyé le" }
        last_sign_in() { en "Last sign-in" fr "Dernière connexion" }
        suspended() { en "Suspended" fr "Suspendu" }
        delivery_problem() { en "Delivery problem" fr "Problème d’envoi" }
        not_invited() { en "Not invited" fr "Non invité" }
        pending() { en "Pending" fr "En attente" }
        active() { en "Active" fr "Actif" }
        expired() { en "Expired" fr "Expirée" }
        cancelled() { en "Cancelled" fr "Annulée" }
        yes() { en "yes" fr "oui" }
        file_name() { en "employees.csv" fr "employes.csv" }
    }
}
