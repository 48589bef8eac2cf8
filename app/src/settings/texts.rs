//! The texts of settings.

crate::texts::texts! {
    settings() { en "Settings" fr "Paramètres" }
    read_only() { en "Your role lets you look, not change." fr "Votre rôle permet de consulter, pas de modifier." }
    save() { en "Save" fr "Enregistrer" }
    organisation() { en "Organisation" fr "Organisation" }
    name() { en "Name" fr "Nom" }
    short_name() { en "Short name" fr "Nom court" }
    short_name_hint() { en "After the @ when an employee number alone is not unique: NUMBER@short-name." fr "Après le @ lorsqu’un matricule seul n’est pas unique : MATRICULE@nom-court." }
    language() { en "Language" fr "Langue" }
    language_hint() { en "For mail and screens of people who have chosen none." fr "Pour les messages et les écrans des personnes qui n’en ont pas choisi." }
    time_zone() { en "Time zone" fr "Fuseau horaire" }
    time_zone_hint() { en "Invitations expire at the end of a day here." fr "Les invitations expirent à la fin d’une journée de ce fuseau." }
    invitations() { en "Invitations" fr "Invitations" }
    validity_days() { en "Validity in days" fr "Validité en jours" }
    validity_hint() { en "From the moment a message leaves; 1 to 90. Applies to messages that leave from now on." fr "À partir du départ du message ; de 1 à 90. S’applique aux messages qui partent désormais." }
    hold_seconds() { en "Hold in seconds" fr "Retenue en secondes" }
    hold_hint() { en "How long a batch can be taken back before it leaves; 0 to 3,600." fr "Le temps pendant lequel un envoi groupé peut être annulé avant son départ ; de 0 à 3\u{202f}600." }
    pace() { en "Pace" fr "Rythme" }
    pace_hint() { en "How many messages of batches leave at most; left empty, as many as the mail server takes. Messages to one person and password resets that people ask for do not wait for it, and count." fr "Le nombre maximal de messages d’envois groupés ; laissé vide, autant que le serveur de messagerie en accepte. Les messages à une seule personne et les réinitialisations que les personnes demandent elles-mêmes n’attendent pas, mais comptent." }
    pace_per_second() { en "Messages per second" fr "Messages par seconde" }
    pace_per_hour() { en "Messages per hour" fr "Messages par heure" }
    pace_per_day() { en "Messages per day" fr "Messages par jour" }
    mail() { en "Mail" fr "Messages" }
    sender_name() { en "Sender name" fr "Nom de l’expéditeur" }
    sender_name_hint() { en "Left empty: the organisation’s name." fr "Laissé vide : le nom de l’organisation." }
    sender_address() { en "Sender address" fr "Adresse de l’expéditeur" }
    sender_address_hint(usual: &str) { en "An address on your own domain. Left empty: that of this installation, {usual}." fr "Une adresse de votre propre domaine. Laissée vide : celle de cette installation, {usual}." }
    reply_to() { en "Replies go to" fr "Les réponses vont à" }
    contact() { en "Contact" fr "Contact" }
    contact_hint() { en "Whom to ask, as it stands in mails and wherever somebody gets no further: a name, a telephone number, an address." fr "À qui s’adresser, tel qu’indiqué dans les messages et partout où quelqu’un est bloqué : un nom, un numéro de téléphone, une adresse." }
    destination_url() { en "Destination" fr "Destination" }
    destination_hint() { en "The address of the intranet or tool that the credentials are for." fr "L’adresse de l’intranet ou de l’outil auquel servent les identifiants." }
    not_set() { en "Not set" fr "Non renseigné" }
}
