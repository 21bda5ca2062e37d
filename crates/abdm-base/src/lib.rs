#![doc = include_str!("../README.md")]

pub mod clock;
mod id;
pub mod ids;
mod in_words;
pub mod message;
pub mod metric;
pub mod progress;
pub mod seal;
mod store_error;
#[cfg(any(test, feature = "testing"))]
mod virtual_clock;

pub use self::id::{IdError, RequestId};
#[doc(hidden)]
pub use self::in_words::in_words;
pub use self::store_error::{StoreError, StoreErrorKind};
#[cfg(any(test, feature = "testing"))]
pub use self::virtual_clock::VirtualClock;
