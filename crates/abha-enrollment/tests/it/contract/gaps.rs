//! Requests of NHA's files that this crate does not send, each with its reason.

use super::saved::Saved;

/// Why a request is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// It belongs to milestone 2 or 3.
    OtherMilestone,
    /// It belongs to the facility registry.
    Registry,
    /// A newer call has taken its place.
    Superseded,
}

impl Reason {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::OtherMilestone => "another milestone",
            Self::Registry => "facility registry",
            Self::Superseded => "superseded",
        }
    }
}

/// A reason, and which requests it is for: the method, and how URL or path end.
#[derive(Debug)]
pub(super) struct Gap {
    method: &'static str,
    ending: &'static str,
    pub(super) reason: Reason,
    pub(super) why: &'static str,
}

impl Gap {
    /// A name for it when nothing needs it.
    pub(super) fn name(&self) -> String {
        format!("gap {} {}", self.method, self.ending)
    }
}

const GAPS: &[Gap] = &[
    Gap {
        method: "POST",
        ending: "gateway/v0.5/sessions",
        reason: Reason::Superseded,
        why: "the session of V0.5; `CreateSession` is that of V3",
    },
    Gap {
        method: "GET",
        ending: "v1/auth/cert",
        reason: Reason::Superseded,
        why: "the key of V1; `FetchCertificate` is that of V3",
    },
    Gap {
        method: "POST",
        ending: "MutipleHRPAddUpdateServices",
        reason: Reason::Registry,
        why: "a bridge's services are registered at the facility registry (registries.md)",
    },
    Gap {
        method: "POST",
        ending: "hip/patient/share",
        reason: Reason::OtherMilestone,
        why: "a patient shares the profile by a facility's QR code: a callback of the HIP (m2-hip.md)",
    },
    Gap {
        method: "POST",
        ending: "patient-share/v3/on-share",
        reason: Reason::OtherMilestone,
        why: "the HIP's answer to a shared profile (m2-hip.md)",
    },
];

/// The reason for leaving a request out.
pub(super) fn gap_of(saved: &Saved) -> Option<&'static Gap> {
    GAPS.iter().find(|gap| gap.method == saved.method && saved.url.path.ends_with(gap.ending))
}

/// Every reason.
pub(super) fn all() -> impl Iterator<Item = &'static Gap> {
    GAPS.iter()
}
