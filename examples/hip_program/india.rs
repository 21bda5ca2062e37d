//! India's day: token numbers begin anew with it.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};

/// Five and a half hours ahead of UTC, all year.
const SECONDS_AHEAD: i32 = 5 * 3600 + 1800;

/// An instant as India's clocks show it.
#[must_use]
pub fn in_india(now: DateTime<Utc>) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(SECONDS_AHEAD);
    offset.map_or_else(|| now.fixed_offset(), |india| now.with_timezone(&india))
}

/// The day.
pub(super) fn day(now: DateTime<Utc>) -> NaiveDate {
    in_india(now).date_naive()
}

/// When the present day began.
#[must_use]
pub fn day_began(now: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = in_india(now).with_time(NaiveTime::MIN).single();
    midnight.map_or(now, |midnight| midnight.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_half_past_six_in_the_evening_of_utc() {
        for (now, began) in [
            ("2026-09-14T18:29:59Z", "2026-09-13T18:30:00Z"),
            ("2026-09-14T18:30:00Z", "2026-09-14T18:30:00Z"),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(day_began(now), began.parse::<DateTime<Utc>>().unwrap());
        }
    }
}
