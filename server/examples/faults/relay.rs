//! A relay in a mood.

use crate::{setting::Result, trial::Trial};
use sink::relay::{Act, Moment};
use std::{collections::HashSet, time::Duration};
use tokio::time::sleep;

/// It goes away for a while.
pub async fn gone(trial: &mut Trial, away: Duration) -> Result<()> {
    trial.relay.go_down().await;
    sleep(away).await;
    trial.relay.come_back().await;
    Ok(())
}

/// It refuses everybody for good, for a while.
pub async fn refuses_everybody(trial: &mut Trial) -> Result<()> {
    let usual = trial.usual();
    trial.relay.change(move |moment| match moment {
        Moment::Recipient(_) => Act::Say("550 5.7.1 policy"),
        _ => usual(moment),
    });
    sleep(Duration::from_secs(20)).await;
    trial.relay.change(trial.usual());
    Ok(())
}

/// It falls silent from `DATA` on, for a while; then those connections are gone.
pub async fn silent(trial: &mut Trial) -> Result<()> {
    halts(trial, |moment| *moment == Moment::Data).await
}

/// It falls silent in the middle of each message, for a while; then those connections are gone, and the messages with them.
pub async fn stuck(trial: &mut Trial) -> Result<()> {
    halts(trial, |moment| matches!(moment, Moment::Body(_))).await
}

async fn halts(trial: &mut Trial, there: fn(&Moment) -> bool) -> Result<()> {
    let usual = trial.usual();
    trial.relay.change(move |moment| if there(moment) { Act::Wait(Duration::from_hours(1)) } else { usual(moment) });
    sleep(Duration::from_secs(20)).await;
    trial.relay.change(trial.usual());
    trial.relay.go_down().await;
    trial.relay.come_back().await;
    Ok(())
}

/// It greets nobody for a while, and never again those who came then.
pub async fn mute(trial: &mut Trial) -> Result<()> {
    let usual = trial.usual();
    trial.relay.go_down().await;
    trial.relay.change(move |moment| if *moment == Moment::Greeting { Act::Wait(Duration::from_hours(1)) } else { usual(moment) });
    trial.relay.come_back().await;
    sleep(Duration::from_secs(40)).await;
    trial.relay.change(trial.usual());
    Ok(())
}

/// It answers no message for a while; those that it took then it answers after three minutes.
pub async fn answerless(trial: &mut Trial) -> Result<()> {
    let usual = trial.usual();
    trial.relay.change(move |moment| match moment {
        Moment::Message(_) => Act::Wait(Duration::from_mins(3)),
        _ => usual(moment),
    });
    sleep(Duration::from_secs(40)).await;
    trial.relay.change(trial.usual());
    Ok(())
}

/// It takes one message in twenty and closes before its answer.
pub fn drops(trial: &Trial) {
    let usual = trial.usual();
    let mut number = 0_u32;
    trial.relay.change(move |moment| {
        number += u32::from(matches!(moment, Moment::Message(_)));
        match moment {
            Moment::Message(_) if number.is_multiple_of(20) => Act::TakeAndClose,
            _ => usual(moment),
        }
    });
}

/// It refuses a third of the people once, and one in a hundred for good.
pub fn refuses_some(trial: &Trial) {
    let usual = trial.usual();
    let (mut number, mut seen) = (0_u32, HashSet::new());
    trial.relay.change(move |moment| {
        let Moment::Recipient(to) = moment else { return usual(moment) };
        number += 1;
        match number % 100 {
            // Once decided, for good.
            7 if seen.insert(to.clone()) => Act::Say("550 5.1.1 no such user"),
            each if each.is_multiple_of(3) && seen.insert(to.clone()) => Act::Say("450 4.2.0 not now"),
            _ => Act::Accept,
        }
    });
}

/// It thinks for five seconds about each recipient.
pub fn slow(trial: &Trial) {
    let usual = trial.usual();
    trial.relay.change(move |moment| match moment {
        Moment::Recipient(_) => Act::Wait(Duration::from_secs(5)),
        _ => usual(moment),
    });
}

/// It answers one message in a hundred after 70 seconds.
pub fn late(trial: &Trial) {
    let usual = trial.usual();
    let mut number = 0_u32;
    trial.relay.change(move |moment| {
        number += u32::from(matches!(moment, Moment::Message(_)));
        match moment {
            Moment::Message(_) if number.is_multiple_of(100) => Act::Wait(Duration::from_secs(70)),
            _ => usual(moment),
        }
    });
}
