//! A day of the clinic on the embedded sandbox. What each step shows is checked.

mod hospital;
pub(crate) mod practice;

use std::time::Duration;

use abdm_core::id::{CareContextReference, ConsentId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_examples::hip_program::{Desk as _, Serving};
use abdm_sandbox::{PhrApp, Sandbox};
use anyhow::{Context as _, ensure};
use hip_services::{BackfillOptions, BackfillState, Hip};
use hiu_services::Consent;

use self::hospital::Hospital;
use crate::clinic::Clinic;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Who comes today, and under which ABHA address their app is logged in.
const MEERA: &str = "meera.sample@sbx";
const RAVI: &str = "ravi.example@sbx";
const VISIT: &str = "OPD-2026-0101";
const STAY: &str = "IPD-2026-0007";

/// Plays the day.
pub(crate) async fn play(serving: &Serving, clinic: &Clinic) -> anyhow::Result<()> {
    let sandbox = serving.connection.sandbox.as_ref().context("there is no embedded sandbox")?;
    let day = Day { hip: &serving.hip, sandbox, clinic, meera: sandbox.phr(&MEERA.parse()?)? };
    println!("A day of {}. A sandbox plays ABDM; nobody here is real.", clinic.name);
    let uhid = day.registration().await?;
    day.visit(&uhid).await?;
    day.automatic_link().await?;
    day.discovery().await?;
    let hospital = Hospital::open(sandbox).await?;
    let played = day.with_a_hospital(&hospital).await;
    hospital.close().await;
    played?;
    day.old_visits(&uhid).await?;
    day.evening().await
}

struct Day<'a> {
    hip: &'a Hip,
    sandbox: &'a Sandbox,
    clinic: &'a Clinic,
    meera: PhrApp,
}

