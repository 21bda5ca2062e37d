//! Pages whose numbers say nothing, pages that come late, twice, or for nobody (rulings.md 31 and
//! 37).

use std::collections::BTreeMap;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::vocabulary::ConsentStatus;
use hiu_services::flow::{Outcome, Page, PageRefusal};
use serde_json::json;

use crate::hospital::{MINUTE, SECOND, all_ok, asked_for, asked_with, receipt};
use crate::made_up::{consent_id, context, document};

const THREE: [&str; 3] = ["OPD-1", "OPD-2", "OPD-3"];

#[tokio::test(start_paused = true)]
async fn three_contexts_each_as_page_0_of_1_are_three_documents_and_one_receipt() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let (hospital, consent) = asked_for(&THREE).await;
        for place in order {
            assert_eq!(hospital.abdm.push(0, 1, &[THREE[place]]).await, 202);
        }
        let delivery = hospital.delivery(&consent).await;
        assert_eq!(delivery.outcome, Some(Outcome::Complete));
        assert_eq!(delivery.problems().collect::<Vec<_>>(), [""; 0]);
        assert_eq!((delivery.documents().count(), delivery.missing.len()), (3, 0));
        let medicines = THREE.map(|name| format!("Medicine of {name}"));
        assert_eq!(hospital.medicines(), medicines);
        assert_eq!(receipt(&hospital.abdm).await, all_ok(&THREE));
    }
}

// (case 20)
#[tokio::test(start_paused = true)]
async fn a_page_sent_again_is_answered_202_and_changes_nothing() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    let url = hospital.abdm.request().data_push_url;
    let pages =
        ["OPD-1", "OPD-2"].map(|name| hospital.abdm.page(0, 1, vec![(name, document(name))]));
    let [first, second] = &pages;
    let mut renumbered = first.clone();
    renumbered["pageNumber"] = json!(4);
    for page in [first, first, &renumbered, second, first, second] {
        assert_eq!(hospital.abdm.push_body(&url, page).await, 202);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.outcome, delivery.entries.len()), (Some(Outcome::Complete), 2));
    // After the receipt a repetition is still one.
    assert_eq!(hospital.abdm.push_body(&url, first).await, 202);
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
    assert_eq!(hospital.medicines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn two_pages_of_one_number_and_one_context_are_both_kept_while_another_is_missing() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-1"]).await, 202);
    let other = vec![("OPD-1", document("OPD-1, second part"))];
    assert_eq!(hospital.abdm.push_documents(0, 1, other).await, 202);
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-2"]).await, 202);
    assert_eq!(hospital.delivery(&consent).await.documents().count(), 3);
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
}

#[tokio::test(start_paused = true)]
async fn pages_of_different_numbers_are_taken_although_every_context_is_here() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    for (number, text) in [(2, "OPD-1, b"), (1, "OPD-1, a"), (3, "OPD-1, c")] {
        let page = vec![("OPD-1", document(text))];
        assert_eq!(hospital.abdm.push_documents(number, 3, page).await, 202);
        tokio::time::sleep(MINUTE).await;
    }
    assert_eq!(hospital.delivery(&consent).await.documents().count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_late_page_for_a_missing_context_is_kept_without_a_second_receipt() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(9 * SECOND).await;
    assert!(hospital.abdm.calls::<NotifyHealthInformation>().is_empty(), "ten seconds are waited");
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(delivery.expected, [context("OPD-1"), context("OPD-2")]);
    assert_eq!(delivery.missing, [context("OPD-2")], "told, although it may have no data");
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1"]));

    // What is here is not wanted again; what is missing is.
    let more = vec![("OPD-1", document("OPD-1, second part"))];
    assert_eq!(hospital.abdm.push_documents(0, 1, more).await, 409);
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-2"]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    assert!(hospital.delivery(&consent).await.missing.is_empty());
    let more = vec![("OPD-2", document("OPD-2, second part"))];
    assert_eq!(hospital.abdm.push_documents(0, 1, more).await, 409, "nothing is missing any more");
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1"]));
}

#[tokio::test(start_paused = true)]
async fn no_page_is_taken_after_the_deadline_and_no_key_is_kept_for_it() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-1"]).await, 202);
    hospital.delivery(&consent).await;
    assert!(hospital.has_keys().await);
    tokio::time::sleep(21 * MINUTE).await;
    assert!(!hospital.has_keys().await);
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-2"]).await, 409);
}

