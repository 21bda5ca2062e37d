//! The patient's app: finds and links the patient's own records, and asks how the queue goes on.

use abdm_core::error::CallbackError;
use abdm_core::id::{CareContextReference, HipId, TransactionId};
use chrono::{DateTime, Utc};
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::sharing::RunningToken;
use hip_services::api::user_linking::{Identifier, IdentifierType, OfferedLink};
use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::{OfPatient, Scanned, app};
use super::app_records::known;
use super::wait::Patience;
use crate::api::patient_app::TokenDetails;
use crate::control::{About, Asked, Control, Problem, ProblemCode, fields, shapes};
use crate::world::{AppAnswer, UserLink};

pub(super) fn serve(control: Control) -> Control {
    let about = |method, path, name, text| About::new((method, path), ("app", name), text);
    let discover = about(
        Method::POST,
        "/sandbox/app/{address}/discover",
        "discoverRecords",
        "Looks for the patient's records at a facility, and waits for its answer.",
    );
    let list = about(
        Method::GET,
        "/sandbox/app/{address}/discoveries",
        "listDiscoveries",
        "The patient's discoveries and what came of them, the oldest first.",
    );
    let choose = about(
        Method::POST,
        "/sandbox/app/{address}/discoveries/{transactionId}/choose",
        "chooseRecords",
        "Chooses what to link of a discovery, and waits until the facility says that an OTP is on its \
         way.",
    );
    let confirm = about(
        Method::POST,
        "/sandbox/app/{address}/discoveries/{transactionId}/confirm",
        "confirmLink",
        "Types the facility's OTP, and waits for its word.",
    );
    let running = about(
        Method::POST,
        "/sandbox/app/{address}/running-token",
        "askRunningToken",
        "Asks which token is being served at a counter where the patient holds one of today.",
    );
    let tokens = about(
        Method::GET,
        "/sandbox/app/{address}/tokens",
        "listTokens",
        "The tokens that counters have given to the patient, the newest first.",
    );
    control
        .serve(discover.refusals(&[409]), discover_records)
        .serve(list, list_discoveries)
        .serve(choose.refusals(&[409]), choose_records)
        .serve(confirm.refusals(&[409]), confirm_link)
        .serve(running.refusals(&[409]), ask_running_token)
        .serve(tokens.refusals(&[409]), list_tokens)
}

/// Where to look.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Search")]
struct Search {
    #[schemars(with = "fields::FacilityId")]
    hip_id: HipId,
    /// What the patient types of themselves; nothing when left out.
    #[serde(default)]
    unverified_identifiers: Vec<Typed>,
}

/// What the patient types.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TypedIdentifier")]
struct Typed {
    #[serde(rename = "type")]
    kind: Kind,
    /// The number or the address.
    #[schemars(
        length(min = 1, max = 255),
        regex(pattern = r"^\+?[A-Za-z0-9_@,.-][A-Za-z0-9_@,. -]*$")
    )]
    value: String,
}

/// What it is.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "IdentifierType")]
enum Kind {
    /// The facility's own number for the patient.
    Mr,
    /// A mobile number.
    Mobile,
    /// An ABHA number.
    AbhaNumber,
    /// An ABHA address.
    AbhaAddress,
}

impl From<Typed> for Identifier {
    fn from(typed: Typed) -> Self {
        let kind = match typed.kind {
            Kind::Mr => IdentifierType::MedicalRecord,
            Kind::Mobile => IdentifierType::Mobile,
            Kind::AbhaNumber => IdentifierType::AbhaNumber,
            Kind::AbhaAddress => IdentifierType::AbhaAddress,
        };
        Self::new(kind, typed.value)
    }
}

/// How a discovery stands, as the patient's app sees it.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "DiscoveryState")]
enum State {
    /// The app waits for the facility.
    Waiting,
    /// The facility has not answered in time.
    Unreachable,
    /// There is something to choose from.
    Found,
    /// It goes no further: `error` says why.
    Refused,
    /// The facility has sent an OTP.
    OtpSent,
    /// The OTP was not taken: `error` says why. Another one may be typed.
    OtpRefused,
    /// Linked.
    Linked,
}

