//! Everything that the sandbox knows, in one place behind one lock.
//!
//! Pure state: nothing here waits, sends or reads a clock.

mod aging;
mod app;
mod app_call;
#[cfg(feature = "v0_5")]
mod auths;
mod bounds;
mod consents;
mod links;
mod people;
mod proofs;
mod proved;
mod registry;
mod room;
mod saved;
mod sessions;
mod shares;
mod tokens;
mod transfers;
mod user_links;

use std::borrow::Cow;
use std::collections::BTreeMap;

use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, RequestId, TransactionId, TxnId,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::aging::{Aged, Aging};
pub use self::app::AppRecord;
pub(crate) use self::app::AppTransfer;
pub(crate) use self::app_call::AppCall;
#[cfg(feature = "v0_5")]
pub(crate) use self::auths::Auth;
pub(crate) use self::consents::{Artefact, ConsentRequest};
pub(crate) use self::links::{Link, TokenRequest, TokenTurn};
pub(crate) use self::people::{
    Account, AccountChange, AccountKind, AccountState, Home, PHOTO, PROGRAMME, People, Person,
};
pub use self::people::{Patient, PatientDetails};
pub(crate) use self::proofs::{Counter, Expected, Limits, Proof, Proofs, Sent, WrongProof};
pub(crate) use self::proved::Proved;
pub use self::registry::{ClientId, Facility, Role};
pub(crate) use self::registry::{PHR_HIU_ID, Registry};
pub(crate) use self::saved::SavedWorld;
pub(crate) use self::sessions::{PersonToken, Sessions, System, TokenKind};
pub(crate) use self::shares::{Share, ShareAnswer, Shares, Taken};
pub(crate) use self::tokens::{TokenQuestion, Tokens};
pub(crate) use self::transfers::{Reporter, Transfer};
pub use self::user_links::{AppAnswer, UserLink};
pub(crate) use self::user_links::{Asked, UserLinking, UserLinks};
use crate::callbacks::CallbackToken;
use crate::faults::Faults;
use crate::played::PlayedParties;
use crate::shared::Shared;
use crate::switches::Switches;

/// For so long a transaction may go on after a proof. V3 publishes no figure.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// So many transactions of a kind are remembered.
const TRANSACTIONS: usize = 20_000;

/// A span in seconds. More than a time can be moved by is cut to a hundred years.
pub(crate) fn seconds(seconds: i64) -> TimeDelta {
    const CENTURY: i64 = 36_525 * 86_400;
    TimeDelta::seconds(seconds.clamp(-CENTURY, CENTURY))
}

/// Which message of the sandbox a `response.requestId` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Awaited {
    /// The HIP's acknowledgement of a consent notice.
    HipNotice {
        consent: ConsentId,
        /// When the HIP was told last, by the clock that nobody moves.
        sent_at: Option<DateTime<Utc>>,
    },
    /// The HIU's acknowledgement of a decision.
    HiuDecision(ConsentRequestId),
    /// The HIP's answer to a data request.
    HipRequest(TransactionId),
    /// The HIP's acknowledgement of a notice of a patient's account.
    AccountNotice(HipId),
}

/// The state of the sandbox.
pub(crate) struct World {
    pub(crate) switches: Switches,
    pub(crate) faults: Faults,
    pub(crate) registry: Registry,
    pub(crate) sessions: Sessions,
    pub(crate) people: People,
    pub(crate) proofs: Proofs,
    /// Enrolments that may still choose an address or link a mobile number.
    pub(crate) enrolments: Aging<TxnId, usize>,
    /// Mobile numbers that were proved for an application by driving licence.
    pub(crate) licence_mobiles: Aging<TxnId, String>,
    /// What was proved on the families of ABHA addresses, and at which counter.
    pub(crate) proved: Aging<TxnId, (Counter, Proved)>,
    /// Whom a search by mobile number found, in the order of their index from 1.
    pub(crate) found: Aging<TxnId, Vec<usize>>,
    /// How many ABHA numbers each client has created (ABDM-1227).
    pub(crate) created: BTreeMap<ClientId, usize>,
    pub(crate) links: Vec<Shared<Link>>,
    pub(crate) token_requests: Vec<TokenRequest>,
    pub(crate) consent_requests: BTreeMap<ConsentRequestId, Shared<ConsentRequest>>,
    pub(crate) artefacts: BTreeMap<ConsentId, Shared<Artefact>>,
    pub(crate) transfers: BTreeMap<TransactionId, Transfer>,
    pub(crate) awaited: BTreeMap<RequestId, Awaited>,
    /// Profiles that patients share.
    pub(crate) shares: Shares,
    /// Tokens of counters.
    pub(crate) tokens: Tokens,
    /// Discoveries, and the links that come of them.
    pub(crate) user_links: UserLinks,
    /// When the app of an address last asked for a care context by itself.
    pub(crate) pulled: BTreeMap<(String, HipId, CareContextReference), DateTime<Utc>>,
    /// Transfers to the patient's app, by the id in their push URL.
    pub(crate) app_transfers: BTreeMap<String, AppTransfer>,
    /// What the patients' apps received.
    pub(crate) app_records: Vec<Shared<AppRecord>>,
    /// Facilities that the sandbox plays.
    pub(crate) played: PlayedParties,
    /// Patients who prove themselves to a facility.
    #[cfg(feature = "v0_5")]
    pub(crate) auths: Aging<TransactionId, Auth>,
    /// The gateway's own token, while it is used.
    pub(crate) callback_token: Option<CallbackToken>,
    turns: BTreeMap<Cow<'static, str>, u64>,
    /// How many numbers were given out by [`World::next_number`].
    numbers: u64,
    random: u64,
}

