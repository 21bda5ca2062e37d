//! The gateway session: one token, shared by all calls, renewed by one of them.
//!
//! However many calls run at once, ABDM sees one session call at a time. A token is renewed 30 s
//! before it ends; while it still lives, a failed renewal harms nobody. A life of zero seconds,
//! which NHA's printed examples show, is not believed: the token's own `exp` decides, else 15
//! minutes.

use std::fmt;
use std::sync::{Arc, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use crate::api::gateway::{CreateSession, SessionRequest, SessionResponse};
use crate::call::Call;
use crate::claims;
use crate::client::{CallError, Exchange};
use crate::endpoint::Endpoint as _;
use crate::error::ErrorClass;
use crate::rate_limit::RateLimit;
use crate::secret::{AccessToken, ClientSecret};
use crate::wire::WireError;

/// Renew this long before the end.
const MARGIN: TimeDelta = TimeDelta::seconds(30);
/// Assumed life of a token that tells none.
const UNTOLD_LIFE: TimeDelta = TimeDelta::minutes(15);
/// After a refusal of the credentials nobody asks again for this long: every further try would be
/// refused too, and ABDM blocks clients that loop.
const PAUSE_AFTER_REFUSAL: TimeDelta = TimeDelta::seconds(60);
/// After any other failure, so that a thousand waiting calls do not become a thousand session
/// calls.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);

/// Client id and secret of one environment.
#[derive(Clone)]
pub struct Credentials {
    client_id: String,
    client_secret: ClientSecret,
}

impl Credentials {
    /// The pair that NHA gave.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: ClientSecret) -> Self {
        Self { client_id: client_id.into(), client_secret }
    }

    /// The client id, which is also the bridge id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What ABDM would refuse as wrong credentials, and nobody would look for where it comes from.
    fn check(&self) -> Result<(), WireError> {
        for (given, text) in [
            ("the client id", &*self.client_id),
            ("the client secret", self.client_secret.expose()),
        ] {
            let rule = if text.trim().is_empty() {
                "is empty: is the environment variable or file that holds it the right one?"
            } else if text.trim() != text {
                "begins or ends with a blank or a line break: take it off"
            } else {
                continue;
            };
            return Err(WireError::Given { given, rule });
        }
        Ok(())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A session token and the span in which it is good.
pub(crate) struct Token {
    pub(crate) value: AccessToken,
    renew_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl Token {
    fn from_response(response: SessionResponse, now: DateTime<Utc>) -> Self {
        let told = response.expires_in.filter(|s| *s > 0).and_then(TimeDelta::try_seconds);
        let written = || own_expiry(&response.access_token).map(|exp| exp - now);
        let life = told
            .or_else(|| written().filter(|life| *life > TimeDelta::zero()))
            .unwrap_or(UNTOLD_LIFE)
            .min(TimeDelta::days(1));
        let margin = MARGIN.min(life / 2);
        Self { value: response.access_token, renew_at: now + life - margin, ends_at: now + life }
    }
}

impl Token {
    pub(crate) const fn ends_at(&self) -> DateTime<Utc> {
        self.ends_at
    }
}

/// The `exp` claim, read without verification: it is our own token, and only its life is wanted.
fn own_expiry(token: &AccessToken) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(claims::read(token.expose())?.get("exp")?.as_i64()?, 0)
}

/// A failed renewal, kept so that those who wait share it.
struct Failure {
    error: Arc<CallError>,
    since: DateTime<Utc>,
    pause: TimeDelta,
}

impl Failure {
    /// Whether nobody should ask again yet. A clock that was set back ends the pause: it may have
    /// been the cause of the refusal.
    fn holds(&self, now: DateTime<Utc>) -> bool {
        (TimeDelta::zero()..self.pause).contains(&(now - self.since))
    }
}

/// The session of one client.
pub(crate) struct Session {
    credentials: Credentials,
    current: RwLock<Option<Arc<Token>>>,
    /// Held by the one call that renews; the failure inside is the last one's.
    renewal: Mutex<Option<Failure>>,
}

impl Session {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, current: RwLock::new(None), renewal: Mutex::new(None) }
    }

    pub(crate) const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A token that is good now. Cancel-safe: whoever waits next takes the renewal over.
    pub(crate) async fn token(
        &self,
        exchange: &Exchange,
        rate_limit: &dyn RateLimit,
    ) -> Result<Arc<Token>, CallError> {
        let now = exchange.now();
        let held = self.held();
        if let Some(token) = held.filter(|t| now < t.renew_at) {
            return Ok(token);
        }
        self.credentials.check().map_err(|source| {
            let endpoint = CreateSession::META.name;
            CallError::Session(Arc::new(CallError::Request { endpoint, source }))
        })?;
        let mut renewal = self.renewal.lock().await;
        let now = exchange.now();
        let held = self.held();
        if let Some(token) = held.clone().filter(|t| now < t.renew_at) {
            return Ok(token);
        }
        let still_good = held.filter(|t| now < t.ends_at);
        if let Some(failure) = renewal.as_ref().filter(|f| f.holds(now)) {
            return still_good.ok_or_else(|| CallError::Session(Arc::clone(&failure.error)));
        }
        rate_limit.admit(&CreateSession::META).await;
        let request = SessionRequest::new(
            self.credentials.client_id.clone(),
            self.credentials.client_secret.clone(),
        );
        match exchange.once::<CreateSession>(&Call::new(request), None, None).await {
            Ok((_, response)) => {
                let token = Arc::new(Token::from_response(response, exchange.now()));
                *renewal = None;
                self.hold(Some(Arc::clone(&token)));
                Ok(token)
            }
            Err(error) => {
                // On this very call 900901 means a wrong id or secret for this environment.
                let refused = error.class() == ErrorClass::Auth;
                let pause = if refused { PAUSE_AFTER_REFUSAL } else { PAUSE_AFTER_FAILURE };
                let error = Arc::new(error);
                *renewal =
                    Some(Failure { error: Arc::clone(&error), since: exchange.now(), pause });
                still_good.ok_or(CallError::Session(error))
            }
        }
    }

    /// Forgets a token that ABDM no longer takes; a newer one, fetched meanwhile, stays.
    pub(crate) fn forget(&self, refused: &Arc<Token>) {
        let mut current = self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if current.as_ref().is_some_and(|held| Arc::ptr_eq(held, refused)) {
            *current = None;
        }
    }

    fn held(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn hold(&self, token: Option<Arc<Token>>) {
        *self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner) = token;
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::clock::parse_timestamp;

    fn token(expires_in: Option<i64>, jwt: &str) -> Token {
        let now = parse_timestamp("2026-11-22T10:00:00Z").unwrap();
        let mut response = SessionResponse::new(AccessToken::new(jwt), 0);
        response.expires_in = expires_in;
        Token::from_response(response, now)
    }

    #[test]
    fn a_life_of_zero_is_not_believed() {
        let now = parse_timestamp("2026-11-22T10:00:00Z").unwrap();
        assert_eq!(token(Some(1200), "x").ends_at - now, TimeDelta::seconds(1200));
        assert_eq!(token(Some(0), "x").ends_at - now, UNTOLD_LIFE);
        assert_eq!(token(None, "x").ends_at - now, UNTOLD_LIFE);
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{}}}"#, now.timestamp() + 600));
        let jwt = format!("h.{claims}.s");
        assert_eq!(token(Some(0), &jwt).ends_at - now, TimeDelta::seconds(600));
        assert_eq!(token(Some(0), &jwt).renew_at - now, TimeDelta::seconds(570));
        assert_eq!(token(Some(i64::MAX), "x").ends_at - now, UNTOLD_LIFE);
        assert_eq!(token(Some(20), "x").renew_at - now, TimeDelta::seconds(10));
    }
}
