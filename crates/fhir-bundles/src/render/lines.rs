use super::when;
use crate::{
    codes::LOINC,
    record::{Attachment, Item, MeasuredValue, Measurement},
};

/// An item as both renderers show it: a name, what stands beside it, and what stands below.
pub(super) struct Line {
    pub(super) name: String,
    /// Beside the name: a value, a size.
    pub(super) value: String,
    /// Below: label and words; an empty label for words that explain themselves.
    pub(super) details: Vec<(String, String)>,
    pub(super) abnormal: bool,
}

impl Line {
    fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), value: String::new(), details: Vec::new(), abnormal: false }
    }

    fn detail(mut self, label: &str, words: Option<&str>) -> Self {
        if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
            self.details.push((label.to_owned(), words.to_owned()));
        }
        self
    }
}

/// The lines of an item: one, except for reports and panels.
pub(super) fn lines(item: &Item) -> Vec<Line> {
    match item {
        Item::Medicine(medicine) => {
            let status = medicine.status.as_deref().filter(|status| *status != "active");
            vec![
                Line::new(&medicine.name)
                    .detail("", Some(&medicine.dosage))
                    .detail("For", medicine.reason.as_deref())
                    .detail("Status", status)
                    .detail("Note", medicine.note.as_deref()),
            ]
        }
        Item::Measurement(measurement) => measured(measurement),
        Item::Report(report) => {
            let mut lines = vec![
                Line::new(&report.name)
                    .detail("Date", report.date.as_deref().map(when).as_deref())
                    .detail("Requested", report.requested.as_deref())
                    .detail("Specimen", Some(&report.specimens.join(", ")))
                    .detail("Study", Some(&report.studies.join(", "))),
            ];
            lines.extend(report.results.iter().flat_map(measured));
            if let Some(conclusion) = &report.conclusion {
                lines.push(Line::new("Conclusion").detail("", Some(conclusion)));
            }
            lines.extend(report.attachments.iter().map(file));
            lines
        }
        Item::Attachment(attachment) => vec![file(attachment)],
        Item::Vaccination(vaccination) => {
            let mut line = Line::new(&vaccination.vaccine)
                .detail("Brand", vaccination.brand.as_deref())
                .detail("Dose", vaccination.dose.as_deref())
                .detail("Lot", vaccination.lot.as_deref())
                .detail("Manufacturer", vaccination.manufacturer.as_deref());
            line.value = vaccination.date.as_deref().map(when).unwrap_or_default();
            vec![line]
        }
        Item::Bill(bill) => {
            let name = bill.kind.clone().unwrap_or_else(|| "Invoice".to_owned());
            let mut lines = vec![Line::new(name).detail("Number", bill.number.as_deref())];
            for charge in &bill.lines {
                let mut line =
                    Line::new(&charge.name).detail("Quantity", charge.quantity.as_deref());
                for (kind, amount) in &charge.prices {
                    line = line.detail(kind, Some(amount));
                }
                lines.push(line);
            }
            for (name, amount) in [("Total without tax", &bill.net), ("Total", &bill.gross)] {
                if let Some(amount) = amount {
                    lines.push(Line { value: amount.clone(), ..Line::new(name) });
                }
            }
            lines
        }
        Item::Entry(entry) => {
            let mut line = Line::new(&entry.name);
            for (label, words) in &entry.details {
                line = line.detail(label, Some(&when(words)));
            }
            vec![line]
        }
    }
}

fn file(attachment: &Attachment) -> Line {
    let mut line = Line::new(&attachment.title).detail("At", attachment.url.as_deref());
    let kind = attachment.content_type.as_deref().unwrap_or("file");
    line.value = match attachment.size() {
        Some(size) => format!("{kind}, {}", file_size(size)),
        None => kind.to_owned(),
    };
    line
}

pub(super) fn measured(measurement: &Measurement) -> Vec<Line> {
    let mut line = Line::new(&measurement.name)
        .detail("Range", measurement.range.as_deref())
        .detail("Note", measurement.note.as_deref());
    line.abnormal = measurement.is_abnormal();
    if let Some(value) = &measurement.value {
        line.value = value.to_string();
    }
    if let Some(flag) = measurement.flag.as_ref().filter(|flag| flag.is_abnormal()) {
        line.value = format!("{} ({})", line.value, flag.text);
    }
    if let Some(pair) = pair(measurement) {
        line.value = pair;
        return vec![line];
    }
    let mut lines = vec![line];
    lines.extend(measurement.parts.iter().flat_map(measured));
    lines
}

/// Systolic and diastolic pressure as people write them: `142/91 mmHg`.
pub(super) fn pair(measurement: &Measurement) -> Option<String> {
    let is_pressure = measurement.code.as_ref().is_some_and(|code| code.is(LOINC, "85354-9"));
    let [systolic, diastolic] = measurement.parts.as_slice() else {
        return None;
    };
    match (&systolic.value, &diastolic.value) {
        (
            Some(MeasuredValue::Number { value: over, unit, comparator: None }),
            Some(MeasuredValue::Number { value: under, unit: other, comparator: None }),
        ) if is_pressure && unit == other => Some(format!("{over}/{under} {unit}")),
        _ => None,
    }
}

pub(super) fn file_size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}
