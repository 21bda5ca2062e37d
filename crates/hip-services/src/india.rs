//! The calendar and clock of India, 5:30 ahead of UTC all year.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeZone as _, Timelike as _, Utc};

const SECONDS_AHEAD: i32 = 5 * 3600 + 1800;

/// The day.
pub(crate) fn day(now: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(SECONDS_AHEAD)
        .map_or_else(|| now.date_naive(), |india| now.with_timezone(&india).date_naive())
}

/// The hour of the day, from 0 to 23.
pub(crate) fn hour(now: DateTime<Utc>) -> u32 {
    FixedOffset::east_opt(SECONDS_AHEAD)
        .map_or_else(|| now.hour(), |india| now.with_timezone(&india).hour())
}

/// When this hour of a day begins.
pub(crate) fn at(day: NaiveDate, hour: u32) -> Option<DateTime<Utc>> {
    let india = FixedOffset::east_opt(SECONDS_AHEAD)?;
    let begins = day.and_hms_opt(hour, 0, 0)?;
    Some(india.from_local_datetime(&begins).single()?.with_timezone(&Utc))
}

/// The end of a day.
pub(crate) fn midnight_after(day: NaiveDate) -> Option<DateTime<Utc>> {
    at(day.checked_add_days(Days::new(1))?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_half_past_six_in_the_evening_of_utc() {
        let before: DateTime<Utc> = "2026-09-14T18:29:59Z".parse().unwrap();
        let after: DateTime<Utc> = "2026-09-14T18:30:00Z".parse().unwrap();
        assert_eq!((day(before).to_string().as_str(), hour(before)), ("2026-09-14", 23));
        assert_eq!((day(after).to_string().as_str(), hour(after)), ("2026-09-15", 0));
        assert_eq!(midnight_after(day(before)), Some(after));
    }
}
