//! Requests of NHA's files that a crate does not send, each with its reason.

use crate::Saved;

/// Why a request is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It belongs to another milestone.
    OtherMilestone,
    /// It is sent or served by somebody else than a facility.
    OtherRole,
    /// It belongs to the facility registry.
    Registry,
    /// A newer call has taken its place.
    Superseded,
}

impl Reason {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::OtherMilestone => "another milestone",
            Self::OtherRole => "another role",
            Self::Registry => "facility registry",
            Self::Superseded => "superseded",
        }
    }
}

/// A reason, and which requests it is for: the method, and how URL or path end.
#[derive(Debug)]
pub struct Gap {
    /// The method.
    pub method: &'static str,
    /// How the URL or the path ends.
    pub ending: &'static str,
    /// Why, in a word.
    pub reason: Reason,
    /// Why.
    pub why: &'static str,
}

impl Gap {
    /// A name for it when nothing needs it.
    pub(crate) fn name(&self) -> String {
        format!("gap {} {}", self.method, self.ending)
    }

    pub(crate) fn takes(&self, saved: &Saved) -> bool {
        self.method == saved.method && saved.url.path.ends_with(self.ending)
    }
}
