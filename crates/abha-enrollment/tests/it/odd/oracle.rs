//! What stands in an answer, found without the reader that is tested.

use abdm_core::wire::odd::Json;
use serde_json::Value;

/// ABHA numbers, as the crate writes them.
pub(crate) type WholeNumbers = Vec<String>;

/// The whole ABHA numbers that stand where this endpoint's answer has its own: on top level, in the
/// profile's block, or in the only account. The answer may be wrapped once, and anything listed
/// alone.
pub(crate) fn whole_numbers(endpoint: &str, json: &Json) -> WholeNumbers {
    let mut found = Vec::new();
    let root = unwrapped(json);
    let of = |json: &Json, names: &[&str], found: &mut WholeNumbers| {
        for member in members(json, names) {
            found.extend(number_in(member));
        }
    };
    match endpoint {
        "EnrolByAadhaar" => {
            of(root, &["abhanumber", "healthidnumber"], &mut found);
            for block in members(root, &["abhaprofile"]) {
                of(alone(block), &["abhanumber"], &mut found);
            }
        }
        "EnrolByDocument" => {
            of(root, &["enrolmentnumber"], &mut found);
            let blocks = members(root, &["enrolprofile"]);
            // Two lists that differ are two applications to the reader, and neither is told.
            let listed = |block: &&Json| matches!(block, Json::List(_));
            if blocks.len() == 1 || !blocks.iter().any(listed) {
                for block in blocks {
                    of(alone(block), &["enrolmentnumber"], &mut found);
                }
            }
        }
        "FetchProfile"
        | "UpdateProfile"
        | "SearchAbhaNumber"
        | "FetchAddressProfile"
        | "FetchPhrProfile"
        | "UpdatePhrProfile" => of(root, &["abhanumber"], &mut found),
        "ClaimAbhaAddress" => of(root, &["healthidnumber", "abhanumber"], &mut found),
        "SearchAbhaAddress" | "SearchPhrAddress" => {
            of(root, &["healthidnumber"], &mut found);
        }
        "VerifyLogin"
        | "VerifyLoginInOneStep"
        | "VerifyEnrolmentOtp"
        | "VerifyChange"
        | "VerifyPhrChange"
        | "VerifyPhrEnrolment" => {
            for listed in members(root, &["accounts"]) {
                for account in elements(listed) {
                    of(account, &["abhanumber"], &mut found);
                }
            }
        }
        "VerifyAbhaAddress" => {
            for listed in members(root, &["users"]) {
                for user in elements(listed) {
                    of(user, &["abhanumber"], &mut found);
                }
            }
        }
        _ => {}
    }
    found
}

/// The addresses that an answer to a creation names as made.
pub(crate) fn addresses_made(json: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let mut of = |json: &Json, names: &[&str]| {
        for listed in members(json, names) {
            for address in elements(listed) {
                if let Json::Leaf(Value::String(text)) = alone(address)
                    && text.trim() == "odd.name@sbx"
                {
                    found.push("odd.name@sbx".to_owned());
                }
            }
        }
    };
    let root = unwrapped(json);
    of(root, &["abhaaddress", "preferredabhaaddress", "phraddress"]);
    for block in members(root, &["phrdetails"]) {
        of(alone(block), &["abhaaddress"]);
    }
    found
}

/// Every whole number that stands anywhere.
pub(crate) fn anywhere(json: &Json) -> WholeNumbers {
    match json {
        Json::Leaf(_) => number_in(json).into_iter().collect(),
        Json::List(items) => items.iter().flat_map(anywhere).collect(),
        Json::Object(members) => members.iter().flat_map(|(_, member)| anywhere(member)).collect(),
    }
}

/// What a list of one holds.
fn alone(json: &Json) -> &Json {
    match json {
        Json::List(items) if items.len() == 1 => alone(&items[0]),
        other => other,
    }
}

/// The answer without the wrapper around it, if that is all there is.
pub(crate) fn unwrapped(json: &Json) -> &Json {
    match alone(json) {
        Json::Object(members) if members.len() == 1 => {
            let (name, inner) = &members[0];
            let wraps = ["data", "response", "result"].contains(&folded(name).as_str());
            if wraps { alone(inner) } else { alone(json) }
        }
        other => other,
    }
}

pub(crate) fn folded(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

fn members<'j>(json: &'j Json, names: &[&str]) -> Vec<&'j Json> {
    match json {
        Json::Object(members) => members
            .iter()
            .filter(|(name, _)| names.contains(&folded(name).as_str()))
            .map(|(_, member)| member)
            .collect(),
        _ => Vec::new(),
    }
}

fn elements(json: &Json) -> Vec<&Json> {
    match json {
        Json::List(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn number_in(json: &Json) -> Option<String> {
    let text = match alone(json) {
        Json::Leaf(Value::String(text)) => text.trim().to_owned(),
        Json::Leaf(Value::Number(number)) => number.to_string(),
        _ => return None,
    };
    let number: abdm_core::person::AbhaNumber = text.parse().ok()?;
    Some(number.to_dashed())
}
