//! A PHR app: its users' addresses, logins and profiles (m1-abha.md 11).
//!
//! For vendors of apps in which patients keep their own records. A registration desk works on the
//! web family instead ([`address`](super::address), [`address_creation`](super::address_creation));
//! the session of one family is worth nothing on the other, so they are two types.
//!
//! ```text
//! log_in_by_mobile, _email, _address, _abha_number, _aadhaar ─► AppLogin
//! AppLogin ─ verify(otp) ┬─► AppProfile
//!   ▲ │                  └─► AddressChoice ─choose─► AppProfile
//!   └ resend
//! log_in_by_password ──────────────────────────────────────────────────────► AppProfile
//! create_address, create_address_by_abha_number ─► AddressCreationOtp<App> ─► … ─► AppProfile
//! AppProfile ─ change_mobile, change_email ─► AppChange ─confirm(otp)─► done
//!            ─ prove_abha_number ─► AbhaNumberOtp ─verify(otp)─► ProvedAbhaNumber
//!                                                              ─ link, delink ─► done
//!            ─ switch_profiles ─► ProfileSwitch ─choose─► AppProfile
//! ```

mod abha_number;
mod change;
mod choice;
mod login;
mod profile;

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use serde::{Deserialize, Serialize};

pub use self::abha_number::{AbhaNumberOtp, ProvedAbhaNumber};
pub use self::change::AppChange;
pub use self::choice::{AddressChoice, ProfileSwitch};
use self::login::LoginOf;
pub use self::login::{AppLogin, AppLoginOutcome};
pub use self::profile::AppProfile;
use super::address_choice::Choice;
use super::address_creation::{AddressCreationOtp, App, SavedCreation, is_taken};
use super::otp_exchange::{OtpPurpose, Slot};
use super::verification::OtpRoute;
use super::{owner, saved};
use crate::api::address::{AbhaAddressQuery, AbhaAddressState};
use crate::api::phr::{SearchPhrAddress, VerifyPhrLogin};
use crate::api::proof::{PasswordBlock, Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{PhrKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::hooks::{ConsentPurpose, GivenConsent};
use crate::input::{AadhaarIdentity, EmailAddress, Password};
use crate::session::AppSession;

const KIND: &str = "phr-app";

/// Where the OTP for a login by ABHA address goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AddressRoute {
    /// To the mobile number of the address.
    Mobile,
    /// To its e-mail address.
    Email,
}

/// A PHR app's flow that was saved, at the point where it goes on. The creation of an address is
/// [`SavedCreation`].
#[derive(Debug)]
#[non_exhaustive]
pub enum AppFlow {
    /// A login awaits its OTP.
    AwaitsOtp(AppLogin),
    /// The person is to choose among their addresses.
    ChoosesAddress(AddressChoice),
    /// The person is logged in.
    LoggedIn(AppProfile),
    /// The person is to choose the address to switch to.
    Switches(ProfileSwitch),
    /// A change awaits its OTP.
    Changes(AppChange),
    /// An ABHA number awaits its OTP.
    ProvesAbhaNumber(AbhaNumberOtp),
    /// An ABHA number is proved, to be linked or de-linked.
    AbhaNumberProved(ProvedAbhaNumber),
}

#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(login::State),
    ChoosesAddress(Choice),
    LoggedIn(profile::State),
    Switches(Choice),
    Changes(change::State),
    ProvesAbhaNumber(abha_number::OtpState),
    AbhaNumberProved(abha_number::ProvedState),
}

impl State {
    fn seal(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self, keys, context)
    }
}

/// A PHR app's side of ABDM: where its flows begin. Cheap to make and to clone.
#[derive(Debug, Clone)]
pub struct PhrApp {
    desk: Desk,
}

impl Desk {
    /// The calls of a PHR app. The client id needs the role `phr`.
    #[must_use]
    pub fn phr_app(&self) -> PhrApp {
        PhrApp { desk: self.clone() }
    }
}

impl PhrApp {
    /// Has an OTP sent to a mobile number for which an ABHA address is to be created.
    ///
    /// # Errors
    /// Whatever a call can meet.
    pub async fn create_address(
        &self,
        mobile: &MobileNumber,
    ) -> Result<AddressCreationOtp<App>, Error> {
        AddressCreationOtp::for_mobile(&self.desk, mobile).await
    }

    /// Has an OTP sent to the owner of an ABHA number for whom an ABHA address is to be created.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when nobody has the number, and whatever a call
    /// can meet.
    pub async fn create_address_by_abha_number(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
    ) -> Result<AddressCreationOtp<App>, Error> {
        let asked = Some(number);
        AddressCreationOtp::begin(&self.desk, by_abha_number(route), number, asked).await
    }

    /// Has an OTP sent to a mobile number, to log in with one of its addresses.
    ///
    /// # Errors
    /// Whatever a call can meet.
    pub async fn log_in_by_mobile(&self, mobile: &MobileNumber) -> Result<AppLogin, Error> {
        let purpose = by_address_owner(Scope::MobileVerify, LoginHint::MobileNumber);
        AppLogin::begin(&self.desk, purpose, mobile, LoginOf::Whoever).await
    }

    /// Has an OTP sent to an e-mail address, to log in with one of its ABHA addresses.
    ///
    /// # Errors
    /// As [`log_in_by_mobile`](Self::log_in_by_mobile).
    pub async fn log_in_by_email(&self, email: &EmailAddress) -> Result<AppLogin, Error> {
        let purpose = by_address_owner(Scope::EmailVerify, LoginHint::Email);
        AppLogin::begin(&self.desk, purpose, email, LoginOf::Whoever).await
    }

