//! The states, events and effects of a link token.

use abdm_core::id::{HipId, RequestId};
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::seal::Sealed;
use abdm_flow::store::FlowId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::LinkTokenRequest;
use crate::api::patient_status::AbhaStanding;
use crate::flow::{AnswerTo, Failure};

/// Where a link token stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LinkTokenState {
    /// There is none, and nothing is under way.
    Missing,
    /// It will be asked for, not before this time.
    Postponed {
        /// What will be asked.
        request: LinkTokenRequest,
        /// When.
        until: DateTime<Utc>,
    },
    /// It is being asked for.
    Asked {
        /// What is asked.
        request: LinkTokenRequest,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// No answer has come in time: unknown. A late answer is still welcome.
    Silent {
        /// What was asked.
        request: LinkTokenRequest,
        /// When.
        since: DateTime<Utc>,
    },
    /// It is there.
    Held(HeldToken),
    /// ABDM gave none.
    Refused(Failure),
    /// ABDM has blocked the address.
    Blocked {
        /// Until when, as far as is known.
        until: DateTime<Utc>,
        /// What ABDM said.
        failure: Failure,
    },
}

/// A link token, sealed, and what must be known to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeldToken {
    /// The token itself.
    pub token: Sealed,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The ABHA number that it is made for, if it was asked for with one: then every link request
    /// must name it.
    #[serde(with = "digits::option")]
    pub abha_number: Option<AbhaNumber>,
    /// For how many more links it is good, where the patient has given it by proving themselves
    /// (V0.5). A token that was asked for has no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
}

/// What a link is told about the token it wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TokenWord {
    /// Here it is.
    Ready(HeldToken),
    /// No answer so far; perhaps later.
    Silent,
    /// There will be none.
    Refused(Failure),
}

/// What can happen to a link token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LinkTokenEvent {
    /// A link wants it.
    Wanted {
        /// Which link.
        by: FlowId,
        /// The patient as the ABHA profile has them.
        request: LinkTokenRequest,
        /// A token that ABDM no longer takes.
        in_place_of: Option<Sealed>,
    },
    /// A request is about to leave. It is said before, so that its callback is known for what it
    /// answers, whatever becomes of the HTTP answer.
    Leaving {
        /// Which sending, as its effect says.
        sending: u32,
        /// Its `REQUEST-ID`.
        request: RequestId,
    },
    /// ABDM took the request (202).
    Accepted {
        /// Which.
        sending: u32,
    },
    /// The request has certainly not left.
    NotSent {
        /// Which.
        sending: u32,
        /// Why.
        failure: Failure,
    },
    /// The request may have arrived: no answer came, or the process died over it.
    Unclear,
    /// ABDM refused a request.
    Refused(AnswerTo, Failure),
    /// The token has come.
    Issued {
        /// The request that it answers.
        request: RequestId,
        /// Sealed.
        token: Sealed,
        /// Its `exp`.
        expires_at: DateTime<Utc>,
        /// The ABHA number that it names, if any.
        abha_number: Option<AbhaNumber>,
    },
    /// There is no asking for one: the patient must prove themselves (V0.5). Nothing was sent.
    #[cfg(feature = "v0_5")]
    NeedsPatient {
        /// Which request was not made.
        sending: u32,
        /// What is to be done.
        failure: Failure,
    },
    /// The patient has proved themselves, and given a token by it (V0.5).
    #[cfg(feature = "v0_5")]
    Given {
        /// The token.
        token: HeldToken,
        /// The authentication, which is told that the token is here.
        by: FlowId,
    },
    /// The token in hand is of no use: ABDM says that it is another patient's or facility's, or the
    /// hospital wants it gone.
    Dropped {
        /// Which; `None` for whichever it is.
        token: Option<Sealed>,
    },
    /// ABDM says how the patient's account stands (m2-hip.md 9).
    Account(AccountWord),
    /// Time has passed.
    Woken,
}

/// How a patient's account stands, and since when that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountWord {
    /// How it stands.
    pub standing: AbhaStanding,
    /// Which of two words is the newer: notes have no order among each other.
    pub since: DateTime<Utc>,
}

impl AccountWord {
    /// It stands so since then.
    #[must_use]
    pub const fn new(standing: AbhaStanding, since: DateTime<Utc>) -> Self {
        Self { standing, since }
    }
}

/// What a link token wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LinkTokenEffect {
    /// Send [`GenerateLinkToken`](crate::api::hip_linking::GenerateLinkToken), once.
    Request {
        /// Which of the requests it is: what comes of it says so.
        sending: u32,
        /// The facility.
        hip_id: HipId,
        /// The body.
        request: LinkTokenRequest,
    },
    /// Tell the operator that the next request leaves later.
    Waits {
        /// When it leaves.
        until: DateTime<Utc>,
    },
}

/// What a link tells the patient's link token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum WordForToken {
    /// The token is wanted.
    Wanted {
        /// The patient as the ABHA profile has them.
        request: LinkTokenRequest,
        /// A token that ABDM no longer takes.
        in_place_of: Option<Sealed>,
    },
    /// This token is of no use.
    Dropped {
        /// The patient.
        abha_address: AbhaAddress,
        /// The token.
        token: Sealed,
    },
    /// The patient's account stands so.
    Account {
        /// The patient.
        abha_address: AbhaAddress,
        /// How it stands.
        word: AccountWord,
    },
}

/// What a link token tells a link that wants it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WordForLink {
    /// Which link.
    pub(crate) link: FlowId,
    /// What.
    pub(crate) word: TokenWord,
}

/// What a patient's authentication gives a facility: a note to the link token.
#[cfg(feature = "v0_5")]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GivenToken {
    /// The patient.
    pub(crate) abha_address: AbhaAddress,
    /// The token.
    pub(crate) token: HeldToken,
}

#[cfg(feature = "v0_5")]
impl GivenToken {
    pub(crate) const SUBJECT: &'static str = "LinkTokenGivenByPatient";
}

/// The names under which these stand in an inbox.
impl WordForToken {
    pub(crate) const SUBJECT: &'static str = "WordForLinkToken";
}

impl WordForLink {
    pub(crate) const SUBJECT: &'static str = "WordOfLinkToken";
}
