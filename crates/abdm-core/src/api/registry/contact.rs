//! Who answers for a facility, and the proof that one controls it: an OTP to its contact.

use serde::{Deserialize, Deserializer, Serialize};

use super::ProtectedText;
use super::rules::{self, InvalidField, KeepsRules, is_there, keep};
use crate::lenient::Text;
use crate::open_enum;

crate::endpoint! {
    /// Whom the registry has as contact of a facility. From NHA's document of the registry, not
    /// from its specification.
    pub FetchFacilityContact {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/fetchFacilityContactDetails",
        auth: RegistryBearer,
        request: OfFacility,
        response: ContactReply,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// Send an OTP to the contact of a facility.
    pub SendFacilityOtp {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/sendOtpToContact",
        auth: RegistryBearer,
        request: OfFacility,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// Prove control of a facility by the OTP that its contact got.
    pub ValidateFacilityOtp {
        method: POST,
        family: Registry,
        path: "/v1.5/facility/validateOtp",
        auth: RegistryBearer,
        request: ControlProof,
        response: ProofReply,
        success: OK,
        replay: IfUnprocessed,
        errors: Registry,
        source: "registries.md",
    }
}

/// Which facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OfFacility {
    /// The HFR id.
    pub facility_id: String,
}

impl OfFacility {
    /// This one.
    #[must_use]
    pub fn new(facility_id: impl Into<String>) -> Self {
        Self { facility_id: facility_id.into() }
    }
}

impl KeepsRules for OfFacility {
    fn check(&self) -> Result<(), InvalidField> {
        rules::facility_id(&self.facility_id)
    }
}

/// The contact of a facility. Live it stands inside `facility`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ContactReply {
    /// The facility with its contact.
    pub facility: Option<ContactedFacility>,
}

/// A facility and who answers for it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContactedFacility {
    /// The HFR id.
    pub facility_id: Option<String>,
    /// Who.
    #[serde(flatten)]
    pub contact: FacilityContact,
}

/// Who answers for a facility.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FacilityContact {
    /// Their name.
    pub contact_name: Option<String>,
    /// Masked.
    pub contact_mobile: Option<String>,
    /// Masked.
    pub contact_email: Option<String>,
    /// Their HPR id.
    #[serde(rename = "hprid")]
    pub hpr_id: Option<String>,
}

/// Names no person.
impl std::fmt::Debug for ContactedFacility {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactedFacility")
            .field("facility_id", &self.facility_id)
            .finish_non_exhaustive()
    }
}

/// Names no person.
impl std::fmt::Debug for FacilityContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FacilityContact").finish_non_exhaustive()
    }
}

/// An OTP is on its way. The form of this answer is not published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OtpSent {
    /// What the proof names.
    #[serde(alias = "txnId")]
    pub transaction_id: Option<String>,
    /// The registry's words.
    pub message: Option<String>,
}

impl OtpSent {
    /// It is, under this transaction.
    #[must_use]
    pub fn new(transaction_id: impl Into<String>, message: impl Into<String>) -> Self {
        let (transaction_id, message) = (Some(transaction_id.into()), Some(message.into()));
        Self { transaction_id, message }
    }
}

open_enum! {
    /// For which system control is proved.
    pub enum OtpSource {
        /// U-WIN.
        UWin = "UWIN",
        /// The dialysis programme.
        Pmndp = "PMNDP",
        /// Ayushman Bharat PM-JAY.
        PmJay = "AB-PMJAY",
        /// The resource repository.
        Nhrr = "NHRR",
        /// C-DAC's HMIS.
        HmisCdac = "HMIS-CDAC",
        /// The NIN of facilities.
        Nin = "NIN",
        /// eHospital.
        EHospital = "eHospital",
        /// A state's HMIS.
        StateHmis = "STHMISID",
        /// A state's institution id.
        StateInstitution = "STINSID",
        /// CoWIN.
        CoWin = "COWIN",
    }
}

/// The proof of control.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ControlProof {
    /// The HFR id.
    pub facility_id: String,
    /// The facility's id in that system.
    pub source_id: String,
    /// Which system.
    pub source: OtpSource,
    /// The OTP, encrypted under the registry's key.
    pub otp: ProtectedText,
    /// The transaction of the OTP.
    pub transaction_id: String,
}

