//! A sandbox of a case's own, with its people and a clock that the case moves.

mod app;
mod clock;
mod requester;
mod tampering;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_certify::place::{
    Bridge, PatientApp, Place, PlaceError, Requester, Scanned, Scanner, SentTo, ServerControl,
};
use abdm_certify::secrecy::Secrets;
use abdm_certify::{Case, Home, Licence, Milestone, Person, Role, Supplies};
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::exchange::{Exchange, Party};
use abdm_core::id::HipId;
use abdm_core::receiver::{CallbackReceiver, Route, router};
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abdm_core::transport::ReqwestTransport;
use abdm_core::vocabulary::Gender;
use abdm_sandbox::transcript::Memory;
use abdm_sandbox::{Facility, Patient, Sandbox, Switches};
use abha_enrollment::biometric::Modality;
use abha_enrollment::input::{AbhaAddressName, EmailAddress, PidBlock};
use async_trait::async_trait;
use axum::middleware::from_fn_with_state;
use chrono::{NaiveDate, TimeDelta};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::hip_linking::LinkCareContexts;
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::Method;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use self::clock::HandClock;
pub(crate) use self::tampering::Fault;
use self::tampering::{TamperedTransport, tamper};

const CLIENT_ID: &str = "SBX_DESK";
const FACILITY: &str = "IN2710000001";

/// Who plays which role.
const PEOPLE: [(Role, &str); 7] = [
    (Role::WithoutAbha, "Asha Kumari"),
    (Role::AnotherWithoutAbha, "Imran Specimen"),
    (Role::ThirdWithoutAbha, "Lakshmi Muster"),
    (Role::AbhaHolder, "Meera Sample"),
    (Role::OfSharedMobile, "Ravi Example"),
    (Role::AnotherOfSharedMobile, "Sunita Example"),
    (Role::Beneficiary, "Gopal Beneficiary"),
];

/// How long a data request is late that is to be late, by the machine's clock.
const LATE: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(crate) struct SandboxPlace {
    sandbox: Sandbox,
    client: AbdmClient,
    clock: Arc<HandClock>,
    wire: Arc<TamperedTransport>,
    patience: Duration,
    exchanged: Memory,
    supplies: Supplies,
    facility: HipId,
    evidence: PathBuf,
    /// The servers of the bridge.
    served: Mutex<JoinSet<()>>,
}

impl SandboxPlace {
    /// A fresh one for a case, whose evidence goes to this folder.
    pub(crate) async fn open(
        case: &'static Case,
        evidence: PathBuf,
    ) -> Result<Arc<dyn Place>, PlaceError> {
        let place = Self::open_with(case, evidence, Duration::from_secs(30), Vec::new()).await?;
        Ok(Arc::new(place))
    }

    /// The same whose answers may take so long, with these faults in what the facility sends.
    pub(crate) async fn open_with(
        case: &'static Case,
        evidence: PathBuf,
        patience: Duration,
        faults: Vec<Fault>,
    ) -> Result<Self, PlaceError> {
        let is_hip = case.milestone() == Milestone::M2;
        // The flows of a HIP live by time; the desk of milestone 1 counts seconds.
        let clock = Arc::new(if is_hip { HandClock::running() } else { HandClock::still() });
        let exchanged = Memory::default();
        let mut switches = Switches::quick();
        switches.patient_app_pulls = is_hip;
        let sandbox = Sandbox::builder()
            .switches(switches)
            .clock(clock.clone())
            .observe(exchanged.clone())
            .start()
            .await
            .map_err(failed)?;
        let credentials = sandbox.register_client(CLIENT_ID, "not-a-secret", Party::Clinic);
        let facility =
            Facility::new(FACILITY, "Example Clinic", abdm_sandbox::Role::Hip, CLIENT_ID);
        sandbox.register_facility(facility).map_err(failed)?;
        let transport = Arc::new(ReqwestTransport::new().map_err(failed)?);
        let wire = Arc::new(TamperedTransport::new(transport, faults));
        let environment = sandbox.environment().map_err(failed)?;
        let client = AbdmClient::builder(environment, credentials, wire.clone())
            .outgoing_transport(wire.clone())
            .clock(clock.clone())
            .retry(RetryPolicy::never())
            .build();
        Ok(Self {
            supplies: supplies(&sandbox),
            facility: HipId::new(FACILITY).map_err(failed)?,
            served: Mutex::default(),
            sandbox,
            client,
            clock,
            wire,
            patience,
            exchanged,
            evidence,
        })
    }

