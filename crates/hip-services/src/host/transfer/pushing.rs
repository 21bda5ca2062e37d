//! Pushes the pages of a transfer, several at a time: reads each record when its turn is near, looks
//! at the consent when its page leaves, and tells the transfer now and then how far it is.

use std::collections::BTreeMap;
use std::time::Duration;

use abdm_core::id::CareContextReference;
use abdm_core::person::AbhaNumber;
use abdm_flow::EngineError;
use abdm_flow::store::Earlier;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};

use super::page::{Page, Sent};
use super::planning::not_sent;
use super::reading::Unread;
use super::{Context, Failed, Performed, TransferHost, abha_number};
use crate::flow::{
    Asked, PLAN_TABLE, PageDone, PageFate, Pages, PlannedRecords, PushingEnd, TIME_OVER,
    TransferEvent, TransferStage, row_key,
};
use crate::hooks::{Record, RecordId, RecordsWanted};

/// After so many pages the transfer is told of them.
const PAGES_TOLD_AT_ONCE: usize = 8;
/// What is done waits no longer than this to be told.
const TOLD_AFTER: TimeDelta = TimeDelta::seconds(1);
/// So long pages are pushed before other work of this node is let through.
const TURN: TimeDelta = TimeDelta::minutes(1);

impl TransferHost {
    /// Pushes what is left of a transfer.
    pub(super) async fn push_pages(&self, cx: &Context<'_>, turn: u32) -> Performed {
        let flow = cx.own_flow()?;
        let asked = flow.asked();
        let mut pages = match flow.stage {
            TransferStage::Pushing(pushing) if pushing.turn() == turn => pushing.pages,
            _ => return Ok(None),
        };
        if cx.earlier() == Earlier::PerhapsSent {
            pages.broken_off();
        }
        let mut pushing = Pushing {
            host: self,
            cx,
            asked: &asked,
            next: pages.first_left(),
            pages,
            done: Vec::new(),
            waits_since: None,
            row: None,
            questions: BTreeMap::new(),
            number: None,
            has_sent: false,
        };
        match pushing.run().await {
            Ok(end) => {
                let (pages, unheard) = (pushing.done, pushing.pages.unheard());
                Ok(Some(TransferEvent::PushingEnded { turn, pages, unheard, end }))
            }
            Err(failed) if pushing.has_sent => Err(failed),
            Err(failed) => Err(failed.not_sent()),
        }
    }
}

/// Pages on their way.
struct Pushing<'a> {
    host: &'a TransferHost,
    cx: &'a Context<'a>,
    asked: &'a Asked,
    /// As the transfer will know them, when it is told of what is done.
    pages: Pages,
    /// What is dealt with, and not told yet.
    done: Vec<PageDone>,
    /// Since when the first of it waits to be told.
    waits_since: Option<DateTime<Utc>>,
    /// No page before this one is to be read any more.
    next: u32,
    /// The row of the plan that was read last.
    row: Option<PlannedRecords>,
    /// What the hospital is asked for each care context.
    questions: BTreeMap<CareContextReference, RecordsWanted>,
    /// The patient's ABHA number, as far as it is known here.
    number: Option<AbhaNumber>,
    has_sent: bool,
}

/// A record that was read for a page, or why there is none.
type Read = (u32, RecordsWanted, Result<Record, Unread>);

/// What follows when a page's record was read.
enum Decided {
    Leaves(Page),
    Stays,
    ConsentOver,
}

