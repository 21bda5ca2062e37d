//! A back-fill under way.

use std::fmt;

use abdm_core::id::HipId;
use abdm_flow::store::{FlowId, RowList, RowPlace, Scope, StoreError, StoreErrorKind};
use abdm_flow::{Engine, EngineError, Handle};
use abdm_role::facilities::scope;

use super::Hip;
use crate::error::Error;
use crate::flow::{
    BackfillEvent, BackfillFailure, BackfillFlow, BackfillOptions, BackfillProgress, FAILED,
};
use crate::host::BackfillHost;

/// The longest name of a back-fill.
const LONGEST_NAME: usize = 64;

impl Hip {
    /// Links the visits of earlier years, from the hospital's own list
    /// ([`HipBuilder::old_visits`](crate::HipBuilder::old_visits)), at a pace that ABDM bears:
    /// [`BackfillOptions`].
    ///
    /// It runs in the background and survives restarts, pauses, a hospital that does not answer and
    /// days without ABDM. Visits that the facility knows to be linked cost no call; a patient whose
    /// link may succeed later is tried again; what fails for good is listed
    /// ([`Backfill::failures`]). The limits on link tokens are kept as for [`link`](Self::link).
    ///
    /// Call it whenever the program starts: the same name is the same back-fill, which goes on with
    /// these options. One that has finished or was cancelled stays so for the
    /// [retention](crate::HipBuilder::retention); another name begins another one, which passes
    /// over what is linked by then.
    ///
    /// ```no_run
    /// # async fn example(hip: hip_services::Hip) -> Result<(), Box<dyn std::error::Error>> {
    /// use hip_services::BackfillOptions;
    ///
    /// let nights = BackfillOptions::default().between_hours(22, 6);
    /// let backfill = hip.backfill("2019-2025", nights).await?;
    /// let progress = backfill.progress().await?;
    /// println!("{} of {} visits are linked", progress.counts.linked, progress.counts.seen);
    /// backfill.pause().await?; // until `resume`
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Backfill`] without old visits, or for a name or options that break their rule; the
    /// store's.
    pub async fn backfill(&self, name: &str, options: BackfillOptions) -> Result<Backfill, Error> {
        self.backfill_at(self.hip_id(), name, options).await
    }

    /// The same at one of several facilities.
    ///
    /// # Errors
    /// As [`backfill`](Self::backfill).
    pub async fn backfill_at(
        &self,
        hip_id: &HipId,
        name: &str,
        options: BackfillOptions,
    ) -> Result<Backfill, Error> {
        self.check_own(hip_id)?;
        let backfills = &self.inner.backfills;
        let of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let rule = if backfills.host().visits.is_none() {
            "give it the hospital's old visits with `HipBuilder::old_visits`"
        } else if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(of_name) {
            "its name must be 1 to 64 letters, digits and -_."
        } else if let Some(rule) = options.broken_rule() {
            rule
        } else {
            let scope = scope(hip_id);
            let key = BackfillFlow::key(hip_id, name);
            let flow = BackfillFlow::new(hip_id.clone(), name, self.inner.facility.client.now());
            let begin = BackfillEvent::Begin(options);
            let started = backfills.start_once(&scope, key, flow, begin.clone()).await?;
            if !started.fresh {
                backfills.deliver(&scope, started.id, begin).await?;
            }
            let (id, name) = (started.id, name.to_owned());
            let (backfills, engine) = (backfills.clone(), self.inner.engine.clone());
            return Ok(Backfill { scope, id, name, backfills, engine });
        };
        Err(Error::Backfill { rule })
    }
}

/// One back-fill.
#[derive(Clone)]
pub struct Backfill {
    scope: Scope,
    id: FlowId,
    name: String,
    backfills: Handle<BackfillHost>,
    engine: Engine,
}

impl Backfill {
    /// How far it is, and why it waits if it does.
    ///
    /// # Errors
    /// The store's.
    pub async fn progress(&self) -> Result<BackfillProgress, Error> {
        let found = self.backfills.flows(&self.scope).load(self.id).await?;
        Ok(found.ok_or(EngineError::NoSuchFlow { id: self.id })?.flow.progress())
    }

    /// Begins nothing more until it is [resumed](Self::resume). Links that are under way go on.
    ///
    /// # Errors
    /// The store's.
    pub async fn pause(&self) -> Result<(), Error> {
        self.tell(BackfillEvent::Pause).await
    }

    /// Goes on after a [pause](Self::pause).
    ///
    /// # Errors
    /// The store's.
    pub async fn resume(&self) -> Result<(), Error> {
        self.tell(BackfillEvent::Resume).await
    }

    /// Ends it. Links that are under way go on, and are not counted; what was to be tried again is
    /// forgotten, what has failed stays listed.
    ///
    /// # Errors
    /// The store's.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.tell(BackfillEvent::Cancel).await
    }

    async fn tell(&self, event: BackfillEvent) -> Result<(), Error> {
        Ok(self.backfills.deliver(&self.scope, self.id, event).await?)
    }

    /// The visits that have failed for good, the earliest first, at most `limit` after `after`:
    /// each with its place, after which the next page begins. They are kept for a year.
    ///
    /// # Errors
    /// The store's.
    pub async fn failures(
        &self,
        after: Option<RowPlace>,
        limit: usize,
    ) -> Result<Vec<(RowPlace, BackfillFailure)>, Error> {
        let mut list = RowList::new(&self.scope, FAILED, &self.name, limit);
        list.after = after;
        let rows = self.engine.store().rows(&list).await.map_err(EngineError::from)?;
        let corrupt = |error| StoreError::with_source(StoreErrorKind::Corrupt, error);
        let read = rows.into_iter().map(|row| {
            let failure = row.payload.decode().map_err(corrupt).map_err(EngineError::from)?;
            Ok((row.place, failure))
        });
        read.collect()
    }
}

impl fmt::Debug for Backfill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backfill").field("id", &self.id).finish_non_exhaustive()
    }
}
