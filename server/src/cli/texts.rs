//! What commands say.

app::texts! {
    latchkey_is_at(url: &str) { en "Latchkey is at {url}" fr "Latchkey est à l’adresse {url}" }
    demo_owner(organisation: &str, identifier: &str, password: &str) { en "The owner of {organisation} signs in as {identifier} with the password: {password}" fr "La personne propriétaire, chez {organisation}, se connecte comme {identifier} avec le mot de passe : {password}" }
    demo_owner_changed(organisation: &str, identifier: &str) { en "The owner of {organisation} signs in as {identifier} with the password that was set since the demo was made" fr "La personne propriétaire, chez {organisation}, se connecte comme {identifier} avec le mot de passe choisi depuis la création de la démonstration" }
    demo_owner_removed() { en "The demo’s owner was removed; latchkey owner add makes another one" fr "La personne propriétaire de la démonstration a été retirée ; latchkey owner add en crée une autre" }
    messages_leave() { en "Messages leave again." fr "Les messages partent de nouveau." }
    nothing_was_held() { en "Nothing was held: messages leave as before." fr "Rien n’était retenu : les messages partent comme avant." }
    invented(n: u64) { en "{n} invented person was added." | "{n} invented people were added." fr "{n} personne inventée a été ajoutée." | "{n} personnes inventées ont été ajoutées." }
    open_link(link: &str) { en "Open this link within a day; it works once:\n{link}" fr "Ouvrez ce lien dans la journée ; il sert une fois :\n{link}" }
    owner_can_sign_in() { en "The owner can sign in now." fr "La personne propriétaire peut maintenant se connecter." }
    row(row: u32, title: &str, reasons: &str) { en "row {row} ({title}): {reasons}" fr "ligne {row} ({title}) : {reasons}" }
    imported(counts: &str) { en "Imported: {counts}" fr "Importé : {counts}" }
    would_import(counts: &str) { en "Nothing was written. This would be imported: {counts}" fr "Rien n’a été écrit. Seraient importés : {counts}" }
    resend(n: u64) { en "{n} of them is invited and has another address: the invitation has to be sent again." | "{n} of them are invited and have another address: their invitation has to be sent again." fr "{n} personne invitée a changé d’adresse : l’invitation est à renvoyer." | "{n} personnes invitées ont changé d’adresse : l’invitation est à renvoyer." }
    would_resend(n: u64) { en "{n} of them is invited and would get another address: the invitation would have to be sent again." | "{n} of them are invited and would get another address: their invitation would have to be sent again." fr "{n} personne invitée changerait d’adresse : l’invitation serait à renvoyer." | "{n} personnes invitées changeraient d’adresse : l’invitation serait à renvoyer." }
}
