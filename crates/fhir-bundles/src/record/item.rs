use super::{
    bill::{self, Bill},
    entry::{self, Entry},
    file::{self, Attachment},
    index::Index,
    labels::about,
    measurement::Measurement,
    medicine::{self, Medicine},
    modifiers, observation, other,
    report::{self, Report},
    standing::{Standing, Stated},
    vaccination::{self, Vaccination},
};
use crate::{Language, language::Phrase, model::Resource};

/// One entry of a section. What it says cannot be read without how it stands.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Item {
    /// A medicine ordered or taken.
    Medicine(Stated<Medicine>),
    /// A vital sign, finding or result.
    Measurement(Stated<Measurement>),
    /// A laboratory or imaging report.
    Report(Stated<Report>),
    /// A file.
    Attachment(Stated<Attachment>),
    /// A vaccination given or not.
    Vaccination(Stated<Vaccination>),
    /// A bill.
    Bill(Stated<Bill>),
    /// Everything else: condition, allergy, procedure, order, appointment, plan, …
    Entry(Stated<Entry>),
}

impl Item {
    /// How the item stands.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        match self {
            Self::Medicine(item) => item.standing(),
            Self::Measurement(item) => item.standing(),
            Self::Report(item) => item.standing(),
            Self::Attachment(item) => item.standing(),
            Self::Vaccination(item) => item.standing(),
            Self::Bill(item) => item.standing(),
            Self::Entry(item) => item.standing(),
        }
    }

    /// Takes over what is said against the whole document or section.
    pub(super) fn inherit(&mut self, holder: &Standing, what: Phrase, language: Language) {
        if holder.marks().is_empty() {
            return;
        }
        match self {
            Self::Medicine(item) => item.parts_mut().0.inherit(holder, what, language),
            Self::Measurement(item) => observation::inherit(item, holder, what, language),
            Self::Report(item) => {
                let (standing, report) = item.parts_mut();
                standing.inherit(holder, what, language);
                for result in &mut report.results {
                    observation::inherit(result, holder, what, language);
                }
                for attachment in &mut report.attachments {
                    attachment.parts_mut().0.inherit(holder, what, language);
                }
            }
            Self::Attachment(item) => item.parts_mut().0.inherit(holder, what, language),
            Self::Vaccination(item) => item.parts_mut().0.inherit(holder, what, language),
            Self::Bill(item) => item.parts_mut().0.inherit(holder, what, language),
            Self::Entry(item) => {
                let (standing, entry) = item.parts_mut();
                standing.inherit(holder, what, language);
                for part in &mut entry.parts {
                    part.parts_mut().0.inherit(holder, what, language);
                }
            }
        }
    }
}

/// What a resource says: one item, except for a document of several files.
pub(super) fn items<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Vec<Item> {
    let is_heavy = matches!(
        resource,
        Resource::DiagnosticReport(_)
            | Resource::DocumentReference(_)
            | Resource::Binary(_)
            | Resource::Media(_)
            | Resource::Invoice(_)
    );
    let is_measurement = matches!(resource, Resource::Observation(_));
    let is_shown = index.is_shown(resource);
    if (is_shown && is_heavy) || (!is_measurement && !index.may_be_shown(resource)) {
        let standing = modifiers::of_itself(resource, index);
        let name = about(resource, index).filter(|name| !name.is_empty());
        let name =
            super::labels::clipped(name.unwrap_or_else(|| resource.resource_type().to_owned()));
        let details = vec![(String::new(), index.language.say(Phrase::ShownAbove).to_owned())];
        let entry = Entry { details, ..Entry::named(resource.resource_type(), name) };
        return vec![Item::Entry(Stated::new(standing, entry))];
    }
    let one = match resource {
        Resource::MedicationRequest(r) => Item::Medicine(medicine::request(r, resource, index)),
        Resource::MedicationStatement(r) => Item::Medicine(medicine::statement(r, resource, index)),
        Resource::Observation(r) => match observation::measurement(r, resource, index, 0) {
            Some(measurement) => Item::Measurement(measurement),
            None => {
                let standing = modifiers::of_itself(resource, index);
                let name = super::labels::clipped(about(resource, index).unwrap_or_default());
                Item::Entry(Stated::new(standing, Entry::named("Observation", name)))
            }
        },
        Resource::DiagnosticReport(r) => Item::Report(report::report(r, resource, index)),
        Resource::DocumentReference(r) => match file::documents(r, resource, index) {
            Some(files) => return files.into_iter().map(Item::Attachment).collect(),
            None => Item::Entry(other::entry(resource, index)),
        },
        Resource::Binary(r) => {
            let standing = modifiers::standing(resource, index);
            Item::Attachment(file::binary(r, standing, index.language))
        }
        Resource::Media(r) => Item::Attachment(file::media(r, resource, index)),
        Resource::Immunization(r) => {
            Item::Vaccination(vaccination::vaccination(r, resource, index))
        }
        Resource::Invoice(r) => Item::Bill(bill::bill(r, resource, index)),
        _ => Item::Entry(
            entry::entry(resource, index).unwrap_or_else(|| other::entry(resource, index)),
        ),
    };
    vec![one]
}

super::opaque_debug!(Item);
