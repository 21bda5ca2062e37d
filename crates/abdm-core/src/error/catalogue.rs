//! What is known about ABDM's errors: one table, asked by operation, code and text.
//!
//! The table is the file `catalogue.tsv` beside this module, made from errors.md. It is asked in
//! this order, and the first answer counts:
//!
//! 1. the rows of the code whose text is the one that came, first those of the operation, then
//!    those of every operation, then others if they agree;
//! 2. the rows of the code for the operation, else those for every operation, else all, if they
//!    agree on the class.
//!
//! A reply without a code is judged by its form, by the field it names, by its text, and last by its
//! status. Whatever remains is [`Unclassified`](ErrorClass::Unclassified).

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

use http::StatusCode;

use super::advice::{Advice, Contact, ErrorClass, RetryAdvice};
use super::code::ErrorCode;
use super::operation;
use super::shape::Shape;

/// What to do about a code and text that an endpoint answered.
///
/// [`ApiError::advice`](crate::error::ApiError::advice) asks with all that it knows of the reply;
/// this is for codes that came another way.
///
/// ```
/// use abdm_core::error::{ErrorClass, ErrorCode, catalogue};
/// let code = ErrorCode::abdm(1092);
/// let token = catalogue::advise("GenerateLinkToken", "/v3/token/generate-token", Some(&code), "");
/// let data = catalogue::advise("RequestData", "/health-information/request", Some(&code), "");
/// assert_eq!((token.class, data.class), (ErrorClass::Wait, ErrorClass::Blocked));
/// ```
#[must_use]
pub fn advise(endpoint: &str, path: &str, code: Option<&ErrorCode>, message: &str) -> Advice {
    answer(&Question {
        endpoint,
        path,
        status: None,
        shape: Shape::Json,
        code: code.map(ErrorCode::as_str),
        field: None,
        texts: [Some(message), None],
    })
}

/// All rows of the table, for documentation and checks.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    CATALOGUE.iter()
}

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
    retry: Option<RetryAdvice>,
    who: Contact,
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

    fn is_general(&self) -> bool {
        self.operations.contains(&operation::ANY)
    }

    fn covers(&self, question: &Question<'_>) -> bool {
        self.operations
            .iter()
            .any(|name| operation::covers(name, question.endpoint, question.path))
    }

    fn says(&self, texts: &[Vec<String>]) -> bool {
        self.patterns
            .iter()
            .any(|pattern| texts.iter().any(|text| matches_words(pattern, text)))
    }
}

/// All that is known of one complaint of a reply.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) endpoint: &'a str,
    pub(super) path: &'a str,
    pub(super) status: Option<StatusCode>,
    pub(super) shape: Shape,
    pub(super) code: Option<&'a str>,
    pub(super) field: Option<&'a str>,
    pub(super) texts: [Option<&'a str>; 2],
}

pub(super) fn answer(question: &Question<'_>) -> Advice {
    let texts: Vec<Vec<String>> = question
        .texts
        .iter()
        .flatten()
        .map(|text| words(text))
        .filter(|w| !w.is_empty())
        .collect();
    let found = match question.code {
        Some(code) => by_code(question, code, &texts),
        None => without_code(question, &texts),
    };
    found.unwrap_or_else(|| Advice::usual(ErrorClass::Unclassified))
}

fn by_code(question: &Question<'_>, code: &str, texts: &[Vec<String>]) -> Option<Advice> {
    let rows = rows_of(code);
    if let Some(advice) = by_text(question, &rows, texts) {
        return Some(advice);
    }
    if rows.iter().any(|row| row.says(texts)) {
        return None; // the text is known, but means different things in other operations
    }
    // AS codes repeat the texts of the ABDM ones under other numbers (errors.md, "AS codes").
    if code.starts_with("AS-") {
        return by_text(question, &rows_with_prefix("ABDM-"), texts);
    }
    // 9999 stands for everything: without its text it says nothing.
    if code == "ABDM-9999" {
        return None;
    }
    let select = |fits: &dyn Fn(&Row) -> bool| -> Vec<_> {
        rows.iter().copied().filter(|row| fits(row)).collect()
    };
    let mut nearest = select(&|row| row.covers(question));
    if nearest.is_empty() {
        nearest = select(&Row::is_general);
    }
    let mut advice = agreed(if nearest.is_empty() { &rows } else { &nearest })?;
    if rows.len() > 1 {
        // The row's words are about its own text, which did not come.
        advice.text = Advice::usual(advice.class).text;
    }
    Some(advice)
}

