//! What every part of the sandbox reaches: state, clock, keys, the way out.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use abdm_core::clock::Clock;
use abdm_core::transport::ReqwestTransport;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::MovedClock;
use crate::error::SandboxError;
use crate::faults::Faults;
use crate::journal::{Delivery, Entry, Journal, Mentioned, OnItsWay};
use crate::keys::{DecryptingKeys, RotatedKeys, SavedKeys, SigningKeys};
use crate::pending::{Pending, Work};
use crate::phr::PhrApp;
use crate::state::{Changes, Saved, Standing, StateStatus};
use crate::switches::Switches;
use crate::transcript::{Exchange, Observers};
use crate::world::World;

/// The sandbox behind its sockets.
pub(crate) struct Engine {
    local_url: String,
    base_url: String,
    clock: Arc<MovedClock>,
    journal: Arc<Journal>,
    pending: Pending,
    world: Mutex<World>,
    keys: RwLock<Arc<SigningKeys>>,
    decrypting: RwLock<Arc<DecryptingKeys>>,
    /// Keys that are in no key set: for forged tokens. Made when first wanted.
    forged: Mutex<Option<Arc<SigningKeys>>>,
    /// The patients' apps by the sandbox's own doors, by their addresses. A leaf among the locks.
    apps: Mutex<BTreeMap<String, PhrApp>>,
    transport: ReqwestTransport,
    observers: Observers,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Ends what belongs to the present state.
    state: Mutex<CancellationToken>,
    /// Told when held callbacks may go.
    released: Notify,
    /// Told of every change that a state file keeps.
    changes: Changes,
    standing: Option<Arc<Standing>>,
    /// The switches that the sandbox began with.
    first_switches: Switches,
    echo: bool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it knows are people, OTPs and tokens.
        f.debug_struct("Engine").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The world, held. Whoever changes it through this need not think of the state file.
pub(crate) struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    changes: &'a Changes,
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        // A save that begins from now on waits for the lock, and sees the change.
        self.changes.mark();
        &mut self.world
    }
}

/// The way out to bridges and apps. Callbacks are no secrets here, and go to a neighbouring
/// container by plain `http`; a machine without trusted roots can still play that.
///
/// Certificates (PEM) that were given are trusted beside the roots.
pub(crate) fn transport(trusted: Option<&[u8]>) -> Result<ReqwestTransport, SandboxError> {
    if let Some(pem) = trusted {
        let transport = ReqwestTransport::trusting(pem).map_err(SandboxError::Certificates)?;
        return Ok(transport.allow_plain_http());
    }
    let transport = ReqwestTransport::new().or_else(|error| {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "no trusted roots on this machine: callbacks reach bridges over http only; \
             install ca-certificates for https"
        );
        ReqwestTransport::without_roots()
    })?;
    Ok(transport.allow_plain_http())
}

/// What an engine is made of.
pub(crate) struct SetUp {
    /// Where the sandbox reaches itself.
    pub(crate) local_url: String,
    /// Where others reach it, when that is another address.
    pub(crate) public_url: Option<String>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Those with which it begins.
    pub(crate) switches: Switches,
    /// Switches, by their names, that are put over those that were saved.
    pub(crate) given: Vec<(String, String)>,
    pub(crate) observers: Observers,
    pub(crate) transport: ReqwestTransport,
    pub(crate) echo: bool,
    /// Where it goes on from; nowhere when it begins.
    pub(crate) saved: Option<Box<Saved>>,
    /// How its state file stands, if it has one.
    pub(crate) standing: Option<Arc<Standing>>,
}

/// Which parts of a sandbox begin anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anew {
    /// People and all that happened to them, and what is on its way. Clients, facilities and their
    /// sessions stay.
    pub(crate) state: bool,
    /// Faults that are still to come.
    pub(crate) faults: bool,
    /// The switches.
    pub(crate) switches: bool,
    /// The journal.
    pub(crate) journal: bool,
}

