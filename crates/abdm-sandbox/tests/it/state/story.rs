//! A sandbox to which everything has happened that can happen to one, and that still has something
//! of every kind before it.

use abdm_core::api::consent::DateRange;
use abdm_core::api::data_flow::{DataPage, Entry, KeyMaterialJson, PushHealthInformation};
use abdm_core::api::gateway::FetchCertificates;
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, TransactionId};
use abdm_core::secret::{AccessToken, MobileNumber};
use abdm_core::wire::NoBody;
use abdm_sandbox::{Failure, Forgery, SandboxError, Switches};
use abha_enrollment::Problem;
use abha_enrollment::flow::address_creation::{AddressCreation, App};
use abha_enrollment::flow::enrolment::LicenceApplication;
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{Found, OtpRoute, VerificationOtp};
use chrono::TimeDelta;
use fidelius_crypto::{EncryptOptions, KeyMaterial, encrypt_entry};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::hip_linking::{
    GenerateLinkToken, OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext,
};
use hip_services::api::sharing::{
    AcknowledgeShare, IssuedToken, OnPatientShare, OnRunningTokenStatus, ShareAcknowledgement,
};
use hiu_services::api::consent::{
    CheckConsentStatus, OnConsentDecision, OnConsentStatus, OnRequestConsent,
};
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Life;
use crate::consent::{data_request, hiu};
use crate::hip_linking::{link, link_token};
use crate::journal::ask;
use crate::lobby::{Lobby, OTP, aadhaar, address, consent, number, otp, person};
use crate::own_api::{ctl, get, post};
use crate::profile::{logged_in, wrong};
use crate::support::{Arrived, CLINIC, Desk, hospital, send_raw, token};
use crate::user_linking::{choose, inited, with_found};

pub(super) const RAVI: &str = "ravi.example@sbx";
pub(super) const SUNITA: &str = "sunita.example@sbx";
/// An app that has scanned a counter's code.
type Scan = tokio::task::JoinHandle<Result<IssuedToken, SandboxError>>;

const COUNTER: &str = "OPD1";
pub(super) const HIP: &str = "OTHER-HIP";
pub(super) const HIU: &str = "OTHER-HIU";

pub(super) struct Story {
    pub(super) life: Life,
    pub(super) lobby: Lobby,
    pub(super) hospital: Desk,
    /// A bearer of the clinic's.
    pub(super) bearer: AccessToken,
    /// The key set as it was fetched.
    pub(super) certificates: String,
    /// Lakshmi's, with an X-token.
    pub(super) profile: ProfileSession,
    /// An OTP was sent to Ravi.
    pub(super) sent: VerificationOtp,
    /// A mobile number was proved for a new address.
    pub(super) creation: AddressCreation<App>,
    /// A mobile number was proved for an application by driving licence.
    pub(super) application: LicenceApplication,
    /// Those who have Vijay's phone.
    pub(super) found: Found,
    /// A link token of Ravi's.
    pub(super) link_token: String,
    /// A consent that the HIP has acknowledged.
    pub(super) consent: ConsentId,
    /// The notice of one that it has not.
    pub(super) unacknowledged: Arrived,
    /// What the patient's own app asked for and has not got.
    pub(super) pull: Arrived,
    /// A shared profile that was answered, and one that was not.
    pub(super) shares: [Arrived; 2],
    /// The app that waits for an answer to the second.
    pub(super) waits: Scan,
    /// The first delivery of a callback that the hospital refused.
    pub(super) refused: Arrived,
}

impl Story {
    pub(super) const fn clinic(&self) -> &Desk {
        &self.lobby.raw
    }

