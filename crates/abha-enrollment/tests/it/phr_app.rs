//! A PHR app: logins, profile, links.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::testing::log::shows;
use abha_enrollment::Problem;
use abha_enrollment::api::phr::{
    DelinkAbhaNumber, FetchPhrCard, FetchPhrProfile, FetchPhrQrCode, LinkAbhaNumber, LinkAction,
    ListSwitchProfiles, LogOutPhr, PhrProfileUpdate, RenewPhrSession, RequestPhrChangeOtp,
    RequestPhrLoginOtp, SearchPhrAddress, SwitchProfile, UpdatePhrProfile, VerifyPhrChange,
    VerifyPhrLogin, VerifyPhrUser,
};
use abha_enrollment::flow::phr_app::{
    AddressRoute, AppFlow, AppLogin, AppLoginOutcome, AppProfile,
};
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{EmailAddress, Password};
use serde_json::{Value, json};

use crate::support::{
    Bench, Consents, Reply, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens,
};

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

fn number() -> AbhaNumber {
    "91-1234-5678-9015".parse().unwrap()
}

fn email() -> EmailAddress {
    EmailAddress::parse("asha@example.org").unwrap()
}

fn verified(tokens: Value) -> Value {
    json!({
        "txnId": "verified-txn", "message": "OTP verified successfully", "authResult": "success",
        "users": [{"abhaAddress": "asha@sbx", "fullName": "Asha Example", "status": "ACTIVE"}],
        "tokens": tokens,
    })
}

fn transfer() -> Value {
    json!({"token": "transfer-token", "expiresIn": 300, "refreshToken": null})
}

fn bodies(bench: &Bench) -> Vec<Value> {
    bench.abdm.calls().iter().map(|call| call.brief()).collect()
}

async fn logged_in(bench: &Bench) -> AppProfile {
    bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(tokens()));
    let password = Password::existing("Sunrise#47");
    bench.desk.phr_app().log_in_by_password(&address(), &password).await.unwrap()
}

async fn finished(mut login: AppLogin) -> AppProfile {
    match login.verify(&otp()).await.unwrap() {
        AppLoginOutcome::LoggedIn(profile) => profile,
        AppLoginOutcome::ChooseAddress(choice) => choice.choose(&address()).await.unwrap(),
    }
}

#[tokio::test]
async fn every_login_of_an_app_is_on_the_wire_as_the_contract_has_it() {
    let bench = Bench::new();
    let app = bench.desk.phr_app();
    bench.abdm.answers(live!(PhrApp, SearchPhrAddress), 200, json!({"authMethods": ["EMAIL_OTP"]}));
    app.search(&address()).await.unwrap();
    for given in [transfer(), transfer(), tokens(), transfer(), tokens(), tokens(), tokens()] {
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(given));
        bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens());
    }
    finished(app.log_in_by_mobile(&mobile()).await.unwrap()).await;
    finished(app.log_in_by_email(&email()).await.unwrap()).await;
    finished(app.log_in_by_address(&address(), AddressRoute::Mobile).await.unwrap()).await;
    finished(app.log_in_by_address(&address(), AddressRoute::Email).await.unwrap()).await;
    finished(app.log_in_by_abha_number(&number(), OtpRoute::AbhaMobile).await.unwrap()).await;
    finished(app.log_in_by_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap()).await;
    finished(app.log_in_by_aadhaar(&aadhaar(), consent()).await.unwrap()).await;
    logged_in(&bench).await;
    assert_eq!(bench.consents.records.lock().unwrap().len(), 1, "one login was by Aadhaar");
    insta::assert_json_snapshot!(bodies(&bench));
}

#[tokio::test]
async fn without_a_recorded_consent_no_aadhaar_number_leaves() {
    let bench = Bench::with(Consents { refuse: true, ..Consents::default() });
    let error = bench.desk.phr_app().log_in_by_aadhaar(&aadhaar(), consent()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ConsentNotRecorded);
    assert!(bench.abdm.calls().is_empty());
}

