//! The file: whose it is, what is refused, and when it is written.

use std::path::Path;
use std::time::Duration;

use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Sandbox, Switches};
use hip_services::api::hip_linking::OnGenerateLinkToken;
use serde_json::{Value, json};

use super::{Folder, Life, refused};
use crate::hip_linking::{linked, token_request};
use crate::own_api::{get, post};
use crate::support::{clinic, send_raw, token};

async fn at(file: &Path) -> Sandbox {
    Sandbox::builder().switches(Switches::quick()).state(file).start().await.unwrap()
}

#[tokio::test]
async fn a_file_is_used_by_one_sandbox_alone() {
    let folder = Folder::new();
    let first = at(&folder.file()).await;
    let text = refused(Sandbox::builder().state(folder.file())).await;
    assert!(text.contains("in use by another sandbox"), "{text}");
    // By another name it is the same file.
    let other = folder.0.join(".").join("sandbox.json");
    assert!(refused(Sandbox::builder().state(other)).await.contains("in use"));
    first.shut_down().await;
    assert!(at(&folder.file()).await.was_restored());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_its_owner_reads_it_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::new();
    let (file, link) = (folder.file(), folder.0.join("link.json"));
    at(&file).await.shut_down().await;
    std::os::unix::fs::symlink(&file, &link).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let sandbox = at(&link).await;
    assert!(sandbox.was_restored());
    sandbox.set(|switches| switches.push_first = true).unwrap();
    sandbox.shut_down().await;
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"push_first\":true"));
}

