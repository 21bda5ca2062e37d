//! One OTP, from request to verification: what enrolment, login and profile changes share.

use abdm_core::call::Call;
use abdm_core::endpoint::{AuthScheme, Endpoint};
use abdm_core::headers::{StandardHeaders, WireHeaders};
use abdm_core::id::TxnId;
use abdm_core::secret::Otp;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::otp_turn::OtpTurn;
use crate::api::auth::OtpProof;
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::otp::{OtpRequest, OtpSent, TxnSlot};
use crate::api::proof::{Proof, ProofRequest};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::{Desk, Sent};
use crate::encryption::{
    Encrypted, EncryptionError, KeyFamily, Plaintext, PublicKey, may_be_wrong_key,
};
use crate::error::{Asked, Error, Problem};

/// The credential of endpoint `E`.
type Credential<E> = <<E as Endpoint>::Auth as AuthScheme>::Credential;

/// For whom an OTP is, and under which scope.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OtpPurpose {
    pub(super) scope: Vec<Scope>,
    pub(super) login_hint: LoginHint,
    pub(super) otp_system: OtpSystem,
    pub(super) slot: Slot,
}

impl OtpPurpose {
    /// What is asked of ABDM. "Invalid LoginId" is its answer to any bad value (m1-abha.md 4);
    /// which value it was is known here. The answer to a login also tells whether there is an ABHA.
    fn asked(&self) -> Asked {
        let value = match self.login_hint {
            LoginHint::Aadhaar => Problem::AadhaarInvalid,
            LoginHint::Mobile | LoginHint::MobileNumber => Problem::MobileInvalid,
            LoginHint::Email => Problem::EmailInvalid,
            LoginHint::AbhaNumber => Problem::AbhaNumberInvalid,
            LoginHint::AbhaAddress => Problem::AbhaAddressInvalid,
            _ => Problem::InputInvalid,
        };
        let logs_in = |scope: &Scope| matches!(scope, Scope::AbhaLogin | Scope::AbhaAddressLogin);
        if self.scope.iter().any(logs_in) {
            Asked::LoginOtpFor(value)
        } else {
            Asked::OtpFor(value)
        }
    }
}

/// What stands in `txnId` of the request, the first time and on a resend.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Slot {
    /// Nothing.
    Absent,
    /// A blank.
    Fresh,
    /// This transaction, always.
    Fixed(TxnId),
    /// This transaction, and on a resend the one that came with the last OTP.
    Newest(TxnId),
}

/// An OTP that was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct OtpExchange<K: KeyFamily> {
    purpose: OtpPurpose,
    /// The value as it was sent, for a resend. Only ABDM can read it: an Aadhaar number is not
    /// kept.
    login_id: Encrypted<K>,
    txn_id: TxnId,
    turn: OtpTurn,
}

impl<K: KeyFamily> OtpExchange<K> {
    /// Has the OTP sent.
    pub(super) async fn begin<E>(
        desk: &Desk,
        credential: Credential<E>,
        purpose: OtpPurpose,
        value: &(impl Plaintext + Sync),
    ) -> Result<Self, Error>
    where
        E: OtpSender<K>,
        Credential<E>: Clone + Send + Sync,
    {
        let make = |key: &PublicKey<K>| {
            Ok(request::<E, K>(desk, credential.clone(), &purpose, key.encrypt(value)?))
        };
        let Sent { answer, request } = desk.send_encrypted::<E, K>(purpose.asked(), make).await?;
        let turn = OtpTurn::sent(answer.message, desk.now());
        Ok(Self { purpose, login_id: request.login_id, txn_id: answer.txn_id, turn }.renewed())
    }

