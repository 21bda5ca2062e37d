use super::{super::assembly::Assembly, address, opaque_debug, telecom};
use crate::{
    codes::{self, FACILITY_SYSTEM, V2_0203},
    language::Phrase,
    model::{self, Coding, Identifier, Reference},
};

/// The hospital, clinic or laboratory.
///
/// ```
/// use fhir_bundles::build::Facility;
///
/// let clinic = Facility::new("Sunrise Clinic", "IN2710000001").phone("+91 80 2345 6789");
/// ```
#[derive(Clone)]
pub struct Facility {
    name: String,
    hfr_id: String,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
}

impl Facility {
    /// A facility with its id in the Health Facility Registry.
    #[must_use]
    pub fn new(name: impl Into<String>, hfr_id: impl Into<String>) -> Self {
        Self { name: name.into(), hfr_id: hfr_id.into(), phone: None, email: None, address: None }
    }

    /// Adds a telephone number.
    #[must_use]
    pub fn phone(self, phone: impl Into<String>) -> Self {
        Self { phone: Some(phone.into()), ..self }
    }

    /// Adds an e-mail address.
    #[must_use]
    pub fn email(self, email: impl Into<String>) -> Self {
        Self { email: Some(email.into()), ..self }
    }

    /// Adds the postal address in one line.
    #[must_use]
    pub fn address(self, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..self }
    }

    /// A namespace of the facility's own for the numbers that it gives out.
    pub(in crate::build) fn namespace(&self) -> String {
        let id: String = self
            .hfr_id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        format!("{}/{id}", codes::FACILITY_SYSTEM)
    }

    pub(in crate::build) fn name(&self) -> &str {
        &self.name
    }

    pub(in crate::build) fn add_to(self, assembly: &mut Assembly) -> Reference {
        assembly.required("facility.name", &self.name);
        assembly.required("facility.hfrId", &self.hfr_id);
        let text = assembly
            .story()
            .row(Phrase::Hospital, &self.name)
            .row(Phrase::Note, self.address.as_deref().unwrap_or_default());
        let kind = Coding::of(V2_0203, "PRN", "Provider number");
        let slot = assembly.slot("Organization");
        let organization = model::Organization {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: vec![Identifier::typed(kind, self.hfr_id).in_system(FACILITY_SYSTEM)],
            name: Some(self.name.clone()),
            telecom: telecom(self.phone, self.email, "work"),
            address: address(self.address),
            ..model::Organization::default()
        };
        assembly.add(organization, &self.name)
    }
}

opaque_debug!(Facility);
