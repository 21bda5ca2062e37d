//! The HTTP side: routes made from the endpoint declarations, the checks before every handler, and
//! the shapes of answers.

mod admit;
mod altered;
mod reply;
mod routes;

pub(crate) use self::admit::session_token;
pub(crate) use self::reply::{Answer, Lost, REASON, Refusal, local_text};
pub(crate) use self::routes::{LARGEST_BODY, Received, Routes, Waiting, unreadable};
