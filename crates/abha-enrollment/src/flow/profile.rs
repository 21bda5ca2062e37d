//! A person's profile, by their session (m1-abha.md 9, PROF_ABHA_601-605).
//!
//! Changes that ABDM confirms by OTP are one type, [`Change`]: ask for it, prove the OTP, done.
//!
//! | change | begins with |
//! |---|---|
//! | mobile number | [`change_mobile`](ProfileSession::change_mobile) |
//! | e-mail address | [`change_email`](ProfileSession::change_email), or a link: [`send_email_link`](ProfileSession::send_email_link) |
//! | name, date of birth, gender | [`renew_kyc`](ProfileSession::renew_kyc) |
//! | password | [`set_password`](ProfileSession::set_password), [`change_password`](ProfileSession::change_password) |
//! | deactivation, deletion | [`deactivate`](ProfileSession::deactivate), [`delete`](ProfileSession::delete) |
//! | photo | [`change_photo`](ProfileSession::change_photo) |

mod change;
mod photo;

use std::iter;

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndUser};
use abdm_core::headers::StandardHeaders;
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use abdm_core::wire::{Document, NoBody};
use serde::{Deserialize, Serialize};

pub use self::change::Change;
pub use self::photo::{MAX_PHOTO_BYTES, Photo};
use super::evidence::{Evidence, Printed};
use super::otp_exchange::{OtpPurpose, Slot};
use super::verification::OtpRoute;
use super::{owner, saved};
use crate::api::account::{
    AbhaProfile, FetchAbhaCard, FetchQrCode, LogOut, ProfileUpdate, RenewSession, SendEmailLink,
    UpdateProfile, VerifyChange,
};
use crate::api::enrollment::{Children, ListChildren};
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::api::headers::{Benefit, BenefitSpelling, ProfileBenefitHeaders};
use crate::api::otp::OtpRequest;
use crate::api::proof::{PasswordBlock, Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::input::{EmailAddress, Password};
use crate::session::{Claims, Keepable as _, UserSession, kept_user};

const KIND: &str = "profile";

impl Desk {
    /// The profile of the person whose session this is.
    #[must_use]
    pub fn profile(&self, session: UserSession) -> ProfileSession {
        self.profile_of(session, None)
    }

    /// The profile of the owner of this ABHA number, whose session it is.
    pub(in crate::flow) fn profile_of(
        &self,
        session: UserSession,
        number: Option<AbhaNumber>,
    ) -> ProfileSession {
        ProfileSession { desk: self.clone(), session, number }
    }

    /// Goes on with a profile session that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`] when it was sealed with another key, for another context or
    /// by another version.
    pub fn resume_profile(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<ProfileSession, Error> {
        let state: State = saved::open(KIND, saved, keys, context)?;
        Ok(self.profile_of(state.session, state.number))
    }
}

/// A person's profile: to fetch, to show as a card, to change.
#[derive(Debug)]
pub struct ProfileSession {
    desk: Desk,
    session: UserSession,
    /// The owner's, where the login told it. Its token may be one that names nobody.
    number: Option<AbhaNumber>,
}

#[derive(Serialize, Deserialize)]
struct State {
    #[serde(with = "kept_user")]
    session: UserSession,
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
}

impl ProfileSession {
    /// The session.
    #[must_use]
    pub const fn session(&self) -> &UserSession {
        &self.session
    }

    /// Fetches the profile. Name, date of birth and gender come from Aadhaar: show them, do not let
    /// them be edited (VRFY_ABHA_101).
    ///
    /// # Errors
    /// [`Problem::LoginOver`] when the session is over; [`Problem::RefusedByGateway`] when the
    /// gateway does not let it through, with which the login stands (rulings.md 35);
    /// [`Problem::AnswerUnusable`] when the profile is not that of the session's owner, where its
    /// token names them; [`Problem::AnswerUnreadable`] when it says nothing; and whatever a call
    /// can meet. So for every method of this type.
    pub async fn fetch(&self) -> Result<AbhaProfile, Error> {
        self.own(owner::fetch_profile(&self.desk, &self.session).await?)
    }

    /// A profile, if it is not plainly another person's than the session's.
    fn own(&self, profile: AbhaProfile) -> Result<AbhaProfile, Error> {
        owner::is_about(iter::once(profile.abha_number.as_ref()), self.owner().as_ref())?;
        Ok(profile)
    }

    /// Fetches the ABHA card, an image with its media type (CRT_ABHA_114). Pass the bytes on as
    /// they are.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn card(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchAbhaCard>()).await
    }

    /// Fetches the QR code of the ABHA number, an image.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn qr_code(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchQrCode>()).await
    }

    /// Changes the photo (PROF_ABHA_602).
    ///
    /// # Errors
    /// [`Problem::InputInvalid`] when ABDM sees no face on it; else as [`fetch`](Self::fetch).
    pub async fn change_photo(&self, photo: &Photo) -> Result<AbhaProfile, Error> {
        self.update(ProfileUpdate::photo(Personal::new(photo.to_base64()))).await
    }

    /// Changes whatever [`ProfileUpdate`] holds; for benefit programmes and parents.
    ///
    /// # Errors
    /// [`Problem::AnswerUnusable`] when the answer is no profile, or not that of the person who was
    /// to be changed; [`Problem::NotPermitted`] for what this client may not change; else as
    /// [`fetch`](Self::fetch).
    pub async fn update(&self, update: ProfileUpdate) -> Result<AbhaProfile, Error> {
        let headers = ProfileBenefitHeaders::new(self.desk.profile_benefit());
        let token = self.session.token.clone();
        // A programme changes anybody's, and a parent a child's.
        let whose = update.abha_number.clone().or_else(|| self.owner());
        let call = Call::<UpdateProfile>::new(update).by(token).headers(headers);
        let profile: AbhaProfile = self.desk.send(Asked::Plainly, &call).await?;
        if profile == AbhaProfile::default() {
            return Err(Error::new(Problem::AnswerUnusable));
        }
        owner::is_about(iter::once(profile.abha_number.as_ref()), whose.as_ref())?;
        Ok(profile)
    }

    /// Lists the children below this person's ABHA number. The client needs the role `Hid_Child`.
    ///
    /// # Errors
    /// [`Problem::NotPermitted`] without the role; [`Problem::AnswerUnusable`] when they are
    /// another parent's; else as [`fetch`](Self::fetch).
    pub async fn children(&self) -> Result<Children, Error> {
        let programme = self.desk.programme();
        let benefit = programme.map(|name| Benefit::new(name, BenefitSpelling::Hyphen));
        let headers = ProfileBenefitHeaders::new(benefit);
        let token = self.session.token.clone();
        let call = Call::<ListChildren>::new(NoBody).by(token).headers(headers);
        let children = self.desk.send(Asked::Plainly, &call).await?;
        owner::is_about(iter::once(children.parent_abha_number.as_ref()), self.owner().as_ref())?;
        Ok(children)
    }

    /// Has an OTP sent to a new mobile number, to change to it (PROF_ABHA_601).
    ///
    /// # Errors
    /// [`Problem::AlreadyVerified`] when it is the present one, [`Problem::MobileInUse`]; else as
    /// [`fetch`](Self::fetch).
    pub async fn change_mobile(&self, mobile: &MobileNumber) -> Result<Change, Error> {
        let purpose = purpose(Scope::MobileVerify, LoginHint::Mobile, OtpSystem::Abdm);
        self.begin(purpose, mobile, (None, None)).await
    }

    /// Has an OTP sent to a new e-mail address, to change to it (PROF_ABHA_603).
    ///
    /// # Errors
    /// [`Problem::EmailInUse`]; else as [`fetch`](Self::fetch).
    pub async fn change_email(&self, email: &EmailAddress) -> Result<Change, Error> {
        let purpose = purpose(Scope::EmailVerify, LoginHint::Email, OtpSystem::Abdm);
        self.begin(purpose, email, (None, None)).await
    }

    /// Has a link sent to a new e-mail address; opening it changes to it, without the desk.
    ///
    /// # Errors
    /// As [`change_email`](Self::change_email).
    pub async fn send_email_link(&self, email: &EmailAddress) -> Result<(), Error> {
        let token = &self.session.token;
        let request = |key: &PublicKey<AbhaKey>| {
            let scope = vec![Scope::AbhaProfile, Scope::EmailLinkVerify];
            let value = key.encrypt(email)?;
            let body = OtpRequest::new(scope, LoginHint::Email, value, OtpSystem::Abdm);
            let call = Call::<SendEmailLink>::new(body).by(token.clone());
            Ok(call)
        };
        self.desk.send_encrypted(Asked::Plainly, request).await.map(|_| ())
    }

    /// Has UIDAI send an OTP, to renew name, date of birth, gender and photo from Aadhaar
    /// (PROF_ABHA_604).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn renew_kyc(&self, number: &AbhaNumber) -> Result<Change, Error> {
        let purpose = purpose(Scope::ReKyc, LoginHint::AbhaNumber, OtpSystem::Aadhaar);
        self.begin(purpose, number, (Some(number), None)).await
    }

    /// Has an OTP sent, to set a password.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn set_password(&self, new: &Password, route: OtpRoute) -> Result<Change, Error> {
        let purpose = purpose(Scope::ChangePassword, LoginHint::Password, route.system());
        self.begin(purpose, new, (None, None)).await
    }

    /// Changes the password by the old one, without an OTP.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`] when the old one is wrong or equals the new one; else as
    /// [`fetch`](Self::fetch).
    pub async fn change_password(&self, old: &Password, new: &Password) -> Result<(), Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let (new, again) = (key.encrypt(new)?, key.encrypt(new)?);
            let block = PasswordBlock::change(key.encrypt(old)?, new, again);
            Ok(self.confirmed(Scope::ChangePassword, block, None))
        };
        let sent = self.desk.send_encrypted(Asked::Password, request).await?;
        change::done(&sent.answer, &[Scope::ChangePassword], self.owner().as_ref())
    }

    /// Has an OTP sent, to switch the ABHA number off. Its owner can switch it on again
    /// ([`Desk::reactivate`]).
    ///
    /// # Errors
    /// [`Problem::BenefitLinked`]; else as [`fetch`](Self::fetch).
    pub async fn deactivate(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
        reason: &str,
    ) -> Result<Change, Error> {
        let purpose = purpose(Scope::Deactivate, LoginHint::AbhaNumber, route.system());
        self.begin(purpose, number, (Some(number), Some(reason))).await
    }

    /// Has an OTP sent, to delete the ABHA number **for good** (PROF_ABHA_605).
    ///
    /// # Errors
    /// [`Problem::BenefitLinked`]; else as [`fetch`](Self::fetch).
    pub async fn delete(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
        reason: &str,
    ) -> Result<Change, Error> {
        let purpose = purpose(Scope::Delete, LoginHint::AbhaNumber, route.system());
        self.begin(purpose, number, (Some(number), Some(reason))).await
    }

    /// Switches the ABHA number off by its password.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`],
    /// [`Problem::BenefitLinked`];
    /// [`Problem::AnswerUnusable`] when ABDM does not say that it is
    /// done (rulings.md 42); else as [`fetch`](Self::fetch).
    pub async fn deactivate_by_password(
        &self,
        password: &Password,
        reason: &str,
    ) -> Result<(), Error> {
        self.end_by_password(Scope::Deactivate, password, reason).await
    }

    /// Deletes the ABHA number **for good** by its password.
    ///
    /// # Errors
    /// As [`deactivate_by_password`](Self::deactivate_by_password).
    pub async fn delete_by_password(&self, password: &Password, reason: &str) -> Result<(), Error> {
        self.end_by_password(Scope::Delete, password, reason).await
    }

    /// Renews the session by its refresh token, for 15 days after the login.
    ///
    /// # Errors
    /// [`Problem::LoginOver`] when they are over; [`Problem::AnswerUnusable`] when the answer
    /// denies it, or its token is another person's, with which the session stays as it was; and
    /// whatever a call can meet.
    pub async fn renew(&mut self) -> Result<(), Error> {
        let token = self.session.refresh_token.clone();
        let call = Call::<RenewSession>::new(NoBody).by(token);
        let tokens = self.desk.send(Asked::Plainly, &call).await?;
        Evidence::of_tokens(&tokens).of(Printed::Proved)?;
        owner::is_the_same(self.session.token.expose(), tokens.token.expose())?;
        let claimed = Claims::of(tokens.token.expose()).abha_number.map(SeenAbhaNumber::Whole);
        owner::is_about(iter::once(claimed.as_ref()), self.owner().as_ref())?;
        self.session = self.session.renewed(tokens, self.desk.now());
        Ok(())
    }

    /// Ends the session. Do this when the person leaves the desk; after a failure it may be tried
    /// again.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn log_out(&self) -> Result<(), Error> {
        self.desk.send(Asked::Plainly, &self.call::<LogOut>()).await.map(|_| ())
    }

    /// Seals the session; see [`EnrolmentOtp::save`](super::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_profile`](crate::Desk::resume_profile) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        let state = State { session: self.session.clone(), number: self.number.clone() };
        saved::seal(KIND, &state, keys, context)
    }

    async fn end_by_password(
        &self,
        scope: Scope,
        password: &Password,
        reason: &str,
    ) -> Result<(), Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let block = PasswordBlock::confirmation(key.encrypt(password)?);
            Ok(self.confirmed(scope.clone(), block, Some(reason)))
        };
        let sent = self.desk.send_encrypted(Asked::Password, request).await?;
        change::done(&sent.answer, std::slice::from_ref(&scope), self.owner().as_ref())
    }

    fn confirmed(
        &self,
        scope: Scope,
        block: PasswordBlock<AbhaKey>,
        reason: Option<&str>,
    ) -> Call<VerifyChange> {
        let scope = vec![Scope::AbhaProfile, scope];
        let mut body = ProofRequest::new(scope, Proof::Password(block));
        body.reasons = reason.map(|reason| vec![Personal::new(reason)]);
        Call::new(body).by(self.session.token.clone())
    }

    async fn begin(
        &self,
        purpose: OtpPurpose,
        value: &(impl crate::encryption::Plaintext + Sync),
        about: (Option<&AbhaNumber>, Option<&str>),
    ) -> Result<Change, Error> {
        let (number, reason) = about;
        let whose = number.cloned().or_else(|| self.owner());
        Change::begin(&self.desk, &self.session, purpose, value, (whose, reason)).await
    }

    /// Whose profile it is, where the session or its login tells.
    pub(in crate::flow) fn owner(&self) -> Option<AbhaNumber> {
        Claims::of(self.session.token.expose()).abha_number.or_else(|| self.number.clone())
    }

    fn call<E>(&self) -> Call<E>
    where
        E: Endpoint<Auth = SessionAndUser, Headers = StandardHeaders, Path = (), Request = NoBody>,
    {
        Call::new(NoBody).by(self.session.token.clone())
    }
}

fn purpose(scope: Scope, login_hint: LoginHint, otp_system: OtpSystem) -> OtpPurpose {
    let scope = vec![Scope::AbhaProfile, scope];
    OtpPurpose { scope, login_hint, otp_system, slot: Slot::Absent }
}
