//! Proving existing ABHA numbers, with the real desk at the other end.

mod found;
mod refused;
mod scanned;

use abdm_core::secret::{MobileNumber, Otp};
use abdm_sandbox::{Patient, Sandbox};
use abha_enrollment::Problem;
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use abha_enrollment::flow::verification::{
    OtpRoute, VerificationOtp, VerificationOutcome, Verified,
};
use abha_enrollment::input::{Password, VirtualId};

use crate::lobby::{aadhaar, consent, desk, number, person, problem};
use crate::support::{sandbox, sandbox_with};

/// The password of the seeded person who has one.
const PASSWORD: &str = "Sandbox@2468";

/// What the person's phone shows.
fn otp(sandbox: &Sandbox, patient: &Patient) -> Otp {
    sandbox.otp_for(patient.mobile.expose()).unwrap()
}

fn verified(outcome: VerificationOutcome) -> Verified {
    match outcome {
        VerificationOutcome::Verified(verified) => verified,
        VerificationOutcome::ChooseAccount(choice) => panic!("a choice: {choice:?}"),
    }
}

#[tokio::test]
async fn an_abha_number_is_proved_by_either_otp_and_opens_the_profile() {
    let sandbox = sandbox().await;
    let (desk, meera) = (desk(&sandbox).await, person(&sandbox, "Meera Sample"));
    for (route, text) in [
        (OtpRoute::Aadhaar, "OTP sent to Aadhaar registered mobile number ending with ******0003"),
        (OtpRoute::AbhaMobile, "OTP sent to mobile number ending with ******0003"),
    ] {
        let mut sent = desk.verify_abha_number(&number(&meera), route).await.unwrap();
        assert_eq!(sent.message(), Some(text));
        let right = otp(&sandbox, &meera);
        let wrong = if right.expose() == "111111" { "222222" } else { "111111" };
        assert_eq!(problem(sent.verify(&Otp::new(wrong).unwrap()).await), Problem::WrongOtp);
        let verified = verified(sent.verify(&right).await.unwrap());
        assert_eq!(verified.abha_number(), meera.abha_number.as_ref());
        assert_eq!(verified.abha_address(), meera.abha_address);
        assert_eq!(verified.account().unwrap().kyc_verified, Some(true));
        // The token is final: the profile opens.
        let profile = verified.profile().fetch().await.unwrap();
        assert_eq!(profile.name.unwrap().as_str(), "Meera Sample");
        // The transaction is used up.
        assert_eq!(problem(sent.verify(&right).await), Problem::TransactionOver);
    }
}

#[tokio::test]
async fn a_shared_mobile_number_leads_to_a_choice_and_the_choice_to_a_profile() {
    let sandbox = sandbox().await;
    let (desk, ravi) = (desk(&sandbox).await, person(&sandbox, "Ravi Example"));
    let mut sent = desk.verify_by_mobile(&ravi.mobile).await.unwrap();
    let outcome = sent.verify(&otp(&sandbox, &ravi)).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = outcome else {
        panic!("no choice: {outcome:?}");
    };
    let names = |account: &abha_enrollment::api::login::Account| account.name.clone().unwrap();
    let names: Vec<_> = choice.accounts().iter().map(names).collect();
    let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["Ravi Example", "Sunita Example", "Vijay Example"]);
    let sunita = person(&sandbox, "Sunita Example");
    let verified = choice.choose(&number(&sunita)).await.unwrap();
    let profile = verified.profile().fetch().await.unwrap();
    assert_eq!(profile.name.unwrap().as_str(), "Sunita Example");
    // One choice for each proof: the transfer token is spent.
    assert_eq!(problem(choice.choose(&number(&ravi)).await), Problem::LoginOver);
}

