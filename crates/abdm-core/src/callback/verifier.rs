//! The verifier itself.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::keys::KeyCache;
use super::policy::{PushTokenPolicy, VerifyPolicy};
use super::rejected::CallbackRejected;
use super::token::{Claims, TokenHeader};
use crate::clock::{self, Clock, SystemClock};
use crate::headers::{HIP_ID, HIU_ID, REQUEST_ID, TIMESTAMP};
use crate::id::{HipId, HiuId, IdError, RequestId};

/// Decides whether an inbound message comes from ABDM. A clone shares keys and policy.
#[derive(Debug, Clone)]
pub struct CallbackVerifier(Arc<Mode>);

#[derive(Debug)]
enum Mode {
    Check { keys: KeyCache, policy: VerifyPolicy, clock: Arc<dyn Clock> },
    AcceptEverything,
}

/// A callback that comes from ABDM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedCallback {
    /// The header `REQUEST-ID`: the key for replay protection, and what our answer echoes.
    pub request_id: RequestId,
    /// The header `TIMESTAMP`.
    pub timestamp: DateTime<Utc>,
    /// The header `X-HIP-ID`, if it was sent.
    pub hip_id: Option<HipId>,
    /// The header `X-HIU-ID`, if it was sent.
    pub hiu_id: Option<HiuId>,
    /// How long the token was over, when it was: the mark of a redelivery.
    pub late_by: Option<Duration>,
    /// The `kid` of the key that verified the token; `None` only when verification is switched off.
    pub key_id: Option<String>,
}

impl VerifiedCallback {
    /// The facility that the message is for, as HIP.
    ///
    /// # Errors
    /// When `X-HIP-ID` was not sent.
    pub fn required_hip_id(&self) -> Result<&HipId, CallbackRejected> {
        self.hip_id.as_ref().ok_or(CallbackRejected::MissingHeader { name: HIP_ID })
    }

    /// The facility that the message is for, as HIU.
    ///
    /// # Errors
    /// When `X-HIU-ID` was not sent.
    pub fn required_hiu_id(&self) -> Result<&HiuId, CallbackRejected> {
        self.hiu_id.as_ref().ok_or(CallbackRejected::MissingHeader { name: HIU_ID })
    }
}

/// A sender that is ABDM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedSender {
    /// How long the token was over, when it was: the mark of a redelivery.
    pub late_by: Option<Duration>,
    /// The `kid` of the key that verified the token; `None` only when verification is switched off.
    pub key_id: Option<String>,
}

/// A data push whose sender holds a token of ABDM's realm.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedPush {
    /// The client to which the token belongs (`azp`, else `clientId`): the sender's bridge.
    pub party: Option<String>,
    /// How long the token was over, when it was.
    pub late_by: Option<Duration>,
    /// The `kid` of the key that verified the token.
    pub key_id: String,
}

impl CallbackVerifier {
    /// A verifier over these keys.
    #[must_use]
    pub fn new(keys: KeyCache, policy: VerifyPolicy, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Mode::Check { keys, policy, clock }))
    }

    /// A verifier that **accepts every message from anybody**. For tests only: with it, whoever
    /// finds the callback address can hand out and revoke consents. Warns now and at every message.
    #[must_use]
    pub fn dangerously_accept_everything() -> Self {
        tracing::warn!(
            "callback verification is SWITCHED OFF: every message is taken as ABDM's; never do \
             this outside tests"
        );
        Self(Arc::new(Mode::AcceptEverything))
    }

    /// Checks a callback by its headers: the token, then `REQUEST-ID` and `TIMESTAMP`.
    ///
    /// `X-CM-ID` is never asked for, ABDM does not send it. Whether `X-HIP-ID` or `X-HIU-ID` must
    /// be there is the caller's to say, see [`VerifiedCallback::required_hip_id`]; whether the
    /// facility is one of ours, and whether this `REQUEST-ID` came before, too.
    ///
    /// # Errors
    /// [`CallbackRejected`], by the first check that fails.
    pub async fn verify(&self, headers: &HeaderMap) -> Result<VerifiedCallback, CallbackRejected> {
        let VerifiedSender { late_by, key_id } = self.verify_sender(headers).await?;
        if key_id.is_none() {
            return Ok(unverified(headers));
        }
        read_headers(headers, late_by, key_id)
    }

    /// Checks the token of a callback, and nothing else of its headers: for a message that carries
    /// its id and its instant in the body, as those of V0.5 do.
    ///
    /// # Errors
    /// [`CallbackRejected`], by the first check that fails.
    pub async fn verify_sender(
        &self,
        headers: &HeaderMap,
    ) -> Result<VerifiedSender, CallbackRejected> {
        match &*self.0 {
            Mode::Check { keys, policy, clock } => {
                let token = bearer(headers)?.ok_or(CallbackRejected::MissingToken)?;
                let checked = check(token, keys, policy, clock.now()).await?;
                let authorised =
                    |party: &str| policy.authorised_parties.iter().any(|known| known == party);
                let mut parties = checked.claims.parties().peekable();
                if parties.peek().is_none() || !parties.all(authorised) {
                    return Err(CallbackRejected::WrongParty);
                }
                let key_id = Some(checked.key_id);
                Ok(VerifiedSender { late_by: checked.late_by, key_id })
            }
            Mode::AcceptEverything => {
                tracing::warn!("took a callback WITHOUT VERIFYING it");
                Ok(VerifiedSender { late_by: None, key_id: None })
            }
        }
    }

    /// Checks a data push by its headers. It comes from another facility, not from the gateway, so
    /// any client of the realm may send it. `None` when it carries no token and
    /// [`PushTokenPolicy::Optional`] allows that: the unguessable path then decides alone.
    ///
    /// # Errors
    /// [`CallbackRejected`], by the first check that fails.
    pub async fn verify_push(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<VerifiedPush>, CallbackRejected> {
        match &*self.0 {
            Mode::Check { keys, policy, clock } => {
                let token = match (bearer(headers)?, policy.push_token) {
                    (Some(token), _) => token,
                    (None, PushTokenPolicy::Optional) => return Ok(None),
                    (None, PushTokenPolicy::Required) => {
                        return Err(CallbackRejected::MissingToken);
                    }
                };
                let checked = check(token, keys, policy, clock.now()).await?;
                Ok(Some(VerifiedPush {
                    party: checked.claims.parties().next().map(str::to_owned),
                    late_by: checked.late_by,
                    key_id: checked.key_id,
                }))
            }
            Mode::AcceptEverything => {
                tracing::warn!("took a data push WITHOUT VERIFYING it");
                Ok(None)
            }
        }
    }
}

