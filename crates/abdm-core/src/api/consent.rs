//! The consent artefact: what a patient granted, to whom, for what, until when.
//!
//! HIP and HIU get the same object by different callbacks (m2-hip.md 7, m3-hiu.md 2.6).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{CareContextReference, ConsentId, HipId, HiuId, PatientReference};
use crate::lenient;
use crate::person::AbhaAddress;
use crate::vocabulary::{AccessMode, FrequencyUnit, HiType, Purpose};

/// An object that holds an id and perhaps a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Named<I> {
    /// The id.
    pub id: I,
    /// The name, where ABDM gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl<I> From<I> for Named<I> {
    fn from(id: I) -> Self {
        Self { id, name: None }
    }
}

/// One care context of one patient at the HIP.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentCareContext {
    /// The HIP's number for the patient.
    pub patient_reference: PatientReference,
    /// The HIP's number for the care context.
    pub care_context_reference: CareContextReference,
}

impl ConsentCareContext {
    /// This care context of this patient.
    #[must_use]
    pub const fn new(patient: PatientReference, care_context: CareContextReference) -> Self {
        Self { patient_reference: patient, care_context_reference: care_context }
    }
}

/// From when to when, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DateRange {
    /// The first instant.
    #[serde(with = "lenient::instant")]
    pub from: DateTime<Utc>,
    /// The last instant.
    #[serde(with = "lenient::instant")]
    pub to: DateTime<Utc>,
}

impl DateRange {
    /// From `from` to `to`.
    #[must_use]
    pub const fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self { from, to }
    }

    /// Whether `instant` lies inside.
    #[must_use]
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && instant <= self.to
    }

    /// Whether all of `other` lies inside. A wider request is refused by ABDM, not trimmed.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// How often the records may be fetched. ABDM does not say who enforces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Frequency {
    /// The unit.
    pub unit: FrequencyUnit,
    /// How many units.
    #[serde(with = "lenient::integer")]
    pub value: i64,
    /// How many times.
    #[serde(with = "lenient::integer::option", default)]
    pub repeats: Option<i64>,
}

impl Frequency {
    /// Once an hour, as NHA's samples ask.
    #[must_use]
    pub const fn hourly() -> Self {
        Self { unit: FrequencyUnit::Hour, value: 1, repeats: Some(0) }
    }
}

/// What may be done, over which dates, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Permission {
    /// What may be done.
    pub access_mode: AccessMode,
    /// The dates of the records.
    pub date_range: DateRange,
    /// When everything received must be gone. Beside `permission` in one schema, inside it live:
    /// [`ConsentDetail::erase_at`] knows both places.
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub data_erase_at: Option<DateTime<Utc>>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
}

impl Permission {
    /// To do `access_mode` with records of `date_range`, and to forget them at `data_erase_at`.
    #[must_use]
    pub const fn new(
        access_mode: AccessMode,
        date_range: DateRange,
        data_erase_at: DateTime<Utc>,
    ) -> Self {
        Self {
            access_mode,
            date_range,
            data_erase_at: Some(data_erase_at),
            frequency: Some(Frequency::hourly()),
        }
    }
}

/// Who asks, as the patient sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Requester {
    /// The clinician or organisation.
    pub name: String,
    /// Their registration. Real values only: ABDM does not check them, patients and auditors do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<RequesterIdentifier>,
}

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequesterIdentifier {
    /// The kind of register, for example `REGNO`. (ABDM's schema describes type and value swapped.)
    #[serde(rename = "type")]
    pub kind: String,
    /// The number in it.
    pub value: String,
    /// Who keeps it, as a URL.
    #[serde(default)]
    pub system: Option<String>,
}

impl Requester {
    /// A clinician with the number `value` in the register `system`.
    #[must_use]
    pub fn registered(
        name: impl Into<String>,
        kind: impl Into<String>,
        value: impl Into<String>,
        system: impl Into<String>,
    ) -> Self {
        let identifier = RequesterIdentifier {
            kind: kind.into(),
            value: value.into(),
            system: Some(system.into()),
        };
        Self { name: name.into(), identifier: Some(identifier) }
    }
}

