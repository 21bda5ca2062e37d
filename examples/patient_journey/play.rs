//! Directs the play: sets the stage, and leads the patient from act to act.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::clock::format_timestamp;
use abdm_core::id::{ConsentId, HipId, HiuId};
use abdm_core::retry::RetryPolicy;
use abdm_core::session::Credentials;
use abdm_core::transport::{ReqwestTransport, Transport};
use abdm_examples::store::Database;
use abdm_sandbox::transcript::{Party, Transcript};
use abdm_sandbox::{Facility, Failure, PhrApp, Role, Sandbox, Switches};
use anyhow::{Context as _, ensure};
use chrono::{TimeDelta, Timelike as _};
use fhir_bundles::build::Medicine;
use hip_services::api::hip_linking::NotifyContext;
use hiu_services::Consent;
use tokio::time::timeout;

use crate::cellar::Cellar;
use crate::clinic::Clinic;
use crate::desk::{Person, RegistrationDesk};
use crate::faults::Gate;
use crate::hospital::Hospital;
use crate::stage::Stage;

const CLINIC: &str = "IN2710000001";
const HOSPITAL: &str = "IN2410000002";
const PATIENCE: Duration = Duration::from_secs(60);

/// The stage set: ABDM, the two facilities, and the clinic's way to the hospital.
pub(crate) struct Play {
    stage: Stage,
    faults: bool,
    sandbox: Sandbox,
    clinic: Clinic,
    clinic_client: AbdmClient,
    hospital: Hospital,
    hospital_client: AbdmClient,
    cellar: Cellar,
    gate: Gate,
}

impl Play {
    pub(crate) async fn set(
        stage: Stage,
        pace: f64,
        faults: bool,
        database: Option<Database>,
        transcript: Option<Transcript>,
    ) -> anyhow::Result<Self> {
        let mut switches = Switches::default();
        switches.time_scale = pace;
        let mut builder = Sandbox::builder().switches(switches);
        if let Some(transcript) = transcript {
            builder = builder.observe(transcript);
        }
        let sandbox = builder.start().await?;
        let clinic = sandbox.register_client("SBX_CLINIC", "clinic-secret", Party::Clinic);
        let hospital = sandbox.register_client("SBX_HOSPITAL", "hospital-secret", Party::Hospital);
        for (id, name, role, client) in [
            (CLINIC, "Sunrise Clinic", Role::Hip, "SBX_CLINIC"),
            (HOSPITAL, "City Hospital", Role::Hiu, "SBX_HOSPITAL"),
        ] {
            sandbox.register_facility(Facility::new(id, name, role, client))?;
        }
        let network: Arc<dyn Transport> = Arc::new(ReqwestTransport::new()?);
        let recorded = sandbox.record_pushes(network.clone(), Party::Clinic, Party::Hospital);
        let gate = Gate::new(Arc::new(recorded));
        let environment = sandbox.environment()?;
        let client = |credentials: Credentials, transport: Arc<dyn Transport>| {
            // Pushes go the same way, so that they are recorded and can be held up.
            let builder =
                AbdmClient::builder(environment.clone(), credentials, Arc::clone(&transport));
            builder.outgoing_transport(transport).retry(RetryPolicy::fast()).build()
        };
        let clinic_client = client(clinic, Arc::new(gate.clone()));
        let hospital_client = client(hospital, network);
        let cellar = Cellar::open(database).await?;
        let hiu_id = HiuId::new(HOSPITAL)?;
        let hospital =
            Hospital::open(hiu_id, hospital_client.clone(), cellar.clone(), None).await?;
        hospital.register().await?;
        let clinic = Clinic::open(HipId::new(CLINIC)?, clinic_client.clone(), &cellar).await?;
        Ok(Self {
            stage,
            faults,
            sandbox,
            clinic,
            clinic_client,
            hospital,
            hospital_client,
            cellar,
            gate,
        })
    }

