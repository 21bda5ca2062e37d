//! One call of a store that fails, or that is the last of its process.
#![expect(clippy::print_stdout, reason = "a test that fails tells at which call")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::Gate;
use crate::store::{StoreError, StoreErrorKind};

/// What happens at one call of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It fails, and the store hears nothing.
    FailsBefore,
    /// It fails, although the store has done it.
    FailsAfter,
    /// The process dies before the store hears of it.
    DiesBefore,
    /// The process dies when the store has done it.
    DiesAfter,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 4] =
        [Self::FailsBefore, Self::FailsAfter, Self::DiesBefore, Self::DiesAfter];
}

/// Looks for work go on for ever: a claim that finds nothing changes nothing.
const IDLE: [&str; 5] = ["claim", "depths", "renew", "release", "purge"];

/// Counts the calls of a store that may change something, and lets one thing happen at one of them.
///
/// A process that dies hears nothing any more: its call never returns. Whoever runs it drops it
/// when [`died`](Self::died) is ready, and begins another over the same store.
#[derive(Debug)]
pub struct Trap {
    fault: Option<(u32, Fault)>,
    calls: AtomicU32,
    died: Notify,
}

impl Trap {
    /// Nothing happens, the calls are counted.
    #[must_use]
    pub fn idle() -> Arc<Self> {
        Arc::new(Self { fault: None, calls: AtomicU32::new(0), died: Notify::new() })
    }

    /// This happens at this call, counted from 1.
    #[must_use]
    pub fn at(call: u32, fault: Fault) -> Arc<Self> {
        let fault = Some((call, fault));
        Arc::new(Self { fault, calls: AtomicU32::new(0), died: Notify::new() })
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Whether the process dies of what happens.
    #[must_use]
    pub const fn is_deadly(&self) -> bool {
        matches!(self.fault, Some((_, Fault::DiesBefore | Fault::DiesAfter)))
    }

    /// Waits until the process has died.
    pub async fn died(&self) {
        self.died.notified().await;
    }

    /// Runs a journey once without a fault to count its calls, then once for each call and each
    /// fault. Tells how many calls there were.
    pub async fn sweep(journey: impl AsyncFn(Arc<Self>)) -> u32 {
        let untouched = Self::idle();
        journey(Arc::clone(&untouched)).await;
        let calls = untouched.calls();
        for call in 1..=calls {
            for fault in Fault::ALL {
                println!("call {call} of {calls}: {fault:?}");
                journey(Self::at(call, fault)).await;
            }
        }
        println!("{calls} calls, {} runs", Fault::ALL.len() * calls as usize);
        calls
    }

    async fn meets(&self, fails: Fault, dies: Fault) -> Result<(), StoreError> {
        match self.fault {
            Some((call, fault)) if call == self.calls() && fault == fails => {
                Err(StoreError::new(StoreErrorKind::Unavailable))
            }
            Some((call, fault)) if call == self.calls() && fault == dies => {
                self.died.notify_one();
                std::future::pending().await
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Gate for Trap {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        if IDLE.contains(&call) {
            return Ok(());
        }
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.meets(Fault::FailsBefore, Fault::DiesBefore).await
    }

    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        if IDLE.contains(&call) {
            return Ok(());
        }
        self.meets(Fault::FailsAfter, Fault::DiesAfter).await
    }
}
