//! `EnrolPhrAddress`.

use crate::api::address::{AddressEnrolled, EnrolAddressRequest};

abdm_core::endpoint! {
    /// Create an ABHA address. Taken: 400 with ABDM-9999 and "This ABHA Address already exists".
    pub EnrolPhrAddress {
        method: POST,
        family: PhrApp,
        path: "/enrollment/enrol",
        auth: Session,
        request: EnrolAddressRequest,
        response: AddressEnrolled,
        success: OK,
        replay: Never,
        errors: AppAddress,
        source: "m1-abha.md 11",
    }
}