/// A token whose signature, issuer, audience and times are right.
struct Checked {
    claims: Claims,
    late_by: Option<Duration>,
    key_id: String,
}

async fn check(
    token: &str,
    keys: &KeyCache,
    policy: &VerifyPolicy,
    now: DateTime<Utc>,
) -> Result<Checked, CallbackRejected> {
    let header = TokenHeader::read(token)?;
    // Said before any key is looked for, so that a token that nobody could accept fetches nothing.
    if !matches!(header.alg.as_str(), "RS256" | "RS512") {
        return Err(CallbackRejected::AlgorithmMismatch);
    }
    let key = keys.key(&header.kid).await?;
    if header.alg != format!("{:?}", key.algorithm) {
        return Err(CallbackRejected::AlgorithmMismatch);
    }
    let claims = Claims::verify(token, &key.decoding, key.algorithm)?;
    if !claims.issuer().is_some_and(|iss| policy.issuers.iter().any(|known| known == iss)) {
        return Err(CallbackRejected::WrongIssuer);
    }
    if let Some(audience) = &policy.audience
        && claims.is_for(audience) == Some(false)
    {
        return Err(CallbackRejected::WrongAudience);
    }
    let late_by = Some(now - claims.expires_at()?).filter(|late_by| *late_by > Duration::zero());
    if let Some(late_by) = late_by
        && late_by.to_std().unwrap_or_default() > policy.expired_grace
    {
        return Err(CallbackRejected::Expired { late_by });
    }
    let ahead = |start: &DateTime<Utc>| (*start - now).to_std().unwrap_or_default();
    if claims.starts()?.iter().any(|start| ahead(start) > policy.leeway) {
        return Err(CallbackRejected::NotYetValid);
    }
    Ok(Checked { claims, late_by, key_id: header.kid })
}

/// The bearer token, `None` when there is no `Authorization` header.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, CallbackRejected> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .map_err(|_| CallbackRejected::MalformedToken("the Authorization header is not text"))?;
    match text.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(CallbackRejected::MalformedToken("the Authorization header is no bearer token")),
    }
}

fn read_headers(
    headers: &HeaderMap,
    late_by: Option<Duration>,
    key_id: Option<String>,
) -> Result<VerifiedCallback, CallbackRejected> {
    let missing = |name| CallbackRejected::MissingHeader { name };
    let request_id =
        read(headers, REQUEST_ID, |text| text.parse())?.ok_or_else(|| missing(REQUEST_ID))?;
    let timestamp = read(headers, TIMESTAMP, |text| {
        clock::parse_timestamp(text).ok_or(IdError::new(TIMESTAMP, "it must be an ISO 8601 time"))
    })?
    .ok_or_else(|| missing(TIMESTAMP))?;
    Ok(VerifiedCallback {
        request_id,
        timestamp,
        hip_id: read(headers, HIP_ID, HipId::new)?,
        hiu_id: read(headers, HIU_ID, HiuId::new)?,
        late_by,
        key_id,
    })
}

/// Reads a header; `None` when it is absent or blank.
fn read<'a, T>(
    headers: &'a HeaderMap,
    name: &'static str,
    parse: impl Fn(&'a str) -> Result<T, IdError>,
) -> Result<Option<T>, CallbackRejected> {
    let malformed = |rule| CallbackRejected::MalformedHeader { name, rule };
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| malformed("it must be plain text"))?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).map_err(|error| malformed(error.rule))
}

/// What the headers say, with made-up values for what cannot be read.
fn unverified(headers: &HeaderMap) -> VerifiedCallback {
    read_headers(headers, None, None).unwrap_or_else(|_| VerifiedCallback {
        request_id: read(headers, REQUEST_ID, |text| text.parse())
            .ok()
            .flatten()
            .unwrap_or_else(RequestId::random),
        timestamp: SystemClock.now(),
        hip_id: read(headers, HIP_ID, HipId::new).ok().flatten(),
        hiu_id: read(headers, HIU_ID, HiuId::new).ok().flatten(),
        late_by: None,
        key_id: None,
    })
}
