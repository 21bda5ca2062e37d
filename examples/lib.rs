//! What the example programs share: one habit of configuration.

pub mod settings;
