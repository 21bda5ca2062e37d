//! `keyMaterial` as it stands in a data request and in a push (fidelius.md 4).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Expiry, Input, KeyEncoding, PublicKey,
    base64_text::{self, Reading},
    nonce::Nonce,
};

/// The only value of `cryptoAlg`.
const ALGORITHM: &str = "ECDH";
/// The spelling of `curve` that we send.
const CURVE: &str = "Curve25519";
/// The spelling of `parameters` that we send.
const PARAMETERS: &str = "Curve25519/32byte random key";

/// One side's public key and nonce. A data request carries the HIU's, a push body the HIP's.
///
/// Parsing the JSON is tolerant: unknown keys are ignored, `expiry` and `parameters` may be
/// missing, and nothing is judged yet. [`KeyMaterial::check`] judges; encrypting and decrypting do
/// so too.
///
/// ```
/// use fidelius_crypto::KeyMaterial;
///
/// let received = serde_json::json!({
///     "cryptoAlg": "ECDH",
///     "curve": "curve25519",
///     "dhPublicKey": {
///         "expiry": "2026-11-24T10:00:00.000",
///         "parameters": "Ephemeral public key",
///         "keyValue": "BEBktdf6apj6cxttSDEBzE/QQIJU5wJXDvBp/feF3kfZCJ3y0uUVemtdSIZ1GFsgfDWH9SeU/Z4hVbCuZy7y7+k=",
///     },
///     "nonce": "DbSlxVomqlC1BjQDNn+9gTI0k5HOtfheKtjka0fT6qA=",
/// });
/// let request: KeyMaterial = serde_json::from_value(received)?;
/// request.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct KeyMaterial {
    /// `ECDH`; received in any letter case, and with a dot behind it.
    pub crypto_alg: String,
    /// `Curve25519`; received in any letter case, and with a dot behind it.
    pub curve: String,
    /// The public key with its expiry.
    pub dh_public_key: DhPublicKey,
    /// 32 random bytes, base64.
    pub nonce: String,
}

/// The public key inside [`KeyMaterial`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DhPublicKey {
    /// When the key expires. Always sent; information only on receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Expiry>,
    /// A fixed text; ignored on receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
    /// The public key, base64, in one of three encodings (fidelius.md 3).
    pub key_value: String,
}

impl KeyMaterial {
    /// Key material in the spelling that we send, around texts that are already encoded.
    #[must_use]
    pub fn new(key_value: String, nonce: String, expiry: DateTime<Utc>) -> KeyMaterial {
        KeyMaterial {
            crypto_alg: ALGORITHM.to_owned(),
            curve: CURVE.to_owned(),
            dh_public_key: DhPublicKey {
                expiry: Some(Expiry::at(expiry)),
                parameters: Some(PARAMETERS.to_owned()),
                key_value,
            },
            nonce,
        }
    }

    pub(crate) fn from_parts(
        key: &PublicKey,
        encoding: KeyEncoding,
        nonce: &Nonce,
        expiry: DateTime<Utc>,
    ) -> KeyMaterial {
        KeyMaterial::new(key.to_base64(encoding), nonce.to_base64(), expiry)
    }

    /// Checks algorithm, curve, nonce and public key, so that a HIP can answer a bad request
    /// before it collects any document.
    ///
    /// # Errors
    /// The classes of fidelius.md 6 that concern a peer's key material.
    pub fn check(&self) -> Result<(), Error> {
        self.decode(Reading::Strict)?.parse().map(|_| ())
    }

    /// Whether the expiry is known and has passed. The caller decides what follows from it; the
    /// default of fidelius.md 4 is to proceed.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.dh_public_key.expiry.as_ref().is_some_and(|expiry| expiry.is_past(now))
    }

    /// The first stage of fidelius.md 6: names and base64, nothing of the contents.
    pub(crate) fn decode(&self, reading: Reading) -> Result<DecodedPeer, Error> {
        if !is_named(&self.crypto_alg, ALGORITHM) {
            return Err(Error::UnsupportedAlgorithm { found: shortened(&self.crypto_alg).into() });
        }
        if !is_named(&self.curve, CURVE) {
            return Err(Error::UnsupportedCurve { found: shortened(&self.curve).into() });
        }
        DecodedPeer::decode(&self.dh_public_key.key_value, &self.nonce, reading)
    }
}

/// A peer's public key and nonce, out of base64 but not yet judged.
pub(crate) struct DecodedPeer {
    public_key: Vec<u8>,
    nonce: Vec<u8>,
    reading: Reading,
}

