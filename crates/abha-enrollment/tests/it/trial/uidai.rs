//! UIDAI's refusals, and the sentences of a desk.

use abha_enrollment::Problem;
use abha_enrollment::error::{DeskAction, Language, Texts};
use serde_json::json;

use super::{ENROL, awaits_otp, empty, enrolled_by};
use crate::support::{Bench, Reply, aadhaar, consent, mobile, otp};

// M1 trial B13.
#[tokio::test]
async fn a_refusal_of_uidai_has_a_next_step_and_leaves_the_creation_open() {
    for (code, words, action) in [
        ("111", "Aadhaar number does not have mobile number", DeskAction::OfferAnotherWay),
        ("112", "Aadhaar number does not have both", DeskAction::OfferAnotherWay),
        ("997", "Aadhaar suspended", DeskAction::AskThePerson),
        ("930", "Technical error", DeskAction::TryLater),
        ("K-955", "Technical error", DeskAction::TryLater),
        (
            "403",
            "Maximum number of attempts for OTP match is exceeded or OTP is not generated. \
          Please generate a fresh OTP and try to authenticate again.",
            DeskAction::StartAgain,
        ),
        ("402", "\"txn\" value did not match with the one of the OTP", DeskAction::StartAgain),
        ("400", "Invalid Aadhaar OTP value.", DeskAction::AskAgain),
        ("952", "OTP Flooding error", DeskAction::Wait),
        ("4711", "Something new", DeskAction::OfferAnotherWay),
    ] {
        let bench = Bench::new();
        let mut flow = awaits_otp(&bench).await;
        let message = format!("UIDAI Error code : {code} : {words}");
        let refusal = json!({"error": {"code": "ABDM-1204", "message": message}});
        bench.abdm.answers(ENROL, 422, refusal).answers(ENROL, 200, super::good());
        let error = flow.verify(&otp(), &mobile()).await.unwrap_err();
        assert_eq!(error.problem().action(), action, "{code}");
        assert_ne!(error.problem(), Problem::OutcomeUnknown, "{code}");
        bench.clock.pass(chrono::TimeDelta::minutes(31));
        assert!(flow.verify(&otp(), &mobile()).await.is_ok(), "{code}: nothing was created");
    }
}

// M1 trial, section 5.
#[tokio::test]
async fn the_sentences_tell_a_receptionist_what_to_do() {
    let (english, hindi) = (Language::English, Language::Hindi);
    for (reply, says) in [
        (
            Reply::Json(
                401,
                json!({"error": {"code": "ABDM-1021", "message": "Lack of required priviledges"}}),
            ),
            "Tell your administrator",
        ),
        (
            Reply::Json(
                401,
                json!({"error": {"code": "ABDM-1094", "message": "Feature restricted"}}),
            ),
            "Tell your administrator",
        ),
        (
            Reply::Json(403, json!({"code": "900908", "message": "Resource forbidden "})),
            "Tell your administrator",
        ),
        (
            Reply::Json(
                422,
                json!({"error": {"code": "ABDM-1207", "message": "The information you provided does not match the details on record with Aadhaar."}}),
            ),
            "Name, date of birth or gender",
        ),
        (
            Reply::Json(
                422,
                json!({"error": {"code": "ABDM-1227", "message": "This client ID has reached the maximum limit of 100 ABHA account creations."}}),
            ),
            "administrator to delete some",
        ),
    ] {
        let bench = Bench::new();
        let error = enrolled_by(&bench, reply.clone()).await.unwrap_err();
        let text = error.desk_text(english);
        assert!(text.contains(says) && !text.contains("NHA"), "{reply:?}: {text}");
        assert!(!error.desk_text(hindi).contains("अभिलेख"), "a bookish word");
    }
}

// M1 trial, section 5: the reference number.
#[tokio::test]
async fn a_reference_number_is_shown_where_there_is_one_and_promised_nowhere_else() {
    let bench = Bench::new();
    let error = enrolled_by(&bench, Reply::Raw(403, "text/plain", b"Access Denied".to_vec()));
    let error = error.await.unwrap_err();
    assert_eq!(error.problem(), Problem::ProgramFault);
    let id = error.request_id().unwrap().to_string();
    for language in [Language::English, Language::Hindi] {
        assert!(error.desk_text(language).contains(&id), "{}", error.desk_text(language));
        assert!(!Problem::ProgramFault.text(language).contains("reference"));
    }
    let own = Texts::new().replace(Problem::ProgramFault, Language::English, "Call 42.");
    assert_eq!(own.of(&error, Language::English), format!("Call 42. Reference number: {id}."));

    // A wrong OTP needs none.
    let wrong = json!({"otpValue": "Invalid OTP value"});
    let error = enrolled_by(&bench, Reply::Json(400, wrong)).await.unwrap_err();
    assert_eq!(error.desk_text(Language::English), "The OTP is wrong. Please try again.");

    // And where no call was made there is none to show.
    let bench = Bench::with(crate::support::Consents { refuse: true, ..Default::default() });
    let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
    assert!(!error.desk_text(Language::English).contains("Reference"));
    let _ = empty(400);
}
