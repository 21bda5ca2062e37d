//! The one thread that writes. Calls that wait at the same moment share one transaction, and so one
//! sync of the disk; each of them is all or nothing by a savepoint of its own.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use abdm_flow::store::{StoreError, StoreErrorKind};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

/// The most calls of one transaction.
const MOST_TOGETHER: usize = 256;
/// The most calls that wait; who comes then is told that the store is overloaded.
const MOST_WAITING: usize = 4_096;

/// One call, to be made inside a savepoint. It tells whether it is to be kept.
trait Call: Send {
    fn make(&mut self, connection: &Connection) -> bool;

    /// Tells the caller what became of it, once it is durable, or that it was not to be.
    fn answer(self: Box<Self>, made_durable: Result<(), StoreErrorKind>);
}

struct Job<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Call for Job<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn make(&mut self, connection: &Connection) -> bool {
        let result = self.work.take().map(|work| work(connection));
        let kept = matches!(result, Some(Ok(_)));
        self.result = result;
        kept
    }

    fn answer(self: Box<Self>, made_durable: Result<(), StoreErrorKind>) {
        let result = match (self.result, made_durable) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)), Err(kind)) => Err(StoreError::new(kind)),
            (None, _) => Err(StoreError::new(StoreErrorKind::Unavailable)),
        };
        // A caller who has gone does not learn it; the call is made all the same.
        let _ = self.caller.send(result);
    }
}

/// The way to the writing thread. The thread ends when the last of these is gone.
#[derive(Debug)]
pub(super) struct Writer {
    calls: Option<SyncSender<Box<dyn Call>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Each transaction takes `slower_sync` longer than the disk does.
    pub(super) fn new(connection: Connection, slower_sync: Duration) -> std::io::Result<Self> {
        let (calls, waiting) = sync_channel(MOST_WAITING);
        let thread = std::thread::Builder::new()
            .name("abdm-store-writer".to_owned())
            .spawn(move || write(connection, &waiting, slower_sync))?;
        Ok(Self { calls: Some(calls), thread: Some(thread) })
    }

    /// Makes a call. Once begun it ends by itself, whether or not the caller still waits.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (caller, answer) = oneshot::channel();
        let job: Box<dyn Call> = Box::new(Job { work: Some(work), result: None, caller });
        let gone = || StoreError::new(StoreErrorKind::Unavailable);
        let calls = self.calls.as_ref().ok_or_else(gone)?;
        calls.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                StoreError::with_source(StoreErrorKind::Unavailable, "too many calls wait")
            }
            TrySendError::Disconnected(_) => {
                StoreError::with_source(StoreErrorKind::Unavailable, "the store has stopped")
            }
        })?;
        answer.await.map_err(|_| gone())?
    }
}

/// Ends the thread, after the calls that wait: a file that is opened again is then this one's no
/// longer.
impl Drop for Writer {
    fn drop(&mut self) {
        self.calls = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write(mut connection: Connection, waiting: &Receiver<Box<dyn Call>>, slower_sync: Duration) {
    while let Ok(first) = waiting.recv() {
        let mut calls = vec![first];
        while calls.len() < MOST_TOGETHER {
            match waiting.try_recv() {
                Ok(call) => calls.push(call),
                Err(_) => break,
            }
        }
        let made_durable = together(&mut connection, &mut calls).map_err(|error| {
            tracing::warn!(%error, calls = calls.len(), "a transaction was not carried out");
            super::error_kind(&error)
        });
        if !slower_sync.is_zero() {
            std::thread::sleep(slower_sync);
        }
        for call in calls {
            call.answer(made_durable);
        }
    }
}

/// Makes all calls in one transaction.
fn together(
    connection: &mut Connection,
    calls: &mut [Box<dyn Call>],
) -> Result<(), rusqlite::Error> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for call in calls {
        let savepoint = transaction.savepoint()?;
        if call.make(&savepoint) {
            savepoint.commit()?;
        } else {
            savepoint.finish()?;
        }
    }
    transaction.commit()
}
