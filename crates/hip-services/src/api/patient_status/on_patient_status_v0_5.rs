//! `OnPatientStatusV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;

use super::PatientStatusNotice;

abdm_core::endpoint! {
    /// The same notice in V0.5, the only edition for which NHA has published it: its id and its
    /// instant stand in the body, and there are no headers for them. To be answered by
    /// [`AcknowledgePatientStatusV05`](super::AcknowledgePatientStatusV05).
    pub OnPatientStatusV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/patients/status/notify",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: PatientStatusNotice,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientStatus,
        source: "m2-hip.md 9",
    }
}
