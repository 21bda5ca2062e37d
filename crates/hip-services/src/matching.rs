//! Whether a patient of the register is the person who searches (m2-hip.md 5.1).
//!
//! A patient who looks for their records in a PHR app is known to the consent manager: it vouches
//! for ABHA address, ABHA number and mobile number, and tells name, gender and year of birth. The
//! facility's register ([`PatientIndex`](crate::patient_index::PatientIndex)) gives every record
//! that shares an identifier; a [`Matcher`] says which of them are this person's.
//!
//! # The rules of [`PublishedMatcher`]
//!
//! The order is that of NHA's sheet of 1 Oct 2026 (603), with the portal's age band. What the
//! documents leave open is decided so that rather nobody is found than another person.
//!
//! | what came | what is compared | outcome |
//! |---|---|---|
//! | the ABHA address or number that a record has, **proven** | nothing more; differences in gender, age or name are reported | all such records, as one person, each under its own reference (rulings.md 8) |
//! | the same, but two of name, gender and age are another person's | | held back and reported: the proof seems to stand on another person's record. [`trusting_every_proof`](PublishedMatcher::trusting_every_proof) offers it |
//! | a proven ABHA address, beside a proven ABHA number that is not the account's | | not this record |
//! | the ABHA address or number that a record has, typed in at the desk | gender, year of birth, and the whole name unless the mobile number agrees, too | this record, when it is the only one that fits |
//! | the verified mobile number of a record | gender, year of birth, name | this record, when it is the only one that fits |
//! | a medical record number that the consent manager vouches for | gender, year of birth, name | this record, when it is the only one that fits |
//! | any of these, on a record that is proven to be of another ABHA account | | not this record |
//! | several fit | the medical record number that the person typed, then which is the better one in name or identifiers and in nothing worse | that one, or [`Ambiguous`](Match::Ambiguous) |
//! | unverified identifiers alone | | nobody (606) |
//! | a mobile number that more than ten records have | | finds nobody by itself: it is a helper's or the desk's |
//!
//! Gender must be equal. O and T are one; U and D say nothing. What is not known is no agreement:
//! a record without year of birth or gender is found by a proof, or with the help of its medical
//! record number.
//!
//! How far the years of birth may lie apart depends on how much of the name agrees:
//!
//! | the name | for example | years apart |
//! |---|---|---|
//! | agrees in all parts, whatever their order, script, spelling and titles | Smt. Laxmi Choudhury, चौधरी लक्ष्मी | 5 ([`age_band`](PublishedMatcher::age_band)) |
//! | agrees, but one side lacks a surname, an initial, Kumar or Devi, or has an initial for it; or a middle name, beside two words that agree | Asha, K. Asha, Asha Kumari; Asha Ramesh Patil and Asha Patil | 2 |
//! | sounds alike only, in another order of given names, or in one given name of two | Bijay and Vijay, Shanu and Sanu, Urdu without its vowels; Ramesh Suresh and Suresh Ramesh; Ramesh S and Ramesh Sundaram | 0 |
//! | agrees in the given name, but the surname is another one; or in half of a given name; or has nothing but an initial for the given name | Asha Sharma and Asha Patel; Sai Krishna and Krishna; A Kumar and Asha Kumar | never, unless gender, year and the medical record number that the person typed agree |
//! | differs in the given name, or agrees in nothing but a surname | Asha and Usha, Ram Kumar and Shyam Kumar, Sharma | never |
//!
//! A bare initial is not enough even with year and gender: twins have both in common, and the
//! first letter often enough. Parts that brothers and sisters share (Kumar, Devi, Sai, Mohammed)
//! carry a name only when there is no other, and then all of them must agree. The lists of titles,
//! of such parts, of surnames and of spellings cannot be whole: a word on none of them is taken for
//! a given name, which makes the matcher stricter, not laxer.
//!
//! # What it cannot see
//!
//! - Two persons whose names are the same or can be read so, of one gender and age, who use one
//!   telephone, when only the other one is registered: a number that changed hands, a brother under
//!   his initial and their father's name.
//! - A login that was made on the record of a relative of the same gender and age: the proof is
//!   believed, as ABDM's own order wants it. The name that differs is reported.
//!
//! Therefore the patient has to enter a code that goes to the telephone in the record before
//! anything is linked (m2-hip.md 5.3).
//!
//! # Why nobody was found
//!
//! Every answer has an [`Explanation`] for the operator, of criteria and counts: it names no person
//! and holds no value, so it may be logged. ABDM is told nothing of it.

mod age;
mod decision;
mod description;
mod explanation;
mod facts;
mod gender;
mod matched_by;
mod names;
mod published;
mod scripts;
mod wanted;

pub use self::decision::{Match, Matcher};
pub(crate) use self::description::Description;
pub use self::explanation::{Conclusion, Criterion, Explanation, Finding};
pub use self::matched_by::MatchedBy;
pub use self::published::PublishedMatcher;
pub use self::wanted::WantedPatient;