#[tokio::test]
async fn a_file_that_is_damaged_or_of_another_version_is_refused_and_left_as_it_is() {
    let life = Life::begin(|_| {}).await;
    let clinic = clinic(&life.sandbox).await;
    linked(&clinic, "OPD-1").await;
    let bearer = token(&life.sandbox, "SBX_CLINIC", "not-a-secret").await;
    life.end().await;
    let whole = std::fs::read(life.folder.file()).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut saved: Value = serde_json::from_slice(&whole).unwrap();
        change(&mut saved);
        saved.to_string().into_bytes()
    };
    let sessions = "/state/world/sessions/sessions";
    let damaged = "move it away to begin anew";
    for (what, bytes, told) in [
        ("nothing", Vec::new(), damaged),
        ("half of it", whole[..whole.len() / 2].to_vec(), damaged),
        ("all but the end", whole[..whole.len() - 3].to_vec(), damaged),
        ("something else", b"{\"name\":\"package\",\"version\":1}".to_vec(), damaged),
        ("another format", changed(&|saved| saved["format"] = json!("mine")), damaged),
        ("another version", changed(&|saved| saved["version"] = json!(3)), "has the form 3"),
        (
            "a part that is missing",
            changed(&|saved| {
                drop(saved["state"]["world"].as_object_mut().unwrap().remove("links"))
            }),
            "state.world",
        ),
        (
            "a part too many",
            changed(&|saved| saved["state"]["world"]["more"] = json!(1)),
            "state.world",
        ),
        (
            "a session of nobody's",
            changed(&|saved| {
                let sessions = saved.pointer_mut(sessions).unwrap().as_object_mut().unwrap();
                sessions.values_mut().for_each(|session| *session = json!("not a session"));
            }),
            "state.world.sessions",
        ),
        (
            "a switch out of its range",
            changed(&|saved| saved["state"]["world"]["switches"]["time_scale"] = json!(-1)),
            "a switch is out of its range",
        ),
        (
            "a key that is none",
            changed(&|saved| saved["state"]["keys"]["gateway"] = json!("AAAA")),
            "a key",
        ),
    ] {
        std::fs::write(life.folder.file(), &bytes).unwrap();
        let text = refused(Sandbox::builder().state(life.folder.file())).await;
        assert!(text.contains(told), "{what}: {text}");
        assert!(text.contains("sandbox.json") && text.contains("anew"), "{what}: {text}");
        assert!(!text.contains("eyJ") && !text.contains("not a session"), "{what}: {text}");
        assert!(!text.contains(bearer.expose()), "{what}: {text}");
        assert_eq!(std::fs::read(life.folder.file()).unwrap(), bytes, "{what}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_at_the_start() {
    let folder = Folder::new();
    let text = refused(Sandbox::builder().state(folder.0.join("none/sandbox.json"))).await;
    assert!(text.contains("its folder must be there"), "{text}");
}

#[tokio::test]
async fn a_write_that_fails_is_told_and_made_good_and_ends_nothing() {
    let folder = Folder::new();
    let sandbox = at(&folder.file()).await;
    let state = async || get(&sandbox, "health").await["state"].clone();
    let until = async |is_so: &dyn Fn(&Value) -> bool| {
        for _ in 0..400 {
            let state = state().await;
            if is_so(&state) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{}", state().await);
    };
    until(&|state| state["savedAt"].is_string() && state["unsaved"] == false).await;
    std::fs::remove_dir_all(&folder.0).unwrap();
    sandbox.set(|switches| switches.push_first = true).unwrap();
    until(&|state| {
        state["problem"].as_str().is_some_and(|text| text.contains("cannot be written"))
    })
    .await;
    assert_eq!(state().await["unsaved"], true);
    assert_eq!(get(&sandbox, "health").await["ready"], true);
    std::fs::create_dir(&folder.0).unwrap();
    until(&|state| state["problem"].is_null() && state["unsaved"] == false).await;
    assert!(std::fs::read_to_string(folder.file()).unwrap().contains("\"push_first\":true"));
}

#[tokio::test]
async fn a_reset_resets_the_file_too() {
    let mut life = Life::begin(|_| {}).await;
    let clinic = clinic(&life.sandbox).await;
    linked(&clinic, "OPD-1").await;
    life.sandbox.set(|switches| switches.push_first = true).unwrap();
    life.until_saved("a link", |saved| saved["state"]["world"]["links"] != json!([])).await;
    assert_eq!(post(&life.sandbox, "reset", Value::Null).await.status, 204);
    life.until_saved("a reset", |saved| {
        let (world, journal) = (&saved["state"]["world"], &saved["state"]["journal"]);
        world["links"] == json!([]) && journal["entries"] == json!([])
    })
    .await;
    life.restart().await;
    assert!(!life.sandbox.switches().push_first);
    linked(&clinic, "OPD-1").await;
}

#[tokio::test]
async fn switches_that_are_given_at_the_start_go_before_those_of_the_file() {
    let mut life = Life::begin(|switches| switches.push_first = true).await;
    let set = |switches: &mut Switches| {
        (switches.link_tokens_a_day, switches.accounts_a_mobile) = (1, 2);
    };
    life.sandbox.set(set).unwrap();
    let address = life.sandbox.address();
    life.end().await;
    let mut other = Switches::quick();
    other.accounts_a_mobile = 5;
    let again = life.again(address).switches(other).switch("link_tokens_a_day", "2").unwrap();
    life.sandbox = again.start().await.unwrap();
    let of = |switches: Switches| {
        (switches.push_first, switches.link_tokens_a_day, switches.accounts_a_mobile)
    };
    assert_eq!(of(life.sandbox.switches()), (true, 2, 2));
    // A reset brings back what this start said.
    life.sandbox.reset();
    assert_eq!(of(life.sandbox.switches()), (false, 2, 5));
}

#[tokio::test]
async fn a_client_that_is_registered_again_keeps_its_callback_url_and_its_sessions() {
    let mut life = Life::begin(|_| {}).await;
    let clinic = clinic(&life.sandbox).await;
    let bearer = token(&life.sandbox, "SBX_CLINIC", "not-a-secret").await;
    life.restart().await;
    life.sandbox.register_client("SBX_CLINIC", "another-secret", Party::Clinic);
    let sent = send_raw(&life.sandbox, Some(&bearer), &token_request(), |_| {}).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    clinic.next(OnGenerateLinkToken::META.path).await;
    token(&life.sandbox, "SBX_CLINIC", "another-secret").await;
}

/// Each look into a patient's app logs in anew: a file of months would hold nothing else.
#[tokio::test]
async fn the_logins_of_the_sandboxs_own_doors_do_not_pile_up_in_the_file() {
    let life = Life::begin(|_| {}).await;
    for _ in 0..3 {
        get(&life.sandbox, "app/ravi.example@sbx/requests").await;
    }
    life.end().await;
    let clients = &life.saved()["state"]["world"]["registry"]["clients"];
    assert_eq!(clients, &json!({}));
}

/// What came later is as in a fresh sandbox.
#[tokio::test]
async fn a_file_from_before_linking_by_the_patient_is_read() {
    let mut life = Life::begin(|_| {}).await;
    let clinic = clinic(&life.sandbox).await;
    linked(&clinic, "OPD-1").await;
    life.end().await;
    let mut saved = life.saved();
    let world = saved["state"]["world"].as_object_mut().unwrap();
    for part in ["tokens", "user_links"] {
        world.remove(part).unwrap();
    }
    let switches = world["switches"].as_object_mut().unwrap();
    switches.remove("discovery_wait_seconds").unwrap();
    std::fs::write(life.folder.file(), saved.to_string()).unwrap();
    let address = life.sandbox.address();
    life.sandbox = life.again(address).start().await.unwrap();
    assert!(life.sandbox.was_restored());
    assert_eq!(get(&life.sandbox, "links").await.as_array().unwrap().len(), 1);
    assert_eq!(get(&life.sandbox, "app/ravi.example@sbx/discoveries").await, json!([]));
    assert!(life.sandbox.switches().discovery_wait_seconds > 0.0);
}
