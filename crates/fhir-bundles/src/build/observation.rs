mod interpretation;
mod resource;

pub use self::interpretation::Interpretation;
use super::{
    assembly::Assembly,
    measure::{Comparator, Given, Measure},
    party::opaque_debug,
    vital::{self, Vital},
};
use crate::model::{CodeableConcept, DateTime, Decimal};

/// Something observed or measured: a vital sign, a finding, a laboratory result.
///
/// ```
/// use fhir_bundles::{build::{Comparator, Observation}, codes};
///
/// let temperature = Observation::temperature(38.4, "°C");
/// let weight = Observation::weight(132).in_unit("lb");   // written as 59.87 kg
/// let pressure = Observation::blood_pressure(142, 91);
/// let chest = Observation::text("Chest", "Clear on both sides");
/// let haemoglobin = Observation::measured(
///     codes::loinc("718-7", "Hemoglobin [Mass/volume] in Blood"), "10.2", "g/dL",
/// ).reference_range("12.0", "15.5");   // interpreted as low
/// let tsh = Observation::measured("TSH", "0.05", "mIU/L").comparator(Comparator::Below);
/// let hiv = Observation::text("HIV 1 and 2", "Non Reactive").reference_text("Non Reactive");
/// ```
///
/// A vital sign is written in one unit: what was measured in another is converted exactly, rounded
/// to two decimals (kg) or one (cm, mmHg, °C) unless three hold it whole, and kept as it was given
/// in a note. A unit that does not fit, or a value that no living person has, is a problem.
#[derive(Clone)]
pub struct Observation {
    code: CodeableConcept,
    value: Value,
    profile: &'static str,
    low: Given,
    high: Given,
    open_bounds: bool,
    range_text: Option<String>,
    interpretation: Option<Interpretation>,
    at: Option<DateTime>,
    notes: Vec<String>,
    category: Option<(&'static str, &'static str)>,
    /// The measured value in the caller's own words, where it stood in several units.
    said: Option<String>,
}

/// What is wrong with 5.11 ft.
pub(crate) const AMBIGUOUS: &str = "has decimals that can be read in two ways";

