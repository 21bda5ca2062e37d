//! Postman exports.

use serde_json::Value;

use super::saved::{Reply, Saved, Target, bodies, with_values};

/// Every request of an export, in its order.
pub(super) fn read(text: &str) -> Vec<Saved> {
    let root: Value = serde_json::from_str(text).unwrap();
    let mut all = Vec::new();
    walk(&root["item"], "", &mut all);
    all
}

fn walk(items: &Value, above: &str, all: &mut Vec<Saved>) {
    for item in items.as_array().into_iter().flatten() {
        let name = item["name"].as_str().unwrap_or_default().trim();
        let place = if above.is_empty() { name.to_owned() } else { format!("{above} / {name}") };
        if item.get("item").is_some() {
            walk(&item["item"], &place, all);
        } else {
            all.push(request(place, item));
        }
    }
}

fn request(place: String, item: &Value) -> Saved {
    let request = &item["request"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut headers: Vec<String> = list(&request["header"])
        .iter()
        .filter(|header| header["disabled"] != true)
        .filter_map(|header| Some(header["key"].as_str()?.to_lowercase()))
        .collect();
    // The setting of Postman that writes the session token.
    if request["auth"] == "bearer" {
        headers.push(abdm_core::headers::AUTHORIZATION.to_owned());
    }
    headers.sort();
    headers.dedup();
    let replies = list(&item["response"]);
    let replies = replies.iter().map(|reply| {
        let status = reply["code"].as_u64().map_or(200, |code| u16::try_from(code).unwrap());
        Reply::new(status, reply["body"].as_str().unwrap_or_default())
    });
    Saved {
        place,
        method: request["method"].as_str().unwrap_or_default().to_owned(),
        url: Target::read(&with_values(request["url"].as_str().unwrap_or_default())),
        headers,
        bodies: bodies(request["body"].as_str().unwrap_or_default()),
        replies: replies.collect(),
    }
}
