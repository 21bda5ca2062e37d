//! ABDM's headers: their names, and the sets that endpoints ask for.
//!
//! A missing header is ABDM's most misleading fault: it answers 401 with an empty body although the
//! token is good (gateway.md 2). So an endpoint names its headers as a type, and forgetting one
//! does not compile.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::id::{HipId, HiuId, TxnId};
use crate::secret::LinkToken;
use crate::wire::WireError;

/// `Authorization`: `Bearer` and the gateway session token.
pub const AUTHORIZATION: &str = "authorization";
/// `REQUEST-ID`: a fresh UUID for each HTTP call.
pub const REQUEST_ID: &str = "request-id";
/// `TIMESTAMP`: UTC with milliseconds and `Z`.
pub const TIMESTAMP: &str = "timestamp";
/// `X-CM-ID`: the consent manager.
pub const CM_ID: &str = "x-cm-id";
/// `X-HIP-ID`: which facility, as HIP.
pub const HIP_ID: &str = "x-hip-id";
/// `X-HIU-ID`: which facility, as HIU.
pub const HIU_ID: &str = "x-hiu-id";
/// `X-LINK-TOKEN`: the raw link token, without `Bearer`.
pub const LINK_TOKEN: &str = "x-link-token";
/// `X-AUTH-TOKEN`: the patient's login token on PHR-side gateway calls.
pub const AUTH_TOKEN: &str = "x-auth-token";
/// `X-token`: the person's token on the ABHA and PHR families.
pub const USER_TOKEN: &str = "x-token";
/// `T-token`: the transfer token.
pub const TRANSFER_TOKEN: &str = "t-token";
/// `R-token`: the refresh token.
pub const REFRESH_TOKEN: &str = "r-token";
/// `Transaction_Id`: the enrolment's transaction, on address suggestions only.
pub const TRANSACTION_ID: &str = "transaction_id";

/// How ABDM's documents spell a header. HTTP compares names without regard to case; people do not.
#[must_use]
pub fn documented_spelling(name: &str) -> String {
    match name {
        "x-token" => "X-token".to_owned(),
        "t-token" => "T-token".to_owned(),
        "r-token" => "R-token".to_owned(),
        "transaction_id" => "Transaction_Id".to_owned(),
        "request-id" | "timestamp" | "x-cm-id" | "x-hip-id" | "x-hiu-id" | "x-link-token"
        | "x-auth-token" => name.to_uppercase(),
        other => {
            let mut spelled = String::with_capacity(other.len());
            let mut start = true;
            for c in other.chars() {
                spelled.push(if start { c.to_ascii_uppercase() } else { c });
                start = c == '-';
            }
            spelled
        }
    }
}

/// A set of headers beyond the standard ones, as a type.
pub trait WireHeaders: Sized + Send + Sync + 'static {
    /// The names, for the docs table and the sandbox's checks.
    const NAMES: &'static [&'static str];

    /// Writes the headers.
    ///
    /// # Errors
    /// When a value holds bytes that no header may hold.
    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError>;

    /// Reads the headers.
    ///
    /// # Errors
    /// When one is missing or breaks its rule; the error names it.
    fn read(headers: &HeaderMap) -> Result<Self, WireError>;
}

/// No header beyond the standard ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StandardHeaders;

impl WireHeaders for StandardHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, _: &mut HeaderMap) -> Result<(), WireError> {
        Ok(())
    }

    fn read(_: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self)
    }
}

/// `X-HIP-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HipHeaders {
    /// The facility, as HIP.
    pub hip_id: HipId,
}

impl WireHeaders for HipHeaders {
    const NAMES: &'static [&'static str] = &[HIP_ID];

    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError> {
        set(headers, HIP_ID, self.hip_id.as_str())
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self { hip_id: id(headers, HIP_ID, HipId::new)? })
    }
}

/// `X-HIU-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiuHeaders {
    /// The facility, as HIU.
    pub hiu_id: HiuId,
}

impl WireHeaders for HiuHeaders {
    const NAMES: &'static [&'static str] = &[HIU_ID];

    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError> {
        set(headers, HIU_ID, self.hiu_id.as_str())
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self { hiu_id: id(headers, HIU_ID, HiuId::new)? })
    }
}

/// `X-HIU-ID`, written where it is known and not demanded on receipt.
///
/// The contract does not declare it on an HIU's consent request and acknowledgement; live clients
/// send it there, and "sending it always is safe" (gateway.md 2, m3-hiu.md). On a HIP's answer to a
/// discovery it is the echo of the header that the discovery came with (m2-hip.md, conflicts).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToleratedHiuHeaders {
    /// The facility, as HIU.
    pub hiu_id: Option<HiuId>,
}

impl From<Option<HiuId>> for ToleratedHiuHeaders {
    fn from(hiu_id: Option<HiuId>) -> Self {
        Self { hiu_id }
    }
}

