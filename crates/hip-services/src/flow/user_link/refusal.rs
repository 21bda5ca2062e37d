//! Why a patient is not offered, not sent or not linked something, and what their app is told.
//!
//! The texts reach the app unchanged (m2-hip.md 5.1), so they are the app's own words where it has
//! some.

use abdm_core::error::CallbackError;
use serde::{Deserialize, Serialize};

/// Why a discovery finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DiscoveryRefusal {
    /// No record fits, or several that may be of different people (rulings.md 7 and 8).
    NoMatch,
    /// All that the patient has here is linked already (rulings.md 5).
    NothingNew,
    /// The facility has no register of patients to be searched.
    NotOffered,
    /// The hospital's own system failed or was too slow.
    Failed,
}

impl DiscoveryRefusal {
    /// The error that ABDM is told.
    #[must_use]
    pub fn to_error(self) -> CallbackError {
        match self {
            Self::NoMatch => CallbackError::new(1010, "Patient not found"),
            Self::NothingNew => CallbackError::new(1010, "No new health record to link"),
            Self::NotOffered => CallbackError::new(1010, "Patient not found"),
            Self::Failed => CallbackError::new(1024, "Dependent service unavailable"),
        }
    }
}

/// Why no OTP is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InitRefusal {
    /// The discovery is over or not known, or was another person's.
    NotOffered,
    /// Something was chosen that the discovery did not offer.
    UnknownContexts,
    /// What was chosen cannot be read.
    Unreadable,
    /// No care context is named.
    NothingChosen,
    /// A context has been linked meanwhile.
    AlreadyLinked,
    /// No record that is chosen has a mobile number of ten digits.
    NoMobile,
    /// Several records are chosen, of which one has another mobile or none, and none of their mobiles
    /// is the verified one (rulings.md 8).
    MobilesDiffer,
    /// The patient was sent as many OTPs as one discovery may bring about.
    TooManyOtps,
    /// The mobile number was sent as many OTPs as one day may bring about, by whichever discoveries
    /// ([`HipBuilder::link_otps_per_day`](crate::HipBuilder::link_otps_per_day)).
    TooManyOtpsToday,
    /// The hospital's own system did not send it, or has failed to send too many.
    Failed,
}

impl InitRefusal {
    /// The error that ABDM is told (errors.md).
    #[must_use]
    pub fn to_error(self) -> CallbackError {
        match self {
            Self::NotOffered => CallbackError::new(1086, "Transaction expired."),
            Self::UnknownContexts | Self::Unreadable | Self::NothingChosen => {
                CallbackError::new(1057, "Invalid Care Contexts")
            }
            Self::AlreadyLinked => {
                CallbackError::new(1056, "This care contexts has been already linked")
            }
            Self::NoMobile => {
                CallbackError::new(1010, "No mobile number is registered with the hospital")
            }
            Self::MobilesDiffer => CallbackError::new(
                1010,
                "The mobile numbers registered with the hospital differ. Link one record at a time",
            ),
            Self::TooManyOtps => CallbackError::new(1010, "Too many OTPs. Search again"),
            Self::TooManyOtpsToday => {
                CallbackError::new(1010, "Too many OTPs today. Try again tomorrow")
            }
            Self::Failed => CallbackError::new(1024, "Dependent service unavailable"),
        }
    }
}

/// Why an OTP does not link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ConfirmRefusal {
    /// It is not the one that was sent. The patient may try again.
    Wrong,
    /// It is not the one that was sent, for the last time.
    TooManyWrong,
    /// Its time is over.
    Expired,
    /// There is no such link, or it is over.
    UnknownReference,
}

impl ConfirmRefusal {
    /// A short name, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::TooManyWrong => "wrong for the last time",
            Self::Expired => "expired",
            Self::UnknownReference => "no such link",
        }
    }

    /// The error that ABDM is told (errors.md, user-linking).
    #[must_use]
    pub fn to_error(self) -> CallbackError {
        match self {
            Self::Wrong => CallbackError::new(1035, "OTP does not matched"),
            Self::TooManyWrong => {
                CallbackError::new(1035, "OTP does not matched. Ask for a new OTP")
            }
            Self::Expired => CallbackError::new(1035, "OTP expired. Ask for a new OTP"),
            Self::UnknownReference => CallbackError::new(1056, "Invalid Link Reference Number"),
        }
    }
}
