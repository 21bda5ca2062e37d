use proptest::prelude::*;

use super::*;
use crate::patient_index::Proof;

const ADDRESS: &str = "asha.test@sbx";
const NUMBER: &str = "91-0000-0000-0001";
const MOBILE: &str = "+91 90000-00000";

fn asha() -> WantedPatient {
    WantedPatient::new("IN0000000001".parse().unwrap())
        .abha_address(ADDRESS)
        .verified("MOBILE", "9000000000")
        .verified("ABHA_NUMBER", NUMBER)
        .name("Asha Sharma")
        .gender("F")
        .year_of_birth(1988)
}

/// Somebody of the same demographics, without any identifier.
fn record(reference: &str) -> RegisteredPatient {
    RegisteredPatient::new(reference.parse().unwrap(), "A patient")
        .name("Asha Sharma")
        .gender("F")
        .year_of_birth(1988)
}

fn decide(wanted: &WantedPatient, candidates: &[RegisteredPatient]) -> Match {
    PublishedMatcher::new().decide(wanted, candidates)
}

/// The references that are found.
fn found(wanted: &WantedPatient, candidates: &[RegisteredPatient]) -> Vec<String> {
    decide(wanted, candidates).patients().iter().map(ToString::to_string).collect()
}

fn why(matched: &Match, criterion: Criterion) -> usize {
    matched.explanation().records(criterion)
}

#[test]
fn all_records_with_a_proven_identifier_are_one_person() {
    let records = [
        record("U-1").abha_address("ASHA.test@SBX", Proof::Proven),
        record("U-2").abha_number("91000000000001", Proof::Proven),
        record("U-3").mobile(MOBILE),
    ];
    let Match::Found { patients, matched_by, explanation } = decide(&asha(), &records) else {
        panic!("not found")
    };
    assert_eq!(patients, ["U-1".parse().unwrap(), "U-2".parse().unwrap()]);
    assert_eq!(matched_by, [MatchedBy::AbhaAddress, MatchedBy::AbhaNumber]);
    assert_eq!(explanation.conclusion, Conclusion::Proven);
}

#[test]
fn a_difference_in_one_thing_beside_a_proof_is_reported_and_the_record_offered() {
    let proven = || record("U-1").abha_address(ADDRESS, Proof::Proven);
    for (other, criterion) in [
        (proven().gender("M"), Criterion::GenderDiffers),
        (proven().year_of_birth(1950), Criterion::YearOfBirthBeyond(5)),
        (proven().name("Sunita Rao"), Criterion::NameDiffers),
    ] {
        let matched = decide(&asha(), &[other]);
        assert_eq!(matched.patients().len(), 1);
        assert_eq!(why(&matched, criterion), 1);
    }
}

#[test]
fn a_proof_that_all_else_contradicts_is_held_back_unless_every_proof_is_trusted() {
    let other = record("U-1").abha_address(ADDRESS, Proof::Proven).name("Ravi Rao").gender("M");
    let own = record("U-2").mobile(MOBILE);
    let matched = decide(&asha(), std::slice::from_ref(&other));
    assert!(matches!(matched, Match::Nobody(_)));
    assert_eq!(why(&matched, Criterion::ProofContradicted), 1);
    assert_eq!(found(&asha(), &[other.clone(), own]), ["U-2"]);
    let trusting = PublishedMatcher::new().trusting_every_proof();
    assert_eq!(trusting.decide(&asha(), &[other]).patients().len(), 1);
}

#[test]
fn a_record_that_is_proven_to_be_anothers_is_nobodys_else() {
    let others = [
        record("U-1").mobile(MOBILE).abha_address("asha.other@sbx", Proof::Proven),
        record("U-2").mobile(MOBILE).abha_number("91000000000002", Proof::Proven),
        record("U-3")
            .abha_address(ADDRESS, Proof::Proven)
            .abha_number("91000000000002", Proof::Proven),
    ];
    let matched = decide(&asha(), &others);
    assert!(matches!(matched, Match::Nobody(_)), "{matched:?}");
    assert_eq!(why(&matched, Criterion::ProvenToBeAnother), 3);
    // A second address of the same person.
    let second = record("U-4")
        .abha_address("asha.other@sbx", Proof::Proven)
        .abha_number(NUMBER, Proof::Proven);
    assert_eq!(found(&asha(), &[second]), ["U-4"]);
}

#[test]
fn one_proven_address_with_two_proven_numbers_is_not_one_person() {
    let mut wanted = asha();
    wanted.verified.clear();
    let with = |reference: &str, number: &str| {
        record(reference).abha_address(ADDRESS, Proof::Proven).abha_number(number, Proof::Proven)
    };
    let records = [with("U-1", NUMBER), with("U-2", "91000000000002")];
    let matched = decide(&wanted, &records);
    assert!(matches!(matched, Match::Ambiguous(_)));
    assert_eq!(matched.explanation().conclusion, Conclusion::ProofsDisagree);
}

