//! The kept corpus of the HIU's flows: what every release has stored is read and driven on. How
//! files are added: see `abdm_flow::testing::corpus`.

mod artefact;
mod consent;

abdm_flow::flow_corpus_tests! {
    consents: crate::flow::ConsentFlow,
    artefacts: crate::flow::ArtefactFlow,
}
