//! Units as people read them, and spans of time.

use std::borrow::Cow;

use crate::language::{Language, Phrase};

/// A unit as people read it: `10^3/uL` and UCUM's `10*3/uL` are `×10³/µL`. Others stay as they are.
pub(crate) fn unit_text(unit: &str) -> Cow<'_, str> {
    let unit = unit.trim();
    let (power, rest) = match power_of_ten(unit) {
        Some((power, rest)) => (power, rest),
        None => (String::new(), unit),
    };
    let mut parts: Vec<&str> = rest.split('/').collect();
    let mut is_changed = !power.is_empty();
    for part in parts.iter_mut().filter(|part| part.eq_ignore_ascii_case("ul")) {
        *part = "µL";
        is_changed = true;
    }
    if is_changed { Cow::Owned(format!("{power}{}", parts.join("/"))) } else { Cow::Borrowed(unit) }
}

/// `×10³` and what follows of a unit that begins with a power of ten.
fn power_of_ten(unit: &str) -> Option<(String, &str)> {
    let bare = unit.trim_start_matches(['x', 'X', '×']).trim_start();
    let rest = bare.strip_prefix("10")?.strip_prefix(['^', '*'])?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (exponent, rest) = rest.split_at_checked(digits)?;
    if exponent.is_empty() || exponent.len() > 2 || !(rest.is_empty() || rest.starts_with('/')) {
        return None;
    }
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = exponent.bytes().filter_map(|digit| RAISED.get(usize::from(digit - b'0')));
    Some((
        std::iter::once("×10").map(str::to_owned).chain(raised.map(char::to_string)).collect(),
        rest,
    ))
}

/// A count of a unit of time, by its code or name: `5 days`.
pub(crate) fn counted(count: &str, unit: &str, language: Language) -> String {
    let is_one = count == "1";
    let Some((one, many, _)) = unit_of_time(unit) else {
        return format!("{count} {unit}").trim_end().to_owned();
    };
    format!("{count} {}", language.say(if is_one { one } else { many }))
}

/// `a day`, by the unit's code or name.
pub(crate) fn per_unit(unit: &str, language: Language) -> String {
    match unit_of_time(unit) {
        Some((_, _, per)) => language.say(per).to_owned(),
        None => language.fill(Phrase::PerB, &[unit]),
    }
}

/// One, many, and what `a day` is of a unit of time.
fn unit_of_time(unit: &str) -> Option<(Phrase, Phrase, Phrase)> {
    Some(match unit.trim_end_matches('s') {
        "" | "sec" | "second" => (Phrase::Second, Phrase::Seconds, Phrase::ASecond),
        "min" | "minute" => (Phrase::Minute, Phrase::Minutes, Phrase::AMinute),
        "h" | "hr" | "hour" => (Phrase::Hour, Phrase::Hours, Phrase::AnHour),
        "d" | "day" => (Phrase::Day, Phrase::Days, Phrase::ADay),
        "wk" | "week" => (Phrase::Week, Phrase::Weeks, Phrase::AWeek),
        "mo" | "month" => (Phrase::Month, Phrase::Months, Phrase::AMonth),
        "a" | "year" => (Phrase::Year, Phrase::Years, Phrase::AYear),
        _ => return None,
    })
    .filter(|_| !unit.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_as_laboratories_print_them() {
        for (unit, expected) in [
            ("10^3/uL", "×10³/µL"),
            ("10*3/uL", "×10³/µL"),
            ("x10^12/L", "×10¹²/L"),
            ("X 10^9/L", "×10⁹/L"),
            ("/uL", "/µL"),
            ("uL", "µL"),
            ("10*3", "×10³"),
            ("10^", "10^"),
            ("10^3cells", "10^3cells"),
            ("mcg", "mcg"),
            ("uIU/mL", "uIU/mL"),
            ("/cumm", "/cumm"),
        ] {
            assert_eq!(unit_text(unit), expected, "{unit}");
        }
    }
}
