#![doc = include_str!("../README.md")]

pub mod api;
mod birth;
mod client;
mod error;
#[cfg(feature = "fhir")]
pub mod fhir;
pub mod flow;
mod hooks;
mod host;
mod operator;
mod patient;
mod reception;
mod scope;
#[cfg(feature = "axum")]
mod server;

pub use self::birth::year_of_birth;
pub use self::client::{
    ConsentStanding, ConsentView, ContextSent, Hip, HipBuilder, Link, Linked, TransferProgress,
    TransferView,
};
pub use self::error::Error;
pub use self::hooks::{
    AbdmText, HipEvent, Hospital, HospitalError, HospitalFn, ListedRecord, Record, RecordId,
    RecordsWanted, hospital_fn,
};
pub use self::patient::{LinkPatient, Visit};
pub use self::reception::{ReceptionDesk, Registration, SharedProfile};
pub use self::scope::{Refusal, ReleasedRecord, Scope, Withheld};
