//! The texts of activation.

crate::texts::texts! {
    title() { en "Activate your account" fr "Activez votre compte" }
    welcome(name: &str, organisation: &str) { en "Welcome, {name}. Choose a password for your account at {organisation}; you are signed in at once." fr "Bienvenue, {name}. Choisissez un mot de passe pour votre compte chez {organisation} ; vous serez ensuite connecté(e)." }
    activate() { en "Activate my account" fr "Activer mon compte" }
    not_me(name: &str) { en "You are not {name}? Then close this page; nothing has changed." fr "Vous n’êtes pas {name} ? Fermez cette page ; rien n’a changé." }
}
