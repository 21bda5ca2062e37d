//! Whether the hospital's list of old visits goes on, or comes back to where it was.

use serde::{Deserialize, Serialize};

use crate::hooks::BackfillCursor;

/// How a list has been read so far, in constant memory.
///
/// One place is kept, and exchanged for the newest one after 1, 2, 4, 8 … further visits (Brent's
/// method). A list that comes back to a visit goes through the same visits for ever, and so comes to
/// the kept place: at the latest when about three times as many visits were read as it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackfillTrail {
    /// A place that was read.
    kept: Option<BackfillCursor>,
    /// How many visits were read since, and after how many another place is kept.
    since: u64,
    keeps_for: u64,
}

impl BackfillTrail {
    /// Takes notice of the next visit, which was read after `last`; or says that the list does not
    /// go on with it, because it was read before.
    pub(crate) fn goes_on(&mut self, last: Option<&BackfillCursor>, next: &BackfillCursor) -> bool {
        if last == Some(next) || self.kept.as_ref() == Some(next) {
            return false;
        }
        self.since += 1;
        if self.since >= self.keeps_for {
            self.kept = Some(next.clone());
            self.since = 0;
            self.keeps_for = self.keeps_for.saturating_mul(2).max(1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(n: usize) -> BackfillCursor {
        format!("visit-{n}").parse().unwrap()
    }

    /// After how many visits the trail says that the list does not go on.
    fn read(list: impl Iterator<Item = usize>) -> Option<usize> {
        let (mut trail, mut last) = (BackfillTrail::default(), None);
        for (read, next) in list.map(cursor).enumerate() {
            // As it is stored between two turns.
            let stored = serde_json::to_string(&trail).unwrap();
            assert!(stored.len() < 120, "{stored}");
            trail = serde_json::from_str(&stored).unwrap();
            if !trail.goes_on(last.as_ref(), &next) {
                return Some(read);
            }
            last = Some(next);
        }
        None
    }

    #[test]
    fn every_list_that_comes_back_is_found_whatever_the_length_of_the_way_and_of_the_circle() {
        for way in 0..40 {
            for circle in 1..40 {
                let list = (0..way).chain((way..way + circle).cycle());
                let most = 3 * (way + circle) + 3;
                let found = read(list.take(10 * (way + circle) + 10));
                assert!(found.is_some_and(|read| read <= most), "{way}, {circle}: {found:?}");
            }
        }
    }

    #[test]
    fn a_list_that_goes_on_is_never_taken_for_one_that_comes_back() {
        assert_eq!(read(0..5_000), None);
    }

    #[test]
    fn two_visits_with_one_cursor_are_found_at_once() {
        // Between them the reading could stop, and the second would be left out.
        assert_eq!(read([0, 1, 2, 3, 4, 5, 6, 6, 7].into_iter()), Some(7));
    }
}