impl From<HiuId> for ToleratedHiuHeaders {
    fn from(hiu_id: HiuId) -> Self {
        Self { hiu_id: Some(hiu_id) }
    }
}

impl WireHeaders for ToleratedHiuHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        match &self.hiu_id {
            Some(hiu_id) => set(out, HIU_ID, hiu_id.as_str()),
            None => Ok(()),
        }
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        let found = text(headers, HIU_ID).ok();
        Ok(Self { hiu_id: found.and_then(|text| HiuId::new(text).ok()) })
    }
}

/// `X-HIP-ID`, and the app's `X-HIU-ID` where the gateway passes it on: for its echo on the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HipAndAppHeaders {
    /// The facility, as HIP.
    pub hip_id: HipId,
    /// The PHR app that the patient uses.
    pub hiu_id: Option<HiuId>,
}

impl HipAndAppHeaders {
    /// For this facility, from this app.
    #[must_use]
    pub const fn new(hip_id: HipId, hiu_id: Option<HiuId>) -> Self {
        Self { hip_id, hiu_id }
    }
}

impl WireHeaders for HipAndAppHeaders {
    const NAMES: &'static [&'static str] = &[HIP_ID];

    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError> {
        set(headers, HIP_ID, self.hip_id.as_str())?;
        ToleratedHiuHeaders::from(self.hiu_id.clone()).write(headers)
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        let hip_id = id(headers, HIP_ID, HipId::new)?;
        Ok(Self { hip_id, hiu_id: ToleratedHiuHeaders::read(headers)?.hiu_id })
    }
}

/// `X-HIP-ID` and `X-LINK-TOKEN`.
#[derive(Debug, Clone)]
pub struct LinkHeaders {
    /// The facility, as HIP: the one that the token was made for.
    pub hip_id: HipId,
    /// The patient's link token at this facility.
    pub link_token: LinkToken,
}

impl WireHeaders for LinkHeaders {
    const NAMES: &'static [&'static str] = &[HIP_ID, LINK_TOKEN];

    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError> {
        set(headers, HIP_ID, self.hip_id.as_str())?;
        set_secret(headers, LINK_TOKEN, self.link_token.expose())
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self {
            hip_id: id(headers, HIP_ID, HipId::new)?,
            link_token: LinkToken::new(text(headers, LINK_TOKEN)?),
        })
    }
}

/// `Transaction_Id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionHeaders {
    /// The enrolment's transaction.
    pub txn_id: TxnId,
}

impl WireHeaders for TransactionHeaders {
    const NAMES: &'static [&'static str] = &[TRANSACTION_ID];

    fn write(&self, headers: &mut HeaderMap) -> Result<(), WireError> {
        set(headers, TRANSACTION_ID, self.txn_id.as_str())
    }

    fn read(headers: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self { txn_id: id(headers, TRANSACTION_ID, TxnId::new)? })
    }
}

/// Writes one header.
///
/// # Errors
/// When the value holds bytes that no header may hold.
pub fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), WireError> {
    let value = HeaderValue::from_str(value).map_err(|_| WireError::header_value(name))?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// Writes one header whose value is a secret: HTTP libraries then keep it out of their logs.
///
/// # Errors
/// As [`set`].
pub fn set_secret(
    headers: &mut HeaderMap,
    name: &'static str,
    value: &str,
) -> Result<(), WireError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| WireError::header_value(name))?;
    value.set_sensitive(true);
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// Writes one header as `Bearer` and a secret.
///
/// # Errors
/// As [`set`].
pub fn set_bearer(
    headers: &mut HeaderMap,
    name: &'static str,
    token: &str,
) -> Result<(), WireError> {
    set_secret(headers, name, &format!("Bearer {token}"))
}

/// The value of a header that must be there and not blank.
///
/// # Errors
/// When it is missing, blank or not text.
pub fn text<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, WireError> {
    let value = headers.get(name).ok_or_else(|| WireError::missing_header(name))?;
    let value = value.to_str().map_err(|_| WireError::header_value(name))?.trim();
    if value.is_empty() { Err(WireError::missing_header(name)) } else { Ok(value) }
}

/// The token of a header that carries one, with or without the word `Bearer` before it.
///
/// # Errors
/// As [`text`].
pub fn bearer<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, WireError> {
    let value = text(headers, name)?;
    let token = match value.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("bearer ") => value.get(7..).unwrap_or_default(),
        _ => value,
    };
    Ok(token.trim())
}

fn id<T>(
    headers: &HeaderMap,
    name: &'static str,
    make: impl FnOnce(String) -> Result<T, crate::id::IdError>,
) -> Result<T, WireError> {
    let value = text(headers, name)?;
    make(value.to_owned()).map_err(|e| WireError::InvalidHeader { name, rule: e.rule })
}
