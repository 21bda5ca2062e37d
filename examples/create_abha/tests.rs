//! The desk, played and unattended.

use abdm_core::secret::AadhaarNumber;
use abdm_examples::consent;
use abdm_examples::screen::{Paper, Screen};
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Failure, Sandbox, Switches};
use abha_enrollment::api::enrollment::SuggestAbhaAddresses;
use clap::Parser as _;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::summary::Summary;

async fn run(options: &[&str]) -> (Summary, String) {
    let options = [&["create_abha"], options].concat();
    let arguments = Arguments::try_parse_from(options).unwrap();
    let paper = Paper::default();
    let summary = crate::run(&arguments, Screen::to(paper.clone())).await.unwrap();
    (summary, paper.text())
}

fn step<'a>(summary: &'a Value, name: &str) -> Vec<&'a Value> {
    let steps = summary["steps"].as_array().unwrap();
    steps.iter().filter(|step| step["name"] == name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_ends_with_an_abha_after_every_slip() {
    let (summary, screen) = run(&["--demo", "--language", "en"]).await;
    let json = summary.to_json();
    assert_eq!(json["outcome"], "created", "{screen}");
    assert_eq!(json["mobileLinked"], true);
    assert_eq!(json["name"], "Asha Kumari");
    assert_eq!(json["mobile"], "******3210");
    assert!(json["abhaNumber"].as_str().unwrap().starts_with("91-"));
    assert_eq!(json["abhaAddress"], "asha.kumari@sbx");
    let words = |text: &str| text.replace('│', "").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&screen).contains(&words(consent::ENGLISH)), "the whole text:\n{screen}");
    for shown in [
        "Aadhaar Number is not valid",
        "The OTP is wrong. Please try again.",
        "Please wait 60 seconds",
        "The OTP was sent again",
        "ending with ******0001",
        "it needs an OTP of its own",
        "8 to 18 characters",
        "already exist",
        "█ ▄▄▄▄▄ █",
    ] {
        assert!(screen.contains(shown), "{shown:?} is missing:\n{screen}");
    }
    let problems: Vec<_> = step(&json, "enrol").iter().map(|s| s["problem"].clone()).collect();
    assert_eq!(problems, [Value::from("WrongOtp"), Value::Null]);
    assert_eq!(step(&json, "enrol-resend").len(), 2);
    assert_eq!(step(&json, "claim-address")[0]["problem"], "AddressTaken");
}

async fn other_server() -> Sandbox {
    let mut switches = Switches::quick();
    switches.fixed_otp = Some("123456".to_owned());
    let sandbox = Sandbox::builder().switches(switches).start().await.unwrap();
    sandbox.register_client("SBX_CLINIC", "clinic-secret-not-real", Party::Clinic);
    sandbox
}

