//! Link tokens, links and notices of records.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::call::Incoming;
use abdm_core::error::CallbackError;
use abdm_core::id::CareContextReference;
use abdm_core::secret::LinkToken;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::hip_linking::{
    ContextReply, GenerateLinkToken, LinkCareContexts, LinkReply, LinkTokenReply, NotifyContext,
    OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext,
};
use hip_services::api::patient_status::AbhaStanding;
use http::{Response, StatusCode};

use super::delivery::Comes;
use super::{Gateway, refused, reply};
use crate::ledger::FaultKind;
use crate::people::MARK;

/// How many link tokens of a patient may be asked for in a day (m2-hip.md 1).
const MOST_TOKENS: usize = 3;

impl Gateway {
    pub(super) fn token_wanted(self: &Arc<Self>, call: Incoming<GenerateLinkToken>) {
        let (hip, address) = (call.headers.hip_id, call.body.abha_address);
        let now = self.world.now();
        self.check_account(&address);
        let claims = serde_json::json!({
            "hipId": hip, "abhaAddress": address,
            "exp": (now + TimeDelta::days(180)).timestamp(),
        });
        let number = self.random.next();
        let token = format!(
            "eyJhbGciOiJSUzUxMiJ9.{}.{MARK}{number:x}",
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let asked = {
            let mut state = self.state();
            let entry = state.tokens.entry((hip.clone(), address.to_string())).or_default();
            entry.asked.push(now);
            self.check_token_limits(&entry.asked);
            let today = entry.asked.iter().filter(|at| now - **at < TimeDelta::days(1)).count();
            if today <= MOST_TOKENS {
                entry.token.clone_from(&token);
            }
            today
        };
        self.says(format_args!("is asked for a link token, {asked} of the day"));
        let body = if self.standing(&address) == AbhaStanding::Deleted {
            let text = "Invalid ABHA Number or ABHA Address";
            LinkTokenReply::refused(call.request_id, CallbackError::new(1051, text))
        } else if asked > MOST_TOKENS {
            let text = "You are blocked. Please try again after 24 hours.";
            LinkTokenReply::refused(call.request_id, CallbackError::new(1027, text))
        } else {
            LinkTokenReply::issued(call.request_id, address, LinkToken::new(token))
        };
        self.tells_hip::<OnGenerateLinkToken>(&hip, Comes::Mostly, body);
    }

    /// Requests of one patient are seven minutes apart, and three a day: as nearly as clocks and
    /// ways allow.
    fn check_token_limits(&self, asked: &[DateTime<Utc>]) {
        let ledger = &self.world.ledger;
        let Some((now, before)) = asked.split_last() else { return };
        let (slack, apart) = (self.world.options.token_slack(), TimeDelta::minutes(7));
        let since = before.last().map(|last| *now - *last);
        if let Some(since) = since.filter(|since| *since < apart - slack) {
            let what =
                format!("a link token was asked for {} s after another", since.num_seconds());
            ledger.fault(FaultKind::TooOften, what);
        }
        let fourth = before.iter().rev().nth(MOST_TOKENS - 1);
        if fourth.is_some_and(|first| *now - *first < TimeDelta::days(1) - slack) {
            let what = "four link tokens were asked for within a day".to_owned();
            ledger.fault(FaultKind::TooOften, what);
        }
    }

    pub(super) fn link_wanted(
        self: &Arc<Self>,
        call: Incoming<LinkCareContexts>,
    ) -> Response<Bytes> {
        let (hip, address) = (call.headers.hip_id, call.body.abha_address);
        if self.standing(&address) != AbhaStanding::Active {
            self.says(format_args!("links nothing of an account that is off"));
            return refused(1031, "The abha address is deactivated.");
        }
        self.are_theirs("linked to", &hip, &address, &call.body.patient);
        let contexts: Vec<CareContextReference> = call
            .body
            .patient
            .iter()
            .flat_map(|element| &element.care_contexts)
            .map(|context| context.reference_number.clone())
            .collect();
        let refused = {
            let mut state = self.state();
            let token = state.tokens.get(&(hip.clone(), address.to_string()));
            if token.is_none_or(|issued| issued.token != call.headers.link_token.expose()) {
                Some(CallbackError::new(1026, "Invalid Link Token"))
            } else if contexts.iter().any(|context| state.linked.contains(context)) {
                Some(CallbackError::new(1056, "This care contexts has been already linked"))
            } else {
                state.linked.extend(contexts);
                None
            }
        };
        self.says(format_args!(
            "links: {:?}",
            refused.as_ref().and_then(|error| error.code.as_ref())
        ));
        let body = match refused {
            Some(error) => LinkReply::refused(call.request_id, error),
            None => LinkReply::linked(call.request_id, address),
        };
        self.tells_hip::<OnLinkCareContexts>(&hip, Comes::Mostly, body);
        reply(StatusCode::ACCEPTED)
    }

    pub(super) fn notice_wanted(self: &Arc<Self>, call: &Incoming<NotifyContext>) {
        let context = &call.body.notification.care_context.care_context_reference;
        let body = if self.is_linked(context) {
            ContextReply::taken(call.request_id)
        } else {
            let text = "No care context linked with given reference number";
            ContextReply::errored(call.request_id, CallbackError::new(1006, text))
        };
        self.tells_hip::<OnNotifyContext>(&call.headers.hip_id, Comes::Mostly, body);
    }

    pub(crate) fn is_linked(&self, context: &CareContextReference) -> bool {
        self.state().linked.contains(context)
    }

    /// How long the gateway takes over something.
    pub(super) fn some_time(&self, shortest: u64, longest: u64) -> Duration {
        self.random.pause(Duration::from_secs(shortest), Duration::from_secs(longest))
    }
}
