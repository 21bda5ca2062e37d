//! Finding ABHA numbers, and proving one that was found.

use abdm_core::secret::MobileNumber;
use abha_enrollment::Problem;
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{OtpRoute, ProofRoute, Verification};

use super::{otp, verified};
use crate::lobby::{by_licence, consent, desk, number, person, problem};
use crate::support::{sandbox, sandbox_with};

#[tokio::test]
async fn one_of_those_who_were_found_is_proved_and_the_token_is_final() {
    let sandbox = sandbox().await;
    let (desk, vijay) = (desk(&sandbox).await, person(&sandbox, "Vijay Example"));
    let found = desk.find_by_mobile(&vijay.mobile).await.unwrap();
    assert!(sandbox.otp_for(vijay.mobile.expose()).is_none(), "finding sends no OTP");
    let indexes: Vec<_> = found.accounts().iter().map(|account| account.index).collect();
    assert_eq!(indexes, [Some(1), Some(2), Some(3)]);
    let third = &found.accounts()[2];
    let masked = third.abha_number.as_ref().unwrap();
    assert_eq!(masked.whole(), None);
    let vijays = number(&vijay);
    assert_eq!(masked.to_text(), format!("xx-xxxx-xxxx-xx{}", &vijays.to_digits()[12..]));
    for route in [OtpRoute::AbhaMobile, OtpRoute::Aadhaar] {
        let begun = found.prove(third, ProofRoute::Otp(route)).await.unwrap();
        let Verification::AwaitsOtp(mut sent) = begun else {
            panic!("no OTP: {begun:?}");
        };
        let verified = verified(sent.verify(&otp(&sandbox, &vijay)).await.unwrap());
        assert_eq!(verified.abha_number(), vijay.abha_number.as_ref());
        verified.profile().fetch().await.unwrap();
    }
}

#[tokio::test]
async fn a_number_is_looked_up_without_an_otp() {
    let sandbox = sandbox().await;
    let (desk, joseph) = (desk(&sandbox).await, person(&sandbox, "Joseph Fictional"));
    let found = desk.lookup(LookupBy::AbhaNumber(&number(&joseph))).await.unwrap();
    assert_eq!(found.existence, Existence::Active);
    let routes: Vec<_> = found.routes.iter().map(|route| route.as_str()).collect();
    assert!(routes.contains(&"PASSWORD") && routes.contains(&"AADHAAR_OTP"), "{routes:?}");
    let nobodys = "91-1234-5678-9015".parse().unwrap();
    let none = desk.lookup(LookupBy::AbhaNumber(&nobodys)).await.unwrap();
    assert_eq!(none.existence, Existence::None);
    let ravi = person(&sandbox, "Ravi Example");
    assert_eq!(desk.lookup(LookupBy::Mobile(&ravi.mobile)).await.unwrap().matches, 3);
    let nobodys = MobileNumber::new("9999999999").unwrap();
    assert_eq!(problem(desk.find_by_mobile(&nobodys).await), Problem::NoAbha);
}

#[tokio::test]
async fn enrolment_numbers_are_retrieved_by_their_mobile_number() {
    let sandbox = sandbox_with(|s| s.fixed_otp = Some("123456".to_owned())).await;
    let desk = desk(&sandbox).await;
    let mobile = MobileNumber::new("9876543210").unwrap();
    assert_eq!(problem(desk.retrieve_enrolment_numbers(&mobile).await), Problem::NoAbha);
    let otp = abdm_core::secret::Otp::new("123456").unwrap();
    let mut flow = desk.apply_by_driving_licence(&mobile, consent()).await.unwrap();
    let mut application = flow.verify(&otp).await.unwrap();
    let submitted = application.submit(by_licence);
    let given = submitted.await.unwrap().enrol_profile.unwrap().enrolment_number;
    let mut sent = desk.retrieve_enrolment_numbers(&mobile).await.unwrap();
    let listed = sent.verify(&otp).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].abha_number, given);
    assert_eq!(listed[0].verified_status.as_ref().unwrap().as_str(), "PROVISIONAL");
    // An enrolment number is no ABHA number: nobody logs in with it.
    assert_eq!(problem(desk.verify_by_mobile(&mobile).await), Problem::NoAbha);
}
