//! Finding the ABHA numbers of a mobile number.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::secret::MobileNumber;

use super::Verification;
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
use crate::flow::otp_exchange::{OtpExchange, Slot};
use crate::input::AccountIndex;

/// How one of the accounts that were found is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProofRoute {
    /// By OTP.
    Otp(OtpRoute),
    /// By a scan.
    Scan(Modality),
}

impl Desk {
    /// Lists the ABHA numbers of a mobile number, masked, without sending an OTP.
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when the list is empty, [`Problem::AnswerUnusable`] when there is no list,
    /// or none whose accounts could be proved; and whatever a call can meet.
    pub async fn find_by_mobile(&self, mobile: &MobileNumber) -> Result<Found, Error> {
        let (txn_id, accounts) = self.found_by_mobile(mobile).await?;
        Ok(Found {
            desk: self.clone(),
            txn_id: txn_id.ok_or_else(|| Error::new(Problem::AnswerUnusable))?,
            accounts,
        })
    }

    /// The accounts of a mobile number, one or more, and the transaction to prove one of them in.
    pub(in crate::flow) async fn found_by_mobile(
        &self,
        mobile: &MobileNumber,
    ) -> Result<(Option<TxnId>, Vec<FoundAbha>), Error> {
        let benefit = self.profile_benefit();
        let request = |key: &PublicKey<AbhaKey>| {
            let headers = ProfileBenefitHeaders::new(benefit.clone());
            let body = FindAbhaRequest::new(key.encrypt(mobile)?);
            Ok(Call::<FindAbha>::with_headers(headers, body))
        };
        let pages = self.send_encrypted(Asked::Plainly, request).await?.answer.0;
        let mut problem = Problem::NoAbha;
        for page in pages {
            match page.accounts {
                Some(accounts) if !accounts.is_empty() => return Ok((page.txn_id, accounts)),
                Some(_) => {}
                None => problem = Problem::AnswerUnusable,
            }
        }
        Err(Error::new(problem))
    }
}

/// The ABHA numbers of a mobile number, masked.
#[derive(Debug)]
pub struct Found {
    desk: Desk,
    txn_id: TxnId,
    accounts: Vec<FoundAbha>,
}

impl Found {
    /// The accounts: name, gender and the last digits of the number.
    #[must_use]
    pub fn accounts(&self) -> &[FoundAbha] {
        &self.accounts
    }

    /// Begins to prove one of them: has an OTP sent, or announces a scan.
    ///
    /// # Errors
    /// [`Problem::InputInvalid`] when it is none of the list; and whatever a call can meet.
    pub async fn prove(
        &self,
        chosen: &FoundAbha,
        route: ProofRoute,
    ) -> Result<Verification, Error> {
        let index = u32::try_from(chosen.index).ok().filter(|_| self.accounts.contains(chosen));
        let index = AccountIndex::new(index.ok_or_else(|| Error::new(Problem::InputInvalid))?);
        match route {
            ProofRoute::Otp(route) => {
                let slot = Slot::Fixed(self.txn_id.clone());
                let purpose = route.purpose(&[Scope::SearchAbha], LoginHint::Index, slot);
                let exchange =
                    OtpExchange::begin::<RequestLoginOtp>(&self.desk, (), purpose, &index).await?;
                let state = otp::State { exchange };
                Ok(Verification::AwaitsOtp(VerificationOtp::of(self.desk.clone(), state)))
            }
            ProofRoute::Scan(modality) => {
                let scope = vec![Scope::AbhaLogin, Scope::SearchAbha, modality.scope()];
                let request = |key: &PublicKey<AbhaKey>| {
                    let (hint, value) = (LoginHint::Index, key.encrypt(&index)?);
                    let body = OtpRequest::new(scope.clone(), hint, value, OtpSystem::Aadhaar);
                    let slot = TxnSlot::Of(self.txn_id.clone());
                    Ok(Call::<RequestLoginOtp>::new(body.in_transaction(slot)))
                };
                let sent = self.desk.send_encrypted(Asked::Plainly, request).await?.answer;
                let state = scan::State { modality, scope, txn_id: sent.txn_id };
                Ok(Verification::AwaitsScan(VerificationScan::of(self.desk.clone(), state)))
            }
        }
    }
}
