//! A person's profile.

use abdm_core::person::AbhaNumber;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::benefit::{LinkBenefit, ListProgrammes, SearchBenefit};
use abha_enrollment::api::enrollment::ListChildren;
use abha_enrollment::api::login::VerifyLogin;
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::profile::{Photo, ProfileSession};
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{EmailAddress, Password, XmlUid};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Bench, Reply, TXN, live, mobile, otp, otp_sent, tokens};

const ACCOUNT: &str = live!(Abha, FetchProfile);

fn on(path: &str) -> String {
    format!("{ACCOUNT}{path}")
}

fn number() -> AbhaNumber {
    "91-1234-5678-9015".parse().unwrap()
}

async fn logged_in(bench: &Bench) -> ProfileSession {
    let mut reply = tokens();
    reply["authResult"] = json!("success");
    bench.abdm.answers(live!(Abha, VerifyLogin), 200, reply);
    let password = Password::existing("Sunrise#47");
    bench.desk.verify_by_password(&number(), &password).await.unwrap().profile()
}

fn done(message: &str) -> Value {
    json!({"txnId": "x", "authResult": "success", "message": message, "accounts": [{"ABHANumber": "91-1234-5678-9015"}]})
}

#[tokio::test]
async fn every_change_is_on_the_wire_as_the_contract_has_it() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    for _ in 0..6 {
        bench.abdm.answers(&on("/request/otp"), 200, otp_sent(TXN));
    }
    for _ in 0..9 {
        bench.abdm.answers(&on("/verify"), 200, done("Done"));
    }
    bench.abdm.on(&on("/request/emailVerificationLink"), Reply::Raw(200, "text/plain", Vec::new()));
    bench.abdm.answers(ACCOUNT, 200, json!({"name": "Asha Example", "dayOfBirth": 26}));

    let email = EmailAddress::parse("asha@example.org").unwrap();
    let (old, new) = (Password::existing("old"), Password::chosen("Sunrise#47").unwrap());
    let (number, route) = (number(), OtpRoute::AbhaMobile);
    let mut changes = vec![
        profile.change_mobile(&mobile()).await.unwrap(),
        profile.change_email(&email).await.unwrap(),
        profile.renew_kyc(&number).await.unwrap(),
        profile.set_password(&new, OtpRoute::Aadhaar).await.unwrap(),
        profile.deactivate(&number, route, "moved abroad").await.unwrap(),
        profile.delete(&number, route, "made twice").await.unwrap(),
    ];
    for change in &mut changes {
        assert_eq!(change.confirm(&otp()).await.unwrap().as_deref(), Some("Done"));
    }
    profile.send_email_link(&email).await.unwrap();
    profile.change_password(&old, &new).await.unwrap();
    profile.deactivate_by_password(&old, "moved abroad").await.unwrap();
    profile.delete_by_password(&old, "made twice").await.unwrap();
    let photo = Photo::new(b"\xff\xd8\xffphoto".to_vec()).unwrap();
    profile.change_photo(&photo).await.unwrap();

    let calls = bench.abdm.calls();
    assert!(calls.iter().skip(1).all(|call| call.headers["x-token"] == "Bearer user-token"));
    let bodies: Vec<Value> = calls.iter().skip(1).map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
}

#[tokio::test]
async fn card_and_qr_code_are_bytes_with_their_media_type() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    let png = [b"\x89PNG\r\n\x1a\ncard".as_slice(), &[7; 64]].concat();
    bench.abdm.on(&on("/abha-card"), Reply::Raw(202, "application/octet-stream", png.clone()));
    bench.abdm.on(&on("/qrCode"), Reply::Raw(200, "image/png", png.clone()));
    let card = profile.card().await.unwrap();
    assert_eq!(
        (card.media_type(), card.extension(), card.bytes().as_ref()),
        ("image/png", "png", png.as_slice())
    );
    assert_eq!(profile.qr_code().await.unwrap().bytes().as_ref(), png.as_slice());
    bench.abdm.answers(
        &on("/abha-card"),
        400,
        json!({"message": "Invalid X-token", "timestamp": "2026-11-22 10:15:30"}),
    );
    assert_eq!(profile.card().await.unwrap_err().problem(), Problem::LoginOver);
}

#[tokio::test]
async fn a_session_is_renewed_and_ended() {
    let bench = Bench::new();
    let mut profile = logged_in(&bench).await;
    bench.clock.pass(TimeDelta::seconds(1800));
    assert!(!profile.session().is_good(bench.desk.now()));
    bench.abdm.answers(&on("/request/token"), 200, json!({"token": "renewed", "expiresIn": 1800}));
    profile.renew().await.unwrap();
    assert_eq!(bench.abdm.last().headers["r-token"], "Bearer refresh-token");
    assert!(profile.session().is_good(bench.desk.now()));
    assert_eq!(profile.session().refresh_token.expose(), "refresh-token");
    bench.abdm.answers(
        &on("/request/logout"),
        200,
        json!({"message": "You have been logged out", "timestamp": "x"}),
    );
    profile.log_out().await.unwrap();
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer renewed");
}

