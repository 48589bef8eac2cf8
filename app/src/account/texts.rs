//! The texts of one's own pages.

crate::texts::texts! {
    start() { en "Start" fr "Accueil" }
    hello(name: &str) { en "Hello, {name}" fr "Bonjour, {name}" }
    you_are_in(organisation: &str) { en "Your account at {organisation} is active." fr "Votre compte chez {organisation} est activé." }
    go_on_to(organisation: &str) { en "Go on to {organisation}" fr "Continuer vers {organisation}" }
    my_account() { en "My account" fr "Mon compte" }
    whom_to_ask(contact: &str) { en "Whom to ask: {contact}" fr "À qui s’adresser : {contact}" }
    name() { en "Name" fr "Nom" }
    organisation() { en "Organisation" fr "Organisation" }
    sign_in_with() { en "You sign in with" fr "Identifiant de connexion" }
    language() { en "Language" fr "Langue" }
    language_of_pages() { en "Language of pages and messages" fr "Langue des pages et des messages" }
    browsers_language() { en "My browser’s, else my organisation’s" fr "Celle du navigateur, sinon de l’organisation" }
    save() { en "Save" fr "Enregistrer" }
    change_password() { en "Change the password" fr "Modifier le mot de passe" }
    current_password() { en "Current password" fr "Mot de passe actuel" }
    ends_other_sessions() { en "Changing it ends your sessions in other browsers, and you are told by mail." fr "La modification ferme vos sessions dans les autres navigateurs, et un message vous en informe." }
}
