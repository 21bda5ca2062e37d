//! Identifiers: one type for each meaning, validated at the door.
//!
//! ABDM's messages are full of UUIDs and free-text references that must not be mixed up. Each has
//! its own type here. Where the contract promises a form ([`HipId`], [`HiuId`], [`CmId`],
//! [`RequestId`]), nothing else is taken. Other ids that ABDM or a facility makes stay opaque
//! strings: of them only emptiness, length and control characters are refused. A facility's own
//! references are checked where they are sent, see [`CareContextReference::keeps_wire_rule`]: what
//! a peer sends must not be lost over a character.

pub use abdm_base::{IdError, RequestId};

/// Checks the rule that all opaque ids share: 1 to 255 characters, none of them a control
/// character.
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

/// Checks the rule of a facility's service id, `[A-Za-z0-9]+[A-Za-z0-9_-]*[A-Za-z0-9]` (gateway.md
/// 2).
///
/// A wrong one is accepted with 202 and then stays silent for ever, so it is refused here.
fn check_service(kind: &'static str, text: &str) -> Result<(), IdError> {
    check_opaque(kind, text)?;
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let kept = bytes.len() >= 2
        && bytes.iter().copied().all(inside)
        && ends(bytes.first())
        && ends(bytes.last());
    if kept {
        Ok(())
    } else {
        Err(IdError::new(
            kind,
            "it must have two or more letters, digits, `_` and `-`, no blanks, with a letter or digit \
             at both ends: take it from the bridge's services list",
        ))
    }
}

/// Checks the rule of `X-CM-ID`: lower case, one word (gateway.md 2).
fn check_cm(kind: &'static str, text: &str) -> Result<(), IdError> {
    check_opaque(kind, text)?;
    let inside =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    if text.bytes().all(inside) {
        Ok(())
    } else {
        Err(IdError::new(
            kind,
            "it must be one word in lower case: `sbx` on the sandbox, `abdm` in production",
        ))
    }
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
        $crate::opaque_id!(@impl $name, $crate::id::private::check_opaque);
    };
    ($(#[$doc:meta])* $vis:vis struct $name:ident: $check:path;) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::id::private::Serialize, $crate::id::private::Deserialize,
        )]
        #[serde(crate = "::abdm_core::id::private::serde", try_from = "String", into = "String")]
        $vis struct $name(String);
        $crate::opaque_id!(@impl $name, $check);
    };
    (@impl $name:ident, $check:path) => {
        impl $name {
            /// Takes a text as this id.
            ///
            /// # Errors
            /// When it is empty, longer than 255 characters, holds control characters or breaks the
            /// rule of its kind, which the error names.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::id::IdError> {
                let text = text.into();
                $check(stringify!($name), &text)?;
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
    /// The id of one consent *artefact* (one for each HIP of a granted request), a UUID in
    /// practice.
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
    /// Often the HFR id (`IN0000000001`), often with a suffix (`IN0000000001_1`), sometimes a word
    /// or a UUID; always `[A-Za-z0-9]+[A-Za-z0-9_-]*[A-Za-z0-9]` (gateway.md 2). Take it from the
    /// bridge's services list, never derive it: a wrong one is accepted with 202 and then stays
    /// silent for ever (live-measurements.md 6).
    pub struct HipId: check_service;
}
opaque_id! {
    /// A facility's service id in the role of a Health Information User; the rule is that of
    /// [`HipId`].
    pub struct HiuId: check_service;
}
opaque_id! {
    /// The consent manager's id, sent as `X-CM-ID`: `sbx` on the sandbox, `abdm` in production. In
    /// lower case: ABDM refuses `Sbx`, as some tables of its documents print it (ABDM-2403).
    pub struct CmId: check_cm;
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
    /// Stable and unique within the HIP. Wire rule: `^[a-zA-Z0-9_\-@,. ()/:\\]{0,255}$` (gateway.md
    /// 8); see [`CareContextReference::keeps_wire_rule`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_id_that_breaks_the_rule_of_the_header_is_refused_by_its_name() {
        for good in ["IN0000000001", "IN0000000001_1", "ab", "my-hospital_2", "9c0f-1b"] {
            assert_eq!(HipId::new(good).unwrap().as_str(), good);
            assert_eq!(good.parse::<HiuId>().unwrap().as_str(), good);
        }
        for bad in [
            "IN 0001",
            " IN0001",
            "IN0001 ",
            "IN0001\n",
            "IN0001_",
            "-IN0001",
            "_",
            "I",
            "",
            "IN/0001",
            "IN.0001",
            "ＩＮ0001",
            "IN0001é",
            "a\u{a0}b",
        ] {
            let error = HipId::new(bad).unwrap_err();
            assert_eq!(error.kind, "HipId", "{bad:?}");
            assert!(bad.len() < 3 || !error.to_string().contains(bad), "{error}");
            assert_eq!(bad.parse::<HiuId>().unwrap_err().kind, "HiuId", "{bad:?}");
            let json = serde_json::to_string(bad).unwrap();
            assert!(serde_json::from_str::<HipId>(&json).is_err(), "{bad:?}");
        }
        let told = HiuId::new("IN 0001").unwrap_err().to_string();
        assert!(told.contains("no blanks") && told.contains("services list"), "{told}");
    }

    #[test]
    fn a_consent_manager_is_one_word_in_lower_case() {
        assert_eq!(CmId::new("sbx").unwrap().as_str(), "sbx");
        assert_eq!(CmId::new("abdm").unwrap().as_str(), "abdm");
        for bad in ["Sbx", "SBX", "sb x", "sbx ", "", "sbx\t"] {
            let told = CmId::new(bad).unwrap_err().to_string();
            assert!(told.starts_with("not a valid CmId: "), "{bad:?}: {told}");
        }
    }

    #[test]
    fn ids_of_a_peer_are_kept_as_they_are_within_the_common_bounds() {
        for good in ["a", "A b|c", &"x".repeat(255), "मरीज-1"] {
            assert!(ConsentId::new(good).is_ok() && TxnId::new(good).is_ok(), "{good:?}");
            assert!(CareContextReference::new(good).is_ok(), "{good:?}");
        }
        for bad in ["", "   ", "a\u{0}", "a\r\nX-HIP-ID: b", &"x".repeat(256)] {
            assert!(ConsentId::new(bad).is_err() && TransactionId::new(bad).is_err(), "{bad:?}");
            assert!(ConsentRequestId::new(bad).is_err() && ServiceId::new(bad).is_err(), "{bad:?}");
            assert!(PatientReference::new(bad).is_err(), "{bad:?}");
        }
        assert!(!CareContextReference::new("A b|c").unwrap().keeps_wire_rule());
        assert!(CareContextReference::new("OPD-1/2 (a)").unwrap().keeps_wire_rule());
    }
}
