//! Who answered, and what it took.

use std::fmt;
use std::time::Duration;

use url::Url;

/// Who answered a call, or should have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Peer {
    /// ABDM: the gateway, the consent manager, the ABHA services, a registry.
    Abdm,
    /// Another facility, at this host: the receiver of a data push.
    Facility(String),
}

impl Peer {
    /// The facility at this URL. Only host and port are kept: a path may hold ids.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let host = Url::parse(url).ok().and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
        });
        Self::Facility(host.unwrap_or_else(|| "an unreadable address".to_owned()))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abdm => f.write_str("ABDM"),
            Self::Facility(host) => write!(f, "the facility at {host}"),
        }
    }
}

/// What a call took before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effort {
    /// How often it was sent.
    pub tries: u32,
    /// From the first try, or the wait for a session before it, to the last answer.
    pub elapsed: Duration,
}

impl Effort {
    /// This many tries within this time.
    #[must_use]
    pub const fn new(tries: u32, elapsed: Duration) -> Self {
        Self { tries, elapsed }
    }
}

/// `after 3 tries in 4.2 s`.
impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tries = if self.tries == 1 { "try" } else { "tries" };
        write!(f, "after {} {tries} in {:.1} s", self.tries, self.elapsed.as_secs_f64())
    }
}
