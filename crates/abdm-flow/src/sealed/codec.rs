//! How each thing is sealed, and what it is bound to.

use std::collections::BTreeMap;

use abdm_base::message::InboundKey;
use abdm_base::seal::{LookupKey, Sealed, SealingKeyRing};
use bytes::Bytes;

use super::sealing;
use crate::store::{
    Arrival, BodyId, Commit, DeadItem, DeadLetter, Effect, FlowId, FlowKey, FlowWrite, Message,
    NewRow, Note, Outcome, Payload, Row, RowChange, RowWrite, StoreError, StoredFlow, Task,
    WaitFor, Work, WorkChange,
};

/// How many bytes longer a body is when it is sealed.
pub(super) const OVERHEAD: u64 = Sealed::OVERHEAD as u64;

/// The one header under which the sealed headers stand.
pub(super) const SEALED_HEADERS: &str = "sealed";

#[derive(Debug)]
pub(super) struct Codec {
    pub(super) ring: SealingKeyRing,
    pub(super) lookup: LookupKey,
}

/// What something sealed is bound to.
pub(super) enum Place<'a> {
    State(FlowId),
    Effect(FlowId),
    Body(BodyId),
    Headers(BodyId),
    /// A row, by its table and its hashed key.
    Row(&'a str, &'a str),
}

impl Place<'_> {
    pub(super) fn context(&self) -> String {
        match self {
            Self::State(flow) => format!("state/{flow}"),
            Self::Effect(flow) => format!("effect/{flow}"),
            Self::Body(body) => format!("body/{body}"),
            Self::Headers(body) => format!("headers/{body}"),
            Self::Row(table, key) => format!("row/{table}/{key}"),
        }
    }
}

impl Codec {
    fn seal(&self, bytes: &[u8], place: &Place<'_>) -> Result<Bytes, StoreError> {
        let sealed = self.ring.seal(bytes, &place.context()).map_err(sealing)?;
        Ok(Bytes::from(sealed.into_bytes()))
    }

    fn open(&self, bytes: &Bytes, place: &Place<'_>) -> Result<Bytes, StoreError> {
        let sealed = Sealed::from_bytes(bytes.to_vec()).map_err(sealing)?;
        let opened = self.ring.open(&sealed, &place.context()).map_err(sealing)?;
        Ok(Bytes::copy_from_slice(&opened))
    }

    fn seal_payload(&self, payload: &Payload, place: &Place<'_>) -> Result<Payload, StoreError> {
        self.seal(payload.as_bytes(), place).map(Payload::from_bytes)
    }

    fn open_payload(&self, payload: &Payload, place: &Place<'_>) -> Result<Payload, StoreError> {
        self.open(payload.as_bytes(), place).map(Payload::from_bytes)
    }

    /// The sort of a key is readable, its text is not.
    pub(super) fn key(&self, key: &FlowKey) -> FlowKey {
        FlowKey::new(key.kind.as_str(), self.lookup.hash(&key.kind, &key.text))
    }

    pub(super) fn row_key(&self, table: &str, key: &str) -> String {
        self.lookup.hash(&format!("{table}/key"), key)
    }

    pub(super) fn row_parent(&self, table: &str, parent: &str) -> String {
        self.lookup.hash(&format!("{table}/parent"), parent)
    }

    fn message_key(&self, key: &InboundKey) -> InboundKey {
        InboundKey::new(key.endpoint.as_str(), self.lookup.hash(&key.endpoint, &key.message))
    }

    fn waits_for(&self, waits_for: &WaitFor) -> WaitFor {
        match waits_for {
            WaitFor::Key(key) => WaitFor::Key(self.key(key)),
            other => other.clone(),
        }
    }

    pub(super) fn opened_flow(&self, mut flow: StoredFlow) -> Result<StoredFlow, StoreError> {
        flow.state = self.open_payload(&flow.state, &Place::State(flow.id))?;
        Ok(flow)
    }

    pub(super) fn opened_row(&self, table: &str, mut row: Row) -> Result<Row, StoreError> {
        row.payload = self.open_payload(&row.payload, &Place::Row(table, &row.place.key))?;
        Ok(row)
    }

    pub(super) fn opened_body(&self, id: BodyId, bytes: Bytes) -> Result<Bytes, StoreError> {
        self.open(&bytes, &Place::Body(id))
    }

    fn opened_message(&self, mut message: Message) -> Result<Message, StoreError> {
        let id = message.body.id;
        if let Some(sealed) = message.headers.get(SEALED_HEADERS) {
            let sealed: Sealed = sealed.parse().map_err(sealing)?;
            let context = Place::Headers(id).context();
            let opened = self.ring.open(&sealed, &context).map_err(sealing)?;
            let headers = Payload::from_bytes(Bytes::copy_from_slice(&opened)).decode();
            message.headers = headers.map_err(|error| {
                StoreError::with_source(crate::store::StoreErrorKind::Corrupt, error)
            })?;
        }
        message.body.length = message.body.length.saturating_sub(OVERHEAD);
        if let Some(bytes) = message.body.bytes.take() {
            message.body.bytes = Some(self.opened_body(id, bytes)?);
        }
        Ok(message)
    }

