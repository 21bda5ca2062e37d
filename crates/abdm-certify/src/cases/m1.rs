//! Milestone 1: the cases of certification-m1.md.

mod biometrics;
mod completion;
mod creation;
mod demographics;
mod licence;
mod profile;
mod sharing;
mod tagging;
mod verification;

use super::play;
use crate::case::Case;
use crate::requirement::Milestone::M1;

/// All of them.
pub(super) const GROUPS: &[&[Case]] = &[
    creation::CASES,
    completion::CASES,
    biometrics::CASES,
    demographics::CASES,
    licence::CASES,
    verification::BY_NUMBER,
    verification::BY_ADDRESS,
    verification::BY_MOBILE,
    verification::BY_AADHAAR,
    verification::BY_QR,
    profile::CASES,
    tagging::CASES,
    sharing::CASES,
];
