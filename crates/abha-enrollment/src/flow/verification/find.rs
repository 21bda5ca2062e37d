//! Finding the ABHA numbers of a mobile number.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::MobileNumber;
use serde::{Deserialize, Serialize};

use super::Verification;
use super::face_app::{self, FaceVerification};
use super::otp::{self, OtpRoute, VerificationOtp};
use super::scan::{self, VerificationScan};
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{FindAbha, FindAbhaRequest, FoundAbha, RequestLoginOtp};
use crate::api::otp::{OtpRequest, TxnSlot};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::biometric::Modality;
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::face_wait::{FacePurpose, FaceWait};
use crate::flow::otp_exchange::{OtpExchange, Slot, StepHeaders as _};
use crate::input::AccountIndex;

/// How one of the accounts that were found is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofRoute {
    /// By OTP.
    Otp(OtpRoute),
    /// By a scan.
    Scan(Modality),
    /// By a face that the person's ABHA app scans.
    FaceApp,
}

impl Desk {
    /// Lists the ABHA numbers of a mobile number, masked, without sending an OTP.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when the list is empty; [`Problem::NothingFound`] when ABDM refuses the
    /// search without saying that there is none (rulings.md 41); [`Problem::AnswerUnusable`] when
    /// there is no list, or none whose accounts could be proved; and whatever a call can meet.
    pub async fn find_by_mobile(&self, mobile: &MobileNumber) -> Result<Found, Error> {
        let found = self.found_by_mobile(mobile).await?;
        let state = State::of(found).ok_or_else(|| Error::new(Problem::AnswerUnusable))?;
        Ok(Found::of(self.clone(), state))
    }

    /// The accounts of a mobile number, one or more, each with the transaction to prove it in.
    pub(in crate::flow) async fn found_by_mobile(
        &self,
        mobile: &MobileNumber,
    ) -> Result<Vec<(Option<TxnId>, FoundAbha)>, Error> {
        let benefit = self.profile_benefit();
        let request = |key: &PublicKey<AbhaKey>| {
            let headers = ProfileBenefitHeaders::new(benefit.clone());
            let body = FindAbhaRequest::new(key.encrypt(mobile)?);
            Ok(Call::<FindAbha>::new(body).headers(headers))
        };
        let asked = Asked::WhetherThereIs(Problem::MobileInvalid);
        let pages = self.send_encrypted(asked, request).await?.answer.0;
        let mut problem = Problem::NoAbha;
        let mut found = Vec::new();
        for page in pages {
            let Some(accounts) = page.accounts else {
                problem = Problem::AnswerUnusable;
                continue;
            };
            found.extend(accounts.into_iter().map(|account| (page.txn_id.clone(), account)));
        }
        if found.is_empty() { Err(Error::new(problem)) } else { Ok(found) }
    }
}

/// The ABHA numbers of a mobile number, masked.
#[derive(Debug)]
pub struct Found {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// Of the first account.
    txn_id: TxnId,
    accounts: Vec<FoundAbha>,
    /// Of each account: an answer of several pages has one for each page. Former versions kept the
    /// first page only.
    #[serde(default)]
    txn_ids: Vec<TxnId>,
}

impl State {
    /// The accounts of which each has a transaction; `None` when none of them can be proved.
    fn of(found: Vec<(Option<TxnId>, FoundAbha)>) -> Option<Self> {
        let provable = found.into_iter().filter_map(|(txn_id, account)| Some((txn_id?, account)));
        let (txn_ids, accounts): (Vec<TxnId>, Vec<FoundAbha>) = provable.unzip();
        accounts.iter().find_map(place)?;
        Some(Self { txn_id: txn_ids.first()?.clone(), accounts, txn_ids })
    }

    /// The transaction of an account of the list; `None` when it is none. Two pages may hold
    /// accounts that look the same: the very one that was chosen comes before one like it.
    fn txn_of(&self, chosen: &FoundAbha) -> Option<&TxnId> {
        let place = |is_it: &dyn Fn(&FoundAbha) -> bool| self.accounts.iter().position(is_it);
        let very = place(&|account| std::ptr::eq(account, chosen));
        let place = very.or_else(|| place(&|account| account == chosen))?;
        Some(self.txn_ids.get(place).unwrap_or(&self.txn_id))
    }
}

/// The place by which an account is proved.
fn place(account: &FoundAbha) -> Option<u32> {
    account.index.and_then(|place| u32::try_from(place).ok())
}

impl Found {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// The accounts: name, gender and the last digits of the number.
    #[must_use]
    pub fn accounts(&self) -> &[FoundAbha] {
        &self.state.accounts
    }

    /// Begins to prove one of them: has an OTP sent, or announces a scan.
    ///
    /// An account's [`index`](FoundAbha::index) tells it apart from the others; after a
    /// [`save`](Self::save) pass one of the resumed list's [`accounts`](Self::accounts).
    ///
    /// # Errors
    /// [`Problem::InputInvalid`] when it is none of the list; and whatever a call can meet.
    pub async fn prove(
        &self,
        chosen: &FoundAbha,
        route: ProofRoute,
    ) -> Result<Verification, Error> {
        let not_listed = || Error::new(Problem::InputInvalid);
        let under = self.state.txn_of(chosen).ok_or_else(not_listed)?;
        let index = AccountIndex::new(place(chosen).ok_or_else(not_listed)?);
        let asked = chosen.abha_number.clone();
        match route {
            ProofRoute::Otp(route) => {
                let slot = Slot::Fixed(under.clone());
                let purpose = route.purpose(&[Scope::SearchAbha], LoginHint::Index, slot);
                let exchange =
                    OtpExchange::begin::<RequestLoginOtp>(&self.desk, (), purpose, &index).await?;
                let state = otp::State { exchange, asked };
                Ok(Verification::AwaitsOtp(VerificationOtp::of(self.desk.clone(), state)))
            }
            ProofRoute::Scan(modality) => {
                let scope = vec![Scope::AbhaLogin, Scope::SearchAbha, modality.scope()];
                let txn_id = self.announce(under, &index, &scope).await?;
                let state = scan::State { modality, scope, txn_id, asked };
                Ok(Verification::AwaitsScan(VerificationScan::of(self.desk.clone(), state)))
            }
            ProofRoute::FaceApp => {
                let scope = vec![Scope::AbhaLogin, Scope::SearchAbha, Scope::QrVerify];
                let txn_id = self.announce(under, &index, &scope).await?;
                let wait = FaceWait::under(txn_id, FacePurpose::Login, self.desk.now());
                let state = face_app::State { scope, wait, asked };
                Ok(Verification::AwaitsFace(FaceVerification::of(self.desk.clone(), state)))
            }
        }
    }

    /// Opens a transaction for a proof without OTP.
    async fn announce(
        &self,
        under: &TxnId,
        index: &AccountIndex,
        scope: &[Scope],
    ) -> Result<TxnId, Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let (hint, value) = (LoginHint::Index, key.encrypt(index)?);
            let body = OtpRequest::new(scope.to_vec(), hint, value, OtpSystem::Aadhaar);
            let slot = TxnSlot::Of(under.clone());
            let headers = ProfileBenefitHeaders::of(&self.desk, scope);
            Ok(Call::<RequestLoginOtp>::new(body.in_transaction(slot)).headers(headers))
        };
        Ok(self.desk.send_encrypted(Asked::Plainly, request).await?.answer.txn_id)
    }

    /// Seals the list; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::ChoosesFound(self.state.clone()).seal(keys, context)
    }
}
