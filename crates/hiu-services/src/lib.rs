#![doc = include_str!("../README.md")]

pub mod api;
pub mod client;
mod decision;
mod error;
pub mod flow;
pub mod hooks;
mod operator;
mod request;
#[cfg(feature = "axum")]
mod server;

pub use abdm_role::{Bridge, BridgeBuilder, Health, Role, SessionState, StoreState};

pub use self::client::{
    ArtefactView, Consent, ConsentView, Delivery, Hiu, HiuBuilder, TransferView,
};
pub use self::decision::Decision;
pub use self::error::Error;
pub use self::hooks::{EventId, HiuEvent, TransferSummary};
pub use self::request::ConsentRequest;
