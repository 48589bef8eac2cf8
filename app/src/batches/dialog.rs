//! The dialog before a batch leaves, and the note after it was accepted.

use super::{
    api::{accept, propose},
    model::{Accepted, JustAccepted, Proposal, Split},
    split_view::SplitView,
    texts,
    undo::{AcceptedNote, NOTE, failure_of, find_held},
    words,
};
use crate::{
    error::AppError,
    session::use_language,
    ui::{failure::Failure, focus::focus_on},
};
use domain::ids::BatchId;
use leptos::{html, prelude::*};

/// The id of the dialog's heading.
const HEADING: &str = "batch-dialog-heading";

/// Opens when `proposal` is set: shows the split, asks, accepts, and offers to undo. Closing it clears `proposal`.
#[component]
pub fn BatchDialog(
    /// What is proposed; none while nothing is.
    proposal: RwSignal<Option<Proposal>>,
    /// Told of the batch once it was accepted.
    on_accepted: Callback<BatchId>,
) -> impl IntoView {
    let language = use_language();
    let dialog = NodeRef::<html::Dialog>::new();
    let accepted = RwSignal::new(None::<JustAccepted>);
    find_held(accepted);
    let meanwhile = RwSignal::new(None::<String>);
    let shown = RwSignal::new(None::<Result<Split, AppError>>);
    let looking = Action::new(|proposal: &Proposal| propose(proposal.clone()));
    let accepting =
        Action::new(|(proposal, split): &(Proposal, Split)| accept(proposal.clone(), split.receiving, split.key.clone(), split.at));

    Effect::new(move |_| match proposal.get() {
        Some(proposal) => {
            shown.set(None);
            meanwhile.set(None);
            accepting.clear();
            looking.dispatch(proposal);
            open(dialog);
        }
        None => close(dialog),
    });
    Effect::new(move |_| {
        if let Some(answer) = looking.value().get() {
            shown.set(Some(answer));
        }
    });
    Effect::new(move |_| match accepting.value().get() {
        Some(Ok(Accepted::Batch { id, receiving, hold_seconds })) => {
            let Some(action) = proposal.get_untracked().map(|proposal| proposal.action) else { return };
            accepted.set(Some(JustAccepted { batch: id, action, receiving, hold_seconds }));
            proposal.set(None);
            on_accepted.run(id);
            // The button that opened the dialog may be gone with what it acted on.
            focus_on(NOTE);
        }
        Some(Ok(Accepted::Grown(split))) => {
            let cancels = proposal.with_untracked(|proposal| proposal.as_ref().is_some_and(|proposal| !proposal.action.sends()));
            meanwhile.set(Some(if cancels { texts::grown_cancelled(language) } else { texts::grown(language) }));
            shown.set(Some(Ok(split)));
        }
        Some(Ok(Accepted::Nobody(split))) => {
            meanwhile.set(Some(texts::nobody_left(language)));
            shown.set(Some(Ok(split)));
        }
        _ => {}
    });
    let content = move || {
        let proposal_now = proposal.get()?;
        Some(match shown.get() {
            None => view! { <p aria-busy="true">{texts::working(language)}</p> }.into_any(),
            Some(Err(error)) => {
                let again = move |_| {
                    shown.set(None);
                    looking.dispatch(proposal_now.clone());
                    focus_on(HEADING);
                };
                view! {
                    <Failure error/>
                    <div class="dialog-buttons"><button class="primary" on:click=again>{texts::try_again(language)}</button></div>
                }
                .into_any()
            }
            Some(Ok(split)) => view! {
                {meanwhile.get().map(|changed| view! { <p class="problem" role="alert">{changed}</p> })}
                <SplitView proposal=proposal_now.clone() split=split.clone()/>
                <Extras proposal split=split.clone()/>
                {move || failure_of(accepting.value().get()).map(|error| view! { <Failure error/> })}
                <div class="dialog-buttons">
                    {(split.receiving > 0).then(|| {
                        let chosen = (proposal_now.clone(), split.clone());
                        view! {
                            <button class="primary" disabled=move || accepting.pending().get() on:click=move |_| { accepting.dispatch(chosen.clone()); }>
                                {words::confirm(language, proposal_now.action)}
                            </button>
                        }
                    })}
                </div>
            }
            .into_any(),
        })
    };
    let heading = move || proposal.get().map(|proposal| words::action(language, proposal.action));
    view! {
        <dialog node_ref=dialog class="batch-dialog" aria-labelledby=HEADING on:close=move |_| proposal.set(None)>
            <h2 id=HEADING tabindex="-1">{heading}</h2>
            {content}
            <form method="dialog" class="dialog-back"><button>{texts::go_back(language)}</button></form>
        </dialog>
        <AcceptedNote accepted/>
    }
}

/// The choices that change the split.
#[component]
fn Extras(proposal: RwSignal<Option<Proposal>>, split: Split) -> impl IntoView {
    let language = use_language();
    let now = proposal.get_untracked()?;
    let toggle = move |change: fn(&mut Proposal)| {
        proposal.update(|proposal| {
            if let Some(proposal) = proposal {
                change(proposal);
            }
        });
    };
    split.has_choices().then(|| view! {
        <div class="extras">
            {(split.could_resend > 0).then(|| view! {
                <label><input type="checkbox" checked=now.resend_too on:change=move |_| toggle(|proposal| proposal.resend_too = !proposal.resend_too)/>
                    " "{texts::resend_too(language, split.could_resend)}</label>
            })}
            {(split.could_reset > 0).then(|| view! {
                <label><input type="checkbox" checked=now.reset_too on:change=move |_| toggle(|proposal| proposal.reset_too = !proposal.reset_too)/>
                    " "{texts::reset_too(language, split.could_reset)}</label>
            })}
            {(split.could_retry > 0).then(|| view! {
                <label><input type="checkbox" checked=now.refused_too on:change=move |_| toggle(|proposal| proposal.refused_too = !proposal.refused_too)/>
                    " "{texts::refused_too(language, split.could_retry)}</label>
            })}
        </div>
    })
}

fn open(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked()
        && !dialog.open()
        && dialog.show_modal().is_err()
    {
        dialog.set_open(true);
    }
}

fn close(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked()
        && dialog.open()
    {
        dialog.close();
    }
}
