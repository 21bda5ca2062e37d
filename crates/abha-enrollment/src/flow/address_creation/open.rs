//! A mobile number is proved: its addresses, and a new one.

use std::marker::PhantomData;

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::created::{Before, CreatedAddress};
use super::details::AddressDetails;
use super::family::AddressFamily;
use crate::api::account::AbhaProfile;
use crate::api::address::{AddressUser, AddressVerified, EnrolAddressRequest};
use crate::api::vocabulary::LoginHint;
use crate::desk::Desk;
use crate::encryption::{Encrypted, PhrKey, PublicKey, may_be_wrong_key};
use crate::error::{Asked, Error, Problem};
use crate::flow::address_choice::{Choice, listed, proved};
use crate::flow::beside_refusal::made_beside;
use crate::flow::once::Once;
use crate::flow::otp_exchange::OtpExchange;
use crate::flow::owner;
use crate::input::AbhaAddressName;
use crate::session::{Claims, Granted, Keepable as _};

/// A mobile number (or, on the PHR app family, an ABHA number) is proved: log in with one of its
/// addresses, or create a new one.
#[derive(Debug)]
pub struct AddressCreation<F: AddressFamily> {
    desk: Desk,
    state: State,
    family: PhantomData<F>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    txn_id: TxnId,
    users: Vec<AddressUser>,
    accounts: Vec<AbhaProfile>,
    granted: Option<Granted>,
    /// The mobile number that was proved, as only ABDM can read it.
    mobile: Option<Encrypted<PhrKey>>,
    /// The ABHA number that was proved, when it was one.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
    /// The creation.
    once: Once,
}

/// A mobile number, before or after its encryption.
enum Mobile {
    Told(MobileNumber),
    Proved(Encrypted<PhrKey>),
}

impl State {
    pub(super) fn of_reply(
        reply: AddressVerified,
        exchange: &OtpExchange<PhrKey>,
        number: Option<&AbhaNumber>,
        now: DateTime<Utc>,
    ) -> Self {
        let by_mobile = *exchange.login_hint() == LoginHint::MobileNumber;
        Self {
            txn_id: reply.txn_id.unwrap_or_else(|| exchange.txn_id().clone()),
            users: reply.users,
            accounts: reply.accounts,
            granted: reply.tokens.map(|tokens| Granted::of(tokens, now)),
            mobile: by_mobile.then(|| exchange.login_id().clone()),
            number: number.cloned(),
            once: Once::OPEN,
        }
    }
}

