//! The texts of one employee's history.

crate::texts::texts! {
    history() { en "History" fr "Historique" }
    nothing_yet() { en "Nothing has happened yet." fr "Rien ne s’est encore passé." }
    older() { en "Older" fr "Plus ancien" }
    newest() { en "Newest" fr "Le plus récent" }
    by(name: &str) { en "by {name}" fr "par {name}" }
    batch(id: &str) { en "Batch {id}" fr "Envoi groupé {id}" }
    show_message() { en "Show the message" fr "Afficher le message" }
    message_as_sent() { en "The message as it was sent" fr "Le message tel qu’il a été envoyé" }
    link_removed() { en "Its link is left out." fr "Son lien a été retiré." }
    hide_message() { en "Close the message" fr "Fermer le message" }

    added() { en "Added" fr "Ajout" }
    imported() { en "Added by an import" fr "Ajout par import" }
    edited(fields: &str) { en "Edited: {fields}" fr "Modification : {fields}" }
    address_changed(from: &str, to: &str) { en "Address changed from {from} to {to}" fr "Adresse changée : {from} devient {to}" }
    address_added(to: &str) { en "Address {to} added" fr "Adresse {to} ajoutée" }
    address_removed(from: &str) { en "Address {from} removed" fr "Adresse {from} retirée" }
    address_changed_somehow() { en "Address changed" fr "Adresse changée" }
    role_changed(from: &str, to: &str) { en "Role changed from {from} to {to}" fr "Rôle changé : {from} devient {to}" }
    suspended() { en "Suspended" fr "Suspension" }
    restored() { en "Restored" fr "Rétablissement" }
    removed() { en "Removed" fr "Retrait" }
    invited() { en "Invitation created" fr "Invitation créée" }
    invited_to(address: &str) { en "Invitation created, message to {address} queued" fr "Invitation créée, message à {address} en file" }
    resent(address: &str) { en "Invitation resent, message to {address} queued" fr "Invitation renvoyée, message à {address} en file" }
    link_requested() { en "Asked for a fresh link" fr "Nouveau lien demandé par la personne" }
    reset_queued(address: &str) { en "Password reset to {address} queued" fr "Réinitialisation du mot de passe à {address} en file" }
    notice_queued(notice: &str, address: &str) { en "Notice to {address} queued: {notice}" fr "Avis à {address} en file : {notice}" }
    notice_batch() { en "a batch" fr "un envoi groupé" }
    notice_password() { en "the password was changed" fr "le mot de passe a été changé" }
    notice_address() { en "the address was changed" fr "l’adresse a été changée" }
    sent(message: &str, address: &str) { en "{message} sent to {address}" fr "{message} : envoi à {address}" }
    kept(message: &str, address: &str) { en "{message} to {address} kept in the built-in mailbox" fr "{message} à {address} : gardé dans la boîte intégrée" }
    deferred(message: &str, reason: &str) { en "{message} to be tried again: {reason}" fr "{message} : nouvel essai prévu, {reason}" }
    failed(message: &str, reason: &str) { en "{message} not delivered: {reason}" fr "{message} : échec, {reason}" }
    dropped(message: &str, reason: &str) { en "{message} not sent: {reason}" fr "{message} : envoi abandonné, {reason}" }
    reason_unknown() { en "no reason given" fr "sans motif" }
    link_opened() { en "Link opened, perhaps by a mail scanner" fr "Lien ouvert, peut-être par un analyseur de messages" }
    link_opened_often(n: u64) { en "Link opened {n} time that day, perhaps by a mail scanner" | "Link opened {n} times that day, perhaps by a mail scanner" fr "Lien ouvert {n} fois ce jour-là, peut-être par un analyseur de messages" | "Lien ouvert {n} fois ce jour-là, peut-être par un analyseur de messages" }
    activated() { en "Account activated" fr "Compte activé" }
    cancelled() { en "Invitation cancelled" fr "Invitation annulée" }
    withdrawn() { en "Invitation taken back before it left" fr "Invitation retirée avant son départ" }
    expired() { en "Invitation expired" fr "Invitation expirée" }
    password_changed() { en "New password set" fr "Nouveau mot de passe défini" }
    batch_paused() { en "Batch paused" fr "Envoi groupé mis en pause" }
    batch_resumed() { en "Batch resumed" fr "Envoi groupé repris" }
    batch_stopped() { en "Batch stopped" fr "Envoi groupé arrêté" }
    settings_changed() { en "Settings changed" fr "Paramètres modifiés" }

    kind_invitation() { en "Invitation" fr "Invitation" }
    kind_resend() { en "Resent invitation" fr "Invitation renvoyée" }
    kind_reset() { en "Password reset" fr "Réinitialisation du mot de passe" }
    kind_notice() { en "Notice" fr "Avis" }
    kind_unknown() { en "Message" fr "Message" }
}
