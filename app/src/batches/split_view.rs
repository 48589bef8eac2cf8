//! The split in words: who takes part, who is skipped and why.

use super::{
    model::{Audience, Proposal, Sender, SkippedGroup, Split},
    skipped::SkippedLine,
    texts, words,
};
use crate::{
    session::{Viewer, use_language},
    texts::{duration, number},
};
use domain::{batch::BatchAction, language::Language};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// What confirming would do.
#[component]
pub(super) fn SplitView(
    /// What is proposed.
    proposal: Proposal,
    /// The split.
    split: Split,
    /// On a page of its own: its address.
    #[prop(optional)]
    query: Option<ParamsMap>,
) -> impl IntoView {
    let language = use_language();
    let consequence = match proposal.action {
        BatchAction::CancelInvitation => texts::links_die(language),
        BatchAction::SendPasswordReset => texts::password_stays(language),
        // Where messages failed there may be no older ones.
        BatchAction::ResendInvitation if matches!(proposal.audience, Audience::FailedOf(..)) => String::new(),
        BatchAction::ResendInvitation => texts::older_links_stand(language),
        BatchAction::SendCredentials => String::new(),
    };
    let mix = split.languages.iter().map(|(mail, people)| match mail {
        Language::English => texts::in_english(language, *people),
        Language::French => texts::in_french(language, *people),
    });
    let mix = mix.collect::<Vec<_>>().join(", ");
    let several = split.people > 1;
    let are_skipped: u64 = split.skipped.iter().map(|group| group.people).sum();
    let headline = headline(language, &proposal, &split);
    let retried = match proposal.audience {
        Audience::FailedOf(..) | Audience::StoppedOf(_) if split.people == 0 => Some(texts::all_had_another(language)),
        Audience::FailedOf(batch, Some(reason)) => {
            Some(texts::to_failed_for(language, &batch.to_string(), &words::reason(language, reason)))
        }
        Audience::FailedOf(batch, None) => Some(texts::to_failed_of(language, &batch.to_string())),
        Audience::StoppedOf(batch) => Some(texts::to_stopped_of(language, &batch.to_string())),
        Audience::Chosen(_) | Audience::Matching(_) => None,
    };
    let sends = proposal.action.sends();
    let hold = words::hold(language, u64::from(split.hold_seconds));
    let hold = if split.wait.is_some() { texts::hold_alone(language, &hold) } else { texts::hold(language, &hold) };
    let skipped = |group: SkippedGroup| {
        if several {
            view! { <SkippedLine proposal=proposal.clone() group query=query.clone()/> }.into_any()
        } else {
            view! { <li>{words::skip(language, group.reason)}</li> }.into_any()
        }
    };
    view! {
        <div class="split">
            {retried.map(|retried| view! { <p>{retried}</p> })}
            <p class="split-receiving"><strong>{headline}</strong>
                {(several && sends && split.receiving > 0).then(|| format!(" ({mix})"))}</p>
            {(!consequence.is_empty() && split.receiving > 0).then(|| view! { <p>{consequence}</p> })}
            {(sends && split.receiving > 0).then(|| view! { <From sender=split.sender/> })}
            {split.wait.filter(|_| sends && split.receiving > 0).map(|wait| view! {
                <div class="waits"><p>{texts::delivery_waits(language)}" "{words::wait(language, &wait)}</p></div>
            })}
            {(split.hold_seconds > 0 && split.receiving > 0).then(|| view! { <p>{hold}</p> })}
            {(split.pace_seconds >= 60 && split.receiving > 0).then(|| view! { <p>{texts::takes(language, &duration(language, split.pace_seconds))}</p> })}
            {(are_skipped > 0).then(|| view! {
                <div class="split-skipped">
                    {several.then(|| view! { <p>{texts::are_skipped(language, are_skipped)}</p> })}
                    <ul>{split.skipped.into_iter().map(skipped).collect_view()}</ul>
                </div>
            })}
        </div>
    }
}

/// From whom the messages come. An address that other mail servers are not likely to take is warned of.
#[component]
fn From(sender: Sender) -> impl IntoView {
    let language = use_language();
    let notices = expect_context::<Viewer>().notices;
    let address = sender.address.unwrap_or(notices.usual_sender);
    let is_local = !notices.mail_is_kept && address.rsplit_once('@').is_some_and(|(_, domain)| !domain.contains('.'));
    (!address.is_empty()).then(|| {
        view! {
            <p>{texts::comes_from(language, &format!("{} <{address}>", sender.name))}</p>
            {is_local.then(|| view! {
                <p class="notice">
                    {texts::sender_is_local(language)}" "
                    <a href="/administration/settings">{texts::choose_sender(language)}</a>"."
                </p>
            })}
        }
    })
}

fn headline(language: Language, proposal: &Proposal, split: &Split) -> String {
    let cancels = proposal.action == BatchAction::CancelInvitation;
    match (&split.only_name, split.receiving) {
        _ if matches!(&proposal.audience, Audience::Chosen(ids) if ids.is_empty()) => texts::nobody_was_selected(language),
        (Some(name), 0) => texts::name_takes_no_part(language, name),
        (None, 0) => texts::nobody_receives(language),
        (Some(name), _) if cancels => texts::name_is_cancelled(language, name),
        (Some(name), _) => texts::name_receives(language, name),
        (None, receiving) if cancels => texts::will_be_cancelled(language, receiving),
        (None, receiving) => texts::will_receive(language, receiving),
    }
}

/// How many take part of how many, for a heading.
pub(super) fn of_people(language: Language, receiving: u64, people: u64) -> String {
    texts::taking_part(language, receiving, &number(language, people))
}
