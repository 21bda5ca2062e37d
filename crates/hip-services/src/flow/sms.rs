//! One SMS that ABDM sends a patient who has no ABHA address yet.

use abdm_core::id::HipId;
use abdm_core::secret::MobileNumber;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::api::sms::SmsNotice;
use crate::flow::Failure;

/// A callback that has not come after this time may never come.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);
/// How long a late callback is still waited for.
const LAST_PATIENCE: TimeDelta = TimeDelta::hours(24);

/// One SMS notice: `NEW → SENDING → ACCEPTED | FAILED`, UNKNOWN while its callback is overdue
/// (m2-hip.md 4). It is never sent a second time by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SmsFlow {
    /// The facility.
    pub hip_id: HipId,
    /// What is asked for, until ABDM has it.
    notice: Option<SmsNotice>,
    /// Where it stands.
    pub state: SmsState,
}

/// Where an SMS stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SmsState {
    /// Nothing has happened yet.
    New,
    /// It is on its way to ABDM, or ABDM's word of it to us.
    Sending,
    /// Nobody knows: the callback is overdue.
    Unknown,
    /// ABDM has accepted it for sending. Whether it arrives is never told.
    Accepted,
    /// It is not sent.
    Failed(Failure),
}

impl SmsState {
    /// Whether more is to be known.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::New | Self::Sending)
    }
}

/// What can happen to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SmsEvent {
    /// The hospital asks for it.
    Begin,
    /// ABDM has taken the call, or perhaps has.
    Taken,
    /// ABDM has accepted it for sending.
    Accepted,
    /// It is not sent.
    Failed(Failure),
    /// Time has passed.
    Woken,
}

/// What it wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SmsEffect {
    /// Send [`NotifyBySms`](crate::api::sms::NotifyBySms).
    Notify(SmsNotice),
}

impl SmsFlow {
    /// An SMS that has not begun.
    #[must_use]
    pub const fn new(hip_id: HipId, notice: SmsNotice) -> Self {
        Self { hip_id, notice: Some(notice), state: SmsState::New }
    }

    /// The name of the one SMS of a day to a mobile number, for records that are final.
    #[must_use]
    pub fn key_of_day(hip_id: &HipId, mobile: &MobileNumber, day: NaiveDate) -> FlowKey {
        FlowKey::new("sms", format!("{hip_id}/{}/{day}", mobile.expose()))
    }

    fn end(&mut self, state: SmsState) -> Step<SmsEffect> {
        self.state = state;
        self.notice = None;
        Step::nothing().no_wake().done()
    }
}

impl Flow for SmsFlow {
    const KIND: &'static str = "hip.sms";
    const VERSION: u32 = 1;
    type Event = SmsEvent;
    type Effect = SmsEffect;

    fn on(&mut self, event: SmsEvent, now: DateTime<Utc>) -> Result<Step<SmsEffect>, FlowError> {
        Ok(match (&self.state, event) {
            (SmsState::New, SmsEvent::Begin) => {
                let Some(notice) = self.notice.clone() else {
                    return Err(FlowError::not_valid("new", "an SMS without a number"));
                };
                self.state = SmsState::Sending;
                // The call's own tries take their time, too.
                Step::nothing().call(SmsEffect::Notify(notice)).wake_at(now + LAST_PATIENCE)
            }
            (SmsState::New, _) => return Err(FlowError::not_yet("new", "the answer to an SMS")),
            (SmsState::Sending, SmsEvent::Taken) => Step::nothing().wake_at(now + PATIENCE),
            (SmsState::Sending | SmsState::Unknown, SmsEvent::Accepted) => {
                self.end(SmsState::Accepted)
            }
            (SmsState::Sending | SmsState::Unknown, SmsEvent::Failed(failure)) => {
                self.end(SmsState::Failed(failure))
            }
            (SmsState::Sending, SmsEvent::Woken) => {
                self.state = SmsState::Unknown;
                self.notice = None;
                Step::nothing().wake_at(now + LAST_PATIENCE)
            }
            (SmsState::Unknown, SmsEvent::Woken) => Step::nothing().done(),
            // Duplicates change nothing.
            _ => Step::nothing(),
        })
    }

    fn woken() -> SmsEvent {
        SmsEvent::Woken
    }
}
