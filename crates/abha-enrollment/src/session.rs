//! A person's tokens, each kind a type of its own (m1-abha.md 3.1).

mod claims;
mod kept;

use abdm_core::secret::{AppToken, PhrToken, RefreshToken, TransferToken, UserToken};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use self::claims::Claims;
pub(crate) use self::kept::{Keepable, Kept};
use crate::api::token::{IssuedToken, IssuedTokens, exposed};

/// Assumed life of a token that tells none: ABDM's usual 1800 s.
const USUAL_LIFE: TimeDelta = TimeDelta::seconds(1800);
/// Assumed life of a transfer token that tells none.
const USUAL_TRANSFER_LIFE: TimeDelta = TimeDelta::seconds(300);
/// Assumed life of a refresh token that tells none: ABDM's usual 15 days.
const USUAL_REFRESH_LIFE: TimeDelta = TimeDelta::seconds(1_296_000);

macro_rules! sessions {
    ($( $(#[$doc:meta])* $name:ident of $token:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct $name {
            /// The token.
            pub token: $token,
            /// Until when it is good.
            pub expires_at: DateTime<Utc>,
            /// What renews it.
            pub refresh_token: RefreshToken,
            /// Until when that is good.
            pub refresh_expires_at: DateTime<Utc>,
        }

        impl $name {
            /// Whether the token is still good at `now`.
            #[must_use]
            pub fn is_good(&self, now: DateTime<Utc>) -> bool {
                now < self.expires_at
            }

            pub(crate) fn of(tokens: IssuedTokens, now: DateTime<Utc>) -> Option<Self> {
                let refresh_token = tokens.refresh_token?;
                Some(Self {
                    token: $token::new(tokens.token.expose()),
                    expires_at: now + life(tokens.expires_in, USUAL_LIFE),
                    refresh_token,
                    refresh_expires_at: now + life(tokens.refresh_expires_in, USUAL_REFRESH_LIFE),
                })
            }
        }

        impl Keepable for $name {
            fn keep(&self) -> Kept {
                Kept {
                    token: IssuedToken::new(self.token.expose()),
                    expires_at: self.expires_at,
                    refresh_token: self.refresh_token.clone(),
                    refresh_expires_at: self.refresh_expires_at,
                }
            }

            fn of_kept(kept: Kept) -> Self {
                Self {
                    token: $token::new(kept.token.expose()),
                    expires_at: kept.expires_at,
                    refresh_token: kept.refresh_token,
                    refresh_expires_at: kept.refresh_expires_at,
                }
            }
        }
    )+};
}

sessions! {
    /// The session of a person who proved an ABHA *number*: for the profile of the ABHA family.
    UserSession of UserToken;
    /// The session of a person who proved an ABHA *address* on the web family: for that family
    /// only. On the ABHA family ABDM answers "X-token expired", which is not true.
    AddressSession of PhrToken;
    /// The session of a person who logged in to a PHR app: for the PHR app family only.
    AppSession of AppToken;
}

/// The right to choose among the accounts of one mobile number, for five minutes. Good for nothing
/// else.
#[derive(Debug, Clone)]
pub(crate) struct TransferSession {
    pub(crate) token: TransferToken,
    pub(crate) expires_at: DateTime<Utc>,
}

impl TransferSession {
    pub(crate) fn of(tokens: &IssuedTokens, now: DateTime<Utc>) -> Self {
        Self {
            token: TransferToken::new(tokens.token.expose()),
            expires_at: now + life(tokens.expires_in, USUAL_TRANSFER_LIFE),
        }
    }
}

/// What a proof on one of the PHR families gave, before it is known who may have it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Granted {
    /// A session of the family on which it was given.
    Session(Kept),
    /// The right to choose among the person's addresses.
    Transfer(#[serde(with = "kept_transfer")] TransferSession),
}

impl Granted {
    /// Tells the kinds apart by the presence of a refresh token (m1-abha.md 3.1).
    pub(crate) fn of(tokens: IssuedTokens, now: DateTime<Utc>) -> Self {
        let transfer = TransferSession::of(&tokens, now);
        AppSession::of(tokens, now)
            .map_or(Self::Transfer(transfer), |session| Self::Session(session.keep()))
    }
}

/// What a login gave.
#[derive(Debug, Clone)]
pub(crate) enum LoginTokens {
    User(UserSession),
    Transfer(TransferSession),
}

impl LoginTokens {
    /// Tells the kinds apart by the presence of a refresh token, as the live service does; the
    /// scope of the request does not tell (m1-abha.md 3.1).
    pub(crate) fn of(tokens: IssuedTokens, now: DateTime<Utc>) -> Self {
        let transfer = TransferSession::of(&tokens, now);
        UserSession::of(tokens, now).map_or(Self::Transfer(transfer), Self::User)
    }
}

