//! Milestone 2: the cases of certification-m2m3.md.

mod clinic;
mod consent;
mod link_token;
mod linking;
mod opt_out;
mod records;
mod searches;
mod sms;
mod transfer;
mod user_linking;

use super::play;
use crate::case::Case;
use crate::requirement::Milestone::M2;

/// All of them.
pub(super) const GROUPS: &[&[Case]] = &[
    records::CASES,
    link_token::CASES,
    linking::CASES,
    searches::CASES,
    user_linking::CASES,
    sms::CASES,
    consent::CASES,
    opt_out::CASES,
    transfer::CASES,
];
