//! Makes the sheet of a record.

use super::{
    narratives, results,
    sheet::{Block, Fact, Line, Part, Place, Sheet, Table, Unread, Words},
};
use crate::{
    Language,
    language::Phrase,
    record::{
        Attachment, Bill, Deceased, Entry, Item, MarkKind, Medicine, Person, Record, Report,
        Section, Stated, Stay, Vaccination,
    },
    words::{between, code_words, joined, when},
};

/// More places of what could not be shown help nobody.
const MOST_UNREAD: usize = 100;

/// The letters of a name or title at the head of a printed sheet.
const MOST_RUNNING: usize = 80;

pub(super) fn sheet(record: &Record) -> Sheet<'_> {
    let mut sheet = unsettled(record);
    let own = record.in_own_words().map(unsettled);
    narratives::settle(&mut sheet, own.as_ref());
    sheet
}

/// The sheet before it is known what narratives say that it does not.
fn unsettled(record: &Record) -> Sheet<'_> {
    let language = record.told_in();
    let day = record.date().map(|date| when(date.as_str(), language));
    let day = day.as_deref().and_then(|date| date.split(',').next());
    Sheet {
        title: language.title(record.title()).to_owned(),
        language,
        running: running(record),
        date: record.date().map(|date| when(date.as_str(), language)),
        standing: record.standing().words(),
        head: head(record),
        head_words: [
            record.patient().and_then(|patient| patient.narrative.as_ref()),
            record.stay().and_then(Stated::narrative),
        ]
        .map(Words::from)
        .into(),
        words: Words::from(record.narrative()),
        parts: record.sections().iter().map(|section| part(section, day, language)).collect(),
        unread: unread(record),
    }
}

/// Takes over what is said against a fact, to stand before it.
pub(super) fn stated<'a, T>(fact: &'a Stated<T>, mut line: Line<'a>) -> Line<'a> {
    let standing = fact.standing();
    line.standing = standing.against();
    line.is_struck = [MarkKind::InError, MarkKind::Refuted, MarkKind::Withdrawn]
        .into_iter()
        .any(|kind| standing.has(kind));
    line.words = Words::from(fact.narrative());
    line.add(Phrase::Status, standing.notes().as_deref());
    line
}

/// What every printed page repeats: whose record it is, and of what day.
fn running(record: &Record) -> Vec<String> {
    let language = record.told_in();
    let patient = record.patient();
    let number = patient.and_then(|patient| {
        let abha = patient.abha_number.clone().or_else(|| patient.abha_address.clone());
        abha.or_else(|| patient.numbers().into_iter().next())
    });
    let name = patient.map(|patient| patient.name.clone());
    let date = record.date().map(|date| when(date.as_str(), language));
    let title = language.title(record.title()).to_owned();
    let parts = [name, number, Some(title), date].into_iter().flatten();
    // A sheet's head is one or two lines.
    let short = |part: String| part.chars().take(MOST_RUNNING).collect();
    parts.filter(|part| !part.trim().is_empty()).map(short).collect()
}

