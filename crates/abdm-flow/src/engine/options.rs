//! How an engine behaves.

use std::time::Duration;

use crate::Backoff;
use crate::store::Scope;

/// How an engine behaves. The defaults suit a facility's server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// A lasting name of this node, unique among the nodes that share the store (the host's name,
    /// say). With it, a node that starts again takes its own claims back at once; without it, it
    /// waits for their leases to end.
    pub node: Option<String>,
    /// The scopes whose work is taken up; everybody's, if nothing is said.
    pub scopes: Option<Vec<Scope>>,
    /// How much work is in progress at once. Default 16.
    pub concurrency: usize,
    /// How many bytes of messages' bodies one claim brings along; larger ones are read one by one.
    /// Default 1 MiB.
    pub claim_bytes: u64,
    /// How long a claim lasts. It is renewed while the work goes on, so this is only how long the
    /// work of a killed node lies idle. Default 30 seconds.
    pub lease: Duration,
    /// How often the store is asked although nothing is known to be due: the work may have come in
    /// at another node. Default 1.25 seconds.
    pub poll_interval: Duration,
    /// The least time between two claims under load: what becomes due in between comes with one.
    /// Default 2 milliseconds.
    pub claim_pause: Duration,
    /// The pauses between tries of an effect.
    pub retry: Backoff,
    /// The pauses of a message that waits for something other than a change of its flow.
    pub defer: Backoff,
    /// How long a message may wait before it is set aside. Default 30 minutes.
    pub max_deferral_age: Duration,
    /// How often a message may be put off before it is set aside. Default 100.
    pub max_deferrals: u32,
    /// How often an effect is tried, or a message or wake-up begun (and not ended, because the
    /// process died), before it is set aside. Default 50.
    pub max_attempts: u32,
    /// How often a lost race for a flow is run again. Default 32.
    pub max_conflicts: u32,
    /// How long an effect, or the reading of a message, may go on without
    /// [progress](crate::EffectContext::progress). Then it is broken off, counts as a failed try,
    /// and is taken up again after a pause: a hook that hangs must not hold its flow up for ever.
    /// Default 10 minutes, longer than any call of the client takes with its repetitions.
    pub patience: Duration,
    /// How long work in progress may take to end at shutdown. Default 20 seconds.
    pub drain: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            node: None,
            scopes: None,
            concurrency: 16,
            claim_bytes: 1 << 20,
            lease: Duration::from_secs(30),
            poll_interval: Duration::from_millis(1250),
            claim_pause: Duration::from_millis(2),
            retry: Backoff::default(),
            defer: Backoff::new(Duration::from_millis(200), Duration::from_secs(60)),
            max_deferral_age: Duration::from_secs(30 * 60),
            max_deferrals: 100,
            max_attempts: 50,
            max_conflicts: 32,
            patience: Duration::from_secs(10 * 60),
            drain: Duration::from_secs(20),
        }
    }
}
