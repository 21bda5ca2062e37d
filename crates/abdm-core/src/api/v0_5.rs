//! What every role needs of ABDM's legacy V0.5, and [`ALL`] of it. Feature `v0_5`.
//!
//! The session and the registration of the bridge are those of V3: the same token opens both
//! (gateway.md 3).

use super::gateway::JsonWebKeys;
use crate::endpoint::{Endpoint, Metadata};
use crate::wire::NoBody;

/// Every endpoint declared here.
pub const ALL: &[&Metadata] = &[&FetchCertificatesV05::META];

crate::endpoint! {
    /// The public keys that sign callbacks of V0.5. Another set than V3's, and open to everybody.
    pub FetchCertificatesV05 {
        method: GET,
        family: Gateway,
        path: "/gateway/v0.5/certs",
        auth: NoAuth,
        request: NoBody,
        response: JsonWebKeys,
        success: OK,
        replay: Safe,
        errors: GatewayKeys,
        source: "gateway.md 5",
    }
}
