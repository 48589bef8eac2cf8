//! Identifiers: one type each, so that none can stand for another.

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )* };
}

ids! {
    /// An organisation.
    OrganisationId,
    /// An employee.
    EmployeeId,
    /// An invitation.
    InvitationId,
    /// A send.
    SendId,
    /// A batch.
    BatchId,
    /// An event.
    EventId,
}
