//! A back-fill of a million old visits: how much memory it needs at its tenth part and at its end.
//!
//! `cargo bench -p hip-services --bench backfill` links them, over SQLite in a file, by an ABDM in
//! this process that answers at once. It is killed in the first tenth part and in the midst, and
//! goes on over the file. It prints the peak of memory (`VmHWM`, Linux) of both moments and exits
//! with failure when the target is missed, a visit was not linked once, or a limit was not kept. With
//! `-- 500` it does so with 500 patients.

mod abdm;
mod archive;
mod clock;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::client::AbdmClient;
use abdm_core::clock::Clock as _;
use abdm_core::environment::Environment;
use abdm_core::id::HipId;
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use abdm_flow::EngineOptions;
use abdm_store::SqliteStore;
use chrono::TimeDelta;
use hip_services::{Backfill, BackfillOptions, BackfillProgress, BackfillState, BackfillWait, Hip};

use crate::abdm::Abdm;
use crate::archive::{Archive, VISITS};
use crate::clock::SetClock;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Of a hundred visits each.
const PATIENTS: usize = 10_000;
/// The peak at the end may be so many times as high as that at the tenth part.
const MOST_MEMORY: f64 = 1.2;
/// How many patients are begun in a minute, and at once.
const A_MINUTE: u32 = 600;
const AT_ONCE: u32 = 16;
/// The pause between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(1);
/// The links under way have come to nothing for so long: time passes.
const STANDS: Duration = Duration::from_secs(5);
/// Longer than any day that is passed over: nothing that goes on counts as left.
const LEASE: Duration = Duration::from_secs(400 * 24 * 3600);

fn main() -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let asked = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let patients = asked.map_or(Ok(PATIENTS), |text| text.parse())?;
    if runtime.block_on(fill(patients))? { Ok(()) } else { Err("the target was missed".into()) }
}

/// The peak of memory so far, in MiB.
fn peak() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)).ok_or("no VmHWM")?;
    Ok(f64::from(kibibytes.parse::<u32>()?) / 1024.0)
}

/// What outlives the process: ABDM, the archive, the key and the file.
struct Place<'a> {
    abdm: Arc<Abdm>,
    archive: Archive,
    clock: Arc<SetClock>,
    key: SealingKey,
    file: &'a Path,
}

impl Place<'_> {
    /// A HIP as a process builds it when it starts.
    fn hip(&self) -> Result<Hip, Failure> {
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
        let transport: Arc<dyn Transport> = self.abdm.clone();
        let client = AbdmClient::builder(Environment::sandbox(), credentials, transport)
            .clock(self.clock.clone())
            .build();
        let mut options = EngineOptions::default();
        // The clock is set on behind the engine's back.
        (options.poll_interval, options.lease) = (Duration::from_millis(5), LEASE);
        let hip_id: HipId = "IN0000000001".parse()?;
        let key: SealingKey = self.key.expose_base64().parse()?;
        let hip = Hip::builder(hip_id, client)
            .options(options)
            .node("bench")
            .hospital(self.archive)
            .old_visits(self.archive)
            .store(Arc::new(SqliteStore::open(self.file)?), key)
            .build()?;
        self.abdm.calls_back(Some(&hip));
        Ok(hip)
    }

    /// Runs a HIP until its back-fill is so far, and kills it.
    async fn run_until(
        &self,
        hip: &Hip,
        options: &BackfillOptions,
        so: impl Fn(&BackfillProgress) -> bool,
    ) -> Result<BackfillProgress, Failure> {
        let story = async {
            let backfill = hip.backfill("2019-2025", options.clone()).await?;
            until(&backfill, &self.clock, so).await
        };
        tokio::select! {
            () = hip.run(std::future::pending()) => Err("it runs until it is dropped".into()),
            progress = story => progress,
        }
    }
}

