//! Headers that only a source or only we have.

use abdm_contract::Difference;
use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::{AUTHORIZATION, HIP_ID, LINK_TOKEN, REQUEST_ID, TIMESTAMP};
use hip_services::api::hip_linking::NotifyContext;
use hip_services::api::user_linking::AnswerLinkConfirm;

pub(super) const DIFFERENCES: &[Difference] = &[
    Difference::we_send(
        "content-type",
        |saved, _| saved.method != "GET",
        "`Content-Type` is written by Postman itself where the collection does not list it",
    ),
    Difference::we_send(
        AUTHORIZATION,
        |_, _| true,
        "the session token goes with every call but the session's own; the collection leaves it out of the link \
         token and of the keys (gateway.md 2)",
    ),
    Difference::we_send(
        REQUEST_ID,
        |_, meta| meta.name == PushHealthInformation::META.name,
        "`REQUEST-ID` goes with a data push too, so that a repetition can be recognised (m2-hip.md 8.3)",
    ),
    Difference::we_send(
        TIMESTAMP,
        |_, meta| meta.name == PushHealthInformation::META.name,
        "`TIMESTAMP` goes with a data push too, so that a repetition can be recognised (m2-hip.md 8.3)",
    ),
    Difference::we_send(
        HIP_ID,
        |_, meta| meta.name == AnswerLinkConfirm::META.name,
        "`X-HIP-ID` is missing at the answer to a confirmation, which ABDM refuses without it (m2-hip.md 5.6)",
    ),
    Difference::they_list(
        LINK_TOKEN,
        |_, meta| meta.name == NotifyContext::META.name,
        "`X-LINK-TOKEN` stands at the notice of new records in the collection alone (gateway.md 2)",
    ),
];
