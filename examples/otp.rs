//! The dialogue about an OTP: ask, explain, send again, until it is proved.

use abdm_core::secret::{MobileNumber, Otp};
use abha_enrollment::flow::address::{AddressOtp, VerifiedAddress};
use abha_enrollment::flow::enrolment::{Enrolled, EnrolmentOtp, MobileLinking};
use abha_enrollment::flow::verification::{VerificationOtp, VerificationOutcome};
use abha_enrollment::{Error, Problem};

use crate::answers::Topic;
use crate::counter::Counter;
use crate::exit::Stopped;
use crate::words::Word;

/// A flow that awaits an OTP.
pub trait AwaitsOtp: Send {
    /// What the OTP proves.
    type Proved;

    /// ABDM's text, which names the end of the mobile number.
    fn message(&self) -> Option<&str>;

    /// How often it may still be sent again.
    fn resends_left(&self) -> u8;

    /// Has it sent again.
    fn resend(&mut self) -> impl Future<Output = Result<(), Error>>;

    /// Proves it.
    fn verify(&mut self, otp: &Otp) -> impl Future<Output = Result<Self::Proved, Error>>;
}

macro_rules! awaits_otp {
    ($( $flow:ty => $proved:ty; )+) => {$(
        impl AwaitsOtp for $flow {
            type Proved = $proved;

            fn message(&self) -> Option<&str> {
                self.message()
            }

            fn resends_left(&self) -> u8 {
                self.resends_left()
            }

            async fn resend(&mut self) -> Result<(), Error> {
                self.resend().await
            }

            async fn verify(&mut self, otp: &Otp) -> Result<$proved, Error> {
                self.verify(otp).await
            }
        }
    )+};
}

awaits_otp! {
    MobileLinking => Enrolled;
    VerificationOtp => VerificationOutcome;
    AddressOtp => VerifiedAddress;
}

/// An enrolment, whose OTP goes together with the mobile number for messages.
#[derive(Debug)]
pub struct EnrolmentTurn<'a> {
    /// The flow.
    pub flow: EnrolmentOtp,
    /// The mobile number.
    pub mobile: &'a MobileNumber,
}

impl AwaitsOtp for EnrolmentTurn<'_> {
    type Proved = Enrolled;

    fn message(&self) -> Option<&str> {
        self.flow.message()
    }

    fn resends_left(&self) -> u8 {
        self.flow.resends_left()
    }

    async fn resend(&mut self) -> Result<(), Error> {
        self.flow.resend().await
    }

    async fn verify(&mut self, otp: &Otp) -> Result<Enrolled, Error> {
        self.flow.verify(otp, self.mobile).await
    }
}

/// Asks for the OTP until it is proved. `phone` is the number that it went to or stands for, with
/// which the embedded sandbox shows it.
///
/// # Errors
/// When nobody answers, or the flow cannot go on with another OTP.
pub async fn prove<F: AwaitsOtp>(
    counter: &mut Counter,
    step: &str,
    flow: &mut F,
    phone: &str,
) -> Result<F::Proved, Stopped> {
    counter.screen.done(counter.word(Word::OtpSent));
    if let Some(message) = flow.message().map(str::to_owned) {
        counter.screen.hint(message);
    }
    counter.show_phone(phone);
    let mut refused: Option<String> = None;
    for asked in 0.. {
        let prompt = if flow.resends_left() > 0 { Word::AskOtp } else { Word::AskOtpOnly };
        let typed = counter.ask(Topic::Otp, prompt, &[], refused.as_deref(), asked)?;
        if matches!(typed.as_str(), "r" | "R" | "र") {
            resend(counter, step, flow, phone).await?;
            refused = None;
            continue;
        }
        let outcome = match Otp::new(&typed) {
            Ok(otp) => counter.step(step, flow.verify(&otp)).await,
            Err(slip) => Err(Error::from(slip)),
        };
        match outcome {
            Ok(proved) => return Ok(proved),
            Err(error) => match error.problem() {
                Problem::WrongOtp | Problem::OtpMalformed | Problem::OtpExpired => {
                    refused = Some(counter.explain(&error));
                }
                _ => return Err(Stopped::at(step, error)),
            },
        }
    }
    Err(Stopped::Cancelled)
}

/// Has the OTP sent again; a refusal is explained, and the question comes again.
async fn resend<F: AwaitsOtp>(
    counter: &mut Counter,
    step: &str,
    flow: &mut F,
    phone: &str,
) -> Result<(), Stopped> {
    match counter.step(&format!("{step}-resend"), flow.resend()).await {
        Ok(()) => {
            counter.screen.done(counter.word(Word::OtpSentAgain));
            if let Some(message) = flow.message().map(str::to_owned) {
                counter.screen.hint(message);
            }
            let left = flow.resends_left();
            counter.screen.hint(format_args!("{} {left}", counter.word(Word::ResendsLeft)));
            counter.show_phone(phone);
            Ok(())
        }
        Err(error) => {
            counter.explain(&error);
            match error.problem() {
                Problem::ResendTooEarly
                | Problem::NoResendsLeft
                | Problem::Unavailable
                | Problem::TooManyRequests => Ok(()),
                _ => Err(Stopped::at(step, error)),
            }
        }
    }
}
