//! `CreateSession`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::secret::{AccessToken, ClientSecret};

crate::endpoint! {
    /// Get a session token for the client id and secret. The one call without `Authorization`.
    pub CreateSession {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/sessions",
        auth: NoAuth,
        request: SessionRequest,
        response: SessionResponse,
        success: ACCEPTED,
        replay: Safe,
        errors: Sessions,
        source: "gateway.md 3",
    }
}

/// Client id and secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SessionRequest {
    /// The client id, which is also the bridge id.
    pub client_id: String,
    /// The secret; written out here because this call is where it belongs.
    #[serde(serialize_with = "write_secret")]
    pub client_secret: ClientSecret,
    /// Always `client_credentials`: no other grant is documented.
    pub grant_type: String,
}

impl SessionRequest {
    /// A request by client credentials.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: ClientSecret) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            grant_type: "client_credentials".to_owned(),
        }
    }
}

impl fmt::Debug for SessionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRequest").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

fn write_secret<S: serde::Serializer>(secret: &ClientSecret, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(secret.expose())
}

/// The token and its life.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SessionResponse {
    /// The token to send as `Authorization: Bearer …`. A blank one is no session.
    #[serde(deserialize_with = "read_token")]
    pub access_token: AccessToken,
    /// Its life in seconds; 1200 is today's value. Zero, absent or no number means: read the
    /// token's own `exp`.
    #[serde(with = "lenient::integer::option", default)]
    pub expires_in: Option<i64>,
}

fn read_token<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<AccessToken, D::Error> {
    let token = String::deserialize(deserializer)?;
    if token.trim().is_empty() {
        return Err(serde::de::Error::custom("expected a token that is not blank"));
    }
    Ok(AccessToken::new(token))
}

impl SessionResponse {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub const fn new(access_token: AccessToken, expires_in: i64) -> Self {
        Self { access_token, expires_in: Some(expires_in) }
    }
}

impl Serialize for SessionResponse {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut out = serializer.serialize_struct("SessionResponse", 5)?;
        out.serialize_field("accessToken", self.access_token.expose())?;
        out.serialize_field("expiresIn", &self.expires_in)?;
        out.serialize_field("refreshExpiresIn", &1800)?;
        out.serialize_field("refreshToken", self.access_token.expose())?;
        out.serialize_field("tokenType", "bearer")?;
        out.end()
    }
}
