//! A scanned text that is no ABHA card, and what it is.

use std::fmt;

use abdm_core::id::HipId;
use abdm_core::secret::AadhaarNumber;
use abdm_core::typed;
use serde_json::{Map, Value};

use super::ScannedCard;
use crate::error::Language;
use crate::facility_qr::ScannedFacility;
use crate::input::VirtualId;

/// Why a scanned text gives no ABHA number and no ABHA address: what it is instead.
///
/// [`text`](Self::text) is a sentence for the desk. Of an Aadhaar card nothing is kept, its number
/// least of all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotACard {
    /// An ABHA card whose number or address cannot be used as it stands: an address without its
    /// suffix ([`ScannedCard::address_name`]), a number that has not 14 digits
    /// ([`ScannedCard::refuses_number`]). The rest of the card is here.
    Incomplete(Box<ScannedCard>),
    /// A facility's own code, with which patients share their profile (m1-abha.md 12).
    Facility {
        /// The facility.
        hip_id: Option<HipId>,
        /// Its counter.
        counter: Option<String>,
    },
    /// The code of an Aadhaar card or letter, or a text with an Aadhaar number or a virtual id in
    /// it.
    Aadhaar,
    /// Some other link.
    Link,
    /// Some other text.
    Other,
    /// Nothing.
    Empty,
}

impl NotACard {
    /// A sentence for the desk's screen.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        let (english, hindi) = match self {
            Self::Incomplete(card) if card.address_name.is_some() => (
                "The ABHA address is incomplete: what stands after the @ is missing. Ask the person for it.",
                "आभा पता अधूरा है: @ के बाद का भाग नहीं है। धारक से पूछें।",
            ),
            Self::Incomplete(_) => (
                "The number on this card is no ABHA number: it has not 14 digits. Ask for the number.",
                "इस कार्ड की संख्या आभा संख्या नहीं है: उसमें 14 अंक नहीं हैं। धारक से संख्या पूछें।",
            ),
            Self::Facility { .. } => (
                "This is the QR code of a facility, not of an ABHA card. Scan the patient's card or app.",
                "यह किसी संस्था का क्यूआर कोड है, आभा कार्ड का नहीं। मरीज़ का कार्ड या ऐप स्कैन करें।",
            ),
            Self::Aadhaar => (
                "This is an Aadhaar card, not an ABHA card. Nothing of it was kept. Scan the ABHA card.",
                "यह आधार कार्ड है, आभा कार्ड नहीं। इससे कुछ भी नहीं रखा गया। आभा कार्ड स्कैन करें।",
            ),
            Self::Link => (
                "This is the QR code of a link, not of an ABHA card. Scan the patient's ABHA card or app.",
                "यह किसी लिंक का क्यूआर कोड है, आभा कार्ड का नहीं। मरीज़ का आभा कार्ड या ऐप स्कैन करें।",
            ),
            Self::Other => (
                "This QR code is not of an ABHA card. Scan the patient's ABHA card or app.",
                "यह क्यूआर कोड आभा कार्ड का नहीं है। मरीज़ का आभा कार्ड या ऐप स्कैन करें।",
            ),
            Self::Empty => (
                "Nothing was scanned. Please scan the ABHA card again.",
                "कुछ स्कैन नहीं हुआ। कृपया आभा कार्ड दोबारा स्कैन करें।",
            ),
        };
        match language {
            Language::English => english,
            Language::Hindi => hindi,
        }
    }

    /// Says what a text is that is neither a card, an ABHA number nor an ABHA address.
    pub(super) fn of_text(text: &str) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        if let Some(ScannedFacility { hip_id, counter }) = ScannedFacility::read(text) {
            return Self::Facility { hip_id, counter };
        }
        if is_aadhaar(text) {
            return Self::Aadhaar;
        }
        if let Some(name) = bare_name(text) {
            let card = ScannedCard { address_name: Some(name), ..ScannedCard::default() };
            return Self::Incomplete(Box::new(card));
        }
        if text.contains("://") { Self::Link } else { Self::Other }
    }

    /// Says what a JSON object is that has neither an ABHA number nor an ABHA address.
    pub(super) fn of_fields(card: ScannedCard, fields: &Map<String, Value>) -> Self {
        let names_aadhaar = |name: &str| {
            let name = name.to_lowercase();
            name == "uid" || name.contains("aadhaar") || name.contains("aadhar")
        };
        let holds_number = |value: &Value| match value {
            Value::String(text) => holds_aadhaar_number(text),
            Value::Number(number) => holds_aadhaar_number(&number.to_string()),
            _ => false,
        };
        if fields.iter().any(|(name, value)| names_aadhaar(name) || holds_number(value)) {
            Self::Aadhaar
        } else if card.address_name.is_some() || card.refuses_number {
            Self::Incomplete(Box::new(card))
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for NotACard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::English))
    }
}

impl std::error::Error for NotACard {}

/// The name of an ABHA address whose suffix is missing.
pub(super) fn bare_name(text: &str) -> Option<crate::input::AbhaAddressName> {
    let name = text.trim().trim_end_matches('@');
    let has_letter = name.chars().any(|c| c.is_ascii_alphabetic());
    crate::input::AbhaAddressName::parse(name).ok().filter(|_| has_letter && !name.contains('@'))
}

/// The least length of the number in the "secure QR code" of Aadhaar letters since 2018: a signed
/// and packed picture of the person as one decimal number.
const SECURE_QR_DIGITS: usize = 200;

/// Whether a text is an Aadhaar card's: the XML of a letter, the number of a secure QR code, or any
/// text that holds an Aadhaar number or a virtual id.
fn is_aadhaar(text: &str) -> bool {
    let lower = text.to_lowercase();
    // The roots of UIDAI's XML forms: letter, mini QR codes, offline KYC.
    let roots = ["<printletterbarcodedata", "<qpdb", "<qdb", "<qpda", "<offlinepaperlesskyc"];
    roots.iter().any(|root| lower.contains(root))
        || (lower.trim_start().starts_with('<') && lower.contains("uid="))
        || lower.contains("uidai.gov.in")
        || typed::digits(text).is_some_and(|digits| digits.len() >= SECURE_QR_DIGITS)
        || VirtualId::parse(text).is_ok()
        || holds_aadhaar_number(text)
}

/// Whether an Aadhaar number stands in a text, with blanks and dashes or without.
fn holds_aadhaar_number(text: &str) -> bool {
    let is_number = |text: &str| AadhaarNumber::new(text).is_ok();
    // Stretches of digits, blanks and dashes; in each, every word, and every three words in a row.
    let mut buffer = [0; 4];
    text.split(|c: char| typed::digits(c.encode_utf8(&mut buffer)).is_none()).any(|stretch| {
        let words: Vec<&str> = stretch.split_whitespace().collect();
        let groups = |three: &[&str]| {
            let four = |word: &&str| typed::digits(word).is_some_and(|digits| digits.len() == 4);
            three.iter().all(four) && is_number(&three.concat())
        };
        is_number(stretch)
            || words.iter().any(|word| is_number(word))
            || words.windows(3).any(groups)
    })
}
