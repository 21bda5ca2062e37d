//! An SMS with a link to the patient's app, for those who have a mobile and no ABHA address yet
//! (m2-hip.md 4).

mod notify_by_sms;
mod on_sms_notified;

pub use self::notify_by_sms::{NotifyBySms, PhoneForm, SmsNotice, SmsNotification};
pub use self::on_sms_notified::{OnSmsNotified, SmsOutcome, SmsReply};
