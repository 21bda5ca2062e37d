//! Session tokens, the tokens of persons, and the `REQUEST-ID`s that were used.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use abdm_core::id::{RequestId, TxnId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::aging::Aged;
use super::{Aging, ClientId};

/// For so long it is known whose an ended session was.
const KEPT_AFTER_ITS_END: TimeDelta = TimeDelta::hours(1);

/// So many `REQUEST-ID`s are remembered.
const REMEMBERED: usize = 200_000;

/// So many tokens of persons are remembered, for as long as the longest of them lives: a token that
/// renews others (m1-abha.md 3.1).
const PERSONS: usize = 40_000;
const PERSONS_LIFE: TimeDelta = TimeDelta::days(15);

/// So many logins of patients' apps by the sandbox's own doors are remembered.
const APPS: usize = 10_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    client: ClientId,
    ends_at: DateTime<Utc>,
}

/// Which family a person's token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum System {
    /// The ABHA family (`ABHA-N`).
    Number,
    /// The web family of ABHA addresses (`ABHA-A`).
    Web,
    /// The PHR app family (`ABHA-A`).
    App,
}

/// What a person's token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenKind {
    /// The person's profile.
    User,
    /// Choosing among accounts.
    Transfer,
    /// A new token.
    Refresh,
}

/// A person's token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PersonToken {
    pub(crate) kind: TokenKind,
    pub(crate) system: System,
    /// The places of those it stands for among [`People`](super::People): one, but for the choice
    /// of a transfer token.
    pub(crate) people: Vec<usize>,
    /// The ABHA address that was proved, on the families of addresses.
    pub(crate) address: Option<AbhaAddress>,
    /// The transaction that it comes from.
    pub(crate) txn: TxnId,
    pub(crate) ends_at: DateTime<Utc>,
}

/// Who is logged in.
pub(crate) struct Sessions {
    sessions: BTreeMap<String, Session>,
    persons: Aging<Arc<str>, PersonToken>,
    apps: Aging<Arc<str>, AbhaAddress>,
    seen: BTreeSet<RequestId>,
    order: VecDeque<RequestId>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            persons: Aging::new(PERSONS_LIFE, PERSONS),
            apps: Aging::new(PERSONS_LIFE, APPS),
            seen: BTreeSet::new(),
            order: VecDeque::new(),
        }
    }
}

/// What is kept of them. Logins of patients' apps by the sandbox's own doors are not: their tokens
/// are known to nobody outside the process that made them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedSessions {
    sessions: BTreeMap<String, Session>,
    persons: Aged<String, PersonToken>,
    request_ids: VecDeque<RequestId>,
}

impl Sessions {
    pub(crate) fn saved(&self) -> SavedSessions {
        let Self { sessions, persons, apps: _, seen: _, order } = self;
        let persons = persons.saved().into_iter();
        SavedSessions {
            sessions: sessions.clone(),
            persons: persons.map(|(come, token, of)| (come, token.to_string(), of)).collect(),
            request_ids: order.clone(),
        }
    }

    pub(crate) fn restored(saved: SavedSessions) -> Self {
        let SavedSessions { sessions, persons, request_ids } = saved;
        let fresh = Self::default();
        let persons = persons.into_iter().map(|(come, token, of)| (come, token.into(), of));
        Self {
            sessions,
            persons: fresh.persons.restored(persons.collect()),
            apps: fresh.apps,
            seen: request_ids.iter().copied().collect(),
            order: request_ids,
        }
    }

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

    /// Ends the sessions of a client.
    pub(crate) fn end_client(&mut self, client: &ClientId) {
        self.sessions.retain(|_, session| session.client != *client);
    }

    /// Those of clients that stay: nobody else is logged in, and no `REQUEST-ID` was used. Of a
    /// clock that goes back by so much each has what was left of its life.
    pub(crate) fn of_clients(mut self, stays: impl Fn(&ClientId) -> bool, back: TimeDelta) -> Self {
        self.sessions.retain(|_, session| stays(&session.client));
        for session in self.sessions.values_mut() {
            session.ends_at -= back;
        }
        Self { sessions: self.sessions, ..Self::default() }
    }

    /// Notes a person's token.
    pub(crate) fn log_in(&mut self, token: &str, of: PersonToken, now: DateTime<Utc>) {
        self.persons.insert(token.into(), of, now);
    }

    pub(crate) fn person(&self, token: &str) -> Option<&PersonToken> {
        self.persons.get(token)
    }

    /// Ends a person's token.
    pub(crate) fn log_out(&mut self, token: &str) {
        self.persons.remove(token);
    }

    /// Ends every token of a login and of its renewals: they have one transaction.
    pub(crate) fn end_login(&mut self, txn: &TxnId) {
        self.persons.retain(|_, token| token.txn != *txn);
    }

    /// Ends every token of a person: nobody is logged in whose account is gone.
    pub(crate) fn log_out_person(&mut self, place: usize) {
        self.persons.retain(|_, token| !token.people.contains(&place));
    }

    /// Logs a patient's app in by the sandbox's own door, without a proof.
    pub(crate) fn log_in_app(&mut self, token: &str, address: AbhaAddress, now: DateTime<Utc>) {
        self.apps.insert(token.into(), address, now);
    }

    /// Whose app calls the gateway: one that came in by the sandbox's door, or one whose user
    /// logged in on the PHR app family.
    pub(crate) fn app(&self, token: &str, now: DateTime<Utc>) -> Option<&AbhaAddress> {
        let kind = (TokenKind::User, System::App);
        let is_good = |of: &&PersonToken| (of.kind, of.system) == kind && of.ends_at > now;
        let user = || self.persons.get(token).filter(is_good)?.address.as_ref();
        self.apps.get(token).or_else(user)
    }
}

impl super::World {
    /// The ABHA addresses of those who are behind a person's token.
    pub(crate) fn addresses_behind(&self, token: &str) -> Vec<AbhaAddress> {
        if let Some(address) = self.sessions.apps.get(token) {
            return vec![address.clone()];
        }
        let places = self.sessions.persons.get(token).map(|token| token.people.as_slice());
        let people = places.unwrap_or_default().iter().filter_map(|at| self.people.person(*at));
        people.flat_map(|person| person.addresses.iter().cloned()).collect()
    }

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

#[cfg(test)]
mod tests {
    use abdm_core::secret::ClientSecret;

    use super::*;
    use crate::switches::Switches;
    use crate::transcript::Party;
    use crate::world::World;

    /// Thousands of apps log in during a load test; what they had must not stay.
    #[test]
    fn a_state_that_begins_anew_keeps_the_sessions_of_the_clients_that_stay() {
        let mut world = World::new(Switches::default());
        let (now, later) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::minutes(20));
        for (client, party) in [("SBX_CLINIC", Party::Clinic), ("SBX_PHR_APP_1", Party::Phr)] {
            let secret = ClientSecret::new("not-a-secret");
            world.registry.add_client(client.into(), secret, party);
            world.sessions.open(format!("token of {client}"), client.into(), now, later);
        }
        world.begin_anew(TimeDelta::zero());
        let kept: Vec<_> =
            world.sessions.sessions.values().map(|one| one.client.as_str()).collect();
        assert_eq!(kept, ["SBX_CLINIC"]);
    }
}
