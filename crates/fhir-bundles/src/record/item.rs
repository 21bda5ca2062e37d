use base64::Engine as _;

use crate::model::{Coding, DateTime, Decimal};

/// One entry of a section.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// A medicine ordered or taken.
    Medicine(Medicine),
    /// A vital sign, finding or result.
    Measurement(Measurement),
    /// A laboratory or imaging report.
    Report(Report),
    /// A file.
    Attachment(Attachment),
    /// A vaccination given.
    Vaccination(Vaccination),
    /// A bill.
    Bill(Bill),
    /// Everything else: condition, allergy, procedure, order, appointment, plan, …
    Entry(Entry),
}

/// A medicine ordered or taken.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Medicine {
    /// What a person reads.
    pub name: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// Dose, timing and instructions in words.
    pub dosage: String,
    /// Whether it is ordered here (`MedicationRequest`) or taken already (`MedicationStatement`).
    pub is_order: bool,
    /// `active`, `stopped`, …
    pub status: Option<String>,
    /// When it was ordered.
    pub date: Option<DateTime>,
    /// What it is for.
    pub reason: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A vital sign, finding or result.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Measurement {
    /// What was measured.
    pub name: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// The value; `None` when it was not given or consists of parts.
    pub value: Option<MeasuredValue>,
    /// The lowest normal value.
    pub low: Option<Decimal>,
    /// The highest normal value.
    pub high: Option<Decimal>,
    /// The normal range in words.
    pub range: Option<String>,
    /// What the result means, as the document says.
    pub flag: Option<Flag>,
    /// When.
    pub date: Option<DateTime>,
    /// `final`, `preliminary`, …
    pub status: Option<String>,
    /// The parts of a panel, such as systolic and diastolic.
    pub parts: Vec<Measurement>,
    /// A remark.
    pub note: Option<String>,
}

/// The value of a measurement.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum MeasuredValue {
    /// A number with its unit.
    Number {
        /// The number, with its digits.
        value: Decimal,
        /// The unit as people read it; empty when there is none.
        unit: String,
        /// `<`, `<=`, `>=`, `>`.
        comparator: Option<String>,
    },
    /// Words, a concept's label, a date, a range.
    Text(String),
}

/// What a result means.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flag {
    /// The code, such as `H`; empty when there are only words.
    pub code: String,
    /// The words.
    pub text: String,
}

impl Flag {
    /// Whether a doctor should look: anything but normal, negative and indeterminate codes.
    #[must_use]
    pub fn is_abnormal(&self) -> bool {
        match self.code.as_str() {
            "" => {
                !self.text.to_lowercase().contains("normal")
                    || self.text.to_lowercase().contains("abnormal")
            }
            code => !matches!(code, "N" | "NEG" | "ND" | "NR" | "IND" | "S" | "WR"),
        }
    }
}

impl Measurement {
    /// Whether the result is marked as abnormal, or lies outside its range.
    #[must_use]
    pub fn is_abnormal(&self) -> bool {
        if let Some(flag) = &self.flag {
            return flag.is_abnormal();
        }
        let Some(MeasuredValue::Number { value, comparator: None, .. }) = &self.value else {
            return self.parts.iter().any(Self::is_abnormal);
        };
        let value = value.to_f64();
        self.low.as_ref().is_some_and(|low| value < low.to_f64())
            || self.high.as_ref().is_some_and(|high| value > high.to_f64())
    }

