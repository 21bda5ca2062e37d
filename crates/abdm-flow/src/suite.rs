//! The suite that every store passes, run by [`flow_store_tests!`](crate::flow_store_tests).
//!
//! Each function is one promise of [`FlowStore`], named by it, and wants an empty store. Instants
//! are whole milliseconds: that is as fine as a store must keep them.

pub mod bodies;
pub mod calls;
pub mod claims;
pub mod dead;
mod desk;
pub mod drops;
pub mod flows;
pub mod grants;
pub mod holds;
pub mod inbox;
pub mod kept;
pub mod leases;
pub mod listing;
mod make;
pub mod names;
pub mod notes;
pub mod outbox;
pub mod races;
pub mod rows;
pub mod scopes;
pub mod upkeep;
pub mod waiting;
pub mod wakes;

use self::desk::Desk;
use self::make::{
    body_id, claim, dead, done, effects, flow_id, grant, later, message, of_kind, payload, put_off,
    request_id, second, state, text, waiting, wake, with_effects,
};
use crate::MAIN_LANE;
use crate::store::{StoreError, StoreErrorKind, Task, Work};

#[cfg(doc)]
use crate::store::FlowStore;

/// Runs the whole suite on a store: one test for each promise.
///
/// Takes an expression that makes a future of an `Arc` of a new, empty store; it is evaluated once
/// for each test. After the words `where there is` the future gives an `Option`, and tests without
/// a store pass: whoever makes it says why there is none. The crate that uses it needs `tokio` with
/// `macros` and `rt-multi-thread`, and this crate's feature `testing`.
///
/// ```
/// use std::sync::Arc;
///
/// use abdm_flow::store::MemoryStore;
///
/// mod memory {
///     # use super::*;
///     abdm_flow::flow_store_tests!(async { Arc::new(MemoryStore::new()) });
/// }
/// ```
#[macro_export]
macro_rules! flow_store_tests {
    (where there is $store:expr) => {
        $crate::flow_store_tests! { @each $store;
            bodies {
                a_body_dies_with_its_flow
                a_body_dies_with_its_message
                a_body_that_its_flow_keeps_outlives_its_message
                a_dead_letter_keeps_its_body
                a_duplicate_brings_no_body
                a_flow_lets_go_of_all_its_bodies
                a_flow_lets_go_of_none_but_its_own_bodies
                a_refused_commit_leaves_the_bodies_alone
                bodies_come_along_while_they_fit
            }
            calls {
                a_call_of_no_flow_or_of_another_is_a_conflict
                a_step_that_repeats_the_call_of_another_flow_is_a_conflict
                calls_are_found_by_their_request_id
                the_request_of_an_effect_is_remembered_with_it
            }
            claims {
                a_claim_for_nothing_takes_nothing
                a_claim_takes_only_the_kinds_that_it_names
                one_claim_brings_work_of_every_sort_longest_due_first
                the_next_due_instant_is_known
                the_next_due_instant_is_now_where_there_was_more_than_the_limit
                the_next_due_instant_knows_the_ends_of_leases
            }
            dead {
                a_dead_letter_is_discarded_for_good
                a_message_that_is_replayed_begins_anew
                a_poison_message_is_listed_and_replayed
                dead_letters_are_listed_by_scope_kind_and_instant
                only_a_dead_letter_is_replayed_or_discarded
            }
            drops {
                a_dropped_accept_took_the_message_or_did_not
                a_dropped_checkpoint_happened_or_did_not
                a_dropped_claim_holds_all_its_work_or_none
                a_dropped_commit_happened_or_did_not
                a_dropped_commit_that_is_refused_changes_nothing
                a_dropped_discard_happened_or_did_not
                a_dropped_granted_accept_took_the_message_or_did_not
                a_dropped_memory_of_a_call_is_whole
                a_dropped_purge_forgot_all_or_nothing
                a_dropped_read_disturbs_nobody
                a_dropped_release_gave_back_all_or_nothing
                a_dropped_renewal_renewed_all_or_nothing
                a_dropped_replay_happened_or_did_not
            }
            flows {
                a_commit_is_all_or_nothing
                a_flow_is_read_as_it_was_written
                a_key_belongs_to_one_unfinished_flow
                a_key_that_passed_on_outlives_its_first_flow
                flows_are_listed_page_by_page
                the_later_of_two_changes_is_a_conflict
            }
            grants {
                a_commit_grants_no_more_than_its_limit
                a_commit_grants_only_the_kinds_that_were_named
                a_commit_grants_only_what_is_due
                a_commit_grants_what_it_makes_due
                a_commit_without_a_grant_tells_that_there_is_more
                a_granted_lease_is_a_lease
                a_message_is_granted_as_it_is_taken_in
                a_note_is_granted
                a_refused_commit_grants_nothing
                a_settlement_grants_the_next_effect_of_the_lane
                what_waits_is_granted_with_what_it_waited_for
            }
            holds {
                a_checkpoint_after_a_takeover_changes_nothing
                a_checkpoint_changes_rows_and_settles_nothing
                a_checkpoint_of_work_that_is_settled_changes_nothing
                an_effect_in_progress_changes_its_flow
            }
            inbox {
                a_message_comes_back_when_it_was_put_off
                a_message_is_taken_in_once
                a_message_of_two_kinds_is_one_message
                messages_come_in_the_order_of_their_arrival
            }
            kept {
                a_value_at_rest_is_replaced_only_as_it_was_read
                a_store_that_another_key_has_sealed_is_refused_with_the_reason
                a_value_that_does_not_open_holds_up_no_other
                the_list_goes_on_behind_a_value_that_is_gone
                values_at_rest_are_listed_page_by_page
                what_an_older_key_has_sealed_is_sealed_with_the_newest
            }
            leases {
                a_holder_gives_back_only_the_kinds_that_it_names
                a_killed_claimer_is_replaced_when_its_lease_ends
                a_node_takes_its_own_claims_back
                a_renewed_lease_lasts_longer
                of_many_leases_the_lost_ones_are_given_back
            }
            listing {
                rows_are_listed_in_the_order_of_sort
                rows_are_listed_page_by_page_in_both_directions
                rows_are_listed_under_their_own_parent
                rows_of_one_place_keep_their_order
            }
            names {
                a_flow_is_found_by_whatever_key_it_has
                a_message_is_known_by_whatever_id_it_has
                a_row_is_found_by_whatever_key_it_has
                work_is_set_aside_for_whatever_reason
            }
            notes {
                a_note_comes_with_the_commit_that_wrote_it
                a_note_goes_the_way_of_every_message
                no_note_comes_from_a_commit_that_was_refused
                the_same_note_twice_is_two_messages
            }
            outbox {
                a_buried_effect_lets_the_next_one_go
                a_replayed_effect_takes_its_old_place
                a_retried_effect_keeps_its_place
                a_retried_effect_knows_whether_it_may_have_been_sent
                an_effect_brings_its_flow_as_it_is
                an_effect_whose_try_did_not_end_may_have_been_sent
                effects_of_one_flow_come_one_after_the_other
                lanes_of_one_flow_do_not_wait_for_each_other
            }
            races {
                grants_and_claims_never_give_the_same_work
                a_claim_and_a_grant_that_meet_give_an_effect_once
                many_messages_at_once_are_each_taken_in_once
                of_many_commits_at_once_one_wins
                of_many_flows_that_want_one_key_one_wins
                of_many_inserts_of_one_row_one_wins
                of_many_replays_at_once_one_finds_the_letter
                of_many_settlements_of_one_lease_one_wins
                the_same_message_at_once_is_taken_in_once
                two_claimers_never_hold_the_same_work
            }
            rows {
                a_new_row_that_is_there_already_is_a_conflict
                a_row_is_put_whether_or_not_it_is_there
                a_row_is_read_as_it_was_written
                a_row_is_replaced_at_the_revision_that_was_read
                a_row_moves_to_the_parent_that_it_names
                a_row_that_conflicts_stops_the_whole_commit
                a_row_that_has_expired_is_forgotten
                rows_are_deleted_one_by_one_or_by_their_parent
            }
            scopes {
                a_claim_takes_only_the_scopes_that_it_names
                a_dead_letter_is_settled_only_in_its_own_scope
                a_flow_is_found_only_in_its_own_scope
                a_flow_is_written_only_in_its_own_scope
                a_message_of_another_scope_is_another_message
                rows_of_two_scopes_are_two_rows
                what_is_waited_for_comes_in_the_same_scope_only
                work_is_renewed_and_settled_only_in_its_own_scope
            }
            upkeep {
                a_dead_effect_is_forgotten_with_its_flow
                a_finished_flow_is_forgotten_after_a_while
                a_flow_with_work_left_is_not_forgotten
                depths_are_told_kind_by_kind
                forgetting_goes_batch_by_batch
                only_the_kinds_that_are_named_are_forgotten
                only_what_belongs_to_the_scopes_that_are_named_is_forgotten
                the_memory_of_messages_has_its_own_horizon
                what_waits_in_the_inbox_is_not_forgotten
            }
            waiting {
                a_message_waits_for_a_call
                a_message_waits_for_a_change_of_its_flow
                a_message_waits_for_a_key
                a_message_waits_no_longer_than_it_was_put_off
                putting_off_notices_a_change_in_between
                what_is_there_already_is_not_waited_for
            }
            wakes {
                a_change_of_the_flow_ends_the_claim_on_its_wake_up
                a_flow_is_woken_when_it_asked_to_be
                a_wake_up_is_settled_with_a_change_of_its_flow
                a_wake_up_is_settled_without_a_change_of_its_flow
                a_wake_up_that_was_lost_counts_its_tries
            }
        }
    };
    (@each $store:expr; $($subject:ident { $($name:ident)+ })+) => {
        $($(
            #[::tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() -> ::core::result::Result<(), $crate::store::StoreError> {
                match $store.await {
                    Some(store) => $crate::suite::$subject::$name(store).await,
                    None => Ok(()),
                }
            }
        )+)+
    };
    ($store:expr) => {
        $crate::flow_store_tests! { where there is async { ::core::option::Option::Some($store.await) } }
    };
}