    fn patient(&self, who: Role) -> Result<Patient, PlaceError> {
        patient(&self.sandbox, who).ok_or_else(|| failed("nobody has this role"))
    }
}

fn failed(error: impl ToString) -> PlaceError {
    PlaceError::Failed(error.to_string())
}

fn patient(sandbox: &Sandbox, who: Role) -> Option<Patient> {
    let (_, name) = PEOPLE.iter().find(|(role, _)| *role == who)?;
    sandbox.patients().into_iter().find(|patient| patient.name == *name)
}

/// What the cases are to know of somebody.
fn person(patient: Patient) -> Person {
    let Patient { name, gender, date_of_birth, mobile, .. } = patient;
    let mut person = Person::new(name, gender, date_of_birth, mobile);
    person.aadhaar = patient.aadhaar;
    person.abha_number = patient.abha_number;
    person.abha_address = patient.abha_address;
    person.home = Some(home());
    person
}

fn home() -> Home {
    let mut home = Home::default();
    home.address = "12 Example Road".to_owned();
    (home.state, home.state_code) = ("Maharashtra".to_owned(), "27".to_owned());
    (home.district, home.district_code) = ("Pune".to_owned(), "490".to_owned());
    home.pin_code = "411001".to_owned();
    home
}

fn supplies(sandbox: &Sandbox) -> Supplies {
    let mut supplies = Supplies::default();
    let people = PEOPLE.iter().filter_map(|(role, _)| Some((*role, patient(sandbox, *role)?)));
    supplies.people = people.map(|(role, patient)| (role, person(patient))).collect();
    supplies.spare_mobile = MobileNumber::new("9888800001").ok();
    supplies.spare_email = EmailAddress::parse("meera.sample@example.org").ok();
    supplies.free_address = AbhaAddressName::parse("asha.kumari_88").ok();
    let stem = "99990000999";
    supplies.nobodys_aadhaar =
        (0..10).find_map(|digit| AadhaarNumber::new(&format!("{stem}{digit}")).ok());
    supplies.licence = Some(Licence::new(
        "MH1220190000000",
        ("Asha", "Example"),
        NaiveDate::from_ymd_opt(1999, 6, 26).unwrap(),
        Gender::Female,
        home(),
        ("Zm9udHNpZGUgb2YgYSBsaWNlbmNl", "YmFja3NpZGUgb2YgYSBsaWNlbmNl"),
    ));
    supplies.programme = Some("EXAMPLE-SCHEME".to_owned());
    supplies
}

#[async_trait]
impl Place for SandboxPlace {
    fn server(&self) -> String {
        concat!("abdm-sandbox ", env!("CARGO_PKG_VERSION")).to_owned()
    }

    fn evidence(&self) -> &Path {
        &self.evidence
    }

    fn client(&self) -> &AbdmClient {
        &self.client
    }

    fn supplies(&self) -> &Supplies {
        &self.supplies
    }

    async fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    async fn otp(&self, sent_to: SentTo<'_>) -> Result<Otp, PlaceError> {
        let otp = match sent_to {
            SentTo::Mobile(mobile) => self.sandbox.otp_for(mobile.expose()),
            SentTo::Email(email) => self.sandbox.otp_for(email.expose()),
            _ => None,
        };
        otp.ok_or_else(|| failed("no OTP was sent"))
    }

    fn exchanges(&self) -> Vec<Exchange> {
        self.exchanged.exchanges()
    }

    fn answer_patience(&self) -> Duration {
        self.patience
    }