fn head(record: &Record) -> Vec<Fact> {
    let mut head = Vec::new();
    let language = record.told_in();
    let fact = |label: Phrase, words: Option<String>| {
        let words = words.filter(|words| !words.trim().is_empty());
        words.map(|words| Fact::new(language.say(label), words))
    };
    if let Some(patient) = record.patient() {
        let standing = patient.standing.words();
        head.extend(fact(
            Phrase::Patient,
            joined(standing.into_iter().chain([patient.name.clone()]), ": "),
        ));
        head.extend(fact(Phrase::About, about(patient, record)));
        let abha = [patient.abha_number.clone(), patient.abha_address.clone()];
        head.extend(fact(Phrase::Abha, joined(abha.into_iter().flatten(), ", ")));
        head.extend(fact(Phrase::Number, joined(patient.numbers(), ", ")));
        head.extend(fact(Phrase::Contact, joined(patient.contacts.iter().cloned(), ", ")));
        head.extend(fact(Phrase::Address, joined(patient.addresses.iter().cloned(), "; ")));
        head.extend(fact(Phrase::AlsoNamed, joined(patient.other_names.iter().cloned(), ", ")));
        head.extend(patient.details.iter().map(|(label, words)| Fact::new(label, words)));
    }
    for author in record.authors() {
        head.extend(fact(Phrase::By, Some(author.words())));
    }
    head.extend(fact(Phrase::At, record.organization().map(crate::record::Party::words)));
    if let Some(stay) = record.stay() {
        let (standing, visit) = stay.with_standing();
        let words = joined(visit.class.iter().cloned().chain(times(visit, language)), ", ");
        let words = words.unwrap_or_default();
        head.extend(fact(Phrase::Visit, joined(standing.words().into_iter().chain([words]), ": ")));
        head.extend(fact(Phrase::For, joined(visit.reasons.iter().cloned(), ", ")));
        head.extend(fact(Phrase::DischargedTo, visit.discharged_to.clone()));
        head.extend(visit.details.iter().map(|(label, words)| Fact::new(label, words)));
    }
    head.extend(record.details().iter().map(|(label, words)| Fact::new(label, words)));
    head
}

fn about(patient: &Person, record: &Record) -> Option<String> {
    let language = record.told_in();
    let dated = |phrase: Phrase, date: &str| language.fill(phrase, &[&when(date, language)]);
    let born = patient.birth_date.as_ref().map(|date| dated(Phrase::Born, date.as_str()));
    let died = match &patient.deceased {
        Some(Deceased::Undated) => Some(language.say(Phrase::HasDied).to_owned()),
        Some(Deceased::On(date)) => Some(dated(Phrase::DiedOn, date.as_str())),
        None => None,
    };
    // The dead do not grow older.
    let on = match &patient.deceased {
        Some(Deceased::On(date)) => Some(date),
        _ => record.date(),
    };
    let age = on.and_then(|date| patient.age_on(date));
    let gender = patient.gender.as_deref().map(|gender| code_words(gender, language));
    joined([gender, age, born, died].into_iter().flatten(), ", ")
}

fn times(stay: &Stay, language: Language) -> Option<String> {
    let side = |date: &Option<crate::model::DateTime>| date.as_ref().map(|d| d.as_str().to_owned());
    match (side(&stay.start), side(&stay.end)) {
        // A visit without an end is at a time, not from a time on.
        (Some(start), None) => Some(when(&start, language)),
        (start, end) => between(start.as_deref(), end.as_deref(), language),
    }
}

fn part<'a>(section: &'a Section, day: Option<&str>, language: Language) -> Part<'a> {
    let mut blocks = Vec::new();
    let mut rest = section.items.as_slice();
    while let Some(first) = rest.first() {
        // Neighbouring results decide together whether their dates matter.
        let is_result = |item: &&Item| matches!(item, Item::Measurement(_));
        let run = rest.iter().take_while(is_result).count();
        if run == 0 {
            blocks.extend(self::blocks(first, day, language));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (same, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
        let measured = same.iter().filter_map(|item| match item {
            Item::Measurement(measurement) => Some(measurement),
            _ => None,
        });
        blocks.extend(results::lines(measured, day, None, language).into_iter().map(Block::Line));
        rest = after;
    }
    Part {
        title: language.title(&section.title).to_owned(),
        standing: section.standing.words(),
        facts: section.details.iter().map(|(label, words)| Fact::new(label, words)).collect(),
        blocks,
        words: Words::from(section.narrative.as_ref()),
        parts: section.sections.iter().map(|inner| part(inner, day, language)).collect(),
    }
}

fn blocks<'a>(item: &'a Item, day: Option<&str>, language: Language) -> Vec<Block<'a>> {
    let one = match item {
        Item::Medicine(medicine) => Block::Line(self::medicine(medicine, language)),
        Item::Measurement(measurement) => {
            let lines = results::lines([measurement], day, None, language);
            return lines.into_iter().map(Block::Line).collect();
        }
        Item::Report(report) => self::report(report, day, language),
        Item::Attachment(attachment) => Block::Line(file(attachment, language)),
        Item::Vaccination(vaccination) => Block::Line(self::vaccination(vaccination, language)),
        Item::Bill(bill) => self::bill(bill, language),
        Item::Entry(entry) => {
            let mut lines = Vec::new();
            self::entry(entry, 0, language, &mut lines);
            return lines;
        }
    };
    vec![one]
}

