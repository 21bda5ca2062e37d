//! `FetchPhrCertificate`.

use abdm_core::wire::NoBody;

use crate::api::certificate::PublicCertificate;

abdm_core::endpoint! {
    /// Fetch the public key that encrypts fields for the PHR families, web and app. Not the ABHA
    /// family's key: that one is longer, and refused here.
    pub FetchPhrCertificate {
        method: GET,
        family: PhrApp,
        path: "/login/public/certificate",
        auth: Session,
        request: NoBody,
        response: PublicCertificate,
        success: OK,
        replay: Safe,
        errors: AppLogin,
        source: "m1-abha.md 4",
    }
}
