//! The calls of V0.5 (m2-hip.md 10). Whatever breaks a rule is told by the specification's one code
//! for it, 1000, and what is wrong.

use abdm_core::endpoint::Endpoint as _;
use hip_services::api::patient_status::AcknowledgePatientStatusV05;
use hip_services::api::v0_5::consent::AcknowledgeConsentV05;
use hip_services::api::v0_5::health_information::{
    AcknowledgeHealthInformationRequestV05, NotifyHealthInformationV05,
};
use hip_services::api::v0_5::linking::{AddCareContexts, NotifyContextV05};
use hip_services::api::v0_5::sharing::AcknowledgeShareV05;
use hip_services::api::v0_5::sms::{NotifyBySmsV05, NotifyOfVisitBySmsV05};
use hip_services::api::v0_5::user_auth::{AcknowledgeAuth, ConfirmAuth, FetchAuthModes, InitAuth};
use hip_services::api::v0_5::user_linking::{
    AnswerDiscoveryV05, AnswerLinkConfirmV05, AnswerLinkInitV05,
};

use super::field::Form;
use super::say::Say;
use super::value;
use super::{Field, Rules};

const fn wrong(what: &'static str) -> Say {
    Say::Coded("ABDM-1000", what)
}

const fn text(path: &'static str, rule: fn(&str) -> bool, what: &'static str) -> Field {
    Field::needed(path, Form::Text(rule), wrong(what))
}

const fn object(path: &'static str, what: &'static str) -> Field {
    Field::needed(path, Form::Object, wrong(what))
}

const ANSWERED: Field = text("/resp/requestId", value::any, "Invalid resp");
const RESP: Field = object("/resp", "Invalid resp");
const ERROR: Field = Field::optional("/error", Form::Object, wrong("Invalid error"));
const CODE: Field =
    Field::needed("/error/code", Form::BareInteger(0, 999_999), wrong("Invalid error code"));
const TRANSACTION: Field = text("/transactionId", value::any, "Invalid transactionId");
const PHONE: &str = "Invalid phoneNo, it must be +91- and ten digits";

fn phone(text: &str) -> bool {
    let digits = text.strip_prefix("+91-").unwrap_or_default();
    digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

const QUERY: &[Field] = &[
    object("/query", "Invalid query"),
    text("/query/id", value::linked_address, "Invalid id"),
    text("/query/purpose", crate::services::v0_5::is_purpose, "Invalid purpose"),
    object("/query/requester", "Invalid requester"),
    text("/query/requester/type", value::any, "Invalid requester"),
    text("/query/requester/id", value::service_id, "Invalid requester"),
];

const PROOF: &[Field] = &[TRANSACTION, object("/credential", "Invalid credential")];

const ACKNOWLEDGED: &[Field] = &[RESP, ANSWERED, ERROR, CODE];

const LINK: &[Field] = &[
    object("/link", "Invalid link"),
    text("/link/accessToken", value::any, "Invalid access token"),
    object("/link/patient", "Invalid patient"),
    text("/link/patient/referenceNumber", value::reference, "Invalid patient"),
    text("/link/patient/display", value::display, "Invalid patient"),
    Field::needed(
        "/link/patient/careContexts",
        Form::List(1, usize::MAX),
        wrong("Invalid care contexts"),
    ),
    object("/link/patient/careContexts/*", "Invalid care contexts"),
    text("/link/patient/careContexts/*/referenceNumber", value::reference, "Invalid care contexts"),
    text("/link/patient/careContexts/*/display", value::display, "Invalid care contexts"),
];

const NOTICE: &[Field] = &[
    object("/notification", "Invalid notification"),
    object("/notification/patient", "Invalid patient"),
    text("/notification/patient/id", value::linked_address, "Invalid patient"),
    object("/notification/careContext", "Invalid care context"),
    text("/notification/careContext/patientReference", value::reference, "Invalid care context"),
    text(
        "/notification/careContext/careContextReference",
        value::reference,
        "Invalid care context",
    ),
    Field::needed("/notification/hiTypes", Form::List(1, usize::MAX), wrong("Invalid HI types")),
    object("/notification/hip", "Invalid HIP"),
    text("/notification/hip/id", value::service_id, "Invalid HIP"),
];

const SMS: &[Field] = &[
    object("/notification", "Invalid notification"),
    text("/notification/phoneNo", phone, PHONE),
    object("/notification/hip", "Invalid HIP"),
    text("/notification/hip/id", value::service_id, "Invalid HIP"),
];

const VISIT_SMS: &[Field] = &[
    object("/notification", "Invalid notification"),
    text("/notification/phoneNo", phone, PHONE),
    text("/notification/careContextInfo", value::any, "Invalid careContextInfo"),
    object("/notification/hip", "Invalid HIP"),
    text("/notification/hip/id", value::service_id, "Invalid HIP"),
];

const TRANSACTED: &[Field] = &[TRANSACTION, RESP, ANSWERED, ERROR, CODE];

const REPORT: &[Field] = &[
    object("/notification", "Invalid notification"),
    text("/notification/consentId", value::any, "Invalid consentId"),
    text("/notification/transactionId", value::any, "Invalid transactionId"),
    object("/notification/statusNotification", "Invalid statusNotification"),
    text("/notification/statusNotification/sessionStatus", value::any, "Invalid sessionStatus"),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(FetchAuthModes::META.name, QUERY),
        Rules::new(InitAuth::META.name, QUERY),
        Rules::new(ConfirmAuth::META.name, PROOF),
        Rules::new(AcknowledgeAuth::META.name, ACKNOWLEDGED),
        Rules::new(AddCareContexts::META.name, LINK),
        Rules::new(NotifyContextV05::META.name, NOTICE),
        Rules::new(NotifyBySmsV05::META.name, SMS),
        Rules::new(NotifyOfVisitBySmsV05::META.name, VISIT_SMS),
        Rules::new(AnswerDiscoveryV05::META.name, TRANSACTED),
        Rules::new(AnswerLinkInitV05::META.name, TRANSACTED),
        Rules::new(AnswerLinkConfirmV05::META.name, ACKNOWLEDGED),
        Rules::new(AcknowledgeConsentV05::META.name, ACKNOWLEDGED),
        Rules::new(AcknowledgeHealthInformationRequestV05::META.name, ACKNOWLEDGED),
        Rules::new(NotifyHealthInformationV05::META.name, REPORT),
        Rules::new(AcknowledgeShareV05::META.name, ACKNOWLEDGED),
        Rules::new(AcknowledgePatientStatusV05::META.name, ACKNOWLEDGED),
    ]
}
