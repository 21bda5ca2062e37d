//! Choosing an address: after a login, and to switch to another one.

use abdm_core::person::AbhaAddress;
use abdm_core::seal::{Sealed, SealingKeyRing};
use chrono::{DateTime, Utc};

use super::profile::AppProfile;
use crate::api::address::AddressUser;
use crate::api::phr::{SwitchProfile, VerifyPhrUser};
use crate::desk::Desk;
use crate::error::Error;
use crate::flow::address_choice::Choice;

macro_rules! choices {
    ($( $(#[$doc:meta])* $name:ident by $endpoint:ty, saved as $state:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            desk: Desk,
            state: Choice,
        }

        impl $name {
            pub(super) const fn of(desk: Desk, state: Choice) -> Self {
                Self { desk, state }
            }

            /// The addresses, one or more: show name, address, photo and whether the identity is
            /// proved.
            #[must_use]
            pub fn users(&self) -> &[AddressUser] {
                &self.state.users
            }

            /// Until when the choice can be made.
            #[must_use]
            pub const fn expires_at(&self) -> DateTime<Utc> {
                self.state.transfer.expires_at
            }

            /// Logs in with this address.
            ///
            /// # Errors
            /// [`Problem::AbhaAddressInvalid`](crate::Problem::AbhaAddressInvalid) when it is none
            /// of the list, and [`Problem::LoginOver`](crate::Problem::LoginOver) when the five
            /// minutes are over, both without a call;
            /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when the answer lacks a
            /// token, or has one of another person; and whatever a call can meet.
            pub async fn choose(&self, address: &AbhaAddress) -> Result<AppProfile, Error> {
                let chosen = self.state.choose::<$endpoint, _>(&self.desk, address).await;
                let (session, user) = chosen?;
                Ok(AppProfile::new(self.desk.clone(), session, vec![user]))
            }

            /// Seals the flow; see
            /// [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
            /// [`PhrApp::resume`](crate::flow::phr_app::PhrApp::resume) opens it.
            ///
            /// # Errors
            /// When the operating system gives no randomness.
            pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
                super::State::$state(self.state.clone()).seal(keys, context)
            }
        }
    )+};
}

choices! {
    /// A mobile number, e-mail address or ABHA number is proved; the person chooses one of its
    /// addresses within five minutes.
    AddressChoice by VerifyPhrUser, saved as ChoosesAddress;
    /// The other addresses of a person who is logged in, to switch to one within five minutes.
    ProfileSwitch by SwitchProfile, saved as Switches;
}
