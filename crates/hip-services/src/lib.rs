#![doc = include_str!("../README.md")]

pub mod api;
mod birth;
mod client;
mod edition;
mod error;
#[cfg(feature = "fhir")]
pub mod fhir;
mod final_record;
pub mod flow;
mod hooks;
mod host;
mod india;
mod linked_context;
pub mod matching;
mod operator;
mod patient;
pub mod patient_index;
mod reception;
mod scope;
#[cfg(feature = "axum")]
mod server;
mod wire_rule;

pub use abdm_role::{Bridge, BridgeBuilder, Health, Role, SessionState, StoreState};

pub use self::birth::year_of_birth;
#[cfg(feature = "patient_status")]
pub use self::client::PatientStatusPaths;
#[cfg(feature = "v0_5")]
pub use self::client::{AuthChoice, PatientAuthentication, V05};
pub use self::client::{
    Backfill, ConsentStanding, ConsentView, ContextSent, Hip, HipBuilder, Link, Linked, Sms,
    TransferProgress, TransferView,
};
#[cfg(feature = "v0_5")]
pub use self::edition::Edition;
pub use self::error::Error;
pub use self::final_record::FinalRecord;
pub use self::flow::{
    BackfillFailure, BackfillOptions, BackfillProgress, BackfillState, BackfillWait,
};
pub use self::hooks::{
    AbdmText, BackfillCursor, HipEvent, Hospital, HospitalError, HospitalFn, ListedRecord,
    OldVisit, OldVisits, OtpMessage, OtpSender, Readiness, Record, RecordId, RecordPreparer,
    RecordsWanted, hospital_fn,
};
pub use self::linked_context::{LinkedBy, LinkedContext};
pub use self::patient::{LinkPatient, Visit};
pub use self::reception::{NowServing, ReceptionDesk, Registration, SharedProfile};
pub use self::scope::{Refusal, ReleasedRecord, Scope, Withheld};
