//! Pushes the pages of a transfer, several at a time: reads records while others are on their way,
//! and tells the transfer now and then how far it is, without waiting for that.

use std::collections::BTreeMap;
use std::time::Duration;

use abdm_core::id::CareContextReference;
use abdm_flow::EngineError;
use abdm_flow::store::Earlier;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};

use super::page::{Page, Sent, Stopped};
use super::planning::not_sent;
use super::reading::Unread;
use super::untold::Untold;
use super::{Context, Failed, Performed, TransferHost, abha_number};
use crate::flow::{
    Asked, PLAN_TABLE, PageDone, PageFate, Pages, PlannedRecords, PushingEnd, TransferEvent,
    TransferStage, row_key,
};
use crate::hooks::{Record, RecordId, RecordsWanted};
use crate::scope::{ReleasedRecord, Scope};

/// So long pages leave before other work of this node is let through.
const TURN: TimeDelta = TimeDelta::seconds(5);

impl TransferHost {
    /// Pushes what is left of a transfer.
    pub(super) async fn push_pages(&self, cx: &Context<'_>, turn: u32) -> Performed {
        let flow = cx.own_flow()?;
        let asked = flow.asked();
        let stored = match flow.stage {
            TransferStage::Pushing(pushing) if pushing.turn() == turn => pushing.pages,
            _ => return Ok(None),
        };
        let mut pages = stored.clone();
        if cx.earlier() == Earlier::PerhapsSent {
            pages.broken_off();
        }
        let scope = self.opened(cx, &asked).await.map_err(Failed::not_sent)?;
        let mut pushing = Pushing {
            host: self,
            cx,
            asked: &asked,
            questions: BTreeMap::new(),
            next: pages.first_left(),
            pages,
            untold: Untold::of(stored),
            row: None,
            halt: None,
        };
        let end = match scope {
            Some(scope) => pushing.run(&scope).await,
            None => Ok(PushingEnd::ConsentOver),
        };
        let Pushing { pages, untold, .. } = pushing;
        let (unheard, sent_before) = (pages.unheard(), pages.sent_before());
        match end {
            Ok(end) => {
                let pages = untold.into_rest();
                Ok(Some(TransferEvent::PushingEnded { turn, pages, unheard, sent_before, end }))
            }
            // Of what may have left everything is stored.
            Err(failed)
                if untold.stored().unheard() == unheard
                    && untold.stored().sent_before() == sent_before =>
            {
                Err(failed.not_sent())
            }
            Err(failed) => Err(failed),
        }
    }

    /// What may leave, with the patient's ABHA number as far as it is known here; none when the
    /// consent has ended.
    async fn opened(&self, cx: &Context<'_>, asked: &Asked) -> Result<Option<Scope>, Failed> {
        let Ok(scope) = self.scope(cx, asked).await? else {
            return Ok(None);
        };
        let number = abha_number(cx, &asked.hip_id, scope.abha_address()).await?;
        Ok(Some(scope.of_number(number)))
    }
}

/// Pages on their way.
struct Pushing<'a> {
    host: &'a TransferHost,
    cx: &'a Context<'a>,
    asked: &'a Asked,
    /// What the hospital is asked for each care context.
    questions: BTreeMap<CareContextReference, RecordsWanted>,
    /// As the transfer will know them, when it is told of what is done.
    pages: Pages,
    /// What is done, and not stored yet.
    untold: Untold,
    /// No page before this one is to be read any more.
    next: u32,
    /// The row of the plan that was read last.
    row: Option<PlannedRecords>,
    /// Why no further page leaves. What is on its way is waited for.
    halt: Option<Halt>,
}

/// Why no further page leaves, the least telling reason first.
enum Halt {
    /// The store failed.
    Failed(Failed),
    /// The HIU could not be reached.
    Unreachable,
    /// The consent has ended.
    ConsentOver,
}

impl Halt {
    const fn rank(&self) -> u8 {
        match self {
            Self::Failed(_) => 0,
            Self::Unreachable => 1,
            Self::ConsentOver => 2,
        }
    }
}