impl DecodedPeer {
    pub(crate) fn decode(
        public_key: &str,
        nonce: &str,
        reading: Reading,
    ) -> Result<DecodedPeer, Error> {
        Ok(DecodedPeer {
            public_key: base64_text::decode(public_key, Input::PeerPublicKey, reading)?,
            nonce: base64_text::decode(nonce, Input::PeerNonce, reading)?,
            reading,
        })
    }

    /// The second stage: nonce length, then the public key.
    pub(crate) fn parse(self) -> Result<Peer, Error> {
        Ok(Peer {
            nonce: Nonce::from_bytes(&self.nonce, Input::PeerNonce)?,
            public_key: PublicKey::read(&self.public_key, self.reading)?,
        })
    }

    pub(crate) fn check_nonce(&self) -> Result<(), Error> {
        Nonce::from_bytes(&self.nonce, Input::PeerNonce).map(|_| ())
    }
}

/// A peer's public key and nonce, checked.
pub(crate) struct Peer {
    pub(crate) public_key: PublicKey,
    pub(crate) nonce: Nonce,
}

/// Whether a peer means this name. The letter case is that of many hands, and NHA's own sample of a
/// record share ends its texts with a dot (m3-hiu.md, table of conflicts). Sent is neither.
fn is_named(text: &str, name: &str) -> bool {
    let text = text.trim();
    text.strip_suffix('.').unwrap_or(text).eq_ignore_ascii_case(name)
}

/// Enough of a peer's text to recognise it, not enough to flood a log.
fn shortened(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material() -> serde_json::Value {
        serde_json::json!({
            "cryptoAlg": "ECDH",
            "curve": "Curve25519",
            "dhPublicKey": { "keyValue": "", "x509PublicKey": "…", "expiry": null },
            "nonce": "",
            "somethingNew": [1, 2],
        })
    }

    #[test]
    fn unknown_keys_are_ignored_and_optional_ones_may_be_missing() {
        let read: KeyMaterial = serde_json::from_value(material()).unwrap();
        assert_eq!(read.dh_public_key.expiry, None);
        assert_eq!(read.dh_public_key.parameters, None);
        assert!(!read.is_expired(DateTime::<Utc>::MAX_UTC));
    }

    #[test]
    fn an_expiry_of_any_type_does_not_fail_the_key_material() {
        for expiry in [
            serde_json::json!(1_795_341_600.123),
            serde_json::json!([2026, 11, 22, 10, 0]),
            serde_json::json!({ "seconds": 1 }),
            serde_json::json!(true),
        ] {
            let mut json = material();
            json["dhPublicKey"]["expiry"] = expiry;
            let text = json.to_string();
            let read: KeyMaterial = serde_json::from_str(&text).unwrap();
            assert!(!read.is_expired(DateTime::<Utc>::MAX_UTC), "{text}");
            assert_eq!(serde_json::from_value::<KeyMaterial>(json).unwrap(), read);
        }
    }

    #[test]
    fn algorithm_and_curve_are_compared_ignoring_case() {
        let mut json = material();
        json["cryptoAlg"] = "ecdh".into();
        json["curve"] = "CURVE25519".into();
        let read: KeyMaterial = serde_json::from_value(json).unwrap();
        assert_eq!(
            read.check(),
            Err(Error::InvalidNonceLength { input: Input::PeerNonce, found: 0 })
        );
    }

    #[test]
    fn a_dot_behind_algorithm_and_curve_is_no_other_name_and_two_are() {
        let read = |algorithm: &str, curve: &str| {
            let mut json = material();
            json["cryptoAlg"] = algorithm.into();
            json["curve"] = curve.into();
            serde_json::from_value::<KeyMaterial>(json).unwrap().check().unwrap_err()
        };
        let no_nonce = Error::InvalidNonceLength { input: Input::PeerNonce, found: 0 };
        assert_eq!(read("ECDH.", "curve25519."), no_nonce);
        assert!(matches!(read("ECDH..", "Curve25519"), Error::UnsupportedAlgorithm { .. }));
        assert!(matches!(read("ECDH", ".Curve25519"), Error::UnsupportedCurve { .. }));
    }

    #[test]
    fn another_algorithm_or_curve_is_named_in_the_error() {
        let with = |field: &str, value: String| {
            let mut json = material();
            json[field] = value.into();
            serde_json::from_value::<KeyMaterial>(json).unwrap().check().unwrap_err()
        };
        assert_eq!(
            with("cryptoAlg", "RSA".to_owned()),
            Error::UnsupportedAlgorithm { found: "RSA".to_owned().into() }
        );
        assert_eq!(
            with("curve", "x".repeat(9000)),
            Error::UnsupportedCurve { found: "x".repeat(32).into() }
        );
    }
}
