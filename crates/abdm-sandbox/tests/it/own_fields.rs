//! The fields of the sandbox's own calls against its description: nothing that is not described is
//! taken, at any depth, and what is described as a range is one.

use abdm_sandbox::Sandbox;
use http::Method;
use serde_json::{Map, Value, json};

use crate::own_api::{ctl, get, post};
use crate::support::{Raw, sandbox};

/// The switches that are maps of free names.
const MAPS: [&str; 3] = ["misshapen_fields", "failing_calls", "coded_refusals"];
/// The name of no field.
const STRANGER: &str = "strangerToAll";

/// An operation of the description.
struct Operation {
    method: Method,
    /// Behind `/sandbox/`, with something at the place of each variable.
    path: String,
    described: Value,
}

struct Description(Value);

impl Description {
    async fn of(sandbox: &Sandbox) -> Self {
        Self(get(sandbox, "openapi.json").await)
    }

    fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, operations)| {
            let path = path.strip_prefix("/sandbox/").unwrap();
            let path = path.replace("{linkId}", "1").replace("{address}", "ravi.example@sbx");
            let path = path.replace("{facilityId}", "OTHER").replace(['{', '}'], "");
            operations.as_object().unwrap().iter().map(move |(method, described)| Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                described: described.clone(),
            })
        });
        operations.collect()
    }

    /// A schema without references.
    fn follow(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
            return self.follow(&self.0["components"]["schemas"][name]);
        }
        match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => self.follow(only),
            _ => schema.clone(),
        }
    }

    fn body(&self, operation: &Operation) -> Option<Value> {
        let body = &operation.described["requestBody"]["content"]["application/json"]["schema"];
        (!body.is_null()).then(|| self.follow(body))
    }

    /// Values of this schema with every field that they can have: one for each alternative.
    fn samples(&self, schema: &Value) -> Vec<Value> {
        let schema = self.follow(schema);
        if let Some(alternatives) = schema["oneOf"].as_array() {
            return alternatives.iter().flat_map(|one| self.samples(one)).collect();
        }
        if let Some(fields) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "not strict: {schema:#}");
            let mut samples = vec![Map::new()];
            for (name, field) in fields {
                let values = self.samples(field);
                samples = values
                    .iter()
                    .flat_map(|value| {
                        samples.iter().map(move |sample| {
                            let mut sample = sample.clone();
                            sample.insert(name.clone(), value.clone());
                            sample
                        })
                    })
                    .take(16)
                    .collect();
            }
            return samples.into_iter().map(Value::Object).collect();
        }
        if schema["additionalProperties"].is_object() {
            let value = self.samples(&schema["additionalProperties"]).remove(0);
            return vec![json!({ "any": value })];
        }
        let chosen = schema["enum"].as_array().and_then(|known| known.first());
        vec![match (chosen, schema["type"].as_str()) {
            (Some(known), _) => known.clone(),
            (None, Some("array")) => json!([self.samples(&schema["items"]).remove(0)]),
            (None, Some("number" | "integer")) => {
                schema["minimum"].as_f64().map_or(json!(1), |least| json!(least as i64))
            }
            (None, Some("boolean")) => json!(true),
            (None, Some("string")) => json!("text"),
            _ => Value::Null,
        }]
    }
}

