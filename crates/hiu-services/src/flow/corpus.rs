//! The kept corpus of the HIU's flows: what every release has stored is read and driven on. How
//! files are added: see `abdm_flow::testing::corpus`.

mod artefact;
mod consent;

use abdm_core::id::{ConsentId, RequestId};
use chrono::{DateTime, Utc};

abdm_flow::flow_corpus_tests! {
    consents: crate::flow::ConsentFlow,
    artefacts: crate::flow::ArtefactFlow,
}

fn start() -> DateTime<Utc> {
    "2026-09-14T10:00:00Z".parse().unwrap()
}

fn request(number: u8) -> RequestId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().unwrap()
}

fn consent(number: u8) -> ConsentId {
    format!("d6a83f24-6c96-421e-b8b8-844e5344ef{number:02x}").parse().unwrap()
}
