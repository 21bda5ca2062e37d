//! The loose variants that live callbacks come in (realities 4 and 24).

use abdm_core::endpoint::Endpoint as _;
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hiu_services::api::consent::OnFetchConsent;
use serde_json::{Value, json};

/// Makes a body as loose as the live one of this callback.
pub(super) fn loosen(name: &str, body: &mut Value) {
    if name == OnHealthInformationRequest::META.name {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("requestId".to_owned(), json!(""));
            fields.insert("timestamp".to_owned(), json!(""));
        }
    } else if name == OnConsentNotify::META.name {
        // Real notices to a HIP leave out who asked (m2-hip.md 7).
        let detail = body.pointer_mut("/notification/consentDetail");
        if let Some(Value::Object(detail)) = detail {
            detail.remove("hiu");
            detail.remove("requester");
        }
        number_texts(body.pointer_mut("/notification/consentDetail/permission/frequency"));
    } else if name == OnFetchConsent::META.name {
        number_texts(body.pointer_mut("/consent/consentDetail/permission/frequency"));
    }
}

/// `value` and `repeats` arrive as texts.
fn number_texts(frequency: Option<&mut Value>) {
    let Some(Value::Object(frequency)) = frequency else {
        return;
    };
    for name in ["value", "repeats"] {
        if let Some(value @ Value::Number(_)) = frequency.get_mut(name) {
            *value = Value::String(value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_notice_has_texts_for_numbers_and_no_hiu() {
        let mut body = json!({"notification": {"consentDetail": {
            "hiu": {"id": "x"}, "requester": {"name": "y"}, "hip": {"id": "z"},
            "permission": {"frequency": {"unit": "HOUR", "value": 1, "repeats": 0}},
        }}});
        loosen(OnConsentNotify::META.name, &mut body);
        assert_eq!(
            body,
            json!({"notification": {"consentDetail": {
                "hip": {"id": "z"},
                "permission": {"frequency": {"unit": "HOUR", "value": "1", "repeats": "0"}},
            }}})
        );
    }
}
