//! Every flow at rest: saved in the middle, gone on with at another desk, and closed to everybody
//! else.

use abdm_core::environment::Environment;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKey, SealingKeyRing};
use abha_enrollment::api::account::{FetchProfile, RequestChangeOtp, VerifyChange};
use abha_enrollment::api::address::{FetchAddressProfile, RequestAddressOtp, VerifyAbhaAddress};
use abha_enrollment::api::enrollment::{
    CheckFaceCapture, DocumentEnrolment, EnrolByAadhaar, EnrolByDocument, Home, InitFaceAuth,
    RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, VerifyLogin, VerifyLoginInOneStep, VerifyUser,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::address::AddressVerification;
use abha_enrollment::flow::enrolment::{Application, Enrolment};
use abha_enrollment::flow::verification::{
    OtpRoute, ProofRoute, Verification, VerificationOutcome,
};
use abha_enrollment::input::{EmailAddress, PidBlock};
use abha_enrollment::{Desk, Problem};
use serde_json::{Value, json};

use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens};

const MINE: &str = "web-session-1";

/// Two desks on one double of ABDM, and the key that both have.
struct Hall {
    bench: Bench,
    other: Desk,
    keys: SealingKeyRing,
}

impl Hall {
    fn new() -> Self {
        let bench = Bench::new();
        let other = bench.desk_in(Environment::at("http://127.0.0.1:9").unwrap());
        let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
        let hall = Self { bench, other, keys };
        hall.play();
        hall
    }

    fn desk(&self) -> &Desk {
        &self.bench.desk
    }

    /// Enough answers for every flow of this file, whichever comes first.
    fn play(&self) {
        let abdm = &self.bench.abdm;
        let session = json!({
            "txnId": "after", "authResult": "success", "token": "user-token", "expiresIn": 1800,
            "refreshToken": "refresh-token", "refreshExpiresIn": 1_296_000,
            "accounts": [{"ABHANumber": "91-1234-5678-9015", "name": "Asha", "status": "ACTIVE"}],
        });
        let address = json!({
            "authResult": "success", "users": [{"abhaAddress": "asha@sbx"}], "tokens": tokens(),
        });
        let success = json!({"txnId": "after", "authResult": "success", "message": "done"});
        for _ in 0..9 {
            abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
            abdm.answers(live!(Abha, RequestLoginOtp), 200, otp_sent(TXN));
            abdm.answers(live!(Abha, RequestChangeOtp), 200, otp_sent(TXN));
            abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
            abdm.answers(live!(Abha, VerifyEnrolmentOtp), 200, success.clone());
            abdm.answers(live!(Abha, VerifyLogin), 200, session.clone());
            abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, address.clone());
        }
        abdm.answers(live!(Abha, VerifyLoginInOneStep), 200, session);
        abdm.answers(live!(Abha, VerifyChange), 200, success);
        abdm.answers(live!(Abha, VerifyUser), 200, tokens());
        abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
        abdm.answers(live!(Abha, InitFaceAuth), 200, otp_sent(TXN));
        abdm.answers(live!(Abha, CheckFaceCapture), 200, json!({"status": "COMPLETE"}));
        abdm.answers(
            live!(Abha, FindAbha),
            200,
            json!([{"txnId": "found", "ABHA": [
                {"index": 1, "name": "Asha", "authMethods": ["MOBILE_OTP"]},
            ]}]),
        );
        let taken = json!({"enrolProfile": {"enrolmentNumber": "91-5555-5555-5559"}});
        abdm.answers(live!(Abha, EnrolByDocument), 200, taken);
        for _ in 0..2 {
            abdm.answers(
                live!(Abha, EnrolByAadhaar),
                200,
                json!({"txnId": TXN, "tokens": tokens(), "isNew": true}),
            );
            abdm.answers(live!(Abha, FetchProfile), 200, json!({"name": "Asha"}));
        }
        let profile = json!({"abhaAddress": "asha@sbx"});
        abdm.answers(live!(AbhaAddressWeb, FetchAddressProfile), 200, profile);
    }

    /// As what a sealed flow opens under a context.
    fn opens_as(&self, saved: &Sealed, context: &str) -> Vec<&'static str> {
        let (desk, keys) = (&self.other, &self.keys);
        let mut kinds = Vec::new();
        let mut tried = |kind, problem: Option<Problem>| match problem {
            None => kinds.push(kind),
            Some(problem) => assert_eq!(problem, Problem::SavedFlowUnreadable, "as {kind}"),
        };
        macro_rules! try_as {
            ($($method:ident),+) => {$(
                let outcome = desk.$method(saved, keys, context);
                tried(stringify!($method), outcome.err().map(|error| error.problem()));
            )+};
        }
        try_as!(
            resume_enrolment,
            resume_face_capture,
            resume_application,
            resume_verification,
            resume_reactivation,
            resume_enrolment_numbers,
            resume_address_verification,
            resume_profile,
            resume_change
        );
        kinds
    }

    /// That a sealed flow opens as its kind, in its context, and as nothing else.
    #[track_caller]
    fn guard(&self, saved: Sealed, kind: &str) -> Sealed {
        assert_eq!(self.opens_as(&saved, MINE), [kind]);
        assert_eq!(self.opens_as(&saved, "web-session-2"), [""; 0]);
        assert_eq!(self.opens_as(&saved, ""), [""; 0]);
        saved
    }

    fn verification(&self, saved: &Sealed) -> Verification {
        self.other.resume_verification(saved, &self.keys, MINE).unwrap()
    }

    fn enrolment(&self, saved: &Sealed) -> Enrolment {
        self.other.resume_enrolment(saved, &self.keys, MINE).unwrap()
    }
}

