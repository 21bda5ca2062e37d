//! The desk, played and unattended.

use abdm_examples::screen::{Paper, Screen};
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Patient, Sandbox, Switches};
use clap::Parser as _;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::route::Route;
use crate::summary::Summary;

const OTP: &str = "123456";

async fn run(options: &[&str]) -> (Summary, Value, String) {
    let options = [&["verify_abha"], options].concat();
    let arguments = Arguments::try_parse_from(options).unwrap();
    let paper = Paper::default();
    let summary = crate::run(&arguments, Screen::to(paper.clone())).await.unwrap();
    let json = serde_json::from_str(&summary.to_json().to_string()).unwrap();
    (summary, json, paper.text())
}

/// A server elsewhere, with one OTP for everything.
async fn other_server() -> Sandbox {
    let mut switches = Switches::quick();
    switches.fixed_otp = Some(OTP.to_owned());
    let sandbox = Sandbox::builder().switches(switches).start().await.unwrap();
    sandbox.register_client("SBX_CLINIC", "clinic-secret-not-real", Party::Clinic);
    sandbox
}

fn somebody(server: &Sandbox, name: &str) -> Patient {
    let has = |p: &Patient| p.abha_address.as_ref().is_some_and(|a| a.name() == name);
    server.patients().into_iter().find(has).unwrap()
}

fn routes(json: &Value) -> Vec<(&str, bool)> {
    let routes = json["routes"].as_array().unwrap().iter();
    routes.map(|r| (r["route"].as_str().unwrap(), r["ok"].as_bool().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_goes_every_way() {
    let (summary, json, screen) = run(&["--demo"]).await;
    let all: Vec<String> = Route::ALL.iter().map(|route| route.name()).collect();
    let all: Vec<_> = all.iter().map(|name| (name.as_str(), true)).collect();
    assert_eq!(routes(&json), all, "{screen}\n{json:#}");
    assert!(summary.is_success());
    for shown in
        ["The OTP is wrong", "The password is wrong", "Which one is the person's?", "active"]
    {
        assert!(screen.contains(shown), "{shown:?} is missing:\n{screen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unattended_an_address_is_proved_by_both_otps() {
    let server = other_server().await;
    let person = somebody(&server, "meera.sample");
    let base = ["--base-url", server.base_url(), "--otp", OTP, "--json"];
    let (summary, json, screen) =
        run(&[&base[..], &["--abha-address", "meera.sample@sbx"]].concat()).await;
    assert!(summary.is_success(), "{screen}\n{json:#}");
    assert_eq!(routes(&json), [("address-aadhaar", true), ("address-mobile", true)]);
    assert_eq!(json["outcome"], "verified");
    assert_eq!(json["abhaNumber"], person.abha_number.unwrap().to_dashed());
    assert_eq!(json["name"], "Meera Sample");
    for secret in [OTP, person.mobile.expose(), person.aadhaar.as_ref().unwrap().expose()] {
        assert!(!json.to_string().contains(secret), "{json}");
        assert!(!screen.contains(secret), "{screen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unattended_a_shared_phone_gives_the_account_that_was_asked_for() {
    let server = other_server().await;
    let person = somebody(&server, "sunita.example");
    let number = person.abha_number.unwrap().to_dashed();
    let base = ["--base-url", server.base_url(), "--otp", OTP, "--json", "--route", "mobile"];
    let mobile = ["--mobile", person.mobile.expose()];
    for choice in [["--choose", number.as_str()], ["--abha-number", number.as_str()]] {
        let (summary, json, screen) = run(&[&base[..], &mobile, &choice].concat()).await;
        assert!(summary.is_success(), "{screen}\n{json:#}");
        assert_eq!(json["name"], "Sunita Example");
        assert_eq!(json["routes"][0]["accounts"].as_array().unwrap().len(), 3);
    }
    let (summary, json, _) = run(&[&base[..], &mobile, &["--choose", "7"]].concat()).await;
    assert!(!summary.is_success());
    assert_eq!(json["routes"][0]["error"]["message"], "--choose was not taken: Please type 1 to 3");
    for route in ["mobile", "find"] {
        let base = [&base[..5], &["--route", route], &mobile].concat();
        let (summary, json, _) = run(&base).await;
        assert!(!summary.is_success());
        let error = &json["routes"][0]["error"];
        assert_eq!(error["problem"], "SeveralAccounts", "{json:#}");
        assert_eq!(
            error["message"],
            "3 ABHA numbers use this mobile number: give --choose N or an ABHA number"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unattended_everything_that_is_given_is_tried() {
    let server = other_server().await;
    let person = somebody(&server, "ravi.example");
    let number = person.abha_number.unwrap().to_dashed();
    let aadhaar = person.aadhaar.unwrap();
    let card = format!(r#"{{"hidn":"{number}","phr":"ravi.example@sbx"}}"#);
    let options = [
        ["--base-url", server.base_url()],
        ["--otp", OTP],
        ["--abha-number", &number],
        ["--abha-address", "ravi.example@sbx"],
        ["--mobile", person.mobile.expose()],
        ["--aadhaar", aadhaar.expose()],
        ["--qr", &card],
    ];
    let (summary, json, screen) = run(&options.concat()).await;
    assert!(summary.is_success(), "{screen}\n{json:#}");
    let expected = [
        "number-aadhaar",
        "number-mobile",
        "address-aadhaar",
        "address-mobile",
        "mobile",
        "find",
        "aadhaar",
        "qr",
    ];
    assert_eq!(routes(&json), expected.map(|name| (name, true)), "{screen}\n{json:#}");
    assert_eq!(json["routes"][7]["claims"]["abhaNumber"], number.as_str());
    assert!(!json.to_string().contains(aadhaar.expose()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_as_nobody() {
    let server = other_server().await;
    let options =
        ["--base-url", server.base_url(), "--otp", OTP, "--abha-address", "nobody.here@sbx"];
    let (summary, json, screen) = run(&options).await;
    assert!(!summary.is_success());
    assert_eq!(json["outcome"], "failed");
    assert_eq!(json["routes"][0]["error"]["problem"], "NoAbha", "{screen}\n{json:#}");
    assert!(screen.contains("create_abha"), "{screen}");
    let (summary, json, _) = run(&[&options[..], &["--lookup"]].concat()).await;
    assert!(summary.is_success());
    assert_eq!(json["outcome"], "looked-up");
    assert_eq!(json["routes"][0]["existence"][0]["existence"], "none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_no_code_is_told_and_ends_an_unattended_run() {
    let server = other_server().await;
    let (summary, json, screen) =
        run(&["--base-url", server.base_url(), "--otp", OTP, "--qr", "no code"]).await;
    assert!(!summary.is_success());
    assert!(screen.contains(server.base_url()), "it says where it works:\n{screen}");
    assert_eq!(
        json["routes"][0]["error"]["message"],
        "--qr was not taken: This QR code is not of an ABHA card. Scan the patient's ABHA card or app."
    );
}
