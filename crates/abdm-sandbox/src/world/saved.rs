//! What of the world is kept in a state file: everything that a restart must not change.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, RequestId, TransactionId, TxnId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::proofs::SavedProofs;
use super::sessions::SavedSessions;
use super::shares::Kept;
use super::tokens::SavedTokens;
use super::user_links::SavedUserLinks;
use super::{
    Aged, AppRecord, AppTransfer, Artefact, Awaited, ClientId, ConsentRequest, Counter, Link,
    People, Proofs, Proved, Registry, Sessions, Share, Shares, TokenRequest, Tokens, Transfer,
    UserLinks, World,
};
use crate::callbacks::CallbackToken;
use crate::faults::Faults;
use crate::played::{Part, Played};
use crate::shared::Shared;
use crate::switches::Switches;

/// A world at rest. What changes seldom is shared with the living one, so that it is quickly made.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedWorld {
    pub(crate) switches: Switches,
    faults: Faults,
    registry: Registry,
    sessions: SavedSessions,
    people: People,
    proofs: SavedProofs,
    enrolments: Aged<TxnId, usize>,
    licence_mobiles: Aged<TxnId, String>,
    proved: Aged<TxnId, (Counter, Proved)>,
    found: Aged<TxnId, Vec<usize>>,
    created: BTreeMap<ClientId, usize>,
    links: Vec<Shared<Link>>,
    token_requests: Vec<TokenRequest>,
    consent_requests: BTreeMap<ConsentRequestId, Shared<ConsentRequest>>,
    artefacts: BTreeMap<ConsentId, Shared<Artefact>>,
    transfers: BTreeMap<TransactionId, Transfer>,
    awaited: BTreeMap<RequestId, Awaited>,
    shares: Aged<RequestId, (Share, Kept)>,
    // Older files have none of these.
    #[serde(default)]
    tokens: SavedTokens,
    #[serde(default)]
    user_links: SavedUserLinks,
    pulled: Vec<((String, HipId, CareContextReference), DateTime<Utc>)>,
    app_transfers: BTreeMap<String, AppTransfer>,
    app_records: Vec<Shared<AppRecord>>,
    /// The facilities that are played. They are back once they have a connection again.
    pub(crate) played: BTreeMap<String, Part>,
    #[cfg(feature = "v0_5")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    auths: Aged<TransactionId, super::Auth>,
    callback_token: Option<CallbackToken>,
    turns: BTreeMap<String, u64>,
    numbers: u64,
    random: u64,
}

impl World {
    /// What is kept. `apps` are the clients under which patients' apps are about to call.
    ///
    /// Every part is named here, so that a new one is not forgotten: it does not compile.
    pub(crate) fn saved(&self, mut apps: BTreeSet<ClientId>) -> SavedWorld {
        let Self {
            switches,
            faults,
            registry,
            sessions,
            people,
            proofs,
            enrolments,
            licence_mobiles,
            proved,
            found,
            created,
            links,
            token_requests,
            consent_requests,
            artefacts,
            transfers,
            awaited,
            shares,
            tokens,
            user_links,
            pulled,
            app_transfers,
            app_records,
            played,
            #[cfg(feature = "v0_5")]
            auths,
            callback_token,
            turns,
            numbers,
            random,
        } = self;
        let reporting = app_transfers.values().filter(|transfer| !transfer.intake.has_ended());
        apps.extend(reporting.map(|transfer| transfer.client().clone()));
        let part =
            |(id, Played { client: _, part }): (&String, &Played)| (id.clone(), part.clone());
        SavedWorld {
            switches: switches.clone(),
            faults: faults.clone(),
            registry: registry.saved(&apps),
            sessions: sessions.saved(),
            people: people.clone(),
            proofs: proofs.saved(),
            enrolments: enrolments.saved(),
            licence_mobiles: licence_mobiles.saved(),
            proved: proved.saved(),
            found: found.saved(),
            created: created.clone(),
            links: links.clone(),
            token_requests: token_requests.clone(),
            consent_requests: consent_requests.clone(),
            artefacts: artefacts.clone(),
            transfers: transfers.clone(),
            awaited: awaited.clone(),
            shares: shares.saved(),
            tokens: tokens.saved(),
            user_links: user_links.saved(),
            pulled: pulled.iter().map(|(of, at)| (of.clone(), *at)).collect(),
            app_transfers: app_transfers.clone(),
            app_records: app_records.clone(),
            played: played.iter().map(part).collect(),
            #[cfg(feature = "v0_5")]
            auths: auths.saved(),
            callback_token: callback_token.clone(),
            turns: turns.iter().map(|(of, turn)| (of.to_string(), *turn)).collect(),
            numbers: *numbers,
            random: *random,
        }
    }

    /// The world as it was kept, but for the facilities that are played.
    pub(crate) fn restored(saved: SavedWorld) -> Self {
        let fresh = Self::new(saved.switches);
        Self {
            switches: fresh.switches,
            faults: saved.faults,
            registry: saved.registry,
            sessions: Sessions::restored(saved.sessions),
            people: saved.people,
            proofs: Proofs::restored(saved.proofs),
            enrolments: fresh.enrolments.restored(saved.enrolments),
            licence_mobiles: fresh.licence_mobiles.restored(saved.licence_mobiles),
            proved: fresh.proved.restored(saved.proved),
            found: fresh.found.restored(saved.found),
            created: saved.created,
            links: saved.links,
            token_requests: saved.token_requests,
            consent_requests: saved.consent_requests,
            artefacts: saved.artefacts,
            transfers: saved.transfers,
            awaited: saved.awaited,
            shares: Shares::restored(saved.shares),
            tokens: Tokens::restored(saved.tokens),
            user_links: UserLinks::restored(saved.user_links),
            pulled: saved.pulled.into_iter().collect(),
            app_transfers: saved.app_transfers,
            app_records: saved.app_records,
            played: fresh.played,
            #[cfg(feature = "v0_5")]
            auths: fresh.auths.restored(saved.auths),
            callback_token: saved.callback_token,
            turns: saved.turns.into_iter().map(|(of, turn)| (of.into(), turn)).collect(),
            numbers: saved.numbers,
            random: saved.random,
        }
    }
}
