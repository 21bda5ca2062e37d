//! Identifiers: one type for each meaning, validated at the door.
//!
//! ABDM's messages are full of UUIDs and free-text references that must not be mixed up. Each has
//! its own type here. Ids that ABDM or a facility makes stay opaque strings: the contract promises
//! their meaning, not their form, so only emptiness, length and control characters are refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not a valid identifier. Names the type and the rule, never the value.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {rule}")]
#[non_exhaustive]
pub struct IdError {
    /// The type that was asked for, for example `AbhaNumber`.
    pub kind: &'static str,
    /// The rule that was broken, in words that tell how to mend it.
    pub rule: &'static str,
}

crate::error::debug_in_words!(IdError);

impl IdError {
    /// An error of the type `kind` for the broken rule `rule`.
    #[must_use]
    pub const fn new(kind: &'static str, rule: &'static str) -> Self {
        Self { kind, rule }
    }
}

/// Checks the rule that all opaque ids share: 1 to 255 characters, none of them a control character.
pub(crate) fn check_opaque(kind: &'static str, text: &str) -> Result<(), IdError> {
    if text.trim().is_empty() {
        return Err(IdError::new(kind, "it must not be empty"));
    }
    if text.chars().count() > 255 {
        return Err(IdError::new(kind, "it must have at most 255 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::new(kind, "it must not hold control characters"));
    }
    Ok(())
}

/// Defines an opaque identifier: a checked, cloneable, ordered string with serde and `Display`.
///
/// Used by the milestone crates for the ids that only they know. The type implements
/// [`PathParams`](crate::endpoint::PathParams), so it can fill the one `{…}` of an endpoint's path.
#[macro_export]
macro_rules! opaque_id {
    ($(#[$doc:meta])* $vis:vis struct $name:ident;) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::id::private::Serialize, $crate::id::private::Deserialize,
        )]
        #[serde(crate = "::abdm_core::id::private::serde", try_from = "String", into = "String")]
        $vis struct $name(String);
        $crate::opaque_id!(@impl $name);
    };
    (@impl $name:ident) => {
        impl $name {
            /// Takes a text as this id.
            ///
            /// # Errors
            /// When it is empty, longer than 255 characters or holds control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::id::IdError> {
                let text = text.into();
                $crate::id::private::check_opaque(stringify!($name), &text)?;
                Ok(Self(text))
            }

            /// The id as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::id::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::id::IdError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl $crate::endpoint::PathParams for $name {
            const COUNT: usize = 1;

            fn segments(&self) -> Vec<String> {
                vec![self.0.clone()]
            }
            fn from_segments(segments: &[String]) -> Result<Self, $crate::id::IdError> {
                match segments {
                    [only] => Self::new(only.clone()),
                    _ => Err($crate::id::IdError::new(
                        stringify!($name),
                        "the path must hold exactly one variable segment",
                    )),
                }
            }
        }
    };
}

/// What [`opaque_id!`](crate::opaque_id) needs to reach from other crates. Not part of the API.
#[doc(hidden)]
pub mod private {
    pub use serde::{self, Deserialize, Serialize};

    use super::IdError;

    /// See [`opaque_id!`](crate::opaque_id).
    pub fn check_opaque(kind: &'static str, text: &str) -> Result<(), IdError> {
        super::check_opaque(kind, text)
    }
}

opaque_id! {
    /// The id of a consent *request*, made by the consent manager and told in `on-init`.
    pub struct ConsentRequestId;
}
opaque_id! {
    /// The id of one consent *artefact* (one for each HIP of a granted request), a UUID in practice.
    pub struct ConsentId;
}
opaque_id! {
    /// The id of one health-information transfer (or of one discovery), made by ABDM.
    pub struct TransactionId;
}
opaque_id! {
    /// The id that ties the steps of one ABHA (milestone 1) flow together. Single use: each reply's
    /// value replaces the one before.
    pub struct TxnId;
}
opaque_id! {
    /// A facility's service id in the role of a Health Information Provider.
    ///
    /// Free text as far as the contract goes: often the HFR id (`IN0000000001`), often with a
    /// suffix (`IN0000000001_1`), sometimes a word or a UUID. Take it from the bridge's services
    /// list, never derive it: a wrong one is accepted with 202 and then stays silent for ever
    /// (live-measurements.md 6).
    pub struct HipId;
}
opaque_id! {
    /// A facility's service id in the role of a Health Information User.
    pub struct HiuId;
}
opaque_id! {
    /// The consent manager's id, sent as `X-CM-ID`: `sbx` on the sandbox, `abdm` in production.
    pub struct CmId;
}
opaque_id! {
    /// The bridge id, which is the client id of the integrator.
    pub struct BridgeId;
}
opaque_id! {
    /// A service id as the registry knows it, whatever role it plays.
    pub struct ServiceId;
}
opaque_id! {
    /// The facility's own number for one care context (one OP visit, one admission).
    ///
    /// Stable and unique within the HIP. Wire rule: `^[a-zA-Z0-9_\-@,. ()/:\\]{0,255}$` (gateway.md 8);
    /// see [`CareContextReference::keeps_wire_rule`].
    pub struct CareContextReference;
}
opaque_id! {
    /// The facility's own number for the patient (UHID, MRN).
    pub struct PatientReference;
}

impl CareContextReference {
    /// Whether the text keeps ABDM's character rule for references (gateway.md 8). Inbound values
    /// that break it are accepted; own values should keep it, ABDM refuses them otherwise.
    #[must_use]
    pub fn keeps_wire_rule(&self) -> bool {
        keeps_reference_rule(&self.0)
    }
}

impl PatientReference {
    /// Whether the text keeps ABDM's character rule for references (gateway.md 8).
    #[must_use]
    pub fn keeps_wire_rule(&self) -> bool {
        keeps_reference_rule(&self.0)
    }
}

fn keeps_reference_rule(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_-@,. ()/:\\".contains(c))
}

impl HipId {
    /// This id as the registry's service id.
    #[must_use]
    pub fn as_service(&self) -> ServiceId {
        ServiceId(self.0.clone())
    }
}

impl HiuId {
    /// This id as the registry's service id.
    #[must_use]
    pub fn as_service(&self) -> ServiceId {
        ServiceId(self.0.clone())
    }
}

/// The `REQUEST-ID` header: a UUID v4, fresh for each HTTP call, retries included (gateway.md 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(uuid::Uuid);

impl RequestId {
    /// A fresh, random id.
    #[must_use]
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4())
    }

    /// Takes a UUID as a request id.
    #[must_use]
    pub const fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl std::str::FromStr for RequestId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 36 {
            return Err(IdError::new("RequestId", "it must be a UUID of 36 characters"));
        }
        uuid::Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| IdError::new("RequestId", "it must be a UUID, 8-4-4-4-12 hex digits"))
    }
}
