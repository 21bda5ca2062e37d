//! The smallest whole HIP: an in-memory hospital that links visits, is found by its patients, honours
//! their consents, sends their records and takes them in at a counter.
//!
//! Without options it plays a short story on a sandbox inside the program. With `--base-url` or `--env`
//! it serves whatever gateway that is, until SIGTERM; with `--link-all` or `--control` the sandbox inside.
//! `--help` and `examples/README.md` say more.

use std::process::ExitCode;
use std::sync::Arc;

use abdm_core::id::{HipId, PatientReference};
use abdm_examples::exit::code;
use abdm_examples::hip_program::records::Patient;
use abdm_examples::hip_program::{
    EventLines, HipProgram, Options, Phone, Queue, Records, Stop, log_to_stderr, short_story,
    until_told_to_end,
};
use async_trait::async_trait;
use clap::Parser;
use hip_services::patient_index::{
    PatientIndex, PatientQuery, RegisteredPatient, abha_number_digits, folded_abha_address,
    folded_record_number, ten_digit_mobile,
};
use hip_services::{
    HipEvent, Hospital, HospitalError, ListedRecord, NowServing, OtpMessage, OtpSender,
    ReceptionDesk, Record, RecordId, RecordsWanted, Registration, SharedProfile, Visit,
};

/// The hospital's "database": what a records file holds, and today's queue.
#[derive(Clone)]
struct InMemoryHospital {
    records: Arc<Records>,
    queue: Queue,
    phone: Phone,
    events: EventLines,
}

/// The records of a visit that is asked for under a consent.
#[async_trait]
impl Hospital for InMemoryHospital {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let visit = &wanted.care_context.care_context_reference;
        Ok(self.records.of_visit(visit).map(|document| document.listed()).collect())
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let mut visit = self.records.of_visit(&wanted.care_context.care_context_reference);
        Ok(visit.find(|document| document.id == *id).map(|document| document.record()))
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        self.events.hip(event);
        Ok(())
    }
}

/// The register, for a patient who looks for their records from an app.
#[async_trait]
impl PatientIndex for InMemoryHospital {
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        let patients = self.records.patients.iter();
        Ok(patients.filter(|patient| has_key(patient, wanted)).map(Patient::registered).collect())
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        Ok(self.records.visits(patient))
    }
}

/// What a database does by an index: each key in its one form. Whether it is the same person is not
/// asked here.
fn has_key(patient: &Patient, wanted: &PatientQuery) -> bool {
    let is_in = |list: &[String], key: Option<String>| key.is_some_and(|key| list.contains(&key));
    let address = patient.abha_address.as_ref().and_then(|own| folded_abha_address(own.as_str()));
    let number = patient.abha_number.as_ref().and_then(|own| abha_number_digits(own.to_digits()));
    is_in(&wanted.abha_addresses, address)
        || is_in(&wanted.abha_numbers, number)
        || is_in(&wanted.record_numbers, folded_record_number(patient.reference.as_str()))
        || patient.mobiles.iter().any(|own| is_in(&wanted.mobiles, ten_digit_mobile(own)))
}

/// The SMS service.
#[async_trait]
impl OtpSender for InMemoryHospital {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        self.phone.receive(otp);
        self.events.otp_sent(otp);
        Ok(())
    }
}

/// The counter.
#[async_trait]
impl ReceptionDesk for InMemoryHospital {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        if self.queue.take_in(shared) {
            self.events.profile_shared(shared, &shared.token_number);
        }
        Ok(Registration::Queued)
    }

    async fn serving(&self, _: &HipId, counter: &str) -> Result<Option<NowServing>, HospitalError> {
        let called = self.queue.serving(counter);
        Ok(called.map(|number| NowServing::new(number).average_minutes(5)))
    }
}

/// A hospital in memory that is a whole HIP.
#[derive(Debug, Parser)]
#[command(name = "minimal_hip")]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Arguments::parse().options;
    log_to_stderr();
    let ended = match options.serves() {
        Ok(serves) => until_told_to_end(serves, |stop| run(options, serves, stop)).await,
        Err(error) => Err(error),
    };
    code(ended)
}

async fn run(options: Options, serves: bool, stop: Stop) -> anyhow::Result<()> {
    let program = HipProgram::open(options, stop).await?;
    let (records, events) = (Arc::new(program.records()?), program.events.clone());
    let (queue, phone) = (Queue::default(), Phone::default());
    let desk = (Arc::clone(&records), queue.clone());
    let hospital = InMemoryHospital { records, queue, phone: phone.clone(), events };
    let own = || hospital.clone();
    let builder = program.hip().await?.hospital(own()).patients(own(), own());
    let hip = builder.reception(own()).build()?;
    if serves {
        return program.serve(hip, Arc::new(desk)).await;
    }
    println!("A hospital in memory, and a sandbox that plays ABDM. Nobody here is real.");
    let serving = program.start(hip);
    serving.register().await?;
    let played = short_story(&serving, &desk, &phone).await;
    serving.close().await;
    played
}
