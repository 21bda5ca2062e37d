//! The forms of a file: an object with patients and records, a list of records, lines of JSON.

use super::fields::Fields;
use super::json::Json;
use super::problems::RecordsProblem;

/// The largest file.
const LARGEST: usize = 256 * 1024 * 1024;

/// What stands in a file, each with its place.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) patients: Vec<(String, Json)>,
    pub(super) records: Vec<(String, Json)>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Contents, RecordsProblem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut contents = Contents::default();
    if bytes.len() > LARGEST {
        return Err(RecordsProblem::new("the file", "it is larger than 256 MiB"));
    }
    match Json::parse(bytes) {
        Ok(Json::Array(records)) => contents.add_records("", records),
        Ok(json) => contents.add("", json)?,
        Err(error) => {
            let Some(lines) = lines(bytes) else {
                return Err(RecordsProblem::new("the file", format!("it is not JSON: {error}")));
            };
            for (number, line) in lines {
                let place = format!("line {number}");
                match Json::parse(line) {
                    Ok(json) => contents.add(&place, json)?,
                    Err(error) => {
                        return Err(RecordsProblem::new(place, format!("it is not JSON: {error}")));
                    }
                }
            }
        }
    }
    Ok(contents)
}

/// The lines that are not blank, if the first of them is JSON by itself.
fn lines(bytes: &[u8]) -> Option<Vec<(usize, &[u8])>> {
    let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    let lines: Vec<_> = lines
        .map(|(line, number)| (number, line))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .collect();
    lines.first().filter(|(_, line)| Json::parse(line).is_ok())?;
    Some(lines)
}

impl Contents {
    /// An object with patients and records, or one record.
    fn add(&mut self, place: &str, json: Json) -> Result<(), RecordsProblem> {
        let fields = Fields::of(&json);
        let (patients, records) =
            (fields.get(&["patients"]), fields.get(&["records", "documents"]));
        let prefix = if place.is_empty() { String::new() } else { format!("{place}, ") };
        let is_record = fields.get(&["type", "record", "resourceType"]).is_some();
        if patients.is_none() && (records.is_none() || is_record) {
            if !is_record {
                let place = if place.is_empty() { "the file" } else { place };
                let text =
                    "neither \"patients\" nor \"records\" is in it, and no record has a \"type\"";
                return Err(RecordsProblem::new(place, text));
            }
            let place = if place.is_empty() { "the record".to_owned() } else { place.to_owned() };
            self.records.push((place, json));
            return Ok(());
        }
        let patients = patients.cloned().map(list).unwrap_or_default();
        let records = records.cloned().map(list).unwrap_or_default();
        let place = |n: usize| format!("{prefix}patients[{n}]");
        self.patients.extend(patients.into_iter().enumerate().map(|(n, json)| (place(n), json)));
        self.add_records(&format!("{prefix}records"), records);
        Ok(())
    }

    fn add_records(&mut self, prefix: &str, records: Vec<Json>) {
        let place = |n: usize| format!("{prefix}[{n}]");
        self.records.extend(records.into_iter().enumerate().map(|(n, json)| (place(n), json)));
    }
}

/// A list; a single value is a list of one.
fn list(json: Json) -> Vec<Json> {
    match json {
        Json::Array(elements) => elements,
        one => vec![one],
    }
}
