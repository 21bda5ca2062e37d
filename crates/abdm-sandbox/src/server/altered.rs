//! Good answers that are changed on their way out, as switched: emptied (rulings.md 42), with fields
//! of another form (rulings.md 46), or with the parts of a birth date as numbers by turns (reality
//! 24).

use abdm_core::environment::Family;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use serde_json::Value;

use crate::engine::Engine;
use crate::switches::{Misshape, MisshapenFields, Switches};

/// The answer as it goes out.
pub(super) fn altered(
    engine: &Engine,
    endpoint: (&str, Family),
    answer: Response<Bytes>,
) -> Response<Bytes> {
    if !answer.status().is_success() {
        return answer;
    }
    let switches = engine.switches();
    let body = match altered_body(&switches, endpoint, answer.body()) {
        None if switches.loose_bodies && endpoint.1 != Family::Gateway => {
            birth_in_numbers(engine, answer.body())
        }
        body => body,
    };
    match body {
        Some(body) => {
            let (mut parts, _) = answer.into_parts();
            let json = HeaderValue::from_static("application/json");
            parts.headers.insert(header::CONTENT_TYPE, json);
            Response::from_parts(parts, Bytes::from(body))
        }
        None => answer,
    }
}

/// The parts of a birth date (m1-abha.md 9).
const BIRTH_PARTS: [&str; 3] = ["dayOfBirth", "monthOfBirth", "yearOfBirth"];

/// Every second answer that tells a birth date tells its parts as numbers.
fn birth_in_numbers(engine: &Engine, body: &[u8]) -> Option<String> {
    let mut json: Value = serde_json::from_slice(body).ok()?;
    let is_told = with_numbers(&mut json);
    let is_its_turn = is_told && !engine.world().turn("a birth date is told").is_multiple_of(2);
    is_its_turn.then(|| json.to_string())
}

/// Whether there was a part of a birth date, at any depth; each is a number then.
fn with_numbers(json: &mut Value) -> bool {
    match json {
        Value::Object(fields) => {
            let mut found = false;
            for (name, value) in fields {
                let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
                match number.filter(|_| BIRTH_PARTS.contains(&name.as_str())) {
                    Some(number) => {
                        *value = Value::from(number);
                        found = true;
                    }
                    None => found |= with_numbers(value),
                }
            }
            found
        }
        Value::Array(list) => {
            list.iter_mut().fold(false, |found, value| found | with_numbers(value))
        }
        _ => false,
    }
}

fn altered_body(
    switches: &Switches,
    (name, family): (&str, Family),
    body: &[u8],
) -> Option<String> {
    if switches.empty_answers.iter().any(|empty| empty == name) {
        return Some("{}".to_owned());
    }
    if switches.misshapen_fields.is_empty() || family == Family::Gateway {
        return None;
    }
    let json: Value = serde_json::from_slice(body).ok()?;
    let mut text = String::with_capacity(body.len());
    write(&json, &switches.misshapen_fields, &mut text);
    Some(text)
}

/// Writes JSON by hand: a doubled field has no place in a [`Value`].
fn write(json: &Value, kinds: &MisshapenFields, out: &mut String) {
    match json {
        Value::Object(fields) => {
            out.push('{');
            let mut is_first = true;
            let mut name_it = |name: &str, out: &mut String| {
                if !std::mem::take(&mut is_first) {
                    out.push(',');
                }
                out.push_str(&Value::from(name).to_string());
                out.push(':');
            };
            for (name, value) in fields {
                let Some(kind) = kinds.get(name) else {
                    name_it(name, out);
                    write(value, kinds, out);
                    continue;
                };
                for shaped in shaped(value, *kind) {
                    name_it(name, out);
                    out.push_str(&shaped.to_string());
                }
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(value, kinds, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// A field's values as they are written: none, one or two.
fn shaped(value: &Value, kind: Misshape) -> Vec<Value> {
    let value = value.clone();
    match kind {
        Misshape::Missing => Vec::new(),
        Misshape::Null => vec![Value::Null],
        Misshape::Doubled => vec![value.clone(), value],
        Misshape::Number => vec![Value::from(42)],
        Misshape::Text => vec![Value::from("as a text")],
        Misshape::Flag => vec![Value::from(true)],
        Misshape::List => vec![Value::from(vec![value])],
        Misshape::Object => vec![serde_json::json!({"value": value})],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(kind: Misshape) -> String {
        let json = json!({"a": "x", "list": [{"a": 1, "b": null}]});
        let mut text = String::new();
        write(&json, &MisshapenFields::from([("a".to_owned(), kind)]), &mut text);
        text
    }

    #[test]
    fn the_parts_of_a_birth_date_become_numbers_at_any_depth_and_nothing_else_does() {
        let mut json =
            json!({"accounts": [{"dayOfBirth": "06", "name": "7"}], "yearOfBirth": null});
        assert!(with_numbers(&mut json));
        assert_eq!(
            json,
            json!({"accounts": [{"dayOfBirth": 6, "name": "7"}], "yearOfBirth": null})
        );
        assert!(!with_numbers(&mut json!({"dayOfBirth": "", "pincode": "411001"})));
    }

    #[test]
    fn each_kind_changes_the_named_field_wherever_it_stands_and_nothing_else() {
        for (kind, expected) in [
            (Misshape::Missing, r#"{"list":[{"b":null}]}"#),
            (Misshape::Null, r#"{"a":null,"list":[{"a":null,"b":null}]}"#),
            (Misshape::Doubled, r#"{"a":"x","a":"x","list":[{"a":1,"a":1,"b":null}]}"#),
            (Misshape::Number, r#"{"a":42,"list":[{"a":42,"b":null}]}"#),
            (Misshape::Text, r#"{"a":"as a text","list":[{"a":"as a text","b":null}]}"#),
            (Misshape::Flag, r#"{"a":true,"list":[{"a":true,"b":null}]}"#),
            (Misshape::List, r#"{"a":["x"],"list":[{"a":[1],"b":null}]}"#),
            (Misshape::Object, r#"{"a":{"value":"x"},"list":[{"a":{"value":1},"b":null}]}"#),
        ] {
            assert_eq!(written(kind), expected);
        }
    }
}
