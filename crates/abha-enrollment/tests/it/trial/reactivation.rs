//! Accounts that are switched off (ruling 45).

use abha_enrollment::Problem;
use abha_enrollment::api::login::SearchAbhaNumber;
use abha_enrollment::error::DeskAction;
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use serde_json::json;

use super::{
    NUMBER, REQUEST_LOGIN, VERIFY_LOGIN, enrolled_by, final_login, good, number_awaits_otp,
};
use crate::support::{Bench, Reply, TXN, live, otp, otp_sent};

// M1 trial C13, ruling 45.
#[tokio::test]
async fn an_account_that_is_switched_off_is_offered_reactivation_and_a_deleted_one_is_final() {
    for (status, problem) in [
        ("ACTIVE", None),
        ("DEACTIVATED", Some(Problem::AbhaDeactivated)),
        ("deactivated", Some(Problem::AbhaDeactivated)),
        ("DELETED", Some(Problem::AbhaDeleted)),
        ("SLEEPING", None),
    ] {
        let bench = Bench::new();
        let mut flow = number_awaits_otp(&bench).await;
        let account = json!([{"ABHANumber": NUMBER, "status": status}]);
        bench.abdm.answers(VERIFY_LOGIN, 200, final_login("t", account));
        let VerificationOutcome::Verified(person) = flow.verify(&otp()).await.unwrap() else {
            panic!("verified")
        };
        assert_eq!(person.problem(), problem, "{status}");

        let mut answer = good();
        answer["ABHAProfile"]["abhaStatus"] = status.into();
        let enrolled = enrolled_by(&bench, Reply::Json(200, answer)).await.unwrap();
        assert_eq!(enrolled.problem(), problem, "{status}");

        if problem == Some(Problem::AbhaDeactivated) {
            bench.abdm.answers(REQUEST_LOGIN, 200, otp_sent(TXN));
            let done =
                json!({"authResult": "success", "message": "Your account has been reactivated."});
            bench.abdm.answers(VERIFY_LOGIN, 200, done);
            let mut flow = person.reactivate(OtpRoute::Aadhaar).await.unwrap();
            flow.verify(&otp()).await.unwrap();
            let scope = &bench.abdm.last().body["scope"];
            assert_eq!(scope, &json!(["abha-login", "aadhaar-verify", "re-activate"]));
        }
    }
    assert_eq!(Problem::AbhaDeactivated.action(), DeskAction::OfferReactivation);
    assert_ne!(Problem::AbhaDeleted.action(), DeskAction::OfferReactivation);
}

// M1 trial C13: 1407.
#[tokio::test]
async fn code_1407_offers_reactivation_and_a_lookup_tells_the_state() {
    let bench = Bench::new();
    let off = json!({"error": {"code": "ABDM-1407", "message": "The ABHA Number is currently deactivated."}});
    bench.abdm.answers(REQUEST_LOGIN, 400, off.clone());
    let number = NUMBER.parse().unwrap();
    let error = bench.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap_err();
    assert_eq!(error.problem().action(), DeskAction::OfferReactivation);
    for (status, body, existence) in [
        (400, off, Existence::Deactivated),
        (200, json!({"status": "DEACTIVATED"}), Existence::Deactivated),
        (200, json!({"status": "DELETED"}), Existence::Deleted),
    ] {
        bench.abdm.answers(live!(Abha, SearchAbhaNumber), status, body);
        let told = bench.desk.lookup(LookupBy::AbhaNumber(&number)).await.unwrap();
        assert_eq!(told.existence, existence);
    }
}
