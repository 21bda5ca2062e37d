#![doc = include_str!("../README.md")]

pub mod api;
pub mod client;
mod error;
pub mod flow;
pub mod hooks;
mod request;
#[cfg(feature = "axum")]
mod server;

pub use self::client::{Consent, Decision, Delivery, Hiu, HiuBuilder};
pub use self::error::Error;
pub use self::request::ConsentRequest;
