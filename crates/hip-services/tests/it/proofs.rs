//! V0.5: the consent manager lets a patient prove themselves, and links with the token that this
//! gives.

use std::time::Duration;

use abdm_core::call::Incoming;
use abdm_core::endpoint::Endpoint;
use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, TransactionId};
use abdm_core::secret::LinkToken;
use bytes::Bytes;
use chrono::TimeDelta;
use hip_services::api::v0_5::linking::{AddCareContexts, AddReply, OnAddCareContexts};
use hip_services::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthChallenge, AuthDecision, AuthGrant, AuthInitReply, AuthMeta, AuthMode,
    AuthModesReply, AuthReply, AuthRequester, AuthStatus, ConfirmAuth, FetchAuthModes, InitAuth,
    OfferedModes, OnAuthNotify, OnConfirmAuth, OnFetchAuthModes, OnInitAuth,
};
use http::Request;

use crate::gateway::{Gateway, address, hip_id, link_token, read};

/// The OTP that every patient gets.
pub(crate) const OTP: &str = "519316";
/// How long the consent manager takes over anything.
const A_SECOND: Duration = Duration::from_secs(1);

fn asker(requester: &AuthRequester) -> HipId {
    requester.id.parse().unwrap()
}

fn grant() -> AuthGrant {
    AuthGrant::new(Some(LinkToken::new(link_token(&hip_id(), &address()))), None)
}

impl Gateway {
    /// Takes a call of V0.5 and has its callback on its way; the call's name. `None` for any other.
    pub(crate) fn answers_v0_5(
        &self,
        path: &str,
        request: &Request<Bytes>,
    ) -> Option<&'static str> {
        if path == FetchAuthModes::META.path {
            let Incoming { request_id, body, .. } = read::<FetchAuthModes>(request);
            let modes = vec![AuthMode::MobileOtp, AuthMode::Direct];
            let offered = OfferedModes::new(body.query.purpose, modes);
            let reply = AuthModesReply::new(request_id, Ok(offered));
            let hip = asker(&body.query.requester);
            self.call_back::<OnFetchAuthModes>(hip, A_SECOND, reply);
            Some(FetchAuthModes::META.name)
        } else if path == InitAuth::META.path {
            let Incoming { request_id, body, .. } = read::<InitAuth>(request);
            let mode = body.query.auth_mode.unwrap();
            // The transaction of a call is known by its number.
            let transaction: TransactionId = request_id.to_string().parse().unwrap();
            let meta = AuthMeta::new(None, self.now() + TimeDelta::minutes(10));
            let challenge = AuthChallenge::new(transaction.clone(), mode.clone(), meta);
            let hip = asker(&body.query.requester);
            let reply = AuthInitReply::new(request_id, Ok(challenge));
            self.call_back::<OnInitAuth>(hip.clone(), A_SECOND, reply);
            if mode == AuthMode::Direct {
                let mut decision = AuthDecision::new(transaction, AuthStatus::Granted);
                decision.access_token = grant().access_token;
                self.call_back::<OnAuthNotify>(hip, 30 * A_SECOND, decision.into());
            }
            Some(InitAuth::META.name)
        } else if path == ConfirmAuth::META.path {
            let Incoming { request_id, body, .. } = read::<ConfirmAuth>(request);
            let is_good = body.credential.auth_code.is_some_and(|code| code.expose() == OTP);
            let wrong = || CallbackError::new(1000, "Invalid OTP");
            let answer = if is_good { Ok(grant()) } else { Err(wrong()) };
            let reply = AuthReply::new(request_id, answer);
            self.call_back::<OnConfirmAuth>(hip_id(), A_SECOND, reply);
            Some(ConfirmAuth::META.name)
        } else if path == AddCareContexts::META.path {
            let Incoming { request_id, body, .. } = read::<AddCareContexts>(request);
            let token = link_token(&hip_id(), &address());
            assert_eq!(body.link.access_token.expose(), token);
            let contexts = body.link.patient.care_contexts.iter();
            let names: Vec<String> = contexts.map(|c| c.reference_number.to_string()).collect();
            let reply = match self.links(&names) {
                Ok(()) => AddReply::linked(request_id),
                Err(error) => AddReply::refused(request_id, error),
            };
            self.call_back::<OnAddCareContexts>(hip_id(), A_SECOND, reply);
            Some(AddCareContexts::META.name)
        } else if path == AcknowledgeAuth::META.path {
            Some(AcknowledgeAuth::META.name)
        } else {
            None
        }
    }

    /// Links these care contexts, unless one of them is linked already.
    fn links(&self, names: &[String]) -> Result<(), CallbackError> {
        let mut behaviour = self.behaviour.lock().unwrap();
        let linked = behaviour.linked.get_or_insert_default();
        if names.iter().any(|name| linked.contains(name)) {
            return Err(CallbackError::new(1056, "This care contexts has been already linked"));
        }
        linked.extend(names.iter().cloned());
        Ok(())
    }
}
