//! Observations: vital signs, findings, results.

use super::{
    super::{
        number::{self, Measured},
        range::{Bounds, bounds},
        source::{Source, concept},
        unit::{is_unit, joined, rates_in, same_unit},
        words::{BLOOD_PRESSURE, MEANINGS, VITAL_KINDS},
    },
    name, with,
};
use crate::{
    build::{
        Exact, Interpretation, NUMBER_HELP, Observation, is_plain_count,
        vital::{self, Compound, Vital},
    },
    codes::{LOINC, has_multiplier},
    json::Json,
    model::{CodeableConcept, Decimal},
};

/// What is wrong with a field of an observation; of the whole where the field has no name.
pub(in crate::plain) struct Fault {
    pub(in crate::plain) field: &'static str,
    pub(in crate::plain) message: &'static str,
    pub(in crate::plain) help: String,
}

impl Fault {
    fn new(field: &'static str, message: &'static str, help: &str) -> Self {
        Self { field, message, help: help.to_owned() }
    }
}

type Read<T> = Result<T, Fault>;

/// A value whose own text has another unit than stands beside it.
fn two_units() -> Fault {
    let help = "write the unit once, or the same in both";
    Fault::new("unit", "is another than the value has", help)
}

/// Lists in which a name in words is that of a kind of measurement: elsewhere a weight may be a
/// child's or a load, and PR a receptor.
const LISTS_OF_KINDS: [&str; 3] = ["vitalSigns", "physicalExamination", "bodyMeasurements"];

/// The observation of a list; what is wrong with it is reported by [`faults`].
pub(in crate::plain) fn observation(source: Source<'_>, list: &str) -> Observation {
    read(source, list).0
}

/// What is wrong with an observation beyond its form.
pub(in crate::plain) fn faults(source: Source<'_>, list: &str) -> Vec<Fault> {
    read(source, list).1
}

fn read(source: Source<'_>, list: &str) -> (Observation, Vec<Fault>) {
    let mut faults = Vec::new();
    let observation = observed(source, list).unwrap_or_else(|fault| {
        faults.push(fault);
        unread(source)
    });
    let observation = ranged(observation, source, &mut faults);
    let meaning = source.meant("interpretation", &MEANINGS, &Interpretation::WORDS);
    let observation = with(observation, meaning, Observation::interpretation);
    let observation = with(observation, source.text("at"), |o, at| o.at(at));
    (with(observation, source.text("note"), Observation::note), faults)
}

/// Stands for what has a problem, so that the builder finds no other one in it.
fn unread(source: Source<'_>) -> Observation {
    Observation::text(name(source, "name"), "unread")
}

/// A kind of measurement that has units and limits of its own.
#[derive(Clone, Copy)]
enum Kind {
    Pressure,
    One(&'static Vital),
}

/// The LOINC code of a blood pressure of two values.
const PANEL: &str = "85354-9";

impl Kind {
    fn of_word(word: &str) -> Option<Self> {
        if word == BLOOD_PRESSURE {
            return Some(Self::Pressure);
        }
        vital::KINDS.into_iter().find(|kind| kind.word == word).map(Self::One)
    }

    fn of_code(code: &str) -> Option<Self> {
        if code == PANEL {
            return Some(Self::Pressure);
        }
        vital::every().find(|kind| kind.code() == code).map(Self::One)
    }

    /// The kind that the record says: by its word, by the LOINC code of the name, or by the name in
    /// words where the list has such.
    fn said(source: Source<'_>, list: &str) -> Option<Self> {
        if source.has("kind") {
            return source.word("kind", &VITAL_KINDS).and_then(Self::of_word);
        }
        let name = source.concept("name")?;
        match name.coding.first() {
            Some(coding) if coding.system.as_deref() == Some(LOINC) => {
                Self::of_code(coding.code.as_deref()?.trim())
            }
            Some(_) => None,
            None if LISTS_OF_KINDS.contains(&list) => {
                let name = name.text.as_deref()?;
                let of_name = |name: &str| VITAL_KINDS.find(name).and_then(Self::of_word);
                of_name(name).or_else(|| {
                    let (name, unit) = in_brackets(name)?;
                    of_name(name).filter(|kind| kind.vital().unit(unit).is_some())
                })
            }
            None => None,
        }
        .filter(|kind| source.raw("value").is_none_or(|value| kind.measures(value)))
    }

    /// What has the units: of a blood pressure its upper value.
    fn vital(self) -> &'static Vital {
        match self {
            Self::Pressure => &vital::SYSTOLIC,
            Self::One(kind) => kind,
        }
    }

