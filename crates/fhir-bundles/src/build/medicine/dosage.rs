use super::super::{
    assembly::Assembly, measure::quantity, party::opaque_debug, span::Span, timing::Timing,
};
use crate::{
    codes::SNOMED_CT,
    language::{Language, Phrase},
    model::{
        self, CodeableConcept, Decimal, DosageAsNeeded, DosageDoseAndRate, DosageDoseAndRateDose,
        Quantity,
    },
};

/// How a medicine is taken, or for a while.
///
/// ```
/// use fhir_bundles::build::Dosage;
///
/// let first = Dosage::new().dose("40 mg").timing("OD").days(5).instruction("after breakfast");
/// ```
#[derive(Clone)]
pub struct Dosage {
    dose: Option<String>,
    timing: Option<Timing>,
    length: Option<Length>,
    route: Option<CodeableConcept>,
    instructions: Vec<String>,
    as_needed: bool,
    needed_for: Option<CodeableConcept>,
}

#[derive(Clone, Copy)]
enum Length {
    Days(i32),
    Span(Span),
}

impl Dosage {
    /// A dosage to be filled.
    #[must_use]
    pub fn new() -> Self {
        Self {
            dose: None,
            timing: None,
            length: None,
            route: None,
            instructions: Vec::new(),
            as_needed: false,
            needed_for: None,
        }
    }

    /// Adds how much at a time: `1 tablet`, `500 mg`, `10 ml`.
    #[must_use]
    pub fn dose(self, dose: impl Into<String>) -> Self {
        Self { dose: Some(dose.into()), ..self }
    }

    /// Adds how often: `1-0-1`, `BD`, `every 8 hours`, or a [`Timing`].
    #[must_use]
    pub fn timing(self, timing: impl Into<Timing>) -> Self {
        Self { timing: Some(timing.into()), ..self }
    }

    /// Adds for how many days.
    #[must_use]
    pub fn days(self, days: i32) -> Self {
        Self { length: Some(Length::Days(days)), ..self }
    }

    /// Adds for how long, where that is not counted in days.
    #[must_use]
    pub fn lasting(self, span: Span) -> Self {
        Self { length: Some(Length::Span(span)), ..self }
    }

    /// Adds the route, such as "Oral", in words or with a SNOMED CT code.
    #[must_use]
    pub fn route(self, route: impl Into<CodeableConcept>) -> Self {
        Self { route: Some(route.into()), ..self }
    }

    /// Adds an instruction, such as "after food".
    #[must_use]
    pub fn instruction(mut self, instruction: impl Into<String>) -> Self {
        self.instructions.push(instruction.into());
        self
    }

    /// Says that it is taken only when needed.
    #[must_use]
    pub fn as_needed(self) -> Self {
        Self { as_needed: true, ..self }
    }

    /// Says that it is taken only when needed, and for what: "severe pain".
    #[must_use]
    pub fn as_needed_for(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { as_needed: true, needed_for: Some(reason.into()), ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.dose.is_none()
            && self.timing.is_none()
            && self.length.is_none()
            && self.route.is_none()
            && self.instructions.is_empty()
            && !self.as_needed
    }

    fn span(&self, path: &str, assembly: &mut Assembly) -> Option<Span> {
        match self.length? {
            Length::Span(span) => Some(span),
            Length::Days(days) => {
                let count = u16::try_from(days).ok().filter(|days| *days > 0);
                if count.is_none() {
                    let help = "give one day or more, and no more than 65,535";
                    assembly.problem(&format!("{path}.days"), "is not a number of days", help);
                }
                count.map(Span::days)
            }
        }
    }

    /// `if needed: severe pain`; nothing where the timing says it already.
    fn need_text(&self, language: Language) -> Option<String> {
        let reason = self.needed_for.as_ref().and_then(CodeableConcept::label);
        match reason {
            Some(reason) => Some(language.fill(Phrase::IfNeededFor, &[reason])),
            None => {
                let is_said = self.timing.as_ref().is_some_and(Timing::is_as_needed);
                (self.as_needed && !is_said).then(|| language.say(Phrase::IfNeeded).to_owned())
            }
        }
    }

    /// The dosage with its words: "1 tablet, 1-0-1, 5 days, after food".
    pub(super) fn resource(self, path: &str, assembly: &mut Assembly) -> model::Dosage {
        let span = self.span(path, assembly);
        if let Some(route) = &self.route {
            assembly.check_concept(&format!("{path}.route"), route, &[SNOMED_CT]);
        }
        if let Some(reason) = &self.needed_for {
            assembly.check_concept(&format!("{path}.asNeeded"), reason, &[]);
        }
        let language = assembly.language;
        let length = span.map(|span| {
            let label = match (span.unit(), span.count()) {
                ("d", 1) => Phrase::Day,
                ("d", _) => Phrase::Days,
                ("wk", 1) => Phrase::Week,
                ("wk", _) => Phrase::Weeks,
                (_, 1) => Phrase::Month,
                (_, _) => Phrase::Months,
            };
            format!("{} {}", span.count(), language.say(label))
        });
        let words: Vec<String> = self
            .dose
            .iter()
            .cloned()
            .chain(self.timing.as_ref().map(|timing| timing.text(language)))
            .chain(self.need_text(language))
            .chain(length)
            .chain(self.instructions.iter().cloned())
            .filter(|words| !words.trim().is_empty())
            .collect();
        let text = if words.is_empty() {
            language.say(Phrase::AsDirected).to_owned()
        } else {
            words.join(", ")
        };
        let as_needed = self.as_needed || self.timing.as_ref().is_some_and(Timing::is_as_needed);
        let timing = match &self.timing {
            Some(timing) => Some(timing.to_fhir(span)),
            None => span.map(|span| Timing::text_only("").to_fhir(Some(span))),
        };
        let as_needed = match self.needed_for {
            Some(reason) => Some(DosageAsNeeded::CodeableConcept(reason)),
            None => as_needed.then_some(DosageAsNeeded::Boolean(true)),
        };
        model::Dosage {
            text: Some(text),
            additional_instruction: self
                .instructions
                .iter()
                .filter(|instruction| !instruction.trim().is_empty())
                .map(CodeableConcept::text)
                .collect(),
            timing: timing.filter(|timing| *timing != model::Timing::default()),
            as_needed,
            route: self.route,
            dose_and_rate: self
                .dose
                .as_deref()
                .and_then(dose_quantity)
                .map(|quantity| DosageDoseAndRate {
                    dose: Some(DosageDoseAndRateDose::Quantity(quantity)),
                    ..DosageDoseAndRate::default()
                })
                .into_iter()
                .collect(),
            ..model::Dosage::default()
        }
    }
}

impl Default for Dosage {
    fn default() -> Self {
        Self::new()
    }
}

/// `1 tablet`, `0.5 ml`, `500mg`: a number and what follows.
pub(super) fn dose_quantity(dose: &str) -> Option<Quantity> {
    let dose = dose.trim();
    let end = dose.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(dose.len());
    let (value, unit) = dose.split_at_checked(end)?;
    let value: Decimal = value.parse().ok()?;
    let unit = unit.trim();
    // "1-2 tablets" and "1/2 tablet" are not one number.
    if unit.starts_with(|c: char| !(c.is_alphabetic() || matches!(c, '%' | '°' | '['))) {
        return None;
    }
    Some(quantity(Some(value), unit.to_owned()))
}

opaque_debug!(Dosage);
