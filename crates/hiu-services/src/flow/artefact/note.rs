//! What a consent request tells its artefacts.

use abdm_core::id::ConsentId;
use abdm_core::person::{AbhaNumber, digits};
use abdm_flow::{Flow as _, Step};
use serde::{Deserialize, Serialize};

use super::{ArtefactFlow, EndReason};
use crate::flow::ConsentEffect;

/// A note of a consent request to one of its artefacts, in the commit that the decision comes with.
/// Notes have no order: an end may be read before its beginning.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ArtefactNote {
    /// Which artefact.
    pub(crate) artefact: ConsentId,
    /// The patient's ABHA number, when the application told it.
    #[serde(with = "digits::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) abha_number: Option<AbhaNumber>,
    /// What.
    pub(crate) word: ArtefactWord,
}

/// What an artefact is told by its request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum ArtefactWord {
    /// The grant named it.
    Begin,
    /// It is over.
    End(EndReason),
}

impl ArtefactNote {
    /// By what the note is known in the inbox.
    pub(crate) const SUBJECT: &str = "ArtefactNote";

    /// The step, with this note.
    pub(crate) fn on(&self, step: Step<ConsentEffect>) -> Step<ConsentEffect> {
        step.note(ArtefactFlow::KIND, Self::SUBJECT, self)
    }
}
