//! Whatever order, number and fate of messages: the same end.

use std::sync::Arc;
use std::time::Duration;

use abdm_flow::store::{FlowList, FlowStore, MemoryStore};
use abdm_flow::{EngineOptions, Flow, FlowError, Wake};
use chrono::{DateTime, Utc};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::errand::{Effect, Errand, Event, State, TRIES};
use super::node::{Look, scope};
use super::town::{AtWork, Fate, Gateway, LONG, begin_message, runner};

/// The pure flow with the smallest possible runner: events that come too early are offered again
/// after each change, and when nothing is left to happen the wake-up comes.
fn run_pure(mut arrivals: Vec<Event>) -> (Errand, Vec<Effect>) {
    let mut flow = Errand::new();
    let (mut effects, mut early, mut wake) = (Vec::new(), Vec::new(), None);
    let mut now = DateTime::<Utc>::UNIX_EPOCH;
    arrivals.reverse();
    loop {
        let (event, woken) = match (arrivals.pop(), wake) {
            (Some(event), _) => (event, false),
            (None, Some(at)) => {
                now = at;
                (Event::Woken, true)
            }
            (None, None) => return (flow, effects),
        };
        // As the runner does: a refused event leaves no trace, a used wake-up is gone.
        let before = serde_json::to_string(&flow).unwrap();
        match flow.on(event.clone(), now) {
            Ok(step) => {
                wake = match step.wake {
                    _ if step.done => None,
                    Wake::At(at) => Some(at),
                    Wake::Keep if !woken => wake,
                    _ => None,
                };
                // The gateway answers a repeated call; the first answers are the test's arrivals.
                for effect in &step.effects {
                    match &effect.effect {
                        Effect::Ask if woken => arrivals.insert(0, Event::Token("t".into())),
                        Effect::Link { .. } if woken => arrivals.insert(0, Event::Linked),
                        Effect::Notify { .. } => arrivals.insert(0, Event::Notified),
                        _ => {}
                    }
                }
                effects.extend(step.effects.into_iter().map(|wanted| wanted.effect));
                if serde_json::to_string(&flow).unwrap() != before {
                    arrivals.append(&mut early);
                }
            }
            Err(FlowError::NotYet { .. }) => {
                flow = serde_json::from_str(&before).unwrap();
                early.push(event);
            }
            Err(error) => panic!("{error}"),
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 2_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn shuffled_doubled_and_dropped_events_lead_to_the_same_end(
        arrivals in proptest::collection::vec(
            prop_oneof![Just(Event::Token("t".into())), Just(Event::Linked)],
            0..8,
        ),
        begin_at in any::<proptest::sample::Index>(),
        begins in 1..3_usize,
    ) {
        let mut arrivals = arrivals;
        let begin_at = begin_at.index(arrivals.len() + 1);
        for _ in 0..begins {
            arrivals.insert(begin_at, Event::Begin { name: "asha".into() });
        }
        let (end, effects) = run_pure(arrivals);
        assert_eq!(end.state, State::Done { token: "t".into() });
        let order: Vec<_> = end.log.iter().filter(|event| *event != "woken").collect();
        assert_eq!(order, ["begin", "token", "linked", "notified"]);
        assert!(effects.contains(&Effect::Ask));
        assert!(effects.contains(&Effect::Link { token: "t".into() }));
        let notified = effects.iter().filter(|effect| matches!(effect, Effect::Notify { .. }));
        assert_eq!(notified.count(), 1);
    }
}

/// What a gateway may do to one call while the errand can still end well.
fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        3 => Just(Fate::Answer),
        2 => Just(Fate::Double),
        2 => Just(Fate::DoubleAnew),
        2 => Just(Fate::Silence),
        2 => (1..900_u64).prop_map(Fate::Slow),
        1 => Just(Fate::Fail),
        1 => Just(Fate::Panic),
        1 => Just(Fate::Early),
        1 => (1..200_u64).prop_map(Fate::Take),
    ]
}

/// Runs errands over one store with a badly behaved gateway; all must end well.
async fn run_town(fates: Vec<Fate>, errands: usize, nodes: usize) {
    let (gateway, store) = (Gateway::with(fates), Arc::new(MemoryStore::new()));
    // Virtual time is cheap, but not free: hours of looking every second would be felt.
    let mut options = EngineOptions::default();
    options.poll_interval = Duration::from_secs(20);
    let town: Vec<_> = (0..nodes)
        .map(|_| AtWork::begin(runner(&gateway, store.clone(), options.clone())))
        .collect();
    for number in 0..errands {
        for id in [format!("b-{number}"), format!("again-{number}"), format!("b-{number}")] {
            let begin = begin_message(&gateway, &id, &number.to_string());
            town[number % nodes].runner.accept(&begin).await.unwrap();
        }
    }
    for number in 0..errands {
        let key = Errand::key(&number.to_string());
        let id = loop {
            if let Some(found) = store.find(&scope(), Errand::KIND, &key).await.unwrap() {
                break found.id;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let end = town[0].runner.wait_done(id, LONG).await.unwrap();
        let order: Vec<_> = end.log.iter().filter(|event| *event != "woken").collect();
        assert_eq!(order, ["begin", "token", "linked", "notified"], "{:?}", end.log);
    }
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(store.letters().await, []);
    let depths = store.depths_of(Errand::KIND).await;
    assert_eq!((depths.messages, depths.effects), (0, 0));
    assert_eq!(
        store.flows(&FlowList::new(&scope(), Errand::KIND, 99)).await.unwrap().len(),
        errands
    );
    for call in ["ask", "link", "notify"] {
        assert!(gateway.count(call) >= errands, "{call}: {:?}", gateway.calls());
    }
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_errand_ends_well_whatever_the_gateway_does(
        // Fewer bad fates than tries, so that no errand may rightly give up.
        fates in proptest::collection::vec(fate(), 0..TRIES as usize),
        errands in 1..4_usize,
        nodes in 1..3_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run_town(fates, errands, nodes));
    }
}
