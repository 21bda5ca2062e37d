//! The process is killed at every point at which it can be, and a new one goes on.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::ids::RandomIds;
use abdm_flow::store::{Arrival, BodyId, FlowStore, MemoryStore, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{EngineOptions, Flow};
use async_trait::async_trait;
use proptest::prelude::proptest;
use proptest::test_runner::Config;

use super::errand::{Errand, State};
use super::node::{Look, Node, scope};
use super::town::{Checkpoints, Fate, Gateway, LONG, Town, begin_message};

/// The process may die before a call reaches the store, or after it and before its answer.
#[async_trait]
impl Gate for Checkpoints {
    async fn before(&self, _: &'static str) -> Result<(), StoreError> {
        self.pass().await;
        Ok(())
    }

    async fn after(&self, _: &'static str) -> Result<(), StoreError> {
        self.pass().await;
        Ok(())
    }
}

/// One life of the process, over what the life before has left. It ends with the crash, or when the
/// errand has ended; tells whether it crashed, and what is on the disk.
async fn life(
    gateway: &Arc<Gateway>,
    disk: &[u8],
    limit: u64,
    options: EngineOptions,
) -> (bool, Vec<u8>) {
    let memory = Arc::new(MemoryStore::from_snapshot_bytes(disk).unwrap());
    let checkpoints = Checkpoints::crash_at(limit);
    let store = GatedStore::new(memory.clone(), checkpoints.clone());
    let town = Town { gateway: gateway.clone(), checkpoints: Some(checkpoints.clone()) };
    let clock = Arc::new(gateway.clock.clone());
    let runner = Node::with_options(Arc::new(town), Arc::new(store), clock, options);
    gateway.listen(Some(runner.clone()));
    let done = async {
        loop {
            let flows = memory.all(Errand::KIND).await;
            if flows.iter().any(|flow| flow.done) {
                // A little longer, for what the end leaves to be done.
                tokio::time::sleep(Duration::from_secs(1)).await;
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let crashed = tokio::select! {
        biased;
        () = checkpoints.crashed() => true,
        () = runner.run(std::future::pending()) => unreachable!("it runs for ever"),
        () = done => false,
        () = tokio::time::sleep(LONG) => panic!("the errand hangs: {:?}", gateway.calls()),
    };
    gateway.listen(None);
    (crashed, memory.to_snapshot_bytes().unwrap())
}

fn options(named: bool) -> EngineOptions {
    let mut options = EngineOptions::default();
    options.node = named.then(|| "clinic-1".to_owned());
    options.max_attempts = 1_000;
    // A look for work is a dozen points to crash at: none of the many that find nothing is news.
    options.poll_interval = Duration::from_secs(60);
    options
}

/// The errand's message is on the disk before the first life: it was answered with 202.
async fn first_disk(gateway: &Arc<Gateway>) -> Vec<u8> {
    let memory = MemoryStore::new();
    let body = BodyId::fresh(&RandomIds);
    let arrival = Arrival::new(scope(), Errand::KIND, begin_message(gateway, "b", "asha"), body);
    memory.accept(&arrival).await.unwrap();
    memory.to_snapshot_bytes().unwrap()
}

async fn judge(gateway: &Arc<Gateway>, disk: &[u8], story: &str) {
    let memory = MemoryStore::from_snapshot_bytes(disk).unwrap();
    let flows = memory.all(Errand::KIND).await;
    assert_eq!(flows.len(), 1, "{story}");
    let end: Errand = flows[0].state.decode().unwrap();
    assert_eq!(end.state, State::Done { token: format!("t-{}", flows[0].id) }, "{story}");
    let order: Vec<_> = end.log.iter().filter(|event| *event != "woken").collect();
    assert_eq!(order, ["begin", "token", "linked", "notified"], "{story}");
    for call in ["ask", "link", "notify"] {
        assert!(gateway.count(call) >= 1, "{story}: {call}");
    }
    assert_eq!(memory.letters().await, [], "{story}");
    assert_eq!(memory.depths_of(Errand::KIND).await.effects, 0, "{story}");
}

fn in_paused_time<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work)
}

#[test]
fn a_crash_at_any_point_loses_nothing() {
    for fates in [vec![], vec![Fate::Early], vec![Fate::Silence, Fate::DoubleAnew, Fate::Fail]] {
        let mut limit = 0;
        loop {
            limit += 1;
            let story = format!("{fates:?}, crash at point {limit}");
            let crashed = in_paused_time(async {
                let gateway = Gateway::with(fates.clone());
                let disk = first_disk(&gateway).await;
                let named = limit % 2 == 0;
                let (crashed, disk) = life(&gateway, &disk, limit, options(named)).await;
                let (again, disk) = life(&gateway, &disk, u64::MAX, options(named)).await;
                assert!(!again);
                judge(&gateway, &disk, &story).await;
                crashed
            });
            if !crashed {
                break;
            }
        }
        assert!(limit > 30, "{fates:?}: only {limit} points, the crashes cannot have been real");
        println!("{fates:?}: crashed at each of {} points", limit - 1);
    }
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn crash_after_crash_loses_nothing(
        limits in proptest::collection::vec(1..60_u64, 1..30),
        named in proptest::bool::ANY,
        fates in proptest::sample::subsequence(
            vec![Fate::Early, Fate::DoubleAnew, Fate::Double, Fate::Slow(70), Fate::Fail],
            0..5,
        ),
    ) {
        in_paused_time(async {
            let gateway = Gateway::with(fates.clone());
            let mut disk = first_disk(&gateway).await;
            for limit in limits.iter().copied().chain([u64::MAX]) {
                let (crashed, left) = life(&gateway, &disk, limit, options(named)).await;
                disk = left;
                if !crashed {
                    break;
                }
            }
            judge(&gateway, &disk, &format!("{limits:?} {fates:?}")).await;
        });
    }
}
