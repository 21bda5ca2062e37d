//! Two descriptions of the patient of one ABHA address: one person's, or two.

use abdm_core::vocabulary::Gender;

use super::names::{Agreement, Name, compare};
use super::{age, gender};

/// What a record says of a patient, beside identifiers.
pub(crate) struct Description<'a> {
    pub(crate) name: &'a str,
    pub(crate) gender: &'a Gender,
    pub(crate) year_of_birth: Option<u16>,
}

impl Description<'_> {
    /// What of it is another person's than in the other description, in words. What one of them
    /// does not tell differs from nothing.
    pub(crate) fn differences(&self, other: &Self, years_apart: u16) -> Vec<&'static str> {
        let named = Name::read(self.name).zip(Name::read(other.name));
        let names = named.is_some_and(|(one, two)| compare(&one, &two) <= Agreement::Doubtful);
        let genders = gender::same(Some(self.gender), Some(other.gender)) == Some(false);
        let years = age::distance(self.year_of_birth, other.year_of_birth)
            .is_some_and(|distance| distance > years_apart);
        let all = [(names, "name"), (genders, "gender"), (years, "year of birth")];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(one: (&str, &str, u16), other: (&str, &str, u16)) -> Vec<&'static str> {
        let (first, second) = (Gender::from(one.1), Gender::from(other.1));
        let of = |(name, _, year), gender| Description { name, gender, year_of_birth: Some(year) };
        of(one, &first).differences(&of(other, &second), 2)
    }

    #[test]
    fn another_spelling_is_the_same_person_and_another_name_gender_or_year_is_not() {
        let asha = ("Asha Test Kumari", "F", 1988);
        for same in [
            asha,
            ("asha  test kumari", "F", 1990),
            ("Asha Kumari", "D", 1986),
            ("Smt. Asha Test", "F", 1988),
        ] {
            assert!(differences(asha, same).is_empty(), "{same:?}");
            assert!(differences(same, asha).is_empty(), "{same:?}");
        }
        assert_eq!(differences(asha, ("Usha Test Kumari", "F", 1988)), ["name"]);
        assert_eq!(differences(asha, ("Asha Test Kumari", "M", 1988)), ["gender"]);
        assert_eq!(differences(asha, ("Asha Test Kumari", "F", 1991)), ["year of birth"]);
        let nobody_alike = ("Ravi Test", "M", 1960);
        assert_eq!(differences(asha, nobody_alike), ["name", "gender", "year of birth"]);
    }
}
