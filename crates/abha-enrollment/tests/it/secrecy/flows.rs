//! The same over logins, changes of a profile, addresses, look-ups and applications.

use std::fmt::{Debug, Write as _};

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::testing::log::{listen, logged, shows};
use abha_enrollment::api::account::{
    FetchAbhaCard, FetchProfile, LogOut, RenewSession, RequestChangeOtp, SendEmailLink,
    UpdateProfile, VerifyChange,
};
use abha_enrollment::api::address::{
    CheckAddressName, FetchAddressCard, FetchAddressProfile, RequestAddressOtp, SearchAbhaAddress,
    VerifyAbhaAddress,
};
use abha_enrollment::api::enrollment::{
    CheckFaceCapture, InitFaceAuth, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin, VerifyLoginInOneStep, VerifyUser,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::{Error, Language};
use abha_enrollment::flow::lookup::LookupBy;
use abha_enrollment::flow::profile::Photo;
use abha_enrollment::flow::verification::{OtpRoute, ProofRoute, VerificationOutcome};
use abha_enrollment::input::{AadhaarOrVid, EmailAddress, Password, PidBlock};
use serde_json::{Value, json};
use tracing::Level;

use super::assert_silent;
use crate::support::{
    AADHAAR, Bench, MOBILE, Reply, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens,
};

const VID: &str = "9123456789012346";
const EMAIL: &str = "asha@home.in";
const PASSWORD: &str = "Sunrise#47";
const FORBIDDEN_TOO: &[&str] = &[
    "transfer-token",
    "address-token",
    VID,
    EMAIL,
    PASSWORD,
    "Moonlight#58",
    "asha@sbx",
    "PidData",
    "UGlkRGF0YQ",
    "went abroad",
    "01011990",
];

/// All that a program may print.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn value<T: Debug>(&mut self, value: T) -> T {
        write!(self.0, "{value:?} {value:#?}").unwrap();
        value
    }

    fn error<T: Debug>(&mut self, outcome: Result<T, Error>) {
        let error = outcome.unwrap_err();
        write!(self.0, "{error} {error:?} {error:#?} {}", error.desk_text(Language::Hindi))
            .unwrap();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            write!(self.0, "{cause} {cause:?}").unwrap();
            source = cause.source();
        }
    }

    /// That nothing of it, and nothing of the log, is a person's.
    #[track_caller]
    fn assert_silent(self, endpoints: &[&str]) {
        let log = logged();
        for endpoint in endpoints {
            assert!(log.contains(endpoint), "the log was listened to: {endpoint}");
        }
        for text in [self.0, log] {
            assert_silent(&text);
            if let Some(secret) = shows(&text, FORBIDDEN_TOO.iter().copied()) {
                let at = text.rfind(secret).unwrap();
                let from = text[..at].char_indices().rev().nth(200).map_or(0, |(from, _)| from);
                panic!("{secret} shows in: {}", &text[from..at + secret.len()]);
            }
        }
    }
}

fn number() -> AbhaNumber {
    "91-1234-5678-9015".parse().unwrap()
}

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

/// A refusal that repeats whose it is.
fn talkative() -> Value {
    json!({"error": {"code": "ABDM-1204", "message": format!(
        "UIDAI Error code : 400 : Invalid OTP for {AADHAAR}, {VID}, {MOBILE}, {EMAIL}, asha@sbx, \
         91-1234-5678-9015"
    )}})
}

fn account() -> Value {
    json!({
        "ABHANumber": "91-1234-5678-9015", "name": "Asha Example", "dob": "26-06-1999",
        "profilePhoto": "photo-bytes", "preferredAbhaAddress": "asha@sbx", "mobile": MOBILE,
    })
}

fn verified() -> Value {
    let mut answer = tokens();
    answer["authResult"] = json!("success");
    answer["txnId"] = json!(TXN);
    answer["message"] = json!("verified");
    answer["accounts"] = json!([account()]);
    answer
}

