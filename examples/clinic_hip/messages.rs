//! The SMS with the OTP of a link. To whom and when is in the outbox; the OTP itself nowhere.

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use async_trait::async_trait;
use hip_services::{HospitalError, OtpMessage, OtpSender};

use crate::clinic::Clinic;

#[async_trait]
impl OtpSender for Clinic {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        let row = (
            otp.patient.to_string(),
            otp.mobile.clone(),
            format_timestamp(SystemClock.now()),
            format_timestamp(otp.expires_at),
        );
        let sql = "INSERT INTO otp_outbox (uhid, mobile, sent_at, expires_at)
                   VALUES (?1, ?2, ?3, ?4)";
        self.on(move |connection| Ok(connection.execute(sql, row)?)).await?;
        self.phone.receive(otp);
        self.events.otp_sent(otp);
        Ok(())
    }
}
