//! A PHR app: addresses are created, their owners log in, change what they said, link and switch.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::secret::{AppToken, MobileNumber, Otp, PhrToken, TransferToken};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use abdm_sandbox::Sandbox;
use abdm_sandbox::api::patient_app::{LinksQuery, ListLinks};
use abha_enrollment::Problem;
use abha_enrollment::api::address::{ChosenAddress, EnrolAbhaAddress};
use abha_enrollment::api::phr::{
    EncryptText, EnrolPhrAddress, FetchPhrProfile, PhrProfileUpdate, RequestPhrEnrolmentOtp,
    RequestPhrLoginOtp, SuggestPhrAddressNames, VerifyPhrLogin, VerifyPhrUser,
};
use abha_enrollment::api::vocabulary::VerificationStatus;
use abha_enrollment::flow::address_creation::{AddressDetails, BirthDate};
use abha_enrollment::flow::phr_app::{AddressRoute, AppLogin, AppLoginOutcome, AppProfile};
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{AbhaAddressName, EmailAddress, Password};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::lobby::{Lobby, address, body, consent, easy, otp};
use crate::rulings::Plain;
use crate::support::{send_raw, token};

const RAVI: &str = "ravi.example@sbx";
const RAVIS_MOBILE: &str = "9999900002";
const JOSEPH: &str = "joseph.fictional@sbx";
const DECLARED: &str = "devi.declared@sbx";
const NEW_MOBILE: &str = "9888800001";

fn name(text: &str) -> AbhaAddressName {
    AbhaAddressName::parse(text).unwrap()
}

fn mobile(text: &str) -> MobileNumber {
    MobileNumber::new(text).unwrap()
}

fn asha() -> AddressDetails {
    let born = NaiveDate::from_ymd_opt(1990, 2, 28).unwrap();
    AddressDetails::new("Asha", BirthDate::on(born), Gender::Female).last_name("Neu")
}

async fn session(sandbox: &Sandbox) -> abdm_core::secret::AccessToken {
    token(sandbox, "SBX_CLINIC", "not-a-secret").await
}

pub(crate) async fn by_address(lobby: &Lobby, who: &str) -> AppProfile {
    let route = AddressRoute::Mobile;
    let login = lobby.desk.phr_app().log_in_by_address(&address(who), route).await.unwrap();
    logged_in(login).await
}

async fn logged_in(mut login: AppLogin) -> AppProfile {
    match login.verify(&otp()).await.unwrap() {
        AppLoginOutcome::LoggedIn(profile) => profile,
        AppLoginOutcome::ChooseAddress(choice) => panic!("{} to choose", choice.users().len()),
    }
}

#[tokio::test]
async fn addresses_are_created_for_one_mobile_number_up_to_the_limit() {
    let (sandbox, lobby) = easy().await;
    sandbox.set(|s| s.addresses_a_person = 2).unwrap();
    let app = lobby.desk.phr_app();
    for (turn, wanted) in ["asha.neu", "asha_neu", "asha.third"].into_iter().enumerate() {
        let mut step = app.create_address(&mobile(NEW_MOBILE)).await.unwrap();
        let mut creation = step.verify(&otp()).await.unwrap();
        assert_eq!(creation.existing().len(), turn);
        let suggested = creation.suggest(&asha()).await.unwrap();
        assert_eq!(suggested.contains(&name(wanted)), turn < 2, "{suggested:?}");
        assert!(!creation.is_taken(&name(wanted)).await.unwrap());
        assert!(creation.is_taken(&name("ravi.example")).await.unwrap());
        let created = creation.create(&name(wanted), &asha()).await;
        if turn == 2 {
            assert_eq!(created.unwrap_err().problem(), Problem::TooManyAddresses);
            return;
        }
        let profile = created.unwrap().person().unwrap().fetch().await.unwrap();
        assert_eq!(profile.abha_address.unwrap().as_str(), format!("{wanted}@sbx"));
        assert_eq!(profile.date_of_birth.unwrap().as_str(), "28-02-1990");
        assert_eq!(profile.kyc_status, Some(VerificationStatus::Pending));
        let patient = sandbox.patient(&address(&format!("{wanted}@sbx"))).unwrap();
        assert_eq!((patient.name.as_str(), patient.abha_number), ("Asha Neu", None));
    }
}

