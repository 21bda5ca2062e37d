//! How many OTPs a mobile number is sent in a day, by whichever discoveries: whoever searches again
//! and again must not send SMS without end to one telephone.
//!
//! The account is a row that forgets itself at the end of the day, by the calendar of India. Its key
//! is a digest: neither the number nor anything of a patient stands in it.

use abdm_core::id::HipId;
use abdm_flow::store::{NewRow, StoreError};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::host::rows::{Rows, raced, read, write, written};
use crate::india;

/// The accounts.
const TABLE: &str = "hip.link_otp_day";
/// How many tries may fail for each OTP that may be sent: so often is one OTP tried, and one that
/// failed may have been sent all the same.
const FAILING_FOR_EACH: u32 = 3;

/// One mobile number at one facility.
pub(super) struct OtpAccount<'a> {
    rows: &'a dyn Rows,
    hip_id: &'a HipId,
    mobile: &'a str,
    most: u32,
}

/// A day of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    /// OTPs that were sent, or are being sent.
    sent: u32,
    /// Tries that failed.
    failed: u32,
}

/// An OTP that is counted as sent.
#[derive(Debug)]
#[must_use]
pub(super) struct Counted {
    day: NaiveDate,
}

impl<'a> OtpAccount<'a> {
    /// Of a mobile of ten digits, which is sent so many OTPs a day at most.
    pub(super) const fn new(
        rows: &'a dyn Rows,
        hip_id: &'a HipId,
        mobile: &'a str,
        most: u32,
    ) -> Self {
        Self { rows, hip_id, mobile, most }
    }

    /// Counts an OTP that is about to be sent. `None` when the day has no more: it must not be sent.
    ///
    /// # Errors
    /// The store's; the OTP must then not be sent.
    pub(super) async fn count(&self) -> Result<Option<Counted>, StoreError> {
        let day = india::day(self.rows.now());
        let counted = self.change(day, |account| {
            let most_failed = self.most.saturating_mul(FAILING_FOR_EACH);
            let one_more = Day { sent: account.sent.saturating_add(1), ..account };
            (account.sent < self.most && account.failed < most_failed).then_some(one_more)
        });
        Ok(counted.await?.then_some(Counted { day }))
    }

    /// It was not sent, as far as is known.
    ///
    /// # Errors
    /// The store's: it then stays counted as sent.
    pub(super) async fn failed(&self, counted: &Counted) -> Result<(), StoreError> {
        let changed = self.change(counted.day, |account| {
            let (sent, failed) = (account.sent.saturating_sub(1), account.failed.saturating_add(1));
            Some(Day { sent, failed })
        });
        changed.await.map(drop)
    }

    /// Changes the account of a day; false when it stays as it is.
    async fn change(
        &self,
        day: NaiveDate,
        decide: impl Fn(Day) -> Option<Day> + Send + Sync,
    ) -> Result<bool, StoreError> {
        let (key, decide) = (self.key(day), &decide);
        let key = &key;
        raced(|| async move {
            let row = self.rows.row(TABLE, key).await?;
            let account: Option<Day> = row.as_ref().map(read).transpose()?;
            let Some(account) = decide(account.unwrap_or_default()) else {
                return Ok(false);
            };
            let mut new = NewRow::new(write(&account)?);
            if let Some(midnight) = india::midnight_after(day) {
                new = new.expiring(midnight);
            }
            self.rows.change(vec![written(TABLE, key.clone(), row.as_ref(), new)]).await?;
            Ok(true)
        })
        .await
    }

    /// A digest of facility, number and day, each with its length before it.
    fn key(&self, day: NaiveDate) -> String {
        let mut hash = Sha256::new();
        for part in [self.hip_id.as_str(), self.mobile, &day.to_string()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests;