    /// Everybody's, whether the case has heard of them or not.
    fn note_secrets(&self, secrets: &mut Secrets) {
        for patient in self.sandbox.patients() {
            let aadhaar = patient.aadhaar.as_ref();
            let numbers = aadhaar.map(AadhaarNumber::expose).into_iter();
            let otps = numbers.chain([patient.mobile.expose()]);
            otps.filter_map(|number| self.sandbox.otp_for(number))
                .for_each(|otp| secrets.otp(&otp));
            aadhaar.into_iter().for_each(|number| secrets.aadhaar(number));
            secrets.mobile(&patient.mobile);
        }
    }

    fn scanner(&self) -> Option<&dyn Scanner> {
        Some(self)
    }

    fn bridge(&self) -> Option<&dyn Bridge> {
        Some(self)
    }

    fn patient_app(&self) -> Option<&dyn PatientApp> {
        Some(self)
    }

    fn requester(&self) -> Option<&dyn Requester> {
        Some(self)
    }

    fn server_control(&self) -> Option<&dyn ServerControl> {
        Some(self)
    }
}

#[async_trait]
impl Scanner for SandboxPlace {
    /// What an RD service gives. The sandbox takes it for the person's own, unless it says `mismatch`.
    async fn scan(&self, _: Modality, whose: Scanned) -> Result<PidBlock, PlaceError> {
        let data = match whose {
            Scanned::Person(_) => "c2Nhbg==",
            _ => "mismatch",
        };
        PidBlock::from_xml(&format!(
            r#"<PidData><Resp errCode="0" qScore="82"/><Data type="X">{data}</Data></PidData>"#
        ))
        .map_err(failed)
    }
}

#[async_trait]
impl Bridge for SandboxPlace {
    fn facility(&self) -> &HipId {
        &self.facility
    }

    async fn serve(&self, callbacks: Vec<Route>) -> Result<String, PlaceError> {
        let app = router(Arc::new(CallbackReceiver::verified(&self.client, callbacks)))
            .layer(from_fn_with_state(Arc::clone(&self.wire), tamper));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let serving = async move { axum::serve(listener, app).await.unwrap() };
        self.served.lock().unwrap().spawn(serving);
        Ok(url)
    }
}

#[async_trait]
impl ServerControl for SandboxPlace {
    async fn on_record(&self, who: Role) -> Result<Person, PlaceError> {
        self.patient(who).map(person)
    }

    async fn tell_missing_abha_after_otp(&self, after: bool) -> Result<(), PlaceError> {
        self.sandbox.set(|switches| switches.nobody_known_before_otp = !after).map_err(failed)
    }

    async fn delete_account(&self, who: Role) -> Result<(), PlaceError> {
        let address = self.patient(who)?.abha_address.ok_or_else(|| failed("no ABHA address"))?;
        let path = format!("people/{address}/account");
        let deleted = serde_json::json!({"status": "DELETED"});
        self.ask_sandbox(Method::POST, &path, deleted).await.map(drop)
    }

    async fn miscount_next_link(&self) -> Result<(), PlaceError> {
        self.wire.add(Fault::once::<LinkCareContexts>(|body| {
            if let Some(count) = body.pointer_mut("/patient/0/count") {
                *count = serde_json::json!(7);
            }
        }));
        Ok(())
    }

    async fn delay_data_requests(&self) -> Result<(), PlaceError> {
        let set = |switches: &mut Switches| {
            switches.data_request_delay_seconds = LATE.as_secs_f64() / switches.time_scale;
        };
        self.sandbox.set(set).map_err(failed)
    }

    /// Its HIU is told so as soon as it is taken.
    async fn data_request_waits(&self) -> Result<(), PlaceError> {
        let told = OnHealthInformationRequested::META.path;
        let taken = async {
            while !self.exchanged.exchanges().iter().any(|seen| seen.path.ends_with(told)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let late = |_| failed("no data request");
        tokio::time::timeout(self.patience, taken).await.map_err(late)
    }

    async fn lose_next_consent_notice(&self) -> Result<(), PlaceError> {
        self.sandbox.drop_next_callback::<OnConsentNotify>();
        Ok(())
    }
}
