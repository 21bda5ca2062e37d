//! What tests of every crate share (feature `testing`).

pub mod log;
pub mod metrics;
