//! The texts of forgotten passwords.

crate::texts::texts! {
    forgot_title() { en "Forgot your password?" fr "Mot de passe oublié ?" }
    forgot_body() { en "Tell us who you are, and we send a link to the address that your organisation has on file. If you have not activated your account yet, your invitation is sent again." fr "Indiquez qui vous êtes : un lien est envoyé à l’adresse enregistrée par votre organisation. Si votre compte n’est pas encore activé, votre invitation est renvoyée." }
    identifier() { en "Email or employee number" fr "Adresse électronique ou matricule" }
    send_link() { en "Send me a link" fr "M’envoyer un lien" }
    requested() { en "If we know this address or number, a message is on its way. It can take a few minutes; look among the unwanted mail too." fr "Si cette adresse ou ce matricule nous est connu, un message est en route. Cela peut prendre quelques minutes ; regardez aussi parmi les courriers indésirables." }
    nothing_came() { en "Nothing came? Then your organisation may have another address on file, or none, or has not invited you yet: please ask there." fr "Rien n’est arrivé ? Votre organisation a peut-être enregistré une autre adresse, ou aucune, ou ne vous a pas encore invité(e) : adressez-vous à elle." }
    ask_again() { en "Ask once more" fr "Demander une nouvelle fois" }
    back_to_sign_in() { en "Back to sign in" fr "Retour à la connexion" }
    reset_title() { en "Choose a new password" fr "Choisissez un nouveau mot de passe" }
    reset_body(name: &str, organisation: &str) { en "For the account of {name} at {organisation}. Your old password works until the new one is set; then all sessions end." fr "Compte : {name}, chez {organisation}. L’ancien mot de passe reste valable jusque-là ; ensuite toutes les sessions sont fermées." }
    set_password() { en "Set the new password" fr "Enregistrer le nouveau mot de passe" }
}
