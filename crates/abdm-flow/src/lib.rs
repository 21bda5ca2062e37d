#![doc = include_str!("../README.md")]

mod backoff;
mod engine;
mod error;
mod flow;
mod flows;
mod host;
mod memory;
mod sealed;
mod step;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod suite;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(any(test, feature = "testing"))]
pub use abdm_base::VirtualClock;

pub use abdm_base::{RequestId, clock, ids, seal};

pub use self::backoff::Backoff;
pub use self::engine::{
    AlreadyServed, Engine, EngineError, EngineOptions, Handle, Health, Started, WaitError,
};
pub use self::error::{FlowError, SnapshotError};
pub use self::flow::Flow;
pub use self::flows::{Flows, Found, ReadFlowError};
pub use self::host::{
    Address, EffectContext, EffectFailure, FailureAction, FlowHost, ReceiveContext, ReceiveError,
    Received,
};
pub use self::sealed::SealedStore;
pub use self::step::{Bodies, MAIN_LANE, Step, Wake, Wanted};
