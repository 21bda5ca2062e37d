//! Which narratives say more than the lines and facts of a sheet.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::sheet::{Block, Fact, Line, Part, Sheet, Words};
use crate::{
    Language,
    language::Phrase,
    words::{unit_text, when},
};

/// Decides what of every narrative is shown: all of it, unless it claims to be generated from the
/// structured facts; then the lines that no one fact of what it is the narrative of says whole. That
/// the words stand somewhere else on the sheet proves nothing: two medicines may be taken alike. `own`
/// is the sheet in the document's own language, line by line the same.
pub(super) fn settle(sheet: &mut Sheet<'_>, own: Option<&Sheet<'_>>) {
    let mut known = Known::of(own.map_or(sheet.language, |own| own.language));
    for sheet in own.into_iter().chain([&*sheet]) {
        known.sheet(sheet);
    }
    let head = 0;
    for words in &mut sheet.head_words {
        decide(words, &known, &[], head..head + 1);
        if !words.lines.is_empty() {
            sheet.head.push(Fact::new(sheet.language.say(Phrase::InWords), words.lines.join("; ")));
        }
    }
    let mut next = head + 1;
    let above = [head];
    sheet.parts.iter_mut().for_each(|part| settle_part(part, &known, &above, &mut next));
    decide(&mut sheet.words, &known, &above, head..next);
}

/// Settles the narratives of a part; the lines are counted as they were learned.
fn settle_part(part: &mut Part<'_>, known: &Known, above: &[u32], next: &mut u32) {
    let own = *next;
    *next += 1;
    let above: Vec<u32> = above.iter().copied().chain([own]).collect();
    settle_blocks(&mut part.blocks, known, &above, next);
    part.parts.iter_mut().for_each(|inner| settle_part(inner, known, &above, next));
    decide(&mut part.words, known, &above, own..*next);
}

