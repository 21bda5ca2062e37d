//! What one seed plays, and with which faults: drawn anew for each seed.

use std::time::Duration;

use chrono::TimeDelta;

use crate::random::Random;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// How one seed's world is, and how often what goes wrong in it. Rates are in ten thousand.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Nodes of the hospital, and of each HIU.
    pub(crate) hip_nodes: u64,
    pub(crate) hiu_nodes: u64,
    /// Facilities of the hospital's bridge; HIUs over one store.
    pub(crate) hip_facilities: u64,
    pub(crate) hiu_facilities: u64,
    pub(crate) patients: u64,
    /// The most visits of a patient at one facility, and documents of a visit.
    pub(crate) most_visits: u64,
    pub(crate) most_documents: u64,
    /// Whether nodes have names that outlive them.
    pub(crate) nodes_are_named: bool,
    pub(crate) poll: Duration,
    pub(crate) concurrency: usize,
    /// How long things go wrong; then everything is healed.
    pub(crate) faulty_for: Duration,
    /// The longest way of a message over the network, and the longest call of a store.
    pub(crate) slowest_way: Duration,
    pub(crate) slowest_store: Duration,
    pub(crate) slowest_hook: Duration,
    /// How far nodes' clocks are off, and how much faster or slower they go, in millionths.
    pub(crate) most_offset: Duration,
    pub(crate) most_drift: u64,
    pub(crate) rates: Rates,
    /// The gateway numbers the callbacks of each endpoint on their own, so that callbacks of two
    /// endpoints have one number.
    pub(crate) numbers_by_endpoint: bool,
    /// A quarter, half … of the consents that end by themselves, a short time after the grant.
    pub(crate) expires: u64,
    /// Consents that are taken back while their records are on the way.
    pub(crate) revokes_early: u64,
    pub(crate) denies: u64,
    /// Patients who link visits of a facility themselves, from their app.
    pub(crate) link_themselves: u64,
    /// Facilities that say of a patient's records that they are final, and leave the rest.
    pub(crate) final_records: u64,
    /// For how long the OTP of a link is good.
    pub(crate) otp_valid_for: Duration,
    /// Patients who switch their ABHA account off and on again; those of them who then delete it.
    pub(crate) switches_off: u64,
    pub(crate) deletes: u64,
    /// Whether the hospital's bridge has a facility that speaks V0.5.
    pub(crate) speaks_older: bool,
}

/// How often what goes wrong, in ten thousand times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    pub(crate) request_lost: u64,
    pub(crate) answer_lost: u64,
    pub(crate) refused_busy: u64,
    pub(crate) failed_after: u64,
    pub(crate) callback_lost: u64,
    pub(crate) callback_never: u64,
    pub(crate) callback_twice: u64,
    pub(crate) callback_late: u64,
    pub(crate) push_twice: u64,
    pub(crate) crash_in_store: u64,
    pub(crate) crash_on_wire: u64,
    pub(crate) crash_in_hook: u64,
    pub(crate) crash_by_clock: u64,
    pub(crate) pauses: u64,
    pub(crate) store_fails_before: u64,
    pub(crate) store_fails_after: u64,
    pub(crate) store_away: u64,
    pub(crate) leases_lost: u64,
    pub(crate) hook_fails: u64,
    /// Patients who type a wrong OTP, an older one, or the right one when its time is over.
    pub(crate) types_wrong: u64,
    pub(crate) types_older: u64,
    pub(crate) types_late: u64,
}

impl Options {
    /// Those of a seed.
    pub(crate) fn drawn(random: &Random) -> Self {
        let of = |spans: &[Duration]| random.one_of(spans).copied().unwrap_or(SECOND);
        let hip_facilities = random.between(1, 2);
        let many = random.chance(2_500);
        Self {
            hip_nodes: random.between(1, 2),
            hiu_nodes: random.between(1, 2),
            hip_facilities,
            hiu_facilities: random.between(1, 2),
            patients: random.between(1, 2),
            most_visits: random.between(1, 3),
            most_documents: if many { 6 } else { 2 },
            nodes_are_named: random.chance(7_500),
            poll: of(&[5 * SECOND, 20 * SECOND]),
            concurrency: *random.one_of(&[2, 4, 16]).unwrap_or(&16),
            faulty_for: random.pause(3 * MINUTE, 20 * MINUTE),
            slowest_way: of(&[SECOND / 20, 2 * SECOND, 20 * SECOND, 70 * SECOND]),
            slowest_store: of(&[Duration::ZERO, SECOND / 50, SECOND, 15 * SECOND]),
            slowest_hook: of(&[Duration::ZERO, SECOND, 40 * SECOND]),
            most_offset: of(&[Duration::ZERO, SECOND, 20 * SECOND]),
            most_drift: random.level(&[50, 1_000, 20_000]),
            rates: Rates::drawn(random),
            numbers_by_endpoint: random.chance(3_000),
            expires: random.level(&[2_500, 5_000]),
            revokes_early: random.level(&[2_500, 7_500]),
            denies: random.level(&[1_000, 3_000]),
            link_themselves: *random.one_of(&[0, 7_500, 10_000]).unwrap_or(&0),
            final_records: random.level(&[5_000, 10_000]),
            otp_valid_for: of(&[MINUTE, 3 * MINUTE, 10 * MINUTE]),
            switches_off: random.level(&[5_000, 10_000]),
            deletes: random.level(&[3_000]),
            speaks_older: random.chance(4_000),
        }
    }

    /// One hospital, one HIU, one patient, and nothing goes wrong.
    pub(crate) fn calm(random: &Random) -> Self {
        Self {
            hip_nodes: 1,
            hiu_nodes: 1,
            hip_facilities: 1,
            hiu_facilities: 1,
            patients: 1,
            most_offset: Duration::ZERO,
            most_drift: 0,
            rates: Rates::default(),
            slowest_way: SECOND / 20,
            slowest_store: Duration::ZERO,
            slowest_hook: Duration::ZERO,
            denies: 0,
            link_themselves: 10_000,
            ..Self::drawn(random)
        }
    }
}

impl Options {
    /// How far a node's clock is off at most.
    pub(crate) fn clocks_off(&self) -> TimeDelta {
        let drift = self.faulty_for.as_millis() * u128::from(self.most_drift) / 1_000_000;
        // Things are healed a look later than they should be.
        let millis = self.most_offset.as_millis() + drift + 1_000;
        TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

impl Rates {
    fn drawn(random: &Random) -> Self {
        let often = [100, 500, 2_500];
        let seldom = [20, 100, 400];
        let rare = [5, 25, 100];
        Self {
            request_lost: random.level(&often),
            answer_lost: random.level(&often),
            refused_busy: random.level(&often),
            failed_after: random.level(&seldom),
            callback_lost: random.level(&often),
            callback_never: random.level(&often),
            callback_twice: random.level(&often),
            callback_late: random.level(&seldom),
            push_twice: random.level(&often),
            crash_in_store: random.level(&rare),
            crash_on_wire: random.level(&seldom),
            crash_in_hook: random.level(&seldom),
            crash_by_clock: random.level(&[1_000, 3_000]),
            pauses: random.level(&rare),
            store_fails_before: random.level(&seldom),
            store_fails_after: random.level(&seldom),
            store_away: random.level(&[5, 20]),
            leases_lost: random.level(&seldom),
            hook_fails: random.level(&often),
            types_wrong: random.level(&[500, 2_500]),
            types_older: random.level(&[500, 2_500]),
            types_late: random.level(&[1_000, 4_000]),
        }
    }
}
