use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    measure::Measure,
    party::opaque_debug,
};
use crate::{
    codes::{LOINC, OBSERVATION_CATEGORY, SNOMED_CT, V3_INTERPRETATION, loinc},
    language::Label,
    model::{
        self, CodeableConcept, Coding, DateTime, Decimal, ObservationComponent,
        ObservationComponentValue, ObservationEffective, ObservationReferenceRange,
        ObservationValue, Reference,
    },
};

/// Something observed or measured: a vital sign, a finding, a laboratory result.
///
/// ```
/// use fhir_bundles::{build::Observation, codes};
///
/// let temperature = Observation::temperature(38.4, "°C");
/// let pressure = Observation::blood_pressure(142, 91);
/// let chest = Observation::text("Chest", "Clear on both sides");
/// let haemoglobin = Observation::measured(
///     codes::loinc("718-7", "Hemoglobin [Mass/volume] in Blood"), "10.2", "g/dL",
/// ).reference_range("12.0", "15.5");   // interpreted as low
/// ```
#[derive(Clone)]
pub struct Observation {
    code: CodeableConcept,
    value: Value,
    vital_sign: bool,
    profile: &'static str,
    low: Option<Measure>,
    high: Option<Measure>,
    interpretation: Option<Interpretation>,
    at: Option<DateTime>,
    note: Option<String>,
    category: Option<(&'static str, &'static str)>,
}

#[derive(Clone)]
enum Value {
    Measure(Measure),
    Text(String),
    Concept(CodeableConcept),
    Pressure(Measure, Measure),
}

/// What a result means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interpretation {
    /// Within the range.
    Normal,
    /// Below the range.
    Low,
    /// Above the range.
    High,
    /// So low that it endangers the patient.
    CriticalLow,
    /// So high that it endangers the patient.
    CriticalHigh,
    /// Not as it should be, without a direction.
    Abnormal,
    /// The test found it.
    Positive,
    /// The test did not find it.
    Negative,
}

impl Interpretation {
    /// The meanings by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 8] = [
        ("normal", Self::Normal),
        ("low", Self::Low),
        ("high", Self::High),
        ("critical-low", Self::CriticalLow),
        ("critical-high", Self::CriticalHigh),
        ("abnormal", Self::Abnormal),
        ("positive", Self::Positive),
        ("negative", Self::Negative),
    ];

    /// Code and display of the HL7 code system.
    #[must_use]
    pub fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Normal => ("N", "Normal"),
            Self::Low => ("L", "Low"),
            Self::High => ("H", "High"),
            Self::CriticalLow => ("LL", "Critical low"),
            Self::CriticalHigh => ("HH", "Critical high"),
            Self::Abnormal => ("A", "Abnormal"),
            Self::Positive => ("POS", "Positive"),
            Self::Negative => ("NEG", "Negative"),
        }
    }
}

impl Observation {
    fn new(code: impl Into<CodeableConcept>, value: Value) -> Self {
        Self {
            code: code.into(),
            value,
            vital_sign: false,
            profile: "Observation",
            low: None,
            high: None,
            interpretation: None,
            at: None,
            note: None,
            category: None,
        }
    }

    /// A measured value. The number may be text, to keep its digits; the unit is as people write it
    /// and is coded in UCUM where it is known.
    #[must_use]
    pub fn measured<V: TryInto<Decimal>>(
        code: impl Into<CodeableConcept>,
        value: V,
        unit: impl Into<String>,
    ) -> Self {
        Self::new(code, Value::Measure(Measure::new(value, unit)))
    }

    /// A finding in words.
    #[must_use]
    pub fn text(code: impl Into<CodeableConcept>, value: impl Into<String>) -> Self {
        Self::new(code, Value::Text(value.into()))
    }

    /// A finding with a code, or with words where a code is expected.
    #[must_use]
    pub fn coded(code: impl Into<CodeableConcept>, value: impl Into<CodeableConcept>) -> Self {
        Self::new(code, Value::Concept(value.into()))
    }

    fn vital<V: TryInto<Decimal>>(code: CodeableConcept, value: V, unit: &str) -> Self {
        Self { vital_sign: true, ..Self::measured(code, value, unit) }
    }

    /// Body temperature, in `°C` or `°F`.
    #[must_use]
    pub fn temperature<V: TryInto<Decimal>>(value: V, unit: &str) -> Self {
        Self::vital(called("8310-5", "Body temperature", "Body temperature"), value, unit)
    }

    /// Heart rate in beats a minute.
    #[must_use]
    pub fn pulse<V: TryInto<Decimal>>(beats: V) -> Self {
        Self::vital(called("8867-4", "Heart rate", "Pulse"), beats, "/min")
    }

