//! OTPs: made here, kept as a digest, sent by the hospital.

use std::time::Duration;

use abdm_core::clock::later;
use abdm_core::environment::Environment;
use abdm_core::id::{HipId, IdError, PatientReference, RequestId};
use abdm_core::secret::Otp;
use abdm_role::hook;
use abdm_role::hook::ask_within;

use super::account::OtpAccount;
use super::{Context, Failed, UserLinkHost};
use crate::api::user_linking::{AuthenticationType, LinkReference};
use crate::error::Error;
use crate::flow::{AwaitedOtp, InitRefusal, OtpDigest, UserLinkEvent, UserLinkFlow, UserLinkState};
use crate::hooks::OtpMessage;
use crate::{linked_context, operator};

/// How long one call of the hospital's SMS service may take.
const SENDER_PATIENCE: Duration = Duration::from_secs(10);
/// How often it is tried.
const MOST_SENDER_TRIES: u32 = 3;
/// How many OTPs a mobile number is sent in a day, unless the facility says otherwise: enough for a
/// family that shares a telephone, each with a wrong one or two.
const MOST_A_DAY: u32 = 20;

/// Where OTPs come from, and how long they are good.
#[derive(Debug, Clone)]
pub(crate) struct OtpSource {
    /// For trials: the same OTP each time.
    pub(crate) fixed: Option<Otp>,
    /// For how long an OTP is good.
    pub(crate) valid_for: Duration,
    /// How many a mobile number is sent in a day.
    pub(crate) most_a_day: u32,
    /// What ABDM is told of how the patient proves themselves.
    pub(crate) authentication_type: AuthenticationType,
}

impl Default for OtpSource {
    fn default() -> Self {
        Self {
            fixed: None,
            valid_for: Duration::from_secs(10 * 60),
            most_a_day: MOST_A_DAY,
            authentication_type: AuthenticationType::Direct,
        }
    }
}

impl OtpSource {
    /// Whether these settings may be used in this environment.
    pub(crate) fn check(&self, environment: &Environment) -> Result<(), Error> {
        let (setting, rule) = if self.fixed.is_some() && environment.is_production() {
            ("fixed_link_otp", "is for trials: production needs a fresh OTP for each patient")
        } else if !(60..=3600).contains(&self.valid_for.as_secs()) {
            ("link_otp_valid_for", "must be from one minute to an hour")
        } else if self.most_a_day == 0 {
            ("link_otps_per_day", "must be at least 1, or nobody can link from their app")
        } else {
            return Ok(());
        };
        Err(Error::Setting { setting, rule })
    }

    fn make(&self) -> Result<Otp, Failed> {
        if let Some(fixed) = &self.fixed {
            tracing::warn!("a patient is sent the fixed OTP of a trial");
            return Ok(fixed.clone());
        }
        loop {
            let mut bytes = [0; 4];
            random(&mut bytes)?;
            if let Some(digits) = six_digits(u32::from_be_bytes(bytes)) {
                return digits.map_err(|error| Failed::retry(error.to_string()));
            }
        }
    }
}

/// Six digits that do not begin with 0, since an app may send an OTP as a number (m2-hip.md 5.5).
/// `None` for the last numbers, which would make some OTPs likelier than others.
fn six_digits(random: u32) -> Option<Result<Otp, IdError>> {
    const OTPS: u32 = 900_000;
    let fair = random < u32::MAX - u32::MAX % OTPS;
    fair.then(|| Otp::new(&(100_000 + random % OTPS).to_string()))
}

fn random(bytes: &mut [u8]) -> Result<(), Failed> {
    getrandom::fill(bytes).map_err(|_| Failed::retry("the operating system gives no randomness"))
}

