//! One ABHA address, and how its account stands: active, switched off, deleted.

mod state;

use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_flow::store::{FlowKey, RowChange};
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{PatientStatusEffect, PatientStatusEvent};
use super::auto_link::{ACTIVE_AGAIN, STOPPED_TABLE, StoppedLink};
use super::consent::{CONSENTS_TABLE, WordForConsent};
use super::{AccountWord, AutoLinkFlow, ConsentFlow, LinkTokenFlow, WordForToken};
use crate::api::patient_status::AbhaStanding;
use crate::final_record::FinalRecord;
use crate::hooks::HipEvent;
use crate::linked_context;

/// How many rows one step takes up.
pub const STATUS_ROWS_AT_ONCE: usize = 64;

/// How long an account that is active again is remembered, so that a notice that comes late finds
/// it.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// How long after a deletion word of a link that was under way may still come, and is then forgotten
/// with the others: a link waits a day for its answer.
const LAST_WORD_OF_LINKS: TimeDelta = TimeDelta::hours(26);

/// How long after a reactivation a link that had to stop before it may still write that down.
const LAST_WORD_OF_STOPS: TimeDelta = TimeDelta::minutes(15);

/// The lane of what is done beside the acknowledgement.
const FOLLOW_UP: &str = "follow-up";

/// How one ABHA account stands, as this facility was told (m2-hip.md 9).
///
/// ```text
/// Active ◄──► Deactivated
///    └──────────┴──► Deleted, for good
/// ```
/// Each notice is acknowledged, also a repeated one, and counts once. Of two notices that say when
/// they were written the later counts, whichever comes first; after a deletion nothing does.
///
/// | account | link token | links that wait | linked contexts | consents |
/// |---|---|---|---|---|
/// | deactivated | none asked for; one that is held is kept and not used | told at once | stay | stay: ABDM decides |
/// | active again | asked for again when wanted | automatic ones that stopped for it go on | stay | stay |
/// | deleted | thrown away, with the ABHA number; never asked for again | told at once | forgotten | ended |
///
/// A link that was under way at the deletion may be answered up to a day after it. What it writes down
/// is not shown, and forgotten like the others a little later.
///
/// The hospital's records and its own patient are not touched.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PatientStatusFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The patient.
    pub abha_address: AbhaAddress,
    /// How the account stands.
    pub standing: AbhaStanding,
    /// When ABDM wrote the notice that says so, where it told.
    as_of: Option<DateTime<Utc>>,
    /// When it last changed here.
    changed: Option<DateTime<Utc>>,
}

type StatusStep = Step<PatientStatusEffect>;

impl PatientStatusFlow {
    /// An account of which nothing was told yet.
    #[must_use]
    pub const fn new(hip_id: HipId, abha_address: AbhaAddress) -> Self {
        Self { hip_id, abha_address, standing: AbhaStanding::Active, as_of: None, changed: None }
    }

    /// The name under which the status of an address at a facility is found.
    #[must_use]
    pub fn key(hip_id: &HipId, abha_address: &AbhaAddress) -> FlowKey {
        FlowKey::new("patient-status", format!("{hip_id}/{}", abha_address.folded()))
    }

    /// When the account last changed, as far as the facility knows.
    #[must_use]
    pub const fn changed(&self) -> Option<DateTime<Utc>> {
        self.changed
    }

    fn acknowledge(notice: RequestId, understood: bool, in_v0_5: bool) -> StatusStep {
        Step::nothing().effect(PatientStatusEffect::Acknowledge { notice, understood, in_v0_5 })
    }

