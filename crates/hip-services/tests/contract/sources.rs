//! NHA's files.

use abdm_contract::{Kind, Source};

/// Placeholders that a type checks.
const VALUES: &[(&str, &str)] = &[
    ("{{service ID}}", "IN0710000001"),
    ("{{ABHA Number}}", "91123456789015"),
    ("{{ABHA Address}}", "asha.test@sbx"),
    ("{{abha-address}}", "asha.test@sbx"),
    ("{{year}}", "1988"),
    ("{{hip-id}}", "IN0710000001"),
    ("{{hipId}}", "IN0710000001"),
    ("{{HIP ID}}", "IN0710000001"),
    ("{{$isoTimestamp}}", INSTANT),
    ("{{communicationExpiry}}", INSTANT),
    ("{{date and time}}", INSTANT),
];

const INSTANT: &str = "2026-11-22T10:15:30.123Z";

pub(super) const SOURCES: &[Source] = &[
    Source {
        name: "milestone 2",
        what: "NHA's Postman collection \"Milestone 2\"",
        file: "v3-postman-milestone2-hip.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 20,
    },
    Source {
        name: "link token 2023",
        what: "NHA's first V3 specification of the link token (2023), with superseded paths",
        file: "v3-2023-hiecm-link-token.yml",
        kind: Kind::OpenApiByField,
        values: &[],
        at_least: 2,
    },
    Source {
        name: "profile share 2023",
        what: "NHA's first V3 specification of the profile share (2023), with superseded paths",
        file: "v3-2023-hiecm-profile-share.yml",
        kind: Kind::OpenApiByField,
        values: &[],
        at_least: 4,
    },
];
