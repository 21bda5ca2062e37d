//! Proving an ABHA address by a scan.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abdm_core::seal::{Sealed, SealingKeyRing};
use serde::{Deserialize, Serialize};

use super::VerifiedAddress;
use crate::api::address::{RequestAddressOtp, VerifyAbhaAddress};
use crate::api::otp::OtpRequest;
use crate::api::proof::ProofRequest;
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::biometric::{Modality, Scan};
use crate::desk::Desk;
use crate::encryption::{PhrKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::verification::scan_proof;

impl Desk {
    /// Announces a scan for an ABHA address (VRFY_ABHA_502).
    ///
    /// # Errors
    /// As [`announce_scan`](Self::announce_scan), with
    /// [`Problem::AbhaAddressInvalid`] for an address that ABDM does not take.
    pub async fn announce_address_scan(
        &self,
        address: &AbhaAddress,
        modality: Modality,
    ) -> Result<AddressScan, Error> {
        let scope = vec![Scope::AbhaLogin, modality.scope()];
        let request = |key: &PublicKey<PhrKey>| {
            let (hint, value) = (LoginHint::AbhaAddress, key.encrypt(address)?);
            let body = OtpRequest::new(scope.clone(), hint, value, OtpSystem::Aadhaar);
            Ok(Call::<RequestAddressOtp>::new(body))
        };
        let sent = self
            .send_encrypted(Asked::LoginOtpFor(Problem::AbhaAddressInvalid), request)
            .await?
            .answer;
        let asked = Some(address.clone());
        let state = State { modality, scope, txn_id: sent.txn_id, asked };
        Ok(AddressScan::of(self.clone(), state))
    }
}

/// A scan for an ABHA address is announced.
#[derive(Debug)]
pub struct AddressScan {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    modality: Modality,
    scope: Vec<Scope>,
    txn_id: TxnId,
    /// The address for which the scan was announced.
    #[serde(default)]
    asked: Option<AbhaAddress>,
}

impl AddressScan {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// What is to be scanned.
    #[must_use]
    pub const fn modality(&self) -> Modality {
        self.state.modality
    }

    /// Proves the scan.
    ///
    /// # Errors
    /// As [`VerificationScan::verify`](crate::flow::verification::VerificationScan::verify).
    pub async fn verify(&self, scan: &Scan) -> Result<VerifiedAddress, Error> {
        if scan.modality != self.state.modality {
            return Err(Error::new(Problem::InputInvalid));
        }
        let proof = scan_proof(scan, self.state.txn_id.clone());
        let call =
            Call::<VerifyAbhaAddress>::new(ProofRequest::new(self.state.scope.clone(), proof));
        let reply = self.desk.send(Asked::Biometrics, &call).await?;
        VerifiedAddress::of_reply(self.desk.clone(), reply, self.state.asked.as_ref())
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_address_verification`](crate::Desk::resume_address_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsScan(self.state.clone()).seal(keys, context)
    }
}
