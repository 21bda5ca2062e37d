//! What a HIP program needs beside the hospital itself: options, a records file, a key, event lines, a
//! telephone that shows SMS, and a server that registers where it is and ends cleanly.
//!
//! `minimal_hip` and `clinic_hip` are two hospitals over it.

mod control;
mod desk;
mod events;
pub mod india;
mod key;
mod options;
mod phone;
mod queue;
pub mod records;
mod registration;
mod serving;
mod short_story;
mod stop;

pub use self::desk::{Desk, link_all};
pub use self::events::EventLines;
pub use self::options::Options;
pub use self::phone::Phone;
pub use self::queue::Queue;
pub use self::records::Records;
pub use self::serving::{HipProgram, Serving, log_to_stderr};
pub use self::short_story::short_story;
pub use self::stop::{Stop, until_told_to_end};
