//! Making an owner from the command line.

mod store;

use crate::{
    db, link,
    secret::SecretKey,
    session::{
        password::{HashingFailed, Passwords},
        policy,
    },
};
use app::ui::problem::Problem;
use domain::{
    email::{EmailAddress, EmailError},
    language::Language,
    password::{self, PasswordProblem},
    person::{LONGEST_TEXT, TextError, bounded_line},
    role::Role,
    search,
};
use sqlx::PgPool;

/// An owner to be made.
pub struct NewOwner<'a> {
    /// The organisation's name; made where it is new.
    pub organisation: &'a str,
    /// Email address.
    pub email: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// Language of a new organisation.
    pub language: Language,
    /// Time zone of a new organisation.
    pub time_zone: &'a str,
    /// The password; without one a link is made.
    pub password: Option<&'a str>,
}

/// Why an owner cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// The address.
    #[error("--email: {0}")]
    Email(#[from] EmailError),
    /// A name.
    #[error("--organisation, --first-name and --last-name must not be empty")]
    NameMissing,
    /// A name.
    #[error("--organisation, --first-name or --last-name: {0}")]
    Name(#[from] TextError),
    /// The time zone.
    #[error("--time-zone: there is no time zone {0:?}")]
    TimeZone(String),
    /// The password.
    #[error("the password is refused: {}", .0.message(Language::English))]
    Password(Problem),
    /// Somebody else has the address.
    #[error("somebody with this address is in the organisation already and is no owner; make them one in the administration")]
    NotAnOwner,
    /// Hashing.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

fn too_weak(problem: PasswordProblem) -> OwnerError {
    OwnerError::Password(Problem::Password(problem, u8::try_from(password::shortest(Role::Owner)).unwrap_or(u8::MAX)))
}

/// Makes an owner, or finds the one with this address; a one-time link unless a password was given.
pub async fn add(
    pool: &PgPool,
    key: &SecretKey,
    passwords: &Passwords,
    base_url: &str,
    new: NewOwner<'_>,
) -> Result<Option<String>, OwnerError> {
    let email = EmailAddress::parse(new.email)?;
    let name = bounded_line(new.organisation, LONGEST_TEXT)?;
    let (first_name, last_name) = (bounded_line(new.first_name, LONGEST_TEXT)?, bounded_line(new.last_name, LONGEST_TEXT)?);
    if name.is_empty() || first_name.is_empty() || last_name.is_empty() {
        return Err(OwnerError::NameMissing);
    }
    if new.time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(OwnerError::TimeZone(new.time_zone.to_owned()));
    }
    if let Some(password) = new.password {
        let person = policy::Person {
            role: Role::Owner,
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            email: Some(email.as_written().to_owned()),
            organisation: name.clone(),
        };
        policy::check(&person, password).await?.map_err(too_weak)?;
    }
    let hash = match new.password {
        Some(password) => Some(passwords.hash(password).await?),
        None => None,
    };
    let organisation = {
        let mut connection = pool.acquire().await?;
        store::find_or_create_organisation(&mut connection, &name, new.language, new.time_zone).await?
    };
    let mut transaction = db::begin(pool, organisation).await?;
    let owner = match store::find_by_address(&mut transaction, organisation, email.normalised()).await? {
        Some((_, role)) if role != Role::Owner.as_str() => return Err(OwnerError::NotAnOwner),
        Some((owner, _)) => owner,
        None => {
            let person = store::Person {
                first_name: &first_name,
                last_name: &last_name,
                email: &email,
                search_text: search::search_text([first_name.as_str(), &last_name, email.as_written()]),
                sort_name: search::sort_key(&last_name, &first_name),
            };
            store::insert_owner(&mut transaction, organisation, person).await?
        }
    };
    let link = if let Some(hash) = hash {
        store::set_password(&mut transaction, organisation, owner, &hash).await?;
        None
    } else {
        let made = store::insert_link(&mut transaction, organisation, owner).await?;
        let path = if made.reset { "reset-password" } else { "activate" };
        Some(format!("{base_url}/{path}/{}", link::token(key, organisation, made.send, &made.seed)))
    };
    transaction.commit().await?;
    Ok(link)
}
