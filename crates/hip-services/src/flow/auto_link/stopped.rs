//! Links by themselves that stopped because the patient's account is switched off: one row for each,
//! under the ABHA address, so that they go on when it is active again (m2-hip.md 9).

use abdm_flow::Step;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{AutoLinkFlow, AutoLinkStep};
use crate::final_record::FinalRecord;

/// The table of what stopped so.
pub(crate) const STOPPED_TABLE: &str = "hip.stopped_auto_link";

/// The name under which the word that an account is active again stands in an inbox.
pub(crate) const ACTIVE_AGAIN: &str = "AccountIsActiveAgain";

/// How long an account is waited for. Later the hospital says again that the record is final.
const WAITS: TimeDelta = TimeDelta::days(365);

/// A row of the table, and what the flow is told by when it may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoppedLink {
    /// What was not linked.
    pub(crate) record: FinalRecord,
}

impl AutoLinkFlow {
    /// Remembers what it did not link.
    pub(super) fn waits_for_account(&self, step: AutoLinkStep, now: DateTime<Utc>) -> AutoLinkStep {
        let record = self.record_of(&self.wanted);
        let address = record.patient.abha_address.folded();
        let key = Self::key_of(&self.hip_id, &record).text;
        let place = (&*address, now.timestamp_micros());
        let stopped = StoppedLink { record };
        Step::nothing().put_until(STOPPED_TABLE, key, place, now + WAITS, &stopped).and(step)
    }
}
