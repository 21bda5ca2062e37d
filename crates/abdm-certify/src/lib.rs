#![doc = include_str!("../README.md")]

mod archive;
mod case;
mod consents;
mod facility;
mod hospital;
mod message;
mod need;
mod outcome;
mod people;
mod recorder;
mod runner;
mod stage;

pub mod cases;
pub mod coverage;
pub mod evidence;
pub mod place;
pub mod requirement;
pub mod secrecy;
pub mod summary;

pub use self::case::Case;
pub use self::need::Need;
pub use self::outcome::Outcome;
pub use self::people::{Home, Licence, Person, Role, Supplies};
pub use self::place::{Place, PlaceError};
pub use self::requirement::{Milestone, Requirement};
pub use self::runner::{Played, Report, run, run_all};
