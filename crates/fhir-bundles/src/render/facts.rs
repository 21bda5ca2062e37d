//! Makes the sheet of a record.

use super::{
    narratives, results,
    sheet::{Block, Fact, Line, Part, Place, Sheet, Table, Unread, Words},
};
use crate::{
    record::{
        Attachment, Bill, Deceased, Entry, Item, MarkKind, Medicine, Person, Record, Report,
        Section, Stated, Stay, Vaccination,
    },
    words::{between, joined, when},
};

/// More places of what could not be shown help nobody.
const MOST_UNREAD: usize = 100;

pub(super) fn sheet(record: &Record) -> Sheet<'_> {
    let day = record.date().map(|date| when(date.as_str()));
    let day = day.as_deref().and_then(|date| date.split(',').next());
    let mut sheet = Sheet {
        title: record.title().to_owned(),
        language: record.language(),
        date: record.date().map(|date| when(date.as_str())),
        standing: record.standing().words(),
        head: head(record),
        words: Words::from(record.narrative()),
        parts: record.sections().iter().map(|section| part(section, day)).collect(),
        unread: unread(record),
    };
    narratives::settle(&mut sheet);
    sheet
}

/// Takes over what is said against a fact, to stand before it.
pub(super) fn stated<'a, T>(fact: &'a Stated<T>, mut line: Line<'a>) -> Line<'a> {
    let standing = fact.standing();
    line.standing = standing.against();
    line.is_struck = [MarkKind::InError, MarkKind::Refuted, MarkKind::Withdrawn]
        .into_iter()
        .any(|kind| standing.has(kind));
    line.words = Words::from(fact.narrative());
    line.add("Status", standing.notes().as_deref());
    line
}

fn head(record: &Record) -> Vec<Fact> {
    let mut head = Vec::new();
    let mut add = |label: &str, words: Option<String>| {
        if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
            head.push(Fact::new(label, words));
        }
    };
    if let Some(patient) = record.patient() {
        let standing = patient.standing.words();
        add("Patient", joined(standing.into_iter().chain([patient.name.clone()]), ": "));
        add("About", about(patient, record));
        let abha = [patient.abha_number.clone(), patient.abha_address.clone()];
        add("ABHA", joined(abha.into_iter().flatten(), ", "));
        add("Number", joined(patient.numbers(), ", "));
        add("Contact", joined(patient.contacts.iter().cloned(), ", "));
        add("Address", joined(patient.addresses.iter().cloned(), "; "));
        add("Also named", joined(patient.other_names.iter().cloned(), ", "));
        let narrative = patient.narrative.as_ref().filter(|narrative| !narrative.is_generated());
        add("In words", narrative.map(|narrative| narrative.text().replace('\n', "; ")));
    }
    for author in record.authors() {
        add("By", Some(author.words()));
    }
    add("At", record.organization().map(crate::record::Party::words));
    if let Some(stay) = record.stay() {
        let (standing, visit) = stay.with_standing();
        let words = joined(visit.class.iter().cloned().chain(times(visit)), ", ");
        let words = words.unwrap_or_default();
        add("Visit", joined(standing.words().into_iter().chain([words]), ": "));
        add("For", joined(visit.reasons.iter().cloned(), ", "));
        add("Discharged to", visit.discharged_to.clone());
        for (label, words) in &visit.details {
            add(label, Some(words.clone()));
        }
        let narrative = stay.narrative().filter(|narrative| !narrative.is_generated());
        add("In words", narrative.map(|narrative| narrative.text().replace('\n', "; ")));
    }
    for (label, words) in record.details() {
        add(label, Some(words.clone()));
    }
    head
}

fn about(patient: &Person, record: &Record) -> Option<String> {
    let born = patient.birth_date.as_ref().map(|date| format!("born {}", when(date.as_str())));
    let died = match &patient.deceased {
        Some(Deceased::Undated) => Some("has died".to_owned()),
        Some(Deceased::On(date)) => Some(format!("died {}", when(date.as_str()))),
        None => None,
    };
    // The dead do not grow older.
    let on = match &patient.deceased {
        Some(Deceased::On(date)) => Some(date),
        _ => record.date(),
    };
    let age = on.and_then(|date| patient.age_on(date));
    joined([patient.gender.clone(), age, born, died].into_iter().flatten(), ", ")
}