#[tokio::test]
async fn a_mobile_number_with_one_account_leads_to_a_choice_too() {
    let sandbox = sandbox().await;
    let (desk, joseph) = (desk(&sandbox).await, person(&sandbox, "Joseph Fictional"));
    let mut sent = desk.verify_by_mobile(&joseph.mobile).await.unwrap();
    let outcome = sent.verify(&otp(&sandbox, &joseph)).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = outcome else {
        panic!("no choice: {outcome:?}");
    };
    assert_eq!(choice.accounts().len(), 1);
    choice.choose(&number(&joseph)).await.unwrap().profile().fetch().await.unwrap();
}

#[tokio::test]
async fn an_aadhaar_number_is_proved_and_nobody_is_told_before_the_otp() {
    let sandbox = sandbox().await;
    let desk = desk(&sandbox).await;
    let (arjun, asha) = (person(&sandbox, "Arjun Proben"), person(&sandbox, "Asha Kumari"));
    let mut sent = desk.verify_by_aadhaar(&aadhaar(&arjun), consent()).await.unwrap();
    let verified = verified(sent.verify(&otp(&sandbox, &arjun)).await.unwrap());
    assert_eq!(verified.abha_number(), arjun.abha_number.as_ref());
    let none = desk.verify_by_aadhaar(&aadhaar(&asha), consent()).await.unwrap_err();
    assert_eq!(none.problem(), Problem::NoAbha);
    assert_eq!(none.abdm_text(), Some("No ABHA user registered with this Aadhaar number."));
    let nobodys = MobileNumber::new("9999999999").unwrap();
    assert_eq!(problem(desk.verify_by_mobile(&nobodys).await), Problem::NoAbha);
    assert!(sandbox.otp_for(asha.mobile.expose()).is_none());
    assert!(sandbox.otp_for("9999999999").is_none());
}

#[tokio::test]
async fn a_vid_stands_for_the_aadhaar_number_at_a_login_and_an_enrolment() {
    let sandbox = sandbox().await;
    let desk = desk(&sandbox).await;
    let (arjun, asha) = (person(&sandbox, "Arjun Proben"), person(&sandbox, "Asha Kumari"));
    let vid = arjun.vid.clone().unwrap();
    assert_eq!(vid.expose(), "9999999900000060");
    let mut sent = desk.verify_by_aadhaar(&vid, consent()).await.unwrap();
    let verified = verified(sent.verify(&otp(&sandbox, &arjun)).await.unwrap());
    assert_eq!(verified.abha_number(), arjun.abha_number.as_ref());
    let vid = asha.vid.clone().unwrap();
    assert_eq!(problem(desk.verify_by_aadhaar(&vid, consent()).await), Problem::NoAbha);
    let mut sent = desk.enrol(&vid, consent()).await.unwrap();
    let enrolled = sent.verify(&otp(&sandbox, &asha), &asha.mobile).await.unwrap();
    assert!(enrolled.is_new());
    assert_eq!(enrolled.abha_number(), person(&sandbox, "Asha Kumari").abha_number.as_ref());
    let nobodys = VirtualId::parse("9123456789012346").unwrap();
    let refused = desk.enrol(&nobodys, consent()).await.unwrap_err();
    assert_eq!(refused.code().unwrap().as_str(), "ABDM-1204");
}

#[tokio::test]
async fn nobody_is_told_only_after_the_otp_when_the_switch_says_so() {
    let sandbox = sandbox_with(|s| s.nobody_known_before_otp = false).await;
    let (desk, asha) = (desk(&sandbox).await, person(&sandbox, "Asha Kumari"));
    let mut by_aadhaar = desk.verify_by_aadhaar(&aadhaar(&asha), consent()).await.unwrap();
    let refused = by_aadhaar.verify(&otp(&sandbox, &asha)).await;
    assert_eq!(problem(refused), Problem::NoAbha);
    let mut by_mobile: VerificationOtp = desk.verify_by_mobile(&asha.mobile).await.unwrap();
    assert_eq!(problem(by_mobile.verify(&otp(&sandbox, &asha)).await), Problem::NoAbha);
}

