//! What a person sees while the journey runs: chapters, steps, and a spinner for the long parts.

use std::fmt::Display;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The terminal. Where output is no terminal, the same lines appear without the spinner.
#[derive(Debug)]
pub(crate) struct Stage {
    began: Instant,
}

impl Stage {
    /// Opens with one line that says what will happen.
    pub(crate) fn open(line: &str) -> Self {
        println!("{line}");
        Self { began: Instant::now() }
    }

    /// A new chapter.
    pub(crate) fn chapter(&self, number: usize, title: &str) {
        println!("\n{number}. {title}");
    }

    /// One step: a spinner while it lasts, a line when it is done.
    pub(crate) async fn step<T, E>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let spinner = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("   {spinner} {msg} {elapsed:.dim}") {
            spinner.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
        }
        spinner.set_message(what.to_owned());
        spinner.enable_steady_tick(Duration::from_millis(80));
        let began = Instant::now();
        let outcome = work.await;
        spinner.finish_and_clear();
        let mark = if outcome.is_ok() { '✓' } else { '✗' };
        let took = began.elapsed();
        if took >= Duration::from_millis(500) {
            println!("   {mark} {what} ({:.1} s)", took.as_secs_f64());
        } else {
            println!("   {mark} {what}");
        }
        outcome
    }

    /// What came of a step.
    pub(crate) fn tell(&self, line: impl Display) {
        println!("     {line}");
    }

    /// A page of text between rules, as wide as the text.
    pub(crate) fn page(&self, text: &str) {
        let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0).clamp(40, 100);
        println!("\n   ┌{}", "─".repeat(width + 1));
        for line in text.lines() {
            println!("   │ {line}");
        }
        println!("   └{}\n", "─".repeat(width + 1));
    }

    /// The last line.
    pub(crate) fn close(self, line: &str) {
        println!("\n{line} ({:.1} s)", self.began.elapsed().as_secs_f64());
    }
}
