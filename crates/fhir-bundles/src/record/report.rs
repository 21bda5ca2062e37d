use super::{
    file::{self, Attachment},
    index::Index,
    labels::{Details, either, first_code, linked, parties},
    measurement::Measurement,
    modifiers, observation,
    standing::{Narrative, Stated},
};
use crate::{
    language::Phrase,
    model::{
        self, Coding, DateTime, DiagnosticReportEffective, Reference, Resource,
        SpecimenCollectionCollected, SpecimenCollectionFastingStatus, SpecimenContainerAdditive,
        SpecimenProcessingTime,
    },
    words,
};

/// A laboratory or imaging report.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The report's name.
    pub name: String,
    /// The first code, when there is one.
    pub code: Option<Coding>,
    /// `final`, `preliminary`, …
    pub status: Option<String>,
    /// Of what time its results are, else when it was issued.
    pub date: Option<DateTime>,
    /// When it was issued, in words.
    pub issued: Option<String>,
    /// Of what time its results are, in words.
    pub effective: Option<String>,
    /// Its results in order, members of panels within their panel.
    pub results: Vec<Stated<Measurement>>,
    /// What it concludes.
    pub conclusion: Option<String>,
    /// What it concludes, in codes.
    pub conclusion_codes: Option<String>,
    /// The specimens in words.
    pub specimens: Vec<String>,
    /// Imaging studies in words.
    pub studies: Vec<String>,
    /// What was ordered, in words.
    pub requested: Option<String>,
    /// Who reported it: laboratory, interpreter.
    pub reported_by: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// Files and pictures.
    pub attachments: Vec<Stated<Attachment>>,
}

pub(super) fn report<'a>(
    report: &'a model::DiagnosticReport,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Report> {
    let standing = modifiers::standing(resource, index);
    let mut details = Details::of(index.language);
    let mut results = Vec::new();
    for reference in &report.result {
        match index.follow(reference, Some(resource)) {
            Some(found @ Resource::Observation(inner)) => {
                let mut measurement = observation::measurement(inner, found, index, 0);
                if let Some(measurement) = &mut measurement {
                    observation::inherit(measurement, &standing, Phrase::OfReport, index.language);
                }
                results.extend(measurement);
            }
            Some(_) => details
                .add(Phrase::Result, linked(std::slice::from_ref(reference), resource, index)),
            None => {
                let name = reference
                    .display
                    .clone()
                    .unwrap_or_else(|| index.language.say(Phrase::Result).to_owned());
                details.add(
                    Phrase::Missing,
                    Some(format!("{name}: {}", index.language.say(Phrase::RefersToMissing))),
                );
            }
        }
    }
    let specimens = report
        .specimen
        .iter()
        .filter_map(|reference| specimen(reference, resource, index))
        .collect();
    let studies = report
        .imaging_study
        .iter()
        .filter_map(|reference| study(reference, resource, index))
        .collect();
    let mut attachments: Vec<_> = report
        .presented_form
        .iter()
        .map(|form| {
            Stated::plain(file::attachment(form, index.language.say(Phrase::Report), index))
        })
        .collect();
    for media in &report.media {
        let Some(link) = &media.link else { continue };
        match index.follow(link, Some(resource)) {
            Some(found @ Resource::Media(picture)) if index.first_time(found) => {
                let mut shown = file::media(picture, found, index);
                if let Some(comment) = &media.comment {
                    let label = index.language.say(Phrase::Comment).to_owned();
                    shown.parts_mut().1.details.push((label, comment.clone()));
                }
                attachments.push(shown);
            }
            _ => {
                let picture = linked(std::slice::from_ref(link), resource, index);
                details.add(Phrase::Picture, either(picture, media.comment.clone()));
            }
        }
    }
    for attachment in &mut attachments {
        attachment.parts_mut().0.inherit(&standing, Phrase::OfReport, index.language);
    }
    let category = words::concepts(&report.category);
    let name = words::concept(report.code.as_ref());
    details.add(Phrase::Category, category.filter(|category| *category != name));
    let (effective_date, effective) = match &report.effective {
        Some(DiagnosticReportEffective::DateTime(date)) => {
            (Some(date.clone()), Some(words::when(date.as_str(), index.language)))
        }
        Some(DiagnosticReportEffective::Period(period)) => (
            period.start.clone().or_else(|| period.end.clone()),
            words::period(period, index.language),
        ),
        None => (None, None),
    };
    let issued = report.issued.as_ref();
    let reporters = report.performer.iter().chain(&report.results_interpreter);
    let value = Report {
        name,
        code: first_code(report.code.as_ref()),
        status: report.status.clone(),
        date: effective_date.or_else(|| issued.map(|issued| DateTime::from(issued.as_str()))),
        issued: issued.map(|issued| words::when(issued.as_str(), index.language)),
        effective,
        results,
        conclusion: report.conclusion.clone(),
        conclusion_codes: words::concepts(&report.conclusion_code)
            .filter(|codes| Some(codes) != report.conclusion.as_ref()),
        specimens,
        studies,
        requested: linked(&report.based_on, resource, index),
        reported_by: parties(reporters, resource, index),
        details: details.into_vec(),
        attachments,
    };
    Stated::new(standing, value).narrated(Narrative::of(report.text.as_ref()))
}

