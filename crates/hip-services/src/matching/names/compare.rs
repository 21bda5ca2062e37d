//! How far two names agree.

use super::parts::{Class, Name, Part};

/// How far two names agree, from not at all to wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::matching) enum Agreement {
    /// They are of two persons, for all that can be seen.
    None,
    /// The given name agrees but something else does not, or all that is there of it is an initial:
    /// not enough for a match by itself.
    Doubtful,
    /// They sound alike, by a tolerance that could join two names.
    Alike,
    /// What both sides have agrees; one of them has parts or initials that the other lacks.
    Partly,
    /// All their parts agree.
    Same,
}

/// How far two names agree, whichever comes first.
pub(in crate::matching) fn compare(one: &Name, two: &Name) -> Agreement {
    // Parts are paired as they come, so the order could matter where one sounds like two.
    Pairing::of(one, two).agreement().min(Pairing::of(two, one).agreement())
}

/// With what a part is paired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Partner {
    /// With this part of the other name.
    Part(usize),
    /// With a part that is written as one with its neighbour.
    Joined,
    /// With an initial, or as one.
    Initial,
}

struct Pairing<'a> {
    one: &'a [Part],
    two: &'a [Part],
    /// The partners of the parts of `one` and of `two`.
    partners: [[Option<Partner>; Name::MOST]; 2],
    /// The least that any pair agrees.
    least: Agreement,
}

impl<'a> Pairing<'a> {
    fn of(one: &'a Name, two: &'a Name) -> Self {
        let partners = [[None; Name::MOST]; 2];
        let mut pairing =
            Self { one: one.parts(), two: two.parts(), partners, least: Agreement::Same };
        for least in [Agreement::Same, Agreement::Partly, Agreement::Alike] {
            pairing.pair_words(least);
        }
        pairing.pair_joined(0);
        pairing.pair_joined(1);
        pairing.pair_surnames();
        pairing.pair_initials();
        pairing
    }

