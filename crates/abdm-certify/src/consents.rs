//! Where the desk of the cases writes down consents.

use std::sync::{Arc, Mutex, PoisonError};

use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, HookError};
use async_trait::async_trait;

use crate::stage::Watch;

/// The consents of one case.
#[derive(Debug, Clone)]
pub(crate) struct ConsentBook {
    pages: Arc<Mutex<Pages>>,
    watch: Watch,
}

#[derive(Debug, Default)]
struct Pages {
    /// Each with the number of calls that had been made when it was written.
    entries: Vec<(ConsentRecord, usize)>,
    /// Nothing can be written.
    is_lost: bool,
}

impl ConsentBook {
    pub(crate) fn new(watch: Watch) -> Self {
        Self { pages: Arc::default(), watch }
    }

    /// Every consent, with the number of calls that had been made before it.
    pub(crate) fn entries(&self) -> Vec<(ConsentRecord, usize)> {
        self.with(|pages| pages.entries.clone())
    }

    /// From now on nothing can be written, or everything can.
    pub(crate) fn lose(&self, is_lost: bool) {
        self.with(|pages| pages.is_lost = is_lost);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Pages) -> T) -> T {
        act(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ConsentRecorder for ConsentBook {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        let calls = self.watch.exchanges().len();
        self.with(|pages| {
            if pages.is_lost {
                return Err("the book is lost".into());
            }
            pages.entries.push((consent.clone(), calls));
            Ok(())
        })
    }
}
