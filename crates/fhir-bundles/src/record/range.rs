//! The ranges that a document gives beside a result, and whom each is for.

mod text;

use super::{age::Age, judgement::Unit, measurement::MeasuredValue};
use crate::{
    Language,
    codes::SNOMED_CT,
    language::Phrase,
    model::{CodeableConcept, ObservationReferenceRange, Quantity, Range},
    words,
};

/// A range beside a result.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ReferenceRange {
    /// The lowest value that belongs to it.
    pub low: Option<Quantity>,
    /// The highest value that belongs to it.
    pub high: Option<Quantity>,
    /// What kind of range it is in words, such as "Normal Range"; nothing means normal.
    pub kind: Option<String>,
    /// Whom it is for in words: a sex, a stage of pregnancy, a people.
    pub applies_to: Vec<String>,
    /// The age it is for.
    pub age: Option<Range>,
    /// The range as the document writes it.
    pub text: Option<String>,
    /// Whether its bounds are numbers without a unit beside a value with one, which is then taken to
    /// be theirs.
    pub lacks_unit: bool,
    /// Whether its text names the unit of the value.
    pub(super) names_unit: bool,
    /// Whether its text names another unit than the value's.
    pub(super) names_another_unit: bool,
    pub(super) purpose: Purpose,
    sex: Vec<Sex>,
    /// A condition on the patient that a reader cannot test.
    other_condition: Option<String>,
    language: Language,
}

/// What a range is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Normal,
    /// The limits beyond which somebody must act.
    Critical,
    /// The limit below which somebody must act.
    CriticalLow,
    /// The limit above which somebody must act.
    CriticalHigh,
    /// A treatment goal, a phase of a cycle, …
    Another,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Female,
    Male,
}

/// What is known of the patient when ranges are chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whom {
    pub(super) sex: Option<Sex>,
    pub(super) age: Option<Age>,
}

/// Whether a range is for a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// It depends on what is not known.
    Unknown(String),
}

