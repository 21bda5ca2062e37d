//! What can go wrong with the sandbox itself.

use abdm_core::client::CallError;
use abdm_core::environment::EnvironmentError;
use abdm_core::id::IdError;
use abdm_core::receiver::ListenError;
use abdm_core::transport::TransportError;

/// Why the sandbox could not do what its owner asked.
///
/// What it answers to the software under test is not here: that is HTTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address is in use or not on this machine.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// RSA keys could not be made or used.
    #[error("the RSA keys could not be made: the system's random source may be missing")]
    Keys,
    /// The HTTP client for callbacks could not be made.
    #[error("the HTTP client for callbacks could not be made")]
    Transport(#[from] TransportError),
    /// The sandbox's own base URL cannot be used.
    #[error("the sandbox's own address is not usable")]
    Environment(#[from] EnvironmentError),
    /// A client, facility or person that does not exist here.
    #[error("no {kind} `{id}` is registered in the sandbox")]
    Unknown {
        /// `client`, `facility`, `patient` …
        kind: &'static str,
        /// Which was asked for.
        id: String,
    },
    /// An id that somebody has already.
    #[error("the {kind} `{id}` is there already: choose another id, or delete it first")]
    Taken {
        /// `client`, `facility` …
        kind: &'static str,
        /// Which was asked for.
        id: String,
    },
    /// A switch that does not exist, or a value that does not fit it.
    #[error("the switch `{name}` cannot be set: {problem}")]
    Switch {
        /// Which.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// The clock cannot be moved so.
    #[error("the clock cannot be moved so: {problem}")]
    Clock {
        /// What is wrong.
        problem: &'static str,
    },
    /// A document of a played HIP cannot be made.
    #[error("the document cannot be made: {problem}")]
    Document {
        /// Why.
        problem: String,
    },
    /// The certificates that callbacks shall trust cannot be read.
    #[error("the certificates cannot be read: a file of PEM certificates is needed")]
    Certificates(#[source] TransportError),
    /// The public URL cannot be used.
    #[error("the public URL must look like https://host:port, with nothing behind it")]
    PublicUrl,
    /// An id breaks its rule.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The patient's app was refused by the sandbox.
    #[error("the patient's app was refused: {0}")]
    App(#[source] Box<CallError>),
    /// Nothing that the patient could share fits the request.
    #[error("no linked record fits the request: link a care context of one of its HI types first")]
    NothingToShare,
    /// The facility's answer to a shared profile has no token.
    #[error("the facility took the shared profile without giving a token number")]
    NoToken,
    /// What the facility answered the patient's app, or ABDM in its place. Its text may name a
    /// person: it is in the error, and not in what is shown of this one.
    #[error("the facility refused the patient's app with {}", code(.0))]
    HipRefused(abdm_core::error::CallbackError),
    /// The facility did not answer in time: the app says that it cannot be reached.
    #[error("the facility did not answer the patient's app in time")]
    HipSilent,
    /// The sandbox runs no more.
    #[error("the sandbox has ended")]
    Ended,
    /// What the patient's app waited for did not happen in time.
    #[error("{what} did not arrive in time")]
    TimedOut {
        /// What was waited for.
        what: &'static str,
    },
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] crate::state::StateError),
    /// A transcript could not be written or read.
    #[error("the transcript failed")]
    Transcript(#[from] crate::transcript::TranscriptError),
}

fn code(error: &abdm_core::error::CallbackError) -> String {
    error.code.as_ref().map_or_else(|| "an error".to_owned(), ToString::to_string)
}

impl From<CallError> for SandboxError {
    fn from(error: CallError) -> Self {
        Self::App(Box::new(error))
    }
}