#[tokio::test]
async fn a_taken_address_is_refused_and_the_transaction_lives_on() {
    let (_sandbox, lobby) = easy().await;
    let mut step = lobby.desk.phr_app().create_address(&mobile(NEW_MOBILE)).await.unwrap();
    let mut creation = step.verify(&otp()).await.unwrap();
    let error = creation.create(&name("ravi.example"), &asha()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AddressTaken);
    creation.create(&name("asha.neu"), &asha()).await.unwrap();
}

/// What a person tells of themself is held against its form before anything is made of it.
#[tokio::test]
async fn a_faulty_detail_of_a_new_address_is_named_on_both_families() {
    let plain = Plain::open().await;
    let lobby = &plain.lobby;
    let details = json!({"mobile": lobby.phr(NEW_MOBILE), "firstName": "Asha", "middleName": "",
        "lastName": "Neu", "dayOfBirth": "28", "monthOfBirth": "2", "yearOfBirth": "1990",
        "gender": "F", "email": "", "profilePhoto": "", "address": "", "stateName": "",
        "stateCode": "", "districtName": "", "districtCode": "", "pinCode": "",
        "abhaAddress": "asha.neu@sbx", "password": ""});
    let faults = [
        ("gender", json!("Female"), "Invalid Gender"),
        ("gender", json!(""), "Invalid Gender"),
        ("gender", json!(7), "Invalid Gender"),
        ("pinCode", json!("41100"), "Invalid Pin Code"),
        ("stateName", json!("M4harashtra"), "Invalid State"),
        ("districtName", json!("P0ne"), "Invalid District"),
        ("email", json!("asha@"), "Invalid Email Id"),
        ("dayOfBirth", json!("  "), "Invalid Day Of Birth"),
        ("dayOfBirth", json!([]), "Invalid Day Of Birth"),
        ("monthOfBirth", json!(" "), "Invalid Month Of Birth"),
        ("monthOfBirth", json!({}), "Invalid Month Of Birth"),
        ("yearOfBirth", json!("2090"), "Invalid Year Of Birth"),
        ("abhaAddress", json!("a.s.h.a@sbx"), "Invalid ABHA Address"),
        ("abhaAddress", json!("9888800001@sbx"), "Invalid ABHA Address"),
    ];
    for meta in [EnrolPhrAddress::META, EnrolAbhaAddress::META] {
        for (field, value, text) in &faults {
            let mut faulty = json!({"txnId": "t", "phrDetails": details});
            faulty["phrDetails"][*field] = value.clone();
            let told = plain.call(&meta, None, &faulty).await;
            let named =
                told.json().as_array().is_some_and(|l| l.iter().any(|e| e["message"] == *text));
            assert!(told.status == 400 && named, "{} {field} {value}: {}", meta.name, told.text);
        }
        // Without a fault it is the transaction that is unknown.
        let good = json!({"txnId": "t", "phrDetails": details});
        let told = plain.call(&meta, None, &good).await;
        assert_eq!(told.json()[0]["message"], "Invalid Transaction Id", "{}", meta.name);
    }
}

#[tokio::test]
async fn the_owner_of_a_number_gets_a_further_address_with_its_identity() {
    let (sandbox, lobby) = easy().await;
    let number = sandbox.patient(&address(RAVI)).unwrap().abha_number.unwrap();
    let app = lobby.desk.phr_app();
    let route = OtpRoute::Aadhaar;
    let mut step = app.create_address_by_abha_number(&number, route).await.unwrap();
    let mut creation = step.verify(&otp()).await.unwrap();
    assert_eq!(creation.existing().len(), 2);
    assert_eq!(creation.account().unwrap().first_name.as_ref().unwrap().as_str(), "Ravi");
    let created = creation.create(&name("ravi.again"), &asha()).await.unwrap();
    assert_eq!(created.details().unwrap().abha_address.len(), 3);
    let patient = sandbox.patient(&address("ravi.again@sbx")).unwrap();
    assert_eq!((patient.name.as_str(), patient.abha_number), ("Ravi Example", Some(number)));
}

