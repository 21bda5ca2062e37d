//! The ABHA number exists.

use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::headers::TransactionHeaders;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use super::linking::{EmailLinking, MobileLinking};
use super::registration::{Registration, any_chosen};
use crate::api::account::AbhaProfile;
use crate::api::enrollment::{
    AbhaAddressClaim, ClaimAbhaAddress, ClaimedAbhaAddress, EnrolledAccount, EnrolledProfile,
    EnrolmentReply, SuggestAbhaAddresses,
};
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::flow::beside_refusal::made_beside;
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::mask::{self, Likeness, compare_mobile};
use crate::flow::{owner, standing};
use crate::input::{AbhaAddressName, EmailAddress};
use crate::session::{Claims, UserSession, kept_user_session};

/// A person with an ABHA number, new or found.
///
/// **Store [`abha_number`](Self::abha_number) first**, before any further step: whatever happens
/// then, the number is in the record. What is left may all be left out: link another mobile number
/// if [`mobile_link`](Self::mobile_link) says so, let the person choose an address, and
/// [`finish`](Self::finish). A step that fails leaves this value as it was.
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
    /// The number, where the answer did not tell it: by the claim of its token, or by the profile.
    #[serde(with = "digits::option", default)]
    number: Option<AbhaNumber>,
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
    /// Another one is, masked as ABDM shows it: the ABHA number existed with it. It may be changed
    /// by [`Enrolled::link_mobile`].
    Other(Personal),
    /// One is, but ABDM hides its last digits: it may be the one that was given. The OTP of
    /// [`Enrolled::link_mobile`] settles it.
    Unclear(Personal),
}

impl MobileLink {
    fn of(given: Option<&MobileNumber>, linked: Option<&Personal>) -> Self {
        let says_something = |text: &&Personal| {
            let text = text.as_str().trim();
            !(text.is_empty() || text == "-" || text.eq_ignore_ascii_case("null"))
        };
        let Some(linked) = linked.filter(says_something) else {
            return Self::NotLinked;
        };
        match given.map(|given| compare_mobile(given.expose(), linked.as_str())) {
            Some(Likeness::Same) => Self::Linked,
            Some(Likeness::Unclear) => Self::Unclear(linked.clone()),
            Some(Likeness::Different) | None => Self::Other(linked.clone()),
        }
    }
}

impl State {
    /// Reads the answer to a creation. A success has a whole ABHA number, or a session by which it
    /// is asked for here; without either nobody knows what happened (rulings.md 42).
    pub(super) async fn of_reply(
        desk: &Desk,
        reply: EnrolmentReply,
        asked_under: Option<TxnId>,
        mobile: Option<&MobileNumber>,
    ) -> Result<Self, Error> {
        let account = match reply {
            EnrolmentReply::Account(account) => *account,
            EnrolmentReply::Demographic(reply) => EnrolledAccount::from(*reply),
        };
        let message = account.message.as_deref();
        let denied = Evidence { result: None, message, token: true }.of(Printed::Proved).is_err();
        let profile = account.profile.unwrap_or_default();
        let claims = account
            .tokens
            .as_ref()
            .map(|tokens| Claims::of(tokens.token.expose()))
            .unwrap_or_default();
        let session = account.tokens.and_then(|tokens| UserSession::of(tokens, desk.now()));
        let told = profile.abha_number.as_ref();
        let of_another = claims
            .abha_number
            .as_ref()
            .is_some_and(|claimed| told.is_some_and(|told| !mask::may_be(told, claimed)));
        if of_another {
            tracing::warn!("the session beside an ABHA number is another person's: it is not kept");
        }
        let session = session.filter(|_| !of_another);
        let mut state = Self {
            txn_id: account.txn_id.or(asked_under),
            session,
            is_new: account.is_new.unwrap_or_else(|| !says_it_exists(account.message.as_deref())),
            mobile_link: MobileLink::of(mobile, profile.mobile.as_ref()),
            profile: Box::new(profile),
            number: claims.abha_number.filter(|_| !of_another),
            email_linked: false,
            claimed: None,
            unsure_claim: None,
        };
        if state.abha_number().is_some() {
            return Ok(state);
        }
        // A token beside a text that denies the proof is nobody's word that an account was made.
        let Some(session) = state.session.as_ref().filter(|_| !denied) else {
            return Err(Error::new(Problem::OutcomeUnknown));
        };
        match owner::fetch_profile(desk, session).await {
            Ok(profile) => {
                let theirs = state.may_be_of(&profile);
                state.number = whole(profile.abha_number.as_ref()).filter(|_| theirs).cloned();
            }
            // One try: the session stands, and `finish` asks again.
            Err(error) => {
                tracing::warn!(problem = ?error.problem(), "the ABHA number is not told yet");
            }
        }
        Ok(state)
    }