impl UserLinkHost {
    /// Makes an OTP and lets the hospital send it. Its digest is stored before it leaves, so that it
    /// opens the link whatever happens then; another try makes another. Each is counted on the
    /// account of its mobile number before it leaves.
    pub(super) async fn send_otp(
        &self,
        cx: &Context<'_>,
        init: RequestId,
        hip_id: &HipId,
        patient: &PatientReference,
        mobile: &str,
    ) -> Result<Option<UserLinkEvent>, Failed> {
        let refused = |refusal| Ok(Some(UserLinkEvent::OtpNotSent { init, refusal }));
        let Some(linking) = &self.linking else {
            return refused(InitRefusal::NotOffered);
        };
        let flow = cx.own_flow().map_err(|error| Failed::bury(error.to_string()))?;
        let UserLinkState::SendingOtp { init: own, chosen, made, .. } = &flow.state else {
            return Ok(None);
        };
        if *own != init {
            return Ok(None);
        }
        if is_linked(cx, &flow).await? {
            return refused(InitRefusal::AlreadyLinked);
        }
        #[cfg(feature = "patient_status")]
        if let Some(offer) = &flow.offer
            && crate::host::patient_status::is_deleted(cx, hip_id, &offer.abha_address).await?
        {
            return refused(InitRefusal::NotOffered);
        }
        let link_reference = match made {
            Some(made) => made.link_reference.clone(),
            None => LinkReference::new(
                RequestId::fresh(self.facility.client.ids().as_ref()).to_string(),
            )
            .map_err(|error| not_sent(init, error.to_string()))?,
        };
        let account = OtpAccount::new(cx, hip_id, mobile, linking.otps.most_a_day);
        let Some(counted) = account.count().await? else {
            operator::otps_used_up(cx.flow());
            return refused(InitRefusal::TooManyOtpsToday);
        };
        let code = linking.otps.make()?;
        let mut salt = [0; 16];
        random(&mut salt)?;
        let digest = OtpDigest::new(&code, &link_reference, salt);
        let expires_at = later(cx.now(), linking.otps.valid_for);
        let otp = AwaitedOtp::new(link_reference, digest, expires_at, chosen.clone());
        let otp = UserLinkEvent::OtpMade { init, otp: Box::new(otp) };
        cx.tell(otp).await.map_err(|error| Failed::retry(error.to_string()))?;
        let message = OtpMessage {
            hip_id: hip_id.clone(),
            patient: patient.clone(),
            mobile: mobile.to_owned(),
            code,
            expires_at,
        };
        let sent = ask_within(
            SENDER_PATIENCE,
            hook!(hospital "OtpSender::send"),
            linking.sender.send(&message),
        );
        let Err(reason) = sent.await else {
            return Ok(Some(UserLinkEvent::OtpSent { init }));
        };
        if let Err(error) = account.failed(&counted).await {
            // Rather one too few: the next try finds it counted as sent.
            tracing::debug!(%error, "an OTP that was not sent stays counted as sent");
        }
        if cx.attempt() < MOST_SENDER_TRIES {
            return Err(Failed::retry(reason));
        }
        operator::otp_not_sent(cx.flow(), reason);
        refused(InitRefusal::Failed)
    }
}

/// The patient's app is told that there is no OTP.
fn not_sent(init: RequestId, reason: String) -> Failed {
    let refusal = InitRefusal::Failed;
    Failed::give_up(UserLinkEvent::OtpNotSent { init, refusal }, reason)
}

/// Whether something that was chosen has been linked since it was offered.
async fn is_linked(cx: &Context<'_>, flow: &UserLinkFlow) -> Result<bool, Failed> {
    let (Some(offer), UserLinkState::SendingOtp { chosen, .. }) = (&flow.offer, &flow.state) else {
        return Ok(false);
    };
    let linked = linked_context::of_address(cx, cx.scope(), &offer.abha_address).await?;
    Ok(chosen.iter().any(|element| {
        element.care_contexts.iter().any(|context| {
            linked.iter().any(|linked| {
                linked.patient == element.reference_number
                    && linked.care_context == context.reference_number
                    && linked.hi_type == element.hi_type
            })
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_otp_has_six_digits_and_does_not_begin_with_0() {
        for random in [0, 1, 899_999, 900_000, u32::MAX / 2] {
            let otp = six_digits(random).unwrap().unwrap();
            let number: u32 = otp.expose().parse().unwrap();
            assert!((100_000..1_000_000).contains(&number), "{random}");
        }
        assert!(six_digits(u32::MAX).is_none());
    }
}