impl Engine {
    /// One that begins, or goes on from what was saved: with [`go_on`](Self::go_on).
    pub(crate) fn new(set_up: SetUp) -> Result<Arc<Self>, SandboxError> {
        let SetUp {
            local_url,
            public_url,
            clock,
            switches,
            given,
            observers,
            transport,
            echo,
            saved,
            standing,
        } = set_up;
        let (changes, mut parts) = (Changes::default(), BTreeMap::new());
        let (moved, keys, decrypting, world, journal, works) = match saved.map(|saved| *saved) {
            Some(Saved { moved, keys, mut world, pending, journal }) => {
                let (keys, decrypting) = keys.restored()?;
                world.switches.set_all(&given)?;
                parts = std::mem::take(&mut world.played);
                let journal =
                    Journal::restored(world.switches.journal_entries, journal, changes.clone());
                (moved, Arc::new(keys), decrypting, World::restored(world), journal, pending)
            }
            None => {
                let keys = SigningKeys::of_process()?;
                let journal = Journal::new(switches.journal_entries, changes.clone());
                let world = World::new(switches.clone());
                let (moved, decrypting) = (TimeDelta::zero(), DecryptingKeys::default());
                (moved, keys, decrypting, world, journal, BTreeMap::new())
            }
        };
        let engine = Arc::new(Self {
            base_url: public_url.unwrap_or_else(|| local_url.clone()),
            local_url,
            clock: Arc::new(MovedClock::moved_by(clock, moved)),
            journal: Arc::new(journal),
            pending: Pending::from(works),
            world: Mutex::new(world),
            keys: RwLock::new(keys),
            decrypting: RwLock::new(Arc::new(decrypting)),
            forged: Mutex::new(None),
            apps: Mutex::default(),
            transport,
            observers,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            state: Mutex::new(CancellationToken::new()),
            released: Notify::new(),
            changes,
            standing,
            first_switches: switches,
            echo,
        });
        engine.play_on(parts)?;
        Ok(engine)
    }

    /// What a state file keeps, at one moment. The world is held no longer than it takes to note
    /// what is to be written.
    pub(crate) fn saved(&self) -> Saved {
        let world = self.world();
        let works = self.pending.works();
        let apps = works.values().filter_map(Work::app).cloned().collect();
        Saved {
            moved: self.clock.moved(),
            keys: SavedKeys::of(&self.keys(), &self.decrypting_keys()),
            world: world.saved(apps),
            pending: works.clone(),
            journal: self.journal.saved(),
        }
    }

    /// Goes on with what a restart has interrupted.
    pub(crate) fn go_on(self: &Arc<Self>) {
        let transfers = {
            let world = self.world();
            let untold = world.transfers.iter().filter(|(_, transfer)| !transfer.announced);
            let untold =
                untold.filter_map(|(id, transfer)| Some((id.clone(), transfer.announce_at?)));
            untold.collect::<Vec<_>>()
        };
        for (id, at) in transfers {
            crate::services::announce_later(self, id, at);
        }
        self.resume();
    }

    /// The patients' apps by the sandbox's own doors.
    pub(crate) fn apps(&self) -> MutexGuard<'_, BTreeMap<String, PhrApp>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) const fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Told when held callbacks may go.
    pub(crate) const fn released(&self) -> &Notify {
        &self.released
    }

    /// What a state file is told by.
    pub(crate) const fn changes(&self) -> &Changes {
        &self.changes
    }

    /// How the state file stands; `None` without one.
    pub(crate) fn state_status(&self) -> Option<StateStatus> {
        Some(self.standing.as_ref()?.status(&self.changes))
    }

    /// Something has changed that a state file keeps.
    pub(crate) fn changed(&self) {
        self.changes.mark();
    }

