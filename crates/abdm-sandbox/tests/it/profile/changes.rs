//! Changes: photo, mobile number, e-mail address, password, identity data.

use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::api::account::UpdateProfile;
use abha_enrollment::flow::profile::Photo;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::{EmailAddress, Password};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{House, wrong};
use crate::lobby::otp;
use crate::support::send_http;

fn mobile(text: &str) -> MobileNumber {
    MobileNumber::new(text).unwrap()
}

#[tokio::test]
async fn a_photo_is_changed_when_it_is_a_small_image() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let photo = Photo::new(b"\xff\xd8\xff face".to_vec()).unwrap();
    let profile = session.change_photo(&photo).await.unwrap();
    assert_eq!(profile.profile_photo.unwrap().as_str(), photo.to_base64());

    let large = [b"\xff\xd8\xff".to_vec(), vec![0; 100 * 1024]].concat();
    for bad in [STANDARD.encode("%PDF-1.7"), STANDARD.encode(large), "no base64".to_owned()] {
        let body = json!({"profilePhoto": bad});
        let (status, _, text) = house.refused::<UpdateProfile>(&session, body).await;
        assert_eq!(status, 400);
        assert_eq!(text, "Invalid photo. Please upload a file with a human face.");
    }
    let body = json!({"name": "Somebody Else"});
    let (status, _, text) = house.refused::<UpdateProfile>(&session, body).await;
    assert_eq!((status, text.as_str()), (400, "Please provide a valid field to update"));
}

#[tokio::test]
async fn a_mobile_number_is_changed_by_its_own_otp() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let present = house.patient("Ravi Example").mobile;
    let error = session.change_mobile(&present).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AlreadyVerified);

    let mut change = session.change_mobile(&mobile("9888800001")).await.unwrap();
    let error = change.confirm(&wrong()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongOtp);
    let text = change.confirm(&otp()).await.unwrap();
    assert_eq!(text.as_deref(), Some("Mobile Number linked successfully"));
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.mobile.unwrap().as_str(), "******0001");
}

#[tokio::test]
async fn a_mobile_number_and_an_email_address_have_six_accounts_at_most() {
    let house = House::open().await;
    house.sandbox.set(|switches| switches.accounts_a_mobile = 1).unwrap();
    let joseph = house.logged_in("Joseph Fictional").await;
    let used = house.patient("Ravi Example").mobile;
    assert_eq!(joseph.change_mobile(&used).await.unwrap_err().problem(), Problem::MobileInUse);
    let ravi = house.logged_in("Ravi Example").await;
    let used = EmailAddress::parse("joseph.fictional@example.org").unwrap();
    assert_eq!(ravi.change_email(&used).await.unwrap_err().problem(), Problem::EmailInUse);
    assert_eq!(joseph.change_email(&used).await.unwrap_err().problem(), Problem::AlreadyVerified);
}

#[tokio::test]
async fn an_email_address_is_changed_by_otp_or_by_a_link() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let email = async || session.fetch().await.unwrap().email.map(|email| email.into_string());
    let first = EmailAddress::parse("ravi@example.org").unwrap();
    let mut change = session.change_email(&first).await.unwrap();
    assert_eq!(change.confirm(&otp()).await.unwrap().as_deref(), Some("Email linked successfully"));
    assert_eq!(email().await.as_deref(), Some(first.expose()));

    let second = EmailAddress::parse("ravi.example@example.org").unwrap();
    session.send_email_link(&second).await.unwrap();
    assert_eq!(email().await.as_deref(), Some(first.expose()), "the link was not opened yet");
    let get = |url: String| http::Request::get(url).body(bytes::Bytes::new()).unwrap();
    let sent = send_http(get(format!("{}/sandbox/otps", house.sandbox.base_url()))).await.json();
    let mail = sent.as_array().unwrap().iter().find(|mail| mail["to"] == second.expose()).unwrap();
    let link = mail["otp"].as_str().unwrap();
    assert_eq!(send_http(get(link.to_owned())).await.status, 200);
    assert_eq!(email().await.as_deref(), Some(second.expose()));
    assert_eq!(send_http(get(link.to_owned())).await.status, 404, "a link opens once");
}

#[tokio::test]
async fn identity_data_are_renewed_by_an_aadhaar_otp() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let number = house.number("Ravi Example");
    let mut change = session.renew_kyc(&number).await.unwrap();
    let error = change.confirm(&wrong()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongOtp);
    assert_eq!(error.api().unwrap().status().unwrap().as_u16(), 422);
    assert_eq!(change.confirm(&otp()).await.unwrap().as_deref(), Some("Re-kyc done successfully"));
    let another = session.renew_kyc(&house.number("Meera Sample")).await.unwrap_err();
    assert_eq!(another.problem(), Problem::AbhaNumberInvalid);
}

#[tokio::test]
async fn a_password_is_set_by_otp_and_changed_by_the_old_one() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let (first, second) = ("Sunrise#47", "Sunset#58!");
    let password = |text: &str| Password::chosen(text).unwrap();
    for route in [OtpRoute::Aadhaar, OtpRoute::AbhaMobile] {
        let new = if route == OtpRoute::Aadhaar { first } else { second };
        let mut change = session.set_password(&password(new), route).await.unwrap();
        // A wrong OTP of UIDAI's is 422 here, one of ABDM's 200 `failed` (m1-abha.md 5, g and h).
        let error = change.confirm(&wrong()).await.unwrap_err();
        assert_eq!(error.problem(), Problem::WrongOtp);
        let status = error.api().unwrap().status().unwrap().as_u16();
        assert_eq!(status, if route == OtpRoute::Aadhaar { 422 } else { 200 });
        let text = change.confirm(&otp()).await.unwrap();
        assert_eq!(text.as_deref(), Some("Password updated successfully"));
    }
    let same = session.set_password(&password(second), OtpRoute::Aadhaar).await.unwrap_err();
    assert_eq!(same.code().unwrap().as_str(), "ABDM-1110");

    let change = async |old: &str, new: &str| {
        session.change_password(&Password::existing(old), &password(new)).await
    };
    for (old, new) in [("Wrong#47", first), (second, second)] {
        assert_eq!(change(old, new).await.unwrap_err().problem(), Problem::WrongPassword);
    }
    change(second, first).await.unwrap();
    change(first, second).await.unwrap();
    let methods = session.fetch().await.unwrap().auth_methods;
    assert!(methods.iter().any(|method| method.as_str() == "PASSWORD"));

    let nobody = house.logged_in("Meera Sample").await;
    let none = nobody.change_password(&Password::existing(first), &password(second)).await;
    assert_eq!(none.unwrap_err().code().unwrap().as_str(), "ABDM-1111");
}

#[tokio::test]
async fn the_fourth_wrong_otp_locks() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let mut change = session.change_mobile(&mobile("9888800001")).await.unwrap();
    for _ in 0..3 {
        assert_eq!(change.confirm(&wrong()).await.unwrap_err().problem(), Problem::WrongOtp);
    }
    let locked = change.confirm(&wrong()).await.unwrap_err();
    assert_eq!(locked.problem(), Problem::TooManyAttempts);
    assert_eq!(
        session.fetch().await.unwrap().mobile.map(|m| json!(m)),
        Some(Value::from("******0002"))
    );
}
