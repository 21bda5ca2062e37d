//! When a node is killed: progress decides over it, not time, so that there are as many kills on a
//! fast machine as on a slow one.

use std::sync::Arc;

use anyhow::ensure;
use tokio::sync::watch;

use crate::seeded::Seeded;

/// The kills of one check: each is due when the work has come to a point within its share of it.
#[derive(Debug)]
pub struct Kills {
    points: Vec<usize>,
    slack: usize,
    carried_out: usize,
    pace: Pace,
}

impl Kills {
    /// So many kills, over so much work. The work goes on for `slack` pieces after a point and then
    /// waits for the kill, so that none comes when all is done.
    ///
    /// # Errors
    /// When there is too little work for so many kills.
    pub fn planned(
        work: usize,
        kills: usize,
        slack: usize,
        chance: &mut Seeded,
    ) -> anyhow::Result<Self> {
        let share = work / kills.max(1);
        ensure!(share >= slack + 2, "{work} pieces of work are too little for {kills} kills");
        let mut points = Vec::new();
        for kill in 0..kills {
            // Not at the very first piece: there would be nothing before it.
            let within = chance.between(1, (share - slack) as u64);
            points.push(kill * share + usize::try_from(within)?);
        }
        let hold_at = points.first().map_or(usize::MAX, |point| point + slack);
        let pace = Pace(Arc::new(watch::Sender::new(State { done: 0, hold_at, is_over: false })));
        Ok(Self { points, slack, carried_out: 0, pace })
    }

    /// What the work tells its progress.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Waits until the next kill is due; tells which it is. Nothing after the last one, and nothing
    /// when the work has ended before it came to the point.
    pub async fn due(&self) -> Option<usize> {
        let point = *self.points.get(self.carried_out)?;
        self.pace.until(|state| state.done >= point || state.is_over).await;
        let mut is_due = false;
        self.pace.0.send_modify(|state| {
            is_due = state.done >= point;
            if !is_due {
                // Nobody would let go on what comes late.
                state.hold_at = usize::MAX;
            }
        });
        is_due.then_some(self.carried_out)
    }

    /// How many were carried out.
    #[must_use]
    pub const fn so_far(&self) -> usize {
        self.carried_out
    }

    /// The kill that was due is carried out: the work may go on.
    pub fn carried_out(&mut self) {
        self.carried_out += 1;
        let next = self.points.get(self.carried_out);
        let hold_at = next.map_or(usize::MAX, |point| point + self.slack);
        self.pace.0.send_modify(|state| state.hold_at = hold_at);
    }
}

#[derive(Debug)]
struct State {
    done: usize,
    /// Having come so far, the work waits.
    hold_at: usize,
    is_over: bool,
}

/// How far the work is.
#[derive(Debug, Clone)]
pub struct Pace(Arc<watch::Sender<State>>);

impl Pace {
    /// One more piece is done. Returns when the work may go on.
    pub async fn done_one(&self) {
        self.0.send_modify(|state| state.done += 1);
        self.may_go_on().await;
    }

    /// The work has ended, however far it came: a kill whose point it did not reach is not awaited.
    pub fn end(&self) {
        self.0.send_modify(|state| state.is_over = true);
    }

    /// Waits while a kill is due.
    pub async fn may_go_on(&self) {
        self.until(|state| state.done < state.hold_at).await;
    }

    async fn until(&self, holds: impl FnMut(&State) -> bool) {
        // It cannot be closed: this is one of its senders.
        let _ = self.0.subscribe().wait_for(holds).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn work(pace: Pace, pieces: usize) {
        for _ in 0..pieces {
            pace.done_one().await;
        }
    }

    #[tokio::test]
    async fn kills_of_work_that_takes_no_time_are_all_carried_out_before_it_ends() {
        for seed in 0..50 {
            let mut kills = Kills::planned(500, 10, 25, &mut Seeded::new(seed)).unwrap();
            let working = tokio::spawn(work(kills.pace(), 500));
            let mut carried_out = 0;
            while let Some(number) = kills.due().await {
                assert_eq!(number, carried_out);
                tokio::task::yield_now().await;
                assert!(!working.is_finished(), "seed {seed}, kill {number}");
                carried_out += 1;
                kills.carried_out();
            }
            working.await.unwrap();
            assert_eq!(carried_out, 10);
        }
    }

    #[tokio::test]
    async fn work_without_slack_that_comes_to_a_kill_waits_for_it() {
        let mut kills = Kills::planned(8, 2, 0, &mut Seeded::new(1)).unwrap();
        let working = tokio::spawn(work(kills.pace(), 8));
        let point = *kills.points.first().unwrap();
        // There is one thread: it goes on until it waits.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(kills.pace.0.borrow().done, point);
        while kills.due().await.is_some() {
            kills.carried_out();
        }
        working.await.unwrap();
    }

    #[tokio::test]
    async fn kills_of_work_that_ends_early_end_with_it_and_hold_nothing_up() {
        let mut kills = Kills::planned(500, 10, 25, &mut Seeded::new(1)).unwrap();
        let pace = kills.pace();
        let working = tokio::spawn(async move {
            work(pace.clone(), 120).await;
            pace.end();
        });
        while kills.due().await.is_some() {
            kills.carried_out();
        }
        working.await.unwrap();
        assert!((1..10).contains(&kills.so_far()), "{} kills", kills.so_far());
        work(kills.pace(), 380).await;
    }

    #[tokio::test]
    async fn a_kill_whose_point_was_reached_is_due_though_the_work_has_ended() {
        let kills = Kills::planned(8, 1, 0, &mut Seeded::new(1)).unwrap();
        kills.pace.0.send_modify(|state| state.done = 8);
        kills.pace.end();
        assert_eq!(kills.due().await, Some(0));
    }

    #[test]
    fn too_little_work_for_the_kills_is_refused() {
        assert!(Kills::planned(9, 5, 0, &mut Seeded::new(1)).is_err());
    }
}
