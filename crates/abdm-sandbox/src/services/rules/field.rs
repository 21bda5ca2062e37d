//! One field: where it stands, what it must be, and how it is told.

use abdm_core::clock::parse_timestamp;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::Seen;
use super::say::Say;

/// What a field must be.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// An object.
    Object,
    /// A list of so many elements.
    List(usize, usize),
    /// A text that keeps a rule. A blank one keeps none.
    Text(fn(&str) -> bool),
    /// The same for a text that may be blank.
    MaybeBlank(fn(&str) -> bool),
    /// A day in this form, and none in the future.
    Day(&'static str),
    /// An instant that keeps a rule, compared with now.
    Instant(fn(DateTime<Utc>, DateTime<Utc>) -> bool),
    /// A whole number between two; a text of digits is one, too.
    Integer(i64, i64),
    /// A whole number between two, and no text.
    BareInteger(i64, i64),
    /// So many digits, as a number or a text.
    Digits(usize),
}

enum Judged {
    Good,
    Mistyped,
    Outside,
}

impl Form {
    fn judge(self, value: &Value, now: DateTime<Utc>) -> Judged {
        let good = match (self, value) {
            (Self::Object, Value::Object(_)) => true,
            (Self::List(least, most), Value::Array(list)) => (least..=most).contains(&list.len()),
            (Self::Text(rule), Value::String(text)) => !text.trim().is_empty() && rule(text),
            (Self::MaybeBlank(rule), Value::String(text)) => text.trim().is_empty() || rule(text),
            (Self::Day(form), Value::String(text)) => {
                NaiveDate::parse_from_str(text, form).is_ok_and(|day| day <= now.date_naive())
            }
            (Self::Instant(rule), Value::String(text)) => {
                parse_timestamp(text).is_some_and(|instant| rule(instant, now))
            }
            (
                Self::Integer(least, most) | Self::BareInteger(least, most),
                Value::Number(number),
            ) => {
                // A whole number beyond all bounds is out of range, a broken one of another type.
                if number.is_f64() && number.as_f64().is_none_or(|number| number.fract() != 0.0) {
                    return Judged::Mistyped;
                }
                number.as_i64().is_some_and(|number| (least..=most).contains(&number))
            }
            (Self::Integer(least, most), Value::String(text)) => {
                text.trim().parse().is_ok_and(|number| (least..=most).contains(&number))
            }
            (Self::Digits(count), Value::Number(number)) => {
                number.is_u64() && number.to_string().len() == count
            }
            (Self::Digits(count), Value::String(text)) => {
                text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => return Judged::Mistyped,
        };
        if good { Judged::Good } else { Judged::Outside }
    }
}

/// One field of a body.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// A JSON pointer; `*` is every element of a list.
    path: &'static str,
    form: Form,
    needed: bool,
    missing: Say,
    mistyped: Say,
    outside: Say,
}

impl Field {
    /// A field that must be there. It is told by `say`, and as unreadable when its type is another.
    pub(super) const fn needed(path: &'static str, form: Form, say: Say) -> Self {
        let mistyped = Say::Unreadable;
        Self { path, form, needed: true, missing: say, mistyped, outside: say }
    }

    /// A field that may be left out or `null`.
    pub(super) const fn optional(path: &'static str, form: Form, say: Say) -> Self {
        Self { needed: false, ..Self::needed(path, form, say) }
    }

    /// Told in another way when it is missing or `null`.
    pub(super) const fn when_missing(self, say: Say) -> Self {
        Self { missing: say, ..self }
    }

    /// Told in another way when it is of another type.
    pub(super) const fn when_mistyped(self, say: Say) -> Self {
        Self { mistyped: say, ..self }
    }

    /// Where it stands.
    pub(super) const fn path(&self) -> &'static str {
        self.path
    }

    /// What is found at the field's places. Below something that is not there nothing is looked
    /// for: that has a rule of its own.
    pub(super) fn found(&self, seen: &Seen<'_>) -> Vec<Found> {
        let mut places = vec![Some(seen.json)];
        for key in self.path.split('/').skip(1) {
            places = places.into_iter().flatten().flat_map(|value| below(value, key)).collect();
        }
        places.into_iter().map(|place| self.judge(place, seen.now)).collect()
    }

    fn judge(&self, place: Option<&Value>, now: DateTime<Utc>) -> Found {
        match place.filter(|value| !value.is_null()) {
            None if self.needed => Found::Missing(self.missing),
            None => Found::Good,
            Some(value) => match self.form.judge(value, now) {
                Judged::Good => Found::Good,
                Judged::Mistyped => Found::Mistyped(self.mistyped),
                Judged::Outside => Found::Outside(self.outside),
            },
        }
    }
}

/// The values under a key; one `None` where an object does not have it.
fn below<'a>(value: &'a Value, key: &str) -> Vec<Option<&'a Value>> {
    match (value, key) {
        (Value::Array(list), "*") => list.iter().map(Some).collect(),
        (Value::Object(fields), key) => vec![fields.get(key)],
        _ => Vec::new(),
    }
}

impl Found {
    pub(super) const fn is_mistyped(&self) -> bool {
        matches!(self, Self::Mistyped(_))
    }

    /// How it is told, and what is wrong; `None` for what is good.
    pub(super) const fn fault(&self) -> Option<(Say, &'static str)> {
        match self {
            Self::Good => None,
            Self::Missing(say) => Some((*say, "is missing")),
            Self::Mistyped(say) => Some((*say, "has another type")),
            Self::Outside(say) => Some((*say, "has another form, or is out of its set or range")),
        }
    }
}

/// What was found at one place of a field.
pub(super) enum Found {
    Good,
    Missing(Say),
    Mistyped(Say),
    Outside(Say),
}