#[tokio::test]
async fn the_web_family_creates_addresses_and_logs_in_with_those_that_are_there() {
    let (_sandbox, lobby) = easy().await;
    let mut step = lobby.desk.create_abha_address(&mobile(RAVIS_MOBILE)).await.unwrap();
    let mut creation = step.verify(&otp()).await.unwrap();
    // Three people with two addresses each, whose numbers are masked.
    assert_eq!(creation.existing().len(), 6);
    assert!(creation.existing()[0].abha_number.as_ref().unwrap().whole().is_none());
    let ravi = creation.log_in(&address(RAVI)).await.unwrap();
    assert_eq!(ravi.profile().await.unwrap().full_name.unwrap().as_str(), "Ravi Example");
    let error = creation.create(&name("sunita.example"), &asha()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AddressTaken);
    let created = creation.create(&name("asha.neu"), &asha()).await.unwrap();
    let person = created.person().unwrap();
    assert_eq!(person.profile().await.unwrap().full_name.unwrap().as_str(), "Asha Neu");
}

#[tokio::test]
async fn whoever_has_one_address_is_logged_in_at_once() {
    let (sandbox, lobby) = easy().await;
    let app = lobby.desk.phr_app();
    let profile = by_address(&lobby, JOSEPH).await;
    assert_eq!(profile.user().unwrap().full_name.as_ref().unwrap().as_str(), "Joseph Fictional");
    let login = app.log_in_by_address(&address(JOSEPH), AddressRoute::Email).await.unwrap();
    logged_in(login).await;
    let declared = sandbox.patient(&address(DECLARED)).unwrap();
    logged_in(app.log_in_by_mobile(&declared.mobile).await.unwrap()).await;
    let right = Password::existing("Sandbox@2468");
    app.log_in_by_password(&address(JOSEPH), &right).await.unwrap();
    let wrong = Password::existing("Sandbox@1357");
    let error = app.log_in_by_password(&address(JOSEPH), &wrong).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongPassword);
}

#[tokio::test]
async fn whoever_has_several_chooses_one_of_them() {
    let (sandbox, lobby) = easy().await;
    let app = lobby.desk.phr_app();
    let ravi = sandbox.patient(&address(RAVI)).unwrap();
    let number = ravi.abha_number.clone().unwrap();
    let email = EmailAddress::parse("joseph.fictional@example.org").unwrap();
    let logins = [
        (app.log_in_by_mobile(&ravi.mobile).await.unwrap(), RAVI, 6),
        (app.log_in_by_email(&email).await.unwrap(), JOSEPH, 2),
        (app.log_in_by_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap(), RAVI, 2),
        (app.log_in_by_abha_number(&number, OtpRoute::Aadhaar).await.unwrap(), RAVI, 2),
        (app.log_in_by_aadhaar(&ravi.aadhaar.unwrap(), consent()).await.unwrap(), RAVI, 2),
    ];
    for (mut login, who, count) in logins {
        let error = login.verify(&Otp::new("654321").unwrap()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::WrongOtp);
        let AppLoginOutcome::ChooseAddress(choice) = login.verify(&otp()).await.unwrap() else {
            panic!("nothing to choose");
        };
        assert_eq!(choice.users().len(), count);
        let profile = choice.choose(&address(who)).await.unwrap();
        assert_eq!(profile.fetch().await.unwrap().preferred_address(), Some(address(who)));
    }
    let nobody = app.log_in_by_mobile(&mobile(NEW_MOBILE)).await.unwrap_err();
    assert_eq!(nobody.problem(), Problem::NoAbha);
    let dormant = address("farida.dormant@sbx");
    let mut login = app.log_in_by_address(&dormant, AddressRoute::Mobile).await.unwrap();
    let error = login.verify(&otp()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaDeactivated);
}

