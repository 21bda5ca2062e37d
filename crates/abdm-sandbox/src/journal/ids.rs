//! Which ids and patients a message names.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{ConsentId, ConsentRequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use serde_json::Value;

use crate::world::World;

/// So many ids of one name are noted: a list of a thousand contexts is no index.
const OF_ONE_NAME: usize = 32;

/// What a message names.
#[derive(Debug, Default)]
pub(crate) struct Mentioned {
    pub(crate) ids: BTreeMap<String, BTreeSet<String>>,
    pub(crate) addresses: BTreeSet<String>,
    pub(crate) answers: Option<String>,
}

impl Mentioned {
    pub(crate) fn of_body(body: &Value) -> Self {
        let mut mentioned = Self::default();
        mentioned.add(body);
        mentioned.answers = ["/response/requestId", "/resp/requestId"]
            .into_iter()
            .find_map(|path| Some(body.pointer(path)?.as_str()?.to_owned()));
        mentioned
    }

    /// Adds what stands in another body.
    pub(crate) fn add(&mut self, body: &Value) {
        self.walk("", body, 0);
    }

    fn walk(&mut self, parent: &str, value: &Value, depth: usize) {
        if depth > 32 {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    // `{"patient": {"id": …}}` names a patient.
                    let name = if name == "id" && !parent.is_empty() { parent } else { name };
                    self.walk(name, value, depth + 1);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.walk(parent, item, depth + 1);
                }
            }
            Value::String(text) => self.note(parent, text),
            _ => {}
        }
    }

    fn note(&mut self, name: &str, text: &str) {
        // What a person typed is ciphertext.
        if text.is_empty() || text.len() > 255 || name == "loginId" {
            return;
        }
        if text.contains('@') && text.parse::<AbhaAddress>().is_ok() {
            self.addresses.insert(text.to_owned());
            return;
        }
        let is_reference = name.ends_with("Id") || name.ends_with("Reference");
        let is_uuid = || uuid::Uuid::try_parse(text).is_ok();
        if is_reference || is_uuid() || matches!(name, "hip" | "hiu") {
            let ids = self.ids.entry(name.to_owned()).or_default();
            if ids.len() < OF_ONE_NAME {
                ids.insert(text.to_owned());
            }
        }
    }

    /// The patients whose consents and transfers these ids are.
    pub(crate) fn patients(
        ids: &BTreeMap<String, BTreeSet<String>>,
        world: &World,
    ) -> BTreeSet<String> {
        let ids = ids.iter().filter(|(name, _)| !matches!(name.as_str(), "hip" | "hiu"));
        let texts = ids.flat_map(|(_, ids)| ids);
        texts.filter_map(|text| patient(text, world)).map(|address| address.to_string()).collect()
    }
}

fn patient<'a>(id: &str, world: &'a World) -> Option<&'a AbhaAddress> {
    let of_consent = |id: &ConsentId| Some(&world.artefacts.get(id)?.detail.patient.id);
    let request = ConsentRequestId::new(id).ok()?;
    if let Some(request) = world.consent_requests.get(&request) {
        return Some(&request.terms.patient.id);
    }
    if let Some(address) = ConsentId::new(id).ok().as_ref().and_then(of_consent) {
        return Some(address);
    }
    let transaction = TransactionId::new(id).ok()?;
    if let Some(linking) = world.user_links.get(&transaction) {
        return Some(&linking.app.address);
    }
    let transfer = world.transfers.get(&transaction)?;
    of_consent(&transfer.consent)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_found_by_its_ids_and_patients() {
        let body = json!({
            "notification": {
                "consentRequestId": "c-1",
                "consentArtefacts": [{"id": "2a3b4c5d-0000-4000-8000-000000000001"}],
                "patient": {"id": "ravi.example@sbx"},
            },
            "loginId": "ciphertext", "name": "nobody's id",
            "response": {"requestId": "r-1"},
        });
        let mentioned = Mentioned::of_body(&body);
        assert_eq!(mentioned.answers.as_deref(), Some("r-1"));
        assert!(mentioned.addresses.contains("ravi.example@sbx"));
        let names: Vec<_> = mentioned.ids.keys().map(String::as_str).collect();
        assert_eq!(names, ["consentArtefacts", "consentRequestId", "requestId"]);
    }
}
