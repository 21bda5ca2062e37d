//! Creating an ABHA number by Aadhaar OTP (m1-abha.md 6.1-6.3, CRT_ABHA_101-114).
//!
//! ```text
//! desk.enrol(aadhaar, …) ─► EnrolmentOtp ─verify(otp, mobile)─► Enrolled ─finish─► Registration
//!                            │     ▲                            │      ▲
//!                            └resend┘          link_mobile(new) │      │ verify(otp) / skip
//!                                                               ▼      │
//!                                                             MobileLinking
//! ```
//! [`Desk::enrol_by_scan`], [`Desk::enrol_by_demographics`] and [`Desk::enrol_child`] lead to
//! [`Enrolled`] in one call, [`Desk::enrol_by_face_app`] by way of the person's phone.
//!
//! On [`Enrolled`] the person chooses an ABHA address:
//! [`suggest_addresses`](Enrolled::suggest_addresses), [`claim_address`](Enrolled::claim_address).
//! An e-mail address is linked as a mobile number is: [`link_email`](Enrolled::link_email) leads to
//! [`EmailLinking`].

mod enrolled;
mod face_app;
mod licence;
mod linking;
mod otp;
mod registration;
mod scan;

use abdm_core::seal::{Sealed, SealingKeyRing};
use serde::{Deserialize, Serialize};

pub use self::enrolled::{Enrolled, MobileLink};
pub use self::face_app::FaceCapture;
pub use self::licence::{Application, LicenceApplication, LicenceOtp};
pub use self::linking::{EmailLinking, MobileLinking};
pub use self::otp::EnrolmentOtp;
pub use self::registration::Registration;
use super::saved;
use crate::desk::Desk;
use crate::error::Error;

const KIND: &str = "enrolment";

/// An enrolment that was saved, at the point where it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Enrolment {
    /// The Aadhaar OTP is awaited.
    AwaitsOtp(EnrolmentOtp),
    /// The ABHA number exists; address and mobile number may be settled.
    Enrolled(Enrolled),
    /// The OTP to another mobile number is awaited.
    LinksMobile(MobileLinking),
    /// The OTP to an e-mail address is awaited.
    LinksEmail(EmailLinking),
}

/// The same without the desk, as it is sealed.
#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(otp::State),
    Enrolled(enrolled::State),
    LinksMobile(linking::State),
    LinksEmail(linking::State),
}

impl State {
    fn seal(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self, keys, context)
    }
}

impl Desk {
    /// Goes on with an enrolment that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_enrolment(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<Enrolment, Error> {
        let desk = self.clone();
        Ok(match saved::open(KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => Enrolment::AwaitsOtp(EnrolmentOtp::of(desk, state)),
            State::Enrolled(state) => Enrolment::Enrolled(Enrolled::of(desk, state)),
            State::LinksMobile(state) => Enrolment::LinksMobile(MobileLinking::of(desk, state)),
            State::LinksEmail(state) => Enrolment::LinksEmail(EmailLinking::of(desk, state)),
        })
    }
}
