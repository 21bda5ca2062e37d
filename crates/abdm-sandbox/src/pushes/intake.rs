//! Which pages of a transfer a receiver has, and what it still waits for (rulings.md 31).

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::data_flow::DataPage;
use abdm_core::id::CareContextReference;
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// For so long after its request pages are taken; the private key is good as long.
const REQUEST_LIFE: TimeDelta = TimeDelta::minutes(20);

/// For so long after that a page that is sent again is recognised. Then the transfer is forgotten.
const MEMORY: TimeDelta = TimeDelta::days(1);

/// What became of a care context that was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fate {
    /// Nothing of it has come.
    Missing,
    /// What came of it cannot be read.
    Unreadable,
    /// A document of it is here.
    Read,
}

/// What became of each of them.
pub(crate) type Fates = BTreeMap<CareContextReference, Fate>;

/// By what a page is recognised: its contents, never its number.
#[derive(Debug)]
pub(crate) struct PageMark {
    /// A hash of nonce and ciphertexts.
    contents: String,
    /// A hash of these, of the key, and of the care contexts.
    whole: String,
    number: i64,
    count: i64,
    contexts: BTreeSet<CareContextReference>,
}

impl PageMark {
    pub(crate) fn of(page: &DataPage) -> Self {
        let material = &page.key_material.0;
        let nonce = material.get("nonce").and_then(Value::as_str).unwrap_or_default();
        let key = material.pointer("/dhPublicKey/keyValue").and_then(Value::as_str);
        let ciphertexts = || page.entries.iter().map(|e| e.content.as_deref().unwrap_or_default());
        let contexts = page.entries.iter().map(|entry| &entry.care_context_reference);
        let all = std::iter::once(nonce).chain(ciphertexts());
        let rest = key.into_iter().chain(contexts.clone().map(CareContextReference::as_str));
        Self {
            contents: hash(all.clone()),
            whole: hash(all.chain(rest)),
            number: page.page_number,
            count: page.page_count,
            contexts: contexts.cloned().collect(),
        }
    }
}

fn hash<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(&part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    STANDARD_NO_PAD.encode(hash.finish())
}

/// What a receiver makes of a page before it opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It is new, and is opened.
    New,
    /// It is being opened, for somebody else: whether it is taken shows when that has ended.
    Opening,
    /// It has come before: it is taken, and changes nothing.
    Repeated,
    /// It brings nothing that is missing, or comes too late.
    Unwanted,
}

/// How a transfer goes on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Pages are missing, or it has ended before.
    Nothing,
    /// All pages are in and contexts are missing: if nothing comes by then, it has ended.
    LookAt(DateTime<Utc>),
    /// It has ended now, so.
    Ended(Fates),
}

/// The pages of one transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intake {
    fates: Fates,
    contents: BTreeSet<String>,
    wholes: BTreeSet<String>,
    numbers: BTreeSet<i64>,
    /// How many pages there are, as the sender says.
    count: i64,
    last_page_at: Option<DateTime<Utc>>,
    /// Until when a further page is waited for.
    until: Option<DateTime<Utc>>,
    deadline: DateTime<Utc>,
    ended: bool,
    /// Pages that are being opened. After a restart nobody opens them, and nobody said 202 to them.
    #[serde(skip)]
    opening: BTreeSet<String>,
}

