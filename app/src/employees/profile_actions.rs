//! What an administrator can do with one employee.

use super::{
    edit_texts,
    profile_model::{Profile, Standing},
    profile_texts as texts,
};
use crate::{
    batches::{
        model::{Audience, Proposal},
        words,
    },
    session::Viewer,
};
use domain::{
    batch::BatchAction,
    ids::EmployeeId,
    role::{Permission, Role},
};
use leptos::prelude::*;

/// The bulk actions that fit somebody, in the order of their buttons.
fn fitting(profile: &Profile, own: Role) -> Vec<BatchAction> {
    let reachable = profile.email.is_some() && profile.suspended_since.is_none();
    let (manages, resets) = (Permission::ManageInvitations.granted(own), Permission::ResetPassword.granted_over(own, profile.role));
    let fits = |action| match (action, &profile.standing) {
        (BatchAction::SendCredentials, Standing::NotInvited | Standing::Cancelled(_))
        | (BatchAction::ResendInvitation, Standing::Pending(_) | Standing::Expired(_)) => manages && reachable,
        (BatchAction::CancelInvitation, Standing::Pending(_) | Standing::Expired(_)) => manages,
        (BatchAction::SendPasswordReset, Standing::Active(_)) => resets && reachable,
        _ => false,
    };
    BatchAction::ALL.iter().copied().filter(|action| fits(*action)).collect()
}

/// The buttons and links; plain ones lead to pages that ask for confirmation.
#[component]
pub fn Actions(
    /// Whom they concern.
    profile: Profile,
    /// What the dialog is asked.
    proposal: RwSignal<Option<Proposal>>,
) -> impl IntoView {
    let Viewer { language, me, .. } = expect_context();
    let own = me.map(|me| me.role).unwrap_or_default();
    let id = profile.id;
    let may = |permission: Permission| permission.granted_over(own, profile.role);
    let sends = Permission::ManageInvitations.granted(own);
    let hint = if !sends {
        None
    } else if profile.suspended_since.is_some() {
        Some(texts::is_suspended(language))
    } else {
        profile.email.is_none().then(|| texts::needs_address(language))
    };
    let suspended = profile.suspended_since.is_some();
    let actions = fitting(&profile, own);
    let path = format!("/administration/users/{id}");
    let link = |permission: Permission, page: &str, label: String| {
        may(permission).then(|| view! { <a class="button" href=format!("{path}/{page}")>{label}</a> })
    };
    view! {
        <section class="actions" aria-label=texts::actions(language)>
            {(!actions.is_empty()).then(|| view! { <ActionButtons id actions proposal/> })}
            {link(Permission::EditEmployee, "edit", edit_texts::edit(language))}
            {(!suspended).then(|| link(Permission::SuspendEmployee, "suspend", edit_texts::suspend(language)))}
            {suspended.then(|| link(Permission::SuspendEmployee, "restore", edit_texts::restore(language)))}
            {link(Permission::RemoveEmployee, "remove", edit_texts::remove(language))}
            <a class="button" href="#history">{texts::view_history(language)}</a>
        </section>
        {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
    }
}

#[component]
fn ActionButtons(id: EmployeeId, actions: Vec<BatchAction>, proposal: RwSignal<Option<Proposal>>) -> impl IntoView {
    let language = crate::session::use_language();
    let buttons = actions.into_iter().enumerate().map(|(at, action)| {
        let ask = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            proposal.set(Some(Proposal::new(action, Audience::Chosen(vec![id]))));
        };
        view! {
            <button name="action" value=action.as_str() class=if at == 0 { "primary" } else { "" } on:click=ask>
                {words::action(language, action)}
            </button>
        }
    });
    view! {
        <form method="get" action="/administration/batches/new" class="inline">
            <input type="hidden" name="employee" value=id.to_string()/>
            {buttons.collect_view()}
        </form>
    }
}
