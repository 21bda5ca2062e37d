//! Reads the hospital's list of old visits, and looks what of it is linked already.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use abdm_core::error::ErrorClass;
use abdm_core::id::CareContextReference;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::{Message, RowList, StoreError, StoreErrorKind};
use abdm_flow::{EffectContext, EffectFailure, FlowHost, ReceiveContext, ReceiveError, Received};
use abdm_role::hook;
use async_trait::async_trait;
use chrono::DateTime;

use super::{Facility, ask_hospital, facility_of};
use crate::error::Error;
use crate::flow::{
    Again, BackfillEffect, BackfillEvent, BackfillFailure, BackfillFlow, Failure, LATER, Later,
    Taken, WordOfLink,
};
use crate::hooks::{BackfillCursor, OldVisit, OldVisits};
use crate::linked_context::{self, LinkedContext};
use crate::operator;
use crate::patient::{LinkPatient, Visit};
use crate::wire_rule;

/// How many visits the hospital is asked for at a time.
const PAGE: usize = 100;
/// How many pages without anything to link are read in one turn.
const MOST_PAGES: usize = 20;
/// How many visits that ABDM would refuse end a turn.
const MOST_REFUSED: usize = 100;

pub(crate) struct BackfillHost {
    pub(crate) facility: Arc<Facility>,
    pub(crate) visits: Option<Arc<dyn OldVisits>>,
}

impl fmt::Debug for BackfillHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackfillHost").field("facility", &self.facility).finish_non_exhaustive()
    }
}

type Context<'a> = EffectContext<'a, BackfillFlow>;
type Failed = EffectFailure<BackfillEvent>;

#[async_trait]
impl FlowHost for BackfillHost {
    type Flow = BackfillFlow;

