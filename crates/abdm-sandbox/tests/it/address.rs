//! An ABHA address is proved, on the web family.

use abdm_core::call::Call;
use abdm_core::secret::{Otp, PhrToken, UserToken};
use abdm_core::wire::NoBody;
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::address::{
    FetchAddressProfile, RequestAddressOtp, SearchAbhaAddress, VerifyAbhaAddress,
};
use abha_enrollment::api::vocabulary::{AbhaStatus, AuthOption, VerificationStatus};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::PidBlock;
use serde_json::{Value, json};

use crate::lobby::{Lobby, OTP, address, body, easy, otp};
use crate::support::{sandbox, send_raw, token};

const RAVI: &str = "ravi.example@sbx";
const RAVIS_MOBILE: &str = "9999900002";
const DECLARED: &str = "devi.declared@sbx";
const DORMANT: &str = "farida.dormant@sbx";

fn otp_request(login_id: &str) -> Value {
    json!({"scope": ["abha-address-login", "mobile-verify"], "loginHint": "abha-address",
        "loginId": login_id, "otpSystem": "abdm"})
}

#[tokio::test]
async fn a_search_tells_state_and_ways_without_an_otp() {
    let (sandbox, lobby) = easy().await;
    let found = lobby.desk.search_abha_address(&address("Ravi.Example@sbx")).await.unwrap();
    assert_eq!(found.abha_address.unwrap().as_str(), RAVI);
    assert_eq!(found.status, Some(AbhaStatus::Active));
    assert!(found.auth_methods.contains(&AuthOption::AadhaarOtp));
    assert_eq!(found.mobile.unwrap().as_str(), "9999******");
    let number = sandbox.patient(&address(RAVI)).unwrap().abha_number.unwrap();
    assert_eq!(found.health_id_number.unwrap().whole(), Some(&number));
    assert!(sandbox.otp_for(RAVIS_MOBILE).is_none());

    let by_number = body::<SearchAbhaAddress>(json!({"abhaAddress": number.to_dashed()}));
    let found = lobby.raw.send(by_number).await.unwrap().body;
    assert_eq!(found.abha_address.unwrap().as_str(), RAVI);

    let declared = lobby.desk.search_abha_address(&address(DECLARED)).await.unwrap();
    assert_eq!(declared.health_id_number, None);
    assert_eq!(declared.auth_methods, [AuthOption::MobileOtp]);
    let dormant = lobby.desk.search_abha_address(&address(DORMANT)).await.unwrap();
    assert_eq!(dormant.status, Some(AbhaStatus::Deactivated));
}

#[tokio::test]
async fn a_search_for_nobody_is_refused_with_1211() {
    let (_sandbox, lobby) = easy().await;
    let error = lobby.desk.search_abha_address(&address("nobody.at.all@sbx")).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NoAbha);
    let nobody = json!({"abhaAddress": "nobody.at.all@sbx"});
    let refused = lobby.refused::<SearchAbhaAddress>(nobody).await;
    assert_eq!(refused, (400, "ABDM-1211".to_owned(), "User not found.".to_owned()));
    let bare = lobby.refused::<SearchAbhaAddress>(json!({"abhaAddress": "ravi.example"})).await;
    assert_eq!((bare.0, bare.2.as_str()), (400, "Invalid ABHA Address"));
    let here = address(DORMANT);
    let found = lobby.desk.lookup(LookupBy::AbhaAddress(&here)).await.unwrap();
    assert_eq!(found.existence, Existence::Deactivated);
}

#[tokio::test]
async fn an_address_is_proved_by_either_otp_and_shows_its_profile() {
    let sandbox = sandbox().await;
    let lobby = Lobby::open(&sandbox).await;
    for route in [OtpRoute::AbhaMobile, OtpRoute::Aadhaar] {
        let mut step = lobby.desk.verify_abha_address(&address(RAVI), route).await.unwrap();
        assert!(step.message().unwrap().ends_with("******0002"), "{:?}", step.message());
        let otp = sandbox.otp_for(RAVIS_MOBILE).unwrap();
        let wrong = if otp.expose() == "111111" { "222222" } else { "111111" };
        let error = step.verify(&Otp::new(wrong).unwrap()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::WrongOtp);
        let verified = step.verify(&otp).await.unwrap();
        assert_eq!(verified.abha_address(), Some(address(RAVI)));
        let user = verified.user().unwrap();
        assert_eq!(user.kyc_status, Some(VerificationStatus::Verified));
        let profile = verified.profile().await.unwrap();
        assert_eq!(profile.full_name.unwrap().as_str(), "Ravi Example");
        assert_eq!(profile.date_of_birth.unwrap().as_str(), "31-01-1975");
        assert_eq!((profile.email_verified, profile.mobile_verified), (Some(false), Some(true)));
        for image in [verified.card().await.unwrap(), verified.qr_code().await.unwrap()] {
            assert_eq!(image.media_type(), "image/png");
            assert!(image.bytes().starts_with(b"\x89PNG"));
        }
        // Used up.
        let error = step.verify(&otp).await.unwrap_err();
        assert_eq!(error.problem(), Problem::TransactionOver);
    }
}

