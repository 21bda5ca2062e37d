//! One patient's whole journey through ABDM's three milestones, on this machine alone.
//!
//! A clinic enrols a patient and links two visits; a hospital asks for consent; the patient grants it,
//! for the recent visit only; the hospital gets the record, encrypted, and shows it; the patient takes
//! the consent back, and the hospital erases. ABDM and the patient's app are played by the embedded
//! sandbox, over real HTTP, with real keys and signed callbacks.
//!
//! `clinic.rs` and `hospital.rs` are what a vendor writes; the rest directs the play.

mod bridge;
mod clinic;
mod faults;
mod hospital;
mod stage;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::DateRange;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::{HipId, HiuId};
use abdm_core::retry::RetryPolicy;
use abdm_core::session::Credentials;
use abdm_core::transport::{ReqwestTransport, Transport};
use abdm_sandbox::transcript::{Party, Transcript};
use abdm_sandbox::{Facility, Failure, Role, Sandbox, Switches};
use anyhow::{Context as _, ensure};
use chrono::{TimeDelta, Timelike as _};
use clap::Parser;
use fhir_bundles::build::Medicine;

use self::clinic::Clinic;
use self::faults::Gate;
use self::hospital::{Cellar, Hospital};
use self::stage::Stage;

/// One patient's whole journey through ABDM's three milestones, on this machine alone.
#[derive(Debug, Parser)]
struct Arguments {
    /// Doubled and reordered callbacks, a 500, an expired token, a restart of the hospital: and the
    /// same end
    #[arg(long)]
    faults: bool,
    /// Write every exchange to this file, as one line of JSON each (docs/transcript.md)
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// How fast ABDM answers: 1 is the pace of the live sandbox
    #[arg(long, value_name = "SCALE", default_value_t = 0.2)]
    pace: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let stage = Stage::open(
        "A patient's journey through ABDM: enrolled by a clinic, her visit shared with a hospital \
         under her consent, and forgotten when she says so. All on this machine, in about 15 seconds.",
    );
    let transcript = arguments
        .transcript
        .as_ref()
        .map(Transcript::to_file)
        .transpose()?;
    let play = Play::open(&arguments, transcript.clone()).await?;
    play.run(&stage, arguments.faults).await?;
    if let (Some(transcript), Some(file)) = (transcript, &arguments.transcript) {
        let exchanges = transcript.finish()?;
        stage.tell(format!(
            "{exchanges} exchanges are written to {}",
            file.display()
        ));
    }
    stage.close("The journey is complete: every step of milestones 1, 2 and 3 held.");
    Ok(())
}

const CLINIC: &str = "IN2710000001";
const HOSPITAL: &str = "IN2410000002";

/// The stage set: ABDM, and the two facilities' ways to it.
struct Play {
    sandbox: Sandbox,
    /// The clinic's way to the hospital.
    gate: Gate,
    clinic: AbdmClient,
    hospital: AbdmClient,
}

impl Play {
    async fn open(arguments: &Arguments, transcript: Option<Transcript>) -> anyhow::Result<Self> {
        let mut switches = Switches::default();
        switches.time_scale = arguments.pace;
        let mut builder = Sandbox::builder().switches(switches);
        if let Some(transcript) = transcript {
            builder = builder.observe(transcript);
        }
        let sandbox = builder.start().await?;
        let clinic = sandbox.register_client("SBX_CLINIC", "clinic-secret", Party::Clinic);
        let hospital = sandbox.register_client("SBX_HOSPITAL", "hospital-secret", Party::Hospital);
        sandbox.register_facility(Facility::new(
            CLINIC,
            "Sunrise Clinic",
            Role::Hip,
            "SBX_CLINIC",
        ))?;
        sandbox.register_facility(Facility::new(
            HOSPITAL,
            "City Hospital",
            Role::Hiu,
            "SBX_HOSPITAL",
        ))?;
        let network: Arc<dyn Transport> = Arc::new(ReqwestTransport::new()?);
        let recorded = sandbox.record_pushes(Arc::clone(&network), Party::Clinic, Party::Hospital);
        let gate = Gate::new(Arc::new(recorded));
        let environment = sandbox.environment()?;
        let client = |credentials: Credentials, transport: Arc<dyn Transport>| {
            AbdmClient::builder(environment.clone(), credentials, transport)
                .retry(RetryPolicy::fast())
                .build()
        };
        Ok(Self {
            clinic: client(clinic, Arc::new(gate.clone())),
            hospital: client(hospital, network),
            sandbox,
            gate,
        })
    }

