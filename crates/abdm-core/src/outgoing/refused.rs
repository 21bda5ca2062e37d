//! Why an address is not called.

use super::AddressKind;

/// Why an address that another party has named is not called. Nothing was sent, and trying again
/// does not help.
///
/// It names the host and never more of the URL: a path holds ids that let whoever knows them push.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedDestination {
    /// The text is not an absolute URL with a host.
    #[error("the address is no absolute URL with a host, like https://hiu.example.org/push")]
    NotAUrl,
    /// Something else than `https`.
    #[error("{host} is to be called by {scheme}: it must name an https URL")]
    NotHttps {
        /// The host.
        host: String,
        /// What stands in the place of `https`.
        scheme: String,
    },
    /// The URL has a user name or a password in it.
    #[error("the URL of {host} holds a user name or a password: it must name a URL without")]
    Credentials {
        /// The host.
        host: String,
    },
    /// The host's name is one of this machine, of its network or of its cloud.
    #[error(
        "{host} is a name of a private network. If it may be called, allow it: \
         OutgoingRules::allow_host"
    )]
    LocalName {
        /// The host.
        host: String,
    },
    /// The host is an address that does not lie in the public internet.
    #[error("{host} is {kind}. If it may be called, allow it: OutgoingRules::allow_network")]
    Address {
        /// The host.
        host: String,
        /// What it is.
        kind: AddressKind,
    },
    /// The host's name leads to addresses that do not lie in the public internet.
    #[error("{host} leads to {kind}. If it may be called, allow it: OutgoingRules::allow_host")]
    LeadsTo {
        /// The host.
        host: String,
        /// What the first of its addresses is.
        kind: AddressKind,
    },
    /// The client has no way to such addresses: its crate is built without the feature `client`.
    #[error(
        "{host} cannot be called: give the client a transport for the addresses that other \
         parties name, AbdmClientBuilder::outgoing_transport"
    )]
    NoTransport {
        /// The host.
        host: String,
    },
}

crate::error::debug_in_words!(RefusedDestination);
