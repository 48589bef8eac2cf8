//! The texts of bulk actions.

crate::texts::texts! {
    batches() { en "Batches" fr "Envois groupés" }
    batch(id: &str) { en "Batch {id}" fr "Envoi groupé {id}" }
    no_batches() { en "Nothing has been sent to several people at once yet. Select people on the Employees page and choose what they get." fr "Rien n’a encore été envoyé à plusieurs personnes à la fois. Sélectionnez des personnes sur la page Employés et choisissez ce qu’elles reçoivent." }
    what() { en "What" fr "Quoi" }
    who() { en "By" fr "Par" }
    when() { en "When" fr "Quand" }
    employees_column() { en "Employees" fr "Employés" }
    state() { en "State" fr "État" }
    employee_column() { en "Employee" fr "Employé" }
    address_column() { en "Email" fr "Adresse électronique" }
    number_column() { en "Employee number" fr "Matricule" }
    outcome_column() { en "Outcome" fr "Résultat" }
    outcomes() { en "Outcomes" fr "Résultats" }
    no_older() { en "There are no older batches." fr "Il n’y a pas d’envois groupés plus anciens." }
    newest() { en "To the newest" fr "Vers les plus récents" }
    older() { en "Older" fr "Plus anciens" }
    first() { en "First" fr "Premiers" }
    next() { en "Next" fr "Suivants" }

    send_credentials() { en "Send credentials" fr "Envoyer les identifiants" }
    resend_invitation() { en "Resend invitation" fr "Renvoyer l’invitation" }
    cancel_invitation() { en "Cancel invitation" fr "Annuler l’invitation" }
    send_password_reset() { en "Send password reset" fr "Envoyer une réinitialisation du mot de passe" }
    send_now() { en "Send now" fr "Envoyer maintenant" }
    resend_now() { en "Resend now" fr "Renvoyer maintenant" }
    cancel_invitations() { en "Cancel invitations" fr "Annuler les invitations" }
    go_back() { en "Go back" fr "Retour" }
    try_again() { en "Try again" fr "Réessayer" }
    close() { en "Close" fr "Fermer" }
    update_split() { en "Show again" fr "Réafficher" }
    working() { en "One moment…" fr "Un instant…" }

    will_receive(n: u64) { en "{n} person receives a message" | "{n} people receive a message" fr "{n} personne reçoit un message" | "{n} personnes reçoivent un message" }
    name_receives(name: &str) { en "{name} receives a message" fr "{name} reçoit un message" }
    will_be_cancelled(n: u64) { en "{n} invitation is cancelled" | "{n} invitations are cancelled" fr "{n} invitation est annulée" | "{n} invitations sont annulées" }
    name_is_cancelled(name: &str) { en "The invitation of {name} is cancelled" fr "L’invitation est annulée pour {name}" }
    name_takes_no_part(name: &str) { en "{name} does not take part" fr "Cela ne concerne pas {name}" }
    nobody_was_selected() { en "Nobody was selected" fr "Personne n’a été sélectionné" }
    nobody_receives() { en "Nobody among them takes part" fr "Aucune de ces personnes n’est concernée" }
    in_english(n: u64) { en "{n} in English" | "{n} in English" fr "{n} en anglais" | "{n} en anglais" }
    in_french(n: u64) { en "{n} in French" | "{n} in French" fr "{n} en français" | "{n} en français" }
    are_skipped(n: u64) { en "{n} person is skipped:" | "{n} people are skipped:" fr "{n} personne est laissée de côté :" | "{n} personnes sont laissées de côté :" }
    show_more(n: u64) { en "Show {n} more" | "Show {n} more" fr "Afficher {n} autre" | "Afficher {n} autres" }
    back_to_split() { en "Back to the whole action" fr "Retour à l’action entière" }
    resend_too(n: u64) { en "Also resend, where possible, to {n} person already invited" | "Also resend, where possible, to {n} people already invited" fr "Renvoyer aussi, si possible, à {n} personne déjà invitée" | "Renvoyer aussi, si possible, à {n} personnes déjà invitées" }
    reset_too(n: u64) { en "Also send a password reset, where possible, to {n} person already active" | "Also send a password reset, where possible, to {n} people already active" fr "Envoyer aussi une réinitialisation, si possible, à {n} personne déjà active" | "Envoyer aussi une réinitialisation, si possible, à {n} personnes déjà actives" }
    refused_too(n: u64) { en "Try {n} address again that was refused before" | "Try {n} addresses again that were refused before" fr "Réessayer {n} adresse refusée auparavant" | "Réessayer {n} adresses refusées auparavant" }
    to_failed_for(batch: &str, reason: &str) { en "To those whose message of batch {batch} failed and who have had no other since. Reason: {reason}." fr "Pour les personnes dont le message de l’envoi groupé {batch} a échoué et qui n’en ont pas reçu d’autre depuis. Raison : {reason}." }
    to_failed_of(batch: &str) { en "To those whose message of batch {batch} failed and who have had no other since." fr "Pour les personnes dont le message de l’envoi groupé {batch} a échoué et qui n’en ont pas reçu d’autre depuis." }
    to_stopped_of(batch: &str) { en "To those to whom batch {batch} had not left when it was stopped, and who have had no other message since." fr "Pour les personnes à qui l’envoi groupé {batch} n’était pas encore parti lors de son arrêt et qui n’ont pas reçu d’autre message depuis." }
    retry_of(batch: &str) { en "Retry of failed ones of batch {batch}" fr "Nouvel essai d’échecs de l’envoi groupé {batch}" }
    rest_of(batch: &str) { en "Rest of batch {batch}, which was stopped" fr "Reste de l’envoi groupé {batch}, qui a été arrêté" }
    retried_in(batch: &str) { en "Retry of failed ones: batch {batch}" fr "Nouvel essai d’échecs : envoi groupé {batch}" }
    rest_in(batch: &str) { en "The rest: batch {batch}" fr "Le reste : envoi groupé {batch}" }
    comes_from(sender: &str) { en "It comes from {sender}." fr "Expéditeur : {sender}." }
    sender_is_local() { en "Mail servers elsewhere may refuse a sender without a domain of its own." fr "Les serveurs de messagerie externes peuvent refuser un expéditeur sans domaine propre." }
    choose_sender() { en "Choose the sender’s address in the settings" fr "Choisir l’adresse de l’expéditeur dans les paramètres" }
    hold(duration: &str) { en "It leaves after {duration}; until then you can undo it." fr "Le départ a lieu après {duration} ; d’ici là, vous pouvez annuler." }
    hold_alone(duration: &str) { en "For {duration} you can undo it." fr "Vous pouvez annuler pendant {duration}." }
    seconds(n: u64) { en "{n} second" | "{n} seconds" fr "{n} seconde" | "{n} secondes" }
    older_links_stand() { en "The links sent before stay valid until the new message has left." fr "Les liens déjà envoyés restent valables jusqu’au départ du nouveau message." }
    links_die() { en "Their links stop working at once." fr "Leurs liens cessent aussitôt de fonctionner." }
    password_stays() { en "The old password works until a new one is set." fr "L’ancien mot de passe reste valable jusqu’au choix d’un nouveau." }
    grown() { en "Meanwhile more people would receive it than were shown. Please look again." fr "Entre-temps, davantage de personnes le recevraient. Veuillez vérifier." }
    grown_cancelled() { en "Meanwhile more invitations would be cancelled than were shown. Please look again." fr "Entre-temps, davantage d’invitations seraient annulées. Veuillez vérifier." }
    all_had_another() { en "Nobody of them is left to write to." fr "Il n’y a plus personne à qui écrire." }
    nobody_left() { en "This changed meanwhile: nobody takes part any more." fr "Ceci a changé entre-temps : plus personne n’est concerné." }

    skip_role_above(n: u64) { en "{n} person has a role above yours" | "{n} people have a role above yours" fr "{n} personne a un rôle supérieur au vôtre" | "{n} personnes ont un rôle supérieur au vôtre" }
    skip_already_active(n: u64) { en "{n} person is already active: send a password reset instead" | "{n} people are already active: send a password reset instead" fr "{n} personne est déjà active : envoyez plutôt une réinitialisation du mot de passe" | "{n} personnes sont déjà actives : envoyez plutôt une réinitialisation du mot de passe" }
    skip_not_yet_active(n: u64) { en "{n} person is not yet active: send credentials instead" | "{n} people are not yet active: send credentials instead" fr "{n} personne n’est pas encore active : envoyez plutôt les identifiants" | "{n} personnes ne sont pas encore actives : envoyez plutôt les identifiants" }
    skip_suspended(n: u64) { en "{n} account is suspended" | "{n} accounts are suspended" fr "{n} compte est suspendu" | "{n} comptes sont suspendus" }
    skip_no_email_address(n: u64) { en "{n} person has no email address" | "{n} people have no email address" fr "{n} personne n’a pas d’adresse électronique" | "{n} personnes n’ont pas d’adresse électronique" }
    skip_already_invited(n: u64) { en "{n} person is already invited" | "{n} people are already invited" fr "{n} personne est déjà invitée" | "{n} personnes sont déjà invitées" }
    skip_no_invitation(n: u64) { en "{n} person has no invitation to act on" | "{n} people have no invitation to act on" fr "{n} personne n’a pas d’invitation en cours" | "{n} personnes n’ont pas d’invitation en cours" }
    skip_already_on_its_way(n: u64) { en "{n} message is already on its way" | "{n} messages are already on their way" fr "{n} message est déjà en route" | "{n} messages sont déjà en route" }
    skip_just_sent(n: u64) { en "{n} message was sent less than two minutes ago" | "{n} messages were sent less than two minutes ago" fr "{n} message est parti il y a moins de deux minutes" | "{n} messages sont partis il y a moins de deux minutes" }
    skip_address_refused(n: u64) { en "{n} address was refused before: correct it first" | "{n} addresses were refused before: correct them first" fr "{n} adresse a été refusée : corrigez-la d’abord" | "{n} adresses ont été refusées : corrigez-les d’abord" }

    one_role_above() { en "Skipped: the role is above that of whoever sent it" fr "Laissé de côté : rôle supérieur" }
    one_already_active() { en "Skipped: already active" fr "Laissé de côté : déjà actif" }
    one_not_yet_active() { en "Skipped: not yet active" fr "Laissé de côté : pas encore actif" }
    one_suspended() { en "Skipped: suspended" fr "Laissé de côté : compte suspendu" }
    one_no_email_address() { en "Skipped: no email address" fr "Laissé de côté : pas d’adresse électronique" }
    one_already_invited() { en "Skipped: already invited" fr "Laissé de côté : déjà invité" }
    one_no_invitation() { en "Skipped: no invitation" fr "Laissé de côté : pas d’invitation en cours" }
    one_already_on_its_way() { en "Skipped: a message is already on its way" fr "Laissé de côté : un message est déjà en route" }
    one_just_sent() { en "Skipped: a message was sent a minute ago" fr "Laissé de côté : un message vient de partir" }
    one_address_refused() { en "Skipped: the address was refused before" fr "Laissé de côté : adresse déjà refusée" }
    invitation_cancelled() { en "Invitation cancelled" fr "Invitation annulée" }

    queued() { en "Queued" fr "En file" }
    sending() { en "Leaving" fr "En cours d’envoi" }
    sent() { en "Sent" fr "Envoyé" }
    kept() { en "Kept" fr "Gardé" }
    deferred_until(at: &str) { en "Waiting for the next try, from {at} on" fr "En attente d’un nouvel essai, à partir du {at}" }
    deferred() { en "Waiting for the next try" fr "En attente d’un nouvel essai" }
    failed() { en "Failed" fr "Échec" }
    bounced() { en "Returned" fr "Retourné" }
    dropped() { en "Dropped" fr "Abandonné" }

    mailbox_unknown() { en "the mailbox does not exist" fr "la boîte n’existe pas" }
    mailbox_full() { en "the mailbox is full" fr "la boîte est pleine" }
    address_invalid() { en "the address cannot be written to" fr "l’adresse est inutilisable" }
    refused() { en "the receiving side refused it" fr "le serveur du destinataire l’a refusé" }
    try_later() { en "the receiving side asked to try later" fr "le serveur du destinataire demande de réessayer plus tard" }
    no_answer() { en "no answer came" fr "aucune réponse n’est venue" }
    gave_up() { en "given up after three days" fr "abandonné après trois jours" }
    cannot_render() { en "the message could not be made" fr "le message n’a pas pu être produit" }
    undone() { en "undone before it left" fr "annulé avant le départ" }
    reason_stopped() { en "the batch was stopped" fr "l’envoi groupé a été arrêté" }
    reason_cancelled() { en "the invitation was cancelled" fr "l’invitation a été annulée" }
    reason_activated() { en "activated meanwhile" fr "activé entre-temps" }
    reason_suspended() { en "the account was suspended" fr "le compte a été suspendu" }
    reason_removed() { en "the person was removed" fr "la personne a été retirée" }
    address_changed() { en "the address was changed" fr "l’adresse a changé" }
    superseded() { en "a newer message took its place" fr "un message plus récent l’a remplacé" }
    in_detail() { en "In detail" fr "En détail" }
    may_have_arrived(what: &str) { en "{what}; an earlier try had no answer and may have arrived" fr "{what} ; un essai précédent, resté sans réponse, est peut-être arrivé" }
    smtp_reply() { en "Reply of the mail server" fr "Réponse du serveur de messagerie" }

    state_held(duration: &str) { en "Held for {duration}" fr "Retenu encore {duration}" }
    since(at: &str) { en " since {at}" fr " depuis le {at}" }
    since_on(at: &str) { en " on {at}" fr " le {at}" }
    steered_by(name: &str) { en ", by {name}" fr ", par {name}" }
    state_undone() { en "Undone" fr "Annulé" }
    state_waiting() { en "Waiting" fr "En attente" }
    state_paused() { en "Paused" fr "En pause" }
    state_stopped() { en "Stopped" fr "Arrêté" }
    state_running() { en "Running" fr "En cours" }
    state_ended() { en "Ended" fr "Terminé" }
    undo() { en "Undo" fr "Annuler l’envoi" }
    pause() { en "Pause" fr "Mettre en pause" }
    resume() { en "Resume" fr "Reprendre" }
    stop() { en "Stop" fr "Arrêter" }
    was_paused() { en "Paused: what has not left is held back." fr "En pause : ce qui n’est pas encore parti est retenu." }
    was_resumed() { en "Resumed." fr "Repris." }
    was_stopped() { en "Stopped: what had not left was dropped." fr "Arrêté : ce qui n’était pas encore parti a été abandonné." }
    was_stopped_late() { en "Stopped: nothing was left to drop." fr "Arrêté : il ne restait rien à abandonner." }
    reasons() { en "Reasons" fr "Raisons" }
    retry_failed() { en "Retry the failed ones" fr "Réessayer les échecs" }
    send_rest() { en "Send the rest" fr "Envoyer le reste" }
    report() { en "Report (CSV)" fr "Rapport (CSV)" }
    nobody_here() { en "Nobody." fr "Personne." }
    filter_all() { en "All" fr "Tous" }
    filter_open() { en "On the way" fr "En route" }
    filter_sent() { en "Sent" fr "Envoyés" }
    filter_kept() { en "Kept" fr "Gardés" }
    filter_failed() { en "Failed" fr "En échec" }
    filter_dropped() { en "Dropped" fr "Abandonnés" }
    filter_skipped() { en "Skipped" fr "Laissés de côté" }
    settled(n: u64, done: &str) { en "{done} of {n} done." | "{done} of {n} done." fr "{done} sur {n} traité." | "{done} sur {n} traités." }
    per_minute(rate: &str) { en "{rate} a minute." fr "{rate} par minute." }
    expected_end(end: &str) { en "Expected end: {end}." fr "Fin prévue : {end}." }
    pace(pace: &str) { en "Pace: {pace}." fr "Rythme : {pace}." }
    at_most_per_second(n: u64) { en "{n} message a second" | "{n} messages a second" fr "{n} message par seconde" | "{n} messages par seconde" }
    at_most_per_hour(n: u64) { en "{n} message an hour" | "{n} messages an hour" fr "{n} message par heure" | "{n} messages par heure" }
    at_most_per_day(n: u64) { en "{n} message a day" | "{n} messages a day" fr "{n} message par jour" | "{n} messages par jour" }
    takes(duration: &str) { en "At the present pace it takes about {duration}." fr "Au rythme actuel, il faut environ {duration}." }
    waits_for_confirmation() { en "It waits: nothing leaves until whoever runs Latchkey confirms it with “latchkey outbox release”, since this database looks like a restored copy, or everything was held on purpose." fr "En attente : rien ne part avant que la personne qui exploite Latchkey ne le confirme avec « latchkey outbox release », car cette base de données semble être une copie restaurée, ou tout a été retenu volontairement." }
    delivery_waits() { en "At present no message leaves." fr "Pour le moment, aucun message ne part." }
    waits_for_worker() { en "It waits: nothing delivers mail at the moment. It goes on once Latchkey’s worker runs again." fr "En attente : rien n’achemine les messages pour l’instant. L’envoi reprendra dès que le service d’envoi de Latchkey fonctionnera." }
    waits_for_relay() { en "It waits: no mail server is configured. It goes on once whoever runs Latchkey has named one." fr "En attente : aucun serveur de messagerie n’est configuré. L’envoi reprendra dès que la personne qui exploite Latchkey en aura indiqué un." }
    waits_for_own_limit(limit: &str, until: &str) { en "It goes on by itself on {until}: the organisation’s limit of {limit} is reached." fr "Reprise automatique le {until} : la limite de l’organisation, {limit}, est atteinte." }
    waits_for_relay_limit(limit: &str, until: &str) { en "It goes on by itself on {until}: the mail server’s limit of {limit} is reached." fr "Reprise automatique le {until} : la limite du serveur de messagerie, {limit}, est atteinte." }
    waits_for_answer(n: u64, until: &str) { en "The mail server has not answered yet for {n} message, the last one; it is waited for until {until} at the latest." | "The mail server has not answered yet for {n} messages, the last ones; it is waited for until {until} at the latest." fr "Le serveur de messagerie n’a pas encore répondu pour {n} message, le dernier ; sa réponse est attendue jusqu’au {until} au plus tard." | "Le serveur de messagerie n’a pas encore répondu pour {n} messages, les derniers ; sa réponse est attendue jusqu’au {until} au plus tard." }
    waits_for_acceptance(n: u64) { en "In the last minute the mail server accepted nothing; {n} message was put off and is tried again." | "In the last minute the mail server accepted nothing; {n} messages were put off and are tried again." fr "Depuis une minute, le serveur de messagerie n’a rien accepté ; {n} message a été remis à plus tard et sera réessayé." | "Depuis une minute, le serveur de messagerie n’a rien accepté ; {n} messages ont été remis à plus tard et seront réessayés." }
    waits_for_retry(until: &str) { en "What is left was not taken yet and is tried again from {until} on." fr "Les messages restants n’ont pas encore été acceptés ; nouvel essai à partir du {until}." }
    waits_since(concern: &str, since: &str) { en "Waiting since {since}: {concern}" fr "En attente depuis le {since} : {concern}" }
    tries_on() { en "It goes on trying by itself." fr "Les essais continuent automatiquement." }
    needs_care() { en "Whoever runs Latchkey has to see to this; nothing is lost." fr "La personne qui exploite Latchkey doit s’en occuper ; rien n’est perdu." }
    concern_connection() { en "the mail server cannot be reached." fr "le serveur de messagerie est injoignable." }
    concern_silent() { en "the mail server does not answer." fr "le serveur de messagerie ne répond pas." }
    concern_tls() { en "no trusted connection (TLS) to the mail server comes about." fr "aucune connexion de confiance (TLS) au serveur de messagerie n’aboutit." }
    concern_authentication() { en "the mail server refuses our user or password." fr "le serveur de messagerie refuse notre utilisateur ou notre mot de passe." }
    concern_sender() { en "the mail server refuses the sender’s address; with another one in the settings it goes on at once." fr "le serveur de messagerie refuse l’adresse de l’expéditeur ; avec une autre dans les paramètres, l’envoi reprend aussitôt." }
    concern_later() { en "the mail server asks to send later: it has taken enough for now." fr "le serveur de messagerie demande d’envoyer plus tard : il en a pris assez pour l’instant." }
    concern_refusing() { en "the mail server refuses one message after the other." fr "le serveur de messagerie refuse les messages les uns après les autres." }
    of_messages(counts: &str) { en " ({counts})" fr " ({counts})" }
    messages_sent(n: u64) { en "{n} sent" | "{n} sent" fr "{n} envoyé" | "{n} envoyés" }
    messages_kept(n: u64) { en "{n} kept" | "{n} kept" fr "{n} gardé" | "{n} gardés" }
    messages_failed(n: u64) { en "{n} failed" | "{n} failed" fr "{n} en échec" | "{n} en échec" }
    messages_open(n: u64) { en "{n} on the way" | "{n} on the way" fr "{n} en route" | "{n} en route" }
    messages_deferred(n: u64) { en "{n} to be tried again" | "{n} to be tried again" fr "{n} à réessayer" | "{n} à réessayer" }
    messages_dropped(n: u64) { en "{n} dropped" | "{n} dropped" fr "{n} abandonné" | "{n} abandonnés" }
    accepted(n: u64) { en "{n} message was accepted." | "{n} messages were accepted." fr "{n} message a été accepté." | "{n} messages ont été acceptés." }
    accepted_cancelled(n: u64) { en "{n} invitation was cancelled." | "{n} invitations were cancelled." fr "{n} invitation a été annulée." | "{n} invitations ont été annulées." }
    leaves_in(duration: &str) { en "Leaving in {duration}." fr "Départ dans {duration}." }
    was_undone() { en "Undone: no message has left." fr "Annulé : aucun message n’est parti." }
    too_late() { en "The time for undoing it is over." fr "Le délai pour annuler est écoulé." }
    too_late_but_stop() { en "The time for undoing it is over: it may have begun to leave. What has not left can still be stopped." fr "Le délai pour annuler est écoulé : l’envoi a peut-être commencé. Ce qui n’est pas encore parti peut encore être arrêté." }
    was_over() { en "Nothing was changed: it is over already." fr "Rien n’a changé : l’envoi est déjà terminé." }
    see_batch() { en "See the batch" fr "Voir l’envoi groupé" }
    taking_part(n: u64, people: &str) { en "{n} of {people} takes part" | "{n} of {people} take part" fr "Participation : {n} sur {people}" | "Participation : {n} sur {people}" }
    delivery() { en "Delivery" fr "Acheminement" }
    delivery_runs() { en "Messages are leaving." fr "Des messages sont en train de partir." }
    delivery_later() { en "Ready: what has not left is held, paused, or due later." fr "Prêt : ce qui n’est pas parti est retenu, en pause ou prévu plus tard." }
    delivery_rests() { en "Ready: nothing waits." fr "Prêt : rien n’attend." }
    some_in_trouble(n: u64) { en "{n} of them has trouble with the mail server." | "{n} of them have trouble with the mail server." fr "{n} d’entre eux a des difficultés avec le serveur de messagerie." | "{n} d’entre eux ont des difficultés avec le serveur de messagerie." }
    delivered_by_none() { en "No process delivers." fr "Aucun processus n’achemine de messages." }
    delivered_by(n: u64) { en "{n} process delivers." | "{n} processes deliver." fr "{n} processus achemine les messages." | "{n} processus acheminent les messages." }
    messages_on_the_way(n: u64) { en "{n} message has not left yet." | "{n} messages have not left yet." fr "{n} message n’est pas encore parti." | "{n} messages ne sont pas encore partis." }
    due_since(since: &str) { en "The first of them has been due since {since}." fr "Le premier d’entre eux attend son tour depuis le {since}." }
    last_trouble(at: &str) { en "Last trouble, on {at}:" fr "Dernier incident, le {at} :" }
    refused_last(at: &str) { en "Last refusal, on {at}:" fr "Dernier refus, le {at} :" }
    unanswered_last(at: &str) { en "Last try without an answer, on {at}." fr "Dernier essai sans réponse, le {at}." }
    out_of_date() { en "What stands here may be out of date." fr "Ce qui figure ici n’est peut-être plus à jour." }
    load_again() { en "Load this page again to see how it stands." fr "Rechargez cette page pour voir où en est l’envoi." }
    progress() { en "Progress" fr "Avancement" }
}