    const fn side(&self, side: usize) -> &'a [Part] {
        if side == 0 { self.one } else { self.two }
    }

    fn partner(&self, side: usize, place: usize) -> Option<Partner> {
        self.partners.get(side).and_then(|partners| partners.get(place).copied().flatten())
    }

    fn set(&mut self, side: usize, place: usize, partner: Partner) {
        let partners = self.partners.get_mut(side);
        if let Some(slot) = partners.and_then(|partners| partners.get_mut(place)) {
            *slot = Some(partner);
        }
    }

    /// The parts of a side that have no partner yet.
    fn free(&self, side: usize) -> impl Iterator<Item = (usize, &'a Part)> + use<'a> {
        let parts = self.side(side).iter().enumerate();
        let taken = self.partners.get(side).copied().unwrap_or_default();
        parts.filter(move |(place, _)| taken.get(*place).is_some_and(Option::is_none))
    }

    fn pair_words(&mut self, least: Agreement) {
        for (place, part) in self.free(0) {
            if part.class == Class::Initial {
                continue;
            }
            let found = self.free(1).find_map(|(other, candidate)| {
                let agreement = part.agreement(candidate);
                (candidate.class != Class::Initial && agreement >= least)
                    .then_some((other, agreement))
            });
            if let Some((other, agreement)) = found {
                self.set(0, place, Partner::Part(other));
                self.set(1, other, Partner::Part(place));
                self.least = self.least.min(agreement);
            }
        }
    }

    /// Pairs two neighbours of a side with one part of the other: Sri Devi and Sridevi.
    fn pair_joined(&mut self, side: usize) {
        for place in 0..self.side(side).len().saturating_sub(1) {
            let neighbours = (self.side(side).get(place), self.side(side).get(place + 1));
            let (Some(first), Some(second)) = neighbours else { continue };
            let initials = first.class == Class::Initial || second.class == Class::Initial;
            let taken =
                self.partner(side, place).is_some() || self.partner(side, place + 1).is_some();
            if initials || taken {
                continue;
            }
            let Some(joined) = first.sound.joined(second.sound) else { continue };
            let found = self.free(1 - side).find(|(_, candidate)| {
                candidate.class != Class::Initial
                    && joined.agreement(&candidate.sound) == Agreement::Same
            });
            if let Some((other, _)) = found {
                self.set(side, place, Partner::Joined);
                self.set(side, place + 1, Partner::Joined);
                self.set(1 - side, other, Partner::Joined);
            }
        }
    }

    /// Pairs a surname with a word of the same consonants: Mondal and Mandal, Biswas and Viswas. It
    /// is not by the surname that a person is told from their family, so this much does no harm;
    /// but a given name is not paired so.
    fn pair_surnames(&mut self) {
        let carrier = |side| self.carrier(side).map(|(_, place)| place);
        let (one, two) = (carrier(0), carrier(1));
        for (place, part) in self.free(0) {
            let found = self.free(1).find(|(other, candidate)| {
                let classes = [part.class, candidate.class];
                classes.contains(&Class::Surname)
                    && classes.iter().all(|class| matches!(class, Class::Surname | Class::Given))
                    && one != Some(place)
                    && two != Some(*other)
                    && part.sound.has_consonants_of(&candidate.sound)
            });
            if let Some((other, _)) = found {
                self.set(0, place, Partner::Part(other));
                self.set(1, other, Partner::Part(place));
                self.least = self.least.min(Agreement::Partly);
            }
        }
    }

    /// Pairs initials with initials, then with the words that begin with them.
    fn pair_initials(&mut self) {
        for (place, part) in self.free(0) {
            let same = self.free(1).find(|(_, other)| {
                part.class == Class::Initial
                    && other.class == Class::Initial
                    && part.sound == other.sound
            });
            if let Some((other, _)) = same {
                self.set(0, place, Partner::Part(other));
                self.set(1, other, Partner::Part(place));
            }
        }
        for side in [0, 1] {
            for (place, part) in self.free(side) {
                let Some(initial) = part.initial() else { continue };
                let word = self.free(1 - side).find(|(_, word)| {
                    !matches!(word.class, Class::Initial | Class::Title)
                        && word.sound.begins_with(initial)
                });
                if let Some((other, _)) = word {
                    self.set(side, place, Partner::Initial);
                    self.set(1 - side, other, Partner::Initial);
                    self.least = self.least.min(self.initial_for(side, place, other));
                }
            }
        }
    }

    /// How far two names can agree of which one has an initial, at `place` of this side, for a word
    /// of the other.
    fn initial_for(&self, side: usize, place: usize, word: usize) -> Agreement {
        let class = self.side(1 - side).get(word).map_or(Class::Title, |word| word.class);
        let of_a_half = self.has_half() && class != Class::Surname;
        let before = |side, place| self.carrier(side).is_some_and(|(_, carrier)| place < carrier);
        match class {
            // Sai K may be Sai Kiran or Sai Kumar.
            _ if of_a_half => Agreement::Doubtful,
            Class::Given | Class::Half if self.paired_words() < 2 => {
                // Kondapalli R may be Rama or Ratna Kondapalli, where the surname is not known as
                // one. Ramesh S is Ramesh, or S, the son of Ramesh.
                if self.has_known_given_name() { Agreement::Alike } else { Agreement::Doubtful }
            }
            // K Ankur Shah may be Kantilal, the son of Ankur, and not Ankur Ketan Shah.
            Class::Given | Class::Half if before(side, place) != before(1 - side, word) => {
                Agreement::Doubtful
            }
            _ => Agreement::Partly,
        }
    }

    /// Whether one of the names has the half of a name.
    fn has_half(&self) -> bool {
        self.one.iter().chain(self.two).any(|part| part.class == Class::Half)
    }

    /// The part that tells a person from the rest of a family: the first given name, or where there
    /// is none the first of those that many given names are made of, or an initial. A surname never
    /// does.
    fn carrier(&self, side: usize) -> Option<(Class, usize)> {
        [Class::Given, Class::Half, Class::Common, Class::Initial].into_iter().find_map(|class| {
            let place = self.side(side).iter().position(|part| part.class == class)?;
            Some((class, place))
        })
    }

    fn agreement(&self) -> Agreement {
        let (Some((class, first)), Some((other_class, second))) =
            (self.carrier(0), self.carrier(1))
        else {
            return Agreement::None;
        };
        let mut agreement = self.least;
        match (self.partner(0, first), self.partner(1, second)) {
            (None, _) | (_, None) => return Agreement::None,
            (Some(Partner::Initial), _) | (_, Some(Partner::Initial)) => {
                agreement = agreement.min(Agreement::Doubtful);
            }
            // Ramesh Suresh and Suresh Ramesh may be son and father, or brothers.
            (Some(Partner::Part(partner)), _) if partner != second => {
                agreement = agreement.min(Agreement::Alike);
            }
            _ => {}
        }
        let left = [Left::of(self.free(0)), Left::of(self.free(1))];
        let classes = [class, other_class];
        if classes.contains(&Class::Initial) {
            agreement = agreement.min(Agreement::Doubtful);
        }
        if classes.iter().any(|class| matches!(class, Class::Half | Class::Common)) {
            agreement = agreement.min(self.of_common_parts(left));
        }
        // Bandaru Sai may be Sai Kiran or Sai Krishna: what is left may be the other half.
        if self.has_half() && left.iter().any(|left| left.given + left.common > 0) {
            agreement = agreement.min(Agreement::Doubtful);
        }
        if left.iter().any(|left| left.given > 0) {
            let known = [(self.one, first), (self.two, second)]
                .into_iter()
                .all(|(name, place)| name.get(place).is_some_and(|part| part.is_known_given));
            agreement = agreement.min(match () {
                // Kondapalli, or Kondapalli Lakshmi, beside Kondapalli Dhana Lakshmi: what agrees
                // first may be a surname, and what is left the name.
                () if !known => Agreement::Doubtful,
                // Palani may be Palani Suresh, or his son Suresh, whose father's name came first.
                () if self.paired_words() < 2 => Agreement::Alike,
                () => Agreement::Partly,
            });
        }
        agreement.min(Left::agreement(left))
    }

    /// Names without a given name of their own: Raj Kumar, Sai Ram, Devi. All of them must agree,
    /// and one alone is little.
    fn of_common_parts(&self, left: [Left; 2]) -> Agreement {
        if left.iter().any(|left| left.halves + left.common > 0) {
            return Agreement::None;
        }
        if self.paired_words() < 2 { Agreement::Alike } else { Agreement::Same }
    }

    /// Whether a given name that is known as one has a partner.
    fn has_known_given_name(&self) -> bool {
        let known = |(place, part): (usize, &Part)| {
            part.is_known_given && matches!(self.partner(0, place), Some(Partner::Part(_)))
        };
        self.one.iter().enumerate().any(known)
    }

    /// How many whole words of the first name have a partner.
    fn paired_words(&self) -> usize {
        let paired = |(place, part): &(usize, &Part)| {
            !matches!(part.class, Class::Title | Class::Initial)
                && matches!(self.partner(0, *place), Some(Partner::Part(_) | Partner::Joined))
        };
        self.one.iter().enumerate().filter(paired).count()
    }
}

