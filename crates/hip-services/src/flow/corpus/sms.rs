//! SMS notices.

use abdm_core::error::ErrorClass;
use abdm_core::secret::MobileNumber;
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, start};
use crate::api::sms::{PhoneForm, SmsNotice};
use crate::flow::{SmsEffect, SmsEvent, SmsFlow, SmsState};

fn new() -> Walk<SmsFlow> {
    let mobile = MobileNumber::new("9999999999").unwrap();
    let notice = SmsNotice::new(&mobile, PhoneForm::TenDigits, hip_id(), "Example Hospital");
    Walk::new(SmsFlow::new(hip_id(), notice), start())
}

impl InCorpus for SmsFlow {
    fn stages() -> Vec<String> {
        variants_of::<SmsState>("state")
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let taken = new().keep("new").on(SmsEvent::Begin).keep("sending").on(SmsEvent::Taken);
        let silent = new().on(SmsEvent::Begin).on(SmsEvent::Taken).woken();
        let refused = SmsEvent::Failed(failure("ABDM-1035", ErrorClass::CallerBug));
        vec![
            taken.keep("sending-taken").on(SmsEvent::Accepted).keep("accepted"),
            silent.keep("unknown"),
            new().on(SmsEvent::Begin).on(refused).keep("failed"),
        ]
    }

    fn answers(&self, effect: SmsEffect, _: DateTime<Utc>) -> Vec<SmsEvent> {
        match effect {
            SmsEffect::Notify(_) => vec![SmsEvent::Taken, SmsEvent::Accepted],
        }
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<SmsEvent> {
        match self.state {
            SmsState::New => Some(SmsEvent::Begin),
            SmsState::Sending | SmsState::Unknown => Some(SmsEvent::Accepted),
            SmsState::Accepted | SmsState::Failed(_) => None,
        }
    }
}
