use crate::{
    language::{Language, Phrase},
    model::{DateTime, Time},
};

const MONTHS: [Phrase; 12] = [
    Phrase::Jan,
    Phrase::Feb,
    Phrase::Mar,
    Phrase::Apr,
    Phrase::May,
    Phrase::Jun,
    Phrase::Jul,
    Phrase::Aug,
    Phrase::Sep,
    Phrase::Oct,
    Phrase::Nov,
    Phrase::Dec,
];

/// A FHIR date for people: `2026-03-01T10:30:00+05:30` becomes `1 Mar 2026, 10:30`; a time that is
/// not India's keeps its offset. What is not a date stays as it is.
pub(crate) fn when(text: &str, language: Language) -> String {
    let Some(parts) = DateTime::from(text).parts() else {
        return text.to_owned();
    };
    let month = parts.month.and_then(|month| MONTHS.get(usize::from(month).wrapping_sub(1)));
    let month = month.map(|month| language.say(*month));
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
pub(crate) fn span(start: &str, end: &str, language: Language) -> String {
    let (start, end) = (when(start, language), when(end, language));
    match (start.split_once(", "), end.split_once(", ")) {
        (Some((day, _)), Some((same, time))) if day == same => format!("{start} – {time}"),
        _ => format!("{start} – {end}"),
    }
}

/// A period in words; `None` when neither side is known.
pub(crate) fn between(
    start: Option<&str>,
    end: Option<&str>,
    language: Language,
) -> Option<String> {
    match (start, end) {
        (Some(start), Some(end)) if start == end => Some(when(start, language)),
        (Some(start), Some(end)) => Some(span(start, end, language)),
        (Some(start), None) => Some(language.fill(Phrase::From, &[&when(start, language)])),
        (None, Some(end)) => Some(language.fill(Phrase::Until, &[&when(end, language)])),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language::{English, Hindi};

    #[test]
    fn dates_read_as_people_write_them() {
        assert_eq!(when("2026-03-01T10:30:00+05:30", English), "1 Mar 2026, 10:30");
        assert_eq!(when("2026-03-01T10:30:00-03:30", English), "1 Mar 2026, 10:30 -03:30");
        assert_eq!(when("2026-03", English), "Mar 2026");
        assert_eq!(when("last week", English), "last week");
        assert_eq!(when("2026-03-01T10:30:00+05:30", Hindi), "1 मार्च 2026, 10:30");
    }

    #[test]
    fn a_day_is_said_once() {
        let (start, end) = ("2026-03-01T10:30:00+05:30", "2026-03-01T10:55:00+05:30");
        assert_eq!(span(start, end, English), "1 Mar 2026, 10:30 – 10:55");
        assert_eq!(span(start, "2026-03-02", English), "1 Mar 2026, 10:30 – 2 Mar 2026");
    }

    #[test]
    fn an_open_period_says_which_side_is_open() {
        assert_eq!(between(Some("2026-03-01"), None, English).as_deref(), Some("from 1 Mar 2026"));
        assert_eq!(between(None, Some("2026-03-02"), English).as_deref(), Some("until 2 Mar 2026"));
        assert_eq!(between(None, None, English), None);
    }
}
