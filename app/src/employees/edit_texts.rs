//! The texts of adding, editing, suspending, restoring and removing.

use domain::{language::Language, record::RecordField, role::Role};

/// A role, in words.
pub(crate) fn role(language: Language, role: Role) -> String {
    match role {
        Role::Member => role_member(language),
        Role::Auditor => role_auditor(language),
        Role::Administrator => role_administrator(language),
        Role::Owner => role_owner(language),
    }
}

crate::texts::texts! {
    role_member() { en "Member" fr "Membre" }
    role_auditor() { en "Auditor" fr "Auditeur" }
    role_administrator() { en "Administrator" fr "Administrateur" }
    role_owner() { en "Owner" fr "Propriétaire" }

    add_employee() { en "Add an employee" fr "Ajouter un employé" }
    add() { en "Add" fr "Ajouter" }
    edit_employee(name: &str) { en "Edit {name}" fr "Modifier {name}" }
    edit() { en "Edit" fr "Modifier" }
    save() { en "Save" fr "Enregistrer" }
    back() { en "Go back" fr "Retour" }
    first_name() { en "First name" fr "Prénom" }
    last_name() { en "Last name" fr "Nom" }
    name_hint() { en "One of the two is enough." fr "L’un des deux suffit." }
    email() { en "Email" fr "Adresse électronique" }
    email_hint() { en "Credentials are sent here. Two people may share an address when one of them has an employee number." fr "Les identifiants y sont envoyés. Deux personnes peuvent partager une adresse si l’une d’elles a un matricule." }
    email_edit_hint() { en "A changed address ends the links sent to the old one; an active person is told there." fr "Changer l’adresse met fin aux liens envoyés à l’ancienne ; une personne active y est prévenue." }
    employee_number_hint() { en "Needed where there is no email address." fr "Nécessaire s’il n’y a pas d’adresse électronique." }
    employee_number() { en "Employee number" fr "Matricule" }
    department() { en "Department" fr "Service" }
    site() { en "Site" fr "Site" }
    title() { en "Job title" fr "Fonction" }
    language() { en "Language" fr "Langue" }
    language_unset() { en "As the organisation" fr "Celle de l’organisation" }
    role_label() { en "Role" fr "Rôle" }
    role_hint() { en "Auditors see everything and change nothing; administrators manage employees, invitations and settings; owners also roles." fr "Les auditeurs voient tout sans rien changer ; les administrateurs gèrent employés, invitations et paramètres ; les propriétaires aussi les rôles." }

    suspend() { en "Suspend" fr "Suspendre" }
    restore() { en "Restore" fr "Rétablir" }
    remove() { en "Remove" fr "Retirer" }
    suspend_heading(name: &str) { en "Suspend {name}?" fr "Suspendre {name} ?" }
    restore_heading(name: &str) { en "Restore {name}?" fr "Rétablir {name} ?" }
    remove_heading(name: &str) { en "Remove {name}?" fr "Retirer {name} ?" }
    suspend_means() { en "Signing in stops at once, and open sessions end. It can be restored at any time." fr "La connexion cesse aussitôt et les sessions ouvertes prennent fin. Le compte peut être rétabli à tout moment." }
    restore_means() { en "Signing in works again as before. A cancelled invitation stays cancelled: send credentials again where they are needed." fr "La connexion fonctionne de nouveau comme avant. Une invitation annulée le reste : renvoyez des identifiants si nécessaire." }
    remove_means() { en "The person disappears from every list, and can no longer sign in. The history of what was sent stays. This cannot be taken back." fr "La personne disparaît de toutes les listes et ne peut plus se connecter. L’historique des envois demeure. C’est irréversible." }
    invitation_ends() { en "The open invitation is cancelled, and what has not left yet is not sent." fr "L’invitation en cours est annulée, et ce qui n’est pas encore parti ne sera pas envoyé." }
}

/// A field of a record, in words.
pub(crate) fn field(language: Language, field: RecordField) -> String {
    match field {
        RecordField::FirstName => first_name(language),
        RecordField::LastName => last_name(language),
        RecordField::Email => email(language),
        RecordField::EmployeeNumber => employee_number(language),
        RecordField::Department => department(language),
        RecordField::Site => site(language),
        RecordField::Title => title(language),
        RecordField::Language => self::language(language),
    }
}
