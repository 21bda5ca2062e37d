//! Pushes the pages of a transfer, several at a time: reads records while others are on their way,
//! and tells the transfer now and then how far it is, without waiting for that.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use abdm_core::api::consent::ConsentCareContext;
use abdm_flow::EngineError;
use abdm_flow::store::Earlier;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};

use super::budget::{MayLeave, MayRead};
use super::page::{Page, Sent, Stopped};
use super::planning::not_sent;
use super::reading::Unread;
use super::untold::Untold;
use super::{Context, Failed, Performed, TransferHost, abha_number};
use crate::flow::{
    Asked, KeyForm, PLAN_TABLE, PageDone, PageFate, Pages, PlannedRecords, PushingEnd,
    TransferEvent, TransferStage, peer, row_key,
};
use crate::hooks::{Record, RecordId, RecordsWanted};
use crate::scope::{ReleasedRecord, Scope};

/// So long pages leave before other work of this node is let through.
const TURN: TimeDelta = TimeDelta::seconds(5);
/// So long a document waits for room among the pages of other transfers, with none of its own on
/// the way, before other work of this node is let through and it is read again.
const MOST_WAITING: TimeDelta = TimeDelta::seconds(30);
/// What waits for others is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

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
        let likely_form = match pages.key_form() {
            Some(form) => form,
            None => remembered_form(cx, &asked.push_url).await.map_err(Failed::not_sent)?,
        };
        let mut pushing = Pushing {
            host: self,
            cx,
            asked: &asked,
            likely_form,
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
    /// In which form the HIU takes keys, as long as it has not accepted one in this transfer.
    likely_form: KeyForm,
    /// What the hospital is asked for each care context.
    questions: BTreeMap<ConsentCareContext, RecordsWanted>,
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
    /// Other work is let through.
    GivesWay,
    /// The store failed.
    Failed(Failed),
    /// The HIU could not be reached.
    Unreachable,
    /// The HIU's address may not be called.
    Forbidden,
    /// The consent has ended.
    ConsentOver,
}

impl Halt {
    const fn rank(&self) -> u8 {
        match self {
            Self::GivesWay => 0,
            Self::Failed(_) => 1,
            Self::Unreachable => 2,
            Self::Forbidden => 3,
            Self::ConsentOver => 4,
        }
    }
}

/// A record that was read for a page, or why there is none.
struct Read {
    page: u32,
    wanted: RecordsWanted,
    record: Result<Record, Unread>,
    may_read: MayRead,
}

/// A record whose page is the next to leave.
struct Ready {
    page: u32,
    record: ReleasedRecord,
    /// Since when it waits for others.
    since: DateTime<Utc>,
    /// Until it may leave, a large one counts as one that is produced.
    may_read: MayRead,
    may_leave: Option<MayLeave>,
}

impl Ready {
    fn may_leave(&mut self, may_leave: MayLeave) {
        self.may_leave = Some(may_leave);
        self.may_read.is_over();
    }
}

