//! Deletion and deactivation.

use std::time::Duration;

use abdm_core::endpoint::Endpoint as _;
use abdm_core::secret::Otp;
use abha_enrollment::Problem;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::Password;
use hip_services::api::patient_status::OnPatientStatus;

use super::House;
use crate::lobby::{address, otp};

#[tokio::test]
async fn a_deleted_number_is_nobodys_and_its_tokens_end() {
    let house = House::open().await;
    for (name, route) in
        [("Ravi Example", OtpRoute::Aadhaar), ("Meera Sample", OtpRoute::AbhaMobile)]
    {
        let session = house.logged_in(name).await;
        let number = house.number(name);
        let mut change = session.delete(&number, route, "made twice").await.unwrap();
        let text = change.confirm(&otp()).await.unwrap();
        assert_eq!(text.as_deref(), Some("Your account has been deleted."));
        assert_eq!(session.fetch().await.unwrap_err().problem(), Problem::LoginOver);
        assert_eq!(house.patient(name).abha_number, None);
        assert_eq!(house.patient(name).note, Some("deleted"));
        let login = house.lobby.desk.verify_abha_number(&number, route).await.unwrap_err();
        assert_eq!(login.problem(), Problem::NoAbha);
        // The addresses stay taken, and are nobody's.
        let own = address(&format!("{}@sbx", name.to_lowercase().replace(' ', ".")));
        let desk = &house.lobby.desk;
        assert!(desk.is_address_taken(&own).await.unwrap());
        assert_eq!(desk.search_abha_address(&own).await.unwrap_err().problem(), Problem::NoAbha);
    }
}

#[tokio::test]
async fn a_deactivated_number_ends_its_tokens_and_may_come_back() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let number = house.number("Ravi Example");
    let mut change = session.deactivate(&number, OtpRoute::AbhaMobile, "abroad").await.unwrap();
    let text = change.confirm(&otp()).await.unwrap();
    assert_eq!(text.as_deref(), Some("Your account has been deactivated."));
    assert_eq!(session.fetch().await.unwrap_err().problem(), Problem::LoginOver);
    assert_eq!(house.patient("Ravi Example").note, Some("deactivated"));
    let mut again = house.lobby.desk.reactivate(&number, OtpRoute::AbhaMobile).await.unwrap();
    again.verify(&otp()).await.unwrap();
    assert_eq!(house.patient("Ravi Example").note, None);
}

#[tokio::test]
async fn a_person_who_switches_off_and_on_is_told_of_where_the_switch_says_so() {
    for is_told in [false, true] {
        let house = House::open().await;
        let sandbox = &house.sandbox;
        sandbox.set(|switches| switches.patient_status_notices = is_told).unwrap();
        let clinic = crate::support::clinic(sandbox).await;
        crate::hip_linking::linked(&clinic, "OPD-1").await;
        let session = house.logged_in("Ravi Example").await;
        let number = house.number("Ravi Example");
        let mut change = session.deactivate(&number, OtpRoute::AbhaMobile, "abroad").await.unwrap();
        change.confirm(&otp()).await.unwrap();
        let mut again = house.lobby.desk.reactivate(&number, OtpRoute::AbhaMobile).await.unwrap();
        again.verify(&otp()).await.unwrap();
        let mut told = Vec::new();
        let path = OnPatientStatus::META.path;
        while let Some(notice) = clinic.next_within(path, Duration::from_millis(400)).await {
            told.push(notice.text("/notification/status").to_owned());
        }
        told.sort();
        let both: &[&str] = &["DEACTIVATED", "REACTIVATED"];
        assert_eq!(told, if is_told { both } else { &[] });
    }
}

#[tokio::test]
async fn a_password_ends_an_account_at_once() {
    let house = House::open().await;
    let session = house.logged_in("Joseph Fictional").await;
    let wrong = Password::existing("Wrong#47");
    let error = session.delete_by_password(&wrong, "made twice").await.unwrap_err();
    assert_eq!(error.problem(), Problem::WrongPassword);
    let right = Password::existing("Sandbox@2468");
    session.deactivate_by_password(&right, "abroad").await.unwrap();
    assert_eq!(house.patient("Joseph Fictional").note, Some("deactivated"));
}

#[tokio::test]
async fn a_programme_holds_on_to_its_members() {
    let house = House::open().await;
    let session = house.logged_in("Gopal Beneficiary").await;
    let number = house.number("Gopal Beneficiary");
    let route = OtpRoute::Aadhaar;
    let error = session.delete(&number, route, "made twice").await.unwrap_err();
    assert_eq!(error.problem(), Problem::BenefitLinked);
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1219");
    let error = session.deactivate(&number, route, "abroad").await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1228");
}

#[tokio::test]
async fn an_otp_of_one_change_confirms_no_other() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let other = house.logged_in("Meera Sample").await;
    let number = house.number("Ravi Example");
    let change = session.delete(&number, OtpRoute::Aadhaar, "made twice").await.unwrap();
    drop(change);
    let otp: Otp = house.sandbox.otp_for(house.patient("Ravi Example").mobile.expose()).unwrap();
    let mut kyc = other.renew_kyc(&house.number("Meera Sample")).await.unwrap();
    kyc.confirm(&otp).await.unwrap();
    assert_eq!(house.patient("Ravi Example").note, None, "nothing was deleted");
}
