//! Where in an order a row stands: the opaque texts in the address bar.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::listing::Sort;
use serde::{Deserialize, Serialize};

/// A place in an order: the values that a row is sorted by, the employee's id last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    /// In the order of names.
    #[serde(rename = "n")]
    Name(String, i64),
    /// In the order of departments.
    #[serde(rename = "d")]
    Department(String, String, i64),
    /// In an order of times, in microseconds; those without a time come last.
    #[serde(rename = "t")]
    Time(Sort, Option<i64>, i64),
}

impl Key {
    /// The text for the address bar.
    pub(super) fn encode(&self) -> String {
        serde_json::to_vec(self).map(|json| URL_SAFE_NO_PAD.encode(json)).unwrap_or_default()
    }

    /// Reads a text that [`Key::encode`] made for the same order; whatever else stands in the address bar is none.
    pub(super) fn decode(text: &str, sort: Sort) -> Option<Self> {
        let key: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let fits = match &key {
            Self::Name(name, _) => sort == Sort::Name && !name.contains('\0'),
            Self::Department(department, name, _) => sort == Sort::Department && !department.contains('\0') && !name.contains('\0'),
            Self::Time(by, at, _) => sort == *by && at.is_none_or(|at| DateTime::<Utc>::from_timestamp_micros(at).is_some()),
        };
        fits.then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(name in "[^\0]*", id: i64, at in prop::option::of(0_i64..4_000_000_000_000_000)) {
            for (key, sort) in [
                (Key::Name(name.clone(), id), Sort::Name),
                (Key::Department(name.clone(), name.clone(), id), Sort::Department),
                (Key::Time(Sort::Sent, at, id), Sort::Sent),
            ] {
                prop_assert_eq!(Key::decode(&key.encode(), sort), Some(key));
            }
        }

        #[test]
        fn anything_else_is_none(text in ".*") {
            prop_assert_eq!(Key::decode(&text, Sort::Name), None);
        }
    }

    #[test]
    fn a_key_of_another_order_is_none() {
        assert_eq!(Key::decode(&Key::Time(Sort::Sent, None, 1).encode(), Sort::Expires), None);
        assert_eq!(Key::decode(&Key::Name("a\0b".to_owned(), 1).encode(), Sort::Name), None);
    }
}
