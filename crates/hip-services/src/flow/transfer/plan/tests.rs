use std::collections::{BTreeMap, BTreeSet};

use abdm_flow::store::Payload;
use proptest::prelude::*;

use super::*;

fn pages(records: &[u32]) -> Pages {
    let plan = records
        .iter()
        .enumerate()
        .map(|(n, records)| ContextPlan::new(format!("OPD-{n}").parse().unwrap(), Ok(*records)));
    Pages::planned(plan.collect())
}

fn accepted(page: u32) -> PageDone {
    PageDone::new(page, PageFate::Accepted(KeyForm::X509))
}

fn withheld(page: u32) -> PageDone {
    PageDone::new(page, PageFate::Withheld("gone".to_owned()))
}

/// The pages that may leave beside each other, now.
fn turns(pages: &Pages) -> Vec<u32> {
    let mut turns = Vec::new();
    while let Some(page) = pages.next(turns.last().map_or(0, |last| last + 1)) {
        turns.push(page);
    }
    turns
}

#[test]
fn the_first_page_goes_alone_until_the_key_form_is_known() {
    let mut pages = pages(&[40]);
    assert_eq!(turns(&pages), [0]);
    pages.take(&[PageDone::new(0, PageFate::Failed("refused".to_owned()))]);
    pages.reach_further();
    assert_eq!(turns(&pages), [1]);
    pages.take(&[accepted(1)]);
    assert!(turns(&pages).is_empty(), "it is not stored yet that others leave");
    assert!(pages.wait_for_storing(2));
    pages.reach_further();
    assert_eq!(turns(&pages), (2..18).collect::<Vec<_>>());
}

#[test]
fn the_last_page_waits_for_all_others_and_announces_how_many_were_sent() {
    let mut pages = pages(&[4]);
    pages.take(&[accepted(0)]);
    pages.reach_further();
    pages.take(&[withheld(2)]);
    assert_eq!(pages.next(2), None);
    assert!(!pages.wait_for_storing(2));
    pages.take(&[accepted(1)]);
    assert_eq!(pages.next(2), Some(3));
    assert_eq!(pages.number(3), (3, 3));
}

#[test]
fn after_a_crash_no_page_counts_as_perhaps_sent_that_was_out_of_reach() {
    let mut pages = pages(&[40]);
    pages.broken_off();
    assert_eq!(pages.unheard(), [0]);
    pages.take(&[accepted(0)]);
    pages.reach_further();
    pages.take(&[accepted(1), accepted(4)]);
    pages.broken_off();
    let unheard: Vec<u32> = [2, 3].into_iter().chain(5..17).collect();
    assert_eq!(pages.unheard(), unheard);
    // What is dealt with is no longer in doubt.
    pages.take(&[accepted(2)]);
    assert!(!pages.may_have_arrived(2) && pages.may_have_arrived(3));
}

#[test]
fn what_is_stored_reads_as_it_was() {
    let mut pages = pages(&[2, 0, 7]);
    pages.take(&[accepted(0)]);
    pages.reach_further();
    pages.take(&[withheld(2), accepted(3)]);
    pages.broken_off();
    let read: Pages = Payload::encode(&pages).unwrap().decode().unwrap();
    assert_eq!(read, pages);
}

proptest! {
    /// Pages are decided on in their order, answered in any order, and the process may die whenever
    /// it likes: each page that was accepted is accepted once, numbers have no gap, and as many
    /// pages are announced at the end as were sent.
    #[test]
    fn every_page_is_dealt_with_once_and_the_numbers_have_no_gap(
        records in prop::collection::vec(0_u32..9, 1..6),
        gone in prop::collection::btree_set(0_u32..45, 0..20),
        choices in prop::collection::vec((0_usize..8, 0_u8..10), 400),
    ) {
        let mut stored = pages(&records);
        let total = stored.total();
        let mut known = stored.clone();
        let mut next = 0;
        let mut on_their_way: Vec<u32> = Vec::new();
        let mut numbers: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        let mut sent = BTreeSet::new();
        let mut choices = choices.into_iter().cycle();
        while !stored.are_done() {
            let (which, chance) = choices.next().unwrap();
            if chance == 0 {
                // It dies, and the next one begins with what is stored.
                known = stored.clone();
                known.broken_off();
                for page in &on_their_way {
                    prop_assert!(known.may_have_arrived(*page), "page {page} may have arrived");
                }
                on_their_way.clear();
                next = known.first_left();
            } else if let Some(page) = known.next(next).filter(|_| chance < 6) {
                next = page + 1;
                if gone.contains(&page) && page + 1 < total {
                    known.take(&[withheld(page)]);
                } else {
                    let number = known.number(page);
                    // The same page has the same number whenever it is sent.
                    let before = numbers.entry(page).or_insert(number);
                    prop_assert_eq!(before.0, number.0);
                    sent.insert(page);
                    on_their_way.push(page);
                }
            } else if !on_their_way.is_empty() {
                let page = on_their_way.remove(which % on_their_way.len());
                known.take(&[accepted(page)]);
            }
            if chance > 7 || known.wait_for_storing(next) || known.next(next).is_none() {
                stored = known.clone();
                stored.reach_further();
                known.reach_further();
            }
        }
        prop_assert_eq!(stored.contexts.iter().map(|c| c.accepted).sum::<u32>() as usize, sent.len());
        let mut used: Vec<u32> = numbers.values().map(|(number, _)| *number).collect();
        used.sort_unstable();
        prop_assert_eq!(used, (1..=u32::try_from(sent.len()).unwrap()).collect::<Vec<_>>());
        if let Some(last) = numbers.get(&total.saturating_sub(1)) {
            prop_assert_eq!(last.0, last.1);
        }
    }
}
