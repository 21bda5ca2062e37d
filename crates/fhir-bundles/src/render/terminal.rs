use unicode_width::UnicodeWidthStr as _;

use super::{
    lines::{Line, lines},
    span, when,
};
use crate::record::{Party, Person, Record, Section};

/// Narrower than this no line can be laid out.
const NARROWEST: usize = 40;

/// The record as plain text. No line is wider than `width` columns unless one word is.
pub(crate) fn text(record: &Record, width: usize) -> String {
    let mut page = Page { width: width.max(NARROWEST), out: String::new() };
    let date = record.date().map(|date| when(date.as_str())).unwrap_or_default();
    page.beside(0, record.title(), &date);
    page.rule('═');
    if let Some(patient) = record.patient() {
        page.labelled("Patient", &person(patient));
    }
    for author in record.authors() {
        page.labelled("By", &party(author));
    }
    if let Some(organization) = record.organization() {
        page.labelled("At", &party(organization));
    }
    if let Some(stay) = record.stay() {
        let mut words = stay.class.clone().unwrap_or_default();
        let times = match (&stay.start, &stay.end) {
            (Some(start), Some(end)) => Some(span(start.as_str(), end.as_str())),
            (start, end) => start.as_ref().or(end.as_ref()).map(|date| when(date.as_str())),
        };
        if let Some(times) = times {
            words = format!("{words}, {times}");
        }
        page.labelled("Visit", words.trim_start_matches(", "));
    }
    if let Some(status) = record.status().filter(|status| *status != "final") {
        page.labelled("Status", status);
    }
    for section in record.sections() {
        page.section(section, 0);
    }
    if !record.unread().is_empty() {
        page.out.push('\n');
        let count = record.unread().len();
        let what = if count == 1 { "thing" } else { "things" };
        page.wrapped(0, &format!("{count} {what} in the document could not be shown."));
    }
    page.out
}

fn person(person: &Person) -> String {
    let born = person.birth_date.as_ref().map(|date| format!("born {}", when(date.as_str())));
    let abha = person.abha_number.as_ref().or(person.abha_address.as_ref());
    let parts = [
        Some(person.name.clone()).filter(|name| !name.is_empty()),
        person.gender.clone(),
        born,
        abha.map(|abha| format!("ABHA {abha}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn party(party: &Party) -> String {
    let name = match &party.qualification {
        Some(qualification) => format!("{}, {qualification}", party.name),
        None => party.name.clone(),
    };
    match &party.identifier {
        Some(identifier) => format!("{name} ({identifier})"),
        None => name,
    }
}

struct Page {
    width: usize,
    out: String,
}

impl Page {
    fn section(&mut self, section: &Section, indent: usize) {
        self.out.push('\n');
        self.wrapped(indent, &section.title);
        for line in section.items.iter().flat_map(lines) {
            self.item(&line, indent + 2);
        }
        if let Some(text) = &section.text {
            for line in text.lines() {
                self.wrapped(indent + 2, line);
            }
        }
        for inner in &section.sections {
            self.section(inner, indent + 2);
        }
    }

    fn item(&mut self, line: &Line, indent: usize) {
        let mark = if line.abnormal { "!" } else { "•" };
        let name = format!("{mark} {}", line.name);
        self.beside(indent, &name, &line.value);
        for (label, words) in &line.details {
            let words = if label.is_empty() { words.clone() } else { format!("{label}: {words}") };
            self.wrapped(indent + 2, &words);
        }
    }

    /// Two texts on one line, the second at the right edge; below each other when too long.
    fn beside(&mut self, indent: usize, left: &str, right: &str) {
        let (left, right) = (one_line(left), one_line(right));
        let space = self.width.saturating_sub(indent + left.width() + right.width());
        if right.is_empty() {
            self.wrapped(indent, &left);
        } else if space >= 2 {
            self.pad(indent);
            self.out.push_str(&left);
            self.pad(space);
            self.out.push_str(&right);
            self.out.push('\n');
        } else {
            self.wrapped(indent, &left);
            self.wrapped(indent + 4, &right);
        }
    }

    fn labelled(&mut self, label: &str, words: &str) {
        const COLUMN: usize = 10;
        let start = self.out.len();
        self.wrapped(COLUMN, words);
        let padded = format!("{label:<COLUMN$}");
        if self.out.len() > start {
            self.out.replace_range(start..start + COLUMN, &padded);
        }
    }

    fn wrapped(&mut self, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent).max(16);
        let mut used = 0;
        for word in text.split_whitespace().map(one_line) {
            if used > 0 && used + 1 + word.width() > room {
                self.out.push('\n');
                used = 0;
            }
            if used == 0 {
                self.pad(indent);
            } else {
                self.out.push(' ');
                used += 1;
            }
            self.out.push_str(&word);
            used += word.width();
        }
        if used > 0 {
            self.out.push('\n');
        }
    }

    fn rule(&mut self, letter: char) {
        self.out.extend(std::iter::repeat_n(letter, self.width));
        self.out.push('\n');
    }

    fn pad(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }
}

/// Without control characters, which could steer the terminal, and direction overrides, which could
/// make a text read as another.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| {
            !letter.is_control()
                && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}