fn settle_blocks(blocks: &mut [Block<'_>], known: &Known, above: &[u32], next: &mut u32) {
    let mut depths: Vec<usize> = blocks.iter().map(|block| block.line().depth).collect();
    depths.push(0);
    let mut starts = Vec::with_capacity(depths.len());
    for block in &mut *blocks {
        starts.push(*next);
        *next += 1;
        if let Block::Holder(_, inner) = block {
            let above: Vec<u32> = above.iter().copied().chain([*next - 1]).collect();
            settle_blocks(inner, known, &above, next);
        }
    }
    starts.push(*next);
    for (place, block) in blocks.iter_mut().enumerate() {
        let line = block.line_mut();
        if line.words.narrative.is_none() {
            continue;
        }
        // The parts of a panel or a plan stand below it.
        let deeper = |depth: &&usize| **depth > line.depth;
        let parts = depths.iter().skip(place + 1).take_while(deeper).count();
        let at = |place: usize| starts.get(place).copied().unwrap_or(*next);
        let (own, end) = (at(place), at(place + 1 + parts));
        let above: Vec<u32> = above.iter().copied().chain([own]).collect();
        decide(&mut line.words, known, &above, own..end);
    }
}

/// Decides about the narrative of the lines of a range, within what stands above them.
fn decide(words: &mut Words<'_>, known: &Known, above: &[u32], range: Range<u32>) {
    let Some(narrative) = words.narrative else { return };
    let text = narrative.text();
    if !narrative.is_generated() {
        words.lines = text.lines().map(str::to_owned).collect();
    } else if !is_listing(&text) {
        let mut told = Told { known, above, range, line: None };
        let more = text.lines().filter(|line| !told.says(line));
        words.lines = more.map(str::to_owned).collect();
    }
}

/// Whether the text is what HL7's publisher makes: element by element what the structure says.
fn is_listing(text: &str) -> bool {
    ["Generated Narrative", "Narrative with Details"].iter().any(|start| text.starts_with(start))
}

/// The words of every line of the sheet.
struct Known {
    /// The document's own language, in which its narratives are.
    language: Language,
    /// The lines in which a word stands, in order.
    places: HashMap<String, Vec<u32>>,
    /// The words of the name of each line, in each language.
    names: Vec<Vec<Vec<String>>>,
    /// The number of the next line.
    next: u32,
    /// What everybody takes for granted, as [`USUAL`] has it in English.
    usual: HashSet<String>,
    /// Words that were looked up among those that say nothing.
    silent: RefCell<HashMap<String, bool>>,
    /// The labels of facts: alone in a line of a narrative, one is a heading.
    labels: HashSet<String>,
}

impl Known {
    fn of(language: Language) -> Self {
        Self {
            language,
            places: HashMap::new(),
            names: Vec::new(),
            next: 0,
            usual: HashSet::new(),
            silent: RefCell::default(),
            labels: HashSet::new(),
        }
    }

    /// Learns a whole sheet, its head as the first line.
    fn sheet(&mut self, sheet: &Sheet<'_>) {
        for phrase in [Phrase::Active, Phrase::Final, Phrase::Confirmed, Phrase::Current] {
            tokens(sheet.language.say(phrase), self.language, &mut |token, _| {
                self.usual.insert(token.to_owned());
            });
        }
        self.next = 0;
        let head = self.begin("");
        self.learn(&sheet.title, head);
        sheet.date.iter().for_each(|date| self.learn(date, head));
        sheet.head.iter().for_each(|fact| self.fact(fact, head));
        sheet.parts.iter().for_each(|part| self.part(part));
        for places in self.places.values_mut() {
            places.sort_unstable();
            places.dedup();
        }
    }

    /// Begins a line of this name, and gives its number.
    fn begin(&mut self, name: &str) -> u32 {
        let number = self.next;
        self.next = number.saturating_add(1);
        let mut words = Vec::new();
        tokens(name, self.language, &mut |token, _| words.push(token.to_owned()));
        match usize::try_from(number).ok().and_then(|number| self.names.get_mut(number)) {
            Some(names) => names.push(words),
            None => self.names.push(vec![words]),
        }
        self.learn(name, number);
        number
    }

    fn learn(&mut self, text: &str, line: u32) {
        tokens(text, self.language, &mut |token, _| {
            let places = match self.places.get_mut(token) {
                Some(places) => places,
                None => self.places.entry(token.to_owned()).or_default(),
            };
            if places.last() != Some(&line) {
                places.push(line);
            }
        });
    }

    fn fact(&mut self, fact: &Fact, line: u32) {
        if !fact.label.is_empty() && !self.labels.contains(&fact.label) {
            self.labels.insert(fact.label.clone());
        }
        self.learn(&fact.label, line);
        self.learn(&fact.words, line);
    }

    fn part(&mut self, part: &Part<'_>) {
        let own = self.begin(&part.title);
        part.standing.iter().for_each(|words| self.learn(words, own));
        part.facts.iter().for_each(|fact| self.fact(fact, own));
        part.blocks.iter().for_each(|block| self.block(block));
        part.parts.iter().for_each(|inner| self.part(inner));
    }

    fn block(&mut self, block: &Block<'_>) {
        self.line(block.line());
        if let Block::Holder(_, blocks) = block {
            blocks.iter().for_each(|block| self.block(block));
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        let own = self.begin(&line.name);
        line.standing.iter().chain(&line.flag).for_each(|words| self.learn(words, own));
        self.learn(&line.value, own);
        line.facts.iter().for_each(|fact| self.fact(fact, own));
    }

    /// Whether a word stands in a line.
    fn is_in(&self, token: &str, line: u32) -> bool {
        self.places.get(token).is_some_and(|places| places.binary_search(&line).is_ok())
    }

    /// Words of sentences, of generators and of FHIR, and the labels of narratives in all languages.
    fn says_nothing(&self, token: &str) -> bool {
        if let Some(known) = self.silent.borrow().get(token) {
            return *known;
        }
        let says_nothing = USUAL.contains(&token)
            || self.usual.contains(token)
            || crate::language::is_label(token);
        self.silent.borrow_mut().insert(token.to_owned(), says_nothing);
        says_nothing
    }

    /// Whether words name a line. Where the name is a label, such as "Conclusion", any label does:
    /// each language has its own.
    fn is_named(&self, line: u32, words: &[(String, bool)]) -> bool {
        let names = usize::try_from(line).ok().and_then(|line| self.names.get(line));
        let has = |token: &String| words.iter().any(|(word, _)| word == token);
        names.into_iter().flatten().any(|name| {
            let telling: Vec<&String> =
                name.iter().filter(|token| !self.says_nothing(token)).collect();
            if telling.is_empty() {
                return name.iter().all(has)
                    || words.iter().any(|(word, _)| {
                        self.says_nothing(word) && crate::language::is_label(word)
                    });
            }
            telling.into_iter().all(has)
        })
    }

    /// The lines of a range in which a word stands.
    fn within(&self, token: &str, range: &Range<u32>) -> &[u32] {
        let places = self.places.get(token).map_or(&[] as &[u32], Vec::as_slice);
        let start = places.partition_point(|line| *line < range.start);
        let end = places.partition_point(|line| *line < range.end);
        places.get(start..end).unwrap_or_default()
    }
}

/// More lines than these are not looked through for each line of a narrative: it is shown.
const MOST_LINES: usize = 200;

/// A line of a narrative with more different words than these is shown.
const MOST_WORDS: usize = 400;

/// What the lines of a range tell of a narrative, line after line.
struct Told<'k> {
    known: &'k Known,
    /// What stands above all lines of the range: the head, the section, the report.
    above: &'k [u32],
    range: Range<u32>,
    /// The line that the narrative named last: what has no name of its own is said of that.
    line: Option<u32>,
}

impl Told<'_> {
    /// Whether a line of the narrative says no more than the sheet.
    fn says(&mut self, text: &str) -> bool {
        let heading = text.trim().trim_end_matches(':');
        if self.known.labels.contains(heading) || self.is_said(text) {
            return true;
        }
        // A list of names: "Fever, cough and chest pain".
        let pieces = text.split([',', ';', '|']).flat_map(|piece| piece.split(" and "));
        let pieces: Vec<&str> = pieces.filter(|piece| !piece.trim().is_empty()).collect();
        self.line = None;
        let all = pieces.len() > 1
            && pieces.iter().all(|piece| {
                self.line = None;
                self.is_said(piece)
            });
        self.line = None;
        all
    }

    /// Whether one line says all that a text says.
    fn is_said(&mut self, text: &str) -> bool {
        let mut all: Vec<(String, bool)> = Vec::new();
        tokens(text, self.known.language, &mut |token, is_date| {
            // No line of a sheet is as long as a book.
            if all.len() <= MOST_WORDS && !all.iter().any(|(known, _)| known == token) {
                all.push((token.to_owned(), is_date));
            }
        });
        if all.len() > MOST_WORDS {
            return false;
        }
        let words: Vec<&(String, bool)> =
            all.iter().filter(|(token, _)| !self.known.says_nothing(token)).collect();
        // What stands above says who, when and where, but never how much.
        let is_above = |(token, is_date): &&&(String, bool)| {
            (*is_date || !is_number(token))
                && self.above.iter().any(|line| self.known.is_in(token, *line))
        };
        let mut left: Vec<&str> =
            words.iter().filter(|word| !is_above(word)).map(|(token, _)| token.as_str()).collect();
        // Numbers of the head are of the patient, where words about the patient stand beside them.
        if let Some(head) = self.above.first() {
            let is_of_head = |token: &str| self.known.is_in(token, *head);
            if words.iter().any(|(token, _)| !is_number(token) && is_of_head(token))
                && left.iter().all(|token| is_of_head(token))
            {
                return true;
            }
        }
        left.sort_by_key(|token| self.known.within(token, &self.range).len());
        let Some((rarest, others)) = left.split_first() else { return true };
        let lines = self.known.within(rarest, &self.range).iter().take(MOST_LINES);
        let found =
            lines.copied().filter(|line| others.iter().all(|token| self.known.is_in(token, *line)));
        // Whatever a report or panel says of itself needs no name.
        let own = self.range.start;
        for line in found {
            let is_named = self.known.is_named(line, &all);
            if line == own || is_named || self.line == Some(line) {
                self.line = Some(line);
                return true;
            }
        }
        false
    }
}

