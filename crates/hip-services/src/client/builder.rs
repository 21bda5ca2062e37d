//! How a HIP is built.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::HipId;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::secret::Otp;
use abdm_flow::store::{FlowStore, MemoryStore};
use abdm_flow::{Engine, EngineOptions};
use abdm_role::facilities::Facilities;
use abdm_role::ground::{DEFAULT_RETENTION, Ground, Unfit, check_retention};

use super::{Hip, Inner};
use crate::api::sms::PhoneForm;
use crate::api::user_linking::AuthenticationType;
#[cfg(feature = "v0_5")]
use crate::edition::Edition;
use crate::edition::Editions;
use crate::error::Error;
use crate::hooks::{Hospital, OldVisits, OtpSender, RecordPreparer};
#[cfg(feature = "v0_5")]
use crate::host::PatientAuthHost;
use crate::host::{
    AutoLinkHost, BackfillHost, ConsentHost, DEFAULT_BYTES_IN_FLIGHT, DEFAULT_DOCUMENTS_AT_ONCE,
    Facility, HipLinkHost, LinkTokenHost, OtpSource, PageBudget, RunningTokenHost, ShareHost,
    SmsHost, TransferHost, UserLinkHost, UserLinking,
};
use crate::matching::{Matcher, PublishedMatcher};
use crate::patient_index::PatientIndex;
use crate::reception::ReceptionDesk;

/// How many pages of a transfer are on their way at once, unless the facility says otherwise.
const DEFAULT_PAGES_AT_ONCE: usize = 4;
/// Half of the pages that may leave unheard: the other half may be done, and wait to be told.
const MOST_PAGES_AT_ONCE: usize = 8;
/// Less does not even hold one usual document on its way.
const LEAST_BYTES_IN_FLIGHT: u64 = 1024 * 1024;

/// How long further records of a visit are waited for, unless the facility says otherwise.
const DEFAULT_GATHER_FOR: Duration = Duration::from_secs(5);
/// Longer, and the patient waits for nothing.
const MOST_GATHER_FOR: Duration = Duration::from_secs(3600);

/// Builds a [`Hip`].
#[must_use]
pub struct HipBuilder {
    hips: Facilities<HipId>,
    editions: Editions,
    client: AbdmClient,
    hospital: Option<Arc<dyn Hospital>>,
    reception: Option<Arc<dyn ReceptionDesk>>,
    patients: Option<(Arc<dyn PatientIndex>, Arc<dyn OtpSender>)>,
    preparer: Option<Arc<dyn RecordPreparer>>,
    gather_for: Duration,
    old_visits: Option<Arc<dyn OldVisits>>,
    matcher: Arc<dyn Matcher>,
    otps: OtpSource,
    phone_form: PhoneForm,
    sms_envelope: bool,
    sms_name: Option<String>,
    ground: Option<Ground>,
    options: EngineOptions,
    node: Option<String>,
    retention: Duration,
    pages_at_once: usize,
    documents_at_once: usize,
    bytes_in_flight: u64,
    #[cfg(feature = "patient_status")]
    status_paths: super::PatientStatusPaths,
}

impl HipBuilder {
    pub(super) fn new(hip_id: HipId, client: AbdmClient) -> Self {
        Self {
            hips: Facilities::of(hip_id),
            editions: Editions::default(),
            client,
            hospital: None,
            reception: None,
            patients: None,
            preparer: None,
            gather_for: DEFAULT_GATHER_FOR,
            old_visits: None,
            matcher: Arc::new(PublishedMatcher::default()),
            otps: OtpSource::default(),
            phone_form: PhoneForm::default(),
            sms_envelope: false,
            sms_name: None,
            ground: None,
            options: EngineOptions::default(),
            node: None,
            retention: DEFAULT_RETENTION,
            pages_at_once: DEFAULT_PAGES_AT_ONCE,
            documents_at_once: DEFAULT_DOCUMENTS_AT_ONCE,
            bytes_in_flight: DEFAULT_BYTES_IN_FLIGHT,
            #[cfg(feature = "patient_status")]
            status_paths: super::PatientStatusPaths::default(),
        }
    }

    /// The hospital behind it.
    pub fn hospital(mut self, hospital: impl Hospital) -> Self {
        self.hospital = Some(Arc::new(hospital));
        self
    }

    /// The reception that takes patients who scan the code of a counter. Without one they are told
    /// that the facility does not offer it (ABDM-1149).
    pub fn reception(mut self, reception: impl ReceptionDesk) -> Self {
        self.reception = Some(Arc::new(reception));
        self
    }

