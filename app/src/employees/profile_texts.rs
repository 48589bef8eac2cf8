//! The texts of one employee's page.

crate::texts::texts! {
    not_invited() { en "Not invited" fr "Non invité" }
    pending_until(until: &str) { en "Pending, expires {until}" fr "En attente, expire le {until}" }
    pending_unsent() { en "Pending, not sent yet" fr "En attente, pas encore envoyée" }
    active_since(since: &str) { en "Active since {since}" fr "Actif depuis le {since}" }
    expired_since(since: &str) { en "Expired since {since}" fr "Expirée depuis le {since}" }
    cancelled_on(on: &str) { en "Cancelled on {on}" fr "Annulée le {on}" }
    suspended_since(since: &str) { en "Suspended since {since}" fr "Suspendu depuis le {since}" }
    delivery_problem(reason: &str) { en "Delivery problem: {reason}" fr "Problème d’envoi : {reason}" }
    reason_unknown() { en "the message could not be delivered" fr "le message n’a pas pu être remis" }
    smtp_reply() { en "Reply of the mail server" fr "Réponse du serveur de messagerie" }

    latest_message() { en "Latest message" fr "Dernier message" }
    latest_at(state: &str, address: &str, at: &str) { en "{state}, to {address}, {at}" fr "{state}, à {address}, le {at}" }
    next_try(state: &str, address: &str, at: &str) { en "{state}, to {address}, {at} at the earliest" fr "{state}, à {address}, au plus tôt le {at}" }
    about() { en "Details" fr "Informations" }
    email() { en "Email" fr "Adresse électronique" }
    no_email() { en "No email address" fr "Sans adresse électronique" }
    employee_number() { en "Employee number" fr "Matricule" }
    department() { en "Department" fr "Service" }
    site() { en "Site" fr "Site" }
    title() { en "Job title" fr "Fonction" }
    language() { en "Language" fr "Langue" }
    language_of_organisation(name: &str) { en "{name} (the organisation’s)" fr "{name} (celle de l’organisation)" }
    role() { en "Role" fr "Rôle" }
    added_at() { en "Added" fr "Ajout" }
    last_sign_in() { en "Last sign-in" fr "Dernière connexion" }
    never() { en "Never" fr "Jamais" }

    profile() { en "Employee" fr "Employé" }
    to_employees() { en "Employees" fr "Employés" }
    actions() { en "Actions" fr "Actions" }
    view_history() { en "View history" fr "Voir l’historique" }
    needs_address() { en "Nothing can be sent without an email address." fr "Rien ne peut être envoyé sans adresse électronique." }
    is_suspended() { en "Nothing is sent to a suspended account; restore it first." fr "Rien n’est envoyé à un compte suspendu ; rétablissez-le d’abord." }
}
