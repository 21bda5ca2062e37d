//! No secret and no personal value may show in `Debug`, errors or logs.

mod flows;

use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::testing::log::{listen, logged, shows};
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::enrollment::{EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyUser};
use abha_enrollment::error::Language;
use abha_enrollment::flow::verification::VerificationOutcome;
use serde_json::json;
use tracing::Level;

use crate::support::{
    AADHAAR, Bench, Consents, MOBILE, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens,
};

const FORBIDDEN: &[&str] = &[
    AADHAAR,
    MOBILE,
    "123456",
    "user-token",
    "refresh-token",
    "session-token",
    "client-secret",
    "Asha",
    "Example",
    "91-1234-5678-9015",
    "91123456789015",
    "photo-bytes",
    "26-06-1999",
];

#[track_caller]
fn assert_silent(text: &str) {
    assert_eq!(shows(text, FORBIDDEN.iter().copied()), None, "{text}");
}

#[tokio::test]
async fn nothing_of_a_person_shows_anywhere_at_the_most_verbose_level() {
    listen(Level::TRACE);
    let bench = Bench::new();
    bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(Abha, EnrolByAadhaar), 422, json!({
        "error": {"code": "ABDM-1204", "message": format!("UIDAI Error code : 400 : Invalid Aadhaar OTP value for {AADHAAR}.")},
    }));
    bench.abdm.answers(live!(Abha, EnrolByAadhaar), 200, json!({
        "txnId": TXN, "tokens": tokens(), "isNew": true,
        "ABHAProfile": {
            "firstName": "Asha", "lastName": "Example", "dob": "26-06-1999", "photo": "photo-bytes",
            "mobile": MOBILE, "phrAddress": ["91123456789015@sbx"], "ABHANumber": "91-1234-5678-9015",
        },
    }));
    bench.abdm.answers(
        live!(Abha, FetchProfile),
        200,
        json!({
            "name": "Asha Example", "ABHANumber": "91-1234-5678-9015", "mobile": MOBILE,
        }),
    );

    let (aadhaar, otp, mobile) = (aadhaar(), otp(), mobile());
    let mut flow = bench.desk.enrol(&aadhaar, consent()).await.unwrap();
    let error = flow.verify(&otp, &mobile).await.unwrap_err();
    let done = flow.verify(&otp, &mobile).await.unwrap();
    let registration = done.finish().await;
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let saved = done.save(&keys, "context").unwrap();

    for text in [
        format!("{flow:?} {flow:#?}"),
        format!("{done:?} {done:#?}"),
        format!("{registration:?}"),
        format!("{error} {error:?} {error:#?} {}", error.desk_text(Language::Hindi)),
        format!("{aadhaar:?} {otp:?} {mobile:?} {saved:?} {saved} {:?}", bench.desk),
    ] {
        assert_silent(&text);
    }
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = source {
        assert_silent(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
    let log = logged();
    assert!(log.contains("EnrolByAadhaar"), "the log was listened to: {log}");
    assert_silent(&log);
}

#[tokio::test]
async fn nothing_of_a_verified_person_shows_either() {
    let bench = Bench::new();
    bench.abdm.answers(live!(Abha, RequestLoginOtp), 200, otp_sent(TXN));
    bench.abdm.answers(
        live!(Abha, VerifyLogin),
        200,
        json!({
            "authResult": "success", "txnId": TXN, "token": "transfer-token", "expiresIn": 300,
            "accounts": [{"ABHANumber": "91-1234-5678-9015", "name": "Asha Example", "dob": "26-06-1999",
                          "profilePhoto": "photo-bytes", "preferredAbhaAddress": "asha@sbx"}],
        }),
    );
    bench.abdm.answers(live!(Abha, VerifyUser), 200, tokens());
    bench.abdm.answers(
        live!(Abha, FetchProfile),
        200,
        json!({"name": "Asha Example", "ABHANumber": "91-1234-5678-9015", "mobile": MOBILE}),
    );
    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let outcome = flow.verify(&otp()).await.unwrap();
    let mut shown = format!("{flow:?} {outcome:?}");
    let VerificationOutcome::ChooseAccount(choice) = outcome else { panic!("a choice") };
    let verified = choice.choose(&"91-1234-5678-9015".parse().unwrap()).await.unwrap();
    shown += &format!("{verified:?}");
    let profile = verified.profile();
    shown += &format!("{profile:?} {:?}", profile.fetch().await.unwrap());
    assert_silent(&shown);
    assert!(!shown.contains("transfer-token"), "{shown}");
}

#[tokio::test]
async fn what_a_hook_says_shows_in_the_source_of_the_error_only() {
    let bench = Bench::with(Consents { refuse: true, ..Consents::default() });
    let error = bench.desk.enrol(&aadhaar(), consent()).await.unwrap_err();
    assert_silent(&format!("{error} {error:?} {error:#?}"));
    assert!(format!("{error:?}").contains("(see the source of this error)"), "{error:?}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("Asha"), "the facility sees it");
}
