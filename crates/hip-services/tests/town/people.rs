//! The people of the town: families, their names as they are, their telephones and ABHA accounts.

use crate::chance::Chance;
use crate::spellings::{self, Custom, REGIONS, Region, Spellings};

/// What a word is in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The given name, or its first half.
    Given,
    /// The second half of a given name: Sai *Kiran*.
    Second,
    /// What many have: Kumar, Devi, Mohammed.
    Shared,
    /// The father's given name.
    Father,
    /// The family's name.
    Family,
}

/// A word of a name.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) latin: Vec<String>,
    pub(crate) native: String,
    pub(crate) role: Role,
}

pub(crate) struct Person {
    pub(crate) household: usize,
    pub(crate) given: String,
    pub(crate) name: Vec<Word>,
    pub(crate) gender: &'static str,
    pub(crate) year: u16,
    pub(crate) abha_address: String,
    pub(crate) abha_number: String,
    /// The mobile number of the ABHA account.
    pub(crate) mobile: String,
    /// The telephone of the household.
    pub(crate) family_mobile: String,
    pub(crate) is_twin: bool,
    pub(crate) has_fathers_name: bool,
}

/// The names of a region, read once.
struct Names {
    custom: Custom,
    men: Vec<Spellings>,
    women: Vec<Spellings>,
    surnames: Vec<Spellings>,
}

impl Names {
    fn of(region: &Region) -> Self {
        let read = spellings::read;
        Self {
            custom: region.custom,
            men: read(region.men),
            women: read(region.women),
            surnames: read(region.surnames),
        }
    }

    fn given(&self, gender: &str) -> &[Spellings] {
        if gender == "M" { &self.men } else { &self.women }
    }
}

fn word(latin: &[&str], native: &str, role: Role) -> Word {
    let latin = latin.iter().map(|latin| (*latin).to_owned()).collect();
    Word { latin, native: native.to_owned(), role }
}

/// The words of a given name.
fn given_words(name: &Spellings) -> Vec<Word> {
    match (name.native.split_once(' '), name.latin[0].split_once(' ')) {
        (Some((first, second)), Some((latin, more))) => {
            vec![word(&[latin], first, Role::Given), word(&[more], second, Role::Second)]
        }
        _ => vec![word(&name.latin, name.native, Role::Given)],
    }
}

/// What a household has in common.
struct Household<'a> {
    number: usize,
    names: &'a Names,
    surname: &'a Spellings,
    mobile: String,
    /// The given names that are taken, each with gender and year.
    taken: Vec<(String, &'static str, u16)>,
}

/// The whole town.
pub(crate) struct Town {
    pub(crate) people: Vec<Person>,
    /// Telephones of health workers, given for many patients.
    pub(crate) helpers: Vec<String>,
}

impl Town {
    pub(crate) fn of(size: usize, chance: &mut Chance) -> Self {
        let regions: Vec<Names> = REGIONS.iter().map(Names::of).collect();
        let helpers = (0..10).map(|n| format!("70000000{n:02}")).collect();
        let mut town = Self { people: Vec::with_capacity(size + 10), helpers };
        let mut number = 0;
        while town.people.len() < size {
            let names = chance.one_of(&regions);
            let household = Household {
                number,
                names,
                surname: chance.one_of(&names.surnames),
                mobile: format!("8{number:09}"),
                taken: Vec::new(),
            };
            town.settle(household, chance);
            number += 1;
        }
        town
    }

