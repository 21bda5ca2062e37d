//! Takes down what happens in one case, and writes it when the case has ended, however it ended.

use std::sync::Arc;
use std::time::Instant;

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::secret::Otp;
use abdm_core::wire::Document;

use crate::archive::Archive;
use crate::case::Case;
use crate::evidence::{Ending, Evidence, FORM, Image, Screen, Status, Step};
use crate::outcome::{Outcome, with_causes};
use crate::place::Place;
use crate::requirement;
use crate::secrecy::{Secrets, without_mobiles};
use crate::stage::Watch;

/// Takes down what happens in one case.
pub(crate) struct Recorder {
    evidence: Evidence,
    began: Instant,
    place: Arc<dyn Place>,
    watch: Watch,
    /// So many exchanges stand in the steps.
    told: usize,
    secrets: Secrets,
    /// Each with the name of its file.
    images: Vec<(String, Vec<u8>)>,
}

impl Recorder {
    pub(crate) fn open(case: &Case, place: Arc<dyn Place>, watch: Watch) -> Self {
        let first = case.requirements().first().and_then(|id| requirement::of(id));
        let evidence = Evidence {
            form: FORM.to_owned(),
            milestone: case.milestone(),
            case: first.map_or(case.id(), |first| first.nha_id()).to_owned(),
            key: case.id().to_owned(),
            asks: first.map_or(case.title(), |first| &first.wording).to_owned(),
            status: first.map_or(Status::Optional, Status::from),
            condition: first.and_then(|first| first.condition.clone()),
            requirements: case.requirements().iter().copied().map(str::to_owned).collect(),
            test: case.name(),
            sdk: format!("{} {}", case.milestone().shown_crate(), env!("CARGO_PKG_VERSION")),
            server: place.server(),
            outcome: Ending::Failed,
            reason: None,
            recorded_at: SystemClock.now(),
            took_ms: 0,
            steps: Vec::new(),
        };
        let secrets = Secrets::default();
        Self { evidence, began: Instant::now(), place, watch, told: 0, secrets, images: Vec::new() }
    }

    /// The next step: what was done, what the screen can show, and the calls since the last one.
    pub(crate) fn step(&mut self, action: &str, screen: Screen) {
        let new = self.watch.exchanges().split_off(self.told);
        self.told += new.len();
        // An OTP of this step may be void at the end.
        self.place.note_secrets(&mut self.secrets);
        self.secrets.of_exchanges(&new);
        self.evidence.steps.push(Step {
            number: self.evidence.steps.len() + 1,
            at: self.place.client().now(),
            action: action.to_owned(),
            screen,
            exchanges: new.iter().map(|exchange| without_mobiles(exchange.masked())).collect(),
        });
    }

    /// Keeps an image for a file beside the evidence, and tells of it in a screen.
    pub(crate) fn image(&mut self, mut screen: Screen, label: &str, image: &Document) -> Screen {
        let subtype = image.media_type().rsplit('/').next().unwrap_or_default();
        let ending = subtype.split('+').next().unwrap_or_default();
        let file = format!("{}-{label}.{ending}", self.evidence.key);
        self.images.push((file.clone(), image.bytes().to_vec()));
        screen.images.push(Image {
            label: label.to_owned(),
            media_type: image.media_type().to_owned(),
            bytes: image.bytes().len(),
            file,
        });
        screen
    }

    /// Notes an OTP that the case used.
    pub(crate) fn otp(&mut self, otp: &Otp) {
        self.secrets.otp(otp);
    }

    /// Writes the evidence of a case that ended so. What comes back is worse than that when a secret
    /// would have stood in it, or when it cannot be written.
    pub(crate) fn close(mut self, outcome: Outcome) -> Outcome {
        self.secrets.of_supplies(self.place.supplies());
        self.secrets.of_exchanges(&self.watch.exchanges());
        self.place.note_secrets(&mut self.secrets);
        let outcome = self.judged(outcome);
        self.evidence.outcome = match &outcome {
            Outcome::Passed => Ending::Shown,
            Outcome::Failed { .. } => Ending::Failed,
            Outcome::NotPossible { .. } => Ending::NotPossible,
        };
        self.evidence.reason = outcome.reason().map(str::to_owned);
        self.evidence.took_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let text = match serde_json::to_string_pretty(&self.evidence) {
            Ok(text) => text + "\n",
            Err(error) => return Outcome::failed(format!("the evidence is no JSON: {error}")),
        };
        // A secret in it is a fault of this crate's: rather no evidence than that.
        if let Some(kind) = self.secrets.leaked_in(&text) {
            let leaked = format!("the evidence would have held {kind}, and was not written");
            return match outcome {
                Outcome::Failed { reason } => Outcome::failed(format!("{reason}; {leaked}")),
                Outcome::Passed | Outcome::NotPossible { .. } => Outcome::failed(leaked),
            };
        }
        let archive = Archive::at(self.place.evidence());
        match archive.keep(self.evidence.milestone, &self.evidence.key, &text, &self.images) {
            Ok(()) => outcome,
            Err(error) => Outcome::failed(with_causes(&error)),
        }
    }

    /// A case that shows nothing has not passed, and a reason that holds a secret is not told.
    fn judged(&self, outcome: Outcome) -> Outcome {
        if outcome == Outcome::Passed && self.evidence.steps.is_empty() {
            return Outcome::failed("a case without a step shows nothing");
        }
        match outcome.reason().and_then(|reason| self.secrets.leaked_in(reason)) {
            Some(kind) => Outcome::failed(format!("the reason is not told: it held {kind}")),
            None => outcome,
        }
    }
}
