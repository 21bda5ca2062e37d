//! V0.5: a patient proves themselves to a facility, and the facility links with the access token
//! that this gives (m2-hip.md 10).

use std::collections::BTreeMap;
use std::sync::Arc;

use abdm_core::call::Incoming;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{CareContextReference, HipId, RequestId, TransactionId};
use abdm_core::ids::Ids as _;
use abdm_core::person::AbhaAddress;
use abdm_core::secret::LinkToken;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::v0_5::linking::{AddCareContexts, AddReply, OnAddCareContexts};
use hip_services::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthChallenge, AuthDecision, AuthGrant, AuthInitReply, AuthMeta, AuthMode,
    AuthModesReply, AuthPurpose, AuthReply, AuthRequester, AuthStatus, ConfirmAuth, FetchAuthModes,
    InitAuth, KycPatient, OfferedModes, OnAuthNotify, OnConfirmAuth, OnFetchAuthModes, OnInitAuth,
    TokenValidity,
};
use http::{Response, StatusCode};
use tokio::time::sleep;

use super::delivery::Comes;
use super::{Gateway, reply};
use crate::ledger::FaultKind;
use crate::people::MARK;

/// How long a proof is awaited, and an access token is good.
const PROOF_TIME: TimeDelta = TimeDelta::minutes(10);
const TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);
/// So many proofs are judged in one authentication.
const MOST_PROOFS: u32 = 3;

/// The ways that every patient has.
pub(crate) const MODES: [AuthMode; 2] = [AuthMode::MobileOtp, AuthMode::Direct];

/// What ABDM knows of proofs.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    auths: BTreeMap<TransactionId, Auth>,
    /// Access tokens, and for how many links each is still good.
    tokens: BTreeMap<String, Access>,
    /// How often a facility has asked for the ways of a patient, and to begin.
    begun: BTreeMap<(HipId, String), u64>,
}

/// One authentication.
#[derive(Debug, Clone)]
struct Auth {
    hip: HipId,
    patient: AbhaAddress,
    purpose: AuthPurpose,
    otp: String,
    expires_at: DateTime<Utc>,
    proofs: u32,
    granted: bool,
    /// The notice of what the patient has decided in their app.
    notice: Option<RequestId>,
    acknowledged: bool,
    /// The desk has seen that the HIP waits for the patient.
    awaited: bool,
}

#[derive(Debug, Clone)]
struct Access {
    hip: HipId,
    patient: AbhaAddress,
    left: u32,
}

fn headers(hip: &HipId) -> HipHeaders {
    HipHeaders { hip_id: hip.clone() }
}

/// The facility that asks.
fn asker(requester: &AuthRequester) -> Option<HipId> {
    requester.id.parse().ok()
}

impl Gateway {
    pub(super) fn modes_wanted(self: &Arc<Self>, call: Incoming<FetchAuthModes>) -> Option<()> {
        let query = call.body.query;
        let hip = asker(&query.requester)?;
        self.says(format_args!("is asked how a patient may prove themselves at {hip}"));
        let modes = OfferedModes::new(query.purpose, MODES.to_vec());
        let body = AuthModesReply::new(call.request_id, Ok(modes));
        self.tells_hip_with::<OnFetchAuthModes>(&hip, headers(&hip), Comes::Mostly, body);
        Some(())
    }

    /// An OTP is sent, or the patient's app asks them. One authentication has one of these.
    pub(super) fn auth_wanted(self: &Arc<Self>, call: Incoming<InitAuth>) -> Option<()> {
        let query = call.body.query;
        let hip = asker(&query.requester)?;
        let transaction: TransactionId = self.world.ids.uuid().to_string().parse().ok()?;
        let mode = query.auth_mode.unwrap_or(AuthMode::MobileOtp);
        let now = self.world.now();
        let auth = Auth {
            hip: hip.clone(),
            patient: query.id.clone(),
            purpose: query.purpose,
            otp: format!("{}", 100_000 + self.random.below(900_000)),
            expires_at: now + PROOF_TIME,
            proofs: 0,
            granted: false,
            notice: None,
            acknowledged: false,
            awaited: false,
        };
        {
            let mut state = self.state();
            let begun = state.proofs.begun.entry((hip.clone(), query.id.to_string())).or_default();
            *begun += 1;
            state.proofs.auths.insert(transaction.clone(), auth);
        }
        self.says(format_args!("begins a proof at {hip}: {transaction}"));
        self.world.counts.add("proofs begun");
        let meta = AuthMeta::new(None, now + PROOF_TIME);
        let challenge = AuthChallenge::new(transaction.clone(), mode.clone(), meta);
        let body = AuthInitReply::new(call.request_id, Ok(challenge));
        self.tells_hip_with::<OnInitAuth>(&hip, headers(&hip), Comes::Mostly, body);
        if mode == AuthMode::Direct {
            let (gateway, thinks) = (Arc::clone(self), self.some_time(5, 120));
            tokio::spawn(async move {
                sleep(thinks).await;
                gateway.decides(&transaction);
            });
        }
        Some(())
    }

