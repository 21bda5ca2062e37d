//! What is under way: callbacks, and whatever the consent manager, the patients' apps and the
//! played facilities are about to do.
//!
//! Each is a value that tells how far it has come, not only a running function: so it can be kept
//! in a state file, and goes on from there after a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::callbacks::{self, Delivery};
use crate::engine::Engine;
use crate::journal::{OnItsWay, Way};
use crate::played::{self, Arrived, Report};
use crate::pushes::{self, LastPage};
use crate::services::{self, AppReport, DataRequest, GrantAgain, GrantAtOnce, NewRecord};
use crate::world::ClientId;

/// Something to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Work {
    /// A callback is to be delivered.
    Callback(Box<Delivery>),
    /// The consent manager passes a data request on.
    DataRequest(Box<DataRequest>),
    /// A patient's app grants a consent request at once.
    GrantAtOnce(GrantAtOnce),
    /// A grant comes once more.
    GrantAgain(GrantAgain),
    /// A patient's app asks for a new record.
    NewRecord(Box<NewRecord>),
    /// All pages of a transfer are in, and its receiver waits for what is missing.
    LastPage(LastPage),
    /// A patient's app reports a transfer.
    AppReport(AppReport),
    /// A played facility acts on what it got.
    Played(Box<Arrived>),
    /// A played HIU reports a transfer.
    PlayedReport(Report),
}

impl Work {
    /// As what it stands in the list of what is on its way, and whose callback it is.
    fn shown(&self) -> OnItsWay {
        match self {
            Self::Callback(delivery) => delivery.shown(),
            Self::DataRequest(_) => OnItsWay::new("a data request of the consent manager"),
            Self::GrantAtOnce(_) => OnItsWay::new("the patient's app grants at once"),
            Self::GrantAgain(_) => OnItsWay::new("a grant comes once more"),
            Self::NewRecord(_) => OnItsWay::new("the patient's app asks for a new record"),
            Self::LastPage(_) => OnItsWay::new("a receiver waits for the missing records"),
            Self::AppReport(_) => OnItsWay::new("the patient's app reports a transfer"),
            Self::Played(_) => OnItsWay::new("a played facility acts"),
            Self::PlayedReport(_) => OnItsWay::new("a played facility reports a transfer"),
        }
    }
}

impl Work {
    /// The client under which a patient's app is about to call.
    pub(crate) const fn app(&self) -> Option<&ClientId> {
        match self {
            Self::NewRecord(record) => record.client(),
            Self::AppReport(report) => Some(report.client()),
            _ => None,
        }
    }
}

/// All works, by their numbers in the journal.
///
/// The lock is a leaf: whoever holds the world may take it, and nothing is asked for while it is
/// held.
#[derive(Debug)]
pub(crate) struct Pending(Mutex<BTreeMap<u64, Work>>);

impl From<BTreeMap<u64, Work>> for Pending {
    fn from(works: BTreeMap<u64, Work>) -> Self {
        Self(Mutex::new(works))
    }
}

impl Pending {
    pub(crate) fn works(&self) -> MutexGuard<'_, BTreeMap<u64, Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A work that is being done.
pub(crate) struct Errand {
    engine: Arc<Engine>,
    way: Way,
    resumed: bool,
}

impl Errand {
    pub(crate) const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(crate) const fn way(&self) -> &Way {
        &self.way
    }

    /// Whether it goes on after a restart: its last step may have been done before.
    pub(crate) const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Notes how far it has come: from there it goes on after a restart. Of a state that began anew
    /// nothing is noted any more.
    pub(crate) fn note(&self, so_far: Work) {
        if let Some(work) = self.engine.pending().works().get_mut(&self.way.number()) {
            *work = so_far;
        }
        self.engine.changed();
    }

    /// It is done: it will not be done again after a restart. Said while the world is held where
    /// its last act must not be saved without this.
    pub(crate) fn done(&self) {
        self.engine.pending().works().remove(&self.way.number());
        self.engine.changed();
    }
}

impl Engine {
    /// Does something, now or after a restart.
    pub(crate) fn undertake(self: &Arc<Self>, work: Work) {
        let way = self.journal().begin(work.shown());
        self.undertake_as(way, work);
    }

    /// The same for what is on its way already.
    pub(crate) fn undertake_as(self: &Arc<Self>, way: Way, work: Work) {
        self.pending().works().insert(way.number(), work.clone());
        self.carry_out(way, work, false);
    }

    /// Goes on with what a restart has interrupted.
    pub(crate) fn resume(self: &Arc<Self>) {
        let works = self.pending().works().clone();
        let ways = works.into_iter().map(|(number, work)| {
            (self.journal().resume(OnItsWay { number, ..work.shown() }), work)
        });
        // All of them are on their way before the first one looks at what else is.
        for (way, work) in ways.collect::<Vec<_>>() {
            self.carry_out(way, work, true);
        }
    }

    fn carry_out(self: &Arc<Self>, way: Way, work: Work, resumed: bool) {
        let errand = Errand { engine: Arc::clone(self), way, resumed };
        self.spawn(async move {
            match work {
                Work::Callback(delivery) => callbacks::deliver(&errand, *delivery).await,
                Work::DataRequest(request) => services::pass_on(&errand, *request).await,
                Work::GrantAtOnce(grant) => services::grant_at_once(&errand, grant).await,
                Work::GrantAgain(again) => services::grant_again(&errand, again).await,
                Work::NewRecord(record) => services::ask_for_record(&errand, *record).await,
                Work::LastPage(last) => pushes::wait_for_page(&errand, last).await,
                Work::AppReport(report) => services::report_to_manager(&errand, report).await,
                Work::Played(arrived) => played::act(&errand, *arrived).await,
                Work::PlayedReport(report) => played::report(&errand, report).await,
            }
            errand.done();
        });
    }
}