#[tokio::test]
async fn the_refusals_of_a_profile_are_told_apart() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    let refuse = |path: &str, status: u16, body: Value| {
        bench.abdm.answers(&on(path), status, body);
    };
    refuse(
        "/request/otp",
        400,
        json!({"message": "This mobile number is already verified. Please enter a different mobile number.", "timestamp": "x"}),
    );
    let error = profile.change_mobile(&mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AlreadyVerified);
    refuse(
        "/request/otp",
        400,
        json!({"error": {"code": "ABDM-1219", "message": "Your ABHA is linked with govt benefit programme, so it can not be deleted"}}),
    );
    let error = profile.delete(&number(), OtpRoute::Aadhaar, "x").await.unwrap_err();
    assert_eq!(error.problem(), Problem::BenefitLinked);
    refuse(
        "/verify",
        200,
        json!({"authResult": "failed", "message": "Old password does not match.", "accounts": []}),
    );
    let wrong = Password::existing("wrong");
    let error = profile.change_password(&wrong, &wrong).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongPassword);
    refuse(
        "",
        400,
        json!({"ProfilePhoto": "Invalid photo. Please upload a file with a human face."}),
    );
    let photo = Photo::new(b"\xff\xd8\xffcat".to_vec()).unwrap();
    let error = profile.change_photo(&photo).await.unwrap_err();
    assert_eq!(error.problem(), Problem::InputInvalid);
    assert_eq!(error.abdm_text(), Some("Invalid photo. Please upload a file with a human face."));
    refuse("/request/otp", 200, otp_sent(TXN));
    refuse(
        "/verify",
        422,
        json!({"Message": "UIDAI Error code : 400 : Invalid Aadhaar OTP value.", "timestamp": "x"}),
    );
    let mut change = profile.renew_kyc(&number()).await.unwrap();
    assert_eq!(change.confirm(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
}

#[tokio::test]
async fn a_profile_and_a_change_of_it_are_saved_and_resumed() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let profile = logged_in(&bench).await;
    let saved = profile.save(&keys, "web-1").unwrap();
    let profile = bench.desk.resume_profile(&saved, &keys, "web-1").unwrap();
    bench.abdm.answers(&on("/request/otp"), 200, otp_sent(TXN));
    let saved = profile.change_mobile(&mobile()).await.unwrap().save(&keys, "web-1").unwrap();
    let mut change = bench.desk.resume_change(&saved, &keys, "web-1").unwrap();
    bench.abdm.answers(&on("/verify"), 200, done("Mobile Number linked successfully"));
    let text = change.confirm(&otp()).await.unwrap();
    assert_eq!(text.as_deref(), Some("Mobile Number linked successfully"));
    assert_eq!(change.confirm(&otp()).await.unwrap_err().problem(), Problem::TransactionOver);
}

#[tokio::test]
async fn a_programme_links_searches_and_lists() {
    let bench = Bench::for_programme("Example Scheme");
    let profile = logged_in(&bench).await;
    let programmes = live!(Abha, ListProgrammes).replace("{abhaNumber}", "91-1234-5678-9015");
    let linked = json!({"benefitName": "Example Scheme", "healthId": "91-1234-5678-9015", "status": "Benefit record has been linked successfully"});
    for _ in 0..2 {
        bench.abdm.answers(live!(Abha, LinkBenefit), 200, linked.clone());
    }
    bench.abdm.answers(
        live!(Abha, LinkBenefit),
        400,
        json!({"code": "ABDM-1138", "message": "The benefit record has already been de-linked"}),
    );
    bench.abdm.answers(
        live!(Abha, SearchBenefit),
        200,
        json!([{"stateCode": null, "benefitId": 2_229_031, "status": "0"}]),
    );
    bench.abdm.answers(&programmes, 200, json!({"programme": [{"benefitName": "Example Scheme"}]}));
    bench.abdm.answers(
        live!(Abha, ListChildren),
        200,
        json!({"childrenCount": "1", "children": [{"name": "Mina"}]}),
    );
    let number = number();
    bench.desk.link_benefit(Beneficiary::Session(&profile)).await.unwrap();
    bench.desk.link_benefit(Beneficiary::AbhaNumber(&number)).await.unwrap();
    let record = XmlUid::new("record-1").unwrap();
    // ABDM-1138: there is nothing left to do.
    let gone = bench.desk.unlink_benefit(Beneficiary::Record(&record)).await.unwrap();
    assert!(gone.status.unwrap().contains("already been de-linked"));
    let found = bench.desk.search_benefit(Beneficiary::Record(&record)).await.unwrap();
    assert_eq!(found[0].benefit_id.as_ref().unwrap().as_str(), "2229031");
    assert_eq!(bench.desk.programmes_of(&number).await.unwrap(), ["Example Scheme"]);
    assert_eq!(profile.children().await.unwrap().children.len(), 1);
    let calls: Vec<Value> = bench.abdm.calls().iter().skip(1).map(|call| call.snapshot()).collect();
    insta::assert_json_snapshot!(calls);
}