    /// The patient says yes or no in their app.
    fn decides(self: &Arc<Self>, transaction: &TransactionId) {
        let grants = !self.random.chance(self.world.options.denies);
        let Some(auth) = self.state().proofs.auths.get(transaction).cloned() else { return };
        let status = if grants { AuthStatus::Granted } else { AuthStatus::Denied };
        let mut decision = AuthDecision::new(transaction.clone(), status);
        if grants {
            let AuthGrant { access_token, patient, .. } = self.gives(&auth, 1);
            if access_token.is_some() {
                let mut validity = TokenValidity::default();
                validity.expiry = Some(self.world.now() + TOKEN_LIFE);
                validity.limit = Some(1);
                decision.validity = Some(validity);
            }
            (decision.access_token, decision.patient) = (access_token, patient);
        }
        self.says(format_args!("the patient decides over {transaction}: {grants}"));
        let hip = auth.hip;
        let body = decision.into();
        let sent = self.tells_hip_with::<OnAuthNotify>(&hip, headers(&hip), Comes::Always, body);
        if let Some(auth) = self.state().proofs.auths.get_mut(transaction) {
            (auth.granted, auth.notice) = (grants, Some(sent));
        }
    }

    /// What a proof gives for its purpose.
    fn gives(&self, auth: &Auth, links: u32) -> AuthGrant {
        let token = auth.purpose.links().then(|| {
            let claims = serde_json::json!({
                "hipId": auth.hip, "sub": auth.patient,
                "exp": (self.world.now() + TOKEN_LIFE).timestamp(),
            });
            let token = format!(
                "eyJhbGciOiJSUzUxMiJ9.{}.{MARK}{:x}",
                URL_SAFE_NO_PAD.encode(claims.to_string()),
                self.random.next()
            );
            let (hip, patient) = (auth.hip.clone(), auth.patient.clone());
            let access = Access { hip, patient, left: links };
            self.state().proofs.tokens.insert(token.clone(), access);
            LinkToken::new(token)
        });
        let patient = auth.purpose.tells_profile().then(|| {
            let mut patient = KycPatient::new(auth.patient.clone());
            patient.name = Some(format!("a patient {MARK}"));
            patient
        });
        AuthGrant::new(token, patient)
    }

    pub(super) fn proof_given(self: &Arc<Self>, call: Incoming<ConfirmAuth>) -> Option<()> {
        let (id, given) = (call.request_id, call.body);
        let transaction = given.transaction_id;
        let code = given.credential.auth_code?;
        let now = self.world.now();
        let (auth, is_good) = {
            let mut state = self.state();
            let auth = state.proofs.auths.get_mut(&transaction)?;
            auth.proofs += 1;
            let in_time = now <= auth.expires_at && auth.proofs <= MOST_PROOFS && !auth.granted;
            let is_good = in_time && code.expose() == auth.otp;
            auth.granted |= is_good;
            (auth.clone(), is_good)
        };
        if auth.proofs > MOST_PROOFS {
            let what = format!("{} proofs were passed on for {transaction}", auth.proofs);
            self.world.ledger.fault(FaultKind::TooOften, what);
        }
        self.says(format_args!("judges a proof of {transaction}: {is_good}"));
        let answer = match is_good {
            true => Ok(self.gives(&auth, u32::MAX)),
            false => Err(CallbackError::new(1000, "Invalid OTP or details")),
        };
        let body = AuthReply::new(id, answer);
        let hip = auth.hip;
        self.tells_hip_with::<OnConfirmAuth>(&hip, headers(&hip), Comes::Mostly, body);
        Some(())
    }

