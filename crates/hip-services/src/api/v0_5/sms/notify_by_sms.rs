//! `NotifyBySmsV05`.

use abdm_core::headers::StandardHeaders;
use abdm_core::wire::{Accepted, WireError};

use super::OnSmsNotifiedV05;
use crate::api::sms::{NotifyBySms, PhoneForm, SmsNotice, SmsNotification};
use crate::api::v0_5::OlderCall;

abdm_core::endpoint! {
    /// Ask ABDM to send a patient an SMS with a link to their app. Numbers are written
    /// `+91-9999999999`.
    pub NotifyBySmsV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/patients/sms/notify2",
        auth: Session,
        envelope: Body,
        request: SmsNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnSmsNotifiedV05,
        errors: NotifySms,
        source: "m2-hip.md 10",
    }
}

impl OlderCall for NotifyBySmsV05 {
    type Newer = NotifyBySms;

    /// The envelope is V0.5's own, whatever V3's setting is (rulings.md 39).
    fn older(_: &StandardHeaders, body: &SmsNotification) -> Result<SmsNotification, WireError> {
        let notice = &body.notification;
        let notice = match notice.mobile() {
            Some(mobile) => {
                let name = notice.hip.name.as_deref().unwrap_or_default();
                let (form, hip) = (PhoneForm::PlusCountryCode, notice.hip.id.clone());
                SmsNotice::new(&mobile, form, hip, name)
            }
            None => notice.clone(),
        };
        Ok(notice.into())
    }
}
