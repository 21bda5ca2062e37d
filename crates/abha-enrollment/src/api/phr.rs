//! Calls of PHR apps, for owners of ABHA addresses (m1-abha.md 11).

mod fetch_phr_certificate;

pub use self::fetch_phr_certificate::FetchPhrCertificate;
