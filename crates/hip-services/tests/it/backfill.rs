//! The visits of earlier years.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_core::testing::log::{listen, logged};
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::EngineOptions;
use async_trait::async_trait;
use hip_services::api::hip_linking::LinkCareContexts;
use hip_services::flow::BackfillFlow;
use hip_services::{
    Backfill, BackfillCursor, BackfillOptions, BackfillProgress, BackfillState, BackfillWait,
    Error, Hip, HospitalError, LinkPatient, OldVisit, OldVisits, Visit,
};
use tracing::Level;

use crate::auto_link::keeps_the_token_limits;
use crate::clinic::{Server, other_hip_id};
use crate::gateway::{Answer, hip_id};

/// Old visits in the order of their patients.
#[derive(Clone, Default)]
pub(crate) struct Archive {
    visits: Arc<Vec<OldVisit>>,
    /// How many of the next questions fail.
    fails: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

/// How many visits a patient has: some many, some one.
fn visits_of(patient: usize) -> usize {
    [1, 3, 25, 2, 6, 4, 1, 8, 5, 12][patient % 10]
}

impl Archive {
    pub(crate) fn of(patients: usize) -> Self {
        let mut visits = Vec::new();
        for patient in 0..patients {
            for visit in 0..visits_of(patient) {
                let cursor = format!("{patient:06}/{visit:03}").parse().unwrap();
                visits.push(OldVisit::new(cursor, person(patient), old(patient, visit)));
            }
        }
        Self { visits: Arc::new(visits), ..Self::default() }
    }
}

#[async_trait]
impl OldVisits for Archive {
    async fn next(
        &self,
        _: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.fails.load(Ordering::Relaxed) > 0 {
            self.fails.fetch_sub(1, Ordering::Relaxed);
            return Err(HospitalError::new("the archive is away"));
        }
        let begin = after.map_or(0, |after| {
            self.visits.partition_point(|visit| visit.cursor.as_str() <= after.as_str())
        });
        Ok(self.visits[begin..].iter().take(limit).cloned().collect())
    }
}

fn person(n: usize) -> LinkPatient {
    let (address, reference) = (format!("patient{n}@sbx"), format!("UHID-{n}"));
    let (address, reference) = (address.parse().unwrap(), reference.parse().unwrap());
    LinkPatient::new(address, reference, "Asha Test Kumari", Gender::Female, 1988)
}

fn old(patient: usize, visit: usize) -> Visit {
    let reference = format!("OPD-{patient}-{visit}").parse().unwrap();
    let date = "2019-01-02T10:00:00Z".parse().unwrap();
    Visit::new(reference, "OPD visit 2 Jan 2019", date, [HiType::Prescription, HiType::Invoice])
}

fn hip(server: &Server, archive: &Archive) -> Hip {
    let builder = server.builder(server.clinic.clone()).old_visits(archive.clone());
    let hip = builder.build().unwrap();
    server.gateway.calls_back(&hip);
    hip
}

pub(crate) fn fast() -> BackfillOptions {
    BackfillOptions::default().patients_per_minute(60).patients_per_day(1_000_000).at_once(4)
}

async fn begin(hip: &Hip) -> Backfill {
    hip.backfill("2019", fast()).await.unwrap()
}

async fn progress(backfill: &Backfill) -> BackfillProgress {
    let progress = backfill.progress().await.unwrap();
    let counts = &progress.counts;
    let sum = counts.linked + counts.already + progress.failed() + counts.waiting;
    assert_eq!(counts.seen, sum + progress.under_way, "{progress:?}");
    progress
}

async fn until(backfill: &Backfill, what: &str, so: impl Fn(&BackfillProgress) -> bool) {
    for _ in 0..20_000 {
        if so(&progress(backfill).await) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
    }
    panic!("never happened: {what}: {:?}", progress(backfill).await);
}

async fn finished(backfill: &Backfill) {
    until(backfill, "it is finished", |now| now.state == BackfillState::Finished).await;
}

/// How often each visit was to be linked.
pub(crate) fn linked(server: &Server) -> BTreeMap<String, usize> {
    let mut visits = BTreeMap::new();
    for body in server.gateway.bodies::<LinkCareContexts>() {
        let of_one_type = body.patient.iter().filter(|e| e.hi_type == HiType::Invoice);
        for context in of_one_type.flat_map(|element| &element.care_contexts) {
            *visits.entry(context.reference_number.to_string()).or_default() += 1;
        }
    }
    visits
}

#[tokio::test(start_paused = true)]
async fn old_visits_are_linked_without_notices_a_call_for_each_patient() {
    let (server, archive) = (Server::new(), Archive::of(10));
    let hip = hip(&server, &archive);
    server
        .run(&hip, async {
            let backfill = begin(&hip).await;
            finished(&backfill).await;
            let progress = progress(&backfill).await;
            assert_eq!((progress.counts.seen, progress.counts.linked), (67, 67));
        })
        .await;
    // One patient has more than twenty visits.
    assert_eq!(server.gateway.count("LinkCareContexts"), 11);
    assert_eq!(server.gateway.count("GenerateLinkToken"), 10);
    assert_eq!(server.gateway.count("NotifyContext"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_linked_already_costs_no_call_and_a_second_run_none_at_all() {
    let (server, archive) = (Server::new(), Archive::of(10));
    let hip = hip(&server, &archive);
    server
        .run(&hip, async {
            // Of the first visit one HI type, of the next all.
            let mut first = old(1, 0);
            first.hi_types = vec![HiType::Invoice];
            let link = hip.link(person(1).visit(first).visit(old(1, 1)).without_notice());
            link.await.unwrap().linked(Duration::from_secs(600)).await.unwrap();
            let backfill = begin(&hip).await;
            finished(&backfill).await;
            let counts = progress(&backfill).await.counts;
            assert_eq!((counts.seen, counts.linked, counts.already), (67, 66, 1));
            let calls = server.gateway.calls().len();
            let again = hip.backfill("2019-again", fast()).await.unwrap();
            finished(&again).await;
            assert_eq!(progress(&again).await.counts.already, 67);
            assert_eq!(server.gateway.calls().len(), calls);
            // The first is over, and stays so.
            assert_eq!(progress(&begin(&hip).await).await.state, BackfillState::Finished);
        })
        .await;
    assert!(linked(&server).values().all(|times| *times == 1), "{:?}", linked(&server));
}

#[tokio::test(start_paused = true)]
async fn thousands_of_visits_survive_pauses_restarts_and_everybodys_faults() {
    let (server, archive) = (Server::new(), Archive::of(300));
    let all = archive.visits.len();
    assert!(all > 2_000, "{all}");
    server.gateway.behave(|b| b.doubles = true);
    let first = hip(&server, &archive);
    server
        .run(&first, async {
            let backfill = begin(&first).await;
            until(&backfill, "some are linked", |now| now.counts.linked > 200).await;
            backfill.pause().await.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
            let rests = progress(&backfill).await;
            assert_eq!((&rests.state, rests.under_way), (&BackfillState::Paused, 0));
            let calls = server.gateway.calls().len();
            tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
            assert_eq!(server.gateway.calls().len(), calls);
        })
        .await;
    drop(first);
    // It rests still, in another process.
    let second = hip(&server, &archive);
    server
        .run(&second, async {
            let backfill = begin(&second).await;
            assert_eq!(progress(&backfill).await.state, BackfillState::Paused);
            backfill.resume().await.unwrap();
            archive.fails.store(8, Ordering::Relaxed);
            until(&backfill, "the hospital fails", |now| {
                matches!(now.waits, Some((BackfillWait::Hospital, _)))
            })
            .await;
            until(&backfill, "more are linked", |now| now.counts.linked > 600).await;
        })
        .await;
    drop(second);
    // Killed in the midst; then ABDM is down.
    let down = Answer::error("ABDM-1024", "Dependent service unavailable");
    server.gateway.behave(|b| b.link_answers = vec![down; 12].into());
    let third = hip(&server, &archive);
    server
        .run(&third, async {
            let backfill = begin(&third).await;
            until(&backfill, "it says that ABDM fails", |now| {
                matches!(now.waits, Some((BackfillWait::Failing(_), _)))
            })
            .await;
            finished(&backfill).await;
            let end = progress(&backfill).await;
            let counts = &end.counts;
            assert_eq!(counts.seen, u64::try_from(all).unwrap());
            assert_eq!(counts.linked + counts.already, counts.seen, "{end:?}");
        })
        .await;
    let linked = linked(&server);
    assert_eq!(linked.len(), all);
    let again: usize = linked.values().map(|times| times - 1).sum();
    assert!(again <= 12 * 20 + 4 * 20, "{again}");
    keeps_the_token_limits(&server);
    assert_eq!(server.gateway.count("GenerateLinkToken"), 300);
    assert!(server.dead_letters::<BackfillFlow>().await.is_empty());
    assert_eq!(server.waiting::<BackfillFlow>().await, 0);
}

#[tokio::test(start_paused = true)]
async fn visits_that_cannot_be_linked_are_listed_page_by_page_without_a_name() {
    let (server, mut archive) = (Server::new(), Archive::of(6));
    let mut visits = archive.visits.to_vec();
    for visit in visits.iter_mut().filter(|visit| visit.patient.reference.as_str() == "UHID-1") {
        visit.patient.name = "Asha #2".to_owned();
    }
    archive.visits = Arc::new(visits);
    let wrong = Answer::error("ABDM-1207", "Demographic details was invalid or doesn't exists");
    server.gateway.behave(|b| b.token_answers = [wrong].into());
    let hip = hip(&server, &archive);
    server
        .run(&hip, async {
            let backfill = begin(&hip).await;
            finished(&backfill).await;
            // Whoever was asked for first, and the three of the second.
            let failed = progress(&backfill).await.failed();
            assert_eq!(failed, 4);
            let first = backfill.failures(None, 3).await.unwrap();
            let place = first.last().unwrap().0.clone();
            let rest = backfill.failures(Some(place), 3).await.unwrap();
            assert_eq!((first.len(), rest.len()), (3, 1));
            let mut shown = String::new();
            for (_, failure) in first.iter().chain(&rest) {
                shown.push_str(&format!("{failure:?}"));
            }
            assert!(shown.contains("OPD-1-2") && !shown.contains("Asha"), "{shown}");
        })
        .await;
    assert_eq!(server.gateway.count("GenerateLinkToken"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_back_fill_without_old_visits_or_with_wrong_options_is_refused_with_the_rule() {
    let server = Server::new();
    let without = server.hip();
    let refused = without.backfill("2019", fast()).await.unwrap_err();
    assert!(refused.to_string().contains("HipBuilder::old_visits"), "{refused}");
    let hip = hip(&server, &Archive::of(1));
    for (name, options) in [
        ("", fast()),
        ("20/19", fast()),
        ("2019", fast().at_once(0)),
        ("2019", fast().between_hours(1, 24)),
    ] {
        let refused = hip.backfill(name, options).await;
        assert!(matches!(refused, Err(Error::Backfill { .. })), "{refused:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_go_on_is_not_read_for_ever() {
    /// Gives the same page whatever it is asked.
    struct Stuck(Archive);

    #[async_trait]
    impl OldVisits for Stuck {
        async fn next(
            &self,
            hip_id: &HipId,
            _: Option<&BackfillCursor>,
            limit: usize,
        ) -> Result<Vec<OldVisit>, HospitalError> {
            self.0.next(hip_id, None, limit).await
        }
    }
    let (server, archive) = (Server::new(), Archive::of(2));
    let builder = server.builder(server.clinic.clone()).old_visits(Stuck(archive.clone()));
    let hip = builder.build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            let backfill = begin(&hip).await;
            tokio::time::sleep(Duration::from_secs(3600)).await;
            let now = progress(&backfill).await;
            assert!(matches!(now.waits, Some((BackfillWait::Hospital, _))), "{now:?}");
        })
        .await;
    assert!(archive.asked.load(Ordering::Relaxed) < 30, "{:?}", archive.asked);
}

/// A list that begins again at an earlier visit when it is at its end, until it is mended.
#[derive(Clone)]
struct ComesBack {
    list: Archive,
    to: usize,
    is_mended: Arc<AtomicBool>,
}

#[async_trait]
impl OldVisits for ComesBack {
    async fn next(
        &self,
        hip_id: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError> {
        if self.list.asked.load(Ordering::Relaxed) > 1_000 {
            // Without an end to it, no test would come to its own.
            return Err(HospitalError::new("asked without a pause"));
        }
        let page = self.list.next(hip_id, after, limit).await?;
        if !page.is_empty() || self.is_mended.load(Ordering::Relaxed) {
            return Ok(page);
        }
        Ok(self.list.visits.iter().skip(self.to).take(limit).cloned().collect())
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_comes_back_is_not_read_for_ever_and_goes_on_when_it_is_mended() {
    // To the first visit, into the midst, and to the last one.
    for (patients, to) in [(10, 0), (10, 30), (10, 66), (60, 200), (60, 0)] {
        listen(Level::WARN);
        let server = Server::new();
        let list = Archive::of(patients);
        let (all, asked) = (list.visits.len(), list.asked.clone());
        let archive = ComesBack { list, to, is_mended: Arc::default() };
        let builder = server.builder(server.clinic.clone()).old_visits(archive.clone());
        let hip = builder.build().unwrap();
        server.gateway.calls_back(&hip);
        server
            .run(&hip, async {
                let backfill = begin(&hip).await;
                tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
                let waits = progress(&backfill).await;
                assert!(matches!(waits.waits, Some((BackfillWait::Hospital, _))), "{waits:?}");
                let seen = usize::try_from(waits.counts.seen).unwrap();
                assert!((all..4 * all).contains(&seen), "{all}: {waits:?}");
                assert!(asked.load(Ordering::Relaxed) < 400, "{asked:?}");
                // Calling for it again, as each start of the program does, tells nothing new.
                begin(&hip).await;
                archive.is_mended.store(true, Ordering::Relaxed);
                backfill.pause().await.unwrap();
                backfill.resume().await.unwrap();
                finished(&backfill).await;
            })
            .await;
        let told = "the list of old visits comes back to a visit that was read before";
        let log = logged();
        assert_eq!(log.matches(told).count(), 1, "{log}");
        assert!(log.contains("`Backfill::resume`") && !log.contains("UHID"), "{log}");
        let linked = linked(&server);
        assert_eq!(linked.len(), all);
        assert!(linked.values().all(|times| *times == 1), "{linked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_without_anything_to_link_is_read_with_pauses() {
    let (server, mut archive) = (Server::new(), Archive::of(60));
    let mut visits = archive.visits.to_vec();
    visits.iter_mut().for_each(|visit| visit.patient.name = "Asha #2".to_owned());
    archive.visits = Arc::new(visits);
    let all = u64::try_from(archive.visits.len()).unwrap();
    assert!(all > 400, "{all}");
    let hip = hip(&server, &archive);
    server
        .run(&hip, async {
            let before = tokio::time::Instant::now();
            let backfill = hip.backfill("2019", BackfillOptions::default()).await.unwrap();
            finished(&backfill).await;
            assert_eq!(progress(&backfill).await.failed(), all);
            // Four looks that end with a hundred such visits, a pause of fifteen seconds after each.
            assert!(before.elapsed() >= Duration::from_secs(60), "{:?}", before.elapsed());
        })
        .await;
    assert_eq!(server.gateway.calls().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_list_is_asked_for_the_visits_of_the_facility_that_is_filled() {
    /// Has visits at one facility alone.
    struct OfOne(HipId, Archive);

    #[async_trait]
    impl OldVisits for OfOne {
        async fn next(
            &self,
            hip_id: &HipId,
            after: Option<&BackfillCursor>,
            limit: usize,
        ) -> Result<Vec<OldVisit>, HospitalError> {
            if *hip_id == self.0 { self.1.next(hip_id, after, limit).await } else { Ok(Vec::new()) }
        }
    }
    let (server, archive) = (Server::new(), Archive::of(2));
    let visits = OfOne(hip_id(), archive.clone());
    let builder = server.builder(server.clinic.clone()).old_visits(visits);
    let hip = builder.build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            let other = hip.backfill_at(&other_hip_id(), "2019", fast()).await.unwrap();
            finished(&other).await;
            assert_eq!(progress(&other).await.counts.seen, 0);
            assert!(linked(&server).is_empty());
            finished(&begin(&hip).await).await;
        })
        .await;
    assert_eq!(linked(&server).len(), archive.visits.len());
}

#[tokio::test(start_paused = true)]
async fn two_nodes_over_one_store_link_each_visit_once() {
    let (server, archive) = (Server::new(), Archive::of(20));
    let of = |node: &str| {
        let builder = server.builder(server.clinic.clone()).old_visits(archive.clone());
        builder.options(EngineOptions::default()).node(node).build().unwrap()
    };
    let (one, two) = (of("one"), of("two"));
    server.gateway.calls_back(&one);
    let story = async {
        let (first, second) = tokio::join!(begin(&one), begin(&two));
        finished(&first).await;
        assert_eq!(progress(&second).await.counts.linked, progress(&first).await.counts.seen);
    };
    tokio::select! {
        () = one.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
        () = two.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
        () = story => {}
    }
    let linked = linked(&server);
    assert_eq!(linked.len(), archive.visits.len());
    assert!(linked.values().all(|times| *times == 1), "{linked:?}");
}