    pub(super) fn abha_number(&self) -> Option<&AbhaNumber> {
        whole(self.profile.abha_number.as_ref()).or(self.number.as_ref())
    }

    /// Keeps a number that a later answer tells, where none was known.
    pub(super) fn learn(&mut self, told: Option<&SeenAbhaNumber>) {
        if self.abha_number().is_none()
            && let Some(number) = whole(told)
            && told.is_some_and(|told| self.may_be(told))
        {
            self.number = Some(number.clone());
        }
    }

    /// Whether a number, as it is shown, may be this person's: the one that is known, or the masked
    /// one of the enrolment's answer.
    fn may_be(&self, shown: &SeenAbhaNumber) -> bool {
        match (self.abha_number(), &self.profile.abha_number, shown) {
            (Some(own), _, shown) => mask::may_be(shown, own),
            (None, Some(masked), SeenAbhaNumber::Whole(shown)) => mask::may_be(masked, shown),
            (None, _, _) => true,
        }
    }

    /// Whether a profile that the session opens may be this person's.
    fn may_be_of(&self, profile: &AbhaProfile) -> bool {
        profile.abha_number.as_ref().is_none_or(|shown| self.may_be(shown))
    }
}

fn whole(seen: Option<&SeenAbhaNumber>) -> Option<&AbhaNumber> {
    seen.and_then(SeenAbhaNumber::whole)
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
    /// One ABHA number belongs to one patient record: look for it in the own records before a
    /// patient is made (certification case TAGGING). Its `Display` is masked: store
    /// [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    ///
    /// `None` only where ABDM's answer brought a session and no whole number, and did not tell the
    /// number to that session either: [`finish`](Self::finish) asks again.
    #[must_use]
    pub fn abha_number(&self) -> Option<&AbhaNumber> {
        self.state.abha_number()
    }

    /// What the desk has to deal with although the person is known: an ABHA number that existed may
    /// be switched off ([`Problem::AbhaDeactivated`]) or deleted ([`Problem::AbhaDeleted`]).
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        standing::problem_of(self.state.profile.abha_status.as_ref())
    }

    /// The person's ABHA addresses, the preferred one first: the one that was claimed here, then
    /// those of ABDM's answer.
    ///
    /// A new ABHA number has one from the start, named by its own digits (`91123456789015@sbx`).
    /// Offer what is here before a new one: most people want the address that they have.
    #[must_use]
    pub fn addresses(&self) -> Vec<AbhaAddress> {
        let told = &self.state.profile.phr_address;
        let told = told.iter().filter_map(|text| self.address_of(text.as_str()));
        let mut addresses: Vec<AbhaAddress> = Vec::new();
        for address in self.state.claimed.iter().cloned().chain(told) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The preferred ABHA address, the first of [`addresses`](Self::addresses).
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        self.addresses().into_iter().next()
    }

    /// Whether the person has an ABHA address that somebody chose, among all of
    /// [`addresses`](Self::addresses): `false` when there is only the one that ABDM gives unasked,
    /// which is named by the number's digits, and when none is told.
    ///
    /// When `false`, let the person choose: [`suggest_addresses`](Self::suggest_addresses), then
    /// [`claim_address`](Self::claim_address) (CRT_ABHA_112).
    #[must_use]
    pub fn has_chosen_address(&self) -> bool {
        any_chosen(&self.addresses(), self.abha_number())
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
    /// [`Problem::MobileInUse`] when six ABHA numbers have it already; and whatever a call can
    /// meet.
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
        let call = Call::<SuggestAbhaAddresses>::new(NoBody).headers(headers);
        let answer = self.desk.send(Asked::Plainly, &call).await?;
        Ok(AbhaAddressName::of_list(answer.abha_address_list.iter().map(Personal::as_str)))
    }

    /// Claims an ABHA address as the preferred one. Answers the address that ABDM names, which may
    /// be another than the one that was asked for. "Taken" for an address that is the person's own
    /// already is a success (rulings.md 43).
    ///
    /// # Errors
    /// [`Problem::AddressTaken`]: ask for another, this value stays good.
    /// [`Problem::AbhaAddressInvalid`] when ABDM does not take the name.
    /// [`Problem::OutcomeUnknown`] when its answer names no address and the profile does not
    /// either, or when it names another person's ABHA number: claim the same again, or look at the
    /// profile later. And whatever a call can meet, which a lost claim that is tried again meets
    /// with the profile, too.
    pub async fn claim_address(&mut self, name: &AbhaAddressName) -> Result<AbhaAddress, Error> {
        let claim = AbhaAddressClaim::new(self.state.txn_id()?, name.as_str());
        let call = Call::<ClaimAbhaAddress>::new(claim);
        let asked = Personal::new(name.as_str());
        let unsure_before = self.state.unsure_claim.replace(asked);
        let answered = self.desk.send(Asked::Address, &call).await;
        // "Taken" is read below: the address may be the person's own.
        let answered = answered.or_else(|error| match error.problem() {
            Problem::AddressTaken => Err(error),
            _ => made_beside(error).and_then(|claimed| self.newly_claimed(claimed, name)),
        });
        let address = match answered {
            // Somebody else's number: nobody knows to whom the address went.
            Ok(claimed)
                if claimed.health_id_number.as_ref().is_some_and(|n| !self.state.may_be(n)) =>
            {
                return Err(Error::new(Problem::OutcomeUnknown).about_address());
            }
            Ok(claimed) => {
                self.state.learn(claimed.health_id_number.as_ref());
                let told = claimed.preferred_abha_address.as_ref();
                let told = told.and_then(|told| self.address_of(told.as_str()));
                self.state.txn_id = claimed.txn_id.or(self.state.txn_id.take());
                match told {
                    Some(address) => address,
                    None if self.has_address(name).await.unwrap_or(false) => {
                        self.own_address(name)?
                    }
                    None => return Err(Error::new(Problem::OutcomeUnknown).about_address()),
                }
            }
            Err(error) if error.problem() == Problem::AddressTaken => {
                let is_it = |before: &Personal| before.as_str() == name.as_str();
                let unsure = unsure_before.as_ref().is_some_and(is_it);
                match self.own(name) {
                    Some(own) => own,
                    // "Taken" may mean "taken by this person, a moment ago": it stays unsure until
                    // their profile tells.
                    None if unsure && self.has_address(name).await? => self.own_address(name)?,
                    None => {
                        self.state.unsure_claim = unsure_before.filter(|before| !is_it(before));
                        return Err(error);
                    }
                }
            }
            Err(error) => {
                let unsure = error.problem() == Problem::OutcomeUnknown
                    || error.call().is_some_and(crate::error::may_have_happened);
                if unsure {
                    return Err(error.about_address());
                }
                // This claim made nothing; what an earlier one made is as unknown as it was.
                self.state.unsure_claim = unsure_before;
                return Err(error);
            }
        };
        self.state.unsure_claim = None;
        self.state.claimed = Some(address.clone());
        Ok(address)
    }

    /// What a claim answered beside a refusal: an address that was there before says nothing.
    fn newly_claimed(
        &self,
        claimed: ClaimedAbhaAddress,
        name: &AbhaAddressName,
    ) -> Result<ClaimedAbhaAddress, Error> {
        let told = claimed.preferred_abha_address.as_ref();
        let told = told.and_then(|told| self.address_of(told.as_str()));
        let had = |told: &AbhaAddress| {
            self.addresses().contains(told) && !told.name().eq_ignore_ascii_case(name.as_str())
        };
        if told.as_ref().is_some_and(had) {
            return Err(Error::new(Problem::OutcomeUnknown));
        }
        Ok(claimed)
    }

    /// The one of the person's addresses that has this name.
    fn own(&self, name: &AbhaAddressName) -> Option<AbhaAddress> {
        let is_it = |address: &AbhaAddress| address.name().eq_ignore_ascii_case(name.as_str());
        self.addresses().into_iter().find(is_it)
    }

    /// An address as ABDM writes it, with its suffix or without (m1-abha.md 6.3).
    fn address_of(&self, text: &str) -> Option<AbhaAddress> {
        let whole = text.trim().parse().ok();
        whole.or_else(|| self.own_address(&AbhaAddressName::parse(text).ok()?).ok())
    }

    fn own_address(&self, name: &AbhaAddressName) -> Result<AbhaAddress, Error> {
        Ok(name.with_suffix(self.desk.client().environment().address_suffix())?)
    }

    /// Whether the person's profile names this address.
    async fn has_address(&self, name: &AbhaAddressName) -> Result<bool, Error> {
        let profile = self.fetch_profile().await?;
        let theirs = profile.and_then(|profile| profile.preferred_address());
        Ok(theirs.is_some_and(|address| address.name().eq_ignore_ascii_case(name.as_str())))
    }

    /// Ends the enrolment: fetches the full profile with the person's session, one try.
    ///
    /// The profile is enrichment: whatever that call meets, number, address and session are in what
    /// this gives, and [`profile_missing`](Registration::profile_missing) says why there is no
    /// profile (rulings.md 35); another person's is none. It may be asked for again, by this or by
    /// [`Registration::profile_session`].
    pub async fn finish(&self) -> Registration {
        let (profile, profile_missing) = match self.fetch_profile().await {
            Ok(profile) => (profile, None),
            Err(error) => (None, Some(Arc::new(error))),
        };
        let in_profile = profile.as_ref().and_then(|profile| whole(profile.abha_number.as_ref()));
        let claims = self.state.session.as_ref().map(|session| Claims::of(session.token.expose()));
        let claims = claims.unwrap_or_default();
        let abha_number = self.abha_number().or(in_profile).cloned().or(claims.abha_number);
        let mut addresses = self.addresses();
        let preferred = profile.as_ref().and_then(AbhaProfile::preferred_address);
        for address in preferred.into_iter().chain(claims.abha_address) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Registration {
            abha_number,
            abha_address: addresses.first().cloned(),
            addresses,
            is_new: self.state.is_new,
            profile,
            profile_missing,
            session: self.state.session.clone(),
        }
    }

    async fn fetch_profile(&self) -> Result<Option<AbhaProfile>, Error> {
        match &self.state.session {
            Some(session) => {
                let profile = owner::fetch_profile(&self.desk, session).await?;
                if self.state.may_be_of(&profile) {
                    Ok(Some(profile))
                } else {
                    Err(Error::new(Problem::AnswerUnusable))
                }
            }
            None => Ok(None),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    // M1 trial B7, B8.
    #[test]
    fn the_link_is_told_by_the_digits_that_abdm_shows() {
        let given = MobileNumber::new("9876543210").unwrap();
        let link =
            |shown: Option<&str>| MobileLink::of(Some(&given), shown.map(Personal::from).as_ref());
        for same in ["******3210", "9876543210", "+919876543210", "91******3210", "09876543210"] {
            assert_eq!(link(Some(same)), MobileLink::Linked, "{same}");
        }
        for other in ["******0903", "9876543211", "+91******0903", "99******10"] {
            assert_eq!(link(Some(other)), MobileLink::Other(other.into()), "{other}");
        }
        for hidden in ["9876******", "*********0", "**********"] {
            assert_eq!(link(Some(hidden)), MobileLink::Unclear(hidden.into()), "{hidden}");
        }
        for nothing in [None, Some(""), Some(" "), Some("null"), Some("-")] {
            assert_eq!(link(nothing), MobileLink::NotLinked);
        }
    }
}
