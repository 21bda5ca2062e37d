//! What happens, as lines of JSON: for whoever tests the program from outside.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::vocabulary::HiType;
use anyhow::Context as _;
use hip_services::flow::Failure;
use hip_services::{HipEvent, LinkedBy, OtpMessage, SharedProfile};
use serde_json::{Map, Value, json};

/// A file to which each event is appended as one line, flushed at once: ids, codes and counts; no
/// name, number, ABHA address, OTP, token or content of a document. Without a file, nothing.
#[derive(Debug, Clone, Default)]
pub struct EventLines {
    file: Option<Arc<Mutex<File>>>,
}

impl EventLines {
    /// Appends to this file, which is made where there is none.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn to(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(Self::default()) };
        let opened = OpenOptions::new().append(true).create(true).open(path);
        let file = opened.with_context(|| format!("--events: {}", path.display()))?;
        Ok(Self { file: Some(Arc::new(Mutex::new(file))) })
    }

    /// An event of the HIP.
    pub fn hip(&self, event: &HipEvent) {
        self.line(event.name(), Self::fields(event));
    }

    /// An OTP was handed over for sending.
    pub fn otp_sent(&self, otp: &OtpMessage) {
        self.line("otp-sent", json!({ "patient": otp.patient, "expiresAt": otp.expires_at }));
    }

    /// A patient who scanned a counter's code stands in its queue.
    pub fn profile_shared(&self, shared: &SharedProfile, token: &str) {
        let fields =
            json!({ "share": shared.share, "counter": shared.counter, "tokenNumber": token });
        self.line("profile-shared", fields);
    }

    /// The fields of an event's line. Each is named here: what is added to an event shows nothing by
    /// itself.
    #[must_use]
    pub fn fields(event: &HipEvent) -> Value {
        let mut named = json!({ "hipId": event.hip_id() });
        if let (Some(named), Value::Object(own)) = (named.as_object_mut(), fields(event)) {
            named.extend(own);
        }
        named
    }

    /// Another event of the program, with fields that hold no secret.
    pub fn line(&self, name: &str, fields: Value) {
        let Some(file) = &self.file else { return };
        let at = Value::from(format_timestamp(SystemClock.now()));
        let mut line = format!("{{\"at\":{at},\"event\":{}", Value::from(name));
        for (field, value) in fields.as_object().into_iter().flatten() {
            line.push_str(&format!(",{}:{value}", Value::from(field.as_str())));
        }
        line.push_str("}\n");
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // One write for the whole line, so that a reader never sees half of it.
        let written = file.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| file.flush()) {
            tracing::warn!(%error, "an event line could not be written");
        }
    }
}

fn fields(event: &HipEvent) -> Value {
    match event {
        HipEvent::Linked { care_contexts, already, linked_by, unknown_status, .. } => json!({
            "careContexts": care_contexts,
            "already": already,
            "linkedBy": match linked_by {
                LinkedBy::Facility => "facility",
                LinkedBy::Patient => "patient",
                _ => "other",
            },
            "statusIsKnown": unknown_status.is_none(),
        }),
        HipEvent::LinkUnknown { care_contexts, .. } => json!({ "careContexts": care_contexts }),
        HipEvent::LinkFailed { care_contexts, failure, .. } => {
            with_failure(json!({ "careContexts": care_contexts }), failure)
        }
        HipEvent::AutoLinkStopped { care_context, linked, failure, .. } => {
            with_failure(json!({ "careContexts": [care_context], "linked": linked }), failure)
        }
        HipEvent::DiscoveryAnswered { transaction_id, offered, explanation, .. } => json!({
            "transactionId": transaction_id,
            "offered": offered,
            "explanation": explanation,
        }),
        HipEvent::UserLinkFailed { transaction_id, failure, .. } => {
            with_failure(json!({ "transactionId": transaction_id }), failure)
        }
        HipEvent::ConsentGranted(terms) => json!({
            "consentId": terms.consent_id,
            "hiTypes": terms.hi_types.iter().map(HiType::as_str).collect::<Vec<_>>(),
            "careContexts": terms.care_contexts.len(),
            "from": terms.permission.date_range.from,
            "to": terms.permission.date_range.to,
            "dataEraseAt": terms.permission.data_erase_at.or(terms.data_erase_at),
        }),
        HipEvent::ConsentEnded { consent_id, status, .. } => {
            json!({ "consentId": consent_id, "status": status })
        }
        HipEvent::TransferRefused { transaction_id, consent_id, failure, .. } => with_failure(
            json!({ "transactionId": transaction_id, "consentId": consent_id }),
            failure,
        ),
        HipEvent::TransferEnded(report) => {
            let (mut contexts, status) = (Map::new(), &report.status_notification);
            for context in &status.status_responses {
                let outcome = json!(context.hi_status);
                contexts.insert(context.care_context_reference.to_string(), outcome);
            }
            json!({
                "transactionId": report.transaction_id,
                "consentId": report.consent_id,
                "status": status.session_status,
                "careContexts": contexts,
            })
        }
        HipEvent::PatientStatusChanged { standing, .. } => {
            json!({ "standing": standing.as_str() })
        }
        _ => json!({}),
    }
}

fn with_failure(mut fields: Value, failure: &Failure) -> Value {
    let why = json!({
        "code": failure.code,
        "class": failure.class.as_str(),
        "problem": failure.text,
    });
    if let (Some(fields), Value::Object(why)) = (fields.as_object_mut(), why) {
        fields.extend(why);
    }
    fields
}

#[cfg(test)]
mod tests {
    use hip_services::api::patient_status::AbhaStanding;

    use super::*;

    #[test]
    fn a_line_begins_with_time_and_event_and_names_no_person() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("events.jsonl");
        let events = EventLines::to(Some(&file)).unwrap();
        events.hip(&HipEvent::Linked {
            hip_id: "IN0000000001".parse().unwrap(),
            abha_address: "asha.test@sbx".parse().unwrap(),
            care_contexts: vec!["OPD-1".parse().unwrap()],
            already: false,
            linked_by: LinkedBy::Patient,
            unknown_status: None,
        });
        events.hip(&HipEvent::PatientStatusChanged {
            hip_id: "IN0000000001".parse().unwrap(),
            abha_address: "asha.test@sbx".parse().unwrap(),
            standing: AbhaStanding::Deactivated,
        });
        events.line("ended", json!({}));
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("asha"), "{text}");
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["careContexts"], json!(["OPD-1"]));
        assert_eq!(lines[0]["linkedBy"], "patient");
        assert_eq!(lines[0]["hipId"], "IN0000000001");
        assert_eq!(lines[1]["event"], "patient-status-changed");
        assert_eq!(lines[1]["standing"], "DEACTIVATED");
        assert_eq!(lines[2]["event"], "ended");
        assert!(text.starts_with("{\"at\":\"20"), "{text}");
    }
}