    /// Respiratory rate in breaths a minute.
    #[must_use]
    pub fn respiratory_rate<V: TryInto<Decimal>>(breaths: V) -> Self {
        Self::vital(called("9279-1", "Respiratory rate", "Respiratory rate"), breaths, "/min")
    }

    /// Oxygen saturation in per cent.
    #[must_use]
    pub fn oxygen_saturation<V: TryInto<Decimal>>(percent: V) -> Self {
        Self::vital(
            called("2708-6", "Oxygen saturation in Arterial blood", "Oxygen saturation"),
            percent,
            "%",
        )
    }

    /// Body weight in kilograms.
    #[must_use]
    pub fn weight<V: TryInto<Decimal>>(kilograms: V) -> Self {
        Self::vital(called("29463-7", "Body weight", "Weight"), kilograms, "kg")
    }

    /// Body height in centimetres.
    #[must_use]
    pub fn height<V: TryInto<Decimal>>(centimetres: V) -> Self {
        Self::vital(called("8302-2", "Body height", "Height"), centimetres, "cm")
    }

    /// Body mass index in kg/m².
    #[must_use]
    pub fn body_mass_index<V: TryInto<Decimal>>(index: V) -> Self {
        Self::vital(
            called("39156-5", "Body mass index (BMI) [Ratio]", "Body mass index"),
            index,
            "kg/m2",
        )
    }

    /// Steps walked, counted by a pedometer.
    #[must_use]
    pub fn steps<V: TryInto<Decimal>>(count: V) -> Self {
        let code = called("55423-8", "Number of steps in unspecified time Pedometer", "Steps");
        Self::measured(code, count, "steps")
    }

    /// Body temperature measured on the skin, in `°C` or `°F`: the one that wellness records list.
    #[must_use]
    pub fn surface_temperature<V: TryInto<Decimal>>(value: V, unit: &str) -> Self {
        Self::vital(
            called("61008-9", "Body surface temperature", "Body surface temperature"),
            value,
            unit,
        )
    }

    /// Blood pressure in mmHg: a panel of systolic and diastolic.
    #[must_use]
    pub fn blood_pressure<S: TryInto<Decimal>, D: TryInto<Decimal>>(
        systolic: S,
        diastolic: D,
    ) -> Self {
        let code =
            called("85354-9", "Blood pressure panel with all children optional", "Blood pressure");
        let pressure =
            Value::Pressure(Measure::new(systolic, "mmHg"), Measure::new(diastolic, "mmHg"));
        Self { vital_sign: true, ..Self::new(code, pressure) }
    }

    /// Adds the range in which a value is normal, in the value's unit. The interpretation follows
    /// from it unless one is given.
    #[must_use]
    pub fn reference_range<L: TryInto<Decimal>, H: TryInto<Decimal>>(
        self,
        low: L,
        high: H,
    ) -> Self {
        self.normal_from(low).normal_to(high)
    }

    /// Adds the lowest normal value.
    #[must_use]
    pub fn normal_from<L: TryInto<Decimal>>(self, low: L) -> Self {
        let unit = self.unit();
        Self { low: Some(Measure::new(low, unit)), ..self }
    }

    /// Adds the highest normal value.
    #[must_use]
    pub fn normal_to<H: TryInto<Decimal>>(self, high: H) -> Self {
        let unit = self.unit();
        Self { high: Some(Measure::new(high, unit)), ..self }
    }

    /// Says what the result means, instead of deriving it from the range.
    #[must_use]
    pub fn interpretation(self, interpretation: Interpretation) -> Self {
        Self { interpretation: Some(interpretation), ..self }
    }