/// The places of objects with declared fields, as errors tell them and as JSON pointers.
fn objects(value: &Value, path: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            found.push((path.to_owned(), pointer.to_owned()));
            for (name, field) in fields {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                objects(field, &below, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                objects(item, &format!("{path}[{at}]"), &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}

fn told(answer: &Raw) -> (u16, String, String) {
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    (answer.status, text("code"), text("field"))
}

fn unknown(field: &str) -> (u16, String, String) {
    (400, "unknown-field".to_owned(), field.to_owned())
}

#[tokio::test]
async fn an_unknown_field_is_refused_in_every_object_of_every_body_with_its_place_and_what_was_meant()
 {
    let sandbox = sandbox().await;
    let description = Description::of(&sandbox).await;
    let (mut bodies, mut nested) = (0, 0);
    for operation in description.operations() {
        let Some(schema) = description.body(&operation) else {
            continue;
        };
        bodies += 1;
        for body in description.samples(&schema) {
            let mut places = Vec::new();
            objects(&body, "", "", &mut places);
            // The keys of a map are free.
            places.retain(|(path, _)| !MAPS.iter().any(|map| path.ends_with(map)));
            nested += places.len() - 1;
            for (path, pointer) in places {
                let at = |name: &str| {
                    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
                };
                let mut with = body.clone();
                let fields = with.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
                fields.insert(STRANGER.to_owned(), json!(1));
                let answer = ctl(&sandbox, operation.method.clone(), &operation.path, with).await;
                assert_eq!(
                    told(&answer),
                    unknown(&at(STRANGER)),
                    "{}: {}",
                    operation.path,
                    answer.text
                );

                let mut misspelt = body.clone();
                let fields = misspelt.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
                // The tag of alternatives must stay: without it nothing is known of the others.
                let meant = fields.keys().find(|name| *name != "fault").cloned();
                let Some(meant) = meant else {
                    continue;
                };
                let value = fields.remove(&meant).unwrap();
                let wrong = format!("{}_{}", &meant[..1], &meant[1..]);
                fields.insert(wrong.clone(), value);
                let answer =
                    ctl(&sandbox, operation.method.clone(), &operation.path, misspelt).await;
                assert_eq!(
                    told(&answer),
                    unknown(&at(&wrong)),
                    "{}: {}",
                    operation.path,
                    answer.text
                );
                let hint = format!("did you mean `{meant}`?");
                assert!(answer.text.contains(&hint), "{}: {}", operation.path, answer.text);
            }
        }
    }
    assert!(bodies >= 15 && nested >= 10, "{bodies} bodies with {nested} nested objects");
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_by_every_query_with_what_was_meant() {
    let sandbox = sandbox().await;
    let mut queries = 0;
    for operation in Description::of(&sandbox).await.operations() {
        let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
        let query = parameters.iter().find(|parameter| parameter["in"] == "query");
        let Some(name) = query.and_then(|parameter| parameter["name"].as_str()) else {
            continue;
        };
        queries += 1;
        let wrong = format!("{}_{}", &name[..1], &name[1..]);
        let path = format!("{}?{wrong}=1", operation.path);
        let answer = ctl(&sandbox, operation.method, &path, Value::Null).await;
        assert_eq!(told(&answer), unknown(&wrong), "{path}: {}", answer.text);
        assert!(answer.text.contains(&format!("did you mean `{name}`?")), "{}", answer.text);
    }
    assert!(queries >= 4, "{queries}");
}

/// The range of a schema that is a number or a list.
fn range(schema: &Value) -> Option<(f64, f64)> {
    Some((schema["minimum"].as_f64()?, schema["maximum"].as_f64()?))
}

#[tokio::test]
async fn every_switch_takes_what_its_description_allows_and_nothing_else() {
    let sandbox = sandbox().await;
    let description = Description::of(&sandbox).await;
    let schema = description.0["components"]["schemas"]["Switches"].clone();
    let set = async |name: &str, value: &Value| {
        let body = json!({ name: value });
        let answer = ctl(&sandbox, Method::PATCH, "switches", body).await;
        if answer.status != 200 {
            assert_eq!(told(&answer).2.split('[').next(), Some(name), "{}", answer.text);
        }
        answer.status
    };
    let defaults = serde_json::to_value(abdm_sandbox::Switches::default()).unwrap();
    for (name, field) in schema["properties"].as_object().unwrap() {
        let default = &defaults[name];
        let (good, wrong): (Vec<Value>, Vec<Value>) = if let Some((least, most)) = range(field) {
            (
                vec![json!(least as i64), json!(most as i64)],
                vec![json!(least as i64 - 1), json!(most as i64 + 1)],
            )
        } else if name == "seed" {
            (vec![json!(0), json!(u64::MAX)], vec![json!(-1), json!(1.5)])
        } else if default.is_boolean() {
            (vec![json!(true), json!(false)], vec![json!("true"), json!(1)])
        } else if let Some(known) = description.follow(field)["enum"].as_array() {
            (known.clone(), vec![json!("none-of-these")])
        } else if let Some(pattern) = field["pattern"].as_str() {
            assert_eq!((name.as_str(), pattern), ("fixed_otp", "^[0-9]{6}$"));
            (vec![json!("123456"), Value::Null], vec![json!("12345"), json!("abcdef"), json!("")])
        } else if field["type"] == "array" {
            let items = &field["items"];
            if let Some((least, most)) = range(items) {
                assert_eq!((&field["minItems"], &field["maxItems"]), (&json!(2), &json!(2)));
                (
                    vec![json!([least, most])],
                    vec![
                        json!([least - 1.0, most]),
                        json!([least, most + 1.0]),
                        json!([2, 1]),
                        json!([1]),
                        json!([1, 2, 3]),
                    ],
                )
            } else if let Some(known) = description.follow(items)["oneOf"].as_array() {
                let known: Vec<_> = known.iter().map(|one| one["enum"][0].clone()).collect();
                (vec![json!(known), json!([])], vec![json!(["none-of-these"])])
            } else if let Some(known) = items["enum"].as_array() {
                (vec![json!(known), json!([])], vec![json!(["none-of-these"])])
            } else {
                assert!(["programmes", "v0_5_facilities"].contains(&name.as_str()), "{name}");
                assert_eq!(items["pattern"], json!("\\S"));
                (vec![json!(["ANY"]), json!([])], vec![json!([" "]), json!([""])])
            }
        } else if name == "coded_refusals" {
            let texts = [("LinkCareContexts", "ABDM-1063"), ("OnNotifyContext", "ABDM-1006")];
            let wrong = [
                ("LinkCareContexts", "ABDM-0001"),
                ("OnDiscoverCareContexts", "ABDM-1010"),
                ("none-of-these", "ABDM-1063"),
            ];
            let switched = |(endpoint, code): (&str, &str)| json!({ endpoint: code });
            (texts.map(switched).to_vec(), wrong.map(switched).to_vec())
        } else if field["additionalProperties"].is_object() {
            // By the names of calls or of any fields.
            let by = if name == "failing_calls" { "LinkCareContexts" } else { "status" };
            let known = description.follow(&field["additionalProperties"]);
            let known: Vec<_> = known["oneOf"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["enum"][0].clone())
                .collect();
            (
                known.into_iter().map(|kind| json!({ by: kind })).collect(),
                vec![json!({ by: "none" })],
            )
        } else if let Some(known) = description.follow(field)["oneOf"].as_array() {
            (known.iter().map(|one| one["enum"][0].clone()).collect(), vec![json!("none")])
        } else {
            panic!("{name} is described without a range: {field:#}");
        };
        assert!(set(name, default).await == 200, "{name}: its default");
        for value in good {
            assert_eq!(set(name, &value).await, 200, "{name}: {value}");
        }
        for value in wrong {
            assert_eq!(set(name, &value).await, 400, "{name}: {value}");
        }
        assert!(set(name, default).await == 200, "{name}: its default once more");
    }
}

/// The same for every other number that is described with a range.
#[tokio::test]
async fn every_number_of_an_own_call_has_the_range_that_is_described() {
    let sandbox = sandbox().await;
    for (kind, id) in [("hips", "OTHER"), ("hius", "OTHER-HIU")] {
        let played = post(&sandbox, &format!("played/{kind}"), json!({ "id": id })).await;
        assert_eq!(played.status, 201);
    }
    let description = Description::of(&sandbox).await;
    let mut tried = 0;
    for operation in description.operations() {
        let path = operation.path.replace("hius/OTHER", "hius/OTHER-HIU");
        let outside = |(least, most): (f64, f64)| [least - 1.0, most + 1.0];
        for parameter in operation.described["parameters"].as_array().into_iter().flatten() {
            let (name, range) = (parameter["name"].as_str().unwrap(), range(&parameter["schema"]));
            for value in range.into_iter().flat_map(outside) {
                let path = format!("{path}?{name}={value}");
                let answer = ctl(&sandbox, operation.method.clone(), &path, Value::Null).await;
                assert_eq!(
                    told(&answer),
                    (400, "invalid".to_owned(), name.to_owned()),
                    "{path}: {}",
                    answer.text
                );
                tried += 1;
            }
        }
        let Some(schema) = description.body(&operation).filter(|_| path != "switches") else {
            continue;
        };
        for body in description.samples(&schema) {
            for (name, _) in body.as_object().unwrap() {
                let field = description.follow(&schema["properties"][name]);
                let field = if field.is_null() {
                    alternative(&description, &schema, &body, name)
                } else {
                    field
                };
                for value in range(&field).into_iter().flat_map(outside) {
                    let mut body = body.clone();
                    body[name] = json!(value as i64);
                    let answer = ctl(&sandbox, operation.method.clone(), &path, body).await;
                    assert_eq!(
                        told(&answer),
                        (400, "invalid".to_owned(), name.clone()),
                        "{path}: {}",
                        answer.text
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 20, "{tried}");
}

/// The field of that alternative which a body is one of.
fn alternative(description: &Description, schema: &Value, body: &Value, name: &str) -> Value {
    let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let is_one = |one: &Value| one["properties"]["fault"]["enum"][0] == body["fault"];
    let field = alternatives.into_iter().find(is_one).map(|one| one["properties"][name].clone());
    description.follow(&field.unwrap_or_default())
}
