//! What comes before what, as far as dates are known.

use crate::model::{Date, DateTime, Parts};

const DAY: i64 = 86_400;
/// India's offset, for days without one.
const INDIA: i64 = 19_800;

/// Whether all of `fact` lies after the day (or month, or year) of the document.
pub(super) fn is_after_day_of(fact: &DateTime, document: &DateTime) -> bool {
    let (Some(fact), Some(document)) = (fact.parts(), document.parts()) else { return false };
    match (start(fact), end_of_day(document)) {
        (Some(fact), Some(document)) => fact >= document,
        _ => false,
    }
}

/// Whether all of `fact` lies before the day (or month, or year) of the document.
pub(super) fn is_before_day_of(fact: &DateTime, document: &DateTime) -> bool {
    let (Some(fact), Some(document)) = (fact.parts(), document.parts()) else { return false };
    let begins = match document.day {
        Some(_) => end_of_day(document).map(|end| end - DAY),
        None => start(document),
    };
    let Some(begins) = begins else { return false };
    match fact.time {
        Some(_) => start(fact).is_some_and(|fact| fact < begins),
        None => end_of_day(fact).is_some_and(|fact| fact <= begins),
    }
}

/// Whether all of `fact` lies before the day (or month, or year) of the birth.
pub(super) fn is_before_birth(fact: &DateTime, birth: &Date) -> bool {
    let (Some(fact), Some(birth)) = (fact.parts(), birth.parts()) else { return false };
    match (end_of_day(fact), start(birth)) {
        (Some(fact), Some(birth)) => fact <= birth,
        _ => false,
    }
}

/// Whether `late` lies wholly before `early`.
pub(super) fn is_wrong_order(early: &DateTime, late: &DateTime) -> bool {
    let (Some(early), Some(late)) = (early.parts(), late.parts()) else { return false };
    let Some(begins) = start(early) else { return false };
    match late.time {
        Some(_) => start(late).is_some_and(|late| late < begins),
        None => end_of_day(late).is_some_and(|late| late <= begins),
    }
}

fn offset(parts: Parts) -> i64 {
    // A time's own offset is in its order already.
    parts.time.map_or(INDIA, |_| 0)
}

/// The first second that is meant.
fn start(parts: Parts) -> Option<i64> {
    let first = Parts { month: parts.month.or(Some(1)), day: parts.day.or(Some(1)), ..parts };
    Some(first.order()? - offset(parts))
}

/// The first second after the day, month or year that is meant.
fn end_of_day(parts: Parts) -> Option<i64> {
    let next = match (parts.month, parts.day) {
        (None, _) => {
            Parts { year: parts.year.checked_add(1)?, month: Some(1), day: Some(1), ..parts }
        }
        (Some(12), None) => {
            Parts { year: parts.year.checked_add(1)?, month: Some(1), day: Some(1), ..parts }
        }
        (Some(month), None) => Parts { month: Some(month + 1), day: Some(1), ..parts },
        (Some(_), Some(_)) => {
            let day = Parts { time: None, ..parts };
            let zone = parts.time.map_or(INDIA, |time| i64::from(time.offset_minutes) * 60);
            return Some(day.order()? - zone + DAY);
        }
    };
    Some(next.order()? - INDIA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_the_documents_own_day_are_not_after_it() {
        let after = |fact: &str, document: &str| is_after_day_of(&fact.into(), &document.into());
        let document = "2026-03-01T10:30:00+05:30";
        for fact in ["2026-03-01T10:35:00+05:30", "2026-03-01", "2026-03", "2026", "2025-12-31"] {
            assert!(!after(fact, document), "{fact}");
        }
        for fact in ["2026-03-02", "2026-04", "2027", "2026-03-02T00:01:00+05:30"] {
            assert!(after(fact, document), "{fact}");
        }
        assert!(!after("2026-03-02T00:30:00+05:30", "2026-03-01T19:05:00Z"));
        assert!(!after("2026-12-31", "2026"));
        assert!(after("2027-01-01", "2026-12"));
        assert!(!after("nonsense", "2026"));
    }

    #[test]
    fn plans_of_the_documents_own_day_are_not_before_it() {
        let before = |fact: &str, document: &str| is_before_day_of(&fact.into(), &document.into());
        let document = "2026-03-01T10:30:00+05:30";
        for fact in ["2026-03-01T09:00:00+05:30", "2026-03-01", "2026-03", "2026", "2026-03-08"] {
            assert!(!before(fact, document), "{fact}");
        }
        for fact in ["2026-02-28", "2026-02", "2025", "2026-02-28T23:59:00+05:30"] {
            assert!(before(fact, document), "{fact}");
        }
        assert!(!before("2026-02-28T20:00:00Z", document));
        assert!(before("2026-02-28", "2026-03") && !before("2026-03-01", "2026-03"));
        assert!(!before("2026-01-01", "2026") && !before("soon", document));
    }

    #[test]
    fn facts_before_birth_are_told() {
        let before = |fact: &str, birth: &str| is_before_birth(&fact.into(), &birth.into());
        assert!(before("1950", "1986"));
        assert!(before("1986-03-31", "1986-04"));
        for fact in ["1986", "1986-04-12", "1986-04-12T23:00:00+05:30", "2026"] {
            assert!(!before(fact, "1986-04-12"), "{fact}");
        }
    }

    #[test]
    fn what_ends_before_it_begins_is_told() {
        let wrong = |early: &str, late: &str| is_wrong_order(&early.into(), &late.into());
        assert!(wrong("2026-03-01T10:30:00+05:30", "2026-03-01T10:29:59+05:30"));
        assert!(wrong("2026-03-02", "2026-03-01"));
        assert!(!wrong("2026-03-01T10:30:00+05:30", "2026-03-01"));
        assert!(!wrong("2026-03-01", "2026-03-01T09:00:00+05:30"));
    }
}
