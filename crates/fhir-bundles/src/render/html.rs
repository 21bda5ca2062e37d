mod file;
mod print;

use super::{
    numbers::{has_right_to_left, pieces},
    sheet::{Block, Fact, Line, Part, Place, Sheet, Table, Words},
};
use crate::{Language, build::escape_into, language::Phrase};

const STYLE: &str = include_str!("record.css");

/// The sheet as one HTML page that needs nothing else: no script, no outside resource.
pub(super) fn write(sheet: &Sheet<'_>) -> String {
    let mut page = Page { out: String::new(), language: sheet.language };
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.raw(sheet.language.tag());
    page.raw(if sheet.language.is_right_to_left() { "\" dir=\"rtl\">\n" } else { "\">\n" });
    page.raw("<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    page.text(&sheet.title);
    page.raw("</title>\n<style>\n");
    page.raw(STYLE);
    page.running(sheet);
    page.raw("</style>\n</head>\n<body>\n<main>\n");
    page.head(sheet);
    for part in &sheet.parts {
        page.part(part, 2);
    }
    page.foot(sheet);
    page.raw("</main>\n</body>\n</html>\n");
    page.out
}

struct Page {
    out: String,
    language: Language,
}

impl Page {
    fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A text as it is, also in an attribute.
    fn text(&mut self, text: &str) {
        escape_into(&mut self.out, &visible(text));
    }

    fn say(&mut self, phrase: Phrase) {
        self.text(self.language.say(phrase));
    }

    /// Words for people: numbers hold together, and words of another direction than the page's stand by
    /// themselves.
    fn words(&mut self, words: &str) {
        let words = visible(words);
        let is_rtl = self.language.is_right_to_left();
        let turns = has_right_to_left(&words);
        self.raw(match (is_rtl, turns) {
            (false, false) => "",
            (false, true) => "<bdi>",
            (true, false) => "<bdi dir=\"ltr\">",
            (true, true) => "<bdi dir=\"rtl\">",
        });
        for piece in pieces(&words) {
            // One word without a place to break it needs nothing.
            let holds = piece.text.chars().all(|letter| letter.is_ascii_alphanumeric());
            let is_isolated = is_rtl || turns;
            match piece.is_number && (is_isolated || !holds) {
                true if is_isolated => {
                    self.raw("<bdi dir=\"ltr\" class=\"n\">");
                    escape_into(&mut self.out, piece.text);
                    self.raw("</bdi>");
                }
                true => {
                    self.raw("<span class=\"n\">");
                    escape_into(&mut self.out, piece.text);
                    self.raw("</span>");
                }
                false => escape_into(&mut self.out, piece.text),
            }
        }
        self.raw(if is_rtl || turns { "</bdi>" } else { "" });
    }

    fn element(&mut self, name: &str, class: &str, words: &str) {
        self.raw("<");
        self.raw(name);
        if !class.is_empty() {
            self.raw(" class=\"");
            self.raw(class);
            self.raw("\"");
        }
        self.raw(">");
        self.words(words);
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    fn head(&mut self, sheet: &Sheet<'_>) {
        self.raw("<header>\n");
        if let Some(standing) = &sheet.standing {
            self.raw("<p class=\"status\"><span class=\"label\">");
            self.say(Phrase::Status);
            self.raw("</span> ");
            self.words(standing);
            self.raw("</p>\n");
        }
        self.element("h1", "", &sheet.title);
        if let Some(date) = &sheet.date {
            self.element("p", "date", date);
            self.raw("\n");
        }
        self.raw("<dl>\n");
        for fact in &sheet.head {
            self.raw("<div>");
            self.element("dt", "", &fact.label);
            self.raw(" ");
            self.element("dd", "", &fact.words);
            self.raw("</div>\n");
        }
        self.raw("</dl>\n");
        self.narrative(&sheet.words);
        self.raw("</header>\n");
    }

    fn part(&mut self, part: &Part<'_>, level: usize) {
        let heading = if level <= 2 { "h2" } else { "h3" };
        self.raw("<section>\n");
        if let Some(standing) = &part.standing {
            self.element("p", "status", standing);
            self.raw("\n");
        }
        if !part.title.trim().is_empty() {
            self.element(heading, "", &part.title);
            self.raw("\n");
        }
        for fact in &part.facts {
            self.fact(fact);
            self.raw("\n");
        }
        self.blocks(&part.blocks);
        self.narrative(&part.words);
        for inner in &part.parts {
            self.part(inner, level + 1);
        }
        self.raw("</section>\n");
    }

    fn blocks(&mut self, blocks: &[Block<'_>]) {
        let mut rest = blocks;
        while let Some(first) = rest.first() {
            let kind = table(first);
            // Neighbours of one kind share a table; the totals end the table of charges.
            let belongs = |block: &&Block<'_>| {
                table(block) == kind || (kind == Table::Charges && table(block) == Table::Totals)
            };
            let run = rest.iter().take_while(belongs).count().max(1);
            let (same, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
            match kind {
                Table::No => same.iter().for_each(|block| self.block(block)),
                kind => self.table(kind, same),
            }
            rest = after;
        }
    }

    fn block(&mut self, block: &Block<'_>) {
        match block {
            Block::Line(line) => match line.file {
                Some(file) => self.file(line, file),
                None => self.line(line),
            },
            Block::Holder(line, blocks) => {
                self.raw("<article>\n");
                self.raw("<h3>");
                self.named(line);
                self.raw("</h3>");
                self.below(line);
                self.raw("\n");
                self.blocks(blocks);
                self.raw("</article>\n");
            }
        }
    }

    /// What is said against it first, in words; then the name, struck out where it does not hold.
    fn named(&mut self, line: &Line<'_>) {
        if let Some(standing) = &line.standing {
            self.element("strong", "standing", standing);
            self.raw(" ");
        }
        if line.is_struck {
            self.element("s", "", &line.name);
        } else {
            self.words(&line.name);
        }
    }

    fn valued(&mut self, line: &Line<'_>) {
        if !line.value.is_empty() {
            self.element("span", "value", &line.value);
        }
        if let Some(flag) = &line.flag {
            // Never by colour alone.
            self.raw(" ");
            self.element("strong", "flag", flag);
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        self.raw(if line.depth == 0 {
            "<div class=\"entry\"><p>"
        } else {
            "<div class=\"entry part\"><p>"
        });
        self.raw("<strong>");
        self.named(line);
        self.raw("</strong> ");
        self.valued(line);
        self.raw("</p>");
        self.below(line);
        self.raw("</div>\n");
    }

    /// The facts that have no column.
    fn below(&mut self, line: &Line<'_>) {
        for fact in line.facts.iter().filter(|fact| fact.place == Place::Below) {
            self.fact(fact);
        }
        for words in &line.words.lines {
            self.element("p", "detail narrative", words);
        }
    }

    fn fact(&mut self, fact: &Fact) {
        self.raw("<p class=\"detail\">");
        if !fact.label.is_empty() {
            self.element("span", "label", &fact.label);
            self.raw(" ");
        }
        self.words(&fact.words);
        self.raw("</p>");
    }

    fn narrative(&mut self, words: &Words<'_>) {
        for line in &words.lines {
            self.element("p", "narrative", line);
            self.raw("\n");
        }
    }

    fn table(&mut self, kind: Table, blocks: &[Block<'_>]) {
        let lines: Vec<&Line<'_>> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Line(line) => Some(line),
                Block::Holder(..) => None,
            })
            .collect();
        let has = |place: Place| {
            lines.iter().any(|line| line.facts.iter().any(|fact| fact.place == place))
        };
        let mut columns: Vec<(Phrase, Option<Place>)> = match kind {
            Table::Medicines => {
                vec![(Phrase::Medicine, None), (Phrase::Dosage, Some(Place::Dosage))]
            }
            Table::Results => vec![(Phrase::Test, None), (Phrase::Result, None)],
            Table::Charges | Table::Totals | Table::No => {
                vec![
                    (Phrase::Charge, None),
                    (Phrase::Quantity, Some(Place::Quantity)),
                    (Phrase::Price, Some(Place::Price)),
                ]
            }
        };
        if kind == Table::Results && has(Place::Range) {
            columns.push((Phrase::ReferenceRange, Some(Place::Range)));
        }
        if has(Place::Date) {
            columns.push((Phrase::Date, Some(Place::Date)));
        }
        self.raw("<table>\n<thead><tr>");
        for (column, _) in &columns {
            self.raw("<th scope=\"col\">");
            self.say(*column);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for line in lines {
            self.row(line, columns.get(1..).unwrap_or_default());
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn row(&mut self, line: &Line<'_>, columns: &[(Phrase, Option<Place>)]) {
        self.raw(match (line.flag.is_some(), line.depth > 0) {
            (true, true) => "<tr class=\"abnormal part\">",
            (true, false) => "<tr class=\"abnormal\">",
            (false, true) => "<tr class=\"part\">",
            (false, false) if line.table == Table::Totals => "<tr class=\"total\">",
            (false, false) => "<tr>",
        });
        let is_total = line.table == Table::Totals;
        self.raw(if is_total { "<th scope=\"row\" colspan=\"2\">" } else { "<th scope=\"row\">" });
        self.named(line);
        self.below(line);
        self.raw("</th>");
        if is_total {
            self.raw("<td data-label=\"");
            self.say(Phrase::Price);
            self.raw("\">");
            self.valued(line);
            self.raw("</td></tr>\n");
            return;
        }
        for (column, place) in columns {
            self.raw("<td data-label=\"");
            self.say(*column);
            self.raw("\">");
            match place {
                None => self.valued(line),
                Some(place) => {
                    let facts = || line.facts.iter().filter(|fact| fact.place == *place);
                    let is_labelled = *place == Place::Price;
                    let many = facts().count() > 1 || is_labelled;
                    for fact in facts() {
                        self.raw(if many { "<div>" } else { "" });
                        if is_labelled {
                            self.element("span", "label", &fact.label);
                            self.raw(" ");
                        }
                        self.words(&fact.words);
                        self.raw(if many { "</div>" } else { "" });
                    }
                }
            }
            self.raw("</td>");
        }
        self.raw("</tr>\n");
    }

    fn foot(&mut self, sheet: &Sheet<'_>) {
        let unread = &sheet.unread;
        if unread.count == 0 {
            return;
        }
        self.raw("<footer>\n<details><summary>");
        let count = unread.count.to_string();
        self.words(&self.language.fill(Phrase::CouldNotBeShown, &[&count]));
        self.raw("</summary>\n<ul>\n");
        for (path, reason) in &unread.first {
            self.raw("<li>");
            self.raw("<code dir=\"ltr\">");
            self.text(path);
            self.raw("</code> ");
            self.words(reason);
            self.raw("</li>\n");
        }
        self.raw("</ul>\n</details>\n</footer>\n");
    }
}

fn table(block: &Block<'_>) -> Table {
    match block {
        Block::Line(line) => line.table,
        Block::Holder(..) => Table::No,
    }
}

/// Direction overrides could make a text read as another; they are not for names and doses.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}