fn medicine(stated: &Stated<Medicine>, language: Language) -> Line<'_> {
    let (_, medicine) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&medicine.name, language));
    line.table = Table::Medicines;
    for (place, step) in medicine.dosage.iter().enumerate() {
        let words = if medicine.dosage.len() > 1 {
            let order = step.sequence.map_or_else(String::new, |number| format!("{number}. "));
            let before = place.checked_sub(1).and_then(|before| medicine.dosage.get(before));
            let words = match (before, step.sequence) {
                (Some(before), Some(number)) if before.sequence != Some(number) => {
                    language.fill(Phrase::ThenStep, &[&step.words])
                }
                (Some(_), Some(_)) => language.fill(Phrase::AndStep, &[&step.words]),
                _ => step.words.clone(),
            };
            format!("{order}{words}")
        } else {
            step.words.clone()
        };
        line.place_labelled(Place::Dosage, "", Some(&words));
    }
    let taken = (!medicine.is_order && stated.standing().holds())
        .then(|| language.say(Phrase::TakenAlready));
    line.add_plain(taken);
    line.add(Phrase::For, medicine.reason.as_deref());
    for (label, words) in &medicine.details {
        line.add_labelled(label, Some(words));
    }
    line.add(Phrase::Note, medicine.note.as_deref());
    line
}

fn report<'a>(stated: &'a Stated<Report>, day: Option<&str>, language: Language) -> Block<'a> {
    let (_, report) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&report.name, language));
    let issued = report.issued.as_deref();
    line.add(Phrase::Date, report.effective.as_deref().or(issued));
    line.add(
        Phrase::IssuedOn,
        issued.filter(|_| report.effective.is_some() && report.effective.as_deref() != issued),
    );
    line.add(Phrase::ReportedBy, report.reported_by.as_deref());
    line.add(Phrase::RequestedTest, report.requested.as_deref());
    for specimen in &report.specimens {
        line.add(Phrase::Specimen, Some(specimen));
    }
    for study in &report.studies {
        line.add(Phrase::Study, Some(study));
    }
    for (label, words) in &report.details {
        line.add_labelled(label, Some(words));
    }
    let mut blocks: Vec<_> =
        results::lines(&report.results, day, report.reported_by.as_deref(), language)
            .into_iter()
            .map(Block::Line)
            .collect();
    if report.conclusion.is_some() || report.conclusion_codes.is_some() {
        let mut conclusion = Line::new(language.say(Phrase::Conclusion), language);
        conclusion.add_plain(report.conclusion.as_deref());
        conclusion.add(Phrase::CodedAs, report.conclusion_codes.as_deref());
        // It stands and falls with its report.
        conclusion.is_struck = line.is_struck;
        conclusion.standing.clone_from(&line.standing);
        blocks.push(Block::Line(conclusion));
    }
    blocks.extend(
        report.attachments.iter().map(|attachment| Block::Line(file(attachment, language))),
    );
    Block::Holder(line, blocks)
}