/// A record that was read for a page, or why there is none.
type Read = (u32, RecordsWanted, Result<Record, Unread>);

impl Pushing<'_> {
    /// Pushes until no page is left, or none may leave any more. What is read and what is sent
    /// counts together: at most so many documents are in memory as pages are pushed at a time.
    async fn run(&mut self, scope: &Scope) -> Result<PushingEnd, Failed> {
        let (host, cx, asked) = (self.host, self.cx, self.asked);
        let Some(left) = until(asked.deadline, cx.now()) else {
            return Ok(PushingEnd::TimeOver);
        };
        let deadline = tokio::time::sleep(left);
        tokio::pin!(deadline);
        let questions = scope.questions();
        self.questions = questions
            .map(|wanted| (wanted.care_context.care_context_reference.clone(), wanted))
            .collect();
        let rests_at = cx.now() + TURN;
        let mut reads = FuturesOrdered::new();
        let mut ready = None;
        let mut sends = FuturesUnordered::new();
        let mut tells = FuturesUnordered::new();
        loop {
            while self.halt.is_none()
                && cx.now() < rests_at
                && reads.len() + usize::from(ready.is_some()) + sends.len()
                    < host.facility.pages_at_once
                && let Some(page) = self.pages.next(self.next)
            {
                match self.planned(page).await {
                    Ok((wanted, record)) => reads.push_back(read(host, cx, page, wanted, record)),
                    Err(failed) => self.halts(Halt::Failed(failed)),
                }
                self.next = page.saturating_add(1);
            }
            if self.halt.is_none()
                && let Some((page, record)) = ready.take_if(|_| !self.untold.holds_up_numbers())
            {
                sends.push(self.leaving(page, record).sent(host, cx, asked));
            }
            if tells.is_empty() && self.is_time_to_tell() {
                let done = self.untold.begins_to_tell();
                tells.push(cx.tell(TransferEvent::PagesDone(done)));
            }
            if self.halt.is_some() {
                // What is read when nothing leaves any more is read again another time.
                reads.clear();
                ready = None;
            }
            if sends.is_empty() && tells.is_empty() && reads.is_empty() && ready.is_none() {
                return self.end();
            }
            let waits_to_tell = tells.is_empty() && self.halt.is_none();
            let tell_at = self.untold.tell_at().filter(|_| waits_to_tell);
            let tell_after = tell_at.and_then(|at| until(at, cx.now())).unwrap_or_default();
            tokio::select! {
                biased;
                // First of all: what was answered in time counts.
                Some((page, sent)) = sends.next() => self.was_sent(page, sent),
                () = &mut deadline => return Ok(PushingEnd::TimeOver),
                Some(told) = tells.next() => self.was_told(told),
                Some(read) = reads.next(), if ready.is_none() => {
                    ready = self.decided(scope, read);
                }
                () = tokio::time::sleep(tell_after), if tell_at.is_some() => {}
            }
            cx.progress();
        }
    }

    /// Nothing is on its way any more.
    fn end(&mut self) -> Result<PushingEnd, Failed> {
        match self.halt.take() {
            None => Ok(PushingEnd::Paused),
            Some(Halt::Unreachable) => Ok(PushingEnd::Unreachable),
            Some(Halt::ConsentOver) => Ok(PushingEnd::ConsentOver),
            Some(Halt::Failed(failed)) if self.untold.is_empty() => Err(failed),
            // What is done is told, as patiently as it takes, and the rest is for the next effect.
            Some(Halt::Failed(_)) => Ok(PushingEnd::Paused),
        }
    }

    fn halts(&mut self, why: Halt) {
        if self.halt.as_ref().is_none_or(|known| known.rank() < why.rank()) {
            self.halt = Some(why);
        }
    }

    /// Which record a page brings, and what the hospital is asked for.
    async fn planned(&mut self, page: u32) -> Result<(RecordsWanted, RecordId), Failed> {
        if self.row.as_ref().and_then(|row| row.record(page)).is_none() {
            let key = row_key(&self.asked.transaction_id, page);
            let row = self.cx.row(PLAN_TABLE, &key).await?;
            let read = row.map(|row| row.payload.decode()).transpose();
            self.row = read.map_err(|error| Failed::bury(error.to_string()))?;
        }
        let record = self.row.as_ref().and_then(|row| row.record(page)).cloned();
        let care_context = self.pages.care_context(page);
        let wanted = care_context.and_then(|context| self.questions.get(context)).cloned();
        wanted.zip(record).ok_or_else(|| Failed::retry("the plan of the transfer is not there"))
    }

    /// Lets a record leave, or not. Records are decided on in the order of their pages, so that the
    /// numbers of the pages have no gap.
    fn decided(
        &mut self,
        scope: &Scope,
        (page, wanted, read): Read,
    ) -> Option<(u32, ReleasedRecord)> {
        let released = match read {
            Ok(record) => scope.release(&wanted, record).map_err(|why| not_sent(&wanted, why)),
            Err(why) => Err(why.reported().to_owned()),
        };
        match released {
            Ok(record) => Some((page, record)),
            Err(why) => {
                let number_is_used = self.pages.number_is_used(page);
                self.is_done(page, PageFate::Withheld { why, number_is_used });
                None
            }
        }
    }

    /// A page as it leaves: under the number that it has from now on.
    fn leaving(&mut self, page: u32, record: ReleasedRecord) -> Page {
        let (number, pages) = self.pages.number(page);
        self.pages.leaves(page);
        let key_form = self.pages.key_form();
        let may_have_arrived = self.pages.may_have_arrived(page);
        Page { page, number, pages, key_form, may_have_arrived, record }
    }

    fn was_sent(&mut self, page: u32, sent: Sent) {
        let perhaps = match sent {
            Sent::Done(fate) => return self.is_done(page, fate),
            Sent::Unreachable { perhaps } => {
                self.halts(Halt::Unreachable);
                perhaps
            }
            Sent::Stopped { perhaps, why } => {
                self.halts(match why {
                    Stopped::ConsentOver => Halt::ConsentOver,
                    Stopped::NotLookedUp(failed) => Halt::Failed(failed),
                });
                perhaps
            }
        };
        self.pages.sent_unheard(perhaps.then_some(page));
    }

    fn is_done(&mut self, page: u32, fate: PageFate) {
        let done = PageDone::new(page, fate);
        self.pages.take(std::slice::from_ref(&done));
        self.untold.is_done(done, self.cx.now());
    }

    /// Several pages are told at once, but none late, and before the next page would have to wait.
    /// What comes last is told with the end, and all that is left when nothing leaves any more: a
    /// store that fails is not asked again at once.
    fn is_time_to_tell(&self) -> bool {
        self.halt.is_none()
            && !self.pages.are_done()
            && !self.untold.is_empty()
            && (self.untold.is_pressing(self.cx.now()) || self.pages.wait_for_storing(self.next))
    }

    fn was_told(&mut self, told: Result<(), EngineError>) {
        match told {
            Ok(()) => {
                self.untold.is_told();
                self.pages.reach_as_stored(self.untold.stored());
            }
            Err(error) => {
                self.untold.is_not_told();
                self.halts(Halt::Failed(match error {
                    EngineError::Store(error) => Failed::from(error),
                    error => Failed::retry(error.to_string()),
                }));
            }
        }
    }
}

/// Reads the record of a page.
async fn read(
    host: &TransferHost,
    cx: &Context<'_>,
    page: u32,
    wanted: RecordsWanted,
    record: RecordId,
) -> Read {
    let read = host.read_patiently(cx, &wanted, &record).await;
    (page, wanted, read)
}

/// How long it is until then; `None` when it is past.
fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<Duration> {
    (then - now).to_std().ok().filter(|left| !left.is_zero())
}
