//! The resource of an observation: units converted, limits kept, meaning derived.

use super::{
    super::{
        assembly::{Assembly, Fact},
        exact::Exact,
        measure::{Given, Measure, NUMBER_HELP, is_plain_count, quantity},
        vital::{self, Vital},
    },
    AMBIGUOUS, Observation, Value,
    interpretation::by_range,
};
use crate::{
    codes::{LOINC, OBSERVATION_CATEGORY, SNOMED_CT, V3_INTERPRETATION},
    language::{Language, Phrase},
    model::{
        self, Annotation, CodeableConcept, Coding, Decimal, ObservationComponent,
        ObservationComponentValue, ObservationEffective, ObservationReferenceRange,
        ObservationValue, Reference,
    },
    words,
};

impl Observation {
    fn is_vital_sign(&self) -> bool {
        match &self.value {
            Value::Vital(kind, _) => kind.is_vital_sign,
            Value::Pressure(..) => true,
            Value::Measure(_) | Value::Text(_) | Value::Concept(_) => false,
        }
    }

    fn categories(&self) -> Vec<CodeableConcept> {
        let category =
            if self.is_vital_sign() { Some(("vital-signs", "Vital Signs")) } else { self.category };
        category
            .map(|(code, display)| Coding::of(OBSERVATION_CATEGORY, code, display).into())
            .into_iter()
            .collect()
    }

    /// Values, and the bounds with them, in the unit in which they are written.
    fn in_written_unit(mut self, path: &str, assembly: &mut Assembly) -> Self {
        for (bound, name) in [(&self.low, "low"), (&self.high, "high")] {
            if bound.is_wrong() {
                assembly.problem(&format!("{path}.{name}"), "is not a number", NUMBER_HELP);
            }
            let wrong = bound.number().and_then(|bound| self.wrong_bound(bound));
            if let Some((message, help)) = wrong {
                assembly.problem(&format!("{path}.{name}"), message, &help);
            }
        }
        let given = self.said.take();
        match self.value {
            Value::Vital(kind, measure) => {
                let said = given.unwrap_or_else(|| measure.text());
                let unit = measure.unit.clone();
                let (measure, changed) =
                    written(kind, measure, &format!("{path}.value"), path, assembly);
                if changed {
                    for bound in [&mut self.low, &mut self.high] {
                        let unit = kind.unit(&unit);
                        let number = bound.number().zip(unit);
                        if let Some((value, _)) = number.and_then(|(n, u)| kind.written(n, u)) {
                            *bound = Given::Yes(Some(value));
                        }
                    }
                    self.notes.push(assembly.language.fill(Phrase::GivenAs, &[&said]));
                }
                self.value = Value::Measure(measure);
            }
            Value::Pressure(systolic, diastolic) => {
                let said = given.unwrap_or_else(|| pressure_text(&systolic, &diastolic));
                let place = format!("{path}.systolic");
                let (systolic, changed) =
                    written(&vital::SYSTOLIC, systolic, &place, path, assembly);
                // A unit that is wrong is told once.
                let diastolic = if systolic.unit.is_empty() {
                    diastolic
                } else {
                    let place = format!("{path}.diastolic");
                    written(&vital::DIASTOLIC, diastolic, &place, path, assembly).0
                };
                if let (Some(upper), Some(lower)) = (systolic.exact(), diastolic.exact())
                    && upper <= lower
                {
                    assembly.problem(
                        &format!("{path}.systolic"),
                        "is not above diastolic",
                        "give the larger of the two values as systolic",
                    );
                }
                if changed {
                    self.notes.push(assembly.language.fill(Phrase::GivenAs, &[&said]));
                }
                self.value = Value::Pressure(systolic, diastolic);
            }
            Value::Measure(ref measure) => {
                let value = measure.value.as_ref();
                let numbers =
                    [("value", value), ("low", self.low.number()), ("high", self.high.number())];
                for (name, number) in numbers {
                    let help =
                        number.and_then(|number| vital::help_if_ambiguous(number, &measure.unit));
                    if let Some(help) = help {
                        assembly.problem(&format!("{path}.{name}"), AMBIGUOUS, help);
                    }
                }
                for (bound, name) in [(&self.low, "low"), (&self.high, "high")] {
                    if exact(bound).is_some_and(|bound| is_plain_count(bound, &measure.unit)) {
                        let help = format!("write it in {}, as the value", measure.unit.trim());
                        let path = format!("{path}.{name}");
                        assembly.problem(&path, "is not in the unit of the value", &help);
                    }
                }
            }
            Value::Text(_) | Value::Concept(_) => {}
        }
        if let (Some(low), Some(high)) = (exact(&self.low), exact(&self.high))
            && low > high
        {
            let help = "give the lowest normal value as low and the highest as high";
            assembly.problem(&format!("{path}.low"), "is above high", help);
        }
        self
    }

    fn value_text(&self) -> String {
        match &self.value {
            Value::Measure(measure) | Value::Vital(_, measure) => measure.text(),
            Value::Text(text) => text.clone(),
            Value::Concept(concept) => concept.label().unwrap_or_default().to_owned(),
            Value::Pressure(systolic, diastolic) => pressure_text(systolic, diastolic),
        }
    }

    fn range_text(&self, language: Language) -> String {
        if let Some(words) = &self.range_text {
            return words.clone();
        }
        let unit = self.unit();
        let bound = |bound: &Given| Some(quantity(Some(bound.number()?.clone()), unit.to_owned()));
        let (low, high) = (bound(&self.low), bound(&self.high));
        words::bounds(low.as_ref(), high.as_ref(), language).unwrap_or_default()
    }

