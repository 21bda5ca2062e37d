use std::collections::BTreeMap;

use abdm_flow::store::Payload;
use proptest::prelude::*;

use super::*;

fn of(patient: &str, context: &str) -> ConsentCareContext {
    ConsentCareContext::new(patient.parse().unwrap(), context.parse().unwrap())
}

fn pages(records: &[u32]) -> Pages {
    let plan = records
        .iter()
        .enumerate()
        .map(|(n, records)| ContextPlan::new(of("UHID-1", &format!("OPD-{n}")), Ok(*records)));
    Pages::planned(plan.collect())
}

fn accepted(page: u32) -> PageDone {
    PageDone::new(page, PageFate::Accepted(KeyForm::X509))
}

/// A page whose record is not sent, as it is decided now.
fn withheld(pages: &Pages, page: u32) -> PageDone {
    let (why, number_is_used) = ("gone".to_owned(), pages.number_is_used(page));
    PageDone::new(page, PageFate::Withheld { why, number_is_used })
}

/// The same, where the page uses up no number.
fn numberless(page: u32) -> PageDone {
    let (why, number_is_used) = ("gone".to_owned(), false);
    PageDone::new(page, PageFate::Withheld { why, number_is_used })
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
    pages.take(&[withheld(&pages, 2)]);
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
    pages.take(&[numberless(2), accepted(3)]);
    pages.broken_off();
    let read: Pages = Payload::encode(&pages).unwrap().decode().unwrap();
    assert_eq!(read, pages);
}

#[test]
fn a_withheld_page_of_which_a_try_may_have_arrived_keeps_its_number() {
    let mut stored = pages(&[6]);
    stored.told(&[accepted(0)]);
    // Page 1 is on its way when the process dies; then its document is gone.
    let mut known = stored.clone();
    known.broken_off();
    assert_eq!(known.number(1), (2, 6));
    let gone = withheld(&known, 1);
    known.take(std::slice::from_ref(&gone));
    assert_eq!(known.number(2), (3, 6), "page 2 may not leave as number 2");
    // What is stored did not know of the death.
    stored.told(&[gone]);
    assert_eq!(stored.number(2), (3, 6));
}

#[test]
fn a_withheld_page_behind_which_a_later_one_was_sent_keeps_its_number() {
    let mut pages = pages(&[6]);
    pages.told(&[accepted(0)]);
    // Page 1 certainly did not arrive, page 2 beside it did: as number 3.
    pages.leaves(1);
    assert_eq!(pages.number(2), (3, 6));
    pages.told(&[accepted(2)]);
    pages.take(&[withheld(&pages, 1)]);
    assert_eq!(pages.number(3), (4, 6));
}

#[test]
fn what_stored_a_page_ahead_and_not_how_far_pages_were_sent_keeps_the_number_before_it() {
    let mut older = pages(&[6]);
    older.told(&[accepted(0)]);
    older.told(&[accepted(2)]);
    let mut stored: serde_json::Value = Payload::encode(&older).unwrap().decode().unwrap();
    stored.as_object_mut().unwrap().remove("sent_before").unwrap();
    let mut pages: Pages = Payload::encode(&stored).unwrap().decode().unwrap();
    pages.take(&[withheld(&pages, 1)]);
    assert_eq!(pages.number(3), (4, 6));
}

/// Two patients of the hospital are one person, and each has a visit of the same number.
fn registered_twice() -> (Vec<ConsentCareContext>, Pages) {
    let consented = vec![of("UHID-1", "OPD-1"), of("UHID-1", "OPD-2"), of("UHID-2", "OPD-1")];
    let plan = consented.iter().map(|context| ContextPlan::new(context.clone(), Ok(1)));
    let pages = Pages::planned(plan.collect());
    (consented, pages)
}

#[test]
fn the_page_of_each_of_two_visits_with_one_number_is_its_own_patients() {
    let (consented, pages) = registered_twice();
    let mut stored: serde_json::Value = Payload::encode(&pages).unwrap().decode().unwrap();
    for context in stored["contexts"].as_array_mut().unwrap() {
        context.as_object_mut().unwrap().remove("patient").unwrap();
    }
    let of_earlier_release: Pages = Payload::encode(&stored).unwrap().decode().unwrap();
    for (pages, whose) in [(&pages, "this release's"), (&of_earlier_release, "an earlier one's")] {
        for (page, context) in (0..).zip(&consented) {
            assert_eq!(pages.care_context(page, &consented), Some(context), "{whose}");
        }
        assert_eq!(pages.care_context(3, &consented), None);
    }
}