#[derive(Clone)]
enum Value {
    Measure(Measure),
    Vital(&'static Vital, Measure),
    Text(String),
    Concept(CodeableConcept),
    /// Systolic and diastolic in one unit.
    Pressure(Measure, Measure),
}

impl Observation {
    fn new(code: impl Into<CodeableConcept>, value: Value) -> Self {
        Self {
            code: code.into(),
            value,
            profile: "Observation",
            low: Given::No,
            high: Given::No,
            open_bounds: false,
            range_text: None,
            interpretation: None,
            at: None,
            notes: Vec::new(),
            category: None,
            said: None,
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

    /// A measurement of a kind that has a unit of its own.
    pub(crate) fn vital<V: TryInto<Decimal>>(kind: &'static Vital, value: V, unit: &str) -> Self {
        Self::new(kind.concept(), Value::Vital(kind, Measure::new(value, unit)))
    }

    /// Body temperature, in `°C`, `°F` or `K`.
    #[must_use]
    pub fn temperature<V: TryInto<Decimal>>(value: V, unit: &str) -> Self {
        Self::vital(&vital::TEMPERATURE, value, unit)
    }

    /// Heart rate in beats a minute.
    #[must_use]
    pub fn pulse<V: TryInto<Decimal>>(beats: V) -> Self {
        Self::vital(&vital::PULSE, beats, "")
    }

    /// Respiratory rate in breaths a minute.
    #[must_use]
    pub fn respiratory_rate<V: TryInto<Decimal>>(breaths: V) -> Self {
        Self::vital(&vital::RESPIRATORY_RATE, breaths, "")
    }

    /// Oxygen saturation in per cent.
    #[must_use]
    pub fn oxygen_saturation<V: TryInto<Decimal>>(percent: V) -> Self {
        Self::vital(&vital::OXYGEN_SATURATION, percent, "")
    }

    /// Body weight in kilograms; see [`in_unit`](Self::in_unit) for others.
    #[must_use]
    pub fn weight<V: TryInto<Decimal>>(kilograms: V) -> Self {
        Self::vital(&vital::WEIGHT, kilograms, "")
    }

    /// Body height in centimetres; see [`in_unit`](Self::in_unit) for others.
    #[must_use]
    pub fn height<V: TryInto<Decimal>>(centimetres: V) -> Self {
        Self::vital(&vital::HEIGHT, centimetres, "")
    }

    /// Body mass index in kg/m².
    #[must_use]
    pub fn body_mass_index<V: TryInto<Decimal>>(index: V) -> Self {
        Self::vital(&vital::BODY_MASS_INDEX, index, "")
    }

    /// Steps walked, counted by a pedometer.
    #[must_use]
    pub fn steps<V: TryInto<Decimal>>(count: V) -> Self {
        Self::vital(&vital::STEP_COUNT, count, "")
    }

    /// Body temperature measured on the skin, in `°C`, `°F` or `K`: the one that wellness records
    /// list.
    #[must_use]
    pub fn surface_temperature<V: TryInto<Decimal>>(value: V, unit: &str) -> Self {
        Self::vital(&vital::SURFACE_TEMPERATURE, value, unit)
    }

    /// Blood pressure in mmHg: a panel of systolic and diastolic.
    #[must_use]
    pub fn blood_pressure<S: TryInto<Decimal>, D: TryInto<Decimal>>(
        systolic: S,
        diastolic: D,
    ) -> Self {
        let code = vital::called(
            "85354-9",
            "Blood pressure panel with all children optional",
            "Blood pressure",
        );
        let pressure = Value::Pressure(Measure::new(systolic, ""), Measure::new(diastolic, ""));
        Self::new(code, pressure)
    }

    /// Says in which unit the value was measured, and its range with it. Values of a kind that has a
    /// unit of its own (weight in kg, height in cm, blood pressure in mmHg, temperature in °C or °F)
    /// are converted from those that are known for it; other units of it are a problem.
    #[must_use]
    pub fn in_unit(mut self, unit: impl Into<String>) -> Self {
        let unit = unit.into();
        match &mut self.value {
            Value::Measure(measure) | Value::Vital(_, measure) => measure.unit = unit,
            Value::Pressure(systolic, diastolic) => {
                systolic.unit.clone_from(&unit);
                diastolic.unit = unit;
            }
            Value::Text(_) | Value::Concept(_) => {}
        }
        self
    }

    /// Says that the exact value is not known: `<0.05`. Both values of a blood pressure are known.
    #[must_use]
    pub fn comparator(mut self, comparator: Comparator) -> Self {
        if let Value::Measure(measure) | Value::Vital(_, measure) = &mut self.value {
            measure.comparator = Some(comparator);
        }
        self
    }

    /// The value in the caller's own words, which a note keeps.
    pub(crate) fn said(self, words: impl Into<String>) -> Self {
        Self { said: Some(words.into()), ..self }
    }

    /// What it is called here: "Axillary temperature". The code stays.
    #[must_use]
    pub fn called(mut self, name: impl Into<String>) -> Self {
        self.code.text = Some(name.into());
        self
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
        Self { low: Given::of(low), ..self }
    }

    /// Adds the highest normal value.
    #[must_use]
    pub fn normal_to<H: TryInto<Decimal>>(self, high: H) -> Self {
        Self { high: Given::of(high), ..self }
    }

    /// Adds what is normal in words, such as "Non Reactive" or "men 13–17, women 12–15". From words
    /// no interpretation follows.
    #[must_use]
    pub fn reference_text(self, words: impl Into<String>) -> Self {
        Self { range_text: Some(words.into()), ..self }
    }

    /// Says that the bounds of the range are not normal themselves: `<5`.
    pub(crate) fn open_bounds(self) -> Self {
        Self { open_bounds: true, ..self }
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
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The unit as it was given, or is meant where none was.
    pub(crate) fn unit(&self) -> &str {
        match &self.value {
            Value::Measure(measure) => &measure.unit,
            Value::Vital(kind, measure) if measure.unit.trim().is_empty() => {
                kind.first_unit().map_or("", |unit| unit.shown)
            }
            Value::Vital(_, measure) => &measure.unit,
            Value::Text(_) | Value::Concept(_) | Value::Pressure(..) => "",
        }
    }

    /// What is wrong with a bound of the range beside a measurement of a kind, and what to write
    /// instead.
    pub(crate) fn wrong_bound(&self, bound: &Decimal) -> Option<(&'static str, String)> {
        let Value::Vital(kind, measure) = &self.value else { return None };
        // A unit that is wrong is told as such.
        let unit = kind.unit(&measure.unit)?;
        if unit.is_ambiguous(bound) {
            return Some((AMBIGUOUS, kind.whole_help().to_owned()));
        }
        let message = "is not possible for what is measured, in the unit of the value";
        let help = || {
            let unit = unit.shown;
            format!(
                "give it in {unit}, as the value; or write the range with its own unit, in words"
            )
        };
        (!kind.is_possible(bound, unit)).then(|| (message, help()))
    }

    /// Whether no single number was measured, so that a range is one of words.
    pub(crate) fn has_no_number(&self) -> bool {
        matches!(self.value, Value::Text(_) | Value::Concept(_) | Value::Pressure(..))
    }

    /// The same observation under another profile of the guide.
    pub(super) fn with_profile(self, profile: &'static str) -> Self {
        Self { profile, ..self }
    }

    /// The same observation as a laboratory's or an imaging department's.
    pub(super) fn with_category(self, code: &'static str, display: &'static str) -> Self {
        Self { category: Some((code, display)), ..self }
    }

    /// The same observation with a value of a kind that a wellness section allows; words become the
    /// text of a concept and the other way round. A panel has no value of its own.
    pub(super) fn with_value_kind(
        mut self,
        path: &str,
        allowed: &[&str],
        assembly: &mut Assembly,
    ) -> Self {
        let kind = match &self.value {
            Value::Measure(_) | Value::Vital(..) => "quantity",
            Value::Text(_) => "text",
            Value::Concept(_) => "concept",
            Value::Pressure(..) => return self,
        };
        if allowed.contains(&kind) {
            return self;
        }
        self.value = match self.value {
            Value::Text(text) if allowed.contains(&"concept") => {
                Value::Concept(CodeableConcept::text(text))
            }
            Value::Concept(concept) if concept.coding.is_empty() && allowed.contains(&"text") => {
                Value::Text(concept.text.unwrap_or_default())
            }
            other => {
                let help = format!("give a {}", allowed.join(" or a "));
                assembly.problem(
                    &format!("{path}.value"),
                    "has a kind of value that the guide does not allow here",
                    &help,
                );
                other
            }
        };
        self
    }
}

opaque_debug!(Observation);
