//! What can go wrong at the front door of the registries.

use std::fmt;

use http::StatusCode;

use super::key::RegistryKeyError;
use super::token::RegistryTokenError;
use crate::api::registry::InvalidField;
use crate::client::CallError;

/// Why a registry did not do what was asked.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// A field would be refused. Nothing was sent.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// A field must be encrypted, and there is no key. Nothing was sent.
    #[error(
        "the registry wants `{field}` encrypted under its own certificate: give it by \
         `Registries::key`, or switch that off by `Registries::unencrypted_fields`"
    )]
    NoKey {
        /// The field.
        field: &'static str,
    },
    /// A field cannot be encrypted. Nothing was sent.
    #[error(transparent)]
    Key(#[from] RegistryKeyError),
    /// The provider has no token. Nothing was sent.
    #[error(transparent)]
    Token(#[from] RegistryTokenError),
    /// The call failed, or the registry refused it.
    #[error(transparent)]
    Call(Box<CallError>),
}

impl From<CallError> for RegistryError {
    fn from(error: CallError) -> Self {
        Self::Call(Box::new(error))
    }
}

impl fmt::Debug for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl RegistryError {
    /// Whether the same call may succeed later without anybody acting.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.is_retryable(),
            Self::Token(error) => error.is_retryable,
            Self::Invalid(_) | Self::NoKey { .. } | Self::Key(_) => false,
        }
    }

    /// The registry's code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<&crate::error::ErrorCode> {
        match self {
            Self::Call(error) => error.code(),
            _ => None,
        }
    }

    /// A 404 of the registry's own, and not of a server that does not know the path.
    pub(super) fn is_nothing_found(&self) -> bool {
        let Self::Call(error) = self else { return false };
        let Some(error) = error.api() else { return false };
        error.status() == Some(StatusCode::NOT_FOUND) && error.is_the_services_own()
    }
}
