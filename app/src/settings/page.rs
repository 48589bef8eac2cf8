//! `/administration/settings`.

use super::{
    api::{ChangeSettings, find_settings},
    model::{Settings, SettingsView},
    texts,
};
use crate::{
    batches::words,
    session::{Viewer, use_language},
    texts::language_name,
    ui::{
        failure::FailurePage,
        field::{Choice, Field, MadeFrom},
        form::PostForm,
        layout::Layout,
    },
};
use domain::{ids::EventId, language::Language};
use leptos::prelude::*;
use leptos_meta::Title;

/// The settings: a form, or a list for those who may only look.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let language = use_language();
    let settings = Resource::new(|| (), |()| find_settings());
    view! {
        <Title text=texts::settings(language)/>
        <Layout>
            <Suspense>
                {move || Suspend::new(async move {
                    match settings.await {
                        Ok(SettingsView { settings, may_change: false, .. }) => view! { <SettingsList settings/> }.into_any(),
                        Ok(SettingsView { settings, time_zones, made_from, .. }) => view! { <SettingsForm settings time_zones made_from/> }.into_any(),
                        Err(error) => view! { <FailurePage error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Layout>
    }
}

#[component]
fn SettingsForm(settings: Settings, time_zones: Vec<String>, made_from: Option<EventId>) -> impl IntoView {
    let language = use_language();
    let languages = Language::ALL.iter().map(|each| (each.to_string(), language_name(*each).to_owned())).collect();
    let zones = time_zones.into_iter().map(|zone| (zone.clone(), zone)).collect();
    let text = |value: Option<String>| value.unwrap_or_default();
    let usual_sender = expect_context::<Viewer>().notices.usual_sender;
    let (pace, limit) = (settings.pace, |most: Option<u32>| most.map(|most| most.to_string()).unwrap_or_default());
    view! {
        <h1>{texts::settings(language)}</h1>
        <PostForm<ChangeSettings>>
            {made_from.map(|event| view! { <MadeFrom event/> })}
            <fieldset>
                <legend>{texts::organisation(language)}</legend>
                <Field name="name" label=texts::name(language) value=settings.name autocomplete="off"/>
                <Field name="short_name" label=texts::short_name(language) value=settings.short_name hint=texts::short_name_hint(language) autocomplete="off"/>
                <Choice name="language" label=texts::language(language) choices=languages value=settings.language.to_string() hint=texts::language_hint(language)/>
                <Choice name="time_zone" label=texts::time_zone(language) choices=zones value=settings.time_zone hint=texts::time_zone_hint(language)/>
            </fieldset>
            <fieldset>
                <legend>{texts::invitations(language)}</legend>
                <Field name="validity_days" label=texts::validity_days(language) inputmode="numeric" value=settings.validity_days.to_string() hint=texts::validity_hint(language)/>
                <Field name="hold_seconds" label=texts::hold_seconds(language) inputmode="numeric" value=settings.hold_seconds.to_string() hint=texts::hold_hint(language)/>
            </fieldset>
            <fieldset>
                <legend>{texts::pace(language)}</legend>
                <p class="hint">{texts::pace_hint(language)}</p>
                <Field name="pace_per_second" label=texts::pace_per_second(language) inputmode="numeric" value=limit(pace.per_second) optional=true/>
                <Field name="pace_per_hour" label=texts::pace_per_hour(language) inputmode="numeric" value=limit(pace.per_hour) optional=true/>
                <Field name="pace_per_day" label=texts::pace_per_day(language) inputmode="numeric" value=limit(pace.per_day) optional=true/>
            </fieldset>
            <fieldset>
                <legend>{texts::mail(language)}</legend>
                <Field name="sender_name" label=texts::sender_name(language) value=text(settings.sender_name) hint=texts::sender_name_hint(language) autocomplete="off" optional=true/>
                <Field name="sender_address" label=texts::sender_address(language) kind="email" value=text(settings.sender_address) hint=texts::sender_address_hint(language, &usual_sender) autocomplete="off" optional=true/>
                <Field name="reply_to" label=texts::reply_to(language) kind="email" value=text(settings.reply_to) autocomplete="off" optional=true/>
                <Field name="contact" label=texts::contact(language) value=text(settings.contact) hint=texts::contact_hint(language) autocomplete="off" optional=true/>
                <Field name="destination_url" label=texts::destination_url(language) kind="url" value=text(settings.destination_url) hint=texts::destination_hint(language) autocomplete="off" optional=true/>
            </fieldset>
            <p class="buttons"><button class="primary">{texts::save(language)}</button></p>
        </PostForm<ChangeSettings>>
    }
}

#[component]
fn SettingsList(settings: Settings) -> impl IntoView {
    let language = use_language();
    let facts = [
        (texts::name(language), Some(settings.name)),
        (texts::short_name(language), Some(settings.short_name)),
        (texts::language(language), Some(language_name(settings.language).to_owned())),
        (texts::time_zone(language), Some(settings.time_zone)),
        (texts::validity_days(language), Some(settings.validity_days.to_string())),
        (texts::hold_seconds(language), Some(settings.hold_seconds.to_string())),
        (texts::pace(language), settings.pace.is_limited().then(|| words::pace(language, settings.pace))),
        (texts::sender_name(language), settings.sender_name),
        (texts::sender_address(language), settings.sender_address.or(Some(expect_context::<Viewer>().notices.usual_sender))),
        (texts::reply_to(language), settings.reply_to),
        (texts::contact(language), settings.contact),
        (texts::destination_url(language), settings.destination_url),
    ];
    let facts = facts.map(|(label, fact)| view! { <dt>{label}</dt><dd>{fact.unwrap_or_else(|| texts::not_set(language))}</dd> });
    view! {
        <h1>{texts::settings(language)}</h1>
        <p class="hint">{texts::read_only(language)}</p>
        <dl class="facts">{facts.collect_view()}</dl>
    }
}
