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
//! A reply without a code is judged by its form, by the field it names, by its text, and last by
//! its status. Whatever remains is [`Unclassified`](super::ErrorClass::Unclassified).

mod row;
mod words;

use http::StatusCode;

use self::row::CATALOGUE;
pub use self::row::Row;
use self::words::words;
use super::advice::Advice;
use super::code::ErrorCode;
use super::operation::Operation;
use super::peer::Peer;
use super::shape::Shape;

/// What to do about a code and text that an endpoint answered.
///
/// [`ApiError::advice`](crate::error::ApiError::advice) asks with all that it knows of the reply;
/// this is for codes that came another way.
///
/// ```
/// use abdm_core::error::{ErrorClass, ErrorCode, Operation, catalogue};
/// let code = ErrorCode::abdm(1092);
/// let token = catalogue::advise(Operation::GenerateToken, Some(&code), "");
/// let data = catalogue::advise(Operation::DataRequest, Some(&code), "");
/// assert_eq!((token.class, data.class), (ErrorClass::Wait, ErrorClass::Blocked));
/// ```
#[must_use]
pub fn advise(operation: Operation, code: Option<&ErrorCode>, message: &str) -> Advice {
    answer(&Question {
        operation,
        peer: &Peer::Abdm,
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

/// Whether the table has a complaint about a field of this name.
pub(super) fn knows_field(name: &str) -> bool {
    CATALOGUE
        .iter()
        .filter_map(|row| row.code.strip_prefix("field:"))
        .any(|field| field.eq_ignore_ascii_case(name))
}

/// All that is known of one complaint of a reply.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) operation: Operation,
    pub(super) peer: &'a Peer,
    pub(super) status: Option<StatusCode>,
    pub(super) shape: Shape,
    pub(super) code: Option<&'a str>,
    pub(super) field: Option<&'a str>,
    pub(super) texts: [Option<&'a str>; 2],
}

pub(super) fn answer(question: &Question<'_>) -> Advice {
    let texts: Vec<Vec<String>> =
        question.texts.iter().flatten().map(|text| words(text)).filter(|w| !w.is_empty()).collect();
    let found = match question.code {
        Some(code) => by_code(question, code, &texts),
        None => without_code(question, &texts),
    };
    let busy = || by_form(question, "!busy").filter(|_| question.status == Some(BUSY));
    found.or_else(busy).unwrap_or_else(|| Advice::unclassified(question.peer))
}

/// ABDM, or what stands before it, counts calls, whatever else the answer says.
const BUSY: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// The text of a complaint as the table has it: of the code's rows, or of any where there is no
/// code.
pub(super) fn known_text(code: Option<&str>, texts: [Option<&str>; 2]) -> Option<&'static str> {
    let texts: Vec<Vec<String>> =
        texts.iter().flatten().map(|text| words(text)).filter(|w| !w.is_empty()).collect();
    let mut rows = code.map_or_else(Vec::new, rows_of);
    match code {
        Some(code) if is_bare(code) => rows.extend(rows_of(&format!("ABDM-{code}"))),
        Some(code) if !code.starts_with("AS-") => {}
        _ => {
            rows.extend(rows_with_prefix("ABDM-"));
            // Failures that are told by a status without a code (ruling 28).
            rows.extend(rows_with_prefix("!status"));
        }
    }
    rows.iter().find_map(|row| row.text_that_says(&texts))
}

/// Codes that stand for everything from a wrong field to a success (ruling 36): without one of its
/// texts such a code says nothing.
const TEXT_DECIDES: [&str; 2] = ["ABDM-9999", "ABDM-2500"];

/// Whether the code is an ABDM code without its family. The registry sends such (errors.md, 2500);
/// elsewhere bare numbers are those of version 0.5, which mean other things: only the text decides.
fn is_bare(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn by_code(question: &Question<'_>, code: &str, texts: &[Vec<String>]) -> Option<Advice> {
    let rows = rows_of(code);
    if let Some(advice) = by_text(question, &rows, texts) {
        return Some(advice);
    }
    if rows.iter().any(|row| row.says(texts)) {
        return None; // the text is known, but means different things in other operations
    }
    if rows.is_empty() && is_bare(code) {
        return by_text(question, &rows_of(&format!("ABDM-{code}")), texts);
    }
    // AS codes repeat the texts of the ABDM ones under other numbers (errors.md, "AS codes").
    if code.starts_with("AS-") {
        return by_text(question, &rows_with_prefix("ABDM-"), texts);
    }
    if TEXT_DECIDES.contains(&code) {
        return None;
    }
    let select = |fits: &dyn Fn(&Row) -> bool| -> Vec<_> {
        rows.iter().copied().filter(|row| fits(row)).collect()
    };
    let mut nearest = select(&|row| row.covers(question));
    if nearest.is_empty() {
        nearest = select(&Row::is_general);
    }
    let mut advice = agreed(if nearest.is_empty() { &rows } else { &nearest }, question)?;
    let for_any_text = rows.iter().all(|row| row.messages.is_empty());
    if !for_any_text && (rows.len() > 1 || !texts.is_empty()) {
        // The row's words are about its own text, which did not come.
        advice.text = Advice::usual_of(advice.class, question.peer).text;
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
    if let Some(advice) = form.and_then(|form| by_form(question, form)) {
        return Some(advice);
    }
    let field = question.field.map(|field| format!("field:{field}"));
    if let Some(advice) = field.and_then(|field| by_form(question, &field)) {
        return Some(advice);
    }
    if let Some(advice) = by_text(question, &rows_with_prefix("ABDM-"), texts) {
        return Some(advice);
    }
    by_form(
        question,
        match (question.shape, status) {
            (Shape::AuthResult, _) => "!auth-result",
            (_, Some(400)) => "!refused",
            (_, Some(401 | 403)) => "!unauthorized",
            (_, Some(404)) => "!not-found",
            (_, Some(408)) => "!timeout",
            (_, Some(409)) => "!conflict",
            (_, Some(410)) => "!gone",
            (_, Some(413)) => "!too-large",
            (_, Some(429)) => "!busy",
            (_, Some(500..)) => "!server",
            _ => return None,
        },
    )
}

/// The row for replies of this form: the operation's own, else the general one.
fn by_form(question: &Question<'_>, form: &str) -> Option<Advice> {
    let rows = rows_of(form);
    rows.iter()
        .find(|row| row.covers(question))
        .or_else(|| rows.iter().find(|row| row.is_general()))
        .map(|row| advice_of(row, question))
}

/// The rows whose text came: those of the operation, else the general ones, else all that agree.
fn by_text(question: &Question<'_>, rows: &[&Row], texts: &[Vec<String>]) -> Option<Advice> {
    let said: Vec<_> = rows.iter().copied().filter(|row| row.says(texts)).collect();
    said.iter()
        .find(|row| row.covers(question))
        .or_else(|| said.iter().find(|row| row.is_general()))
        .map(|row| advice_of(row, question))
        .or_else(|| {
            // The text is known of other operations: what it is remains, what to do may differ.
            let mut advice = agreed(&said, question)?;
            let same_code = |row: &&&Row| said.iter().any(|other| other.code == row.code);
            let mut own =
                rows.iter().filter(|row| row.covers(question) && row.class == advice.class);
            match own.find(same_code) {
                Some(row) => advice.text = row.advice().text,
                None => advice.text = Advice::usual_of(advice.class, question.peer).text,
            }
            Some(advice)
        })
}

/// The row's advice. What it says of ABDM does not fit another facility's answer: of it remain
/// class and times.
fn advice_of(row: &Row, question: &Question<'_>) -> Advice {
    match question.peer {
        Peer::Facility(_) if !row.covers(question) => {
            Advice { retry: row.retry.clone(), ..Advice::usual_of(row.class, question.peer) }
        }
        _ => row.advice(),
    }
}

/// The common advice of rows that share their class; of a single row, its own.
fn agreed(rows: &[&Row], question: &Question<'_>) -> Option<Advice> {
    let (first, rest) = rows.split_first()?;
    if rest.is_empty() {
        return Some(advice_of(first, question));
    }
    let same_class = rest.iter().all(|row| row.class == first.class);
    same_class.then(|| {
        let mut advice = Advice::usual_of(first.class, question.peer);
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
    select(&|row| row.code.strip_suffix('*').is_some_and(|family| code.starts_with(family)))
}

fn rows_with_prefix(prefix: &str) -> Vec<&'static Row> {
    CATALOGUE.iter().filter(|row| row.code.starts_with(prefix)).collect()
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

#[cfg(test)]
mod tests {
    use super::in_range;

    #[test]
    fn ranges_hold_their_ends() {
        assert!(in_range("HIS-2055..2097", "HIS-2055"));
        assert!(in_range("HIS-2055..2097", "HIS-2097"));
        assert!(!in_range("HIS-2055..2097", "HIS-2098"));
        assert!(!in_range("HIS-2055..2097", "ABDM-2060"));
    }
}
