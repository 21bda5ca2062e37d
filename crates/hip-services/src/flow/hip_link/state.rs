//! The states, events and effects of a link.

use abdm_core::id::{HipId, RequestId};
use abdm_core::seal::Sealed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::report::Listener;
use super::sending::{AnswerTo, Awaited, Sending};
use crate::api::hip_linking::{ContextNotice, LinkCareContextsRequest};
use crate::flow::{Failure, HeldToken, TokenWord};
use crate::hooks::{AbdmText, HipEvent};
use crate::patient::LinkPatient;

/// Where a link stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HipLinkState {
    /// Nothing has happened yet.
    New,
    /// The link token is on its way.
    AwaitingToken {
        /// The one that ABDM no longer takes, if that is why.
        in_place_of: Option<Sealed>,
        /// Whether it is overdue.
        silent: bool,
    },
    /// The link request is on its way, or its callback.
    Linking {
        /// The token.
        token: HeldToken,
        /// Which visits, by position, are in it: all of them are linked by it, or none.
        batch: Vec<usize>,
        /// Whose answers count for this batch.
        awaited: Awaited,
        /// Whether ABDM has said that something in it is linked already, while an earlier try of it
        /// may have done just that: the word of that try is waited for.
        already: bool,
        /// Whether the callback is overdue.
        silent: bool,
    },
    /// Linked. The patient's apps are being told of the records, one visit after the other.
    Noticing {
        /// Which visit.
        visit: usize,
        /// How often ABDM said that the link is not there yet.
        tries: usize,
        /// The notice on its way, if it is.
        sent: Option<Awaited>,
        /// Which visits' notices were not taken, and why.
        problems: Vec<Failure>,
    },
    /// Linked, and the patient's apps told as far as they could be.
    Finished {
        /// Which notices were not taken, and why. The link stands all the same.
        problems: Vec<Failure>,
    },
    /// Not linked.
    Failed(Failure),
}

/// How far a link is, in the words of the hospital.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HipLinkProgress {
    /// On its way.
    Pending {
        /// When it goes on, where it waits for that: ABDM takes one request for a link token in
        /// seven minutes, and the next leaves then by itself. Told by
        /// [`Link::progress`](crate::Link::progress); a link by itself does not know it.
        goes_on_at: Option<DateTime<Utc>>,
    },
    /// Nobody knows: a callback is overdue, most likely since another callback URL is registered
    /// ([`abdm_core::bridge::check`] tells). Linking the same again tries again, and it is
    /// [`Pending`](Self::Pending) meanwhile: at once, where the link's own callback is overdue;
    /// where the link token's is, when seven minutes have passed since its last request, by itself.
    Unknown,
    /// The care contexts are linked.
    Linked {
        /// Whether all of them had been linked before.
        already: bool,
        /// Whether the notices of the records are through, and how many were not taken.
        notices: Option<usize>,
    },
    /// Some of the care contexts are linked, others are not: see
    /// [`HipLinkFlow::outcomes`](crate::flow::HipLinkFlow::outcomes).
    PartlyLinked {
        /// Why the first of the others is not.
        failure: Failure,
        /// Whether the notices of the records are through, and how many were not taken.
        notices: Option<usize>,
    },
    /// The care contexts are not linked.
    Failed(Failure),
}

/// The answer to a link request, at once or by callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HipLinkAnswer {
    /// Linked.
    Linked,
    /// Linked, said in words that the contract does not know (rulings.md 28).
    LinkedAs(AbdmText),
    /// One of the care contexts had been linked before. If it was the only one, a success; else
    /// nothing is known of the others.
    Already,
    /// ABDM no longer takes the link token: a new one may help, once.
    TokenRefused(Failure),
    /// The link token is another patient's or facility's: it is of no use, now or later.
    TokenMisfit(Failure),
    /// Not linked.
    Refused(Failure),
}

/// The answer to a notice, at once or by callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeAnswer {
    /// Taken.
    Taken,
    /// ABDM does not see the link yet.
    NotYet(Failure),
    /// Not taken.
    Refused(Failure),
}

/// What can happen to a link.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HipLinkEvent {
    /// The hospital asks for it; again, when its outcome is unknown.
    Begin,
    /// It is asked for again, perhaps with corrected details of the patient. They take the place of
    /// the old ones while the link token is awaited, unless they are another person's.
    Again {
        /// As it is asked for now.
        patient: Box<LinkPatient>,
        /// Whether somebody is there to be told that the details can no longer be changed. Else
        /// the link goes on with the old ones.
        by_hand: bool,
    },
    /// Another flow asks for it, and waits for word of it; again, as [`Begin`](Self::Begin).
    Wanted(Listener),
    /// Word of the token.
    Token(TokenWord),
    /// A try of a sending is about to leave. It is said before, so that its callback is known
    /// whatever becomes of the HTTP answer.
    Leaving {
        /// Which sending, as its effect says.
        sending: u32,
        /// The try.
        request: RequestId,
    },
    /// ABDM took the link request.
    LinkAccepted(Sending),
    /// The link request's answer.
    LinkAnswered(AnswerTo, HipLinkAnswer),
    /// No try of the link request had an answer, and why.
    LinkUnanswered(Sending, Failure),
    /// ABDM took the notice.
    NoticeAccepted(Sending),
    /// The notice's answer.
    NoticeAnswered(AnswerTo, NoticeAnswer),
    /// No try of the notice had an answer, and why.
    NoticeUnanswered(Sending, Failure),
    /// Time has passed.
    Woken,
}

/// What a link wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HipLinkEffect {
    /// Send [`LinkCareContexts`](crate::api::hip_linking::LinkCareContexts).
    Link {
        /// Which of the link's sendings it is: what comes of it says so.
        sending: u32,
        /// The facility.
        hip_id: HipId,
        /// With this token.
        token: Sealed,
        /// The body.
        request: LinkCareContextsRequest,
    },
    /// Send [`NotifyContext`](crate::api::hip_linking::NotifyContext).
    Notify {
        /// Which of the link's sendings it is.
        sending: u32,
        /// The body.
        notice: ContextNotice,
    },
    /// Tell the hospital.
    Announce(HipEvent),
}