/// Waits until it is so far, and sets the clock on wherever the back-fill waits for it.
async fn until(
    backfill: &Backfill,
    clock: &SetClock,
    so: impl Fn(&BackfillProgress) -> bool,
) -> Result<BackfillProgress, Failure> {
    let mut changed = (Instant::now(), 0);
    loop {
        let progress = backfill.progress().await?;
        let counts = &progress.counts;
        let sum = counts.linked + counts.already + progress.failed() + counts.waiting;
        if counts.seen != sum + progress.under_way {
            return Err(format!("its numbers do not add up: {progress:?}").into());
        }
        if so(&progress) {
            return Ok(progress);
        }
        if counts.linked != changed.1 {
            changed = (Instant::now(), counts.linked);
        } else if changed.0.elapsed() > Duration::from_secs(60) {
            return Err(format!("it does not go on: {progress:?}").into());
        }
        match progress.waits {
            Some((BackfillWait::Pace, until)) => clock.set_on_to(until),
            // A callback that does not come: after a kill, say.
            Some((BackfillWait::Links, _)) if changed.0.elapsed() > STANDS => {
                clock.set_on_to(clock.now() + TimeDelta::minutes(1));
            }
            Some((BackfillWait::Links, _)) => {}
            // Nothing of a day that is passed over may be under way.
            Some((BackfillWait::Day | BackfillWait::Retries, until)) if progress.under_way == 0 => {
                clock.set_on_to(until);
            }
            Some((BackfillWait::Day | BackfillWait::Retries, _)) | None => {}
            Some(_) => return Err(format!("something fails: {progress:?}").into()),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether all old visits are linked in the memory that the first of them need.
async fn fill(patients: usize) -> Result<bool, Failure> {
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(SetClock::new());
    let place = Place {
        abdm: Abdm::new(patients, clock.clone()),
        archive: Archive(patients),
        clock,
        key: SealingKey::generate()?,
        file: &folder.path().join("hip.db"),
    };
    let all = u64::try_from(patients * VISITS)?;
    let a_day = u32::try_from(patients.div_ceil(4))?;
    let options = BackfillOptions::default()
        .patients_per_minute(A_MINUTE)
        .patients_per_day(a_day)
        .at_once(AT_ONCE)
        .visits_per_call(100);
    let began = Instant::now();

    let mut tenth = 0.0;
    for killed_at in [all / 20, all / 2] {
        let hip = place.hip()?;
        if killed_at > all / 10 {
            place.run_until(&hip, &options, |now| now.counts.linked >= all / 10).await?;
            tenth = peak()?;
        }
        let killed = place.run_until(&hip, &options, |now| now.counts.linked >= killed_at).await?;
        place.abdm.calls_back(None);
        println!("killed after {} of {all} visits, {:.0?}", killed.counts.linked, began.elapsed());
    }

    let last = place.hip()?;
    let end = place.run_until(&last, &options, |now| now.state == BackfillState::Finished).await?;
    let whole = peak()?;
    let (counts, took) = (&end.counts, began.elapsed());
    let books = place.abdm.books();
    books.check()?;
    let (minute, day) = books.most();
    println!(
        "{all} visits of {patients} patients in {took:.0?}: {} linked, {} found linked; {} calls, {} \
         refused; at most {minute} link tokens in a minute and {day} in a day",
        counts.linked, counts.already, books.calls, books.refused,
    );
    if (counts.seen, counts.linked + counts.already) != (all, all) {
        return Err(format!("its numbers at the end are wrong: {end:?}").into());
    }
    // What was begun at the end of a minute, or of a day, leaves in the next.
    if minute > A_MINUTE + AT_ONCE || day > a_day + AT_ONCE {
        return Err("its pace was not kept".into());
    }
    let ratio = whole / tenth;
    println!(
        "peak of memory: {tenth:.1} MiB at the tenth part, {whole:.1} MiB at the end; ratio {ratio:.2} \
         (at most {MOST_MEMORY})"
    );
    Ok(ratio <= MOST_MEMORY)
}
