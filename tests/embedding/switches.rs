//! The whole story of a HIP once for every switch of the sandbox: a visit is linked, the patient finds
//! another one from their app, grants a consent, and the records arrive. With each switch it
//! succeeds, or ends in the way that the documentation says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use abdm_flow::store::MemoryStore;
use abdm_sandbox::{PhrApp, Sandbox, Switches};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::ends::End;
use crate::program::{ADDRESS, PATIENCE, Program, sandbox_with};
use crate::rows::{Ends, Row, rows};

/// So many stories are told at once.
const AT_ONCE: usize = 8;

/// For so long a part is waited for that cannot end.
const IMPATIENCE: Duration = Duration::from_secs(4);

fn fields(switches: &Switches) -> serde_json::Map<String, Value> {
    let Value::Object(fields) = serde_json::to_value(switches).unwrap() else {
        panic!("switches have names");
    };
    fields
}

fn switched(row: &Row) -> Switches {
    let mut switches = Switches::quick();
    for (name, value) in &row.switches {
        switches.set(name, &value.to_string()).unwrap();
    }
    switches
}

#[test]
fn every_switch_of_the_sandbox_has_a_row_with_a_value_of_its_own() {
    let usual = fields(&Switches::quick());
    let all: BTreeSet<&str> = usual.keys().map(String::as_str).collect();
    let rows = rows();
    let with_row: BTreeSet<&str> = rows.iter().map(|row| row.switches[0].0).collect();
    let without: Vec<_> = all.difference(&with_row).collect();
    assert!(without.is_empty(), "switches without a row in rows.rs: {without:?}");
    for row in &rows {
        let name = row.switches[0].0;
        assert_ne!(fields(&switched(row))[name], usual[name], "{name} is as usual");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_ends_as_documented_with_every_switch() {
    let (gate, mut stories) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for row in rows() {
        let gate = Arc::clone(&gate);
        stories.spawn(async move {
            let _turn = gate.acquire_owned().await.unwrap();
            let ends = tell(&row).await;
            (row, ends)
        });
    }
    let mut otherwise = Vec::new();
    while let Some(told) = stories.join_next().await {
        let (row, ends) = told.unwrap();
        if ends != row.ends {
            let (switches, expected) = (&row.switches, &row.ends);
            otherwise.push(format!("{switches:?}\n   ended {ends:?}\ninstead of {expected:?}"));
        }
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

/// Tells the story of a row, and how its parts ended: those of the last round.
async fn tell(row: &Row) -> Ends {
    let sandbox = sandbox_with(switched(row)).await;
    let store = || Arc::new(MemoryStore::new());
    if row.is_known_to_abdm {
        // Another program of the same clinic has linked the visit, and its store is gone.
        let program = Program::over(&sandbox, store()).await;
        let link = program.hip.link(program.patient(1975, 0).without_notice()).await.unwrap();
        link.linked(PATIENCE).await.unwrap();
        program.end().await;
    }
    let program = if row.changes_keys {
        Program::with_eager_keys(&sandbox, store()).await
    } else {
        Program::over(&sandbox, store()).await
    };
    let mut ends = None;
    for round in 0..row.rounds {
        ends = Some(round_of(row, &sandbox, &program, round).await);
    }
    program.end().await;
    sandbox.shut_down().await;
    ends.unwrap()
}

async fn round_of(row: &Row, sandbox: &Sandbox, program: &Program, round: u32) -> Ends {
    let born = if row.wrong_year { 1945 } else { 1975 };
    let patient = program.patient(born, round);
    let patience = patience(&row.ends.link);
    let link = if row.notices {
        program.hip.link(patient).await.unwrap().finished(patience).await
    } else {
        program.hip.link(patient.without_notice()).await.unwrap().linked(patience).await
    };
    let app = sandbox.phr(&ADDRESS.parse().unwrap()).unwrap();
    let link = End::of_link(link);
    let search = within(&row.ends.search, search(program, &app)).await;
    let read = within(&row.ends.read, read(program, &app, sandbox)).await;
    let pulled = pulled(row, sandbox).await;
    Ends { link, search, read, pulled }
}

/// For how long a part is waited for that ends so.
fn patience(expected: &End) -> Duration {
    if *expected == End::UnderWay { IMPATIENCE } else { PATIENCE }
}

/// A part that may wait for something that never comes.
async fn within(expected: &End, part: impl Future<Output = End>) -> End {
    tokio::time::timeout(patience(expected), part).await.unwrap_or(End::UnderWay)
}

/// The patient finds visits from their app, and links them.
async fn search(program: &Program, app: &PhrApp) -> End {
    let hip = program.hip.hip_id();
    let found = match app.discover(hip, Vec::new()).await {
        Ok(found) => found,
        Err(error) => return End::of_app(&error),
    };
    let offered = match app.choose_all(&found).await {
        Ok(offered) => offered,
        Err(error) => return End::of_app(&error),
    };
    match app.confirm(&offered, &program.otp()).await {
        Ok(linked) => End::Done(linked.iter().map(|patient| patient.care_contexts.len()).sum()),
        Err(error) => End::of_app(&error),
    }
}

/// A doctor asks for the records, the patient says yes, and they arrive.
async fn read(program: &Program, app: &PhrApp, sandbox: &Sandbox) -> End {
    let consent = program.ask().await;
    if !sandbox.switches().patient_grants_at_once {
        let asked = match app.next_request(PATIENCE).await {
            Ok(asked) => asked,
            Err(error) => return End::of_app(&error),
        };
        if let Err(error) = app.approve(&asked.request_id, |_| {}).await {
            return End::of_app(&error);
        }
    }
    match consent.wait_for_decision(PATIENCE).await {
        Ok(decision) => {
            if let Some(end) = End::of_decision(&decision) {
                return end;
            }
        }
        Err(error) => return End::of_asking(&error),
    }
    match consent.wait_for_records(PATIENCE).await {
        Ok(deliveries) => End::of_records(&deliveries, program.documents(&deliveries)),
        Err(error) => End::of_asking(&error),
    }
}

/// What the patient's own app has pulled and can read.
async fn pulled(row: &Row, sandbox: &Sandbox) -> usize {
    let readable = || {
        let records = sandbox.app_records();
        records.iter().filter(|record| record.document.is_some()).count()
    };
    let arrived = async {
        while readable() < row.ends.pulled {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // What did not come is told by the comparison.
    let _arrived = tokio::time::timeout(PATIENCE, arrived).await;
    readable()
}
