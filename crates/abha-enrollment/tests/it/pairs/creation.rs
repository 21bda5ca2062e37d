//! The creation of an ABHA number, and the steps after it.

use abdm_core::testing::log::listen;
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::error::{DeskAction, Error, Language};
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::input::AbhaAddressName;
use serde_json::{Value, json};
use tracing::Level;

use super::{NUMBER, OTHER, Shown, empty, pairs, tokens, tokens_of, with};
use crate::support::{Bench, Reply, TXN, aadhaar, consent, live, mobile, otp, otp_sent};

const ENROL_OTP: &str = live!(Abha, RequestEnrolmentOtp);
const ENROL: &str = live!(Abha, EnrolByAadhaar);
const PROFILE: &str = live!(Abha, FetchProfile);
const CLAIM: &str = live!(Abha, ClaimAbhaAddress);
const SUGGEST: &str = live!(Abha, SuggestAbhaAddresses);
const LINK: &str = live!(Abha, VerifyEnrolmentOtp);

fn good() -> Value {
    json!({
        "message": "Account created successfully", "txnId": "after", "tokens": tokens(), "isNew": true,
        "ABHAProfile": {
            "firstName": "Sentinela", "mobile": "******0903", "ABHANumber": NUMBER,
            "phrAddress": ["91123456789015@sbx"], "abhaStatus": "ACTIVE",
        },
    })
}

fn profile_of(number: &str) -> Value {
    let address = if number == OTHER { "ravi.other@sbx" } else { "asha.example@sbx" };
    json!({"ABHANumber": number, "preferredAbhaAddress": address, "name": "Sentinela"})
}

async fn enrolled(bench: &Bench, status: u16, body: &Value) -> Result<Enrolled, Error> {
    bench.abdm.answers(ENROL_OTP, 200, otp_sent(TXN)).answers(ENROL, status, body.clone());
    bench.desk.enrol(&aadhaar(), consent()).await?.verify(&otp(), &mobile()).await
}

fn name() -> AbhaAddressName {
    AbhaAddressName::parse("asha.example").unwrap()
}

#[tokio::test]
async fn another_persons_profile_is_none_of_a_registrations() {
    for shown in [OTHER, "91-****-****-5559", "xx-xxxx-xxxx-5559"] {
        let bench = Bench::new();
        bench.abdm.answers(PROFILE, 200, with(profile_of(OTHER), &json!({"ABHANumber": shown})));
        let registration = enrolled(&bench, 200, &good()).await.unwrap().finish().await;
        assert_eq!(registration.abha_number.unwrap().to_dashed(), NUMBER);
        assert!(registration.profile.is_none(), "{shown}");
        assert_eq!(registration.profile_missing.unwrap().problem(), Problem::AnswerUnusable);
        assert!(registration.addresses.iter().all(|address| address.name() != "ravi.other"));
    }
}

#[tokio::test]
async fn a_session_whose_token_names_another_person_is_not_kept() {
    let bench = Bench::new();
    let body = with(good(), &json!({"tokens": tokens_of(OTHER)}));
    let person = enrolled(&bench, 200, &body).await.unwrap();
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);
    assert!(person.session().is_none());
}

#[tokio::test]
async fn a_claim_that_is_answered_with_another_persons_number_is_uncertain() {
    for number in [OTHER, "91-****-****-5559"] {
        let bench = Bench::new();
        let mut person = enrolled(&bench, 200, &good()).await.unwrap();
        let claimed = json!({"healthIdNumber": number, "preferredAbhaAddress": "asha.example@sbx"});
        bench.abdm.answers(CLAIM, 200, claimed);
        let error = person.claim_address(&name()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::OutcomeUnknown, "{number}");
        assert!(error.desk_text(Language::English).contains("ABHA address"));
        assert_ne!(person.abha_address().unwrap().name(), "asha.example");
    }
}

