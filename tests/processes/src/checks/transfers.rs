//! Transfers of records while the nodes of both sides are killed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::vocabulary::HiType;
use anyhow::Context as _;
use chrono::TimeDelta;
use hiu_services::flow::Outcome;
use hiu_services::{Consent, ConsentRequest, Hiu};
use serde_json::json;

use super::town::Town;
use super::{Trial, free_address};
use crate::nodes::{Facility, document_of, hiu_of};
use crate::place::Place;
use crate::process::Process;
use crate::report::Report;
use crate::seeded::Seeded;

const HIP: &str = "IN2710000011";
const HIU: &str = "IN2710000012";
/// How many documents each transfer has.
const DOCUMENTS: usize = 6;
/// How many pages of one transfer a HIP may push at a time: so many may go again after a kill.
const PAGES_IN_FLIGHT: usize = 8;
/// Short, so that work of a dead node goes on while the others are at theirs.
const LEASE: Duration = Duration::from_secs(2);
const IN_THE_END: Duration = Duration::from_secs(240);

/// Tries it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, count: usize, report: &mut Report) -> anyhow::Result<()> {
    println!("\nnodes of a HIP and of a HIU are killed during transfers");
    let town = Town::open().await?;
    let mut hip = Side::open(trial, &town, HIP, "HIP").await?;
    let mut hiu = Side::open(trial, &town, HIU, "HIU").await?;
    let folder = hiu.folder.clone();
    let asking = hiu_of(&hiu.facility, &hiu.store, &folder, "asking", LEASE).await?;
    let mut chance = Seeded::new(trial.seed.wrapping_add(1));
    let (mut kills, mut under_way) = (0, true);
    let began = Instant::now();
    let deliveries = {
        let mut work = std::pin::pin!(transfer_all(&town, &asking, count));
        let mut done = None;
        while under_way {
            let pause = Duration::from_millis(chance.between(100, 900));
            match tokio::time::timeout(pause, &mut work).await {
                Ok(ended) => {
                    done = Some(ended?);
                    under_way = false;
                }
                Err(_) => {
                    kills += 1;
                    let side = if chance.between(0, 2) == 0 { &mut hip } else { &mut hiu };
                    side.kill_one(&mut chance).await?;
                }
            }
        }
        done.context("no transfer ended")?
    };
    report.tell("transfers", count);
    report.tell("kills of HIP and HIU nodes meanwhile", kills);
    report.tell("in", format!("{:.1} s", began.elapsed().as_secs_f64()));
    report.demand("some node was killed", kills > 0);
    let complete = deliveries.iter().filter(|outcome| **outcome == Some(Outcome::Complete)).count();
    report.tell("received whole", complete);
    report
        .demand(format!("{} transfer(s) not received whole", count - complete), complete == count);
    check_reports(&town, count, kills, report).await;
    check_documents(&folder, count, report)?;
    check_wire(&town, kills, report);
    Ok(())
}

