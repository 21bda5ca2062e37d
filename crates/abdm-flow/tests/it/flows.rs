//! The flow engine: a sample flow, a town around it, and everything that can go wrong.

mod bell;
mod bodies;
mod crashes;
mod errand;
mod node;
mod nodes;
mod notes;
mod properties;
mod round_trips;
mod running;
mod stale;
mod town;
mod urgent;
mod waiting;
