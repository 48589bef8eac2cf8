//! The texts of links that lead nowhere, and of links opened while somebody else is signed in.

crate::texts::texts! {
    unknown_title() { en "This link cannot be read" fr "Ce lien est illisible" }
    unknown_body() { en "It is incomplete or was changed on its way, or was opened in this browser too long ago. Open it again from the message, or copy it whole into the address bar." fr "Il est incomplet, a été modifié en chemin ou a été ouvert ici il y a trop longtemps. Ouvrez-le de nouveau depuis le message ou copiez-le en entier dans la barre d’adresse." }
    activation_used_title() { en "This account is already active" fr "Ce compte est déjà activé" }
    activation_used_body() { en "The link was used before. Sign in with your password; if you do not know it, ask for a new one." fr "Le lien a déjà servi. Connectez-vous avec votre mot de passe ; si vous ne le connaissez pas, demandez-en un nouveau." }
    reset_used_title() { en "This link was already used" fr "Ce lien a déjà servi" }
    reset_used_body() { en "A new password was set since it was sent. Sign in with it, or ask for another link." fr "Un nouveau mot de passe a été enregistré depuis son envoi. Connectez-vous avec celui-ci ou demandez un autre lien." }
    expired_title() { en "This link has expired" fr "Ce lien a expiré" }
    expired_body(when: &str) { en "It was valid until {when}. A fresh one can be sent to the address on file." fr "Il était valable jusqu’au {when}. Un nouveau lien peut être envoyé à l’adresse enregistrée." }
    cancelled_title() { en "This link was withdrawn" fr "Ce lien a été retiré" }
    cancelled_body() { en "Your organisation has cancelled it. If you expected to get in, please ask there." fr "Votre organisation l’a annulé. Si vous pensiez pouvoir accéder au service, adressez-vous à elle." }
    superseded_title() { en "There is a newer message" fr "Il existe un message plus récent" }
    superseded_body(when: &str, address: &str) { en "On {when} a newer message was sent to {address}. Only the link in that message works. If you cannot find it, have a fresh one sent to the address on file." fr "Un message plus récent a été envoyé le {when} à {address}. Seul le lien de ce message fonctionne. Si vous ne le trouvez pas, faites envoyer un nouveau lien à l’adresse enregistrée." }
    address_changed_title() { en "This link was sent to an earlier address" fr "Ce lien a été envoyé à une ancienne adresse" }
    address_changed_body() { en "Your organisation has changed the address on file since. A fresh link can be sent to the present one." fr "Votre organisation a depuis changé l’adresse enregistrée. Un nouveau lien peut être envoyé à l’adresse actuelle." }
    suspended_title() { en "This account is suspended" fr "Ce compte est suspendu" }
    suspended_body() { en "Your organisation has suspended it; links do not work until it is restored." fr "Votre organisation l’a suspendu ; les liens ne fonctionnent pas tant qu’il n’est pas rétabli." }
    send_fresh_link() { en "Send me a fresh link" fr "M’envoyer un nouveau lien" }
    sent_before(address: &str) { en "Nothing was sent now: a message left for {address} a moment ago. Look into that inbox, and among the unwanted mail; in two minutes you can ask again." fr "Rien n’a été envoyé maintenant : un message vient de partir vers {address}. Regardez dans cette boîte de réception et parmi les indésirables ; vous pourrez redemander un lien dans deux minutes." }
    on_its_way_before(address: &str) { en "Nothing more was sent: a message to {address} is on its way already. It can take a few minutes." fr "Rien de plus n’a été envoyé : un message vers {address} est déjà en route. Cela peut prendre quelques minutes." }
    address_on_file() { en "the address on file" fr "l’adresse enregistrée" }
    go_to_sign_in() { en "Go to sign in" fr "Aller à la connexion" }
    go_on() { en "Go to your page" fr "Aller à votre page" }
    ask_for_new_link() { en "Ask for a new link" fr "Demander un nouveau lien" }
    whom_to_ask(organisation: &str, contact: &str) { en "Whom to ask at {organisation}: {contact}" fr "À qui s’adresser chez {organisation} : {contact}" }
    ask_organisation(organisation: &str) { en "If this does not help, please ask at {organisation}." fr "Si cela ne suffit pas, adressez-vous à {organisation}." }

    somebody_else_title() { en "Somebody else is signed in" fr "Une autre personne est connectée" }
    somebody_else_body(somebody: &str, name: &str) { en "{somebody} is signed in with this browser. The link is for {name}: to go on, that session ends first." fr "{somebody} utilise une session ouverte dans ce navigateur. Le lien est destiné à {name} : pour continuer, cette session doit d’abord être fermée." }
    leave_and_go_on(somebody: &str) { en "Sign {somebody} out and go on" fr "Déconnecter {somebody} et continuer" }
    stay(somebody: &str) { en "Stay signed in as {somebody}" fr "Garder la session : {somebody}" }
    sign_in_with() { en "You sign in with" fr "Identifiant de connexion" }
}
