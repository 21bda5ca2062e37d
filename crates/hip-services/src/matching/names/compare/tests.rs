use proptest::prelude::*;

use super::*;

fn of(one: &str, two: &str) -> Agreement {
    match (Name::read(one), Name::read(two)) {
        (Some(one), Some(two)) => compare(&one, &two),
        _ => Agreement::None,
    }
}

#[test]
fn all_parts_agree_whatever_their_order_spelling_script_and_title() {
    for (one, two) in [
        ("Asha Sharma", "SHARMA, ASHA"),
        ("Smt. Asha Sharma", "Dr Asha Sharma"),
        ("Asha Sharma", "आशा शर्मा"),
        ("Lakshmi Narayanan", "Laxmi Narayanan"),
        ("Md. Asif Khan", "Mohammed Asif Khan"),
        ("Mohd Asif", "Muhammad Aasif"),
        ("Sri Devi Reddy", "Sridevi Reddy"),
        ("Ramesh Kumar Choudhary", "Rameshkumar Chowdhury"),
        ("Rameshbhai Patel", "Ramesh Patel"),
        ("Asha W/O Ramesh", "Asha"),
        ("Suresh Rao", "ಸುರೇಶ್ ರಾವ್"),
        ("Raj Kumar", "राज कुमार"),
        ("K. Asha", "Asha K"),
        ("Asha O'Brien", "Asha OBrien"),
    ] {
        assert_eq!(of(one, two), Agreement::Same, "{one} | {two}");
    }
}

#[test]
fn a_part_that_one_side_lacks_leaves_an_agreement_in_part() {
    for (one, two) in [
        ("Asha Test Kumari", "Asha Kumari"),
        ("K. Asha", "Asha Kumari"),
        ("Kumari Asha", "Asha"),
        ("S. Asha", "Asha Sharma"),
        ("Asha", "Asha Sharma"),
        ("Asha Ramesh Rabari", "Asha Rabari"),
        ("Asha Ramesh Patil", "Asha Patil"),
        ("KS Asha", "Asha"),
        ("Jayesh A Zala", "Jayesh Ankur Zala"),
        ("Asha Mondal", "Mandal Asha"),
        ("Geetha Sharma", "கீதா"),
    ] {
        assert_eq!(of(one, two), Agreement::Partly, "{one} | {two}");
    }
}

#[test]
fn what_only_sounds_alike_agrees_less() {
    for (one, two) in [
        ("Vijay Sharma", "Bijay Sharma"),
        ("S. Ramesh", "Ramesh Sundaram"),
        ("Asha", "Asha Rabari"),
        ("Karthik Ramesh", "Ramesh Karthik"),
        ("Sanu Sharma", "Shanu Sharma"),
        ("Kumar", "Kumar"),
        ("Salim Khan", "سلیم خان"),
    ] {
        assert_eq!(of(one, two), Agreement::Alike, "{one} | {two}");
    }
}

#[test]
fn another_surname_or_a_bare_initial_leaves_doubt() {
    for (one, two) in [
        ("Asha Sharma", "Asha Patel"),
        ("Asha Kumari", "Asha Devi"),
        ("A Kumar", "Asha Kumar"),
        ("Kondapalli R", "Kondapalli Rama"),
        ("Kondapalli Sai K", "Kondapalli Sai Kiran"),
        ("Kondapalli Sai", "Kondapalli Sai Kiran"),
        ("Sai K", "Sai Kumar"),
        ("K Ankur Shah", "Ankur Ketan Shah"),
        ("Kondapalli", "Kondapalli Rama"),
        ("Kondapalli Lakshmi", "Kondapalli Dhana Lakshmi"),
        ("Lakshmi", "Vijaya Lakshmi"),
        ("Karthik Ramesh", "K. Ramesh"),
        ("Babu Mani", "Mani"),
        ("Sai Krishna", "Krishna"),
        ("Selvi Srinivasan", "Srinivasan"),
        ("A. Sharma", "Asha Sharma"),
        ("A K", "A K"),
        ("K. Asha", "Asha Sharma"),
    ] {
        let agreement = of(one, two);
        assert!(agreement <= Agreement::Doubtful, "{one} | {two}: {agreement:?}");
    }
}

#[test]
fn another_given_name_is_another_person() {
    for (one, two) in [
        ("Asha Sharma", "Usha Sharma"),
        ("Sita Devi", "Gita Devi"),
        ("Ram Kumar", "Shyam Kumar"),
        ("Ram Kumar", "Ram Prasad"),
        ("Ram", "Ram Kumar"),
        ("Mohammed Ali", "Mohammed Asif"),
        ("Mohammed", "Mohammed Asif"),
        ("Md Salim Khan", "Md Asif Khan"),
        ("Sai Kiran", "Sai Charan"),
        ("Sai", "Sai Kiran"),
        ("Vijaya Lakshmi", "Vijaya Kumari"),
        ("Vijaya Lakshmi", "Bhagya Lakshmi"),
        ("Sharma", "Asha Sharma"),
        ("Sharma", "Sharma"),
        ("Khan", "Asif Khan"),
        ("Kumar", "Ajay Kumar"),
        ("Ramesh Patil", "Asha Ramesh Patil"),
        ("K Kumar", "S Kumar"),
        ("K. Asha", "S. Asha"),
        ("Sona Das", "Dasu Sen"),
        ("Kondapalli Kiran", "Kondapalli Karan"),
        ("B/O Asha", "Asha"),
        ("Baby of Asha", "Asha"),
        ("Dr", "Dr"),
        ("", ""),
        ("Asha", ""),
        ("陳", "陳"),
    ] {
        assert_eq!(of(one, two), Agreement::None, "{one} | {two}");
    }
}

proptest! {
    #[test]
    fn names_agree_whichever_comes_first_and_nothing_panics(one in ".{0,60}", two in "\\PC{0,60}") {
        prop_assert_eq!(of(&one, &two), of(&two, &one));
        let _ = of(&one, &one);
    }

    #[test]
    fn names_of_words_agree_whichever_comes_first(
        one in prop::collection::vec("[a-z]{1,6}|ram|kumar|asha|sharma|sri|devi|k", 0..5),
        two in prop::collection::vec("[a-z]{1,6}|ram|kumar|asha|sharma|sri|devi|a", 0..5),
    ) {
        let (one, two) = (one.join(" "), two.join(" "));
        prop_assert_eq!(of(&one, &two), of(&two, &one));
        let shouted = one.to_uppercase();
        prop_assert_eq!(of(&one, &two), of(&shouted, &two));
        prop_assert_eq!(of(&one, ""), Agreement::None);
    }

    #[test]
    fn letters_of_every_script_are_read_without_a_panic(
        word in "[\u{900}-\u{d7f}\u{600}-\u{6ff}]{0,40}", other in "[\u{900}-\u{d7f}]{1,12}",
    ) {
        prop_assert_eq!(of(&word, &other), of(&other, &word));
    }
}