#[tokio::test]
async fn a_profile_is_read_changed_renewed_and_left() {
    let bench = Bench::new();
    let mut profile = logged_in(&bench).await;
    let theirs = json!({
        "abhaAddress": "asha@sbx", "firstName": "Asha", "lastName": "Example", "gender": "F",
        "mobile": "9876543210", "stateName": "Maharashtra", "pinCode": "411001",
    });
    bench.abdm.answers(live!(PhrApp, FetchPhrProfile), 200, theirs.clone());
    bench.abdm.answers(live!(PhrApp, UpdatePhrProfile), 200, theirs);
    let png = [b"\x89PNG\r\n\x1a\ncard".as_slice(), &[7; 64]].concat();
    for path in [live!(PhrApp, FetchPhrCard), live!(PhrApp, FetchPhrQrCode)] {
        bench.abdm.on(path, Reply::Raw(202, "image/png", png.clone()));
    }
    for _ in 0..2 {
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
    }
    for text in ["Mobile Number linked successfully", "Email linked successfully", "updated"] {
        let done = json!({
            "message": text, "authResult": "success", "users": [{"abhaAddress": "asha@sbx"}],
        });
        bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, done);
    }
    let renewed = json!({"tokens": {
        "token": "renewed-token", "expiresIn": 1800, "refreshToken": "refresh-2",
    }});
    bench.abdm.answers(live!(PhrApp, RenewPhrSession), 200, renewed);
    bench.abdm.answers(live!(PhrApp, LogOutPhr), 200, json!({"message": "logged out"}));

    let mut update = PhrProfileUpdate::of(&profile.fetch().await.unwrap());
    update.last_name = Some("Devi".into());
    profile.update(update).await.unwrap();
    for image in [profile.card().await.unwrap(), profile.qr_code().await.unwrap()] {
        assert_eq!((image.media_type(), image.bytes().as_ref()), ("image/png", png.as_slice()));
    }
    let mut change = profile.change_mobile(&mobile()).await.unwrap();
    let said = change.confirm(&otp()).await.unwrap();
    assert_eq!(said.as_deref(), Some("Mobile Number linked successfully"));
    profile.change_email(&email()).await.unwrap().confirm(&otp()).await.unwrap();
    let new = Password::chosen("Sunrise#58").unwrap();
    profile.set_password(&address(), &new).await.unwrap();
    profile.renew().await.unwrap();
    profile.log_out().await.unwrap();
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer renewed-token");
    let calls: Vec<Value> = bench.abdm.calls().iter().map(|call| call.snapshot()).collect();
    insta::assert_json_snapshot!(calls);
}

#[tokio::test]
async fn an_abha_number_is_linked_and_de_linked_and_a_profile_switched() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    let mut proved = verified(tokens());
    proved["accounts"] = json!([{"ABHANumber": "91-1234-5678-9015", "name": "Asha Example"}]);
    for _ in 0..2 {
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, proved.clone());
    }
    let done = json!({"message": "done", "authResult": "success"});
    bench.abdm.answers(live!(PhrApp, LinkAbhaNumber), 200, done.clone());
    let delink = live!(PhrApp, DelinkAbhaNumber);
    let refused = json!([{"code": "ABDM-9999: ", "message": "Invalid Account Action"}]);
    bench.abdm.answers(delink, 400, refused);
    bench.abdm.answers(delink, 200, done);
    bench.abdm.answers(
        live!(PhrApp, ListSwitchProfiles),
        200,
        json!({
            "txnId": "switch-txn", "users": [{"abhaAddress": "asha.2@sbx"}], "tokens": transfer(),
        }),
    );
    bench.abdm.answers(live!(PhrApp, SwitchProfile), 200, tokens());

    let mut flow = profile.prove_abha_number(&number(), OtpRoute::AbhaMobile).await.unwrap();
    let linked = flow.verify(&otp()).await.unwrap();
    assert_eq!(linked.account().unwrap().name.as_ref().unwrap().as_str(), "Asha Example");
    assert_eq!(linked.link().await.unwrap().as_deref(), Some("done"));
    let mut flow = profile.prove_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    let linked = flow.verify(&otp()).await.unwrap();
    let unknown_word = linked.delink().await.unwrap_err();
    assert_eq!(unknown_word.problem(), Problem::ProgramFault);
    linked.delink_as(LinkAction::DelinkInOneWord).await.unwrap();
    let switch = profile.switch_profiles().await.unwrap();
    let other = switch.choose(&"asha.2@sbx".parse().unwrap()).await.unwrap();
    assert_eq!(other.user().unwrap().address().unwrap().as_str(), "asha.2@sbx");
    insta::assert_json_snapshot!(bodies(&bench));
}