#[tokio::test]
async fn a_declared_profile_is_changed_and_a_proved_one_keeps_its_identity() {
    let (sandbox, lobby) = easy().await;
    let profile = by_address(&lobby, DECLARED).await;
    let mut update = PhrProfileUpdate::of(&profile.fetch().await.unwrap());
    update.last_name = Some("Neu".into());
    update.address = Some("3 Sample Lane".into());
    let changed = profile.update(update.clone()).await.unwrap();
    assert_eq!(changed.full_name.unwrap().as_str(), "Devi Neu");
    assert_eq!(changed.address.unwrap().as_str(), "3 Sample Lane");
    update.state_name = Some("27".into());
    assert!(profile.update(update).await.is_err());

    let said = profile.change_mobile(&mobile(NEW_MOBILE)).await.unwrap().confirm(&otp()).await;
    assert_eq!(said.unwrap().as_deref(), Some("Mobile Number linked successfully"));
    let email = EmailAddress::parse("devi@example.org").unwrap();
    profile.change_email(&email).await.unwrap().confirm(&otp()).await.unwrap();
    let password = Password::chosen("Sunrise#58").unwrap();
    profile.set_password(&address(DECLARED), &password).await.unwrap();
    let now = profile.fetch().await.unwrap();
    assert_eq!(now.mobile.unwrap().as_str(), NEW_MOBILE);
    assert_eq!((now.email.unwrap().as_str(), now.email_verified), ("devi@example.org", Some(true)));
    lobby.desk.phr_app().log_in_by_password(&address(DECLARED), &password).await.unwrap();

    let ravi = by_address(&lobby, RAVI).await;
    let mut update = PhrProfileUpdate::of(&ravi.fetch().await.unwrap());
    update.first_name = Some("Rudi".into());
    ravi.update(update).await.unwrap();
    assert_eq!(sandbox.patient(&address(RAVI)).unwrap().name, "Ravi Example");
}

#[tokio::test]
async fn a_declared_address_is_linked_to_a_number_and_de_linked() {
    let (sandbox, lobby) = easy().await;
    let number = sandbox.patient(&address(RAVI)).unwrap().abha_number.unwrap();
    let profile = by_address(&lobby, DECLARED).await;
    let prove = async || {
        let route = OtpRoute::AbhaMobile;
        let mut step = profile.prove_abha_number(&number, route).await.unwrap();
        step.verify(&otp()).await.unwrap()
    };
    let proved = prove().await;
    assert_eq!(proved.account().unwrap().name.as_ref().unwrap().as_str(), "Ravi Example");
    proved.link().await.unwrap();
    let linked = sandbox.patient(&address(DECLARED)).unwrap();
    assert_eq!(
        (linked.name.as_str(), linked.abha_number.as_ref()),
        ("Ravi Example", Some(&number))
    );
    // The session goes on, now with the number; the proof is used up.
    let now = profile.fetch().await.unwrap();
    assert_eq!(now.abha_number.unwrap().whole(), Some(&number));
    assert!(proved.link().await.is_err());

    assert!(prove().await.link().await.is_err(), "it is linked already");
    prove().await.delink().await.unwrap();
    assert_eq!(sandbox.patient(&address(DECLARED)).unwrap().abha_number, None);
    assert_eq!(profile.fetch().await.unwrap().abha_number, None);
}

#[tokio::test]
async fn a_profile_is_switched_a_session_renewed_and_ended() {
    let (sandbox, lobby) = easy().await;
    let profile = by_address(&lobby, RAVI).await;
    let switch = profile.switch_profiles().await.unwrap();
    assert_eq!(switch.users().len(), 6);
    let mut sunita = switch.choose(&address("sunita.example@sbx")).await.unwrap();
    assert_eq!(sunita.fetch().await.unwrap().full_name.unwrap().as_str(), "Sunita Example");
    for image in [sunita.card().await.unwrap(), sunita.qr_code().await.unwrap()] {
        assert_eq!(image.media_type(), "image/png");
    }
    let before = sunita.session().token.clone();
    sunita.renew().await.unwrap();
    let after = sunita.session().token.clone();
    assert_ne!(before.expose(), after.expose());
    sunita.log_out().await.unwrap();
    let call = Call::<FetchPhrProfile>::new(NoBody).by(after);
    let raw = send_raw(&sandbox, Some(&session(&sandbox).await), &call, |_| {}).await;
    assert_eq!((raw.status, raw.json()["message"].as_str()), (401, Some("X-token expired")));
}

