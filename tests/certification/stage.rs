//! The stage of a case: a sandbox of its own, a registration desk, a clock that the case moves.

use std::sync::{Arc, Mutex};

use abdm_core::client::AbdmClient;
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::endpoint::Endpoint;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abdm_core::transport::ReqwestTransport;
use abdm_core::wire::Document;
use abdm_sandbox::transcript::{Exchange, Memory, Party};
use abdm_sandbox::{Patient, Sandbox, Switches};
use abha_enrollment::flow::enrolment::{Enrolled, EnrolmentOtp};
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use abha_enrollment::{Desk, DeskBuilder, Error, Problem};
use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::cases::Case;
use crate::evidence::Screen;
use crate::recorder::Recorder;

/// The client id of the desk.
pub(crate) const CLIENT_ID: &str = "SBX_DESK";

/// Ten in the morning in India: queues of counters begin anew at midnight there.
fn morning() -> DateTime<Utc> {
    SystemClock.now().date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(270)
}

/// A clock that stands still until it is moved. Desk and sandbox look at the same one.
#[derive(Debug)]
pub(crate) struct HandClock(Mutex<DateTime<Utc>>);

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Where the desk's consents are written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConsentBook {
    /// Each with the number of calls that had been made when it was written.
    entries: Arc<Mutex<Vec<(ConsentRecord, usize)>>>,
    exchanged: Memory,
    /// Nothing can be written.
    pub(crate) is_lost: Arc<Mutex<bool>>,
}

impl ConsentBook {
    pub(crate) fn entries(&self) -> Vec<(ConsentRecord, usize)> {
        self.entries.lock().unwrap().clone()
    }
}

#[async_trait]
impl ConsentRecorder for ConsentBook {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        if *self.is_lost.lock().unwrap() {
            return Err("the book is lost".into());
        }
        let calls = self.exchanged.exchanges().len();
        self.entries.lock().unwrap().push((consent.clone(), calls));
        Ok(())
    }
}

/// Everything that a case needs.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) desk: Desk,
    pub(crate) consents: ConsentBook,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) client: AbdmClient,
    exchanged: Memory,
    recorder: Recorder,
}

/// Opens the stage of a case, by its key, in the test that plays it.
macro_rules! open {
    ($key:literal) => {
        open!($key, std::convert::identity)
    };
    ($key:literal, $settings:expr) => {{
        fn here() {}
        let path = std::any::type_name_of_val(&here);
        let test = path.trim_end_matches("::here").trim_end_matches("::{{closure}}");
        $crate::stage::Stage::open($key, test, $settings).await
    }};
}

pub(crate) use open;

impl Stage {
    /// A sandbox and a desk for this case.
    pub(crate) async fn open(
        key: &str,
        test: &str,
        settings: impl FnOnce(DeskBuilder) -> DeskBuilder,
    ) -> Self {
        let case = Case::of(key);
        let test = test.rsplit("::").next().unwrap();
        assert!(test.starts_with(&case.test_prefix()), "{test} plays {key}");
        let clock = Arc::new(HandClock(Mutex::new(morning())));
        let exchanged = Memory::default();
        let sandbox = Sandbox::builder()
            .switches(Switches::quick())
            .clock(clock.clone())
            .observe(exchanged.clone())
            .start()
            .await
            .unwrap();
        let credentials = sandbox.register_client(CLIENT_ID, "not-a-secret", Party::Clinic);
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        let client = AbdmClient::builder(sandbox.environment().unwrap(), credentials, transport)
            .clock(clock.clone())
            .retry(RetryPolicy::never())
            .build();
        let consents = ConsentBook { exchanged: exchanged.clone(), ..ConsentBook::default() };
        let desk = settings(Desk::builder(client.clone(), consents.clone())).build();
        let recorder =
            Recorder::open(case, test, sandbox.clone(), exchanged.clone(), clock.clone());
        Self { sandbox, desk, consents, clock, client, exchanged, recorder }
    }