fn without_code(question: &Question<'_>, texts: &[Vec<String>]) -> Option<Advice> {
    let status = question.status.map(|status| status.as_u16());
    let form = match (question.shape, status) {
        (Shape::Empty, Some(401)) => Some("!empty-401"),
        (Shape::Empty, Some(400)) => Some("!empty-400"),
        (Shape::Empty | Shape::Text, Some(403)) => Some("!forbidden"),
        (Shape::Spring, _) => Some("!spring"),
        _ => None,
    };
    let exact = |code: &str| rows_of(code).first().map(|row| row.advice());
    if let Some(advice) = form.and_then(exact) {
        return Some(advice);
    }
    if let Some(advice) = question
        .field
        .and_then(|field| exact(&format!("field:{field}")))
    {
        return Some(advice);
    }
    if let Some(advice) = by_text(question, &rows_with_prefix("ABDM-"), texts) {
        return Some(advice);
    }
    exact(match (question.shape, status) {
        (Shape::AuthResult, _) => "!auth-result",
        (_, Some(408)) => "!timeout",
        (_, Some(429)) => "!busy",
        (_, Some(500..)) => "!server",
        _ => return None,
    })
}

/// The rows whose text came: those of the operation, else the general ones, else all that agree.
fn by_text(question: &Question<'_>, rows: &[&Row], texts: &[Vec<String>]) -> Option<Advice> {
    let said: Vec<_> = rows.iter().copied().filter(|row| row.says(texts)).collect();
    said.iter()
        .find(|row| row.covers(question))
        .or_else(|| said.iter().find(|row| row.is_general()))
        .map(|row| row.advice())
        .or_else(|| agreed(&said))
}

/// The common advice of rows that share their class; of a single row, its own.
fn agreed(rows: &[&Row]) -> Option<Advice> {
    let (first, rest) = rows.split_first()?;
    if rest.is_empty() {
        return Some(first.advice());
    }
    let same_class = rest.iter().all(|row| row.class == first.class);
    same_class.then(|| {
        let mut advice = Advice::usual(first.class);
        if rest.iter().all(|row| row.retry == first.retry) {
            advice.retry.clone_from(&first.retry);
        }
        if rest.iter().all(|row| row.who == first.who) {
            advice.who = first.who;
        }
        advice
    })
}

/// The rows of a code: its own, else those of its range, else those of its family.
fn rows_of(code: &str) -> Vec<&'static Row> {
    let select = |fits: &dyn Fn(&Row) -> bool| -> Vec<&'static Row> {
        CATALOGUE.iter().filter(|row| fits(row)).collect()
    };
    let own = select(&|row| row.code.eq_ignore_ascii_case(code));
    if !own.is_empty() {
        return own;
    }
    let ranged = select(&|row| in_range(row.code, code));
    if !ranged.is_empty() {
        return ranged;
    }
    select(&|row| {
        row.code
            .strip_suffix('*')
            .is_some_and(|family| code.starts_with(family))
    })
}

fn rows_with_prefix(prefix: &str) -> Vec<&'static Row> {
    CATALOGUE
        .iter()
        .filter(|row| row.code.starts_with(prefix))
        .collect()
}

/// Whether `HIS-2055..2097` holds `HIS-2060`.
fn in_range(range: &str, code: &str) -> bool {
    let parts = || {
        let (start, end) = range.split_once("..")?;
        let (family, start) = start.split_once('-')?;
        let number: u32 = code.strip_prefix(family)?.strip_prefix('-')?.parse().ok()?;
        Some((start.parse::<u32>().ok()?..=end.parse().ok()?).contains(&number))
    };
    parts().unwrap_or(false)
}