    fn told(
        &mut self,
        standing: AbhaStanding,
        written: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> StatusStep {
        let is_late = matches!((written, self.as_of), (Some(new), Some(known)) if new < known);
        let is_known = standing == self.standing;
        if is_known && self.changed.is_none() {
            return self.active_as_ever(written, now);
        }
        if self.standing == AbhaStanding::Deleted || is_late || is_known {
            if !is_late {
                self.as_of = written.max(self.as_of);
            }
            return self.rest(now);
        }
        (self.standing, self.as_of) = (standing, written.or(self.as_of));
        // Later than the change before it, whatever the clock does.
        let after = self.changed.map(|last| last + TimeDelta::microseconds(1));
        let since = after.map_or(now, |after| after.max(now));
        self.changed = Some(since);
        let abha_address = self.abha_address.clone();
        let event = HipEvent::PatientStatusChanged {
            hip_id: self.hip_id.clone(),
            abha_address: abha_address.clone(),
            standing,
        };
        let word = AccountWord::new(standing, since);
        let account = WordForToken::Account { abha_address, word };
        let step = self
            .rest(now)
            .effect_in(EVENTS_LANE, PatientStatusEffect::Announce(event))
            .note(LinkTokenFlow::KIND, WordForToken::SUBJECT, &account);
        let address = self.abha_address.folded();
        match standing {
            AbhaStanding::Deactivated => step,
            AbhaStanding::Active => step.effect_in(FOLLOW_UP, self.find_links(since)),
            AbhaStanding::Deleted => self
                .forget_links(step)
                .row(RowChange::delete_children(STOPPED_TABLE, &*address))
                .effect_in(FOLLOW_UP, self.find_consents()),
        }
    }

    /// The first word is that the account is active: the notice that it was not may have been lost,
    /// and links stopped by ABDM's own answer.
    fn active_as_ever(&mut self, written: Option<DateTime<Utc>>, now: DateTime<Utc>) -> StatusStep {
        (self.as_of, self.changed) = (written.or(self.as_of), Some(now));
        let (abha_address, word) =
            (self.abha_address.clone(), AccountWord::new(AbhaStanding::Active, now));
        let account = WordForToken::Account { abha_address, word };
        self.rest(now)
            .note(LinkTokenFlow::KIND, WordForToken::SUBJECT, &account)
            .effect_in(FOLLOW_UP, self.find_links(now))
    }

    fn find_links(&self, since: DateTime<Utc>) -> PatientStatusEffect {
        let (hip_id, abha_address) = (self.hip_id.clone(), self.abha_address.clone());
        PatientStatusEffect::FindStoppedLinks { hip_id, abha_address, since }
    }

    fn find_consents(&self) -> PatientStatusEffect {
        PatientStatusEffect::FindConsents { abha_address: self.abha_address.clone() }
    }

    /// Links that stopped go on, each once: its row goes with the word to it.
    fn links_found(&self, records: Vec<FinalRecord>) -> StatusStep {
        let Some(since) = self.changed.filter(|_| self.standing == AbhaStanding::Active) else {
            return Step::nothing();
        };
        let more = records.len() >= STATUS_ROWS_AT_ONCE;
        let step = records.into_iter().fold(Step::nothing(), |step, record| {
            let key = AutoLinkFlow::key_of(&self.hip_id, &record).text;
            step.row(RowChange::delete(STOPPED_TABLE, key)).note(
                AutoLinkFlow::KIND,
                ACTIVE_AGAIN,
                &StoppedLink { record },
            )
        });
        if more { step.effect_in(FOLLOW_UP, self.find_links(since)) } else { step }
    }

    fn consents_found(&self, consents: Vec<abdm_core::id::ConsentId>) -> StatusStep {
        let more = consents.len() >= STATUS_ROWS_AT_ONCE;
        let step = consents.into_iter().fold(Step::nothing(), |step, consent_id| {
            step.row(RowChange::delete(CONSENTS_TABLE, consent_id.as_str())).note(
                ConsentFlow::KIND,
                WordForConsent::SUBJECT,
                &WordForConsent { consent_id },
            )
        });
        if more { step.effect_in(FOLLOW_UP, self.find_consents()) } else { step }
    }

    fn forget_links(&self, step: StatusStep) -> StatusStep {
        step.row(RowChange::delete_children(linked_context::TABLE, &*self.abha_address.folded()))
    }

    /// What is closed is remembered for ever.
    fn rest(&self, now: DateTime<Utc>) -> StatusStep {
        match self.standing {
            AbhaStanding::Active => Step::nothing().wake_at(match self.last_word_of_stops() {
                Some(at) if now < at => at,
                _ => now + REMEMBERED,
            }),
            AbhaStanding::Deactivated => Step::nothing().no_wake(),
            AbhaStanding::Deleted => match self.last_word_of_links() {
                Some(at) if now < at => Step::nothing().wake_at(at),
                _ => Step::nothing().no_wake(),
            },
        }
    }

    fn last_word_of_stops(&self) -> Option<DateTime<Utc>> {
        self.changed.map(|active| active + LAST_WORD_OF_STOPS)
    }

    fn last_word_of_links(&self) -> Option<DateTime<Utc>> {
        self.changed.map(|deleted| deleted + LAST_WORD_OF_LINKS)
    }
}

impl Flow for PatientStatusFlow {
    const KIND: &'static str = "hip.patient-status";
    const VERSION: u32 = 1;
    type Event = PatientStatusEvent;
    type Effect = PatientStatusEffect;

    fn on(
        &mut self,
        event: PatientStatusEvent,
        now: DateTime<Utc>,
    ) -> Result<StatusStep, FlowError> {
        Ok(match event {
            PatientStatusEvent::Told { notice, in_v0_5, standing, written } => {
                Self::acknowledge(notice, true, in_v0_5).and(self.told(standing, written, now))
            }
            PatientStatusEvent::NotUnderstood { notice, in_v0_5 } => {
                Self::acknowledge(notice, false, in_v0_5).and(self.rest(now))
            }
            PatientStatusEvent::StoppedLinks(records) => self.links_found(records),
            PatientStatusEvent::Consents(consents) => self.consents_found(consents),
            PatientStatusEvent::Woken => match self.standing {
                AbhaStanding::Active => match self.changed {
                    Some(since) if now < since + REMEMBERED => {
                        self.rest(now).effect_in(FOLLOW_UP, self.find_links(since))
                    }
                    _ => Step::nothing().done(),
                },
                AbhaStanding::Deactivated => Step::nothing(),
                // A grant may have been taken in while the deletion was.
                AbhaStanding::Deleted => {
                    self.forget_links(self.rest(now)).effect_in(FOLLOW_UP, self.find_consents())
                }
            },
        })
    }

    fn woken() -> PatientStatusEvent {
        PatientStatusEvent::Woken
    }
}

#[cfg(test)]
mod tests;
