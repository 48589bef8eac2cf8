//! PostgreSQL: migrations, the bound role, and transactions that name their organisation.

use domain::ids::OrganisationId;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool, PgTransaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{io, time::Duration};
use tokio::time::timeout;

/// The role that every pooled connection takes: it owns nothing and bypasses nothing.
pub const ROLE: &str = "latchkey_app";

/// How long a request waits for a connection, before it says that the database does not answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long a pooled connection may take to say that it is there: whoever asks whether the database is ready meets one that is not,
/// and still hears in time from another.
const ANSWER: Duration = Duration::from_secs(1);

/// A connection that was in use so short a time ago is not asked again.
const FRESH: Duration = Duration::from_secs(1);

/// PostgreSQL 15, as it numbers its versions.
pub const OLDEST: i32 = 150_000;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It does not answer.
    #[error("the database does not answer: {0}")]
    Unreachable(#[source] sqlx::Error),
    /// It answers, and refuses the connection: there is no such database or user, or there are too many connections.
    #[error("PostgreSQL refuses the connection: {}", .0.message())]
    Refused(#[source] Box<dyn sqlx::error::DatabaseError>),
    /// Older than PostgreSQL 15.
    #[error("the database is PostgreSQL {0}; 15 or newer is needed")]
    TooOld(String),
    /// The role cannot be made by this user.
    #[error(
        "this database user may not create the role {ROLE}; as a database administrator run:\n  CREATE ROLE {ROLE} NOLOGIN;\n  GRANT {ROLE} TO \"{0}\";"
    )]
    RoleMissing(String),
    /// The role could see through row-level security.
    #[error("the role {ROLE} is a superuser, bypasses row-level security or owns tables; it must do none of these")]
    RoleTooStrong,
    /// The database was restored where the role did not exist yet, and its rights were left out.
    #[error(
        "the role {ROLE} has no rights in this database: its backup was restored before there was the role, which is there now; restore it once more, into an empty database"
    )]
    RoleWithoutRights,
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Anything else.
    #[error("the database failed: {0}")]
    Other(#[from] sqlx::Error),
}

impl DatabaseError {
    /// For `map_err`: no connection came about.
    pub fn connecting(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => Self::Refused(refusal),
            error => Self::Unreachable(error),
        }
    }
}

/// Brings the database up to date, under a lock: any number of processes may start at once.
/// An older binary starts on a newer schema, so that two versions can serve side by side.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), DatabaseError> {
    let mut connection = timeout(Duration::from_secs(20), options.connect())
        .await
        .map_err(|_| DatabaseError::Unreachable(sqlx::Error::PoolTimedOut))?
        .map_err(DatabaseError::connecting)?;
    let (number, version): (i32, String) =
        sqlx::query_as("select current_setting('server_version_num')::integer, current_setting('server_version')")
            .fetch_one(&mut connection)
            .await?;
    if number < OLDEST {
        return Err(DatabaseError::TooOld(version));
    }
    ensure_role(&mut connection).await?;
    sqlx::migrate!().set_ignore_missing(true).run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// The newest migration that a database has seen, and the newest that this program knows.
pub async fn schema(connection: &mut PgConnection) -> Result<(i64, i64), sqlx::Error> {
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *connection).await?;
    let applied = "select coalesce(max(version), 0) from _sqlx_migrations where success";
    let applied = if exists { sqlx::query_scalar(applied).fetch_one(connection).await? } else { 0 };
    let known = sqlx::migrate!().iter().map(|migration| migration.version).max();
    Ok((applied, known.unwrap_or_default()))
}

/// Makes the bound role where it is missing, and lets this user take it. Roles belong to the cluster, so that this is no
/// migration; somebody else may be making it at the same time.
pub async fn ensure_role(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    let (user, member): (String, bool) = sqlx::query_as(
        "select current_user::text,
                coalesce((select pg_has_role(oid, 'MEMBER') and not rolsuper and not rolbypassrls from pg_roles where rolname = $1), false)",
    )
    .bind(ROLE)
    .fetch_one(&mut *connection)
    .await?;
    if member && can_take_role(connection).await {
        return Ok(());
    }
    // Both statements may fail because somebody else just did the same; whether the role can be taken decides.
    let made = connection.execute("create role latchkey_app nologin").await;
    let granted = connection.execute("grant latchkey_app to current_user").await;
    if can_take_role(connection).await {
        return Ok(());
    }
    tracing::debug!(?made, ?granted, "the role could not be made");
    Err(DatabaseError::RoleMissing(user))
}

async fn can_take_role(connection: &mut PgConnection) -> bool {
    let taken = connection.execute("set role latchkey_app").await.is_ok();
    let left = connection.execute("reset role").await.is_ok();
    taken && left
}

/// A pool of one connection, made like those of another pool and beside them: whoever asks over it waits for nobody.
pub fn one_beside(pool: &PgPool) -> PgPool {
    let options = PgConnectOptions::clone(&pool.connect_options());
    pool.options().clone().min_connections(0).max_connections(1).idle_timeout(None).max_lifetime(None).connect_lazy_with(options)
}