    /// Whether a value is meant as a measurement and not as words: regular.
    fn measures(self, value: &Json) -> bool {
        let Json::String(text) = value else { return matches!(value, Json::Number(_)) };
        let kind = self.vital();
        let is_of_unit = |unit: &str| unit.is_empty() || kind.unit(unit).is_some() || is_unit(unit);
        let is_compound = kind.compound(text).is_some();
        let is_pressure = matches!(self, Self::Pressure)
            && two_values(text).is_some_and(|(.., unit)| is_of_unit(&unit));
        is_compound
            || is_pressure
            || number::measured(text).is_some_and(|measured| is_of_unit(&measured.unit))
    }
}

/// Systolic, diastolic and unit of a text: `120/80 mmHg`.
fn two_values(text: &str) -> Option<(Decimal, Decimal, String)> {
    let (systolic, rest) = text.split_once('/')?;
    let rest = number::measured(rest).filter(|rest| rest.comparator.is_none())?;
    Some((number::of_text(systolic)?, rest.number, rest.unit))
}

fn observed(source: Source<'_>, list: &str) -> Read<Observation> {
    let kind = Kind::said(source, list);
    if source.has("systolic") || source.has("diastolic") || matches!(kind, Some(Kind::Pressure)) {
        return pressure(source, kind);
    }
    if !source.has("value") || !(source.has("kind") || source.has("name")) {
        return Err(Fault::new(
            "",
            "does not say what was observed",
            "give kind and value, name and value, or systolic and diastolic",
        ));
    }
    match kind {
        Some(Kind::One(kind)) => called(vital_sign(source, kind)?, source, kind.code()),
        // A word that is not known is reported as such.
        _ if source.has("kind") => Ok(unread(source)),
        _ => finding(source),
    }
}

/// A name beside a kind: words stay, a code of its own would be lost.
fn called(observation: Observation, source: Source<'_>, own: &str) -> Read<Observation> {
    let Some(name) = source.concept("name") else { return Ok(observation) };
    let is_other = name.coding.iter().any(|coding| {
        let code = coding.code.as_deref().unwrap_or_default().trim();
        coding.system.as_deref() != Some(LOINC) || code != own
    });
    if is_other {
        let help = "leave the kind out, or write the name in words";
        return Err(Fault::new("name", "has a code, and the kind has one of its own", help));
    }
    Ok(with(observation, name.label(), Observation::called))
}

fn pressure(source: Source<'_>, kind: Option<Kind>) -> Read<Observation> {
    let is_pressure = matches!(kind, Some(Kind::Pressure));
    let field = if source.has("kind") { "kind" } else { "name" };
    if !is_pressure && (kind.is_some() || source.has("kind")) {
        let help = "make an observation of its own of each";
        return Err(Fault::new(field, "stands beside a blood pressure", help));
    }
    if source.has("low") || source.has("high") {
        let field = if source.has("low") { "low" } else { "high" };
        let help = "write what is normal as range, such as below 140/90";
        return Err(Fault::new(field, "is of one value, and a blood pressure has two", help));
    }
    let (systolic, diastolic, unit) = match (source.has("systolic"), source.has("diastolic")) {
        (true, true) if source.has("value") => {
            let help = "make an observation of its own of it";
            return Err(Fault::new("value", "stands beside a blood pressure", help));
        }
        // What is no number is reported by the form.
        (true, true) => {
            let number = |name| source.number(name).unwrap_or_else(|| Decimal::from(0));
            (number("systolic"), number("diastolic"), String::new())
        }
        (true, false) | (false, true) => {
            let field = if source.has("systolic") { "diastolic" } else { "systolic" };
            return Err(Fault::new(field, "is missing", "a blood pressure has two values"));
        }
        (false, false) => {
            let text = source.text("value").unwrap_or_default();
            two_values(&text).ok_or_else(|| {
                let help = "write 120/80, or systolic and diastolic";
                Fault::new("value", "is not a blood pressure", help)
            })?
        }
    };
    let unit = one_unit(unit, source, &vital::SYSTOLIC)?;
    let observation = Observation::blood_pressure(systolic, diastolic).in_unit(unit);
    called(observation, source, PANEL)
}

/// The name and what stands in brackets behind it: `Temperature (°F)`.
fn in_brackets(name: &str) -> Option<(&str, &str)> {
    let (name, rest) = name.split_once(['(', '['])?;
    let unit = rest.trim_end().strip_suffix([')', ']'])?.trim();
    let unit = unit.strip_prefix("in ").unwrap_or(unit);
    (!unit.is_empty()).then_some((name.trim(), unit))
}

