//! `FetchProfessional`.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::registry::ProtectedText;
use crate::api::registry::rules::{InvalidField, KeepsRules, keep};
use crate::lenient;

crate::endpoint! {
    /// What is registered of a professional. NHA: to be asked before somebody is registered.
    pub FetchProfessional {
        method: POST,
        family: Registry,
        path: "/apis/v1/doctors/fetch-professional-info",
        auth: RegistryBearer,
        request: ProfessionalQuery,
        response: ProfessionalReply,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

/// Of whom.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProfessionalQuery {
    /// By what they are known.
    pub practitioner: PractitionerQuery,
}

/// By what a professional is known: the HPR id, or the others.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PractitionerQuery {
    /// The HPR id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their mobile number, encrypted under the registry's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_number: Option<ProtectedText>,
    /// The state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The number under which a council has registered them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// That council.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_council_name: Option<String>,
}

impl ProfessionalQuery {
    /// By HPR id.
    #[must_use]
    pub fn by_id(id: &super::HprId) -> Self {
        let id = Some(id.as_str().to_owned());
        Self { practitioner: PractitionerQuery { id, ..PractitionerQuery::default() } }
    }

    /// By mobile number.
    #[must_use]
    pub fn by_mobile(mobile: ProtectedText) -> Self {
        let contact_number = Some(mobile);
        Self { practitioner: PractitionerQuery { contact_number, ..PractitionerQuery::default() } }
    }

    /// By the registration with a council.
    #[must_use]
    pub fn by_registration(number: impl Into<String>, council: impl Into<String>) -> Self {
        let registration_number = Some(number.into());
        let state_council_name = Some(council.into());
        let practitioner =
            PractitionerQuery { registration_number, state_council_name, ..Default::default() };
        Self { practitioner }
    }
}

/// Names no person.
impl fmt::Debug for PractitionerQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PractitionerQuery").finish_non_exhaustive()
    }
}

impl KeepsRules for ProfessionalQuery {
    /// Nothing is marked as needed, but something must be told.
    fn check(&self) -> Result<(), InvalidField> {
        let PractitionerQuery {
            id,
            name,
            contact_number,
            state: _,
            registration_number,
            state_council_name: _,
        } = &self.practitioner;
        let told = [id, name, registration_number];
        let is_told = told.iter().any(|text| text.as_deref().is_some_and(|t| !t.trim().is_empty()))
            || contact_number.is_some();
        let rule = "it must hold an id, a name, a mobile number or a registration number";
        keep(is_told, "practitioner", rule)
    }
}

/// What is registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProfessionalReply {
    /// The registry's words.
    pub message: Option<String>,
    /// Who fits.
    pub practitioners: Practitioners,
}

impl ProfessionalReply {
    /// These fit.
    #[must_use]
    pub fn new(message: impl Into<String>, practitioners: Vec<Practitioner>) -> Self {
        Self { message: Some(message.into()), practitioners: Practitioners(practitioners) }
    }
}

/// Who fits: read from one object, a list, or a list of lists; written as a list of lists, as the
/// contract's example has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Practitioners(pub Vec<Practitioner>);

