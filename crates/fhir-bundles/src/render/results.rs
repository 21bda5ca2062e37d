//! Results as lines: value, what is said about it, ranges, date.

use super::sheet::{Line, Place, Table};
use crate::{
    Language,
    language::Phrase,
    record::{Judgement, Level, Measurement, NotJudged, Stated},
};

/// The lines of results, a panel before its parts.
pub(super) fn lines<'a>(
    results: impl IntoIterator<Item = &'a Stated<Measurement>>,
    record_day: Option<&str>,
    reporters: Option<&str>,
    language: Language,
) -> Vec<Line<'a>> {
    let results: Vec<_> = results.into_iter().collect();
    let dated = dates_matter(&results, record_day);
    let mut lines = Vec::new();
    for result in results {
        push(result, dated, None, 0, language, &mut lines);
    }
    // Who reported the whole is named there.
    if let Some(reporters) = reporters {
        for line in &mut lines {
            let label = language.say(Phrase::ReportedBy);
            line.facts.retain(|fact| fact.label != label || !reporters.contains(&fact.words));
        }
    }
    lines
}

/// Whether results must show when each was: they differ from each other or from the record's day.
fn dates_matter(results: &[&Stated<Measurement>], record_day: Option<&str>) -> bool {
    let mut first = None;
    let mut all = Vec::new();
    results.iter().for_each(|result| collect(result, &mut all));
    all.into_iter().any(|when| {
        let day = when.split(',').next();
        let differs = *first.get_or_insert(when) != when;
        differs || record_day.is_none_or(|record| Some(record) != day)
    })
}

fn collect<'a>(result: &'a Stated<Measurement>, all: &mut Vec<&'a str>) {
    let (_, measurement) = result.with_standing();
    all.extend(measurement.when.as_deref());
    measurement.parts.iter().for_each(|part| collect(part, all));
}

fn push<'a>(
    result: &'a Stated<Measurement>,
    dated: bool,
    panel_when: Option<&str>,
    depth: usize,
    language: Language,
    lines: &mut Vec<Line<'a>>,
) {
    let (_, measurement) = result.with_standing();
    let mut line = super::facts::stated(result, Line::new(&measurement.name, language));
    line.table = Table::Results;
    line.depth = depth;
    let pair = measurement.pressure_text();
    line.value = match (&measurement.value, &measurement.absent) {
        (Some(value), None) => value.to_string(),
        (Some(value), Some(absent)) => format!("{value} ({absent})"),
        (None, Some(absent)) => absent.clone(),
        (None, None) => pair.clone().unwrap_or_default(),
    };
    let said = said(measurement, language);
    if measurement.judgement().is_abnormal() {
        line.flag = said;
    } else if let Some(said) = said {
        line.value = format!("{} ({said})", line.value).trim().to_owned();
    }
    for range in &measurement.ranges {
        line.place(Place::Range, Phrase::Range, Some(&range.words()));
    }
    if let Judgement::NotJudged(reason) = measurement.judgement()
        && is_worth_saying(reason)
    {
        line.add(Phrase::NotJudged, Some(&reason.words(language)));
    }
    let when = measurement.when.as_deref();
    if dated && when.is_some() && panel_when != when {
        line.place(Place::Date, Phrase::Date, when);
    }
    line.add(Phrase::Specimen, measurement.specimen.as_deref());
    line.add(Phrase::Method, measurement.method.as_deref());
    line.add(Phrase::ReportedBy, measurement.reported_by.as_deref());
    for (label, words) in &measurement.details {
        line.add_labelled(label, Some(words));
    }
    line.add(Phrase::Note, measurement.note.as_deref());
    lines.push(line);

    // A pair says all that its two parts say, unless there is more to them.
    let told_by_pair = pair.is_some()
        && measurement.value.is_none()
        && measurement.parts.len() == 2
        && measurement.parts.iter().all(is_bare);
    if !told_by_pair {
        for part in &measurement.parts {
            push(part, dated, when, depth + 1, language, lines);
        }
    }
}

fn is_bare(part: &Stated<Measurement>) -> bool {
    let (standing, part) = part.with_standing();
    standing.marks().is_empty()
        && part.interpretations.is_empty()
        && part.ranges.is_empty()
        && part.parts.is_empty()
        && part.details.is_empty()
        && part.note.is_none()
        && part.absent.is_none()
        && part.specimen.is_none()
        && part.method.is_none()
        && part.reported_by.is_none()
}

/// What is said about a result, by its source or by its range.
fn said(measurement: &Measurement, language: Language) -> Option<String> {
    let words = measurement.interpretations.iter().map(|said| said.words.as_str());
    let words = words.collect::<Vec<_>>().join(", ");
    let words = Some(words).filter(|words| !words.is_empty());
    match measurement.judgement() {
        Judgement::BySource { but_range: Some(position), .. } => {
            let words = words.unwrap_or_default();
            Some(
                language.fill(Phrase::SaidButRange, &[&words, position_words(*position, language)]),
            )
        }
        Judgement::ByRange { level } | Judgement::ByOurs { level } if level.is_abnormal() => {
            let position = position_words(*level, language).to_owned();
            Some(words.map_or(position.clone(), |words| format!("{words}, {position}")))
        }
        _ => words,
    }
}

fn position_words(level: Level, language: Language) -> &'static str {
    language.say(match level {
        Level::Normal => Phrase::WithinTheRange,
        Level::Low => Phrase::BelowTheRange,
        Level::High => Phrase::AboveTheRange,
        Level::CriticalLow => Phrase::BeyondCriticalLow,
        Level::CriticalHigh => Phrase::BeyondCriticalHigh,
        _ => Phrase::OutsideTheRange,
    })
}

/// Whether the reason says more than what everybody sees.
fn is_worth_saying(reason: &NotJudged) -> bool {
    !matches!(
        reason,
        NotJudged::NoValue
            | NotJudged::NothingGiven
            | NotJudged::OtherWords
            | NotJudged::Standing
            | NotJudged::NoNumber
            | NotJudged::RangeInWords
    )
}
