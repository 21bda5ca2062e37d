//! Proving and creating an ABHA address, on the web family (m1-abha.md 8).
//!
//! The PHR app family ([`phr`](super::phr)) has calls of the same form: their types are these.

mod card;
mod check_name;
mod enrol;
mod enrolment_otp;
mod profile;
mod request_otp;
mod search;
mod suggest;
mod verify;
mod verify_user;

pub use self::card::{FetchAddressCard, FetchAddressQrCode};
pub use self::check_name::{AddressNameQuery, CheckAddressName};
pub use self::enrol::{
    AddressEnrolled, EnrolAbhaAddress, EnrolAddressRequest, EnrolledAddress, NewAddressDetails,
};
pub use self::enrolment_otp::{RequestAddressEnrolmentOtp, VerifyAddressEnrolment};
pub use self::profile::{AddressProfile, FetchAddressProfile};
pub use self::request_otp::RequestAddressOtp;
pub use self::search::{AbhaAddressQuery, AbhaAddressState, SearchAbhaAddress};
pub use self::suggest::{SuggestAddressNames, SuggestionRequest};
pub use self::verify::{AddressUser, AddressVerified, VerifyAbhaAddress};
pub use self::verify_user::{ChosenAddress, VerifyAddressUser};