impl Pushing<'_> {
    /// Pushes until no page is left, or none may leave any more. What is read and what is sent
    /// counts together: at most so many documents are in memory as pages are pushed at a time, and
    /// of all transfers no more than the budget allows.
    async fn run(&mut self, scope: &Scope) -> Result<PushingEnd, Failed> {
        let (host, cx, asked) = (self.host, self.cx, self.asked);
        let (budget, at_once) = (&host.facility.budget, host.facility.pages_at_once);
        let Some(left) = until(asked.deadline, cx.now()) else {
            return Ok(PushingEnd::TimeOver);
        };
        let deadline = tokio::time::sleep(left);
        tokio::pin!(deadline);
        let questions = scope.questions();
        self.questions = questions.map(|wanted| (wanted.care_context.clone(), wanted)).collect();
        let rests_at = cx.now() + TURN;
        // At most one asks to read, and one to leave: those of later pages never go before.
        let mut asks_to_read = FuturesUnordered::new();
        let mut may_read = None;
        let mut reads = FuturesOrdered::new();
        let mut read = VecDeque::new();
        let mut ready: Option<Ready> = None;
        let mut asks_to_leave = FuturesUnordered::new();
        let mut sends = FuturesUnordered::new();
        let mut tells = FuturesUnordered::new();
        loop {
            loop {
                let held = reads.len() + read.len() + usize::from(ready.is_some()) + sends.len();
                let wants = self.halt.is_none() && cx.now() < rests_at && held < at_once;
                let Some(page) = self.pages.next(self.next).filter(|_| wants) else {
                    asks_to_read.clear();
                    may_read = None;
                    break;
                };
                if may_read.is_none() && asks_to_read.is_empty() {
                    may_read = budget.may_read_now();
                }
                let Some(may_read) = may_read.take() else {
                    if asks_to_read.is_empty() {
                        asks_to_read.push(budget.may_read());
                    }
                    break;
                };
                match self.planned(page).await {
                    Ok(planned) => reads.push_back(produced(host, cx, page, planned, may_read)),
                    Err(failed) => self.halts(Halt::Failed(failed)),
                }
                self.next = page.saturating_add(1);
            }
            while self.halt.is_none()
                && ready.is_none()
                && let Some(read) = read.pop_front()
            {
                ready = self.decided(scope, read);
            }
            if let Some(ready) = ready.as_mut().filter(|ready| ready.may_leave.is_none()) {
                let size = ready.record.content().len();
                if asks_to_leave.is_empty() {
                    match budget.may_leave_now(size) {
                        Some(may_leave) => ready.may_leave(may_leave),
                        None => asks_to_leave.push(budget.may_leave(size)),
                    }
                }
                let waits_for_others = ready.may_leave.is_none() && sends.is_empty();
                if waits_for_others && cx.now() >= ready.since + MOST_WAITING {
                    self.halts(Halt::GivesWay);
                }
            }
            if self.halt.is_none()
                && let Some(ready) = ready
                    .take_if(|ready| ready.may_leave.is_some() && !self.untold.holds_up_numbers())
            {
                let page = self.leaving(ready.page, ready.record);
                sends.push(sent(host, cx, asked, page, ready.may_leave));
            }
            if tells.is_empty() && self.is_time_to_tell() {
                let done = self.untold.begins_to_tell();
                tells.push(cx.tell(TransferEvent::PagesDone(done)));
            }
            if self.halt.is_some() {
                // What is read when nothing leaves any more is read again another time.
                asks_to_read.clear();
                may_read = None;
                reads.clear();
                read.clear();
                ready = None;
                asks_to_leave.clear();
            }
            let reading = !asks_to_read.is_empty() || !reads.is_empty() || !read.is_empty();
            if sends.is_empty() && tells.is_empty() && !reading && ready.is_none() {
                return self.end();
            }
            let waits_to_tell = tells.is_empty() && self.halt.is_none();
            let tell_at = self.untold.tell_at().filter(|_| waits_to_tell);
            let tell_after = tell_at.and_then(|at| until(at, cx.now())).unwrap_or_default();
            let gives_way_at = match &ready {
                Some(ready) if ready.may_leave.is_none() => Some(ready.since + MOST_WAITING),
                _ => Some(rests_at).filter(|_| !asks_to_read.is_empty()),
            };
            let gives_way_after = gives_way_at.and_then(|at| until(at, cx.now()));
            let look_again = gives_way_after.unwrap_or(SIGN_OF_LIFE).min(SIGN_OF_LIFE);
            tokio::select! {
                biased;
                // First of all: what was answered in time counts.
                Some((page, sent)) = sends.next() => {
                    self.was_sent(page, sent);
                    if let Some(ready) = &mut ready {
                        ready.since = cx.now();
                    }
                }
                () = &mut deadline => return Ok(PushingEnd::TimeOver),
                Some(told) = tells.next() => self.was_told(told),
                Some(may_leave) = asks_to_leave.next() => {
                    if let Some(ready) = &mut ready {
                        ready.may_leave(may_leave);
                    }
                }
                Some(may) = asks_to_read.next() => may_read = Some(may),
                Some(one) = reads.next() => read.push_back(one),
                () = tokio::time::sleep(tell_after), if tell_at.is_some() => {}
                () = tokio::time::sleep(look_again), if gives_way_at.is_some() => {}
            }
            cx.progress();
        }
    }

    /// Nothing is on its way any more.
    fn end(&mut self) -> Result<PushingEnd, Failed> {
        match self.halt.take() {
            None | Some(Halt::GivesWay) => Ok(PushingEnd::Paused),
            Some(Halt::Unreachable) => Ok(PushingEnd::Unreachable),
            Some(Halt::Forbidden) => Ok(PushingEnd::Forbidden),
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
        let care_context = self.pages.care_context(page, self.questions.keys());
        let wanted = care_context.and_then(|context| self.questions.get(context)).cloned();
        wanted.zip(record).ok_or_else(|| Failed::retry("the plan of the transfer is not there"))
    }

    /// Lets a record leave, or not. Records are decided on in the order of their pages, so that the
    /// numbers of the pages have no gap.
    fn decided(&mut self, scope: &Scope, read: Read) -> Option<Ready> {
        let Read { page, wanted, record, may_read } = read;
        let released = match record {
            Ok(record) => scope.release(&wanted, record).map_err(|why| not_sent(&wanted, why)),
            Err(why) => Err(why.reported().to_owned()),
        };
        match released {
            Ok(record) => {
                Some(Ready { page, record, since: self.cx.now(), may_read, may_leave: None })
            }
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
        let likely_form = self.likely_form;
        let may_have_arrived = self.pages.may_have_arrived(page);
        Page { page, number, pages, key_form, likely_form, may_have_arrived, record }
    }

    fn was_sent(&mut self, page: u32, sent: Sent) {
        let perhaps = match sent {
            Sent::Done(fate) => return self.is_done(page, fate),
            Sent::Unreachable { perhaps } => {
                self.halts(Halt::Unreachable);
                perhaps
            }
            Sent::Forbidden { perhaps } => {
                self.halts(Halt::Forbidden);
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
async fn produced(
    host: &TransferHost,
    cx: &Context<'_>,
    page: u32,
    (wanted, record): (RecordsWanted, RecordId),
    mut may_read: MayRead,
) -> Read {
    let record = host.read_patiently(cx, &wanted, &record).await;
    may_read.is_read(record.as_ref().map_or(0, |record| record.content.len()));
    Read { page, wanted, record, may_read }
}

/// Sends a page. Its room is free when nothing of it is in memory any more.
async fn sent(
    host: &TransferHost,
    cx: &Context<'_>,
    asked: &Asked,
    page: Page,
    _may_leave: Option<MayLeave>,
) -> (u32, Sent) {
    page.sent(host, cx, asked).await
}

/// The form that the HIU took the last time; X.509 where none is known.
async fn remembered_form(cx: &Context<'_>, push_url: &str) -> Result<KeyForm, Failed> {
    let row = match peer::row_key(push_url) {
        Some(key) => cx.row(peer::TABLE, &key).await?,
        None => None,
    };
    Ok(row.as_ref().and_then(peer::remembered).unwrap_or(KeyForm::X509))
}

/// How long it is until then; `None` when it is past.
fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<Duration> {
    (then - now).to_std().ok().filter(|left| !left.is_zero())
}
