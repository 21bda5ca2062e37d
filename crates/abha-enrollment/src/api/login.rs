//! Proving an existing ABHA number (m1-abha.md 7).

mod accounts;
mod find_abha;
mod request_login_otp;
mod search_abha_number;
mod verify_login;
mod verify_login_in_one_step;
mod verify_user;

pub use self::accounts::{Account, LoginVerified};
pub use self::find_abha::{FindAbha, FindAbhaRequest, FoundAbha, FoundAccounts, FoundPage};
pub use self::request_login_otp::RequestLoginOtp;
pub use self::search_abha_number::{AbhaNumberQuery, AbhaNumberState, SearchAbhaNumber};
pub use self::verify_login::VerifyLogin;
pub use self::verify_login_in_one_step::VerifyLoginInOneStep;
pub use self::verify_user::{ChosenAccount, VerifyUser};