    /// The hospital's index of patients, and who sends a patient the OTP of a link: what a patient
    /// needs to find and link their records from their own app, which every HIP must offer
    /// (m2-hip.md 5). Without them a patient is told that they are not found.
    pub fn patients(mut self, index: impl PatientIndex, otps: impl OtpSender) -> Self {
        self.patients = Some((Arc::new(index), Arc::new(otps)));
        self
    }

    /// Who makes the documents of a visit ready before it is linked by itself
    /// ([`Hip::record_is_final`]). Without one they count as ready.
    pub fn record_preparer(mut self, preparer: impl RecordPreparer) -> Self {
        self.preparer = Some(Arc::new(preparer));
        self
    }

    /// How long after a record of a visit has become final others of the same visit are waited for,
    /// to be linked in one call ([`Hip::record_is_final`]): at most an hour, by default five
    /// seconds.
    pub const fn gather_for(mut self, time: Duration) -> Self {
        self.gather_for = time;
        self
    }

    /// The visits of earlier years, for [`Hip::backfill`].
    pub fn old_visits(mut self, visits: impl OldVisits) -> Self {
        self.old_visits = Some(Arc::new(visits));
        self
    }

    /// Who decides which of the hospital's patients it is that looks for their records. By default
    /// the [`PublishedMatcher`].
    pub fn matcher(mut self, matcher: impl Matcher) -> Self {
        self.matcher = Arc::new(matcher);
        self
    }

    /// For how long the OTP of a link is good, from one minute to an hour. Default ten minutes.
    pub const fn link_otp_valid_for(mut self, time: Duration) -> Self {
        self.otps.valid_for = time;
        self
    }

    /// How many OTPs of links a mobile number is sent in a day, by the calendar of India and at one
    /// facility, however often its patients search: at least 1. Default 20, enough for a family that
    /// shares a telephone. The next ones are refused, so that nobody can have SMS sent without end to
    /// one telephone. Three times as many tries of your [`OtpSender`] may fail.
    pub const fn link_otps_per_day(mut self, most: u32) -> Self {
        self.otps.most_a_day = most;
        self
    }

    /// What ABDM is told of how a patient proves themselves: `DIRECT` (the default) or `MEDIATED`
    /// (rulings.md 38). The OTP is sent by the hospital either way.
    pub fn authentication_type(mut self, authentication_type: AuthenticationType) -> Self {
        self.otps.authentication_type = authentication_type;
        self
    }

    /// For trials against a sandbox: every patient gets this OTP. [`build`](Self::build) refuses it
    /// where the environment is ABDM's production, and each use is logged at `warn`.
    pub fn fixed_link_otp(mut self, otp: Otp) -> Self {
        self.otps.fixed = Some(otp);
        self
    }

    /// How [`Hip::notify_by_sms`] writes mobile numbers, and whether the body repeats the
    /// `REQUEST-ID` and `TIMESTAMP` of each try: ABDM's documents differ in both (rulings.md 39). By
    /// default ten digits, and no repetition.
    pub const fn sms_form(mut self, form: PhoneForm, repeats_envelope: bool) -> Self {
        self.phone_form = form;
        self.sms_envelope = repeats_envelope;
        self
    }

    /// Chooses that patients without ABHA address get an SMS when a record of theirs is final
    /// ([`Hip::record_is_final_without_address`]; NHA's case HIP_INIT_NOTIFY_HIECM asks for it).
    /// `name` is the facility's as its patients know it. By default none is sent: the patient must
    /// have agreed to be written to, which only the facility knows.
    pub fn sms_without_address(mut self, name: impl Into<String>) -> Self {
        self.sms_name = Some(name.into());
        self
    }

    /// Where notices of patients' accounts come in and their answers go, if not by the declared
    /// paths: NHA has not published them (m2-hip.md 9).
    #[cfg(feature = "patient_status")]
    pub fn patient_status_paths(mut self, paths: super::PatientStatusPaths) -> Self {
        self.status_paths = paths;
        self
    }

    /// One more facility of the same bridge. Callbacks are told apart by `X-HIP-ID`, links say
    /// where by [`Hip::link_at`].
    pub fn also(mut self, hip_id: HipId) -> Self {
        self.hips.add(hip_id);
        self
    }

    /// Which edition of ABDM's API a facility of this HIP speaks, V3 unless said otherwise: the one
    /// switch for those who still run V0.5. Its calls leave and its callbacks are taken in that
    /// edition; what happens in between is the same.
    ///
    /// Switch it when nothing of the facility's is under way: what ABDM has asked in one edition it
    /// does not understand when it is answered in the other.
    #[cfg(feature = "v0_5")]
    pub fn edition(mut self, hip_id: HipId, edition: Edition) -> Self {
        self.editions.set(hip_id, edition);
        self
    }