fn is_number(token: &str) -> bool {
    token.starts_with(char::is_numeric)
}

/// The words and numbers of a text, in lower case, and whether they are of a date; dates as they are
/// shown.
fn tokens(text: &str, language: Language, each: &mut dyn FnMut(&str, bool)) {
    for word in text.split_whitespace() {
        let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
        let looks_dated = trimmed.len() >= 7 && trimmed.starts_with(|c: char| c.is_ascii_digit());
        if looks_dated && trimmed.contains('-') {
            let date = when(trimmed, language);
            if date != trimmed {
                date.split(|c: char| !c.is_alphanumeric())
                    .filter(|part| !part.is_empty())
                    .for_each(|part| each(&part.to_lowercase(), true));
                continue;
            }
        }
        // 29/09/2020: day and year are told elsewhere, the month in letters.
        if let [day, month, year] = trimmed.split('/').collect::<Vec<_>>().as_slice()
            && year.len() == 4
            && [day, month, year].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        {
            each(day.trim_start_matches('0'), true);
            each(year, true);
            continue;
        }
        // Addresses and ids are nothing to read.
        if word.contains("://") || word.starts_with("urn:") || is_uuid(trimmed) {
            continue;
        }
        // `10^3/uL` is shown as ×10³/µL.
        let unit = unit_text(word.trim_end_matches([',', ';', '.', ')']));
        let lower = unit.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .for_each(|part| each(part, false));
    }
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Words that tell nothing by themselves: of sentences, of generators, of FHIR.
const USUAL: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "at",
    "by",
    "for",
    "from",
    "in",
    "is",
    "it",
    "of",
    "on",
    "or",
    "the",
    "this",
    "to",
    "with",
    "was",
    "has",
    "have",
    "per",
    "as",
    "generated",
    "narrative",
    "resource",
    "profile",
    "record",
    "document",
    "details",
    "id",
    "identifier",
    "name",
    "status",
    "code",
    "codes",
    "coding",
    "display",
    "system",
    "value",
    "text",
    "type",
    "category",
    "subject",
    "patient",
    "reference",
    "date",
    "time",
    "period",
    "start",
    "end",
    "version",
    "last",
    "updated",
    "language",
    "en",
    "hi",
    "intent",
    "active",
    "final",
    "completed",
    "confirmed",
    "current",
    "order",
    "finished",
    "available",
    "clinical",
    "verification",
    "effective",
    "issued",
    "performer",
    "author",
    "authored",
    "requester",
    "encounter",
    "based",
    "use",
    "usual",
    "official",
    "property",
    "field",
    "row",
    "table",
    "observation",
    "condition",
    "procedure",
    "medication",
    "medicationrequest",
    "medicationstatement",
    "diagnosticreport",
    "documentreference",
    "allergyintolerance",
    "immunization",
    "servicerequest",
    "careplan",
    "appointment",
    "composition",
    "bundle",
    "practitioner",
    "organization",
    "snomed",
    "ct",
    "loinc",
    "info",
    "sct",
    "http",
    "org",
    "ucum",
    "unit",
    "quantity",
    "dosage",
    "instruction",
    "result",
    "results",
    "reference",
    "range",
    "section",
    "title",
    "entry",
    "note",
    "medicine",
    "vaccine",
    "amount",
    "total",
];
