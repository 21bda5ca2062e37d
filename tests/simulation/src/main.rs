//! `cargo xtask simulate`: runs many seeds and tells what was done and found, or one seed with all
//! of its steps.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use abdm_simulation::{Mutant, Plan, Totals};
use clap::Parser;

/// Simulates hospitals, ABDM and everything that can go wrong between them.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask simulate")]
struct Arguments {
    /// How many seeds to run.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// Runs this seed alone, and prints every step.
    #[arg(long)]
    seed: Option<u64>,
    /// The first of many seeds.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Runs a build that is broken on purpose until that is found: `settles-before-commit`,
    /// `ignores-the-fence`, `duplicates-by-number-alone`, `ignores-the-end-of-consents`,
    /// `trusts-telephones` or `takes-old-otps`.
    #[arg(long)]
    mutant: Option<Mutant>,
    /// How many seeds run side by side; as many as the machine has processors unless said.
    #[arg(long)]
    jobs: Option<usize>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut plan = Plan::new();
    plan.mutant = arguments.mutant;
    match arguments.seed {
        Some(seed) => replay(plan, seed),
        None => many(plan, &arguments),
    }
}

/// One seed, step by step.
fn replay(plan: Plan, seed: u64) -> ExitCode {
    let outcome = plan.run(seed);
    print!("{}", outcome.log);
    let mut totals = Totals::default();
    totals.add(&outcome);
    println!("\n{totals}");
    print!("{}", outcome.told());
    if outcome.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Many seeds, side by side; of those that failed, the first few in the order of their numbers.
fn many(plan: Plan, arguments: &Arguments) -> ExitCode {
    const MOST_TOLD: usize = 10;
    let began = Instant::now();
    let last = arguments.from.saturating_add(arguments.seeds);
    let (next, stops) = (AtomicU64::new(arguments.from), AtomicBool::new(false));
    let (totals, failed) = (Mutex::new(Totals::default()), Mutex::new(Vec::new()));
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..arguments.jobs.unwrap_or(processors).max(1) {
            scope.spawn(|| {
                while !stops.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        return;
                    }
                    let outcome = plan.run(seed);
                    locked(&totals).add(&outcome);
                    if outcome.is_found() {
                        let mut failed = locked(&failed);
                        failed.push(outcome);
                        let enough = plan.mutant.is_some() || failed.len() >= MOST_TOLD;
                        stops.fetch_or(enough, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let totals = totals.into_inner().unwrap_or_default();
    let mut failed = failed.into_inner().unwrap_or_default();
    failed.sort_by_key(|outcome| outcome.seed);
    for outcome in &failed {
        print!("{}", outcome.told());
    }
    println!("{totals}");
    println!("in {:.1} s", began.elapsed().as_secs_f64());
    match (plan.mutant, failed.first()) {
        (Some(mutant), Some(outcome)) => {
            println!("{mutant} was found after {} seeds", outcome.seed - arguments.from + 1);
            ExitCode::SUCCESS
        }
        (Some(mutant), None) => {
            println!("{mutant} was NOT found");
            ExitCode::FAILURE
        }
        (None, Some(_)) => ExitCode::FAILURE,
        (None, None) => ExitCode::SUCCESS,
    }
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
