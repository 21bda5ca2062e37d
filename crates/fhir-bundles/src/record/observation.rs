//! Reads observations: single results, panels with components, panels with members.

use super::{
    age::Age,
    index::Index,
    interpretation::Interpretation,
    judgement::{self, Evidence, Judgement, NotJudged},
    labels::{Details, first_code, linked},
    measurement::{MeasuredValue, Measurement},
    modifiers,
    range::{ReferenceRange, Sex, Whom},
    standing::{Narrative, Standing, Stated},
};
use crate::{
    Language,
    codes::UCUM,
    language::Phrase,
    model::{
        self, CodeableConcept, Date, DateTime, Decimal, ObservationComponentValue,
        ObservationEffective, ObservationReferenceRange, ObservationValue, Quantity, Resource,
    },
    words,
};

/// Panels refer to members; a bundle that refers in a circle must not be followed forever.
const DEEPEST: usize = 4;

/// What is known of the patient when results are judged.
#[derive(Clone, Default)]
pub(super) struct Patient {
    sex: Option<Sex>,
    born: Option<Date>,
}

impl Patient {
    pub(super) fn of(patient: Option<&model::Patient>) -> Self {
        Self {
            sex: match patient.and_then(|patient| patient.gender.as_deref()) {
                Some("female") => Some(Sex::Female),
                Some("male") => Some(Sex::Male),
                _ => None,
            },
            born: patient.and_then(|patient| patient.birth_date.clone()),
        }
    }

    fn on(&self, date: Option<&DateTime>) -> Whom {
        let age = self.born.as_ref().zip(date).and_then(|(born, date)| Age::between(born, date));
        Whom { sex: self.sex, age }
    }
}

/// A measurement with its parts and members; `None` when too many were shown already.
pub(super) fn measurement<'a>(
    observation: &'a model::Observation,
    resource: &'a Resource,
    index: &mut Index<'a>,
    depth: usize,
) -> Option<Stated<Measurement>> {
    if !index.spend_measurement() || !index.may_be_shown(resource) {
        return None;
    }
    let standing = modifiers::standing(resource, index);
    let (date, when) = effective(observation.effective.as_ref(), index.language);
    let issued = observation.issued.as_ref();
    // A result without a time of its own is as old as its issue at most: for the age that will do.
    let on = date.clone().or_else(|| issued.map(|issued| DateTime::from(issued.as_str())));
    let whom = index.observed.on(on.as_ref());

    let value = observation.value.as_ref().map(|value| observed(value, index.language));
    let interpretations: Vec<_> = observation
        .interpretation
        .iter()
        .filter_map(|said| Interpretation::of(said, index.language))
        .collect();
    let ranges = ranges(&observation.reference_range, value.as_ref(), index.language);
    let judgement = judgement::judge(&Evidence {
        standing: &standing,
        value: value.as_ref(),
        interpretations: &interpretations,
        ranges: &ranges,
        whom,
    });
    let mut parts: Vec<_> = observation
        .component
        .iter()
        .map(|part| {
            component(part, &standing, whom, (date.as_ref(), when.as_deref()), index.language)
        })
        .collect();
    let mut details = Details::of(index.language);
    let members = if depth < DEEPEST { observation.has_member.as_slice() } else { &[] };
    for reference in members {
        if !index.has_measurements_left() {
            break;
        }
        match index.follow(reference, Some(resource)) {
            Some(found @ Resource::Observation(inner)) => {
                let mut member = measurement(inner, found, index, depth + 1);
                if let Some(member) = &mut member {
                    inherit(member, &standing, Phrase::OfPanel, index.language);
                }
                parts.extend(member);
            }
            _ => details
                .add(Phrase::Member, linked(std::slice::from_ref(reference), resource, index)),
        }
    }
    details.add(
        Phrase::BodySite,
        observation.body_site.as_ref().map(|site| words::concept(Some(site))),
    );
    let device: Vec<_> = observation.device.iter().cloned().collect();
    details.add(Phrase::Device, linked(&device, resource, index));
    details.add(Phrase::DerivedFrom, linked(&observation.derived_from, resource, index));
    details.add(Phrase::OrderedAs, linked(&observation.based_on, resource, index));
    if date.is_none() {
        details.add(
            Phrase::IssuedOn,
            issued.map(|issued| words::when(issued.as_str(), index.language)),
        );
    }
    let measurement = Measurement {
        name: words::concept(observation.code.as_ref()),
        code: first_code(observation.code.as_ref()),
        codes: codes(observation.code.as_ref()),
        value,
        absent: observation.data_absent_reason.as_ref().map(|why| absent(why, index.language)),
        interpretations,
        ranges,
        date,
        when,
        status: observation.status.clone(),
        specimen: observation
            .specimen
            .as_ref()
            .and_then(|reference| super::report::specimen(reference, resource, index)),
        method: observation.method.as_ref().map(|method| words::concept(Some(method))),
        reported_by: reported_by(observation, resource, index),
        details: details.into_vec(),
        parts,
        note: words::annotations(&observation.note, index.language),
        judgement,
    };
    Some(Stated::new(standing, measurement).narrated(Narrative::of(observation.text.as_ref())))
}