    fn settle(&mut self, mut home: Household<'_>, chance: &mut Chance) {
        let born = 1935 + u16::try_from(chance.below(50)).unwrap();
        let near = |chance: &mut Chance| u16::try_from(i32::from(born) + chance.around(6)).unwrap();
        let grandfather = chance.below(home.names.men.len());
        let father = home.pick("M", born, None, chance);
        self.add(&home, "M", father, grandfather, born, (false, false), chance);
        let year = near(chance);
        let mother = home.pick("F", year, None, chance);
        self.add(&home, "F", mother, father, year, (false, false), chance);
        // A brother of the father's and his wife live with many.
        if chance.happens(150) {
            let (year, wife) = (near(chance), near(chance));
            let uncle = home.pick("M", year, Some(father), chance);
            self.add(&home, "M", uncle, grandfather, year, (false, false), chance);
            let aunt = home.pick("F", wife, Some(mother), chance);
            self.add(&home, "F", aunt, uncle, wife, (false, false), chance);
        }
        if chance.happens(40) {
            // And none of his brothers has the grandfather's name: Karthik Srinivasan and
            // Srinivasan Karthik are one name when a desk turns them round.
            for name in [father, grandfather] {
                home.taken.push((home.names.men[name].latin[0].to_owned(), "M", born + 24));
            }
            self.add(&home, "M", father, grandfather, born + 24, (false, true), chance);
        }
        let mut last = None;
        let mut year = born + 18;
        for _ in 0..chance.below(5) {
            year += 1 + u16::try_from(chance.below(4)).unwrap();
            let gender = if chance.happens(500) { "M" } else { "F" };
            let child = home.pick(gender, year, last, chance);
            let twins = chance.happens(60);
            self.add(&home, gender, child, father, year, (twins, false), chance);
            if twins {
                let other = home.pick(gender, year, Some(child), chance);
                self.add(&home, gender, other, father, year, (true, false), chance);
            }
            last = chance.happens(400).then_some(child);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a row of the town, written once")]
    fn add(
        &mut self,
        home: &Household<'_>,
        gender: &'static str,
        given: usize,
        father: usize,
        year: u16,
        (is_twin, has_fathers_name): (bool, bool),
        chance: &mut Chance,
    ) {
        let number = self.people.len();
        let spelled = &home.names.given(gender)[given];
        let fathers = &home.names.men[father.min(home.names.men.len() - 1)];
        let own = chance.happens(if year < 2005 { 450 } else { 50 });
        let mobile = match () {
            () if chance.happens(8) => chance.one_of(&self.helpers).clone(),
            () if own => format!("9{number:09}"),
            // The number was another household's before.
            () if chance.happens(5) => format!("8{:09}", chance.below(home.number + 1)),
            () => home.mobile.clone(),
        };
        self.people.push(Person {
            household: home.number,
            given: spelled.latin[0].to_owned(),
            name: home.whole_name(gender, spelled, fathers, chance),
            gender,
            year,
            abha_address: format!("person.{number}@sbx"),
            abha_number: format!("91{number:012}"),
            mobile,
            family_mobile: home.mobile.clone(),
            is_twin,
            has_fathers_name,
        });
    }
}

impl Household<'_> {
    /// A given name that no one near in age has: one beside another's in the list, where names that
    /// sound alike stand, or any.
    fn pick(
        &mut self,
        gender: &'static str,
        year: u16,
        beside: Option<usize>,
        chance: &mut Chance,
    ) -> usize {
        let names = self.names.given(gender);
        loop {
            let place = match beside {
                Some(other) => (other + names.len() + 1 + chance.below(4) - 2) % names.len(),
                None => chance.below(names.len()),
            };
            let place = if chance.happens(100) { chance.below(names.len()) } else { place };
            let name = names[place].latin[0].to_owned();
            let is_taken = self.taken.iter().any(|(taken, of, when)| {
                *taken == name && *of == gender && when.abs_diff(year) < 20
            });
            if !is_taken {
                self.taken.push((name, gender, year));
                return place;
            }
        }
    }

    fn whole_name(
        &self,
        gender: &str,
        given: &Spellings,
        father: &Spellings,
        chance: &mut Chance,
    ) -> Vec<Word> {
        let own = given_words(given);
        let family = word(&self.surname.latin, self.surname.native, Role::Family);
        let fathers = || {
            given_words(father).into_iter().take(1).map(|word| Word { role: Role::Father, ..word })
        };
        let shared = |latin: &[&str], native: &str| word(latin, native, Role::Shared);
        let mut name = Vec::new();
        match self.names.custom {
            Custom::North => {
                name.extend(own);
                match (gender, chance.below(3)) {
                    ("M", 0) => name.push(shared(&["Kumar", "Kr"], "कुमार")),
                    ("M", 1) => name.push(shared(&["Prasad", "Pd"], "प्रसाद")),
                    ("F", 0) => name.push(shared(&["Devi"], "देवी")),
                    ("F", 1) => name.push(shared(&["Kumari"], "कुमारी")),
                    _ => {}
                }
                name.push(family);
            }
            Custom::West => {
                name.extend(own);
                name.extend(fathers());
                name.push(family);
            }
            Custom::South => {
                name.extend(own);
                name.extend(fathers());
            }
            Custom::Telugu => {
                name.push(family);
                name.extend(own);
            }
            Custom::East => {
                name.extend(own);
                name.push(family);
            }
            Custom::Muslim => {
                if gender == "M" && chance.happens(600) {
                    name.push(shared(&["Mohammed", "Md", "Mohd", "Muhammad"], "محمد"));
                }
                name.extend(own);
                match (gender, chance.below(3)) {
                    ("F", 0) => name.push(shared(&["Khatun", "Khatoon"], "خاتون")),
                    ("F", 1) => name.push(shared(&["Begum", "Begam"], "بیگم")),
                    _ => name.push(family),
                }
            }
            Custom::Punjab => {
                name.extend(own);
                name.push(match gender {
                    "M" => shared(&["Singh"], "ਸਿੰਘ"),
                    _ => shared(&["Kaur"], "ਕੌਰ"),
                });
                if chance.happens(500) {
                    name.push(family);
                }
            }
        }
        name
    }
}
