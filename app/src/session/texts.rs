//! The texts of signing in.

crate::texts::texts! {
    description() { en "Sign in to the account that your organisation gave you." fr "Connectez-vous au compte que votre organisation vous a ouvert." }
    sign_in() { en "Sign in" fr "Se connecter" }
    identifier() { en "Email or employee number" fr "Adresse électronique ou matricule" }
    password() { en "Password" fr "Mot de passe" }
    sign_in_to_go_on() { en "Please sign in to go on. If you were signed in before, that session has ended." fr "Veuillez vous connecter pour continuer. Si une session était ouverte, elle a pris fin." }
    forgot() { en "Forgot your password?" fr "Mot de passe oublié ?" }
    no_account_yet() { en "No access yet? Open the link in the message from your organisation, or ask for it to be sent again with “Forgot your password?”." fr "Pas encore d’accès ? Ouvrez le lien du message de votre organisation, ou redemandez-le avec « Mot de passe oublié ? »." }
}
