//! The ABHA number exists.

use abdm_core::call::Call;
use abdm_core::headers::TransactionHeaders;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use abdm_core::wire::NoBody;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::linking::{EmailLinking, MobileLinking};
use crate::api::account::{AbhaProfile, FetchProfile};
use crate::api::enrollment::{
    AbhaAddressClaim, ClaimAbhaAddress, EnrolledAccount, EnrolledProfile, EnrolmentReply,
    SuggestAbhaAddresses,
};
use crate::api::fields::Personal;
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::input::{AbhaAddressName, EmailAddress};
use crate::session::{UserSession, kept_user_session};

/// A person with an ABHA number, new or found.
///
/// What is left: link another mobile number if [`mobile_link`](Self::mobile_link) says so, let the
/// person choose an address, and [`finish`](Self::finish). All of it may be left out.
#[derive(Debug)]
pub struct Enrolled {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// `None` after a demographic enrolment, whose answer has none: then nothing can follow it.
    pub(super) txn_id: Option<TxnId>,
    #[serde(with = "kept_user_session")]
    session: Option<UserSession>,
    profile: Box<EnrolledProfile>,
    is_new: bool,
    pub(super) mobile_link: MobileLink,
    /// Whether an e-mail address was proved on the way.
    #[serde(default)]
    pub(super) email_linked: bool,
    claimed: Option<AbhaAddress>,
    /// A name whose claim was sent and got no answer: it may be this person's already.
    unsure_claim: Option<Personal>,
}

/// Whether the mobile number that was given is the ABHA number's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MobileLink {
    /// It is: nothing to do (CRT_ABHA_108).
    Linked,
    /// No number is linked yet: [`Enrolled::link_mobile`] (CRT_ABHA_109).
    NotLinked,
    /// Another one is, masked as ABDM shows it: the ABHA number existed with it. It may be changed by
    /// [`Enrolled::link_mobile`].
    Other(Personal),
}

impl MobileLink {
    fn of(given: Option<&MobileNumber>, linked: Option<&Personal>) -> Self {
        let Some(linked) =
            linked.filter(|text| text.as_str().contains(|c: char| c.is_ascii_digit()))
        else {
            return Self::NotLinked;
        };
        let digits: String = linked.as_str().chars().filter(char::is_ascii_digit).collect();
        let same =
            given.is_some_and(|given| given.expose().ends_with(&digits) && digits.len() >= 4);
        if same { Self::Linked } else { Self::Other(linked.clone()) }
    }
}

impl State {
    pub(super) fn of_reply(
        reply: EnrolmentReply,
        asked_under: Option<TxnId>,
        mobile: Option<&MobileNumber>,
        now: DateTime<Utc>,
    ) -> Self {
        let account = match reply {
            EnrolmentReply::Account(account) => *account,
            EnrolmentReply::Demographic(reply) => EnrolledAccount::from(*reply),
        };
        let profile = account.profile.unwrap_or_default();
        Self {
            txn_id: account.txn_id.or(asked_under),
            session: account.tokens.and_then(|tokens| UserSession::of(tokens, now)),
            is_new: account.is_new.unwrap_or_else(|| !says_it_exists(account.message.as_deref())),
            mobile_link: MobileLink::of(mobile, profile.mobile.as_ref()),
            profile: Box::new(profile),
            email_linked: false,
            claimed: None,
            unsure_claim: None,
        }
    }
}

impl State {
    /// The transaction of the steps that follow.
    pub(super) fn txn_id(&self) -> Result<TxnId, Error> {
        self.txn_id.clone().ok_or_else(|| Error::new(Problem::TransactionOver))
    }
}

fn says_it_exists(message: Option<&str>) -> bool {
    message.is_some_and(|text| text.to_lowercase().contains("already exist"))
}

