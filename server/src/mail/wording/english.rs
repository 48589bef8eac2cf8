//! The messages in English.

use super::{Action, Facts, Link, Wording, has_account_facts};
use app::texts::number;
use domain::{
    delivery::{Notice, SendKind},
    language::Language::English,
};

pub(super) fn wording(facts: &Facts<'_>) -> Wording {
    let Facts { organisation, .. } = facts;
    let (subject, paragraphs) = match (facts.values.kind, facts.values.notice) {
        (SendKind::Invitation, _) => (
            format!("Activate your account at {organisation}"),
            vec![format!("{organisation} has set up an account for you. Choose a password to activate it.")],
        ),
        (SendKind::Resend, _) => (
            format!("A new link to activate your account at {organisation}"),
            vec![
                format!("Here is a new link for your account at {organisation}. Choose a password to activate the account."),
                "It replaces the links that you were sent before.".to_owned(),
            ],
        ),
        (SendKind::Reset, _) => (
            format!("Set a new password for your account at {organisation}"),
            vec![
                format!("You, or an administrator of {organisation}, asked for a new password for your account."),
                "Your present password works until you set a new one.".to_owned(),
            ],
        ),
        (SendKind::Notice, Some(Notice::AddressChanged)) => (
            format!("The email address of your account at {organisation} was changed"),
            vec![
                format!("The email address of your account at {organisation} was changed on {}.", facts.dated),
                "Messages go to the new address from now on; this is the last one to the old address.".to_owned(),
            ],
        ),
        (SendKind::Notice, Some(notice @ (Notice::BatchEnded | Notice::BatchWaits))) => about_a_batch(facts, notice),
        (SendKind::Notice, _) => (
            format!("The password of your account at {organisation} was changed"),
            vec![
                format!("The password of your account at {organisation} was changed on {}.", facts.dated),
                "All devices were signed out.".to_owned(),
            ],
        ),
    };
    Wording {
        sender: String::new(),
        subject,
        greeting: format!("Hello {},", facts.name),
        paragraphs,
        sign_in: has_account_facts(facts.values).then(|| ("Sign in with".to_owned(), facts.identifier.clone())),
        action: action(facts),
        questions: match &facts.contact {
            Some(contact) => format!("Questions? {contact}"),
            None => format!("Questions? Ask the administrators of {organisation}."),
        },
        not_me: ("Not me?".to_owned(), not_me(facts)),
        footer: format!("This message was sent automatically on behalf of {organisation}."),
    }
}

fn action(facts: &Facts<'_>) -> Option<Action> {
    let label = match facts.values.kind {
        SendKind::Invitation | SendKind::Resend => "Activate my account",
        SendKind::Reset => "Set a new password",
        SendKind::Notice if facts.batch.is_some() => "Open the batch",
        SendKind::Notice => return None,
    };
    Some(Action {
        label: label.to_owned(),
        link: Link::new(facts.leaves, "[link]"),
        written_out: "If the button does not work, copy this address into your browser:".to_owned(),
        expiry: facts.batch.is_none().then(|| format!("The link is yours alone and works once, until {}.", facts.expires)),
    })
}

fn not_me(facts: &Facts<'_>) -> String {
    let Facts { name, organisation, .. } = facts;
    match (facts.values.kind, facts.values.notice) {
        (SendKind::Invitation | SendKind::Resend, _) => format!(
            "If you are not {name}, or expected no account at {organisation}, do not pass this message on: its link is all that is needed. \
             Delete it, and tell the administrators of {organisation}."
        ),
        (SendKind::Reset, _) => format!(
            "If you did not ask for this, delete this message: your password stays as it is. \
             If it happens again, tell the administrators of {organisation}."
        ),
        (SendKind::Notice, Some(Notice::AddressChanged)) => {
            format!("If this was not meant to happen, tell the administrators of {organisation} at once.")
        }
        (SendKind::Notice, Some(Notice::BatchEnded | Notice::BatchWaits)) => {
            format!(
                "This message goes to whoever started the batch. If that was not you, tell the administrators of {organisation} at once."
            )
        }
        (SendKind::Notice, _) => {
            format!("If it was not you, ask for a new password on the sign-in page at once, and tell the administrators of {organisation}.")
        }
    }
}

/// Subject and paragraphs.
fn about_a_batch(facts: &Facts<'_>, notice: Notice) -> (String, Vec<String>) {
    let Some((batch, action, started)) = &facts.batch else { return (String::new(), Vec::new()) };
    let sent = if batch.kept { "kept in the mailbox" } else { "sent" };
    // As it was told before the reasons were.
    let dropped = if batch.reasons.is_some() { "dropped" } else { "cancelled before they left" };
    let counts = [(batch.sent, sent), (batch.failed, "failed"), (batch.dropped, dropped), (batch.open, "waiting")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{} {word}", number(English, count)));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let employees = if batch.receiving == 1 { "employee" } else { "employees" };
    let what = format!("“{action}” for {} {employees}, started on {started}", number(English, batch.receiving));
    let reasons = facts.reasons(|messages| number(English, messages));
    let reasons =
        reasons.map(|reasons| format!("Why messages failed: {reasons}. The page of the batch names everybody, and can try them again."));
    let skips = facts.skips().map(|skips| format!("Skipped: {skips}."));
    let told = |first| std::iter::once(first).chain(reasons).chain(skips).collect();
    match notice {
        Notice::BatchWaits => (
            // It may have waited for what this message waited for, too.
            format!("Your batch has had to wait: {counts}"),
            vec![
                format!("{what}, had not moved for an hour. By now: {counts}."),
                "It goes on by itself as soon as it can. Its page says how it stands.".to_owned(),
            ],
        ),
        _ if batch.stopped => (format!("Your batch was stopped: {counts}"), told(format!("{what}, was stopped: {counts}."))),
        _ => (format!("Your batch has ended: {counts}"), told(format!("{what}, has ended: {counts}."))),
    }
}