    async fn run(self, stage: &Stage, faults: bool) -> anyhow::Result<()> {
        let clinic = Clinic::open(HipId::new(CLINIC)?, self.clinic.clone()).await?;
        let cellar = Cellar::new()?;
        let hiu_id = HiuId::new(HOSPITAL)?;
        let mut hospital =
            Hospital::open(hiu_id.clone(), self.hospital.clone(), cellar.clone(), None).await?;
        hospital.register().await?;
        let hospital_url = format!("http://{}", hospital.address());

        stage.chapter(
            1,
            "The clinic enrols a patient by Aadhaar OTP (milestone 1)",
        );
        let newcomer = self
            .sandbox
            .patients()
            .into_iter()
            .find(|person| person.abha_number.is_none())
            .context("the sandbox has nobody without an ABHA number")?;
        let otp_sent = stage
            .step(
                "consent recorded, OTP asked for",
                clinic.begin_enrolment(&newcomer.aadhaar),
            )
            .await?;
        stage.tell(otp_sent.message().unwrap_or("OTP sent"));
        let otp = self
            .sandbox
            .otp_for(newcomer.aadhaar.expose())
            .context("no OTP has arrived")?;
        stage.tell("the patient reads the OTP from her phone");
        let patient = stage
            .step(
                "OTP proved, ABHA number created, ABHA address claimed",
                clinic.finish_enrolment(otp_sent, &otp, &newcomer.mobile),
            )
            .await?;
        let address = patient.abha_address.clone();
        stage.tell(format!(
            "ABHA number {}, ABHA address {address}",
            patient.abha_number
        ));

        stage.chapter(
            2,
            "The clinic records two visits and links them (milestone 2)",
        );
        let now = self.clinic.now();
        let today = now.with_nanosecond(0).unwrap_or(now).fixed_offset();
        let visit_today = "OPD-2026-0042";
        for (reference, days, complaint, medicine) in [
            (
                "OPD-2026-0007",
                200,
                "Sprained ankle",
                Medicine::new("Ibuprofen 400 mg tablet")
                    .timing("1-1-1")
                    .days(5),
            ),
            (
                visit_today,
                1,
                "Fever for three days",
                Medicine::new("Paracetamol 500 mg tablet")
                    .timing("1-0-1")
                    .days(3),
            ),
        ] {
            let date = today - TimeDelta::days(days);
            clinic.record_visit(reference.parse()?, date, &patient, complaint, medicine)?;
        }
        if faults {
            self.sandbox.duplicate_callbacks(3);
            stage.tell("fault: the next three callbacks come twice");
            self.sandbox.fail_next(
                hip_services::api::linking::NotifyContext::META.name,
                Failure::InternalServerError,
            );
            stage.tell("fault: one call will be answered with 500");
        }
        let linked = stage
            .step("link token, link, context notices", clinic.link(&patient))
            .await?;
        stage.tell(format!(
            "linked; notices refused: {}",
            linked.notices_refused.unwrap_or(0)
        ));

        stage.chapter(
            3,
            "The hospital asks for consent, the patient narrows and grants it (milestone 3)",
        );
        let mut consent = stage
            .step("consent asked for", hospital.ask(address.clone()))
            .await?;
        let phr = self.sandbox.phr(&address)?;
        let request = stage
            .step(
                "the request shows in the patient's app",
                phr.next_request(Duration::from_secs(30)),
            )
            .await?;
        if faults {
            self.sandbox.expire_sessions_now();
            stage.tell("fault: every session token has just expired");
            self.sandbox.reorder_callbacks(1);
            stage.tell("fault: the next two callbacks overtake each other");
            self.gate.close(hospital_url);
        }
        let recent = DateRange::new(now - TimeDelta::days(30), now);
        let artefacts = stage
            .step(
                "granted, for the last 30 days only",
                phr.approve(&request.request_id, |approval| {
                    for grant in &mut approval.consents {
                        grant.permission.date_range = recent;
                    }
                }),
            )
            .await?;

        stage.chapter(
            4,
            "The clinic checks the consent, encrypts and sends; the hospital reads",
        );
        if faults {
            stage
                .step(
                    "fault: the record is on its way when the hospital loses power",
                    async {
                        tokio::time::timeout(Duration::from_secs(60), self.gate.reached()).await
                    },
                )
                .await?;
            let at = hospital.address();
            hospital.crash();
            let cellar = cellar.after_a_power_cut()?;
            hospital = stage
                .step(
                    "the hospital starts again from its database",
                    Hospital::open(hiu_id, self.hospital.clone(), cellar, Some(at)),
                )
                .await?;
            consent = hospital.resume(&consent);
            self.gate.open();
        }
        let records = stage
            .step(
                "decision, data request, encrypted push",
                hospital.receive(&consent),
            )
            .await?;
        ensure!(
            records.len() == 1,
            "one visit was granted, {} records came",
            records.len()
        );
        for record in &records {
            stage.page(&record.render_text(76));
        }

        stage.chapter(5, "The patient takes the consent back, the hospital erases");
        let kept: usize = artefacts
            .iter()
            .map(|artefact| hospital.kept(artefact))
            .sum();
        stage.tell(format!("the hospital keeps {kept} document, sealed"));
        stage
            .step(
                "revoked in the patient's app",
                phr.revoke(artefacts.clone()),
            )
            .await?;
        let proofs = stage.step("erased", hospital.erased(&consent)).await?;
        for proof in &proofs {
            stage.tell(format!(
                "proof: consent {}, {:?}, {} document, erased at {}, digest {}",
                proof.consent,
                proof.reason,
                proof.documents,
                abdm_core::clock::format_timestamp(proof.erased_at),
                proof.digest.get(..16).unwrap_or(&proof.digest),
            ));
        }
        for artefact in &artefacts {
            let known =
                tokio::time::timeout(Duration::from_secs(30), clinic.knows_the_end_of(artefact));
            stage
                .step("the clinic will send nothing more under it", async {
                    known.await?
                })
                .await?;
        }
        let left: usize = artefacts
            .iter()
            .map(|artefact| hospital.kept(artefact))
            .sum();
        ensure!(
            left == 0 && !proofs.is_empty(),
            "{left} documents are left after the erasure"
        );
        clinic.close().await;
        hospital.close().await;
        self.sandbox.shut_down().await;
        Ok(())
    }
}
