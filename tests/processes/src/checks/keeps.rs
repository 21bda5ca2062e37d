//! Who kept which document, and whether kills explain what was kept again.

use std::collections::{BTreeMap, BTreeSet};

use crate::nodes::{Keep, PAGES_IN_HAND};

/// What was kept again, and what explains it.
///
/// A document is kept before the commit that knows of it, and two things make a HIU keep it again:
///
/// - The process that kept it is killed before that commit. It had at most [`PAGES_IN_HAND`] pages
///   in hand, of one document each, and another process keeps them again.
/// - Its page comes again, encrypted anew, because its sender did not hear that it was taken, and
///   the first copy cannot be compared with it yet. The HIU takes it then, and it is kept under the
///   same id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct KeptAgain {
    /// How many keeps followed another of the same document.
    pub(super) times: usize,
    /// Of them: the earlier keep was the same process's, or of one that was not killed. Only a page
    /// that comes again explains it.
    pub(super) without_kill: usize,
}

impl KeptAgain {
    /// What these keeps, in their order, come to, when these processes were killed.
    pub(super) fn of(keeps: &[Keep], killed: &BTreeSet<u32>) -> Self {
        let mut keepers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for keep in keeps {
            keepers.entry(&keep.document).or_default().push(keep.process);
        }
        let mut again = Self::default();
        for of_one in keepers.values() {
            for (earlier, later) in of_one.iter().zip(of_one.iter().skip(1)) {
                again.times += 1;
                again.without_kill += usize::from(earlier == later || !killed.contains(earlier));
            }
        }
        again
    }

    /// Whether so many kills, and so many pages that may have been taken again, explain it.
    pub(super) const fn is_explained(&self, kills: usize, pages_again: usize) -> bool {
        self.without_kill <= pages_again && self.times <= kills * PAGES_IN_HAND + pages_again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(of: &[(u32, &str)], killed: &[u32]) -> KeptAgain {
        let keep = |&(process, document): &(u32, &str)| Keep { process, document: document.into() };
        let keeps: Vec<Keep> = of.iter().map(keep).collect();
        KeptAgain::of(&keeps, &killed.iter().copied().collect())
    }

    #[test]
    fn a_keep_after_the_one_of_a_killed_process_is_explained_by_the_kill() {
        let again = again(&[(1, "a"), (1, "b"), (2, "a")], &[1]);
        assert_eq!(again, KeptAgain { times: 1, without_kill: 0 });
        assert!(again.is_explained(1, 0));
    }

    #[test]
    fn a_keep_after_the_one_of_a_process_that_lives_is_explained_by_a_page_that_came_again() {
        let again = again(&[(1, "a"), (2, "a")], &[2]);
        assert_eq!(again, KeptAgain { times: 1, without_kill: 1 });
        assert!(!again.is_explained(1, 0));
        assert!(again.is_explained(1, 1));
    }

    #[test]
    fn two_keeps_of_one_process_are_not_explained_by_its_kill() {
        assert!(!again(&[(1, "a"), (1, "a")], &[1]).is_explained(1, 0));
    }

    #[test]
    fn more_keeps_than_the_killed_process_had_in_hand_are_not_explained() {
        let names: Vec<_> = (0..=PAGES_IN_HAND).map(|n| n.to_string()).collect();
        let of = |process| names.iter().map(move |name| (process, name.as_str()));
        let all: Vec<_> = of(1).chain(of(2)).collect();
        assert!(!again(&all, &[1]).is_explained(1, 0));
    }
}
