//! What of an exchange nobody may keep.

use std::collections::BTreeMap;

use crate::headers::{
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

/// Fields that hold what a person typed, encrypted. A short text or a number there was forgotten to
/// be.
const TYPED_FIELDS: &[&str] = &["loginid", "aadhaar", "aadhaarnumber"];
/// No ciphertext is so short.
const SHORTEST_CIPHERTEXT: usize = 64;

/// Fields whose value is ciphertext, a photo or a certificate.
const LONG_FIELDS: &[&str] = &[
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
        let is_named = TOKEN_HEADERS.contains(&name.to_ascii_lowercase().as_str());
        if !is_named && !is_jwt(value) {
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
                if SECRET_FIELDS.contains(&name.as_str()) {
                    scalars(value, &|_| MASK.to_owned());
                } else if TYPED_FIELDS.contains(&name.as_str()) {
                    scalars(value, &typed);
                } else if LONG_FIELDS.contains(&name.as_str()) {
                    scalars(value, &shortened);
                }
                body(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(body),
        Value::String(text) if is_jwt(text) => *text = MASK.to_owned(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Changes the value of a field, or each of a list of them. An object has fields of its own.
fn scalars(value: &mut Value, mask: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = mask(text),
        Value::Number(number) => *value = mask(&number.to_string()).into(),
        Value::Array(items) => items.iter_mut().for_each(|item| scalars(item, mask)),
        Value::Object(_) | Value::Null | Value::Bool(_) => {}
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((cut, _)) => format!("{}{MASK}", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn typed(text: &str) -> String {
    if text.len() < SHORTEST_CIPHERTEXT { MASK.to_owned() } else { shortened(text) }
}

/// A request whose body is no JSON: the names in it tell nothing about what is a secret.
pub(super) fn whole_body(value: &mut Value) {
    if let Value::String(text) = value {
        *text = format!("({} bytes that are no JSON object)", text.len());
    }
    body(value);
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
    fn what_was_to_be_encrypted_and_was_not_goes_whole() {
        let cipher = "QUJDREVGR0hJSktMTU5P".repeat(10);
        let mut value = json!({
            "loginId": "999900000016", "aadhaar": 999_900_000_016_i64, "otp": ["123456", 123_456],
            "authData": {"otp": {"txnId": "t", "otpValue": "123456"}, "x": {"loginId": cipher}},
            "content": [999_900_000_016_i64],
        });
        body(&mut value);
        assert_eq!(
            value,
            json!({
                "loginId": "…", "aadhaar": "…", "otp": ["…", "…"],
                "authData": {"otp": {"txnId": "t", "otpValue": "…"},
                    "x": {"loginId": "QUJDREVGR0hJSktM…"}},
                "content": ["999900000016"],
            })
        );
    }

    #[test]
    fn a_request_that_is_no_json_object_is_told_by_its_size() {
        let mut form = json!("clientId=SBX&clientSecret=s3cret");
        whole_body(&mut form);
        assert_eq!(form, "(32 bytes that are no JSON object)");
    }

    #[test]
    fn a_masked_token_header_still_tells_its_scheme() {
        let mut map = BTreeMap::from([
            ("Authorization".to_owned(), "Bearer eyJ".to_owned()),
            ("X-LINK-TOKEN".to_owned(), "eyJ".to_owned()),
            ("REQUEST-ID".to_owned(), "2a3b".to_owned()),
            ("X-OTHER".to_owned(), "Bearer eyJhbGciOi.eyJzdWIi.c2ln".to_owned()),
        ]);
        headers(&mut map);
        let values: Vec<_> = map.values().map(String::as_str).collect();
        assert_eq!(values, ["Bearer …", "2a3b", "…", "Bearer …"]);
    }
}
