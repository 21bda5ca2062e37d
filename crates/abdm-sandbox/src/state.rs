//! The state file: what a restart must not lose.
//!
//! [`Saved`] is everything that a sandbox knows at one moment; [`StateFile`] reads and writes it,
//! whole or not at all; [`keep`] writes it whenever something has changed. What is in it says each
//! part itself: the world in `world/saved.rs`, keys in `keys.rs`, the journal in `journal.rs`.
//!
//! The form has a [`VERSION`]. A field that is added, taken away or means something else raises it:
//! a file of another version is refused, not guessed at.

pub(crate) mod bytes;
mod changes;
mod error;
mod file;
mod keeper;
pub(crate) mod secret;
mod status;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub(crate) use self::changes::Changes;
pub use self::error::StateError;
pub(crate) use self::file::StateFile;
pub(crate) use self::keeper::keep;
pub(crate) use self::status::Standing;
pub use self::status::StateStatus;
use crate::journal::SavedJournal;
use crate::keys::SavedKeys;
use crate::pending::Work;
use crate::world::SavedWorld;

/// The version of the form.
const VERSION: u64 = 2;

/// Everything that is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    /// By how much the clock was moved.
    pub(crate) moved: TimeDelta,
    pub(crate) keys: SavedKeys,
    pub(crate) world: SavedWorld,
    /// What is under way, by its number in the journal.
    pub(crate) pending: BTreeMap<u64, Work>,
    pub(crate) journal: SavedJournal,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use abdm_core::api::consent::{ConsentDetail, DateRange, Permission, Requester};
    use abdm_core::clock::SystemClock;
    use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId, RequestId};
    use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
    use hiu_services::api::consent::ConsentTerms;
    use serde_json::json;

    use super::*;
    use crate::engine::{Engine, SetUp, transport};
    use crate::journal::Entry;
    use crate::shared::Shared;
    use crate::switches::Switches;
    use crate::transcript::Observers;
    use crate::world::{Artefact, Awaited, ConsentRequest};

    fn engine() -> Arc<Engine> {
        let set_up = SetUp {
            local_url: "http://127.0.0.1:9".to_owned(),
            public_url: None,
            clock: Arc::new(SystemClock),
            switches: Switches::default(),
            given: Vec::new(),
            observers: Observers::default(),
            transport: transport(None).unwrap(),
            echo: false,
            saved: None,
            standing: None,
        };
        Engine::new(set_up).unwrap()
    }

    fn id() -> String {
        RequestId::random().to_string()
    }

    /// Grants a consent, and notes the call that asked for it.
    fn grant(engine: &Engine) {
        let (now, client) = (engine.now(), "SBX_HOSPITAL");
        let (request, consent) =
            (ConsentRequestId::new(id()).unwrap(), ConsentId::new(id()).unwrap());
        let permission = Permission::new(AccessMode::View, DateRange::new(now, now), now);
        let (hip, hiu) = (HipId::new("IN2710000001").unwrap(), HiuId::new("IN2710000002").unwrap());
        let patient: abdm_core::person::AbhaAddress = "ravi.example@sbx".parse().unwrap();
        let requester =
            Requester::registered("Dr. Example", "REGNO", "MH1001", "https://a.example");
        let terms = ConsentTerms::new(
            patient.clone(),
            hiu.clone(),
            PurposeCode::CareManagement,
            requester.clone(),
            HiType::ALL.to_vec(),
            permission.clone(),
        );
        let purpose = terms.purpose.clone();
        let mut detail = ConsentDetail::new(consent.clone(), patient, hip, purpose, permission);
        (detail.requester, detail.hi_types) = (Some(requester), HiType::ALL.to_vec());
        let body = serde_json::to_value(&terms).unwrap();
        let place = ("OnConsentNotify", "POST", "/");
        let entry = Entry::of_callback(place, client.to_owned(), id(), &body, now);
        engine.journal().add(Entry { body: body.clone(), response: json!({"a": body}), ..entry });
        let mut world = engine.world();
        let status = ConsentStatus::Granted;
        let asked = ConsentRequest {
            number: world.next_number(),
            id: request.clone(),
            terms,
            client: client.into(),
            status: status.clone(),
            created_at: now,
            changed_at: now,
            artefacts: vec![consent.clone()],
        };
        let artefact = Artefact {
            request: request.clone(),
            detail,
            signature: "c2lnbmF0dXJl".repeat(28),
            status,
            hiu,
            hiu_client: client.into(),
            hip_client: "SBX_CLINIC".into(),
            acknowledged: true,
        };
        let notice = Awaited::HipNotice { consent: consent.clone(), sent_at: None };
        world.awaited.insert(RequestId::random(), notice);
        world.awaited.insert(RequestId::random(), Awaited::HiuDecision(request.clone()));
        for _ in 0..6 {
            world.request_was_seen(RequestId::random());
        }
        world.consent_requests.insert(request, Shared::new(asked));
        world.artefacts.insert(consent, Shared::new(artefact));
    }

    fn timed<T>(act: impl FnOnce() -> T) -> (Duration, T) {
        let started = Instant::now();
        let done = act();
        (started.elapsed(), done)
    }

    /// So many that a slow build is not long about it.
    const CONSENTS: usize = if cfg!(debug_assertions) { 1_000 } else { 10_000 };

    /// `cargo test -p abdm-sandbox --release --lib small_part -- --nocapture` prints the figures of
    /// docs/performance.md.
    #[test]
    fn the_world_is_held_for_a_small_part_of_a_save() {
        let engine = engine();
        (0..CONSENTS).for_each(|_| grant(&engine));
        let (held, saved) =
            (0..5).map(|_| timed(|| engine.saved())).min_by_key(|one| one.0).unwrap();
        let (written, text) = timed(|| serde_json::to_vec(&saved).unwrap());
        println!("{CONSENTS} consents, {} bytes: held {held:?}, written {written:?}", text.len());
        let (read, again) = timed(|| serde_json::from_slice::<Saved>(&text).unwrap());
        println!("read in {read:?}");
        assert!(serde_json::to_vec(&again).unwrap() == text);
        assert!(held * 4 < written, "held {held:?} of {written:?}");
    }
}