/// Each transfer is reported, and every report of one says the same.
async fn check_reports(town: &Town, count: usize, kills: usize, report: &mut Report) {
    let until = Instant::now() + Duration::from_secs(30);
    let reports = loop {
        let reports = {
            let seen = town.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.reports.clone()
        };
        if reports.len() >= count || Instant::now() > until {
            break reports;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let repeated: usize = reports.values().map(|of_one| of_one.len() - 1).sum();
    let differ =
        reports.values().filter(|of_one| of_one.iter().any(|one| Some(one) != of_one.first()));
    let differ = differ.count();
    report.tell("transfers that the HIP reported to ABDM", reports.len());
    report.tell("reports that ABDM got again after a kill", repeated);
    report.demand(format!("{} of {count} reported", reports.len()), reports.len() == count);
    report.demand(format!("{differ} transfer(s) reported in two ways"), differ == 0);
    report.demand("no more reports repeated than kills", repeated <= kills);
}

/// Every document is there, once.
fn check_documents(folder: &Path, count: usize, report: &mut Report) -> anyhow::Result<()> {
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for consent in std::fs::read_dir(folder)?.flatten() {
        for file in std::fs::read_dir(consent.path())?.flatten() {
            if !file.file_name().to_string_lossy().starts_with('.') {
                *kept.entry(std::fs::read_to_string(file.path())?).or_default() += 1;
            }
        }
    }
    let ids = (0..count).flat_map(|n| (0..DOCUMENTS).map(move |d| format!("{}-{d}", context(n))));
    let wanted: BTreeSet<String> = ids.map(|id| document_of(&id)).collect();
    let missing = wanted.iter().filter(|document| !kept.contains_key(*document)).count();
    let twice = kept.values().filter(|times| **times > 1).count();
    report.tell("documents sent for", wanted.len());
    report.tell("kept", kept.values().sum::<usize>());
    report.demand(format!("{missing} document(s) lost"), missing == 0);
    report.demand(format!("{twice} document(s) kept twice"), twice == 0);
    report.demand("nothing else is kept", kept.len() == wanted.len());
    Ok(())
}

/// Pages go again only where a kill hid that they had arrived.
fn check_wire(town: &Town, kills: usize, report: &mut Report) {
    let seen = town.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let mut again: BTreeMap<&str, usize> = BTreeMap::new();
    for ((transfer, _), times) in &seen.pages {
        *again.entry(transfer).or_default() += times - 1;
    }
    let total: usize = again.values().sum();
    let most = again.values().copied().max().unwrap_or(0);
    report.tell("pages that the HIU took", seen.pages.values().sum::<usize>());
    report.tell("of them sent again after a kill", total);
    report.tell("most of one transfer", most);
    let bound = kills * PAGES_IN_FLIGHT;
    report.demand("of no transfer more pages again than were in flight", most <= bound);
}

fn context(number: usize) -> String {
    format!("OPD-{number}")
}

/// Asks for the records of so many patients, each with one visit.
async fn transfer_all(
    town: &Town,
    hiu: &Hiu,
    count: usize,
) -> anyhow::Result<Vec<Option<Outcome>>> {
    let mut consents = Vec::new();
    for number in 0..count {
        consents.push(ask(town, hiu, number).await?);
    }
    let mut outcomes = Vec::new();
    for consent in consents {
        let deliveries = consent.wait_for_records(IN_THE_END).await?;
        outcomes.push(deliveries.into_iter().next().and_then(|delivery| delivery.outcome));
    }
    Ok(outcomes)
}

async fn ask(town: &Town, hiu: &Hiu, number: usize) -> anyhow::Result<Consent> {
    let name = format!("patient.{number}");
    let person = json!({
        "firstName": "Test", "lastName": format!("Patient{number}"), "gender": "F",
        "dateOfBirth": "1988-05-17", "mobile": format!("99{number:08}"), "abhaName": name
    });
    town.act("people", person).await?;
    let address = format!("{name}@sbx");
    let visit = json!({"reference": context(number), "hiTypes": ["OPConsultation"]});
    let link = json!({
        "patient": address, "hipId": HIP, "patientReference": format!("UHID-{number}"),
        "careContexts": [visit]
    });
    town.act("links", link).await?;
    let now = SystemClock.now();
    let doctor = Requester::registered("Dr. Test", "REGNO", "MH1001", "https://www.nmc.org.in");
    let request = ConsentRequest::for_care(address.parse()?, doctor)
        .of_types([HiType::OpConsultation])
        .dated(DateRange::new(now - TimeDelta::days(365), now))
        .erased_at(now + TimeDelta::days(30));
    let consent = hiu.request_consent(request).await?;
    let app = town.sandbox.phr(&address.parse()?)?;
    let asked = app.next_request(Duration::from_secs(60)).await?;
    app.approve(&asked.request_id, |_| {}).await?;
    Ok(consent)
}

/// One facility: its nodes, on one store.
struct Side {
    facility: Facility,
    store: Place,
    folder: PathBuf,
    nodes: Vec<Vec<String>>,
    running: Vec<Process>,
}

impl Side {
    async fn open(trial: &Trial<'_>, town: &Town, id: &str, role: &str) -> anyhow::Result<Self> {
        let mut addresses = Vec::new();
        for _ in 0..trial.nodes {
            addresses.push(free_address()?);
        }
        let facility = town.facility(id, role, addresses.clone()).await?;
        let (store, folder) = (trial.places.fresh(), trial.places.folder().join("records"));
        std::fs::create_dir_all(&folder)?;
        let mut side = Self { facility, store, folder, nodes: Vec::new(), running: Vec::new() };
        for (number, address) in addresses.into_iter().enumerate() {
            let mut arguments = vec![
                role.to_lowercase(),
                format!("--store={}", side.store),
                format!("--name={role}-{number}"),
                format!("--listen={address}"),
                format!("--lease-ms={}", LEASE.as_millis()),
            ];
            arguments.extend(side.facility.arguments());
            arguments.push(match role {
                "HIP" => format!("--records={DOCUMENTS}"),
                _ => format!("--folder={}", side.folder.display()),
            });
            side.running.push(start(&arguments).await?);
            side.nodes.push(arguments);
        }
        Ok(side)
    }

    /// Kills any node, and starts it again.
    async fn kill_one(&mut self, chance: &mut Seeded) -> anyhow::Result<()> {
        let which = usize::try_from(chance.between(0, self.nodes.len() as u64)).unwrap_or(0);
        if let (Some(node), Some(process)) = (self.nodes.get(which), self.running.get_mut(which)) {
            process.kill().await?;
            *process = start(node).await?;
        }
        Ok(())
    }
}

async fn start(arguments: &[String]) -> anyhow::Result<Process> {
    let mut process = Process::start(arguments)?;
    process.says("listening").await?;
    Ok(process)
}
