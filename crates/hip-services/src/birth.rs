//! The year of birth out of what a hospital's software holds.

use abdm_core::person::YearOfBirth;
use chrono::{Datelike, NaiveDate};

use crate::error::Error;

/// The forms of a date that name a year in four digits without doubt. Whether the day or the month
/// comes first does not matter for the year.
const FORMS: [&str; 8] = [
    "%Y-%m-%d", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y",
];

/// The year of birth for [`LinkPatient`](crate::LinkPatient) out of a date of birth as the
/// hospital's software holds it: `1994-08-15`, `15-08-1994`, `15/08/1994`, `15-Aug-1994`, with a
/// time after it or without, or the year alone or with the month.
///
/// It is taken from a date that can be read, never cut out of a text and never guessed: a link
/// token for a wrong year is refused and counts towards the patient's three a day (m2-hip.md 1.1).
///
/// ```
/// assert_eq!(hip_services::year_of_birth("15-08-1994").unwrap(), 1994);
/// assert!(hip_services::year_of_birth("15/8/94").is_err());
/// ```
///
/// # Errors
/// [`Error::Invalid`] for anything else, a year of two digits and a blank among it. Nothing of the
/// text is in the error.
pub fn year_of_birth(date_of_birth: &str) -> Result<u16, Error> {
    let text = date_of_birth.trim();
    let date = text.split_once(['T', 't']).map_or(text, |(date, _)| date);
    let whole = |text: &str| FORMS.iter().find_map(|f| NaiveDate::parse_from_str(text, f).ok());
    let year = if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()
    } else {
        let before_time = text.split_once(' ').map_or(text, |(date, _)| date);
        whole(date)
            .or_else(|| whole(before_time))
            .or_else(|| whole(&format!("{text}-01")))
            .map(|date| date.year())
    };
    // A year of two digits reads as one of the first century: it is out of range like any other.
    let read = year.and_then(|year| YearOfBirth::new(u16::try_from(year).ok()?).ok());
    read.map(YearOfBirth::get).ok_or(Error::invalid(
        "the date of birth (yearOfBirth) is no date with a year of four digits: write 1994-08-15 or \
         15-08-1994, or the year alone",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Case 25.
    #[test]
    fn a_year_is_parsed_from_a_date_or_refused_by_its_name_and_never_guessed() {
        for text in [
            "15-08-1994",
            "1994-08-15",
            "1994",
            "1994-08",
            "15/08/1994",
            "8/15/1994",
            "1994/08/15",
            "15.08.1994",
            "15-Aug-1994",
            "15 Aug 1994",
            " 1994-08-15 ",
            "1994-08-15T00:00:00.000Z",
            "1994-08-15 00:00:00",
            "15/08/1994 00:00",
        ] {
            assert_eq!(year_of_birth(text).unwrap(), 1994, "{text}");
        }
        for text in [
            "15/8/94",
            "",
            " ",
            "94",
            "19940815",
            "0000-00-00",
            "1994-02-30",
            "unknown",
            "08-1994x",
            "1894-08-15",
            "15-08-94",
            "age 32",
            "null",
            "00-00-1994",
        ] {
            let error = year_of_birth(text).unwrap_err();
            assert!(error.to_string().contains("yearOfBirth"), "{text}: {error}");
        }
    }
}
