//! Proving ABHA addresses on the web family.

use abdm_core::person::AbhaAddress;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abha_enrollment::Problem;
use abha_enrollment::api::address::{
    FetchAddressCard, FetchAddressProfile, FetchAddressQrCode, RequestAddressOtp,
    SearchAbhaAddress, VerifyAbhaAddress,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::address::AddressVerification;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::PidBlock;
use serde_json::{Value, json};

use crate::support::{Bench, Reply, TXN, live, otp, otp_sent, tokens};

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

fn verified() -> Value {
    json!({
        "message": "OTP verified successfully", "authResult": "success",
        "users": [{
            "abhaAddress": "asha@sbx", "fullName": "Asha Example", "profilePhoto": "/9j/photo",
            "abhaNumber": "91-1234-5678-9015", "status": "ACTIVE", "kycStatus": "VERIFIED",
        }],
        "tokens": tokens(),
    })
}

#[tokio::test]
async fn an_address_is_proved_under_its_own_key_and_token() {
    let bench = Bench::new();
    bench.abdm.answers(live!(AbhaAddressWeb, SearchAbhaAddress), 200, json!({
        "healthIdNumber": null, "abhaAddress": "asha@sbx", "authMethods": ["MOBILE_OTP"],
        "blockedAuthMethods": [], "status": "ACTIVE", "message": null, "fullName": "Asha Example",
    }));
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, verified());
    bench.abdm.answers(
        live!(AbhaAddressWeb, FetchAddressProfile),
        200,
        json!({
            "abhaAddress": "asha@sbx", "mobileVerified": "true", "emailVerified": "false",
            "abhaLinkedCount": "2", "dayOfBirth": 26,
        }),
    );
    let png = [b"\x89PNG\r\n\x1a\ncard".as_slice(), &[7; 64]].concat();
    bench
        .abdm
        .on(live!(AbhaAddressWeb, FetchAddressCard), Reply::Raw(202, "image/png", png.clone()));
    bench.abdm.on(
        live!(AbhaAddressWeb, FetchAddressQrCode),
        Reply::Raw(200, "application/json", png.clone()),
    );

    let state = bench.desk.search_abha_address(&address()).await.unwrap();
    assert_eq!(state.health_id_number, None);
    let mut flow = bench.desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap();
    let verified = flow.verify(&otp()).await.unwrap();
    assert_eq!(verified.abha_address().unwrap(), address());
    assert_eq!(verified.abha_number().unwrap().to_digits(), "91123456789015");
    let profile = verified.profile().await.unwrap();
    assert_eq!((profile.mobile_verified, profile.email_verified), (Some(true), Some(false)));
    for document in [verified.card().await.unwrap(), verified.qr_code().await.unwrap()] {
        assert_eq!(
            (document.media_type(), document.bytes().as_ref()),
            ("image/png", png.as_slice())
        );
    }
    let calls: Vec<Value> = bench.abdm.calls().iter().map(|call| call.snapshot()).collect();
    insta::assert_json_snapshot!(calls);
}

#[tokio::test]
async fn a_scan_and_an_aadhaar_otp_prove_an_address_too() {
    let bench = Bench::new();
    for _ in 0..2 {
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, verified());
    }
    let mut flow = bench.desk.verify_abha_address(&address(), OtpRoute::Aadhaar).await.unwrap();
    flow.verify(&otp()).await.unwrap();
    let flow = bench.desk.announce_address_scan(&address(), Modality::Finger).await.unwrap();
    let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
    flow.verify(&Scan::new(Modality::Finger, pid)).await.unwrap();
    let bodies: Vec<Value> = bench.abdm.calls().iter().map(|call| call.brief()).collect();
    insta::assert_json_snapshot!(bodies);
}

#[tokio::test]
async fn the_errors_of_this_family_are_arrays_and_flat() {
    let bench = Bench::new();
    let request = live!(AbhaAddressWeb, RequestAddressOtp);
    bench.abdm.answers(request, 400, json!({"code": "ABDM-1211", "message": "User not found."}));
    let error = bench.desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NoAbha);
    bench.abdm.answers(request, 200, otp_sent(TXN));
    let verify = live!(AbhaAddressWeb, VerifyAbhaAddress);
    bench.abdm.answers(
        verify,
        200,
        json!({"authResult": "failed", "message": "Please enter a valid OTP", "users": []}),
    );
    bench.abdm.answers(
        verify,
        400,
        json!([{"code": "ABDM-9999: ", "message": "Invalid Transaction Id"}]),
    );
    let mut flow = bench.desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap();
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::WrongOtp);
    assert_eq!(flow.verify(&otp()).await.unwrap_err().problem(), Problem::TransactionOver);
}

#[tokio::test]
async fn a_saved_address_verification_goes_on_elsewhere() {
    let bench = Bench::new();
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let resume = |sealed: &abdm_core::seal::Sealed| {
        bench.desk.resume_address_verification(sealed, &keys, "web-1").unwrap()
    };
    bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, verified());
    bench.abdm.answers(
        live!(AbhaAddressWeb, FetchAddressProfile),
        200,
        json!({"fullName": "Asha"}),
    );
    let flow = bench.desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap();
    let AddressVerification::AwaitsOtp(mut flow) = resume(&flow.save(&keys, "web-1").unwrap())
    else {
        panic!("an OTP")
    };
    let verified = flow.verify(&otp()).await.unwrap();
    let AddressVerification::Verified(verified) = resume(&verified.save(&keys, "web-1").unwrap())
    else {
        panic!("verified")
    };
    verified.profile().await.unwrap();
    assert_eq!(bench.abdm.last().headers["x-token"], "Bearer user-token");
}

#[tokio::test]
async fn a_proved_address_without_a_token_never_means_that_there_is_no_abha() {
    let bench = Bench::new();
    let mut without_tokens = verified();
    without_tokens.as_object_mut().unwrap().remove("tokens");
    let mut without_refresh = verified();
    without_refresh["tokens"] = json!({"token": "user-token", "expiresIn": 1800});
    for answer in [without_tokens, without_refresh] {
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, answer);
        let mut flow =
            bench.desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap();
        let error = flow.verify(&otp()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::AnswerUnusable);
    }
}
