//! Value sets that several milestones share (m2-hip.md 0, m3-hiu.md 0).

use serde::{Deserialize, Serialize};

use crate::open_enum;

open_enum! {
    /// The kind of a health record, spelled exactly as ABDM compares it.
    pub enum HiType {
        /// An out-patient consultation.
        OpConsultation = "OPConsultation",
        /// A prescription.
        Prescription = "Prescription",
        /// A discharge summary.
        DischargeSummary = "DischargeSummary",
        /// A laboratory or imaging report.
        DiagnosticReport = "DiagnosticReport",
        /// Immunizations given or due.
        ImmunizationRecord = "ImmunizationRecord",
        /// A scanned or otherwise unstructured document.
        HealthDocumentRecord = "HealthDocumentRecord",
        /// Vital signs, activity, lifestyle.
        WellnessRecord = "WellnessRecord",
        /// An invoice. Newer than the others: V0.5 and the M3 document's table do not know it.
        Invoice = "Invoice",
    }
}

impl HiType {
    /// Reads a text without regard to case: NHA's documents print capitals in places (m2-hip.md 0).
    #[must_use]
    pub fn read(text: &str) -> Self {
        let known = Self::ALL.iter().find(|known| known.as_str().eq_ignore_ascii_case(text));
        known.cloned().unwrap_or_else(|| Self::from(text))
    }
}

open_enum! {
    /// Gender as ABDM's messages carry it.
    pub enum Gender {
        /// Male.
        Male = "M",
        /// Female.
        Female = "F",
        /// Other.
        Diverse = "O",
        /// Not disclosed.
        Undisclosed = "D",
        /// Transgender.
        Transgender = "T",
        /// Unknown.
        Unknown = "U",
    }
}

open_enum! {
    /// Why a HIU asks for records. The code and its text travel together and both are checked.
    pub enum PurposeCode {
        /// Care of the patient.
        CareManagement = "CAREMGT",
        /// Emergency access.
        BreakTheGlass = "BTG",
        /// Public health.
        PublicHealth = "PUBHLTH",
        /// Payment for care.
        HealthcarePayment = "HPAYMT",
        /// Research on one disease.
        DiseaseSpecificResearch = "DSRCH",
        /// The patient's own request, as a PHR app makes it.
        SelfRequested = "PATRQT",
    }
}

impl PurposeCode {
    /// The text that ABDM demands beside the code (m3-hiu.md 0). For an unknown code: the code.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::CareManagement => "Care Management",
            Self::BreakTheGlass => "Break the Glass",
            Self::PublicHealth => "Public Health",
            Self::HealthcarePayment => "Healthcare Payment",
            Self::DiseaseSpecificResearch => "Disease Specific Healthcare Research",
            Self::SelfRequested => "Self Requested",
            Self::Other(code) => code,
        }
    }
}

open_enum! {
    /// What a HIU may do with the records it gets.
    pub enum AccessMode {
        /// Show them, keep nothing beyond need.
        View = "VIEW",
        /// Keep them until the erase date.
        Store = "STORE",
        /// Query them.
        Query = "QUERY",
        /// Stream them.
        Stream = "STREAM",
    }
}

open_enum! {
    /// A unit of the consent's frequency.
    pub enum FrequencyUnit {
        /// Hours.
        Hour = "HOUR",
        /// Days.
        Day = "DAY",
        /// Weeks.
        Week = "WEEK",
        /// Months.
        Month = "MONTH",
        /// Years.
        Year = "YEAR",
    }
}

open_enum! {
    /// The state of a consent request or of a consent artefact.
    pub enum ConsentStatus {
        /// Waiting for the patient.
        Requested = "REQUESTED",
        /// Granted.
        Granted = "GRANTED",
        /// Refused by the patient.
        Denied = "DENIED",
        /// Taken back by the patient.
        Revoked = "REVOKED",
        /// Run out.
        Expired = "EXPIRED",
    }
}

open_enum! {
    /// Which side reports a transfer.
    pub enum NotifierType {
        /// The Health Information Provider.
        Hip = "HIP",
        /// The Health Information User.
        Hiu = "HIU",
    }
}

open_enum! {
    /// The state of a health-information session (m2-hip.md 0).
    pub enum SessionStatus {
        /// The consent manager took the request.
        Requested = "REQUESTED",
        /// The HIP will send.
        Acknowledged = "ACKNOWLEDGED",
        /// The HIP has sent.
        Transferred = "TRANSFERRED",
        /// The HIU has read.
        Received = "RECEIVED",
        /// Nothing arrived or was sent.
        Failed = "FAILED",
    }
}

open_enum! {
    /// The fate of one care context in a transfer: `DELIVERED`/`ERRORED` by the HIP, `OK`/`ERRORED`
    /// by the HIU.
    pub enum HiStatus {
        /// The HIP delivered it.
        Delivered = "DELIVERED",
        /// The HIU read it.
        Ok = "OK",
        /// It was not delivered or could not be read.
        Errored = "ERRORED",
    }
}

/// A purpose as it stands on the wire: code, its text, and where both are defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Purpose {
    /// The text that belongs to the code.
    pub text: String,
    /// The code.
    pub code: PurposeCode,
    /// Where the code is defined. Must not be blank: `www.abdm.gov.in` is what NHA's samples send.
    #[serde(rename = "refUri", default = "default_reference")]
    pub ref_uri: String,
}

fn default_reference() -> String {
    "www.abdm.gov.in".to_owned()
}

impl From<PurposeCode> for Purpose {
    fn from(code: PurposeCode) -> Self {
        Self { text: code.text().to_owned(), code, ref_uri: default_reference() }
    }
}