/// Saves a flow, holds the seal against every other kind and context, and resumes it elsewhere.
macro_rules! moved {
    ($hall:ident, $flow:expr, enrolment, $variant:ident) => {{
        let sealed = $flow.save(&$hall.keys, MINE).unwrap();
        match $hall.enrolment(&$hall.guard(sealed, "resume_enrolment")) {
            Enrolment::$variant(flow) => flow,
            other => panic!("{other:?}"),
        }
    }};
    ($hall:ident, $flow:expr, verification, $variant:ident) => {{
        let sealed = $flow.save(&$hall.keys, MINE).unwrap();
        match $hall.verification(&$hall.guard(sealed, "resume_verification")) {
            Verification::$variant(flow) => flow,
            other => panic!("{other:?}"),
        }
    }};
    ($hall:ident, $flow:expr, $method:ident) => {{
        let sealed = $hall.guard($flow.save(&$hall.keys, MINE).unwrap(), stringify!($method));
        $hall.other.$method(&sealed, &$hall.keys, MINE).unwrap()
    }};
}

fn number() -> AbhaNumber {
    "91-1234-5678-9015".parse().unwrap()
}

fn scan() -> Scan {
    let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
    Scan::new(Modality::Iris, pid)
}

#[tokio::test]
async fn an_enrolment_moves_between_desks_at_every_step() {
    let hall = Hall::new();
    let flow = hall.desk().enrol(&aadhaar(), consent()).await.unwrap();
    let mut flow = moved!(hall, flow, enrolment, AwaitsOtp);
    let flow = flow.verify(&otp(), &mobile()).await.unwrap();
    let flow = moved!(hall, flow, enrolment, Enrolled);
    let linking = flow.link_mobile(&mobile()).await.unwrap();
    let mut linking = moved!(hall, linking, enrolment, LinksMobile);
    let flow = linking.verify(&otp()).await.unwrap();
    let email = EmailAddress::parse("asha@example.org").unwrap();
    let linking = flow.link_email(&email).await.unwrap();
    let mut linking = moved!(hall, linking, enrolment, LinksEmail);
    let flow = linking.verify(&otp()).await.unwrap();
    let flow = moved!(hall, flow, enrolment, Enrolled);
    assert!(flow.is_email_linked());
    assert!(flow.finish().await.session.is_some());
}

/// The same text as a former release sealed it: without these fields.
fn of_former_release(hall: &Hall, saved: &Sealed, kind: &str, newer: &[&str]) -> Sealed {
    fn strip(value: &mut Value, newer: &[&str]) {
        match value {
            Value::Object(fields) => {
                fields.retain(|name, _| !newer.contains(&name.as_str()));
                fields.values_mut().for_each(|field| strip(field, newer));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| strip(item, newer)),
            _ => {}
        }
    }
    let bound = format!("abha-enrollment/{kind}/{MINE}");
    let text = hall.keys.open(saved, &bound).unwrap();
    let mut snapshot: Value = serde_json::from_slice(&text).unwrap();
    for field in newer {
        assert!(snapshot.to_string().contains(&format!("\"{field}\":")), "{field} is kept");
    }
    strip(&mut snapshot, newer);
    hall.keys.seal(snapshot.to_string().as_bytes(), &bound).unwrap()
}

