//! `NotifyBySms`.

use abdm_core::api::consent::Named;
use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::secret::MobileNumber;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::OnSmsNotified;
use crate::api::readable;

abdm_core::endpoint! {
    /// Ask ABDM to send a patient an SMS with a link to their app. One that is accepted is accepted
    /// for sending; whether it arrives is never told.
    pub NotifyBySms {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/hip/v3/link/patient/links/sms/notify2",
        auth: Session,
        request: SmsNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnSmsNotified,
        errors: NotifySms,
        source: "m2-hip.md 4",
    }
}

/// How a mobile number is written: which forms ABDM takes is not known (rulings.md 39).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PhoneForm {
    /// `9999999999`, as NHA's documents print it.
    #[default]
    TenDigits,
    /// `919999999999`, as a page of the portal has printed it.
    CountryCode,
    /// `+91-9999999999`, as in V0.5.
    PlusCountryCode,
}

impl PhoneForm {
    /// The number in this form.
    #[must_use]
    pub fn write(self, mobile: &MobileNumber) -> String {
        let prefix = match self {
            Self::TenDigits => "",
            Self::CountryCode => "91",
            Self::PlusCountryCode => "+91-",
        };
        format!("{prefix}{}", mobile.expose())
    }
}

/// The envelope of a notice. `requestId` and `timestamp` are for whoever reads one: a facility's own
/// are written by the call that [repeats its envelope](abdm_core::call::Call::repeating_envelope),
/// as some of NHA's files print them (rulings.md 39).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SmsNotification {
    /// The request's id once more. The header counts.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The request's instant once more. The header counts.
    #[serde(with = "lenient::instant::option", default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime<Utc>>,
    /// The notice.
    pub notification: SmsNotice,
}

impl From<SmsNotice> for SmsNotification {
    fn from(notification: SmsNotice) -> Self {
        Self { request_id: None, timestamp: None, notification }
    }
}

/// Who gets an SMS, and from which facility. `Debug` leaves the number out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SmsNotice {
    /// The number as it stands on the wire.
    #[serde(with = "lenient::text")]
    phone_no: String,
    /// The facility and its name as the patient reads it.
    pub hip: Named<HipId>,
}

impl SmsNotice {
    /// An SMS to `mobile`, with the facility's id and its name as the patient knows it.
    #[must_use]
    pub fn new(mobile: &MobileNumber, form: PhoneForm, hip_id: HipId, name: &str) -> Self {
        let mut hip = Named::from(hip_id);
        hip.name = Some(name.to_owned());
        Self { phone_no: form.write(mobile), hip }
    }

    /// The number, where it is one: in whichever form.
    #[must_use]
    pub fn mobile(&self) -> Option<MobileNumber> {
        MobileNumber::new(&self.phone_no).ok()
    }
}

impl std::fmt::Debug for SmsNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsNotice").field("hip", &self.hip).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::call::{Call, Envelope};
    use abdm_core::headers::{REQUEST_ID, TIMESTAMP};

    use super::*;

    fn notice(form: PhoneForm) -> SmsNotification {
        let mobile = MobileNumber::new("9999999999").unwrap();
        SmsNotice::new(&mobile, form, "IN0000000001".parse().unwrap(), "Example Hospital").into()
    }

    /// Ruling 39.
    #[test]
    fn a_number_leaves_in_the_form_that_is_set_and_every_form_is_read() {
        for (form, written) in [
            (PhoneForm::TenDigits, "9999999999"),
            (PhoneForm::CountryCode, "919999999999"),
            (PhoneForm::PlusCountryCode, "+91-9999999999"),
        ] {
            let json = serde_json::to_string(&notice(form)).unwrap();
            let hip = r#""hip":{"id":"IN0000000001","name":"Example Hospital"}"#;
            assert_eq!(json, format!(r#"{{"notification":{{"phoneNo":"{written}",{hip}}}}}"#));
            let read: SmsNotification = serde_json::from_str(&json).unwrap();
            assert_eq!(read.notification.mobile().unwrap().expose(), "9999999999");
            assert!(!format!("{read:?}").contains("9999999999"));
        }
    }

    #[test]
    fn an_id_and_an_instant_that_stand_in_the_body_are_those_of_its_headers() {
        let id = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        let at = "2026-09-14T10:45:00Z".parse().unwrap();
        let call = Call::<NotifyBySms>::new(notice(PhoneForm::TenDigits)).repeating_envelope();
        let url = "https://example.org/notify2";
        let request = call.to_http_at(url, &Envelope::new(id, at)).unwrap();
        let read: SmsNotification = serde_json::from_slice(request.body()).unwrap();
        let header = |name| request.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(read.request_id.as_deref(), Some(header(REQUEST_ID)));
        assert_eq!(read.timestamp, Some(at));
        assert_eq!(header(TIMESTAMP), "2026-09-14T10:45:00.000Z");
        assert_eq!(read.notification, notice(PhoneForm::TenDigits).notification);
    }
}
