//! Paths as the caller wrote them.

use super::form::same_name;
use crate::json::Json;

/// The path of a fact in the caller's own record: with the caller's spelling of each name, with a place
/// only in what is a list there, and no further than what is a text there.
pub(super) fn in_record(path: &str, record: &Json) -> String {
    let mut out = String::new();
    let mut here = Some(record);
    let mut segments = path.split('.').peekable();
    while let Some(segment) = segments.next() {
        let (name, place) = parts(segment);
        let object = here.and_then(Json::as_object);
        if here.is_some() && object.is_none() {
            break;
        }
        let found = object.and_then(|object| object.iter().find(|(key, _)| same_name(name, key)));
        let key = found.map_or(name, |(key, _)| if is_plain(key) { key } else { name });
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(key);
        here = found.map(|(_, value)| value);
        let list = here.and_then(Json::as_array);
        match (list, place) {
            (Some(list), Some(place)) => {
                out.push_str(&format!("[{place}]"));
                here = list.get(place);
            }
            // The one that a list holds where one thing is expected.
            (Some([one]), None) if segments.peek().is_some() => {
                out.push_str("[0]");
                here = Some(one);
            }
            (None, Some(place)) if here.is_none() || place > 0 => {
                out.push_str(&format!("[{place}]"));
            }
            _ => {}
        }
    }
    out
}

fn is_plain(key: &str) -> bool {
    key.len() <= 60 && key.chars().all(|letter| !letter.is_control() && letter != '.')
}

/// `results[2]`: name and place.
fn parts(segment: &str) -> (&str, Option<usize>) {
    let place = segment.split_once('[').and_then(|(name, rest)| {
        let place = rest.strip_suffix(']')?.parse().ok()?;
        Some((name, Some(place)))
    });
    place.unwrap_or((segment, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_callers_record() {
        let record = Json::parse(
            br#"{ "report": { "Results": [{}, { "value": 1 }], "issued": "" },
                  "chief_complaints": "Fever", "medications": { "name": "Zinc" },
                  "bill": [{ "items": [] }], "allergies": ["Dust"] }"#,
        )
        .unwrap();
        for (path, expected) in [
            ("report.results[1].value", "report.Results[1].value"),
            ("report.conclusion", "report.conclusion"),
            ("chiefComplaints[0].name", "chief_complaints"),
            ("medications[0].dose", "medications.dose"),
            ("bill.items", "bill[0].items"),
            ("allergies[0].substance", "allergies[0]"),
            ("facility", "facility"),
            ("procedures[2].on", "procedures[2].on"),
            ("report.findings", "report.findings"),
        ] {
            assert_eq!(in_record(path, &record), expected);
        }
    }
}
