#![doc = include_str!("../README.md")]

pub mod bridge;
pub mod door;
pub mod facilities;
pub mod ground;
pub mod health;
pub mod hook;
pub mod message;
pub mod upkeep;
pub mod verdict;

pub use self::bridge::{Bridge, BridgeBuilder, Role};
pub use self::health::{Health, SessionState, StoreState};

/// The lane of what the facility's own system and its operator are told: it waits for no call, and
/// no call for it.
pub const EVENTS_LANE: &str = "events";
