//! What was made stands in the answer beside a refusal: it is not lost, and never made twice.

use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::address::{
    EnrolAbhaAddress, RequestAddressEnrolmentOtp, VerifyAddressEnrolment,
};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, EnrolByDocument, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::api::phr::{EnrolPhrAddress, RequestPhrEnrolmentOtp, VerifyPhrEnrolment};
use abha_enrollment::error::Language;
use abha_enrollment::flow::address_creation::{
    AddressCreation, AddressDetails, App, BirthDate, SavedCreation, Web,
};
use abha_enrollment::flow::enrolment::{Application, Enrolled, LicenceApplication};
use abha_enrollment::input::AbhaAddressName;
use serde_json::{Value, json};

use crate::enrolment::licence;
use crate::support::{Bench, TXN, aadhaar, claiming, consent, live, mobile, otp, otp_sent, tokens};

const NUMBER: &str = "91-1234-5678-9015";
const APPLICATION: &str = "91-5555-5555-5559";
const BY_DOCUMENT: &str = live!(Abha, EnrolByDocument);
const CREATE: &str = live!(AbhaAddressWeb, EnrolAbhaAddress);
const CLAIM: &str = live!(Abha, ClaimAbhaAddress);

/// How an answer refuses beside what it names: its status, what stands there, and what is made of
/// it. `None`: what it names counts.
fn refusals() -> Vec<(u16, Value, Option<Problem>)> {
    let coded = json!({"error": {"code": "ABDM-1019", "message": "Dependent service unavailable"}});
    let unknown = Some(Problem::OutcomeUnknown);
    vec![
        (200, json!({}), None),
        (200, coded.clone(), None),
        (202, json!({"error": {"code": "ABDM-9999", "message": "Something went wrong"}}), None),
        (200, json!({"error": "Not Found", "status": 404}), None),
        (200, json!({"message": "The request could not be processed"}), None),
        (200, json!({"authResult": "OK"}), unknown),
        (302, json!({}), unknown),
        (400, coded.clone(), unknown),
        (400, json!({"mobile": "Invalid Mobile Number", "txnId": null}), unknown),
        (422, json!({"message": "Something went wrong"}), unknown),
        (500, coded, unknown),
    ]
}

fn with(mut body: Value, members: &Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        body[name] = member.clone();
    }
    body
}

async fn application(bench: &Bench) -> LicenceApplication {
    bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
    let proved = json!({"txnId": "proved", "authResult": "success", "message": "x"});
    bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, proved);
    let mut flow = bench.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    flow.verify(&otp()).await.unwrap()
}

#[tokio::test]
async fn an_enrolment_number_beside_a_refusal_is_kept_or_leaves_the_application_closed() {
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let taken = json!({"enrolProfile": {
        "enrolmentNumber": APPLICATION, "enrolmentState": "PROVISIONAL",
    }});
    for (status, refusal, problem) in refusals() {
        let what = format!("{status} {refusal}");
        let bench = Bench::new();
        let mut papers = application(&bench).await;
        bench.abdm.answers(BY_DOCUMENT, status, with(taken.clone(), &refusal));
        match papers.submit(licence).await {
            Ok(answer) => {
                assert_eq!(problem, None, "{what}");
                let number = answer.enrol_profile.unwrap().enrolment_number.unwrap();
                assert_eq!(number.to_text(), APPLICATION);
            }
            Err(error) => assert_eq!(Some(error.problem()), problem, "{what}"),
        }
        let saved = papers.save(&keys, "web-1").unwrap();
        let resumed = bench.desk.resume_application(&saved, &keys, "web-1").unwrap();
        let Application::AwaitsPapers(resumed) = resumed else { panic!("the papers") };
        for mut papers in [papers, resumed] {
            papers.submit(licence).await.unwrap_err();
        }
        assert_eq!(bench.abdm.count("byDocument"), 1, "{what}");
    }
}

