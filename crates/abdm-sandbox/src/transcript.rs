//! The record of a run: every exchange, as one JSON line, in order of completion.
//!
//! [`Exchange`], which is `abdm-core`'s, is the format: other tools read it back with [`read`], and
//! people with any text tool. What must not be written down is masked before the first byte is
//! written, visibly, with `…`: see [`Exchange::masked`]. The page `docs/transcript.md` describes the
//! format for readers in other languages.
//!
//! ```
//! use abdm_sandbox::transcript::{Party, read};
//! let line = r#"{"at":"2026-11-22T10:00:00.000Z","from":"clinic","to":"abdm","method":"POST",
//!   "path":"/api/hiecm/gateway/v3/sessions","headers":{"REQUEST-ID":"2a3b"},
//!   "body":{"clientId":"SBX_CLINIC","clientSecret":"…"},"status":202,
//!   "response":{"accessToken":"…"},"ms":3}"#.replace('\n', "");
//! let exchanges: Vec<_> = read(line.as_bytes()).collect::<Result<_, _>>()?;
//! assert_eq!(exchanges[0].from, Party::Clinic);
//! # Ok::<(), abdm_sandbox::transcript::TranscriptError>(())
//! ```

mod recording;

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use abdm_core::exchange::{Exchange, Party};

pub use self::recording::RecordingTransport;

/// Sees every exchange when it is complete. Called on the task of the exchange: be quick.
pub trait Observer: Send + Sync + 'static {
    /// An exchange is complete, or has failed for good.
    fn exchanged(&self, exchange: &Exchange);
}

impl<F: Fn(&Exchange) + Send + Sync + 'static> Observer for F {
    fn exchanged(&self, exchange: &Exchange) {
        self(exchange);
    }
}

/// All observers of one sandbox, as one.
#[derive(Clone, Default)]
pub(crate) struct Observers(Vec<Arc<dyn Observer>>);

impl Observers {
    pub(crate) fn add(&mut self, observer: Arc<dyn Observer>) {
        self.0.push(observer);
    }
}

impl Observer for Observers {
    fn exchanged(&self, exchange: &Exchange) {
        for observer in &self.0 {
            observer.exchanged(exchange);
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} observers", self.0.len())
    }
}

/// Why a transcript could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// The file cannot be opened, read or written.
    #[error("the transcript cannot be opened, read or written")]
    Io(#[from] std::io::Error),
    /// A line is not an exchange.
    #[error("line {line} of the transcript is not an exchange")]
    Line {
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// Writes exchanges, masked, as JSON lines.
///
/// Each line is flushed when it is written, so that a crash leaves a readable transcript. When
/// writing fails the transcript ends there; [`Transcript::finish`] tells.
#[derive(Clone)]
pub struct Transcript {
    state: Arc<Mutex<State>>,
}

struct State {
    out: Box<dyn Write + Send>,
    written: usize,
    failed: Option<std::io::Error>,
}

impl Transcript {
    /// Writes into a file, which is made or emptied.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn to_file(path: impl AsRef<Path>) -> Result<Self, TranscriptError> {
        Ok(Self::to_writer(std::fs::File::create(path)?))
    }

    /// Writes anywhere.
    pub fn to_writer(out: impl Write + Send + 'static) -> Self {
        let state = State { out: Box::new(out), written: 0, failed: None };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// How many exchanges were written.
    ///
    /// # Errors
    /// The first failure to write, if there was one.
    pub fn finish(&self) -> Result<usize, TranscriptError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(state.written),
        }
    }
}

impl Observer for Transcript {
    fn exchanged(&self, exchange: &Exchange) {
        let Ok(mut line) = serde_json::to_vec(&exchange.masked()) else {
            return;
        };
        line.push(b'\n');
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_some() {
            return;
        }
        match state.out.write_all(&line).and_then(|()| state.out.flush()) {
            Ok(()) => state.written += 1,
            Err(error) => state.failed = Some(error),
        }
    }
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transcript")
    }
}

/// Keeps exchanges in memory, as they were on the wire. For tests.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Memory {
    /// All exchanges so far, in order of completion.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for Memory {
    fn exchanged(&self, exchange: &Exchange) {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange.clone());
    }
}

/// Reads a transcript back, line by line. Blank lines are skipped.
pub fn read(from: impl Read) -> impl Iterator<Item = Result<Exchange, TranscriptError>> {
    BufReader::new(from).lines().enumerate().filter_map(|(index, line)| {
        let line = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => line,
            Err(error) => return Some(Err(error.into())),
        };
        let read = serde_json::from_str(&line);
        Some(read.map_err(|source| TranscriptError::Line { line: index + 1, source }))
    })
}
