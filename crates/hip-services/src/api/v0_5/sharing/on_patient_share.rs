//! `OnPatientShareV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::readable;
use crate::api::sharing::dashed;
use crate::api::sharing::{
    OnPatientShare, PatientShare, PostalAddress, ShareIntent, SharedPatient,
};
use crate::api::user_linking::{Identifier, IdentifierType};
use crate::api::v0_5::OlderCallback;

abdm_core::endpoint! {
    /// A patient has scanned the code of a counter and shares their profile. To be answered by
    /// [`AcknowledgeShareV05`](super::AcknowledgeShareV05). The older path carries no intent: a
    /// profile is what it shares.
    pub OnPatientShareV05 {
        method: POST,
        family: Bridge,
        path: "/v1.0/patients/profile/share",
        older_paths: ["/v0.5/patients/profile/share"],
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: PatientShareV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientShare,
        source: "m2-hip.md 10",
    }
}

/// What a patient shares, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PatientShareV05 {
    /// What for; a profile where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<ShareIntentV05>,
    /// Where the patient stands.
    #[serde(default, deserialize_with = "lenient::null_as_default::deserialize")]
    pub location: ShareLocationV05,
    /// Who.
    #[serde(default, deserialize_with = "lenient::null_as_default::deserialize")]
    pub profile: ShareProfileV05,
}

/// What a share is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareIntentV05 {
    /// `PROFILE_SHARE`.
    #[serde(rename = "type", default, deserialize_with = "readable::text")]
    pub kind: Option<String>,
}

/// Where the patient stands. Nobody's business: `Debug` leaves it out.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareLocationV05 {
    /// Degrees north.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub latitude: Option<String>,
    /// Degrees east.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub longitude: Option<String>,
}

impl std::fmt::Debug for ShareLocationV05 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShareLocationV05").finish_non_exhaustive()
    }
}

/// The counter and the patient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ShareProfileV05 {
    /// The counter, as the code that was scanned names it.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub hip_code: Option<String>,
    /// The patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<SharedPatientV05>,
}

/// A patient as their app shares them. What cannot be read counts as absent.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SharedPatientV05 {
    /// The ABHA address.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub health_id: Option<AbhaAddress>,
    /// The ABHA number.
    #[serde(default, serialize_with = "dashed", deserialize_with = "readable::parsed")]
    pub health_id_number: Option<AbhaNumber>,
    /// The name.
    #[serde(default, deserialize_with = "readable::text")]
    pub name: Option<String>,
    /// The gender: `M`, `F`, `O`, `U`.
    #[serde(default, deserialize_with = "readable::text")]
    pub gender: Option<String>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<PostalAddress>,
    /// Year of birth.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub year_of_birth: Option<u16>,
    /// Month of birth, 1 to 12.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub month_of_birth: Option<u16>,
    /// Day of the month of birth, 1 to 31.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub day_of_birth: Option<u16>,
    /// Further identifiers: the mobile number.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
}

/// Names no person.
impl std::fmt::Debug for SharedPatientV05 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedPatientV05").finish_non_exhaustive()
    }
}

impl From<SharedPatientV05> for SharedPatient {
    fn from(older: SharedPatientV05) -> Self {
        let part = |number: Option<u16>| number.map(|number| number.to_string());
        let mobile = older.identifiers.iter().find_map(Identifier::mobile);
        Self {
            abha_number: older.health_id_number,
            abha_address: older.health_id,
            name: older.name,
            gender: older.gender.map(Gender::from),
            day_of_birth: part(older.day_of_birth),
            month_of_birth: part(older.month_of_birth),
            year_of_birth: part(older.year_of_birth),
            address: older.address,
            phone_number: mobile.map(|mobile| mobile.expose().to_owned()),
        }
    }
}

impl From<&SharedPatient> for SharedPatientV05 {
    fn from(newer: &SharedPatient) -> Self {
        let part = |text: &Option<String>| text.as_ref().and_then(|t| t.trim().parse().ok());
        let mobile = newer.phone_number.as_deref();
        let mobile = mobile.map(|number| Identifier::new(IdentifierType::Mobile, number));
        Self {
            health_id: newer.abha_address.clone(),
            health_id_number: newer.abha_number.clone(),
            name: newer.name.clone(),
            gender: newer.gender.as_ref().map(|gender| gender.as_str().to_owned()),
            address: newer.address.clone(),
            year_of_birth: part(&newer.year_of_birth),
            month_of_birth: part(&newer.month_of_birth),
            day_of_birth: part(&newer.day_of_birth),
            identifiers: mobile.into_iter().collect(),
        }
    }
}

impl OlderCallback for OnPatientShareV05 {
    type Newer = OnPatientShare;

    fn newer(body: PatientShareV05) -> PatientShare {
        let intent = body.intent.and_then(|intent| intent.kind);
        let patient = body.profile.patient.map(SharedPatient::from);
        let place = (body.location.latitude, body.location.longitude);
        let intent = intent.map_or(ShareIntent::ProfileShare, ShareIntent::from);
        PatientShare::of_older(intent, body.profile.hip_code, place, patient)
    }

    fn older(body: &PatientShare) -> Result<PatientShareV05, WireError> {
        let meta = &body.meta_data;
        Ok(PatientShareV05 {
            intent: Some(ShareIntentV05 { kind: Some(body.intent.as_str().to_owned()) }),
            location: ShareLocationV05 {
                latitude: meta.latitude.clone(),
                longitude: meta.longitude.clone(),
            },
            profile: ShareProfileV05 {
                hip_code: meta.context.clone(),
                patient: body.profile.patient.as_ref().map(SharedPatientV05::from),
            },
        })
    }
}
