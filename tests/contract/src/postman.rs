//! Postman exports, whole ones and those that have been shortened to plain texts.

use serde_json::Value;

use crate::saved::{Reply, Saved, Target, bodies, with_values};

/// Placeholders and the values that stand for them.
type Values<'a> = &'a [(&'a str, &'a str)];

/// Every request of an export, in its order, and after it the callbacks that its replies show.
pub(crate) fn read(text: &str, values: Values<'_>) -> Vec<Saved> {
    let root: Value = serde_json::from_str(text).unwrap();
    let mut all = Vec::new();
    walk(&root["item"], "", values, &mut all);
    all
}

fn walk(items: &Value, above: &str, values: Values<'_>, all: &mut Vec<Saved>) {
    for item in items.as_array().into_iter().flatten() {
        let name = item["name"].as_str().unwrap_or_default().trim();
        let place = if above.is_empty() { name.to_owned() } else { format!("{above} / {name}") };
        if item.get("item").is_some() {
            walk(&item["item"], &place, values, all);
        } else {
            request(place, item, values, all);
        }
    }
}

/// A text, or the object around it.
fn raw(value: &Value) -> &str {
    value.as_str().or_else(|| value["raw"].as_str()).unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn request(place: String, item: &Value, values: Values<'_>, all: &mut Vec<Saved>) {
    let request = &item["request"];
    let mut headers: Vec<String> = list(&request["header"])
        .iter()
        .filter(|header| header["disabled"] != true)
        .filter_map(|header| Some(header["key"].as_str()?.to_lowercase()))
        .collect();
    // The setting of Postman that writes the session token.
    if request["auth"] == "bearer" || request["auth"]["type"] == "bearer" {
        headers.push(abdm_core::headers::AUTHORIZATION.to_owned());
    }
    headers.sort();
    headers.dedup();
    // Beside a reply stands the request that it answers, with values in place of placeholders.
    let answered =
        list(&item["response"]).iter().map(|reply| raw(&reply["originalRequest"]["body"]));
    let mut sent: Vec<Value> = Vec::new();
    for body in std::iter::once(raw(&request["body"])).chain(answered) {
        for body in bodies(&with_values(body, values)) {
            if !sent.contains(&body) {
                sent.push(body);
            }
        }
    }
    let (mut replies, mut callbacks, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for reply in list(&item["response"]) {
        let status = reply["code"].as_u64().map_or(200, |code| u16::try_from(code).unwrap());
        let text = reply["body"].as_str().unwrap_or_default();
        if tells_callbacks(text) {
            replies.push(Reply::new(status, ""));
            callbacks_in(text, &place, &mut callbacks, &mut unread);
        } else {
            replies.push(Reply::new(status, text));
        }
    }
    all.push(Saved {
        place,
        method: request["method"].as_str().unwrap_or_default().to_owned(),
        url: Target::read(&with_values(raw(&request["url"]), values)),
        headers: Some(headers),
        bodies: sent,
        replies,
        unread,
    });
    all.extend(callbacks);
}

/// Where the authors received callbacks.
const RECEIVER: &str = "https://webhook.site/";

/// Whether a reply's text is about the callbacks that follow.
fn tells_callbacks(text: &str) -> bool {
    text.contains(RECEIVER) && serde_json::from_str::<Value>(text).is_err()
}

/// The callbacks in a text: the URL at which each came, and after it its body.
fn callbacks_in(text: &str, place: &str, all: &mut Vec<Saved>, unread: &mut Vec<String>) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(RECEIVER) {
        if before.contains('{') {
            unread.push(before.to_owned());
        }
        let (url, after) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
        let path = url.split_once('/').map_or(url, |(_, path)| path);
        let mut json = serde_json::Deserializer::from_str(after).into_iter::<Value>();
        let Some(Ok(body)) = json.next() else {
            unread.push(after.to_owned());
            return;
        };
        all.push(Saved {
            place: format!("{place}, callback"),
            method: "POST".to_owned(),
            url: Target::of_callback(path),
            headers: None,
            bodies: vec![body],
            replies: Vec::new(),
            unread: Vec::new(),
        });
        rest = &after[json.byte_offset()..];
    }
    if rest.contains('{') {
        unread.push(rest.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn callbacks_in_a_reply_are_requests_of_their_own_and_what_is_cut_off_is_told() {
        let text =
            "2 callbacks\n\n1. https://webhook.site/<ID>/a/b\n{\"c\": 1}\n==\n2. {\n \"d\": ";
        assert!(tells_callbacks(text) && !tells_callbacks("{\"url\": \"https://webhook.site/x\"}"));
        let (mut all, mut unread) = (Vec::new(), Vec::new());
        callbacks_in(text, "here", &mut all, &mut unread);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].url.path.as_str(), &all[0].bodies), ("/a/b", &vec![json!({"c": 1})]));
        assert!(matches!(unread.as_slice(), [cut_off] if cut_off.contains("\"d\"")));
    }
}