/// The unit of the value's own text, of the field, or in brackets behind the name; all must be one.
fn one_unit(own: String, source: Source<'_>, kind: &Vital) -> Read<String> {
    let name = source.concept("name").and_then(|name| name.text).unwrap_or_default();
    let named = in_brackets(&name).map_or("", |(_, unit)| unit);
    let named = if kind.unit(named).is_some() { named.to_owned() } else { String::new() };
    let given = source.text("unit").unwrap_or_default();
    let all = [(own, "value"), (given, "unit"), (named, "name")];
    let mut said = all.into_iter().filter(|(unit, _)| !unit.trim().is_empty());
    let Some((unit, _)) = said.next() else { return Ok(String::new()) };
    let shown = |text: &str| kind.unit(text).map(|unit| unit.shown);
    for (other, field) in said {
        // A unit that is none of the kind's is told as such.
        if shown(&unit).is_some() && shown(&other) != shown(&unit) {
            return Err(Fault { field, ..two_units() });
        }
    }
    Ok(unit)
}

fn vital_sign(source: Source<'_>, kind: &'static Vital) -> Read<Observation> {
    let no_number = || Fault::new("value", "is not a number", NUMBER_HELP);
    let text = match source.raw("value") {
        Some(Json::Number(number)) => {
            let unit = one_unit(String::new(), source, kind)?;
            return Ok(Observation::vital(kind, number.as_str(), &unit));
        }
        Some(Json::String(text)) => text,
        _ => return Err(no_number()),
    };
    if let Some(compound) = kind.compound(text) {
        let Compound::Amount(number, unit) = compound else {
            let message = "has parts that can be read in two ways";
            return Err(Fault::new("value", message, kind.whole_help()));
        };
        let unit_beside = source.text("unit").filter(|given| !same_unit(given, unit));
        if unit_beside.is_some() {
            let help = "leave the unit out: the value has its own";
            return Err(Fault::new("unit", "is another than the value has", help));
        }
        return Ok(Observation::vital(kind, number, unit).said(text.trim()));
    }
    let Measured { comparator, number, unit } =
        number::measured(text).ok_or_else(|| match number::has_odd_commas(text) {
            true => Fault::new("value", "is not a number", "take the commas out"),
            false => no_number(),
        })?;
    if !unit.is_empty() && kind.unit(&unit).is_none() {
        if !is_unit(&unit) {
            return Err(no_number());
        }
        let help = format!("write one of: {}", kind.unit_list());
        return Err(Fault { field: "value", message: "has a unit of something else", help });
    }
    let unit = one_unit(unit, source, kind)?;
    Ok(with(Observation::vital(kind, number, &unit), comparator, Observation::comparator))
}

/// A named finding or result: a number where that is certain, else words.
fn finding(source: Source<'_>) -> Read<Observation> {
    let name = name(source, "name");
    let unit = source.text("unit").unwrap_or_default();
    match source.raw("value") {
        Some(json @ Json::Object(_)) => {
            let value = concept(json).unwrap_or_default();
            Ok(in_words(Observation::coded(name, value), &unit))
        }
        Some(Json::Number(number)) => Ok(Observation::measured(name, number.as_str(), unit)),
        Some(Json::String(text)) => text_finding(name, text, unit, source),
        _ => Ok(unread(source)),
    }
}

fn text_finding(
    name: CodeableConcept,
    text: &str,
    unit: String,
    source: Source<'_>,
) -> Read<Observation> {
    if !unit.is_empty() {
        return with_unit(name, text, unit);
    }
    // Without a unit a text is a number only where something else says so.
    let measured = number::measured(text)
        .filter(|measured| measured.unit.is_empty() || is_unit(&measured.unit));
    match measured {
        Some(Measured { comparator, number, unit })
            if comparator.is_some() || has_bounds(source, &unit) =>
        {
            let observation = Observation::measured(name, number, unit);
            Ok(with(observation, comparator, Observation::comparator))
        }
        _ => Ok(Observation::text(name, text)),
    }
}

