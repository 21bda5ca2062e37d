#![doc = include_str!("../README.md")]

mod callbacks;
mod clock;
mod console;
mod control;
mod engine;
mod error;
mod faults;
mod journal;
mod keys;
mod pending;
mod phr;
mod played;
mod pushes;
mod sandbox;
mod server;
mod services;
mod shared;
mod state;
mod switches;
mod tokens;
mod world;

pub mod api;
pub mod examples;
pub mod transcript;

pub use self::callbacks::Forgery;
pub use self::error::SandboxError;
pub use self::faults::Failure;
pub use self::keys::RotatedKeys;
pub use self::phr::PhrApp;
pub use self::played::KeyForm;
pub use self::sandbox::{Sandbox, SandboxBuilder};
pub use self::state::{StateError, StateStatus};
pub use self::switches::{
    AlreadyLinked, MismatchCode, Misshape, MisshapenFields, Switches, UnknownNumber,
};
pub use self::world::{
    AppAnswer, AppRecord, ClientId, Facility, Patient, PatientDetails, Role, UserLink,
};

/// A fresh id that nobody can foresee.
pub(crate) fn random_uuid() -> uuid::Uuid {
    abdm_core::ids::Ids::uuid(&abdm_core::ids::RandomIds)
}