#[tokio::test]
async fn the_apps_token_is_the_patients_on_the_gateway_and_nothing_on_the_web_family() {
    let (sandbox, lobby) = easy().await;
    let app = by_address(&lobby, RAVI).await;
    let bearer = session(&sandbox).await;
    let token = PhrToken::new(app.session().token.expose());
    let links = Call::<ListLinks>::new(LinksQuery::all()).by(token);
    let raw = send_raw(&sandbox, Some(&bearer), &links, |_| {}).await;
    assert_eq!(raw.status, 200, "{}", raw.text);

    let route = OtpRoute::AbhaMobile;
    let mut step = lobby.desk.verify_abha_address(&address(RAVI), route).await.unwrap();
    let web = step.verify(&otp()).await.unwrap().session().token.clone();
    let token = AppToken::new(web.expose());
    let call = Call::<FetchPhrProfile>::new(NoBody).by(token);
    let raw = send_raw(&sandbox, Some(&bearer), &call, |_| {}).await;
    assert_eq!((raw.status, raw.json()["message"].as_str()), (401, Some("X-token expired")));
    let raw = send_raw(&sandbox, Some(&bearer), &call, |request| {
        request.headers_mut().remove("x-token");
    });
    let raw = raw.await;
    assert_eq!((raw.status, raw.text.as_str()), (403, "Access Denied"));
    // A user's token chooses nothing.
    let chosen = ChosenAddress::new(&address(RAVI), abdm_core::id::TxnId::new("t").unwrap());
    let token = TransferToken::new(app.session().token.expose());
    let call = Call::<VerifyPhrUser>::new(chosen).by(token);
    let raw = send_raw(&sandbox, Some(&bearer), &call, |_| {}).await;
    assert_eq!((raw.status, raw.json()["message"].as_str()), (400, Some("Invalid T-token")));
}

#[tokio::test]
async fn what_is_wrong_is_told_in_lists() {
    let (sandbox, lobby) = easy().await;
    let request = |scope: Value, hint: &str, id: &str, sender: &str| json!({"scope": scope, "loginHint": hint, "loginId": id, "otpSystem": sender});
    let scope = || json!(["abha-address-login", "mobile-verify"]);
    let id = lobby.phr(RAVIS_MOBILE);
    for (body, text) in [
        (request(json!(["abha-login"]), "mobile-number", &id, "abdm"), "Invalid Scope"),
        (request(scope(), "mobile", &id, "abdm"), "Invalid Login Hint"),
        (request(scope(), "mobile-number", &id, "aadhaar"), "Invalid Otp System"),
        // The key of the other families.
        (
            request(scope(), "mobile-number", &lobby.abha(RAVIS_MOBILE), "abdm"),
            "Invalid mobile number",
        ),
    ] {
        let refused = lobby.refused::<RequestPhrLoginOtp>(body).await;
        assert_eq!((refused.0, refused.1.as_str(), refused.2.as_str()), (400, "ABDM-1006", text));
    }
    let undashed = request(json!(["abha-login", "mobile-verify"]), "abha-number", "", "abdm");
    let refused = lobby.refused::<RequestPhrEnrolmentOtp>(undashed).await;
    assert_eq!(refused.2, "Invalid ABHA Number");
    let suggest =
        json!({"txnId": "none", "firstName": "", "yearOfBirth": "1990", "dayOfBirth": "32"});
    let call = body::<SuggestPhrAddressNames>(suggest);
    let raw = send_raw(&sandbox, Some(&session(&sandbox).await), &call, |_| {}).await;
    let expected = json!([
        {"code": "ABDM-9999: ", "message": "Invalid First Name"},
        {"code": "ABDM-9999: ", "message": "Invalid Day Of Birth"},
    ]);
    assert_eq!((raw.status, raw.json()), (400, expected));
    let enrol = json!({"txnId": "none", "phrDetails": {"mobile": lobby.phr(NEW_MOBILE),
        "firstName": "Asha", "yearOfBirth": "1990", "gender": "F", "abhaAddress": "asha.neu@sbx"}});
    let refused = lobby.refused::<EnrolPhrAddress>(enrol).await;
    assert_eq!(refused.2, "Invalid Transaction Id");
}

#[tokio::test]
async fn the_encryption_helper_uses_the_key_of_its_family() {
    let (_sandbox, lobby) = easy().await;
    let call = body::<EncryptText>(json!({"data": RAVI}));
    let encrypted = lobby.raw.send(call).await.unwrap().body.encrypted_data;
    let login = json!({"scope": ["abha-address-login", "mobile-verify"],
        "loginHint": "abha-address", "loginId": encrypted, "otpSystem": "abdm"});
    let sent = lobby.raw.send(body::<RequestPhrLoginOtp>(login)).await.unwrap().body;
    let wrong = json!({"scope": ["abha-address-login", "mobile-verify"],
        "authData": {"authMethods": ["otp"],
            "otp": {"txnId": sent.txn_id, "otpValue": lobby.phr("654321")}}});
    assert_eq!(lobby.refused::<VerifyPhrLogin>(wrong).await.0, 200);
}
