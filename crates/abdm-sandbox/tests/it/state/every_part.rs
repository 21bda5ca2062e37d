//! Nothing is forgotten: not a part of the state, and nothing that the sandbox's own API shows.

use std::collections::BTreeMap;
use std::time::Duration;

use abdm_sandbox::Sandbox;
use serde_json::{Value, json};

use super::story::{RAVI, SUNITA, Story};
use crate::own_api::get;

/// What tells nothing of the state, or changes it.
const NO_STATE: [&str; 6] = [
    "/sandbox/health",
    "/sandbox/openapi.json",
    "/sandbox/email-links/{id}",
    "/sandbox/wait/consent-request",
    "/sandbox/wait/callback",
    "/sandbox/wait/quiet",
];

/// Those to whom something has happened. A callback is held for twenty seconds: there is no time
/// for everybody.
const ADDRESSES: [&str; 2] = [RAVI, SUNITA];

/// Everything that can be read below `/sandbox/` of itself, and by the patients' apps, by its path.
struct Shown {
    own: BTreeMap<String, Value>,
    by_apps: BTreeMap<String, Value>,
}

/// All paths that can be read, with every value that stands for their variables.
async fn paths(sandbox: &Sandbox) -> Vec<String> {
    let texts = |list: &Value, name: &str| -> Vec<String> {
        let texts = list.as_array().unwrap().iter().filter_map(|one| one[name].as_str());
        texts.map(str::to_owned).collect()
    };
    let played = get(sandbox, "played").await;
    let hius = played.as_array().unwrap().iter().filter(|one| !one["hiu"].is_null());
    let hius = texts(&hius.cloned().collect::<Vec<_>>().into(), "id");
    let description = get(sandbox, "openapi.json").await;
    let mut paths = Vec::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        if operations.get("get").is_none() || NO_STATE.contains(&path.as_str()) {
            continue;
        }
        let path = path.trim_start_matches("/sandbox/");
        if path.contains("{address}") {
            for address in ADDRESSES {
                let path = path.replace("{address}", address);
                if !path.contains("{requestId}") {
                    paths.push(path);
                    continue;
                }
                let requests = get(sandbox, &format!("app/{address}/requests")).await;
                let ids = texts(&requests, "requestId");
                paths.extend(ids.iter().map(|id| path.replace("{requestId}", id)));
            }
        } else if path.contains("{facilityId}") {
            paths.extend(hius.iter().map(|id| path.replace("{facilityId}", id)));
        } else {
            paths.push(path.to_owned());
        }
    }
    assert!(paths.iter().all(|path| !path.contains('{')), "a new variable: {paths:?}");
    paths
}

/// The apps call the consent manager, which stands in the journal: they are asked in `turn`.
async fn shown(sandbox: &Sandbox, paths: &[String], apps_first: bool) -> Shown {
    let (apps, own): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.starts_with("app/"));
    let read = async |paths: Vec<&String>| {
        let mut all = BTreeMap::new();
        for path in paths {
            let mut value = get(sandbox, path).await;
            if path == "clock" {
                value = value["movedSeconds"].take();
            }
            all.insert(path.clone(), value);
        }
        all
    };
    if apps_first {
        let by_apps = read(apps).await;
        Shown { by_apps, own: read(own).await }
    } else {
        let own = read(own).await;
        Shown { own, by_apps: read(apps).await }
    }
}

/// The parts of these that are empty.
fn empty(saved: &Value, of: &[&str]) -> Vec<String> {
    let nothing = [json!(null), json!([]), json!({}), json!(0), json!(""), json!([0, 0])];
    let parts = of.iter().flat_map(|of| {
        let parts = saved.pointer(of).unwrap().as_object().unwrap();
        parts
            .iter()
            .filter(|(_, part)| nothing.contains(part))
            .map(move |(name, _)| format!("{of}/{name}"))
    });
    parts.collect()
}

#[tokio::test]
async fn every_part_of_the_state_survives_a_restart_and_shows_itself_as_before() {
    let mut story = Story::tell().await;
    // An open call ends with the sandbox, and stands in the journal then.
    story.waits.abort();
    while get(&story.life.sandbox, "journal/on-its-way").await.to_string().contains("\"call\"") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let paths = paths(&story.life.sandbox).await;
    let before = shown(&story.life.sandbox, &paths, true).await;
    story.life.end().await;
    let first = story.life.saved();
    let parts = [
        "",
        "/keys",
        "/journal",
        "/world",
        "/world/faults",
        "/world/registry",
        "/world/sessions",
        "/world/people",
        "/world/proofs",
        "/world/tokens",
        "/world/user_links",
    ];
    let of: Vec<String> = parts.iter().map(|part| format!("/state{part}")).collect();
    let of: Vec<&str> = of.iter().map(String::as_str).collect();
    assert_eq!(empty(&first, &of), Vec::<String>::new(), "the story must know of every part");

    let address = story.life.sandbox.address();
    story.life.sandbox = story.life.again(address).start().await.unwrap();
    // What was so before is so again: it is written anew.
    story.life.sandbox.duplicate_callbacks(7);
    story.life.restart().await;
    let second = story.life.saved();
    for (part, value) in first["state"].as_object().unwrap() {
        assert_same(part, value, &second["state"][part]);
    }

    let after = shown(&story.life.sandbox, &paths, false).await;
    for (path, value) in before.own.iter().chain(&before.by_apps) {
        assert_same(path, value, after.own.get(path).or(after.by_apps.get(path)).unwrap());
    }
}

/// The same, or the first place where it is not.
fn assert_same(at: &str, before: &Value, after: &Value) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let names =
                |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(one), names(other), "{at}");
            one.iter().for_each(|(name, value)| {
                assert_same(&format!("{at}/{name}"), value, &other[name]);
            });
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{at}");
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                assert_same(&format!("{at}/{index}"), one, other);
            }
        }
        _ => assert_eq!(before, after, "{at}"),
    }
}
