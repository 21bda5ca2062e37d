//! The order to end: SIGTERM, or Ctrl-C.

use std::pin::pin;

use abdm_core::receiver::shutdown_signal;
use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

/// Tells a program that it is to end. The default is never told.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    told: CancellationToken,
    serving: CancellationToken,
}

impl Stop {
    /// Is ready when the program is told to end.
    pub(super) async fn told(&self) {
        self.told.cancelled().await;
    }

    /// From now on the program finishes what it has taken before it ends.
    pub(super) fn is_serving(&self) {
        self.serving.cancel();
    }
}

/// Runs a program that serves ([`HipProgram::serve`](super::HipProgram::serve)) until SIGTERM or Ctrl-C,
/// which are heard from here on: what only begins ends at once, what serves finishes first. One that
/// does not serve is killed by them, as any program.
///
/// # Errors
/// When signals cannot be heard; the program's.
pub async fn until_told_to_end<F>(
    serves: bool,
    program: impl FnOnce(Stop) -> F,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    if !serves {
        return program(Stop::default()).await;
    }
    let signal = shutdown_signal().context("SIGTERM cannot be heard")?;
    until(signal, program).await
}

async fn until<F>(
    signal: impl Future<Output = ()>,
    program: impl FnOnce(Stop) -> F,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let stop = Stop::default();
    let mut running = pin!(program(stop.clone()));
    tokio::select! {
        biased;
        ended = &mut running => return ended,
        () = signal => {}
    }
    if stop.serving.is_cancelled() {
        stop.told.cancel();
        return running.await;
    }
    println!("ended before it served");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// The signal of a service manager to this process.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_program_that_is_told_to_end_while_it_begins_ends_at_once() {
        let begins = until_told_to_end(true, |_| async {
            let process = std::process::id().to_string();
            let told = std::process::Command::new("kill").args(["-TERM", &process]).status();
            assert!(told.unwrap().success());
            // A database that does not answer.
            pending().await
        });
        tokio::time::timeout(PATIENCE, begins).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_program_that_serves_finishes_what_it_has_taken() {
        let mut has_finished = false;
        let finished = &mut has_finished;
        let served = until(ready(()), |stop| async move {
            stop.is_serving();
            stop.told().await;
            tokio::task::yield_now().await;
            *finished = true;
            anyhow::bail!("its own end")
        });
        let ended = tokio::time::timeout(PATIENCE, served).await.unwrap();
        assert_eq!(ended.unwrap_err().to_string(), "its own end");
        assert!(has_finished);
    }
}