/// How many parts of a name have no partner.
#[derive(Clone, Copy, Default)]
struct Left {
    given: usize,
    halves: usize,
    common: usize,
    surnames: usize,
    initials: usize,
}

impl Left {
    fn of<'a>(parts: impl Iterator<Item = (usize, &'a Part)>) -> Self {
        let mut left = Self::default();
        for (_, part) in parts {
            match part.class {
                Class::Given => left.given += 1,
                Class::Half => left.halves += 1,
                Class::Common => left.common += 1,
                Class::Surname => left.surnames += 1,
                Class::Initial => left.initials += 1,
                Class::Title => {}
            }
        }
        left
    }

    const fn words(self) -> usize {
        self.given + self.halves + self.common + self.surnames
    }

    /// What the parts without partner allow.
    fn agreement([one, two]: [Self; 2]) -> Agreement {
        if one.words() > 0 && two.words() > 0 {
            // Another given name is another person; another surname may be a marriage.
            let named = one.given + one.halves + two.given + two.halves > 0;
            return if named { Agreement::None } else { Agreement::Doubtful };
        }
        if one.initials > 0 && two.initials > 0 {
            return Agreement::None;
        }
        if (one.initials > 0 && two.words() > 0) || (two.initials > 0 && one.words() > 0) {
            return Agreement::Doubtful;
        }
        // Babu Mani is not Mani, his father.
        if one.halves + two.halves > 0 {
            return Agreement::Doubtful;
        }
        let lacking = one.words() + two.words() + one.initials + two.initials;
        if lacking > 0 { Agreement::Partly } else { Agreement::Same }
    }
}

#[cfg(test)]
mod tests;
