//! The calls that are dropped, each with what it changes.

mod commits;
mod intake;
mod letters;

use chrono::{DateTime, Utc};

pub(super) use self::commits::{Checkpoint, Committing, Refused};
pub(super) use self::intake::{Accept, Claiming, GrantedAccept, Release, Remember, Renew};
pub(super) use self::letters::{Discard, Purging, Reading, Replay};
use super::trial::Trial;
use crate::store::{FlowId, Lease, StoreError, Work};
use crate::suite::{
    KIND, KINDS, OTHER_KIND, THIRD_KIND, effects, message, of_kind, only, second, sorted,
    unexpected, wake,
};

/// When something of this kind is due, as it looks five seconds into the trial's day.
async fn due(trial: &Trial, kind: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
    trial.desk.next_due(&[kind], trial.at(5)).await
}

/// Whether what there is of each kind is held until this second of the day.
async fn all_due_at(trial: &Trial, seconds: i64) -> Result<Vec<bool>, StoreError> {
    let at = Some(second(trial.at(seconds)));
    let mut all = Vec::new();
    for kind in KINDS {
        all.push(due(trial, kind).await? == at);
    }
    Ok(all)
}

const ALL_SORTS: [&str; 3] = ["m", "send", "wake 1"];

/// A message, an effect and a wake-up, each of another kind, due at the first second.
async fn work_of_all_sorts(trial: &Trial) -> Result<(), StoreError> {
    let (desk, at) = (&trial.desk, trial.at(1));
    desk.take_in_at("m", at).await?;
    desk.begin_at(of_kind(OTHER_KIND, effects(["send"])), at).await?;
    desk.begin_at(of_kind(THIRD_KIND, wake("1", at)), at).await?;
    Ok(())
}

/// The same, claimed until the twelfth second.
async fn held_work(trial: &Trial) -> Result<Vec<Lease>, StoreError> {
    work_of_all_sorts(trial).await?;
    let claimed = trial.claim(&KINDS, 2).await?;
    assert_eq!(sorted(&claimed), ALL_SORTS);
    Ok(claimed.into_iter().map(|work| work.lease).collect())
}

/// A flow with one effect, which is claimed until the twelfth second.
async fn claimed_effect(trial: &Trial) -> Result<(FlowId, Work), StoreError> {
    let flow = trial.desk.begin_at(effects(["send"]), trial.at(1)).await?;
    Ok((flow, only(trial.claim(&[KIND], 2).await?)?))
}

/// Takes in a message and claims it until the twelfth second.
async fn claimed_message(trial: &Trial, name: &str) -> Result<Work, StoreError> {
    trial.desk.take_in_at(name, trial.at(1)).await?;
    only(trial.claim(&[KIND], 2).await?)
}

/// Whether a message of this name would be new.
async fn is_unknown(trial: &Trial, name: &str) -> Result<bool, StoreError> {
    Ok(trial.desk.accept(KIND, &message(name, "1")).await?.is_new())
}

/// Everything comes again when its leases end, each piece once.
async fn all_comes_at(
    trial: &Trial,
    seconds: i64,
    expected: &[&str],
) -> Result<Vec<Work>, StoreError> {
    let early = trial.claim(&KINDS, seconds - 1).await?;
    if !early.is_empty() {
        return Err(unexpected(format!("too early: {:?}", sorted(&early))));
    }
    let claimed = trial.claim_all(&KINDS, seconds, expected.len()).await?;
    assert_eq!(sorted(&claimed), expected);
    Ok(claimed)
}
