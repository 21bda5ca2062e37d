//! A note of one flow to another, with its sender.

use serde::{Deserialize, Serialize};

use crate::store::{FlowId, Note, Payload};

/// What stands in the inbox of the flow that is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noted<T> {
    pub(crate) from: FlowId,
    pub(crate) says: T,
}

/// The note with the id of the flow that sends it.
pub(crate) fn sent_by(from: FlowId, note: &Note) -> Note {
    let says = note.payload.as_bytes();
    let mut text = format!(r#"{{"from":"{from}","says":"#).into_bytes();
    text.extend_from_slice(says);
    text.push(b'}');
    Note::new(note.kind, note.subject, Payload::from_bytes(text))
}

#[cfg(test)]
mod tests {
    use abdm_base::ids::SeededIds;

    use super::*;

    #[test]
    fn a_note_is_read_with_the_id_of_its_sender() {
        let from = FlowId::fresh(&SeededIds::new(1));
        let note = Note::new("test.told", "Word", Payload::encode(&"a \"word\"").unwrap());
        let Noted { from: sender, says } = sent_by(from, &note).payload.decode().unwrap();
        assert_eq!((sender, says), (from, "a \"word\"".to_owned()));
    }
}
