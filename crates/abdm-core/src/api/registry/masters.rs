//! Codes of the registries. They are read at run time, never written into a program.

mod list;
mod of_facilities;
mod of_places;

pub use self::list::{CodedName, MasterList};
pub use self::of_facilities::{
    FacilitySubtypesOf, FacilityTypesOf, ListFacilitySubtypes, ListFacilityTypes,
    ListHprCategories, ListHprSubcategories, ListOwnerSubtypes, ListSpecialities, OwnerSubtypesOf,
    SpecialitiesOf,
};
pub use self::of_places::{
    DistrictsOf, FetchMasterData, ListDistricts, ListMasterTypes, ListStates, ListSubdistricts,
    MasterData, SubdistrictsOf,
};
use super::rules::is_there;

const NEEDED: &str = "it must be there";

/// A code as a request names it.
trait Code {
    /// Whether it can be one.
    fn can_be(&self) -> bool;
    /// What it must be.
    const RULE: &'static str;
}

impl Code for String {
    const RULE: &'static str = NEEDED;

    fn can_be(&self) -> bool {
        is_there(self)
    }
}

/// Of the local government directory.
impl Code for u32 {
    const RULE: &'static str = "it must be an LGD code";

    fn can_be(&self) -> bool {
        *self > 0
    }
}

/// A request for the list that hangs on one code, which must be there.
macro_rules! of_one_code {
    (
        $(#[$doc:meta])*
        pub $name:ident { $field:ident = $wire:literal: $code:ty } by $given:ty
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            /// Its code.
            #[serde(rename = $wire)]
            pub $field: $code,
        }

        impl $name {
            /// Of this one.
            #[must_use]
            pub fn new($field: $given) -> Self {
                Self { $field: $field.into() }
            }
        }

        impl $crate::api::registry::rules::KeepsRules for $name {
            fn check(&self) -> Result<(), $crate::api::registry::rules::InvalidField> {
                use $crate::api::registry::masters::Code;
                let can_be = self.$field.can_be();
                $crate::api::registry::rules::keep(can_be, $wire, <$code as Code>::RULE)
            }
        }
    };
}
use of_one_code;
