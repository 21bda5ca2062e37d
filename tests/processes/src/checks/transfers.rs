//! Transfers of records while the nodes of both sides are killed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::vocabulary::HiType;
use anyhow::Context as _;
use chrono::TimeDelta;
use hiu_services::flow::Outcome;
use hiu_services::{Consent, ConsentRequest, Hiu};
use serde_json::json;

use super::keeps::KeptAgain;
use super::town::{Town, Unheard};
use super::{Trial, free_address};
use crate::kills::Kills;
use crate::nodes::{Facility, document_of, hiu_of, keeps};
use crate::place::Place;
use crate::process::Process;
use crate::report::Report;
use crate::seeded::Seeded;

const HIP: &str = "IN2710000011";
const HIU: &str = "IN2710000012";
/// How many documents each transfer has, one on each page: more than a HIP may send twice.
const DOCUMENTS: usize = 40;
/// So many pages of a transfer go again after a kill, at the most (docs/durability.md).
const PAGES_SENT_TWICE: usize = 16;
/// How often a node is killed, at the least: half of it on either side.
const KILLS: usize = 12;
/// Longer than a busy machine stands still: no node that lives loses its work.
const LEASE: Duration = Duration::from_secs(5);
const IN_THE_END: Duration = Duration::from_secs(240);
/// Within it everybody sees that a dead process's connections are closed.
const CLOSED: Duration = Duration::from_secs(3);
/// How often it is looked.
const LOOKS: Duration = Duration::from_millis(50);

/// Tries it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, count: usize, report: &mut Report) -> anyhow::Result<()> {
    println!("\nnodes of a HIP and of a HIU are killed during transfers");
    let mut chance = Seeded::new(trial.seed.wrapping_add(1));
    let planned = KILLS.max(count);
    // Without slack: the answer to the page with which a kill becomes due waits until after it.
    let mut kills = Kills::planned(count * DOCUMENTS, planned, 0, &mut chance)?;
    let town = Town::open(kills.pace()).await?;
    let mut hip = Side::open(trial, &town, HIP, "HIP").await?;
    let mut hiu = Side::open(trial, &town, HIU, "HIU").await?;
    let folder = hiu.folder.clone();
    let asking = hiu_of(&hiu.facility, &hiu.store, &folder, "asking", LEASE).await?;
    let began = Instant::now();
    let mut killed = Killed::default();
    let pace = kills.pace();
    let transferring = async {
        let deliveries = transfer_all(&town, &asking, count).await;
        pace.end();
        deliveries
    };
    let killing = async {
        let mut hip_is_first = false;
        while let Some(number) = kills.due().await {
            // In pairs, so that both sides have as many.
            if number % 2 == 0 {
                hip_is_first = chance.between(0, 2) == 0;
            }
            if hip_is_first == (number % 2 == 0) {
                killed.hip += kill_hip(&mut hip, &town, &mut chance).await?;
            } else {
                let which = hiu.any(&mut chance);
                killed.hiu.insert(hiu.kill(which).await?);
                hiu.start(which).await?;
            }
            kills.carried_out();
        }
        anyhow::Ok(())
    };
    let (deliveries, ()) = tokio::try_join!(transferring, killing)?;
    report.tell("transfers", count);
    report.tell("kills of HIP nodes meanwhile", killed.hip);
    report.tell("kills of HIU nodes meanwhile", killed.hiu.len());
    report.tell("in", format!("{:.1} s", began.elapsed().as_secs_f64()));
    let carried_out = kills.so_far();
    report.demand(format!("{carried_out} of {planned} kills carried out"), carried_out == planned);
    let complete = deliveries.iter().filter(|outcome| **outcome == Some(Outcome::Complete)).count();
    report.tell("received whole", complete);
    report
        .demand(format!("{} transfer(s) not received whole", count - complete), complete == count);
    check_reports(&town, count, killed.hip + killed.hiu.len(), report).await;
    check_documents(&folder, count, report)?;
    check_keeps(&folder, count, &killed.hiu, &town, report)?;
    check_wire(&town, report);
    Ok(())
}

/// Which processes of each side.
#[derive(Default)]
struct Killed {
    hip: usize,
    hiu: BTreeSet<u32>,
}

/// Kills nodes of the HIP, one after the other, until one was in the midst of a transfer: it did
/// not hear that the HIU has a page. Tells how many.
async fn kill_hip(hip: &mut Side, town: &Town, chance: &mut Seeded) -> anyhow::Result<usize> {
    let first = hip.any(chance);
    for turn in 0..hip.nodes.len() {
        let which = (first + turn) % hip.nodes.len();
        let known = {
            let mut seen = town.seen();
            seen.hip_dies = true;
            seen.unheard.len()
        };
        hip.kill(which).await?;
        let was_pushing = lost_an_answer(town, known).await;
        {
            let mut seen = town.seen();
            seen.hip_kills += 1;
            seen.hip_dies = false;
        }
        hip.start(which).await?;
        if was_pushing {
            return Ok(turn + 1);
        }
    }
    Ok(hip.nodes.len())
}

