//! The registries of facilities (HFR) and professionals (HPR), and what links a facility to a
//! bridge (registries.md, gateway.md 4).
//!
//! The front door to them is [`Registries`](crate::registry::Registries). Every request knows its
//! field rules ([`KeepsRules`]); answers are read as tolerantly as ABDM's need it.

mod bridge;
mod contact;
mod facilities;
mod linked_service;
mod masters;
mod professionals;
mod protected_text;
mod rules;

pub use self::bridge::{BridgeLinks, BridgeRole, LinkBridge, LinkageAnswer, RequestedLink};
pub use self::contact::{
    ContactReply, ContactedFacility, ControlProof, FacilityContact, FetchFacilityContact,
    OfFacility, OtpSent, OtpSource, ProofReply, SendFacilityOtp, ValidateFacilityOtp,
};
pub use self::facilities::{
    DirectoryFacility, DirectoryFilter, DirectoryReply, DirectorySearch, DuplicateSearch, Facility,
    FacilitySearch, FacilitySearchReply, FindDuplicateFacilities, FindNearbyFacilities,
    NearbyReply, NearbySearch, Ownership, PostalPlace, SearchFacilities, SearchFacilityDirectory,
};
pub use self::linked_service::LinkedService;
pub use self::masters::{
    CodedName, DistrictsOf, FacilitySubtypesOf, FacilityTypesOf, FetchMasterData, ListDistricts,
    ListFacilitySubtypes, ListFacilityTypes, ListHprCategories, ListHprSubcategories,
    ListMasterTypes, ListOwnerSubtypes, ListSpecialities, ListStates, ListSubdistricts, MasterData,
    MasterList, OwnerSubtypesOf, SpecialitiesOf, SubdistrictsOf,
};
pub use self::professionals::{
    CheckHprId, FetchProfessional, FindProfessional, FindProfessionalsByMobile, HprExists, HprId,
    Practitioner, PractitionerQuery, Practitioners, Professional, ProfessionalMobile,
    ProfessionalQuery, ProfessionalReply, Qualification, Registration,
};
pub use self::protected_text::ProtectedText;
pub use self::rules::{InvalidField, KeepsRules};
