//! Is it really ABDM that is calling? The check of every inbound message.
//!
//! ABDM's callbacks carry the gateway's own session token as a bearer: an RS256 JWT whose key is in
//! the gateway's key set. It proves who sends; it does not sign the body (gateway.md 5). The token
//! lives 20 minutes, yet ABDM repeats a refused delivery after 16 minutes with the same token, so a
//! well signed token is accepted for some time after its end and the delay is told
//! ([`VerifyPolicy::expired_grace`], rulings.md 3). Replays are stopped by the store's inbox, on
//! `REQUEST-ID`, not here.
//!
//! Everything fails closed: no key, no claim, no header, no entry.
//!
//! ```
//! # async fn example(jwks: Vec<u8>, headers: http::HeaderMap) {
//! use std::sync::Arc;
//!
//! use abdm_core::callback::{CallbackVerifier, KeyCache, StaticKeys, VerifyPolicy};
//! use abdm_core::clock::SystemClock;
//!
//! let clock = Arc::new(SystemClock);
//! let keys = KeyCache::new(Arc::new(StaticKeys::new(jwks)), clock.clone());
//! let verifier = CallbackVerifier::new(keys, VerifyPolicy::sandbox(), clock);
//! match verifier.verify(&headers).await {
//!     Ok(callback) => println!("from ABDM, {}", callback.request_id),
//!     Err(rejected) => println!("answer {}: {rejected}", rejected.http_status()),
//! }
//! # }
//! ```

mod keys;
mod policy;
mod rejected;
mod token;
mod verifier;

pub use self::keys::{KeyCache, KeyCacheSettings, KeySource, KeySourceError, StaticKeys};
pub use self::policy::{PushTokenPolicy, VerifyPolicy};
pub use self::rejected::CallbackRejected;
pub use self::verifier::{CallbackVerifier, VerifiedCallback, VerifiedPush, VerifiedSender};
