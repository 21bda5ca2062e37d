//! NHA's own requests and saved replies, read and written with the types of a milestone's crate.
//!
//! The crate's test says what it has and what it knows of the sources' slips ([`Rules`]);
//! [`Coverage::measure`] compares, and [`document`] writes the page of the result. Every difference
//! must be explained by a rule, and every rule must be needed.
//!
//! The sources (Postman collections and OpenAPI files) are not part of this repository:
//! `ABDM_CONTRACT_DIR` names the folder that has them in `openapi/`. Without it the tests say that
//! they skip; under `CI=true` that is a failure.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a part of tests: a mistake stops them"
)]

mod coverage;
pub mod document;
mod gaps;
mod headers;
mod known;
mod older;
mod openapi;
mod postman;
mod replies;
mod rules;
mod saved;
mod sources;
mod spellings;

pub use self::coverage::{Coverage, Measured, Outcome, Row};
pub use self::gaps::{Gap, Reason};
pub use self::headers::Difference;
pub use self::known::{Known, endpoint_of};
pub use self::older::{Call, Calls, Fate, Older, Spoken};
pub use self::replies::{KnownText, ReplySlip};
pub use self::rules::Rules;
pub use self::saved::{Reply, Saved, Target};
pub use self::sources::{Kind, Source};
pub use self::spellings::{BodySlip, Correction, Fragment, Spelling};
