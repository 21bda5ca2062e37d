//! The telephones of the patients, as far as a demonstration needs them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use hip_services::OtpMessage;

/// Shows the SMS that go out on the terminal, and keeps the last one for each mobile number. A clinic
/// has an SMS provider instead.
#[derive(Clone, Default)]
pub struct Phone {
    inbox: Arc<Mutex<BTreeMap<String, String>>>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone")
    }
}

impl Phone {
    /// Takes an SMS with the OTP of a link.
    pub fn receive(&self, otp: &OtpMessage) {
        let end = otp.mobile.get(otp.mobile.len().saturating_sub(4)..).unwrap_or_default();
        let code = otp.code.expose();
        println!(
            "     SMS to ******{end}: {code} is the OTP to link your records of {}",
            otp.hip_id
        );
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.insert(otp.mobile.clone(), code.to_owned());
    }

    /// The OTP of the last SMS to this mobile number, of ten digits.
    #[must_use]
    pub fn last_otp(&self, mobile: &str) -> Option<String> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner).get(mobile).cloned()
    }
}
