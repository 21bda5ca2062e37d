use super::{between, unit_text, when};
use crate::{
    language::{Language, Phrase},
    model::{
        Annotation, AnnotationAuthor, CodeableConcept, Coding, Money, Period, Quantity, Range,
        Ratio,
    },
};

/// What a person reads of a concept; empty when it says nothing.
pub(crate) fn concept(concept: Option<&CodeableConcept>) -> String {
    concept.and_then(CodeableConcept::label).unwrap_or_default().to_owned()
}

/// The labels of concepts in one text.
pub(crate) fn concepts(concepts: &[CodeableConcept]) -> Option<String> {
    joined(concepts.iter().filter_map(CodeableConcept::label).map(str::to_owned), ", ")
}

/// The display of a coding, else its code.
pub(crate) fn coding(coding: &Coding) -> Option<String> {
    let display = coding.display.clone().filter(|display| !display.trim().is_empty());
    display.or_else(|| coding.code.clone())
}

/// Notes with who wrote them and when.
pub(crate) fn annotations(notes: &[Annotation], language: Language) -> Option<String> {
    joined(notes.iter().filter_map(|note| annotation(note, language)), "; ")
}

fn annotation(note: &Annotation, language: Language) -> Option<String> {
    let text = note.text.clone().filter(|text| !text.trim().is_empty())?;
    let author = match &note.author {
        Some(AnnotationAuthor::String(name)) => Some(name.clone()),
        Some(AnnotationAuthor::Reference(reference)) => reference.display.clone(),
        None => None,
    };
    let time = note.time.as_ref().map(|time| when(time.as_str(), language));
    Some(match joined(author.into_iter().chain(time), ", ") {
        Some(source) => format!("{text} ({source})"),
        None => text,
    })
}

/// A number with its comparator and unit.
pub(crate) fn quantity(quantity: &Quantity) -> String {
    let unit = unit_text(unit(quantity));
    match &quantity.value {
        Some(value) => {
            let comparator = quantity.comparator.as_deref().unwrap_or_default();
            let space = if unit.is_empty() { "" } else { " " };
            format!("{comparator}{value}{space}{unit}")
        }
        None => unit.into_owned(),
    }
}

fn unit(quantity: &Quantity) -> &str {
    let written = quantity.unit.as_deref().filter(|unit| !unit.trim().is_empty());
    written.or(quantity.code.as_deref()).unwrap_or_default()
}

/// From what to what.
pub(crate) fn range(range: &Range, language: Language) -> Option<String> {
    Some(match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            let one_unit = unit(low) == unit(high) && low.value.is_some();
            let low = match &low.value {
                Some(value) if one_unit => value.to_string(),
                _ => quantity(low),
            };
            language.fill(Phrase::AToB, &[&low, &quantity(high)])
        }
        (Some(low), None) => language.fill(Phrase::AtLeast, &[&quantity(low)]),
        (None, Some(high)) => language.fill(Phrase::AtMost, &[&quantity(high)]),
        (None, None) => return None,
    })
}

/// The bounds of a range in signs: `12.0–15.5 g/dL`, `≥ 5 mmol/L`. The unit is said once; where a
/// bound is negative, in words, since its sign would read as a dash.
pub(crate) fn bounds(
    low: Option<&Quantity>,
    high: Option<&Quantity>,
    language: Language,
) -> Option<String> {
    Some(match (low, high) {
        (Some(low), Some(high)) => match (&low.value, &high.value) {
            (Some(least), Some(_)) if unit(low) == unit(high) && low.comparator.is_none() => {
                let is_signed = |bound: &Quantity| quantity(bound).starts_with(['-', '<', '>']);
                if is_signed(low) || is_signed(high) {
                    language.fill(Phrase::AToB, &[&least.to_string(), &quantity(high)])
                } else {
                    format!("{least}–{}", quantity(high))
                }
            }
            _ => format!("{} – {}", quantity(low), quantity(high)),
        },
        (Some(low), None) => format!("≥ {}", quantity(low)),
        (None, Some(high)) => format!("≤ {}", quantity(high)),
        (None, None) => return None,
    })
}

/// One quantity in relation to another: `1:128`, `10 mL per min`.
pub(crate) fn ratio(ratio: &Ratio, language: Language) -> Option<String> {
    match (&ratio.numerator, &ratio.denominator) {
        (Some(top), Some(bottom)) if unit(top).is_empty() && unit(bottom).is_empty() => {
            Some(format!("{}:{}", quantity(top), quantity(bottom)))
        }
        (Some(top), Some(bottom)) => {
            let one = bottom.value.as_ref().is_none_or(|value| value.as_str() == "1");
            let bottom = if one { unit(bottom).to_owned() } else { quantity(bottom) };
            Some(language.fill(Phrase::APerB, &[&quantity(top), &bottom]))
        }
        (Some(top), None) => Some(quantity(top)),
        (None, Some(bottom)) => Some(language.fill(Phrase::PerB, &[&quantity(bottom)])),
        (None, None) => None,
    }
}

/// From when to when.
pub(crate) fn period(period: &Period, language: Language) -> Option<String> {
    let side = |date: &Option<crate::model::DateTime>| date.as_ref().map(|d| d.as_str().to_owned());
    between(side(&period.start).as_deref(), side(&period.end).as_deref(), language)
}

/// An amount with its currency.
pub(crate) fn money(money: &Money) -> Option<String> {
    let value = money.value.as_ref().map(ToString::to_string);
    joined(value.into_iter().chain(money.currency.clone()), " ")
}

/// The parts that say something in one text; `None` when none does.
pub(crate) fn joined(parts: impl IntoIterator<Item = String>, between: &str) -> Option<String> {
    let mut all = String::new();
    for part in parts.into_iter().filter(|part| !part.trim().is_empty()) {
        if !all.is_empty() {
            all.push_str(between);
        }
        all.push_str(&part);
    }
    (!all.is_empty()).then_some(all)
}
