//! The tests of the ABDM SDK.
