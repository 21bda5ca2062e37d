//! A patient proves themselves to a facility: which ways there are for a purpose, the beginning, the
//! proof, and what it gives (m2-hip.md 10). V3 has no such operation.

mod acknowledge_auth;
mod confirm_auth;
mod fetch_auth_modes;
mod init_auth;
mod kyc_patient;
mod on_auth_notify;
mod on_confirm_auth;
mod on_fetch_auth_modes;
mod on_init_auth;
mod proof_reply;
mod vocabulary;

pub use self::acknowledge_auth::{AcknowledgeAuth, AuthNoticeAcknowledgement};
pub use self::confirm_auth::{
    AuthCode, AuthConfirmation, AuthCredential, ConfirmAuth, Demographics,
};
pub use self::fetch_auth_modes::{AuthModesQuery, AuthModesRequest, FetchAuthModes};
pub use self::init_auth::{AuthInitQuery, AuthInitRequest, InitAuth};
pub use self::kyc_patient::KycPatient;
pub use self::on_auth_notify::{AuthDecision, AuthNotice, OnAuthNotify, TokenValidity};
pub use self::on_confirm_auth::{AuthGrant, AuthReply, OnConfirmAuth};
pub use self::on_fetch_auth_modes::{AuthModesReply, OfferedModes, OnFetchAuthModes};
pub use self::on_init_auth::{AuthChallenge, AuthInitReply, AuthMeta, OnInitAuth};
pub use self::proof_reply::ProofReply;
pub use self::vocabulary::{AuthMode, AuthPurpose, AuthRequester, AuthStatus, RequesterType};
