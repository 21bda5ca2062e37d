use crate::model::{DateTime, Time};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A FHIR date for people: `2026-03-01T10:30:00+05:30` becomes `1 Mar 2026, 10:30`; a time that is
/// not India's keeps its offset. What is not a date stays as it is.
pub(crate) fn when(text: &str) -> String {
    let Some(parts) = DateTime::from(text).parts() else {
        return text.to_owned();
    };
    let month = parts.month.and_then(|month| MONTHS.get(usize::from(month).wrapping_sub(1)));
    let date = match (parts.day, month) {
        (Some(day), Some(month)) => format!("{day} {month} {:04}", parts.year),
        (None, Some(month)) => format!("{month} {:04}", parts.year),
        _ => format!("{:04}", parts.year),
    };
    match parts.time {
        Some(Time { hour, minute, offset_minutes: 330, .. }) => {
            format!("{date}, {hour:02}:{minute:02}")
        }
        Some(Time { hour, minute, offset_minutes: 0, .. }) => {
            format!("{date}, {hour:02}:{minute:02} UTC")
        }
        Some(Time { hour, minute, offset_minutes, .. }) => {
            let sign = if offset_minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
            format!("{date}, {hour:02}:{minute:02} {sign}{hours:02}:{minutes:02}")
        }
        None => date,
    }
}

/// From when to when; the day is said once when it is the same.
pub(crate) fn span(start: &str, end: &str) -> String {
    let (start, end) = (when(start), when(end));
    match (start.split_once(", "), end.split_once(", ")) {
        (Some((day, _)), Some((same, time))) if day == same => format!("{start} – {time}"),
        _ => format!("{start} – {end}"),
    }
}

/// A period in words; `None` when neither side is known.
pub(crate) fn between(start: Option<&str>, end: Option<&str>) -> Option<String> {
    match (start, end) {
        (Some(start), Some(end)) if start == end => Some(when(start)),
        (Some(start), Some(end)) => Some(span(start, end)),
        (Some(start), None) => Some(format!("from {}", when(start))),
        (None, Some(end)) => Some(format!("until {}", when(end))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_write_them() {
        assert_eq!(when("2026-03-01T10:30:00+05:30"), "1 Mar 2026, 10:30");
        assert_eq!(when("2026-03-01T10:30:00-03:30"), "1 Mar 2026, 10:30 -03:30");
        assert_eq!(when("2026-03"), "Mar 2026");
        assert_eq!(when("last week"), "last week");
    }

    #[test]
    fn a_day_is_said_once() {
        let (start, end) = ("2026-03-01T10:30:00+05:30", "2026-03-01T10:55:00+05:30");
        assert_eq!(span(start, end), "1 Mar 2026, 10:30 – 10:55");
        assert_eq!(span(start, "2026-03-02"), "1 Mar 2026, 10:30 – 2 Mar 2026");
    }

    #[test]
    fn an_open_period_says_which_side_is_open() {
        assert_eq!(between(Some("2026-03-01"), None).as_deref(), Some("from 1 Mar 2026"));
        assert_eq!(between(None, Some("2026-03-02")).as_deref(), Some("until 2 Mar 2026"));
        assert_eq!(between(None, None), None);
    }
}
