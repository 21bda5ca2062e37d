//! Session tokens, the tokens of persons, and the `REQUEST-ID`s that were used.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use abdm_core::id::RequestId;
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, TimeDelta, Utc};

use super::ClientId;

/// For so long it is known whose an ended session was.
const KEPT_AFTER_ITS_END: TimeDelta = TimeDelta::hours(1);

/// So many `REQUEST-ID`s are remembered.
const REMEMBERED: usize = 200_000;

#[derive(Debug)]
struct Session {
    client: ClientId,
    ends_at: DateTime<Utc>,
}

/// Whose proof a person's token is.
#[derive(Debug, Clone)]
pub(crate) struct PersonToken {
    /// The person's place among [`People`](super::People).
    pub(crate) person: usize,
    pub(crate) ends_at: DateTime<Utc>,
}

/// Who is logged in.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    sessions: BTreeMap<String, Session>,
    persons: BTreeMap<String, PersonToken>,
    apps: BTreeMap<String, AbhaAddress>,
    seen: BTreeSet<RequestId>,
    order: VecDeque<RequestId>,
}

impl Sessions {
    pub(crate) fn open(
        &mut self,
        token: String,
        client: ClientId,
        now: DateTime<Utc>,
        ends_at: DateTime<Utc>,
    ) {
        // Ended ones are kept for a while: transcripts still want to know whose they were.
        self.sessions.retain(|_, session| session.ends_at + KEPT_AFTER_ITS_END > now);
        self.sessions.insert(token, Session { client, ends_at });
    }

    /// Ends every session now: the next call of each client gets 401 900901.
    pub(crate) fn end_all(&mut self, now: DateTime<Utc>) {
        for session in self.sessions.values_mut() {
            session.ends_at = now;
        }
    }

    pub(crate) fn log_in(&mut self, token: String, person: usize, ends_at: DateTime<Utc>) {
        self.persons.insert(token, PersonToken { person, ends_at });
    }

    pub(crate) fn person(&self, token: &str) -> Option<&PersonToken> {
        self.persons.get(token)
    }

    /// Logs a patient's app in.
    pub(crate) fn log_in_app(&mut self, token: String, address: AbhaAddress) {
        self.apps.insert(token, address);
    }

    pub(crate) fn app(&self, token: &str) -> Option<&AbhaAddress> {
        self.apps.get(token)
    }
}

impl super::World {
    /// The client of a token that is good now.
    pub(crate) fn session_owner(&self, token: &str, now: DateTime<Utc>) -> Option<ClientId> {
        let session = self.sessions.sessions.get(token).filter(|session| session.ends_at > now)?;
        Some(session.client.clone())
    }

    /// The client that a token was given to, good or not.
    pub(crate) fn token_owner(&self, token: &str) -> Option<ClientId> {
        Some(self.sessions.sessions.get(token)?.client.clone())
    }

    /// Whether a `REQUEST-ID` was used before; from now on it was.
    pub(crate) fn request_was_seen(&mut self, id: RequestId) -> bool {
        let sessions = &mut self.sessions;
        if !sessions.seen.insert(id) {
            return true;
        }
        sessions.order.push_back(id);
        if sessions.order.len() > REMEMBERED
            && let Some(oldest) = sessions.order.pop_front()
        {
            sessions.seen.remove(&oldest);
        }
        false
    }
}
