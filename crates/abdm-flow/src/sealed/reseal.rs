//! Sealing anew what an older key of the ring has sealed.

use std::collections::BTreeMap;

use abdm_base::seal::Sealed;
use bytes::Bytes;

use super::codec::{Codec, Place, SEALED_HEADERS};
use super::{KEY_CONTEXT, KEY_TABLE, SealedStore, sealing};
use crate::store::{KeptList, KeptPlace, KeptSort, KeptValue, Payload, StoreError, StoreErrorKind};

/// How many values are read at once.
const PAGE: usize = 200;
/// How many bodies are: each may be several megabytes.
const BODIES: usize = 4;

impl SealedStore {
    /// Goes through everything once, while the store is in use; counts what was sealed anew. A
    /// value that does not open holds up no other: the first such is logged, and is the error in
    /// the end.
    pub(super) async fn reseal_all(&self) -> Result<u64, StoreError> {
        if !self.ring.has_older() {
            return Ok(0);
        }
        let codec = self.codec().await?;
        let mut count = 0;
        let (mut unreadable, mut unreadable_count) = (None, 0_u64);
        for sort in KeptSort::ALL {
            let most = if sort == KeptSort::Bodies { BODIES } else { PAGE };
            let mut last: Option<KeptValue> = None;
            loop {
                let list = KeptList::new(sort, most).after(last.as_ref());
                let page = self.store.kept(&list).await?;
                for value in &page {
                    match codec.sealed_anew(value) {
                        // What was changed at the same moment was sealed by that change.
                        Ok(Some(new)) => {
                            count += u64::from(self.store.replace_kept(value, new).await?);
                        }
                        Ok(None) => {}
                        Err(error) => {
                            unreadable_count += 1;
                            if unreadable.is_none() {
                                tracing::error!(
                                    scope = %value.scope,
                                    place = ?value.place,
                                    %error,
                                    "a value at rest does not open and is not sealed anew"
                                );
                                unreadable = Some(error);
                            }
                        }
                    }
                }
                tokio::task::yield_now().await;
                match page.into_iter().next_back() {
                    Some(value) => last = Some(value),
                    None => break,
                }
            }
        }
        let Some(error) = unreadable else { return Ok(count) };
        tracing::error!(
            sealed = count,
            unreadable = unreadable_count,
            "not all could be sealed anew"
        );
        Err(error)
    }
}

impl Codec {
    /// The value under the newest key, where an older one has sealed it.
    fn sealed_anew(&self, value: &KeptValue) -> Result<Option<Bytes>, StoreError> {
        let place = match &value.place {
            KeptPlace::State(flow) => Place::State(*flow),
            KeptPlace::Effect { flow, .. } => Place::Effect(*flow),
            KeptPlace::Body(body) => Place::Body(*body),
            KeptPlace::Row { table, key } => Place::Row(table, key),
            KeptPlace::Headers { body, .. } => {
                return self.headers_anew(value, &Place::Headers(*body));
            }
        };
        let context = match &value.place {
            KeptPlace::Row { table, .. } if table == KEY_TABLE => KEY_CONTEXT.to_owned(),
            _ => place.context(),
        };
        let sealed = Sealed::from_bytes(value.bytes.to_vec()).map_err(sealing)?;
        let anew = self.anew(&sealed, &context)?;
        Ok(anew.map(|sealed| Bytes::from(sealed.into_bytes())))
    }

    fn headers_anew(
        &self,
        value: &KeptValue,
        place: &Place<'_>,
    ) -> Result<Option<Bytes>, StoreError> {
        let corrupt = |_| StoreError::with_source(StoreErrorKind::Corrupt, "headers are texts");
        let mut headers: BTreeMap<String, String> =
            Payload::from_bytes(value.bytes.clone()).decode().map_err(corrupt)?;
        let Some(text) = headers.get_mut(SEALED_HEADERS) else {
            return Ok(None);
        };
        let sealed: Sealed = text.parse().map_err(sealing)?;
        let Some(anew) = self.anew(&sealed, &place.context())? else {
            return Ok(None);
        };
        *text = anew.to_string();
        Payload::encode(&headers).map(|new| Some(new.as_bytes().clone())).map_err(corrupt)
    }

    fn anew(&self, sealed: &Sealed, context: &str) -> Result<Option<Sealed>, StoreError> {
        if !self.ring.is_outdated(sealed) {
            return Ok(None);
        }
        let opened = self.ring.open(sealed, context).map_err(sealing)?;
        self.ring.seal(&opened, context).map(Some).map_err(sealing)
    }
}
