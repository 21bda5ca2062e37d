//! Refusals made odd: whatever is done to them, the refusal still stands in the answer.

use serde_json::{Value, json};

use super::super::reader::same_name;
use super::{Dice, Json, OddAnswer, around, extra, object_at, objects, padded, respelt};
use crate::error::AUTH_RESULT;

/// Refusals as ABDM hides them in a 2xx (gateway.md 7, m1-abha.md 5, live-measurements.md 14), the
/// values made up.
#[must_use]
pub fn refusals() -> Vec<Value> {
    vec![
        json!({"error": {"code": "ABDM-1037", "message": "Counter and Care context count mismatch"}}),
        json!({"error": {"code": "ABDM-1062: ", "message": "M"}, "response": {"requestId": "y"}}),
        json!([{"error": {"code": 2500, "message": "Facility"}}]),
        json!([{"error": {"code": "ABDM-9999: ", "message": "M"}}, {"error": {"code": "ABDM-1006"}}]),
        json!({"code": "ABDM-1001", "message": "No data found"}),
        json!({"code": "HIS-400", "message": "Bad request", "details": [
            {"code": "HIS-1070", "message": "Required", "attribute": {"key": "facilityName"}},
        ]}),
        json!({(AUTH_RESULT): "failed", "message": "OTP did not match", "accounts": []}),
        json!({(AUTH_RESULT): false, "txnId": "t"}),
        json!({"error": "Not Found", "status": 404, "path": "p", "timestamp": 1}),
        json!({"message": "done", "data": {"error": {"code": "ABDM-1024", "message": "M"}}}),
    ]
}

/// A refusal made odd, the same for the same seed: with up to six changes that take nothing of it
/// away. For what must never be taken for a success.
#[must_use]
pub fn odd_refusal(refusal: &Value, seed: u64) -> OddAnswer {
    let mut dice = Dice(seed);
    let mut json = Json::from(refusal);
    let mut done = Vec::new();
    for _ in 0..=dice.below(6) {
        done.push(change(&mut json, &mut dice));
    }
    let plain = json.to_string().into_bytes();
    let body = if dice.below(5) > 0 { plain } else { ["\u{feff} ".as_bytes(), &plain].concat() };
    OddAnswer { body, media_type: "application/json", json: Some(json), done }
}

fn change(json: &mut Json, dice: &mut Dice) -> &'static str {
    if dice.below(6) == 0 {
        return around(json, dice);
    }
    let mut place = dice.below(objects(json));
    match object_at(json, &mut place) {
        Some(members) if !members.is_empty() => inside(members, dice),
        _ => around(json, dice),
    }
}

/// Changes one member of an object, or adds one that says less than what stands there.
fn inside(members: &mut Vec<(String, Json)>, dice: &mut Dice) -> &'static str {
    let at = dice.below(members.len());
    let Some((name, node)) = members.get_mut(at) else {
        return "nothing";
    };
    match dice.below(7) {
        0 => {
            *node = Json::List(vec![node.clone()]);
            "a list of one"
        }
        1 => {
            *name = respelt(name, dice);
            "in another spelling"
        }
        2 => {
            *node = padded(node);
            "blanks around a text"
        }
        3 => {
            let fillers = [Json::Leaf(Value::Null), Json::Object(Vec::new())];
            let filler = dice.of(&fillers, Json::Leaf(Value::Null));
            if let Json::List(items) = node {
                items.insert(dice.below(items.len() + 1), filler);
            }
            "among fillers"
        }
        4 => {
            members.insert(at, extra(dice));
            "extra"
        }
        _ => {
            let name = if dice.below(2) == 0 { name.clone() } else { respelt(name, dice) };
            let accepted = same_name(&name, AUTH_RESULT);
            let silent = json!([null, "", {}, [], {"code": null, "message": ""}, [{}], "null"]);
            let twin = match dice.below(3) {
                0 => node.clone(),
                1 if accepted => Json::Leaf("success".into()),
                _ => {
                    let silent = silent.as_array().map(Vec::as_slice).unwrap_or_default();
                    Json::from(&dice.of(silent, Value::Null))
                }
            };
            let before = dice.below(2) == 0;
            members.insert(if before { at } else { at + 1 }, (name, twin));
            "twice"
        }
    }
}