    /// Adds when it was observed; the document's date unless said.
    #[must_use]
    pub fn at(self, at: impl Into<DateTime>) -> Self {
        Self { at: Some(at.into()), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The same observation under another profile of the guide.
    pub(super) fn with_profile(self, profile: &'static str) -> Self {
        Self { profile, ..self }
    }

    /// The same observation as a laboratory's or an imaging department's.
    pub(super) fn with_category(self, code: &'static str, display: &'static str) -> Self {
        Self { category: Some((code, display)), ..self }
    }

    /// Wellness sections allow some kinds of value only; a panel has none of its own.
    pub(super) fn check_value_kind(&self, path: &str, allowed: &[&str], assembly: &mut Assembly) {
        let kind = match &self.value {
            Value::Measure(_) => "quantity",
            Value::Text(_) => "text",
            Value::Concept(_) => "concept",
            Value::Pressure(..) => return,
        };
        if !allowed.contains(&kind) {
            let help = format!("give a {}", allowed.join(" or a "));
            assembly.problem(path, "has a kind of value that the guide does not allow here", &help);
        }
    }

    fn unit(&self) -> String {
        match &self.value {
            Value::Measure(measure) => measure.unit().to_owned(),
            _ => String::new(),
        }
    }

    fn derived_interpretation(&self) -> Option<Interpretation> {
        if self.interpretation.is_some() {
            return self.interpretation;
        }
        let Value::Measure(measure) = &self.value else {
            return None;
        };
        let value = measure.value()?;
        let low = self.low.as_ref().and_then(Measure::value);
        let high = self.high.as_ref().and_then(Measure::value);
        match (low, high) {
            (None, None) => None,
            (Some(low), _) if value < low => Some(Interpretation::Low),
            (_, Some(high)) if value > high => Some(Interpretation::High),
            _ => Some(Interpretation::Normal),
        }
    }

    fn value_text(&self) -> String {
        match &self.value {
            Value::Measure(measure) => measure.text(),
            Value::Text(text) => text.clone(),
            Value::Concept(concept) => concept.label().unwrap_or_default().to_owned(),
            Value::Pressure(systolic, diastolic) => {
                let systolic = systolic.text();
                let systolic = systolic.trim_end_matches(" mmHg");
                format!("{systolic}/{}", diastolic.text())
            }
        }
    }

    fn range_text(&self) -> String {
        let text = |measure: &Option<Measure>| measure.as_ref().map(Measure::text);
        match (text(&self.low), text(&self.high)) {
            (Some(low), Some(high)) => format!("{low} – {high}"),
            (Some(low), None) => format!("≥ {low}"),
            (None, Some(high)) => format!("≤ {high}"),
            (None, None) => String::new(),
        }
    }

    fn categories(&self) -> Vec<CodeableConcept> {
        let category =
            if self.vital_sign { Some(("vital-signs", "Vital Signs")) } else { self.category };
        category
            .map(|(code, display)| Coding::of(OBSERVATION_CATEGORY, code, display).into())
            .into_iter()
            .collect()
    }
}

/// A LOINC code under the name that people use.
fn called(code: &str, display: &str, name: &str) -> CodeableConcept {
    CodeableConcept { text: Some(name.to_owned()), ..CodeableConcept::coded(loinc(code, display)) }
}

impl Fact for Observation {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_concept(path, &self.code, &[LOINC, SNOMED_CT]);
        if let Some(at) = &self.at {
            assembly.check_date_time(&format!("{path}.at"), at);
        }
        let label = self.code.label().unwrap_or_default().to_owned();
        let value_text = self.value_text();
        let interpretation = self.derived_interpretation();
        let categories = self.categories();
        let text = assembly
            .story()
            .row(Label::Test, &label)
            .row(Label::Result, &value_text)
            .row(Label::ReferenceRange, &self.range_text())
            .row(Label::Status, interpretation.map_or("", |meaning| meaning.code().1))
            .row(Label::Note, self.note.as_deref().unwrap_or_default());
        let (value, component) = match self.value {
            Value::Measure(measure) => {
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
                let mut part = |code: &str, display: &str, measure: Measure, name: &str| {
                    let quantity = measure.into_quantity(&format!("{path}.{name}"), assembly);
                    ObservationComponent {
                        code: Some(loinc(code, display).into()),
                        value: Some(ObservationComponentValue::Quantity(quantity)),
                        ..ObservationComponent::default()
                    }
                };
                let parts = vec![
                    part("8480-6", "Systolic blood pressure", systolic, "systolic"),
                    part("8462-4", "Diastolic blood pressure", diastolic, "diastolic"),
                ];
                (None, parts)
            }
        };
        let range = match (self.low, self.high) {
            (None, None) => Vec::new(),
            (low, high) => {
                let mut bound = |measure: Option<Measure>, name: &str| {
                    measure
                        .map(|measure| measure.into_quantity(&format!("{path}.{name}"), assembly))
                };
                vec![ObservationReferenceRange {
                    low: bound(low, "normalFrom"),
                    high: bound(high, "normalTo"),
                    ..ObservationReferenceRange::default()
                }]
            }
        };
        let slot = assembly.slot(self.profile);
        let observation = model::Observation {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("final".to_owned()),
            category: categories,
            code: Some(self.code),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            effective: Some(ObservationEffective::DateTime(
                self.at.unwrap_or_else(|| assembly.date.clone()),
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
            note: notes(self.note),
            reference_range: range,
            component,
            ..model::Observation::default()
        };
        assembly.add(observation, &label)
    }
}

opaque_debug!(Observation);