    /// The value in words, parts included: `142/91 mmHg`, `10.2 g/dL`, `Positive`.
    #[must_use]
    pub fn value_text(&self) -> String {
        match &self.value {
            Some(value) => value.to_string(),
            None => {
                let parts =
                    self.parts.iter().map(|part| format!("{} {}", part.name, part.value_text()));
                parts.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl std::fmt::Display for MeasuredValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number { value, unit, comparator } => {
                write!(f, "{}{value}", comparator.as_deref().unwrap_or_default())?;
                if unit.is_empty() { Ok(()) } else { write!(f, " {unit}") }
            }
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A laboratory or imaging report.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The report's name.
    pub name: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// `final`, `preliminary`, …
    pub status: Option<String>,
    /// When it was issued, else of what time it is.
    pub date: Option<String>,
    /// Its results in order, members of panels after their panel.
    pub results: Vec<Measurement>,
    /// What it concludes.
    pub conclusion: Option<String>,
    /// The specimens in words.
    pub specimens: Vec<String>,
    /// Imaging studies in words.
    pub studies: Vec<String>,
    /// What was ordered, in words.
    pub requested: Option<String>,
    /// Files and pictures.
    pub attachments: Vec<Attachment>,
}

/// A file in the document, or a link to one.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Attachment {
    /// What a person reads.
    pub title: String,
    /// The MIME type.
    pub content_type: Option<String>,
    /// The file as base64, as it stands in the document.
    pub data: Option<String>,
    /// Where the file is, when it is not in the document.
    pub url: Option<String>,
    /// When it was made.
    pub date: Option<String>,
}

/// Why an attachment has no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttachmentError {
    /// The document holds no data, at most a link.
    #[error("the attachment carries no data; look at its url")]
    NoData,
    /// The data is not base64.
    #[error("the attachment's data is not base64")]
    NotBase64,
}

impl Attachment {
    /// The file.
    ///
    /// # Errors
    ///
    /// [`AttachmentError`] when there is no data, or it is not base64.
    pub fn bytes(&self) -> Result<Vec<u8>, AttachmentError> {
        let data = self.data.as_deref().ok_or(AttachmentError::NoData)?;
        decode(data).ok_or(AttachmentError::NotBase64)
    }

    /// The file's size in bytes, told from the text without decoding it.
    #[must_use]
    pub fn size(&self) -> Option<usize> {
        let data = self.data.as_deref()?;
        let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
        Some(data.len() / 4 * 3 - padding.min(2))
    }
}

fn decode(data: &str) -> Option<Vec<u8>> {
    let engine = &base64::engine::general_purpose::STANDARD;
    engine.decode(data).ok().or_else(|| {
        // FHIR allows white space inside; some exporters wrap lines.
        let dense: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        engine.decode(dense).ok()
    })
}

/// A vaccination given.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Vaccination {
    /// The vaccine.
    pub vaccine: String,
    /// The brand, when the document says it.
    pub brand: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Which dose of the series.
    pub dose: Option<String>,
    /// The lot.
    pub lot: Option<String>,
    /// Who made it.
    pub manufacturer: Option<String>,
    /// `completed`, `not-done`, …
    pub status: Option<String>,
}

/// A bill.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Bill {
    /// Its number.
    pub number: Option<String>,
    /// Its kind, such as "Pharmacy".
    pub kind: Option<String>,
    /// Its date.
    pub date: Option<DateTime>,
    /// `issued`, `balanced`, `cancelled`, …
    pub status: Option<String>,
    /// The lines in order.
    pub lines: Vec<BillLine>,
    /// Sum without tax, with its currency.
    pub net: Option<String>,
    /// Sum with tax, with its currency.
    pub gross: Option<String>,
}

/// A line of a bill.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct BillLine {
    /// What is charged.
    pub name: String,
    /// How many, in words.
    pub quantity: Option<String>,
    /// The price components: kind and amount, such as ("CGST", "9.00 INR").
    pub prices: Vec<(String, String)>,
}

/// An entry that needs no structure of its own to be read.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The resource type, such as `Condition`.
    pub kind: String,
    /// What a person reads first.
    pub name: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
}

/// Health data stays out of logs.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($name), "(…)"))
                }
            }
        )*
    };
}
pub(super) use opaque_debug;

opaque_debug!(
    Item,
    Medicine,
    Measurement,
    MeasuredValue,
    Flag,
    Report,
    Attachment,
    Vaccination,
    Bill,
    BillLine,
    Entry
);
