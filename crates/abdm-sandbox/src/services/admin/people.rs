//! Who lives here.

use abdm_core::person::AbhaAddress;
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::OfPatient;
use super::app_records::known;
use crate::control::{About, Asked, Control, Problem, fields};
use crate::services::patient_status;
use crate::world::{Patient, PatientDetails, Person};

const PATH: &str = "/sandbox/people";

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, PATH),
        ("people", "listPeople"),
        "Who lives here: Aadhaar number, VID, mobile number, ABHA number and address.",
    );
    let add = About::new(
        (Method::POST, PATH),
        ("people", "addPerson"),
        "Adds a person, with an ABHA number where a name for the address is given. An Aadhaar \
         number or an address that is taken is refused.",
    );
    let account = About::new(
        (Method::POST, "/sandbox/people/{address}/account"),
        ("people", "changeAccount"),
        "Switches a person's ABHA account off, on again, or deletes it for good, and tells the \
         facilities that know one of the person's addresses, whatever the switch \
         `patient_status_notices` says.",
    );
    control
        .serve(account.refusals(&[404, 409]), change_account)
        .serve(list, list_people)
        .serve(add.success(StatusCode::CREATED).refusals(&[409]), add_person)
}

/// What becomes of an account.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AccountStatus {
    /// Switched off.
    Deactivated,
    /// Switched on again.
    Reactivated,
    /// Gone for good.
    Deleted,
}

/// A change of an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangeOfAccount {
    status: AccountStatus,
}

/// Who was told of it.
#[derive(Serialize, JsonSchema)]
struct Told {
    /// The HIP ids of the facilities.
    told: Vec<String>,
}

async fn change_account(asked: Asked<OfPatient, (), ChangeOfAccount>) -> Result<Told, Problem> {
    let engine = &asked.engine;
    let address = known(engine, &asked.path.address)?;
    let changes = {
        let mut world = engine.world();
        let place = world.people.place_of(&address);
        let place = place.ok_or_else(|| Problem::unknown("patient", address.as_str()))?;
        match asked.body.status {
            AccountStatus::Deactivated => world.people.deactivate(place),
            AccountStatus::Reactivated => world.people.reactivate(place),
            AccountStatus::Deleted => world.people.delete(place),
        }
        if !matches!(asked.body.status, AccountStatus::Reactivated) {
            world.sessions.log_out_person(place);
        }
        world.people.take_changes()
    };
    let told = patient_status::tell(engine, changes);
    Ok(Told { told: told.iter().map(ToString::to_string).collect() })
}

/// A gender's letter.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
enum Letter {
    M,
    F,
    O,
    D,
    T,
    U,
}

/// A person to add.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPerson {
    #[schemars(with = "fields::Id")]
    first_name: String,
    #[schemars(with = "fields::Id")]
    last_name: String,
    gender: Letter,
    date_of_birth: NaiveDate,
    /// Ten digits, the first one 6 to 9: the phone that UIDAI knows.
    #[schemars(regex(pattern = "^[6-9][0-9]{9}$"))]
    mobile: String,
    /// Twelve digits with a check digit; one that is free when left out.
    #[serde(default)]
    #[schemars(regex(pattern = "^[2-9][0-9]{11}$"))]
    aadhaar: Option<String>,
    /// The name of the ABHA address, without `@sbx`: the person has an ABHA number then.
    #[serde(default)]
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._]{1,62}[A-Za-z0-9]$"))]
    abha_name: Option<String>,
}

async fn add_person(asked: Asked<(), (), NewPerson>) -> Result<Shown, Problem> {
    let (engine, new) = (asked.engine, asked.body);
    fields::check_id("firstName", &new.first_name)?;
    fields::check_id("lastName", &new.last_name)?;
    if new.date_of_birth > engine.now().date_naive() {
        let text = "`dateOfBirth`: it must not lie in the future";
        return Err(Problem::invalid_field("dateOfBirth", text));
    }
    let mobile = MobileNumber::new(&new.mobile);
    let mobile = mobile.map_err(|error| Problem::invalid_field("mobile", error.to_string()))?;
    let address = new.abha_name.as_deref().map(|name| {
        let parsed = format!("{name}@sbx").parse::<AbhaAddress>();
        parsed.map_err(|error| Problem::invalid_field("abhaName", error.to_string()))
    });
    let address = address.transpose()?;
    let mut world = engine.world();
    let aadhaar = match new.aadhaar {
        Some(digits) => AadhaarNumber::new(&digits)
            .map_err(|error| Problem::invalid_field("aadhaar", error.to_string()))?,
        None => world.people.free_aadhaar().ok_or_else(|| {
            Problem::invalid_field("aadhaar", "no number is left: give one in `aadhaar`")
        })?,
    };
    if world.people.by_aadhaar(aadhaar.expose()).is_some() {
        return Err(Problem::taken("Aadhaar number", "that was given"));
    }
    if let Some(taken) = address.filter(|address| world.people.is_taken(address)) {
        return Err(Problem::taken("ABHA address", taken.as_str()));
    }
    let gender = match new.gender {
        Letter::M => Gender::Male,
        Letter::F => Gender::Female,
        Letter::O => Gender::Diverse,
        Letter::D => Gender::Undisclosed,
        Letter::T => Gender::Transgender,
        Letter::U => Gender::Unknown,
    };
    let name = (new.first_name.trim(), new.last_name.trim());
    let mut details = PatientDetails::new(name, gender, new.date_of_birth, aadhaar, mobile);
    details.abha_name = new.abha_name;
    let place = world.people.add(details);
    let person = world.people.person(place).map(Person::patient);
    person.map(Shown::from).ok_or_else(|| Problem::invalid("the person could not be added"))
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