    fn reference_ranges(&self) -> Vec<ObservationReferenceRange> {
        let unit = self.unit();
        let bound = |bound: &Given| {
            bound.number().map(|number| quantity(Some(number.clone()), unit.to_owned()))
        };
        let range = ObservationReferenceRange {
            low: bound(&self.low),
            high: bound(&self.high),
            text: self.range_text.clone().filter(|words| !words.trim().is_empty()),
            ..ObservationReferenceRange::default()
        };
        if range == ObservationReferenceRange::default() { Vec::new() } else { vec![range] }
    }
}

fn exact(bound: &Given) -> Option<Exact> {
    bound.number().and_then(Exact::of)
}

fn pressure_text(systolic: &Measure, diastolic: &Measure) -> String {
    let upper = systolic.value.as_ref().map_or("", Decimal::as_str);
    format!("{upper}/{}", diastolic.text())
}

/// The measure in the unit in which its kind is written, and whether that is another one than was
/// given. After a problem the unit is empty.
fn written(
    kind: &'static Vital,
    measure: Measure,
    path: &str,
    owner: &str,
    assembly: &mut Assembly,
) -> (Measure, bool) {
    let Some(value) = &measure.value else {
        // Told when the quantity is made.
        return (Measure { unit: String::new(), ..measure }, false);
    };
    let Some(unit) = kind.unit(&measure.unit) else {
        let help = format!("write one of: {}", kind.unit_list());
        assembly.problem(&format!("{owner}.unit"), "is not a unit of what is measured", &help);
        return (Measure { unit: String::new(), ..measure }, false);
    };
    if unit.is_ambiguous(value) {
        assembly.problem(path, AMBIGUOUS, kind.whole_help());
        return (Measure { unit: String::new(), ..measure }, false);
    }
    let written = kind.written(value, unit);
    let Some((value, shown)) = written.filter(|_| kind.is_possible(value, unit)) else {
        let message =
            format!("is not possible for {} in {}", kind.name().to_lowercase(), unit.shown);
        assembly.problem(path, &message, &kind.limit_help());
        return (Measure { unit: String::new(), ..measure }, false);
    };
    let changed = shown != unit.shown;
    (Measure { value: Some(value), unit: shown.to_owned(), ..measure }, changed)
}

impl Fact for Observation {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_concept(path, &self.code, &[LOINC, SNOMED_CT]);
        if let Some(at) = &self.at {
            assembly.check_past(&format!("{path}.at"), at);
        }
        let categories = self.categories();
        let this = self.in_written_unit(path, assembly);
        let label = this.code.label().unwrap_or_default().to_owned();
        let interpretation = this.interpretation.or_else(|| match &this.value {
            Value::Measure(measure) => {
                by_range(measure, exact(&this.low), exact(&this.high), this.open_bounds)
            }
            _ => None,
        });
        let reference_range = this.reference_ranges();
        let meaning = interpretation.and_then(|meaning| {
            crate::record::interpretation_words(meaning.code().0, assembly.language)
        });
        let mut text = assembly
            .story()
            .row(Phrase::Test, &label)
            .row(Phrase::Result, &this.value_text())
            .row(Phrase::ReferenceRange, &this.range_text(assembly.language))
            .row(Phrase::Status, meaning.unwrap_or_default());
        for note in &this.notes {
            text = text.row(Phrase::Note, note);
        }
        let (value, component) = match this.value {
            Value::Measure(measure) | Value::Vital(_, measure) => {
                let quantity = measure.into_quantity(&format!("{path}.value"), assembly);
                (Some(ObservationValue::Quantity(quantity)), Vec::new())
            }
            Value::Text(text) => {
                assembly.required(&format!("{path}.value"), &text);
                (Some(ObservationValue::String(text)), Vec::new())
            }
            Value::Concept(concept) => {
                assembly.check_concept(&format!("{path}.value"), &concept, &[]);
                (Some(ObservationValue::CodeableConcept(concept)), Vec::new())
            }
            Value::Pressure(systolic, diastolic) => {
                let mut part = |kind: &Vital, measure: Measure| {
                    let place = format!("{path}.{}", kind.word);
                    let quantity = measure.into_quantity(&place, assembly);
                    ObservationComponent {
                        code: Some(kind.coding().into()),
                        value: Some(ObservationComponentValue::Quantity(quantity)),
                        ..ObservationComponent::default()
                    }
                };
                let parts =
                    vec![part(&vital::SYSTOLIC, systolic), part(&vital::DIASTOLIC, diastolic)];
                (None, parts)
            }
        };
        let filled = |note: &String| !note.trim().is_empty();
        let slot = assembly.slot(this.profile);
        let observation = model::Observation {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("final".to_owned()),
            category: categories,
            code: Some(this.code),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            effective: Some(ObservationEffective::DateTime(
                this.at.unwrap_or_else(|| assembly.date.clone()),
            )),
            performer: vec![assembly.practitioner.clone()],
            value,
            interpretation: interpretation
                .map(|meaning| {
                    let (code, display) = meaning.code();
                    Coding::of(V3_INTERPRETATION, code, display).into()
                })
                .into_iter()
                .collect(),
            note: this.notes.into_iter().filter(filled).map(Annotation::note).collect(),
            reference_range,
            component,
            ..model::Observation::default()
        };
        assembly.add(observation, &label)
    }
}