#[tokio::test]
async fn texts_that_a_former_release_sealed_still_open() {
    let hall = Hall::new();
    let flow = hall.desk().enrol(&aadhaar(), consent()).await.unwrap();
    let saved = flow.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "enrolment", &["busy_until"]);
    let Enrolment::AwaitsOtp(mut flow) = hall.enrolment(&saved) else { panic!("the OTP") };
    let person = flow.verify(&otp(), &mobile()).await.unwrap();
    let saved = person.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "enrolment", &["number", "email_linked"]);
    assert!(matches!(hall.enrolment(&saved), Enrolment::Enrolled(_)));

    let flow = hall.desk().verify_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    let saved = flow.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "verification", &["asked", "busy_until"]);
    let Verification::AwaitsOtp(mut flow) = hall.verification(&saved) else { panic!("the OTP") };
    let VerificationOutcome::Verified(person) = flow.verify(&otp()).await.unwrap() else {
        panic!("verified")
    };
    let saved = person.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "verification", &["number"]);
    let Verification::Verified(person) = hall.verification(&saved) else { panic!("verified") };
    assert_eq!(person.abha_number(), Some(&number()), "of the account that was kept");

    let flow = hall.desk().announce_scan(&number(), Modality::Iris).await.unwrap();
    let saved = flow.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "verification", &["asked"]);
    assert!(matches!(hall.verification(&saved), Verification::AwaitsScan(_)));

    let address = "asha@sbx".parse().unwrap();
    let flow = hall.desk().verify_abha_address(&address, OtpRoute::AbhaMobile).await.unwrap();
    let saved = flow.save(&hall.keys, MINE).unwrap();
    let saved = of_former_release(&hall, &saved, "address", &["asked", "busy_until"]);
    let resumed = hall.other.resume_address_verification(&saved, &hall.keys, MINE).unwrap();
    let AddressVerification::AwaitsOtp(mut flow) = resumed else { panic!("the OTP") };
    assert_eq!(flow.verify(&otp()).await.unwrap().abha_address(), Some(address));
}

#[tokio::test]
async fn a_face_enrolment_and_a_licence_move_between_desks() {
    let hall = Hall::new();
    let flow = hall.desk().enrol_by_face_app(consent()).await.unwrap();
    let mut flow = moved!(hall, flow, resume_face_capture);
    assert!(flow.is_complete().await.unwrap());
    flow.enrol(&aadhaar(), &mobile()).await.unwrap();

    let flow = hall.desk().apply_by_driving_licence(&mobile(), consent()).await.unwrap();
    let Application::AwaitsOtp(mut flow) = moved!(hall, flow, resume_application) else {
        panic!("the OTP")
    };
    let flow = flow.verify(&otp()).await.unwrap();
    let Application::AwaitsPapers(mut flow) = moved!(hall, flow, resume_application) else {
        panic!("the papers")
    };
    let describe = |txn_id, consent| {
        DocumentEnrolment::driving_licence(
            txn_id,
            consent,
            "MH1220190000000".into(),
            ("Asha".into(), "Example".into()),
            ("1999-06-26".into(), abdm_core::vocabulary::Gender::Female),
            ("front".into(), "back".into()),
            Home {
                address: "12 Example Road".into(),
                state: "Maharashtra".into(),
                district: "Pune".into(),
                pin_code: "411001".into(),
            },
        )
    };
    flow.submit(describe).await.unwrap();
    let Application::AwaitsPapers(mut flow) = moved!(hall, flow, resume_application) else {
        panic!("the papers")
    };
    let again = flow.submit(describe).await.unwrap_err();
    assert_eq!(again.problem(), Problem::TransactionOver, "what is done is saved with it");
}

