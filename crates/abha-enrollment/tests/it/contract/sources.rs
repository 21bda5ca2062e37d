//! NHA's files.

use std::io::Write as _;
use std::path::PathBuf;

use super::saved::Saved;
use super::{postman, swagger};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postman,
    OpenApi,
}

/// A file whose requests are compared one by one.
#[derive(Debug)]
pub(crate) struct Source {
    /// A short name, for the tables.
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    file: &'static str,
    kind: Kind,
}

/// The files of milestone 1, the main one first.
pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "milestone 1",
        what: "NHA's Postman collection \"Milestone 1\" of 18-08-2025",
        file: "m1-abha-v3.nha-postman-2025-08-18.json",
        kind: Kind::Postman,
    },
    Source {
        name: "face, creation",
        what: "NHA's Postman collection \"Face Auth Creation APIs\"",
        file: "m1-face-auth-creation.nha-postman.json",
        kind: Kind::Postman,
    },
    Source {
        name: "face, find",
        what: "NHA's Postman collection \"Face Auth QR API\"",
        file: "m1-face-auth-qr.nha-postman.json",
        kind: Kind::Postman,
    },
    Source {
        name: "PHR",
        what: "NHA's Postman collection \"PHR & HIE-CM\", its PHR part",
        file: "phr-v3.nha-postman.json",
        kind: Kind::Postman,
    },
    Source {
        name: "swagger 2023",
        what: "NHA's first V3 swagger (2023), superseded by the collections",
        file: "abha-v3-enrollment.nha-swagger-2023.yml",
        kind: Kind::OpenApi,
    },
];

const LEGACY: &str = "abha-service-v1-v2.nha-swagger-2023.yml";

impl Source {
    pub(crate) fn read(&self) -> Option<Vec<Saved>> {
        let text = text_of(self.file)?;
        let all = match self.kind {
            Kind::Postman => postman::read(&text),
            Kind::OpenApi => swagger::read(&text),
        };
        assert!(all.len() > 2, "{} has only {} requests", self.name, all.len());
        Some(all)
    }
}

/// The collections of the other milestones: of their replies this crate knows the gateway's.
pub(crate) const OTHER_MILESTONES: &[Source] = &[
    Source {
        name: "milestone 2",
        what: "NHA's Postman collection \"Milestone 2\"",
        file: "v3-postman-milestone2-hip.json",
        kind: Kind::Postman,
    },
    Source {
        name: "milestone 3",
        what: "NHA's Postman collection \"Milestone 3\"",
        file: "v3-postman-milestone3-hiu.json",
        kind: Kind::Postman,
    },
];

/// The calls of the legacy service.
pub(super) fn legacy_calls() -> Option<Vec<(String, String)>> {
    Some(swagger::calls(&text_of(LEGACY)?))
}

fn text_of(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR").map(PathBuf::from) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI needs ABDM_CONTRACT_DIR");
        // Past the test runner's capture: a skip is to be seen.
        let _ = writeln!(std::io::stderr(), "skipped: ABDM_CONTRACT_DIR is not set");
        return None;
    };
    Some(std::fs::read_to_string(folder.join("openapi").join(file)).unwrap())
}
