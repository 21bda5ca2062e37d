//! A discovery: searched for, and answered.

use abdm_core::id::{HiuId, RequestId};
use abdm_core::seal::Sealed;
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::watch::{DISCOVERY_OVERDUE, search_ends};
use super::{
    DiscoveryAnswer, HOSPITAL_LANE, OFFER_STANDS, Offer, UserLinkEffect, UserLinkEnd, UserLinkFlow,
    UserLinkState, UserLinkStep, references, tell,
};
use crate::hooks::HipEvent;

impl UserLinkFlow {
    pub(super) fn search(
        &mut self,
        discovery: RequestId,
        hiu: Option<HiuId>,
        wanted: Sealed,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        self.state = UserLinkState::Matching { discovery, hiu };
        let search = UserLinkEffect::Match {
            discovery,
            hip_id: self.hip_id.clone(),
            received_at: self.received_at,
            wanted,
        };
        let ends = search_ends(self.received_at, now);
        Step::nothing().effect_in(HOSPITAL_LANE, search).wake_at(ends)
    }

    pub(super) fn answer_discovery(
        &mut self,
        answer: DiscoveryAnswer,
        explanation: String,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let UserLinkState::Matching { discovery, hiu } = &self.state else {
            return Step::nothing();
        };
        let (discovery, hiu) = (*discovery, hiu.clone());
        self.state = UserLinkState::AnsweringDiscovery {
            offered: answer.is_offer(),
            explanation: Some(explanation),
            overdue: false,
        };
        let answer = UserLinkEffect::AnswerDiscovery {
            discovery,
            transaction_id: self.transaction_id.clone(),
            hiu,
            received_at: self.received_at,
            answer,
        };
        Step::nothing().effect(answer).wake_at(now + DISCOVERY_OVERDUE)
    }

    /// ABDM has taken the answer.
    pub(super) fn discovery_answered(&mut self, now: DateTime<Utc>) -> UserLinkStep {
        let UserLinkState::AnsweringDiscovery { offered, .. } = self.state else {
            return Step::nothing();
        };
        let told = self.discovery_taken();
        if !offered {
            return told.and(self.end(UserLinkEnd::NothingOffered));
        }
        self.state = UserLinkState::Offered;
        told.wake_at(now + OFFER_STANDS)
    }

    /// ABDM has the answer, as it said itself or as what came after shows: the hospital is told,
    /// once.
    pub(super) fn discovery_taken(&mut self) -> UserLinkStep {
        let UserLinkState::AnsweringDiscovery { explanation, .. } = &mut self.state else {
            return Step::nothing();
        };
        let Some(explanation) = explanation.take() else {
            return Step::nothing();
        };
        let shown = |offer: &Offer| references(&offer.shown.elements);
        tell(HipEvent::DiscoveryAnswered {
            hip_id: self.hip_id.clone(),
            transaction_id: self.transaction_id.clone(),
            offered: self.offer.as_ref().map(shown).unwrap_or_default(),
            explanation,
        })
    }
}
