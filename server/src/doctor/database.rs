//! The database: version, schema, key, durability, connections, clock, and what waits in it.

use super::{
    Finding, PATIENCE,
    store::{self, Ground, Outbox, Server},
    texts,
};
use crate::{
    cli::CommandError,
    config::Config,
    db::{self, DatabaseError},
    outbox::{self, home},
    startup::{self, StartError},
};
use chrono::{DateTime, Utc};
use domain::language::Language;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::time::Instant;
use tokio::time::timeout;

/// Clocks may differ by so many seconds, before certificates and dates in mails are judged wrongly.
const CLOCKS_APART: i64 = 5;

/// What was found in the database.
pub struct Examined {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The senders that organisations have set and the relay is not known to refuse.
    pub senders: Vec<String>,
    /// It is known to refuse that of organisations which have set none.
    pub refuses_usual: bool,
}

/// Examines the database of a configuration, without migrating it.
pub async fn examine(config: &Config, language: Language) -> Examined {
    let mut examined = Examined { findings: Vec::new(), senders: Vec::new(), refuses_usual: false };
    match startup::running(config).await {
        Ok(Some(options)) => {
            if let Err(finding) = look(config, &options, language, &mut examined).await {
                examined.findings.push(finding);
            }
        }
        Ok(None) => examined.findings.push(Finding::note(texts::database_not_running(language))),
        Err(error) => examined.findings.push(failing(language, error)),
    }
    examined
}

/// What stands in the way of a start, as the command itself would tell it.
fn failing(language: Language, error: StartError) -> Finding {
    Finding::bad(CommandError::Start(error).told(language))
}

async fn look(config: &Config, options: &PgConnectOptions, language: Language, examined: &mut Examined) -> Result<(), Finding> {
    let begin = Instant::now();
    let unconnected = |error| failing(language, DatabaseError::connecting(error).into());
    let failed = |error| failing(language, DatabaseError::Other(error).into());
    let mut connection = timeout(PATIENCE, options.connect()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(unconnected)?;
    let server = store::server(&mut connection).await.map_err(failed)?;
    let Server { number, version, now, durable, only_reads, most_connections } = server;
    let milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    if number < db::OLDEST {
        return Err(Finding::bad(texts::database_too_old(language, &version)));
    }
    let findings = &mut examined.findings;
    findings.push(Finding::good(texts::database_answers(language, &version, milliseconds)));
    #[expect(clippy::disallowed_methods, reason = "this machine's clock itself is examined")]
    findings.push(clocks(language, Utc::now(), now));
    if !durable {
        findings.push(Finding::bad(texts::database_not_durable(language)));
    }
    if only_reads {
        findings.push(Finding::bad(texts::database_only_reads(language)));
    }
    let own = i64::from(startup::CONNECTIONS + outbox::CONNECTIONS);
    // Room for a doctor and a person at its prompt.
    if i64::from(most_connections) < own + 5 {
        findings.push(Finding::note(texts::few_connections(language, i64::from(most_connections), own)));
    }
    let (user, role) = db::role_state(&mut connection).await.map_err(failed)?;
    if !role.exists && !role.can_be_made || !role.can_be_taken {
        return Err(failing(language, DatabaseError::RoleMissing(user).into()));
    }
    if !role.has_rights {
        findings.push(if role.exists {
            failing(language, DatabaseError::RoleWithoutRights.into())
        } else {
            Finding::bad(texts::restored_without_role(language, db::ROLE))
        });
    }
    let (applied, known) = db::schema(&mut connection).await.map_err(failed)?;
    if applied < known {
        findings.push(Finding::note(texts::schema_behind(language, applied, known)));
        findings.extend(grounds(language, &user, &store::ground(&mut connection).await.map_err(failed)?));
        return Ok(());
    }
    findings.push(Finding::good(texts::schema_up_to_date(language, applied)));
    findings.push(match startup::check_key(&mut connection, config).await {
        Ok(()) => Finding::good(texts::key_fits(language)),
        Err(StartError::OtherKey) => Finding::bad(texts::other_key(language)),
        Err(error) => failing(language, error),
    });
    let outbox = store::outbox(&mut connection).await.map_err(failed)?;
    if !outbox.held && home::is_elsewhere(&mut connection).await.map_err(failed)? {
        findings.push(Finding::note(texts::looks_like_a_copy(language)));
    }
    findings.extend(waiting(language, &outbox, config.smtp_url.is_some() || config.keeps_mail()));
    examined.refuses_usual = outbox.refuses_usual;
    examined.senders = store::senders(&mut connection).await.map_err(failed)?;
    Ok(())
}

/// What would keep the schema from being brought up to date.
fn grounds(language: Language, user: &str, ground: &Ground) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !ground.is_open {
        findings.push(Finding::bad(texts::database_is_not_owned(language, &ground.database, user)));
    }
    if !ground.has_trigrams {
        findings.push(Finding::bad(texts::trigrams_are_missing(language)));
    }
    findings
}

