//! Tokens as replies carry them.

use abdm_core::secret::{PhrToken, RefreshToken, TransferToken, UserToken};
use abdm_core::{lenient, secret_text};
use serde::{Deserialize, Serialize, Serializer};

use super::fields::{Personal, word};
use super::vocabulary::AuthResult;

secret_text! {
    /// A token whose kind is not known yet: user, transfer or ABHA address. The reply around it
    /// tells.
    pub struct IssuedToken;
}

/// `tokens` of a reply, and the whole reply of a renewal; there flat or in a block `tokens`, which
/// both are read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Wire")]
#[non_exhaustive]
pub struct IssuedTokens {
    /// The token.
    #[serde(serialize_with = "exposed")]
    pub token: IssuedToken,
    /// Its life in seconds.
    #[serde(with = "lenient::integer::option")]
    pub expires_in: Option<i64>,
    /// The token that renews it. There is none beside a transfer token: that is how to tell them
    /// apart (m1-abha.md 3.1).
    #[serde(serialize_with = "maybe_exposed", skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<RefreshToken>,
    /// The refresh token's life in seconds.
    #[serde(with = "lenient::integer::option", skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<i64>,
    /// What stands beside them, where an answer is nothing but tokens.
    #[serde(skip_serializing)]
    pub(crate) said: Said,
}

/// What ABDM says beside tokens. The documents have neither: a word that refuses must not be lost
/// behind a token (rulings.md 42).
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub(crate) auth_result: Option<AuthResult>,
    pub(crate) message: Option<Personal>,
}

/// The same as it stands on the wire, where each part may be missing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    #[serde(deserialize_with = "maybe_token")]
    token: Option<IssuedToken>,
    #[serde(with = "lenient::integer::option")]
    expires_in: Option<i64>,
    #[serde(deserialize_with = "maybe_token")]
    refresh_token: Option<RefreshToken>,
    #[serde(with = "lenient::integer::option")]
    refresh_expires_in: Option<i64>,
    #[serde(alias = "jwtResponse")]
    tokens: Option<Box<Self>>,
    #[serde(deserialize_with = "word")]
    auth_result: Option<AuthResult>,
    message: Option<Personal>,
}

impl TryFrom<Wire> for IssuedTokens {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let said = Said { auth_result: wire.auth_result, message: wire.message };
        match (wire.token, wire.tokens) {
            (Some(token), _) => Ok(Self {
                token,
                expires_in: wire.expires_in,
                refresh_token: wire.refresh_token,
                refresh_expires_in: wire.refresh_expires_in,
                said,
            }),
            (None, Some(block)) => {
                let inside = Self::try_from(*block)?;
                let said = Said {
                    auth_result: said.auth_result.or(inside.said.auth_result),
                    message: said.message.or(inside.said.message),
                };
                Ok(Self { said, ..inside })
            }
            (None, None) => Err("missing field `token`"),
        }
    }
}

impl IssuedTokens {
    /// A token that can be renewed.
    #[must_use]
    pub const fn renewable(
        token: IssuedToken,
        expires_in: i64,
        refresh_token: RefreshToken,
        refresh_expires_in: i64,
    ) -> Self {
        Self {
            token,
            expires_in: Some(expires_in),
            refresh_token: Some(refresh_token),
            refresh_expires_in: Some(refresh_expires_in),
            said: Said { auth_result: None, message: None },
        }
    }

    /// A token that cannot: a transfer token.
    #[must_use]
    pub const fn transfer(token: IssuedToken, expires_in: i64) -> Self {
        Self {
            token,
            expires_in: Some(expires_in),
            refresh_token: None,
            refresh_expires_in: None,
            said: Said { auth_result: None, message: None },
        }
    }
}

/// A secret text that the wire carries.
pub(crate) trait OnWire {
    fn on_wire(&self) -> &str;
}

macro_rules! on_wire {
    ($($secret:ty),+) => {$(
        impl OnWire for $secret {
            fn on_wire(&self) -> &str {
                self.expose()
            }
        }
    )+};
}

on_wire!(IssuedToken, RefreshToken, UserToken, TransferToken, PhrToken);

/// Writes a secret where the contract has it on the wire.
pub(crate) fn exposed<T: OnWire, S: Serializer>(
    token: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.on_wire())
}

/// The same for an optional one.
pub(crate) fn maybe_exposed<T: OnWire, S: Serializer>(
    token: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match token {
        Some(token) => serializer.serialize_str(token.on_wire()),
        None => serializer.serialize_none(),
    }
}

/// Reads an optional token; `null` and blank mean none.
pub(crate) fn maybe_token<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de> + OnWire,
    D: serde::Deserializer<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.filter(|token| !token.on_wire().trim().is_empty()))
}