    /// The same desk without its settings.
    pub(crate) fn plain_desk(&self) -> Desk {
        Desk::new(self.client.clone(), self.consents.clone())
    }

    /// Takes down a step.
    pub(crate) fn step(&mut self, action: &str, screen: Screen) {
        self.recorder.step(action, screen);
    }

    /// Takes down a step that shows an image.
    pub(crate) fn image_step(
        &mut self,
        action: &str,
        screen: Screen,
        (label, image): (&str, &Document),
    ) {
        let screen = self.recorder.image(screen, label, image);
        self.recorder.step(action, screen);
    }

    /// The consent could not be recorded, and nothing was sent.
    pub(crate) fn nothing_left(&mut self, refused: &Error) {
        assert_eq!(refused.problem(), Problem::ConsentNotRecorded);
        assert_eq!(self.call_count(), 0, "without a record nothing is sent");
        self.step("The consent cannot be recorded.", Screen::new().error(refused));
        *self.consents.is_lost.lock().unwrap() = false;
    }

    /// The consent was recorded before any call.
    pub(crate) fn consent_came_first(&mut self, action: &str) {
        let entries = self.consents.entries();
        let (record, calls_before) = entries.first().unwrap();
        assert_eq!(*calls_before, 0, "it was recorded before any call");
        let screen = Screen::new()
            .field("Consent text", &record.text.code)
            .field("Version", &record.text.version)
            .time("Given at", record.given_at);
        self.step(action, screen);
    }

    /// Everything that was looked for was there.
    pub(crate) fn shown(self) {
        self.recorder.shown();
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.clock.0.lock().unwrap() += time;
    }

    /// Somebody of the sandbox, by the name.
    pub(crate) fn person(&self, name: &str) -> Patient {
        let patients = self.sandbox.patients();
        patients.into_iter().find(|patient| patient.name == name).unwrap()
    }

    /// The OTP that came to this phone last, or was sent for this Aadhaar number.
    pub(crate) fn otp(&self, number: &str) -> Otp {
        let otp = self.sandbox.otp_for(number).expect("an OTP was sent");
        self.recorder.otp(&otp);
        otp
    }

    /// Six digits that are not that OTP.
    pub(crate) fn wrong_otp(&self, number: &str) -> Otp {
        let right = self.otp(number);
        let other = ["246813", "135792"].into_iter().find(|digits| *digits != right.expose());
        Otp::new(other.unwrap()).unwrap()
    }

    /// The exchanges with this endpoint so far.
    pub(crate) fn calls<E: Endpoint>(&self) -> Vec<Exchange> {
        let of_endpoint = |exchange: &Exchange| {
            let path = exchange.path.split('?').next().unwrap_or_default();
            path.ends_with(E::META.path) && exchange.method == E::META.method.as_str()
        };
        self.exchanged.exchanges().into_iter().filter(of_endpoint).collect()
    }

    /// How many calls were made of whatever kind.
    pub(crate) fn call_count(&self) -> usize {
        self.exchanged.exchanges().len()
    }

    /// The first steps of an enrolment by Aadhaar OTP, up to the OTP.
    pub(crate) async fn begin_enrolment(&self, person: &Patient) -> EnrolmentOtp {
        self.desk.enrol(&aadhaar(person), consent()).await.unwrap()
    }

    /// A whole enrolment by Aadhaar OTP with this mobile number.
    pub(crate) async fn enrol(&self, person: &Patient, mobile: &MobileNumber) -> Enrolled {
        let mut flow = self.begin_enrolment(person).await;
        flow.verify(&self.otp(aadhaar(person).expose()), mobile).await.unwrap()
    }
}

/// The consent that a desk of the cases takes.
pub(crate) fn consent() -> GivenConsent {
    GivenConsent::new("operator-17", "en")
}

/// The Aadhaar number of somebody who has one.
pub(crate) fn aadhaar(person: &Patient) -> AadhaarNumber {
    person.aadhaar.clone().expect("this person has an Aadhaar number")
}