/// What the app was told: the patient reads the message.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ToldError")]
struct ShownError {
    code: Option<String>,
    message: String,
}

impl From<&CallbackError> for ShownError {
    fn from(error: &CallbackError) -> Self {
        let code = error.code.as_ref().map(|code| code.as_str().to_owned());
        Self { code, message: error.message.clone() }
    }
}

/// What waits for the OTP.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OfferedLink")]
struct ShownOffer {
    /// The facility's reference for the link.
    reference_number: String,
    /// Where the OTP went.
    communication_medium: String,
    /// Until when it is good.
    communication_expiry: DateTime<Utc>,
}

impl From<&OfferedLink> for ShownOffer {
    fn from(link: &OfferedLink) -> Self {
        Self {
            reference_number: link.reference_number.to_string(),
            communication_medium: link.meta.communication_medium.to_string(),
            communication_expiry: link.meta.communication_expiry,
        }
    }
}

/// A discovery and what came of it, as the patient's app knows it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Discovery")]
struct ShownDiscovery {
    transaction_id: String,
    hip_id: String,
    asked_at: DateTime<Utc>,
    state: State,
    /// Why it goes no further, in the words of whoever refused.
    error: Option<ShownError>,
    /// What was found and is not linked.
    #[schemars(with = "Vec<shapes::PatientCareContexts>")]
    found: Vec<PatientCareContexts>,
    offered: Option<ShownOffer>,
    /// What is linked.
    #[schemars(with = "Vec<shapes::PatientCareContexts>")]
    linked: Vec<PatientCareContexts>,
}

impl From<UserLink> for ShownDiscovery {
    fn from(link: UserLink) -> Self {
        let (state, error) = state(&link);
        let offered = link.offered.as_ref().and_then(AppAnswer::given);
        Self {
            transaction_id: link.transaction_id.to_string(),
            hip_id: link.hip.to_string(),
            asked_at: link.asked_at,
            state,
            error: error.map(ShownError::from),
            offered: offered.map(ShownOffer::from),
            found: link.found.given().cloned().unwrap_or_default(),
            linked: link.linked.as_ref().and_then(AppAnswer::given).cloned().unwrap_or_default(),
        }
    }
}

/// The last step decides.
fn state(link: &UserLink) -> (State, Option<&CallbackError>) {
    match (&link.linked, &link.offered, &link.found) {
        (Some(AppAnswer::Given(_)), _, _) => (State::Linked, None),
        (Some(AppAnswer::Refused(error)), _, _) => (State::OtpRefused, Some(error)),
        (Some(_), _, _) => (State::Waiting, None),
        (None, Some(AppAnswer::Given(_)), _) => (State::OtpSent, None),
        (None, Some(AppAnswer::Refused(error)), _) => (State::Refused, Some(error)),
        (None, Some(_), _) => (State::Waiting, None),
        (None, None, AppAnswer::Given(_)) => (State::Found, None),
        (None, None, AppAnswer::Refused(error)) => (State::Refused, Some(error)),
        (None, None, AppAnswer::Unreachable) => (State::Unreachable, None),
        (None, None, AppAnswer::Awaited) => (State::Waiting, None),
    }
}

async fn discover_records(
    asked: Asked<OfPatient, Patience, Search>,
) -> Result<ShownDiscovery, Problem> {
    let within = asked.query.within();
    let Search { hip_id, unverified_identifiers } = asked.body;
    let typed = unverified_identifiers.into_iter().map(Identifier::from).collect();
    let app = app(&asked.engine, &asked.path.address)?;
    Ok(app.search(&hip_id, typed, within).await?.into())
}