impl World {
    pub(crate) fn new(switches: Switches) -> Self {
        Self {
            numbers: 0,
            random: switches.seed,
            switches,
            faults: Faults::default(),
            registry: Registry::default(),
            sessions: Sessions::default(),
            people: People::seeded(),
            proofs: Proofs::default(),
            enrolments: Aging::new(A_DAY, TRANSACTIONS),
            licence_mobiles: Aging::new(A_DAY, TRANSACTIONS),
            proved: Aging::new(A_DAY, TRANSACTIONS),
            found: Aging::new(A_DAY, TRANSACTIONS),
            created: BTreeMap::new(),
            links: Vec::new(),
            token_requests: Vec::new(),
            consent_requests: BTreeMap::new(),
            artefacts: BTreeMap::new(),
            transfers: BTreeMap::new(),
            awaited: BTreeMap::new(),
            shares: Shares::default(),
            tokens: Tokens::default(),
            user_links: UserLinks::default(),
            pulled: BTreeMap::new(),
            app_transfers: BTreeMap::new(),
            app_records: Vec::new(),
            played: PlayedParties::new(),
            #[cfg(feature = "v0_5")]
            auths: Aging::new(A_DAY, TRANSACTIONS),
            callback_token: None,
            turns: BTreeMap::new(),
        }
    }

    /// The state of a sandbox that was just started, but for clients, facilities and their
    /// sessions, the switches and the faults to come. The clock goes back by so much.
    pub(crate) fn begin_anew(&mut self, back: TimeDelta) {
        let fresh = Self::new(self.switches.clone());
        let old = std::mem::replace(self, fresh);
        self.faults = old.faults;
        self.faults.held.clear();
        self.registry = old.registry;
        self.registry.forget_apps();
        self.registry.go_back(back);
        for id in old.played.into_keys() {
            self.registry.remove_client(&crate::played::client_id(&id));
        }
        self.sessions = old.sessions.of_clients(|client| self.registry.has_client(client), back);
    }

    /// Whether the sandbox plays this client itself.
    pub(crate) fn plays(&self, client: &ClientId) -> bool {
        self.played.keys().any(|id| crate::played::client_id(id) == *client)
    }

    /// How long OTPs and locks last.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            otp_life: seconds(self.switches.otp_seconds),
            lock: seconds(self.switches.otp_lock_seconds),
            requests: self.switches.otp_requests_within_lock,
        }
    }

    /// How often this was done before: for what the live sandbox does by turns.
    pub(crate) fn turn(&mut self, of: &'static str) -> u64 {
        let turn = self.turns.entry(Cow::Borrowed(of)).or_default();
        *turn = turn.wrapping_add(1);
        turn.wrapping_sub(1)
    }

    /// A number that nothing else here has.
    pub(crate) const fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// How often it was done by now.
    pub(crate) fn turns_of(&self, of: &'static str) -> u64 {
        self.turns.get(of).copied().unwrap_or_default()
    }

    /// A number in `0.0..1.0` from the seed (SplitMix64): delays and windows repeat from run to
    /// run.
    pub(crate) fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        // The upper 53 bits fill a float exactly.
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}
