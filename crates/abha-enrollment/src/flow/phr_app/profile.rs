//! A person who is logged in to a PHR app.

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndAppUser};
use abdm_core::headers::StandardHeaders;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use abdm_core::wire::{Document, NoBody};
use serde::{Deserialize, Serialize};

use super::abha_number::AbhaNumberOtp;
use super::by_abha_number;
use super::change::{AppChange, done};
use super::choice::ProfileSwitch;
use crate::api::address::{AddressProfile, AddressUser, AddressVerified};
use crate::api::phr::{
    FetchPhrCard, FetchPhrProfile, FetchPhrQrCode, ListSwitchProfiles, LogOutPhr, PhrProfileUpdate,
    RenewPhrSession, UpdatePhrProfile, VerifyPhrChange,
};
use crate::api::proof::{PasswordBlock, Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{PhrKey, Plaintext, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::address_choice::Choice;
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpPurpose, Slot};
use crate::flow::owner;
use crate::flow::verification::OtpRoute;
use crate::input::{EmailAddress, Password};
use crate::session::{AppSession, Claims, Granted, Keepable as _, kept_app};

/// A person who is logged in to a PHR app: their profile, card, changes, links.
#[derive(Debug)]
pub struct AppProfile {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    #[serde(with = "kept_app")]
    session: AppSession,
    users: Vec<AddressUser>,
}

impl AppProfile {
    pub(in crate::flow) const fn new(
        desk: Desk,
        session: AppSession,
        users: Vec<AddressUser>,
    ) -> Self {
        Self { desk, state: State { session, users } }
    }

    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Reads the reply to a proof of this address that always gives a session.
    pub(super) fn of_reply(
        desk: Desk,
        reply: AddressVerified,
        asked: &AbhaAddress,
    ) -> Result<Self, Error> {
        Evidence::of_address(&reply).of(Printed::Proved)?;
        match reply.tokens.map(|tokens| Granted::of(tokens, desk.now())) {
            Some(Granted::Session(kept)) => {
                Self::of_proof(desk, AppSession::of_kept(kept), reply.users, Some(asked))
            }
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }

    /// The owner of a session that a proof gave: of the address that was asked for, else of the one
    /// that the token claims (rulings.md 44).
    pub(super) fn of_proof(
        desk: Desk,
        session: AppSession,
        mut users: Vec<AddressUser>,
        asked: Option<&AbhaAddress>,
    ) -> Result<Self, Error> {
        let token = session.token.expose();
        if let Some(asked) = asked {
            let user = owner::of_address(users.clone(), asked)?;
            owner::opens(token, &user, &users)?;
            users = vec![user];
        } else if let [only] = users.as_slice() {
            owner::opens(token, only, &users)?;
        } else if let Some(claimed) = Claims::of(token).abha_address {
            users.retain(|user| user.address().as_ref() == Some(&claimed));
        }
        Ok(Self::new(desk, session, users))
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &AppSession {
        &self.state.session
    }

    /// The address and its owner, as the login told them. `None` when it told none, or several of
    /// which the token claims none: the profile says whose session it is ([`fetch`](Self::fetch)).
    #[must_use]
    pub fn user(&self) -> Option<&AddressUser> {
        match self.state.users.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Fetches the profile.
    ///
    /// # Errors
    /// [`Problem::LoginOver`] when the session is over; [`Problem::RefusedByGateway`] when the
    /// gateway does not let it through, with which the login stands (rulings.md 35);
    /// [`Problem::AnswerUnusable`] when the profile is another address's than the one that is
    /// logged in; [`Problem::AnswerUnreadable`] when it says nothing; and whatever a call can meet.
    /// So for every method of this type.
    pub async fn fetch(&self) -> Result<AddressProfile, Error> {
        self.own(self.desk.send(Asked::Plainly, &self.call::<FetchPhrProfile>()).await?)
    }

    /// A profile, if it is not plainly another person's than the session's.
    fn own(&self, profile: AddressProfile) -> Result<AddressProfile, Error> {
        owner::own_profile(profile, self.user(), self.state.session.token.expose())
    }

    /// The address that is logged in, where the login or the token tells it.
    fn own_address(&self) -> Option<AbhaAddress> {
        let listed = self.user().and_then(AddressUser::address);
        listed.or_else(|| Claims::of(self.state.session.token.expose()).abha_address)
    }

    /// Changes name, date of birth, gender, photo or residence. Begin with [`PhrProfileUpdate::of`]
    /// the present profile: ABDM takes it whole. Mobile number, e-mail address and password have
    /// methods of their own.
    ///
    /// # Errors
    /// [`Problem::InputInvalid`]: ABDM's own text names the field; [`Problem::AnswerUnusable`] when
    /// the answer is no profile, or another address's; else as [`fetch`](Self::fetch).
    pub async fn update(&self, update: PhrProfileUpdate) -> Result<AddressProfile, Error> {
        let call = self.call_with::<UpdatePhrProfile>(update);
        let profile = self.desk.send(Asked::Plainly, &call).await?;
        if profile == AddressProfile::default() {
            return Err(Error::new(Problem::AnswerUnusable));
        }
        self.own(profile)
    }

    /// Fetches the card, an image with its media type.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn card(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchPhrCard>()).await
    }

    /// Fetches the QR code, an image with its media type.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn qr_code(&self) -> Result<Document, Error> {
        self.desk.send(Asked::Plainly, &self.call::<FetchPhrQrCode>()).await
    }

    /// Has an OTP sent to a new mobile number, to change to it.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn change_mobile(&self, mobile: &MobileNumber) -> Result<AppChange, Error> {
        let purpose = change(Scope::MobileVerify, LoginHint::MobileNumber);
        self.begin_change(purpose, mobile).await
    }

    /// Has an OTP sent to a new e-mail address, to change to it.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn change_email(&self, email: &EmailAddress) -> Result<AppChange, Error> {
        let purpose = change(Scope::EmailVerify, LoginHint::Email);
        self.begin_change(purpose, email).await
    }

    async fn begin_change(
        &self,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
    ) -> Result<AppChange, Error> {
        let (session, own) = (&self.state.session, self.own_address());
        AppChange::begin(&self.desk, session, purpose, value, own).await
    }

    /// Sets a new password for the address. Neither the old one nor an OTP is asked for. What it
    /// gives is ABDM's text.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`] when ABDM does not take it; [`Problem::AnswerUnusable`] when it
    /// does not say that it is set (rulings.md 42); else as [`fetch`](Self::fetch).
    pub async fn set_password(
        &self,
        address: &AbhaAddress,
        new: &Password,
    ) -> Result<Option<String>, Error> {
        let request = |key: &PublicKey<PhrKey>| {
            let block = PasswordBlock::of_address(address, key.encrypt(new)?);
            let scope = vec![Scope::AbhaAddressProfile, Scope::PasswordVerify];
            let body = ProofRequest::new(scope, Proof::Password(block));
            Ok(self.call_with::<VerifyPhrChange>(body))
        };
        let reply = self.desk.send_encrypted(Asked::Password, request).await?.answer;
        done(&reply, Printed::PasswordSet, Some(address))?;
        Ok(reply.message)
    }

    /// Has an OTP sent to the owner of an ABHA number that is to be linked to this address, or
    /// de-linked from it.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when nobody has the number; else as [`fetch`](Self::fetch).
    pub async fn prove_abha_number(
        &self,
        number: &AbhaNumber,
        route: OtpRoute,
    ) -> Result<AbhaNumberOtp, Error> {
        let purpose = by_abha_number(route);
        AbhaNumberOtp::begin(&self.desk, &self.state.session, purpose, number).await
    }

    /// The other addresses of this person, to switch to one of them.
    ///
    /// # Errors
    /// [`Problem::AnswerUnusable`] when the answer lacks the right to choose, or its text denies
    /// it; else as [`fetch`](Self::fetch).
    pub async fn switch_profiles(&self) -> Result<ProfileSwitch, Error> {
        let reply = self.desk.send(Asked::Plainly, &self.call::<ListSwitchProfiles>()).await?;
        Evidence::of_switch(&reply).of(Printed::Proved)?;
        let granted = reply.tokens.map(|tokens| Granted::of(tokens, self.desk.now()));
        match (granted, reply.txn_id) {
            (Some(Granted::Transfer(transfer)), Some(txn_id)) => {
                let (users, beside) = (reply.users, Vec::new());
                let choice = Choice { transfer, txn_id, users, beside, number: None };
                Ok(ProfileSwitch::of(self.desk.clone(), choice))
            }
            _ => Err(Error::new(Problem::AnswerUnusable)),
        }
    }

    /// Renews the session by its refresh token, for 15 days after the login.
    ///
    /// # Errors
    /// [`Problem::LoginOver`] when they are over; [`Problem::AnswerUnusable`] when the answer
    /// denies it, or its token is another person's, with which the session stays as it was; and
    /// whatever a call can meet.
    pub async fn renew(&mut self) -> Result<(), Error> {
        let token = self.state.session.refresh_token.clone();
        let call = Call::<RenewPhrSession>::new(NoBody).by(token);
        let tokens = self.desk.send(Asked::Plainly, &call).await?.tokens;
        Evidence::of_tokens(&tokens).of(Printed::Proved)?;
        owner::is_the_same(self.state.session.token.expose(), tokens.token.expose())?;
        self.state.session = self.state.session.renewed(tokens, self.desk.now());
        Ok(())
    }

    /// Ends the session. After a failure it may be tried again.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn log_out(&self) -> Result<(), Error> {
        self.desk.send(Asked::Plainly, &self.call::<LogOutPhr>()).await.map(|_| ())
    }

    /// Seals the session; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::LoggedIn(self.state.clone()).seal(keys, context)
    }

    fn call<E>(&self) -> Call<E>
    where
        E: Endpoint<
                Auth = SessionAndAppUser,
                Headers = StandardHeaders,
                Path = (),
                Request = NoBody,
            >,
    {
        self.call_with(NoBody)
    }

    fn call_with<E>(&self, body: E::Request) -> Call<E>
    where
        E: Endpoint<Auth = SessionAndAppUser, Headers = StandardHeaders, Path = ()>,
    {
        Call::new(body).by(self.state.session.token.clone())
    }
}

fn change(proof: Scope, login_hint: LoginHint) -> OtpPurpose {
    let scope = vec![Scope::AbhaAddressProfile, proof];
    OtpPurpose { scope, login_hint, otp_system: OtpSystem::Abdm, slot: Slot::Absent }
}
