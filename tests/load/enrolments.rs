//! A thousand enrolments at once.
//!
//! What may not happen: a thousand sessions where one is wanted, an ABHA number for two people, an
//! error, memory that grows with every call. The client and the sandbox share this process, so the
//! figures hold for both together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use abdm_core::api::gateway::CreateSession;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::person::AbhaNumber;
use abdm_core::secret::{AadhaarNumber, MobileNumber, check_digit};
use abdm_core::transport::{ReqwestTransport, Transport, TransportError};
use abdm_core::vocabulary::Gender;
use abdm_sandbox::transcript::{Exchange, Party};
use abdm_sandbox::{PatientDetails, Sandbox, Switches};
use abha_enrollment::Desk;
use abha_enrollment::api::certificate::FetchCertificate;
use abha_enrollment::api::enrollment::{EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::NaiveDate;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;

const PEOPLE: usize = 1_000;
/// So many connections may be open: half of what an ordinary process may have, because the server's
/// end of each is in this process too.
const CONNECTIONS: usize = 400;
/// So much memory may one enrolment cost at the peak, both ends together: sockets and their buffers,
/// the calls, what the sandbox remembers.
const KILOBYTES_EACH: usize = 256;
/// How long one call may wait for its turn among so many: no measure of speed, a busy machine needs
/// long.
const LONGEST: Duration = Duration::from_secs(600);

/// A transport with so many doors, which counts who is inside.
#[derive(Debug)]
struct Doors {
    inner: ReqwestTransport,
    doors: Semaphore,
    inside: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl Transport for Doors {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let _door = self.doors.acquire().await.unwrap();
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        let answer = self.inner.send(request, deadline).await;
        self.inside.fetch_sub(1, Ordering::SeqCst);
        answer
    }
}

/// How often each endpoint was called, and how often it did not succeed.
#[derive(Debug, Default)]
struct Tally {
    sessions: AtomicUsize,
    certificates: AtomicUsize,
    otps: AtomicUsize,
    creations: AtomicUsize,
    refusals: AtomicUsize,
}

impl Tally {
    fn count(&self, exchange: &Exchange) {
        let of = |counter: &AtomicUsize, path: &str| {
            if exchange.path.ends_with(path) {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        };
        of(&self.sessions, CreateSession::PATH);
        of(&self.certificates, FetchCertificate::PATH);
        of(&self.otps, RequestEnrolmentOtp::PATH);
        of(&self.creations, EnrolByAadhaar::PATH);
        if !exchange.status.is_some_and(|status| (200..300).contains(&status)) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[derive(Debug)]
struct Consents;

#[async_trait]
impl ConsentRecorder for Consents {
    async fn record(&self, _: &ConsentRecord) -> Result<(), HookError> {
        Ok(())
    }
}

/// Number `place` of the crowd: everybody with an Aadhaar number and a phone of their own.
fn somebody(place: usize) -> (AadhaarNumber, MobileNumber) {
    let stem = format!("5000{place:07}");
    let mut numbers = (0..10).map(|digit| format!("{stem}{digit}"));
    let valid = numbers.find(|number| check_digit::verhoeff(number)).unwrap();
    let mobile = MobileNumber::new(&format!("70{place:08}")).unwrap();
    (AadhaarNumber::new(&valid).unwrap(), mobile)
}

/// The most memory that this process has had so far, where the system tells.
fn peak_kilobytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// One enrolment, as a desk makes it.
async fn enrol(
    desk: Desk,
    sandbox: Sandbox,
    (aadhaar, mobile): (AadhaarNumber, MobileNumber),
    start: Arc<Barrier>,
) -> AbhaNumber {
    start.wait().await;
    let mut flow = desk.enrol(&aadhaar, GivenConsent::new("operator-17", "en")).await.unwrap();
    let otp = sandbox.otp_for(aadhaar.expose()).unwrap();
    let enrolled = flow.verify(&otp, &mobile).await.unwrap();
    assert!(enrolled.is_new());
    enrolled.abha_number().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_enrolments_at_once_share_one_session_and_one_key() {
    let tally = Arc::new(Tally::default());
    let counting = Arc::clone(&tally);
    let mut switches = Switches::quick();
    switches.accounts_a_client = PEOPLE;
    let sandbox = Sandbox::builder()
        .switches(switches)
        .observe(move |exchange: &Exchange| counting.count(exchange))
        .start()
        .await
        .unwrap();
    let born = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
    let crowd: Vec<_> = (0..PEOPLE).map(somebody).collect();
    for (place, (aadhaar, mobile)) in crowd.iter().enumerate() {
        let name = (format!("Person{place}"), "Crowd");
        let details =
            PatientDetails::new(name, Gender::Female, born, aadhaar.clone(), mobile.clone());
        sandbox.add_patient(details);
    }

    let doors = Arc::new(Doors {
        inner: ReqwestTransport::new().unwrap(),
        doors: Semaphore::new(CONNECTIONS),
        inside: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    let credentials = sandbox.register_client("SBX_DESK", "not-a-secret", Party::Clinic);
    let environment = sandbox.environment().unwrap();
    // A thousand calls wait for two cores here: the answer to a single one may take its time.
    let client =
        AbdmClient::builder(environment, credentials, doors.clone()).deadline(LONGEST).build();
    let desk = Desk::new(client, Consents);

    let before = peak_kilobytes();
    let began = Instant::now();
    let start = Arc::new(Barrier::new(PEOPLE));
    let mut running = JoinSet::new();
    for person in crowd {
        running.spawn(enrol(desk.clone(), sandbox.clone(), person, Arc::clone(&start)));
    }
    let mut numbers = BTreeSet::new();
    while let Some(done) = running.join_next().await {
        assert!(numbers.insert(done.unwrap()), "an ABHA number for two people");
    }
    let took = began.elapsed();

    let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
    assert_eq!(numbers.len(), PEOPLE);
    assert_eq!(count(&tally.sessions), 1, "one session for all");
    assert_eq!(count(&tally.certificates), 1, "one key for all");
    assert_eq!(count(&tally.otps), PEOPLE, "nothing was sent twice");
    assert_eq!(count(&tally.creations), PEOPLE, "nothing was sent twice");
    assert_eq!(count(&tally.refusals), 0);
    let known = sandbox.patients().into_iter().filter_map(|patient| patient.abha_number);
    assert!(numbers.is_subset(&known.collect()), "the sandbox knows the same numbers");

    let most = doors.most.load(Ordering::SeqCst);
    assert!((2..=CONNECTIONS).contains(&most), "{most} calls at once");
    let grown = peak_kilobytes().zip(before).map(|(after, before)| after.saturating_sub(before));
    if let Some(grown) = grown {
        assert!(grown < PEOPLE * KILOBYTES_EACH, "{grown} kB more at the peak");
    }
    println!(
        "{PEOPLE} enrolments in {took:.1?}, {most} calls at once, {grown:?} kB more at the peak"
    );
}