/// The terms of a consent artefact, as HIP and HIU get them. The patient may have narrowed every
/// part of what was asked: only what stands here counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentDetail {
    /// The artefact's id.
    pub consent_id: ConsentId,
    /// `v3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<String>,
    /// When it was granted.
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// Whose records.
    pub patient: Named<AbhaAddress>,
    /// Which care contexts.
    #[serde(with = "lenient::list", default)]
    pub care_contexts: Vec<ConsentCareContext>,
    /// For what.
    pub purpose: Purpose,
    /// From whom.
    pub hip: Named<HipId>,
    /// To whom. Live notifications to a HIP leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hiu: Option<Named<HiuId>>,
    /// Who asked. Live notifications to a HIP leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    /// The consent manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_manager: Option<serde_json::Value>,
    /// Which kinds of records. Read from a list or from one text that joins them by commas, without
    /// regard to case; each once (rulings.md 32).
    #[serde(with = "hi_types", default)]
    pub hi_types: Vec<HiType>,
    /// What may be done.
    pub permission: Permission,
    /// See [`Permission::data_erase_at`].
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub data_erase_at: Option<DateTime<Utc>>,
}

impl ConsentDetail {
    /// The terms by their mandatory parts.
    #[must_use]
    pub fn new(
        consent_id: ConsentId,
        patient: AbhaAddress,
        hip: HipId,
        purpose: Purpose,
        permission: Permission,
    ) -> Self {
        Self {
            consent_id,
            schema_version: Some("v3".to_owned()),
            created_at: None,
            patient: patient.into(),
            care_contexts: Vec::new(),
            purpose,
            hip: hip.into(),
            hiu: None,
            requester: None,
            consent_manager: None,
            hi_types: Vec::new(),
            permission,
            data_erase_at: None,
        }
    }

    /// When everything received under this consent must be gone; also when the HIP must stop
    /// serving, whether or not a notice comes.
    #[must_use]
    pub fn erase_at(&self) -> Option<DateTime<Utc>> {
        self.permission.data_erase_at.or(self.data_erase_at)
    }

    /// The HI types that this version does not know: kept as they came, to be looked at by a
    /// person. No record of a known type is served under them.
    pub fn unknown_hi_types(&self) -> impl Iterator<Item = &HiType> {
        self.hi_types.iter().filter(|hi_type| matches!(hi_type, HiType::Other(_)))
    }

    /// Whether the artefact names this care context.
    #[must_use]
    pub fn names(&self, care_context: &CareContextReference) -> bool {
        self.care_contexts.iter().any(|c| c.care_context_reference == *care_context)
    }
}

/// The HI types of a consent: a list, or one text with all of them, as NHA's M2 document prints it.
mod hi_types {
    use serde::{Deserializer, Serializer};

    use crate::lenient::{self, Text};
    use crate::vocabulary::HiType;

    pub(super) fn serialize<S: Serializer>(types: &[HiType], s: S) -> Result<S::Ok, S::Error> {
        lenient::list::serialize(types, s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<HiType>, D::Error> {
        let texts: Vec<Text> = lenient::list::deserialize(d)?;
        let mut types = Vec::new();
        for text in texts.iter().flat_map(|text| text.0.split(',')).map(str::trim) {
            let hi_type = HiType::read(text);
            if !text.is_empty() && !types.contains(&hi_type) {
                types.push(hi_type);
            }
        }
        Ok(types)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hi_types(json: &str) -> Vec<HiType> {
        let detail = ConsentDetail::new(
            "c-1".parse().unwrap(),
            "asha.test@sbx".parse().unwrap(),
            "IN0000000001".parse().unwrap(),
            crate::vocabulary::PurposeCode::CareManagement.into(),
            Permission::new(
                AccessMode::View,
                DateRange::new(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH),
                DateTime::UNIX_EPOCH,
            ),
        );
        let mut value = serde_json::to_value(&detail).unwrap();
        value["hiTypes"] = serde_json::from_str(json).unwrap();
        let bytes = serde_json::to_vec(&value).unwrap();
        crate::wire::read_json::<ConsentDetail>(&bytes).unwrap().hi_types
    }

    // Ruling 32.
    #[test]
    fn hi_types_in_one_text_are_read_as_several_and_unknown_ones_are_kept() {
        let two = [HiType::OpConsultation, HiType::Prescription];
        for json in [
            r#"["OPConsultation","Prescription"]"#,
            r#"["OPConsultation, Prescription"]"#,
            r#""OPConsultation,Prescription""#,
            r#"[" opconsultation ,PRESCRIPTION, "," "]"#,
            r#"["OPConsultation,OPCONSULTATION","Prescription"]"#,
        ] {
            assert_eq!(hi_types(json), two, "{json}");
        }
        let kept = hi_types(r#"["Prescription, VitalSigns"]"#);
        assert_eq!(kept, [HiType::Prescription, HiType::Other("VitalSigns".to_owned())]);
        assert!(hi_types("null").is_empty());
    }
}