    /// Has an OTP sent to the owner of an ABHA address. Which routes it has,
    /// [`search`](Self::search) tells.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when it is nobody's, and whatever a call can meet.
    pub async fn log_in_by_address(
        &self,
        address: &AbhaAddress,
        route: AddressRoute,
    ) -> Result<AppLogin, Error> {
        let proof = match route {
            AddressRoute::Mobile => Scope::MobileVerify,
            AddressRoute::Email => Scope::EmailVerify,
        };
        let purpose = by_address_owner(proof, LoginHint::AbhaAddress);
        AppLogin::begin(&self.desk, purpose, address, LoginOf::Address(address)).await
    }

    /// Has an OTP sent to the owner of an ABHA number, to log in with one of its addresses.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when nobody has the number, and whatever a call
    /// can meet.
    pub async fn log_in_by_abha_number(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
    ) -> Result<AppLogin, Error> {
        AppLogin::begin(&self.desk, by_abha_number(route), number, LoginOf::Number(number)).await
    }

    /// Has UIDAI send an OTP to the owner of an Aadhaar number, or of a VID that stands for one
    /// ([`AadhaarIdentity`]), to log in with one of their addresses. The consent is recorded first.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`],
    /// [`Problem::NoAbha`], and whatever a call can meet.
    pub async fn log_in_by_aadhaar(
        &self,
        aadhaar: &impl AadhaarIdentity,
        consent: GivenConsent,
    ) -> Result<AppLogin, Error> {
        self.desk.record(&consent, ConsentPurpose::Verification).await?;
        let purpose = OtpPurpose {
            // The one call on which the older spelling stands beside the newer one.
            scope: vec![Scope::AbhaLogin, Scope::AadhaarVerify, Scope::AadhaarOtpVerify],
            login_hint: LoginHint::Aadhaar,
            otp_system: OtpSystem::Aadhaar,
            slot: Slot::Absent,
        };
        AppLogin::begin(&self.desk, purpose, aadhaar, LoginOf::Whoever).await
    }

    /// Logs in by ABHA address and password.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`]; [`Problem::AnswerUnusable`] when the answer lacks a token, does
    /// not say that the password was accepted (rulings.md 42), or is about other addresses; and
    /// whatever a call can meet.
    pub async fn log_in_by_password(
        &self,
        address: &AbhaAddress,
        password: &Password,
    ) -> Result<AppProfile, Error> {
        let request = |key: &PublicKey<PhrKey>| {
            let block = PasswordBlock::of_address(address, key.encrypt(password)?);
            let scope = vec![Scope::AbhaAddressLogin, Scope::PasswordVerify];
            Ok(Call::<VerifyPhrLogin>::new(ProofRequest::new(scope, Proof::Password(block))))
        };
        let reply = self.desk.send_encrypted(Asked::Password, request).await?.answer;
        AppProfile::of_reply(self.desk.clone(), reply, address)
    }

    /// Asks in which state an ABHA address is and how it may be proved. Sends no OTP.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when it is nobody's; [`Problem::AnswerUnusable`] when the answer names
    /// another address; and whatever a call can meet.
    pub async fn search(&self, address: &AbhaAddress) -> Result<AbhaAddressState, Error> {
        let call = Call::<SearchPhrAddress>::new(AbhaAddressQuery::new(address));
        let asked = Asked::WhetherThereIs(Problem::AbhaAddressInvalid);
        owner::state_of(self.desk.send(asked, &call).await?, address)
    }

    /// Whether an ABHA address is somebody's already.
    ///
    /// # Errors
    /// [`Problem::AbhaAddressInvalid`] when ABDM does not take the
    /// name; and whatever a call can meet.
    pub async fn is_address_taken(&self, address: &AbhaAddress) -> Result<bool, Error> {
        is_taken::<App>(&self.desk, address).await
    }

    /// The profile of the person whose session this is.
    #[must_use]
    pub fn profile(&self, session: AppSession) -> AppProfile {
        AppProfile::new(self.desk.clone(), session, Vec::new())
    }

    /// Goes on with a flow that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`] when it was sealed with
    /// another key, for another context or by another version.
    pub fn resume(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<AppFlow, Error> {
        let desk = self.desk.clone();
        Ok(match saved::open(KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => AppFlow::AwaitsOtp(AppLogin::of(desk, state)),
            State::ChoosesAddress(state) => AppFlow::ChoosesAddress(AddressChoice::of(desk, state)),
            State::LoggedIn(state) => AppFlow::LoggedIn(AppProfile::of(desk, state)),
            State::Switches(state) => AppFlow::Switches(ProfileSwitch::of(desk, state)),
            State::Changes(state) => AppFlow::Changes(AppChange::of(desk, state)),
            State::ProvesAbhaNumber(state) => {
                AppFlow::ProvesAbhaNumber(AbhaNumberOtp::of(desk, state))
            }
            State::AbhaNumberProved(state) => {
                AppFlow::AbhaNumberProved(ProvedAbhaNumber::of(desk, state))
            }
        })
    }

    /// Goes on with the creation of an address that was saved under this context.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    pub fn resume_creation(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<SavedCreation<App>, Error> {
        SavedCreation::open(&self.desk, saved, keys, context)
    }
}

fn by_address_owner(proof: Scope, login_hint: LoginHint) -> OtpPurpose {
    let scope = vec![Scope::AbhaAddressLogin, proof];
    OtpPurpose { scope, login_hint, otp_system: OtpSystem::Abdm, slot: Slot::Absent }
}

/// A proof of an ABHA number: one purpose for logins, creations and links.
fn by_abha_number(route: OtpRoute) -> OtpPurpose {
    route.purpose(&[], LoginHint::AbhaNumber, Slot::Absent)
}
