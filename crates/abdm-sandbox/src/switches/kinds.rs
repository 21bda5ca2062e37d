//! Switches with a closed set of values.

use std::collections::BTreeMap;

use abdm_core::error::CallbackError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callbacks::abdm_error;

/// The code by which a link token is refused when the patient's details are not those of the ABHA
/// profile (rulings.md 17). On the wire of `/sandbox/switches` it is its number, as a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum MismatchCode {
    /// As NHA's M2 document prints it.
    #[default]
    #[serde(rename = "1207")]
    Demographics,
    /// Listed.
    #[serde(rename = "1036")]
    Data,
    /// Listed.
    #[serde(rename = "1043")]
    Kyc,
    /// Listed.
    #[serde(rename = "1051")]
    Identifiers,
}

impl MismatchCode {
    pub(crate) fn error(self) -> CallbackError {
        match self {
            Self::Demographics => {
                abdm_error(1207, "Demographic details was invalid or doesn't exists")
            }
            Self::Data => abdm_error(1036, "Data does not matched"),
            Self::Kyc => abdm_error(1043, "ABHA Address does not match with KYC details."),
            Self::Identifiers => abdm_error(1051, "Invalid ABHA Number or ABHA Address"),
        }
    }
}

/// How it is told that a care context is linked already (reality 13). On the wire of
/// `/sandbox/switches` it is the code, or `status`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum AlreadyLinked {
    /// 400 ABDM-9999 at once, as the live sandbox does.
    #[default]
    #[serde(rename = "9999")]
    Unnamed,
    /// 400 ABDM-1090 at once, as NHA's M2 document prints it.
    #[serde(rename = "1090")]
    Duplicate,
    /// ABDM-1056 by callback.
    #[serde(rename = "1056")]
    Callback,
    /// By callback, in the `status` alone and without an error.
    #[serde(rename = "status")]
    Status,
}

/// How a search or a login is answered for a mobile number or ABHA number that nobody has, although
/// its form is right (rulings.md 41).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UnknownNumber {
    /// 404 ABDM-1114: the only answer that means "no ABHA".
    #[default]
    NotFound,
    /// 400 with an empty body.
    Empty,
    /// 400 `{"message":"Invalid mobile number"}`.
    Message,
    /// 400 ABDM-1006.
    BadRequest,
    /// 400 `{"mobile":"Invalid Mobile Number"}`.
    MobileField,
    /// 400 `{"loginId":"Invalid LoginId"}`.
    LoginIdField,
}

/// In which other form a field of an answer arrives (rulings.md 46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Misshape {
    /// A number.
    Number,
    /// A text.
    Text,
    /// `true`.
    Flag,
    /// A list of the value.
    List,
    /// An object around the value.
    Object,
    /// `null`.
    Null,
    /// It is left out.
    Missing,
    /// It stands there twice.
    Doubled,
}

/// Names of fields, each with the form in which it arrives.
pub type MisshapenFields = BTreeMap<String, Misshape>;
