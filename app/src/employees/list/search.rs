//! The search box: a plain form that narrows the table as one types.

use super::{address, texts};
use crate::session::use_language;
use domain::listing::{Filter, Listing, Sort};
use leptos::{ev::SubmitEvent, html, prelude::*, web_sys::HtmlInputElement};

/// The search box.
#[component]
pub(super) fn Search(
    /// What is shown.
    listing: Memo<Listing>,
) -> impl IntoView {
    let language = use_language();
    let field = NodeRef::<html::Input>::new();
    let go = navigator();
    let typed = move || field.get_untracked().map(|field| field.value());
    let search = move || {
        let Some(typed) = typed() else { return };
        let shown = listing.get_untracked();
        if typed.trim() != shown.criteria.search {
            go(&address::searched(&shown, typed.trim()));
        }
    };
    let later = Debounce::new(search);
    let asked = Memo::new(move |_| listing.read().criteria.search.clone());
    Effect::new(move |before: Option<String>| {
        let asked = asked.get();
        match before {
            // What was typed before the page came alive counts as well.
            None => later.restart(),
            // Back, or a link: the box follows, unless it is what was typed itself.
            Some(_) => {
                if let Some(field) = field.get_untracked()
                    && field.value().trim() != asked
                    && !is_focused(&field)
                {
                    field.set_value(&asked);
                }
            }
        }
        asked
    });
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        search();
    };
    let beginning = listing.get_untracked();
    view! {
        <form class="search" role="search" method="get" action=address::PATH on:submit=on_submit>
            <Kept listing/>
            <label for="search" class="unseen">{texts::search(language)}</label>
            <input
                node_ref=field
                id="search"
                type="search"
                name="search"
                value=beginning.criteria.search
                placeholder=texts::search_hint(language)
                autocomplete="off"
                spellcheck="false"
                on:input=move |_| later.restart()
            />
            <button>{texts::search_button(language)}</button>
        </form>
    }
}

/// What a plain search keeps: filter and order.
#[component]
fn Kept(listing: Memo<Listing>) -> impl IntoView {
    let status = move || listing.read().criteria.status;
    let sort = move || listing.read().sort;
    view! {
        <input type="hidden" name="status" value=move || status().as_str() disabled=move || status() == Filter::All/>
        <input type="hidden" name="sort" value=move || sort().as_str() disabled=move || sort() == Sort::Name/>
    }
}

/// Goes to an address in place of the present one. The server has nowhere to go, and may drop a page on another thread than
/// that which made it, so that it must not hold the browser's navigator.
fn navigator() -> impl Fn(&str) + Copy + Send + Sync + 'static {
    #[cfg(feature = "hydrate")]
    {
        use leptos_router::{NavigateOptions, hooks::use_navigate};
        let navigate = StoredValue::new_local(use_navigate());
        move |address| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate.with_value(|navigate| navigate(address, options));
        }
    }
    #[cfg(not(feature = "hydrate"))]
    |_| {}
}

fn is_focused(field: &HtmlInputElement) -> bool {
    document().active_element().is_some_and(|active| active.is_same_node(Some(field)))
}

/// Runs something a moment after the last restart.
#[derive(Clone, Copy)]
struct Debounce {
    #[cfg(feature = "hydrate")]
    run: Callback<()>,
    #[cfg(feature = "hydrate")]
    timer: StoredValue<Option<gloo_timers::callback::Timeout>, LocalStorage>,
}

impl Debounce {
    fn new(run: impl Fn() + Send + Sync + 'static) -> Self {
        #[cfg(feature = "hydrate")]
        return Self { run: Callback::new(move |()| run()), timer: StoredValue::new_local(None) };
        #[cfg(not(feature = "hydrate"))]
        {
            drop(run);
            Self {}
        }
    }

    fn restart(self) {
        #[cfg(feature = "hydrate")]
        self.timer.set_value(Some(gloo_timers::callback::Timeout::new(200, move || {
            self.run.try_run(());
        })));
        #[cfg(not(feature = "hydrate"))]
        let Self {} = self;
    }
}
