//! Requests of NHA's files that this crate does not send, each with its reason.

use abdm_contract::{Gap, Reason};

pub(super) const GAPS: &[Gap] = &[
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
        why: "the facility registry's, on an older host: `LinkBridge` of `abdm-core` (registries.md)",
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
