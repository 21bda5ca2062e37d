use super::{
    super::{age::Age, assembly::Assembly, narrative::Story},
    Facility, FurtherIdentifier, address, opaque_debug, telecom,
};
use crate::{
    codes::{HEALTH_ID_SYSTEM, NDHM_IDENTIFIER_TYPE, V2_0203},
    language::{Language, Phrase},
    model::{self, Coding, Date, HumanName, Identifier, Reference},
    words::when,
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
    age: Option<String>,
    further: Vec<FurtherIdentifier>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
}

impl Patient {
    /// A patient whose number is added with one of the methods below; one is needed.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            abha_number: None,
            abha_address: None,
            facility_number: None,
            gender: None,
            birth_date: None,
            age: None,
            further: Vec::new(),
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

    /// A patient known by another number, such as a passport's.
    #[must_use]
    pub fn with_identifier(name: impl Into<String>, identifier: FurtherIdentifier) -> Self {
        Self::named(name).identifier(identifier)
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

    /// Adds the age on the document's date where the date of birth is not known: `39`, `7 months`,
    /// `15 days`. The document then has the likeliest year or month of birth, never a day.
    #[must_use]
    pub fn age(self, age: impl Into<String>) -> Self {
        Self { age: Some(age.into()), ..self }
    }

    /// Adds a further number: a passport, a driving licence, a scheme's card.
    #[must_use]
    pub fn identifier(mut self, identifier: FurtherIdentifier) -> Self {
        self.further.push(identifier);
        self
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

    fn identifiers(&mut self, facility: &Facility, assembly: &mut Assembly) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        if let Some(number) = self.abha_number.take() {
            match dashed_abha_number(&number) {
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
        } else if self.abha_address.is_none()
            && self.facility_number.is_none()
            && self.further.is_empty()
        {
            assembly.problem(
                "patient",
                "has no identifier",
                "add abhaNumber, abhaAddress, facilityNumber or identifiers",
            );
        }
        if let Some(address) = self.abha_address.take() {
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
            identifiers.push(Identifier::typed(kind, address));
        }
        if let Some(number) = self.facility_number.take() {
            assembly.required("patient.facilityNumber", &number);
            let kind = Coding::of(V2_0203, "MR", "Medical record number");
            identifiers.push(Identifier::typed(kind, number).in_system(facility.namespace()));
        }
        for (place, further) in std::mem::take(&mut self.further).into_iter().enumerate() {
            further.check(&format!("patient.identifiers[{place}]"), assembly);
            identifiers.push(further.identifier());
        }
        identifiers
    }

    /// The date of birth: as it is given, or as far as the age tells it.
    fn birth(&self, on: &model::DateTime) -> Option<Date> {
        let from_age = || self.age.as_deref().and_then(Age::parse)?.birth(on);
        self.birth_date.clone().or_else(from_age)
    }

    /// The day, month or year before which nothing can have happened to the patient: an age leaves
    /// more open than the birth that is written.
    pub(in crate::build) fn earliest_birth(&self, on: &model::DateTime) -> Option<Date> {
        let from_age = || self.age.as_deref().and_then(Age::parse)?.earliest_birth(on);
        self.birth_date.clone().or_else(from_age)
    }

    fn check_birth(&self, assembly: &mut Assembly) {
        if let Some(date) = &self.birth_date {
            assembly.check_date("patient.birthDate", date);
            if assembly.is_after_the_document(&date.as_str().into()) {
                let help = "correct it, or the document's date";
                assembly.problem("patient.birthDate", "is after the document's date", help);
            }
        }
        let Some(text) = &self.age else { return };
        let Some(age) = Age::parse(text) else {
            let help = "write years, or a unit with it: 39, 7 months, 2 years 3 months, 15 days";
            assembly.problem("patient.age", "is not an age", help);
            return;
        };
        let date = assembly.date.clone();
        match &self.birth_date {
            None if date.is_valid() && age.birth(&date).is_none() => assembly.problem(
                "patient.age",
                "does not tell when the patient was born",
                "write the document's date to the day, or birthDate",
            ),
            Some(birth) if !age.agrees(birth, &date) => assembly.problem(
                "patient.age",
                "does not agree with birthDate",
                "correct one of them, or leave the age out",
            ),
            _ => {}
        }
    }

    pub(in crate::build) fn add_to(
        mut self,
        facility: &Facility,
        assembly: &mut Assembly,
    ) -> Reference {
        assembly.required("patient.name", &self.name);
        let identifiers = self.identifiers(facility, assembly);
        self.check_birth(assembly);
        let birth_date = self.birth(&assembly.date);
        let text = self.story(birth_date.as_ref(), assembly.story(), assembly.language);
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
            birth_date,
            address: address(self.address),
            ..model::Patient::default()
        };
        assembly.add(patient, &self.name)
    }

    fn story(&self, birth_date: Option<&Date>, story: Story, language: Language) -> Story {
        let birth = birth_date.map_or("", Date::as_str);
        let birth = when(birth, language);
        let birth = match &self.age {
            Some(age) => format!("{birth} ({age})"),
            None => birth,
        };
        story
            .row(Phrase::Patient, &self.name)
            .coded(Phrase::Gender, self.gender.map_or("", Gender::as_str))
            .row(Phrase::BirthDate, &birth)
    }
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

opaque_debug!(Patient);
