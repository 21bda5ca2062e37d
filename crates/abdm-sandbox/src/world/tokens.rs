//! Tokens of counters: who holds which, and questions which one is being served (m2-hip.md 6.1).

use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use hip_services::api::sharing::{IssuedToken, RunningToken};
use serde::{Deserialize, Serialize};

use super::aging::{Aged, Aging};
use super::user_links::AppAnswer;
use super::{AppCall, ClientId, Share};

/// So many tokens are remembered, and so many questions.
const REMEMBERED: usize = 20_000;

/// A token that a patient holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HeldToken {
    pub(crate) address: AbhaAddress,
    pub(crate) hip: HipId,
    pub(crate) token: IssuedToken,
    pub(crate) at: DateTime<Utc>,
}

/// A question to a facility.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenQuestion {
    pub(crate) hip: HipId,
    pub(crate) context: String,
    /// The facility's client, whose answer it must be.
    pub(crate) client: ClientId,
    /// The `REQUEST-ID` of the app's call.
    pub(crate) by_app: RequestId,
    /// The app's call. Unknown of what was kept before it was noted.
    #[serde(default)]
    pub(crate) by: Option<AppCall>,
    pub(crate) answer_by: DateTime<Utc>,
    pub(crate) answer: Option<Result<RunningToken, CallbackError>>,
}

/// All of them. The oldest are forgotten.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// By the `REQUEST-ID` of the share's callback.
    held: Aging<RequestId, HeldToken>,
    /// By the `REQUEST-ID` of the question's callback.
    questions: Aging<RequestId, TokenQuestion>,
}

/// What is kept of them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedTokens {
    held: Aged<RequestId, HeldToken>,
    questions: Aged<RequestId, TokenQuestion>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            held: Aging::new(TimeDelta::days(30), REMEMBERED),
            questions: Aging::new(TimeDelta::days(1), REMEMBERED),
        }
    }
}

/// The day in India.
fn day(at: DateTime<Utc>) -> NaiveDate {
    let india = FixedOffset::east_opt(19_800);
    india.map_or_else(|| at.date_naive(), |india| at.with_timezone(&india).date_naive())
}

impl Tokens {
    pub(crate) fn saved(&self) -> SavedTokens {
        SavedTokens { held: self.held.saved(), questions: self.questions.saved() }
    }

    pub(crate) fn restored(saved: SavedTokens) -> Self {
        let fresh = Self::default();
        Self {
            held: fresh.held.restored(saved.held),
            questions: fresh.questions.restored(saved.questions),
        }
    }

    /// A facility has answered a share with a token.
    pub(crate) fn give(
        &mut self,
        share_id: RequestId,
        share: &Share,
        token: IssuedToken,
        now: DateTime<Utc>,
    ) {
        let (address, hip) = (share.address.clone(), share.hip.clone());
        self.held.insert(share_id, HeldToken { address, hip, token, at: now }, now);
    }

    /// What a patient holds, the newest first.
    pub(crate) fn of(&self, address: &AbhaAddress) -> Vec<HeldToken> {
        let own = self.held.values().filter(|held| held.address == *address);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by_key(|held| std::cmp::Reverse(held.at));
        own
    }

    /// Whether a patient holds a token of today at a counter.
    pub(crate) fn holds(
        &self,
        address: &AbhaAddress,
        (hip, context): (&str, &str),
        now: DateTime<Utc>,
    ) -> bool {
        self.held.values().any(|held| {
            held.address == *address
                && held.hip.as_str() == hip
                && held.token.context == context
                && day(held.at) == day(now)
        })
    }

    pub(crate) fn ask(&mut self, id: RequestId, question: TokenQuestion, now: DateTime<Utc>) {
        self.questions.insert(id, question, now);
    }

    pub(crate) fn question(&mut self, id: RequestId) -> Option<&mut TokenQuestion> {
        self.questions.get_mut(&id)
    }

    /// What an app knows of what it asked by this call.
    pub(crate) fn seen_of(
        &self,
        call: RequestId,
        now: DateTime<Utc>,
    ) -> Option<AppAnswer<RunningToken>> {
        let question = self.questions.values().find(|question| question.by_app == call)?;
        Some(match &question.answer {
            Some(Ok(token)) => AppAnswer::Given(token.clone()),
            Some(Err(error)) => AppAnswer::Refused(error.clone()),
            None if now > question.answer_by => AppAnswer::Unreachable,
            None => AppAnswer::Awaited,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_is_a_day_of_india() {
        let at = |text: &str| day(text.parse().unwrap());
        assert_eq!(at("2026-09-14T18:29:00Z"), at("2026-09-13T18:30:00Z"));
        assert_ne!(at("2026-09-14T18:29:00Z"), at("2026-09-14T18:30:00Z"));
    }
}