    /// Has it sent again, when that is allowed.
    pub(super) async fn resend<E>(
        &mut self,
        desk: &Desk,
        credential: Credential<E>,
    ) -> Result<(), Error>
    where
        E: OtpSender<K>,
    {
        let before = self.turn.begin_resend(desk.now())?;
        let call = request::<E, K>(desk, credential, &self.purpose, self.login_id.clone());
        let sent = match desk.send(self.purpose.asked(), &call).await {
            Ok(sent) => sent,
            Err(error) => {
                self.turn.not_resent(&before, &error, desk.now());
                // ABDM took this very value when the flow began. If it does not now, its key has
                // changed: the value is right, and only the person can give it again.
                if error.api().is_some_and(may_be_wrong_key) {
                    desk.suspect_key::<K>(E::META.family).await;
                    return Err(error.meaning(Problem::TransactionOver));
                }
                return Err(error);
            }
        };
        self.txn_id = sent.txn_id;
        self.turn.resent(sent.message, desk.now());
        if let Slot::Newest(id) = &mut self.purpose.slot {
            *id = self.txn_id.clone();
        }
        Ok(())
    }

    /// Sends a call that proves it, when an attempt is allowed, and makes of the answer what the
    /// flow goes on with. An answer that `read` refuses is the outcome of the attempt, too.
    pub(super) async fn verify<E: Endpoint, T>(
        &mut self,
        desk: &Desk,
        asked: Asked,
        make: impl Fn(&PublicKey<K>, &TxnId) -> Result<Call<E>, EncryptionError> + Send + Sync,
        read: impl FnOnce(E::Response) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.turn.check_try(desk.now())?;
        let outcome = self.attempt(desk, asked, make).await.and_then(read);
        self.turn.tried(outcome)
    }

    /// Begins a step that must not be taken twice, and sends its call. Until
    /// [`noted`](Self::noted) has its outcome that is unknown.
    pub(super) async fn verify_once<E: Endpoint>(
        &mut self,
        desk: &Desk,
        asked: Asked,
        make: impl Fn(&PublicKey<K>, &TxnId) -> Result<Call<E>, EncryptionError> + Send + Sync,
    ) -> Result<Result<E::Response, Error>, Error> {
        self.turn.begin_once(desk.now())?;
        Ok(self.attempt(desk, asked, make).await)
    }

    /// Notes the outcome of a step that must not be taken twice.
    pub(super) fn noted<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.turn.tried(outcome)
    }

    async fn attempt<E: Endpoint>(
        &self,
        desk: &Desk,
        asked: Asked,
        make: impl Fn(&PublicKey<K>, &TxnId) -> Result<Call<E>, EncryptionError> + Send + Sync,
    ) -> Result<E::Response, Error> {
        let txn_id = &self.txn_id;
        let sent = desk.send_encrypted::<E, K>(asked, |key| make(key, txn_id)).await?;
        Ok(sent.answer)
    }

    /// Sends the call that proves it and needs nothing else, under the scope of the request, and
    /// makes of the answer what the flow goes on with.
    pub(super) async fn prove<E, T>(
        &mut self,
        desk: &Desk,
        credential: Credential<E>,
        otp: &Otp,
        read: impl FnOnce(E::Response) -> Result<T, Error>,
    ) -> Result<T, Error>
    where
        E: Endpoint<Request = ProofRequest<K>, Headers: StepHeaders, Path = ()>,
        Credential<E>: Clone + Send + Sync,
    {
        let requested = self.purpose.scope.clone();
        let make = |key: &PublicKey<K>, txn_id: &TxnId| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?);
            let body = ProofRequest::new(verify_scope(&requested), Proof::Otp(proof));
            let headers = E::Headers::of(desk, &requested);
            Ok(Call::<E>::new(body).by(credential.clone()).headers(headers))
        };
        self.verify(desk, Asked::Otp, make, read).await
    }

    pub(super) const fn txn_id(&self) -> &TxnId {
        &self.txn_id
    }

    pub(super) fn scope(&self) -> &[Scope] {
        &self.purpose.scope
    }

    /// The value for which the OTP was sent, as only ABDM can read it.
    pub(super) const fn login_id(&self) -> &Encrypted<K> {
        &self.login_id
    }

    pub(super) const fn login_hint(&self) -> &LoginHint {
        &self.purpose.login_hint
    }

    pub(super) fn message(&self) -> Option<&str> {
        self.turn.message()
    }

    pub(super) fn resend_at(&self) -> Option<DateTime<Utc>> {
        self.turn.resend_at()
    }

    pub(super) const fn resends_left(&self) -> u8 {
        self.turn.resends_left()
    }

    fn renewed(mut self) -> Self {
        if let Slot::Newest(id) = &mut self.purpose.slot {
            *id = self.txn_id.clone();
        }
        self
    }
}

