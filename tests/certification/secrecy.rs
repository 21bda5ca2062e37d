//! No secret, Aadhaar number, OTP or token stands in any evidence.

use std::collections::BTreeSet;

use abdm_core::secret::{Otp, check_digit};
use abdm_sandbox::Sandbox;
use abdm_sandbox::transcript::Exchange;
use serde_json::Value;

/// What was secret in a case, and what it was.
#[derive(Default)]
pub(crate) struct Secrets(BTreeSet<(&'static str, String)>);

impl Secrets {
    /// Notes the secrets of these exchanges, and all that the sandbox knows.
    pub(crate) fn learn(&mut self, sandbox: &Sandbox, exchanges: &[Exchange]) {
        for patient in sandbox.patients() {
            let aadhaar = patient.aadhaar.as_ref().map(|aadhaar| aadhaar.expose().to_owned());
            for number in aadhaar.iter().map(String::as_str).chain([patient.mobile.expose()]) {
                if let Some(otp) = sandbox.otp_for(number) {
                    self.otp(&otp);
                }
            }
            self.0.extend(aadhaar.map(|number| ("an Aadhaar number", number)));
            self.0.insert(("a mobile number", patient.mobile.expose().to_owned()));
        }
        for exchange in exchanges {
            for (name, value) in &exchange.headers {
                let name = name.to_ascii_lowercase();
                if name == "authorization" || name.ends_with("token") {
                    let token = value.strip_prefix("Bearer ").unwrap_or(value);
                    self.0.insert(("a token", token.to_owned()));
                }
            }
            self.of_body(&exchange.body);
            self.of_body(&exchange.response);
        }
    }

    /// Notes an OTP, wherever it was sent.
    pub(crate) fn otp(&mut self, otp: &Otp) {
        self.0.insert(("an OTP", otp.expose().to_owned()));
    }

    fn of_body(&mut self, body: &Value) {
        match body {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let name = name.to_ascii_lowercase();
                    let secret = ["token", "secret", "password", "otpvalue"];
                    match value {
                        Value::String(text) if secret.iter().any(|part| name.ends_with(part)) => {
                            self.0.insert(("a token, secret, OTP or password", text.clone()));
                        }
                        other => self.of_body(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.of_body(item)),
            _ => {}
        }
    }

    /// The kind of secret that stands in this text, if one does.
    pub(crate) fn leaked_in(&self, text: &str) -> Option<&'static str> {
        let known = self.0.iter().find(|(_, secret)| !secret.is_empty() && has_word(text, secret));
        known.map(|(kind, _)| *kind).or_else(|| looks_secret(text))
    }
}

/// What is secret at sight, whoever's it is: a signed token, an Aadhaar number.
pub(crate) fn looks_secret(text: &str) -> Option<&'static str> {
    let mut words =
        text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-'));
    words.find_map(|word| {
        if word.starts_with("eyJ") && word.matches('.').count() == 2 {
            return Some("a signed token");
        }
        let is_aadhaar = word.len() == 12
            && word.bytes().all(|b| b.is_ascii_digit())
            && check_digit::verhoeff(word);
        is_aadhaar.then_some("an Aadhaar number")
    })
}

/// Whether `word` stands in `text` between other characters than letters and digits: six digits of
/// an id are not an OTP.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !inside(text[..at].chars().next_back()) && !inside(text[at + word.len()..].chars().next())
    })
}

/// Mobile numbers are no secret to ABDM, but nobody's business in a report: the last four digits stay.
pub(crate) fn without_mobiles(mut exchange: Exchange) -> Exchange {
    mask_mobiles(&mut exchange.body);
    mask_mobiles(&mut exchange.response);
    exchange
}

fn mask_mobiles(value: &mut Value) {
    match value {
        Value::String(text) => {
            let digits = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
            if digits && text.starts_with(['6', '7', '8', '9']) {
                *text = format!("******{}", &text[6..]);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_mobiles),
        Value::Object(fields) => fields.values_mut().for_each(mask_mobiles),
        _ => {}
    }
}

#[test]
fn the_guard_sees_what_must_not_be_kept() {
    let mut secrets = Secrets::default();
    secrets
        .of_body(&serde_json::json!({"tokens": {"refreshToken": "abc.def"}, "otpValue": "482913"}));
    assert!(secrets.leaked_in(r#"{"note": "abc.def"}"#).is_some());
    assert!(secrets.leaked_in(r#"{"note": "OTP 482913."}"#).is_some());
    assert_eq!(secrets.leaked_in(r#"{"requestId": "4829130a"}"#), None);
    assert!(looks_secret(r#"{"x": "eyJhbGciOi.eyJzdWIi.c2ln"}"#).is_some());
    let stem = "99990000001";
    let aadhaar = (0..10).map(|d| format!("{stem}{d}")).find(|n| check_digit::verhoeff(n)).unwrap();
    assert!(looks_secret(&format!("\"{aadhaar}\"")).is_some());
    assert_eq!(looks_secret("\"91111110000012\", \"91-1111-1000-0012\""), None);
}
