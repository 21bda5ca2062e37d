//! `ConfirmLink`.

use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use hip_services::api::user_linking::Confirmation;

use super::OnRecordsLinked;

abdm_core::endpoint! {
    /// Confirm a link with the OTP that the facility has sent. Real apps write it as a number,
    /// which loses leading zeros.
    pub ConfirmLink {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/link/care-context/confirm",
        auth: SessionAndPhrUser,
        headers: HiuHeaders,
        request: Confirmation,
        response: Accepted,
        success: ACCEPTED,
        replay: Never,
        callback: OnRecordsLinked,
        errors: LinkConfirm,
        source: "phr-simulator.md 2",
    }
}
