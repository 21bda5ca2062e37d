//! Simulates hospitals, ABDM, and everything that can go wrong between them and within them, from a
//! seed: the real [`Hip`](hip_services::Hip) and the real [`Hiu`](hiu_services::Hiu) on the real
//! engine, over stores, networks and clocks that fail, in virtual time and without a socket.
//!
//! The same seed gives the same run, step by step: a [`Plan`] that found something finds it again.
//! What is simulated, what is checked and where it ends stands in `docs/simulation.md`.
//!
//! ```
//! use abdm_simulation::Plan;
//!
//! let outcome = Plan::new().calm().run(1);
//! assert!(outcome.faults.is_empty(), "{:?}", outcome.faults);
//! ```
#![expect(clippy::expect_used, reason = "the simulation is a test: a mistake of its own stops it")]

mod check;
mod clock;
mod counts;
mod desk;
mod gateway;
mod hospital;
mod house;
mod ledger;
mod life;
mod log;
mod mutant;
mod node;
mod options;
mod people;
mod phone;
mod random;
mod register;
mod report;
mod run;
mod shelf;
mod store;
mod town;
mod wire;
mod world;

pub use self::ledger::FaultKind;
pub use self::mutant::Mutant;
pub use self::report::{Outcome, Totals};
pub use self::run::Plan;
