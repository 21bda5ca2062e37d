use super::{super::assembly::Assembly, opaque_debug};
use crate::{
    codes::{NDHM_IDENTIFIER_TYPE, V2_0203},
    model::{CodeableConcept, Coding, Identifier, Reference},
};

/// A further number by which a person is known: a passport, a driving licence, a scheme's card.
///
/// Aadhaar numbers have no place in a health record (fhir-nrces.md, section 4) and are refused.
///
/// ```
/// use fhir_bundles::build::{FurtherIdentifier, IdentifierKind, Patient};
///
/// let passport = FurtherIdentifier::new(IdentifierKind::Passport, "PA1234567").issued_by("Nepal");
/// let patient = Patient::with_identifier("Sita Gurung", passport);
/// ```
#[derive(Clone)]
pub struct FurtherIdentifier {
    kind: IdentifierKind,
    value: String,
    name: Option<String>,
    issuer: Option<String>,
    system: Option<String>,
}

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentifierKind {
    /// A passport.
    Passport,
    /// A driving licence.
    DrivingLicence,
    /// The number that an employer gave.
    Employee,
    /// A medical record number.
    MedicalRecord,
    /// A national number of another country.
    National,
    /// A tax number (PAN).
    Tax,
    /// A voter card.
    Voter,
    /// A ration card.
    RationCard,
    /// A card of PM-JAY (Ayushman Bharat).
    PmJay,
    /// A card of the Central Government Health Scheme.
    Cghs,
    /// A card of the Ex-servicemen Contributory Health Scheme.
    Echs,
    /// A card for households below the poverty line.
    Bpl,
    /// A student's card.
    Student,
    /// A senior citizen's card.
    SeniorCitizen,
    /// A Tibetan refugee's card.
    TibetanRefugee,
    /// A Sri Lankan refugee's card.
    SriLankanRefugee,
    /// A number in the Healthcare Professionals Registry.
    HealthcareProfessional,
    /// Any other; see [`named`](FurtherIdentifier::named).
    Other,
}

impl IdentifierKind {
    /// The kinds by what people call them.
    const WORDS: [(&str, Self); 36] = [
        ("PPN", Self::Passport),
        ("passport", Self::Passport),
        ("passportNumber", Self::Passport),
        ("DL", Self::DrivingLicence),
        ("drivingLicence", Self::DrivingLicence),
        ("drivingLicense", Self::DrivingLicence),
        ("driversLicense", Self::DrivingLicence),
        ("EI", Self::Employee),
        ("EN", Self::Employee),
        ("employee", Self::Employee),
        ("employeeNumber", Self::Employee),
        ("MR", Self::MedicalRecord),
        ("MRN", Self::MedicalRecord),
        ("UHID", Self::MedicalRecord),
        ("NI", Self::National),
        ("nationalId", Self::National),
        ("TAX", Self::Tax),
        ("PAN", Self::Tax),
        ("VID", Self::Voter),
        ("voterId", Self::Voter),
        ("EPIC", Self::Voter),
        ("RCN", Self::RationCard),
        ("rationCard", Self::RationCard),
        ("PMJAY", Self::PmJay),
        ("CGHS", Self::Cghs),
        ("ECHS", Self::Echs),
        ("BPL", Self::Bpl),
        ("SID", Self::Student),
        ("studentId", Self::Student),
        ("SCC", Self::SeniorCitizen),
        ("seniorCitizen", Self::SeniorCitizen),
        ("TRC", Self::TibetanRefugee),
        ("SLR", Self::SriLankanRefugee),
        ("HPID", Self::HealthcareProfessional),
        ("OIN", Self::Other),
        ("other", Self::Other),
    ];

