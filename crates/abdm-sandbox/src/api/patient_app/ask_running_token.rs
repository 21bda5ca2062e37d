//! `AskRunningToken`.

use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::sharing::RunningTokenQuery;

use super::OnTokenServed;

abdm_core::endpoint! {
    /// Ask which token is being served at a counter. Only for a patient who holds a token there
    /// today.
    pub AskRunningToken {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/patient-share/v3/running-token/status",
        auth: SessionAndPhrUser,
        headers: HiuHeaders,
        request: RunningTokenQuery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnTokenServed,
        errors: RunningToken,
        source: "m2-hip.md 6.1",
    }
}
