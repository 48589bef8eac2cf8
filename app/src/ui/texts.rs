//! The texts of the controls.

crate::texts::texts! {
    missing() { en "Please fill this in." fr "Veuillez remplir ce champ." }
    too_long(n: u64) { en "At most {n} character." | "At most {n} characters." fr "{n} caractère au plus." | "{n} caractères au plus." }
    not_an_address() { en "This is not an email address, such as name@example.org." fr "Ce n’est pas une adresse électronique, comme nom@example.org." }
    address_not_ascii() { en "Before the @, only letters without accents can be delivered." fr "Avant le @, seules des lettres sans accent peuvent être acheminées." }
    not_a_choice() { en "Please choose one of the values." fr "Veuillez choisir l’une des valeurs." }
    out_of_range(least: &str, most: &str) { en "A whole number from {least} to {most}." fr "Un nombre entier de {least} à {most}." }
    not_a_web_address() { en "A web address that begins with https:// or http://." fr "Une adresse web qui commence par https:// ou http://." }
    not_a_time_zone() { en "A time zone such as Europe/Paris." fr "Un fuseau horaire comme Europe/Paris." }
    not_a_short_name() { en "Small letters without accents, digits and hyphens, 40 at most." fr "Minuscules sans accent, chiffres et traits d’union, 40 au plus." }
    short_name_taken() { en "Another organisation has this short name." fr "Une autre organisation porte ce nom court." }
    wrong_sign_in() { en "This does not fit together. Check both entries, or use “Forgot your password?”." fr "Ces informations ne vont pas ensemble. Vérifiez les deux champs ou utilisez « Mot de passe oublié ? »." }
    wrong_password() { en "This is not your present password." fr "Ce n’est pas votre mot de passe actuel." }
    number_needed() { en "Several people share this address. Please sign in with your employee number." fr "Plusieurs personnes partagent cette adresse. Connectez-vous avec votre matricule." }
    wait_seconds(n: u64) { en "Too many attempts. Please wait {n} second and try again." | "Too many attempts. Please wait {n} seconds and try again." fr "Trop de tentatives. Patientez {n} seconde et réessayez." | "Trop de tentatives. Patientez {n} secondes et réessayez." }
    number_taken() { en "Another employee has this number." fr "Une autre personne porte ce matricule." }
    address_taken() { en "Another employee without a number has this address. Give one of the two a number." fr "Une autre personne sans matricule a cette adresse. Donnez un matricule à l’une des deux." }
    no_key() { en "An email address or an employee number is needed: with neither, this person could never sign in." fr "Il faut une adresse électronique ou un matricule : sans l’un des deux, cette personne ne pourrait jamais se connecter." }
    at_in_number() { en "A number holds no @." fr "Un matricule ne contient pas de @." }
    password_too_short(n: u64) { en "At least {n} character. A few words in a row are easy to remember." | "At least {n} characters. A few words in a row are easy to remember." fr "Au moins {n} caractère. Quelques mots à la suite se retiennent bien." | "Au moins {n} caractères. Quelques mots à la suite se retiennent bien." }
    password_too_long() { en "At most 256 characters." fr "256 caractères au plus." }
    password_own_words() { en "It holds your name, your address or your organisation’s name. Choose other words." fr "Il contient votre nom, votre adresse ou le nom de votre organisation. Choisissez d’autres mots." }
    password_too_common() { en "This is easily guessed. Choose something less common, such as four unrelated words." fr "Il se devine facilement. Choisissez quelque chose de moins courant, comme quatre mots sans rapport." }
    passwords_differ() { en "The two passwords differ." fr "Les deux mots de passe diffèrent." }
    last_owner() { en "This is the last owner; make somebody else an owner first." fr "C’est la dernière personne propriétaire ; nommez-en d’abord une autre." }
    role_above() { en "This person’s role is above yours." fr "Le rôle de cette personne est supérieur au vôtre." }
    changed() { en "This changed meanwhile. Please look again." fr "Ceci a changé entre-temps. Veuillez vérifier." }

    changed_meanwhile() { en "This was changed meanwhile." fr "Cette valeur a été modifiée entre-temps." }
    changed_meanwhile_by(name: &str) { en "This was changed meanwhile by {name}." fr "Cette valeur a été modifiée entre-temps par {name}." }
    now(value: &str) { en "It now says “{value}”." fr "Elle indique maintenant « {value} »." }
    now_empty() { en "Nothing stands here now." fr "Plus rien n’y figure." }
    look_and_save_again() { en "Look at it and save again." fr "Vérifiez, puis enregistrez de nouveau." }

    changed_heading(n: u64) { en "{n} entry was changed meanwhile: please check" | "{n} entries were changed meanwhile: please check" fr "{n} champ a été modifié entre-temps : veuillez vérifier" | "{n} champs ont été modifiés entre-temps : veuillez vérifier" }
    errors_heading(n: u64) { en "Please correct {n} entry" | "Please correct {n} entries" fr "Veuillez corriger {n} champ" | "Veuillez corriger {n} champs" }
    optional() { en "optional" fr "facultatif" }
    show_password() { en "Show the password" fr "Afficher le mot de passe" }
    new_password() { en "New password" fr "Nouveau mot de passe" }
    repeat_password() { en "Repeat the password" fr "Répétez le mot de passe" }
    password_hint(n: u64) { en "At least {n} character; a few unrelated words are good." | "At least {n} characters; a few unrelated words are good." fr "Au moins {n} caractère ; quelques mots sans rapport conviennent bien." | "Au moins {n} caractères ; quelques mots sans rapport conviennent bien." }
    strength_too_short(n: u64) { en "Too short: {n} character or more." | "Too short: {n} characters or more." fr "Trop court : {n} caractère au moins." | "Trop court : {n} caractères au moins." }
    strength_pattern() { en "Weak: repeated characters, alphabets and rows of keys count for little." fr "Faible : les caractères répétés, les alphabets et les rangées de touches comptent peu." }
    strength_fair() { en "Long enough. It is refused all the same if it is a common one: four unrelated words are safe." fr "Assez long, mais refusé s’il est courant : quatre mots sans rapport, séparés par des espaces, conviennent toujours." }
    strength_good() { en "Good." fr "Bon." }
    strength_strong() { en "Very good." fr "Très bon." }
    skip_to_content() { en "Skip to the content" fr "Aller au contenu" }
    administration() { en "Administration" fr "Administration" }
    employees() { en "Employees" fr "Employés" }
    batches() { en "Batches" fr "Envois groupés" }
    settings() { en "Settings" fr "Paramètres" }
    sign_out() { en "Sign out" fr "Se déconnecter" }
    languages() { en "Language" fr "Langue" }
    notices() { en "Notices" fr "Avis" }
    mail_waits() { en "No mail server is configured: messages wait in the outbox and nothing leaves." fr "Aucun serveur de messagerie n’est configuré : les messages attendent et rien ne part." }
    mail_is_kept() { en "No mail leaves this machine: messages are kept in the" fr "Aucun message ne quitte cette machine : ils sont gardés dans la" }
    mailbox() { en "built-in mailbox" fr "boîte intégrée" }
    outbox_is_held() { en "Nothing leaves: this database looks like a restored copy, or everything was held on purpose. Whoever runs Latchkey lets messages go on with “latchkey outbox release”." fr "Rien ne part : cette base de données semble être une copie restaurée, ou tout a été retenu volontairement. La personne qui exploite Latchkey peut laisser repartir les messages avec « latchkey outbox release »." }
    links_are_local() { en "The base URL is on this machine: links in mails open here only." fr "L’adresse de base est sur cette machine : les liens des messages ne s’ouvrent qu’ici." }
    sign_in_again() { en "Sign in and come back here" fr "Se connecter et revenir ici" }
    home() { en "To the start page" fr "Vers la page d’accueil" }
    something_wrong() { en "This did not work" fr "Cela n’a pas fonctionné" }
    try_again() { en "Try again" fr "Réessayer" }
    go_back() { en "Go back in your browser: what you typed is still there." fr "Revenez en arrière dans votre navigateur : votre saisie y est encore." }
    reference(id: &str) { en "Whoever runs this server finds it in the logs as {id}." fr "La personne qui gère ce serveur le retrouve dans les journaux sous {id}." }
    page_not_found() { en "Page not found" fr "Page introuvable" }
    saved() { en "Saved." fr "Enregistré." }
    added() { en "Added." fr "Ajouté." }
    address_changed() { en "Saved. The address changed: links sent to the old one no longer work. Send the invitation again with “Resend invitation”." fr "Enregistré. L’adresse a changé : les liens envoyés à l’ancienne ne fonctionnent plus. Envoyez de nouveau l’invitation avec « Renvoyer l’invitation »." }
    removed() { en "Removed." fr "Retiré." }
    suspended() { en "Suspended." fr "Suspendu." }
    restored() { en "Restored." fr "Rétabli." }
    signed_out() { en "You have signed out." fr "Vous êtes déconnecté." }
    link_sent() { en "A fresh link is on its way to the address on file. It can take a few minutes." fr "Un nouveau lien est en route vers l’adresse enregistrée. Cela peut prendre quelques minutes." }
    link_not_sent() { en "No message could be sent. Please ask your organisation." fr "Aucun message n’a pu être envoyé. Adressez-vous à votre organisation." }
    password_changed() { en "Your password is changed. Sessions elsewhere were ended." fr "Votre mot de passe est modifié. Les sessions ouvertes ailleurs ont été fermées." }
    password_set() { en "Your new password is set." fr "Votre nouveau mot de passe est enregistré." }
}