impl<F: AddressFamily> AddressCreation<F> {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state, family: PhantomData }
    }

    /// The addresses that there are already. Offer them first: most people want one.
    #[must_use]
    pub fn existing(&self) -> &[AddressUser] {
        &self.state.users
    }

    /// The person as their ABHA number knows them, to fill the form; after an ABHA number was
    /// proved.
    #[must_use]
    pub fn account(&self) -> Option<&AbhaProfile> {
        self.state.accounts.first()
    }

    /// Logs in with one of the [`existing`](Self::existing) addresses.
    ///
    /// # Errors
    /// [`Problem::AbhaAddressInvalid`] when it is none of the list, and [`Problem::LoginOver`] when
    /// the five minutes of the choice are over, both without a call; [`Problem::AnswerUnusable`]
    /// when the verification gave no token, or one of another address; and whatever a call can
    /// meet.
    pub async fn log_in(&self, address: &AbhaAddress) -> Result<F::Person, Error> {
        let user = listed(&self.state.users, address)?;
        let (session, user) = match &self.state.granted {
            None => return Err(Error::new(Problem::AnswerUnusable)),
            Some(Granted::Transfer(transfer)) => {
                let choice = Choice {
                    transfer: transfer.clone(),
                    txn_id: self.state.txn_id.clone(),
                    users: self.state.users.clone(),
                    beside: Vec::new(),
                    number: self.state.number.clone(),
                };
                choice.choose::<F::VerifyUser, F::Session>(&self.desk, address).await?
            }
            Some(Granted::Session(kept)) => {
                let session = F::Session::of_kept(kept.clone());
                if self.state.users.len() > 1 {
                    self.check_owner(&session, address).await?;
                } else {
                    let user = proved(&user, self.state.number.as_ref());
                    owner::opens(session.keep().token(), &user, &self.state.users)?;
                }
                (session, user)
            }
        };
        Ok(F::person(self.desk.clone(), session, vec![user]))
    }

    /// A session that came at once beside several addresses is one of them's: whose, its token's
    /// claim tells, else its profile (rulings.md 44).
    async fn check_owner(&self, session: &F::Session, address: &AbhaAddress) -> Result<(), Error> {
        let claimed = Claims::of(session.keep().token()).abha_address;
        let theirs = match claimed {
            Some(claimed) => Some(claimed),
            None => {
                let call = F::profile_call(session);
                self.desk.send(Asked::Plainly, &call).await?.preferred_address()
            }
        };
        if theirs.as_ref() == Some(address) {
            Ok(())
        } else {
            Err(Error::new(Problem::AnswerUnusable))
        }
    }

    /// Free names made from the person's name and date of birth. Show [`AbhaAddressName::RULE`]
    /// beside the field for an own one.
    ///
    /// # Errors
    /// [`Problem::InputInvalid`] when ABDM does not take a name or date;
    /// [`Problem::TransactionOver`] when too much time has passed; and whatever a call can meet.
    pub async fn suggest(
        &mut self,
        details: &AddressDetails,
    ) -> Result<Vec<AbhaAddressName>, Error> {
        let call = Call::<F::Suggest>::new(details.suggestion(self.state.txn_id.clone()));
        let answer = self.desk.send(Asked::Plainly, &call).await?;
        if let Some(newer) = answer.txn_id {
            self.state.txn_id = newer;
        }
        Ok(AbhaAddressName::of_list(answer.abha_address_list.iter().map(|name| name.as_str())))
    }

    /// Whether a name is somebody's already. [`create`](Self::create) has the last word.
    ///
    /// # Errors
    /// [`Problem::AbhaAddressInvalid`] when ABDM does not take the name; and whatever a call can
    /// meet.
    pub async fn is_taken(&self, name: &AbhaAddressName) -> Result<bool, Error> {
        super::is_taken::<F>(&self.desk, &self.address(name)?).await
    }

    /// Creates the address. What it gives is the address that ABDM's answer names, which may be
    /// another than the one that was asked for (rulings.md 42). Never sent twice: a success, and a
    /// future that was dropped in the middle of it, close this value ([`Problem::TransactionOver`],
    /// [`Problem::OutcomeUnknown`], both without a call).
    ///
    /// # Errors
    /// [`Problem::AddressTaken`]: ask for another, this value stays good.
    /// [`Problem::InputInvalid`]: ABDM's own text names the field. [`Problem::MobileInvalid`],
    /// without a call, when an ABHA number was proved whose mobile number is not known: see
    /// [`AddressDetails::mobile`]. [`Problem::TransactionOver`] when ABDM's key has changed since
    /// the mobile number was proved: begin again. [`Problem::OutcomeUnknown`] when no usable answer
    /// came, one that names no address or only addresses that were there before, or one that names
    /// one and refuses it by its status or as taken: begin again, and see whether the address is among the [`existing`](Self::existing)
    /// ones. And whatever a call can meet.
    pub async fn create(
        &mut self,
        name: &AbhaAddressName,
        details: &AddressDetails,
    ) -> Result<CreatedAddress<F>, Error> {
        let address = self.address(name)?;
        let mobile = self.mobile_of(details)?;
        self.state.once.begin().map_err(Error::about_address)?;
        let txn_id = &self.state.txn_id;
        let request = |key: &PublicKey<PhrKey>| {
            let mobile = match &mobile {
                Mobile::Told(mobile) => key.encrypt(mobile)?,
                Mobile::Proved(encrypted) => encrypted.clone(),
            };
            let details = details.enrolment(&address, mobile, key)?;
            Ok(Call::<F::Enrol>::new(EnrolAddressRequest::new(txn_id.clone(), details)))
        };
        let sent = self.desk.send_encrypted::<F::Enrol, _>(Asked::Plainly, request).await;
        let outcome = match sent {
            Ok(sent) => Ok(sent.answer),
            Err(error) => made_beside(error),
        };
        // ABDM took this very value when it was proved: if it does not now, its key has changed.
        let outcome = outcome.map_err(|error| {
            let key_has_changed = matches!(mobile, Mobile::Proved(_))
                && matches!(error.problem(), Problem::MobileInvalid | Problem::ProgramFault)
                && error.api().is_some_and(may_be_wrong_key);
            if key_has_changed { error.meaning(Problem::TransactionOver) } else { error }
        });
        let created = outcome.and_then(|answer| {
            let before = Before { users: &self.state.users, number: self.state.number.as_ref() };
            CreatedAddress::of_reply(&self.desk, &address, before, answer)
        });
        self.state.once.tried(created).map_err(Error::about_address)
    }

    /// The mobile number of the new address: the one in the details, the one that was proved, or
    /// the one that the ABHA number tells.
    fn mobile_of(&self, details: &AddressDetails) -> Result<Mobile, Error> {
        if let Some(mobile) = details.own_mobile() {
            return Ok(Mobile::Told(mobile.clone()));
        }
        if let Some(encrypted) = &self.state.mobile {
            return Ok(Mobile::Proved(encrypted.clone()));
        }
        let told = self.account().and_then(|account| account.mobile.as_ref());
        told.and_then(|text| MobileNumber::new(text.as_str()).ok())
            .map(Mobile::Told)
            .ok_or_else(|| Error::new(Problem::MobileInvalid))
    }

    fn address(&self, name: &AbhaAddressName) -> Result<AbhaAddress, Error> {
        Ok(name.with_suffix(self.desk.client().environment().address_suffix())?)
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_address_creation`](crate::Desk::resume_address_creation) opens it, an
    /// app's [`PhrApp::resume_creation`](crate::flow::phr_app::PhrApp::resume_creation).
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::Open(self.state.clone()).seal::<F>(keys, context)
    }
}