#[tokio::test]
async fn flags_and_counts_of_a_profile_are_texts() {
    let (sandbox, lobby) = easy().await;
    let phr = log_in(&lobby, RAVI).await;
    let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let call = Call::<FetchAddressProfile>::new(NoBody).by(phr);
    let raw = send_raw(&sandbox, Some(&session), &call, |_| {}).await.json();
    assert_eq!(raw["mobileVerified"], "true");
    assert_eq!(raw["emailVerified"], "false");
    assert_eq!(raw["abhaLinkedCount"], "2");
}

/// The token of somebody who proved an address.
async fn log_in(lobby: &Lobby, who: &str) -> PhrToken {
    let route = OtpRoute::AbhaMobile;
    let mut step = lobby.desk.verify_abha_address(&address(who), route).await.unwrap();
    step.verify(&otp()).await.unwrap().session().token.clone()
}

#[tokio::test]
async fn a_declared_address_has_neither_number_nor_aadhaar_otp() {
    let (_sandbox, lobby) = easy().await;
    let declared = address(DECLARED);
    let refused = lobby.desk.verify_abha_address(&declared, OtpRoute::Aadhaar).await.unwrap_err();
    assert_eq!(refused.problem(), Problem::MethodNotAllowed);
    let route = OtpRoute::AbhaMobile;
    let mut step = lobby.desk.verify_abha_address(&declared, route).await.unwrap();
    let verified = step.verify(&otp()).await.unwrap();
    assert_eq!(verified.abha_number(), None);
    assert_eq!(verified.user().unwrap().kyc_status, Some(VerificationStatus::Pending));
}

#[tokio::test]
async fn a_scan_proves_an_address_when_it_is_of_the_announced_kind() {
    let (_sandbox, lobby) = easy().await;
    let step = lobby.desk.announce_address_scan(&address(RAVI), Modality::Iris).await.unwrap();
    let pid = PidBlock::from_xml("<PidData><Resp errCode=\"0\"/></PidData>").unwrap();
    let verified = step.verify(&Scan::new(Modality::Iris, pid)).await.unwrap();
    assert_eq!(verified.abha_address(), Some(address(RAVI)));

    let announce = json!({"scope": ["abha-login", "aadhaar-bio-verify"],
        "loginHint": "abha-address", "loginId": lobby.phr(RAVI), "otpSystem": "aadhaar"});
    let sent = lobby.raw.send(body::<RequestAddressOtp>(announce)).await.unwrap().body;
    let give = |method: &str, block: Value| {
        json!({"scope": ["abha-login", "aadhaar-bio-verify"],
            "authData": {"authMethods": [method], method: block}})
    };
    let face = give("face", json!({"txnId": sent.txn_id, "faceAuthPid": "eA=="}));
    assert_eq!(lobby.refused::<VerifyAbhaAddress>(face).await.2, "Invalid Auth Methods");
    let no_scan = give("bio", json!({"txnId": sent.txn_id, "fingerPrintAuthPid": "eA=="}));
    let refused = lobby.refused::<VerifyAbhaAddress>(no_scan).await;
    assert_eq!(refused.2, "Invalid Fingerprint Auth PID");

    let other = PidBlock::from_xml("<PidData><Data>mismatch</Data></PidData>").unwrap();
    let step = lobby.desk.announce_address_scan(&address(RAVI), Modality::Face).await.unwrap();
    let error = step.verify(&Scan::new(Modality::Face, other)).await.unwrap_err();
    assert_eq!(error.problem(), Problem::BiometricMismatch);
}

#[tokio::test]
async fn a_deactivated_number_behind_an_address_is_told_after_the_proof() {
    let (_sandbox, lobby) = easy().await;
    let route = OtpRoute::AbhaMobile;
    let mut step = lobby.desk.verify_abha_address(&address(DORMANT), route).await.unwrap();
    let error = step.verify(&otp()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaDeactivated);
}

#[tokio::test]
async fn bad_requests_are_refused_with_lists() {
    let (sandbox, lobby) = easy().await;
    let mut cases = Vec::new();
    // The wrong key, and a value in the clear, are bad addresses.
    cases.push((otp_request(&lobby.abha(RAVI)), "Invalid Abha Address"));
    cases.push((otp_request(RAVI), "Invalid Abha Address"));
    cases.push((otp_request(&lobby.phr("ravi.example")), "Invalid Abha Address"));
    for (field, value, text) in [
        ("scope", json!(["abha-login", "mobile-verify"]), "Invalid Scope"),
        ("loginHint", json!("abha-number"), "Invalid Login Hint"),
        ("otpSystem", json!("aadhaar"), "Invalid Otp System"),
    ] {
        let mut request = otp_request(&lobby.phr(RAVI));
        request[field] = value;
        cases.push((request, text));
    }
    let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    for (request, text) in cases {
        let call = body::<RequestAddressOtp>(request);
        let raw = send_raw(&sandbox, Some(&session), &call, |_| {}).await;
        assert_eq!(
            (raw.status, raw.json()),
            (400, json!([{"code": "ABDM-1006: ", "message": text}]))
        );
    }
    let nobody = otp_request(&lobby.phr("nobody.at.all@sbx"));
    assert_eq!(lobby.refused::<RequestAddressOtp>(nobody).await.1, "ABDM-1211");

    // A field left out.
    let call = body::<RequestAddressOtp>(otp_request("x"));
    let raw = send_raw(&sandbox, Some(&session), &call, |request| {
        *request.body_mut() = r#"{"scope":["abha-login"]}"#.into();
    });
    let expected = json!([{"code": "ABDM-9999: ", "message": "Invalid Login Hint"}]);
    assert_eq!(raw.await.json(), expected);
}

