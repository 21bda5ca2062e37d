#![doc = include_str!("../README.md")]

// `opaque_id!` and `endpoint!` name this crate by its public name, inside it too.
extern crate self as abdm_core;

pub mod api;
pub mod bridge;
pub mod call;
pub mod callback;
pub mod claims;
pub mod client;
pub mod display_text;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod exchange;
pub mod headers;
pub mod id;
pub mod lenient;
pub mod metric;
pub mod open_enum;
pub mod outgoing;
pub mod person;
pub mod rate_limit;
pub mod receiver;
pub mod registry;
pub mod retry;
pub mod secret;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;
pub mod typed;
pub mod vocabulary;
pub mod wire;

pub use abdm_base::{StoreError, StoreErrorKind, clock, ids, message, seal};