/// A specimen in words, with what is said against it in front.
pub(super) fn specimen<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let found = index.follow(reference, Some(holder));
    let Some(resource @ Resource::Specimen(specimen)) = found else {
        let one = std::slice::from_ref(reference);
        return if found.is_some() {
            linked(one, holder, index)
        } else {
            reference.display.clone()
        };
    };
    let language = index.language;
    let is_first = index.first_time(resource);
    let standing = modifiers::standing(resource, index);
    let name = Some(words::concept(specimen.r#type.as_ref())).filter(|name| !name.is_empty());
    let mut facts = vec![name.or_else(|| reference.display.clone())];
    if let Some(collection) = &specimen.collection {
        facts.push(collection.collected.as_ref().and_then(|collected| {
            match collected {
                SpecimenCollectionCollected::DateTime(date) => Some(
                    language.fill(Phrase::CollectedAt, &[&words::when(date.as_str(), language)]),
                ),
                SpecimenCollectionCollected::Period(period) => words::period(period, language)
                    .map(|period| language.fill(Phrase::CollectedAt, &[&period])),
            }
        }));
        facts.push(collection.quantity.as_ref().map(words::quantity));
        facts.push(collection.method.as_ref().map(|method| words::concept(Some(method))));
        facts.push(collection.body_site.as_ref().map(|site| words::concept(Some(site))));
        facts.push(collection.fasting_status.as_ref().map(|status| match status {
            SpecimenCollectionFastingStatus::CodeableConcept(status) => {
                words::concept(Some(status))
            }
            SpecimenCollectionFastingStatus::Duration(time) => {
                language.fill(Phrase::FastingFor, &[&words::quantity(time)])
            }
        }));
        let collector = parties(collection.collector.as_ref(), resource, index);
        facts.push(collector.map(|collector| language.fill(Phrase::CollectedBy, &[&collector])));
    }
    for step in &specimen.processing {
        let when = step.time.as_ref().and_then(|time| match time {
            SpecimenProcessingTime::DateTime(date) => {
                Some(words::when(date.as_str(), index.language))
            }
            SpecimenProcessingTime::Period(period) => words::period(period, index.language),
        });
        facts.push(step.procedure.as_ref().map(|procedure| words::concept(Some(procedure))));
        facts.push(step.description.clone());
        facts.push(linked(&step.additive, resource, index));
        facts.push(when);
    }
    for container in &specimen.container {
        facts.push(container.r#type.as_ref().map(|kind| words::concept(Some(kind))));
        facts.push(container.description.clone());
        facts.push(container.specimen_quantity.as_ref().map(words::quantity));
        facts.push(container.additive.as_ref().and_then(|additive| match additive {
            SpecimenContainerAdditive::CodeableConcept(kind) => Some(words::concept(Some(kind))),
            SpecimenContainerAdditive::Reference(reference) => {
                linked(std::slice::from_ref(reference), resource, index)
            }
        }));
    }
    let received = specimen.received_time.as_ref();
    facts.push(
        received.map(|time| {
            language.fill(Phrase::ReceivedAt, &[&words::when(time.as_str(), language)])
        }),
    );
    facts.push(words::concepts(&specimen.condition));
    let number = specimen.accession_identifier.as_ref().and_then(|number| number.value.clone());
    facts.push(number.map(|number| language.fill(Phrase::NumberOf, &[&number])));
    facts.push(words::annotations(&specimen.note, index.language));
    let words = words::joined(facts.into_iter().flatten(), ", ").unwrap_or_default();
    let words = standing.before(&words);
    let words = if is_first { words } else { super::labels::clipped(words) };
    Some(words).filter(|words| !words.is_empty())
}

/// An imaging study in words, with what is said against it in front.
fn study<'a>(reference: &Reference, holder: &'a Resource, index: &mut Index<'a>) -> Option<String> {
    let Some(resource @ Resource::ImagingStudy(study)) = index.follow(reference, Some(holder))
    else {
        return reference.display.clone();
    };
    let is_first = index.first_time(resource);
    let standing = modifiers::standing(resource, index);
    let coding = |coding: &Coding| words::coding(coding);
    let modality = words::joined(study.modality.iter().filter_map(coding), ", ");
    let mut facts = vec![study.description.clone().or_else(|| modality.clone())];
    if study.description.is_some() {
        facts.push(modality);
    }
    facts.push(words::concepts(&study.procedure_code));
    facts.push(study.started.as_ref().map(|date| words::when(date.as_str(), index.language)));
    let reasons = linked(&study.reason_reference, resource, index);
    let reasons = either(words::concepts(&study.reason_code), reasons);
    facts.push(reasons.map(|reasons| index.language.fill(Phrase::ForReasons, &[&reasons])));
    for series in &study.series {
        facts.push(series.description.clone());
        let site = series.body_site.as_ref().and_then(words::coding);
        facts.push(either(site, series.laterality.as_ref().and_then(words::coding)));
    }
    let interpreter = parties(&study.interpreter, resource, index);
    facts.push(
        interpreter.map(|interpreter| index.language.fill(Phrase::InterpretedBy, &[&interpreter])),
    );
    facts.push(words::annotations(&study.note, index.language));
    let mut seen: Vec<String> = Vec::new();
    for fact in facts.into_iter().flatten().filter(|fact| !fact.is_empty()) {
        if !seen.contains(&fact) {
            seen.push(fact);
        }
    }
    let words = standing.before(&seen.join(", "));
    let words = if is_first { words } else { super::labels::clipped(words) };
    Some(words).filter(|words| !words.is_empty())
}

super::opaque_debug!(Report);
