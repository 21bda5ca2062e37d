//! What the consent manager tells a HIP of a patient's consent (m2-hip.md 7).

mod acknowledge_consent;
mod on_consent_notify;

pub use self::acknowledge_consent::{AcknowledgeConsent, Acknowledged, ConsentAcknowledgement};
pub use self::on_consent_notify::{ConsentNotice, ConsentNotification, OnConsentNotify};
