//! The kinds of measurement that have a unit of their own: in which units they are taken, how those
//! are converted, and between which values a living person's can lie.
//!
//! Factors are exact by definition (international pound, inch and foot; 1 mmHg = 133.322387415 Pa).
//! The limits are wide on purpose: they tell a wrong unit, not a sick patient.

mod kinds;

pub(crate) use self::kinds::{
    BODY_MASS_INDEX, DIASTOLIC, HEIGHT, KINDS, OXYGEN_SATURATION, PULSE, RESPIRATORY_RATE,
    STEP_COUNT, SURFACE_TEMPERATURE, SYSTOLIC, TEMPERATURE, WEIGHT,
};
use super::exact::Exact;
use crate::{
    codes::loinc,
    model::{CodeableConcept, Coding, Decimal},
};

/// A kind of measurement.
#[derive(Debug)]
pub(crate) struct Vital {
    /// The word of plain records.
    pub(crate) word: &'static str,
    /// LOINC code and display.
    code: (&'static str, &'static str),
    /// What people call it.
    name: &'static str,
    /// Whether it is of FHIR's category of vital signs.
    pub(super) is_vital_sign: bool,
    /// The lowest and the highest possible value in the first unit.
    limits: (Exact, Exact),
    /// Decimals to which a converted value is rounded.
    decimals: u32,
    /// The unit in which it is written, and those from which it is converted.
    pub(crate) units: &'static [Unit],
}

/// A unit of a kind of measurement: `(value + add) × times ÷ by` is the value in the first unit.
#[derive(Debug)]
pub(crate) struct Unit {
    /// As people read it; `ucum_code` knows it.
    pub(crate) shown: &'static str,
    /// What people write, without spaces and full stops and in small letters.
    pub(crate) names: &'static [&'static str],
    add: Exact,
    times: i128,
    by: i128,
    /// Whether the value is written in this unit, since FHIR takes it too.
    kept: bool,
    /// Whether a decimal of it is read in two ways: to most in India 5.11 ft is 5 ft 11 in.
    whole: bool,
}

impl Unit {
    const fn first(shown: &'static str, names: &'static [&'static str]) -> Self {
        Self { kept: true, ..Self::factor(shown, names, 1, 1) }
    }

    const fn factor(
        shown: &'static str,
        names: &'static [&'static str],
        times: i128,
        by: i128,
    ) -> Self {
        Self { shown, names, add: Exact::new(0, 0), times, by, kept: false, whole: false }
    }

    /// A unit of which parts are counted in the next smaller one.
    const fn whole(
        shown: &'static str,
        names: &'static [&'static str],
        times: i128,
        by: i128,
    ) -> Self {
        Self { whole: true, ..Self::factor(shown, names, times, by) }
    }

    /// Whether a number of it can be read in two ways.
    pub(super) fn is_ambiguous(&self, value: &Decimal) -> bool {
        self.whole && Exact::of(value).is_some_and(|value| !value.is_whole())
    }

    /// The value in the first unit.
    fn in_first(&self, value: Exact, decimals: u32) -> Option<Exact> {
        value.converted(self.add, self.times, self.by, decimals)
    }

    /// Whether the unit counts from zero, so that amounts in it can be added.
    fn is_scale(&self) -> bool {
        self.add == Exact::new(0, 0)
    }
}

/// Every kind, the parts of a blood pressure too.
pub(crate) fn every() -> impl Iterator<Item = &'static Vital> {
    KINDS.into_iter().chain([&SYSTOLIC, &DIASTOLIC])
}

/// What to write instead of a number whose unit has its parts counted in a smaller one, whatever is
/// measured in it.
pub(super) fn help_if_ambiguous(value: &Decimal, unit: &str) -> Option<&'static str> {
    let is_ambiguous =
        |kind: &&'static Vital| kind.unit(unit).is_some_and(|unit| unit.is_ambiguous(value));
    every().filter(|_| !unit.trim().is_empty()).find(is_ambiguous).map(Vital::whole_help)
}

/// A LOINC code under the name that people use.
pub(super) fn called(code: &str, display: &str, name: &str) -> CodeableConcept {
    CodeableConcept { text: Some(name.to_owned()), ..CodeableConcept::coded(loinc(code, display)) }
}

impl Vital {
    /// Code and name.
    pub(super) fn concept(&self) -> CodeableConcept {
        let (code, display) = self.code;
        called(code, display, self.name)
    }

    /// The code alone, for a part of a panel.
    pub(super) fn coding(&self) -> Coding {
        let (code, display) = self.code;
        loinc(code, display)
    }

