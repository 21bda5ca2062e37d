//! Flows: values that offer only what comes next.
//!
//! A flow is made by a [`Desk`](crate::Desk) and answers each step with the next value, or with an
//! [`Error`](crate::Error) that leaves the flow as usable as it was: a wrong OTP is asked for again
//! on the same value. [`save`](enrolment::EnrolmentOtp::save) seals a flow into a text that may lie
//! anywhere between two web requests; another server with the same key goes on.

pub mod address;
mod address_choice;
pub mod address_creation;
pub mod benefit;
pub mod enrolment;
mod face_wait;
pub mod lookup;
mod once;
mod otp_exchange;
mod otp_turn;
pub mod phr_app;
pub mod profile;
mod saved;
pub mod verification;

pub use self::face_wait::{FACE_POLL_EVERY, FACE_SCAN_LIFE};
pub use self::otp_turn::{MAX_RESENDS, RESEND_AFTER};