#[tokio::test]
async fn refusals_of_a_login_are_told_apart() {
    let bench = Bench::new();
    let app = bench.desk.phr_app();
    let (request, verify) = (live!(PhrApp, RequestPhrLoginOtp), live!(PhrApp, VerifyPhrLogin));
    let nobody = json!({"code": "ABDM-1211", "message": "User not found."});
    bench.abdm.answers(request, 400, nobody);
    let error = app.log_in_by_address(&address(), AddressRoute::Mobile).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NoAbha);
    let too_often = json!({"code": "ABDM-1211", "message": "Email Sending Limit Exceeded"});
    bench.abdm.answers(request, 400, too_often);
    let error = app.log_in_by_email(&email()).await.unwrap_err();
    assert_ne!(error.problem(), Problem::NoAbha, "a limit says nothing about addresses");

    bench.abdm.answers(request, 200, otp_sent(TXN));
    let wrong = "Please enter a valid OTP. Entered OTP is either expired or incorrect.";
    let failed = |text: &str| json!({"message": text, "authResult": "failed", "users": []});
    bench.abdm.answers(verify, 200, failed(wrong));
    let over = json!([{"code": "ABDM-9999: ", "message": "Invalid Transaction Id"}]);
    bench.abdm.answers(verify, 400, over);
    let mut login = app.log_in_by_mobile(&mobile()).await.unwrap();
    assert_eq!(login.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    assert_eq!(login.verify(&otp()).await.unwrap_err().problem(), Problem::TransactionOver);

    bench.abdm.answers(verify, 200, failed("Password did not match, please try again"));
    let password = Password::existing("Sunrise#47");
    let error = app.log_in_by_password(&address(), &password).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongPassword);
}

#[tokio::test]
async fn a_login_without_what_the_next_step_needs_says_nothing_about_addresses() {
    let bench = Bench::new();
    let app = bench.desk.phr_app();
    let mut nobody_to_choose = verified(transfer());
    nobody_to_choose["users"] = json!([]);
    for answer in [verified(Value::Null), nobody_to_choose] {
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, answer);
        let mut login = app.log_in_by_mobile(&mobile()).await.unwrap();
        let error = login.verify(&otp()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AnswerUnusable);
    }
    bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(transfer()));
    let password = Password::existing("Sunrise#47");
    let error = app.log_in_by_password(&address(), &password).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
}

#[tokio::test]
async fn a_token_of_the_wrong_kind_means_to_log_in_again() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    let expired = json!({"message": "X-token expired", "timestamp": "2026-11-22 10:15:30"});
    bench.abdm.answers(live!(PhrApp, FetchPhrProfile), 401, expired);
    assert_eq!(profile.fetch().await.unwrap_err().problem(), Problem::LoginOver);
    let refused = json!({"message": "Invalid T-token", "timestamp": "2026-11-22 10:15:30"});
    bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(transfer()));
    bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 400, refused);
    let mut login = bench.desk.phr_app().log_in_by_mobile(&mobile()).await.unwrap();
    let AppLoginOutcome::ChooseAddress(choice) = login.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    assert_eq!(choice.choose(&address()).await.unwrap_err().problem(), Problem::LoginOver);
    let unknown = json!({"code": "ABDM-9999: ", "message": "User not found."});
    bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 400, unknown);
    let error = choice.choose(&address()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaAddressInvalid);
}