#[tokio::test]
async fn a_password_opens_and_a_wrong_one_does_not() {
    let sandbox = sandbox().await;
    let (desk, joseph) = (desk(&sandbox).await, person(&sandbox, "Joseph Fictional"));
    let wrong = Password::existing("Sandbox@1357");
    let refused = desk.verify_by_password(&number(&joseph), &wrong).await;
    assert_eq!(problem(refused), Problem::WrongPassword);
    let right = Password::existing(PASSWORD);
    let verified = desk.verify_by_password(&number(&joseph), &right).await.unwrap();
    assert_eq!(verified.account(), None, "a password's answer lists nothing");
    let profile = verified.profile().fetch().await.unwrap();
    assert_eq!(profile.name.unwrap().as_str(), "Joseph Fictional");
    let without = person(&sandbox, "Meera Sample");
    let refused = desk.verify_by_password(&number(&without), &right).await;
    assert_eq!(problem(refused), Problem::WrongPassword);
}

#[tokio::test]
async fn a_deactivated_number_is_refused_until_its_owner_switches_it_on_again() {
    let sandbox = sandbox().await;
    let (desk, farida) = (desk(&sandbox).await, person(&sandbox, "Farida Dormant"));
    let found = desk.lookup(LookupBy::AbhaNumber(&number(&farida))).await.unwrap();
    assert_eq!(found.existence, Existence::Deactivated);
    let mut sent = desk.verify_abha_number(&number(&farida), OtpRoute::Aadhaar).await.unwrap();
    let refused = sent.verify(&otp(&sandbox, &farida)).await;
    assert_eq!(problem(refused), Problem::AbhaDeactivated);

    // A mobile number's list shows it with its state; choosing it is refused.
    let mut sent = desk.verify_by_mobile(&farida.mobile).await.unwrap();
    let outcome = sent.verify(&otp(&sandbox, &farida)).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = outcome else {
        panic!("no choice: {outcome:?}");
    };
    let status = choice.accounts()[0].status.clone().unwrap();
    assert_eq!(status.as_str(), "DEACTIVATED");
    assert_eq!(problem(choice.choose(&number(&farida)).await), Problem::AbhaDeactivated);

    let mut again = desk.reactivate(&number(&farida), OtpRoute::AbhaMobile).await.unwrap();
    again.verify(&otp(&sandbox, &farida)).await.unwrap();
    let found = desk.lookup(LookupBy::AbhaNumber(&number(&farida))).await.unwrap();
    assert_eq!(found.existence, Existence::Active);
    let mut sent = desk.verify_abha_number(&number(&farida), OtpRoute::Aadhaar).await.unwrap();
    verified(sent.verify(&otp(&sandbox, &farida)).await.unwrap());
}

#[tokio::test]
async fn a_password_switches_a_deactivated_number_on_again() {
    let sandbox = sandbox().await;
    let (desk, farida) = (desk(&sandbox).await, person(&sandbox, "Farida Dormant"));
    let (right, wrong) = (Password::existing(PASSWORD), Password::existing("Sandbox@1357"));
    let refused = desk.verify_by_password(&number(&farida), &right).await;
    assert_eq!(problem(refused), Problem::AbhaDeactivated);
    let refused = desk.reactivate_by_password(&number(&farida), &wrong).await;
    assert_eq!(problem(refused), Problem::WrongPassword);
    desk.reactivate_by_password(&number(&farida), &right).await.unwrap();
    desk.verify_by_password(&number(&farida), &right).await.unwrap();
}

#[tokio::test]
async fn a_child_is_proved_by_the_parents_phone_and_not_by_aadhaar() {
    let sandbox = sandbox().await;
    let (desk, tara) = (desk(&sandbox).await, person(&sandbox, "Tara Sample"));
    let refused = desk.verify_abha_number(&number(&tara), OtpRoute::Aadhaar).await;
    assert_eq!(problem(refused), Problem::MethodNotAllowed);
    let mut sent = desk.verify_abha_number(&number(&tara), OtpRoute::AbhaMobile).await.unwrap();
    let verified = verified(sent.verify(&otp(&sandbox, &tara)).await.unwrap());
    assert_eq!(verified.account().unwrap().kyc_verified, Some(false));
}
