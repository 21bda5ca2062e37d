//! Where a source spells a request otherwise than we do: the newer form, and why.

use abdm_contract::{BodySlip, Correction, Saved, Spelling};
use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::endpoint::Endpoint;
use hip_services::api::hip_linking::{GenerateLinkToken, OnGenerateLinkToken};
use hip_services::api::sharing::AcknowledgeShare;
use serde_json::Value;

pub(super) const CORRECTIONS: &[Correction] = &[
    Correction {
        why: "the URL of the data push is an example: it is the one that the HIU gave",
        apply: |saved| moved::<PushHealthInformation>(saved, "api-hiu/data/notification"),
    },
    Correction {
        why: "the specifications of 2023 have `/hiecm/api` before `/v3/token/generate-token`, and today `/api/hiecm` \
              stands there",
        apply: |saved| moved::<GenerateLinkToken>(saved, "hiecm/api/v3/token/generate-token"),
    },
    Correction {
        why: "the specifications of 2023 answer a share at `/v3/patient/profile/on-share`",
        apply: |saved| moved::<AcknowledgeShare>(saved, "hiecm/api/v3/patient/profile/on-share"),
    },
    Correction {
        why: "the specifications of 2023 write the callback's base as a segment of its path, and the path without `/api`",
        apply: |saved| {
            moved::<OnGenerateLinkToken>(saved, "{callback_url}/v3/hip/token/on-generate-token")
        },
    },
    Correction {
        why: "the specifications of 2023 write the names of headers with underscores, which makes others of them",
        apply: |saved| {
            let mut changed = false;
            for name in saved.headers.iter_mut().flatten() {
                changed |= name.contains('_');
                *name = name.replace('_', "-");
            }
            changed
        },
    },
];

/// Moves a request whose path ends so to where it belongs.
fn moved<E: Endpoint>(saved: &mut Saved, ending: &str) -> bool {
    let found = saved.url.path.ends_with(ending);
    if found {
        saved.url.family = Some(E::META.family);
        saved.url.path = E::META.path.to_owned();
    }
    found
}

pub(super) const BODY_SLIPS: &[BodySlip] = &[BodySlip {
    why: "the request beside a refusal is wrong on purpose: an empty text stands where a value belongs",
    applies: |_, body| has_empty_text(body),
}];

fn has_empty_text(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().any(has_empty_text),
        Value::Object(fields) => fields.values().any(has_empty_text),
        _ => false,
    }
}

pub(super) const SPELLINGS: &[Spelling] = &[
    Spelling {
        why: "an older body of the callback URL names the bridge, too: today the session token does",
        apply: |body| body.get("url").is_some() && removed(body, "bridgeId"),
    },
    Spelling {
        why: "the answer to an SMS notice repeats the envelope of V0.5 as nulls",
        apply: |body| {
            let null = |name: &str| body.get(name).is_some_and(Value::is_null);
            let nulls = null("requestId") && null("timestamp");
            nulls && removed(body, "requestId") && removed(body, "timestamp")
        },
    },
    Spelling {
        why: "the answer to an SMS notice says `resp` for `response`, which we write (gateway.md 6)",
        apply: |body| {
            let Some(fields) = body.as_object_mut() else { return false };
            let answered = fields.remove("resp");
            answered.is_some_and(|id| fields.insert("response".to_owned(), id).is_none())
        },
    },
    Spelling {
        why: "a consent's frequency has its numbers as texts, and we write numbers (m2-hip.md 7)",
        apply: |body| {
            let frequency = "/notification/consentDetail/permission/frequency";
            let fields = body.pointer_mut(frequency).and_then(Value::as_object_mut);
            let mut changed = false;
            for value in fields.into_iter().flat_map(|fields| fields.values_mut()) {
                if let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok()) {
                    *value = number.into();
                    changed = true;
                }
            }
            changed
        },
    },
    Spelling {
        why: "the specification of 2023 has the token of a share beside its status, and the expiry as a number; today \
              they are texts in `profile` (m2-hip.md 6)",
        apply: |body| {
            let told = body.get_mut("acknowledgement").and_then(Value::as_object_mut);
            let Some(told) = told.filter(|told| told.contains_key("tokenNumber")) else {
                return false;
            };
            let mut profile = serde_json::Map::new();
            for name in ["context", "tokenNumber", "expiry"] {
                let text = match told.remove(name) {
                    Some(Value::String(text)) => text,
                    Some(value) => value.to_string(),
                    None => continue,
                };
                profile.insert(name.to_owned(), text.into());
            }
            told.insert("profile".to_owned(), profile.into());
            true
        },
    },
];

fn removed(body: &mut Value, field: &str) -> bool {
    body.as_object_mut().is_some_and(|fields| fields.remove(field).is_some())
}
