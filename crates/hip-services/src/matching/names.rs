//! Whether two names can be one person's.
//!
//! What differs between two spellings of one Indian name: the order of its parts, initials in place
//! of parts, honorifics, a surname or a middle name that one side does not have, the script, and the
//! way in which a script is spelled in Latin letters. What does not differ is the given name.

mod compare;
mod lists;
mod parts;
mod sound;

pub(super) use self::compare::{Agreement, compare};
pub(super) use self::parts::Name;