#[tokio::test(start_paused = true)]
async fn a_page_after_completion_is_answered_409() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    hospital.delivery(&consent).await;
    let more = vec![("OPD-1", document("OPD-1, second part"))];
    assert_eq!(hospital.abdm.push_documents(2, 2, more).await, 409);
    assert_eq!(hospital.medicines().len(), 1);
    tokio::time::sleep(2 * MINUTE + 2 * SECOND).await;
    assert!(!hospital.has_keys().await, "no repetition is to be expected, and nothing else");
}

#[tokio::test(start_paused = true)]
async fn a_page_after_revocation_is_answered_410() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    let url = hospital.abdm.request().data_push_url;
    let page = hospital.abdm.page(0, 1, vec![("OPD-1", document("OPD-1"))]);
    assert_eq!(hospital.abdm.push_body(&url, &page).await, 202);
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    consent.wait_for_erasure(60 * MINUTE).await.unwrap();
    assert_eq!(hospital.abdm.push_body(&url, &page).await, 410, "even a repetition");
    assert_eq!(hospital.abdm.push(0, 1, &["OPD-2"]).await, 410);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_another_transaction_is_answered_409_and_told() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    let mut page = hospital.abdm.page(1, 1, vec![("OPD-1", document("OPD-1"))]);
    page["transactionId"] = json!("5b0f7d2e-1111-4111-8111-0000000000a1");
    assert_eq!(hospital.abdm.push_body(&url, &page).await, 409);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.documents().count(), 1);
    let problems: Vec<_> = delivery.problems().collect();
    assert_eq!(problems, ["1 page was refused: the page is of another transaction"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_page_is_answered_400() {
    let (hospital, _) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    for body in [json!({}), json!([1]), json!("x"), json!({"transactionId": 7, "entries": []})] {
        assert_eq!(hospital.abdm.push_body(&url, &body).await, 400, "{body}");
    }
}

// An entry that cannot be read costs nothing but itself: sent again, it is taken.
#[tokio::test(start_paused = true)]
async fn a_page_that_could_not_be_opened_may_come_again_in_a_form_that_can() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    let good = hospital.abdm.page(0, 1, vec![("OPD-1", document("OPD-1"))]);
    let mut bad = good.clone();
    bad["keyMaterial"]["dhPublicKey"]["keyValue"] = json!("AAAA");
    assert_eq!(hospital.abdm.push_body(&url, &bad).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.abdm.push_body(&url, &good).await, 202, "the same ciphertext, another key");
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.documents().count(), delivery.missing.len()), (1, 0));
}

// Whatever comes at once: as many documents as answers 202.
#[tokio::test(start_paused = true)]
async fn what_is_answered_202_is_kept_whichever_push_wins() {
    for rounds in 0..8 {
        let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
        let url = hospital.abdm.request().data_push_url;
        let pages = [("OPD-1", "OPD-1, a"), ("OPD-1", "OPD-1, b"), ("OPD-2", "OPD-2")]
            .map(|(name, text)| hospital.abdm.page(0, 1, vec![(name, document(text))]));
        let pushed = async |place: usize, pause: u32| {
            for _ in 0..pause {
                tokio::task::yield_now().await;
            }
            hospital.abdm.push_body(&url, &pages[place]).await
        };
        let (a, b, c) = tokio::join!(pushed(0, 0), pushed(1, rounds), pushed(2, 8 - rounds));
        let delivery = hospital.delivery(&consent).await;
        let taken = [a, b, c].iter().filter(|status| **status == 202).count();
        assert!([a, b, c].iter().all(|status| *status == 202 || *status == 409));
        assert_eq!(delivery.documents().count(), taken, "{:?}", [a, b, c]);
        assert_eq!(hospital.medicines().len(), taken);
        assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
    }
}

// A page and a revocation at once: taken and erased, or refused.
#[tokio::test(start_paused = true)]
async fn a_page_that_races_a_revocation_is_erased_or_refused() {
    for rounds in 0..40 {
        let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
        let page = async {
            for _ in 0..rounds {
                tokio::task::yield_now().await;
            }
            hospital.abdm.push(0, 1, &["OPD-1"]).await
        };
        let (status, ()) = tokio::join!(page, hospital.abdm.decide(ConsentStatus::Revoked, &[]));
        let proofs = consent.wait_for_erasure(60 * MINUTE).await.unwrap();
        assert!(status == 202 || status == 410, "{status}");
        assert!(proofs[0].documents == 0 || status == 202);
        assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    }
}

