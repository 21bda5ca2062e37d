//! `OnRecordsLinked`.

use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::user_linking::LinkConfirmAnswer;

abdm_core::endpoint! {
    /// What is linked, or why the OTP was not taken: the facility's answer as it is, but for the
    /// `REQUEST-ID`, which is that of the app's confirmation.
    pub OnRecordsLinked {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/patient/care-context/on-confirm",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: LinkConfirmAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkConfirm,
        source: "phr-simulator.md 2",
    }
}
