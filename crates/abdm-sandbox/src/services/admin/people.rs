//! Who lives here.

use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;
use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::control::{About, Asked, Control, Problem};
use crate::world::Patient;

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, "/sandbox/people"),
        ("people", "listPeople"),
        "Who lives here: Aadhaar number, VID, mobile number, ABHA number and address.",
    );
    control.serve(list, list_people)
}

/// Somebody.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Person")]
struct Shown {
    /// The whole name, as in the ABHA profile.
    name: String,
    /// The gender's letter.
    #[schemars(with = "String")]
    gender: Gender,
    date_of_birth: NaiveDate,
    /// Children and people who only declared an address have none.
    aadhaar: Option<String>,
    /// A virtual id for the Aadhaar number.
    vid: Option<String>,
    mobile: String,
    /// With dashes; once there is one.
    abha_number: Option<String>,
    /// The preferred one.
    abha_address: Option<String>,
    /// What is special.
    note: Option<&'static str>,
}

impl From<Patient> for Shown {
    fn from(person: Patient) -> Self {
        Self {
            name: person.name,
            gender: person.gender,
            date_of_birth: person.date_of_birth,
            aadhaar: person.aadhaar.map(|aadhaar| aadhaar.expose().to_owned()),
            vid: person.vid.map(|vid| vid.expose().to_owned()),
            mobile: person.mobile.expose().to_owned(),
            abha_number: person.abha_number.map(|number| number.to_dashed()),
            abha_address: person.abha_address.map(|address| address.to_string()),
            note: person.note,
        }
    }
}

async fn list_people(asked: Asked) -> Result<Vec<Shown>, Problem> {
    let people = asked.engine.world().people.patients();
    Ok(people.into_iter().map(Shown::from).collect())
}
