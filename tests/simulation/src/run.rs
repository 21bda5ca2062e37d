//! One seed, from beginning to end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fidelius_crypto::hazmat::seed_this_thread;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::check;
use crate::desk::{Clerk, Stories};
use crate::ledger::FaultKind;
use crate::log::say;
use crate::mutant::Mutant;
use crate::options::Options;
use crate::random::Random;
use crate::report::Outcome;
use crate::town::Town;
use crate::world::World;

/// How long after the healing everything must have come to its end. A request for a link token that
/// is never answered is waited for for a day, and a link by itself is tried again eight hours later.
const DEADLINE: Duration = Duration::from_secs(33 * 60 * 60);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_secs(20);

/// What to run.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Plan {
    /// A broken build, instead of the real one.
    pub mutant: Option<Mutant>,
    /// Nothing goes wrong.
    pub calm: bool,
}

impl Plan {
    /// The real build, and everything that may go wrong.
    #[must_use]
    pub const fn new() -> Self {
        Self { mutant: None, calm: false }
    }

    /// A broken build.
    #[must_use]
    pub const fn of(mutant: Mutant) -> Self {
        Self { mutant: Some(mutant), calm: false }
    }

    /// Nothing goes wrong.
    #[must_use]
    pub const fn calm(mut self) -> Self {
        self.calm = true;
        self
    }

    /// Runs it with a seed.
    ///
    /// # Panics
    /// When the operating system gives no runtime.
    #[must_use]
    pub fn run(self, seed: u64) -> Outcome {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        // The runtime has this thread alone, so that keys and nonces, too, are those of the seed.
        seed_this_thread(Some(seed));
        let outcome = runtime.expect("a runtime").block_on(self.live(seed));
        seed_this_thread(None);
        outcome
    }

    async fn live(self, seed: u64) -> Outcome {
        let random = Random::new(seed);
        let drawn = random.of("options");
        let options = if self.calm { Options::calm(&drawn) } else { Options::drawn(&drawn) };
        let told = format!("{options:?}");
        let begun = Instant::now();
        let town = Arc::new(Town::new(seed, World::new(seed, options, self.mutant)));
        say!(town.world, "seed {seed}: {told}");
        let mut tasks = JoinSet::new();
        for node in &town.nodes {
            tasks.spawn(Arc::clone(node).live(Arc::clone(&town)));
        }
        let stories = Arc::new(Stories::default());
        tell(&town, &stories, &random.of("desks"), &mut tasks);

        let faulty_for = town.world.options.faulty_for;
        while begun.elapsed() < faulty_for && !town.world.ledger.has_faults() {
            sleep(LOOK.min(faulty_for)).await;
            check::doubles(&town);
        }
        heal(&town);
        let healed = Instant::now();
        while !is_over(&town, &stories).await && !town.world.ledger.has_faults() {
            if healed.elapsed() > DEADLINE {
                report_stuck(&town, &stories).await;
                break;
            }
            sleep(LOOK).await;
            check::doubles(&town);
        }
        if !town.world.ledger.has_faults() {
            check::kinds(&town).await;
            check::works(&town).await;
            check::accepted(&town);
            check::shelves(&town).await;
            check::ends(&town);
            check::links(&town).await;
            check::accounts(&town).await;
            check::proofs(&town);
        }
        check::log(&town);
        let outcome = Outcome {
            seed,
            mutant: self.mutant,
            faults: town.world.ledger.faults(),
            counts: counts(&town).await,
            virtual_time: begun.elapsed(),
            log: town.world.log.text(),
        };
        tasks.abort_all();
        town.nodes.iter().for_each(|node| node.stops());
        town.gateway.serves(Vec::new());
        outcome
    }
}

/// Begins every story of the run.
fn tell(town: &Arc<Town>, stories: &Arc<Stories>, random: &Random, tasks: &mut JoinSet<()>) {
    for (number, patient) in town.people.patients.iter().enumerate() {
        for hip in &town.people.hips {
            let story = format!("link of patient {number} at {hip}");
            let clerk = Clerk::new(town, stories, random, story);
            tasks.spawn(clerk.links(patient.clone(), hip.clone()));
            let story = format!("patient {number} links at {hip}");
            let clerk = Clerk::new(town, stories, random, story);
            tasks.spawn(clerk.links_from_the_app(patient.clone(), hip.clone()));
        }
        if let Some(hip) = &town.people.older {
            let story = format!("patient {number} proves themselves at {hip}");
            let clerk = Clerk::new(town, stories, random, story);
            tasks.spawn(clerk.proves_and_links(patient.clone(), hip.clone()));
        }
        let options = &town.world.options;
        let draws = random.of(&format!("account {number}"));
        if draws.chance(options.switches_off) {
            let story = format!("account of patient {number}");
            let clerk = Clerk::new(town, stories, random, story);
            let deletes = draws.chance(options.deletes);
            tasks.spawn(clerk.changes_the_account(patient.clone(), number, deletes));
        }
        for hiu in &town.people.hius {
            let story = format!("records of patient {number} for {hiu}");
            let clerk = Clerk::new(town, stories, random, story);
            tasks.spawn(clerk.asks_for_records(patient.clone(), hiu.clone()));
        }
    }
}

fn heal(town: &Town) {
    town.world.heal();
    town.houses.iter().for_each(|house| house.comes_back());
    town.nodes.iter().for_each(|node| node.clock.set_right());
}

/// Whether nothing is left to do.
async fn is_over(town: &Town, stories: &Stories) -> bool {
    if !stories.open().is_empty() || town.world.under_way() > 0 {
        return false;
    }
    for house in &town.houses {
        if check::waiting(house).await > 0 {
            return false;
        }
    }
    true
}

async fn report_stuck(town: &Town, stories: &Stories) {
    let ledger = &town.world.ledger;
    for (story, at) in stories.open() {
        ledger.fault(FaultKind::Stuck, format!("{story}: {at}"));
    }
    for house in &town.houses {
        let waiting = check::waiting(house).await;
        if waiting > 0 {
            ledger.fault(FaultKind::Stuck, format!("{}: {waiting} wait", house.name));
        }
    }
    let under_way = town.world.under_way();
    if under_way > 0 {
        ledger.fault(FaultKind::Stuck, format!("{under_way} callbacks are not delivered"));
    }
}

async fn counts(town: &Town) -> BTreeMap<&'static str, u64> {
    let mut counts = town.world.counts.all();
    for house in &town.houses {
        *counts.entry("messages").or_default() += house.works.messages().taken;
        *counts.entry("effects").or_default() += house.works.effects().taken;
        *counts.entry("dead letters").or_default() += check::set_aside(house).await;
    }
    counts
}
