//! Calls of PHR apps, for owners of ABHA addresses (m1-abha.md 11).
//!
//! What the web family ([`address`](super::address)) has in the same form has the same types. The
//! token is another one: [`AppToken`](abdm_core::secret::AppToken) is good here only.

mod address_name;
mod card;
mod change;
mod encrypt_text;
mod enrol_phr_address;
mod enrolment_otp;
mod fetch_phr_certificate;
mod link;
mod login;
mod profile;
mod session;
mod switch;

pub use self::address_name::{CheckPhrAddressName, SuggestPhrAddressNames};
pub use self::card::{FetchPhrCard, FetchPhrQrCode};
pub use self::change::{RequestPhrChangeOtp, VerifyPhrChange};
pub use self::encrypt_text::{ClearText, EncryptText, EncryptedText};
pub use self::enrol_phr_address::EnrolPhrAddress;
pub use self::enrolment_otp::{RequestPhrEnrolmentOtp, VerifyPhrEnrolment};
pub use self::fetch_phr_certificate::FetchPhrCertificate;
pub use self::link::{
    AbhaNumberLink, AbhaNumberLinked, DelinkAbhaNumber, LinkAbhaNumber, LinkAction,
};
pub use self::login::{RequestPhrLoginOtp, SearchPhrAddress, VerifyPhrLogin, VerifyPhrUser};
pub use self::profile::{FetchPhrProfile, PhrProfileUpdate, UpdatePhrProfile};
pub use self::session::{LogOutPhr, RenewPhrSession, RenewedTokens};
pub use self::switch::{ListSwitchProfiles, SwitchProfile, SwitchProfiles};
