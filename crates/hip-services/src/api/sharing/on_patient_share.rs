//! `OnPatientShare`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::SharedPatient;
use crate::api::readable;

abdm_core::endpoint! {
    /// A patient has scanned the code of a counter and shares their profile. To be answered by
    /// [`AcknowledgeShare`](super::AcknowledgeShare) with a token number: the patient's app waits
    /// about 30 seconds.
    pub OnPatientShare {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/patient/share",
        auth: SignedCallback,
        headers: HipHeaders,
        request: PatientShare,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientShare,
        source: "m2-hip.md 6",
    }
}

abdm_core::open_enum! {
    /// What the patient wants to share.
    pub enum ShareIntent {
        /// The profile, to be registered at a counter.
        ProfileShare = "PROFILE_SHARE",
        /// Records.
        RecordShare = "RECORD_SHARE",
        /// A payment.
        PaymentShare = "PAYMENT_SHARE",
    }
}

/// What a patient shares, and where. The patient's app sends the same to ABDM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PatientShare {
    /// What for, read in any case.
    #[serde(deserialize_with = "lenient::any_case::deserialize")]
    pub intent: ShareIntent,
    /// At which counter of which facility.
    #[serde(default, deserialize_with = "lenient::null_as_default::deserialize")]
    pub meta_data: ShareMetadata,
    /// Who.
    #[serde(default, deserialize_with = "lenient::null_as_default::deserialize")]
    pub profile: ShareProfile,
}

impl PatientShare {
    /// This patient shares their profile at the counter `context` of a facility.
    #[must_use]
    pub fn profile(hip_id: HipId, context: impl Into<String>, patient: SharedPatient) -> Self {
        let meta_data = ShareMetadata {
            hip_id: Some(hip_id.as_str().to_owned()),
            context: Some(context.into()),
            ..ShareMetadata::default()
        };
        let profile = ShareProfile { patient: Some(patient) };
        Self { intent: ShareIntent::ProfileShare, meta_data, profile }
    }
}

#[cfg(feature = "v0_5")]
impl PatientShare {
    /// What a share of V0.5 says, which names no facility: its header does.
    pub(crate) fn of_older(
        intent: ShareIntent,
        counter: Option<String>,
        (latitude, longitude): (Option<String>, Option<String>),
        patient: Option<SharedPatient>,
    ) -> Self {
        let meta_data =
            ShareMetadata { context: counter, latitude, longitude, ..ShareMetadata::default() };
        Self { intent, meta_data, profile: ShareProfile { patient } }
    }
}

/// Where a patient shares. Where they stand is nobody's business: `Debug` leaves the place out.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ShareMetadata {
    /// The facility, as the code says it. `X-HIP-ID` decides.
    #[serde(default, deserialize_with = "readable::text")]
    pub hip_id: Option<String>,
    /// The counter: `counter-id` of the code.
    #[serde(default, deserialize_with = "readable::text")]
    pub context: Option<String>,
    /// A health professional, where the code is theirs.
    #[serde(default, deserialize_with = "readable::text")]
    pub hpr_id: Option<String>,
    /// Where the patient is. A text or a number.
    #[serde(default, deserialize_with = "readable::text")]
    pub latitude: Option<String>,
    /// Where the patient is. A text or a number.
    #[serde(default, deserialize_with = "readable::text")]
    pub longitude: Option<String>,
}