#[tokio::test]
async fn a_proof_belongs_to_its_transaction_and_scope() {
    let (_sandbox, lobby) = easy().await;
    let request = body::<RequestAddressOtp>(otp_request(&lobby.phr(RAVI)));
    let sent = lobby.raw.send(request).await.unwrap().body;
    let verify = |scope: Value, txn: &str, otp: &str| {
        json!({"scope": scope, "authData": {"authMethods": ["otp"],
            "otp": {"txnId": txn, "otpValue": lobby.phr(otp)}}})
    };
    let (txn, right) = (sent.txn_id.as_str(), json!(["abha-address-login", "mobile-verify"]));
    let other = json!(["abha-address-login", "aadhaar-verify"]);
    for (scope, txn, otp, text) in [
        (other, txn, OTP, "Invalid Scope"),
        (right.clone(), "no-such-txn", OTP, "Invalid Transaction Id"),
        (right.clone(), txn, "12345", "Invalid OTP Request"),
    ] {
        let refused = lobby.refused::<VerifyAbhaAddress>(verify(scope, txn, otp)).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, text));
    }
    for _ in 0..3 {
        let wrong = verify(right.clone(), txn, "654321");
        assert_eq!(lobby.refused::<VerifyAbhaAddress>(wrong).await.0, 200);
    }
    let locked = lobby.refused::<VerifyAbhaAddress>(verify(right, txn, "654321")).await;
    assert_eq!((locked.0, locked.1.as_str()), (400, "ABDM-1100"));
    let again = lobby.refused::<RequestAddressOtp>(otp_request(&lobby.phr(RAVI))).await;
    assert_eq!((again.0, again.1.as_str()), (400, "ABDM-1100"));
}

#[tokio::test]
async fn the_web_family_can_take_the_other_key() {
    let (sandbox, lobby) = easy().await;
    sandbox.set(|s| s.web_takes_phr_key = false).unwrap();
    let refused = lobby.refused::<RequestAddressOtp>(otp_request(&lobby.phr(RAVI))).await;
    assert_eq!(refused.2, "Invalid Abha Address");
    let call = body::<RequestAddressOtp>(otp_request(&lobby.abha(RAVI)));
    lobby.raw.send(call).await.unwrap();
}

#[tokio::test]
async fn a_token_of_the_other_family_is_called_expired() {
    let (sandbox, lobby) = easy().await;
    let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let phr = log_in(&lobby, RAVI).await;
    let here = Call::<FetchAddressProfile>::new(NoBody).by(phr.clone());
    assert_eq!(send_raw(&sandbox, Some(&session), &here, |_| {}).await.status, 200);
    let there = UserToken::new(phr.expose());
    let there = Call::<FetchProfile>::new(NoBody).by(there);
    let raw = send_raw(&sandbox, Some(&session), &there, |_| {}).await;
    assert_eq!((raw.status, raw.json()["message"].as_str()), (401, Some("X-token expired")));
    // The other way round.
    let number = sandbox.patient(&address(RAVI)).unwrap().abha_number.unwrap();
    let route = OtpRoute::AbhaMobile;
    let mut step = lobby.desk.verify_abha_number(&number, route).await.unwrap();
    let outcome = step.verify(&otp()).await.unwrap();
    let VerificationOutcome::Verified(ravi) = outcome else {
        panic!("a number has one owner");
    };
    let user = PhrToken::new(ravi.session().token.expose());
    let call = Call::<FetchAddressProfile>::new(NoBody).by(user);
    let raw = send_raw(&sandbox, Some(&session), &call, |_| {}).await;
    assert_eq!((raw.status, raw.json()["message"].as_str()), (401, Some("X-token expired")));
    // None at all does not reach the service.
    let raw = send_raw(&sandbox, Some(&session), &here, |request| {
        request.headers_mut().remove("x-token");
    });
    let raw = raw.await;
    assert_eq!((raw.status, raw.text.as_str()), (403, "Access Denied"));
}

#[tokio::test]
async fn a_name_is_taken_or_free() {
    let (_sandbox, lobby) = easy().await;
    for (name, taken) in [(RAVI, true), ("RAVI.example@sbx", true), ("ravi.beispiel@sbx", false)] {
        assert_eq!(lobby.desk.is_address_taken(&address(name)).await.unwrap(), taken, "{name}");
    }
    let wrong = lobby.desk.is_address_taken(&address("ravi-example@sbx")).await.unwrap_err();
    assert_eq!(wrong.problem(), Problem::AbhaAddressInvalid);
}
