//! What happened, line by line: the same for the same seed.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_core::clock::Clock as _;
use abdm_core::testing::log::{listen, logged};
use abdm_flow::VirtualClock;
use chrono::{DateTime, Utc};
use tracing::Level;

/// How many characters of each line are its time.
pub(crate) const TIME_WIDTH: usize = 10;

/// The log of one run: what the simulated world does, and between it what the nodes log.
#[derive(Debug)]
pub(crate) struct Log {
    clock: VirtualClock,
    begun: DateTime<Utc>,
    text: Mutex<String>,
}

impl Log {
    pub(crate) fn new(clock: &VirtualClock) -> Self {
        listen(Level::DEBUG);
        let begun = clock.now();
        Self { clock: clock.clone(), begun, text: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One line, at the present instant.
    pub(crate) fn say(&self, what: fmt::Arguments<'_>) {
        let millis = (self.clock.now() - self.begun).num_milliseconds();
        let mut text = self.lock();
        take_in(&mut text);
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{seconds:>6}.{millis:03} {what}");
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        let mut text = self.lock();
        take_in(&mut text);
        text.clone()
    }
}

/// Takes over what the nodes have logged since the last line.
fn take_in(text: &mut String) {
    let nodes = logged();
    if nodes.is_empty() {
        return;
    }
    listen(Level::DEBUG);
    for line in nodes.lines() {
        text.push_str("           | ");
        text.push_str(line);
        text.push('\n');
    }
}

/// One line of the log of a world.
macro_rules! say {
    ($world:expr, $($what:tt)+) => {
        $world.log.say(format_args!($($what)+))
    };
}
pub(crate) use say;
