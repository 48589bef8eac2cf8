//! The messages in French. The spaces that no line breaks at are set for all of them ([`super::Wording::typeset`]). No name follows
//! a word that would lose its vowel before some of them, such as “de” and “que”.

use super::{Action, Facts, Link, Wording, has_account_facts};
use app::texts::number;
use domain::{
    delivery::{Notice, SendKind},
    language::Language::French,
};

pub(super) fn wording(facts: &Facts<'_>) -> Wording {
    let Facts { organisation, .. } = facts;
    let (subject, paragraphs) = match (facts.values.kind, facts.values.notice) {
        (SendKind::Invitation, _) => (
            format!("Activez votre compte chez {organisation}"),
            vec![format!("{organisation} a créé un compte pour vous. Choisissez un mot de passe pour l’activer.")],
        ),
        (SendKind::Resend, _) => (
            format!("Un nouveau lien pour activer votre compte chez {organisation}"),
            vec![
                format!("Voici un nouveau lien pour votre compte chez {organisation}. Choisissez un mot de passe pour activer le compte."),
                "Il remplace les liens reçus auparavant.".to_owned(),
            ],
        ),
        (SendKind::Reset, _) => (
            format!("Choisissez un nouveau mot de passe pour votre compte chez {organisation}"),
            vec![
                format!(
                    "Vous-même, ou l’équipe d’administration, avez demandé un nouveau mot de passe pour votre compte chez {organisation}."
                ),
                "Le mot de passe actuel fonctionne jusqu’à ce que vous en choisissiez un nouveau.".to_owned(),
            ],
        ),
        (SendKind::Notice, Some(Notice::AddressChanged)) => (
            format!("L’adresse électronique de votre compte chez {organisation} a été modifiée"),
            vec![
                format!("L’adresse électronique de votre compte chez {organisation} a été modifiée le {}.", facts.dated),
                "Les messages vont désormais à la nouvelle adresse ; celui-ci est le dernier à l’ancienne.".to_owned(),
            ],
        ),
        (SendKind::Notice, Some(notice @ (Notice::BatchEnded | Notice::BatchWaits))) => about_a_batch(facts, notice),
        (SendKind::Notice, _) => (
            format!("Le mot de passe de votre compte chez {organisation} a été modifié"),
            vec![
                format!("Le mot de passe de votre compte chez {organisation} a été modifié le {}.", facts.dated),
                "Tous les appareils ont été déconnectés.".to_owned(),
            ],
        ),
    };
    Wording {
        sender: String::new(),
        subject,
        greeting: format!("Bonjour {},", facts.name),
        paragraphs,
        sign_in: has_account_facts(facts.values).then(|| ("Votre identifiant de connexion".to_owned(), facts.identifier.clone())),
        action: action(facts),
        questions: match &facts.contact {
            Some(contact) => format!("Des questions ? {contact}"),
            None => format!("Des questions ? Adressez-vous à l’équipe d’administration chez {organisation}."),
        },
        not_me: ("Ce n’est pas moi ?".to_owned(), not_me(facts)),
        footer: format!("Ce message a été envoyé automatiquement pour {organisation}."),
    }
}

fn action(facts: &Facts<'_>) -> Option<Action> {
    let label = match facts.values.kind {
        SendKind::Invitation | SendKind::Resend => "Activer mon compte",
        SendKind::Reset => "Choisir un nouveau mot de passe",
        SendKind::Notice if facts.batch.is_some() => "Ouvrir l’envoi groupé",
        SendKind::Notice => return None,
    };
    Some(Action {
        label: label.to_owned(),
        link: Link::new(facts.leaves, "[lien]"),
        written_out: "Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :".to_owned(),
        expiry: facts.batch.is_none().then(|| format!("Ce lien est personnel et fonctionne une seule fois, jusqu’au {}.", facts.expires)),
    })
}

fn not_me(facts: &Facts<'_>) -> String {
    let Facts { name, organisation, .. } = facts;
    match (facts.values.kind, facts.values.notice) {
        (SendKind::Invitation | SendKind::Resend, _) => format!(
            "Si vous n’êtes pas {name}, ou si vous n’attendiez pas de compte chez {organisation}, ne transférez pas ce message : \
             son lien suffit à activer le compte. Supprimez-le et prévenez l’équipe d’administration."
        ),
        (SendKind::Reset, _) => format!(
            "Si vous n’avez rien demandé, supprimez ce message : votre mot de passe reste inchangé. \
             Si cela se reproduit, prévenez l’équipe d’administration chez {organisation}."
        ),
        (SendKind::Notice, Some(Notice::AddressChanged)) => {
            format!("Si ce changement n’était pas prévu, prévenez sans attendre l’équipe d’administration chez {organisation}.")
        }
        (SendKind::Notice, Some(Notice::BatchEnded | Notice::BatchWaits)) => format!(
            "Ce message s’adresse à la personne qui a lancé l’envoi. Si ce n’était pas vous, prévenez sans attendre l’équipe d’administration chez {organisation}."
        ),
        (SendKind::Notice, _) => format!(
            "Si ce n’était pas vous, demandez tout de suite un nouveau mot de passe sur la page de connexion \
             et prévenez l’équipe d’administration chez {organisation}."
        ),
    }
}

/// Subject and paragraphs.
fn about_a_batch(facts: &Facts<'_>, notice: Notice) -> (String, Vec<String>) {
    let Some((batch, action, started)) = &facts.batch else { return (String::new(), Vec::new()) };
    let sent = if batch.kept { ("gardé", "gardés") } else { ("envoyé", "envoyés") };
    // As it was told before the reasons were.
    let dropped =
        if batch.reasons.is_some() { ("abandonné", "abandonnés") } else { ("annulé avant le départ", "annulés avant le départ") };
    let counts = [
        (batch.sent, sent),
        (batch.failed, ("en échec", "en échec")),
        (batch.dropped, dropped),
        (batch.open, ("en attente", "en attente")),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, (one, many))| format!("{} {}", number(French, count), if count > 1 { many } else { one }));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let employees = if batch.receiving > 1 { "employés" } else { "employé" };
    let what = format!("« {action} » pour {} {employees}, lancé le {started}", number(French, batch.receiving));
    let reasons = facts.reasons(|messages| number(French, messages));
    let reasons =
        reasons.map(|reasons| format!("Raisons des échecs : {reasons}. La page de l’envoi nomme chaque personne et permet de réessayer."));
    let skips = facts.skips().map(|skips| format!("Laissés de côté : {skips}."));
    let told = |first| std::iter::once(first).chain(reasons).chain(skips).collect();
    match notice {
        Notice::BatchWaits => (
            format!("Votre envoi groupé a dû attendre : {counts}"),
            vec![
                format!("L’envoi {what}, n’avait pas avancé pendant une heure. À présent : {counts}."),
                "Il se poursuit de lui-même dès que possible. Sa page indique où il en est.".to_owned(),
            ],
        ),
        _ if batch.stopped => {
            (format!("Votre envoi groupé a été arrêté : {counts}"), told(format!("L’envoi {what}, a été arrêté : {counts}.")))
        }
        _ => (format!("Votre envoi groupé est terminé : {counts}"), told(format!("L’envoi {what}, est terminé : {counts}."))),
    }
}
