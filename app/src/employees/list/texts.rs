//! The texts of the list.

crate::texts::texts! {
    employees() { en "Employees" fr "Employés" }
    add_employee() { en "Add employee" fr "Ajouter une personne" }
    import() { en "Import" fr "Importer" }
    filters() { en "Invitation status" fr "État de l’invitation" }
    search() { en "Search employees" fr "Rechercher des employés" }
    search_hint() { en "Name, email, number, department, title" fr "Nom, adresse, matricule, service, fonction" }
    search_button() { en "Search" fr "Rechercher" }

    select(name: &str) { en "Select {name}" fr "Sélectionner {name}" }
    select_page() { en "Select all on this page" fr "Sélectionner toute la page" }
    select_matching(n: u64) { en "Select all {n} matching" | "Select all {n} matching" fr "Sélectionner l’unique résultat" | "Sélectionner les {n} résultats" }
    take_matching(n: u64) { en "The {n} matching, on all pages" | "All {n} matching, on all pages" fr "L’unique résultat, sur toutes les pages" | "Les {n} résultats, sur toutes les pages" }
    clear_selection() { en "Clear selection" fr "Effacer la sélection" }
    selected(n: u64) { en "{n} selected" | "{n} selected" fr "{n} sélectionné" | "{n} sélectionnés" }
    all_selected(n: u64) { en "The {n} matching is selected" | "All {n} matching are selected" fr "L’unique résultat est sélectionné" | "Les {n} résultats sont sélectionnés" }
    none_selected() { en "Nobody is selected" fr "Personne n’est sélectionné" }
    selection() { en "Selection" fr "Sélection" }
    export_csv() { en "Export CSV" fr "Exporter en CSV" }
    people(n: u64) { en "{n} employee" | "{n} employees" fr "{n} personne" | "{n} personnes" }
    tick_to_act() { en "Tick people to send them their credentials." fr "Cochez des personnes pour leur envoyer leurs identifiants." }

    name() { en "Name" fr "Nom" }
    email() { en "Email" fr "Adresse électronique" }
    department() { en "Department" fr "Service" }
    status() { en "Status" fr "État" }
    sent() { en "Sent" fr "Envoyé" }
    expires() { en "Expires" fr "Expire" }
    last_sign_in() { en "Last sign-in" fr "Dernière connexion" }
    actions() { en "Actions" fr "Actions" }
    actions_for(name: &str) { en "Actions for {name}" fr "Actions pour {name}" }
    view_history() { en "View history" fr "Voir l’historique" }

    active() { en "Active" fr "Actif" }
    not_invited() { en "Not invited" fr "Non invité" }
    cancelled() { en "Cancelled" fr "Annulée" }
    pending_until(date: &str, zone: &str) { en "Pending, expires {date} {zone}" fr "En attente, expire le {date} {zone}" }
    pending_unsent() { en "Pending, not sent yet" fr "En attente, pas encore envoyée" }
    expired() { en "Expired" fr "Expirée" }
    expired_since(date: &str) { en "Expired since {date}" fr "Expirée depuis le {date}" }
    suspended() { en "Suspended" fr "Suspendu" }
    delivery_problem() { en "Delivery problem" fr "Problème d’envoi" }
    delivery_problem_because(reason: &str) { en "Delivery problem: {reason}" fr "Problème d’envoi : {reason}" }
    on_its_way() { en "A message is on its way" fr "Un message est en route" }

    places() { en "Pages" fr "Pages" }
    first() { en "First" fr "Début" }
    previous() { en "Previous" fr "Précédent" }
    next() { en "Next" fr "Suivant" }
    last() { en "Last" fr "Fin" }

    filter_all() { en "All" fr "Tous" }
    filter_not_invited() { en "Not invited" fr "Non invités" }
    filter_pending() { en "Pending" fr "En attente" }
    filter_active() { en "Active" fr "Actifs" }
    filter_expired() { en "Expired" fr "Expirés" }
    filter_cancelled() { en "Cancelled" fr "Annulés" }
    filter_delivery_problem() { en "Delivery problem" fr "Problème d’envoi" }
    filter_no_email_address() { en "No email address" fr "Sans adresse électronique" }
    filter_suspended() { en "Suspended" fr "Suspendus" }

    loading() { en "Loading…" fr "Chargement…" }
    nobody_yet() { en "There is nobody here but you yet" fr "Il n’y a encore personne d’autre que vous ici" }
    nobody_yet_hint() { en "Import a file of your people, or add the first one by hand; then send them their credentials." fr "Importez un fichier de votre personnel, ou ajoutez la première personne à la main ; puis envoyez-leur leurs identifiants." }
    import_file() { en "Import a file" fr "Importer un fichier" }
    add_by_hand() { en "Add the first person" fr "Ajouter la première personne" }
    nobody_invited() { en "Nobody has been invited yet: tick people under “Not invited”, then press “Send credentials”." fr "Personne n’a encore été invité : cochez des personnes sous « Non invités », puis cliquez sur « Envoyer les identifiants »." }
    show_not_invited() { en "Show who is not invited" fr "Afficher les non invités" }
    nobody_here(filter: &str) { en "Nobody is under “{filter}” right now" fr "Personne sous « {filter} » pour l’instant" }
    nobody_found(search: &str) { en "Nobody matches “{search}”" fr "Personne ne correspond à « {search} »" }
    nobody_found_hint() { en "Check the spelling, or look among everybody." fr "Vérifiez l’orthographe, ou cherchez parmi tous." }
    show_everybody() { en "Show everybody" fr "Afficher tout le monde" }
    stale() { en "What you see may be out of date." fr "Ce que vous voyez n’est peut-être plus à jour." }
    try_again() { en "Try again" fr "Réessayer" }
}
