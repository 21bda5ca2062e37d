//! NHA's files.

use abdm_contract::{Kind, Source};

/// Placeholders that a type checks.
const VALUES: &[(&str, &str)] = &[
    (": {{abha-number}}", ": \"{{abha-number}}\""),
    ("{{abha-number}}", "91-1234-5678-9015"),
    ("{{abhanumber}}", "91-1234-5678-9015"),
    ("{{service ID}}", "IN0710000001"),
];

/// The files of milestone 1, the main one first.
pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "milestone 1",
        what: "NHA's Postman collection \"Milestone 1\" of 18-08-2025",
        file: "m1-abha-v3.nha-postman-2025-08-18.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
    Source {
        name: "face, creation",
        what: "NHA's Postman collection \"Face Auth Creation APIs\"",
        file: "m1-face-auth-creation.nha-postman.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
    Source {
        name: "face, find",
        what: "NHA's Postman collection \"Face Auth QR API\"",
        file: "m1-face-auth-qr.nha-postman.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
    Source {
        name: "PHR",
        what: "NHA's Postman collection \"PHR & HIE-CM\", its PHR part",
        file: "phr-v3.nha-postman.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
    Source {
        name: "swagger 2023",
        what: "NHA's first V3 swagger (2023), superseded by the collections",
        file: "abha-v3-enrollment.nha-swagger-2023.yml",
        kind: Kind::OpenApi,
        values: VALUES,
        at_least: 3,
    },
];

/// The collections of the other milestones: of their replies this crate knows the gateway's.
pub(crate) const OTHER_MILESTONES: &[Source] = &[
    Source {
        name: "milestone 2",
        what: "NHA's Postman collection \"Milestone 2\"",
        file: "v3-postman-milestone2-hip.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
    Source {
        name: "milestone 3",
        what: "NHA's Postman collection \"Milestone 3\"",
        file: "v3-postman-milestone3-hiu.json",
        kind: Kind::Postman,
        values: VALUES,
        at_least: 3,
    },
];