impl std::fmt::Debug for ShareMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShareMetadata")
            .field("hip_id", &self.hip_id)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// The envelope of the patient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareProfile {
    /// The patient.
    #[serde(default)]
    pub patient: Option<SharedPatient>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// m2-hip.md 6.
    const LIVE: &str = r#"{"intent":"PROFILE_SHARE",
        "metaData":{"hipId":"IN0000000001","context":"OPD1","hprId":null,"latitude":"12.97","longitude":"77.71"},
        "profile":{"patient":{"abhaNumber":"91-0000-0000-0001","abhaAddress":"asha.test@sbx","name":"Asha Test Kumari","gender":"F",
        "dayOfBirth":"6","monthOfBirth":"6","yearOfBirth":"1988",
        "address":{"line":"1 Example Road","district":"Pune","state":"Maharashtra","pincode":"411001"},"phoneNumber":"9999999999"}}}"#;

    #[test]
    fn an_intent_is_read_in_any_case() {
        for (intent, known) in [
            ("profile_share", ShareIntent::ProfileShare),
            (" Record_Share ", ShareIntent::RecordShare),
            ("payment_share", ShareIntent::PaymentShare),
            ("later", ShareIntent::Other("later".to_owned())),
        ] {
            let live = LIVE.replace("PROFILE_SHARE", intent);
            assert_eq!(serde_json::from_str::<PatientShare>(&live).unwrap().intent, known);
        }
    }

    #[test]
    fn a_live_share_is_read_and_written_as_it_came() {
        let share: PatientShare = serde_json::from_str(LIVE).unwrap();
        assert_eq!(share.intent, ShareIntent::ProfileShare);
        assert_eq!(share.meta_data.context.as_deref(), Some("OPD1"));
        let patient = share.profile.patient.as_ref().unwrap();
        assert_eq!(patient.date_of_birth(), "1988-06-06".parse().ok());
        let written = serde_json::to_value(&share).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(LIVE).unwrap());
    }

    #[test]
    fn numbers_for_texts_and_nulls_are_read_the_same() {
        let loose = r#"{"intent":"PROFILE_SHARE","requestId":"",
            "metaData":{"hipId":"IN0000000001","context":1,"latitude":12.97,"longitude":null},
            "profile":{"patient":{"abhaNumber":null,"abhaAddress":"asha.test@sbx","name":"Asha","gender":null,
            "dayOfBirth":null,"monthOfBirth":"","yearOfBirth":1988,
            "address":{"line":null,"pinCode":411001},"phoneNumber":9999999999}}}"#;
        let share: PatientShare = serde_json::from_str(loose).unwrap();
        assert_eq!(share.meta_data.context.as_deref(), Some("1"));
        assert_eq!(share.meta_data.latitude.as_deref(), Some("12.97"));
        let patient = share.profile.patient.unwrap();
        assert_eq!((patient.abha_number, patient.month_of_birth.as_deref()), (None, None));
        assert_eq!(patient.year_of_birth.as_deref(), Some("1988"));
        assert_eq!(patient.phone_number.as_deref(), Some("9999999999"));
        assert_eq!(patient.address.unwrap().pincode.as_deref(), Some("411001"));
    }

    // Ruling 33.
    #[test]
    fn the_other_spellings_are_read_where_the_documented_ones_are_absent() {
        let read = |patient: &str| {
            let share =
                format!(r#"{{"intent":"PROFILE_SHARE","profile":{{"patient":{patient}}}}}"#);
            let share: PatientShare = serde_json::from_str(&share).unwrap();
            share.profile.patient.unwrap()
        };
        for (dob, date) in [
            ("1999-06-26", Some("1999-06-26")),
            ("26-06-1999", Some("1999-06-26")),
            ("26/06/1999", None),
            ("26-06-99", None),
            ("1999-02-30", None),
            ("1999", None),
        ] {
            let patient =
                read(&format!(r#"{{"dob":"{dob}","mobile":9000000000,"kycPhoto":"AAAA"}}"#));
            assert_eq!(patient.date_of_birth(), date.map(|date| date.parse().unwrap()), "{dob}");
            assert_eq!(patient.year_of_birth.as_deref(), date.map(|_| "1999"), "{dob}");
            assert_eq!(patient.phone_number.as_deref(), Some("9000000000"));
            assert!(!serde_json::to_string(&patient).unwrap().contains("AAAA"));
        }
        // The documented fields come first, and a part of a date is not completed from elsewhere.
        let both = read(
            r#"{"dob":"1999-06-26","yearOfBirth":"1988","mobile":"9000000000","phoneNumber":"8000000000",
                "address":{"pincode":"411001","pinCode":"411002"}}"#,
        );
        assert_eq!((both.year_of_birth.as_deref(), both.date_of_birth()), (Some("1988"), None));
        assert_eq!(both.phone_number.as_deref(), Some("8000000000"));
        assert_eq!(both.address.unwrap().pincode.as_deref(), Some("411001"));
        let odd = read(r#"{"name":{"first":"Asha"},"address":"Pune","gender":7,"mobile":["9"]}"#);
        assert_eq!((odd.name, odd.address, odd.phone_number), (None, None, None));
    }

    #[test]
    fn other_intents_and_empty_profiles_can_be_read_to_be_refused() {
        for body in [
            r#"{"intent":"PAYMENT_SHARE","metaData":null,"profile":null}"#,
            r#"{"intent":"SOMETHING_NEW","profile":{"patient":null}}"#,
        ] {
            let share: PatientShare = serde_json::from_str(body).unwrap();
            assert_ne!(share.intent, ShareIntent::ProfileShare);
            assert!(share.profile.patient.is_none());
        }
    }

    #[test]
    fn nothing_of_the_patient_is_shown() {
        let share: PatientShare = serde_json::from_str(LIVE).unwrap();
        let shown = format!("{share:?}");
        for personal in ["Asha", "asha", "9999999999", "1988", "Example Road", "0001", "12.97"] {
            assert!(!shown.replace("IN0000000001", "").contains(personal), "{shown}");
        }
    }
}