    /// Where its flows are kept, and the key with which everything in the store is sealed
    /// ([`SealedStore`](abdm_flow::SealedStore)): keep it outside the database. Whether the store was
    /// sealed with another is seen at its first use: [`Bridge::check_store`](crate::Bridge::check_store)
    /// looks at once. [`engine`](Self::engine) is for several roles over one store.
    pub fn store(mut self, store: Arc<dyn FlowStore>, key: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::store(store, key));
        self
    }

    /// The engine that moves its flows, beside those of a HIU: one look at the store then serves
    /// both roles. It must be over a [`SealedStore`](abdm_flow::SealedStore); `key` seals the link
    /// tokens and shared profiles within the flows. Node name and options are the engine's: where
    /// other facilities keep their flows in the same database, set [`EngineOptions::scopes`] to the
    /// ids of yours.
    pub fn engine(mut self, engine: &Engine, key: impl Into<SealingKeyRing>) -> Self {
        self.ground = Some(Ground::engine(engine, key));
        self
    }

    /// Keeps everything in memory, under a fresh key: for trials and tests, not for patients. What
    /// a restart costs then:
    ///
    /// - every living consent is forgotten, for good, since ABDM does not repeat grants: a request
    ///   under it is refused with ABDM-1062 "Consent Not granted";
    /// - every link token is forgotten: linking a patient again asks for a new one, the fourth
    ///   request of a day is ABDM-1027, and the patient is blocked for 24 hours;
    /// - a transfer that was under way is never finished or reported, a link never decided.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn in_memory(self) -> Result<Self, Error> {
        Ok(self.store(Arc::new(MemoryStore::new()), SealingKey::generate()?))
    }

    /// A lasting name of this node, unique among the nodes that share the store: the host's name,
    /// say. With it, a node that starts again takes its own work up at once; without it, it waits
    /// until the leases of its former self have ended, half a minute.
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node = Some(name.into());
        self
    }

    /// How its workers behave.
    pub fn options(mut self, options: EngineOptions) -> Self {
        self.options = options;
        self
    }

    /// How many pages of a transfer are on their way to the HIU at once, from 1 to 8. Default 4.
    ///
    /// So many documents of a transfer are in memory at most, each beside the page that it is
    /// encrypted to, and [`Hospital::document`] is asked for so many at a time. Until the HIU has
    /// accepted a page each goes alone, since its answer tells in which form it takes keys; so does
    /// the last, which announces how many there were.
    pub const fn pages_at_once(mut self, pages: usize) -> Self {
        self.pages_at_once = pages;
        self
    }

    /// How many documents of all transfers the hospital produces at once, at least 1. Default 8.
    ///
    /// The size of a document is not known before it is there, so this bounds what may come at
    /// once: [`Hospital::document`] is called so many times at a time, over all transfers. A
    /// document of more than 256 KiB counts until its page may leave; a smaller one until it is
    /// there.
    pub const fn documents_at_once(mut self, documents: usize) -> Self {
        self.documents_at_once = documents;
        self
    }

    /// How many bytes of pages of all transfers are on their way at once, at least 1 MiB. Default
    /// 128 MiB.
    ///
    /// A page on its way counts four times its document: the document, what it is encrypted to, and
    /// that in base64 in the page and in the request. A larger page than this goes alone. So
    /// transfers need at most about this much memory, or one page's, and beside it
    /// [`documents_at_once`](Self::documents_at_once) documents and the small ones that wait for
    /// those before them: up to [`pages_at_once`](Self::pages_at_once) of 256 KiB for each transfer
    /// that is pushed at the moment ([`EngineOptions::concurrency`]). How many transfers have begun
    /// makes no difference.
    pub const fn bytes_in_flight(mut self, bytes: u64) -> Self {
        self.bytes_in_flight = bytes;
        self
    }

    /// How long what is finished is kept in the store: links, transfers, consents that have ended,
    /// and used up tokens. By which messages a late duplicate is recognised is kept as long, and
    /// not longer than a week. Default 90 days, at least one day ([`build`](Self::build) refuses
    /// less); `Duration::MAX` keeps all for ever.
    /// A dead letter is forgotten this long after it was set aside: deal with it before.
    ///
    /// What is not finished is never forgotten. Nor is the ABHA number of a patient whose link
    /// token named it, since documents are compared with it; [`Hip::drop_link_token`] lets go of
    /// it.
    ///
    /// [`Hip::run`] forgets once a day, of its own facilities. Roles that share an engine share the
    /// shortest retention, and with [`engine`](Self::engine) the facilities are those of
    /// [`EngineOptions::scopes`]. What the facility must keep longer it keeps in its own records,
    /// from [`Hospital::on_event`].
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// The HIP.
    ///
    /// # Errors
    /// [`Error::Incomplete`], [`Error::Setting`].
    pub fn build(self) -> Result<Hip, Error> {
        let Some(hospital) = self.hospital else {
            return Err(Error::Incomplete { missing: "the hospital", call: "hospital" });
        };
        let Some(ground) = self.ground else {
            return Err(Error::Incomplete { missing: "the store", call: "store" });
        };
        check_retention(self.retention)?;
        let pages_at_once = self.pages_at_once;
        if !(1..=MOST_PAGES_AT_ONCE).contains(&pages_at_once) {
            let rule = "must be from 1 to 8";
            return Err(Error::Setting { setting: "pages_at_once", rule });
        }
        if self.gather_for > MOST_GATHER_FOR {
            let rule = "must be at most an hour";
            return Err(Error::Setting { setting: "gather_for", rule });
        }
        self.otps.check(self.client.environment())?;
        #[cfg(feature = "patient_status")]
        self.status_paths.check()?;
        #[cfg(feature = "v0_5")]
        if self.editions.older().any(|hip_id| !self.hips.contains(hip_id)) {
            let rule = "must name a facility of this HIP: its own, or one of `also`";
            return Err(Error::Setting { setting: "edition", rule });
        }
        if self.documents_at_once == 0 {
            let rule = "must be at least 1";
            return Err(Error::Setting { setting: "documents_at_once", rule });
        }
        if self.bytes_in_flight < LEAST_BYTES_IN_FLIGHT {
            let rule = "must be at least 1 MiB";
            return Err(Error::Setting { setting: "bytes_in_flight", rule });
        }
        let budget = PageBudget::new(self.documents_at_once, self.bytes_in_flight);
        let (hips, client, mut options) = (Arc::new(self.hips), self.client, self.options);
        options.node = self.node.or(options.node);
        let (engine, keys) = ground.open(&client, hips.scopes(), options)?;
        let editions = self.editions;
        let facility = Facility { hips, editions, client, hospital, keys, pages_at_once, budget };
        let facility = Arc::new(facility);
        let own = || Arc::clone(&facility);
        let (matcher, otps) = (self.matcher, self.otps);
        let linking =
            self.patients.map(|(index, sender)| UserLinking { index, matcher, sender, otps });
        let user_link = UserLinkHost { facility: own(), linking };
        let running_token = RunningTokenHost { facility: own(), reception: self.reception.clone() };
        let auto_link =
            AutoLinkHost { facility: own(), preparer: self.preparer, gathers_for: self.gather_for };
        let backfill = BackfillHost { facility: own(), visits: self.old_visits };
        let messages = SmsHost { facility: own(), repeats_envelope: self.sms_envelope };
        let share = ShareHost { facility: own(), reception: self.reception };
        #[cfg(feature = "patient_status")]
        let patient_status = crate::host::PatientStatusHost {
            facility: own(),
            answer_path: self.status_paths.answer,
        };
        let inner = Inner {
            #[cfg(feature = "patient_status")]
            patient_statuses: engine.register(Arc::new(patient_status)).map_err(Unfit::from)?,
            #[cfg(feature = "patient_status")]
            status_path: self.status_paths.callback,
            tokens: engine
                .register(Arc::new(LinkTokenHost { facility: own() }))
                .map_err(Unfit::from)?,
            links: engine
                .register(Arc::new(HipLinkHost { facility: own() }))
                .map_err(Unfit::from)?,
            consents: engine
                .register(Arc::new(ConsentHost { facility: own() }))
                .map_err(Unfit::from)?,
            transfers: engine
                .register(Arc::new(TransferHost { facility: own() }))
                .map_err(Unfit::from)?,
            running_tokens: engine.register(Arc::new(running_token)).map_err(Unfit::from)?,
            messages: engine.register(Arc::new(messages)).map_err(Unfit::from)?,
            phone_form: self.phone_form,
            sms_name: self.sms_name,
            auto_links: engine.register(Arc::new(auto_link)).map_err(Unfit::from)?,
            backfills: engine.register(Arc::new(backfill)).map_err(Unfit::from)?,
            user_links: engine.register(Arc::new(user_link)).map_err(Unfit::from)?,
            shares: engine.register(Arc::new(share)).map_err(Unfit::from)?,
            #[cfg(feature = "v0_5")]
            auths: engine
                .register(Arc::new(PatientAuthHost { facility: own() }))
                .map_err(Unfit::from)?,
            retention: self.retention,
            engine,
            facility,
        };
        Ok(Hip { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for HipBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HipBuilder").field("hips", &self.hips).finish_non_exhaustive()
    }
}