async fn list_discoveries(asked: Asked<OfPatient>) -> Result<Vec<ShownDiscovery>, Problem> {
    let address = known(&asked.engine, &asked.path.address)?;
    let now = asked.engine.now();
    let links = asked.engine.world().user_links.seen_by(&address, now);
    Ok(links.into_iter().map(ShownDiscovery::from).collect())
}

/// Which discovery.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OfDiscovery {
    /// An ABHA address of the patient's.
    #[schemars(with = "fields::Address")]
    address: String,
    /// The id of the discovery's transaction.
    #[schemars(with = "fields::Id")]
    transaction_id: String,
}

/// The discovery of a path, when it is the patient's.
fn of_path<Q, B>(asked: &Asked<OfDiscovery, Q, B>) -> Result<UserLink, Problem> {
    let (address, text) = (&asked.path.address, &asked.path.transaction_id);
    let address = known(&asked.engine, address)?;
    let unknown = || Problem::unknown("discovery", text.as_str());
    let transaction = TransactionId::new(text.as_str()).map_err(|_| unknown())?;
    let now = asked.engine.now();
    let links = asked.engine.world().user_links.seen_by(&address, now);
    let found = links.into_iter().find(|link| link.transaction_id == transaction);
    found.ok_or_else(unknown)
}

/// What to link; all that was found when nothing is named.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schemars(rename = "Choice")]
struct Chosen {
    /// Only these care contexts, by their references.
    #[schemars(with = "Option<Vec<fields::Reference>>", length(min = 1))]
    care_contexts: Option<Vec<CareContextReference>>,
}

async fn choose_records(
    asked: Asked<OfDiscovery, Patience, Chosen>,
) -> Result<ShownDiscovery, Problem> {
    let link = of_path(&asked)?;
    let found = link.found.given().cloned().unwrap_or_default();
    let is_found = |reference: &CareContextReference| {
        let mut contexts = found.iter().flat_map(|patient| &patient.care_contexts);
        contexts.any(|context| context.reference_number == *reference)
    };
    let chosen = match &asked.body.care_contexts {
        None => found,
        Some(wanted) => match wanted.iter().find(|reference| !is_found(reference)) {
            Some(reference) => return Err(Problem::unknown("care context", reference.as_str())),
            None => link.found_of(wanted),
        },
    };
    let app = app(&asked.engine, &asked.path.address)?;
    Ok(app.choose_of(&link.transaction_id, chosen, asked.query.within()).await?.into())
}

/// The OTP.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TypedOtp")]
struct Otp {
    /// Six digits.
    #[schemars(regex(pattern = "^[0-9]{6}$"))]
    otp: String,
}

async fn confirm_link(asked: Asked<OfDiscovery, Patience, Otp>) -> Result<ShownDiscovery, Problem> {
    let otp = &asked.body.otp;
    if otp.len() != 6 || !otp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::invalid_field("otp", "`otp`: it must be six digits"));
    }
    let link = of_path(&asked)?;
    let Some(offered) = link.offered.as_ref().and_then(AppAnswer::given) else {
        let text = "the facility has sent no OTP: choose records first";
        return Err(Problem::new(StatusCode::CONFLICT, ProblemCode::Refused, text));
    };
    let app = app(&asked.engine, &asked.path.address)?;
    Ok(app.confirm_of(offered, otp, asked.query.within()).await?.into())
}

/// The token that is being served.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "RunningToken")]
struct Running(
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")] RunningToken,
);

async fn ask_running_token(asked: Asked<OfPatient, Patience, Scanned>) -> Result<Running, Problem> {
    asked.body.check()?;
    let app = app(&asked.engine, &asked.path.address)?;
    Ok(Running(
        app.running_token_of(&asked.body.hip_id, &asked.body.counter, asked.query.within()).await?,
    ))
}

async fn list_tokens(asked: Asked<OfPatient>) -> Result<Vec<TokenDetails>, Problem> {
    Ok(app(&asked.engine, &asked.path.address)?.tokens().await?)
}
