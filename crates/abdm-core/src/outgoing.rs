//! The way to addresses that other parties name: a HIU's `dataPushUrl`, later webhooks.
//!
//! Whoever names the address decides where this server connects to, so a forged request could make
//! it call its own network (m2-hip.md 8.3). Therefore such a call does not go by the transport to
//! ABDM. [`OutgoingRules`] judge the URL; [`GuardedTransport`] resolves its name itself and dials
//! only addresses that the rules have passed, so that a name cannot lead to one address when it is
//! looked at and to another when it is called.
//!
//! [`AbdmClient`](crate::client::AbdmClient) does this by itself, whatever its own transport is.
//! A neighbour in the same private network is allowed by its name or its network:
//!
//! ```
//! use abdm_core::outgoing::OutgoingRules;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rules = OutgoingRules::new()
//!     .allow_host("hiu.hospital.internal")
//!     .allow_network("10.20.0.0/16".parse()?);
//! assert!(rules.check("https://hiu.hospital.internal/push/1").is_ok());
//! assert!(rules.check("https://10.20.0.7/push/1").is_ok());
//! let refused = rules.check("https://169.254.169.254/latest/meta-data").unwrap_err();
//! assert!(refused.to_string().starts_with("169.254.169.254 is a link-local address"));
//! # Ok(())
//! # }
//! ```

mod address;
#[cfg(feature = "client")]
mod lookup;
mod network;
mod refused;
mod rules;
#[cfg(feature = "client")]
mod transport;

pub use self::address::AddressKind;
#[cfg(feature = "client")]
pub use self::lookup::{Lookup, SystemLookup};
pub use self::network::{Network, NotANetwork};
pub use self::refused::RefusedDestination;
pub use self::rules::OutgoingRules;
#[cfg(feature = "client")]
pub use self::transport::{GuardedTransport, GuardedTransportBuilder};
