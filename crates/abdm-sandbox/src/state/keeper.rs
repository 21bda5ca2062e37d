//! Who writes the file, and when.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Changes, Standing, StateFile};
use crate::engine::Engine;

/// A change is followed by others: they are awaited for so long.
const BURST: Duration = Duration::from_millis(200);
/// However much happens, it is written no more often than this, and less often when it takes long.
const EVERY: Duration = Duration::from_secs(1);
/// After a failure it is tried again after this.
const RETRY: Duration = Duration::from_secs(5);

/// Keeps the file of an engine until that has ended, and writes it a last time.
pub(crate) async fn keep(
    engine: Arc<Engine>,
    file: StateFile,
    standing: Arc<Standing>,
    ended: impl Future<Output = ()>,
) {
    let file = Arc::new(file);
    let changes = engine.changes().clone();
    let save = || save(Arc::clone(&engine), Arc::clone(&file), Arc::clone(&standing));
    write_changes(&changes, ended, save).await;
}

/// Whether it was written.
async fn save(engine: Arc<Engine>, file: Arc<StateFile>, standing: Arc<Standing>) -> bool {
    let written = tokio::task::spawn_blocking(move || {
        let (started, at) = (std::time::Instant::now(), engine.unmoved_now());
        let saved = engine.saved();
        let noted = started.elapsed();
        let result = file.write(&saved, at);
        let took = started.elapsed();
        tracing::debug!(?noted, ?took, "the state was saved");
        standing.note(&result, at);
        result.is_ok()
    });
    written.await.unwrap_or(false)
}

/// Saves soon after each change, and what is unsaved at the end.
async fn write_changes<F: Future<Output = bool>>(
    changes: &Changes,
    ended: impl Future<Output = ()>,
    mut save: impl FnMut() -> F,
) {
    let mut ended = pin!(ended);
    let mut next = Instant::now();
    loop {
        tokio::select! {
            () = &mut ended => break,
            () = changes.marked() => {}
        }
        let at = next.max(Instant::now() + BURST);
        tokio::select! {
            () = &mut ended => break,
            () = tokio::time::sleep_until(at) => {}
        }
        let begun = Instant::now();
        changes.take();
        let saved = save().await;
        if !saved {
            changes.mark();
        }
        // However large the file and however busy the machine, half of one processor is left alone.
        let took = begun.elapsed();
        next = begun + if saved { EVERY.max(took * 2) } else { RETRY };
    }
    if changes.take() && !save().await {
        changes.mark();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// When each save began. They take so long, and succeed where `answers` says so of their turn.
    async fn saves_of(
        act: impl AsyncFnOnce(&Changes),
        long: Duration,
        answers: impl Fn(usize) -> bool,
    ) -> Vec<Duration> {
        let (changes, start) = (Changes::default(), Instant::now());
        let times = Cell::new(Vec::new());
        let save = || {
            let mut all = times.take();
            all.push(start.elapsed());
            let saved = answers(all.len());
            times.set(all);
            async move {
                tokio::time::sleep(long).await;
                saved
            }
        };
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let ended = async move { drop(told.await) };
        let acts = async {
            act(&changes).await;
            drop(tell);
        };
        tokio::join!(write_changes(&changes, ended, save), acts);
        times.into_inner()
    }

    async fn saves(
        act: impl AsyncFnOnce(&Changes),
        answers: impl Fn(usize) -> bool,
    ) -> Vec<Duration> {
        saves_of(act, Duration::ZERO, answers).await
    }

    const LATER: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_change_is_written_within_a_second_and_without_changes_nothing_is() {
        let act = async |changes: &Changes| {
            tokio::time::sleep(LATER).await;
            changes.mark();
            tokio::time::sleep(LATER).await;
        };
        assert_eq!(saves(act, |_| true).await, [LATER + BURST]);
    }

    #[tokio::test(start_paused = true)]
    async fn under_load_it_is_written_every_second() {
        let act = async |changes: &Changes| {
            for _ in 0..1000 {
                changes.mark();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(LATER).await;
        };
        let saves = saves(act, |_| true).await;
        let from_begin = |n: u32| BURST + EVERY * n;
        assert_eq!(saves, (0..6).map(from_begin).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_save_that_takes_long_is_made_less_often() {
        let act = async |changes: &Changes| {
            for _ in 0..70 {
                changes.mark();
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            tokio::time::sleep(LATER).await;
        };
        let long = Duration::from_secs(3);
        let saves = saves_of(act, long, |_| true).await;
        let from_begin = |n: u32| BURST + long * 2 * n;
        assert_eq!(saves, (0..4).map(from_begin).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_tried_again_without_a_further_change() {
        let act = async |changes: &Changes| {
            changes.mark();
            tokio::time::sleep(LATER).await;
        };
        let saves = saves(act, |turn| turn > 2).await;
        assert_eq!(saves, [BURST, BURST + RETRY, BURST + RETRY * 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_unsaved_at_the_end_is_written() {
        let act = async |changes: &Changes| changes.mark();
        assert_eq!(saves(act, |_| true).await, [Duration::ZERO]);
        assert_eq!(saves(async |_: &Changes| {}, |_| true).await, []);
    }
}
