//! Searches that ABDM refuses without saying that there is none (ruling 41).

use abha_enrollment::Problem;
use abha_enrollment::api::login::{FindAbha, SearchAbhaNumber};
use abha_enrollment::error::{DeskAction, Language};
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use serde_json::json;

use super::{NUMBER, REQUEST_LOGIN, empty};
use crate::support::{Bench, Reply, live, mobile};

const FIND: &str = live!(Abha, FindAbha);

/// The refusals of ruling 41, for a number whose form is right.
fn refusals() -> Vec<Reply> {
    vec![
        empty(400),
        Reply::Json(400, json!({"message": "Invalid mobile number"})),
        Reply::Json(
            400,
            json!({"error": {"code": "ABDM-1006", "message": "Invalid Mobile Number"}}),
        ),
        Reply::Json(400, json!([{"code": "ABDM-1006: ", "message": "Invalid mobile number"}])),
        Reply::Json(
            400,
            json!({"mobile": "Invalid Mobile Number", "timestamp": "2026-11-22 10:15:30"}),
        ),
        Reply::Json(400, json!({"loginId": "Invalid LoginId", "timestamp": "2026-11-22 10:15:30"})),
    ]
}

// M1 trial B6, ruling 41.
#[tokio::test]
async fn a_search_that_is_refused_leaves_existence_unknown() {
    for refusal in refusals() {
        let bench = Bench::new();
        for _ in 0..4 {
            bench.abdm.on(FIND, refusal.clone()).on(REQUEST_LOGIN, refusal.clone());
        }
        let told = bench.desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
        assert_eq!((told.existence, told.matches), (Existence::Unknown, 0), "{refusal:?}");
        let found = bench.desk.find_by_mobile(&mobile()).await.unwrap_err();
        let login = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
        for error in [found, login] {
            assert_eq!(error.problem(), Problem::NothingFound, "{refusal:?}");
            assert_eq!(error.problem().action(), DeskAction::OfferAnotherWay);
            let text = error.desk_text(Language::English).to_lowercase();
            assert!(!text.contains("digits") && !text.contains("support"), "{text}");
        }
    }
    // Said in words, without a code: it is not the word that lets an ABHA be created.
    let bench = Bench::new();
    let words = json!({"message": "No ABHA user registered with this mobile number."});
    bench.abdm.answers(REQUEST_LOGIN, 422, words);
    let error = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NothingFound);
}

// Ruling 41: the search for a number.
#[tokio::test]
async fn a_number_that_abdm_does_not_take_is_neither_none_nor_a_fault() {
    let number = NUMBER.parse().unwrap();
    for reply in [
        empty(400),
        Reply::Json(400, json!({"ABHANumber": "Invalid ABHA Number"})),
        Reply::Json(400, json!({"error": {"code": "ABDM-1013", "message": "Invalid ABHA Number"}})),
    ] {
        let bench = Bench::new();
        for _ in 0..3 {
            bench.abdm.on(live!(Abha, SearchAbhaNumber), reply.clone());
        }
        let told = bench.desk.lookup(LookupBy::AbhaNumber(&number)).await.unwrap();
        assert_eq!(told.existence, Existence::Unknown, "{reply:?}");
    }
}

// Ruling 41: only these two say that there is none.
#[tokio::test]
async fn only_1114_and_1115_let_an_abha_be_created() {
    for (code, message) in [
        ("ABDM-1114", "User not found."),
        ("ABDM-1115", "The mobile number you have entered does not match with any of the records."),
    ] {
        let bench = Bench::new();
        let none = json!({"error": {"code": code, "message": message}});
        bench.abdm.answers(FIND, 404, none.clone()).answers(REQUEST_LOGIN, 404, none);
        let told = bench.desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
        assert_eq!(told.existence, Existence::None, "{code}");
        let error = bench.desk.verify_by_mobile(&mobile()).await.unwrap_err();
        assert_eq!(error.problem().action(), DeskAction::OfferCreation, "{code}");
    }
}
