//! What a change is about, by its scope.

use abha_enrollment::api::vocabulary::Scope;
use chrono::{DateTime, Utc};

use crate::server::Refusal;
use crate::services::abha::invalid;

/// What is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Mobile,
    Email,
    Kyc,
    Password,
    Delete,
    Deactivate,
}

impl Purpose {
    /// Reads `["abha-profile", <what>]`, in any order.
    pub(super) fn of(scope: &[Scope], now: DateTime<Utc>) -> Result<Self, Refusal> {
        let known = match scope {
            [Scope::AbhaProfile, what] | [what, Scope::AbhaProfile] => match what {
                Scope::MobileVerify => Some(Self::Mobile),
                Scope::EmailVerify => Some(Self::Email),
                Scope::ReKyc => Some(Self::Kyc),
                Scope::ChangePassword => Some(Self::Password),
                Scope::Delete => Some(Self::Delete),
                Scope::Deactivate => Some(Self::Deactivate),
                _ => None,
            },
            _ => None,
        };
        known.ok_or_else(|| invalid::scope(now))
    }

    /// Whether it ends the account, which needs reasons.
    pub(super) const fn is_ending(self) -> bool {
        matches!(self, Self::Delete | Self::Deactivate)
    }
}
