use super::{assembly::Assembly, narrative::Story};
use crate::{
    codes::{
        self, DOCTOR_SYSTEM, FACILITY_SYSTEM, HEALTH_ID_SYSTEM, NDHM_IDENTIFIER_TYPE, V2_0203,
    },
    language::Label,
    model::{self, Address, Coding, ContactPoint, Date, HumanName, Identifier, Reference},
};

/// Administrative gender, as FHIR has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "FHIR has these four and no others")]
pub enum Gender {
    /// `male`
    Male,
    /// `female`
    Female,
    /// `other`
    Other,
    /// `unknown`
    Unknown,
}

impl Gender {
    /// The FHIR code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// Takes the FHIR code or the letter that ABHA profiles use.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code.trim().to_ascii_lowercase().as_str() {
            "male" | "m" => Self::Male,
            "female" | "f" => Self::Female,
            "other" | "o" => Self::Other,
            "unknown" | "u" => Self::Unknown,
            _ => return None,
        })
    }
}

/// The patient that a record is about.
///
/// At least one identifier is needed; a patient's app shows "NA" for gender and date of birth when
/// they are missing, so give them whenever they are known.
///
/// ```
/// use fhir_bundles::build::{Gender, Patient};
///
/// let patient = Patient::with_abha_number("Asha Devi", "91-7225-4829-5255")
///     .abha_address("asha.devi@abdm")
///     .gender(Gender::Female)
///     .birth_date("1986-04");
/// ```
#[derive(Clone)]
pub struct Patient {
    name: String,
    abha_number: Option<String>,
    abha_address: Option<String>,
    facility_number: Option<String>,
    gender: Option<Gender>,
    birth_date: Option<Date>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
}

impl Patient {
    fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            abha_number: None,
            abha_address: None,
            facility_number: None,
            gender: None,
            birth_date: None,
            phone: None,
            email: None,
            address: None,
        }
    }

    /// A patient known by ABHA number: 14 digits, with or without dashes.
    #[must_use]
    pub fn with_abha_number(name: impl Into<String>, abha_number: impl Into<String>) -> Self {
        Self::named(name).abha_number(abha_number)
    }

    /// A patient known by ABHA address, such as `asha.devi@abdm`.
    #[must_use]
    pub fn with_abha_address(name: impl Into<String>, abha_address: impl Into<String>) -> Self {
        Self::named(name).abha_address(abha_address)
    }

    /// A patient known by the facility's own number (UHID, MRN).
    #[must_use]
    pub fn with_facility_number(name: impl Into<String>, number: impl Into<String>) -> Self {
        Self::named(name).facility_number(number)
    }

    /// Adds the ABHA number.
    #[must_use]
    pub fn abha_number(self, abha_number: impl Into<String>) -> Self {
        Self { abha_number: Some(abha_number.into()), ..self }
    }

    /// Adds the ABHA address.
    #[must_use]
    pub fn abha_address(self, abha_address: impl Into<String>) -> Self {
        Self { abha_address: Some(abha_address.into()), ..self }
    }

    /// Adds the facility's own number.
    #[must_use]
    pub fn facility_number(self, number: impl Into<String>) -> Self {
        Self { facility_number: Some(number.into()), ..self }
    }

    /// Adds the gender.
    #[must_use]
    pub fn gender(self, gender: Gender) -> Self {
        Self { gender: Some(gender), ..self }
    }

    /// Adds the date of birth as far as it is known: `1986`, `1986-04` or `1986-04-12`.
    #[must_use]
    pub fn birth_date(self, birth_date: impl Into<Date>) -> Self {
        Self { birth_date: Some(birth_date.into()), ..self }
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

    pub(super) fn add_to(self, facility: &Facility, assembly: &mut Assembly) -> Reference {
        assembly.required("patient.name", &self.name);
        let mut identifiers = Vec::new();
        if let Some(number) = &self.abha_number {
            match dashed_abha_number(number) {
                Some(dashed) => {
                    let kind = Coding::of(NDHM_IDENTIFIER_TYPE, "HIN", "Health ID issued by NDHM");
                    identifiers.push(Identifier::typed(kind, dashed.clone()));
                    // What every official example carries, and what older readers look for.
                    let kind = Coding::of(V2_0203, "MR", "Medical record number");
                    identifiers.push(Identifier::typed(kind, dashed).in_system(HEALTH_ID_SYSTEM));
                }
                None => assembly.problem(
                    "patient.abhaNumber",
                    "is not an ABHA number",
                    "write its 14 digits, such as 91-7225-4829-5255",
                ),
            }
        }
        if let Some(address) = &self.abha_address {
            let parts = address.split_once('@');
            if parts.is_none_or(|(name, suffix)| name.is_empty() || suffix.is_empty()) {
                assembly.problem(
                    "patient.abhaAddress",
                    "is not an ABHA address",
                    "write name@suffix, such as asha.devi@abdm",
                );
            }
            let kind = Coding::of(
                NDHM_IDENTIFIER_TYPE,
                "ABHA",
                "Ayushman Bharat Health Account (ABHA) ID",
            );
            identifiers.push(Identifier::typed(kind, address.clone()));
        }
        if let Some(number) = &self.facility_number {
            assembly.required("patient.facilityNumber", number);
            let kind = Coding::of(V2_0203, "MR", "Medical record number");
            identifiers
                .push(Identifier::typed(kind, number.clone()).in_system(facility.namespace()));
        }
        if let Some(date) = &self.birth_date {
            assembly.check_date("patient.birthDate", date);
        }
        let text = person_story(assembly.story(), &self);
        let slot = assembly.slot("Patient");
        let patient = model::Patient {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: identifiers,
            name: vec![HumanName { text: Some(self.name.clone()), ..HumanName::default() }],
            telecom: telecom(self.phone, self.email, "home"),
            gender: self.gender.map(|gender| gender.as_str().to_owned()),
            birth_date: self.birth_date,
            address: address(self.address),
            ..model::Patient::default()
        };
        assembly.add(patient, &self.name)
    }
}

