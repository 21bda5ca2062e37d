//! `ShareProfile`.

use abdm_core::headers::HiuHeaders;
use hip_services::api::sharing::{PatientShare, ShareAcknowledged};

use super::OnProfileShared;

abdm_core::endpoint! {
    /// Share the patient's profile with a counter whose code was scanned. Answered when the
    /// facility has answered, with its token; 408 ABDM-1007 when it does not in about 30 seconds.
    ///
    /// What a real app is answered is not published: a callback of its own brings it the token
    /// (phr-simulator.md 3). The sandbox's own app has no callback URL, so the answer brings it,
    /// too.
    pub ShareProfile {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/patient-share/v3/share",
        auth: SessionAndPhrUser,
        headers: HiuHeaders,
        request: PatientShare,
        response: ShareAcknowledged,
        success: OK,
        replay: Never,
        callback: OnProfileShared,
        errors: PatientShare,
        source: "m2-hip.md 6, phr-simulator.md 3",
    }
}
