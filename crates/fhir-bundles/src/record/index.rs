use std::collections::{BTreeMap, BTreeSet};

use crate::{
    document::ReferenceParts,
    model::{BundleEntry, Reference, Resource},
};

/// More than any record has; fewer than would hurt.
const MOST_MEASUREMENTS: usize = 50_000;

/// Finds what a reference means, and remembers what was reached.
pub(super) struct Index<'a> {
    entries: &'a [BundleEntry],
    by_url: BTreeMap<&'a str, usize>,
    /// Entries by the last part of their `fullUrl` and by their resource id.
    by_id: BTreeMap<&'a str, Vec<usize>>,
    reached: BTreeSet<usize>,
    /// Addresses of the resources that were shown.
    shown: BTreeSet<usize>,
    /// How many measurements may still be shown: panels that refer to each other multiply.
    measurements: usize,
    pub(super) dangling: Vec<String>,
}

impl<'a> Index<'a> {
    pub(super) fn of(entries: &'a [BundleEntry]) -> Self {
        let mut by_url = BTreeMap::new();
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            if let Some(url) = entry.full_url.as_deref() {
                by_url.entry(url).or_insert(place);
                by_id.entry(ReferenceParts::of(url).id()).or_default().push(place);
            }
            if let Some(id) = entry.resource.as_ref().and_then(Resource::id) {
                let places = by_id.entry(id).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self {
            entries,
            by_url,
            by_id,
            reached: BTreeSet::new(),
            shown: BTreeSet::new(),
            measurements: MOST_MEASUREMENTS,
            dangling: Vec::new(),
        }
    }

    /// The resource behind a reference; `#id` is looked up in what the holder contains.
    pub(super) fn follow(
        &mut self,
        reference: &Reference,
        holder: Option<&'a Resource>,
    ) -> Option<&'a Resource> {
        let text = reference.reference.as_deref().filter(|text| !text.is_empty())?;
        if let Some(id) = text.strip_prefix('#') {
            let contained = holder.map(contained).unwrap_or_default();
            return contained.iter().find(|resource| resource.id() == Some(id));
        }
        let place = self.place(text);
        if place.is_none() {
            self.dangling.push(text.to_owned());
        }
        let place = place?;
        self.reached.insert(place);
        self.entries.get(place)?.resource.as_ref()
    }

    fn place(&self, text: &str) -> Option<usize> {
        if let Some(place) = self.by_url.get(text) {
            return Some(*place);
        }
        let wanted = ReferenceParts::of(text);
        let places = self.by_id.get(wanted.id())?;
        places.iter().copied().find(|place| {
            self.entries.get(*place).is_some_and(|entry| {
                entry.resource.as_ref().is_some_and(|resource| {
                    wanted.means(entry.full_url.as_deref(), resource.resource_type(), resource.id())
                })
            })
        })
    }

    /// Whether a resource is shown for the first time. Files are copied into a record, so one that
    /// is referred to a million times must not be copied as often.
    pub(super) fn first_time(&mut self, resource: &Resource) -> bool {
        self.shown.insert(std::ptr::from_ref(resource).addr())
    }

    /// Whether one more measurement may be shown.
    pub(super) fn spend_measurement(&mut self) -> bool {
        self.measurements = self.measurements.saturating_sub(1);
        self.measurements > 0
    }

    pub(super) fn was_reached(&self, place: usize) -> bool {
        self.reached.contains(&place)
    }
}

/// What a resource contains.
fn contained(resource: &Resource) -> &[Resource] {
    match resource {
        Resource::AllergyIntolerance(r) => &r.contained,
        Resource::Appointment(r) => &r.contained,
        Resource::CarePlan(r) => &r.contained,
        Resource::ChargeItem(r) => &r.contained,
        Resource::Composition(r) => &r.contained,
        Resource::Condition(r) => &r.contained,
        Resource::DiagnosticReport(r) => &r.contained,
        Resource::DocumentReference(r) => &r.contained,
        Resource::Encounter(r) => &r.contained,
        Resource::FamilyMemberHistory(r) => &r.contained,
        Resource::ImagingStudy(r) => &r.contained,
        Resource::Immunization(r) => &r.contained,
        Resource::ImmunizationRecommendation(r) => &r.contained,
        Resource::Invoice(r) => &r.contained,
        Resource::Media(r) => &r.contained,
        Resource::MedicationRequest(r) => &r.contained,
        Resource::MedicationStatement(r) => &r.contained,
        Resource::Observation(r) => &r.contained,
        Resource::Patient(r) => &r.contained,
        Resource::Practitioner(r) => &r.contained,
        Resource::PractitionerRole(r) => &r.contained,
        Resource::Procedure(r) => &r.contained,
        Resource::ServiceRequest(r) => &r.contained,
        Resource::Specimen(r) => &r.contained,
        _ => &[],
    }
}
