//! A short day of a HIP on the embedded sandbox, for programs that nobody points anywhere.

use std::time::Duration;

use abdm_core::id::CareContextReference;
use abdm_core::person::AbhaAddress;
use abdm_sandbox::{AppRecord, Sandbox};
use anyhow::{Context as _, ensure};
use fhir_bundles::Record;

use super::{Desk, Phone, Serving};

/// How long a step may take.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Links a patient's first visit, lets the patient find and link the others from their app, shows what
/// the app has got, and takes another patient in at a counter. Each step is checked.
///
/// # Errors
/// When a step does not come out as it should.
pub async fn short_story(serving: &Serving, desk: &dyn Desk, phone: &Phone) -> anyhow::Result<()> {
    let (hip, hip_id) = (&serving.hip, serving.hip.hip_id());
    let sandbox = serving.connection.sandbox.as_ref().context("there is no embedded sandbox")?;
    let registered = desk.to_link(None).await?;
    let (mut wish, other) = match registered.as_slice() {
        [first, other, ..] if first.visits.len() > 1 => (first.clone(), other.clone()),
        _ => anyhow::bail!("the story needs two patients, the first with two visits"),
    };
    let all = wish.visits.len();
    let (address, patient) = (wish.abha_address.clone(), wish.reference.clone());
    let app = sandbox.phr(&address)?;

    println!("\n1. The hospital links a visit of patient {patient} (m2-hip.md 1 to 3)");
    wish.visits.truncate(1);
    let first = wish.references();
    let linked = hip.link(wish).await?.linked(PATIENCE).await?;
    ensure!(linked.fresh == first, "the visit is not linked");
    println!("   ✓ {} is linked to the patient's ABHA address", shown(&first));
    let pulled = records_of(sandbox, &address, 1).await?;
    println!(
        "   ✓ the patient's app has pulled {} record of it, under a consent of its own:",
        pulled.len()
    );
    show(&pulled)?;

    println!("\n2. The patient looks for more records from the app (m2-hip.md 5)");
    let found = app.discover(hip_id, Vec::new()).await?;
    let offered: usize =
        found.found.given().into_iter().flatten().map(|part| part.care_contexts.len()).sum();
    ensure!(offered >= all - 1, "{offered} of {} further visits are found", all - 1);
    println!("   ✓ found by what ABDM knows of the patient; what is linked is not offered again");
    let link = app.choose_all(&found).await?;
    let mobile = sandbox.patient(&address)?.mobile;
    let otp = phone.last_otp(mobile.expose()).context("no OTP was sent to the patient")?;
    app.confirm(&link, &otp).await?;
    let known = hip.linked_contexts(&address).await?;
    println!("   ✓ the OTP is right: the hospital knows of {} linked records", known.len());

    println!("\n3. Another patient scans the code of the counter OPD1 (m2-hip.md 6)");
    let app = sandbox.phr(&other.abha_address)?;
    let token = app.share_profile(hip_id, "OPD1").await?;
    println!("   ✓ token number {}, no form to fill in", token.token_number);
    ensure!(app.running_token(hip_id, "OPD1").await.is_err(), "a number is shown before any call");
    let called = desk.call_next("OPD1").await?;
    ensure!(called.as_ref() == Some(&token.token_number), "another patient is called: {called:?}");
    let running = app.running_token(hip_id, "OPD1").await?;
    let shown = running.running_token_number;
    ensure!(Some(&shown) == called.as_ref(), "another number is shown: {shown}");
    println!("   ✓ the desk calls the next patient, and the app shows who is served: {shown}");
    Ok(())
}

/// What the patient's own app has got, once there is so much of it.
async fn records_of(
    sandbox: &Sandbox,
    address: &AbhaAddress,
    count: usize,
) -> anyhow::Result<Vec<AppRecord>> {
    let pulling = async {
        loop {
            let all = sandbox.app_records().into_iter();
            let own: Vec<_> = all.filter(|record| record.address == *address).collect();
            if own.len() >= count {
                return own;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, pulling).await.context("the patient's app has got nothing")
}

/// Prints what the app shows of records.
fn show(records: &[AppRecord]) -> anyhow::Result<()> {
    for record in records {
        let problems = record.findings.join("; ");
        let document = record.document.as_ref().with_context(|| problems.clone())?;
        ensure!(problems.is_empty(), "the document of {}: {problems}", record.care_context);
        for line in Record::read(document)?.render_text(72).lines() {
            println!("     │ {line}");
        }
    }
    Ok(())
}

fn shown(contexts: &[CareContextReference]) -> String {
    contexts.iter().map(CareContextReference::as_str).collect::<Vec<_>>().join(", ")
}