    /// The LOINC code.
    pub(crate) fn code(&self) -> &'static str {
        self.code.0
    }

    /// The unit in which the values are written.
    pub(crate) fn first_unit(&self) -> Option<&'static Unit> {
        self.units.first()
    }

    /// The unit of a text; the first when the text is blank.
    pub(crate) fn unit(&self, text: &str) -> Option<&'static Unit> {
        let name = unit_name(text);
        if name.is_empty() {
            return self.first_unit();
        }
        self.units.iter().find(|unit| unit.names.contains(&name.as_str()))
    }

    /// The value, and the words of the unit in which it is written.
    pub(super) fn written(&self, value: &Decimal, unit: &Unit) -> Option<(Decimal, &'static str)> {
        if unit.kept {
            return Some((value.clone(), unit.shown));
        }
        let value = unit.in_first(Exact::of(value)?, self.decimals)?.decimal()?;
        Some((value, self.first_unit()?.shown))
    }

    /// Whether a living person can have the value.
    pub(super) fn is_possible(&self, value: &Decimal, unit: &Unit) -> bool {
        let (low, high) = self.limits;
        let value = Exact::of(value).and_then(|value| unit.in_first(value, self.decimals));
        value.is_some_and(|value| low <= value && value <= high)
    }

    /// `kg, g, lb`
    pub(crate) fn unit_list(&self) -> String {
        self.units.iter().map(|unit| unit.shown).collect::<Vec<_>>().join(", ")
    }

    /// What to write instead of an impossible value.
    pub(super) fn limit_help(&self) -> String {
        let (low, high) = self.limits;
        let unit = self.first_unit().map_or("", |unit| unit.shown);
        let span = format!("give a value from {} to {} {unit}", low.text(), high.text());
        match self.units.len() {
            1 => span,
            _ => format!("{span}, or say its unit ({})", self.unit_list()),
        }
    }

    /// What to write instead of a decimal of a unit whose parts are counted in a smaller one.
    pub(crate) fn whole_help(&self) -> &'static str {
        match self.word {
            "height" => "write feet and inches, such as 5'11\", or give it in cm or in inches",
            _ => "write both units, such as 9 st 13 lb, or give it in kg or in lb",
        }
    }

    /// What is measured, for a sentence.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// An amount in several units at once (`5'4"`, `5 ft 4 in`, `7 lb 4 oz`), in the last of them.
    /// `None` for what is no such amount.
    pub(crate) fn compound(&self, text: &str) -> Option<Compound> {
        let mut parts: Vec<(Exact, &Unit)> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
            // Feet alone may leave the inches' mark to be understood: 5'4
            let (number, after) = rest.split_at_checked(end)?;
            let next = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at_checked(next)?;
            let unit =
                self.unit(unit).filter(|_| !unit.trim().is_empty() && unit_is_plain(unit))?;
            parts.push((Exact::of(&number.parse().ok()?)?, unit));
            rest = after;
            let is_feet = unit.shown == "ft";
            if is_feet && rest.bytes().all(|byte| byte.is_ascii_digit()) && !rest.is_empty() {
                let inches = self.units.iter().find(|unit| unit.shown == "in")?;
                parts.push((Exact::of(&rest.parse().ok()?)?, inches));
                rest = "";
            }
        }
        let (_, last) = parts.last()?;
        let falls = parts.windows(2).all(|pair| {
            let size = |part: &(Exact, &Unit)| part.1.in_first(Exact::new(1, 0), 6);
            matches!(pair, [one, two] if size(one) > size(two))
        });
        if parts.len() < 2 || !falls || !parts.iter().all(|(_, unit)| unit.is_scale()) {
            return None;
        }
        // 5 ft 14 in, 5.5 ft 4 in: what was meant cannot be told.
        let is_carried = parts.windows(2).any(|pair| {
            let [(number, unit), (next, smaller)] = pair else { return false };
            let zero = Exact::new(0, 0);
            // One of the larger unit, in the smaller.
            let most = unit.times.checked_mul(smaller.by).zip(unit.by.checked_mul(smaller.times));
            let most = most.and_then(|(times, by)| Exact::new(1, 0).converted(zero, times, by, 6));
            !number.is_whole() || most.is_none_or(|most| *next >= most)
        });
        if is_carried {
            return Some(Compound::Unclear);
        }
        let mut sum = Exact::new(0, 0);
        for (number, unit) in &parts {
            // In the last unit: (times ÷ by) of the part over (times ÷ by) of the last.
            let times = unit.times.checked_mul(last.by)?;
            let by = unit.by.checked_mul(last.times)?;
            sum = sum.plus(number.converted(Exact::new(0, 0), times, by, 6)?)?;
        }
        Some(Compound::Amount(sum.decimal()?, last.shown))
    }
}

