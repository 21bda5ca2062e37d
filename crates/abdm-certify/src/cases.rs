//! Every case.

mod m1;
mod m2;

use crate::case::Case;

/// Every case of every milestone.
pub fn all() -> impl Iterator<Item = &'static Case> + Clone {
    m1::GROUPS.iter().chain(m2::GROUPS).copied().flatten()
}

/// The case of this id.
#[must_use]
pub fn of(id: &str) -> Option<&'static Case> {
    all().find(|case| case.id() == id)
}

/// A function of a stage, as the registry holds it.
macro_rules! play {
    ($case:path) => {
        |stage| Box::pin($case(stage))
    };
}

use play;
