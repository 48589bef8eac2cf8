//! The split in words: who takes part, who is skipped and why.

use super::{
    model::{Proposal, SkippedGroup, Split},
    texts, words,
};
use crate::{
    session::use_language,
    texts::{duration, number},
};
use domain::{batch::BatchAction, language::Language};
use leptos::prelude::*;

/// What confirming would do.
#[component]
pub(super) fn SplitView(
    /// What is proposed.
    proposal: Proposal,
    /// The split.
    split: Split,
) -> impl IntoView {
    let language = use_language();
    let consequence = match proposal.action {
        BatchAction::CancelInvitation => texts::links_die(language),
        BatchAction::SendPasswordReset => texts::password_stays(language),
        BatchAction::ResendInvitation => texts::older_links_stand(language),
        BatchAction::SendCredentials => String::new(),
    };
    let mix = split.languages.iter().map(|(mail, people)| match mail {
        Language::English => texts::in_english(language, *people),
        Language::French => texts::in_french(language, *people),
    });
    let mix = mix.collect::<Vec<_>>().join(", ");
    let several = split.people > 1;
    let skipped: u64 = split.skipped.iter().map(|group| group.people).sum();
    view! {
        <div class="split">
            <p class="split-receiving"><strong>{headline(language, &proposal, &split)}</strong>
                {(several && proposal.action.sends() && split.receiving > 0).then(|| format!(" ({mix})"))}</p>
            {(!consequence.is_empty() && split.receiving > 0).then(|| view! { <p>{consequence}</p> })}
            {(split.hold_seconds > 0 && split.receiving > 0).then(|| view! { <p>{texts::hold(language, u64::from(split.hold_seconds))}</p> })}
            {(split.pace_seconds >= 60 && split.receiving > 0).then(|| view! { <p>{texts::takes(language, &duration(language, split.pace_seconds))}</p> })}
            {(skipped > 0).then(|| view! {
                <div class="split-skipped">
                    {several.then(|| view! { <p>{texts::are_skipped(language, skipped)}</p> })}
                    <ul>{split.skipped.into_iter().map(|group| view! { <SkippedLine group several/> }).collect_view()}</ul>
                </div>
            })}
        </div>
    }
}

fn headline(language: Language, proposal: &Proposal, split: &Split) -> String {
    let cancels = proposal.action == BatchAction::CancelInvitation;
    match (&split.only_name, split.receiving) {
        (Some(name), 0) => texts::name_takes_no_part(language, name),
        (None, 0) => texts::nobody_receives(language),
        (Some(name), _) if cancels => texts::name_is_cancelled(language, name),
        (Some(name), _) => texts::name_receives(language, name),
        (None, receiving) if cancels => texts::will_be_cancelled(language, receiving),
        (None, receiving) => texts::will_receive(language, receiving),
    }
}

/// The people skipped for one reason: the reason, a link to them where a filter shows them, and the first few by name.
#[component]
fn SkippedLine(group: SkippedGroup, several: bool) -> impl IntoView {
    let language = use_language();
    let SkippedGroup { reason, people, examples } = group;
    if !several {
        return view! { <li>{words::skip(language, reason)}</li> }.into_any();
    }
    let summary = words::skipped(language, reason, people);
    let more = people.saturating_sub(examples.len() as u64);
    let all = words::filter_of(reason).map(|filter| format!("/administration/users?status={filter}"));
    view! {
        <li>
            <details>
                <summary>{summary}</summary>
                <ul>
                    {examples.into_iter().map(|(id, name)| view! { <li><a href=format!("/administration/users/{id}")>{name}</a></li> }).collect_view()}
                    {(more > 0).then(|| match all {
                        Some(href) => view! { <li><a href=href>{texts::and_more(language, more)}</a></li> }.into_any(),
                        None => view! { <li>{texts::and_more(language, more)}</li> }.into_any(),
                    })}
                </ul>
            </details>
        </li>
    }
    .into_any()
}

/// How many take part of how many, for a heading.
pub(super) fn of_people(language: Language, receiving: u64, people: u64) -> String {
    texts::taking_part(language, &number(language, receiving), &number(language, people))
}
