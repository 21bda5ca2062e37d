//! Links between ABHA numbers and benefit programmes (m1-abha.md 10). For clients that NHA admitted
//! to a programme; an ordinary facility needs none of it.

mod link_benefit;
mod list_programmes;
mod search_benefit;

pub use self::link_benefit::{BenefitLinked, BenefitSubject, LinkBenefit};
pub use self::list_programmes::{AbhaNumberInPath, ListProgrammes, Programme, Programmes};
pub use self::search_benefit::{BenefitRecord, SearchBenefit};
