//! `/administration/batches/new`: the dialog as a page, for browsers without JavaScript.

use super::{
    api::{AcceptForm, propose, skipped_people},
    link,
    model::{Audience, Proposal, Split},
    skipped::SkippedPage,
    split_view::SplitView,
    texts, words,
};
use crate::{
    employees::list::matching,
    error::AppError,
    session::use_language,
    ui::{failure::FailurePage, form::PostForm, layout::Layout},
};
use domain::{batch::BatchAction, eligibility::Skip, ids::EmployeeId, language::Language, listing::Criteria};
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use serde::{Deserialize, Serialize};

/// What the address asks for.
#[derive(Clone, Serialize, Deserialize)]
enum Asked {
    Split(Box<Split>, Proposal),
    /// Those skipped for a reason.
    Skipped(Skip, Vec<(EmployeeId, String)>, BatchAction),
}

/// The split, with the buttons that confirm or leave it.
#[component]
pub fn NewBatchPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let shown = Resource::new(
        move || (link::read(&query.read()), link::read_skipped(&query.read())),
        |(proposal, skipped)| async move {
            let proposal = proposal.ok_or(AppError::NotFound)?;
            Ok::<_, AppError>(match skipped {
                Some((reason, after)) => Asked::Skipped(reason, skipped_people(proposal.clone(), reason, after).await?, proposal.action),
                None => Asked::Split(Box::new(propose(proposal.clone()).await?), proposal),
            })
        },
    );
    view! {
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(Asked::Split(split, proposal)) => view! { <Confirmation proposal split=*split query=query.get_untracked()/> }.into_any(),
                        Ok(Asked::Skipped(reason, people, action)) => view! {
                            <Title text=words::action(language, action)/>
                            <h1>{words::action(language, action)}</h1>
                            <SkippedPage query=query.get_untracked() reason people/>
                        }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn Confirmation(proposal: Proposal, split: Split, query: ParamsMap) -> impl IntoView {
    let language = use_language();
    let changed = changed(language, proposal.action, split.receiving, query.get_str("changed"));
    // Told once: addresses that lead back here do not say so again.
    let mut query = query;
    query.remove("changed");
    let heading = words::action(language, proposal.action);
    let button = words::confirm(language, proposal.action);
    let receiving = split.receiving;
    let (key, at) = (split.key.clone(), split.at.map(|at| at.0.to_string()));
    let back = match &proposal.audience {
        Audience::FailedOf(batch, _) | Audience::StoppedOf(batch) => format!("/administration/batches/{batch}"),
        Audience::Matching(criteria) => matching(criteria.clone()),
        Audience::Chosen(_) => matching(link::criteria(&query)),
    };
    let extras =
        split.has_choices().then(|| view! { <Extras proposal=proposal.clone() split=split.clone() criteria=link::criteria(&query)/> });
    view! {
        <Title text=heading.clone()/>
        <h1>{heading}</h1>
        {changed.map(|changed| view! { <p class="problem" role="alert">{changed}</p> })}
        <SplitView proposal=proposal.clone() split query/>
        {extras}
        <PostForm<AcceptForm> class="inline">
            <AudienceFields proposal/>
            <input type="hidden" name="shown" value=receiving.to_string()/>
            <input type="hidden" name="key" value=key/>
            {at.map(|at| view! { <input type="hidden" name="at" value=at/> })}
            <p class="page-actions">
                {(receiving > 0).then(|| view! { <button class="primary">{button}</button> })}
                <a class="button" href=back>{texts::go_back(language)}</a>
            </p>
        </PostForm<AcceptForm>>
    }
}

/// Why the split is shown once more, where that is so.
fn changed(language: Language, action: BatchAction, receiving: u64, word: Option<&str>) -> Option<String> {
    match word? {
        link::GROWN => Some(words::grown(language, action)),
        link::NOBODY => Some(words::nobody(language, receiving)),
        _ => None,
    }
}

/// The choices that change the split, which is shown again at once, or, before the scripts are there, by a button.
#[component]
fn Extras(
    proposal: Proposal,
    split: Split,
    /// What the list was narrowed to, for going back.
    criteria: Criteria,
) -> impl IntoView {
    let language = use_language();
    let form = NodeRef::<html::Form>::new();
    let show_again = move |_| {
        if let Some(form) = form.get_untracked() {
            // Safari before 16 knows the other one only.
            let _ = form.request_submit().or_else(|_| form.submit());
        }
    };
    let (resend, reset, refused) = (proposal.resend_too, proposal.reset_too, proposal.refused_too);
    let plain = Proposal { resend_too: false, reset_too: false, refused_too: false, ..proposal };
    view! {
        <form node_ref=form method="get" action="/administration/batches/new" class="extras" on:change=show_again>
            {matches!(plain.audience, Audience::Chosen(_)).then(|| view! {
                <input type="hidden" name="status" value=criteria.status.as_str()/>
                <input type="hidden" name="search" value=criteria.search/>
            })}
            <AudienceFields proposal=plain/>
            {(split.could_resend > 0).then(|| view! {
                <label><input type="checkbox" name="resend_too" value="1" checked=resend/>" "{texts::resend_too(language, split.could_resend)}</label>
            })}
            {(split.could_reset > 0).then(|| view! {
                <label><input type="checkbox" name="reset_too" value="1" checked=reset/>" "{texts::reset_too(language, split.could_reset)}</label>
            })}
            {(split.could_retry > 0).then(|| view! {
                <label><input type="checkbox" name="refused_too" value="1" checked=refused/>" "{texts::refused_too(language, split.could_retry)}</label>
            })}
            <button>{texts::update_split(language)}</button>
        </form>
    }
}

/// A proposal as hidden fields.
#[component]
fn AudienceFields(proposal: Proposal) -> impl IntoView {
    // The server function takes the list under a name of its own.
    let employees = if let Audience::Chosen(ids) = &proposal.audience { Some(("employees", link::list(ids))) } else { None };
    let fields = link::fields(&proposal).into_iter().chain(employees);
    fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
}
