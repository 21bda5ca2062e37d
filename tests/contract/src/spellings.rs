//! Where a source spells a request otherwise than we do.

use abdm_core::endpoint::Metadata;
use serde_json::Value;

use crate::Saved;

/// A slip of a source's authors in the request itself, or an older form of it.
#[derive(Debug)]
pub struct Correction {
    /// The reason.
    pub why: &'static str,
    /// Puts method, path and headers right; says whether there was anything to do.
    pub apply: fn(&mut Saved) -> bool,
}

/// A body that stands at the wrong call, or is wrong on purpose.
#[derive(Debug)]
pub struct BodySlip {
    /// The reason.
    pub why: &'static str,
    /// Whether a body is such a one.
    pub applies: fn(&Metadata, &Value) -> bool,
}

/// A difference in a body that is known.
#[derive(Debug)]
pub struct Spelling {
    /// The reason.
    pub why: &'static str,
    /// Brings the body into today's form; says whether there was anything to do.
    pub apply: fn(&mut Value) -> bool,
}

/// A text that stops before its JSON does.
#[derive(Debug)]
pub struct Fragment {
    /// The reason.
    pub why: &'static str,
    /// What the text contains.
    pub text: &'static str,
}

/// The body in today's form, and what was changed for it.
pub(crate) fn normal(spellings: &[Spelling], mut body: Value) -> (Value, Vec<&'static str>) {
    let used = spellings.iter().filter(|spelling| (spelling.apply)(&mut body));
    let used = used.map(|spelling| spelling.why).collect();
    (body, used)
}