impl ReferenceRange {
    pub(super) fn of(
        range: &ObservationReferenceRange,
        value: Option<&MeasuredValue>,
        language: Language,
    ) -> Self {
        let kind = range.r#type.as_ref().and_then(CodeableConcept::label).map(str::to_owned);
        let text = range.text.clone().filter(|text| !text.trim().is_empty());
        let unit = match value {
            Some(MeasuredValue::Number { unit, ucum, .. }) => Unit::named(unit, ucum.as_deref()),
            _ => None,
        };
        let about = text::About { low: range.low.as_ref(), high: range.high.as_ref(), unit };
        let mut sex = Vec::new();
        let mut other_condition = None;
        for group in &range.applies_to {
            match sex_of(group) {
                Some(found) => sex.push(found),
                None => other_condition = Some(group.label().unwrap_or("?").to_owned()),
            }
        }
        // Laboratories write "Male: 13-17" as the text, or as the kind.
        let (mut names_unit, mut names_another_unit) = (false, false);
        for words in [&text, &kind].into_iter().flatten() {
            let said = text::read(words, about);
            sex.extend(said.sex);
            names_unit |= said.names_unit;
            names_another_unit |= said.names_another_unit;
            if said.other {
                other_condition.get_or_insert_with(|| words.clone());
            }
        }
        let lacks = |bound: &Option<Quantity>| {
            bound.as_ref().is_none_or(|bound| bound.unit.is_none() && bound.code.is_none())
        };
        let mut read = Self {
            low: range.low.clone(),
            high: range.high.clone(),
            purpose: purpose(range.r#type.as_ref()),
            kind,
            applies_to: range
                .applies_to
                .iter()
                .filter_map(|group| group.label().map(str::to_owned))
                .collect(),
            age: range.age.clone(),
            text,
            lacks_unit: false,
            names_unit,
            names_another_unit,
            sex,
            other_condition,
            language,
        };
        // A text that says the unit says it for the bounds.
        read.lacks_unit = unit.is_some()
            && !names_unit
            && read.has_numbers()
            && lacks(&range.low)
            && lacks(&range.high);
        read
    }

    /// Whether the range is for this patient.
    pub(super) fn fits(&self, whom: Whom) -> Fit {
        let mut unknown = None;
        if !self.sex.is_empty() {
            match whom.sex {
                Some(sex) if !self.sex.contains(&sex) => return Fit::No,
                Some(_) => {}
                // A range for both is for everybody.
                None if self.sex.contains(&Sex::Female) && self.sex.contains(&Sex::Male) => {}
                None => unknown = Some(self.language.say(Phrase::SexNotKnown).to_owned()),
            }
        }
        if let Some(range) = &self.age {
            match age_fits(range, whom.age, self.language) {
                Fit::No => return Fit::No,
                Fit::Unknown(reason) => unknown = Some(reason),
                Fit::Yes => {}
            }
        }
        if let Some(condition) = &self.other_condition {
            unknown = Some(self.language.fill(Phrase::ConditionNotKnown, &[condition]));
        }
        unknown.map_or(Fit::Yes, Fit::Unknown)
    }

    /// The range in words, with whom it is for: `Female: 12.0–15.5 g/dL`.
    #[must_use]
    pub fn words(&self) -> String {
        let language = self.language;
        let bounds = words::bounds(self.low.as_ref(), self.high.as_ref(), language);
        let bounds = match (&self.text, bounds) {
            (Some(text), Some(bounds)) if !says(text, self) => Some(format!("{text} ({bounds})")),
            (text, bounds) => text.clone().or(bounds),
        };
        let kind = self.kind.clone().filter(|kind| {
            let plain = ["normal", "normal range", "reference range", "reference", "range"];
            !plain.contains(&kind.trim().to_lowercase().as_str())
        });
        let age = self.age.as_ref().and_then(|age| words::range(age, language));
        let age = age.map(|age| language.fill(Phrase::AgeOf, &[&age]));
        let label =
            words::joined(kind.into_iter().chain(self.applies_to.iter().cloned()).chain(age), ", ");
        let words = match (label, bounds) {
            (Some(label), Some(bounds)) => format!("{label}: {bounds}"),
            (label, bounds) => label.or(bounds).unwrap_or_default(),
        };
        if self.lacks_unit { language.fill(Phrase::NoUnitGiven, &[&words]) } else { words }
    }

    /// Whether the range has a bound that is a number.
    pub(super) fn has_numbers(&self) -> bool {
        self.low.as_ref().or(self.high.as_ref()).is_some_and(|bound| bound.value.is_some())
    }
}

/// Whether the text has both bounds in it.
fn says(text: &str, range: &ReferenceRange) -> bool {
    let has = |bound: &Option<Quantity>| {
        let value = bound.as_ref().and_then(|bound| bound.value.as_ref());
        value.is_none_or(|value| text.contains(value.as_str()))
    };
    has(&range.low) && has(&range.high)
}

fn purpose(kind: Option<&CodeableConcept>) -> Purpose {
    let Some(kind) = kind else { return Purpose::Normal };
    let codes = kind.coding.iter().filter_map(|coding| coding.code.as_deref());
    let displays = kind.coding.iter().filter_map(|coding| coding.display.as_deref());
    let all: Vec<String> =
        codes.chain(displays).chain(kind.text.as_deref()).map(str::to_lowercase).collect();
    let has = |word: &str| all.iter().any(|text| text.contains(word));
    if has("critical") || has("panic") || has("alert") {
        return match (has("low"), has("high")) {
            (true, false) => Purpose::CriticalLow,
            (false, true) => Purpose::CriticalHigh,
            _ => Purpose::Critical,
        };
    }
    let is_normal = has("normal") || has("reference") || all.is_empty();
    if is_normal && !has("abnormal") { Purpose::Normal } else { Purpose::Another }
}

fn sex_of(group: &CodeableConcept) -> Option<Sex> {
    let coded = group.coding.iter().find_map(|coding| {
        let system = coding.system.as_deref().unwrap_or_default();
        match coding.code.as_deref()? {
            "248152002" if system == SNOMED_CT => Some(Sex::Female),
            "248153007" if system == SNOMED_CT => Some(Sex::Male),
            "F" | "female" if system.contains("ender") => Some(Sex::Female),
            "M" | "male" if system.contains("ender") => Some(Sex::Male),
            _ => None,
        }
    });
    let said = || {
        let said = text::read(group.label()?, text::About::default());
        match said.sex.as_slice() {
            [one] if !said.other => Some(*one),
            _ => None,
        }
    };
    coded.or_else(said)
}

/// Whether an age lies in a range of ages.
fn age_fits(range: &Range, age: Option<Age>, language: Language) -> Fit {
    let Some(age) = age else {
        return Fit::Unknown(language.say(Phrase::AgeNotKnown).to_owned());
    };
    let mut unknown = false;
    for (bound, is_low) in [(&range.low, true), (&range.high, false)] {
        let Some(bound) = bound else { continue };
        let unit = bound.code.as_deref().or(bound.unit.as_deref()).unwrap_or_default();
        let span = match unit.trim().to_lowercase().trim_end_matches('s') {
            "a" | "year" | "yr" | "y" => age.years,
            "mo" | "month" => age.months,
            "wk" | "week" => (age.days.0 / 7, age.days.1 / 7),
            "d" | "day" => age.days,
            _ => return Fit::Unknown(language.fill(Phrase::AgesInUnit, &[unit])),
        };
        let Some(limit) = bound.value.as_ref().map(crate::model::Decimal::to_f64) else { continue };
        let (least, most) = (f64::from(span.0), f64::from(span.1));
        let (never, always) =
            if is_low { (most < limit, least >= limit) } else { (least > limit, most <= limit) };
        if never {
            return Fit::No;
        }
        unknown |= !always;
    }
    if unknown {
        Fit::Unknown(language.say(Phrase::AgeNotKnownExactly).to_owned())
    } else {
        Fit::Yes
    }
}

super::opaque_debug!(ReferenceRange);