#[tokio::test]
async fn every_step_of_an_app_is_saved_and_goes_on_elsewhere() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let app = bench.desk.phr_app();
    let resume = |sealed: &abdm_core::seal::Sealed| app.resume(sealed, &keys, "app-1").unwrap();
    bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(transfer()));
    bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens());
    for _ in 0..2 {
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, verified(tokens()));
    }
    let done = json!({"message": "done", "authResult": "success"});
    bench.abdm.answers(live!(PhrApp, LinkAbhaNumber), 200, done);
    let list = json!({
        "txnId": "switch-txn", "users": [{"abhaAddress": "asha@sbx"}], "tokens": transfer(),
    });
    bench.abdm.answers(live!(PhrApp, ListSwitchProfiles), 200, list);
    bench.abdm.answers(live!(PhrApp, SwitchProfile), 200, tokens());

    let login = app.log_in_by_mobile(&mobile()).await.unwrap();
    let AppFlow::AwaitsOtp(mut login) = resume(&login.save(&keys, "app-1").unwrap()) else {
        panic!("a login")
    };
    let AppLoginOutcome::ChooseAddress(choice) = login.verify(&otp()).await.unwrap() else {
        panic!("a transfer token")
    };
    let AppFlow::ChoosesAddress(choice) = resume(&choice.save(&keys, "app-1").unwrap()) else {
        panic!("a choice")
    };
    let profile = choice.choose(&address()).await.unwrap();
    let AppFlow::LoggedIn(profile) = resume(&profile.save(&keys, "app-1").unwrap()) else {
        panic!("a profile")
    };
    let change = profile.change_mobile(&mobile()).await.unwrap();
    let AppFlow::Changes(mut change) = resume(&change.save(&keys, "app-1").unwrap()) else {
        panic!("a change")
    };
    change.confirm(&otp()).await.unwrap();
    let flow = profile.prove_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    let AppFlow::ProvesAbhaNumber(mut flow) = resume(&flow.save(&keys, "app-1").unwrap()) else {
        panic!("an ABHA number")
    };
    let proved = flow.verify(&otp()).await.unwrap();
    let AppFlow::AbhaNumberProved(proved) = resume(&proved.save(&keys, "app-1").unwrap()) else {
        panic!("a proof")
    };
    proved.link().await.unwrap();
    let switch = profile.switch_profiles().await.unwrap();
    let AppFlow::Switches(switch) = resume(&switch.save(&keys, "app-1").unwrap()) else {
        panic!("a switch")
    };
    switch.choose(&address()).await.unwrap();
    assert_eq!(bench.abdm.last().headers["t-token"], "Bearer transfer-token");
    let elsewhere = app.resume(&switch.save(&keys, "app-1").unwrap(), &keys, "app-2");
    assert_eq!(elsewhere.unwrap_err().problem(), Problem::SavedFlowUnreadable);
}

#[tokio::test]
async fn nothing_of_a_person_shows_in_debug() {
    let bench = Bench::new();
    let sent = json!({
        "txnId": TXN, "message": "OTP is sent to email ending with asha@example.org",
    });
    bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, sent);
    bench.abdm.answers(live!(PhrApp, VerifyPhrLogin), 200, verified(transfer()));
    bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens());
    bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
    let app = bench.desk.phr_app();
    let mut login = app.log_in_by_email(&email()).await.unwrap();
    assert!(login.message().unwrap().ends_with("asha@example.org"), "it is for the screen");
    let mut shown = format!("{app:?} {login:?}");
    let outcome = login.verify(&otp()).await.unwrap();
    shown += &format!("{outcome:?}");
    let AppLoginOutcome::ChooseAddress(choice) = outcome else { panic!("a choice") };
    let profile = choice.choose(&address()).await.unwrap();
    shown += &format!("{profile:?} {:?}", profile.session());
    shown += &format!("{:?}", profile.change_mobile(&mobile()).await.unwrap());
    let secrets = ["Asha", "asha", "9876543210", "123456", "transfer-token", "user-token"];
    assert_eq!(shows(&shown, secrets), None, "{shown}");
}
