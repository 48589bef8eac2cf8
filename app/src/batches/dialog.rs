//! The dialog before a batch leaves, and the note after it was accepted.

use super::{
    api::{accept, propose},
    model::{Accepted, Audience, JustAccepted, Proposal, Split},
    split_view::SplitView,
    texts,
    undo::{AcceptedNote, NOTE, find_held},
    words,
};
use crate::{
    error::AppError,
    session::use_language,
    ui::{
        failure::Failure,
        focus::{focus_in_place, focus_on},
    },
};
use leptos::{ev::Event, html, prelude::*};

/// The id of the dialog's heading.
const HEADING: &str = "batch-dialog-heading";

/// A batch that was not accepted.
#[derive(Clone)]
struct Refused {
    of: Proposal,
    /// The split to be shown for it.
    split: Split,
    why: Why,
}

/// Why it was not.
#[derive(Clone)]
enum Why {
    /// Others would receive it by now.
    Meanwhile(String),
    /// Nobody knows, or it failed.
    Failure(AppError),
}

/// Opens when `proposal` is set: shows the split, asks, accepts, and offers to undo. Closing it clears `proposal`.
#[component]
pub fn BatchDialog(
    /// What is proposed; none while nothing is.
    proposal: RwSignal<Option<Proposal>>,
    /// Told of the audience of a batch once it was accepted.
    on_accepted: Callback<Audience>,
) -> impl IntoView {
    let language = use_language();
    let dialog = NodeRef::<html::Dialog>::new();
    let accepted = RwSignal::new(None::<JustAccepted>);
    find_held(accepted);
    let meanwhile = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<AppError>);
    let shown = RwSignal::new(None::<(Proposal, Result<Split, AppError>)>);
    // Answers come with what they are about: by then something else may be proposed, or nothing any more.
    let looking = Action::new(|of: &Proposal| {
        let of = of.clone();
        async move {
            let answer = propose(of.clone()).await;
            (of, answer)
        }
    });
    let accepting = Action::new(|(of, split): &(Proposal, Split)| {
        let (of, split) = (of.clone(), split.clone());
        async move {
            let answer = accept(of.clone(), split.receiving, split.key.clone(), split.at).await;
            (of, split, answer)
        }
    });
    let (looks, accepts) = (looking.pending(), accepting.pending());
    let is_proposed = move |of: &Proposal| proposal.with_untracked(|now| now.as_ref() == Some(of));

    // What is told where it opens again.
    let untold = StoredValue::new(None::<Refused>);
    let tell = move |Refused { of, split, why }: Refused| {
        match why {
            Why::Meanwhile(words) => meanwhile.set(Some(words)),
            Why::Failure(error) => failure.set(Some(error)),
        }
        shown.set(Some((of, Ok(split))));
    };
    Effect::new(move |_| {
        meanwhile.set(None);
        failure.set(None);
        if let Some(now) = proposal.get() {
            match untold.try_update_value(Option::take).flatten() {
                Some(refused) => tell(refused),
                None => drop(looking.dispatch(now)),
            }
            open(dialog);
        } else {
            shown.set(None);
            close(dialog);
        }
    });
    Effect::new(move |_| {
        if let Some(answer) = looking.value().get().filter(|(of, _)| is_proposed(of)) {
            shown.set(Some(answer));
        }
    });
    Effect::new(move |_| {
        let Some((of, split, answer)) = accepting.value().get() else { return };
        let proposed = is_proposed(&of);
        let refused = match answer {
            // Told even where the dialog was closed meanwhile.
            Ok(Accepted::Batch { id, receiving, hold_seconds }) => {
                accepted.set(Some(JustAccepted { batch: id, action: of.action, receiving, hold_seconds }));
                on_accepted.run(of.audience);
                if proposed {
                    proposal.set(None);
                    // The button that opened the dialog may be gone with what it acted on.
                    focus_on(NOTE);
                }
                return;
            }
            Ok(Accepted::Grown(split)) => Refused { why: Why::Meanwhile(words::grown(language, of.action)), of, split },
            Ok(Accepted::Nobody(split)) => Refused { why: Why::Meanwhile(words::nobody(language, split.receiving)), of, split },
            // With its key, so that pressing once more finds what was accepted all the same.
            Err(error) => Refused { why: Why::Failure(error), of, split },
        };
        if proposed {
            tell(refused);
        } else if proposal.with_untracked(Option::is_none) {
            // Browsers let a dialog be closed by a second Escape: it opens again to say that nothing has left.
            let of = refused.of.clone();
            untold.set_value(Some(refused));
            proposal.set(Some(of));
        }
    });
    let content = move || {
        let (of, answer) = shown.get()?;
        Some(match answer {
            Err(error) => {
                let again = move |_| {
                    shown.set(None);
                    looking.dispatch(of.clone());
                    focus_on(HEADING);
                };
                view! {
                    <Failure error/>
                    <div class="dialog-buttons"><button class="primary" on:click=again>{texts::try_again(language)}</button></div>
                }
                .into_any()
            }
            Ok(split) => {
                let action = of.action;
                let (chosen, extras) = (of.clone(), split.clone());
                let confirmed = (of.clone(), split.clone());
                let confirm = move |_| {
                    failure.set(None);
                    accepting.dispatch(confirmed.clone());
                    // The button is out of use until the answer is there.
                    focus_in_place(HEADING);
                };
                let receives = split.receiving > 0;
                view! {
                    {meanwhile.get().map(|changed| view! { <p class="problem" role="alert">{changed}</p> })}
                    <div aria-busy=move || looks.get().to_string() inert=move || accepts.get()>
                        // Drawn anew, so that nothing stays unfolded over other people; the choices stay, with the focus.
                        {move || view! { <SplitView proposal=of.clone() split=split.clone()/> }}
                        <Extras proposal chosen split=extras/>
                    </div>
                    {move || failure.get().map(|error| view! { <Failure error/> })}
                    <div class="dialog-buttons">
                        {receives.then(|| view! {
                            <button class="primary" disabled=move || looks.get() || accepts.get() on:click=confirm>{words::confirm(language, action)}</button>
                        })}
                    </div>
                }
                .into_any()
            }
        })
    };
    let heading = move || proposal.get().map(|proposal| words::action(language, proposal.action));
    // Whoever has confirmed waits for the answer.
    let on_cancel = move |event: Event| {
        if accepts.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <dialog node_ref=dialog class="batch-dialog" aria-labelledby=HEADING on:close=move |_| proposal.set(None) on:cancel=on_cancel>
            <h2 id=HEADING tabindex="-1">{heading}</h2>
            {content}
            <form method="dialog" class="dialog-back"><button disabled=move || accepts.get()>{texts::go_back(language)}</button></form>
            <span class="dialog-wait" role="status">{move || (looks.get() || accepts.get()).then(|| texts::working(language))}</span>
        </dialog>
        <AcceptedNote accepted/>
    }
}

/// The choices that change the split.
#[component]
fn Extras(
    /// Changed by what is chosen.
    proposal: RwSignal<Option<Proposal>>,
    /// What the split is of.
    chosen: Proposal,
    split: Split,
) -> impl IntoView {
    let language = use_language();
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
                <label><input type="checkbox" checked=chosen.resend_too on:change=move |_| toggle(|proposal| proposal.resend_too = !proposal.resend_too)/>
                    " "{texts::resend_too(language, split.could_resend)}</label>
            })}
            {(split.could_reset > 0).then(|| view! {
                <label><input type="checkbox" checked=chosen.reset_too on:change=move |_| toggle(|proposal| proposal.reset_too = !proposal.reset_too)/>
                    " "{texts::reset_too(language, split.could_reset)}</label>
            })}
            {(split.could_retry > 0).then(|| view! {
                <label><input type="checkbox" checked=chosen.refused_too on:change=move |_| toggle(|proposal| proposal.refused_too = !proposal.refused_too)/>
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