impl Pushing<'_> {
    /// Pushes until no page is left, or none may leave any more. What is read and what is sent
    /// counts together: at most so many documents are in memory as pages are pushed at a time.
    async fn run(&mut self) -> Result<PushingEnd, Failed> {
        let (host, cx, asked) = (self.host, self.cx, self.asked);
        let time_over = || Ok(PushingEnd::GivenUp(TIME_OVER.to_owned()));
        let Some(left) = until(asked.deadline, cx.now()) else {
            return time_over();
        };
        let deadline = tokio::time::sleep(left);
        tokio::pin!(deadline);
        if !self.begins().await? {
            return Ok(PushingEnd::ConsentOver);
        }
        let rests_at = cx.now() + TURN;
        let mut end = None;
        let mut reads = FuturesOrdered::new();
        let mut sends = FuturesUnordered::new();
        loop {
            while end.is_none()
                && cx.now() < rests_at
                && reads.len() + sends.len() < host.facility.pages_at_once
                && let Some(page) = self.pages.next(self.next)
            {
                let (wanted, record) = self.planned(page).await?;
                reads.push_back(read(host, cx, page, wanted, record));
                self.next = page.saturating_add(1);
            }
            // What is read when the end is known does not leave any more.
            if sends.is_empty() && (reads.is_empty() || end.is_some()) {
                return Ok(end.unwrap_or(PushingEnd::Paused));
            }
            let tell_at = self.waits_since.map_or(cx.now(), |since| since + TOLD_AFTER);
            let tell_after = until(tell_at, cx.now()).unwrap_or_default();
            tokio::select! {
                biased;
                () = &mut deadline => return time_over(),
                Some((page, sent)) = sends.next() => match sent {
                    Sent::Done(fate) => self.is_done(page, fate),
                    Sent::Unreachable { perhaps } => {
                        self.pages.sent_unheard(perhaps.then_some(page));
                        end.get_or_insert(PushingEnd::Unreachable);
                    }
                },
                Some(read) = reads.next(), if end.is_none() => match self.decided(read).await? {
                    Decided::Leaves(page) => {
                        self.has_sent = true;
                        sends.push(page.sent(host, cx, asked));
                    }
                    Decided::Stays => {}
                    Decided::ConsentOver => end = Some(PushingEnd::ConsentOver),
                },
                () = tokio::time::sleep(tell_after), if self.waits_since.is_some() => {}
            }
            cx.progress();
            self.tell_in_time().await?;
        }
    }

    /// What the hospital will be asked for; whether the consent lives.
    async fn begins(&mut self) -> Result<bool, Failed> {
        let Ok(scope) = self.host.scope(self.cx, self.asked).await? else {
            return Ok(false);
        };
        self.questions = scope
            .questions()
            .map(|wanted| (wanted.care_context.care_context_reference.clone(), wanted))
            .collect();
        self.number = abha_number(self.cx, &self.asked.hip_id, scope.abha_address()).await?;
        Ok(true)
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

    /// Looks at the consent, and lets the record leave or not. Records are decided on in the order
    /// of their pages, so that the numbers of the pages have no gap.
    async fn decided(&mut self, (page, wanted, read): Read) -> Result<Decided, Failed> {
        let record = match read {
            Ok(record) => record,
            Err(why) => return Ok(self.stays(page, why.reported().to_owned())),
        };
        let Ok(scope) = self.host.scope(self.cx, self.asked).await? else {
            return Ok(Decided::ConsentOver);
        };
        let scope = scope.of_number(self.number.clone());
        let Some(wanted) = scope.question(&wanted.care_context.care_context_reference) else {
            return Ok(Decided::ConsentOver);
        };
        let record = match scope.release(&wanted, record) {
            Ok(record) => record,
            Err(why) => return Ok(self.stays(page, not_sent(&wanted, why))),
        };
        let (number, pages) = self.pages.number(page);
        let key_form = self.pages.key_form();
        let may_have_arrived = self.pages.may_have_arrived(page);
        Ok(Decided::Leaves(Page { page, number, pages, key_form, may_have_arrived, record }))
    }

    fn stays(&mut self, page: u32, why: String) -> Decided {
        self.is_done(page, PageFate::Withheld(why));
        Decided::Stays
    }

    fn is_done(&mut self, page: u32, fate: PageFate) {
        let done = PageDone::new(page, fate);
        self.pages.take(std::slice::from_ref(&done));
        self.done.push(done);
        self.waits_since.get_or_insert(self.cx.now());
    }

    /// Tells the transfer what is done: several pages at once, but none late, and before the next
    /// page would have to wait. What comes last is told with the end.
    async fn tell_in_time(&mut self) -> Result<(), Failed> {
        let Some(since) = self.waits_since.filter(|_| !self.pages.are_done()) else {
            return Ok(());
        };
        let is_time = self.done.len() >= PAGES_TOLD_AT_ONCE
            || self.cx.now() >= since + TOLD_AFTER
            || self.pages.wait_for_storing(self.next);
        if !is_time {
            return Ok(());
        }
        self.waits_since = None;
        let done = std::mem::take(&mut self.done);
        self.cx.tell(TransferEvent::PagesDone(done)).await.map_err(|error| match error {
            EngineError::Store(error) => Failed::from(error),
            error => Failed::retry(error.to_string()),
        })?;
        self.pages.reach_further();
        // A link token that came meanwhile has told the number.
        if let Some(wanted) = self.questions.values().next() {
            let (hip_id, address) = (&self.asked.hip_id, &wanted.abha_address);
            self.number = abha_number(self.cx, hip_id, address).await?;
        }
        Ok(())
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
