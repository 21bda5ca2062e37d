//! Proving an existing ABHA number (m1-abha.md 7, VRFY_ABHA_101-501).
//!
//! ```text
//! verify_abha_number(number, route) ─┐
//! verify_by_mobile(mobile) ──────────┤
//! verify_by_aadhaar(aadhaar, consent)┼─► VerificationOtp ──verify(otp)──► Verified
//! find_by_mobile ─► Found::prove ────┘     ▲   │   └─► AccountChoice ──choose──► Verified
//!                                          └resend
//! find_by_mobile ─► Found::prove ───────► FaceVerification ──verify──────► Verified
//! verify_by_face_app(consent) ─────────► FaceLogin ──verify(aadhaar)─────► Verified
//! announce_scan(number, modality) ─────► VerificationScan ──verify(scan)─► Verified
//! verify_by_password, verify_by_scan ────────────────────────────────────► Verified
//! ```
//! [`Verified`] becomes a [`ProfileSession`](super::profile::ProfileSession): profile, card,
//! changes.
//!
//! Only [`Problem::NoAbha`](crate::Problem::NoAbha) means that there is no ABHA number: creating
//! one after any other problem may make a second. ABDM says so before the OTP or only after it, so
//! both steps can answer it (VRFY_ABHA_302, 403).

mod choice;
mod face_app;
mod find;
mod otp;
mod reactivation;
mod scan;
mod verified;

use abdm_core::call::Call;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use serde::{Deserialize, Serialize};

pub use self::choice::AccountChoice;
pub use self::face_app::{FaceLogin, FaceVerification};
pub use self::find::{Found, ProofRoute};
pub use self::otp::{OtpRoute, VerificationOtp, VerificationOutcome};
pub use self::reactivation::{EnrolmentNumberOtp, ReactivationOtp};
pub use self::scan::VerificationScan;
pub(super) use self::scan::scan_proof;
pub use self::verified::Verified;
use super::otp_exchange::{OtpExchange, OtpPurpose, Slot};
use super::saved;
use crate::api::fields::SeenAbhaNumber;
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{RequestLoginOtp, VerifyLogin};
use crate::api::proof::{PasswordBlock, Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error};
use crate::hooks::{ConsentPurpose, GivenConsent};
use crate::input::{AadhaarIdentity, Password};

const KIND: &str = "verification";

/// A verification that was saved, at the point where it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verification {
    /// An OTP is awaited.
    AwaitsOtp(VerificationOtp),
    /// A scan is awaited.
    AwaitsScan(VerificationScan),
    /// A face is awaited from the ABHA app, for an account that was found.
    AwaitsFace(FaceVerification),
    /// A face is awaited from the ABHA app, then the Aadhaar number.
    AwaitsFaceLogin(FaceLogin),
    /// The person is to choose among the accounts that were found.
    ChoosesFound(Found),
    /// The person is to choose among the accounts of a mobile number.
    ChoosesAccount(AccountChoice),
    /// The person is known.
    Verified(Verified),
}

/// The same without the desk, as it is sealed.
#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(otp::State),
    AwaitsScan(scan::State),
    AwaitsFace(face_app::State),
    AwaitsFaceLogin(face_app::LoginState),
    ChoosesFound(find::State),
    ChoosesAccount(choice::State),
    Verified(verified::State),
}

impl State {
    fn seal(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self, keys, context)
    }
}

impl Desk {
    /// Has an OTP sent to the owner of an ABHA number (VRFY_ABHA_101, 201).
    ///
    /// # Errors
    /// [`Problem::NoAbha`](crate::Problem::NoAbha) when nobody has the number,
    /// [`Problem::MethodNotAllowed`](crate::Problem::MethodNotAllowed) when its owner closed this
    /// route, and whatever a call can meet.
    pub async fn verify_abha_number(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
    ) -> Result<VerificationOtp, Error> {
        let purpose = route.purpose(&[], LoginHint::AbhaNumber, Slot::Absent);
        let exchange = OtpExchange::begin::<RequestLoginOtp>(self, (), purpose, number).await?;
        let asked = Some(SeenAbhaNumber::Whole(number.clone()));
        Ok(VerificationOtp::of(self.clone(), otp::State { exchange, asked }))
    }

