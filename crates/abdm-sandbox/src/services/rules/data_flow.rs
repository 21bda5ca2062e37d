//! The transfer of health information (m2-hip.md 8, m3-hiu.md 3). This service answers flat.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::vocabulary::{HiStatus, NotifierType, SessionStatus};
use fidelius_crypto::KeyMaterial;
use hip_services::api::health_information::AcknowledgeHealthInformationRequest;
use hiu_services::api::health_information::RequestHealthInformation;
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::{Field, Rules, Seen, value};

/// A field whose every fault is told by one code.
const fn told(path: &'static str, form: Form, say: Say) -> Field {
    Field::needed(path, form, say).when_mistyped(say)
}

const INVALID: Say = Say::Flat("ABDM-1015", "Bad Request, invalid response");
const URL: Say = Say::Flat("ABDM-1015", "Invalid dataPushUrl");
const KEYS: Say = Say::Flat("ABDM-1015", "Invalid keyMaterial");
const RANGE: Say = Say::Flat("ABDM-1015", "Invalid dateRange");

const ASKED: &[Field] = &[
    told("/hiRequest", Form::Object, INVALID),
    told("/hiRequest/consent", Form::Object, INVALID),
    told("/hiRequest/consent/id", Form::Text(value::any), INVALID),
    told("/hiRequest/dateRange", Form::Object, RANGE),
    told("/hiRequest/dateRange/from", Form::Instant(value::readable), RANGE),
    told("/hiRequest/dateRange/to", Form::Instant(value::readable), RANGE),
    told("/hiRequest/dataPushUrl", Form::Text(value::is_push_url), URL),
    told("/hiRequest/keyMaterial", Form::Object, KEYS),
    told("/hiRequest/keyMaterial/cryptoAlg", Form::Text(value::any), KEYS),
    told("/hiRequest/keyMaterial/curve", Form::Text(value::any), KEYS),
    told("/hiRequest/keyMaterial/dhPublicKey", Form::Object, KEYS),
    told("/hiRequest/keyMaterial/dhPublicKey/expiry", Form::Text(value::any), KEYS),
    told("/hiRequest/keyMaterial/dhPublicKey/parameters", Form::Text(value::any), KEYS),
    told("/hiRequest/keyMaterial/dhPublicKey/keyValue", Form::Text(value::any), KEYS),
    told("/hiRequest/keyMaterial/nonce", Form::Text(value::any), KEYS),
];

/// Keys that no HIP could encrypt for. The live consent manager does not look: it is a switch.
fn usable_keys(seen: &Seen<'_>) -> Option<Say> {
    // Odd keys of a played HIU are a habit: the HIP under test must meet them.
    if !seen.switches.check_key_material || seen.is_played {
        return None;
    }
    let json = seen.json.pointer("/hiRequest/keyMaterial").cloned().unwrap_or_default();
    let Ok(material) = serde_json::from_value::<KeyMaterial>(json) else {
        return Some(KEYS);
    };
    if let Err(error) = material.check() {
        tracing::warn!(%error, "keyMaterial: no HIP could encrypt for it");
        return Some(KEYS);
    }
    // The keys are the caller's, and live by the caller's clock.
    let expiry = seen.text("/hiRequest/keyMaterial/dhPublicKey/expiry");
    if abdm_core::clock::parse_timestamp(expiry).is_none() {
        return Some(KEYS);
    }
    material
        .is_expired(seen.unmoved)
        .then_some(Say::Flat("ABDM-1015", "Invalid keyMaterial: the key has expired"))
}

const REQUEST: Say = Say::Flat("ABDM-1031", "Invalid request");

const fn of_request(path: &'static str, form: Form) -> Field {
    told(path, form, REQUEST)
}

const ANSWERED: &[Field] = &[
    of_request("/response", Form::Object),
    of_request("/response/requestId", Form::Text(value::any)),
    Field::optional("/hiRequest", Form::Object, REQUEST).when_mistyped(REQUEST),
    of_request("/hiRequest/transactionId", Form::Text(value::any)),
    of_request("/hiRequest/sessionStatus", Form::Text(acknowledged)),
    Field::optional("/error", Form::Object, REQUEST).when_mistyped(REQUEST),
    Field::optional("/error/code", Form::Text(value::error_code), REQUEST).when_mistyped(REQUEST),
];

fn acknowledged(text: &str) -> bool {
    text == SessionStatus::Acknowledged.as_str()
}

const REPORT: &[Field] = &[
    of_request("/notification", Form::Object),
    of_request("/notification/consentId", Form::Text(value::any)),
    of_request("/notification/transactionId", Form::Text(value::any)),
    of_request("/notification/doneAt", Form::Instant(value::readable)),
    of_request("/notification/notifier", Form::Object),
    of_request("/notification/notifier/type", Form::Text(notifier)),
    of_request("/notification/notifier/id", Form::Text(value::any)),
    of_request("/notification/statusNotification", Form::Object),
    of_request("/notification/statusNotification/sessionStatus", Form::Text(value::any)),
    of_request("/notification/statusNotification/hipId", Form::Text(value::service_id)),
    of_request("/notification/statusNotification/statusResponses", Form::List(1, usize::MAX)),
    of_request("/notification/statusNotification/statusResponses/*", Form::Object),
    of_request(
        "/notification/statusNotification/statusResponses/*/careContextReference",
        Form::Text(value::consented_reference),
    ),
    of_request(
        "/notification/statusNotification/statusResponses/*/hiStatus",
        Form::Text(value::any),
    ),
    of_request(
        "/notification/statusNotification/statusResponses/*/description",
        Form::Text(value::any),
    ),
];

fn notifier(text: &str) -> bool {
    NotifierType::ALL.iter().any(|known| known.as_str() == text)
}

/// Each side has words of its own; what the sandbox was seen to take beside them is taken here too
/// (m2-hip.md 0, rulings.md 21).
fn words_of_the_side(seen: &Seen<'_>) -> Option<Say> {
    let is_hip = seen.text("/notification/notifier/type") == NotifierType::Hip.as_str();
    let (sessions, states): (&[SessionStatus], &[HiStatus]) = if is_hip {
        (&[SessionStatus::Transferred, SessionStatus::Failed], HiStatus::ALL)
    } else {
        let sessions =
            &[SessionStatus::Received, SessionStatus::Transferred, SessionStatus::Failed];
        (sessions, &[HiStatus::Ok, HiStatus::Errored])
    };
    let status = seen.text("/notification/statusNotification/sessionStatus");
    let responses = seen.json.pointer("/notification/statusNotification/statusResponses");
    let mut responses = responses.and_then(Value::as_array).into_iter().flatten();
    let good = sessions.iter().any(|known| known.as_str() == status)
        && responses.all(|response| {
            let state = response.get("hiStatus").and_then(Value::as_str).unwrap_or_default();
            states.iter().any(|known| known.as_str() == state)
        });
    (!good).then_some(REQUEST)
}

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(RequestHealthInformation::META.name, ASKED).together(usable_keys),
        Rules::new(AcknowledgeHealthInformationRequest::META.name, ANSWERED),
        Rules::new(NotifyHealthInformation::META.name, REPORT).together(words_of_the_side),
    ]
}
