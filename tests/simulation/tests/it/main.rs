//! That the simulation finds nothing in the real build, everything in broken ones, and the same
//! twice.

use abdm_simulation::{Mutant, Outcome, Plan, Totals};

/// How many seeds a test run takes on; `cargo xtask simulate` any number.
const SEEDS: u64 = 60;

#[test]
fn the_same_seed_gives_the_same_log_byte_for_byte() {
    // Enough of them that every sort of fault is among them.
    for seed in 0..12 {
        let (first, second) = (Plan::new().run(seed), Plan::new().run(seed));
        assert!(first.log.len() > 1_000, "a run of no steps proves nothing");
        let differs = first.log.lines().zip(second.log.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.log, second.log, "seed {seed}");
    }
}

#[test]
fn another_seed_gives_another_log() {
    assert_ne!(Plan::new().run(1).log, Plan::new().run(2).log);
}

#[test]
fn where_nothing_goes_wrong_everything_is_linked_delivered_and_erased() {
    let outcome = Plan::new().calm().run(3);
    assert!(outcome.faults.is_empty(), "{}", outcome.told());
    let count = |what| outcome.counts.get(what).copied().unwrap_or_default();
    assert_eq!((count("links"), count("journeys"), count("crash")), (1, 1, 0));
    assert!(count("consents") > 0, "{:?}", outcome.counts);
}

#[test]
fn where_nothing_goes_wrong_one_search_and_one_otp_link_what_a_patient_wants() {
    let outcomes: Vec<_> = (0..8).map(|seed| Plan::new().calm().run(seed)).collect();
    let count = |what| outcomes.iter().filter_map(|outcome| outcome.counts.get(what)).sum::<u64>();
    for outcome in &outcomes {
        assert!(outcome.faults.is_empty(), "{}", outcome.told());
    }
    assert!(count("own links") > 0);
    // Some choose a part first, and find that the facility has linked the rest.
    assert!(count("discoveries") <= 3 * count("own links"), "{outcomes:?}");
}

#[test]
fn nothing_is_lost_leaves_outside_a_consent_or_gets_stuck_whatever_goes_wrong() {
    let own = [
        "own links",
        "wrong OTP typed",
        "older OTP typed",
        "OTP typed late",
        "account changes",
        "accounts deleted",
        "proofs",
        "wrong proof told",
    ];
    let (mut totals, mut played) = (Totals::default(), own.map(|_| 0));
    for seed in 0..SEEDS {
        let outcome = Plan::new().run(seed);
        assert!(outcome.faults.is_empty(), "{}", outcome.told());
        totals.add(&outcome);
        for (sum, what) in played.iter_mut().zip(own) {
            *sum += outcome.counts.get(what).copied().unwrap_or_default();
        }
    }
    println!("{totals}");
    assert!(played.iter().all(|times| *times > 0), "{played:?}: what is not played proves nothing");
}

/// A checker that finds nothing in what is broken finds nothing.
#[test]
fn each_broken_build_is_found() {
    for mutant in Mutant::ALL {
        let found = (0..200).map(|seed| Plan::of(mutant).run(seed)).find(Outcome::is_found);
        let found = found.unwrap_or_else(|| panic!("{mutant} is not found"));
        println!("{mutant} is found by seed {}: {}", found.seed, found.told());
        assert!(found.told().contains(&format!("--seed {} --mutant {mutant}", found.seed)));
    }
}