    /// The kind of a word; `None` for what has no code of its own.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let letters = |text: &str| {
            let letters = text.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
        };
        let word = letters(word);
        Self::WORDS.iter().find(|(known, _)| letters(known) == word).map(|(_, kind)| *kind)
    }

    fn coding(self) -> Coding {
        let (system, code, display) = match self {
            Self::Passport => (V2_0203, "PPN", "Passport number"),
            Self::DrivingLicence => (V2_0203, "DL", "Driver's license number"),
            Self::Employee => (V2_0203, "EI", "Employee number"),
            Self::MedicalRecord => (V2_0203, "MR", "Medical record number"),
            Self::National => (V2_0203, "NI", "National unique individual identifier"),
            Self::Tax => (V2_0203, "TAX", "Tax ID number"),
            Self::Voter => (NDHM_IDENTIFIER_TYPE, "VID", "Voter ID"),
            Self::RationCard => (NDHM_IDENTIFIER_TYPE, "RCN", "Ration Card Number"),
            Self::PmJay => {
                (NDHM_IDENTIFIER_TYPE, "PMJAY", "Pradhan Mantri Jan Aarogya Yojana (PMJAY) ID")
            }
            Self::Cghs => {
                (NDHM_IDENTIFIER_TYPE, "CGHS", "Central Government Health Scheme (CGHS) ID")
            }
            Self::Echs => {
                (NDHM_IDENTIFIER_TYPE, "ECHS", "Ex-servicemen Contributory Health Scheme (ECHS) ID")
            }
            Self::Bpl => (NDHM_IDENTIFIER_TYPE, "BPL", "BPL Card Number"),
            Self::Student => (NDHM_IDENTIFIER_TYPE, "SID", "Student ID card"),
            Self::SeniorCitizen => (NDHM_IDENTIFIER_TYPE, "SCC", "Senior Citizen Card"),
            Self::TibetanRefugee => (NDHM_IDENTIFIER_TYPE, "TRC", "Tibetan Refugee Card"),
            Self::SriLankanRefugee => {
                (NDHM_IDENTIFIER_TYPE, "SLR", "Sri Lankan Refugees Identity Card")
            }
            Self::HealthcareProfessional => {
                (NDHM_IDENTIFIER_TYPE, "HPID", "Healthcare Professional ID (HPID)")
            }
            Self::Other => (NDHM_IDENTIFIER_TYPE, "OIN", "Other identifier"),
        };
        Coding::of(system, code, display)
    }
}

impl FurtherIdentifier {
    /// A number of a kind.
    #[must_use]
    pub fn new(kind: IdentifierKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into(), name: None, issuer: None, system: None }
    }

    /// Says what the number is called, where its kind does not.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Adds who gave it out: a country, an authority.
    #[must_use]
    pub fn issued_by(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// Adds the namespace in which the number is unique, as a URL.
    #[must_use]
    pub fn in_system(self, system: impl Into<String>) -> Self {
        Self { system: Some(system.into()), ..self }
    }

    pub(super) fn check(&self, path: &str, assembly: &mut Assembly) {
        assembly.required(&format!("{path}.value"), &self.value);
        if let Some(system) = &self.system
            && !is_uri(system)
        {
            let help = "write a URL, or name the issuer instead";
            assembly.problem(&format!("{path}.system"), "is not a URL", help);
        }
        let names = self.name.iter().chain(&self.issuer);
        if names.into_iter().any(|name| is_aadhaar(name)) {
            assembly.problem(
                path,
                "is an Aadhaar number",
                "leave it out: it has no place in a health record; give the ABHA number instead",
            );
        }
    }

    pub(super) fn identifier(self) -> Identifier {
        let mut kind =
            CodeableConcept { coding: vec![self.kind.coding()], ..CodeableConcept::default() };
        kind.text = self.name.filter(|name| !name.trim().is_empty());
        let issuer = self.issuer.filter(|issuer| !issuer.trim().is_empty());
        Identifier {
            r#type: Some(kind),
            system: self.system,
            value: Some(self.value),
            assigner: issuer
                .map(|name| Box::new(Reference { display: Some(name), ..Reference::default() })),
            ..Identifier::default()
        }
    }
}

/// Whether a name means Aadhaar, as it is spelled and misspelled.
fn is_aadhaar(name: &str) -> bool {
    let letters: String =
        name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    ["aadhaar", "aadhar", "adhaar", "adhar", "uidai"].iter().any(|word| letters.contains(word))
        || matches!(letters.as_str(), "adn" | "uid")
}

/// Whether a text can be a namespace.
pub(super) fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) && !text.contains(char::is_whitespace)
}

opaque_debug!(FurtherIdentifier);
