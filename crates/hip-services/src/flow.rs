//! The flows of a HIP as pure state machines: no clock, no network, no randomness.
//!
//! | flow | begins with | ends |
//! |---|---|---|
//! | [`LinkTokenFlow`] | a patient's first link | with its token, unless a number is known |
//! | [`HipLinkFlow`] | [`Hip::link`](crate::Hip::link) | linked and announced, or failed |
//! | [`ConsentFlow`] | a consent notice | some time after the consent has ended |
//! | [`TransferFlow`] | a health-information request | refused, or reported |
//! | [`ShareFlow`] | a shared profile | answered with a token number, or refused |
//! | [`RunningTokenFlow`] | a question for the number being served | answered |
//! | [`SmsFlow`] | [`Hip::notify_by_sms`](crate::Hip::notify_by_sms) | accepted for sending, or failed |
//! | [`AutoLinkFlow`] | [`Hip::record_is_final`](crate::Hip::record_is_final) | linked and told of, or stopped |
//! | [`BackfillFlow`] | [`Hip::backfill`](crate::Hip::backfill) | with the last of the old visits |
//! | `PatientStatusFlow` (feature `patient_status`) | a notice of the patient's account | when the account is active again |
//! | [`UserLinkFlow`] | a patient's discovery | linked with an OTP, or over |
#![cfg_attr(
    feature = "v0_5",
    doc = "| [`PatientAuthFlow`] | [`V05::authenticate`](crate::V05::authenticate) | with what the patient gives, or failed |"
)]
//!
//! [`Hip`](crate::Hip) runs them; they are public so that a facility can show and test their
//! states.

mod auto_link;
mod backfill;
mod consent;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod driver;
mod failure;
mod hip_link;
mod link_token;
#[cfg(feature = "v0_5")]
mod patient_auth;
#[cfg(feature = "patient_status")]
mod patient_status;
mod running_token;
mod share;
mod sms;
mod transfer;
mod user_link;

#[cfg(feature = "patient_status")]
pub(crate) use self::auto_link::STOPPED_TABLE;
pub(crate) use self::auto_link::{ACTIVE_AGAIN, StoppedLink};
pub use self::auto_link::{
    AutoLinkEffect, AutoLinkEvent, AutoLinkFlow, AutoLinkState, Preparation, Trouble, Types, Wish,
};
pub use self::backfill::{
    Again, BackfillCounts, BackfillEffect, BackfillEvent, BackfillFailure, BackfillFlow,
    BackfillNews, BackfillOptions, BackfillProgress, BackfillState, BackfillTrail, BackfillWait,
    Taken,
};
pub(crate) use self::backfill::{FAILED, LATER, Later};
#[cfg(feature = "patient_status")]
pub(crate) use self::consent::CONSENTS_TABLE;
pub(crate) use self::consent::WordForConsent;
pub use self::consent::{ConsentEffect, ConsentEvent, ConsentFlow, ConsentState};
pub use self::failure::Failure;
pub use self::hip_link::{
    AnswerTo, Awaited, ContextOutcome, HipLinkAnswer, HipLinkEffect, HipLinkEvent, HipLinkFlow,
    HipLinkProgress, HipLinkState, LinkReport, LinkWord, Listener, ListenerKind, NoticeAnswer,
    Sending,
};
pub(crate) use self::hip_link::{WishForLink, WordOfLink};
pub use self::link_token::{
    AccountWord, HeldToken, LinkTokenEffect, LinkTokenEvent, LinkTokenFlow, LinkTokenState,
    TokenWord,
};
#[cfg(feature = "v0_5")]
pub(crate) use self::link_token::{GivenToken, unproved};
pub(crate) use self::link_token::{NEXT_REQUEST, WordForLink, WordForToken};
#[cfg(feature = "v0_5")]
pub(crate) use self::patient_auth::TokenTaken;
#[cfg(feature = "v0_5")]
pub use self::patient_auth::{
    AuthGain, AuthStep, Authenticated, AwaitedProof, PatientAuthEffect, PatientAuthEvent,
    PatientAuthFlow, PatientAuthState,
};
#[cfg(feature = "patient_status")]
pub use self::patient_status::{
    PatientStatusEffect, PatientStatusEvent, PatientStatusFlow, STATUS_ROWS_AT_ONCE,
};
pub use self::running_token::{
    RunningTokenEffect, RunningTokenEvent, RunningTokenFlow, RunningTokenState,
};
pub(crate) use self::share::{ANSWER_OVERDUE, APP_WAITS};
pub use self::share::{
    CounterToken, ShareEffect, ShareEvent, ShareFlow, ShareRefusal, ShareState, ShareVerdict,
};
pub use self::sms::{SmsEffect, SmsEvent, SmsFlow, SmsState};
pub use self::transfer::{
    Asked, ContextPlan, ContextProgress, KeyForm, PageDone, PageFate, PageOfVersion1, Pages,
    PlannedRecords, Pushing, PushingEnd, TransferEffect, TransferEvent, TransferFlow,
    TransferStage,
};
pub(crate) use self::transfer::{TABLE as PLAN_TABLE, TIME_OVER, forget, peer, row_key};
pub use self::user_link::{
    AwaitedOtp, Choice, ConfirmRefusal, DiscoveryAnswer, DiscoveryRefusal, InitAnswer, InitRefusal,
    Offer, OtpDigest, ShownOffer, UserLinkEffect, UserLinkEnd, UserLinkEvent, UserLinkFlow,
    UserLinkState,
};
