//! One life of a node: from its start to the crash that ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// One life of a node. After its end nothing that belonged to it does anything any more.
#[derive(Debug)]
pub(crate) struct Life {
    is_over: AtomicBool,
    /// Wakes in the order of waiting, as `watch` does not.
    ended: Notify,
    held_until: Mutex<Option<Instant>>,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self { is_over: AtomicBool::new(false), ended: Notify::new(), held_until: Mutex::default() }
    }

    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.ended.notify_waiters();
    }

    /// Stops the whole node until then, as a machine that swaps, or `SIGSTOP`.
    pub(crate) fn hold_until(&self, until: Instant) {
        *self.held_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    /// When the life is over.
    pub(crate) async fn ended(&self) {
        let ended = self.ended.notified();
        tokio::pin!(ended);
        ended.as_mut().enable();
        if !self.is_over.load(Ordering::SeqCst) {
            ended.await;
        }
    }

    /// Goes on at once in a node that lives, when it is let go on in one that is held, and never in
    /// one that is dead.
    pub(crate) async fn goes_on(&self) {
        loop {
            if self.is_over.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            let until = *self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
            match until {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return,
            }
        }
    }

    /// What comes of it, unless the life ends before.
    pub(crate) async fn lives<T>(&self, through: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.ended() => None,
            done = through => Some(done),
        }
    }
}
