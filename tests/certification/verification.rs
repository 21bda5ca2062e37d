//! VRFY_ABHA_101-502: proving an ABHA number or address that exists.

mod by_aadhaar;
mod by_address;
mod by_mobile;
mod by_number;
mod by_qr;

use abdm_core::person::AbhaNumber;
use abdm_core::secret::Otp;
use abdm_sandbox::Patient;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::error::Language;
use abha_enrollment::flow::address::AddressOtp;
use abha_enrollment::flow::verification::{VerificationOtp, VerificationOutcome, Verified};
use abha_enrollment::{Error, Problem};
use chrono::TimeDelta;

use crate::evidence::Screen;
use crate::stage::Stage;

/// The ABHA number of somebody who has one.
fn number(person: &Patient) -> AbhaNumber {
    person.abha_number.clone().expect("this person has an ABHA number")
}

/// The person whom an OTP proved at once.
fn verified(outcome: VerificationOutcome) -> Verified {
    match outcome {
        VerificationOutcome::Verified(verified) => verified,
        VerificationOutcome::ChooseAccount(choice) => panic!("a choice: {choice:?}"),
    }
}

/// The form of the facility, filled from a profile: what comes from Aadhaar is read-only.
pub(crate) fn form(profile: &AbhaProfile) -> Screen {
    let shown = |field: &Option<Personal>| field.as_ref().unwrap().as_str().to_owned();
    let born = [&profile.day_of_birth, &profile.month_of_birth, &profile.year_of_birth].map(shown);
    let mobile = shown(&profile.mobile);
    let last_four = &mobile[mobile.len() - 4..];
    Screen::new()
        .read_only("Name", shown(&profile.name))
        .read_only("Date of birth", born.join("-"))
        .read_only("Gender", profile.gender.as_ref().unwrap().as_str())
        .read_only("ABHA number", profile.abha_number.as_ref().unwrap().to_text())
        .field("ABHA address", shown(&profile.preferred_abha_address))
        .field("Mobile", format!("******{last_four}"))
        .field("Address", shown(&profile.address))
}

/// A flow that has sent an OTP.
trait Sent {
    fn resends_left(&self) -> u8;
    fn text(&self) -> String;
    async fn resend(&mut self) -> Result<(), Error>;
    async fn refusal(&mut self, otp: &Otp) -> Error;
}

impl Sent for VerificationOtp {
    fn resends_left(&self) -> u8 {
        Self::resends_left(self)
    }

    fn text(&self) -> String {
        self.message().unwrap().to_owned()
    }

    async fn resend(&mut self) -> Result<(), Error> {
        Self::resend(self).await
    }

    async fn refusal(&mut self, otp: &Otp) -> Error {
        self.verify(otp).await.unwrap_err()
    }
}

impl Sent for AddressOtp {
    fn resends_left(&self) -> u8 {
        Self::resends_left(self)
    }

    fn text(&self) -> String {
        self.message().unwrap().to_owned()
    }

    async fn resend(&mut self) -> Result<(), Error> {
        Self::resend(self).await
    }

    async fn refusal(&mut self, otp: &Otp) -> Error {
        self.verify(otp).await.unwrap_err()
    }
}

/// The OTP is sent again at most twice, each time after 60 seconds.
async fn resend_rule(stage: &mut Stage, flow: &mut impl Sent) {
    for left in [1, 0] {
        stage.pass(TimeDelta::seconds(59));
        let sent = stage.call_count();
        let early = flow.resend().await.unwrap_err();
        assert_eq!(early.problem(), Problem::ResendTooEarly);
        assert!(early.desk_text(Language::English).contains("60 seconds"));
        assert_eq!(stage.call_count(), sent, "refused at the desk");
        stage.step("\"Resend OTP\" after 59 seconds.", Screen::new().error(&early));
        stage.pass(TimeDelta::seconds(1));
        flow.resend().await.unwrap();
        assert_eq!(stage.call_count(), sent + 1);
        assert_eq!(flow.resends_left(), left);
        stage.step(
            "\"Resend OTP\" after 60 seconds.",
            Screen::new().text(flow.text()).field("Resends left", left),
        );
    }
    stage.pass(TimeDelta::minutes(2));
    let spent = flow.resend().await.unwrap_err();
    assert_eq!(spent.problem(), Problem::NoResendsLeft);
    stage.step("\"Resend OTP\" a third time.", Screen::new().error(&spent));
}

/// A wrong OTP is named so.
async fn wrong_otp(stage: &mut Stage, flow: &mut impl Sent, person: &Patient) {
    let wrong = stage.wrong_otp(person.mobile.expose());
    let error = flow.refusal(&wrong).await;
    assert_eq!(error.problem(), Problem::WrongOtp);
    assert_eq!(error.desk_text(Language::English), "The OTP is wrong. Please try again.");
    stage.step("The operator types a wrong OTP.", Screen::new().error(&error));
}
