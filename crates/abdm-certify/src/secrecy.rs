//! No secret, Aadhaar number, OTP or token stands in any evidence: a case that would write one fails.

use std::collections::BTreeSet;
use std::fmt;

use abdm_core::exchange::Exchange;
use abdm_core::headers::AUTHORIZATION;
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp, check_digit};
use serde_json::Value;

use crate::people::Supplies;

/// What was secret in a case, and what it was.
#[derive(Default)]
pub struct Secrets(BTreeSet<(&'static str, String)>);

impl Secrets {
    /// Notes an OTP, wherever it was sent.
    pub fn otp(&mut self, otp: &Otp) {
        self.0.insert(("an OTP", otp.expose().to_owned()));
    }

    /// Notes an Aadhaar number.
    pub fn aadhaar(&mut self, number: &AadhaarNumber) {
        self.0.insert(("an Aadhaar number", number.expose().to_owned()));
    }

    /// Notes a mobile number.
    pub fn mobile(&mut self, number: &MobileNumber) {
        self.0.insert(("a mobile number", number.expose().to_owned()));
    }

    /// Notes whom a place has.
    pub(crate) fn of_supplies(&mut self, supplies: &Supplies) {
        for person in supplies.people.values() {
            self.mobile(&person.mobile);
        }
        let aadhaar = supplies.people.values().filter_map(|person| person.aadhaar.as_ref());
        aadhaar.chain(&supplies.nobodys_aadhaar).for_each(|number| self.aadhaar(number));
        supplies.spare_mobile.iter().for_each(|number| self.mobile(number));
    }

    /// Notes the tokens and secrets of these exchanges.
    pub(crate) fn of_exchanges(&mut self, exchanges: &[Exchange]) {
        for exchange in exchanges {
            for (name, value) in &exchange.headers {
                let name = name.to_ascii_lowercase();
                if name == AUTHORIZATION || name.ends_with("token") {
                    let token = value.strip_prefix("Bearer ").unwrap_or(value);
                    self.0.insert(("a token", token.to_owned()));
                }
            }
            self.of_body(&exchange.body);
            self.of_body(&exchange.response);
        }
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

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

/// What is secret at sight, whoever's it is: a signed token, an Aadhaar number.
pub fn looks_secret(text: &str) -> Option<&'static str> {
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
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !inside(before) && !inside(behind)
    })
}

const MOBILE_DIGITS: usize = 10;

/// Mobile numbers are no secret to ABDM, but nobody's business in a report: the last four digits stay.
pub(crate) fn without_mobiles(mut exchange: Exchange) -> Exchange {
    mask_mobiles(&mut exchange.body);
    mask_mobiles(&mut exchange.response);
    exchange
}

fn mask_mobiles(value: &mut Value) {
    match value {
        Value::String(text) => {
            // Milestone 2 writes the country's code before some of them.
            let bare = ["+91-", "+91", "91"].iter().find_map(|prefix| {
                text.strip_prefix(prefix).filter(|rest| rest.len() == MOBILE_DIGITS)
            });
            let bare = bare.unwrap_or(text);
            let digits = bare.len() == MOBILE_DIGITS && bare.bytes().all(|b| b.is_ascii_digit());
            if digits && bare.starts_with(['6', '7', '8', '9']) {
                *text = format!("******{}", bare.get(6..).unwrap_or_default());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_mobiles),
        Value::Object(fields) => fields.values_mut().for_each(mask_mobiles),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_sees_what_must_not_be_kept() {
        let mut secrets = Secrets::default();
        secrets.of_body(
            &serde_json::json!({"tokens": {"refreshToken": "abc.def"}, "otpValue": "482913"}),
        );
        assert!(secrets.leaked_in(r#"{"note": "abc.def"}"#).is_some());
        assert!(secrets.leaked_in(r#"{"note": "OTP 482913."}"#).is_some());
        assert_eq!(secrets.leaked_in(r#"{"requestId": "4829130a"}"#), None);
        assert!(looks_secret(r#"{"x": "eyJhbGciOi.eyJzdWIi.c2ln"}"#).is_some());
        let stem = "99990000001";
        let aadhaar =
            (0..10).map(|d| format!("{stem}{d}")).find(|n| check_digit::verhoeff(n)).unwrap();
        assert!(looks_secret(&format!("\"{aadhaar}\"")).is_some());
        assert_eq!(looks_secret("\"91111110000012\", \"91-1111-1000-0012\""), None);
    }

    #[test]
    fn of_a_mobile_number_the_last_four_digits_stay_however_it_is_written() {
        for written in ["9999900003", "+919999900003", "919999900003", "+91-9999900003"] {
            let mut value = serde_json::json!({"verifiedIdentifiers": [{"value": written}]});
            mask_mobiles(&mut value);
            assert_eq!(value["verifiedIdentifiers"][0]["value"], "******0003", "{written}");
        }
        for other in ["91111110000012", "2026-09-14", "+9199999000", "UHID-9999900003"] {
            let mut value = serde_json::json!(other);
            mask_mobiles(&mut value);
            assert_eq!(value, other);
        }
    }
}
