//! What the sandbox forgets: a load test of days must not fill the machine.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use crate::played::Part;

/// A map that forgets: entries that are older than their life, and the oldest when there are too
/// many.
///
/// It looks only when something is added. Until then an old entry may still be found.
#[derive(Debug)]
pub(crate) struct Aging<K, V> {
    entries: BTreeMap<K, (DateTime<Utc>, V)>,
    /// In the order of their coming; may name what is gone or has come anew.
    order: VecDeque<(DateTime<Utc>, K)>,
    life: TimeDelta,
    most: usize,
}

/// What an [`Aging`] holds, in the order of its coming.
pub(crate) type Aged<K, V> = Vec<(DateTime<Utc>, K, V)>;

impl<K: Ord + Clone, V> Aging<K, V> {
    pub(crate) const fn new(life: TimeDelta, most: usize) -> Self {
        Self { entries: BTreeMap::new(), order: VecDeque::new(), life, most }
    }

    /// What is kept of it.
    pub(crate) fn saved(&self) -> Aged<K, V>
    where
        V: Clone,
    {
        self.saved_as(V::clone)
    }

    /// The same, with something else in the place of each value.
    pub(crate) fn saved_as<T>(&self, kept: impl Fn(&V) -> T) -> Aged<K, T> {
        let living = |(come, key): &(DateTime<Utc>, K)| {
            let (last, value) = self.entries.get(key)?;
            (last == come).then(|| (*come, key.clone(), kept(value)))
        };
        self.order.iter().filter_map(living).collect()
    }

    /// The same with what was kept.
    pub(crate) fn restored(mut self, saved: Aged<K, V>) -> Self {
        for (come, key, value) in saved {
            self.insert(key, value, come);
        }
        self
    }

    /// Adds an entry, in the place of an older one of this key.
    pub(crate) fn insert(&mut self, key: K, value: V, now: DateTime<Utc>) {
        while let Some((come, _)) = self.order.front()
            && (self.order.len() >= self.most || now - *come > self.life)
        {
            self.forget_first();
        }
        self.order.push_back((now, key.clone()));
        self.entries.insert(key, (now, value));
    }

    fn forget_first(&mut self) {
        if let Some((come, key)) = self.order.pop_front()
            && self.entries.get(&key).is_some_and(|(own, _)| *own == come)
        {
            self.entries.remove(&key);
        }
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).map(|(_, value)| value)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values().map(|(_, value)| value)
    }

    /// Keeps only what fits.
    pub(crate) fn retain(&mut self, mut fits: impl FnMut(&K, &V) -> bool) {
        self.entries.retain(|key, (_, value)| fits(key, value));
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl super::World {
    /// Whether there is anything for [`forget_old_transfers`](Self::forget_old_transfers).
    pub(crate) fn has_old_transfers(&self, now: DateTime<Utc>) -> bool {
        self.app_transfers.values().any(|transfer| transfer.intake.is_old(now))
            || self.played.values().any(|played| match &played.part {
                Part::Hiu(hiu) => hiu.has_old_transfers(now),
                Part::Hip(_) => false,
            })
    }

    /// Forgets the transfers to the patients' apps and to played HIUs that are long over.
    pub(crate) fn forget_old_transfers(&mut self, now: DateTime<Utc>) {
        self.app_transfers.retain(|_, transfer| !transfer.intake.is_old(now));
        for played in self.played.values_mut() {
            if let Part::Hiu(hiu) = &mut played.part {
                hiu.forget_old_transfers(now);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_when_there_are_too_many_and_the_old_when_their_time_is_over() {
        let start = DateTime::UNIX_EPOCH;
        let mut map = Aging::new(TimeDelta::hours(1), 3);
        for (place, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
            map.insert(name, place, start);
        }
        assert_eq!((map.get("a"), map.get("d"), map.len()), (None, Some(&3), 3));
        map.insert("e", 4, start + TimeDelta::hours(2));
        assert_eq!((map.get("d"), map.get("e"), map.len()), (None, Some(&4), 1));
    }

    #[test]
    fn what_was_kept_is_as_old_as_before() {
        let start = DateTime::UNIX_EPOCH;
        let map = || Aging::new(TimeDelta::hours(1), 10);
        let mut before = map();
        for (minutes, name) in [(0, "a"), (10, "b"), (20, "c"), (30, "a")] {
            before.insert(name, minutes, start + TimeDelta::minutes(minutes));
        }
        before.remove("b");
        let mut after = map().restored(before.saved());
        assert_eq!(after.saved(), before.saved());
        assert_eq!((after.get("a"), after.get("b"), after.get("c")), (Some(&30), None, Some(&20)));
        after.insert("d", 0, start + TimeDelta::minutes(85));
        assert_eq!((after.get("a"), after.get("c")), (Some(&30), None), "of its last coming");
    }

    #[test]
    fn an_entry_that_came_anew_is_as_old_as_its_last_coming() {
        let start = DateTime::UNIX_EPOCH;
        let mut map = Aging::new(TimeDelta::hours(1), 10);
        map.insert("a", 1, start);
        map.insert("a", 2, start + TimeDelta::minutes(50));
        map.insert("b", 3, start + TimeDelta::minutes(70));
        assert_eq!(map.get("a"), Some(&2));
    }
}