/// Takes over what is said against the holder, with the judgement where that ends it.
pub(super) fn inherit(
    measurement: &mut Stated<Measurement>,
    holder: &Standing,
    what: Phrase,
    language: Language,
) {
    let (standing, value) = measurement.parts_mut();
    standing.inherit(holder, what, language);
    if judgement::takes_judgement(standing) {
        value.judgement = Judgement::NotJudged(NotJudged::Standing);
    }
    for part in &mut value.parts {
        inherit(part, holder, what, language);
    }
}

fn component(
    component: &model::ObservationComponent,
    standing: &Standing,
    whom: Whom,
    (date, when): (Option<&DateTime>, Option<&str>),
    language: Language,
) -> Stated<Measurement> {
    let value = component.value.as_ref().map(|value| component_value(value, language));
    let interpretations: Vec<_> = component
        .interpretation
        .iter()
        .filter_map(|said| Interpretation::of(said, language))
        .collect();
    let ranges = ranges(&component.reference_range, value.as_ref(), language);
    let judgement = judgement::judge(&Evidence {
        standing,
        value: value.as_ref(),
        interpretations: &interpretations,
        ranges: &ranges,
        whom,
    });
    // A component has no status of its own: what is said of the whole is true of it.
    let mut own = Standing::plain();
    own.inherit(standing, Phrase::OfPanel, language);
    Stated::new(
        own,
        Measurement {
            name: words::concept(component.code.as_ref()),
            code: first_code(component.code.as_ref()),
            codes: codes(component.code.as_ref()),
            value,
            absent: component.data_absent_reason.as_ref().map(|why| absent(why, language)),
            interpretations,
            ranges,
            date: date.cloned(),
            when: when.map(str::to_owned),
            status: None,
            specimen: None,
            method: None,
            reported_by: None,
            details: Vec::new(),
            parts: Vec::new(),
            note: None,
            judgement,
        },
    )
}

fn codes(concept: Option<&CodeableConcept>) -> Vec<model::Coding> {
    concept.map(|concept| concept.coding.clone()).unwrap_or_default()
}

fn absent(reason: &CodeableConcept, language: Language) -> String {
    language.fill(Phrase::ValueNotGiven, &[&words::concept(Some(reason))])
}

fn ranges(
    ranges: &[ObservationReferenceRange],
    value: Option<&MeasuredValue>,
    language: Language,
) -> Vec<ReferenceRange> {
    ranges.iter().map(|range| ReferenceRange::of(range, value, language)).collect()
}