impl Day<'_> {
    async fn registration(&self) -> anyhow::Result<String> {
        chapter("09:00", "Registration: Meera scans the code of the counter");
        let token = self.meera.share_profile(self.hip.hip_id(), "OPD1").await?;
        done(format_args!("she has token number {}", token.token_number));
        let sql = "SELECT uhid FROM patients WHERE abha_address_folded = ?1 AND abha_is_proven";
        let uhid: String = self
            .clinic
            .on(move |connection| Ok(connection.query_row(sql, [MEERA], |row| row.get(0))?))
            .await?;
        done(format_args!("she is in the register as {uhid}, her ABHA address proven"));
        let running = || self.meera.running_token(self.hip.hip_id(), "OPD1");
        ensure!(running().await.is_err(), "a number is shown before anybody is called");
        let called = self.clinic.call_next("OPD1").await?;
        ensure!(called.as_ref() == Some(&token.token_number), "{called:?} is called");
        let shown = running().await?.running_token_number;
        ensure!(Some(&shown) == called.as_ref(), "another number is shown: {shown}");
        done("the desk calls her, and her app shows that it is her turn");
        Ok(uhid)
    }

    async fn visit(&self, uhid: &str) -> anyhow::Result<()> {
        chapter("09:10", "The visit: everything goes into the clinic's own tables");
        let uhid = uhid.to_owned();
        let records = self
            .clinic
            .on(move |connection| practice::see_a_patient(connection, &uhid, VISIT))
            .await?;
        for record in &records {
            done(&record.hi_type);
        }
        ensure!(records.len() == 7, "{} records were made", records.len());
        Ok(())
    }

    async fn automatic_link(&self) -> anyhow::Result<()> {
        chapter("09:30", "The visit is final, and links itself");
        let has_address = self.clinic.finish(self.hip, VISIT).await?;
        ensure!(has_address, "there is no ABHA address to link the visit to");
        done("signed, and said to be final: one transaction of the clinic's database");
        self.until_linked(self.meera.address(), VISIT).await?;
        let links = self.meera.links().await?;
        ensure!(links.len() == 7, "the app shows {} kinds of records", links.len());
        done(format_args!("{VISIT} is linked, with {} kinds of records", links.len()));
        let pulled = self.until_pulled(VISIT, 7).await?;
        done(format_args!(
            "her app has pulled {pulled} documents; each is a correct NRCES document"
        ));
        Ok(())
    }

    async fn discovery(&self) -> anyhow::Result<()> {
        chapter("11:00", "Ravi was here before he had an ABHA address, and looks from his app");
        let work = |connection: &mut _| practice::a_stay_of_last_month(connection, STAY);
        let (uhid, mobile) = self.clinic.on(work).await?;
        let has_address = self.clinic.finish(self.hip, STAY).await?;
        ensure!(!has_address, "the stay was linked by itself");
        done(format_args!("{uhid} is in the register with name, age and mobile number alone"));
        let app = self.sandbox.phr(&RAVI.parse()?)?;
        let found = app.discover(self.hip.hip_id(), Vec::new()).await?;
        done("found by his mobile number, and by name, gender and year of birth");
        let link = app.choose_all(&found).await?;
        let otp = self.clinic.phone.last_otp(&mobile).context("no OTP was sent")?;
        let wrong = if otp == "111111" { "222222" } else { "111111" };
        ensure!(app.confirm(&link, wrong).await.is_err(), "a wrong OTP was taken");
        done("a wrong OTP is refused");
        app.confirm(&link, &otp).await?;
        self.until_linked(app.address(), STAY).await?;
        done(format_args!("the right one links {STAY}"));
        self.until_pulled(STAY, 1).await?;
        done("his app has the eighth kind of record, the discharge summary");
        Ok(())
    }

    async fn with_a_hospital(&self, hospital: &Hospital) -> anyhow::Result<()> {
        let (consent, artefacts) = self.consent(hospital).await?;
        self.transfer(hospital, &consent).await?;
        self.revocation(hospital, &consent, &artefacts).await
    }

    async fn consent(&self, hospital: &Hospital) -> anyhow::Result<(Consent, Vec<ConsentId>)> {
        chapter("15:00", "Consent: a hospital asks Meera for her records");
        let consent = hospital.ask(self.meera.address().clone()).await?;
        let request = self.meera.next_request(PATIENCE).await?;
        done("the request is in her app");
        let artefacts = self.meera.approve(&request.request_id, |_| {}).await?;
        for artefact in &artefacts {
            let known = || async move { Ok(self.hip.consent(artefact).await?.is_some()) };
            until("the clinic to know of the consent", known).await?;
        }
        done("granted; the clinic has acknowledged it");
        Ok((consent, artefacts))
    }

    async fn transfer(&self, hospital: &Hospital, consent: &Consent) -> anyhow::Result<()> {
        chapter("15:05", "Transfer: encrypted by the clinic, read by the hospital");
        let records = hospital.receive(consent).await?;
        for record in &records {
            let date = record.date().map(|date| date.to_date().to_string()).unwrap_or_default();
            done(format_args!("{:<42} {date}", record.title()));
        }
        ensure!(records.len() == 7, "{} records came", records.len());
        Ok(())
    }

    async fn revocation(
        &self,
        hospital: &Hospital,
        consent: &Consent,
        artefacts: &[ConsentId],
    ) -> anyhow::Result<()> {
        chapter("18:00", "Revocation: Meera takes the consent back");
        self.meera.revoke(artefacts.to_vec()).await?;
        let proofs = hospital.erased(consent).await?;
        let erased: u64 =
            proofs.iter().map(|proof| u64::try_from(proof.documents).unwrap_or(0)).sum();
        ensure!(erased == 7, "the hospital has erased {erased} documents");
        done(format_args!("the hospital has erased {erased} documents, with proof"));
        for artefact in artefacts {
            let over = || async move {
                let known = self.hip.consent(artefact).await?;
                Ok(known.is_some_and(|view| view.terms(self.sandbox.now()).is_err()))
            };
            until("the clinic to know that the consent is over", over).await?;
        }
        done("the clinic sends nothing more under it");
        Ok(())
    }

    async fn old_visits(&self, uhid: &str) -> anyhow::Result<()> {
        chapter("19:00", "The visits of earlier years are linked, one patient after the other");
        let uhid = uhid.to_owned();
        let old = self
            .clinic
            .on(move |connection| practice::visits_of_earlier_years(connection, &uhid))
            .await?;
        done(format_args!("{} old visits stand in the clinic's table", old.len()));
        // Nobody waits for a demonstration: a clinic keeps the pace that the options begin with.
        let options = BackfillOptions::default().patients_per_minute(600);
        let backfill = self.hip.backfill("earlier-years", options).await?;
        let is_over = || async { Ok(backfill.progress().await?.state == BackfillState::Finished) };
        until("the old visits to be linked", is_over).await?;
        let progress = backfill.progress().await?;
        let (counts, failed) = (&progress.counts, progress.failed());
        ensure!(counts.linked == 3 && counts.already == 1 && failed == 0, "{progress:?}");
        for (visit, records) in &old {
            self.until_pulled(visit, *records).await?;
            done(format_args!("{visit} is linked, and the patient's app has its records"));
        }
        done(format_args!(
            "read: {} visits; linked: {}; linked before: {}; failed: {failed}",
            counts.seen, counts.linked, counts.already
        ));
        Ok(())
    }

    async fn evening(&self) -> anyhow::Result<()> {
        chapter("20:00", "What the clinic's own table of events says");
        let sql = "SELECT name, count(*) FROM events GROUP BY name ORDER BY min(id)";
        let counted: Vec<(String, i64)> = self
            .clinic
            .on(move |connection| {
                let mut rows = connection.prepare(sql)?;
                let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .await?;
        for (name, count) in &counted {
            println!("     {name:<20} {count}");
        }
        for name in ["linked", "discovery-answered", "consent-granted", "transfer-ended"] {
            ensure!(counted.iter().any(|(own, _)| own == name), "no event {name} was told");
        }
        println!("\nThe day is over: every step held.");
        Ok(())
    }

    /// Waits until the clinic knows that a visit is linked.
    async fn until_linked(&self, address: &AbhaAddress, visit: &str) -> anyhow::Result<()> {
        let visit: CareContextReference = visit.parse()?;
        let is_linked = || async {
            let linked = self.hip.linked_contexts(address).await?;
            Ok(linked.iter().any(|linked| linked.care_context == visit))
        };
        until("the visit to be linked", is_linked).await
    }

    /// Waits until the patient's own app has so many documents of a visit, and looks at them.
    async fn until_pulled(&self, visit: &str, count: usize) -> anyhow::Result<usize> {
        let of_visit = || {
            let all = self.sandbox.app_records().into_iter();
            all.filter(|record| record.care_context.as_str() == visit).collect::<Vec<_>>()
        };
        let pulled = || async { Ok(of_visit().len() >= count) };
        until("the patient's app to have the records", pulled).await?;
        let records = of_visit();
        for record in &records {
            ensure!(record.findings.is_empty(), "{visit}: {}", record.findings.join("; "));
        }
        Ok(records.len())
    }
}

/// Waits for something, at most a minute.
async fn until<F>(what: &str, look: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<bool>>,
{
    let waiting = async {
        while !look().await? {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.with_context(|| format!("waited in vain for {what}"))?
}

fn chapter(time: &str, title: &str) {
    println!("\n{time}  {title}");
}

fn done(what: impl std::fmt::Display) {
    println!("   ✓ {what}");
}

/// All kinds of records.
fn every_kind() -> Vec<HiType> {
    HiType::ALL.to_vec()
}