/// What an amount in several units says.
#[derive(Debug)]
pub(crate) enum Compound {
    /// The amount in the last of its units.
    Amount(Decimal, &'static str),
    /// A part is not whole, or is as much as one of the larger unit before it.
    Unclear,
}

fn unit_is_plain(text: &str) -> bool {
    !text.contains(['-', ',', ';'])
}

/// A unit's name as the tables have it.
fn unit_name(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        match letter {
            ' ' | '.' | '\t' | '\u{a0}' => {}
            'º' | '˚' => name.push('°'),
            '℃' => name.push_str("°c"),
            '℉' => name.push_str("°f"),
            '′' | '’' | '‘' | '`' => name.push('\''),
            '″' | '”' | '“' => name.push('"'),
            other => name.extend(other.to_lowercase()),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::ucum_code;

    #[test]
    fn every_unit_name_is_found_and_belongs_to_one_unit() {
        for vital in every() {
            for unit in vital.units {
                for name in unit.names {
                    let found = vital.unit(&name.to_uppercase()).unwrap();
                    assert_eq!(found.shown, unit.shown, "{} {name}", vital.word);
                }
                assert!(vital.unit(unit.shown).is_some_and(|found| found.shown == unit.shown));
            }
            assert!(vital.unit("furlong").is_none());
        }
    }

    #[test]
    fn what_is_written_has_a_ucum_code() {
        for vital in every() {
            for unit in vital.units.iter().filter(|unit| unit.kept) {
                assert!(ucum_code(unit.shown).is_some(), "{}", unit.shown);
            }
        }
    }

    #[test]
    fn values_are_converted_exactly() {
        let written = |vital: &'static Vital, value: &str, unit: &str| {
            let unit = vital.unit(unit).unwrap();
            let (value, unit) = vital.written(&value.parse().unwrap(), unit).unwrap();
            format!("{value} {unit}")
        };
        assert_eq!(written(&WEIGHT, "132", "lb"), "59.87 kg");
        assert_eq!(written(&WEIGHT, "2800", "g"), "2.8 kg");
        assert_eq!(written(&WEIGHT, "61.50", "Kgs."), "61.50 kg");
        assert_eq!(written(&HEIGHT, "64", "in"), "162.56 cm");
        assert_eq!(written(&HEIGHT, "1.58", "m"), "158 cm");
        assert_eq!(written(&SYSTOLIC, "16", "kPa"), "120 mmHg");
        assert_eq!(written(&DIASTOLIC, "11", "kPa"), "82.5 mmHg");
        assert_eq!(written(&TEMPERATURE, "98.60", "F"), "98.60 °F");
        assert_eq!(written(&TEMPERATURE, "310.15", "K"), "37 °C");
    }

    #[test]
    fn amounts_in_several_units_are_added() {
        let shown = |compound: Option<Compound>| match compound? {
            Compound::Amount(value, unit) => Some(format!("{value} {unit}")),
            Compound::Unclear => Some("unclear".to_owned()),
        };
        let inches = |text| shown(HEIGHT.compound(text));
        for text in ["5'4\"", "5 ft 4 in", "5 feet 4 inches", "5'4", "5’ 4”", "5ft4in"] {
            assert_eq!(inches(text).as_deref(), Some("64 in"), "{text}");
        }
        for text in ["5'", "64 in", "4 in 5 ft", "5", "", "5 ft 4 kg", "5-4", "a"] {
            assert_eq!(inches(text), None, "{text}");
        }
        assert_eq!(shown(WEIGHT.compound("2 kg 800 g")).as_deref(), Some("2800 g"));
        assert_eq!(inches("5'11.5\"").as_deref(), Some("71.5 in"));
        for text in ["5 ft 12 in", "5'14\"", "5'14", "5.5 ft 4 in", "1 m 100 cm", "1.5 m 8 cm"] {
            assert_eq!(inches(text).as_deref(), Some("unclear"), "{text}");
        }
        for text in ["7 lb 16 oz", "9 st 14 lb", "2 kg 1000 g", "9.5 st 3 lb"] {
            assert_eq!(shown(WEIGHT.compound(text)).as_deref(), Some("unclear"), "{text}");
        }
        assert_eq!(shown(WEIGHT.compound("7 lb 15.5 oz")).as_deref(), Some("127.5 oz"));
    }

    #[test]
    fn limits_tell_a_wrong_unit() {
        let possible = |vital: &'static Vital, value: &str, unit: &str| {
            vital.is_possible(&value.parse().unwrap(), vital.unit(unit).unwrap())
        };
        assert!(!possible(&TEMPERATURE, "98.6", ""));
        assert!(possible(&TEMPERATURE, "98.6", "°F"));
        assert!(!possible(&TEMPERATURE, "37", "K"));
        assert!(!possible(&OXYGEN_SATURATION, "0.97", "%"));
        assert!(!possible(&PULSE, "-5", ""));
        assert!(!possible(&WEIGHT, "2800", ""));
        assert!(!possible(&HEIGHT, "1.64", ""));
        assert!(possible(&PULSE, "0", ""));
        assert!(possible(&TEMPERATURE, "98.60000000000001", "F"));
        assert!(possible(&SYSTOLIC, "15.999999999999998", "kPa"));
        assert!(!possible(&WEIGHT, "1e400", ""));
    }
}