impl Serialize for Practitioners {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [&self.0].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Practitioners {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nested;
        impl<'de> Visitor<'de> for Nested {
            type Value = Practitioners;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a practitioner, or lists of them")
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Practitioners, E> {
                Ok(Practitioners::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Practitioners, A::Error> {
                let one = Practitioner::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Practitioners(vec![one]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Practitioners, A::Error> {
                let mut all = Vec::new();
                while let Some(Practitioners(some)) = list.next_element()? {
                    all.extend(some);
                }
                Ok(Practitioners(all))
            }
        }
        deserializer.deserialize_any(Nested)
    }
}

/// A professional with all that is registered. Most of it may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct Practitioner {
    pub identifier: Option<String>,
    pub active: Option<bool>,
    pub name: Option<String>,
    pub gender: Option<String>,
    pub salutation: Option<String>,
    pub communication_language: Option<String>,
    #[serde(with = "lenient::list")]
    pub registrations: Vec<Registration>,
    #[serde(with = "lenient::list")]
    pub qualifications: Vec<Qualification>,
    #[serde(rename = "hpr_id")]
    pub hpr_id: Option<String>,
    #[serde(rename = "application_status")]
    pub application_status: Option<String>,
    #[serde(rename = "is_council_verified")]
    pub is_council_verified: Option<bool>,
    #[serde(rename = "is_work_verified")]
    pub is_work_verified: Option<bool>,
    pub email: Option<String>,
    /// Masked.
    pub mobile_number: Option<String>,
    #[serde(rename = "hpr_category")]
    pub hpr_category: Option<String>,
}

/// Names no person.
impl fmt::Debug for Practitioner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practitioner")
            .field("active", &self.active)
            .field("registrations", &self.registrations.len())
            .field("qualifications", &self.qualifications.len())
            .finish_non_exhaustive()
    }
}

/// A registration with a council.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct Registration {
    pub identifier: Option<String>,
    pub category: Option<String>,
    #[serde(rename = "nuidnumber")]
    pub nuid_number: Option<String>,
    #[serde(rename = "nuidvalidtill")]
    pub nuid_valid_till: Option<String>,
    /// The spelling on the wire is the registry's.
    #[serde(rename = "systemOfMedicide", alias = "systemOfMedicine")]
    pub system_of_medicine: Option<String>,
    pub is_renewable: Option<bool>,
    pub due_date: Option<String>,
    pub council_name: Option<String>,
    pub registered_at: Option<String>,
    pub registration_number: Option<String>,
    pub registration_date: Option<String>,
}

/// A qualification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the registry's own, and there is no more to say")]
pub struct Qualification {
    pub identifier: Option<String>,
    pub course_name: Option<String>,
    pub college_name: Option<String>,
    pub university_name: Option<String>,
    pub qualification_year: Option<String>,
    pub qualification_month: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practitioners_are_read_as_object_list_and_list_of_lists() {
        let one = r#"{"identifier":7,"name":"Asha","active":"true","registrations":[{"identifier":1,
            "systemOfMedicide":"Ayurveda","isRenewable":"false"}],"qualifications":[{"qualificationYear":2001}],
            "hpr_id":"asha@hpr.abdm","is_council_verified":true,"salutation":null}"#;
        for practitioners in
            [one.to_owned(), format!("[{one}]"), format!("[[{one}]]"), format!("[[{one}],[]]")]
        {
            let json = format!(r#"{{"message":"ok","practitioners":{practitioners}}}"#);
            let read = crate::wire::read_forgiving::<ProfessionalReply>(json.as_bytes()).unwrap();
            let [only] = &read.value.practitioners.0[..] else { panic!("{json}: {read:?}") };
            assert_eq!(only.identifier.as_deref(), Some("7"));
            assert_eq!((only.active, only.is_council_verified), (Some(true), Some(true)));
            assert_eq!(only.hpr_id.as_deref(), Some("asha@hpr.abdm"));
            let registration = &only.registrations[0];
            assert_eq!(registration.system_of_medicine.as_deref(), Some("Ayurveda"));
            assert_eq!(registration.is_renewable, Some(false));
            assert_eq!(only.qualifications[0].qualification_year.as_deref(), Some("2001"));
            assert!(!format!("{only:?}").contains("Asha"));
        }
        for json in
            [r#"{"message":"none"}"#, r#"{"practitioners":null}"#, r#"{"practitioners":[]}"#]
        {
            let read = crate::wire::read_forgiving::<ProfessionalReply>(json.as_bytes()).unwrap();
            assert!(read.value.practitioners.0.is_empty(), "{json}");
        }
    }

    #[test]
    fn a_query_must_tell_something() {
        assert!(ProfessionalQuery::default().check().is_err());
        let id = super::super::HprId::parse("71-0000-0000-0001").unwrap();
        assert!(ProfessionalQuery::by_id(&id).check().is_ok());
        assert!(ProfessionalQuery::by_registration("R-1", "A council").check().is_ok());
        let query = ProfessionalQuery::by_mobile(ProtectedText::new("9999900001"));
        assert!(query.check().is_ok() && !format!("{query:?}").contains("99999"));
    }
}
