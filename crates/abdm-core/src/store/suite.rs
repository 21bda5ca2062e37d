//! The suite that every store passes, run by [`flow_store_tests!`](crate::flow_store_tests).
//!
//! Each function is one promise of [`FlowStore`], named by it, and wants an empty store. Instants
//! are whole milliseconds: that is as fine as a store must keep them.

mod flows;
mod inbox;
mod outbox;
mod races;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::flows::{
    a_commit_is_all_or_nothing, a_dead_effect_is_forgotten_with_its_flow,
    a_finished_flow_is_forgotten_after_a_while, a_flow_is_read_as_it_was_written,
    a_flow_is_woken_when_it_asked_to_be, a_key_belongs_to_one_unfinished_flow,
    flows_are_listed_page_by_page, the_later_of_two_changes_is_a_conflict,
};
pub use self::inbox::{
    a_message_comes_back_when_it_was_put_off, a_message_is_taken_in_once,
    a_message_waits_for_a_call, a_message_waits_for_a_change_of_its_flow,
    a_message_waits_for_a_key, a_poison_message_is_listed_and_replayed,
    messages_come_in_the_order_of_their_arrival, putting_off_notices_a_change_in_between,
};
pub use self::outbox::{
    a_buried_effect_lets_the_next_one_go, a_killed_claimer_is_replaced_when_its_lease_ends,
    a_node_takes_its_own_claims_back, a_renewed_lease_lasts_longer,
    a_retried_effect_keeps_its_place, a_retried_effect_knows_whether_it_may_have_been_sent,
    an_effect_whose_try_did_not_end_may_have_been_sent, calls_are_found_by_their_request_id,
    effects_of_one_flow_come_one_after_the_other, the_next_due_instant_is_known,
};
pub use self::races::{
    of_many_commits_at_once_one_wins, the_same_message_at_once_is_taken_in_once,
    two_claimers_never_hold_the_same_work,
};
use crate::flow::FlowId;
use crate::store::{
    Claim, Claimed, Commit, FlowStore, FlowWrite, Inbound, InboundKey, OutboxItem, Payload,
    StoreError, StoreErrorKind,
};

/// The kind of flow that the suite uses.
const KIND: &str = "suite.one";

/// Another kind of flow in the same store.
const OTHER_KIND: &str = "suite.two";

/// Runs the whole suite on a store: one test for each promise.
///
/// Takes an expression that makes a future of an `Arc` of a new, empty store; it is evaluated once
/// for each test. The crate that uses it needs `tokio` with `macros` and `rt-multi-thread`, and
/// this crate's feature `testing`.
///
/// ```
/// use std::sync::Arc;
///
/// use abdm_core::store::MemoryStore;
///
/// mod memory {
///     # use super::*;
///     abdm_core::flow_store_tests!(async { Arc::new(MemoryStore::new()) });
/// }
/// ```
#[macro_export]
macro_rules! flow_store_tests {
    ($store:expr) => {
        $crate::flow_store_tests! { @each $store;
            a_buried_effect_lets_the_next_one_go
            a_commit_is_all_or_nothing
            a_dead_effect_is_forgotten_with_its_flow
            a_finished_flow_is_forgotten_after_a_while
            a_flow_is_read_as_it_was_written
            a_flow_is_woken_when_it_asked_to_be
            a_key_belongs_to_one_unfinished_flow
            a_killed_claimer_is_replaced_when_its_lease_ends
            a_message_comes_back_when_it_was_put_off
            a_message_is_taken_in_once
            a_message_waits_for_a_call
            a_message_waits_for_a_change_of_its_flow
            a_message_waits_for_a_key
            a_node_takes_its_own_claims_back
            a_poison_message_is_listed_and_replayed
            a_renewed_lease_lasts_longer
            a_retried_effect_keeps_its_place
            a_retried_effect_knows_whether_it_may_have_been_sent
            an_effect_whose_try_did_not_end_may_have_been_sent
            calls_are_found_by_their_request_id
            effects_of_one_flow_come_one_after_the_other
            flows_are_listed_page_by_page
            messages_come_in_the_order_of_their_arrival
            of_many_commits_at_once_one_wins
            putting_off_notices_a_change_in_between
            the_later_of_two_changes_is_a_conflict
            the_next_due_instant_is_known
            the_same_message_at_once_is_taken_in_once
            two_claimers_never_hold_the_same_work
        }
    };
    (@each $store:expr; $($name:ident)+) => {
        $(
            #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() -> ::core::result::Result<(), $crate::store::StoreError> {
                $crate::store::suite::$name($store.await).await
            }
        )+
    };
}

/// So many seconds after the suite's beginning.
fn second(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_587_400 + seconds)
}

/// A claim by `holder` at second `now` for ten seconds.
fn claim(holder: &str, now: i64, limit: usize) -> Claim<'_> {
    Claim::new(KIND, holder, second(now), second(now + 10), limit)
}

fn message(endpoint: &str, id: &str) -> Inbound {
    Inbound::new(InboundKey::new(endpoint, id), "{}", second(0))
}

fn state(text: &str) -> FlowWrite {
    FlowWrite::new(KIND, 1, Payload::from_text(text))
}

fn effects<const N: usize>(names: [&str; N]) -> FlowWrite {
    let mut write = state("0");
    write.effects =
        names.into_iter().map(|name| Payload::from_text(format!("\"{name}\""))).collect();
    write
}

/// Begins a flow at second 0.
async fn begin(store: &Arc<dyn FlowStore>, write: FlowWrite) -> Result<FlowId, StoreError> {
    let id = FlowId::random();
    store.commit(&Commit::at(second(0)).write(id, 0, write)).await?;
    Ok(id)
}

/// The one element that must be there.
fn only<T>(items: Vec<T>) -> Result<T, StoreError> {
    let count = items.len();
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (Some(item), None) => Ok(item),
        _ => Err(unexpected(format!("expected one element, there are {count}"))),
    }
}

fn unexpected(what: impl Into<String>) -> StoreError {
    StoreError::with_source(StoreErrorKind::Corrupt, what.into())
}

fn kind_of(result: Result<(), StoreError>) -> Option<StoreErrorKind> {
    result.err().map(|error| error.kind)
}

/// The claimed effects, by name.
fn names(claimed: &[Claimed<OutboxItem>]) -> Vec<String> {
    claimed.iter().map(|claimed| claimed.item.effect.as_text().replace('"', "")).collect()
}

/// The claimed messages, by id.
fn ids(claimed: &[Claimed<Inbound>]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.item.key.message.as_str()).collect()
}