/// The day or time, and the same in words.
fn effective(
    effective: Option<&ObservationEffective>,
    language: Language,
) -> (Option<DateTime>, Option<String>) {
    match effective {
        Some(ObservationEffective::DateTime(date)) => {
            (Some(date.clone()), Some(words::when(date.as_str(), language)))
        }
        Some(ObservationEffective::Instant(instant)) => {
            (Some(DateTime::from(instant.as_str())), Some(words::when(instant.as_str(), language)))
        }
        Some(ObservationEffective::Period(period)) => {
            (period.start.clone().or_else(|| period.end.clone()), words::period(period, language))
        }
        Some(ObservationEffective::Timing(timing)) => {
            (timing.event.first().cloned(), super::dosage::timing(timing, language))
        }
        None => (None, None),
    }
}

fn number(quantity: &Quantity) -> MeasuredValue {
    let not_blank = |text: &String| !text.trim().is_empty();
    match &quantity.value {
        Some(value) => MeasuredValue::Number {
            value: value.clone(),
            unit: quantity
                .unit
                .clone()
                .filter(not_blank)
                .or_else(|| quantity.code.clone())
                .unwrap_or_default(),
            ucum: quantity.code.clone().filter(|_| quantity.system.as_deref() == Some(UCUM)),
            comparator: quantity.comparator.clone().filter(not_blank),
        },
        None => MeasuredValue::Text(words::quantity(quantity)),
    }
}

macro_rules! value_words {
    ($name:ident, $type:ident) => {
        fn $name(value: &$type, language: Language) -> MeasuredValue {
            MeasuredValue::Text(match value {
                $type::Quantity(quantity) => return number(quantity),
                $type::CodeableConcept(concept) => words::concept(Some(concept)),
                $type::String(text) | $type::Time(text) => text.clone(),
                $type::Boolean(value) => words::yes_or_no(*value, language),
                $type::Integer(value) => value.to_string(),
                $type::Range(value) => words::range(value, language).unwrap_or_default(),
                $type::Ratio(value) => words::ratio(value, language).unwrap_or_default(),
                $type::SampledData(data) => sampled(data, language),
                $type::DateTime(date) => words::when(date.as_str(), language),
                $type::Period(value) => words::period(value, language).unwrap_or_default(),
            })
        }
    };
}

value_words!(observed, ObservationValue);
value_words!(component_value, ObservationComponentValue);

/// A curve in words: its values are for machines, so only the first of them are shown.
fn sampled(data: &model::SampledData, language: Language) -> String {
    let values = data.data.as_deref().unwrap_or_default();
    let count = values.split_whitespace().count();
    let first: Vec<&str> = values.split_whitespace().take(20).collect();
    let unit = data.origin.as_ref().map(words::quantity).unwrap_or_default();
    let more = if count > first.len() { " …" } else { "" };
    let first = format!("{}{more}", first.join(" "));
    let values = language.fill(Phrase::ValuesFrom, &[&count.to_string(), &unit, &first]);
    // A sample is the origin and the number times the factor: without it the numbers are wrong.
    let factor = data.factor.as_ref().map(Decimal::as_str).filter(|factor| *factor != "1");
    let period = data.period.as_ref();
    let period = period.map(|period| words::counted(period.as_str(), "ms", language));
    let at_a_time = data.dimensions.filter(|count| *count > 1);
    let (low, high) = (data.lower_limit.as_ref(), data.upper_limit.as_ref());
    let facts = [
        factor.map(|factor| language.fill(Phrase::EachTimes, &[factor])),
        period.map(|period| language.fill(Phrase::EverySpan, &[&period])),
        at_a_time.map(|count| language.fill(Phrase::NumbersAtATime, &[&count.to_string()])),
        low.map(|limit| language.fill(Phrase::SampleBelow, &[limit.as_str()])),
        high.map(|limit| language.fill(Phrase::SampleAbove, &[limit.as_str()])),
    ];
    match words::joined(facts.into_iter().flatten(), ", ") {
        Some(facts) => format!("{values} ({facts})"),
        None => values,
    }
}

/// Who reported a result, where it is not who wrote the record.
fn reported_by<'a>(
    observation: &'a model::Observation,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let names = observation.performer.iter();
    let names: Vec<_> =
        names.filter_map(|performer| index.not_author(Some(performer), resource)).collect();
    words::joined(names, "; ")
}
