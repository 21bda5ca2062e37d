//! What the consent manager tells a HIP of a patient's consent: as in V3 (m2-hip.md 10).

mod acknowledge_consent;
mod on_consent_notify;

pub use self::acknowledge_consent::AcknowledgeConsentV05;
pub use self::on_consent_notify::OnConsentNotifyV05;
