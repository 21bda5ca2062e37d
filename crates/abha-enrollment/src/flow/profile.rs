//! A person's profile, by their session (m1-abha.md 9).

use abdm_core::call::Call;
use abdm_core::headers::StandardHeaders;
use abdm_core::wire::NoBody;

use crate::api::account::{AbhaProfile, FetchProfile};
use crate::desk::Desk;
use crate::error::{Asked, Error};
use crate::session::UserSession;

impl Desk {
    /// The profile of the person whose session this is.
    #[must_use]
    pub fn profile(&self, session: UserSession) -> ProfileSession {
        ProfileSession { desk: self.clone(), session }
    }
}

/// A person's profile: to fetch, to show as a card, to change.
#[derive(Debug)]
pub struct ProfileSession {
    desk: Desk,
    session: UserSession,
}

impl ProfileSession {
    /// The session.
    #[must_use]
    pub const fn session(&self) -> &UserSession {
        &self.session
    }

    /// Fetches the profile. Name, date of birth and gender come from Aadhaar: show them, do not let
    /// them be edited (VRFY_ABHA_101).
    ///
    /// # Errors
    /// [`Problem::LoginOver`](crate::Problem::LoginOver) when the session is over, and whatever a call
    /// can meet.
    pub async fn fetch(&self) -> Result<AbhaProfile, Error> {
        let token = self.session.token.clone();
        let call = Call::<FetchProfile>::from_parts(StandardHeaders, token, (), NoBody);
        self.desk.send(Asked::Plainly, &call).await
    }
}
