use super::{
    index::Index,
    labels::{Details, either, linked, parties},
    modifiers,
    standing::{Narrative, Stated},
};
use crate::{
    language::Phrase,
    model::{
        self, Coding, DateTime, ImmunizationOccurrence, ImmunizationProtocolAppliedDoseNumber,
        ImmunizationProtocolAppliedSeriesDoses, Resource,
    },
    words,
};

/// A vaccination, given or not.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Vaccination {
    /// The vaccine.
    pub vaccine: String,
    /// The first code, when there is one.
    pub code: Option<Coding>,
    /// The brand, when the document says it.
    pub brand: Option<String>,
    /// When, as a date.
    pub date: Option<DateTime>,
    /// When, in words.
    pub when: Option<String>,
    /// Which dose of the series.
    pub dose: Option<String>,
    /// The lot.
    pub lot: Option<String>,
    /// Who made it.
    pub manufacturer: Option<String>,
    /// `completed`, `not-done`, …
    pub status: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// A remark.
    pub note: Option<String>,
}

pub(super) fn vaccination<'a>(
    immunization: &'a model::Immunization,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Vaccination> {
    let standing = modifiers::standing(resource, index);
    let dose = immunization.protocol_applied.iter().filter_map(|protocol| {
        let number = protocol.dose_number.as_ref().map(|number| match number {
            ImmunizationProtocolAppliedDoseNumber::PositiveInt(number) => number.to_string(),
            ImmunizationProtocolAppliedDoseNumber::String(text) => text.clone(),
        });
        let of = protocol.series_doses.as_ref().map(|of| match of {
            ImmunizationProtocolAppliedSeriesDoses::PositiveInt(number) => {
                index.language.fill(Phrase::OfSeries, &[&number.to_string()])
            }
            ImmunizationProtocolAppliedSeriesDoses::String(text) => {
                index.language.fill(Phrase::OfSeries, &[text])
            }
        });
        words::joined([number, of].into_iter().flatten(), " ")
    });
    let dose = words::joined(dose.collect::<Vec<_>>(), "; ");
    let brand = immunization
        .extension
        .iter()
        .find(|extension| extension.url.as_deref().is_some_and(|url| url.ends_with("/BrandName")))
        .and_then(|extension| match extension.value.as_deref() {
            Some(model::ExtensionValue::String(text)) => Some(text.clone()),
            _ => None,
        });
    let mut details = Details::of(index.language);
    let concept = |concept: &Option<model::CodeableConcept>| {
        concept.as_ref().map(|concept| words::concept(Some(concept)))
    };
    details.add(Phrase::Amount, immunization.dose_quantity.as_ref().map(words::quantity));
    details.add(Phrase::Site, concept(&immunization.site));
    details.add(Phrase::Route, concept(&immunization.route));
    let expires = immunization.expiration_date.as_ref();
    details.add(Phrase::Expires, expires.map(|date| words::when(date.as_str(), index.language)));
    for protocol in &immunization.protocol_applied {
        details.add(Phrase::Series, protocol.series.clone());
        details.add(Phrase::Against, words::concepts(&protocol.target_disease));
        details.add(Phrase::AdvisedBy, parties(protocol.authority.as_ref(), resource, index));
    }
    details.add(
        Phrase::Reason,
        either(
            words::concepts(&immunization.reason_code),
            linked(&immunization.reason_reference, resource, index),
        ),
    );
    for reaction in &immunization.reaction {
        let date = reaction.date.as_ref().map(|date| words::when(date.as_str(), index.language));
        let detail: Vec<_> = reaction.detail.iter().cloned().collect();
        let found = linked(&detail, resource, index);
        let reported = reaction.reported.map(|reported| {
            let phrase =
                if reported { Phrase::ReportedByPatient } else { Phrase::NotReportedByPatient };
            index.language.say(phrase).to_owned()
        });
        details.add(
            Phrase::Reaction,
            words::joined([found, date, reported].into_iter().flatten(), ", "),
        );
    }
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    // A reason without the flag that it is the reason of is still worth reading.
    let weak = words::concepts(&immunization.subpotent_reason);
    details.add(Phrase::SubpotentReason, weak.filter(|_| immunization.is_subpotent != Some(true)));
    let origin = concept(&immunization.report_origin);
    if immunization.primary_source != Some(false) {
        details.add(Phrase::Source, origin);
    } else {
        let words = either(Some(index.language.say(Phrase::NotFromGiver).to_owned()), origin);
        details.add(Phrase::Source, words);
    }
    for performer in &immunization.performer {
        let who = index.not_author(performer.actor.as_ref(), resource);
        let function = concept(&performer.function);
        let words = who.map(|who| either(Some(who), function).unwrap_or_default());
        details.add(Phrase::PerformedBy, words);
    }
    let place: Vec<_> = immunization.location.iter().cloned().collect();
    details.add(Phrase::Place, linked(&place, resource, index));
    details.add(
        Phrase::Recorded,
        immunization.recorded.as_ref().map(|date| words::when(date.as_str(), index.language)),
    );
    details.add(Phrase::Funding, concept(&immunization.funding_source));
    details.add(Phrase::EligibleBy, words::concepts(&immunization.program_eligibility));
    let (date, when) = match &immunization.occurrence {
        Some(ImmunizationOccurrence::DateTime(date)) => {
            (Some(date.clone()), Some(words::when(date.as_str(), index.language)))
        }
        Some(ImmunizationOccurrence::String(text)) => (None, Some(text.clone())),
        None => (None, None),
    };
    let manufacturer = immunization.manufacturer.as_ref().and_then(|reference| {
        let party = super::people::Party::of(reference, Some(resource), index)?;
        Some(party.standing.before(&party.name))
    });
    let value = Vaccination {
        vaccine: words::concept(immunization.vaccine_code.as_ref()),
        code: super::labels::first_code(immunization.vaccine_code.as_ref()),
        brand,
        date,
        when,
        dose,
        lot: immunization.lot_number.clone(),
        manufacturer: manufacturer.filter(|name| !name.is_empty()),
        status: immunization.status.clone(),
        details: details.into_vec(),
        note: words::annotations(&immunization.note, index.language),
    };
    Stated::new(standing, value).narrated(Narrative::of(immunization.text.as_ref()))
}

super::opaque_debug!(Vaccination);
