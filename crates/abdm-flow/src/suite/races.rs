//! Promises that only many tasks at once can break.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{
    Desk, KIND, MAIN_LANE, SIDE_LANE, body_id, claim, dead, effects, flow_id, grant, message, only,
    payload, second, state, text, unexpected, wake, with_effects,
};
use crate::store::{
    Accepted, Arrival, FlowId, FlowKey, FlowStore, FlowWrite, NewRow, Outcome, RowChange,
    StoreError, StoreErrorKind, Task, Work, WorkId,
};

/// How many claimers or writers there are at once.
const TASKS: usize = 8;

/// Runs the same on many tasks at once, and gives what each came to.
async fn at_once<T: Send + 'static, F>(work: impl Fn(usize) -> F) -> Result<Vec<T>, StoreError>
where
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        tasks.spawn(work(number));
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        all.push(ended.map_err(|error| unexpected(error.to_string()))??);
    }
    Ok(all)
}

/// Whether it was carried out; a conflict or a lost lease is not.
fn has_won<T>(result: Result<T, StoreError>) -> Result<bool, StoreError> {
    match result {
        Ok(_) => Ok(true),
        Err(error)
            if matches!(error.kind, StoreErrorKind::Conflict | StoreErrorKind::LeaseLost) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// What is out just now: nothing twice, and of each lane no more than one effect.
#[derive(Default)]
struct Out {
    work: Mutex<BTreeSet<WorkId>>,
    lanes: Mutex<BTreeSet<(FlowId, String)>>,
    settled: AtomicUsize,
}

impl Out {
    fn begin(&self, work: &Work) {
        let mut out = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(out.insert(work.lease.work), "{:?} was claimed twice", work.lease.work);
        if let Task::Effect(effect, _) = &work.task {
            let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            let lane = (effect.flow, effect.lane.clone());
            assert!(lanes.insert(lane), "two effects of one lane are out");
        }
    }

    /// Before it is settled: from then on the next one of the lane may be out. The work itself
    /// never comes again.
    fn end(&self, work: &Work) {
        if let Task::Effect(effect, _) = &work.task {
            let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.remove(&(effect.flow, effect.lane.clone()));
        }
    }
}

/// Many claimers do much work, with grants or without, until all is settled.
async fn claimers(store: &Arc<dyn FlowStore>, granted: bool) -> Result<(), StoreError> {
    let desk = Desk::new(store);
    for number in 0..40 {
        desk.take_in_for(KIND, &message("m", &number.to_string())).await?;
    }
    for _ in 0..10 {
        let write = with_effects(wake("1", 0), MAIN_LANE, ["1", "2", "3"]);
        desk.begin(with_effects(write, SIDE_LANE, ["4", "5"])).await?;
    }
    const ALL: usize = 40 + 10 + 50;
    let out = Arc::new(Out::default());
    at_once(|number| {
        let (desk, out) = (desk.clone(), Arc::clone(&out));
        async move {
            let holder = format!("node {number}");
            // So many empty looks in a row: the others are at the last pieces.
            let mut empty = 0;
            while empty < 2_000 && out.settled.load(Ordering::SeqCst) < ALL {
                let mut work = desk.claim(&holder, 1, 3).await?;
                empty = if work.is_empty() { empty + 1 } else { 0 };
                work.iter().for_each(|work| out.begin(work));
                while let Some(one) = work.pop() {
                    tokio::task::yield_now().await;
                    out.end(&one);
                    let grant = if granted { grant(&[KIND], 20, 2) } else { None };
                    let commit = desk.at(1).settle(one.lease, Outcome::Done).granted(grant);
                    let committed = desk.store.commit(&commit).await?;
                    out.settled.fetch_add(1, Ordering::SeqCst);
                    committed.work.iter().for_each(|work| out.begin(work));
                    work.extend(committed.work);
                }
                tokio::task::yield_now().await;
            }
            Ok(())
        }
    })
    .await?;
    assert_eq!(out.settled.load(Ordering::SeqCst), ALL);
    assert_eq!(desk.claim("a", 900, 9).await?, [], "nothing is left");
    Ok(())
}

/// Many claimers settle much work: each piece is claimed once, and of one lane never two effects
/// are out at the same time.
pub async fn two_claimers_never_hold_the_same_work(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    claimers(&store, false).await
}

/// The same while every commit takes along what it makes due.
pub async fn grants_and_claims_never_give_the_same_work(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    claimers(&store, true).await
}

/// An effect that is due while its flow is changed, with a grant, is claimed or granted, and never
/// both.
pub async fn a_claim_and_a_grant_that_meet_give_an_effect_once(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    for _ in 0..50 {
        let id = desk.begin(effects(["1"])).await?;
        let given = at_once(|task| {
            let desk = desk.clone();
            async move {
                if task % 2 == 0 {
                    return desk.claim(&format!("node {task}"), 1, 9).await;
                }
                let commit = desk.at(1).write(id, 1, effects(["2"]));
                match desk.store.commit(&commit.granted(grant(&[KIND], 20, 9))).await {
                    Ok(committed) => Ok(committed.work),
                    Err(error) if error.kind == StoreErrorKind::Conflict => Ok(Vec::new()),
                    Err(error) => Err(error),
                }
            }
        })
        .await?;
        let given: Vec<WorkId> = given.iter().flatten().map(|work| work.lease.work).collect();
        assert_eq!(given.len(), 1, "the first effect of the lane, once: {given:?}");
    }
    Ok(())
}

/// Many writers add one to a flow: each sum is written once, every loser is told.
pub async fn of_many_commits_at_once_one_wins(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let id = desk.begin(state("0")).await?;
    at_once(|_| {
        let desk = desk.clone();
        async move {
            let mut won = 0;
            while won < 10 {
                let read = desk.stored(id).await?;
                tokio::task::yield_now().await;
                let sum: u64 =
                    read.state.decode().map_err(|error| unexpected(error.to_string()))?;
                let write = state(&(sum + 1).to_string());
                let written = desk.change(id, read.revision, write, 1).await;
                won += u32::from(has_won(written)?);
            }
            Ok(())
        }
    })
    .await?;
    let read = desk.stored(id).await?;
    assert_eq!((text(&read.state), read.revision), ("80", 81));
    Ok(())
}

/// The same new row at many hands at once is written by one of them, with all that belongs to it.
pub async fn of_many_inserts_of_one_row_one_wins(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let won = at_once(|task| {
        let desk = desk.clone();
        async move {
            let mut won = 0;
            for number in 0..20 {
                let row = NewRow::new(payload(&task.to_string()));
                let rows = [RowChange::insert("suite.rows", number.to_string(), row)];
                let commit = desk.at(1).rows(rows).write(flow_id(), 0, effects(["send"]));
                won += usize::from(has_won(desk.store.commit(&commit).await)?);
                tokio::task::yield_now().await;
            }
            Ok(won)
        }
    })
    .await?;
    assert_eq!(won.iter().sum::<usize>(), 20);
    assert_eq!(desk.depths(KIND).await?.effects, 20, "no loser has left a flow behind");
    Ok(())
}

/// Of many flows that want the same key at once one begins.
pub async fn of_many_flows_that_want_one_key_one_wins(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let begun = at_once(|_| {
        let desk = desk.clone();
        async move {
            let mut begun = BTreeSet::new();
            for number in 0..20 {
                let mut write: FlowWrite = state("1");
                write.keys = vec![FlowKey::new("transaction", number.to_string())];
                let id = flow_id();
                let commit = desk.at(1).write(id, 0, write);
                if has_won(desk.store.commit(&commit).await)? {
                    begun.insert(id);
                }
                tokio::task::yield_now().await;
            }
            Ok(begun)
        }
    })
    .await?;
    let begun: BTreeSet<FlowId> = begun.into_iter().flatten().collect();
    assert_eq!(begun.len(), 20);
    for number in 0..20 {
        let key = FlowKey::new("transaction", number.to_string());
        let found = store.find(&desk.scope, KIND, &key).await?;
        assert!(found.is_some_and(|flow| begun.contains(&flow.id)));
    }
    Ok(())
}

/// A lease that is used at many hands at once settles its work once.
pub async fn of_many_settlements_of_one_lease_one_wins(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.begin(effects(["send"])).await?;
    let send = only(desk.claim("a", 1, 9).await?)?;
    let outcomes = [Outcome::Done, super::later(2), dead("refused")];
    let won = at_once(|task| {
        let (desk, lease) = (desk.clone(), send.lease.clone());
        let outcome = outcomes.get(task % outcomes.len()).cloned().unwrap_or(Outcome::Done);
        async move { has_won(desk.settle(&lease, outcome, 1).await) }
    })
    .await?;
    assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    Ok(())
}

/// A dead letter that is replayed at many hands at once is replayed once.
pub async fn of_many_replays_at_once_one_finds_the_letter(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    desk.take_in("m").await?;
    desk.begin(effects(["send"])).await?;
    let mut letters = Vec::new();
    for work in desk.claim("a", 1, 9).await? {
        desk.settle(&work.lease, dead("refused"), 1).await?;
        letters.push(work.lease.work);
    }
    let found = at_once(|_| {
        let (desk, letters) = (desk.clone(), letters.clone());
        async move {
            let mut found = 0;
            for letter in letters {
                found += usize::from(desk.store.replay(&desk.scope, letter, second(2)).await?);
            }
            Ok(found)
        }
    })
    .await?;
    assert_eq!(found.iter().sum::<usize>(), 2);
    assert_eq!(desk.claim("a", 2, 9).await?.len(), 2);
    Ok(())
}

/// Many messages at once, each of them three times, of two facilities, some granted as they come
/// in: each is taken in once, with its own body, and is somebody's work once.
pub async fn many_messages_at_once_are_each_taken_in_once(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    const MESSAGES: usize = 40;
    let desk = Desk::new(&store);
    let desks = [desk.other("suite.away"), desk];
    let mut tasks = JoinSet::new();
    for number in 0..3 * MESSAGES {
        let (id, store) = (number % MESSAGES, Arc::clone(&store));
        let scope = desks.get(id % 2).map(|desk| desk.scope.clone());
        let scope = scope.ok_or_else(|| unexpected("no such desk".to_owned()))?;
        let mut inbound = message("at once", &id.to_string());
        inbound.body = number.to_string().into();
        let grants = id % 3 == 0;
        tasks.spawn(async move {
            let arrival = Arrival::new(scope.clone(), KIND, inbound.clone(), body_id())
                .granted(grants.then(|| grant(&[KIND], 900, 9)).flatten());
            store.accept(&arrival).await.map(|accepted| (scope, id, inbound.body, accepted))
        });
    }
    let (mut new, mut granted) = (BTreeMap::new(), 0);
    while let Some(ended) = tasks.join_next().await {
        let (scope, id, body, accepted) = ended.map_err(|e| unexpected(e.to_string()))??;
        let Accepted::New(work) = accepted else { continue };
        if let Some(work) = work {
            assert_eq!((&work.lease.scope, body_of(&work)), (&scope, Some(&body)));
            assert_eq!(id % 3, 0, "only where it was asked for");
            granted += 1;
        }
        assert_eq!(new.insert((scope, body), id), None);
    }
    let ids: BTreeSet<usize> = new.values().copied().collect();
    assert_eq!((ids.len(), new.len()), (MESSAGES, MESSAGES), "each once");
    assert_eq!(granted, MESSAGES.div_ceil(3));
    let claimed = store.claim(&claim(&[KIND], "b", 1, 999)).await?.work;
    assert_eq!(claimed.len(), MESSAGES - granted, "what was granted is somebody's already");
    for work in &claimed {
        let body = body_of(work).cloned().unwrap_or_default();
        assert!(new.contains_key(&(work.lease.scope.clone(), body)), "a body of its own");
    }
    Ok(())
}

fn body_of(work: &Work) -> Option<&Bytes> {
    match &work.task {
        Task::Message(message) => message.body.bytes.as_ref(),
        _ => None,
    }
}

/// The same message at many doors at once is new at one of them.
pub async fn the_same_message_at_once_is_taken_in_once(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let desk = Desk::new(&store);
    let new = at_once(|_| {
        let desk = desk.clone();
        async move {
            let mut new = 0;
            for number in 0..20 {
                let accepted = desk.accept(KIND, &message("m", &number.to_string())).await?;
                new += usize::from(accepted.is_new());
                tokio::task::yield_now().await;
            }
            Ok(new)
        }
    })
    .await?;
    assert_eq!(new.iter().sum::<usize>(), 20);
    assert_eq!(desk.claim("a", 1, 99).await?.len(), 20);
    Ok(())
}
