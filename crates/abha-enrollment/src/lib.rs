//! ABDM milestone 1: create, verify and manage a patient's ABHA number and ABHA address.

pub mod api;
pub mod biometric;
mod desk;
pub mod encryption;
pub mod error;
pub mod flow;
pub mod hooks;
pub mod input;
pub mod session;

pub use self::desk::{Desk, DeskBuilder};
pub use self::error::{Error, Problem};