/// The table, read once. A line that cannot be read is left out; a test proves that there is none.
static CATALOGUE: LazyLock<Vec<Row>> = LazyLock::new(|| lines().filter_map(read_row).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("catalogue.tsv")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn read_row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let (code, http) = (cells.next()?, cells.next()?);
    let operations: Vec<_> = cells.next()?.split(',').collect();
    let messages: Vec<_> = cells
        .next()?
        .split(" | ")
        .filter(|text| !text.is_empty())
        .collect();
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
    let pauses = |texts: &str| {
        texts
            .split(' ')
            .map(read_duration)
            .collect::<Option<Vec<_>>>()
    };
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

/// The mark for "anything" in a pattern.
const ANYTHING: &str = "*";

/// The words of a text, without case and punctuation; `<n>` and `...` become [`ANYTHING`].
fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("...") {
            plain.push_str(" * ");
            rest = after;
        } else if let Some((_, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            plain.push_str(" * ");
            rest = after;
        } else {
            if c.is_alphanumeric() {
                plain.extend(c.to_lowercase());
            } else {
                plain.push(' ');
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Whether the words fit the pattern, in which [`ANYTHING`] stands for any number of words.
fn matches_words(pattern: &[String], words: &[String]) -> bool {
    let (mut at, mut word) = (0, 0);
    let mut last_anything: Option<(usize, usize)> = None;
    while let Some(present) = words.get(word) {
        match pattern.get(at) {
            Some(mark) if mark == ANYTHING => {
                last_anything = Some((at, word));
                at += 1;
            }
            Some(expected) if expected == present => {
                at += 1;
                word += 1;
            }
            _ => match last_anything {
                Some((mark, from)) => {
                    at = mark + 1;
                    word = from + 1;
                    last_anything = Some((mark, word));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|mark| mark == ANYTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        for line in lines() {
            assert!(read_row(line).is_some(), "cannot read: {line}");
        }
        assert!(CATALOGUE.len() > 304);
    }

    #[test]
    fn every_operation_of_the_table_is_known() {
        for row in rows() {
            for name in &row.operations {
                assert!(operation::is_known(name), "{} names {name:?}", row.code);
            }
        }
    }

    #[test]
    fn every_row_says_what_to_do_in_a_sentence() {
        for row in rows() {
            assert!(
                row.text.contains(" ") && row.text.ends_with('.'),
                "{}: {}",
                row.code,
                row.text
            );
        }
    }

    #[test]
    fn every_wait_says_until_when() {
        for row in rows().filter(|row| row.class == ErrorClass::Wait) {
            assert!(row.retry.is_some(), "{} {:?}", row.code, row.messages);
        }
    }

    #[test]
    fn texts_are_compared_without_case_blanks_and_punctuation() {
        let fits = |pattern: &str, text: &str| matches_words(&words(pattern), &words(text));
        assert!(fits("User not found", "  USER  not found. "));
        assert!(fits(
            "UIDAI Error code : <n> : <text>",
            "UIDAI Error code: 400: Invalid OTP"
        ));
        assert!(fits(
            "Invalid HIType, it must be in ...",
            "Invalid HIType, it must be in A,B"
        ));
        assert!(fits("below <n> years", "below 18 years"));
        assert!(!fits("User not found", "User not found here"));
        assert!(!fits("below <n> years", "below 18 months"));
        assert!(!fits("User not found", ""));
    }

    #[test]
    fn ranges_hold_their_ends() {
        assert!(in_range("HIS-2055..2097", "HIS-2055"));
        assert!(in_range("HIS-2055..2097", "HIS-2097"));
        assert!(!in_range("HIS-2055..2097", "HIS-2098"));
        assert!(!in_range("HIS-2055..2097", "ABDM-2060"));
    }
}
