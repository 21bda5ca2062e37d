//! Measures of a subject beside a baseline, in one run, taking turns.

use std::process::ExitCode;

/// What was measured of both in each round.
#[derive(Debug, Default)]
pub struct Rounds {
    subject: Vec<f64>,
    baseline: Vec<f64>,
}

impl Rounds {
    /// Measures both so often. Who begins changes from round to round. A first round of each warms
    /// up and does not count.
    ///
    /// # Errors
    /// What a measure fails with.
    pub async fn taken<S, B>(
        rounds: usize,
        mut subject: impl FnMut() -> S,
        mut baseline: impl FnMut() -> B,
    ) -> anyhow::Result<Self>
    where
        S: Future<Output = anyhow::Result<f64>>,
        B: Future<Output = anyhow::Result<f64>>,
    {
        baseline().await?;
        subject().await?;
        let mut taken = Self::default();
        for round in 0..rounds {
            if round % 2 == 0 {
                taken.baseline.push(baseline().await?);
                taken.subject.push(subject().await?);
            } else {
                taken.subject.push(subject().await?);
                taken.baseline.push(baseline().await?);
            }
        }
        Ok(taken)
    }
}

/// The least, the median and the greatest.
fn spread(figures: &[f64]) -> [f64; 3] {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
    [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
}

/// A table of ratios, printed line by line.
#[derive(Debug)]
pub struct Table {
    missed: usize,
}

impl Table {
    /// Prints the head.
    #[must_use]
    pub fn new(what: &str, subject: &str, baseline: &str) -> Self {
        println!("\n| {what} | {subject} | {baseline} | ratio | target | |");
        println!("|---|---|---|---|---|---|");
        Self { missed: 0 }
    }

    /// The medians of both, each with its least and greatest, and the ratio of the medians, which
    /// has to reach the target.
    pub fn line(&mut self, what: &str, rounds: &Rounds, target: Option<f64>) {
        let [low, subject, high] = spread(&rounds.subject);
        let [base_low, baseline, base_high] = spread(&rounds.baseline);
        let ratio = subject / baseline;
        let is_missed = target.is_some_and(|target| ratio < target);
        self.missed += usize::from(is_missed);
        let target = target.map_or_else(String::new, |target| format!("≥ {target}"));
        let verdict = if is_missed { "missed" } else { "" };
        println!(
            "| {what} | {subject:.0} ({low:.0} to {high:.0}) \
             | {baseline:.0} ({base_low:.0} to {base_high:.0}) | {ratio:.2} | {target} | {verdict} |"
        );
    }

    /// Whether every target was reached.
    #[must_use]
    pub const fn verdict(&self) -> ExitCode {
        if self.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_below_its_target_is_counted_and_one_at_it_is_not() {
        let rounds = Rounds { subject: vec![9.0, 8.0, 100.0], baseline: vec![10.0, 10.0, 1.0] };
        let mut table = Table::new("of nothing", "ours", "bare");
        table.line("at it", &rounds, Some(0.9));
        table.line("without one", &rounds, None);
        assert_eq!(table.missed, 0);
        table.line("below it", &rounds, Some(0.91));
        assert_eq!(table.missed, 1);
    }
}
