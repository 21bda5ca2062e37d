//! The front door.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::clock::{Clock, SystemClock};
use abdm_core::endpoint::{Endpoint, Metadata};
use abdm_core::environment::Environment;
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::{Server, listen};
use abdm_core::secret::{ClientSecret, Otp};
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::callbacks::Forgery;
use crate::engine::{Anew, Engine, SetUp, transport};
use crate::error::SandboxError;
use crate::faults::Failure;
use crate::keys::RotatedKeys;
use crate::phr::PhrApp;
use crate::services;
use crate::state::{self, Saved, Standing, StateFile, StateStatus};
use crate::switches::Switches;
use crate::transcript::{Observer, Observers, Party, RecordingTransport};
use crate::world::{AppRecord, ClientId, Facility, Patient, PatientDetails, World};

/// Quiet is when nothing has happened for so long.
const SETTLED: Duration = Duration::from_millis(100);
/// How long open calls may take to end. A container is killed ten seconds after it was asked to
/// end.
const DRAIN: Duration = Duration::from_secs(5);
/// How often consents are looked at whose time may be over.
const EXPIRY_LOOK: Duration = Duration::from_millis(250);

/// The settings of a sandbox that is not running yet.
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    clock: Arc<dyn Clock>,
    switches: Switches,
    observers: Observers,
    public_url: Option<String>,
    callback_ca: Option<Vec<u8>>,
    state: Option<PathBuf>,
    given: Vec<(String, String)>,
    before_serving: Option<BeforeServing>,
    echo: bool,
}

type BeforeServing = Box<dyn FnOnce(&Sandbox) -> Result<(), SandboxError> + Send>;

impl std::fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxBuilder").field("listen", &self.listen).finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// Where to listen; a free port of the loopback interface unless said otherwise. On any other
    /// interface everybody who reaches it may do everything.
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Another clock than the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Other switches than the defaults: [`Switches::quick`] in tests. Those of a
    /// [state file](Self::state) go before them.
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// Sets one switch by its name, as [`Switches::set`] does, whatever a [state file](Self::state)
    /// says of it.
    ///
    /// # Errors
    /// As [`Switches::set`].
    pub fn switch(mut self, name: &str, value: &str) -> Result<Self, SandboxError> {
        self.switches.set(name, value)?;
        self.given.push((name.to_owned(), value.to_owned()));
        Ok(self)
    }

    /// Keeps everything in a file, and goes on from it when it is there: people, clients,
    /// facilities, links, consents, transfers, sessions, keys, switches, faults, the clock, the
    /// journal, and what is on its way. It is written soon after each change, and by
    /// [`Sandbox::shut_down`]; never half.
    ///
    /// Secrets and keys are in it: on Unix nobody but its owner may read it. The page
    /// `docs/sandbox.md` says more.
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Reports every exchange. May be called several times.
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observers.add(Arc::new(observer));
        self
    }

    /// The address that others reach the sandbox by, where it is another than the one that it
    /// listens on: of a container, of a proxy. It stands in everything that the sandbox tells of
    /// itself. A scheme, a host and perhaps a port: `http://sandbox:9000`.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Certificates (PEM) that callbacks over HTTPS trust beside the usual roots: those of
    /// development servers.
    pub fn callback_ca(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.callback_ca = Some(pem.into());
        self
    }

    /// Does this before the first call is served: registers clients, adds people. Whoever connects
    /// earlier waits, and never meets a sandbox that lacks them.
    pub fn before_serving(
        mut self,
        act: impl FnOnce(&Sandbox) -> Result<(), SandboxError> + Send + 'static,
    ) -> Self {
        self.before_serving = Some(Box::new(act));
        self
    }

    /// Shows OTPs on standard output, as a phone would.
    pub const fn show_otps(mut self) -> Self {
        self.echo = true;
        self
    }

    /// Starts it: makes keys, opens the port.
    ///
    /// # Errors
    /// When the port is taken, keys cannot be made, a switch has a value that it may not have, or
    /// [`StateError`](crate::StateError) when the state file cannot be used, and those of
    /// [`before_serving`](Self::before_serving).
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        self.switches.check()?;
        let transport = transport(self.callback_ca.as_deref())?;
        if self.public_url.as_deref().is_some_and(|url| !is_base(url)) {
            return Err(SandboxError::PublicUrl);
        }
        let state = match self.state {
            Some(path) => Some(blocking(move || open_state(&path)).await?),
            None => None,
        };
        let (file, saved, standing) = state.unwrap_or_default();
        let restored = saved.is_some();
        let address = self.listen;
        let listener = listen(address).await?;
        let local = listener.local_addr().unwrap_or(address);
        let set_up = SetUp {
            local_url: format!("http://{}", reachable(local)),
            public_url: self.public_url,
            clock: self.clock,
            switches: self.switches,
            given: self.given,
            observers: self.observers,
            transport,
            echo: self.echo,
            saved,
            standing: standing.clone(),
        };
        let engine = blocking(move || Engine::new(set_up)).await?;
        let router = services::routes().into_router(Arc::clone(&engine));
        let stop = engine.stop().clone();
        let (open, opened) = oneshot::channel();
        let server = tokio::spawn(async move {
            if opened.await.is_ok() {
                // Each refusal is told where it is made.
                let server = Server::new().drain(DRAIN).tell_unserved(false);
                server.serve(listener, router, stop.cancelled_owned()).await;
            }
        });
        let ticking = Arc::clone(&engine);
        engine.spawn_for_good(async move {
            loop {
                tokio::time::sleep(EXPIRY_LOOK).await;
                services::expire_consents(&ticking);
            }
        });
        if !restored {
            engine.changed();
        }
        let ended = CancellationToken::new();
        let (keeping, told) = (Arc::clone(&engine), ended.clone().drop_guard());
        tokio::spawn(async move {
            let _told = told;
            let last = Arc::clone(&keeping);
            let ends = async move {
                let _ended = server.await;
                last.shut_down().await;
            };
            match (file, standing) {
                (Some(file), Some(standing)) => state::keep(keeping, file, standing, ends).await,
                _ => ends.await,
            }
        });
        let ends_it = Arc::new(engine.stop().clone().drop_guard());
        let sandbox = Sandbox { engine, ended, restored, address: local, _ends_it: ends_it };
        if let Some(act) = self.before_serving {
            act(&sandbox)?;
        }
        sandbox.engine.go_on();
        let _serves = open.send(());
        Ok(sandbox)
    }
}