#[tokio::test]
async fn a_refusing_status_beside_a_number_or_a_token_leaves_the_creation_uncertain() {
    let number = json!({"ABHAProfile": {"ABHANumber": NUMBER}, "message": "x"});
    for status in [302, 400, 401, 422, 499] {
        for body in [number.clone(), json!({"tokens": tokens(), "message": "x"})] {
            let bench = Bench::new();
            bench.abdm.answers(ENROL_OTP, 200, otp_sent(TXN)).answers(ENROL, status, body.clone());
            let mut flow = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
            let error = flow.verify(&otp(), &mobile()).await.unwrap_err();
            assert_eq!(error.problem(), Problem::OutcomeUnknown, "{status} {body}");
            let again = flow.verify(&otp(), &mobile()).await.unwrap_err();
            assert_eq!(again.problem().action(), DeskAction::LookUpFirst);
            assert_eq!(bench.abdm.count("byAadhaar"), 1, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn an_existing_number_that_abdm_names_in_its_refusal_is_to_be_looked_up() {
    let text = format!(
        "An existing ABHA number created using this Aadhaar number has been found. It is advisable to delete this account and use ABHA number {NUMBER} for future purpose."
    );
    listen(Level::TRACE);
    let bench = Bench::new();
    let body = json!({"error": {"code": "ABDM-1141", "message": text}});
    let error = enrolled(&bench, 422, &body).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AbhaExists);
    assert_eq!(error.problem().action(), DeskAction::LookUpFirst);
    assert!(error.abdm_text().unwrap().contains(NUMBER));
    let mut shown = Shown::default();
    shown.error(&error);
    shown.assert_silent("ABDM-1141");
}

#[tokio::test]
async fn suggestions_are_offered_once_each() {
    let bench = Bench::new();
    let person = enrolled(&bench, 200, &good()).await.unwrap();
    let list = json!(["asha.example", "Asha.Example", "asha_1999", "asha.example@sbx", ""]);
    bench.abdm.answers(SUGGEST, 200, json!({"txnId": TXN, "abhaAddressList": list}));
    let names = person.suggest_addresses().await.unwrap();
    let names: Vec<&str> = names.iter().map(AbhaAddressName::as_str).collect();
    assert_eq!(names, ["asha.example", "asha_1999"]);
}

/// What a value of the creation's axes says of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// Nothing against it.
    Fine,
    /// It was refused, by the word of `authResult`.
    Refused,
    /// Nobody can say.
    Unsure,
}

/// How the answer to a creation is odd: what is changed, and what that says.
const RESULTS: &[(&str, &str, Made)] = &[
    ("none", "{}", Made::Fine),
    ("success", r#"{"authResult":"success"}"#, Made::Fine),
    ("empty error", r#"{"error":{},"status":200}"#, Made::Fine),
    ("failed", r#"{"authResult":"failed"}"#, Made::Refused),
    ("false", r#"{"authResult":false}"#, Made::Refused),
    ("another word", r#"{"authResult":"OK"}"#, Made::Unsure),
];

const STATUSES: &[(u16, Made)] = &[
    (200, Made::Fine),
    (201, Made::Fine),
    (202, Made::Fine),
    (302, Made::Unsure),
    (400, Made::Unsure),
    (422, Made::Unsure),
    (499, Made::Unsure),
    (500, Made::Unsure),
];

/// Where the number stands. The last ones have none that is whole.
fn numbers() -> Vec<(&'static str, Value, bool)> {
    let good = good();
    let bare = with(good["ABHAProfile"].clone(), &json!({"ABHANumber": null}));
    let masked = with(bare.clone(), &json!({"ABHANumber": "91-****-****-9015"}));
    let listed = with(bare.clone(), &json!({"ABHANumber": [NUMBER]}));
    vec![
        ("block", json!({}), true),
        ("beside", json!({"ABHAProfile": bare, "ABHANumber": "91123456789015"}), true),
        ("flat", json!({"ABHAProfile": null, "healthIdNumber": NUMBER}), true),
        ("account", json!({"ABHAProfile": bare, "accounts": [{"ABHANumber": NUMBER}]}), true),
        ("in a list", json!({"ABHAProfile": listed}), true),
        ("twice", json!({"ABHANumber": OTHER}), true),
        ("masked", json!({"ABHAProfile": masked}), false),
        ("none", json!({"ABHAProfile": bare}), false),
    ]
}

fn sessions() -> Vec<(&'static str, Value, bool)> {
    vec![
        ("block", json!({}), true),
        ("own claim", json!({"tokens": tokens_of(NUMBER)}), true),
        ("another's claim", json!({"tokens": tokens_of(OTHER)}), false),
        ("none", json!({"tokens": null}), false),
        ("blank", json!({"tokens": {"token": " "}}), false),
        ("flat", with(json!({"tokens": null}), &tokens()), true),
    ]
}

const MESSAGES: &[&str] = &[
    r#""Account created successfully""#,
    r#""This account already exist""#,
    r#""OTP verified successfully""#,
    "null",
    r#"{"en":"done"}"#,
    "7",
];

fn profiles() -> Vec<(&'static str, Reply, bool)> {
    vec![
        ("own", Reply::Json(200, profile_of(NUMBER)), true),
        ("wrapped", Reply::Json(200, json!({"data": profile_of(NUMBER)})), true),
        ("digits", Reply::Json(200, profile_of("91123456789015")), true),
        ("another's", Reply::Json(200, profile_of(OTHER)), false),
        ("nothing", Reply::Json(200, json!({})), false),
        ("empty 401", empty(401), false),
        ("page", Reply::Raw(502, "text/html", b"<html>Bad Gateway</html>".to_vec()), false),
    ]
}

/// The answer to a claim, and whether the address is the person's by it.
fn claims() -> Vec<(&'static str, Reply, bool)> {
    let named = |members: Value| {
        let body = json!({"txnId": "t", "healthIdNumber": NUMBER, "preferredAbhaAddress": "asha.example@sbx"});
        Reply::Json(200, with(body, &members))
    };
    vec![
        ("own", named(json!({})), true),
        ("no suffix", named(json!({"preferredAbhaAddress": "asha.example"})), true),
        ("masked", named(json!({"healthIdNumber": "xx-xxxx-xxxx-9015"})), true),
        ("another's number", named(json!({"healthIdNumber": OTHER})), false),
        ("fault", Reply::Json(500, json!({"message": "x"})), false),
    ]
}

/// The answer to a link, and whether it proves one.
fn links() -> Vec<(&'static str, Value, bool)> {
    let own = json!({
        "txnId": "l", "authResult": "success", "accounts": [{"ABHANumber": NUMBER}],
        "message": "Mobile number is now successfully linked to your Account",
    });
    let of = |members: Value| with(own.clone(), &members);
    vec![
        ("own", own.clone(), true),
        ("text", of(json!({"authResult": null})), true),
        ("masked", of(json!({"accounts": [{"ABHANumber": "xx-xxxx-xxxx-9015"}]})), true),
        ("result", of(json!({"message": null, "accounts": null})), true),
        ("another's", of(json!({"accounts": [{"ABHANumber": OTHER}]})), false),
        ("denied", of(json!({"message": "OTP did not match, please try again"})), false),
        ("undone", of(json!({"message": "Mobile Number delinked successfully"})), false),
        ("nothing", json!({}), false),
    ]
}

#[test]
fn whatever_two_things_are_odd_about_a_creation_its_number_is_kept_and_nothing_is_made_twice() {
    let (numbers, sessions, profiles) = (numbers(), sessions(), profiles());
    let (claims, links) = (claims(), links());
    let sizes = [
        RESULTS.len(),
        STATUSES.len(),
        numbers.len(),
        sessions.len(),
        MESSAGES.len(),
        profiles.len(),
        claims.len(),
        links.len(),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    for chosen in pairs(&sizes) {
        let [result, status, number, session, message, profile, claim, link] = chosen[..] else {
            unreachable!()
        };
        let (result, (status, by_status)) = (RESULTS[result], STATUSES[status]);
        let (number, session) = (&numbers[number], &sessions[session]);
        let (profile, claim, link) = (&profiles[profile], &claims[claim], &links[link]);
        let mut body = with(with(good(), &number.1), &session.1);
        body = with(body, &serde_json::from_str(result.1).unwrap());
        body["message"] = serde_json::from_str(MESSAGES[message]).unwrap();
        let what = format!(
            "{}, {status}, number {}, session {}, message {message}, profile {}, claim {}, link {}",
            result.0, number.0, session.0, profile.0, claim.0, link.0
        );
        listen(Level::TRACE);
        let mut shown = Shown::default();
        runtime.block_on(async {
            let bench = Bench::new();
            bench.abdm.answers(ENROL_OTP, 200, otp_sent(TXN)).answers(ENROL, status, body.clone());
            for _ in 0..30 {
                bench.abdm.on(PROFILE, profile.1.clone());
            }
            let mut flow = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
            let outcome = flow.verify(&otp(), &mobile()).await;
            shown.value(&flow);
            let told_by_session = session.2 && (profile.2 || session.0 == "own claim");
            match outcome {
                Ok(person) => {
                    let made = result.2 == Made::Fine && by_status == Made::Fine;
                    assert!(
                        made && (number.2 || session.2 || session.0 == "another's claim"),
                        "{what}"
                    );
                    let told = person.abha_number().map(abdm_core::person::AbhaNumber::to_dashed);
                    let by_token = session.0 == "another's claim";
                    let by_profile =
                        session.2 && session.0 != "own claim" && profile.0 == "another's";
                    if number.0 == "none" && (by_token || by_profile) {
                        // Nothing else says whose account it is.
                        assert_eq!(told.as_deref(), Some(OTHER), "{what}");
                        return;
                    }
                    assert!(told.is_none() || told.as_deref() == Some(NUMBER), "{what}");
                    assert!(told.is_some() || !(number.2 || told_by_session), "lost: {what}");
                    follow(&bench, person, (&what, &mut shown), profile.2, claim, link).await;
                }
                Err(error) => {
                    shown.error(&error);
                    let refused = result.2 == Made::Refused;
                    let lost = result.2 == Made::Fine && by_status == Made::Fine;
                    assert!(!(lost && (number.2 || session.2)), "lost: {what} {error:?}");
                    let problem = error.problem();
                    assert_ne!(problem, Problem::NoAbha, "{what}");
                    let uncertain = number.2 || session.2 || session.0 == "another's claim";
                    if !refused && uncertain {
                        assert_eq!(problem, Problem::OutcomeUnknown, "{what}");
                    }
                    if problem == Problem::OutcomeUnknown {
                        let again = flow.verify(&otp(), &mobile()).await.unwrap_err();
                        assert_eq!(again.problem(), Problem::OutcomeUnknown, "{what}");
                    }
                }
            }
            assert_eq!(bench.abdm.count("byAadhaar"), 1, "{what}");
        });
        shown.assert_silent(&what);
    }
}

/// The steps after the creation.
async fn follow(
    bench: &Bench,
    mut person: Enrolled,
    (what, shown): (&str, &mut Shown),
    own_profile: bool,
    claim: &(&str, Reply, bool),
    link: &(&str, Value, bool),
) {
    shown.value(&person);
    bench.abdm.answers(ENROL_OTP, 200, otp_sent("linking"));
    let mut linking = person.link_mobile(&mobile()).await.unwrap();
    bench.abdm.answers(LINK, 200, link.1.clone());
    let known = person.abha_number().is_some();
    match linking.verify(&otp()).await {
        Ok(linked) => {
            // Whose link it is cannot be compared with a number that nobody has told.
            assert!(link.2 || (link.0 == "another's" && !known), "linked: {what}");
            assert_eq!(linked.mobile_link(), &MobileLink::Linked);
            person = linked;
        }
        Err(error) => {
            shown.error(&error);
            assert!(!link.2, "{what} {error:?}");
            assert_eq!(error.problem(), Problem::AnswerUnusable, "{what}");
            person = linking.skip();
        }
    }
    for _ in 0..9 {
        bench.abdm.on(CLAIM, claim.1.clone());
    }
    match person.claim_address(&name()).await {
        Ok(address) => {
            assert_eq!(address.as_str(), "asha.example@sbx");
            assert!(claim.2 || (claim.0 == "another's number" && !known), "claimed: {what}");
        }
        Err(error) => {
            shown.error(&error);
            assert!(!claim.2, "{what} {error:?}");
            let unsure = [Problem::OutcomeUnknown, Problem::Unavailable];
            assert!(unsure.contains(&error.problem()), "{what} {error:?}");
        }
    }
    let number = person.abha_number().cloned();
    let registration = person.finish().await;
    shown.value(&registration);
    if let Some(number) = number {
        assert_eq!(registration.abha_number, Some(number), "{what}");
        let others = |address: &abdm_core::person::AbhaAddress| address.name() == "ravi.other";
        assert!(!registration.addresses.iter().any(others), "{what}");
        let kept = registration.profile.is_some();
        assert_eq!(kept, own_profile && registration.session.is_some(), "{what}");
    }
}
