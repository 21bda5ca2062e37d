//! A call, dropped at each of its polls.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::store::{
    Claim, FlowStore, NewRow, Outcome, RowChange, StoreError, StoreErrorKind, Work,
};
use crate::suite::desk::Desk;
use crate::suite::{KIND, flow_id, named, payload, second, unexpected, wake};

/// More polls than any call needs.
const MOST_POLLS: usize = 1_000;

/// How long a call may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a call that was dropped may go on by itself, and the pause between two looks at it.
const DEADLINE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(2);

/// Until when a call that was dropped may go on by itself.
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn begin() -> Self {
        Self(Instant::now() + DEADLINE)
    }

    /// Waits for a moment, and tells whether there is time for another look.
    pub(super) async fn pause(&self) -> bool {
        tokio::time::sleep(PAUSE).await;
        Instant::now() < self.0
    }
}

/// One try at a call: a scope and a day of its own, so that no call that ends late meets what
/// belongs to the next one.
pub(super) struct Trial {
    pub(super) desk: Desk,
    /// The second at which its day begins.
    pub(super) day: i64,
}

impl Trial {
    pub(super) fn store(&self) -> &dyn FlowStore {
        self.desk.store.as_ref()
    }

    /// A second of this trial's day.
    pub(super) const fn at(&self, seconds: i64) -> i64 {
        self.day + seconds
    }

    /// Who claims in this trial, and in no other.
    pub(super) fn holder(&self) -> &str {
        self.desk.scope.as_str()
    }