/// A pool whose connections have all taken the bound role. One that only reads is replaced before anybody gets it: it is left from
/// when the server only read, and would for as long as it lives. One that is given back and answers nothing is given up, so that
/// the other side may vanish without a word and the pool is whole again.
pub async fn bound_pool(options: PgConnectOptions, connections: u32) -> Result<PgPool, DatabaseError> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            let rested = state.idle_for > FRESH;
            Box::pin(async move { if rested { is_fit(connection).await } else { Ok(true) } })
        })
        .after_release(|connection, _| Box::pin(is_fit(connection)))
        .after_connect(|connection, _| {
            Box::pin(async move {
                // Compiling a plan takes longer than any that is run here.
                connection.execute("set role latchkey_app; set jit = off").await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .map_err(DatabaseError::connecting)?;
    let (too_strong, without_rights): (bool, bool) = sqlx::query_as(
        "select rolsuper or rolbypassrls or exists (
             select from pg_class c where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace),
             has_table_privilege(r.oid, to_regclass('employees'), 'select') is false
         from pg_roles r where rolname = current_user",
    )
    .fetch_one(&pool)
    .await?;
    match (too_strong, without_rights) {
        (true, _) => Err(DatabaseError::RoleTooStrong),
        (_, true) => Err(DatabaseError::RoleWithoutRights),
        (false, false) => Ok(pool),
    }
}

/// How the bound role stands in a database, for whoever examines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RoleState {
    /// The role is there.
    pub exists: bool,
    /// This user may make it, where it is not.
    pub can_be_made: bool,
    /// This user may take it, or give itself the right to; true where it is not there.
    pub can_be_taken: bool,
    /// It has its rights in this database, or nobody has given them yet.
    pub has_rights: bool,
}

/// How the bound role stands, without making it.
pub async fn role_state(connection: &mut PgConnection) -> Result<(String, RoleState), sqlx::Error> {
    let state = sqlx::query_as(
        "select r.oid is not null as exists, u.rolsuper or u.rolcreaterole as can_be_made,
                r.oid is null or u.rolsuper or pg_has_role(r.oid, 'MEMBER') or pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')
                    or u.rolcreaterole and current_setting('server_version_num')::integer < 160000 as can_be_taken,
                to_regclass('employees') is null or coalesce(has_table_privilege(r.oid, to_regclass('employees'), 'select'), false) as has_rights
         from pg_roles u left join pg_roles r on r.rolname = $1 where u.rolname = current_user",
    );
    let user = sqlx::query_scalar("select current_user::text").fetch_one(&mut *connection).await?;
    Ok((user, state.bind(ROLE).fetch_one(connection).await?))
}

/// Whether a connection answers, and writes.
pub async fn is_fit(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let question = sqlx::query_scalar("select current_setting('transaction_read_only') = 'off'").fetch_one(connection);
    timeout(ANSWER, question).await.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}

/// Begins a transaction that sees one organisation.
pub async fn begin(pool: &PgPool, organisation: OrganisationId) -> Result<PgTransaction<'static>, sqlx::Error> {
    begin_with(pool, organisation, "").await
}

/// Begins a transaction that sees one organisation and reads a few rows in an order that an index has. The planner would find another
/// way where its statistics are older than a batch that changed everybody: sort all of them, or join them with everybody.
pub async fn begin_in_order(pool: &PgPool, organisation: OrganisationId) -> Result<PgTransaction<'static>, sqlx::Error> {
    let by_index = "; set local enable_sort = off; set local enable_bitmapscan = off; set local enable_seqscan = off;
                    set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off";
    begin_with(pool, organisation, by_index).await
}

async fn begin_with(pool: &PgPool, organisation: OrganisationId, also: &str) -> Result<PgTransaction<'static>, sqlx::Error> {
    // Together, since each way there and back is time that somebody waits.
    let statement = format!("begin; set local latchkey.organisation = '{organisation}'{also}");
    pool.begin_with(AssertSqlSafe(statement)).await
}

/// Lets the rest of a transaction see one organisation.
pub async fn enter(connection: &mut PgConnection, organisation: OrganisationId) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('latchkey.organisation', $1, true)").bind(organisation.to_string()).execute(connection).await?;
    Ok(())
}

/// Whether an error says that the same transaction may succeed when tried again (deadlock, serialisation).
pub fn is_passing(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "40P01" || code == "40001")
}

/// Whether an error says that somebody else held a row for too long.
pub fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "55P03")
}

/// Runs a transaction again where its failure may pass.
pub async fn retried<T, F>(transaction: impl Fn() -> F + Send + Sync) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>> + Send,
{
    for _ in 0..3 {
        match transaction().await {
            Err(error) if is_passing(&error) => tracing::debug!(%error, "a transaction is tried again"),
            done => return done,
        }
    }
    transaction().await
}
