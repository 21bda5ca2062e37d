//! The matcher that ABDM's documents describe.

use std::collections::{HashMap, HashSet};

use abdm_core::id::PatientReference;

use super::decision::{Match, Matcher};
use super::explanation::{Conclusion, Criterion, Explanation};
use super::facts::{Facts, Keys, proven_number};
use super::matched_by::MatchedBy;
use super::names::{Agreement, Name, compare};
use super::wanted::WantedPatient;
use super::{age, gender};
use crate::patient_index::RegisteredPatient;

/// The matcher that ABDM's documents describe (m2-hip.md 5.1, the order of 2026), strict where they
/// leave room: rather nobody than another person. The rules stand in the [module](super).
///
/// ```
/// use hip_services::matching::{Match, Matcher, PublishedMatcher, WantedPatient};
/// use hip_services::patient_index::RegisteredPatient;
///
/// # fn main() -> Result<(), abdm_core::id::IdError> {
/// let wanted = WantedPatient::new("IN0000000001".parse()?)
///     .verified("MOBILE", "+919000000000")
///     .name("Lakshmi Chaudhary")
///     .gender("F")
///     .year_of_birth(1988);
/// let registered = RegisteredPatient::new("UHID-1".parse()?, "Laxmi C.")
///     .name("Smt. Laxmi Choudhury")
///     .gender("F")
///     .year_of_birth(1990)
///     .mobile("90000 00000");
/// let husband = RegisteredPatient::new("UHID-2".parse()?, "Ravi C.")
///     .name("Ravi Choudhury")
///     .gender("M")
///     .year_of_birth(1985)
///     .mobile("90000 00000");
///
/// let found = PublishedMatcher::new().decide(&wanted, &[husband, registered]);
/// assert_eq!(found.patients(), ["UHID-1".parse()?]);
/// assert_eq!(
///     found.explanation().to_string(),
///     "found by a verified identifier and the demographics: 2 records have the verified mobile \
///      number; 1 record has another gender; 1 record fits by all criteria"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedMatcher {
    /// By how many years the years of birth may differ when the whole name agrees.
    age_band: u16,
    /// The same when the name agrees in part.
    narrow_age_band: u16,
    /// On how many records a mobile number may stand before it says nothing of a person.
    largest_family: usize,
    /// Whether a proof counts that two of name, gender and age contradict.
    trusts_every_proof: bool,
}

impl Default for PublishedMatcher {
    fn default() -> Self {
        Self { age_band: 5, narrow_age_band: 2, largest_family: 10, trusts_every_proof: false }
    }
}

impl PublishedMatcher {
    /// The matcher as it is recommended.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another band of years of birth: 5 by default, as the portal has it. Where the
    /// name agrees in part only, the band is V0.5's, 2, or this one when it is narrower.
    #[must_use]
    pub fn age_band(mut self, years: u16) -> Self {
        self.age_band = years;
        self.narrow_age_band = self.narrow_age_band.min(years);
        self
    }

    /// The same with another limit of how many patients of the facility may have one mobile number
    /// before it is taken for a helper's, or for the desk's own: 10 by default. Such a number finds
    /// nobody by itself.
    #[must_use]
    pub const fn largest_family(mut self, patients: usize) -> Self {
        self.largest_family = patients;
        self
    }

    /// The same, offering a record with a proven ABHA identifier also when two of name, gender and
    /// age are another person's. By default such a record is held back and reported: it seems that
    /// somebody proved who they are while another person's record was open.
    #[must_use]
    pub const fn trusting_every_proof(mut self) -> Self {
        self.trusts_every_proof = true;
        self
    }
}

impl Matcher for PublishedMatcher {
    fn decide(&self, wanted: &WantedPatient, candidates: &[RegisteredPatient]) -> Match {
        let keys = Keys::of(wanted);
        let search = Search { settings: self, wanted, name: wanted_name(wanted) };
        let patients = patients(&keys, candidates);
        if !keys.has_verified() && patients.iter().all(|p| !p.facts.has_stated_record_number) {
            return Match::Nobody(Explanation::new(Conclusion::NothingToCompare));
        }
        search.decide(&patients)
    }
}

fn wanted_name(wanted: &WantedPatient) -> Option<Name> {
    wanted.name.as_deref().and_then(Name::read)
}

/// A patient of the register and what it has in common with the person.
struct Patient<'a> {
    row: &'a RegisteredPatient,
    facts: Facts,
}

/// Each patient once, though a register that joins its tables may give several rows of one.
fn patients<'a>(keys: &Keys, candidates: &'a [RegisteredPatient]) -> Vec<Patient<'a>> {
    let mut places: HashMap<&PatientReference, usize> = HashMap::with_capacity(candidates.len());
    let mut patients: Vec<Patient<'a>> = Vec::with_capacity(candidates.len());
    for row in candidates {
        let facts = Facts::of(keys, row);
        let place = *places.entry(&row.reference).or_insert(patients.len());
        match patients.get_mut(place) {
            Some(patient) => patient.facts = patient.facts.and(facts),
            None => patients.push(Patient { row, facts }),
        }
    }
    patients
}