/// Compares this machine's clock with the database's.
fn clocks(language: Language, here: DateTime<Utc>, there: DateTime<Utc>) -> Finding {
    let apart = (here - there).num_seconds().abs();
    if apart > CLOCKS_APART { Finding::bad(texts::clocks_differ(language, apart)) } else { Finding::good(texts::clocks_agree(language)) }
}

/// What waits, and for what; without a way for mail to take, that is told where the relay is looked at.
fn waiting(language: Language, outbox: &Outbox, has_way: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let hindered = outbox.held || outbox.all_troubled;
    if outbox.held {
        findings.push(Finding::bad(texts::outbox_held(language)));
    }
    if let (Some(words), Some(seconds)) = (&outbox.trouble, outbox.troubled) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since a time that has passed")]
        let since = app::texts::duration(language, seconds as u64);
        findings.push(if outbox.all_troubled {
            Finding::bad(texts::relay_in_trouble(language, words, &since))
        } else {
            Finding::note(texts::some_in_trouble(language, words, &since))
        });
    }
    if let Some(words) = &outbox.refusal {
        findings.push(Finding::bad(texts::senders_refused(language, outbox.refused.unsigned_abs(), words)));
    }
    let open = u64::try_from(outbox.open).unwrap_or_default();
    let due = outbox.oldest >= 60.0;
    match (outbox.workers, open) {
        (0, _) if !has_way => {}
        (0, 0) => findings.push(Finding::note(texts::no_worker(language))),
        (0, _) => findings.push(Finding::bad(texts::no_worker_and_messages(language, open))),
        (_, 0) if hindered => {}
        (_, _) if hindered => findings.push(Finding::note(texts::messages_wait_for_that(language, open))),
        (_, 0) => findings.push(Finding::good(texts::nothing_waits(language))),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds from 60 on")]
        (_, _) if due => {
            let since = app::texts::duration(language, outbox.oldest as u64);
            findings.push(Finding::note(texts::messages_wait_long(language, open, &since)));
        }
        (_, _) => findings.push(Finding::good(texts::messages_wait(language, open))),
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;
    use chrono::TimeDelta;

    #[test]
    fn clocks_that_differ_are_told_by_how_much_whichever_is_ahead() {
        let here = DateTime::UNIX_EPOCH;
        for (apart, verdict) in [(0, Verdict::Good), (5, Verdict::Good), (6, Verdict::Bad), (3_600, Verdict::Bad)] {
            for there in [here + TimeDelta::seconds(apart), here - TimeDelta::seconds(apart)] {
                let finding = clocks(Language::English, here, there);
                assert_eq!(finding.verdict, verdict, "{apart}");
                assert_eq!(finding.words.contains(&apart.to_string()), verdict == Verdict::Bad, "{}", finding.words);
            }
        }
    }
}