/// A text beside a unit: a number in it, or words that take it with them.
fn with_unit(name: CodeableConcept, text: &str, unit: String) -> Read<Observation> {
    if let Some(number) = number::of_text(text) {
        return Ok(Observation::measured(name, number, unit));
    }
    if let Some(measured) = number::measured(text) {
        let Measured { comparator, number, unit: own } = measured;
        let whole = match joined(&own, &unit) {
            Some(whole) => Some(whole),
            None if own.is_empty() || same_unit(&own, &unit) => Some(unit.clone()),
            None if is_unit(&own) || own.to_lowercase() == unit.trim().to_lowercase() => {
                return Err(two_units());
            }
            None => None,
        };
        if let Some(unit) = whole {
            let observation = Observation::measured(name, number, unit);
            return Ok(with(observation, comparator, Observation::comparator));
        }
    }
    if rates_in(text).into_iter().any(|own| !same_unit(own, &unit)) {
        return Err(two_units());
    }
    if is_mistyped(text) {
        let help = match number::has_odd_commas(text) {
            true => "take the commas out; write a decimal point where one is meant".to_owned(),
            false => format!("{NUMBER_HELP}; or words without a number"),
        };
        return Err(Fault { field: "value", message: "is not a number", help });
    }
    // Numbers in words take the unit with them: 2-4 /hpf, 1:80 titre.
    let has_digit = text.contains(|letter: char| letter.is_ascii_digit());
    if has_digit && rates_in(text).is_empty() {
        return Ok(Observation::text(name, format!("{} {unit}", text.trim())));
    }
    let observation = Observation::text(name, text);
    Ok(if has_digit { observation } else { in_words(observation, &unit) })
}

/// A unit beside words is kept, though it says little.
fn in_words(observation: Observation, unit: &str) -> Observation {
    if unit.trim().is_empty() { observation } else { observation.note(format!("Unit: {unit}")) }
}

/// Digits that are neither a number nor a ratio, a span or words: `10..2`, `1,5`.
fn is_mistyped(text: &str) -> bool {
    let has_digit = text.contains(|letter: char| letter.is_ascii_digit());
    let is_more = text.contains(|letter: char| {
        letter.is_alphabetic() || matches!(letter, ':' | '/' | '-' | '–' | '+' | '~' | '(')
    });
    has_digit && !is_more
}

fn has_bounds(source: Source<'_>, unit: &str) -> bool {
    source.has("low")
        || source.has("high")
        || source.text("range").is_some_and(|range| bounds(&range, unit).is_some())
}

/// Adds what is normal: bounds as numbers, and the words that say more than them.
fn ranged(observation: Observation, source: Source<'_>, faults: &mut Vec<Fault>) -> Observation {
    let (given_low, given_high) = (source.number("low"), source.number("high"));
    let observation = with(observation, given_low.clone(), Observation::normal_from);
    let observation = with(observation, given_high.clone(), Observation::normal_to);
    let Some(words) = source.text("range") else { return observation };
    let bounds = bounds(&words, observation.unit()).filter(|_| !observation.has_no_number());
    let Some(Bounds { low, high, open, in_unit }) = bounds else {
        return observation.reference_text(words);
    };
    let exact = |bound: &Option<Decimal>| bound.as_ref().and_then(Exact::of);
    let is_given = given_low.is_some() || given_high.is_some();
    let is_same = exact(&low) == exact(&given_low) && exact(&high) == exact(&given_high);
    if is_given && !is_same {
        let help = "give the range once, as range or as low and high";
        faults.push(Fault::new("range", "does not agree with low and high", help));
    } else if exact(&low).zip(exact(&high)).is_some_and(|(low, high)| low > high) {
        let help = "write the lowest normal value first";
        faults.push(Fault::new("range", "begins above its end", help));
        return observation;
    } else if let Some((message, help)) =
        [&low, &high].into_iter().flatten().find_map(|bound| observation.wrong_bound(bound))
    {
        faults.push(Fault { field: "range", message, help });
        return observation;
    } else if !is_given
        && let Some(fault) = of_another_unit(observation.unit(), in_unit, &low, &high)
    {
        faults.push(fault);
        return observation;
    }
    let is_plain = low.is_some() && high.is_some();
    let observation = with(observation, low, Observation::normal_from);
    let observation = with(observation, high, Observation::normal_to);
    let observation = if open { observation.open_bounds() } else { observation };
    if is_plain { observation } else { observation.reference_text(words) }
}

/// A range whose numbers may be, or are, in another unit than the value's: 1.5 lakh/cumm, and
/// 1,50,000-4,50,000.
fn of_another_unit(
    unit: &str,
    in_unit: bool,
    low: &Option<Decimal>,
    high: &Option<Decimal>,
) -> Option<Fault> {
    let is_count = |bound: &Option<Decimal>| {
        bound.as_ref().and_then(Exact::of).is_some_and(|bound| is_plain_count(bound, unit))
    };
    let message = match (has_multiplier(unit), in_unit) {
        (true, false) => "has no unit, and that of the value is a multiple",
        (true, true) if is_count(low) || is_count(high) => "is not in the unit of the value",
        _ => return None,
    };
    let help = format!("write the range with the unit that it is in, such as 1-4 {unit}");
    Some(Fault { field: "range", message, help })
}
