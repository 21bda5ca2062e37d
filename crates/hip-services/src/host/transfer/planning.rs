//! Asks the hospital which records there are, once: from then on the transfer goes by their ids.

use super::reading::{HOSPITAL_FAILED, Unread};
use super::{Context, Failed, Performed, TransferHost, abha_number};
use crate::flow::{Asked, ContextPlan, PlannedRecords, TransferEvent, forget};
use crate::hooks::{RecordId, RecordsWanted};
use crate::host::{MOST_HOSPITAL_TRIES, ask_hospital};
use crate::scope::Scope;
use abdm_role::hook;

/// How many rows of a plan one transaction writes.
const ROWS_AT_ONCE: usize = 16;

/// The records of one care context.
struct Listed {
    wanted: RecordsWanted,
    /// In order, or why the hospital cannot say.
    records: Result<Vec<RecordId>, String>,
    /// Why a record was left out that would have been sent, if one was.
    withheld: Option<String>,
}

impl Listed {
    fn ids(&self) -> &[RecordId] {
        self.records.as_deref().unwrap_or_default()
    }

    fn plan(&self) -> ContextPlan {
        let care_context = self.wanted.care_context.clone();
        let count = |ids: &Vec<RecordId>| u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let records = self.records.as_ref().map(count).map_err(Clone::clone);
        let mut plan = ContextPlan::new(care_context, records);
        plan.withheld.clone_from(&self.withheld);
        plan
    }
}

impl TransferHost {
    pub(super) async fn plan(&self, cx: &Context<'_>, asked: &Asked) -> Performed {
        let Ok(scope) = self.scope(cx, asked).await? else {
            return Ok(Some(TransferEvent::ConsentOver));
        };
        let number = abha_number(cx, &asked.hip_id, scope.abha_address()).await?;
        let scope = scope.of_number(number);
        let mut listed = Vec::new();
        for wanted in scope.questions() {
            listed.push(self.list(cx, &scope, wanted).await?);
        }
        self.settle_the_last(cx, &scope, &mut listed).await?;
        let contexts = listed.iter().map(Listed::plan).collect();
        let records = listed.into_iter().flat_map(|listed| listed.records.unwrap_or_default());
        let mut rows = PlannedRecords::rows(0, records.collect());
        // What a try before this one has planned may have been more.
        if cx.attempt() > 1 {
            cx.checkpoint(vec![forget(&asked.transaction_id)]).await?;
        }
        while rows.len() > ROWS_AT_ONCE {
            let later = rows.split_off(ROWS_AT_ONCE);
            let written = rows
                .iter()
                .map(|row| row.written(&asked.transaction_id, asked.deadline))
                .collect::<Result<_, _>>()
                .map_err(|error| Failed::bury(error.to_string()))?;
            cx.checkpoint(written).await?;
            rows = later;
        }
        Ok(Some(TransferEvent::Planned { contexts, records: rows }))
    }

    /// Which records of one care context there are.
    async fn list(
        &self,
        cx: &Context<'_>,
        scope: &Scope,
        wanted: RecordsWanted,
    ) -> Result<Listed, Failed> {
        let listed =
            ask_hospital(hook!(hospital "Hospital::list"), self.facility.hospital.list(&wanted))
                .await;
        cx.progress();
        let records = match listed {
            Ok(listed) => Ok(scope.select(&wanted, listed)),
            Err(reason) if cx.attempt() < MOST_HOSPITAL_TRIES => return Err(Failed::retry(reason)),
            Err(reason) => {
                tracing::error!(
                    reason,
                    "the hospital could not list the records of a care context"
                );
                Err(HOSPITAL_FAILED.to_owned())
            }
        };
        Ok(Listed { wanted, records, withheld: None })
    }

    /// Takes out of the end of a plan what cannot be sent. The last page must announce the right
    /// number of pages, or the HIU waits for one that does not come; whether the others can be sent
    /// is seen when they leave. So it is of the last one, too, while the hospital's own system
    /// fails: that says nothing of this record, nor of those before it.
    async fn settle_the_last(
        &self,
        cx: &Context<'_>,
        scope: &Scope,
        listed: &mut [Listed],
    ) -> Result<(), Failed> {
        let mut left: usize = listed.iter().map(|listed| listed.ids().len()).sum();
        for Listed { wanted, records, withheld } in listed.iter_mut().rev() {
            let Ok(records) = records else {
                continue;
            };
            while let Some(last) = records.last().filter(|_| left > 1) {
                // As long as it is looked at.
                let _may_read = self.facility.budget.may_read().await;
                let why = match self.read(cx, wanted, last).await {
                    Ok(record) => match scope.release(wanted, record) {
                        Ok(_) => return Ok(()),
                        Err(why) => not_sent(wanted, why),
                    },
                    Err(Unread::HospitalFailed(reason)) if cx.attempt() < MOST_HOSPITAL_TRIES => {
                        return Err(Failed::retry(reason).not_sent());
                    }
                    Err(Unread::HospitalFailed(_)) => return Ok(()),
                    Err(why) => why.reported().to_owned(),
                };
                *withheld = Some(why);
                records.pop();
                left -= 1;
            }
        }
        Ok(())
    }
}

/// Why a record that may not leave is not sent, in the words of the report.
pub(super) fn not_sent(wanted: &RecordsWanted, why: crate::scope::Withheld) -> String {
    let care_context = &wanted.care_context.care_context_reference;
    tracing::error!(%care_context, %why, "a document is not sent");
    format!("not sent: {why}")
}
