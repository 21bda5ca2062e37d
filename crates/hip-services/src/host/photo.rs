//! Photos in a shared profile are dropped on arrival: never stored, logged or handed on (rulings.md
//! 33).

use abdm_core::message::Inbound;
use abdm_core::wire::parse_json;
use bytes::Bytes;
use serde_json::Value;

/// The message without any photo, or as it came when there is none.
pub(crate) fn drop_photos(mut inbound: Inbound) -> Inbound {
    inbound.body = without_photos(&inbound.body);
    inbound
}

fn without_photos(body: &Bytes) -> Bytes {
    let Some(mut message) = parse_json::<Value>(body) else {
        return body.clone();
    };
    if !drop_from(&mut message) {
        return body.clone();
    }
    serde_json::to_vec(&message).map_or_else(|_| Bytes::new(), Bytes::from)
}

/// Whether there was one.
fn drop_from(value: &mut Value) -> bool {
    let mut any = false;
    match value {
        Value::Object(fields) => {
            let before = fields.len();
            fields.retain(|name, _| !is_photo(name));
            any = fields.len() < before;
            for field in fields.values_mut() {
                any |= drop_from(field);
            }
        }
        Value::Array(items) => {
            for item in items {
                any |= drop_from(item);
            }
        }
        _ => {}
    }
    any
}

/// `kycPhoto`, `profilePhoto`, `photo`, `PHOTOGRAPH`, `profilePicture`, `image` …
fn is_photo(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["photo", "picture", "image", "selfie"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Ruling 33.
    #[test]
    fn every_photo_is_dropped_and_the_rest_stays_as_it_came() {
        let with =
            br#"{"intent":"PROFILE_SHARE","profile":{"patient":{"kycPhoto":"AAAA","name":"A",
            "more":[{"profile_photo":"BBBB"},{"Picture":{"data":"CCCC"},"dob":"1999-06-26"}]}}}"#;
        let without = without_photos(&Bytes::from_static(with));
        let text = std::str::from_utf8(&without).unwrap();
        assert!(!["AAAA", "BBBB", "CCCC"].iter().any(|photo| text.contains(photo)), "{text}");
        assert!(text.contains(r#""dob":"1999-06-26""#) && text.contains(r#""name":"A""#));
        let plain = Bytes::from_static(br#"{ "profile" : {"patient":{"name":"A"}} }"#);
        assert_eq!(without_photos(&plain), plain);
        let marked = Bytes::from(["\u{feff}".as_bytes(), with].concat());
        assert_eq!(without_photos(&marked), without, "a byte order mark hides no photo");
        let broken = Bytes::from_static(b"{");
        assert_eq!(without_photos(&broken), broken);
    }
}
