//! The texts of importing.

crate::texts::texts! {
    import_employees() { en "Import employees" fr "Importer des employés" }
    introduction() { en "Add or update many employees from a CSV file, as a spreadsheet saves it. The file is checked first: you see what it would change, and nothing is written until you confirm." fr "Ajoutez ou modifiez de nombreux employés à partir d’un fichier CSV, tel qu’un tableur l’enregistre. Le fichier est d’abord vérifié : vous voyez ce qu’il changerait, et rien n’est écrit avant votre confirmation." }
    file() { en "File" fr "Fichier" }
    file_hint() { en "CSV with commas, semicolons or tabs; at most 10 MB and 100,000 rows." fr "CSV avec virgules, points-virgules ou tabulations ; 10 Mo et 100\u{202f}000 lignes au plus." }
    check_the_file() { en "Check the file" fr "Vérifier le fichier" }
    checking() { en "Checking…" fr "Vérification…" }
    template() { en "Download a template" fr "Télécharger un modèle" }
    columns() { en "Columns" fr "Colonnes" }
    columns_rule() { en "The first row names the columns, in any order. A column for the employee number or the email address is needed; other columns may be left out." fr "La première ligne nomme les colonnes, dans n’importe quel ordre. Il faut une colonne pour le matricule ou pour l’adresse électronique ; les autres peuvent manquer." }
    value() { en "Value" fr "Donnée" }
    recognised_headings() { en "Recognised names" fr "Noms reconnus" }
    who_is_who() { en "How rows and employees are matched" fr "Comment les lignes retrouvent les employés" }
    rule_matching() { en "An employee is found by the employee number, then by the email address. Whoever is not found is added." fr "Un employé est retrouvé par son matricule, puis par son adresse électronique. Qui n’est pas trouvé est ajouté." }
    rule_shared_address() { en "Several people may share an address; all of them but one then need an employee number." fr "Plusieurs personnes peuvent partager une adresse ; toutes sauf une doivent alors avoir un matricule." }
    rule_empty() { en "An empty cell clears the value. Employee numbers are never cleared, nor is the address of somebody whose account is active. An empty language means the organisation’s." fr "Une cellule vide efface la donnée. Un matricule n’est jamais effacé, ni l’adresse d’une personne dont le compte est actif. Une langue vide signifie celle de l’organisation." }
    rule_missing() { en "What has no column in the file stays as it is. Nobody is removed because a row is missing." fr "Ce qui n’a pas de colonne dans le fichier reste tel quel. Personne n’est retiré parce qu’une ligne manque." }
    rule_address() { en "With a new address, links sent to the old one stop working; you are then offered to send those invitations again." fr "Avec une nouvelle adresse, les liens envoyés à l’ancienne ne fonctionnent plus ; il vous est alors proposé de renvoyer ces invitations." }
    rule_role() { en "Roles are never imported." fr "Les rôles ne sont jamais importés." }

    changed_since() { en "Something has changed since you saw the check. Nothing was imported; please look again." fr "Quelque chose a changé depuis la vérification. Rien n’a été importé ; veuillez regarder de nouveau." }
    rows() { en "Rows" fr "Lignes" }
    readdressed(n: u64) { en "{n} invited employee gets another address: the link sent to the old one stops working. After the import you can resend the invitation." | "{n} invited employees get another address: the links sent to the old ones stop working. After the import you can resend the invitations." fr "{n} personne invitée change d’adresse : le lien envoyé à l’ancienne ne fonctionnera plus. Après l’importation vous pourrez renvoyer l’invitation." | "{n} personnes invitées changent d’adresse : les liens envoyés aux anciennes ne fonctionneront plus. Après l’importation vous pourrez renvoyer les invitations." }
    nothing_to_import() { en "There is nothing to import." fr "Il n’y a rien à importer." }
    import() { en "Import" fr "Importer" }
    kept_until(time: &str) { en "This check is kept until {time}." fr "Cette vérification est gardée jusqu’au {time}." }
    another_file() { en "Check another file" fr "Vérifier un autre fichier" }
    summary(counted: &str) { en "If you import this file: {counted}" fr "Si vous importez ce fichier : {counted}" }
    created(n: u64) { en "{n} employee added" | "{n} employees added" fr "{n} employé ajouté" | "{n} employés ajoutés" }
    updated(n: u64) { en "{n} employee updated" | "{n} employees updated" fr "{n} employé modifié" | "{n} employés modifiés" }
    unchanged(n: u64) { en "{n} row without changes" | "{n} rows without changes" fr "{n} ligne sans changement" | "{n} lignes sans changement" }
    refused(n: u64) { en "{n} row refused" | "{n} rows refused" fr "{n} ligne refusée" | "{n} lignes refusées" }
    imported(counted: &str) { en "The import is done: {counted}" fr "Importation terminée : {counted}" }
    resend_wanted(n: u64) { en "{n} invited employee has another address now. The invitation waits until it is sent there." | "{n} invited employees have another address now. The invitations wait until they are sent there." fr "{n} personne invitée a maintenant une autre adresse. L’invitation attend d’y être envoyée." | "{n} personnes invitées ont maintenant une autre adresse. Les invitations attendent d’y être envoyées." }
    resend_invitation() { en "Resend invitation" fr "Renvoyer l’invitation" }
    people_from_to(first: u64, last: u64) { en " ({first} to {last})" fr " ({first} à {last})" }
    send_credentials() { en "Send credentials to those not invited" fr "Envoyer les identifiants aux personnes non invitées" }
    to_employees() { en "Employees" fr "Employés" }

    new_rows(n: u64) { en "New: {n}" | "New: {n}" fr "Nouveaux : {n}" | "Nouveaux : {n}" }
    changed_rows(n: u64) { en "Updated: {n}" | "Updated: {n}" fr "Modifiés : {n}" | "Modifiés : {n}" }
    unchanged_rows(n: u64) { en "Unchanged: {n}" | "Unchanged: {n}" fr "Inchangés : {n}" | "Inchangés : {n}" }
    refused_rows(n: u64) { en "Refused: {n}" | "Refused: {n}" fr "Refusées : {n}" | "Refusées : {n}" }
    no_rows() { en "No rows." fr "Aucune ligne." }
    row() { en "Row" fr "Ligne" }
    employee() { en "Employee" fr "Employé" }
    reasons() { en "Reasons" fr "Motifs" }
    values() { en "Values" fr "Données" }
    pages() { en "Pages" fr "Pages" }
    from_to_of(first: &str, last: &str, total: &str) { en "{first} to {last} of {total}" fr "{first} à {last} sur {total}" }
    previous() { en "Previous" fr "Précédente" }
    next() { en "Next" fr "Suivante" }
    new_value(column: &str, to: &str) { en "{column}: {to}" fr "{column} : {to}" }
    cleared_value(column: &str, from: &str) { en "{column}: “{from}” is cleared" fr "{column} : « {from} » est effacé" }
    changed_value(column: &str, from: &str, to: &str) { en "{column}: “{from}” becomes “{to}”" fr "{column} : « {from} » devient « {to} »" }
    columns_found() { en "How the columns were understood" fr "Comment les colonnes ont été comprises" }
    not_used() { en "not used" fr "non utilisée" }

    employee_number() { en "Employee number" fr "Matricule" }
    email() { en "Email" fr "Adresse électronique" }
    first_name() { en "First name" fr "Prénom" }
    last_name() { en "Last name" fr "Nom" }
    full_name() { en "Full name" fr "Nom complet" }
    department() { en "Department" fr "Service" }
    site() { en "Site" fr "Site" }
    title() { en "Job title" fr "Fonction" }
    language() { en "Language" fr "Langue" }
    english() { en "English" fr "anglais" }
    french() { en "French" fr "français" }

    file_missing() { en "Please choose a file." fr "Veuillez choisir un fichier." }
    file_unreadable() { en "The file did not arrive whole. Please try again." fr "Le fichier n’est pas arrivé en entier. Veuillez réessayer." }
    file_empty() { en "The file is empty." fr "Le fichier est vide." }
    file_without_rows() { en "The file has a heading row and nothing below it." fr "Le fichier n’a qu’une ligne de titres, et rien en dessous." }
    file_too_large() { en "The file is larger than 10 MB. Divide it into several files." fr "Le fichier dépasse 10 Mo. Répartissez-le en plusieurs fichiers." }
    file_too_many_rows() { en "The file has more than 100,000 rows. Divide it into several files." fr "Le fichier a plus de 100\u{202f}000 lignes. Répartissez-le en plusieurs fichiers." }
    file_binary() { en "This is not a text file. Save the table as CSV (UTF-8) and choose that file." fr "Ce n’est pas un fichier de texte. Enregistrez le tableau au format CSV (UTF-8) et choisissez ce fichier." }
    file_workbook() { en "This is a spreadsheet’s own format. Save it as CSV in the spreadsheet program and choose that file." fr "C’est le format propre d’un tableur. Enregistrez-le au format CSV dans le tableur et choisissez ce fichier." }
    file_no_key_column() { en "The file has neither an address nor a number column. The first row must name the columns, one of them “Email” or “Employee number”." fr "Le fichier n’a ni colonne d’adresse ni colonne de matricule. La première ligne doit nommer les colonnes, dont « Adresse électronique » ou « Matricule »." }
    file_open_quote(row: u32) { en "A quotation mark (\") opens in row {row} and is never closed, so that the rest of the file belongs to that cell. Close it in row {row}, or remove it, and check the file again." fr "Un guillemet (\") s’ouvre à la ligne {row} et n’est jamais fermé, si bien que tout le reste du fichier appartient à cette cellule. Fermez-le à la ligne {row}, ou retirez-le, puis vérifiez de nouveau le fichier." }

    of_column(column: &str, reason: &str) { en "{column}: {reason}" fr "{column} : {reason}" }
    row_ragged(n: u64, columns: u64) { en "The row has {n} cell, the heading row has {columns}." | "The row has {n} cells, the heading row has {columns}." fr "La ligne a {n} cellule, la ligne de titres en a {columns}." | "La ligne a {n} cellules, la ligne de titres en a {columns}." }
    row_no_key() { en "Neither an employee number nor an email address." fr "Ni matricule ni adresse électronique." }
    row_no_name() { en "Neither a first nor a last name." fr "Ni prénom ni nom." }
    row_too_long(n: u64) { en "Longer than {n} character." | "Longer than {n} characters." fr "Plus de {n} caractère." | "Plus de {n} caractères." }
    row_not_an_address() { en "Not an email address." fr "Ce n’est pas une adresse électronique." }
    row_address_not_ascii() { en "Before the @, only letters without accents can be delivered." fr "Avant le @, seules des lettres sans accent peuvent être acheminées." }
    row_at_in_number() { en "A number holds no @." fr "Un matricule ne contient pas de @." }
    row_not_a_language() { en "Neither English nor French." fr "Ni anglais ni français." }
    row_duplicate_number(first: u32) { en "The same as in row {first}." fr "Le même qu’à la ligne {first}." }
    row_duplicate_address(first: u32) { en "The same as in row {first}; where two people share an address, the second needs an employee number." fr "La même qu’à la ligne {first} ; si deux personnes partagent une adresse, la seconde doit avoir un matricule." }
    row_same_person(first: u32) { en "Row {first} is about the same employee." fr "La ligne {first} concerne la même personne." }
    row_address_of_several() { en "Several employees have this address; the row needs the employee number." fr "Plusieurs personnes ont cette adresse ; la ligne doit porter le matricule." }
    row_unclear_whose() { en "An employee without a number has this address, and several rows could be about that person. Give that employee a number first." fr "Une personne sans matricule a cette adresse, et plusieurs lignes pourraient la concerner. Donnez-lui d’abord un matricule." }
    row_role_above() { en "This person’s role is above yours." fr "Le rôle de cette personne est supérieur au vôtre." }
}