/// Runs what would hold other work up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(SandboxError::Keys))
}

/// A state file that is used from now on, what it holds, and how it stands.
type State = (Option<StateFile>, Option<Box<Saved>>, Option<Arc<Standing>>);

fn open_state(path: &Path) -> Result<State, SandboxError> {
    let file = StateFile::lock(path)?;
    let (saved, at) = file.read()?.unzip();
    let standing = Arc::new(Standing::new(file.path(), at));
    Ok((Some(file), saved.map(Box::new), Some(standing)))
}

/// Whether a text is a scheme with a host and nothing behind it.
fn is_base(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// `0.0.0.0` is no address to call.
fn reachable(local: SocketAddr) -> SocketAddr {
    if local.ip().is_unspecified() {
        SocketAddr::from((Ipv4Addr::LOCALHOST, local.port()))
    } else {
        local
    }
}

/// A running ABDM. Ends when the last clone is dropped, or by [`shut_down`](Self::shut_down).
#[derive(Debug, Clone)]
pub struct Sandbox {
    engine: Arc<Engine>,
    /// When nothing of it runs any more.
    ended: CancellationToken,
    restored: bool,
    address: SocketAddr,
    _ends_it: Arc<DropGuard>,
}

impl Sandbox {
    /// A sandbox to be set up.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Arc::new(SystemClock),
            switches: Switches::default(),
            observers: Observers::default(),
            public_url: None,
            callback_ca: None,
            state: None,
            given: Vec::new(),
            before_serving: None,
            echo: false,
        }
    }

    /// A sandbox for tests: a free port, almost no delays.
    ///
    /// # Errors
    /// As [`SandboxBuilder::start`].
    pub async fn start_quick() -> Result<Self, SandboxError> {
        Self::builder().switches(Switches::quick()).start().await
    }

    /// The one URL that serves every family below its live path: the public one, where one was
    /// given.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.engine.base_url()
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The environment for an [`AbdmClient`](abdm_core::client::AbdmClient) of this sandbox.
    ///
    /// # Errors
    /// When it listens on an address that is not loopback: plain `http` is refused there.
    pub fn environment(&self) -> Result<Environment, SandboxError> {
        Ok(Environment::at(self.engine.local_url())?)
    }

    /// Registers a client under its party's name in transcripts, and gives back its credentials.
    /// One of this id gets another secret and party; its callback URL and its sessions stay.
    pub fn register_client(
        &self,
        id: impl Into<ClientId>,
        secret: impl Into<String>,
        party: Party,
    ) -> Credentials {
        let (id, secret) = (id.into(), ClientSecret::new(secret));
        let credentials = Credentials::new(id.as_str(), secret.clone());
        self.engine.world().registry.add_client(id, secret, party);
        credentials
    }

    pub(crate) fn has_client(&self, id: &str, secret: &str) -> bool {
        self.engine.world().registry.knows(&ClientId::from(id), &ClientSecret::new(secret))
    }

    /// Registers a facility on a client's bridge.
    ///
    /// # Errors
    /// When there is no such client.
    pub fn register_facility(&self, facility: Facility) -> Result<(), SandboxError> {
        self.engine.add_facility(facility)
    }

    /// Everybody who lives here.
    #[must_use]
    pub fn patients(&self) -> Vec<Patient> {
        self.engine.world().people.patients()
    }

    /// Somebody by an ABHA address, the preferred one or another.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn patient(&self, address: &AbhaAddress) -> Result<Patient, SandboxError> {
        let unknown = || SandboxError::Unknown { kind: "patient", id: address.to_string() };
        self.engine.world().people.patient(address).ok_or_else(unknown)
    }

    /// Adds a person.
    pub fn add_patient(&self, details: PatientDetails) {
        self.engine.world().people.add(details);
    }

    /// The last OTP that was sent to this mobile number, or for this Aadhaar number.
    #[must_use]
    pub fn otp_for(&self, number: &str) -> Option<Otp> {
        Otp::new(self.engine.world().proofs.last_for(number)?).ok()
    }

    /// A patient's PHR app, logged in.
    ///
    /// # Errors
    /// When nobody has this address.
    pub fn phr(&self, address: &AbhaAddress) -> Result<PhrApp, SandboxError> {
        PhrApp::log_in(&self.engine, address.clone())
    }

    /// A patient decides in their app whether a facility may be sure of them: the latest
    /// authentication of V0.5 that waits for it. False when none waits.
    #[cfg(feature = "v0_5")]
    #[must_use]
    pub fn decide_auth(&self, address: &AbhaAddress, grants: bool) -> bool {
        crate::services::decide(&self.engine, address, grants)
    }

    /// What the patients' own apps have pulled by themselves
    /// ([`Switches::patient_app_pulls`]).
    #[must_use]
    pub fn app_records(&self) -> Vec<AppRecord> {
        self.engine.world().app_records.iter().map(|record| AppRecord::clone(record)).collect()
    }

    /// The switches as they stand.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.engine.switches()
    }

    /// Lets the sandbox begin anew: people and all that happened to them, what is on its way,
    /// faults, switches, the clock and the journal. Clients, facilities and their sessions stay.
    pub fn reset(&self) {
        let all = Anew { state: true, faults: true, switches: true, journal: true };
        self.engine.begin_anew(all);
    }

    /// Changes switches: all of the change, or nothing when a value is out of its range.
    ///
    /// ```
    /// # fn run(sandbox: abdm_sandbox::Sandbox) -> Result<(), abdm_sandbox::SandboxError> {
    /// sandbox.set(|switches| switches.push_first = true)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SandboxError::Switch`] with the range of the first value that does not fit.
    pub fn set(&self, change: impl FnOnce(&mut Switches)) -> Result<(), SandboxError> {
        let changed = self.engine.change_switches(|switches| {
            change(switches);
            switches.check()
        });
        changed.map(|_| ())
    }

    /// Lets the next call of this endpoint fail.
    pub fn fail_next<E: Endpoint>(&self, failure: Failure) {
        self.engine.world().faults.fail_next(E::META.name, failure);
    }

    /// Loses the next callback of this endpoint.
    pub fn drop_next_callback<E: Endpoint>(&self) {
        self.engine.world().faults.drop_next(E::META.name);
    }

    /// Holds the next callback of this endpoint back until another one has been delivered.
    pub fn hold_next_callback<E: Endpoint>(&self) {
        self.engine.world().faults.hold_next(E::META.name);
    }

    /// Delivers so many of the coming callbacks twice.
    pub fn duplicate_callbacks(&self, count: usize) {
        self.engine.world().faults.duplicate(count);
    }

    /// Lets so many of the coming callbacks be overtaken by the one after them.
    pub fn reorder_callbacks(&self, count: usize) {
        self.engine.world().faults.reorder(count);
    }

    /// Signs so many of the coming callbacks with a key that is not ABDM's.
    pub fn forge_callback_tokens(&self, count: usize) {
        self.engine.world().faults.forge(Forgery::UnknownKid, None, count);
    }

    /// Forges the bearer of the next callback of this endpoint.
    pub fn forge_next_callback<E: Endpoint>(&self, kind: Forgery) {
        self.engine.world().faults.forge(kind, Some(E::META.name.to_owned()), 1);
    }

    /// What time it is in the sandbox.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.engine.now()
    }

    /// Moves the sandbox's clock forward. Whatever is due by then happens at once: consents and
    /// sessions end, blocks are over, callbacks arrive, refused ones are delivered once more.
    ///
    /// The clocks of its callers do not move with it: their `TIMESTAMP` may be of either time, and
    /// what callbacks carry in `TIMESTAMP` and in the bearer is of the unmoved one.
    ///
    /// # Errors
    /// [`SandboxError::Clock`] when it would go back, or beyond the year 9998.
    pub fn advance(&self, by: TimeDelta) -> Result<(), SandboxError> {
        self.engine.advance(by)
    }

    /// Waits until nothing is on its way: no callback, no call, no act of the patient's app.
    ///
    /// # Errors
    /// [`SandboxError::TimedOut`] when something still is.
    pub async fn quiet(&self, within: Duration) -> Result<(), SandboxError> {
        let quiet = self.engine.is_quiet(SETTLED, false);
        let what = "quiet";
        tokio::time::timeout(within, quiet).await.map_err(|_| SandboxError::TimedOut { what })
    }

    /// Ends every session: the next call of each client gets 401 900901.
    pub fn expire_sessions_now(&self) {
        let now = self.engine.now();
        self.engine.world().sessions.end_all(now);
    }

    /// Replaces keys: those that sign, those that decrypt what persons typed, or all. It takes
    /// seconds to make the latter.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub async fn rotate_keys(&self, which: RotatedKeys) -> Result<(), SandboxError> {
        self.engine.rotate_keys(which).await
    }

    /// Wraps a party's transport, so that its requests to *other* parties (the data push goes
    /// straight from HIP to HIU) stand in the transcript too: for
    /// [`AbdmClientBuilder::outgoing_transport`](abdm_core::client::AbdmClientBuilder::outgoing_transport).
    #[must_use]
    pub fn record_pushes(
        &self,
        transport: Arc<dyn Transport>,
        from: Party,
        to: Party,
    ) -> RecordingTransport {
        RecordingTransport::new(
            transport,
            format!("{}/", self.engine.local_url()),
            (from, to),
            self.engine.clock(),
            self.engine.observers().clone(),
        )
    }

    /// Every endpoint that the sandbox knows: those that it serves, those by which it calls back,
    /// and the push between facilities. Faults go by their names.
    #[must_use]
    pub fn endpoints() -> Vec<&'static Metadata> {
        services::endpoints().collect()
    }

    /// The names of the endpoints that are served.
    #[must_use]
    pub fn served() -> Vec<&'static str> {
        services::routes().served().to_vec()
    }

    /// Whether it goes on from a state file that was there when it started.
    #[must_use]
    pub const fn was_restored(&self) -> bool {
        self.restored
    }

    /// How the state file stands; `None` without one.
    #[must_use]
    pub fn state(&self) -> Option<StateStatus> {
        self.engine.state_status()
    }

    /// Ends it: no new calls, open ones are answered, callbacks on their way are dropped, or kept
    /// for the next start in the state file, which is written a last time.
    pub async fn shut_down(self) {
        self.engine.stop().cancel();
        self.ended.cancelled().await;
    }
}

impl Engine {
    /// Registers a facility; one of this id before is replaced.
    pub(crate) fn add_facility(&self, facility: Facility) -> Result<(), SandboxError> {
        add_facility(&mut self.world(), facility, self.now())
    }

    /// Registers a facility under an id that nobody has.
    pub(crate) fn add_new_facility(&self, facility: Facility) -> Result<(), SandboxError> {
        let mut world = self.world();
        world.registry.check_free(&facility.id)?;
        add_facility(&mut world, facility, self.now())
    }
}

fn add_facility(
    world: &mut World,
    facility: Facility,
    now: DateTime<Utc>,
) -> Result<(), SandboxError> {
    if !world.registry.has_client(&facility.client) {
        let id = facility.client.to_string();
        return Err(SandboxError::Unknown { kind: "client", id });
    }
    world.registry.add_facility(facility, now);
    Ok(())
}