#[tokio::test]
async fn a_refusal_without_an_enrolment_number_leaves_the_application_open() {
    for named in [json!({}), json!({"enrolProfile": {"enrolmentNumber": null}})] {
        let bench = Bench::new();
        let mut papers = application(&bench).await;
        let refusal = json!({"error": {"code": "ABDM-1203", "message": "Details do not match"}});
        bench.abdm.answers(BY_DOCUMENT, 422, with(refusal, &named));
        let error = papers.submit(licence).await.unwrap_err();
        assert_eq!(error.problem(), Problem::DetailsMismatch);
        bench.abdm.answers(BY_DOCUMENT, 200, json!({"enrolProfile": {"enrolmentNumber": NUMBER}}));
        papers.submit(licence).await.unwrap();
    }
}

fn name() -> AbhaAddressName {
    AbhaAddressName::parse("asha.2606").unwrap()
}

fn details() -> AddressDetails {
    AddressDetails::new("Asha", BirthDate::in_year(1999), Gender::Female)
}

fn proved() -> Value {
    json!({"txnId": "t", "authResult": "success", "users": [{"abhaAddress": "asha@sbx"}]})
}

fn created() -> Value {
    json!({"txnId": "t", "phrDetails": {"abhaAddress": ["asha@sbx", "asha.2606@sbx"]}})
}

async fn on_the_web(bench: &Bench) -> AddressCreation<Web> {
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(AbhaAddressWeb, VerifyAddressEnrolment), 200, proved());
    let mut flow = bench.desk.create_abha_address(&mobile()).await.unwrap();
    flow.verify(&otp()).await.unwrap()
}

async fn on_an_app(bench: &Bench) -> AddressCreation<App> {
    bench.abdm.answers(live!(PhrApp, RequestPhrEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(PhrApp, VerifyPhrEnrolment), 200, proved());
    let mut flow = bench.desk.phr_app().create_address(&mobile()).await.unwrap();
    flow.verify(&otp()).await.unwrap()
}

#[tokio::test]
async fn a_new_address_beside_a_refusal_is_kept_or_leaves_the_creation_closed() {
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    for (status, refusal, problem) in refusals() {
        let what = format!("{status} {refusal}");
        let bench = Bench::new();
        let answer = with(created(), &refusal);
        bench.abdm.answers(CREATE, status, answer.clone());
        bench.abdm.answers(live!(PhrApp, EnrolPhrAddress), status, answer);
        let mut web = on_the_web(&bench).await;
        let mut app = on_an_app(&bench).await;
        let (web_made, app_made) =
            (web.create(&name(), &details()).await, app.create(&name(), &details()).await);
        let told = [
            web_made.map(|made| made.abha_address().clone()),
            app_made.map(|made| made.abha_address().clone()),
        ];
        for told in told {
            match told {
                Ok(address) => {
                    assert_eq!(problem, None, "{what}");
                    assert_eq!(address.as_str(), "asha.2606@sbx");
                }
                Err(error) => {
                    assert_eq!(Some(error.problem()), problem, "{what}");
                    assert!(error.desk_text(Language::English).contains("ABHA address"));
                }
            }
        }
        let saved = web.save(&keys, "web-1").unwrap();
        let resumed = bench.desk.resume_address_creation(&saved, &keys, "web-1").unwrap();
        let SavedCreation::Open(resumed) = resumed else { panic!("open") };
        for mut creation in [web, resumed] {
            creation.create(&name(), &details()).await.unwrap_err();
        }
        app.create(&name(), &details()).await.unwrap_err();
        assert_eq!(bench.abdm.count(CREATE), 1, "{what}");
        assert_eq!(bench.abdm.count(live!(PhrApp, EnrolPhrAddress)), 1, "{what}");
    }
}

// m1-abha.md 4: how a wrong key looks.
#[tokio::test]
async fn a_proved_mobile_number_that_is_refused_means_to_begin_again() {
    for refusal in [
        json!({"mobile": "Invalid Mobile Number"}),
        json!([{"code": "ABDM-1006: ", "message": "Invalid mobile number"}]),
    ] {
        let bench = Bench::new();
        let mut creation = on_the_web(&bench).await;
        bench.abdm.answers(CREATE, 400, refusal.clone()).answers(CREATE, 400, refusal.clone());
        let error = creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::TransactionOver, "{refusal}");
        let told = details().mobile(mobile());
        let error = creation.create(&name(), &told).await.unwrap_err();
        assert_ne!(error.problem(), Problem::TransactionOver, "a number that was told: {refusal}");
    }
}

