//! `OnTokenServed`.

use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::sharing::RunningTokenAnswer;

abdm_core::endpoint! {
    /// Which token is being served at a counter: the facility's answer as it is, but for the
    /// `REQUEST-ID`, which is that of the app's question.
    pub OnTokenServed {
        method: POST,
        family: Bridge,
        path: "/api/v3/hiu/running-token/on-status",
        auth: SignedCallback,
        headers: HiuHeaders,
        request: RunningTokenAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: RunningToken,
        source: "m2-hip.md 6.1",
    }
}
