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

/// The words of a narrative, without its markup.
pub(crate) fn plain_text(xhtml: &str) -> String {
    let mut text = String::new();
    let mut rest = xhtml;
    while let Some((before, after)) = rest.split_once('<') {
        push_words(&mut text, before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if matches!(
            name,
            "p" | "br" | "li" | "tr" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "table" | "ul"
        ) {
            end_line(&mut text);
        } else if matches!(name, "td" | "th") {
            text.push(' ');
        }
        rest = after;
    }
    push_words(&mut text, rest);
    end_line(&mut text);
    text.trim().to_owned()
}

fn push_words(text: &mut String, raw: &str) {
    let words = raw
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&nbsp;", " ")
        .replace("&#160;", " ")
        .replace("&amp;", "&");
    for letter in words.chars() {
        if !letter.is_whitespace() {
            text.push(letter);
        } else if !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

fn end_line(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
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
    fn narratives_become_lines() {
        let xhtml = "<div xmlns=\"x\"><p><b>Dose</b>: 1 &lt; 2 &amp;\n   more</p><ul><li>a</li><li>b</li></ul></div>";
        assert_eq!(plain_text(xhtml), "Dose: 1 < 2 & more\na\nb");
        assert_eq!(plain_text("broken <b"), "broken");
    }
}