impl Enrolled {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Whether the ABHA number was made now. `false`: the person had one, and this is it.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.state.is_new
    }

    /// The ABHA number.
    ///
    /// One ABHA number belongs to one patient record: look for it in the own records before a patient
    /// is made (certification case TAGGING). Its `Display` is masked: store
    /// [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        self.state.profile.abha_number.as_ref()?.whole()
    }

    /// The preferred ABHA address: the one that was claimed here, else the one of the profile.
    ///
    /// A new ABHA number has one from the start, named by its own digits (`91123456789015@sbx`); so
    /// ask [`has_chosen_address`](Self::has_chosen_address) whether the person is still to choose.
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        let claimed = self.state.claimed.clone();
        claimed.or_else(|| self.state.profile.preferred_address()).or_else(|| {
            // Some of ABDM's answers leave the suffix out (m1-abha.md 6.3).
            let told = self.state.profile.phr_address.first()?;
            self.own_address(&AbhaAddressName::parse(told.as_str()).ok()?).ok()
        })
    }

    /// Whether the person's [ABHA address](Self::abha_address) was chosen by somebody: `false` when
    /// it is the one that ABDM gives unasked, which is named by the number's digits, and when none
    /// is told.
    ///
    /// When `false`, let the person choose: [`suggest_addresses`](Self::suggest_addresses), then
    /// [`claim_address`](Self::claim_address) (CRT_ABHA_112).
    #[must_use]
    pub fn has_chosen_address(&self) -> bool {
        is_chosen(self.abha_address().as_ref(), self.abha_number())
    }

    /// The person as the enrolment shows them. Name, date of birth and gender come from Aadhaar:
    /// show them, do not let them be edited.
    #[must_use]
    pub fn profile(&self) -> &EnrolledProfile {
        &self.state.profile
    }

    /// Whether the mobile number that was given is the ABHA number's.
    #[must_use]
    pub const fn mobile_link(&self) -> &MobileLink {
        &self.state.mobile_link
    }

    /// The person's session, if ABDM gave one.
    #[must_use]
    pub const fn session(&self) -> Option<&UserSession> {
        self.state.session.as_ref()
    }

    /// Sends an OTP to another mobile number, to link it.
    ///
    /// # Errors
    /// [`Problem::MobileInUse`] when six ABHA numbers have it already; and whatever a call can meet.
    pub async fn link_mobile(&self, mobile: &MobileNumber) -> Result<MobileLinking, Error> {
        MobileLinking::begin(self.desk.clone(), self.state.clone(), mobile).await
    }

    /// Whether an e-mail address was linked on the way ([`link_email`](Self::link_email)).
    #[must_use]
    pub const fn is_email_linked(&self) -> bool {
        self.state.email_linked
    }

    /// Sends an OTP to an e-mail address, to link it.
    ///
    /// # Errors
    /// [`Problem::EmailInUse`] when six ABHA numbers have it already; and whatever a call can meet.
    pub async fn link_email(&self, email: &EmailAddress) -> Result<EmailLinking, Error> {
        EmailLinking::begin(self.desk.clone(), self.state.clone(), email).await
    }

    /// Free ABHA addresses made from the person's name and date of birth, three or more. Show
    /// [`AbhaAddressName::RULE`] beside the field for an own one (CRT_ABHA_112).
    ///
    /// # Errors
    /// [`Problem::TransactionOver`] when too much time has passed; and whatever a call can meet.
    pub async fn suggest_addresses(&self) -> Result<Vec<AbhaAddressName>, Error> {
        let headers = TransactionHeaders { txn_id: self.state.txn_id()? };
        let call = Call::<SuggestAbhaAddresses>::with_headers(headers, NoBody);
        let answer = self.desk.send(Asked::Plainly, &call).await?;
        let names = answer.abha_address_list.iter();
        Ok(names.filter_map(|name| AbhaAddressName::parse(name.as_str()).ok()).collect())
    }

    /// Claims an ABHA address as the preferred one.
    ///
    /// # Errors
    /// [`Problem::AddressTaken`]: ask for another, this value stays good.
    /// [`Problem::AbhaAddressInvalid`] when ABDM does not take the name; and whatever a call can meet.
    pub async fn claim_address(&mut self, name: &AbhaAddressName) -> Result<AbhaAddress, Error> {
        let claim = AbhaAddressClaim::new(self.state.txn_id()?, name.as_str());
        let call = Call::<ClaimAbhaAddress>::new(claim);
        let asked = Personal::new(name.as_str());
        let unsure_before = self.state.unsure_claim.replace(asked);
        let address = match self.desk.send(Asked::Address, &call).await {
            Ok(claimed) => {
                let told = claimed.preferred_abha_address.and_then(|a| a.as_str().parse().ok());
                self.state.txn_id = claimed.txn_id.or(self.state.txn_id.take());
                told.map_or_else(|| self.own_address(name), Ok)?
            }
            Err(error) => {
                let unsure = unsure_before.is_some_and(|before| before.as_str() == name.as_str());
                if !(unsure && error.problem() == Problem::AddressTaken) {
                    if !error.call().is_some_and(crate::error::may_have_happened) {
                        self.state.unsure_claim = None;
                    }
                    return Err(error);
                }
                // "Taken" may mean "taken by this person, a moment ago": it stays unsure until their
                // profile tells.
                if !self.has_address(name).await? {
                    self.state.unsure_claim = None;
                    return Err(error);
                }
                self.own_address(name)?
            }
        };
        self.state.unsure_claim = None;
        self.state.claimed = Some(address.clone());
        Ok(address)
    }

    fn own_address(&self, name: &AbhaAddressName) -> Result<AbhaAddress, Error> {
        Ok(name.with_suffix(self.desk.client().environment().address_suffix())?)
    }

    /// Whether the person has this address.
    async fn has_address(&self, name: &AbhaAddressName) -> Result<bool, Error> {
        let profile = self.fetch_profile().await?;
        let theirs = profile.and_then(|profile| profile.preferred_address());
        Ok(theirs.is_some_and(|address| address.name().eq_ignore_ascii_case(name.as_str())))
    }

    /// Ends the enrolment: fetches the full profile with the person's session.
    ///
    /// # Errors
    /// Whatever a call can meet; the enrolment itself is done, so the same may be tried again.
    pub async fn finish(&self) -> Result<Registration, Error> {
        let profile = self.fetch_profile().await?;
        Ok(Registration {
            abha_number: self.abha_number().cloned(),
            abha_address: self.abha_address(),
            is_new: self.state.is_new,
            profile,
            session: self.state.session.clone(),
        })
    }

    async fn fetch_profile(&self) -> Result<Option<AbhaProfile>, Error> {
        let Some(session) = &self.state.session else {
            return Ok(None);
        };
        let call = Call::<FetchProfile>::from_parts(
            abdm_core::headers::StandardHeaders,
            session.token.clone(),
            (),
            NoBody,
        );
        self.desk.send(Asked::Plainly, &call).await.map(Some)
    }

    /// Seals the flow, as [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    /// [`Desk::resume_enrolment`](crate::Desk::resume_enrolment) opens it.
    ///
    /// # Errors
    /// As there.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::Enrolled(self.state.clone()).seal(keys, context)
    }
}