#[tokio::test]
async fn nothing_shows_in_any_login() {
    listen(Level::TRACE);
    let (bench, mut printed) = (Bench::new(), Printed::default());
    let (request, verify) = (live!(Abha, RequestLoginOtp), live!(Abha, VerifyLogin));
    for _ in 0..6 {
        bench.abdm.answers(request, 200, otp_sent(TXN));
    }
    bench.abdm.answers(verify, 422, talkative());
    for _ in 0..3 {
        bench.abdm.answers(verify, 200, verified());
    }
    bench.abdm.answers(
        verify,
        200,
        json!({
            "authResult": "success", "txnId": TXN, "token": "transfer-token", "expiresIn": 300,
            "accounts": [account()],
        }),
    );
    bench.abdm.answers(verify, 401, talkative());
    bench.abdm.answers(live!(Abha, VerifyUser), 400, talkative());
    bench.abdm.answers(live!(Abha, VerifyUser), 200, tokens());
    bench.abdm.answers(
        live!(Abha, FindAbha),
        200,
        json!([{"txnId": "found", "ABHA": [
            {"index": 1, "ABHANumber": "91-1234-5678-9015", "name": "Asha Example"},
        ]}]),
    );
    bench.abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
    bench.abdm.answers(live!(Abha, CheckFaceCapture), 200, json!({"status": "COMPLETE"}));
    bench.abdm.answers(live!(Abha, VerifyLoginInOneStep), 422, talkative());

    let mut flow = bench.desk.verify_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    printed.error(flow.verify(&otp()).await);
    printed.value(flow.verify(&otp()).await.unwrap());
    printed.value(&flow);
    let vid = printed.value(AadhaarOrVid::parse(VID).unwrap());
    let mut flow = bench.desk.verify_by_aadhaar(&vid, consent()).await.unwrap();
    printed.value(flow.verify(&otp()).await.unwrap());
    let scan =
        Scan::new(Modality::Finger, PidBlock::from_xml("<PidData>01011990</PidData>").unwrap());
    let flow = printed.value(bench.desk.announce_scan(&number(), Modality::Finger).await.unwrap());
    printed.value(flow.verify(&scan).await.unwrap());
    printed.value(scan);

    let mut flow = bench.desk.verify_by_mobile(&mobile()).await.unwrap();
    let outcome = printed.value(flow.verify(&otp()).await.unwrap());
    let VerificationOutcome::ChooseAccount(choice) = outcome else { panic!("a choice") };
    printed.error(choice.choose(&number()).await);
    printed.value(choice.choose(&number()).await.unwrap());

    let password = printed.value(Password::existing(PASSWORD));
    printed.error(bench.desk.verify_by_password(&number(), &password).await);
    let found = printed.value(bench.desk.find_by_mobile(&mobile()).await.unwrap());
    let chosen = &found.accounts()[0];
    printed.value(found.prove(chosen, ProofRoute::FaceApp).await.unwrap());
    let face = printed.value(bench.desk.verify_by_face_app(consent()).await.unwrap());
    face.completed().await.unwrap();
    printed.error(face.verify(&aadhaar()).await);
    printed.assert_silent(&["RequestLoginOtp", "VerifyLogin", "VerifyUser", "FindAbha"]);
}