    pub(crate) fn decrypting_keys(&self) -> Arc<DecryptingKeys> {
        Arc::clone(&self.decrypting.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the sandbox reaches itself.
    pub(crate) fn local_url(&self) -> &str {
        &self.local_url
    }

    /// Where others reach it.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// So long from now, by the sandbox's clock.
    pub(crate) fn after(&self, long: Duration) -> DateTime<Utc> {
        let now = self.now();
        let long = TimeDelta::from_std(long).ok();
        long.and_then(|long| now.checked_add_signed(long)).unwrap_or(now)
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    pub(crate) fn moved_clock(&self) -> &MovedClock {
        &self.clock
    }

    /// The time of those whose clocks nobody moved.
    pub(crate) fn unmoved_now(&self) -> DateTime<Utc> {
        self.clock.unmoved()
    }

    /// Moves the clock forward. What is due by then happens.
    pub(crate) fn advance(self: &Arc<Self>, by: TimeDelta) -> Result<(), SandboxError> {
        self.clock.advance(by)?;
        self.changed();
        crate::services::expire_consents(self);
        self.journal.touch();
        Ok(())
    }

    pub(crate) const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Notes a call and its answer in the journal.
    pub(crate) fn note_call(&self, exchange: &Exchange, endpoint: Option<&'static str>) {
        let mut entry = Entry::of_call(exchange, endpoint);
        {
            let world = self.world();
            let persons = exchange.headers.values().filter_map(|text| text.strip_prefix("Bearer "));
            let persons = persons.flat_map(|token| world.addresses_behind(token));
            entry.patients.extend(persons.map(|address| address.to_string()));
            entry.patients.extend(Mentioned::patients(&entry.ids, &world));
        }
        self.journal.add(entry);
    }

    /// Waits until nothing is on its way and nothing has happened for so long.
    pub(crate) async fn is_quiet(&self, settled: Duration, ignore_redeliveries: bool) {
        let counts = |way: &OnItsWay| {
            !(ignore_redeliveries && way.state == Some(Delivery::AwaitingRedelivery))
        };
        let mut changes = self.journal.changes();
        loop {
            changes.mark_unchanged();
            let busy = self.journal.on_its_way().iter().any(counts);
            if busy {
                let _changed = changes.changed().await;
            } else if tokio::time::timeout(settled, changes.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Changes switches, all of the change or nothing of it; what they are then.
    pub(crate) fn change_switches(
        &self,
        change: impl FnOnce(&mut Switches) -> Result<(), SandboxError>,
    ) -> Result<Switches, SandboxError> {
        let mut world = self.world();
        let mut switches = world.switches.clone();
        change(&mut switches)?;
        world.switches = switches.clone();
        self.journal.keep(switches.journal_entries);
        Ok(switches)
    }

    /// Puts other switches into force.
    pub(crate) fn put_switches(&self, switches: Switches) {
        self.journal.keep(switches.journal_entries);
        self.world().switches = switches;
    }

    /// The state. Held for moments only, never across an `await`.
    pub(crate) fn world(&self) -> WorldGuard<'_> {
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        WorldGuard { world, changes: &self.changes }
    }

    pub(crate) fn switches(&self) -> Switches {
        self.world().switches.clone()
    }

    pub(crate) fn keys(&self) -> Arc<SigningKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signing keys that no key set shows.
    pub(crate) fn forged_keys(&self) -> Result<Arc<SigningKeys>, SandboxError> {
        let mut forged = self.forged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = &*forged {
            return Ok(Arc::clone(keys));
        }
        let keys = Arc::new(SigningKeys::generate()?);
        *forged = Some(Arc::clone(&keys));
        Ok(keys)
    }

    /// New keys. Tokens that the old ones signed can no longer be verified, and what was encrypted
    /// for them can no longer be read. All of them are made before any is replaced.
    pub(crate) async fn rotate_keys(
        self: &Arc<Self>,
        which: RotatedKeys,
    ) -> Result<(), SandboxError> {
        let (signing, decrypting) = match which {
            RotatedKeys::All => (true, true),
            RotatedKeys::Signing => (true, false),
            RotatedKeys::Decrypting => (false, true),
        };
        let engine = Arc::clone(self);
        let rotated = tokio::task::spawn_blocking(move || {
            let fresh = signing.then(SigningKeys::generate).transpose()?.map(Arc::new);
            let opening = decrypting.then(DecryptingKeys::generate).transpose()?.map(Arc::new);
            if let Some(fresh) = fresh {
                *engine.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
            }
            if let Some(opening) = opening {
                *engine.decrypting.write().unwrap_or_else(PoisonError::into_inner) = opening;
            }
            engine.changed();
            Ok(())
        });
        rotated.await.unwrap_or(Err(SandboxError::Keys))
    }

    /// Counts a callback, and by switch signs it and the following ones with a new key. The former
    /// keys stay in the key set for a while: callbacks under them are on their way.
    pub(crate) async fn rotate_as_switched(self: &Arc<Self>) {
        let is_due = {
            let mut world = self.world();
            let each = u64::from(world.switches.callbacks_a_key);
            each > 0 && {
                let turn = world.turn("a callback under the key that signs");
                turn > 0 && turn.is_multiple_of(each)
            }
        };
        if !is_due {
            return;
        }
        let engine = Arc::clone(self);
        let rotated = tokio::task::spawn_blocking(move || {
            let fresh = engine.keys().succeeded()?;
            *engine.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
            engine.changed();
            Ok::<_, SandboxError>(())
        });
        if !matches!(rotated.await, Ok(Ok(()))) {
            tracing::warn!("there is no new key: callbacks are signed with the former one");
        }
    }

    /// Sees to it that the keys of the ABHA and PHR families are there, without holding up other
    /// calls.
    pub(crate) async fn warm_keys(self: &Arc<Self>) -> Result<(), SandboxError> {
        let keys = self.decrypting_keys();
        if keys.are_made() {
            return Ok(());
        }
        let engine = Arc::clone(self);
        let made = tokio::task::spawn_blocking(move || {
            keys.phr()?;
            keys.abha()?;
            engine.changed();
            Ok(())
        });
        made.await.unwrap_or(Err(SandboxError::Keys))
    }

    pub(crate) const fn transport(&self) -> &ReqwestTransport {
        &self.transport
    }

    pub(crate) const fn observers(&self) -> &Observers {
        &self.observers
    }

    /// Runs something that ends with the present state, or with the sandbox.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.spawn_for_good(async move {
            tokio::select! {
                () = state.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Runs something that ends with the sandbox.
    pub(crate) fn spawn_for_good(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Lets parts of the sandbox begin anew.
    pub(crate) fn begin_anew(&self, what: Anew) {
        if what.switches {
            self.put_switches(self.first_switches.clone());
        }
        if what.state {
            let fresh = CancellationToken::new();
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *state, fresh).cancel();
            drop(state);
            // Nobody sees the new state by the old time.
            let mut world = self.world();
            world.begin_anew(self.clock.moved());
            self.apps().clear();
            self.clock.restart();
            let works = std::mem::take(&mut *self.pending.works());
            works.into_keys().for_each(|number| self.journal.lose(number));
        }
        if what.faults {
            self.world().faults = Faults::default();
            self.released.notify_waiters();
        }
        if what.journal {
            self.journal.clear();
        }
    }

    pub(crate) const fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Ends all tasks and waits for them.
    pub(crate) async fn shut_down(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Lets a live delay pass, at the sandbox's pace.
    pub(crate) async fn pause(&self, live: Duration) {
        self.clock.sleep(self.scaled(live)).await;
    }

    /// A live delay at the sandbox's pace.
    pub(crate) fn scaled(&self, live: Duration) -> Duration {
        let scale = self.world().switches.time_scale.clamp(0.0, 1000.0);
        Duration::try_from_secs_f64(live.as_secs_f64() * scale).unwrap_or_default()
    }

    /// A number of seconds between two, from the seed.
    pub(crate) fn random_seconds(&self, (from, to): (f64, f64)) -> Duration {
        let random = self.world().random();
        Duration::try_from_secs_f64((to - from).mul_add(random, from)).unwrap_or_default()
    }

    /// Tells the person at the console.
    pub(crate) fn tell(&self, text: &str) {
        if self.echo {
            crate::console::tell(text);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use abdm_core::clock::SystemClock;

    use super::*;
    use crate::played::{Hip, HipHabits, Part};
    use crate::transcript::Party;
    use crate::world::{ClientId, Facility, Role};

    pub(crate) fn engine() -> Arc<Engine> {
        let set_up = SetUp {
            local_url: "http://127.0.0.1:1".to_owned(),
            public_url: None,
            clock: Arc::new(SystemClock),
            switches: Switches::quick(),
            given: Vec::new(),
            observers: Observers::default(),
            transport: transport(None).unwrap(),
            echo: false,
            saved: None,
            standing: None,
        };
        Engine::new(set_up).unwrap()
    }

    #[test]
    fn what_it_knows_is_in_no_debug_text() {
        use abdm_core::id::TxnId;
        use abha_enrollment::api::vocabulary::Scope;

        use crate::world::{Counter, Expected, Proof};

        let engine = engine();
        let (now, otp) = (engine.now(), "271828");
        let expected = Expected::Otp(otp.to_owned());
        let kind = (Counter::Login, vec![Scope::AbhaLogin]);
        let proof = Proof::new(kind, vec![1], "999900000024", expected, now);
        let aadhaar = {
            let mut world = engine.world();
            let client = ClientId::from("SBX");
            world.sessions.open("a-session-token".to_owned(), client, now, now);
            world.proofs.open(TxnId::new("t").unwrap(), proof.clone());
            world.people.patients()[1].aadhaar.clone().unwrap()
        };
        let texts = format!("{engine:?} {proof:?} {:?}", engine.world().people);
        for secret in [otp, "999900000024", "a-session-token", aadhaar.expose(), "Ravi"] {
            assert!(!texts.contains(secret), "{secret}: {texts}");
        }
    }

    /// Whoever has looked before cannot know: it is the act itself that refuses.
    #[test]
    fn an_id_that_was_taken_since_somebody_looked_is_refused_by_the_act() {
        let engine = engine();
        let secret = abdm_core::secret::ClientSecret::new("not-a-secret");
        let client = ClientId::from("SBX");
        engine.world().registry.add_client(client.clone(), secret, Party::Clinic);
        let play = || engine.play("IN-1", "One", Part::Hip(Hip::new(HipHabits::default())));
        let register =
            || engine.add_new_facility(Facility::new("IN-1", "One", Role::Hip, client.clone()));
        play().unwrap();
        assert!(matches!(play(), Err(SandboxError::Taken { .. })));
        assert!(matches!(register(), Err(SandboxError::Taken { .. })));
        assert_eq!(engine.world().registry.facilities().count(), 1);
        assert!(engine.play_no_more("IN-1"));
        register().unwrap();
        assert!(matches!(play(), Err(SandboxError::Taken { .. })));
    }
}