fn times(stay: &Stay) -> Option<String> {
    let side = |date: &Option<crate::model::DateTime>| date.as_ref().map(|d| d.as_str().to_owned());
    match (side(&stay.start), side(&stay.end)) {
        // A visit without an end is at a time, not from a time on.
        (Some(start), None) => Some(when(&start)),
        (start, end) => between(start.as_deref(), end.as_deref()),
    }
}

fn part<'a>(section: &'a Section, day: Option<&str>) -> Part<'a> {
    let mut blocks = Vec::new();
    let mut rest = section.items.as_slice();
    while let Some(first) = rest.first() {
        // Neighbouring results decide together whether their dates matter.
        let is_result = |item: &&Item| matches!(item, Item::Measurement(_));
        let run = rest.iter().take_while(is_result).count();
        if run == 0 {
            blocks.extend(self::blocks(first, day));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (same, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
        let measured = same.iter().filter_map(|item| match item {
            Item::Measurement(measurement) => Some(measurement),
            _ => None,
        });
        blocks.extend(results::lines(measured, day, None).into_iter().map(Block::Line));
        rest = after;
    }
    Part {
        title: section.title.clone(),
        standing: section.standing.words(),
        facts: section.details.iter().map(|(label, words)| Fact::new(label, words)).collect(),
        blocks,
        words: Words::from(section.narrative.as_ref()),
        parts: section.sections.iter().map(|inner| part(inner, day)).collect(),
    }
}

fn blocks<'a>(item: &'a Item, day: Option<&str>) -> Vec<Block<'a>> {
    let one = match item {
        Item::Medicine(medicine) => Block::Line(self::medicine(medicine)),
        Item::Measurement(measurement) => {
            return results::lines([measurement], day, None).into_iter().map(Block::Line).collect();
        }
        Item::Report(report) => self::report(report, day),
        Item::Attachment(attachment) => Block::Line(file(attachment)),
        Item::Vaccination(vaccination) => Block::Line(self::vaccination(vaccination)),
        Item::Bill(bill) => self::bill(bill),
        Item::Entry(entry) => {
            let mut lines = Vec::new();
            self::entry(entry, 0, &mut lines);
            return lines;
        }
    };
    vec![one]
}

fn medicine(stated: &Stated<Medicine>) -> Line<'_> {
    let (_, medicine) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&medicine.name));
    line.table = Table::Medicines;
    for (place, step) in medicine.dosage.iter().enumerate() {
        let words = if medicine.dosage.len() > 1 {
            let order = step.sequence.map_or_else(String::new, |number| format!("{number}. "));
            let then = match (place, step.sequence) {
                (1.., Some(number))
                    if medicine.dosage.get(place - 1).and_then(|step| step.sequence)
                        != Some(number) =>
                {
                    "then "
                }
                (1.., Some(_)) => "and ",
                _ => "",
            };
            format!("{order}{then}{}", step.words)
        } else {
            step.words.clone()
        };
        line.place(Place::Dosage, "", Some(&words));
    }
    let taken = (!medicine.is_order && stated.standing().holds()).then_some("taken already");
    line.add("", taken);
    line.add("For", medicine.reason.as_deref());
    for (label, words) in &medicine.details {
        line.add(label, Some(words));
    }
    line.add("Note", medicine.note.as_deref());
    line
}

fn report<'a>(stated: &'a Stated<Report>, day: Option<&str>) -> Block<'a> {
    let (_, report) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&report.name));
    let issued = report.issued.as_deref();
    line.add("Date", report.effective.as_deref().or(issued));
    line.add(
        "Issued",
        issued.filter(|_| report.effective.is_some() && report.effective.as_deref() != issued),
    );
    line.add("Reported by", report.reported_by.as_deref());
    line.add("Requested", report.requested.as_deref());
    for specimen in &report.specimens {
        line.add("Specimen", Some(specimen));
    }
    for study in &report.studies {
        line.add("Study", Some(study));
    }
    for (label, words) in &report.details {
        line.add(label, Some(words));
    }
    let mut blocks: Vec<_> = results::lines(&report.results, day, report.reported_by.as_deref())
        .into_iter()
        .map(Block::Line)
        .collect();
    if report.conclusion.is_some() || report.conclusion_codes.is_some() {
        let mut conclusion = Line::new("Conclusion");
        conclusion.add("", report.conclusion.as_deref());
        conclusion.add("Coded as", report.conclusion_codes.as_deref());
        // It stands and falls with its report.
        conclusion.is_struck = line.is_struck;
        conclusion.standing.clone_from(&line.standing);
        blocks.push(Block::Line(conclusion));
    }
    blocks.extend(report.attachments.iter().map(|attachment| Block::Line(file(attachment))));
    Block::Holder(line, blocks)
}