#[tokio::test]
async fn nothing_shows_in_any_change_of_a_profile() {
    listen(Level::TRACE);
    let (bench, mut printed) = (Bench::new(), Printed::default());
    bench.abdm.answers(live!(Abha, VerifyLogin), 200, verified());
    bench.abdm.answers(live!(Abha, FetchProfile), 200, account());
    bench.abdm.answers(live!(Abha, UpdateProfile), 200, account());
    bench.abdm.answers(live!(Abha, UpdateProfile), 400, talkative());
    let card = [b"\x89PNG\r\n\x1a\n photo-bytes".as_slice(), &[7; 64]].concat();
    bench.abdm.on(live!(Abha, FetchAbhaCard), Reply::Raw(200, "image/png", card));
    for _ in 0..5 {
        bench.abdm.answers(live!(Abha, RequestChangeOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(Abha, VerifyChange), 422, talkative());
        bench.abdm.answers(live!(Abha, VerifyChange), 200, verified());
    }
    bench.abdm.answers(live!(Abha, SendEmailLink), 400, talkative());
    bench.abdm.answers(live!(Abha, RenewSession), 200, tokens());
    bench.abdm.answers(live!(Abha, LogOut), 200, json!({"message": "bye Asha"}));

    let (old, new) = (Password::existing(PASSWORD), Password::chosen("Moonlight#58").unwrap());
    let email = printed.value(EmailAddress::parse(EMAIL).unwrap());
    let mut profile = bench.desk.verify_by_password(&number(), &old).await.unwrap().profile();
    printed.value(profile.fetch().await.unwrap());
    printed.value(profile.card().await.unwrap());
    let photo = Photo::new(b"\xff\xd8\xff\xe0photo-bytes".to_vec()).unwrap();
    printed.value(profile.change_photo(&photo).await.unwrap());
    printed.error(profile.change_photo(&photo).await);
    printed.value(photo);
    for change in [
        profile.change_mobile(&mobile()).await,
        profile.change_email(&email).await,
        profile.renew_kyc(&number()).await,
        profile.set_password(&new, OtpRoute::Aadhaar).await,
        profile.delete(&number(), OtpRoute::AbhaMobile, "went abroad").await,
    ] {
        let mut change = printed.value(change.unwrap());
        printed.error(change.confirm(&otp()).await);
        change.confirm(&otp()).await.unwrap();
        printed.value(change);
    }
    bench.abdm.answers(live!(Abha, VerifyChange), 400, talkative());
    printed.error(profile.change_password(&old, &new).await);
    printed.error(profile.send_email_link(&email).await);
    profile.renew().await.unwrap();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    printed.value(profile.save(&keys, "c").unwrap());
    printed.value(&profile);
    profile.log_out().await.unwrap();
    printed.assert_silent(&["RequestChangeOtp", "VerifyChange", "UpdateProfile", "RenewSession"]);
}

#[tokio::test]
async fn nothing_shows_of_an_address_a_look_up_or_an_application() {
    listen(Level::TRACE);
    let (bench, mut printed) = (Bench::new(), Printed::default());
    let (request, verify) =
        (live!(AbhaAddressWeb, RequestAddressOtp), live!(AbhaAddressWeb, VerifyAbhaAddress));
    let user = json!({
        "abhaAddress": "asha@sbx", "fullName": "Asha Example", "abhaNumber": "91-1234-5678-9015",
        "profilePhoto": "photo-bytes", "mobile": MOBILE,
    });
    let mut session = tokens();
    session["token"] = json!("address-token");
    bench.abdm.answers(live!(AbhaAddressWeb, SearchAbhaAddress), 200, user.clone());
    bench.abdm.answers(live!(AbhaAddressWeb, SearchAbhaAddress), 400, talkative());
    bench.abdm.answers(request, 200, otp_sent(TXN));
    bench.abdm.answers(
        verify,
        400,
        json!([{"code": "ABDM-9999: ", "message": "Invalid OTP of asha@sbx"}]),
    );
    bench.abdm.answers(
        verify,
        200,
        json!({"authResult": "success", "users": [user], "tokens": session}),
    );
    bench.abdm.answers(live!(AbhaAddressWeb, FetchAddressProfile), 200, user.clone());
    bench.abdm.answers(live!(AbhaAddressWeb, FetchAddressProfile), 401, talkative());
    bench.abdm.on(
        live!(AbhaAddressWeb, FetchAddressCard),
        Reply::Raw(500, "text/plain", b"no card for asha@sbx".to_vec()),
    );
    bench.abdm.on(
        live!(AbhaAddressWeb, FetchAddressCard),
        Reply::Raw(
            200,
            "image/png",
            [b"\x89PNG\r\n\x1a\n photo-bytes".as_slice(), &[7; 64]].concat(),
        ),
    );
    bench.abdm.answers(live!(AbhaAddressWeb, CheckAddressName), 200, json!(true));
    bench.abdm.answers(live!(Abha, SearchAbhaNumber), 200, account());
    bench.abdm.answers(live!(Abha, FindAbha), 404, talkative());
    let enrolment = live!(Abha, RequestEnrolmentOtp);
    bench.abdm.answers(enrolment, 400, json!({"loginId": format!("Invalid LoginId {AADHAAR}")}));
    bench.abdm.answers(enrolment, 200, otp_sent(TXN));
    bench.abdm.answers(live!(Abha, VerifyEnrolmentOtp), 422, talkative());

    let address = printed.value(address());
    printed.value(bench.desk.search_abha_address(&address).await.unwrap());
    printed.error(bench.desk.search_abha_address(&address).await);
    let mut flow = bench.desk.verify_abha_address(&address, OtpRoute::AbhaMobile).await.unwrap();
    printed.error(flow.verify(&otp()).await);
    let verified = printed.value(flow.verify(&otp()).await.unwrap());
    printed.value(flow);
    printed.value(verified.profile().await.unwrap());
    printed.error(verified.profile().await);
    printed.value(verified.card().await.unwrap());
    bench.desk.is_address_taken(&address).await.unwrap();
    printed.value(bench.desk.lookup(LookupBy::AbhaNumber(&number())).await.unwrap());
    printed.error(bench.desk.lookup(LookupBy::Mobile(&mobile())).await);
    let vid = AadhaarOrVid::parse(VID).unwrap();
    printed.error(bench.desk.enrol(&vid, consent()).await);
    let mut flow = bench.desk.apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    printed.error(flow.verify(&otp()).await);
    printed.value(flow);
    printed.assert_silent(&[
        "VerifyAbhaAddress",
        "FetchAddressCard",
        "CheckAddressName",
        "SearchAbhaNumber",
    ]);
}
