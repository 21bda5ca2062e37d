//! ABDM milestone 1: create, verify and manage a patient's ABHA number and ABHA address.

pub mod api;
pub mod encryption;
