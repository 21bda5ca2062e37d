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
#[cfg(feature = "axum")]
mod doors;
#[cfg(test)]
mod error_catalogue;
#[cfg(test)]
mod error_faults;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod measured;
#[cfg(test)]
mod outgoing;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod registry;
#[cfg(test)]
#[cfg(feature = "axum")]
mod serving;
