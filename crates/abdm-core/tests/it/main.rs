//! Integration tests of `abdm-core`, one binary.

#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod error_catalogue;
#[cfg(test)]
mod errors;
