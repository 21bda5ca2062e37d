//! What a transcript does not keep.

use std::collections::BTreeMap;

use abdm_core::headers::{
    AUTH_TOKEN, AUTHORIZATION, LINK_TOKEN, REFRESH_TOKEN, TRANSFER_TOKEN, USER_TOKEN,
};
use serde_json::Value;

/// What stands for something that was left out.
const MASK: &str = "…";
/// So much of a ciphertext or photo is kept, to tell one from another.
const KEPT: usize = 16;

/// Headers that carry a token.
const TOKEN_HEADERS: &[&str] =
    &[AUTHORIZATION, USER_TOKEN, TRANSFER_TOKEN, REFRESH_TOKEN, AUTH_TOKEN, LINK_TOKEN, "cookie"];

/// Fields whose value is a secret, in lower case and without `_`.
const SECRET_FIELDS: &[&str] = &[
    "clientsecret",
    "accesstoken",
    "refreshtoken",
    "linktoken",
    "token",
    "idtoken",
    "jwt",
    "otp",
    "otpvalue",
    "password",
    "newpassword",
    "oldpassword",
    "confirmpassword",
    "secret",
    // What the helper of the PHR app family is to encrypt: in the clear.
    "data",
];

/// Fields whose value is ciphertext, a photo or a certificate.
const LONG_FIELDS: &[&str] = &[
    "loginid",
    "aadhaar",
    "aadhaarnumber",
    "content",
    "photo",
    "profilephoto",
    "frontsidephoto",
    "backsidephoto",
    "encrypteddata",
    "publickey",
    "fingerprintauthpid",
    "irisauthpid",
    "faceauthpid",
    "rdpiddata",
    "pid",
];

pub(super) fn headers(headers: &mut BTreeMap<String, String>) {
    for (name, value) in headers {
        if !TOKEN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        // Whether the word `Bearer` was there is half of many faults: it stays.
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme.to_owned());
        *value = scheme.map_or_else(|| MASK.to_owned(), |scheme| format!("{scheme} {MASK}"));
    }
}

pub(super) fn body(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name: String = name.to_ascii_lowercase().replace(['_', '-'], "");
                match value {
                    Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                        *text = MASK.to_owned();
                    }
                    Value::Number(_) if SECRET_FIELDS.contains(&name.as_str()) => {
                        *value = MASK.into();
                    }
                    Value::String(text) if LONG_FIELDS.contains(&name.as_str()) => shorten(text),
                    other => body(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(body),
        Value::String(text) if is_jwt(text) => *text = MASK.to_owned(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shorten(text: &mut String) {
    if let Some((cut, _)) = text.char_indices().nth(KEPT) {
        text.truncate(cut);
        text.push_str(MASK);
    }
}

/// Whether a text looks like a signed token, under whatever name it stands.
fn is_jwt(text: &str) -> bool {
    let word = text.strip_prefix("Bearer ").unwrap_or(text);
    word.starts_with("eyJ") && word.split('.').count() == 3
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_go_and_references_stay() {
        let mut value = json!({
            "clientSecret": "s3cret", "tokens": {"token": "abc", "expiresIn": 1800},
            "data": "999900000016",
            "confirmation": {"token": 123_456, "linkRefNumber": "d353"},
            "entries": [{"content": "QUJDREVGR0hJSktMTU5PUFFSU1Q=", "careContextReference": "OPD-1"}],
            "keyMaterial": {"nonce": "bm9uY2U=", "dhPublicKey": {"keyValue": "BAAA"}},
            "somewhere": "eyJhbGciOi.eyJzdWIi.c2ln",
            "profile": {"tokenNumber": "12"},
        });
        body(&mut value);
        assert_eq!(
            value,
            json!({
                "clientSecret": "…", "tokens": {"token": "…", "expiresIn": 1800},
                "data": "…",
                "confirmation": {"token": "…", "linkRefNumber": "d353"},
                "entries": [{"content": "QUJDREVGR0hJSktM…", "careContextReference": "OPD-1"}],
                "keyMaterial": {"nonce": "bm9uY2U=", "dhPublicKey": {"keyValue": "BAAA"}},
                "somewhere": "…",
                "profile": {"tokenNumber": "12"},
            })
        );
    }

    #[test]
    fn a_masked_token_header_still_tells_its_scheme() {
        let mut map = BTreeMap::from([
            ("Authorization".to_owned(), "Bearer eyJ".to_owned()),
            ("X-LINK-TOKEN".to_owned(), "eyJ".to_owned()),
            ("REQUEST-ID".to_owned(), "2a3b".to_owned()),
        ]);
        headers(&mut map);
        let values: Vec<_> = map.values().map(String::as_str).collect();
        assert_eq!(values, ["Bearer …", "2a3b", "…"]);
    }
}
