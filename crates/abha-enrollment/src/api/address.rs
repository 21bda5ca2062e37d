//! Proving an ABHA address, on the web family (m1-abha.md 8).

mod card;
mod check_name;
mod profile;
mod request_otp;
mod search;
mod verify;

pub use self::card::{FetchAddressCard, FetchAddressQrCode};
pub use self::check_name::{AddressNameQuery, CheckAddressName};
pub use self::profile::{AddressProfile, FetchAddressProfile};
pub use self::request_otp::RequestAddressOtp;
pub use self::search::{AbhaAddressQuery, AbhaAddressState, SearchAbhaAddress};
pub use self::verify::{AddressUser, AddressVerified, VerifyAbhaAddress};