    pub(crate) async fn run(mut self) -> anyhow::Result<Stage> {
        let patient = self.enrol().await?;
        self.link(&patient).await?;
        let phr = self.sandbox.phr(&patient.abha_address)?;
        let (consent, artefacts) = self.ask(&patient, &phr).await?;
        let consent = if self.faults { self.lose_power(consent).await? } else { consent };
        self.share(&consent).await?;
        self.forget(&consent, artefacts, &phr).await?;
        self.clinic.close().await;
        self.hospital.close().await;
        self.sandbox.shut_down().await;
        Ok(self.stage)
    }

    async fn enrol(&self) -> anyhow::Result<Person> {
        let stage = &self.stage;
        stage.chapter(1, "The clinic enrols a patient by Aadhaar OTP (milestone 1)");
        let desk = RegistrationDesk::new(self.clinic_client.clone());
        let people = self.sandbox.patients().into_iter();
        let newcomer = people
            .filter(|person| person.abha_number.is_none() && person.aadhaar.is_some())
            .min_by_key(|person| person.date_of_birth)
            .context("everybody in the sandbox has an ABHA number")?;
        let aadhaar = newcomer.aadhaar.context("the newcomer has no Aadhaar number")?;
        let work = desk.send_otp(&aadhaar);
        let otp_sent = stage.step("consent recorded, OTP asked for", work).await?;
        stage.tell(otp_sent.message().unwrap_or("OTP sent"));
        let otp = self.sandbox.otp_for(aadhaar.expose()).context("no OTP has come")?;
        stage.tell("the patient reads the OTP from her phone");
        let work = desk.enrol(otp_sent, &otp, &newcomer.mobile);
        let patient = stage.step("OTP proved, ABHA number and ABHA address made", work).await?;
        let (number, address) = (&patient.abha_number, &patient.abha_address);
        stage.tell(format!("ABHA number {number}, ABHA address {address}"));
        Ok(patient)
    }

    async fn link(&self, patient: &Person) -> anyhow::Result<()> {
        let stage = &self.stage;
        stage.chapter(2, "The clinic records two visits and links them (milestone 2)");
        let now = self.clinic_client.now();
        let today = now.with_nanosecond(0).unwrap_or(now).fixed_offset();
        let ibuprofen = Medicine::new("Ibuprofen 400 mg tablet").timing("1-1-1").days(5);
        let paracetamol = Medicine::new("Paracetamol 500 mg tablet").timing("1-0-1").days(3);
        for (reference, days_ago, complaint, medicine) in [
            ("OPD-2026-0007", 200, "Sprained ankle", ibuprofen),
            ("OPD-2026-0042", 1, "Fever for three days", paracetamol),
        ] {
            let date = today - TimeDelta::days(days_ago);
            self.clinic.record_visit(reference.parse()?, date, patient, complaint, medicine)?;
        }
        if self.faults {
            self.sandbox.duplicate_callbacks(3);
            stage.tell("fault: the next three callbacks come twice");
            self.sandbox.fail_next::<NotifyContext>(Failure::InternalServerError);
            stage.tell("fault: one call will be answered with 500");
        }
        let work = self.clinic.link(patient);
        let linked = stage.step("link token, link, context notices", work).await?;
        ensure!(linked.notices_refused == Some(0), "ABDM refused notices of linked records");
        if self.faults {
            let stranger = Person::stranger()?;
            let medicine = Medicine::new("Amoxicillin 500 mg capsule").timing("1-1-1").days(7);
            let (visit, date) = ("OPD-2026-0042".parse()?, today - TimeDelta::days(1));
            self.clinic.record_visit(visit, date, &stranger, "Sore throat", medicine)?;
            stage.tell("fault: another patient's record is filed under her visit");
        }
        Ok(())
    }

