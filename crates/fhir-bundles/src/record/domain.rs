use crate::model::{Narrative, Resource};

/// What every modelled resource has except `Binary` and `Bundle`.
pub(super) struct Domain<'a> {
    pub(super) text: Option<&'a Narrative>,
    pub(super) contained: &'a [Resource],
}

macro_rules! domain {
    ($($name:ident),*) => {
        pub(super) fn of(resource: &Resource) -> Option<Domain<'_>> {
            match resource {
                $(Resource::$name(r) => Some(Domain {
                    text: r.text.as_ref(),
                    contained: &r.contained,
                }),)*
                Resource::Binary(_) | Resource::Bundle(_) | Resource::Other(_) => None,
            }
        }
    };
}

domain!(
    AllergyIntolerance,
    Appointment,
    CarePlan,
    ChargeItem,
    Composition,
    Condition,
    Device,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    FamilyMemberHistory,
    ImagingStudy,
    Immunization,
    ImmunizationRecommendation,
    Invoice,
    Location,
    Media,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Procedure,
    RelatedPerson,
    ServiceRequest,
    Specimen,
    Task
);
