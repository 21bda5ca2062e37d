//! Be a Health Information User (ABDM milestone 3).

pub mod api;
