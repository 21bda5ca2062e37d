//! A person's profile (m1-abha.md 9).

mod fetch_profile;

pub use self::fetch_profile::{AbhaProfile, FetchProfile, LocalizedDetails};
