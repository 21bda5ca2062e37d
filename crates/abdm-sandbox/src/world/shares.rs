//! Profiles that patients share, and the facilities' answers that are awaited.

use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, RequestId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::sharing::ShareAcknowledged;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::aging::{Aged, Aging};
use super::{AppCall, ClientId};

/// What a facility says of a share.
pub(crate) type ShareAnswer = Result<ShareAcknowledged, CallbackError>;

/// Who shares what where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) address: AbhaAddress,
    pub(crate) hip: HipId,
    pub(crate) counter: String,
    /// The facility's client, whose answer it must be.
    pub(crate) client: ClientId,
    /// The app's call. Unknown of what was kept before it was noted.
    #[serde(default)]
    pub(crate) by: Option<AppCall>,
}

impl Share {
    /// Whether it is the same patient at the same counter, whatever the app.
    fn is_as(&self, other: &Self) -> bool {
        self.address == other.address && self.hip == other.hip && self.counter == other.counter
    }
}

#[derive(Debug)]
enum State {
    Waiting(oneshot::Sender<ShareAnswer>),
    Answered,
    GivenUp,
}

/// So many shares are remembered.
const REMEMBERED: usize = 20_000;

/// What becomes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The patient's app has it.
    Now,
    /// There was one before.
    Twice,
    /// The patient's app waits no longer.
    TooLate,
    /// Nobody shared anything under this id.
    Unknown,
}

/// The shares, by the `REQUEST-ID` of their callbacks. Forgotten after a day.
#[derive(Debug)]
pub(crate) struct Shares(Aging<RequestId, (Share, State)>);

impl Default for Shares {
    fn default() -> Self {
        Self(Aging::new(TimeDelta::days(1), REMEMBERED))
    }
}

/// What is kept of a share: whether it was answered. An app that waits for the answer does not
/// outlive a restart.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Kept {
    Answered,
    GivenUp,
}

impl Shares {
    pub(crate) fn saved(&self) -> Aged<RequestId, (Share, Kept)> {
        self.0.saved_as(|(share, state)| {
            let kept = match state {
                State::Answered => Kept::Answered,
                State::Waiting(_) | State::GivenUp => Kept::GivenUp,
            };
            (share.clone(), kept)
        })
    }

    pub(crate) fn restored(saved: Aged<RequestId, (Share, Kept)>) -> Self {
        let mut shares = Self::default();
        for (come, id, (share, kept)) in saved {
            let state = match kept {
                Kept::Answered => State::Answered,
                Kept::GivenUp => State::GivenUp,
            };
            shares.0.insert(id, (share, state), come);
        }
        shares
    }

    /// Begins to wait; `None` while the same patient waits at the same counter already.
    pub(crate) fn begin(
        &mut self,
        id: RequestId,
        share: Share,
        now: DateTime<Utc>,
    ) -> Option<oneshot::Receiver<ShareAnswer>> {
        let waits = |(other, state): &(Share, State)| {
            other.is_as(&share) && matches!(state, State::Waiting(_))
        };
        if self.0.values().any(waits) {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.0.insert(id, (share, State::Waiting(sender)), now);
        Some(receiver)
    }

    /// The share that an answer of this client names.
    pub(crate) fn share(&self, id: RequestId, client: &ClientId) -> Option<&Share> {
        self.0.get(&id).map(|(share, _)| share).filter(|share| share.client == *client)
    }

    /// Takes an answer.
    pub(crate) fn answer(&mut self, id: RequestId, answer: ShareAnswer) -> Taken {
        let Some((_, state)) = self.0.get_mut(&id) else {
            return Taken::Unknown;
        };
        match std::mem::replace(state, State::Answered) {
            State::Waiting(app) => match app.send(answer) {
                Ok(()) => Taken::Now,
                Err(_) => Taken::TooLate,
            },
            State::Answered => Taken::Twice,
            State::GivenUp => {
                *state = State::GivenUp;
                Taken::TooLate
            }
        }
    }

    /// Waits no longer.
    pub(crate) fn give_up(&mut self, id: RequestId) {
        if let Some((_, state @ State::Waiting(_))) = self.0.get_mut(&id) {
            *state = State::GivenUp;
        }
    }
}
