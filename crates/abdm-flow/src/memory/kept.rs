//! Values as they stand.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::tables::Tables;
use crate::store::{
    KeptList, KeptPlace, KeptSort, KeptValue, Payload, PayloadError, StoreError, StoreErrorKind,
};

impl Tables {
    pub(super) fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError> {
        let mut all = self.kept_of(list.sort)?;
        all.sort_unstable_by(|a, b| (&a.scope, &a.place).cmp(&(&b.scope, &b.place)));
        if let Some(last) = list.after {
            let last = (&last.scope, &last.place);
            all.retain(|value| (&value.scope, &value.place) > last);
        }
        all.truncate(list.limit);
        Ok(all)
    }

    fn kept_of(&self, sort: KeptSort) -> Result<Vec<KeptValue>, StoreError> {
        let value = |(scope, place, bytes): (&_, _, &Bytes)| {
            KeptValue::new(Clone::clone(scope), place, bytes.clone())
        };
        Ok(match sort {
            KeptSort::States => {
                let states = self.flows.iter().map(|(id, entry)| {
                    (&entry.flow.scope, KeptPlace::State(*id), entry.flow.state.as_bytes())
                });
                states.map(value).collect()
            }
            KeptSort::Effects => {
                let effects = self.effects.iter().map(|(id, queued)| {
                    let place = KeptPlace::Effect { id: *id, flow: queued.item.flow };
                    (&queued.scope, place, queued.item.payload.as_bytes())
                });
                effects.map(value).collect()
            }
            KeptSort::Rows => {
                let rows = self.rows.iter().map(|((scope, table, key), row)| {
                    let place = KeptPlace::Row { table: table.clone(), key: key.clone() };
                    (scope, place, row.payload.as_bytes())
                });
                rows.map(value).collect()
            }
            KeptSort::Bodies => {
                let bodies = self
                    .bodies
                    .iter()
                    .map(|(id, body)| (&body.scope, KeptPlace::Body(*id), &body.bytes));
                bodies.map(value).collect()
            }
            KeptSort::Headers => {
                let headers = self.messages.iter().map(|(id, queued)| {
                    let message = &queued.item.message;
                    let place = KeptPlace::Headers { message: *id, body: message.body.id };
                    let bytes = headers_as_bytes(&message.headers)?;
                    Ok(KeptValue::new(queued.scope.clone(), place, bytes))
                });
                headers.collect::<Result<_, StoreError>>()?
            }
        })
    }

    pub(super) fn replace_kept(&mut self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError> {
        let same = |scope: &_, bytes: &[u8]| *scope == old.scope && bytes == old.bytes;
        match &old.place {
            KeptPlace::State(id) => {
                let entry = self.flows.get_mut(id);
                let entry = entry.filter(|e| same(&e.flow.scope, e.flow.state.as_bytes()));
                Ok(entry.map(|e| e.flow.state = Payload::from_bytes(new)).is_some())
            }
            KeptPlace::Effect { id, .. } => {
                let queued = self.effects.get_mut(id);
                let queued = queued.filter(|q| same(&q.scope, q.item.payload.as_bytes()));
                Ok(queued.map(|q| q.item.payload = Payload::from_bytes(new)).is_some())
            }
            KeptPlace::Row { table, key } => {
                let place = (old.scope.clone(), table.clone(), key.clone());
                let row = self.rows.get_mut(&place).filter(|r| r.payload.as_bytes() == &old.bytes);
                Ok(row.map(|row| row.payload = Payload::from_bytes(new)).is_some())
            }
            KeptPlace::Body(id) => {
                let body = self.bodies.get_mut(id).filter(|body| same(&body.scope, &body.bytes));
                Ok(body.map(|body| body.bytes = new).is_some())
            }
            KeptPlace::Headers { message, .. } => {
                let Some(queued) = self.messages.get_mut(message) else {
                    return Ok(false);
                };
                let headers = &mut queued.item.message.headers;
                if queued.scope != old.scope || headers_as_bytes(headers)? != old.bytes {
                    return Ok(false);
                }
                *headers = Payload::from_bytes(new).decode().map_err(no_headers)?;
                Ok(true)
            }
        }
    }
}

fn headers_as_bytes(headers: &BTreeMap<String, String>) -> Result<Bytes, StoreError> {
    Payload::encode(headers).map(|payload| payload.as_bytes().clone()).map_err(no_headers)
}

fn no_headers(_: PayloadError) -> StoreError {
    StoreError::with_source(StoreErrorKind::Corrupt, "headers are an object of texts")
}
