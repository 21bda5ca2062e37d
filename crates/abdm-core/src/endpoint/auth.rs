//! What a caller must prove.

use http::HeaderMap;

use crate::headers;
use crate::secret::{AccessToken, AppToken, PhrToken, RefreshToken, TransferToken, UserToken};
use crate::wire::WireError;

/// What a caller must prove, without types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthKind {
    /// Nothing: the session call itself.
    None,
    /// The gateway session.
    Session,
    /// The session and a person's token (`X-token`).
    SessionAndUser,
    /// The session and a transfer token (`T-token`).
    SessionAndTransfer,
    /// The session and a refresh token (`R-token`).
    SessionAndRefresh,
    /// The session and a PHR user's token (`X-AUTH-TOKEN`).
    SessionAndPhrUser,
    /// The session and the token of a person who proved an ABHA address (`X-token` on the web
    /// family).
    SessionAndAddressUser,
    /// The session and the token of a person who logged in to a PHR app (`X-token` on the PHR app
    /// family).
    SessionAndAppUser,
    /// The bearer of a registry: the gateway session, or one of the caller's own.
    Registry,
    /// ABDM's own token, signed by the gateway's key.
    SignedCallback,
    /// The sender's session token, verified where it is there.
    Push,
}

impl AuthKind {
    /// Whether the caller adds its gateway session token.
    #[must_use]
    pub const fn uses_session(self) -> bool {
        !matches!(self, Self::None | Self::SignedCallback)
    }

    /// The header that carries the person's token.
    #[must_use]
    pub const fn person_header(self) -> Option<&'static str> {
        match self {
            Self::SessionAndUser | Self::SessionAndAddressUser | Self::SessionAndAppUser => {
                Some(headers::USER_TOKEN)
            }
            Self::SessionAndTransfer => Some(headers::TRANSFER_TOKEN),
            Self::SessionAndRefresh => Some(headers::REFRESH_TOKEN),
            Self::SessionAndPhrUser => Some(headers::AUTH_TOKEN),
            Self::None | Self::Session | Self::Registry | Self::SignedCallback | Self::Push => None,
        }
    }
}

/// What a caller must prove, as a type: which credential it supplies beside the session token.
pub trait AuthScheme: Send + Sync + 'static {
    /// The same without types.
    const KIND: AuthKind;
    /// What the caller supplies; `()` where the session is all.
    type Credential: Clone + Send + Sync + 'static;

    /// Whether the caller adds its gateway session token to a call with this credential.
    fn uses_session(_: &Self::Credential) -> bool {
        Self::KIND.uses_session()
    }

    /// Writes the credential's header.
    ///
    /// # Errors
    /// When the credential cannot stand in a header.
    fn write(credential: &Self::Credential, headers: &mut HeaderMap) -> Result<(), WireError>;

    /// Reads the credential.
    ///
    /// # Errors
    /// When its header is missing.
    fn read(headers: &HeaderMap) -> Result<Self::Credential, WireError>;
}

macro_rules! schemes {
    ($( $(#[$doc:meta])* $name:ident => $kind:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl AuthScheme for $name {
            const KIND: AuthKind = AuthKind::$kind;
            type Credential = ();

            fn write(_: &(), _: &mut HeaderMap) -> Result<(), WireError> {
                Ok(())
            }
            fn read(_: &HeaderMap) -> Result<(), WireError> {
                Ok(())
            }
        }
    )+};
}

schemes! {
    /// Nothing is proved: the session call itself.
    NoAuth => None;
    /// The gateway session.
    Session => Session;
    /// ABDM's own signed token, verified by [`callback`](crate::callback).
    SignedCallback => SignedCallback;
    /// The sender's session token on a data push.
    Push => Push;
}

/// The bearer of a registry call: the gateway session, unless the caller brings a token of the
/// registry's. Sources differ on which it is (registries.md);
/// [`RegistryToken`](crate::registry::RegistryToken) is where it is chosen.
#[derive(Debug, Clone, Copy)]
pub struct RegistryBearer;

impl AuthScheme for RegistryBearer {
    const KIND: AuthKind = AuthKind::Registry;
    type Credential = Option<AccessToken>;

    fn uses_session(own: &Self::Credential) -> bool {
        own.is_none()
    }

    fn write(own: &Self::Credential, headers: &mut HeaderMap) -> Result<(), WireError> {
        match own {
            Some(token) => headers::set_bearer(headers, headers::AUTHORIZATION, token.expose()),
            None => Ok(()),
        }
    }

    fn read(headers: &HeaderMap) -> Result<Self::Credential, WireError> {
        headers::bearer(headers, headers::AUTHORIZATION).map(|token| Some(AccessToken::new(token)))
    }
}

macro_rules! person_schemes {
    ($( $(#[$doc:meta])* $name:ident => $token:ident, $header:ident, $write:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl AuthScheme for $name {
            const KIND: AuthKind = AuthKind::$name;
            type Credential = $token;

            fn write(token: &$token, headers: &mut HeaderMap) -> Result<(), WireError> {
                headers::$write(headers, headers::$header, token.expose())
            }
            fn read(headers: &HeaderMap) -> Result<$token, WireError> {
                headers::bearer(headers, headers::$header).map($token::new)
            }
        }
    )+};
}

person_schemes! {
    /// The session and a person's token, with the word `Bearer` (without it: "Invalid X-token").
    SessionAndUser => UserToken, USER_TOKEN, set_bearer;
    /// The session and the token of a person who proved an ABHA address, with the word `Bearer`.
    SessionAndAddressUser => PhrToken, USER_TOKEN, set_bearer;
    /// The session and the token of a person who logged in to a PHR app, with the word `Bearer`.
    SessionAndAppUser => AppToken, USER_TOKEN, set_bearer;
    /// The session and a transfer token.
    SessionAndTransfer => TransferToken, TRANSFER_TOKEN, set_bearer;
    /// The session and a refresh token.
    SessionAndRefresh => RefreshToken, REFRESH_TOKEN, set_bearer;
    /// The session and a PHR user's token, bare: samples differ, the bare form is the one that a
    /// live client reports to work on the gateway (gateway.md 2). Reading takes both.
    SessionAndPhrUser => PhrToken, AUTH_TOKEN, set_secret;
}
