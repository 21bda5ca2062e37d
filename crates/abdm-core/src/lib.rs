//! What every ABDM integration shares.

// `opaque_id!` and `endpoint!` name this crate by its public name, inside it too.
extern crate self as abdm_core;

pub mod callback;
pub mod clock;
pub mod endpoint;
pub mod error;
pub mod flow;
pub mod id;
pub mod seal;
pub mod store;