fn person_story(story: Story, patient: &Patient) -> Story {
    story
        .row(Label::Patient, &patient.name)
        .row(Label::Gender, patient.gender.map_or("", Gender::as_str))
        .row(Label::BirthDate, patient.birth_date.as_ref().map_or("", Date::as_str))
}

/// The ABHA number as documents carry it: `91-7225-4829-5255`.
fn dashed_abha_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    Some(format!("{}-{}-{}-{}", part(0..2), part(2..6), part(6..10), part(10..14)))
}

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
    identifier: Identifier,
    qualification: Option<String>,
    phone: Option<String>,
}

impl Practitioner {
    /// A professional in the Healthcare Professionals Registry.
    #[must_use]
    pub fn with_hpr_id(name: impl Into<String>, hpr_id: impl Into<String>) -> Self {
        let kind = Coding::of(V2_0203, "MD", "Medical License number");
        Self::identified(name, Identifier::typed(kind, hpr_id).in_system(DOCTOR_SYSTEM))
    }

    /// A professional known by the registration number of a medical council.
    #[must_use]
    pub fn with_registration(
        name: impl Into<String>,
        council_system: impl Into<String>,
        number: impl Into<String>,
    ) -> Self {
        let kind = Coding::of(V2_0203, "MD", "Medical License number");
        Self::identified(name, Identifier::typed(kind, number).in_system(council_system))
    }

    fn identified(name: impl Into<String>, identifier: Identifier) -> Self {
        Self { name: name.into(), identifier, qualification: None, phone: None }
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

    pub(super) fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.required(&format!("{path}.name"), &self.name);
        let value = self.identifier.value.clone().unwrap_or_default();
        assembly.required(&format!("{path}.identifier"), &value);
        let text = assembly
            .story()
            .row(Label::Doctor, &self.name)
            .row(Label::Note, self.qualification.as_deref().unwrap_or_default());
        let slot = assembly.slot("Practitioner");
        let practitioner = model::Practitioner {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            identifier: vec![self.identifier],
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
    pub(super) fn namespace(&self) -> String {
        let id: String = self
            .hfr_id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        format!("{}/{id}", codes::FACILITY_SYSTEM)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn add_to(self, assembly: &mut Assembly) -> Reference {
        assembly.required("facility.name", &self.name);
        assembly.required("facility.hfrId", &self.hfr_id);
        let text = assembly
            .story()
            .row(Label::Hospital, &self.name)
            .row(Label::Note, self.address.as_deref().unwrap_or_default());
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

fn telecom(phone: Option<String>, email: Option<String>, usage: &str) -> Vec<ContactPoint> {
    let filled = |text: &String| !text.trim().is_empty();
    let phone = phone.filter(filled).map(|value| ContactPoint::of("phone", value, usage));
    let email = email.filter(filled).map(|value| ContactPoint::of("email", value, usage));
    phone.into_iter().chain(email).collect()
}

fn address(text: Option<String>) -> Vec<Address> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| Address { text: Some(text), ..Address::default() })
        .into_iter()
        .collect()
}

/// People are not for logs.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($name), "(…)"))
                }
            }
        )*
    };
}
pub(super) use opaque_debug;

opaque_debug!(Patient, Practitioner, Facility);