    pub(super) fn decision_acknowledged(
        &self,
        call: &Incoming<AcknowledgeAuth>,
    ) -> Response<Bytes> {
        let answered = call.body.response.request();
        let mut state = self.state();
        let mut auths = state.proofs.auths.values_mut();
        let auth = auths.find(|auth| auth.notice.is_some() && auth.notice == answered);
        let Some(auth) = auth else {
            drop(state);
            return self.not_understood(AcknowledgeAuth::META.path);
        };
        auth.acknowledged = true;
        reply(StatusCode::ACCEPTED)
    }

    /// Links with an access token.
    pub(super) fn contexts_added(self: &Arc<Self>, call: Incoming<AddCareContexts>) -> Option<()> {
        let link = call.body.link;
        let contexts: Vec<CareContextReference> =
            link.patient.care_contexts.iter().map(|c| c.reference_number.clone()).collect();
        let (hip, patient, refused) = {
            let mut state = self.state();
            let Some(access) = state.proofs.tokens.get_mut(link.access_token.expose()) else {
                drop(state);
                let what = "a link comes with an access token that nobody has given".to_owned();
                self.world.ledger.fault(FaultKind::Lost, what);
                return None;
            };
            let (hip, patient) = (access.hip.clone(), access.patient.clone());
            let is_used_up = access.left == 0;
            access.left = access.left.saturating_sub(1);
            let is_known = contexts.iter().any(|context| state.linked.contains(context));
            let refused = if is_used_up {
                Some(CallbackError::new(1026, "The access token is used up"))
            } else if is_known {
                Some(CallbackError::new(1056, "This care contexts has been already linked"))
            } else {
                state.linked.extend(contexts.iter().cloned());
                None
            };
            (hip, patient, refused)
        };
        let reference = &link.patient.reference_number;
        for context in &contexts {
            let is_theirs = self.people.stay(context).is_some_and(|stay| {
                stay.hip == hip && stay.patient == patient && stay.reference == *reference
            });
            if !is_theirs {
                let what = format!("a patient is linked to {context}, which is another's");
                self.world.ledger.fault(FaultKind::OthersRecords, what);
            }
        }
        self.says(format_args!("links by V0.5, refused: {}", refused.is_some()));
        let body = match refused {
            Some(error) => AddReply::refused(call.request_id, error),
            None => AddReply::linked(call.request_id),
        };
        self.tells_hip_with::<OnAddCareContexts>(&hip, headers(&hip), Comes::Mostly, body);
        Some(())
    }
}

/// What the desk and the checks ask.
impl Gateway {
    /// The OTP that the patient got.
    pub(crate) fn otp_of(&self, transaction: &TransactionId) -> Option<String> {
        Some(self.state().proofs.auths.get(transaction)?.otp.clone())
    }

    /// The desk sees that the HIP waits for the patient's decision.
    pub(crate) fn is_awaited(&self, transaction: &TransactionId) {
        if let Some(auth) = self.state().proofs.auths.get_mut(transaction) {
            auth.awaited = true;
        }
    }

    /// Whether a patient has proved themselves at a facility for this purpose.
    pub(crate) fn has_proved(
        &self,
        hip: &HipId,
        patient: &AbhaAddress,
        for_: &AuthPurpose,
    ) -> bool {
        let state = self.state();
        let mut own = state.proofs.auths.values();
        own.any(|auth| {
            auth.granted && auth.hip == *hip && auth.patient == *patient && auth.purpose == *for_
        })
    }

    /// How often a patient's proof was begun at a facility.
    pub(crate) fn proofs_begun(&self, hip: &HipId, patient: &AbhaAddress) -> u64 {
        let key = (hip.clone(), patient.to_string());
        self.state().proofs.begun.get(&key).copied().unwrap_or_default()
    }

    /// Decisions that the HIP waited for, heard of, and has not acknowledged.
    pub(crate) fn unacknowledged_decisions(&self) -> Vec<TransactionId> {
        let state = self.state();
        let open = state
            .proofs
            .auths
            .iter()
            .filter(|(_, auth)| auth.awaited && auth.notice.is_some() && !auth.acknowledged);
        open.map(|(transaction, _)| transaction.clone()).collect()
    }

    /// All OTPs that were sent for proofs.
    pub(crate) fn proof_otps(&self) -> Vec<String> {
        self.state().proofs.auths.values().map(|auth| auth.otp.clone()).collect()
    }
}