/// An endpoint that sends an OTP.
pub(super) trait OtpSender<K: KeyFamily>:
    Endpoint<Request = OtpRequest<K>, Response = OtpSent, Headers: StepHeaders, Path = ()>
{
}

impl<K: KeyFamily, E> OtpSender<K> for E where
    E: Endpoint<Request = OtpRequest<K>, Response = OtpSent, Headers: StepHeaders, Path = ()>
{
}

/// Headers that a step writes by itself.
pub(super) trait StepHeaders: WireHeaders {
    /// Those of a step under this scope.
    fn of(desk: &Desk, scope: &[Scope]) -> Self;
}

impl StepHeaders for StandardHeaders {
    fn of(_: &Desk, _: &[Scope]) -> Self {
        Self
    }
}

impl StepHeaders for ProfileBenefitHeaders {
    /// A programme names itself on the logins that follow its search, and on no other.
    fn of(desk: &Desk, scope: &[Scope]) -> Self {
        let benefit = desk.profile_benefit();
        Self::new(benefit.filter(|_| scope.contains(&Scope::SearchAbha)))
    }
}

/// The verification repeats the request's scope without `search-abha`.
pub(super) fn verify_scope(requested: &[Scope]) -> Vec<Scope> {
    requested.iter().filter(|scope| **scope != Scope::SearchAbha).cloned().collect()
}

fn request<E, K>(
    desk: &Desk,
    credential: Credential<E>,
    purpose: &OtpPurpose,
    login_id: Encrypted<K>,
) -> Call<E>
where
    E: OtpSender<K>,
    K: KeyFamily,
{
    let slot = match &purpose.slot {
        Slot::Absent => TxnSlot::Absent,
        Slot::Fresh => TxnSlot::Fresh,
        Slot::Fixed(id) | Slot::Newest(id) => TxnSlot::Of(id.clone()),
    };
    let (hint, system) = (purpose.login_hint.clone(), purpose.otp_system.clone());
    let body = OtpRequest::new(purpose.scope.clone(), hint, login_id, system).in_transaction(slot);
    Call::new(body).by(credential).headers(E::Headers::of(desk, &purpose.scope))
}

/// The methods that every step with an OTP has, by its field `exchange`.
macro_rules! otp_step {
    ($name:ident) => {
        impl $name {
            $crate::flow::otp_exchange::otp_step!(@methods);
        }
    };
    ($name:ident<$family:ident: $bound:ident>) => {
        impl<$family: $bound> $name<$family> {
            $crate::flow::otp_exchange::otp_step!(@methods);
        }
    };
    (@methods) => {
        /// ABDM's text for the screen: it names the last digits of the mobile number to which the
        /// OTP went (certification case CRT_ABHA_105).
        #[must_use]
        pub fn message(&self) -> Option<&str> {
            self.state.exchange.message()
        }

        /// When the OTP may be sent again; `None` when it was sent again twice already.
        #[must_use]
        pub fn resend_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
            self.state.exchange.resend_at()
        }

        /// How often it may still be sent again.
        #[must_use]
        pub const fn resends_left(&self) -> u8 {
            self.state.exchange.resends_left()
        }
    };
}

pub(super) use otp_step;