    async fn perform(
        &self,
        cx: &Context<'_>,
        effect: &BackfillEffect,
    ) -> Result<Option<BackfillEvent>, Failed> {
        let (turn, name, place, reads, visits, notifies) = match effect {
            BackfillEffect::Take { turn, name, after, trail, reads, visits, notifies } => {
                (turn, name, (after, trail), reads, visits, notifies)
            }
            BackfillEffect::Tell(news) => {
                operator::backfill(news, cx.flow());
                return Ok(None);
            }
        };
        let most = usize::try_from(*visits).unwrap_or(usize::MAX);
        let taken = match self.later(cx, name).await {
            Ok(taken) if taken.again.is_some() || !reads => Ok(Some(taken)),
            Ok(taken) => {
                let (after, trail) = place;
                let taken = Taken { trail: trail.clone(), ..taken };
                self.read(cx, after.clone(), (most, *notifies), taken).await
            }
            Err(error) => Err(error),
        };
        match taken {
            Ok(Some(taken)) => Ok(Some(BackfillEvent::Taken { turn: *turn, taken })),
            Ok(None) => Ok(Some(BackfillEvent::NotRead { turn: *turn })),
            Err(error) if cx.is_last_attempt() => {
                let event = BackfillEvent::NotRead { turn: *turn };
                Err(EffectFailure::give_up(event, error.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<BackfillFlow>, ReceiveError> {
        if message.endpoint == WordOfLink::SUBJECT {
            let (_, WordOfLink { flow, report }) = cx.note(message).await?;
            return Ok(Received::existing(flow, BackfillEvent::Word(report)));
        }
        Err(ReceiveError::poison("no word of a link"))
    }
}

impl BackfillHost {
    /// The first of those that wait for another try, if their time has come.
    async fn later(&self, cx: &Context<'_>, name: &str) -> Result<Taken, StoreError> {
        let rows = cx.rows(&RowList::new(cx.scope(), LATER, name, 2)).await?;
        let now = cx.now().timestamp_micros();
        let mut taken = Taken::default();
        let mut due = rows.iter().map(|row| row.sort);
        taken.next_later = due.next().and_then(DateTime::from_timestamp_micros);
        let Some(first) = rows.first().filter(|row| row.sort <= now) else { return Ok(taken) };
        taken.next_later = due.next().and_then(DateTime::from_timestamp_micros);
        let later: Later = first
            .payload
            .decode()
            .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))?;
        let Later { key, tries, since, mut patient } = later;
        let known = Known::of(cx, &patient).await?;
        let all = patient.visits.len();
        patient.visits = patient.visits.into_iter().filter_map(|visit| known.rest(visit)).collect();
        let linked = u64::try_from(all - patient.visits.len()).unwrap_or(0);
        taken.again = Some(Again { key, tries, since, linked });
        taken.patient = Some(patient).filter(|patient| !patient.visits.is_empty()).map(Box::new);
        Ok(taken)
    }

    /// The next patient of the list who has something to link; `None` when it cannot be read.
    async fn read(
        &self,
        cx: &Context<'_>,
        mut after: Option<BackfillCursor>,
        (most, notifies): (usize, bool),
        mut taken: Taken,
    ) -> Result<Option<Taken>, StoreError> {
        let Some(visits) = &self.visits else {
            tracing::warn!(flow = %cx.flow(), "a back-fill waits for `HipBuilder::old_visits`");
            return Ok(None);
        };
        let hip_id = facility_of(cx.scope())
            .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))?;
        let mut group = Group { most, ..Group::default() };
        for _ in 0..MOST_PAGES {
            let page = ask_hospital(
                hook!(hospital "OldVisits::next"),
                visits.next(&hip_id, after.as_ref(), PAGE),
            )
            .await;
            cx.progress();
            let page = match page {
                Ok(page) => page,
                Err(reason) => {
                    tracing::info!(flow = %cx.flow(), reason, "old visits cannot be read now");
                    // What was read so far counts.
                    return Ok(taken.cursor.is_some().then(|| group.into(taken)));
                }
            };
            if page.is_empty() {
                taken.at_end = true;
                break;
            }
            if page.iter().any(|old| after.as_ref() == Some(&old.cursor)) {
                taken.comes_back = true;
                break;
            }
            for old in page {
                if !group.takes(cx, old, notifies, &mut taken).await? {
                    return Ok(Some(group.into(taken)));
                }
            }
            if taken.refused.len() >= MOST_REFUSED {
                break;
            }
            after.clone_from(&taken.cursor);
        }
        Ok(Some(group.into(taken)))
    }
}

/// The visits of one patient.
#[derive(Default)]
struct Group {
    patient: Option<LinkPatient>,
    most: usize,
    /// What is known of the address that was looked at last.
    known: Option<Known>,
}

impl Group {
    /// Deals with a visit, or says that it is for another turn, or that the list comes back to it.
    async fn takes(
        &mut self,
        cx: &Context<'_>,
        old: OldVisit,
        notifies: bool,
        taken: &mut Taken,
    ) -> Result<bool, StoreError> {
        let OldVisit { cursor, mut patient, visit } = old;
        patient.notifies = notifies;
        if let Some(group) = &self.patient
            && (group.visits.len() >= self.most || !group.is_the_same_as(&patient))
        {
            return Ok(false);
        }
        if !taken.trail.goes_on(taken.cursor.as_ref(), &cursor) {
            taken.comes_back = true;
            return Ok(false);
        }
        let (reference, context) = (patient.reference.clone(), visit.reference.clone());
        if let Err(error) = wire_rule::patient(&patient.clone().visit(visit.clone())) {
            let failure = refusal(&error);
            taken.refused.push(BackfillFailure::new(reference, context, failure, cx.now()));
        } else {
            if !self.known.as_ref().is_some_and(|known| known.is_of(&patient)) {
                self.known = Some(Known::of(cx, &patient).await?);
            }
            match self.known.as_ref().and_then(|known| known.rest(visit)) {
                Some(visit) => self.patient.get_or_insert(patient).visits.push(visit),
                None => taken.already += 1,
            }
        }
        taken.seen += 1;
        taken.cursor = Some(cursor);
        Ok(true)
    }

    fn into(self, mut taken: Taken) -> Taken {
        taken.patient = self.patient.map(Box::new);
        taken
    }
}

/// Why ABDM would refuse a visit for its form.
fn refusal(error: &Error) -> Failure {
    Failure::new(error.to_string()).of_class(ErrorClass::UserInput)
}

/// What is known to be linked to an address, under one number of the facility's for the patient.
struct Known {
    address: AbhaAddress,
    reference: abdm_core::id::PatientReference,
    linked: BTreeSet<(CareContextReference, HiType)>,
}

impl Known {
    async fn of(cx: &Context<'_>, patient: &LinkPatient) -> Result<Self, StoreError> {
        let linked = linked_context::of_address(cx, cx.scope(), &patient.abha_address).await?;
        let own = linked.into_iter().filter(|linked| linked.patient == patient.reference);
        let linked = own.map(|LinkedContext { care_context, hi_type, .. }| (care_context, hi_type));
        Ok(Self {
            address: patient.abha_address.clone(),
            reference: patient.reference.clone(),
            linked: linked.collect(),
        })
    }

    fn is_of(&self, patient: &LinkPatient) -> bool {
        self.address == patient.abha_address && self.reference == patient.reference
    }

    /// What of a visit is not linked.
    fn rest(&self, mut visit: Visit) -> Option<Visit> {
        let reference = visit.reference.clone();
        let is_linked =
            |hi_type: &HiType| self.linked.contains(&(reference.clone(), hi_type.clone()));
        visit.hi_types.retain(|hi_type| !is_linked(hi_type));
        (!visit.hi_types.is_empty()).then_some(visit)
    }
}
