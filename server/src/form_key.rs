//! Keys of forms: however often one form is posted, by a double press, a retry or twenty tabs, it acts once.

use std::{fmt, str::FromStr};

/// The key that a form carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormKey(u128);

/// This text is no key of a form of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no key of a form")]
pub struct NoFormKey;

impl FormKey {
    /// A key for a new form.
    pub fn generate() -> Self {
        Self(rand::random())
    }
}

/// As PostgreSQL takes a `uuid`.
impl fmt::Display for FormKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl FromStr for FormKey {
    type Err = NoFormKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(&text.replace('-', ""), 16).map(Self).map_err(|_| NoFormKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_itself_and_nothing_else_is_one() {
        let key = FormKey::generate();
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(FormKey(1).to_string().len(), 32);
        assert_eq!("00000000-0000-4000-8000-000000000001".parse(), Ok(FormKey(0x4000_8000_0000_0000_0001)));
        for other in ["", "no key", "'; drop table sends", &"f".repeat(33)] {
            assert_eq!(other.parse::<FormKey>(), Err(NoFormKey), "{other}");
        }
    }
}
