//! What played facilities do otherwise than the documents say. Each habit was met in the field.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fidelius_crypto::{ChecksumForm, KeyEncoding, KeyMaterial, PublicKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The DER before the point of a SubjectPublicKeyInfo that names its curve, 1.3.6.1.4.1.3029.1.5.1
/// (fidelius.md 3).
const NAMED_CURVE: [u8; 28] = [
    0x30, 0x5b, 0x30, 0x15, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x0a, 0x2b,
    0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01, 0x03, 0x42, 0x00,
];

/// How a public key is written (fidelius.md 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyForm {
    /// The uncompressed point, 65 bytes.
    Raw,
    /// SubjectPublicKeyInfo that names the curve.
    Named,
    /// SubjectPublicKeyInfo with the curve's parameters spelled out, 309 bytes.
    Explicit,
}

impl KeyForm {
    /// The encoding that is nearest.
    pub(crate) const fn encoding(self) -> KeyEncoding {
        match self {
            Self::Explicit => KeyEncoding::X509,
            Self::Raw | Self::Named => KeyEncoding::Raw,
        }
    }

    /// Writes the key of this material in this form.
    pub(crate) fn rewrite(self, mut material: KeyMaterial) -> KeyMaterial {
        if self == Self::Named
            && let Ok(key) = PublicKey::from_base64(&material.dh_public_key.key_value)
        {
            let der = [NAMED_CURVE.as_slice(), &key.to_raw_bytes()].concat();
            material.dh_public_key.key_value = STANDARD.encode(der);
        }
        material
    }
}

/// Which keys of the other side somebody can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reading {
    /// All forms.
    Any,
    /// The point alone.
    Raw,
    /// SubjectPublicKeyInfo alone, of either kind.
    X509,
}

/// What is said to a key of a form that cannot be read (errors.md).
pub(super) const UNREADABLE_KEY: &str = "encoded key spec not recognized";

impl Reading {
    /// Whether this material's key can be read.
    pub(super) fn takes(self, material: &KeyMaterial) -> bool {
        let key = STANDARD.decode(&material.dh_public_key.key_value).unwrap_or_default();
        // DER begins with a sequence, a point with the mark of an uncompressed one.
        match self {
            Self::Any => true,
            Self::Raw => key.first() == Some(&0x04),
            Self::X509 => key.first() == Some(&0x30),
        }
    }
}

/// The texts around a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeyTexts {
    /// `ECDH`, `Curve25519` and `Curve25519/32byte random key`.
    Usual,
    /// `ecdh`, `curve25519` and `Ephemeral public key` (fidelius.md 4).
    Other,
    /// `ECDH.`, `curve25519.` and `Ephemeral public key.`, with the dots of NHA's own sample
    /// (m3-hiu.md).
    Dotted,
}

impl KeyTexts {
    pub(super) fn rewrite(self, mut material: KeyMaterial) -> KeyMaterial {
        let (algorithm, curve, parameters) = match self {
            Self::Usual => return material,
            Self::Other => ("ecdh", "curve25519", "Ephemeral public key"),
            Self::Dotted => ("ECDH.", "curve25519.", "Ephemeral public key."),
        };
        algorithm.clone_into(&mut material.crypto_alg);
        curve.clone_into(&mut material.curve);
        material.dh_public_key.parameters = Some(parameters.to_owned());
        material
    }
}

/// What a HIP writes as the checksum of an entry (m2-hip.md 8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Checksum {
    /// The MD5 in hexadecimal digits.
    Hex,
    /// The MD5 in base64.
    Base64,
    /// The MD5 of something else.
    Wrong,
    /// `string`.
    Placeholder,
    /// Nothing.
    Empty,
}

impl Checksum {
    pub(super) const fn form(self) -> ChecksumForm {
        match self {
            Self::Hex | Self::Wrong | Self::Placeholder => ChecksumForm::Hex,
            Self::Base64 => ChecksumForm::Base64,
            Self::Empty => ChecksumForm::Empty,
        }
    }

    pub(super) fn write(self, checksum: String) -> String {
        match self {
            Self::Placeholder => "string".to_owned(),
            Self::Wrong => ChecksumForm::Hex.of(b""),
            Self::Hex | Self::Base64 | Self::Empty => checksum,
        }
    }
}

/// The bearer of a HIP's pushes (ruling 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PushToken {
    /// Its own session token.
    Own,
    /// None at all.
    Missing,
    /// One that ABDM has not signed.
    Forged,
}

/// What a HIU calls a transfer that it has received (ruling 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReportAs {
    /// `RECEIVED`, as the specification has it.
    Received,
    /// `TRANSFERRED`, as the documents have it.
    Transferred,
}

/// What a HIP answers to a data request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answering {
    /// It acknowledges, pushes and reports.
    Serve,
    /// It acknowledges, has nothing of these dates, and reports that (ruling 9).
    Nothing,
    /// It refuses by `on-request` with an error.
    Refuse,
    /// It says nothing at all.
    Silent,
}

/// How a HIP divides its records into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Paging {
    /// One record for each page, numbered from 1.
    OneEach,
    /// One record for each page, numbered from 0.
    FromZero,
    /// One record for each page, and each is "page 0 of 1" (ruling 31).
    ZeroOfOne,
    /// All records in one page, under one key.
    AllInOne,
}

