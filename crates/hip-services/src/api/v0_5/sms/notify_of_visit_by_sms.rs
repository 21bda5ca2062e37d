//! `NotifyOfVisitBySmsV05`.

use abdm_core::api::consent::Named;
use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::secret::MobileNumber;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::sms::PhoneForm;

abdm_core::endpoint! {
    /// Ask ABDM to send a patient an SMS about one visit, with a link of the facility's choice.
    /// V3 has no such call. Answered by [`OnSmsNotifiedV05`](super::OnSmsNotifiedV05), as
    /// [`NotifyBySmsV05`](super::NotifyBySmsV05) is.
    pub NotifyOfVisitBySmsV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/patients/sms/notify",
        auth: Session,
        envelope: Body,
        request: VisitSms,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        errors: NotifySms,
        source: "m2-hip.md 10",
    }
}

/// The envelope of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VisitSms {
    /// The notice.
    pub notification: VisitSmsNotice,
}

/// Who gets an SMS, from which facility, about what. `Debug` leaves all but the facility out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VisitSmsNotice {
    #[serde(with = "lenient::text")]
    phone_no: String,
    /// The patient's name; the SMS names nobody without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_name: Option<String>,
    /// What the SMS is about, as the patient reads it. Nothing clinical: an SMS is no secret.
    pub care_context_info: String,
    /// Where the link leads; the patient's ABHA app without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deeplink_url: Option<String>,
    /// The facility, and its name as the patient reads it.
    pub hip: Named<HipId>,
}

impl VisitSmsNotice {
    /// An SMS to `mobile` about `care_context_info`.
    #[must_use]
    pub fn new(mobile: &MobileNumber, hip_id: HipId, care_context_info: impl Into<String>) -> Self {
        Self {
            phone_no: PhoneForm::PlusCountryCode.write(mobile),
            receiver_name: None,
            care_context_info: care_context_info.into(),
            deeplink_url: None,
            hip: Named::from(hip_id),
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn mobile(&self) -> Option<MobileNumber> {
        MobileNumber::new(&self.phone_no).ok()
    }
}

impl From<VisitSmsNotice> for VisitSms {
    fn from(notification: VisitSmsNotice) -> Self {
        Self { notification }
    }
}

impl std::fmt::Debug for VisitSmsNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VisitSmsNotice").field("hip", &self.hip).finish_non_exhaustive()
    }
}
