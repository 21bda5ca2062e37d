//! A HIU that reads what comes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use abdm_core::api::data_flow::DataPage;
use abdm_core::wire::read_json;
use fidelius_crypto::ReceiverKeys;

use crate::world::{Failure, document};

/// By which a document is known, without keeping it.
fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// The digests of the documents of these sizes, in their order.
pub(crate) fn digests(sizes: &[usize]) -> Arc<[u64]> {
    let all = sizes.iter().enumerate();
    all.map(|(number, bytes)| digest(&document(number, *bytes))).collect()
}

/// One HIU, with the keys of one request.
#[derive(Debug)]
pub(crate) struct Hiu {
    pub(crate) keys: ReceiverKeys,
    awaited: Arc<[u64]>,
    /// How often each document came.
    came: Vec<AtomicUsize>,
}

impl Hiu {
    pub(crate) fn new(awaited: &Arc<[u64]>) -> Result<Self, Failure> {
        let came = awaited.iter().map(|_| AtomicUsize::new(0)).collect();
        Ok(Self { keys: ReceiverKeys::generate()?, awaited: Arc::clone(awaited), came })
    }

    /// Decrypts a page, and counts what is in it.
    pub(crate) fn take(&self, body: &[u8]) -> Result<(), Failure> {
        let page: DataPage = read_json(body)?;
        let material = page.key_material.read()?;
        for entry in &page.entries {
            let content = entry.content.as_deref().ok_or("an entry without content")?;
            let opened = self.keys.decrypt_entry(content, &material, entry.checksum.as_deref())?;
            let digest = digest(opened.bytes.as_ref());
            let number = self.awaited.iter().position(|awaited| *awaited == digest);
            let came = number.and_then(|number| self.came.get(number));
            came.ok_or("no such document")?.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Whether each document came once.
    pub(crate) fn has_each_once(&self) -> bool {
        self.came.iter().all(|came| came.load(Ordering::SeqCst) == 1)
    }
}