    /// Claims work of this trial for ten seconds.
    pub(super) async fn claim(
        &self,
        kinds: &[&'static str],
        at: i64,
    ) -> Result<Vec<Work>, StoreError> {
        let (now, until) = (second(self.at(at)), second(self.at(at + 10)));
        let scopes = [self.desk.scope.clone()];
        let claim = Claim::new(kinds, self.holder(), now, until, 99).of(Some(&scopes));
        Ok(self.store().claim(&claim).await?.work)
    }

    /// Claims until it has so many pieces. A call that was dropped may hold its work for a while
    /// longer, until the store has taken back what it began, and a claim passes over what another
    /// one holds: whoever comes again gets it, soon.
    pub(super) async fn claim_all(
        &self,
        kinds: &[&'static str],
        at: i64,
        count: usize,
    ) -> Result<Vec<Work>, StoreError> {
        let deadline = Deadline::begin();
        let mut claimed = self.claim(kinds, at).await?;
        while claimed.len() < count && deadline.pause().await {
            claimed.extend(self.claim(kinds, at).await?);
        }
        Ok(claimed)
    }
}

/// A call that is dropped.
#[async_trait]
pub(super) trait Case: Sized + Send + Sync {
    /// Whether the call happens when nobody disturbs it; otherwise it is refused as a conflict.
    const HAPPENS: bool = true;

    /// What the call is made on.
    async fn prepare(trial: &Trial) -> Result<Self, StoreError>;

    /// The call.
    async fn call(&self, trial: &Trial) -> Result<(), StoreError>;

    /// The call, made again after the first was dropped.
    async fn again(&self, trial: &Trial) -> Result<(), StoreError> {
        self.call(trial).await
    }

    /// All that the call changes, each part looked at by itself: whether it has changed. Empty for
    /// a call that changes nothing.
    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError>;

    /// After the call was made again: whether it is as if it had been made once.
    async fn afterwards(&self, _trial: &Trial) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Drops a call at each of its polls, each time on something new.
pub(super) async fn drop_at_every_poll<C: Case>(
    store: &Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    for when_woken in [false, true] {
        for polls in 0.. {
            assert!(polls < MOST_POLLS, "the call does not end");
            let told = if when_woken { " and woken" } else { "" };
            let scope = format!("polled {polls} times{told}");
            let offset = if when_woken { MOST_POLLS } else { 0 };
            let day = i64::try_from(polls + offset).unwrap_or_default() * 10_000;
            let trial = Trial { desk: Desk::new(store).other(&scope), day };
            if in_time(try_once::<C>(&trial, polls, when_woken)).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Tells whether the call ended before it was dropped.
async fn try_once<C: Case>(
    trial: &Trial,
    polls: usize,
    when_woken: bool,
) -> Result<bool, StoreError> {
    let told = trial.desk.scope.as_str();
    let case = C::prepare(trial).await?;
    let before = case.changes(trial).await?;
    assert!(before.iter().all(|changed| !changed), "{told}: changed before the call: {before:?}");

    let ended = polled(case.call(trial), polls, when_woken).await;
    let happened = whole(&case, trial).await?;
    match &ended {
        _ if before.is_empty() => {}
        None => assert!(polls > 0 || !happened, "a call that never began has happened"),
        Some(Ok(())) => assert!(happened && C::HAPPENS, "{told}: it said so, and has not happened"),
        Some(Err(_)) => assert!(!happened && !C::HAPPENS, "{told}: it was refused, and happened"),
    }
    others_are_served(trial).await?;

    let again = case.again(trial).await;
    let happened = whole(&case, trial).await?;
    match again {
        // A call that took place, perhaps only just, is done or in its own way.
        Err(error)
            if matches!(error.kind, StoreErrorKind::Conflict | StoreErrorKind::LeaseLost) =>
        {
            assert!(
                !C::HAPPENS || happened,
                "{told}: refused, though it had not happened: {error}"
            );
        }
        Err(error) => return Err(error),
        Ok(()) => assert!(C::HAPPENS, "{told}: it should have been refused"),
    }
    if !before.is_empty() {
        assert_eq!(happened, C::HAPPENS, "{told}, and then made again");
    }
    case.afterwards(trial).await?;
    others_are_served(trial).await?;
    match ended {
        Some(Err(error)) if C::HAPPENS || error.kind != StoreErrorKind::Conflict => Err(error),
        ended => Ok(ended.is_some()),
    }
}

/// Looks until all has changed or nothing, and tells which. What was dropped may go on in the
/// background: while it does, a look may see the later parts changed and not the earlier ones,
/// since it takes them one after the other. It never sees it the other way round, and not for long.
async fn whole<C: Case>(case: &C, trial: &Trial) -> Result<bool, StoreError> {
    let told = trial.desk.scope.as_str();
    let deadline = Deadline::begin();
    loop {
        let in_time = deadline.pause().await;
        let changes = case.changes(trial).await?;
        assert!(changes.is_sorted(), "{told}: half of it has happened: {changes:?}");
        if changes.first() == changes.last() {
            return Ok(changes.first().copied().unwrap_or(C::HAPPENS));
        }
        if !in_time {
            return Err(unexpected(format!("{told}: half of it has happened: {changes:?}")));
        }
    }
}

/// Everybody else finds the store at work.
async fn others_are_served(trial: &Trial) -> Result<(), StoreError> {
    let name = format!("beside {} {}", trial.desk.scope, flow_id());
    let others = Trial { desk: trial.desk.other(&name), day: trial.day };
    let desk = &others.desk;
    let flow = desk.begin_at(wake("1", others.at(2)), others.at(1)).await?;
    desk.take_in_at("m", others.at(1)).await?;
    let claimed = others.claim(&[KIND], 2).await?;
    assert_eq!(claimed.len(), 2, "others get their work");
    let (message, woken) = (named(&claimed, "m")?, named(&claimed, "wake 1")?);
    let row = RowChange::insert("suite.rows", "k", NewRow::new(payload("1")));
    let commit = desk.at(others.at(3)).write(flow, 1, wake("2", others.at(900))).rows([row]);
    desk.store.commit(&commit.settle(woken.lease.clone(), Outcome::Done)).await?;
    desk.settle(&message.lease, Outcome::Done, others.at(3)).await?;
    assert_eq!(desk.stored(flow).await?.revision, 2);
    assert!(desk.row("suite.rows", "k").await?.is_some());
    assert_eq!(others.claim(&[KIND], 20).await?, [], "all is settled");
    Ok(())
}

/// Rings when what a future waits for has come.
struct Bell(Notify);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Polls a call so many times, each time when it asked for it, and drops it: at once after the last
/// poll, or when it would be polled again. Gives what it came to if it ended before.
async fn polled<T>(call: impl Future<Output = T>, polls: usize, when_woken: bool) -> Option<T> {
    let bell = Arc::new(Bell(Notify::new()));
    let waker = Waker::from(Arc::clone(&bell));
    let mut call = pin!(call);
    for poll in 1..=polls {
        if let Poll::Ready(ended) = call.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(ended);
        }
        if when_woken || poll < polls {
            bell.0.notified().await;
        }
    }
    None
}

/// A call that hangs is a failure, and not a test that never ends.
async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let ended = tokio::time::timeout(PATIENCE, work).await;
    ended.unwrap_or_else(|_| Err(unexpected("a call hangs")))
}
