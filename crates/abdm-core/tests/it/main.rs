//! Integration tests of `abdm-core`, one binary.

#[cfg(test)]
mod bridge;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod error_catalogue;
#[cfg(test)]
mod error_faults;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod receiver;
#[cfg(test)]
#[cfg(feature = "axum")]
mod serving;