impl ControlProof {
    /// The OTP of `transaction_id` for this facility, under its id in another system.
    #[must_use]
    pub fn new(
        facility_id: impl Into<String>,
        (source, source_id): (OtpSource, impl Into<String>),
        otp: ProtectedText,
        transaction_id: impl Into<String>,
    ) -> Self {
        Self {
            facility_id: facility_id.into(),
            source_id: source_id.into(),
            source,
            otp,
            transaction_id: transaction_id.into(),
        }
    }
}

impl KeepsRules for ControlProof {
    fn check(&self) -> Result<(), InvalidField> {
        const NEEDED: &str = "it must be there";
        rules::facility_id(&self.facility_id)?;
        keep(is_there(&self.source_id), "sourceId", NEEDED)?;
        let is_known = !matches!(self.source, OtpSource::Other(_));
        keep(is_known, "source", "it must be one of the systems that registries.md lists")?;
        keep(is_there(self.otp.expose()), "otp", NEEDED)?;
        keep(is_there(&self.transaction_id), "transactionId", NEEDED)
    }
}

/// What came of a proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ProofReply {
    /// The HFR id.
    pub facility_id: Option<String>,
    /// The registry's word for it.
    #[serde(deserialize_with = "word")]
    pub status: Option<String>,
    /// Its words.
    pub message: Option<String>,
    /// Whether it is an error.
    #[serde(deserialize_with = "word")]
    pub error_status: Option<String>,
}

/// A text, a number or a boolean; all else is none.
fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(Text::deserialize(value).ok().map(|text| text.0))
}

impl ProofReply {
    /// Control of this facility is proved.
    #[must_use]
    pub fn proved(facility_id: impl Into<String>) -> Self {
        let (status, message) = (Some("success".to_owned()), Some("OTP validated".to_owned()));
        Self { facility_id: Some(facility_id.into()), status, message, error_status: None }
    }

    /// The wrong OTP.
    #[must_use]
    pub fn refused(facility_id: impl Into<String>) -> Self {
        let (status, message) = (Some("failure".to_owned()), Some("OTP did not match".to_owned()));
        let error_status = Some("true".to_owned());
        Self { facility_id: Some(facility_id.into()), status, message, error_status }
    }

    /// Whether control is proved: the registry says so, and tells of no error. Its words are not
    /// published, so that what it does not say in a known word counts as not proved.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        let is = |text: &Option<String>, words: &[&str]| {
            let text = text.as_deref().unwrap_or_default().trim();
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        };
        let is_error = self.error_status.is_some()
            && !is(&self.error_status, &["", "false", "0", "null", "none", "no"]);
        !is_error && is(&self.status, &["success", "successful", "ok", "true", "200", "validated"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_says_nothing_known_or_tells_of_an_error_is_none() {
        let read = |json: &str| crate::wire::read_forgiving::<ProofReply>(json.as_bytes());
        for (json, proved) in [
            (
                r#"{"facilityId":"IN0000000001","status":"Success","message":"m","errorStatus":null}"#,
                true,
            ),
            (r#"{"status":true,"errorStatus":false}"#, true),
            (r#"{"status":"success","errorStatus":"true"}"#, false),
            (r#"{"status":"failed"}"#, false),
            (r#"{"message":"OTP validated"}"#, false),
            (r#"{"status":"success","errorStatus":"INVALID_OTP"}"#, false),
        ] {
            assert_eq!(read(json).unwrap().value.is_proved(), proved, "{json}");
        }
    }

    #[test]
    fn an_otp_and_a_contact_are_not_printed() {
        let otp = ProtectedText::new("123456");
        let proof = ControlProof::new("IN0000000001", (OtpSource::Nin, "N-1"), otp, "t-1");
        assert!(!format!("{proof:?}").contains("123456"));
        assert!(serde_json::to_string(&proof).unwrap().contains(r#""otp":"123456""#));
        let contact: ContactReply = serde_json::from_str(
            r#"{"facility":{"facilityId":"IN0000000001","contactName":"Asha","hprid":"asha@hpr.abdm"}}"#,
        )
        .unwrap();
        assert!(!format!("{contact:?}").contains("sha"), "{contact:?}");
        let facility = contact.facility.unwrap();
        assert_eq!(facility.contact.hpr_id.as_deref(), Some("asha@hpr.abdm"));
    }
}