/// What stands in a decrypted entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Packing {
    /// The document.
    Plain,
    /// The document as a JSON text: quoted and escaped.
    JsonText,
    /// The document in base64.
    Base64,
}

impl Packing {
    pub(super) fn pack(self, document: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => document.to_vec(),
            Self::JsonText => {
                let text = String::from_utf8_lossy(document);
                serde_json::Value::from(text).to_string().into_bytes()
            }
            Self::Base64 => STANDARD.encode(document).into_bytes(),
        }
    }
}

/// How a played HIP behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct HipHabits {
    /// Whether it acknowledges consent notices: without, a data request fails with 8877.
    pub(crate) acknowledge: bool,
    /// What it answers to a data request.
    pub(crate) answer: Answering,
    /// How long it takes from the request to the first page, in seconds of the sandbox's clock.
    #[schemars(range(min = 0, max = 86_400))]
    pub(crate) late_seconds: u32,
    /// How it divides its records.
    pub(crate) pages: Paging,
    /// How long it takes from page to page, in seconds of the sandbox's clock.
    #[schemars(range(min = 0, max = 86_400))]
    pub(crate) pause_seconds: u32,
    /// Whether it sends every page twice.
    pub(crate) repeat_pages: bool,
    /// Whether it sends the last page first.
    pub(crate) reversed: bool,
    /// How it writes its public key.
    pub(crate) key_form: KeyForm,
    /// Which texts it writes around it.
    pub(crate) key_texts: KeyTexts,
    /// Which keys of a request it can read; it refuses the others.
    pub(crate) reads_keys: Reading,
    /// Whether it takes a shared secret without its leading zeros, and each of its secrets begins
    /// with one (fidelius.md 7). Pages of one record each are so.
    pub(crate) drops_zeros: bool,
    /// What it writes as checksums.
    pub(crate) checksum: Checksum,
    /// The bearer of its pushes.
    pub(crate) push_token: PushToken,
    /// Whether it goes on pushing when the consent is over (ruling 12).
    pub(crate) pushes_on: bool,
    /// What stands in a decrypted entry.
    pub(crate) document: Packing,
    /// Blanks are put behind each document until its page has about so many megabytes.
    #[schemars(range(min = 0, max = 120))]
    pub(crate) page_megabytes: u32,
    /// Whether it reports the transfer to the consent manager.
    pub(crate) report: bool,
}

impl Default for HipHabits {
    fn default() -> Self {
        Self {
            acknowledge: true,
            answer: Answering::Serve,
            late_seconds: 0,
            pages: Paging::OneEach,
            pause_seconds: 0,
            repeat_pages: false,
            reversed: false,
            key_form: KeyForm::Explicit,
            key_texts: KeyTexts::Usual,
            reads_keys: Reading::Any,
            drops_zeros: false,
            checksum: Checksum::Hex,
            push_token: PushToken::Own,
            pushes_on: false,
            document: Packing::Plain,
            page_megabytes: 0,
            report: true,
        }
    }
}

/// How a played HIU behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct HiuHabits {
    /// Whether it acknowledges decisions.
    pub(crate) acknowledge: bool,
    /// Whether it fetches the artefacts of a grant and asks for the records, by itself.
    pub(crate) request_data: bool,
    /// How long after the grant it asks, in seconds of the sandbox's clock.
    #[schemars(range(min = 0, max = 86_400))]
    pub(crate) late_seconds: u32,
    /// How it writes its public key.
    pub(crate) key_form: KeyForm,
    /// Which texts it writes around it.
    pub(crate) key_texts: KeyTexts,
    /// Which keys of a push it can read; it refuses the others with 400.
    pub(crate) reads_keys: Reading,
    /// Whether it takes a shared secret without its leading zeros: a page whose secret begins with
    /// one cannot be read (fidelius.md 7).
    pub(crate) drops_zeros: bool,
    /// Whether its key is over already.
    pub(crate) expired_key: bool,
    /// Whether it asks for a year more than was granted (1063).
    pub(crate) wider_dates: bool,
    /// Whether the HI types of its grants reach the HIP in one text, as NHA's document prints them
    /// (ruling 32).
    pub(crate) hi_types_in_one_text: bool,
    /// What it answers to pushes; with anything but 2xx it keeps nothing.
    #[schemars(range(min = 200, max = 599))]
    pub(crate) push_status: u16,
    /// Pushes of more megabytes are refused with 413 (ruling 37).
    #[schemars(range(min = 0, max = 64))]
    pub(crate) push_megabytes: u32,
    /// Whether it reports the transfer to the consent manager.
    pub(crate) report: bool,
    /// What it calls a transfer that it has received.
    pub(crate) report_as: ReportAs,
}

impl Default for HiuHabits {
    fn default() -> Self {
        Self {
            acknowledge: true,
            request_data: true,
            late_seconds: 0,
            key_form: KeyForm::Raw,
            key_texts: KeyTexts::Usual,
            reads_keys: Reading::Any,
            drops_zeros: false,
            expired_key: false,
            wider_dates: false,
            hi_types_in_one_text: false,
            push_status: 202,
            push_megabytes: 64,
            report: true,
            report_as: ReportAs::Received,
        }
    }
}

/// So many seconds.
pub(super) fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}
