//! The page of one employee.

use super::{
    edit::use_employee,
    edit_texts,
    history::{HistorySection, Reply},
    live,
    profile_actions::Actions,
    profile_api::{find_history, find_profile},
    profile_model::{LatestSend, Profile, Standing},
    profile_texts as texts,
};
use crate::{
    batches::{BatchDialog, model::Proposal, words},
    error::AppError,
    session::use_language,
    texts::{date_time, language_name},
    ui::{failure::FailurePage, focus::arrive_at, layout::Layout, look_again::look_again},
};
use domain::{
    ids::{EmployeeId, EventId, SendId},
    language::Language,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/administration/users/{id}`.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let language = use_language();
    let employee = use_employee();
    let query = use_query_map();
    let asked = |name: &'static str| Memo::new(move |_| query.read().get_str(name).and_then(|value| value.parse::<i64>().ok()));
    let (before, message) = (asked("before"), asked("message"));
    let page = Resource::new(move || (employee.get(), before.get()), |(employee, before)| load(employee, before.map(EventId)));
    let proposal = RwSignal::new(None::<Proposal>);
    let look = Callback::new(move |()| page.refetch());
    live::follow(look);
    view! {
        <Title text=texts::profile(language)/>
        <Layout>
            <p class="way"><a href="/administration/users">{texts::to_employees(language)}</a></p>
            <Transition>
                {
                    let shown = steady(page);
                    let stands = Memo::new(move |_| shown.read().is_some());
                    Effect::new(move |_| if stands.get() { arrive_at("history") });
                    move || shown.get().map(|page| match page {
                        Ok((profile, history)) => view! {
                            <ProfileView profile=profile.clone() proposal look/>
                            {move || view! {
                                <HistorySection employee=profile.id history=history.clone() shown=message.get().map(SendId) older_page=before.get().is_some()/>
                            }}
                        }
                        .into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    })
                }
            </Transition>
            <BatchDialog proposal on_accepted=Callback::new(move |_| page.refetch())/>
        </Layout>
    }
}

type Loaded = Result<(Profile, super::profile_model::History), AppError>;

async fn load(employee: Option<EmployeeId>, before: Option<EventId>) -> Loaded {
    let employee = employee.ok_or(AppError::NotFound)?;
    let profile = find_profile(employee);
    let history = find_history(employee, before);
    Ok((profile.await?, history.await?))
}

/// What is shown: drawn anew only where it differs, so that nothing loses its place, and kept while the server cannot be asked.
#[cfg(not(feature = "ssr"))]
fn steady(page: Resource<Loaded>) -> Signal<Option<Loaded>> {
    Memo::new(move |before: Option<&Option<Loaded>>| match (before, page.get()) {
        (Some(Some(Ok(before))), Some(Err(AppError::Unreachable | AppError::Unavailable))) => Some(Ok(before.clone())),
        (_, now) => now,
    })
    .into()
}

/// The server draws once, as soon as everything is there: a memo may not have heard of that yet, and would draw nothing.
#[cfg(feature = "ssr")]
fn steady(page: Resource<Loaded>) -> Signal<Option<Loaded>> {
    Signal::derive(move || page.get())
}

#[component]
fn ProfileView(profile: Profile, proposal: RwSignal<Option<Proposal>>, look: Callback<()>) -> impl IntoView {
    let language = use_language();
    // While a message may still leave: not each of its tries is told.
    if profile.latest.as_ref().is_some_and(|latest| latest.state.is_open()) {
        look_again(2000, move || async move { look.run(()) });
    }
    let problem = profile.problem.clone().map(|problem| {
        let reason = problem.reason.map_or_else(|| texts::reason_unknown(language), |reason| words::reason(language, reason));
        view! {
            <div class="delivery-problem">
                <p><strong>{texts::delivery_problem(language, &reason)}</strong></p>
                {problem.reply.map(|reply| view! { <Reply reply/> })}
            </div>
        }
    });
    view! {
        <h1>{profile.name.clone()}</h1>
        <p class="standing">
            <span class="status">{standing(language, &profile.standing)}</span>
            {profile.suspended_since.as_ref().map(|since| view! {
                " " <span class="status suspended">{texts::suspended_since(language, &date_time(language, since))}</span>
            })}
        </p>
        {problem}
        <Actions profile=profile.clone() proposal/>
        <Facts profile/>
    }
}

/// The invitation status, in words.
fn standing(language: Language, standing: &Standing) -> String {
    let at = |time| date_time(language, time);
    match standing {
        Standing::NotInvited => texts::not_invited(language),
        Standing::Pending(Some(until)) => texts::pending_until(language, &at(until)),
        Standing::Pending(None) => texts::pending_unsent(language),
        Standing::Active(since) => texts::active_since(language, &at(since)),
        Standing::Expired(since) => texts::expired_since(language, &at(since)),
        Standing::Cancelled(on) => texts::cancelled_on(language, &at(on)),
    }
}

#[component]
fn Facts(profile: Profile) -> impl IntoView {
    let language = use_language();
    let written = match profile.language {
        Some(chosen) => language_name(chosen).to_owned(),
        None => texts::language_of_organisation(language, language_name(profile.organisation_language)),
    };
    let facts = [
        (texts::email(language), Some(profile.email.unwrap_or_else(|| texts::no_email(language)))),
        (texts::employee_number(language), profile.employee_number),
        (texts::department(language), profile.department),
        (texts::site(language), profile.site),
        (texts::title(language), profile.title),
        (texts::language(language), Some(written)),
        (texts::role(language), Some(edit_texts::role(language, profile.role))),
        (
            texts::last_sign_in(language),
            Some(profile.last_sign_in_at.map_or_else(|| texts::never(language), |at| date_time(language, &at))),
        ),
        (texts::added_at(language), Some(date_time(language, &profile.added_at))),
        (texts::latest_message(language), profile.latest.map(|latest| latest_message(language, &latest))),
    ];
    let facts = facts.into_iter().filter_map(|(label, fact)| Some((label, fact?)));
    view! {
        <section aria-labelledby="about-heading">
            <h2 id="about-heading">{texts::about(language)}</h2>
            <dl class="facts">{facts.map(|(label, fact)| view! { <dt>{label}</dt><dd>{fact}</dd> }).collect_view()}</dl>
        </section>
    }
}

fn latest_message(language: Language, latest: &LatestSend) -> String {
    let state = words::state(language, latest.state, latest.kept);
    let at = date_time(language, &latest.at);
    if latest.state.is_open() {
        texts::next_try(language, &state, &latest.address, &at)
    } else {
        texts::latest_at(language, &state, &latest.address, &at)
    }
}
