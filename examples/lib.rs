//! The examples of the ABDM SDK.
