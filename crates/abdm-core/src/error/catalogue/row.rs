//! The rows of the table, and how they are read from `catalogue.tsv`.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

use super::Question;
use super::words::{matches_words, words};
use crate::error::advice::{Advice, Contact, ErrorClass, RetryAdvice};
use crate::error::operation;

/// One row: one meaning of one code.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    /// The code. `HIS-2055..2097` is a range, `AS-*` a family, `field:loginId` a complaint about a
    /// field, `!empty-401` a reply without a code.
    pub code: &'static str,
    /// The HTTP statuses and carriers under which it was seen; `-` when none was recorded.
    pub http: &'static str,
    /// The operations for which it stands; `any` for all.
    pub operations: Vec<&'static str>,
    /// ABDM's texts. `<n>` and `...` stand for anything.
    pub messages: Vec<&'static str>,
    /// What kind of failure it is.
    pub class: ErrorClass,
    pub(super) retry: Option<RetryAdvice>,
    pub(super) who: Contact,
    text: &'static str,
    patterns: Vec<Vec<String>>,
}

impl Row {
    /// What to do.
    #[must_use]
    pub fn advice(&self) -> Advice {
        Advice {
            class: self.class,
            retry: self.retry.clone(),
            who: self.who,
            text: Cow::Borrowed(self.text),
        }
    }

    pub(super) fn is_general(&self) -> bool {
        self.operations.contains(&operation::ANY)
    }

    pub(super) fn covers(&self, question: &Question<'_>) -> bool {
        self.operations.iter().any(|name| question.operation.is_in(name))
    }

    pub(super) fn says(&self, texts: &[Vec<String>]) -> bool {
        self.text_that_says(texts).is_some()
    }

    /// The first of its own texts that came.
    pub(super) fn text_that_says(&self, texts: &[Vec<String>]) -> Option<&'static str> {
        let came = |pattern: &[String]| texts.iter().any(|text| matches_words(pattern, text));
        let mut pairs = self.messages.iter().zip(&self.patterns);
        pairs.find(|(_, pattern)| came(pattern)).map(|(message, _)| *message)
    }
}

/// The table, read once. A line that cannot be read is left out; a test proves that there is none.
pub(super) static CATALOGUE: LazyLock<Vec<Row>> =
    LazyLock::new(|| lines().filter_map(read_row).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("../catalogue.tsv")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn read_row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let (code, http) = (cells.next()?, cells.next()?);
    let operations: Vec<_> = cells.next()?.split(',').collect();
    let messages: Vec<_> = cells.next()?.split(" | ").filter(|text| !text.is_empty()).collect();
    let class = ErrorClass::from_name(cells.next()?)?;
    let retry = read_retry(cells.next()?, class)?;
    let who = match cells.next()? {
        "-" => class.usual_contact(),
        name => Contact::from_name(name)?,
    };
    let text = cells.next()?;
    let patterns = messages.iter().map(|message| words(message)).collect();
    cells.next().is_none().then_some(Row {
        code,
        http,
        operations,
        messages,
        class,
        retry,
        who,
        text,
        patterns,
    })
}

/// Reads the retry cell. The outer `None` is an unreadable cell.
fn read_retry(cell: &str, class: ErrorClass) -> Option<Option<RetryAdvice>> {
    let pauses = |texts: &str| texts.split(' ').map(read_duration).collect::<Option<Vec<_>>>();
    Some(Some(match cell.split_once(' ').unwrap_or((cell, "")) {
        ("-", "") if class == ErrorClass::UpstreamFault => {
            RetryAdvice::Pauses(UPSTREAM_PAUSES.map(Duration::from_secs).to_vec())
        }
        ("-", "") => return Some(None),
        ("at", texts) => RetryAdvice::Pauses(pauses(texts)?),
        ("after", text) => RetryAdvice::NotBefore(read_duration(text)?),
        ("backoff", "") => RetryAdvice::SlowDown {
            first: Duration::from_secs(5),
            cap: Duration::from_secs(15 * 60),
        },
        ("refresh", "") => RetryAdvice::RefreshSession,
        ("new-token", "") => RetryAdvice::NewLinkToken,
        ("restart", "") => RetryAdvice::RestartFlow,
        _ => return None,
    }))
}

/// The pauses after an upstream fault, in seconds: 1, 5, 30, at most five tries (errors.md).
const UPSTREAM_PAUSES: [u64; 5] = [1, 5, 30, 30, 30];

fn read_duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()? * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        for line in lines() {
            assert!(read_row(line).is_some(), "cannot read: {line}");
        }
        assert!(CATALOGUE.len() > 332);
    }

    #[test]
    fn every_operation_of_the_table_is_known() {
        for row in CATALOGUE.iter() {
            for name in &row.operations {
                assert!(operation::is_known(name), "{} names {name:?}", row.code);
            }
        }
    }

    #[test]
    fn every_row_says_what_to_do_in_a_sentence() {
        for row in CATALOGUE.iter() {
            assert!(
                row.text.contains(' ') && row.text.ends_with('.'),
                "{}: {}",
                row.code,
                row.text
            );
        }
    }

    #[test]
    fn every_wait_says_until_when() {
        for row in CATALOGUE.iter().filter(|row| row.class == ErrorClass::Wait) {
            assert!(row.retry.is_some(), "{} {:?}", row.code, row.messages);
        }
    }
}
