//! Requests of NHA's files that this crate does not send, each with its reason.

use abdm_contract::{Gap, Reason};

pub(super) const GAPS: &[Gap] = &[
    Gap {
        method: "POST",
        ending: "MutipleHRPAddUpdateServices",
        reason: Reason::Registry,
        why: "the facility registry's, on an older host: `LinkBridge` of `abdm-core` (registries.md)",
    },
    Gap {
        method: "POST",
        ending: "hip/patient/profile/share",
        reason: Reason::Superseded,
        why: "the flat profile of 2023; `OnPatientShare` is the callback of today (m2-hip.md 6)",
    },
    Gap {
        method: "POST",
        ending: "app/patient/profile/on-share",
        reason: Reason::OtherRole,
        why: "ABDM tells the patient's app the token",
    },
    Gap {
        method: "POST",
        ending: "v3/patient/profile/share",
        reason: Reason::OtherRole,
        why: "the patient's app shares the profile with ABDM",
    },
];