/// The kind of flow that the suite uses.
const KIND: &str = "suite.one";

/// Another kind of flow in the same store.
const OTHER_KIND: &str = "suite.two";

/// A third kind.
const THIRD_KIND: &str = "suite.three";

/// All of them.
const KINDS: [&str; 3] = [KIND, OTHER_KIND, THIRD_KIND];

/// A second lane, beside the main one.
const SIDE_LANE: &str = "side";

/// What a piece of work is called: a message by its endpoint, an effect by its payload, a wake-up
/// by the snapshot of its flow.
fn label(work: &Work) -> String {
    match &work.task {
        Task::Message(message) => message.endpoint.clone(),
        Task::Effect(effect, _) => text(&effect.payload).to_owned(),
        Task::Wake(flow) => format!("wake {}", text(&flow.state)),
    }
}

fn labels(work: &[Work]) -> Vec<String> {
    work.iter().map(label).collect()
}

/// The labels where their order is not promised.
fn sorted(work: &[Work]) -> Vec<String> {
    let mut labels = labels(work);
    labels.sort();
    labels
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

/// The claimed work of this label, which must be there.
fn named<'a>(work: &'a [Work], name: &str) -> Result<&'a Work, StoreError> {
    let found = work.iter().find(|work| label(work) == name);
    found.ok_or_else(|| unexpected(format!("{name} is not among {:?}", labels(work))))
}

fn unexpected(what: impl Into<String>) -> StoreError {
    StoreError::with_source(StoreErrorKind::Corrupt, what.into())
}

/// Why it was refused, if it was.
fn refusal<T>(result: Result<T, StoreError>) -> Option<StoreErrorKind> {
    result.err().map(|error| error.kind)
}
