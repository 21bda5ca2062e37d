//! `NotifyHealthInformationV05`.

use abdm_core::api::data_flow::{HealthInformationReport, NotifyHealthInformation};
use abdm_core::wire::Accepted;

use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Report how a transfer ended.
    pub NotifyHealthInformationV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/health-information/notify",
        auth: Session,
        envelope: Body,
        request: HealthInformationReport,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: DataNotify,
        source: "m2-hip.md 10",
    }
}

same_body! { call NotifyHealthInformationV05 => NotifyHealthInformation; }
