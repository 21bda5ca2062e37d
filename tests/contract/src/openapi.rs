//! OpenAPI files: the requests and replies that their examples show.

use serde_json::{Map, Value};

use crate::saved::{Reply, Saved, Target};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn operations(root: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = root["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter_map(move |method| Some((method, path.as_str(), item.get(method)?)))
    })
}

/// The operations of a file of any version: `METHOD path`, without the first slash.
pub(crate) fn calls(text: &str) -> Vec<String> {
    let root: Value = serde_saphyr::from_str(text).unwrap();
    let calls = operations(&root).map(|(method, path, _)| {
        format!("{} {}", method.to_uppercase(), path.trim_start_matches('/'))
    });
    calls.collect()
}

/// Every operation of an OpenAPI 3 file, with the examples that `examples` finds in a body.
pub(crate) fn read(text: &str, examples: fn(&Value) -> Vec<Value>) -> Vec<Saved> {
    let root: Value = serde_saphyr::from_str(text).unwrap();
    let server = root["servers"][0]["url"].as_str().unwrap().trim_end_matches('/');
    operations(&root)
        .map(|(method, path, operation)| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut headers: Vec<String> = parameters
                .map(|parameter| resolved(&root, parameter))
                .filter(|parameter| parameter["in"] == "header")
                .filter_map(|parameter| Some(parameter["name"].as_str()?.to_lowercase()))
                .collect();
            if operation.get("security").is_some() {
                headers.push(abdm_core::headers::AUTHORIZATION.to_owned());
            }
            headers.sort();
            let responses = operation["responses"].as_object().into_iter().flatten();
            let replies = responses.flat_map(|(status, response)| {
                let status = status.parse().unwrap();
                examples(response).into_iter().map(move |example| {
                    let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
                    Reply::new(status, &text)
                })
            });
            Saved {
                place: operation["summary"].as_str().unwrap_or(path).trim().to_owned(),
                method: method.to_uppercase(),
                url: Target::read(&format!("{server}{path}")),
                headers: Some(headers),
                bodies: examples(&operation["requestBody"]),
                replies: replies.collect(),
                unread: Vec::new(),
            }
        })
        .collect()
}

/// What a `$ref` within the file points at.
fn resolved<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    let target = value["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(value)
}

/// The schemas and examples of a body, one for each media type.
fn contents(body: &Value) -> impl Iterator<Item = &Value> {
    body["content"].as_object().into_iter().flatten().map(|(_, kind)| kind)
}

/// The examples of whole bodies, wherever a file puts them.
pub(crate) fn whole(body: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for kind in contents(body) {
        found.extend(kind.get("example").cloned());
        found.extend(kind["schema"].get("example").cloned());
        let several = kind["examples"].as_object().into_iter().flatten();
        found.extend(several.filter_map(|(_, example)| example.get("value").cloned()));
    }
    found
}

/// The bodies that the examples of the fields make, one for each alternative of the schema.
pub(crate) fn by_field(body: &Value) -> Vec<Value> {
    contents(body).flat_map(|kind| made(&kind["schema"])).collect()
}

fn made(schema: &Value) -> Vec<Value> {
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return alternatives.iter().flat_map(made).collect();
    }
    if let Some(example) = schema.get("example") {
        // YAML takes a bare 43 for a number, whatever the field's type says.
        let is_text = schema["type"] == "string" && example.is_number();
        return vec![if is_text { example.to_string().into() } else { example.clone() }];
    }
    let Some(fields) = schema["properties"].as_object() else { return Vec::new() };
    let fields = fields.iter().filter_map(|(name, field)| {
        made(field).into_iter().next().map(|value| (name.clone(), value))
    });
    vec![Value::Object(fields.collect::<Map<_, _>>())]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_fields_make_a_body_for_each_alternative() {
        let text = json!({"type": "string", "example": 43});
        let inner = json!({"type": "object", "properties": {"b": text}});
        let one = json!({"properties": {"a": inner, "without": {"type": "string"}}});
        let other = json!({"properties": {"c": {"type": "number", "example": 1}}});
        let body = json!({"content": {"application/json": {"schema": {"oneOf": [one, other]}}}});
        assert_eq!(by_field(&body), [json!({"a": {"b": "43"}}), json!({"c": 1})]);
    }
}