#[test]
fn a_number_that_was_typed_in_needs_the_demographics() {
    let typed = || record("U-1").abha_number(NUMBER, Proof::Typed);
    let matched = decide(&asha(), &[typed()]);
    let Match::Found { matched_by, .. } = &matched else { panic!("{matched:?}") };
    assert_eq!(*matched_by, [MatchedBy::AbhaNumber]);
    for other in [typed().gender("M"), typed().year_of_birth(1994), typed().name("Usha Sharma")] {
        assert_eq!(found(&asha(), &[other]), [""; 0]);
    }
}

#[test]
fn a_mobile_number_needs_gender_age_and_name() {
    let own = || record("U-1").mobile(MOBILE);
    assert_eq!(found(&asha(), &[own()]), ["U-1"]);
    assert_eq!(found(&asha(), &[own().year_of_birth(1993)]), ["U-1"]);
    for (other, criterion) in [
        (own().gender("M"), Criterion::GenderDiffers),
        (own().gender("U"), Criterion::GenderUnknown),
        (own().year_of_birth(1994), Criterion::YearOfBirthBeyond(5)),
        (own().year_of_birth(0), Criterion::YearOfBirthUnknown),
        (own().name("Usha Sharma"), Criterion::NameDiffers),
        (own().name("Sharma"), Criterion::NameDiffers),
        (own().name(" "), Criterion::NameUnknown),
        (own().name("Asha").year_of_birth(1991), Criterion::NameTooUncertain),
        (own().name("A Sharma"), Criterion::NameTooUncertain),
        (own().name("Asha Patel"), Criterion::NameTooUncertain),
    ] {
        let matched = decide(&asha(), &[other]);
        assert!(matches!(matched, Match::Nobody(_)), "{criterion:?} {matched:?}");
        assert_eq!(why(&matched, criterion), 1, "{matched:?}");
    }
}

#[test]
fn the_age_band_is_a_setting() {
    let other = [record("U-1").mobile(MOBILE).year_of_birth(1991)];
    let strict = PublishedMatcher::new().age_band(2);
    assert!(strict.decide(&asha(), &other).patients().is_empty());
    assert_eq!(PublishedMatcher::new().age_band(3).decide(&asha(), &other).patients().len(), 1);
}

#[test]
fn of_a_family_on_one_telephone_only_the_person_is_found() {
    let family = [
        record("U-1").mobile(MOBILE).name("Usha Sharma"),
        record("U-2").mobile(MOBILE).name("Ravi Sharma").gender("M"),
        record("U-3").mobile(MOBILE).year_of_birth(1960),
        record("U-4").mobile(MOBILE),
    ];
    assert_eq!(found(&asha(), &family), ["U-4"]);
    assert_eq!(found(&asha(), &family[..3]), [""; 0], "the person is not registered");
}

#[test]
fn of_two_who_fit_equally_none_is_offered_but_by_the_number_that_was_typed() {
    let two = [
        record("U-1").mobile(MOBILE).record_number("OP 1"),
        record("U-2").mobile(MOBILE).record_number("OP 2"),
    ];
    let matched = decide(&asha(), &two);
    assert!(matches!(matched, Match::Ambiguous(_)));
    assert_eq!(why(&matched, Criterion::Fits), 2);
    assert_eq!(found(&asha().unverified("MR", "op2"), &two), ["U-2"]);
    assert!(found(&asha().unverified("MR", "op3"), &two).is_empty());
}

#[test]
fn the_better_of_two_is_found_when_it_is_worse_in_nothing() {
    let vijay = || asha().name("Vijay Sharma").gender("M");
    let of = |reference: &str, name: &str| record(reference).mobile(MOBILE).name(name).gender("M");
    let twins = [of("U-1", "Bijay Sharma"), of("U-2", "Vijay Sharma")];
    assert_eq!(found(&vijay(), &twins), ["U-2"]);
    let doubtful = [of("U-1", "Bijay Sharma"), of("U-2", "Vijay Sharma").year_of_birth(1990)];
    assert!(matches!(decide(&vijay(), &doubtful), Match::Ambiguous(_)));
}

#[test]
fn a_patient_in_several_rows_is_one() {
    let rows = [record("U-1").mobile("12345"), record("U-1").mobile(MOBILE), record("U-1")];
    assert_eq!(found(&asha(), &rows), ["U-1"]);
}

// Certification row 606.
#[test]
fn a_match_on_unverified_identifiers_alone_is_none() {
    let record = record("U-1").record_number("OP-1").mobile("9000000009");
    let wanted = asha().unverified("MR", "OP-1").unverified("MOBILE", "9000000009");
    let matched = decide(&wanted, &[record]);
    assert!(matches!(matched, Match::Nobody(_)));
    assert_eq!(why(&matched, Criterion::OnlyUnverified), 1);
}