/// Whether an address has a name that somebody chose. When the number is not told, fourteen digits
/// are taken for it.
fn is_chosen(address: Option<&AbhaAddress>, number: Option<&AbhaNumber>) -> bool {
    address.map(AbhaAddress::name).is_some_and(|name| match number {
        Some(number) => name != number.to_digits(),
        None => name.len() != 14 || !name.bytes().all(|byte| byte.is_ascii_digit()),
    })
}

impl Registration {
    /// Whether the ABHA address was chosen by somebody, as
    /// [`Enrolled::has_chosen_address`] tells it.
    #[must_use]
    pub fn has_chosen_address(&self) -> bool {
        is_chosen(self.abha_address.as_ref(), self.abha_number.as_ref())
    }

    /// The person's profile at ABDM: the card, the QR code, changes. `None` without a session.
    #[must_use]
    pub fn profile_session(&self, desk: &Desk) -> Option<crate::flow::profile::ProfileSession> {
        self.session.clone().map(|session| desk.profile(session))
    }
}

/// What the record needs, and a session for what may follow (card, QR, profile).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Registration {
    /// The ABHA number. Its `Display` is masked: store [`to_digits`](AbhaNumber::to_digits), print
    /// [`to_dashed`](AbhaNumber::to_dashed).
    pub abha_number: Option<AbhaNumber>,
    /// The preferred ABHA address; perhaps the one that ABDM gives unasked
    /// ([`has_chosen_address`](Self::has_chosen_address)).
    pub abha_address: Option<AbhaAddress>,
    /// Whether the ABHA number was made now.
    pub is_new: bool,
    /// The full profile; `None` when ABDM gave no session.
    pub profile: Option<AbhaProfile>,
    /// The person's session. Keep it only as long as the person is at the desk.
    pub session: Option<UserSession>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_told_by_the_digits_that_abdm_shows() {
        let given = MobileNumber::new("9876543210").unwrap();
        let link =
            |shown: Option<&str>| MobileLink::of(Some(&given), shown.map(Personal::from).as_ref());
        assert_eq!(link(Some("******3210")), MobileLink::Linked);
        assert_eq!(link(Some("9876543210")), MobileLink::Linked);
        assert_eq!(link(Some("******0903")), MobileLink::Other("******0903".into()));
        assert_eq!(link(Some("9876543211")), MobileLink::Other("9876543211".into()));
        for nothing in [None, Some(""), Some("null")] {
            assert_eq!(link(nothing), MobileLink::NotLinked);
        }
        assert_eq!(link(Some("*********0")), MobileLink::Other("*********0".into()));
    }

    #[test]
    fn an_address_named_by_the_numbers_digits_is_not_a_chosen_one() {
        let number: AbhaNumber = "91-1234-5678-9015".parse().unwrap();
        let chosen = |address: &str, number| {
            let address: AbhaAddress = address.parse().unwrap();
            is_chosen(Some(&address), number)
        };
        assert!(!chosen("91123456789015@sbx", Some(&number)));
        assert!(chosen("asha.2606@sbx", Some(&number)));
        assert!(!chosen("91123456789015@sbx", None), "fourteen digits are somebody's number");
        assert!(chosen("asha.2606@sbx", None));
        assert!(!is_chosen(None, Some(&number)), "nobody chose what is not there");
    }
}
