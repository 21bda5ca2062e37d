//! Writes a case's evidence, also when it fails.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use abdm_core::clock::{Clock, SystemClock};
use abdm_core::secret::Otp;
use abdm_core::wire::Document;
use abdm_sandbox::Sandbox;
use abdm_sandbox::transcript::{Exchange, Memory};

use crate::cases::Case;
use crate::evidence::{Evidence, FORM, Image, Outcome, Screen, Step};
use crate::secrecy::{Secrets, without_mobiles};
use crate::summary;

/// Where the summary goes: `target/certification`, or `ABDM_EVIDENCE_DIR`.
pub(crate) fn root() -> PathBuf {
    let target = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("certification");
    std::env::var_os("ABDM_EVIDENCE_DIR").map_or_else(target, PathBuf::from)
}

/// Where the evidence goes.
pub(crate) fn folder() -> PathBuf {
    root().join("m1")
}

/// Takes down what happens in one case.
pub(crate) struct Recorder {
    evidence: Evidence,
    began: Instant,
    clock: Arc<dyn Clock>,
    exchanged: Memory,
    /// So many exchanges stand in the steps.
    told: usize,
    secrets: Mutex<Secrets>,
    sandbox: Sandbox,
}

impl Recorder {
    pub(crate) fn open(
        case: Case,
        test: &str,
        sandbox: Sandbox,
        exchanged: Memory,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let evidence = Evidence {
            form: FORM.to_owned(),
            milestone: "M1".to_owned(),
            case: case.id().to_owned(),
            key: case.key.to_owned(),
            asks: case.asks.to_owned(),
            status: case.status,
            condition: case.condition.map(str::to_owned),
            test: test.to_owned(),
            sdk: concat!("abha-enrollment ", env!("CARGO_PKG_VERSION")).to_owned(),
            server: concat!("abdm-sandbox ", env!("CARGO_PKG_VERSION")).to_owned(),
            outcome: Outcome::Failed,
            recorded_at: SystemClock.now(),
            took_ms: 0,
            steps: Vec::new(),
        };
        let secrets = Mutex::default();
        Self { evidence, began: Instant::now(), clock, exchanged, told: 0, secrets, sandbox }
    }

    /// The next step: what was done, what the screen can show, and the calls since the last one.
    pub(crate) fn step(&mut self, action: &str, screen: Screen) {
        let all = self.exchanged.exchanges();
        let new: Vec<Exchange> = all.into_iter().skip(self.told).collect();
        self.told += new.len();
        let masked = |exchange: &Exchange| without_mobiles(exchange.masked());
        self.evidence.steps.push(Step {
            number: self.evidence.steps.len() + 1,
            at: self.clock.now(),
            action: action.to_owned(),
            screen,
            exchanges: new.iter().map(masked).collect(),
        });
        self.secrets().learn(&self.sandbox, &new);
    }

    /// Keeps an image beside the evidence, and tells of it in a screen.
    pub(crate) fn image(&mut self, screen: Screen, label: &str, image: &Document) -> Screen {
        let subtype = image.media_type().rsplit('/').next().unwrap_or_default();
        let ending = subtype.split('+').next().unwrap_or_default();
        let file = format!("{}-{label}.{ending}", self.evidence.key);
        fs::create_dir_all(folder()).unwrap();
        fs::write(folder().join(&file), image.bytes()).unwrap();
        let mut screen = screen;
        screen.images.push(Image {
            label: label.to_owned(),
            media_type: image.media_type().to_owned(),
            bytes: image.bytes().len(),
            file,
        });
        screen
    }

    /// Notes an OTP that the case used.
    pub(crate) fn otp(&self, otp: &Otp) {
        self.secrets().otp(otp);
    }

    fn secrets(&self) -> MutexGuard<'_, Secrets> {
        self.secrets.lock().unwrap()
    }

    /// Everything that was looked for was there.
    pub(crate) fn shown(mut self) {
        assert!(!self.evidence.steps.is_empty(), "a case without a step shows nothing");
        self.evidence.outcome = Outcome::Shown;
    }

    fn write(&mut self) {
        self.secrets().learn(&self.sandbox, &self.exchanged.exchanges());
        self.evidence.took_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let text = serde_json::to_string_pretty(&self.evidence).unwrap() + "\n";
        // A secret in it is a fault of this crate's: rather no evidence than that.
        let leaked = self.secrets().leaked_in(&text);
        if let Some(kind) = leaked {
            let case = &self.evidence.key;
            assert!(std::thread::panicking(), "the evidence of {case} would have held {kind}");
            return;
        }
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        // One case at a time, whatever process it runs in: the summary is made of all that is there.
        let lock = File::create(folder.join(".lock")).unwrap();
        lock.lock().unwrap();
        replace(&folder.join(format!("{}.json", self.evidence.key)), &text);
        summary::write(&root());
    }
}

/// A case that stops early has failed, and its evidence says so.
impl Drop for Recorder {
    fn drop(&mut self) {
        self.write();
    }
}

/// Writes a file so that a reader sees the old one or the new one, never a half.
pub(crate) fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}
