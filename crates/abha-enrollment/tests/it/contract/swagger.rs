//! Swaggers: the requests and replies that their examples show.

use serde_json::Value;

use super::saved::{Reply, Saved, Target};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn operations(root: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = root["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter_map(move |method| Some((method, path.as_str(), item.get(method)?)))
    })
}

/// The operations of a swagger of any version: method, and path below `/api`.
pub(super) fn calls(text: &str) -> Vec<(String, String)> {
    let root: Value = serde_saphyr::from_str(text).unwrap();
    operations(&root).map(|(method, path, _)| (method.to_uppercase(), path.to_owned())).collect()
}

/// Every operation of an OpenAPI 3 file, with its examples.
pub(super) fn read(text: &str) -> Vec<Saved> {
    let root: Value = serde_saphyr::from_str(text).unwrap();
    let server = root["servers"][0]["url"].as_str().unwrap();
    operations(&root)
        .map(|(method, path, operation)| {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let mut headers: Vec<String> = list(&operation["parameters"])
                .iter()
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
                headers,
                bodies: examples(&operation["requestBody"]),
                replies: replies.collect(),
            }
        })
        .collect()
}

/// The examples of a body, wherever this swagger puts them.
fn examples(body: &Value) -> Vec<Value> {
    let content = body["content"].as_object().into_iter().flatten();
    let mut found = Vec::new();
    for (_, kind) in content {
        found.extend(kind.get("example").cloned());
        found.extend(kind["schema"].get("example").cloned());
        let several = kind["examples"].as_object().into_iter().flatten();
        found.extend(several.filter_map(|(_, example)| example.get("value").cloned()));
    }
    found
}
