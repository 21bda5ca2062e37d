//! The searches for facilities.

mod directory;
mod duplicates;
mod nearby;
mod search;

pub use self::directory::{
    DirectoryFacility, DirectoryFilter, DirectoryReply, DirectorySearch, PostalPlace,
    SearchFacilityDirectory,
};
pub use self::duplicates::{DuplicateSearch, FindDuplicateFacilities};
pub use self::nearby::{FindNearbyFacilities, NearbyReply, NearbySearch};
pub use self::search::{
    Facility, FacilitySearch, FacilitySearchReply, Ownership, SearchFacilities,
};
