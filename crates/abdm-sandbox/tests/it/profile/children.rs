//! Children below a parent's ABHA number.

use abdm_core::call::Call;
use abdm_core::person::AbhaNumber;
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{ProfileUpdate, RequestChangeOtp, UpdateProfile, VerifyChange};
use abha_enrollment::api::enrollment::ChildBlock;
use serde_json::json;

use super::{House, logged_in};
use crate::lobby::{OTP, PROGRAMME, consent};

fn correction(child: &AbhaNumber) -> ProfileUpdate {
    ProfileUpdate::child(
        child.clone(),
        "Tara Devi Sample".into(),
        "21-02-2020".into(),
        Gender::Female,
    )
}

#[tokio::test]
async fn a_parent_lists_the_children_and_corrects_each_once() {
    let house = House::open().await;
    let parent = house.patient("Meera Sample");
    let desk = house.lobby.desk_of(PROGRAMME);
    let session = logged_in(&desk, parent.aadhaar.as_ref().unwrap(), &parent.mobile).await;
    let children = session.children().await.unwrap();
    assert_eq!(children.children_count, Some(1));
    let number = house.number("Tara Sample");
    assert_eq!(children.children[0].abha_number.as_ref().unwrap().whole(), Some(&number));

    let corrected = session.update(correction(&number)).await.unwrap();
    assert_eq!(corrected.name.unwrap().as_str(), "Tara Devi Sample");
    assert_eq!(corrected.year_of_birth.unwrap().as_str(), "2020");
    assert_eq!(corrected.kyc_verified, Some(false));
    let again = session.update(correction(&number)).await.unwrap_err();
    assert_eq!(again.code().unwrap().as_str(), "ABDM-1160");
}

#[tokio::test]
async fn nobody_corrects_the_child_of_another() {
    let house = House::open().await;
    let stranger = house.logged_in("Ravi Example").await;
    let number = house.number("Tara Sample");
    let body = serde_json::to_value(correction(&number)).unwrap();
    let (status, code, _) = house.refused::<UpdateProfile>(&stranger, body).await;
    assert_eq!((status, code.as_str()), (404, "ABDM-1114"));
}

#[tokio::test]
async fn clients_without_the_role_have_no_children() {
    let house = House::open().await;
    house.sandbox.set(|switches| switches.restricted_features = vec!["child".to_owned()]).unwrap();
    let session = house.logged_in("Meera Sample").await;
    let error = session.children().await.unwrap_err();
    assert_eq!(error.problem(), Problem::NotPermitted);
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1021");
}

#[tokio::test]
async fn a_child_gets_its_kyc_by_its_own_aadhaar_number() {
    let house = House::open().await;
    let parent = house.patient("Meera Sample");
    let desk = house.lobby.desk_of(PROGRAMME);
    let session = logged_in(&desk, parent.aadhaar.as_ref().unwrap(), &parent.mobile).await;
    let child =
        ChildBlock::new("Om Sample".into(), Gender::Male, ("5".into(), "3".into(), "2022".into()));
    let enrolled = desk.enrol_child(&session, child, consent()).await.unwrap();
    let child = desk.profile(enrolled.session().unwrap().clone());
    assert_eq!(child.fetch().await.unwrap().kyc_verified, Some(false));

    let ask = |aadhaar: &str| {
        json!({"scope": ["abha-profile", "re-kyc"], "loginHint": "aadhaar",
            "loginId": house.lobby.abha(aadhaar), "otpSystem": "aadhaar"})
    };
    let taken = parent.aadhaar.as_ref().unwrap().expose();
    let (_, code, _) = house.refused::<RequestChangeOtp>(&child, ask(taken)).await;
    assert_eq!(code, "ABDM-1141");

    let own = serde_json::from_value(ask("234567890124")).unwrap();
    let token = child.session().token.clone();
    let call = Call::<RequestChangeOtp>::new(own).by(token.clone());
    let txn = house.lobby.raw.send(call).await.unwrap().body.txn_id;
    let proof = serde_json::from_value(json!({"scope": ["abha-profile", "re-kyc"],
        "authData": {"authMethods": ["otp"],
            "otp": {"txnId": txn, "otpValue": house.lobby.abha(OTP)}}}));
    let call = Call::<VerifyChange>::new(proof.unwrap()).by(token);
    let done = house.lobby.raw.send(call).await.unwrap().body;
    assert_eq!(done.message.as_deref(), Some("KYC verification has been done"));
    assert_eq!(child.fetch().await.unwrap().kyc_verified, Some(true));
}
