//! VRFY_ABHA_101-502: proving an ABHA number or address that exists.

mod by_aadhaar;
mod by_address;
mod by_mobile;
mod by_number;
mod by_qr;

use abdm_core::person::AbhaNumber;
use abdm_core::secret::Otp;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::error::Language;
use abha_enrollment::flow::address::AddressOtp;
use abha_enrollment::flow::verification::{VerificationOtp, VerificationOutcome, Verified};
use abha_enrollment::{Error, Problem};
use chrono::TimeDelta;

pub(super) use self::by_aadhaar::CASES as BY_AADHAAR;
pub(super) use self::by_address::CASES as BY_ADDRESS;
pub(super) use self::by_mobile::CASES as BY_MOBILE;
pub(super) use self::by_number::CASES as BY_NUMBER;
pub(super) use self::by_qr::CASES as BY_QR;
use super::{M1, play};
use crate::evidence::Screen;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Person;
use crate::stage::{Stage, personal, wrong_otp};

/// The ABHA number of somebody who has one.
fn number(person: &Person) -> Result<AbhaNumber, Stop> {
    person.abha_number.clone().present()
}

/// The person whom an OTP proved at once.
pub(super) fn verified(outcome: VerificationOutcome) -> Result<Verified, Stop> {
    match outcome {
        VerificationOutcome::Verified(verified) => Ok(verified),
        VerificationOutcome::ChooseAccount(_) => {
            Err(Stop::failed("a choice of accounts where one person was proved"))
        }
    }
}

/// The form of the facility, filled from a profile: what comes from Aadhaar is read-only.
pub(super) fn form(profile: &AbhaProfile) -> Result<Screen, Stop> {
    let born = [
        personal(&profile.day_of_birth)?,
        personal(&profile.month_of_birth)?,
        personal(&profile.year_of_birth)?,
    ];
    let mobile = personal(&profile.mobile)?;
    let last_four = mobile.len().checked_sub(4).and_then(|from| mobile.get(from..)).present()?;
    Ok(Screen::new()
        .read_only("Name", personal(&profile.name)?)
        .read_only("Date of birth", born.join("-"))
        .read_only("Gender", profile.gender.as_ref().present()?.as_str())
        .read_only("ABHA number", profile.abha_number.as_ref().present()?.to_text())
        .field("ABHA address", personal(&profile.preferred_abha_address)?)
        .field("Mobile", format!("******{last_four}"))
        .field("Address", personal(&profile.address)?))
}

/// A flow that has sent an OTP.
trait Sent {
    fn resends_left(&self) -> u8;
    fn text(&self) -> Option<&str>;
    fn resend(&mut self) -> impl Future<Output = Result<(), Error>> + Send;
    fn refusal(&mut self, otp: &Otp) -> impl Future<Output = Result<Error, Stop>> + Send;
}

impl Sent for VerificationOtp {
    fn resends_left(&self) -> u8 {
        Self::resends_left(self)
    }

    fn text(&self) -> Option<&str> {
        self.message()
    }

    async fn resend(&mut self) -> Result<(), Error> {
        Self::resend(self).await
    }

    async fn refusal(&mut self, otp: &Otp) -> Result<Error, Stop> {
        self.verify(otp).await.refused()
    }
}

impl Sent for AddressOtp {
    fn resends_left(&self) -> u8 {
        Self::resends_left(self)
    }

    fn text(&self) -> Option<&str> {
        self.message()
    }

    async fn resend(&mut self) -> Result<(), Error> {
        Self::resend(self).await
    }

    async fn refusal(&mut self, otp: &Otp) -> Result<Error, Stop> {
        self.verify(otp).await.refused()
    }
}

/// The OTP is sent again at most twice, each time after 60 seconds.
async fn resend_rule(stage: &mut Stage, flow: &mut (impl Sent + Send)) -> Result<(), Stop> {
    for left in [1, 0] {
        stage.wait(TimeDelta::seconds(59)).await;
        let sent = stage.call_count();
        let early = flow.resend().await.refused()?;
        ensure_eq!(early.problem(), Problem::ResendTooEarly);
        ensure!(early.desk_text(Language::English).contains("60 seconds"));
        ensure_eq!(stage.call_count(), sent, "refused at the desk");
        stage.step("\"Resend OTP\" after 59 seconds.", Screen::new().error(&early));
        stage.wait(TimeDelta::seconds(1)).await;
        flow.resend().await?;
        ensure_eq!(stage.call_count(), sent + 1);
        ensure_eq!(flow.resends_left(), left);
        stage.step(
            "\"Resend OTP\" after 60 seconds.",
            Screen::new().text(flow.text().present()?).field("Resends left", left),
        );
    }
    stage.wait(TimeDelta::minutes(2)).await;
    let spent = flow.resend().await.refused()?;
    ensure_eq!(spent.problem(), Problem::NoResendsLeft);
    stage.step("\"Resend OTP\" a third time.", Screen::new().error(&spent));
    Ok(())
}

/// A wrong OTP is named so. Gives the right one.
async fn wrong_otp_first(
    stage: &mut Stage,
    flow: &mut (impl Sent + Send),
    person: &Person,
) -> Result<Otp, Stop> {
    let right = stage.otp(&person.mobile).await?;
    let error = flow.refusal(&wrong_otp(&right)?).await?;
    ensure_eq!(error.problem(), Problem::WrongOtp);
    ensure_eq!(error.desk_text(Language::English), "The OTP is wrong. Please try again.");
    stage.step("The operator types a wrong OTP.", Screen::new().error(&error));
    Ok(right)
}