    /// Has an OTP sent to a mobile number; its accounts are listed after it was proved
    /// (VRFY_ABHA_301-305). Only accounts with a proved identity are: a self-declared ABHA address
    /// is verified by [`verify_abha_address`](Self::verify_abha_address).
    ///
    /// # Errors
    /// [`Problem::NoAbha`](crate::Problem::NoAbha) when no ABHA number has this mobile number;
    /// [`Problem::NothingFound`](crate::Problem::NothingFound) when ABDM refuses without saying so
    /// (rulings.md 41); and whatever a call can meet.
    pub async fn verify_by_mobile(&self, mobile: &MobileNumber) -> Result<VerificationOtp, Error> {
        let purpose = OtpRoute::AbhaMobile.purpose(&[], LoginHint::Mobile, Slot::Absent);
        let exchange = OtpExchange::begin::<RequestLoginOtp>(self, (), purpose, mobile).await?;
        Ok(VerificationOtp::of(self.clone(), otp::State { exchange, asked: None }))
    }

    /// Has UIDAI send an OTP to the owner of an Aadhaar number (VRFY_ABHA_401-405), or of a VID
    /// that stands for one ([`AadhaarIdentity`]). The consent is recorded first.
    ///
    /// This is also how to find out whether an enrolment whose answer was lost has happened.
    ///
    /// # Errors
    /// [`Problem::NoAbha`](crate::Problem::NoAbha) when the person has no ABHA number,
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and whatever a call can
    /// meet.
    pub async fn verify_by_aadhaar(
        &self,
        aadhaar: &impl AadhaarIdentity,
        consent: GivenConsent,
    ) -> Result<VerificationOtp, Error> {
        self.record(&consent, ConsentPurpose::Verification).await?;
        let purpose = OtpRoute::Aadhaar.purpose(&[], LoginHint::Aadhaar, Slot::Absent);
        let exchange = OtpExchange::begin::<RequestLoginOtp>(self, (), purpose, aadhaar).await?;
        Ok(VerificationOtp::of(self.clone(), otp::State { exchange, asked: None }))
    }

    /// Verifies an ABHA number by its password.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`](crate::Problem::WrongPassword), and whatever a call can meet.
    pub async fn verify_by_password(
        &self,
        number: &AbhaNumber,
        password: &Password,
    ) -> Result<Verified, Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let block = PasswordBlock::login(number.clone(), key.encrypt(password)?);
            let scope = vec![Scope::AbhaLogin, Scope::PasswordVerify];
            let body = ProofRequest::new(scope, Proof::Password(block));
            Ok(Call::<VerifyLogin>::new(body).headers(ProfileBenefitHeaders::default()))
        };
        let reply = self.send_encrypted(Asked::Password, request).await?.answer;
        let asked = SeenAbhaNumber::Whole(number.clone());
        Verified::of_reply(self.clone(), reply, Some(&asked)).await
    }

    /// Goes on with a verification that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_verification(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<Verification, Error> {
        let desk = self.clone();
        Ok(match saved::open(KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => Verification::AwaitsOtp(VerificationOtp::of(desk, state)),
            State::AwaitsScan(state) => Verification::AwaitsScan(VerificationScan::of(desk, state)),
            State::AwaitsFace(state) => Verification::AwaitsFace(FaceVerification::of(desk, state)),
            State::AwaitsFaceLogin(state) => {
                Verification::AwaitsFaceLogin(FaceLogin::of(desk, state))
            }
            State::ChoosesFound(state) => Verification::ChoosesFound(Found::of(desk, state)),
            State::ChoosesAccount(state) => {
                Verification::ChoosesAccount(AccountChoice::of(desk, state))
            }
            State::Verified(state) => Verification::Verified(Verified::of(desk, state)),
        })
    }
}

impl OtpRoute {
    /// Who sends the OTP.
    pub(super) const fn system(self) -> OtpSystem {
        match self {
            Self::Aadhaar => OtpSystem::Aadhaar,
            Self::AbhaMobile => OtpSystem::Abdm,
        }
    }

    /// What the OTP proves.
    pub(super) const fn proof(self) -> Scope {
        match self {
            Self::Aadhaar => Scope::AadhaarVerify,
            Self::AbhaMobile => Scope::MobileVerify,
        }
    }

    /// A login by this route, with `extra` elements in the scope before the route's own.
    pub(super) fn purpose(self, extra: &[Scope], login_hint: LoginHint, slot: Slot) -> OtpPurpose {
        let mut scope = vec![Scope::AbhaLogin];
        scope.extend_from_slice(extra);
        scope.push(self.proof());
        OtpPurpose { scope, login_hint, otp_system: self.system(), slot }
    }
}