// (ruling 37)
#[tokio::test(start_paused = true)]
async fn a_transfer_of_pushes_over_the_limit_alone_ends_failed_with_the_reason() {
    let (hospital, consent) =
        asked_with(&["OPD-1"], |builder| builder.largest_push(2 * 1024 * 1024)).await;
    let url = hospital.abdm.request().data_push_url;
    let large = json!({"transactionId": "t", "entries": ["x".repeat(3 * 1024 * 1024)]});
    assert_eq!(hospital.abdm.push_body(&url, &large).await, 413);
    let delivery = hospital.delivery(&consent).await;
    let reason = "push over the limit of 2 MiB";
    assert!(
        matches!(&delivery.outcome, Some(Outcome::Failed(why)) if why.text == reason),
        "{delivery:?}"
    );
    assert_eq!(delivery.problems().next(), Some(reason));
    let failed = ("FAILED".to_owned(), vec![("OPD-1".to_owned(), "ERRORED".to_owned())]);
    assert_eq!(receipt(&hospital.abdm).await, failed);
    // A smaller page is still taken.
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
}

// (ruling 37, 10)
#[tokio::test(start_paused = true)]
async fn of_a_push_over_the_limit_the_missing_contexts_are_told_with_the_reason() {
    let (hospital, consent) =
        asked_with(&["OPD-1", "OPD-2"], |builder| builder.largest_push(2 * 1024 * 1024)).await;
    let url = hospital.abdm.request().data_push_url;
    let large = json!({"transactionId": "t", "entries": ["x".repeat(3 * 1024 * 1024)]});
    assert_eq!(hospital.abdm.push_body(&url, &large).await, 413);
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Partial));
    let problems: Vec<_> = delivery.problems().collect();
    let refused = "1 page was refused: it is over the limit of one push";
    assert_eq!(problems, ["push over the limit of 2 MiB", "nothing came of OPD-1", refused]);
    let (status, fates) = receipt(&hospital.abdm).await;
    assert_eq!(status, "RECEIVED");
    let fates: Vec<_> = fates.iter().map(|(name, fate)| (name.as_str(), fate.as_str())).collect();
    assert_eq!(fates, [("OPD-2", "OK"), ("OPD-1", "ERRORED")]);
    let reports = hospital.abdm.calls::<NotifyHealthInformation>();
    let description = reports[0].pointer("/notification/statusNotification/statusResponses/1");
    assert_eq!(description.unwrap()["description"], "push over the limit of 2 MiB");
}

// (case 20) The pages of the contract's case, as they were pushed.
#[test]
fn the_pages_of_the_contracts_case_are_two_and_the_third_is_the_first() {
    let Some(case) = crate::contract::case("20-two-pushes-both-page-0-of-1.json") else {
        return;
    };
    let page = |name: &str| Page::read(case[name].to_string().as_bytes()).unwrap();
    let (first, second, again) = (page("first"), page("second"), page("first"));
    assert_eq!(first.number, second.number);
    assert_ne!(first.id, second.id);
    assert_ne!(first.contents, second.contents);
    assert_eq!(first.id, again.id);
}

// A page of very many entries that say nothing is kept as a report for each of them.
#[tokio::test(start_paused = true)]
async fn the_entries_of_one_transfer_are_bounded() {
    let (hospital, _) = asked_for(&["OPD-1", "OPD-2"]).await;
    let url = hospital.abdm.request().data_push_url;
    let transaction = crate::made_up::transaction_id();
    let entries = vec![json!({}); 10_000];
    let mut statuses = Vec::new();
    for number in 1..=3 {
        let page = json!({"pageNumber": number, "pageCount": 9, "transactionId": transaction,
            "entries": entries, "keyMaterial": {"nonce": number.to_string()}});
        statuses.push(hospital.abdm.push_body(&url, &page).await.as_u16());
    }
    assert_eq!(statuses, [202, 202, 409]);
    let transfer = hospital.artefact().await.transfer.unwrap();
    assert_eq!(transfer.refused_pages, BTreeMap::from([(PageRefusal::TooMany, 1)]));
}