#[test]
fn a_mobile_number_of_a_crowd_finds_nobody_by_itself() {
    let mut crowd: Vec<_> = (0..10)
        .map(|n| record(&format!("U-{n}")).mobile(MOBILE).name("Ravi Rao").gender("M"))
        .collect();
    crowd.push(record("U-99").mobile(MOBILE).record_number("OP-1"));
    let matched = decide(&asha(), &crowd);
    assert_eq!(why(&matched, Criterion::MobileOfMoreThan(10)), 11);
    assert!(matched.patients().is_empty());
    assert_eq!(found(&asha().unverified("MR", "OP-1"), &crowd), ["U-99"]);
    let town = PublishedMatcher::new().largest_family(11);
    assert_eq!(town.decide(&asha(), &crowd).patients().len(), 1);
}

#[test]
fn a_person_without_demographics_is_found_by_a_proof_only() {
    let mut wanted = asha();
    (wanted.name, wanted.gender, wanted.year_of_birth) = (None, None, None);
    assert!(found(&wanted, &[record("U-1").mobile(MOBILE)]).is_empty());
    assert_eq!(found(&wanted, &[record("U-1").abha_address(ADDRESS, Proof::Proven)]), ["U-1"]);
}

#[test]
fn a_search_without_identifiers_says_so() {
    let wanted = WantedPatient::new("IN0000000001".parse().unwrap()).name("Asha Sharma");
    let matched = decide(&wanted, &[record("U-1")]);
    assert_eq!(matched.explanation().conclusion, Conclusion::NothingToCompare);
    assert!(wanted.query().is_empty());
    let matched = decide(&asha(), &[]);
    assert_eq!(matched.explanation().conclusion, Conclusion::NoRecord);
}

#[test]
fn neither_debug_nor_explanation_names_a_person() {
    let wanted = asha().unverified("MR", "OP-1");
    let record =
        record("U-1").mobile(MOBILE).abha_number(NUMBER, Proof::Typed).record_number("OP-1");
    let matched = decide(&wanted, std::slice::from_ref(&record));
    let shown = format!(
        "{wanted:?} {:?} {record:?} {:?} {}",
        wanted.query(),
        matched.explanation(),
        matched.explanation()
    );
    for personal in
        ["Asha", "Sharma", "asha.test", "90000", "0000-0001", "91000000000001", "1988", "OP-1"]
    {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" ".to_owned()),
        Just("0".to_owned()),
        Just("9000000000".to_owned()),
        Just(ADDRESS.to_owned()),
        Just(NUMBER.to_owned()),
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn whatever_comes_nothing_panics_and_what_is_found_was_a_candidate(
        kinds in prop::collection::vec(("MOBILE|MR|ABHA_NUMBER|abhaAddress|HEALTH_ID|X", text()), 0..5),
        rows in prop::collection::vec((text(), text(), text(), any::<bool>(), any::<u16>()), 0..5),
        name in text(), year in any::<u16>(),
    ) {
        let mut wanted = asha().name(name).year_of_birth(year);
        for (kind, value) in &kinds {
            wanted = wanted.verified(kind, value.as_str()).unverified(kind, value.as_str());
        }
        let rows: Vec<_> = rows.into_iter().zip(0..).map(|((name, one, two, proven, year), n)| {
            RegisteredPatient::new(format!("U-{}", n % 3).parse().unwrap(), "")
                .name(name).gender("F").year_of_birth(year)
                .abha_address(one.clone(), Proof::when(proven))
                .abha_number(two.clone(), Proof::when(proven))
                .mobile(one).record_number(two)
        }).collect();
        if let Match::Found { patients, matched_by, .. } = decide(&wanted, &rows) {
            prop_assert!(!patients.is_empty() && !matched_by.is_empty());
            prop_assert!(patients.iter().all(|p| rows.iter().any(|row| row.reference == *p)));
        }
    }

    #[test]
    fn empty_values_match_nothing(
        empty in prop::sample::select(vec!["", " ", "0", "12345", "-", "null", "+91", "0000000000"]),
    ) {
        let mut wanted = asha();
        wanted.verified.clear();
        for kind in ["MOBILE", "MR", "ABHA_NUMBER", "ABHA_ADDRESS"] {
            wanted = wanted.verified(kind, empty).unverified(kind, empty);
        }
        let mut same = record("U-1").abha_address(empty, Proof::Proven)
            .abha_number(empty, Proof::Proven).mobile(empty);
        // "null" could be a number of a hospital's own; the others could not.
        if empty != "null" && empty != "12345" && empty != "+91" {
            same = same.record_number(empty);
        }
        let same = decide(&wanted.abha_address(empty), &[same]);
        prop_assert!(same.patients().is_empty(), "{:?}", same);
    }
}