    pub(super) async fn tell() -> Self {
        let life = Life::begin(|switches| {
            switches.fixed_otp = Some(OTP.to_owned());
            switches.patient_app_pulls = true;
            switches.session_seconds = 1_000_000;
            switches.consent_window_seconds = 10_000_000;
            switches.acknowledgement_wait_seconds = 3600.0;
            switches.share_wait_seconds = 3600.0;
            switches.discovery_wait_seconds = 3600.0;
        })
        .await;
        life.sandbox.advance(TimeDelta::hours(1)).unwrap();
        let (lobby, hospital) = (Lobby::open(&life.sandbox).await, hospital(&life.sandbox).await);
        let bearer = token(&life.sandbox, "SBX_CLINIC", "not-a-secret").await;
        let keys = Call::<FetchCertificates>::new(NoBody);
        let certificates = send_raw(&life.sandbox, Some(&bearer), &keys, |_| {}).await.text;
        forget_entries(&life).await;
        let profile = ended_lives(&life, &lobby).await;
        let (sent, creation, application, found) = flows(&life, &lobby).await;
        let link_token = link_token(&lobby.raw).await;
        let pull = pulls(&lobby.raw, &link_token).await;
        let (shares, waits) = shares(&life, &lobby.raw).await;
        searches(&life, &lobby.raw).await;
        let (request, consent) = granted(&life, &hospital).await;
        acknowledge(&lobby.raw, &lobby.raw.next(OnConsentNotify::META.path).await).await;
        hospital.send(data_request(&consent, dates())).await.unwrap();
        lobby.raw.next(OnHealthInformationRequest::META.path).await;
        hospital.next(OnHealthInformationRequested::META.path).await;
        let (_, second) = granted(&life, &hospital).await;
        let unacknowledged = lobby.raw.next(OnConsentNotify::META.path).await;
        played(&life).await;

        // From here on much is still to come.
        let status = || Call::<CheckConsentStatus>::new(request.clone().into()).headers(hiu());
        life.pace(1.0, 0.0);
        hospital.refuse_next(StatusCode::INTERNAL_SERVER_ERROR);
        hospital.send(status()).await.unwrap();
        let refused = hospital.next(OnConsentStatus::META.path).await;
        life.until_saved("a refused callback", |saved| stage(saved, "Again")).await;
        hospital.send(data_request(&second, dates())).await.unwrap();
        let late = |switches: &mut Switches| {
            (switches.push_first, switches.data_request_delay_seconds) = (true, 86_400.0);
        };
        life.sandbox.set(late).unwrap();
        hospital.send(data_request(&consent, dates())).await.unwrap();
        life.until_saved("data requests", |saved| {
            let pending = saved["state"]["pending"].to_string();
            pending.contains(r#"{"DataRequest":{"New""#)
                && pending.contains(r#"{"DataRequest":{"Taken""#)
        })
        .await;
        life.pace(1.0, 3600.0);
        hospital.send(status()).await.unwrap();
        life.pace(1000.0, 1.0);
        lobby.raw.send(link(&link_token, "OPD-3")).await.unwrap();
        life.pace(1.0, 0.0);
        life.sandbox.hold_next_callback::<OnConsentStatus>();
        hospital.send(status()).await.unwrap();
        life.until_saved("a held callback", |saved| stage(saved, "Held")).await;
        arm(&life).await;
        life.until_saved("what comes last", |saved| {
            saved["state"]["world"]["faults"]["duplicate"] == json!(7) && stage(saved, "Waiting")
        })
        .await;
        Self {
            life,
            lobby,
            hospital,
            bearer,
            certificates,
            profile,
            sent,
            creation,
            application,
            found,
            link_token,
            consent,
            unacknowledged,
            pull,
            shares,
            waits,
            refused,
        }
    }
}

impl Life {
    /// How fast it goes, and how long a callback takes at the pace of the live sandbox.
    pub(super) fn pace(&self, time_scale: f64, callback_delay: f64) {
        let set = |switches: &mut Switches| {
            switches.time_scale = time_scale;
            switches.callback_delay_seconds = (callback_delay, callback_delay);
        };
        self.sandbox.set(set).unwrap();
    }
}

/// Whether a callback is in this stage.
pub(super) fn stage(saved: &Value, stage: &str) -> bool {
    let works = saved["state"]["pending"].as_object().unwrap();
    works.values().any(|work| !work["Callback"]["stage"][stage].is_null())
}

fn dates() -> DateRange {
    let now = SystemClock.now();
    DateRange::new(now - TimeDelta::days(300), now - TimeDelta::days(10))
}

/// The journal has forgotten some entries.
async fn forget_entries(life: &Life) {
    life.sandbox.set(|switches| switches.journal_entries = 1).unwrap();
    life.sandbox.set(|switches| switches.journal_entries = 2000).unwrap();
    assert_ne!(get(&life.sandbox, "journal?limit=0").await["forgotten"], json!(0));
}

/// Meera's number is deleted, Joseph's phone is locked; Lakshmi has a number and a session.
async fn ended_lives(life: &Life, lobby: &Lobby) -> ProfileSession {
    let desk = &lobby.desk;
    let meera = person(&life.sandbox, "Meera Sample");
    let session = logged_in(desk, &aadhaar(&meera), &meera.mobile).await;
    let mut change =
        session.delete(&number(&meera), OtpRoute::AbhaMobile, "made twice").await.unwrap();
    change.confirm(&otp()).await.unwrap();
    let joseph = number(&person(&life.sandbox, "Joseph Fictional"));
    let mut sent = desk.verify_abha_number(&joseph, OtpRoute::AbhaMobile).await.unwrap();
    for _ in 0..4 {
        sent.verify(&wrong()).await.unwrap_err();
    }
    assert_eq!(sent.verify(&otp()).await.unwrap_err().problem(), Problem::TooManyAttempts);
    let lakshmi = person(&life.sandbox, "Lakshmi Muster");
    logged_in(desk, &aadhaar(&lakshmi), &lakshmi.mobile).await
}

/// Flows that are half way.
async fn flows(
    life: &Life,
    lobby: &Lobby,
) -> (VerificationOtp, AddressCreation<App>, LicenceApplication, Found) {
    let desk = &lobby.desk;
    let ravi = number(&person(&life.sandbox, "Ravi Example"));
    let sent = desk.verify_abha_number(&ravi, OtpRoute::Aadhaar).await.unwrap();
    let mobile = |digits| MobileNumber::new(digits).unwrap();
    let mut step = desk.phr_app().create_address(&mobile("9888800001")).await.unwrap();
    let creation = step.verify(&otp()).await.unwrap();
    let mut step = desk.apply_by_driving_licence(&mobile("9876543210"), consent()).await.unwrap();
    let application = step.verify(&otp()).await.unwrap();
    let vijay = person(&life.sandbox, "Vijay Example");
    let found = desk.find_by_mobile(&vijay.mobile).await.unwrap();
    (sent, creation, application, found)
}

/// The patient's own app has pulled one record, and has asked for another.
async fn pulls(clinic: &Desk, link_token: &str) -> Arrived {
    let mut asked = Vec::new();
    for visit in ["OPD-1", "OPD-2"] {
        clinic.send(link(link_token, visit)).await.unwrap();
        clinic.next(OnLinkCareContexts::META.path).await;
        acknowledge(clinic, &clinic.next(OnConsentNotify::META.path).await).await;
        asked.push(clinic.next(OnHealthInformationRequest::META.path).await);
    }
    push(clinic, &asked[0], "OPD-1").await;
    asked.remove(1)
}

/// Pushes a record to the patient's own app.
pub(super) async fn push(clinic: &Desk, asked: &Arrived, visit: &str) {
    let material: KeyMaterial =
        serde_json::from_value(asked.at("/hiRequest/keyMaterial").clone()).unwrap();
    let options = EncryptOptions::new(SystemClock.now() + TimeDelta::hours(1));
    let sealed = encrypt_entry(br#"{"a":1}"#.as_slice(), &material, &options).unwrap();
    let content = String::from_utf8(sealed.content.into()).unwrap();
    let entry = Entry::new(content, sealed.checksum.clone(), visit.parse().unwrap());
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    let keys = KeyMaterialJson::write(&sealed.key_material).unwrap();
    let page = DataPage::new(1, 1, transaction, vec![entry], keys);
    let url = asked.text("/hiRequest/dataPushUrl");
    clinic.client.send_to(url, &Call::<PushHealthInformation>::new(page)).await.unwrap();
}

/// Acknowledges a consent notice.
pub(super) async fn acknowledge(clinic: &Desk, notice: &Arrived) {
    let consent = ConsentId::new(notice.text("/notification/consentId")).unwrap();
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consent);
    clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();
}

/// Sunita has shared her profile twice; the clinic has answered once.
async fn shares(life: &Life, clinic: &Desk) -> ([Arrived; 2], Scan) {
    let scan = || {
        let app = life.sandbox.phr(&address(SUNITA)).unwrap();
        let hip = HipId::new(CLINIC).unwrap();
        tokio::spawn(async move { app.share_profile(&hip, COUNTER).await })
    };
    let first = scan();
    let answered = clinic.next(OnPatientShare::META.path).await;
    clinic.send(answer(&answered)).await.unwrap();
    first.await.unwrap().unwrap();
    let waits = scan();
    ([answered, clinic.next(OnPatientShare::META.path).await], waits)
}

/// Sunita has chosen among what the clinic found, and asks how the queue goes on. Neither is
/// answered yet.
async fn searches(life: &Life, clinic: &Desk) {
    let (app, link) = with_found((&life.sandbox, clinic), SUNITA, &["OPD-9"]).await;
    drop(choose(&app, &link));
    inited(clinic).await;
    let hip = HipId::new(CLINIC).unwrap();
    tokio::spawn(async move { app.running_token(&hip, COUNTER).await });
    clinic.next(OnRunningTokenStatus::META.path).await;
}

/// The clinic's answer to a shared profile.
pub(super) fn answer(share: &Arrived) -> Call<AcknowledgeShare> {
    let start = chrono::DateTime::UNIX_EPOCH;
    let token = IssuedToken::new(COUNTER, "7", start + TimeDelta::minutes(30), start);
    Call::new(ShareAcknowledgement::registered(share.request_id(), address(SUNITA), token))
}

/// The hospital asks Ravi, who grants what the clinic has. The notice to the clinic is not read.
async fn granted(life: &Life, hospital: &Desk) -> (ConsentRequestId, ConsentId) {
    hospital.send(ask(&life.sandbox, 30)).await.unwrap();
    let asked = hospital.next(OnRequestConsent::META.path).await;
    let request = asked.text("/consentRequest/id");
    let path = format!("app/{RAVI}/requests/{request}/approve");
    let granted = post(&life.sandbox, &path, json!({"hips": [CLINIC]})).await.json();
    hospital.next(OnConsentDecision::META.path).await;
    let consent = granted["consentIds"][0].as_str().unwrap();
    (ConsentRequestId::new(request).unwrap(), ConsentId::new(consent).unwrap())
}

/// A HIP and a HIU of others have made a whole transfer, and the HIP will serve another one late.
async fn played(life: &Life) {
    let sandbox = &life.sandbox;
    let made = async |path: &str, body: Value| {
        let answer = post(sandbox, path, body).await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
        answer.json()
    };
    made("played/hips", json!({"id": HIP})).await;
    made("played/hius", json!({"id": HIU})).await;
    let record = json!({"patient": RAVI, "careContextReference": "A", "hiType": "OPConsultation"});
    made(&format!("played/hips/{HIP}/records"), record).await;
    for (turn, late) in [(1, 0), (2, 1000)] {
        let habits = json!({"lateSeconds": late});
        ctl(sandbox, Method::PUT, &format!("played/hips/{HIP}/habits"), habits).await;
        let ask = json!({"patient": RAVI, "hipId": HIP});
        made(&format!("played/hius/{HIU}/requests"), ask).await;
        let waited = get(sandbox, &format!("wait/consent-request?patient={RAVI}")).await;
        let request = waited["request"]["requestId"].as_str().unwrap();
        made(&format!("app/{RAVI}/requests/{request}/approve"), json!({})).await;
        if turn == 1 {
            let reports = |transfer: &Value| transfer["reports"].as_array().map(Vec::len);
            life.until_saved("both reports", |saved| {
                let transfers = saved["state"]["world"]["transfers"].as_object().unwrap();
                transfers.values().any(|transfer| reports(transfer) == Some(2))
            })
            .await;
        }
    }
    life.until_saved("a late HIP", |saved| {
        let works = saved["state"]["pending"].as_object().unwrap();
        works.values().any(|work| work["Played"]["progress"]["answered"] == json!(true))
    })
    .await;
}

/// Every fault is still to come.
async fn arm(life: &Life) {
    let sandbox = &life.sandbox;
    let repeat = json!({"fault": "repeatGrants", "count": 1});
    assert_eq!(post(sandbox, "faults", repeat).await.status, 204);
    sandbox.fail_next::<GenerateLinkToken>(Failure::ServiceUnavailable);
    sandbox.drop_next_callback::<OnNotifyContext>();
    sandbox.hold_next_callback::<OnNotifyContext>();
    sandbox.reorder_callbacks(1);
    sandbox.forge_next_callback::<OnGenerateLinkToken>(Forgery::AlgNone);
    sandbox.duplicate_callbacks(7);
}
