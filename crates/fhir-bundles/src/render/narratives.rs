//! Which narratives say more than the lines and facts of a sheet.

use std::collections::HashSet;

use super::sheet::{Block, Fact, Line, Part, Sheet, Words};
use crate::{
    Language,
    language::Phrase,
    words::{unit_text, when},
};

/// Decides what of every narrative is shown: all of it, unless it claims to be generated from the
/// structured facts; then the lines with a word that these do not say, here or in the document's own
/// language.
pub(super) fn settle(sheet: &mut Sheet<'_>, own: Option<&Sheet<'_>>) {
    let language = own.map_or(sheet.language, |own| own.language);
    let mut known = Known { language, tokens: HashSet::new() };
    known.sheet(sheet);
    own.into_iter().for_each(|own| known.sheet(own));
    decide(&mut sheet.words, &known);
    sheet.parts.iter_mut().for_each(|part| settle_part(part, &known));
}

fn settle_part(part: &mut Part<'_>, known: &Known) {
    decide(&mut part.words, known);
    part.blocks.iter_mut().for_each(|block| settle_block(block, known));
    part.parts.iter_mut().for_each(|inner| settle_part(inner, known));
}

fn settle_block(block: &mut Block<'_>, known: &Known) {
    match block {
        Block::Line(line) => decide(&mut line.words, known),
        Block::Holder(line, blocks) => {
            decide(&mut line.words, known);
            blocks.iter_mut().for_each(|block| settle_block(block, known));
        }
    }
}

fn decide(words: &mut Words<'_>, known: &Known) {
    let Some(narrative) = words.narrative else { return };
    let text = narrative.text();
    if !narrative.is_generated() {
        words.lines = text.lines().map(str::to_owned).collect();
    } else if !is_listing(&text) {
        let more = text.lines().filter(|line| says_more(line, known));
        words.lines = more.map(str::to_owned).collect();
    }
}

/// Whether the text is what HL7's publisher makes: element by element what the structure says.
fn is_listing(text: &str) -> bool {
    ["Generated Narrative", "Narrative with Details"].iter().any(|start| text.starts_with(start))
}

fn says_more(line: &str, known: &Known) -> bool {
    let mut more = false;
    tokens(line, known.language, &mut |token| more = more || !known.has(token));
    more
}

struct Known {
    language: Language,
    tokens: HashSet<String>,
}

impl Known {
    fn learn(&mut self, text: &str) {
        tokens(text, self.language, &mut |token| {
            if !self.tokens.contains(token) {
                self.tokens.insert(token.to_owned());
            }
        });
    }

    fn has(&self, token: &str) -> bool {
        self.tokens.contains(token)
            || USUAL.contains(&token)
            || token.chars().count() == 1 && !token.chars().all(char::is_numeric)
            || crate::language::is_label(token)
    }

    fn sheet(&mut self, sheet: &Sheet<'_>) {
        self.learn(&sheet.title);
        // What everybody takes for granted, as USUAL has it in English.
        for phrase in [Phrase::Active, Phrase::Final, Phrase::Confirmed, Phrase::Current] {
            self.learn(sheet.language.say(phrase));
        }
        sheet.date.iter().for_each(|date| self.learn(date));
        sheet.head.iter().for_each(|fact| self.fact(fact));
        sheet.parts.iter().for_each(|part| self.part(part));
    }

    fn fact(&mut self, fact: &Fact) {
        self.learn(&fact.label);
        self.learn(&fact.words);
    }

    fn part(&mut self, part: &Part<'_>) {
        self.learn(&part.title);
        part.standing.iter().for_each(|words| self.learn(words));
        part.facts.iter().for_each(|fact| self.fact(fact));
        part.blocks.iter().for_each(|block| self.block(block));
        part.parts.iter().for_each(|inner| self.part(inner));
    }

    fn block(&mut self, block: &Block<'_>) {
        match block {
            Block::Line(line) => self.line(line),
            Block::Holder(line, blocks) => {
                self.line(line);
                blocks.iter().for_each(|block| self.block(block));
            }
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        line.standing.iter().chain(&line.flag).for_each(|words| self.learn(words));
        self.learn(&line.name);
        self.learn(&line.value);
        line.facts.iter().for_each(|fact| self.fact(fact));
    }
}

/// The words and numbers of a text, in lower case; dates as they are shown.
fn tokens(text: &str, language: Language, each: &mut dyn FnMut(&str)) {
    for word in text.split_whitespace() {
        let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
        let looks_dated = trimmed.len() >= 7 && trimmed.starts_with(|c: char| c.is_ascii_digit());
        if looks_dated && trimmed.contains('-') {
            let date = when(trimmed, language);
            if date != trimmed {
                date.split(|c: char| !c.is_alphanumeric())
                    .filter(|part| !part.is_empty())
                    .for_each(|part| each(&part.to_lowercase()));
                continue;
            }
        }
        // 29/09/2020: day and year are told elsewhere, the month in letters.
        if let [day, month, year] = trimmed.split('/').collect::<Vec<_>>().as_slice()
            && year.len() == 4
            && [day, month, year].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        {
            each(day.trim_start_matches('0'));
            each(year);
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
            .for_each(&mut *each);
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
