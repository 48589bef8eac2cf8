//! The address bar: what it asks the page to show, and the addresses of other views of the list.

use domain::listing::{Criteria, Filter, Listing, Place, Sort};
use leptos_router::params::ParamsMap;

/// The path of the Employees page.
pub(super) const PATH: &str = "/administration/users";

/// Stands in `before` for the last page; no key looks like this.
const END: &str = "end";

/// Reads what is asked for; what cannot be read counts as not there.
pub(super) fn read(query: &ParamsMap) -> Listing {
    let place = match (query.get("after"), query.get("before")) {
        (Some(key), _) => Place::After(key),
        (None, Some(key)) if key == END => Place::Last,
        (None, Some(key)) => Place::Before(key),
        (None, None) => Place::First,
    };
    Listing {
        criteria: Criteria {
            status: query.get_str("status").and_then(|word| word.parse().ok()).unwrap_or_default(),
            search: query.get("search").unwrap_or_default(),
        },
        sort: query.get_str("sort").and_then(|word| word.parse().ok()).unwrap_or_default(),
        place,
    }
}

/// The address in place of one that asks for a status or an order that do not exist.
pub(super) fn corrected(query: &ParamsMap) -> Option<String> {
    let status = query.get_str("status").is_some_and(|word| word.parse::<Filter>().is_err());
    let sort = query.get_str("sort").is_some_and(|word| word.parse::<Sort>().is_err());
    (status || sort).then(|| of(&read(query)))
}

/// The address that shows a listing. What is as usual is left out.
pub(super) fn of(listing: &Listing) -> String {
    let Listing { criteria: Criteria { status, search }, sort, place } = listing;
    let mut query = String::new();
    let mut add = |name: &str, value: &str| {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        query.push_str(&escaped(value));
    };
    if *status != Filter::All {
        add("status", status.as_str());
    }
    if !search.is_empty() {
        add("search", search);
    }
    if *sort != Sort::Name {
        add("sort", sort.as_str());
    }
    match place {
        Place::First => {}
        Place::After(key) => add("after", key),
        Place::Before(key) => add("before", key),
        Place::Last => add("before", END),
    }
    format!("{PATH}{query}")
}

/// The address that shows those who match, in the usual order, from the start.
pub fn matching(criteria: Criteria) -> String {
    of(&Listing { criteria, sort: Sort::default(), place: Place::First })
}

/// The address of the same people from another place.
pub(super) fn at(listing: &Listing, place: Place) -> String {
    of(&Listing { place, ..listing.clone() })
}

/// The address of another filter, from its start.
pub(super) fn filtered(listing: &Listing, status: Filter) -> String {
    let criteria = Criteria { status, search: listing.criteria.search.clone() };
    of(&Listing { criteria, sort: listing.sort, place: Place::First })
}

/// The address of another search, from its start.
pub(super) fn searched(listing: &Listing, search: &str) -> String {
    let criteria = Criteria { status: listing.criteria.status, search: search.to_owned() };
    of(&Listing { criteria, sort: listing.sort, place: Place::First })
}

/// The address of another order, from its start.
pub(super) fn sorted(listing: &Listing, sort: Sort) -> String {
    of(&Listing { criteria: listing.criteria.clone(), sort, place: Place::First })
}

fn escaped(value: &str) -> String {
    use std::fmt::Write;
    value.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(search: &str, place: Place) -> Listing {
        Listing { criteria: Criteria { status: Filter::Pending, search: search.to_owned() }, sort: Sort::Sent, place }
    }

    #[test]
    fn an_address_holds_everything_and_nothing_usual() {
        assert_eq!(of(&Listing::default()), "/administration/users");
        assert_eq!(of(&listing("", Place::Last)), "/administration/users?status=pending&sort=sent&before=end");
        assert_eq!(
            of(&listing("é &=", Place::After("k".to_owned()))),
            "/administration/users?status=pending&search=%C3%A9%20%26%3D&sort=sent&after=k"
        );
    }

    #[test]
    fn what_an_address_says_is_read() {
        let mut query = ParamsMap::new();
        for (name, value) in [("status", "pending"), ("search", "é &="), ("sort", "sent"), ("after", "k")] {
            query.insert(name.to_owned(), value.to_owned());
        }
        assert_eq!(read(&query), listing("é &=", Place::After("k".to_owned())));
    }

    #[test]
    fn what_cannot_be_read_is_not_there() {
        let mut query = ParamsMap::new();
        query.insert("status".to_owned(), "nonsense".to_owned());
        query.insert("sort".to_owned(), String::new());
        assert_eq!(read(&query), Listing::default());
    }
    #[test]
    fn an_address_that_asks_for_what_does_not_exist_is_corrected() {
        let asked = |words: [(&'static str, &str); 2]| {
            let mut query = ParamsMap::new();
            for (name, value) in words {
                query.insert(name, value.to_owned());
            }
            corrected(&query)
        };
        assert_eq!(asked([("status", "bogus"), ("search", "li")]).as_deref(), Some("/administration/users?search=li"));
        assert_eq!(asked([("status", "active"), ("sort", "bogus")]).as_deref(), Some("/administration/users?status=active"));
        assert_eq!(asked([("status", "all"), ("sort", "name")]), None);
        assert_eq!(asked([("status", "pending"), ("search", "li")]), None);
    }
}
