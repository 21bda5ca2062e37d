//! How much of the documents is in memory, when many transfers run at once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::data_flow::{PushHealthInformation, TransferReport};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::{
    Hip, HipBuilder, Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted,
};

use crate::clinic::{Server, until};

const FROM: &str = "2026-01-01T00:00:00Z";
const KIB: usize = 1024;
/// Large enough to be counted.
const SCAN: usize = 300 * KIB;
/// What a scan counts on its way.
const PAGE: u64 = 4 * SCAN as u64;

/// The documents that exist at once: scans alone.
#[derive(Debug, Default)]
struct Held {
    now: AtomicUsize,
    most: AtomicUsize,
    /// How many were asked for.
    asked: AtomicUsize,
    /// How many are being produced, and the most there were.
    producing: AtomicUsize,
    most_producing: AtomicUsize,
}

struct Document {
    content: Vec<u8>,
    held: Option<Arc<Held>>,
}

impl AsRef<[u8]> for Document {
    fn as_ref(&self) -> &[u8] {
        &self.content
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        if let Some(held) = &self.held {
            held.now.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A document that is being produced, until it is there or nobody waits for it any more.
struct Producing<'a>(&'a Held);

impl<'a> Producing<'a> {
    fn of(held: &'a Held) -> Self {
        let now = held.producing.fetch_add(1, Ordering::SeqCst) + 1;
        held.most_producing.fetch_max(now, Ordering::SeqCst);
        Self(held)
    }
}

impl Drop for Producing<'_> {
    fn drop(&mut self) {
        self.0.producing.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A hospital with documents of these sizes in every visit.
#[derive(Debug, Clone)]
struct Radiology {
    sizes: Vec<usize>,
    held: Arc<Held>,
    /// Of these transfers no document ever comes.
    stuck: Arc<Mutex<BTreeSet<String>>>,
}

impl Radiology {
    fn of(sizes: &[usize]) -> Self {
        Self { sizes: sizes.to_vec(), held: Arc::default(), stuck: Arc::default() }
    }
}

fn date() -> DateTime<Utc> {
    "2026-01-02T10:30:00Z".parse().unwrap()
}

#[async_trait]
impl Hospital for Radiology {
    async fn list(&self, _: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let listed = (0..self.sizes.len()).map(|number| {
            ListedRecord::new(format!("{number:06}").parse().unwrap(), HiType::Prescription, date())
        });
        Ok(listed.collect())
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        self.held.asked.fetch_add(1, Ordering::SeqCst);
        let producing = Producing::of(&self.held);
        let number: usize = id.as_str().parse().unwrap();
        // Not in the order in which they are asked for.
        tokio::time::sleep(Duration::from_millis(20 + 37 * (number as u64 % 3))).await;
        let stuck = self.stuck.lock().unwrap().contains(wanted.transaction_id.as_str());
        if stuck {
            std::future::pending::<()>().await;
        }
        drop(producing);
        let size = self.sizes[number];
        let held = (size >= SCAN).then(|| Arc::clone(&self.held));
        if let Some(held) = &held {
            let now = held.now.fetch_add(1, Ordering::SeqCst) + 1;
            held.most.fetch_max(now, Ordering::SeqCst);
        }
        let document = Document { content: vec![b' '; size], held };
        Ok(Some(Record::new(HiType::Prescription, date(), Bytes::from_owner(document))))
    }
}

fn transaction(number: usize) -> String {
    format!("49455d89-0000-4000-8000-{number:012}")
}

fn built(server: &Server, hospital: Radiology, set: impl FnOnce(HipBuilder) -> HipBuilder) -> Hip {
    let hip = set(server.builder(hospital)).build().unwrap();
    server.gateway.calls_back(&hip);
    hip
}

/// Grants, and asks in so many transfers.
async fn asks(server: &Server, transfers: usize) {
    server.gateway.grants(&["OPD-1"]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    for number in 0..transfers {
        server.gateway.asks_in(&transaction(number), FROM);
    }
}

fn delivered(reports: &[TransferReport]) -> usize {
    let is_delivered = |report: &&TransferReport| {
        let mut fates = report.status_notification.status_responses.iter();
        fates.all(|response| response.hi_status.as_str() == "DELIVERED")
    };
    reports.iter().filter(is_delivered).count()
}

async fn all_end(server: &Server, transfers: usize) {
    until("all reports", || server.gateway.reports().len() == transfers).await;
    assert_eq!(delivered(&server.gateway.reports()), transfers);
}

#[tokio::test(start_paused = true)]
async fn scans_of_many_transfers_share_the_bytes_in_flight_and_the_documents_at_once() {
    for (documents, pages) in [(1, 1), (2, 2), (8, 3)] {
        let (server, hospital) = (Server::new(), Radiology::of(&[SCAN; 3]));
        let held = Arc::clone(&hospital.held);
        let hip = built(&server, hospital, |hip| {
            hip.documents_at_once(documents).bytes_in_flight(pages as u64 * PAGE)
        });
        server
            .run(&hip, async {
                asks(&server, 12).await;
                all_end(&server, 12).await;
            })
            .await;
        assert_eq!(server.gateway.count(PushHealthInformation::META.name), 12 * 3, "each once");
        assert_eq!(server.gateway.most_pushes_at_once(), pages);
        let most = held.most.load(Ordering::SeqCst);
        assert!((pages..=pages + documents).contains(&most), "{most} of {pages} + {documents}");
        assert_eq!(held.most_producing.load(Ordering::SeqCst), documents);
        assert_eq!(held.now.load(Ordering::SeqCst), 0, "all are let go");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_larger_than_all_bytes_in_flight_goes_alone() {
    let (server, hospital) = (Server::new(), Radiology::of(&[2 * SCAN; 2]));
    let hip = built(&server, hospital, |hip| hip.bytes_in_flight(1024 * 1024));
    server
        .run(&hip, async {
            asks(&server, 4).await;
            all_end(&server, 4).await;
        })
        .await;
    assert_eq!(server.gateway.most_pushes_at_once(), 1);
}

// Each transfer asks for several at once, and all for the little there is.
#[tokio::test(start_paused = true)]
async fn small_and_large_documents_of_many_transfers_all_arrive() {
    let sizes = [KIB, SCAN, 10 * KIB, 2 * SCAN, SCAN, KIB, 255 * KIB, SCAN];
    for (documents, pages_at_once) in [(1, 8), (2, 4), (3, 1)] {
        let (server, hospital) = (Server::new(), Radiology::of(&sizes));
        let hip = built(&server, hospital, |hip| {
            let hip = hip.documents_at_once(documents).pages_at_once(pages_at_once);
            hip.bytes_in_flight(2 * PAGE)
        });
        server
            .run(&hip, async {
                asks(&server, 20).await;
                all_end(&server, 20).await;
            })
            .await;
        assert_eq!(server.gateway.count(PushHealthInformation::META.name), 20 * sizes.len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_broken_off_gives_back_its_room() {
    let (server, hospital) = (Server::new(), Radiology::of(&[SCAN; 4]));
    let held = Arc::clone(&hospital.held);
    let hip = built(&server, hospital, |hip| hip.documents_at_once(2).bytes_in_flight(2 * PAGE));
    server.run(&hip, asks(&server, 6)).await;
    for broken_off in 1..=4 {
        let arrived = || server.gateway.records().len();
        let before = arrived();
        server.run(&hip, until("pages", || arrived() >= before + 3)).await;
        assert!(server.gateway.reports().len() < 6, "{broken_off}: nothing was left");
        // What was dropped is let go when the runtime comes by.
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(held.now.load(Ordering::SeqCst), 0, "{broken_off}");
    }
    server.run(&hip, all_end(&server, 6)).await;
}

#[tokio::test(start_paused = true)]
async fn a_revocation_ends_transfers_that_wait_for_room() {
    let (server, hospital) = (Server::new(), Radiology::of(&[SCAN; 4]));
    let held = Arc::clone(&hospital.held);
    server.gateway.behave(|b| {
        b.revokes_after = Some(2);
        b.pushes_take = Some(Duration::from_secs(20));
    });
    let hip = built(&server, hospital, |hip| hip.documents_at_once(2).bytes_in_flight(PAGE));
    server
        .run(&hip, async {
            asks(&server, 20).await;
            until("all reports", || server.gateway.reports().len() == 20).await;
        })
        .await;
    let pushes = server.gateway.count(PushHealthInformation::META.name);
    assert!(pushes <= 4, "{pushes} pages left although the consent had ended");
    assert_eq!(held.now.load(Ordering::SeqCst), 0);
}

// Its own pages are what it waits for: nothing is gained by reading its documents again.
#[tokio::test(start_paused = true)]
async fn a_slow_transfer_of_large_pages_reads_each_document_once() {
    let (server, hospital) = (Server::new(), Radiology::of(&[SCAN; 5]));
    let held = Arc::clone(&hospital.held);
    server.gateway.behave(|b| b.pushes_take = Some(Duration::from_secs(50)));
    let hip = built(&server, hospital, |hip| hip.bytes_in_flight(PAGE));
    server
        .run(&hip, async {
            asks(&server, 1).await;
            all_end(&server, 1).await;
        })
        .await;
    assert_eq!(held.asked.load(Ordering::SeqCst), 5 + 1, "the last one before the first leaves");
}

#[tokio::test(start_paused = true)]
async fn a_transfer_whose_documents_never_come_does_not_hold_up_the_others() {
    let (server, hospital) = (Server::new(), Radiology::of(&[SCAN; 3]));
    hospital.stuck.lock().unwrap().insert(transaction(0));
    let hip = built(&server, hospital, |hip| hip.bytes_in_flight(2 * PAGE));
    server
        .run(&hip, async {
            asks(&server, 8).await;
            until("the others", || delivered(&server.gateway.reports()) == 7).await;
            let asked = server.gateway.reports().len();
            assert_eq!(asked, 7, "the stuck one is still tried");
        })
        .await;
}

#[tokio::test]
async fn no_documents_at_once_and_too_few_bytes_in_flight_are_refused() {
    let server = Server::new();
    let built = |documents, bytes| {
        let hip = server.builder(Radiology::of(&[KIB]));
        hip.documents_at_once(documents).bytes_in_flight(bytes).build()
    };
    assert!(built(1, 1024 * 1024).is_ok());
    assert!(built(usize::MAX, u64::MAX).is_ok());
    for (documents, bytes, setting) in
        [(0, 1024 * 1024, "documents_at_once"), (1, 1024 * 1024 - 1, "bytes_in_flight")]
    {
        let told = built(documents, bytes).unwrap_err().to_string();
        assert!(told.contains(setting), "{told}");
    }
}