#[test]
fn the_receipt_names_a_reference_once_and_says_the_worse_of_it() {
    for failed in [0, 2] {
        let (_, mut pages) = registered_twice();
        for page in 0..3 {
            pages.take(&[if page == failed {
                PageDone::new(page, PageFate::Failed("refused".to_owned()))
            } else {
                accepted(page)
            }]);
        }
        let (status, responses) = pages.receipt(false);
        assert_eq!(status, SessionStatus::Transferred);
        let told: Vec<_> = responses
            .iter()
            .map(|r| (r.care_context_reference.as_str(), r.hi_status.as_str(), &*r.description))
            .collect();
        let expected = [("OPD-1", "ERRORED", "refused"), ("OPD-2", "DELIVERED", "Delivered")];
        assert_eq!(told, expected, "{failed}");
    }
}

/// A run of a transfer's effects over a store: what is stored, what the effect knows, what is on
/// its way between the two.
struct Model {
    stored: Pages,
    known: Pages,
    next: u32,
    on_their_way: Vec<u32>,
    done: Vec<PageDone>,
    /// What the store is being told.
    telling: Vec<PageDone>,
    /// Nothing more leaves in this turn.
    ends: bool,
    /// The number under which each page was sent, whenever it was.
    numbers: BTreeMap<u32, (u32, u32)>,
    accepted: usize,
}

impl Model {
    fn of(pages: Pages) -> Self {
        Self {
            stored: pages.clone(),
            known: pages,
            next: 0,
            on_their_way: Vec::new(),
            done: Vec::new(),
            telling: Vec::new(),
            ends: false,
            numbers: BTreeMap::new(),
            accepted: 0,
        }
    }

    fn is_done(&mut self, done: PageDone) {
        self.known.take(std::slice::from_ref(&done));
        self.done.push(done);
    }

    /// Whether a page that uses up no number is not stored yet.
    fn must_wait(&self) -> bool {
        self.telling.iter().chain(&self.done).any(PageDone::uses_no_number)
    }

    /// The next page is decided on: its record is there or not.
    fn decides(&mut self, is_there: bool) -> Result<(), TestCaseError> {
        let Some(page) = self.known.next(self.next).filter(|_| !self.ends) else {
            return Ok(());
        };
        if !is_there {
            self.next = page + 1;
            self.is_done(withheld(&self.known, page));
        } else if !self.must_wait() {
            self.next = page + 1;
            let number = self.known.number(page);
            self.known.leaves(page);
            self.on_their_way.push(page);
            let before = self.numbers.insert(page, number);
            prop_assert!(before.is_none_or(|before| before.0 == number.0), "page {page} changes");
            let lower = self.numbers.range(..page).next_back().map_or(0, |(_, number)| number.0);
            let higher = self.numbers.range(page + 1..).next().map(|(_, number)| number.0);
            prop_assert!(lower < number.0, "page {page}: {lower} before {}", number.0);
            prop_assert!(higher.is_none_or(|higher| number.0 < higher), "page {page}: {higher:?}");
        }
        Ok(())
    }

    /// A page that is on its way is answered, or never.
    fn answered(&mut self, which: usize, answer: u8) {
        if self.on_their_way.is_empty() {
            return;
        }
        let page = self.on_their_way.remove(which % self.on_their_way.len());
        match answer {
            // Nobody knows whether it arrived; or it certainly did not.
            0 => {
                self.known.sent_unheard([page]);
                self.ends = true;
            }
            1 => self.ends = true,
            2 => self.is_done(PageDone::new(page, PageFate::Failed("refused".to_owned()))),
            _ => {
                self.accepted += 1;
                self.is_done(accepted(page));
            }
        }
    }

    fn begins_to_tell(&mut self) {
        if self.telling.is_empty() {
            self.telling = std::mem::take(&mut self.done);
        }
    }