impl Intake {
    /// That of a request that is made now, for these care contexts.
    pub(crate) fn new(
        granted: impl IntoIterator<Item = CareContextReference>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            fates: granted.into_iter().map(|context| (context, Fate::Missing)).collect(),
            contents: BTreeSet::new(),
            wholes: BTreeSet::new(),
            numbers: BTreeSet::new(),
            count: 0,
            last_page_at: None,
            until: None,
            deadline: now + REQUEST_LIFE,
            ended: false,
            opening: BTreeSet::new(),
        }
    }

    /// Whether it was granted.
    pub(crate) fn names(&self, context: &CareContextReference) -> bool {
        self.fates.contains_key(context)
    }

    /// Whether it was reported, or could have been.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Until when a further page is waited for; `None` when it is not, or no more.
    pub(crate) const fn waits_until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Whether it is forgotten by now: no page is taken any more, and no receipt is to come.
    pub(crate) fn is_old(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none()
            && self.opening.is_empty()
            && self.deadline.checked_add_signed(MEMORY).is_some_and(|last| now >= last)
    }

    /// Whether a page is to be opened. For one that is, [`opened`](Self::opened) or
    /// [`give_up`](Self::give_up) must follow, whatever becomes of its sender.
    pub(crate) fn judge(&mut self, page: &PageMark, now: DateTime<Utc>) -> Judged {
        let may_bring = |context: &CareContextReference| {
            self.fates.get(context).is_some_and(|fate| *fate != Fate::Read)
        };
        let may_bring_missing = page.contexts.iter().any(may_bring);
        if self.opening.contains(&page.whole) {
            return Judged::Opening;
        }
        if self.wholes.contains(&page.whole)
            || (self.contents.contains(&page.contents) && !may_bring_missing)
        {
            return Judged::Repeated;
        }
        let is_wanted = if self.ended {
            may_bring_missing
        } else {
            !self.numbers.contains(&page.number) || !self.is_all_here()
        };
        if !is_wanted || now >= self.deadline {
            return Judged::Unwanted;
        }
        self.opening.insert(page.whole.clone());
        Judged::New
    }

    /// A page could not be looked at: it may come again.
    pub(crate) fn give_up(&mut self, page: &PageMark) {
        self.opening.remove(&page.whole);
    }

    /// A page was opened: which of its entries can be read.
    pub(crate) fn opened<'a>(
        &mut self,
        page: PageMark,
        entries: impl IntoIterator<Item = (&'a CareContextReference, bool)>,
        now: DateTime<Utc>,
    ) {
        self.opening.remove(&page.whole);
        self.wholes.insert(page.whole);
        self.contents.insert(page.contents);
        self.numbers.insert(page.number);
        self.count = self.count.max(page.count);
        self.last_page_at = Some(now);
        for (context, is_readable) in entries {
            match self.fates.get_mut(context) {
                Some(fate) if is_readable => *fate = Fate::Read,
                Some(fate) if *fate == Fate::Missing => *fate = Fate::Unreadable,
                _ => {}
            }
        }
    }

    fn is_all_here(&self) -> bool {
        self.fates.values().all(|fate| *fate == Fate::Read)
    }

    /// Ends the transfer when as many different pages are in as there are, and either no context is
    /// missing or no page has come for so long.
    pub(crate) fn next(&mut self, now: DateTime<Utc>, patience: TimeDelta) -> Next {
        self.until = None;
        let came = i64::try_from(self.numbers.len()).unwrap_or(i64::MAX);
        let Some(last_page_at) = self.last_page_at.filter(|_| came >= self.count) else {
            return Next::Nothing;
        };
        if self.ended || !self.opening.is_empty() {
            return Next::Nothing;
        }
        let until = last_page_at.checked_add_signed(patience).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if !self.is_all_here() && now < until {
            self.until = Some(until);
            return Next::LookAt(until);
        }
        self.ended = true;
        Next::Ended(self.fates.clone())
    }

    /// The consent is over; what was waited for, unless the transfer had ended.
    pub(crate) fn break_off(&mut self) -> Option<Fates> {
        self.until = None;
        let had_ended = std::mem::replace(&mut self.ended, true);
        (!had_ended).then(|| self.fates.clone())
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::api::data_flow::{Entry, KeyMaterialJson};
    use abdm_core::id::TransactionId;
    use serde_json::json;

    use super::*;

    const PATIENCE: TimeDelta = TimeDelta::seconds(10);

    fn context(text: &str) -> CareContextReference {
        text.parse().unwrap()
    }

    /// A page with one entry.
    fn page(of: &str, (number, count): (i64, i64), (nonce, content): (&str, &str)) -> PageMark {
        let keys = json!({"nonce": nonce, "dhPublicKey": {"keyValue": "a key"}});
        let entry = Entry::new(content.to_owned(), String::new(), context(of));
        let transaction = TransactionId::new("t").unwrap();
        let keys = KeyMaterialJson(keys);
        PageMark::of(&DataPage::new(number, count, transaction, vec![entry], keys))
    }

    fn intake(contexts: &[&str]) -> Intake {
        Intake::new(contexts.iter().map(|text| context(text)), at(0))
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// Takes a page and opens it; how the transfer goes on.
    fn take(intake: &mut Intake, page: PageMark, readable: bool, seconds: i64) -> Next {
        assert_eq!(intake.judge(&page, at(seconds)), Judged::New);
        let contexts: Vec<_> = page.contexts.iter().cloned().collect();
        intake.opened(page, contexts.iter().map(|context| (context, readable)), at(seconds));
        intake.next(at(seconds), PATIENCE)
    }

    #[test]
    fn a_page_is_its_nonce_and_ciphertext_whatever_its_number() {
        let mut intake = intake(&["A", "B"]);
        take(&mut intake, page("A", (1, 2), ("n", "x")), true, 0);
        for number in [1, 2] {
            let again = page("A", (number, 2), ("n", "x"));
            assert_eq!(intake.judge(&again, at(1)), Judged::Repeated);
        }
        let encrypted_anew = page("A", (1, 2), ("m", "y"));
        assert_eq!(intake.judge(&encrypted_anew, at(1)), Judged::New, "B is missing");
    }

    #[test]
    fn pages_that_all_have_one_number_are_taken_until_nothing_is_missing() {
        let mut intake = intake(&["A", "B"]);
        let first = take(&mut intake, page("A", (0, 1), ("n", "x")), true, 0);
        assert_eq!(first, Next::LookAt(at(10)));
        let second = take(&mut intake, page("B", (0, 1), ("m", "y")), true, 3);
        assert!(matches!(second, Next::Ended(fates) if fates.values().all(|f| *f == Fate::Read)));
        assert_eq!(intake.waits_until(), None, "nothing is waited for any more");
        let more = page("B", (0, 1), ("o", "z"));
        assert_eq!(intake.judge(&more, at(4)), Judged::Unwanted);
    }

    #[test]
    fn a_late_page_for_a_missing_context_is_taken_after_the_end_and_up_to_the_deadline() {
        let mut intake = intake(&["A", "B", "C"]);
        take(&mut intake, page("A", (1, 1), ("n", "x")), true, 0);
        assert_eq!(intake.next(at(9), PATIENCE), Next::LookAt(at(10)));
        assert!(matches!(intake.next(at(10), PATIENCE), Next::Ended(fates)
            if fates.get(&context("B")) == Some(&Fate::Missing)));
        let of_known = page("A", (2, 2), ("m", "w"));
        assert_eq!(intake.judge(&of_known, at(11)), Judged::Unwanted);
        let late = take(&mut intake, page("B", (2, 2), ("m", "y")), true, 11);
        assert_eq!(late, Next::Nothing, "no second receipt");
        let too_late = page("C", (3, 3), ("o", "z"));
        assert_eq!(intake.judge(&too_late, at(20 * 60)), Judged::Unwanted);
        assert_eq!(intake.judge(&page("B", (2, 2), ("m", "y")), at(20 * 60)), Judged::Repeated);
    }

    #[test]
    fn what_cannot_be_read_is_still_missing() {
        let mut intake = intake(&["A"]);
        let unreadable = take(&mut intake, page("A", (1, 1), ("n", "x")), false, 0);
        assert_eq!(unreadable, Next::LookAt(at(10)));
        let mended = take(&mut intake, page("A", (1, 1), ("m", "y")), true, 5);
        assert!(matches!(mended, Next::Ended(_)));
    }

    #[test]
    fn several_pages_with_documents_of_one_context_are_all_taken() {
        let mut intake = intake(&["A"]);
        let first = take(&mut intake, page("A", (1, 2), ("n", "x")), true, 0);
        assert_eq!(first, Next::Nothing, "a page is missing");
        assert!(matches!(
            take(&mut intake, page("A", (2, 2), ("m", "y")), true, 1),
            Next::Ended(_)
        ));
    }

    #[test]
    fn a_page_that_is_being_opened_is_no_repeat_until_it_was_opened() {
        let mut intake = intake(&["A"]);
        let page = || page("A", (1, 1), ("n", "x"));
        assert_eq!(intake.judge(&page(), at(0)), Judged::New);
        assert_eq!(intake.judge(&page(), at(0)), Judged::Opening);
        intake.give_up(&page());
        take(&mut intake, page(), true, 0);
        assert_eq!(intake.judge(&page(), at(0)), Judged::Repeated);
    }

    #[test]
    fn a_transfer_is_old_a_day_after_its_deadline_unless_a_receipt_is_to_come() {
        const LAST: i64 = 86_400 + 20 * 60;
        let mut intake = intake(&["A", "B"]);
        assert_eq!((intake.is_old(at(LAST - 1)), intake.is_old(at(LAST))), (false, true));
        take(&mut intake, page("A", (1, 1), ("n", "x")), true, 0);
        assert!(!intake.is_old(at(LAST)), "it waits for B");
        assert!(matches!(intake.next(at(LAST), PATIENCE), Next::Ended(_)));
        assert!(intake.is_old(at(LAST)));
    }
}
