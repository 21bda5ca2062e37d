//! The flows of a HIP as pure state machines: no clock, no network, no randomness.
//!
//! | flow | begins with | ends |
//! |---|---|---|
//! | [`LinkTokenFlow`] | a patient's first link | with its token, unless a number is known |
//! | [`LinkFlow`] | [`Hip::link`](crate::Hip::link) | linked and announced, or failed |
//! | [`ConsentFlow`] | a consent notice | some time after the consent has ended |
//! | [`TransferFlow`] | a health-information request | refused, or reported |
//! | [`ShareFlow`] | a shared profile | answered with a token number, or refused |
//!
//! [`Hip`](crate::Hip) runs them; they are public so that a facility can show and test their
//! states.

mod consent;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod driver;
mod failure;
mod link;
mod link_token;
mod share;
mod transfer;

pub use self::consent::{ConsentEffect, ConsentEvent, ConsentFlow, ConsentState};
pub use self::failure::Failure;
pub use self::link::{
    AnswerTo, Awaited, ContextOutcome, LinkAnswer, LinkEffect, LinkEvent, LinkFlow, LinkProgress,
    LinkState, NoticeAnswer, Sending,
};
pub use self::link_token::{
    HeldToken, LinkTokenEffect, LinkTokenEvent, LinkTokenFlow, LinkTokenState, TokenWord,
};
pub(crate) use self::link_token::{NEXT_REQUEST, WordForLink, WordForToken};
pub(crate) use self::share::APP_WAITS;
pub use self::share::{
    CounterToken, ShareEffect, ShareEvent, ShareFlow, ShareRefusal, ShareState, ShareVerdict,
};
pub use self::transfer::{
    Asked, ContextPlan, ContextProgress, KeyForm, PageDone, PageFate, PageOfVersion1, Pages,
    PlannedRecords, Pushing, PushingEnd, TransferEffect, TransferEvent, TransferFlow,
    TransferStage,
};
pub(crate) use self::transfer::{TABLE as PLAN_TABLE, TIME_OVER, forget, row_key};