    /// What is being told is stored, and the effect hears of it; or either not.
    fn is_told(&mut self, is_stored: bool, is_heard: bool) {
        if is_stored {
            self.stored.told(&self.telling);
        }
        let told = std::mem::take(&mut self.telling);
        if is_stored && is_heard {
            self.known.reach_as_stored(&self.stored);
        } else {
            // Kept, and told with the end.
            self.done.splice(0..0, told);
            self.ends = true;
        }
    }

    /// The turn ends when nothing is on its way, and the next one begins.
    fn ends_turn(&mut self) {
        if !self.on_their_way.is_empty() {
            return;
        }
        self.stored.take(&self.telling);
        self.stored.take(&self.done);
        self.stored.sent_unheard(self.known.unheard());
        self.stored.mark_sent_before(self.known.sent_before());
        self.stored.reach_further();
        self.begins();
    }

    /// The process dies, and the next effect begins with what is stored.
    fn dies(&mut self) -> Result<(), TestCaseError> {
        let on_their_way = std::mem::take(&mut self.on_their_way);
        self.begins();
        self.known.broken_off();
        for page in on_their_way {
            prop_assert!(self.known.may_have_arrived(page), "page {page} may have arrived");
        }
        // What was accepted and not told is accepted anew.
        self.accepted = self.stored.contexts.iter().map(|c| c.accepted as usize).sum();
        Ok(())
    }

    fn begins(&mut self) {
        self.known = self.stored.clone();
        self.next = self.known.first_left();
        self.done.clear();
        self.telling.clear();
        self.ends = false;
    }
}

proptest! {
    /// Pages are decided on in their order, answered in any order or not at all, told to a store
    /// that may refuse or lose its answer, and the process may die whenever it likes. A record is
    /// sent under the same number each time, under a higher one than every record before it, and
    /// all are told at the end.
    #[test]
    fn each_page_has_a_number_of_its_own_in_their_order_whatever_fails(
        records in prop::collection::vec(0_u32..9, 1..6),
        choices in prop::collection::vec((0_u8..16, any::<u8>(), 0_usize..8), 0..400),
    ) {
        let mut model = Model::of(pages(&records));
        let total = model.stored.total();
        for (step, chance, which) in choices {
            match step {
                0 => model.dies()?,
                1 => model.ends_turn(),
                2 => model.is_told(chance % 2 == 0, false),
                3..6 => model.is_told(true, true),
                6..8 => model.begins_to_tell(),
                8..12 => model.decides(chance % 4 > 0)?,
                _ => model.answered(which, chance % 16),
            }
        }
        // From here on all goes well: each round brings at least one page to its end.
        for _ in 0..=total {
            model.decides(true)?;
            while !model.on_their_way.is_empty() {
                model.answered(0, 3);
            }
            model.ends_turn();
        }
        prop_assert!(model.stored.are_done());
        let accepted: u32 = model.stored.contexts.iter().map(|c| c.accepted).sum();
        prop_assert_eq!(accepted as usize, model.accepted);
    }

    /// As long as nothing fails, numbers have no gap, and as many pages are announced at the end as
    /// were sent.
    #[test]
    fn the_numbers_have_no_gap_when_nothing_fails(
        records in prop::collection::vec(0_u32..9, 1..6),
        gone in prop::collection::btree_set(0_u32..45, 0..20),
        choices in prop::collection::vec((0_u8..4, 0_usize..8), 0..400),
    ) {
        let mut model = Model::of(pages(&records));
        let total = model.stored.total();
        let last = total.saturating_sub(1);
        // Each round of four steps brings at least one page further.
        let rest = [(0, 0), (1, 0), (2, 0), (3, 0)].repeat(4 * total as usize + 4);
        for (step, which) in choices.into_iter().chain(rest) {
            match step {
                0 => {
                    let next = model.known.next(model.next);
                    model.decides(next.is_some_and(|page| page == last || !gone.contains(&page)))?;
                }
                1 => model.answered(which, 3),
                2 => model.begins_to_tell(),
                _ => model.is_told(true, true),
            }
        }
        prop_assert!(model.stored.are_done());
        let used: Vec<u32> = model.numbers.values().map(|(number, _)| *number).collect();
        prop_assert_eq!(used, (1..=u32::try_from(model.numbers.len()).unwrap()).collect::<Vec<_>>());
        if let Some((number, pages)) = model.numbers.get(&last) {
            prop_assert_eq!(number, pages);
        }
    }
}
