//! A person's profile (m1-abha.md 9).

mod card;
mod fetch_profile;
mod log_out;
mod renew_session;
mod request_change_otp;
mod send_email_link;
mod update_profile;
mod verify_change;

pub use self::card::{FetchAbhaCard, FetchQrCode};
pub use self::fetch_profile::{AbhaProfile, FetchProfile, LocalizedDetails};
pub use self::log_out::{LogOut, LoggedOut};
pub use self::renew_session::RenewSession;
pub use self::request_change_otp::RequestChangeOtp;
pub use self::send_email_link::SendEmailLink;
pub use self::update_profile::{ProfileUpdate, UpdateProfile};
pub use self::verify_change::VerifyChange;