/// Somebody who has no ABHA number yet.
fn somebody(server: &Sandbox) -> AadhaarNumber {
    let mut people = server.patients().into_iter().filter(|p| p.abha_number.is_none());
    people.find_map(|person| person.aadhaar).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unattended_it_creates_and_then_finds() {
    let server = other_server().await;
    let aadhaar = somebody(&server);
    let options = [
        "--base-url",
        server.base_url(),
        "--aadhaar",
        aadhaar.expose(),
        "--mobile",
        "9123456780",
        "--otp",
        "123456",
        "--json",
    ];
    let (first, screen) = run(&options).await;
    assert!(first.has_abha(), "{screen}");
    let json: Value = serde_json::from_str(&first.to_json().to_string()).unwrap();
    assert_eq!(json["outcome"], "created");
    assert_eq!(json["mobile"], "******6780");
    assert_eq!(json["mobileLinked"], true);
    assert!(json["suggestions"].as_array().unwrap().len() >= 3);
    let first_name = json["suggestions"][0].as_str().unwrap();
    assert_eq!(json["abhaAddress"], format!("{first_name}@sbx"));

    let (second, _) = run(&options).await;
    let again = second.to_json();
    assert_eq!(again["outcome"], "existing");
    for kept in ["abhaNumber", "abhaAddress", "mobile"] {
        assert_eq!(again[kept], json[kept], "{kept}");
    }
    for secret in [aadhaar.expose(), "123456", "9123456780"] {
        assert!(!json.to_string().contains(secret), "{json}");
        assert!(!screen.contains(secret), "{screen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_otp_by_option_ends_the_run_and_says_so() {
    let server = other_server().await;
    let aadhaar = somebody(&server);
    let (base, aadhaar) = (server.base_url(), aadhaar.expose());
    let options =
        ["--base-url", base, "--aadhaar", aadhaar, "--mobile", "9123456780", "--otp", "654321"];
    let (summary, _) = run(&options).await;
    assert!(!summary.has_abha());
    let json = summary.to_json();
    assert_eq!(json["outcome"], "failed");
    assert_eq!(
        json["error"]["message"],
        "--otp was not taken: The OTP is wrong. Please try again."
    );
    assert_eq!(step(&json, "enrol").len(), 1, "one wrong attempt, no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_suggestions_costs_a_warning_and_not_the_abha() {
    let server = other_server().await;
    let aadhaar = somebody(&server);
    server.fail_next::<SuggestAbhaAddresses>(Failure::EmptyBadRequest);
    let (base, aadhaar) = (server.base_url(), aadhaar.expose());
    let options = [
        "--base-url",
        base,
        "--aadhaar",
        aadhaar,
        "--mobile",
        "9123456780",
        "--otp",
        "123456",
        "--abha-address",
        "asha.wanted@sbx",
    ];
    let (summary, screen) = run(&options).await;
    let json = summary.to_json();
    assert_eq!(json["outcome"], "created", "{screen}");
    assert_eq!(json["abhaAddress"], "asha.wanted@sbx");
    let warned = json["warnings"].as_array().unwrap().iter();
    assert!(warned.clone().any(|w| w["step"] == "suggest-addresses"), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_an_address_keeps_it_when_the_wanted_one_is_taken() {
    let server = other_server().await;
    let people = server.patients();
    let with_both = |p: &&abdm_sandbox::Patient| p.aadhaar.is_some() && p.abha_address.is_some();
    let mut known = people.iter().filter(with_both).filter(|p| p.note.is_none());
    let (person, other) = (known.next().unwrap(), known.next().unwrap());
    let (own, taken) =
        (person.abha_address.as_ref().unwrap(), other.abha_address.as_ref().unwrap());
    let aadhaar = person.aadhaar.as_ref().unwrap().expose();
    let (base, mobile) = (server.base_url(), person.mobile.expose());
    let options = ["--base-url", base, "--aadhaar", aadhaar, "--mobile", mobile, "--otp", "123456"];

    let (summary, screen) =
        run(&[&options, ["--abha-address", taken.as_str()].as_slice()].concat()).await;
    let json = summary.to_json();
    assert_eq!(json["outcome"], "existing", "{screen}");
    assert_eq!(json["abhaAddress"], own.as_str(), "{screen}");
    let warning = json["warnings"][0]["message"].as_str().unwrap();
    assert!(warning.contains("--abha-address") && warning.contains("already exist"), "{warning}");
    assert_eq!(json["warnings"][0]["step"], "claim-address");
    assert_eq!(json["warnings"][0]["problem"], "AddressTaken");

    let (summary, screen) =
        run(&[&options, ["--abha-address", own.as_str()].as_slice()].concat()).await;
    let json = summary.to_json();
    assert_eq!(json["abhaAddress"], own.as_str(), "{screen}");
    assert!(json["warnings"].as_array().unwrap().is_empty(), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_gets_no_other_address_than_the_wanted_one() {
    let server = other_server().await;
    let aadhaar = somebody(&server);
    let (base, aadhaar) = (server.base_url(), aadhaar.expose());
    let options = ["--base-url", base, "--aadhaar", aadhaar, "--mobile", "9123456780"];
    let options = [&options[..], &["--otp", "123456", "--abha-address", "ravi.example"]].concat();
    let (summary, screen) = run(&options).await;
    let json = summary.to_json();
    assert_eq!(json["outcome"], "created", "{screen}");
    let name = json["abhaAddress"].as_str().unwrap().trim_end_matches("@sbx");
    assert!(name.len() == 14 && name.bytes().all(|b| b.is_ascii_digit()), "{screen}\n{json:#}");
    assert_eq!(json["warnings"][0]["problem"], "AddressTaken", "{json:#}");
    assert_eq!(step(&json, "claim-address").len(), 1, "{json:#}");
}

#[test]
fn a_demonstration_takes_no_person_and_no_server() {
    for other in [["--base-url", "http://127.0.0.1:9"], ["--otp", "123456"]] {
        let options = [&["create_abha", "--demo"][..], &other].concat();
        assert!(Arguments::try_parse_from(options).is_err(), "{other:?}");
    }
}
