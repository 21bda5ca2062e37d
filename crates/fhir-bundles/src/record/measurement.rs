use super::{
    interpretation::Interpretation, judgement::Judgement, range::ReferenceRange, standing::Stated,
};
use crate::{
    codes::{LOINC, SNOMED_CT},
    model::{Coding, DateTime, Decimal},
    words::unit_text,
};

/// A vital sign, finding or result.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Measurement {
    /// What was measured.
    pub name: String,
    /// The first code, when there is one.
    pub code: Option<Coding>,
    /// All codes of the same meaning.
    pub codes: Vec<Coding>,
    /// The value; `None` when it was not given or consists of parts.
    pub value: Option<MeasuredValue>,
    /// Why there is no value, in words.
    pub absent: Option<String>,
    /// What the document says that the result means: all of it.
    pub interpretations: Vec<Interpretation>,
    /// The ranges that the document gives: all of them.
    pub ranges: Vec<ReferenceRange>,
    /// When the result was true of the patient: when the sample was taken, the pressure measured.
    pub date: Option<DateTime>,
    /// The same in words, periods included.
    pub when: Option<String>,
    /// `final`, `preliminary`, …
    pub status: Option<String>,
    /// What was examined, in words.
    pub specimen: Option<String>,
    /// How it was measured, in words.
    pub method: Option<String>,
    /// Who reported it.
    pub reported_by: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// The parts of a panel, such as systolic and diastolic, and its members.
    pub parts: Vec<Stated<Measurement>>,
    /// A remark.
    pub note: Option<String>,
    pub(super) judgement: Judgement,
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
        /// The unit as UCUM has it, when the document says so.
        ucum: Option<String>,
        /// `<`, `<=`, `>=`, `>`.
        comparator: Option<String>,
    },
    /// Words, a concept's label, a date, a range.
    Text(String),
}

impl Measurement {
    /// Whether the result lies where it should, and who says so: the source's flag, else its range.
    /// Where neither tells, it is not judged: there is no "normal" by default.
    #[must_use]
    pub fn judgement(&self) -> &Judgement {
        &self.judgement
    }

    /// Systolic and diastolic pressure, where this is a blood pressure: told by their codes (LOINC
    /// 8480-6 and 8462-4, SNOMED CT 271649006 and 271650006), never by their order.
    #[must_use]
    pub fn blood_pressure(&self) -> Option<(&Stated<Self>, &Stated<Self>)> {
        let one = |loinc: &str, snomed: &str| {
            let mut found = self.parts.iter().filter(|part| {
                let codes = &part.with_standing().1.codes;
                codes.iter().any(|code| code.is(LOINC, loinc) || code.is(SNOMED_CT, snomed))
            });
            // Two of one kind are no pair.
            found.next().filter(|_| found.next().is_none())
        };
        Some((one("8480-6", "271649006")?, one("8462-4", "271650006")?))
    }

    /// The value in words, parts included: `142/91 mmHg`, `10.2 g/dL`, `Positive`.
    #[must_use]
    pub fn value_text(&self) -> String {
        if let Some(value) = &self.value {
            return value.to_string();
        }
        if let Some(pair) = self.pressure_text().filter(|_| self.parts.len() == 2) {
            return pair;
        }
        let parts = self.parts.iter().map(|part| {
            let (standing, part) = part.with_standing();
            standing.before(&format!("{} {}", part.name, part.value_text()))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Systolic over diastolic as people write them, where both are plain numbers of one unit that
    /// hold.
    #[must_use]
    pub fn pressure_text(&self) -> Option<String> {
        let (systolic, diastolic) = self.blood_pressure()?;
        match (&systolic.if_holds()?.value, &diastolic.if_holds()?.value) {
            (
                Some(MeasuredValue::Number { value: over, unit, comparator: None, .. }),
                Some(MeasuredValue::Number { value: under, unit: other, comparator: None, .. }),
            ) if unit == other => {
                Some(format!("{over}/{under} {}", unit_text(unit)).trim_end().to_owned())
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for MeasuredValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number { value, unit, comparator, .. } => {
                write!(f, "{}{value}", comparator.as_deref().unwrap_or_default())?;
                if unit.is_empty() { Ok(()) } else { write!(f, " {}", unit_text(unit)) }
            }
            Self::Text(text) => f.write_str(text),
        }
    }
}

super::opaque_debug!(Measurement, MeasuredValue);