    async fn ask(
        &self,
        patient: &Person,
        phr: &PhrApp,
    ) -> anyhow::Result<(Consent, Vec<ConsentId>)> {
        let stage = &self.stage;
        stage.chapter(3, "The hospital asks, the patient narrows and grants (milestone 3)");
        let work = self.hospital.ask(patient.abha_address.clone());
        let consent = stage.step("a year of consultations asked for", work).await?;
        let work = phr.next_request(PATIENCE);
        let request = stage.step("the request shows in the patient's app", work).await?;
        if self.faults {
            self.sandbox.expire_sessions_now();
            stage.tell("fault: every session token has just expired");
            self.sandbox.reorder_callbacks(1);
            stage.tell("fault: the next two callbacks overtake each other");
            self.gate.close(format!("http://{}", self.hospital.address()));
        }
        let work = phr.approve(&request.request_id, |approval| {
            for grant in &mut approval.consents {
                let dates = &mut grant.permission.date_range;
                dates.from = dates.to - TimeDelta::days(30);
            }
        });
        let artefacts = stage.step("granted, for the last 30 days only", work).await?;
        Ok((consent, artefacts))
    }

    /// The hospital loses power between its request and the push, and starts again.
    async fn lose_power(&mut self, consent: Consent) -> anyhow::Result<Consent> {
        let work = timeout(PATIENCE, self.gate.reached());
        self.stage
            .step("fault: a record is on its way when the hospital loses power", work)
            .await?;
        let (hiu_id, at) = (HiuId::new(HOSPITAL)?, self.hospital.address());
        let cellar = self.cellar.clone();
        self.hospital.crash();
        let client = self.hospital_client.clone();
        let work = async {
            let cellar = cellar.after_a_power_cut().await?;
            Hospital::open(hiu_id, client, cellar, Some(at)).await
        };
        self.hospital =
            self.stage.step("the hospital starts again from its database", work).await?;
        self.gate.open();
        Ok(self.hospital.resume(&consent))
    }

    async fn share(&self, consent: &Consent) -> anyhow::Result<()> {
        let stage = &self.stage;
        stage.chapter(4, "The clinic checks the consent, encrypts and sends; the hospital reads");
        let work = self.hospital.receive(consent);
        let records = stage.step("decision, data request, encrypted push", work).await?;
        ensure!(records.len() == 1, "one visit was granted, {} records came", records.len());
        if self.faults {
            stage.tell("the clinic has held back the record that names another patient");
        }
        for record in &records {
            stage.page(&record.render_text(76));
        }
        Ok(())
    }

    async fn forget(
        &self,
        consent: &Consent,
        artefacts: Vec<ConsentId>,
        phr: &PhrApp,
    ) -> anyhow::Result<()> {
        let (stage, hospital) = (&self.stage, &self.hospital);
        stage.chapter(5, "The patient takes the consent back, the hospital erases");
        let kept = || artefacts.iter().map(|artefact| hospital.kept(artefact)).sum::<usize>();
        ensure!(kept() == 1, "the hospital keeps {} documents", kept());
        stage.tell("the hospital keeps 1 document, sealed");
        let work = phr.revoke(artefacts.clone());
        stage.step("revoked in the patient's app", work).await?;
        let proofs = stage.step("erased", hospital.erased(consent)).await?;
        for proof in &proofs {
            stage.tell(format!("proof: consent {}, {:?}", proof.consent, proof.reason));
            let erased_at = format_timestamp(proof.erased_at);
            stage.tell(format!("       {} document erased at {erased_at}", proof.documents));
            stage.tell(format!("       SHA-256 {}", proof.digest));
        }
        for artefact in &artefacts {
            let work = async { timeout(PATIENCE, self.clinic.knows_the_end_of(artefact)).await? };
            stage.step("the clinic will send nothing more under it", work).await?;
        }
        ensure!(kept() == 0 && proofs.len() == artefacts.len(), "{} documents are left", kept());
        Ok(())
    }
}