fn file(stated: &Stated<Attachment>) -> Line<'_> {
    let (_, attachment) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&attachment.title));
    let kind = attachment.content_type.as_deref().unwrap_or("file").to_owned();
    let size = attachment.size().map(file_size);
    line.value = joined([Some(kind), size].into_iter().flatten(), ", ").unwrap_or_default();
    let has_data = attachment.data.as_deref().is_some_and(is_base64);
    if !has_data && attachment.url.is_none() {
        line.flag = Some("the file is missing or damaged".to_owned());
    }
    line.add("At", attachment.url.as_deref().filter(|_| !has_data));
    line.add("Made", attachment.date.as_deref());
    for (label, words) in &attachment.details {
        line.add(label, Some(words));
    }
    line.file = Some(attachment);
    line
}

/// Base64, white space between the letters allowed.
pub(super) fn is_base64(data: &str) -> bool {
    let mut any = false;
    data.bytes().filter(|byte| !byte.is_ascii_whitespace()).all(|byte| {
        any = true;
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
    }) && any
}

fn file_size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

fn vaccination(stated: &Stated<Vaccination>) -> Line<'_> {
    let (_, vaccination) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&vaccination.vaccine));
    line.value = vaccination.when.clone().unwrap_or_default();
    line.add("Brand", vaccination.brand.as_deref());
    line.add("Dose", vaccination.dose.as_deref());
    line.add("Lot", vaccination.lot.as_deref());
    line.add("Manufacturer", vaccination.manufacturer.as_deref());
    for (label, words) in &vaccination.details {
        line.add(label, Some(words));
    }
    line.add("Note", vaccination.note.as_deref());
    line
}

fn bill(stated: &Stated<Bill>) -> Block<'_> {
    let (_, bill) = stated.with_standing();
    let kind = bill.kind.clone().filter(|kind| !kind.is_empty());
    let mut line = self::stated(stated, Line::new(kind.unwrap_or_else(|| "Invoice".to_owned())));
    line.add("Number", bill.number.as_deref());
    line.add("Date", bill.date.as_ref().map(|date| when(date.as_str())).as_deref());
    for (label, words) in &bill.details {
        line.add(label, Some(words));
    }
    line.add("Note", bill.note.as_deref());
    let mut blocks = Vec::new();
    for stated in &bill.lines {
        let (_, charge) = stated.with_standing();
        let mut line = self::stated(stated, Line::new(&charge.name));
        line.table = Table::Charges;
        line.place(Place::Quantity, "Quantity", charge.quantity.as_deref());
        for (kind, amount) in &charge.prices {
            // "Rate" is the name of a price component; its amount is that of the whole line.
            let label =
                if kind == "Rate" && charge.quantity.is_some() { "Rate, whole line" } else { kind };
            line.place(Place::Price, label, Some(amount));
        }
        for (label, words) in &charge.details {
            line.add(label, Some(words));
        }
        blocks.push(Block::Line(line));
    }
    let mut total = |name: &str, amount: &Option<String>| {
        if let Some(amount) = amount {
            let mut line = Line::new(name);
            line.table = Table::Totals;
            line.value.clone_from(amount);
            blocks.push(Block::Line(line));
        }
    };
    for (kind, amount) in &bill.prices {
        total(kind, &Some(amount.clone()));
    }
    total("Total without tax", &bill.net);
    total("Total", &bill.gross);
    Block::Holder(line, blocks)
}

/// The line of an entry, before those of its parts.
fn entry<'a>(stated: &'a Stated<Entry>, depth: usize, lines: &mut Vec<Block<'a>>) {
    let (_, entry) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&entry.name));
    line.depth = depth;
    for (label, words) in &entry.details {
        line.add(label, Some(words));
    }
    lines.push(Block::Line(line));
    for part in &entry.parts {
        self::entry(part, depth + 1, lines);
    }
}

fn unread(record: &Record) -> Unread {
    let hidden = || record.unread().iter().filter(|unread| !unread.is_shown);
    let first = hidden().take(MOST_UNREAD).map(|unread| (unread.path.clone(), unread.reason));
    Unread { count: hidden().count(), first: first.collect() }
}