#[tokio::test]
async fn an_address_that_is_said_to_be_taken_is_nobodys_success() {
    let text = "This ABHA Address already exists. Please create with unique ABHA address";
    for (status, refusal) in [
        (200, json!({"code": "ABDM-1101", "message": text})),
        (200, json!({"message": text})),
        (400, json!({"code": "ABDM-1101", "message": text})),
    ] {
        let bench = Bench::new();
        let mut creation = on_the_web(&bench).await;
        bench.abdm.answers(CREATE, status, with(created(), &refusal));
        let error = creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown, "{status} {refusal}");
        creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(bench.abdm.count(CREATE), 1);
    }
}

#[tokio::test]
async fn an_address_that_was_there_before_is_not_what_a_refused_creation_made() {
    let bench = Bench::new();
    let mut creation = on_the_web(&bench).await;
    let answer = json!({
        "error": {"code": "ABDM-9999", "message": "Invalid First Name"},
        "phrDetails": {"abhaAddress": ["asha@sbx"]},
    });
    bench.abdm.answers(CREATE, 200, answer);
    for _ in 0..2 {
        let error = creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown);
    }
    assert_eq!(bench.abdm.count(CREATE), 1);
}

#[tokio::test]
async fn a_refused_creation_that_names_nothing_leaves_the_step_open() {
    for named in [json!({}), json!({"phrDetails": {"abhaAddress": []}})] {
        let bench = Bench::new();
        let mut creation = on_the_web(&bench).await;
        let refusal = json!({"code": "ABDM-9999", "message": "Invalid First Name"});
        bench.abdm.answers(CREATE, 400, with(refusal, &named));
        let error = creation.create(&name(), &details()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::InputInvalid);
        bench.abdm.answers(CREATE, 200, created());
        creation.create(&name(), &details()).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_beside_a_new_address_that_claims_another_person_is_not_kept() {
    for (claims, kept) in [
        (json!({"preferredAbhaAddress": "asha.2606@sbx"}), true),
        (json!({"preferredAbhaAddress": "asha@sbx"}), true),
        (json!({"preferredAbhaAddress": "ravi@sbx"}), false),
    ] {
        let bench = Bench::new();
        let mut creation = on_the_web(&bench).await;
        let mut session = tokens();
        session["token"] = claiming(claims.clone()).into();
        bench.abdm.answers(CREATE, 200, with(created(), &json!({"tokens": session})));
        let made = creation.create(&name(), &details()).await.unwrap();
        assert_eq!(made.abha_address().as_str(), "asha.2606@sbx");
        assert_eq!(made.person().is_some(), kept, "{claims}");
    }
}

async fn enrolled(bench: &Bench, number: Value) -> Enrolled {
    let answer = json!({
        "message": "Account created successfully", "txnId": "after", "tokens": tokens(),
        "ABHAProfile": {"ABHANumber": number, "phrAddress": ["91123456789015@sbx"]},
    });
    bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(Abha, EnrolByAadhaar), 200, answer);
    let profile = live!(Abha, abha_enrollment::api::account::FetchProfile);
    bench.abdm.answers(profile, 502, json!({})).answers(profile, 502, json!({}));
    bench.abdm.answers(profile, 502, json!({}));
    let mut flow = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
    flow.verify(&otp(), &mobile()).await.unwrap()
}

#[tokio::test]
async fn a_claimed_address_beside_a_refusal_is_kept_or_uncertain() {
    let claimed = json!({"txnId": "t", "preferredAbhaAddress": "asha.2606@sbx"});
    for (status, refusal, problem) in refusals() {
        let what = format!("{status} {refusal}");
        let bench = Bench::new();
        let mut person = enrolled(&bench, json!(NUMBER)).await;
        bench.abdm.answers(CLAIM, status, with(claimed.clone(), &refusal));
        match person.claim_address(&name()).await {
            Ok(address) => {
                assert_eq!(problem, None, "{what}");
                assert_eq!(address.as_str(), "asha.2606@sbx");
                assert_eq!(person.abha_address(), Some(address));
            }
            // A claim may be sent again: what a server's fault means is told as such.
            Err(error) => {
                assert_eq!(Some(error.problem()), problem, "{what}");
                assert!(error.desk_text(Language::English).contains("ABHA address"), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn an_address_that_was_there_before_is_not_what_a_refused_claim_gave() {
    let bench = Bench::new();
    let mut person = enrolled(&bench, json!(NUMBER)).await;
    let answer = json!({
        "error": {"code": "ABDM-9999", "message": "Something went wrong"},
        "preferredAbhaAddress": "91123456789015@sbx",
    });
    bench.abdm.answers(CLAIM, 200, answer);
    let error = person.claim_address(&name()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::OutcomeUnknown);
    assert!(!person.has_chosen_address());
}

#[tokio::test]
async fn a_number_that_only_a_later_step_tells_is_kept() {
    let bench = Bench::new();
    let mut person = enrolled(&bench, json!("91-****-****-9015")).await;
    assert_eq!(person.abha_number(), None);
    let claimed = json!({"healthIdNumber": NUMBER, "preferredAbhaAddress": "asha.2606@sbx"});
    bench.abdm.answers(CLAIM, 200, claimed);
    person.claim_address(&name()).await.unwrap();
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);

    for (accounts, kept) in [
        (json!([{"ABHANumber": NUMBER}]), true),
        (json!([{"ABHANumber": NUMBER}, {"ABHANumber": APPLICATION}]), false),
    ] {
        let bench = Bench::new();
        let person = enrolled(&bench, Value::Null).await;
        bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent("link"));
        let linked = json!({"authResult": "success", "accounts": accounts});
        bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, linked);
        let mut linking = person.link_mobile(&mobile()).await.unwrap();
        let person = linking.verify(&otp()).await.unwrap();
        let told = person.abha_number().map(abdm_core::person::AbhaNumber::to_dashed);
        assert_eq!(told.as_deref(), kept.then_some(NUMBER), "{accounts}");
    }
}

#[tokio::test]
async fn an_enrolment_number_outside_its_block_is_the_applications() {
    for answer in [
        json!({"message": "Enrolled", "enrolmentNumber": APPLICATION}),
        json!({"enrolmentNumber": APPLICATION, "enrolProfile": {"firstName": "Asha"}}),
        json!({"enrolmentNumber": APPLICATION, "enrolProfile": {"enrolmentNumber": ""}}),
        json!({"enrolmentNumber": NUMBER, "enrolProfile": {"enrolmentNumber": APPLICATION}}),
    ] {
        let bench = Bench::new();
        let mut papers = application(&bench).await;
        bench.abdm.answers(BY_DOCUMENT, 200, answer.clone());
        let told = papers.submit(licence).await.unwrap().enrol_profile.unwrap();
        assert_eq!(told.enrolment_number.unwrap().to_text(), APPLICATION, "{answer}");
    }
}

#[tokio::test]
async fn a_new_address_outside_its_block_is_the_persons() {
    let text = "ABHA Address Created Successfully";
    for (answer, made) in [
        (json!({"message": text, "abhaAddress": "asha.2606@sbx"}), true),
        (json!({"message": text, "preferredAbhaAddress": "asha.2606@sbx"}), true),
        (json!({"phrAddress": ["asha@sbx", "asha.2606@sbx"], "phrDetails": {}}), true),
        (json!({"abhaAddress": "asha@sbx"}), false),
        (json!({"abhaAddress": "required"}), false),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(CREATE, 200, answer.clone());
        match on_the_web(&bench).await.create(&name(), &details()).await {
            Ok(created) => {
                assert!(made, "{answer}");
                assert_eq!(created.abha_address().as_str(), "asha.2606@sbx", "{answer}");
            }
            Err(error) => {
                assert!(!made, "{answer}");
                assert_eq!(error.problem(), Problem::OutcomeUnknown, "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_claimed_address_under_another_name_is_the_persons() {
    for (number, address) in [
        ("healthIdNumber", "abhaAddress"),
        ("ABHANumber", "healthId"),
        ("healthIdNumber", "preferredAbhaAddress"),
    ] {
        let bench = Bench::new();
        let mut person = enrolled(&bench, json!("91-****-****-9015")).await;
        bench.abdm.answers(CLAIM, 200, json!({number: NUMBER, address: "asha.2606@sbx"}));
        let claimed = person.claim_address(&name()).await.unwrap();
        assert_eq!(claimed.as_str(), "asha.2606@sbx", "{address}");
        assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER, "{number}");
    }
}