/// Whether more answers are lost than these, as a dead node's are when its connections are seen to
/// be closed. Waits until no further one is lost.
async fn lost_an_answer(town: &Town, known: usize) -> bool {
    let until = Instant::now() + CLOSED;
    let mut before = known;
    loop {
        tokio::time::sleep(LOOKS).await;
        let lost = town.seen().unheard.len();
        if lost > known && lost == before {
            return true;
        }
        if Instant::now() > until {
            return lost > known;
        }
        before = lost;
    }
}

/// Each transfer is reported, and every report of one says the same.
async fn check_reports(town: &Town, count: usize, kills: usize, report: &mut Report) {
    let until = Instant::now() + Duration::from_secs(30);
    let reports = loop {
        let reports = town.seen().reports.clone();
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

/// Every document is there, whole, and in one file.
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
    report.demand(format!("{twice} document(s) in two files"), twice == 0);
    report.demand("nothing else is kept", kept.len() == wanted.len());
    Ok(())
}

/// Documents were kept again only as often as kills, and the pages that came again after them,
/// explain.
fn check_keeps(
    folder: &Path,
    count: usize,
    killed: &BTreeSet<u32>,
    town: &Town,
    report: &mut Report,
) -> anyhow::Result<()> {
    let keeps = keeps(folder)?;
    let again = KeptAgain::of(&keeps, killed);
    let pages_again: usize = town.seen().taken.values().map(|times| times.saturating_sub(1)).sum();
    let KeptAgain { times, without_kill } = again;
    report.tell("documents kept again", times);
    report.tell("of them after a keep of a process that was not killed in between", without_kill);
    report.tell("pages that the HIU may have taken again", pages_again);
    report.demand(
        format!("{times} document(s) kept again: more than the kills explain"),
        again.is_explained(killed.len(), pages_again),
    );
    let written_down = keeps.len() - times;
    report.tell("documents of which a keep is written down", written_down);
    report.demand("a keep of every document is written down", written_down == count * DOCUMENTS);
    Ok(())
}

/// Pages go again only where nobody heard that they had arrived, there always, and no more than may
/// be on their way.
fn check_wire(town: &Town, report: &mut Report) {
    let seen = town.seen();
    // After each kill, of each transfer.
    let mut again: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for ((transfer, _), arrivals) in &seen.pages {
        for kills in arrivals.iter().skip(1) {
            *again.entry((*kills, transfer)).or_default() += 1;
        }
    }
    let by_kills = seen.unheard.iter().filter(|unheard| !unheard.gave_up);
    let cut: BTreeSet<_> = by_kills.map(|one| (one.kills, one.transfer.as_str())).collect();
    let went_on = |(kill, cut): &&(usize, &str)| {
        let firsts = seen.pages.iter().filter(|((transfer, _), _)| transfer == cut);
        firsts.filter_map(|(_, arrivals)| arrivals.first()).any(|kills| kills > kill)
    };
    let resumed = cut.iter().filter(went_on).count();
    let is_last = |unheard: &&Unheard| {
        let arrivals = seen.pages.get(&(unheard.transfer.clone(), unheard.page));
        arrivals.is_none_or(|arrivals| arrivals.len() <= unheard.arrival)
    };
    let not_again = seen.unheard.iter().filter(is_last).count();
    let given_up = seen.unheard.iter().filter(|unheard| unheard.gave_up);
    // Their pages may go again before any kill.
    let given_up: BTreeSet<&str> = given_up.map(|unheard| unheard.transfer.as_str()).collect();
    let most = again.values().copied().max().unwrap_or(0);
    let before_any = again.iter().filter(|((kills, of), _)| *kills == 0 && !given_up.contains(of));
    let before_any: usize = before_any.map(|(_, times)| times).sum();
    report.tell("pages that the HIU was sent", seen.pages.values().map(Vec::len).sum::<usize>());
    report.tell("of them sent again", again.values().sum::<usize>());
    report.tell("most of one transfer after one kill", most);
    report.tell("transfers cut by a kill with a page whose answer was lost", cut.len());
    report.tell("of them gone on with further pages", resumed);
    report.tell("pages whose answer was lost", seen.unheard.len());
    report.tell("transfers of which a living sender gave up a page", given_up.len());
    report.demand("some transfer was cut in its midst, and went on", resumed > 0);
    report.demand(
        format!("{not_again} page(s) whose answer was lost not sent again"),
        not_again == 0,
    );
    report.demand("nothing is sent again before a kill", before_any == 0);
    report.demand(
        format!("{most} pages of a transfer sent again after one kill"),
        most <= PAGES_SENT_TWICE,
    );
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

    /// Any node.
    fn any(&self, chance: &mut Seeded) -> usize {
        usize::try_from(chance.between(0, self.nodes.len() as u64)).unwrap_or(0)
    }

    /// Kills a node; tells which process it was.
    async fn kill(&mut self, which: usize) -> anyhow::Result<u32> {
        let node = self.running.get_mut(which).context("no such node")?;
        let id = node.id()?;
        node.kill().await?;
        Ok(id)
    }

    /// Starts a node that was killed again.
    async fn start(&mut self, which: usize) -> anyhow::Result<()> {
        let process = start(self.nodes.get(which).context("no such node")?).await?;
        *self.running.get_mut(which).context("no such node")? = process;
        Ok(())
    }
}

async fn start(arguments: &[String]) -> anyhow::Result<Process> {
    let mut process = Process::start(arguments)?;
    process.says("listening").await?;
    Ok(process)
}