#[tokio::test]
async fn every_verification_moves_between_desks() {
    let hall = Hall::new();
    let flow = hall.desk().verify_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
    let mut flow = moved!(hall, flow, verification, AwaitsOtp);
    let VerificationOutcome::Verified(flow) = flow.verify(&otp()).await.unwrap() else {
        panic!("verified")
    };
    let flow = moved!(hall, flow, verification, Verified);
    assert_eq!(flow.abha_number(), Some(&number()));

    let flow = hall.desk().announce_scan(&number(), Modality::Iris).await.unwrap();
    moved!(hall, flow, verification, AwaitsScan).verify(&scan()).await.unwrap();

    let flow = hall.desk().verify_by_face_app(consent()).await.unwrap();
    moved!(hall, flow, verification, AwaitsFaceLogin).verify(&aadhaar()).await.unwrap();

    let found = hall.desk().find_by_mobile(&mobile()).await.unwrap();
    let found = moved!(hall, found, verification, ChoosesFound);
    let chosen = &found.accounts()[0];
    let Verification::AwaitsFace(flow) = found.prove(chosen, ProofRoute::FaceApp).await.unwrap()
    else {
        panic!("a face")
    };
    moved!(hall, flow, verification, AwaitsFace).verify().await.unwrap();
}

#[tokio::test]
async fn a_choice_among_accounts_moves_with_its_transfer_right() {
    let bench = Bench::new();
    let transfer: Value = json!({
        "txnId": "after", "authResult": "success", "token": "transfer-token", "expiresIn": 300,
        "accounts": [{"ABHANumber": "91-1234-5678-9015"}],
    });
    bench.abdm.answers(live!(Abha, RequestLoginOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(Abha, VerifyLogin), 200, transfer);
    let other = bench.desk_in(Environment::at("http://127.0.0.1:9").unwrap());
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let hall = Hall { bench, other, keys };
    hall.play();
    let mut flow = hall.desk().verify_by_mobile(&mobile()).await.unwrap();
    let VerificationOutcome::ChooseAccount(flow) = flow.verify(&otp()).await.unwrap() else {
        panic!("a choice")
    };
    let flow = moved!(hall, flow, verification, ChoosesAccount);
    flow.choose(&number()).await.unwrap();
    assert_eq!(hall.bench.abdm.last().headers["t-token"], "Bearer transfer-token");
}

#[tokio::test]
async fn reactivation_retrieval_profile_and_change_move_between_desks() {
    let hall = Hall::new();
    let flow = hall.desk().reactivate(&number(), OtpRoute::AbhaMobile).await.unwrap();
    moved!(hall, flow, resume_reactivation).verify(&otp()).await.unwrap();

    let flow = hall.desk().retrieve_enrolment_numbers(&mobile()).await.unwrap();
    let accounts = moved!(hall, flow, resume_enrolment_numbers).verify(&otp()).await.unwrap();
    assert_eq!(accounts.len(), 1);

    let password = abha_enrollment::input::Password::existing("Sunrise#47");
    let profile = hall.desk().verify_by_password(&number(), &password).await.unwrap().profile();
    let profile = moved!(hall, profile, resume_profile);
    profile.fetch().await.unwrap();
    let change = profile.change_mobile(&mobile()).await.unwrap();
    let done = moved!(hall, change, resume_change).confirm(&otp()).await.unwrap();
    assert_eq!(done.as_deref(), Some("done"));
}

#[tokio::test]
async fn every_verification_of_an_address_moves_between_desks() {
    let hall = Hall::new();
    let address = "asha@sbx".parse().unwrap();
    let flow = hall.desk().verify_abha_address(&address, OtpRoute::AbhaMobile).await.unwrap();
    let AddressVerification::AwaitsOtp(mut flow) = moved!(hall, flow, resume_address_verification)
    else {
        panic!("the OTP")
    };
    let flow = flow.verify(&otp()).await.unwrap();
    let AddressVerification::Verified(flow) = moved!(hall, flow, resume_address_verification)
    else {
        panic!("verified")
    };
    flow.profile().await.unwrap();
    let flow = hall.desk().announce_address_scan(&address, Modality::Iris).await.unwrap();
    let AddressVerification::AwaitsScan(flow) = moved!(hall, flow, resume_address_verification)
    else {
        panic!("the scan")
    };
    flow.verify(&scan()).await.unwrap();
}
