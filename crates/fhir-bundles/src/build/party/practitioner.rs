use super::{
    super::assembly::Assembly, Facility, FurtherIdentifier, identity::is_uri, opaque_debug, telecom,
};
use crate::{
    codes::{DOCTOR_SYSTEM, V2_0203},
    language::Phrase,
    model::{self, Coding, HumanName, Identifier, Reference},
};

/// The doctor or other professional who wrote the record.
///
/// ```
/// use fhir_bundles::build::Practitioner;
///
/// let doctor = Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012").qualification("MBBS, MD");
/// ```
#[derive(Clone)]
pub struct Practitioner {
    name: String,
    hpr_id: Option<String>,
    registration: Option<Registration>,
    facility_number: Option<String>,
    further: Vec<FurtherIdentifier>,
    qualification: Option<String>,
    phone: Option<String>,
}

/// A number at a medical council.
#[derive(Clone)]
struct Registration {
    council: String,
    number: String,
}

impl Practitioner {
    /// A professional whose number is added with one of the methods below; one is needed.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            hpr_id: None,
            registration: None,
            facility_number: None,
            further: Vec::new(),
            qualification: None,
            phone: None,
        }
    }

    /// A professional in the Healthcare Professionals Registry.
    #[must_use]
    pub fn with_hpr_id(name: impl Into<String>, hpr_id: impl Into<String>) -> Self {
        Self::named(name).hpr_id(hpr_id)
    }

    /// A professional known by the registration number of a medical council.
    #[must_use]
    pub fn with_registration(
        name: impl Into<String>,
        council_system: impl Into<String>,
        number: impl Into<String>,
    ) -> Self {
        Self::named(name).registration(council_system, number)
    }

    /// A professional without a national number, known by the facility's own.
    #[must_use]
    pub fn with_facility_number(name: impl Into<String>, number: impl Into<String>) -> Self {
        Self::named(name).facility_number(number)
    }

    /// Adds the id in the Healthcare Professionals Registry.
    #[must_use]
    pub fn hpr_id(self, hpr_id: impl Into<String>) -> Self {
        Self { hpr_id: Some(hpr_id.into()), ..self }
    }

    /// Adds the registration number of a medical council, with the council's URL or name.
    #[must_use]
    pub fn registration(self, council: impl Into<String>, number: impl Into<String>) -> Self {
        let registration = Registration { council: council.into(), number: number.into() };
        Self { registration: Some(registration), ..self }
    }

    /// Adds the number that the facility gave.
    #[must_use]
    pub fn facility_number(self, number: impl Into<String>) -> Self {
        Self { facility_number: Some(number.into()), ..self }
    }

    /// Adds a further number.
    #[must_use]
    pub fn identifier(mut self, identifier: FurtherIdentifier) -> Self {
        self.further.push(identifier);
        self
    }

    /// Adds the degrees, such as `MBBS, MD`.
    #[must_use]
    pub fn qualification(self, qualification: impl Into<String>) -> Self {
        Self { qualification: Some(qualification.into()), ..self }
    }

    /// Adds a telephone number.
    #[must_use]
    pub fn phone(self, phone: impl Into<String>) -> Self {
        Self { phone: Some(phone.into()), ..self }
    }

    fn identifiers(
        &mut self,
        path: &str,
        facility: &Facility,
        assembly: &mut Assembly,
    ) -> Vec<Identifier> {
        let licence = || Coding::of(V2_0203, "MD", "Medical License number");
        let mut identifiers = Vec::new();
        if let Some(id) = self.hpr_id.take() {
            assembly.required(&format!("{path}.identifier"), &id);
            identifiers.push(Identifier::typed(licence(), id).in_system(DOCTOR_SYSTEM));
        }
        if let Some(Registration { council, number }) = self.registration.take() {
            assembly.required(&format!("{path}.identifier"), &number);
            let identifier = Identifier::typed(licence(), number);
            identifiers.push(if is_uri(&council) {
                identifier.in_system(council)
            } else {
                // A council that is named and not addressed.
                let display = Some(council).filter(|name| !name.trim().is_empty());
                let council = Reference { display, ..Reference::default() };
                let assigner = council.display.is_some().then(|| Box::new(council));
                Identifier { assigner, ..identifier }
            });
        }
        if let Some(number) = self.facility_number.take() {
            assembly.required(&format!("{path}.facilityNumber"), &number);
            let kind = Coding::of(V2_0203, "EI", "Employee number");
            identifiers.push(Identifier::typed(kind, number).in_system(facility.namespace()));
        }
        for (place, further) in std::mem::take(&mut self.further).into_iter().enumerate() {
            further.check(&format!("{path}.identifiers[{place}]"), assembly);
            identifiers.push(further.identifier());
        }
        if identifiers.is_empty() {
            assembly.problem(
                path,
                "has no identifier",
                "add hprId, registrationNumber, or the doctor's facilityNumber",
            );
        }
        identifiers
    }

    pub(in crate::build) fn add_to(
        mut self,
        path: &str,
        facility: &Facility,
        assembly: &mut Assembly,
    ) -> Reference {
        assembly.required(&format!("{path}.name"), &self.name);
        let identifiers = self.identifiers(path, facility, assembly);
        let text = assembly
            .story()
            .row(Phrase::Doctor, &self.name)
            .row(Phrase::Note, self.qualification.as_deref().unwrap_or_default());
        let slot = assembly.slot("Practitioner");
        let practitioner = model::Practitioner {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: identifiers,
            name: vec![HumanName { text: Some(self.name.clone()), ..HumanName::default() }],
            telecom: telecom(self.phone, None, "work"),
            qualification: self
                .qualification
                .map(|text| model::PractitionerQualification {
                    code: Some(model::CodeableConcept::text(text)),
                    ..model::PractitionerQualification::default()
                })
                .into_iter()
                .collect(),
            ..model::Practitioner::default()
        };
        assembly.add(practitioner, &self.name)
    }
}

opaque_debug!(Practitioner);
