//! `OnLinkOffered`.

use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::user_linking::LinkInitAnswer;

abdm_core::endpoint! {
    /// The facility has sent an OTP, or why not: its answer as it is, but for the `REQUEST-ID`,
    /// which is that of the app's choice.
    pub OnLinkOffered {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/patient/care-context/on-init",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: LinkInitAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkInit,
        source: "phr-simulator.md 2",
    }
}