fn life(told: Option<i64>, usual: TimeDelta) -> TimeDelta {
    told.filter(|seconds| *seconds > 0).map_or(usual, |s| TimeDelta::seconds(s.min(31_536_000)))
}

macro_rules! kept {
    ($( $module:ident for $name:ident; )+) => {$(
        /// `#[serde(with)]` for an optional session in snapshots that are sealed.
        pub(crate) mod $module {
            use super::{$name, Deserialize, Deserializer, Keepable, Kept, Serialize, Serializer};

            pub(crate) fn serialize<S: Serializer>(
                session: &Option<$name>,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                session.as_ref().map(Keepable::keep).serialize(serializer)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<$name>, D::Error> {
                Ok(Option::<Kept>::deserialize(deserializer)?.map($name::of_kept))
            }
        }
    )+};
}

kept! {
    kept_user_session for UserSession;
    kept_address_session for AddressSession;
    kept_app_session for AppSession;
}

macro_rules! kept_always {
    ($( $module:ident for $name:ident by $optional:ident; )+) => {$(
        /// The same for a session that is always there.
        pub(crate) mod $module {
            use super::{$name, $optional, Deserializer, Serializer};

            pub(crate) fn serialize<S: Serializer>(
                session: &$name,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $optional::serialize(&Some(session.clone()), serializer)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$name, D::Error> {
                let session = $optional::deserialize(deserializer)?;
                session.ok_or_else(|| serde::de::Error::custom("expected a session"))
            }
        }
    )+};
}

kept_always! {
    kept_user for UserSession by kept_user_session;
    kept_address for AddressSession by kept_address_session;
    kept_app for AppSession by kept_app_session;
}

/// `#[serde(with)]` for the transfer right in snapshots that are sealed.
pub(crate) mod kept_transfer {
    use super::{
        Deserialize, Deserializer, IssuedToken, Serialize, Serializer, TransferSession,
        TransferToken, exposed,
    };

    #[derive(Serialize, Deserialize)]
    struct Kept {
        #[serde(serialize_with = "exposed")]
        token: IssuedToken,
        expires_at: chrono::DateTime<chrono::Utc>,
    }

    pub(crate) fn serialize<S: Serializer>(
        transfer: &TransferSession,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let token = IssuedToken::new(transfer.token.expose());
        Kept { token, expires_at: transfer.expires_at }.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TransferSession, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let token = TransferToken::new(kept.token.expose());
        Ok(TransferSession { token, expires_at: kept.expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_makes_a_user_session_and_its_absence_a_transfer() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let final_reply =
            r#"{"token":"t","expiresIn":1800,"refreshToken":"r","refreshExpiresIn":1296000}"#;
        let LoginTokens::User(user) =
            LoginTokens::of(serde_json::from_str(final_reply).unwrap(), now)
        else {
            panic!("a user session")
        };
        assert_eq!(user.expires_at - now, TimeDelta::seconds(1800));
        assert_eq!(user.refresh_expires_at - now, TimeDelta::days(15));
        for reply in [
            r#"{"token":"t","expiresIn":300}"#,
            r#"{"token":"t","expiresIn":"300","refreshToken":null}"#,
            r#"{"token":"t","refreshToken":""}"#,
        ] {
            let LoginTokens::Transfer(transfer) =
                LoginTokens::of(serde_json::from_str(reply).unwrap(), now)
            else {
                panic!("a transfer token: {reply}")
            };
            assert_eq!(transfer.expires_at - now, TimeDelta::seconds(300), "{reply}");
        }
    }
    #[test]
    fn a_renewal_without_a_new_refresh_token_keeps_the_old_one_until_its_end() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let tokens = |text: &str| serde_json::from_str::<IssuedTokens>(text).unwrap();
        let first = r#"{"token":"t","expiresIn":1800,"refreshToken":"r","refreshExpiresIn":600}"#;
        let session = UserSession::of(tokens(first), now).unwrap();
        let end = session.refresh_expires_at;
        let later = end + TimeDelta::seconds(1);
        let renewed = session.renewed(tokens(r#"{"token":"t2","expiresIn":1800}"#), later);
        assert_eq!((renewed.token.expose(), renewed.refresh_token.expose()), ("t2", "r"));
        assert_eq!(
            (renewed.expires_at - later, renewed.refresh_expires_at),
            (TimeDelta::seconds(1800), end)
        );
        assert_eq!(
            renewed.renewed(tokens(first), later).refresh_expires_at - later,
            TimeDelta::seconds(600)
        );
    }
}
