//! `LogOut`.

use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// End the person's session.
    pub LogOut {
        method: GET,
        family: Abha,
        path: "/v3/profile/account/request/logout",
        auth: SessionAndUser,
        request: NoBody,
        response: LoggedOut,
        success: OK,
        replay: Safe,
        errors: Account,
        source: "m1-abha.md 9",
    }
}

/// The session is over. Without a body it is over as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<Said>")]
#[non_exhaustive]
pub struct LoggedOut {
    /// ABDM's text.
    pub message: Option<String>,
    /// When, as a text without a zone.
    pub timestamp: Option<String>,
}

/// The body, where there is one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    message: Option<String>,
    timestamp: Option<String>,
}

impl From<Option<Said>> for LoggedOut {
    fn from(said: Option<Said>) -> Self {
        let Said { message, timestamp } = said.unwrap_or_default();
        Self { message, timestamp }
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::wire::read_json;

    use super::*;

    #[test]
    fn an_empty_answer_ends_the_session_too() {
        assert_eq!(read_json::<LoggedOut>(b"").unwrap(), LoggedOut::default());
        let said = read_json::<LoggedOut>(br#"{"message":"You have been logged out"}"#).unwrap();
        assert_eq!(said.message.as_deref(), Some("You have been logged out"));
    }
}
