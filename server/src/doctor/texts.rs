//! What the examination says.

app::texts! {
    configuration() { en "The configuration can be read." fr "La configuration est lisible." }
    address_is_local(url: &str) { en "{url} is on this machine: links in mails open here only. Set LATCHKEY_BASE_URL to the public address." fr "{url} est sur cette machine : les liens des messages ne s’ouvrent qu’ici. Indiquez l’adresse publique dans LATCHKEY_BASE_URL." }
    address_is_plain(url: &str) { en "{url} has no TLS: passwords travel in clear." fr "{url} est sans TLS : les mots de passe circulent en clair." }
    address_resolves(url: &str, found: &str) { en "{url} leads to {found}." fr "{url} mène à {found}." }
    address_does_not_resolve(host: &str, error: &str) { en "The name {host} of LATCHKEY_BASE_URL is not found ({error}): nobody could open a link." fr "Le nom {host} de LATCHKEY_BASE_URL est introuvable ({error}) : personne ne pourrait ouvrir un lien." }

    database_not_running() { en "The embedded PostgreSQL is not running; latchkey serve starts it. It was not looked at." fr "Le PostgreSQL intégré ne tourne pas ; latchkey serve le démarre. Il n’a pas été examiné." }
    database_too_old(version: &str) { en "The database is PostgreSQL {version}; 15 or newer is needed." fr "La base de données est PostgreSQL {version} ; il faut la version 15 ou une plus récente." }
    database_answers(version: &str, milliseconds: u64) { en "PostgreSQL {version} answers within {milliseconds} ms." fr "PostgreSQL {version} répond en {milliseconds} ms." }
    database_not_durable() { en "PostgreSQL runs with fsync or full_page_writes off: a crash of its machine loses what was accepted. Turn both on." fr "PostgreSQL tourne sans fsync ou sans full_page_writes : une panne de sa machine perd ce qui a été accepté. Activez les deux." }
    few_connections(most: i64, own: i64) { en "PostgreSQL takes {most} connections, and each process of Latchkey uses up to {own}: raise max_connections before you start several." fr "PostgreSQL accepte {most} connexions et chaque processus de Latchkey en utilise jusqu’à {own} : augmentez max_connections avant d’en démarrer plusieurs." }
    schema_behind(applied: i64, known: i64) { en "The schema is at version {applied}, this program knows {known}; latchkey migrate, serve and worker bring it up to date. The rest was not looked at." fr "Le schéma est à la version {applied}, ce programme connaît la {known} ; latchkey migrate, serve et worker le mettent à jour. Le reste n’a pas été examiné." }
    schema_up_to_date(applied: i64) { en "The schema is up to date (version {applied})." fr "Le schéma est à jour (version {applied})." }
    key_fits() { en "The secret key is the one that this database was made with." fr "La clé secrète est celle avec laquelle cette base a été créée." }
    other_key() { en "This database was made with another secret key: no link that was sent would work. Restore the key that belongs to it." fr "Cette base a été créée avec une autre clé secrète : aucun lien envoyé ne fonctionnerait. Rétablissez la clé qui lui appartient." }
    clocks_agree() { en "This machine and the database agree about the time." fr "Cette machine et la base de données ont la même heure." }
    clocks_differ(n: i64) { en "The clocks of this machine and of the database differ by {n} s: synchronise both, or certificates and dates are judged wrongly." fr "Les horloges de cette machine et de la base diffèrent de {n} s : synchronisez-les, sinon certificats et dates sont mal jugés." }

    outbox_held() { en "Nothing leaves: this database is a copy, or the outbox was held. If this is where it lives from now on: latchkey outbox release" fr "Rien ne part : cette base est une copie, ou l’envoi est suspendu. Si elle vit ici désormais : latchkey outbox release" }
    no_worker() { en "No process delivers at the moment; latchkey serve and latchkey worker do." fr "Aucun processus n’achemine de messages pour l’instant ; latchkey serve et latchkey worker le font." }
    no_worker_and_messages(n: u64) { en "{n} message waits, and no process delivers it: start latchkey serve or latchkey worker." | "{n} messages wait, and no process delivers them: start latchkey serve or latchkey worker." fr "{n} message attend et aucun processus ne l’achemine : démarrez latchkey serve ou latchkey worker." | "{n} messages attendent et aucun processus ne les achemine : démarrez latchkey serve ou latchkey worker." }
    nothing_waits() { en "Delivery runs, and nothing waits." fr "L’acheminement tourne et rien n’attend." }
    messages_wait(n: u64) { en "Delivery runs, and {n} message has not left yet." | "Delivery runs, and {n} messages have not left yet." fr "L’acheminement tourne et {n} message n’est pas encore parti." | "L’acheminement tourne et {n} messages ne sont pas encore partis." }
    messages_wait_long(n: u64, since: &str) { en "{n} message waits, for {since}; the page of its batch says what for." | "{n} messages wait, the oldest for {since}; the page of their batch says what for." fr "{n} message attend depuis {since} ; la page de son envoi groupé dit quoi." | "{n} messages attendent, le plus ancien depuis {since} ; la page de leur envoi groupé dit quoi." }

    mail_is_kept() { en "No relay is configured: messages stay in the built-in mailbox. Set SMTP_URL and DATABASE_URL for real mail." fr "Aucun relais n’est configuré : les messages restent dans la boîte intégrée. Indiquez SMTP_URL et DATABASE_URL pour de vrais messages." }
    mail_waits() { en "No relay is configured: messages wait and nothing leaves. Set SMTP_URL." fr "Aucun relais n’est configuré : les messages attendent et rien ne part. Indiquez SMTP_URL." }
    relay_resolves(host: &str, found: &str) { en "The relay {host} is {found}." fr "Le relais {host} est {found}." }
    relay_does_not_resolve(host: &str, error: &str) { en "The relay’s name {host} is not found ({error}): check SMTP_URL." fr "Le nom du relais {host} est introuvable ({error}) : vérifiez SMTP_URL." }
    relay_fails(port: u16, error: &str) { en "No dialogue on port {port}: {error}" fr "Aucun dialogue sur le port {port} : {error}" }
    relay_signs_in(port: u16) { en "The relay answers on port {port} with a trusted certificate, and accepts user and password." fr "Le relais répond sur le port {port} avec un certificat de confiance et accepte nom et mot de passe." }
    relay_is_protected(port: u16) { en "The relay answers on port {port} with a trusted certificate, without a sign-in." fr "Le relais répond sur le port {port} avec un certificat de confiance, sans identification." }
    relay_is_plain(port: u16) { en "The relay answers on port {port}, without TLS." fr "Le relais répond sur le port {port}, sans TLS." }
    sender_is_taken(sender: &str) { en "The relay takes messages from {sender}." fr "Le relais accepte {sender} comme expéditeur." }
    sender_is_refused(sender: &str, error: &str) { en "The relay does not take messages from {sender}: {error}" fr "Le relais n’accepte pas {sender} comme expéditeur : {error}" }
}