/// How well a record fits.
#[derive(Clone, Copy)]
struct Fit<'a> {
    patient: &'a Patient<'a>,
    name: Agreement,
    /// In years; the most there is when it is not known.
    distance: u16,
}

impl Fit<'_> {
    /// Whether this is the better one beyond doubt: by name or identifiers, and by nothing worse.
    fn beats(&self, other: &Self) -> bool {
        let (mine, others) = (self.patient.facts.verified(), other.patient.facts.verified());
        let more_keys = mine.len() > others.len() && others.iter().all(|key| mine.contains(key));
        let no_less = self.name >= other.name
            && self.distance <= other.distance
            && others.iter().all(|key| mine.contains(key));
        no_less && (self.name > other.name || more_keys)
    }
}

struct Search<'a> {
    settings: &'a PublishedMatcher,
    wanted: &'a WantedPatient,
    name: Option<Name>,
}

impl Search<'_> {
    fn decide(&self, patients: &[Patient<'_>]) -> Match {
        if patients.iter().all(|patient| !patient.facts.is_anything()) {
            return Match::Nobody(Explanation::new(Conclusion::NoRecord));
        }
        let (contradicted, proven): (Vec<&Patient<'_>>, Vec<_>) = patients
            .iter()
            .filter(|patient| patient.facts.is_proven())
            .partition(|patient| self.contradicts(patient.row));
        if !proven.is_empty() {
            return self.proven(patients, &proven, contradicted.len());
        }
        self.by_demographics(patients, contradicted.len())
    }

    /// Whether two of name, gender and age say that a proof stands on another person's record.
    fn contradicts(&self, row: &RegisteredPatient) -> bool {
        let against = [
            self.named(row).is_some_and(|name| name <= Agreement::Doubtful),
            self.gender(row) == Some(false),
            self.distance(row) > Some(self.settings.age_band),
        ];
        !self.settings.trusts_every_proof && against.into_iter().filter(|is| *is).count() > 1
    }

    /// All records with the same proven ABHA address or number are one person (rulings.md 8).
    fn proven(&self, all: &[Patient<'_>], proven: &[&Patient<'_>], contradicted: usize) -> Match {
        let count = |what: fn(&Facts) -> bool| proven.iter().filter(|p| what(&p.facts)).count();
        let differs = |differs: &dyn Fn(&RegisteredPatient) -> bool| {
            proven.iter().filter(|patient| differs(patient.row)).count()
        };
        let findings = |conclusion| {
            let band = self.settings.age_band;
            Explanation::new(conclusion)
                .with(Criterion::ProvenAbhaAddress, count(|facts| facts.proven_address))
                .with(Criterion::ProvenAbhaNumber, count(|facts| facts.proven_number))
                .with(Criterion::GenderDiffers, differs(&|row| self.gender(row) == Some(false)))
                .with(
                    Criterion::YearOfBirthBeyond(band),
                    differs(&|row| self.distance(row) > Some(band)),
                )
                .with(
                    Criterion::NameDiffers,
                    differs(&|row| self.named(row) == Some(Agreement::None)),
                )
                .with(Criterion::ProofContradicted, contradicted)
                .with(Criterion::ProvenToBeAnother, another(all))
        };
        // By the address alone, when the account has no number to tell them apart.
        let numbers: HashSet<String> =
            proven.iter().filter_map(|patient| proven_number(patient.row)).collect();
        if numbers.len() > 1 {
            return Match::Ambiguous(findings(Conclusion::ProofsDisagree));
        }
        let by = [
            (MatchedBy::AbhaAddress, count(|facts| facts.proven_address)),
            (MatchedBy::AbhaNumber, count(|facts| facts.proven_number)),
        ];
        Match::Found {
            patients: proven.iter().map(|patient| patient.row.reference.clone()).collect(),
            matched_by: by.into_iter().filter(|(_, n)| *n > 0).map(|(by, _)| by).collect(),
            explanation: findings(Conclusion::Proven),
        }
    }

    fn by_demographics(&self, patients: &[Patient<'_>], contradicted: usize) -> Match {
        let count = |what: fn(&Facts) -> bool| patients.iter().filter(|p| what(&p.facts)).count();
        let of_mobile = count(|facts| facts.mobile);
        let crowded = of_mobile > self.settings.largest_family;
        let mut failures: Vec<(Criterion, usize)> = Vec::new();
        let mut fits: Vec<Fit<'_>> = Vec::new();
        for patient in patients.iter().filter(|patient| patient.facts.is_anything()) {
            match self.judge(patient, crowded) {
                Ok(fit) => fits.push(fit),
                Err(why) => match failures.iter_mut().find(|(criterion, _)| *criterion == why) {
                    Some((_, records)) => *records += 1,
                    None => failures.push((why, 1)),
                },
            }
        }
        // The number that the person typed chooses among those who fit anyway.
        if fits.iter().any(|fit| fit.patient.facts.has_stated_record_number) {
            fits.retain(|fit| fit.patient.facts.has_stated_record_number);
        }
        let best = fits
            .iter()
            .enumerate()
            .find(|(place, fit)| {
                fits.iter().enumerate().all(|(other, than)| other == *place || fit.beats(than))
            })
            .map(|(_, fit)| fit);
        let conclusion = match best {
            Some(_) => Conclusion::SamePerson,
            None if fits.is_empty() => Conclusion::NobodyFits,
            None => Conclusion::SeveralFit,
        };
        let mut explanation = Explanation::new(conclusion)
            .with(Criterion::TypedAbhaAddress, count(|facts| facts.typed_address))
            .with(Criterion::TypedAbhaNumber, count(|facts| facts.typed_number))
            .with(Criterion::SameMobile, of_mobile)
            .with(Criterion::VerifiedRecordNumber, count(|facts| facts.verified_record_number))
            .with(Criterion::StatedRecordNumber, count(|facts| facts.has_stated_record_number))
            .with(Criterion::ProofContradicted, contradicted);
        // In the order in which the criteria are asked, whatever the order of the records.
        failures.sort_by_key(|(criterion, _)| Self::turn(*criterion));
        for (criterion, records) in failures {
            if criterion != Criterion::ProofContradicted {
                explanation = explanation.with(criterion, records);
            }
        }
        explanation = explanation.with(Criterion::Fits, fits.len());
        match best {
            Some(best) => Match::Found {
                patients: vec![best.patient.row.reference.clone()],
                matched_by: best.patient.facts.verified(),
                explanation,
            },
            None if fits.is_empty() => Match::Nobody(explanation),
            None => Match::Ambiguous(explanation),
        }
    }

    /// Whether a record is the person's, or the first criterion that it fails.
    fn judge<'a>(&self, patient: &'a Patient<'a>, crowded: bool) -> Result<Fit<'a>, Criterion> {
        let (facts, row) = (&patient.facts, patient.row);
        if facts.is_proven() {
            return Err(Criterion::ProofContradicted);
        }
        if facts.is_proven_to_be_another() {
            return Err(Criterion::ProvenToBeAnother);
        }
        if facts.verified().is_empty() {
            return Err(Criterion::OnlyUnverified);
        }
        // A medical record number beside another verified identifier lifts some doubts.
        let sure = facts.has_stated_record_number || facts.verified_record_number;
        if crowded && facts.verified() == [MatchedBy::Mobile] && !sure {
            return Err(Criterion::MobileOfMoreThan(self.settings.largest_family));
        }
        let gender = self.gender(row);
        match gender {
            Some(true) => {}
            Some(false) => return Err(Criterion::GenderDiffers),
            None if sure => {}
            None => return Err(Criterion::GenderUnknown),
        }
        let distance = self.distance(row);
        match distance {
            Some(years) if years > self.settings.age_band => {
                return Err(Criterion::YearOfBirthBeyond(self.settings.age_band));
            }
            Some(_) => {}
            None if sure && gender.is_some() => {}
            None => return Err(Criterion::YearOfBirthUnknown),
        }
        let Some(name) = self.named(row) else { return Err(Criterion::NameUnknown) };
        let known = gender.is_some() && distance.is_some();
        let near = match name {
            Agreement::None => return Err(Criterion::NameDiffers),
            Agreement::Same => true,
            // A number that was typed in wrongly is somebody's, too, so it needs the whole name.
            _ if !facts.mobile && !sure => false,
            Agreement::Partly => sure || distance <= Some(self.settings.narrow_age_band),
            Agreement::Alike => (sure && known) || distance == Some(0),
            Agreement::Doubtful => sure && known && distance == Some(0),
        };
        if !near {
            return Err(Criterion::NameTooUncertain);
        }
        Ok(Fit { patient, name, distance: distance.unwrap_or(u16::MAX) })
    }

    /// The turn of a criterion among those by which a record fails.
    const fn turn(criterion: Criterion) -> u8 {
        match criterion {
            Criterion::ProvenToBeAnother => 0,
            Criterion::OnlyUnverified => 1,
            Criterion::MobileOfMoreThan(_) => 2,
            Criterion::GenderDiffers => 3,
            Criterion::GenderUnknown => 4,
            Criterion::YearOfBirthBeyond(_) => 5,
            Criterion::YearOfBirthUnknown => 6,
            Criterion::NameUnknown => 7,
            Criterion::NameDiffers => 8,
            _ => 9,
        }
    }

    fn gender(&self, row: &RegisteredPatient) -> Option<bool> {
        gender::same(self.wanted.gender.as_ref(), row.gender.as_ref())
    }

    fn distance(&self, row: &RegisteredPatient) -> Option<u16> {
        age::distance(self.wanted.year_of_birth, row.year_of_birth)
    }

    fn named(&self, row: &RegisteredPatient) -> Option<Agreement> {
        let (wanted, name) = (self.name.as_ref()?, Name::read(row.name.as_deref()?)?);
        Some(compare(wanted, &name))
    }
}

fn another(patients: &[Patient<'_>]) -> usize {
    patients.iter().filter(|patient| patient.facts.is_proven_to_be_another()).count()
}

#[cfg(test)]
mod tests;