fn file(stated: &Stated<Attachment>, language: Language) -> Line<'_> {
    let (_, attachment) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&attachment.title, language));
    let kind =
        attachment.content_type.as_deref().unwrap_or_else(|| language.say(Phrase::File)).to_owned();
    let size = attachment.size().map(|size| file_size(size, language));
    line.value = joined([Some(kind), size].into_iter().flatten(), ", ").unwrap_or_default();
    let has_data = attachment.data.as_deref().is_some_and(is_base64);
    if !has_data && attachment.url.is_none() {
        line.flag = Some(language.say(Phrase::FileMissing).to_owned());
    }
    line.add(Phrase::At, attachment.url.as_deref().filter(|_| !has_data));
    line.add(Phrase::Made, attachment.date.as_deref());
    for (label, words) in &attachment.details {
        line.add_labelled(label, Some(words));
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

fn file_size(bytes: usize, language: Language) -> String {
    match bytes {
        0..1024 => language.fill(Phrase::Bytes, &[&bytes.to_string()]),
        1024..1_048_576 => format!("{} kB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

fn vaccination(stated: &Stated<Vaccination>, language: Language) -> Line<'_> {
    let (_, vaccination) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&vaccination.vaccine, language));
    line.value = vaccination.when.clone().unwrap_or_default();
    line.add(Phrase::Brand, vaccination.brand.as_deref());
    line.add(Phrase::Dose, vaccination.dose.as_deref());
    line.add(Phrase::Lot, vaccination.lot.as_deref());
    line.add(Phrase::Manufacturer, vaccination.manufacturer.as_deref());
    for (label, words) in &vaccination.details {
        line.add_labelled(label, Some(words));
    }
    line.add(Phrase::Note, vaccination.note.as_deref());
    line
}

fn bill(stated: &Stated<Bill>, language: Language) -> Block<'_> {
    let (_, bill) = stated.with_standing();
    let kind = bill.kind.clone().filter(|kind| !kind.is_empty());
    let mut line = self::stated(
        stated,
        Line::new(kind.unwrap_or_else(|| language.say(Phrase::Invoice).to_owned()), language),
    );
    line.add(Phrase::Number, bill.number.as_deref());
    line.add(Phrase::Date, bill.date.as_ref().map(|date| when(date.as_str(), language)).as_deref());
    for (label, words) in &bill.details {
        line.add_labelled(label, Some(words));
    }
    line.add(Phrase::Note, bill.note.as_deref());
    let mut blocks = Vec::new();
    for stated in &bill.lines {
        let (_, charge) = stated.with_standing();
        let mut line = self::stated(stated, Line::new(&charge.name, language));
        line.table = Table::Charges;
        line.place(Place::Quantity, Phrase::Quantity, charge.quantity.as_deref());
        for (kind, amount) in &charge.prices {
            // "Rate" is the name of a price component; its amount is that of the whole line.
            let is_rate = kind == Language::English.say(Phrase::RateLabel);
            let label = match (is_rate, charge.quantity.is_some()) {
                (true, true) => language.say(Phrase::RateWholeLine),
                (true, false) => language.say(Phrase::RateLabel),
                _ => kind,
            };
            line.place_labelled(Place::Price, label, Some(amount));
        }
        for (label, words) in &charge.details {
            line.add_labelled(label, Some(words));
        }
        blocks.push(Block::Line(line));
    }
    let mut total = |name: &str, amount: &Option<String>| {
        if let Some(amount) = amount {
            let mut line = Line::new(name, language);
            line.table = Table::Totals;
            line.value.clone_from(amount);
            blocks.push(Block::Line(line));
        }
    };
    for (kind, amount) in &bill.prices {
        total(kind, &Some(amount.clone()));
    }
    total(language.say(Phrase::TotalWithoutTax), &bill.net);
    total(language.say(Phrase::Total), &bill.gross);
    Block::Holder(line, blocks)
}

/// The line of an entry, before those of its parts.
fn entry<'a>(
    stated: &'a Stated<Entry>,
    depth: usize,
    language: Language,
    lines: &mut Vec<Block<'a>>,
) {
    let (_, entry) = stated.with_standing();
    let mut line = self::stated(stated, Line::new(&entry.name, language));
    line.depth = depth;
    for (label, words) in &entry.details {
        line.add_labelled(label, Some(words));
    }
    lines.push(Block::Line(line));
    for part in &entry.parts {
        self::entry(part, depth + 1, language, lines);
    }
}

fn unread(record: &Record) -> Unread {
    let hidden = || record.unread().iter().filter(|unread| !unread.is_shown);
    let first = hidden().take(MOST_UNREAD).map(|unread| (unread.path.clone(), unread.reason));
    Unread { count: hidden().count(), first: first.collect() }
}
