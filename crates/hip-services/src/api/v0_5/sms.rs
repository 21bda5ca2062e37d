//! An SMS to a patient: with a link to their app, or about one visit (m2-hip.md 10).

mod notify_by_sms;
mod notify_of_visit_by_sms;
mod on_sms_notified;

pub use self::notify_by_sms::NotifyBySmsV05;
pub use self::notify_of_visit_by_sms::{NotifyOfVisitBySmsV05, VisitSms, VisitSmsNotice};
pub use self::on_sms_notified::OnSmsNotifiedV05;
