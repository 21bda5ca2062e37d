//! What a link tells the flow that wished for it.

use abdm_flow::store::FlowId;
use abdm_flow::{Flow as _, Step};
use serde::{Deserialize, Serialize};

use super::{ContextOutcome, HipLinkFlow, HipLinkState, LinkStep};
use crate::flow::{AutoLinkFlow, BackfillFlow, Failure};
use crate::patient::LinkPatient;

/// A flow that wishes for a link, and waits for word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Listener {
    /// Of which kind it is.
    pub kind: ListenerKind,
    /// Which.
    pub flow: FlowId,
    /// Its own number for the wish.
    pub wish: u64,
}

/// The kinds of flows that wish for links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ListenerKind {
    /// [`AutoLinkFlow`].
    AutoLink,
    /// [`BackfillFlow`].
    Backfill,
}

impl ListenerKind {
    const fn of_flow(self) -> &'static str {
        match self {
            Self::AutoLink => AutoLinkFlow::KIND,
            Self::Backfill => BackfillFlow::KIND,
        }
    }
}

/// Word of a link that was wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkReport {
    /// The number of the wish.
    pub wish: u64,
    /// The patient and the visits, as the link has them.
    pub patient: LinkPatient,
    /// What is known.
    pub word: LinkWord,
}

impl LinkReport {
    /// A report.
    #[must_use]
    pub const fn new(wish: u64, patient: LinkPatient, word: LinkWord) -> Self {
        Self { wish, patient, word }
    }
}

/// What is known of a link that was wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LinkWord {
    /// Nothing: a callback is overdue. The link goes on and takes a late one; another word follows.
    Unknown {
        /// Whether it is the callback of the link token. That is not asked for again because of
        /// this (m2-hip.md 11 A).
        of_token: bool,
    },
    /// It is over.
    Over {
        /// What became of each visit, in their order.
        outcomes: Vec<ContextOutcome>,
        /// Which notices of records were not taken, and why.
        problems: Vec<Failure>,
        /// Whether there was no link token: then it costs the patient one of the few requests of
        /// the day to try again.
        no_token: bool,
    },
}

/// What a flow tells the link that it wants, which begins by this.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WishForLink {
    /// The patient and the visits.
    pub(crate) patient: LinkPatient,
    /// Whether they are linked already, so that only the notice of the records is wanted.
    pub(crate) notice_only: bool,
    /// Of which kind the flow is.
    pub(crate) by: ListenerKind,
    /// Its own number for the wish.
    pub(crate) wish: u64,
}

impl WishForLink {
    pub(crate) const SUBJECT: &'static str = "WishForLink";
}

/// What a link tells a flow that wished for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WordOfLink {
    /// Which flow.
    pub(crate) flow: FlowId,
    /// What.
    pub(crate) report: LinkReport,
}

impl WordOfLink {
    pub(crate) const SUBJECT: &'static str = "WordOfLink";
}

impl HipLinkFlow {
    /// One more flow waits for word. One that comes when all is over is told at once.
    pub(super) fn listen(&mut self, listener: Listener) -> LinkStep {
        if let Some(word) = self.last_word() {
            return self.tell(Step::nothing(), listener, word);
        }
        if !self.listeners.contains(&listener) {
            self.listeners.push(listener);
        }
        Step::nothing()
    }

    /// Tells whoever waits, when there is news.
    pub(super) fn report(&mut self, was_overdue: bool, step: LinkStep) -> LinkStep {
        if let Some(word) = self.last_word() {
            let listeners = std::mem::take(&mut self.listeners);
            let tell = |step, listener| self.tell(step, listener, word.clone());
            return listeners.into_iter().fold(step, tell);
        }
        if was_overdue || !self.is_overdue() {
            return step;
        }
        let of_token = matches!(self.state, HipLinkState::AwaitingToken { .. });
        let tell =
            |step, listener: &Listener| self.tell(step, *listener, LinkWord::Unknown { of_token });
        self.listeners.iter().fold(step, tell)
    }

    fn tell(&self, step: LinkStep, listener: Listener, word: LinkWord) -> LinkStep {
        let report = LinkReport::new(listener.wish, self.patient.clone(), word);
        let word = WordOfLink { flow: listener.flow, report };
        step.note(listener.kind.of_flow(), WordOfLink::SUBJECT, &word)
    }

    /// What is known at the end.
    fn last_word(&self) -> Option<LinkWord> {
        let problems = match &self.state {
            HipLinkState::Finished { problems } => problems.clone(),
            HipLinkState::Failed(_) => Vec::new(),
            _ => return None,
        };
        let nothing = || ContextOutcome::NotLinked(Failure::new("it was not tried"));
        let outcomes = self.outcomes.iter().map(|known| known.clone().unwrap_or_else(nothing));
        Some(LinkWord::Over { outcomes: outcomes.collect(), problems, no_token: self.no_token })
    }

    /// Whether a callback is overdue.
    pub(super) const fn is_overdue(&self) -> bool {
        matches!(
            self.state,
            HipLinkState::AwaitingToken { silent: true, .. }
                | HipLinkState::Linking { silent: true, .. }
        )
    }
}