    fn opened_effect(&self, mut effect: Effect) -> Result<Effect, StoreError> {
        effect.payload = self.open_payload(&effect.payload, &Place::Effect(effect.flow))?;
        Ok(effect)
    }

    pub(super) fn opened_work(&self, mut work: Work) -> Result<Work, StoreError> {
        work.task = match work.task {
            Task::Message(message) => Task::Message(self.opened_message(message)?),
            Task::Effect(effect, flow) => {
                Task::Effect(self.opened_effect(effect)?, self.opened_flow(flow)?)
            }
            Task::Wake(flow) => Task::Wake(self.opened_flow(flow)?),
        };
        Ok(work)
    }

    /// What cannot be opened is left out with a word to the operator: its lease ends, and it is
    /// tried again, while the rest goes on.
    pub(super) fn opened_works(&self, works: Vec<Work>) -> Result<Vec<Work>, StoreError> {
        let opened = works.into_iter().filter_map(|work| {
            let (kind, id) = (work.kind.clone(), work.lease.work);
            match self.opened_work(work) {
                Ok(work) => Some(work),
                Err(error) => {
                    tracing::error!(kind, work = ?id, %error, "claimed work does not open");
                    None
                }
            }
        });
        Ok(opened.collect())
    }

    pub(super) fn opened_letter(&self, mut letter: DeadLetter) -> Result<DeadLetter, StoreError> {
        letter.item = match letter.item {
            DeadItem::Message(message) => DeadItem::Message(self.opened_message(message)?),
            DeadItem::Effect(effect) => DeadItem::Effect(self.opened_effect(effect)?),
        };
        Ok(letter)
    }

    pub(super) fn sealed_arrival(&self, arrival: &Arrival) -> Result<Arrival, StoreError> {
        let mut sealed = arrival.clone();
        let id = arrival.body;
        sealed.inbound.key = self.message_key(&arrival.inbound.key);
        sealed.inbound.body = self.seal(&arrival.inbound.body, &Place::Body(id))?;
        if !arrival.inbound.headers.is_empty() {
            let headers = Payload::encode(&arrival.inbound.headers).map_err(|error| {
                StoreError::with_source(crate::store::StoreErrorKind::Corrupt, error)
            })?;
            let context = Place::Headers(id).context();
            let text = self.ring.seal(headers.as_bytes(), &context).map_err(sealing)?.to_string();
            sealed.inbound.headers = BTreeMap::from([(SEALED_HEADERS.to_owned(), text)]);
        }
        Ok(sealed)
    }

    pub(super) fn sealed_commit(&self, commit: &Commit) -> Result<Commit, StoreError> {
        let mut sealed = commit.clone();
        if let Some(change) = &mut sealed.flow
            && let Some(write) = &mut change.write
        {
            self.seal_write(change.id, write)?;
        }
        for row in &mut sealed.rows {
            self.seal_row(row)?;
        }
        for (note, body) in &mut sealed.notes {
            *note = Note {
                payload: self.seal_payload(&note.payload, &Place::Body(*body))?,
                ..note.clone()
            };
        }
        if let Some(WorkChange::Settle { outcome: Outcome::Later { waits_for, .. }, .. }) =
            &mut sealed.work
        {
            *waits_for = waits_for.as_ref().map(|waits_for| self.waits_for(waits_for));
        }
        Ok(sealed)
    }

    fn seal_write(&self, id: FlowId, write: &mut FlowWrite) -> Result<(), StoreError> {
        write.state = self.seal_payload(&write.state, &Place::State(id))?;
        for key in &mut write.keys {
            *key = self.key(key);
        }
        for effect in &mut write.effects {
            effect.payload = self.seal_payload(&effect.payload, &Place::Effect(id))?;
        }
        for (body, bytes) in &mut write.new_bodies {
            *bytes = self.seal(bytes, &Place::Body(*body))?;
        }
        Ok(())
    }

    fn seal_row(&self, change: &mut RowChange) -> Result<(), StoreError> {
        let table = change.table;
        if matches!(change.write, RowWrite::DeleteChildren) {
            change.key = self.row_parent(table, &change.key);
            return Ok(());
        }
        change.key = self.row_key(table, &change.key);
        let key = change.key.clone();
        let seal = |row: &mut NewRow| -> Result<(), StoreError> {
            row.payload = self.seal_payload(&row.payload, &Place::Row(table, &key))?;
            row.parent = row.parent.as_ref().map(|parent| self.row_parent(table, parent));
            Ok(())
        };
        match &mut change.write {
            RowWrite::Insert(row) | RowWrite::Put(row) | RowWrite::Replace { row, .. } => seal(row),
            RowWrite::Delete | RowWrite::DeleteChildren => Ok(()),
        }
    }
}
