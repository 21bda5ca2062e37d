use super::{
    facts::is_base64,
    sheet::{Block, Fact, Line, Part, Place, Sheet, Table, Words},
};
use crate::{build::escape_into, record::Attachment};

const STYLE: &str = include_str!("record.css");

/// The sheet as one HTML page that needs nothing else: no script, no outside resource.
pub(super) fn write(sheet: &Sheet<'_>) -> String {
    let mut page = Page::default();
    let language = sheet.language.filter(|tag| is_tag(tag)).unwrap_or("en-IN");
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.text(language);
    page.raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.element("title", "", &sheet.title);
    page.raw("\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n<main>\n");
    page.head(sheet);
    for part in &sheet.parts {
        page.part(part, 2);
    }
    page.foot(sheet);
    page.raw("</main>\n</body>\n</html>\n");
    page.out
}

/// A language tag is letters, digits and dashes; anything else stays out of the attribute.
fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() <= 35
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[derive(Default)]
struct Page {
    out: String,
}

impl Page {
    fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        escape_into(&mut self.out, &visible(text));
    }

    fn element(&mut self, name: &str, class: &str, text: &str) {
        self.raw("<");
        self.raw(name);
        if !class.is_empty() {
            self.raw(" class=\"");
            self.raw(class);
            self.raw("\"");
        }
        self.raw(">");
        self.text(text);
        self.raw("</");
        self.raw(name);
        self.raw(">");
    }

    fn head(&mut self, sheet: &Sheet<'_>) {
        self.raw("<header>\n");
        if let Some(standing) = &sheet.standing {
            self.raw("<p class=\"status\"><span class=\"label\">Status</span> ");
            self.text(standing);
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
        self.words(&sheet.words);
        self.raw("</header>\n");
    }

    fn part(&mut self, part: &Part<'_>, level: usize) {
        let heading = if level <= 2 { "h2" } else { "h3" };
        self.raw("<section>\n");
        if let Some(standing) = &part.standing {
            self.element("p", "status", standing);
            self.raw("\n");
        }
        self.element(heading, "", &part.title);
        self.raw("\n");
        for fact in &part.facts {
            self.fact(fact);
            self.raw("\n");
        }
        self.blocks(&part.blocks);
        self.words(&part.words);
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
            self.text(&line.name);
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
        self.text(&fact.words);
        self.raw("</p>");
    }

    fn words(&mut self, words: &Words<'_>) {
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
        let mut columns: Vec<(&str, Option<Place>)> = match kind {
            Table::Medicines => vec![("Medicine", None), ("Dosage", Some(Place::Dosage))],
            Table::Results => vec![("Test", None), ("Result", None)],
            Table::Charges | Table::Totals | Table::No => {
                vec![
                    ("Charge", None),
                    ("Quantity", Some(Place::Quantity)),
                    ("Price", Some(Place::Price)),
                ]
            }
        };
        if kind == Table::Results && has(Place::Range) {
            columns.push(("Reference range", Some(Place::Range)));
        }
        if has(Place::Date) {
            columns.push(("Date", Some(Place::Date)));
        }
        self.raw("<table>\n<thead><tr>");
        for (column, _) in &columns {
            self.raw("<th scope=\"col\">");
            self.text(column);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for line in lines {
            self.row(line, columns.get(1..).unwrap_or_default());
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn row(&mut self, line: &Line<'_>, columns: &[(&str, Option<Place>)]) {
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
            self.raw("<td data-label=\"Price\">");
            self.valued(line);
            self.raw("</td></tr>\n");
            return;
        }
        for (column, place) in columns {
            self.raw("<td data-label=\"");
            self.text(column);
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
                        self.text(&fact.words);
                        self.raw(if many { "</div>" } else { "" });
                    }
                }
            }
            self.raw("</td>");
        }
        self.raw("</tr>\n");
    }

    fn file(&mut self, line: &Line<'_>, attachment: &Attachment) {
        let kind = attachment.content_type.as_deref().unwrap_or_default();
        let data = attachment.data.as_deref().filter(|data| is_base64(data)).map(dense);
        self.raw("<figure>\n");
        if let (Some(data), Some(kind)) = (&data, picture_type(kind)) {
            self.raw("<img alt=\"");
            self.text(&line.name);
            self.raw("\" src=\"data:");
            self.raw(kind);
            self.raw(";base64,");
            self.raw(data);
            self.raw("\">\n");
        }
        self.raw("<figcaption>");
        match (&data, safe_link(attachment.url.as_deref())) {
            (Some(data), _) => {
                self.raw("<a download=\"");
                self.text(&file_name(&line.name, kind));
                self.raw("\" href=\"data:");
                self.raw(download_type(kind));
                self.raw(";base64,");
                self.raw(data);
                self.raw("\">");
                self.named(line);
                self.raw("</a>");
            }
            (None, Some(url)) => {
                self.raw("<a rel=\"noreferrer noopener\" href=\"");
                self.text(url);
                self.raw("\">");
                self.named(line);
                self.raw("</a>");
            }
            (None, None) => self.named(line),
        }
        self.raw(" ");
        self.valued(line);
        self.below(line);
        self.raw("</figcaption>\n</figure>\n");
    }

    fn foot(&mut self, sheet: &Sheet<'_>) {
        let unread = &sheet.unread;
        if unread.count == 0 {
            return;
        }
        self.raw("<footer>\n<details><summary>");
        self.text(&format!("{} in the document could not be shown:", unread.count));
        self.raw("</summary>\n<ul>\n");
        for (path, reason) in &unread.first {
            self.raw("<li>");
            self.element("code", "", path);
            self.raw(" ");
            self.text(reason);
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

/// The picture types that every browser shows and that cannot carry script.
fn picture_type(content_type: &str) -> Option<&'static str> {
    Some(match content_type.to_ascii_lowercase().as_str() {
        "image/jpeg" | "image/jpg" => "image/jpeg",
        "image/png" => "image/png",
        "image/gif" => "image/gif",
        "image/webp" => "image/webp",
        _ => return None,
    })
}

/// What a download may say that it is; a web page says that it is bytes.
fn download_type(content_type: &str) -> &'static str {
    match content_type.to_ascii_lowercase().as_str() {
        "application/pdf" => "application/pdf",
        "text/plain" => "text/plain",
        other => picture_type(other).unwrap_or("application/octet-stream"),
    }
}

fn file_name(title: &str, content_type: &str) -> String {
    let unsafe_in_names =
        |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|.".contains(c);
    let name: String =
        title.chars().map(|c| if unsafe_in_names(c) { '-' } else { c }).take(60).collect();
    let extension = match content_type.to_ascii_lowercase().as_str() {
        "application/pdf" => ".pdf",
        "image/jpeg" | "image/jpg" => ".jpg",
        "image/png" => ".png",
        "text/plain" => ".txt",
        _ => "",
    };
    format!("{}{extension}", name.trim_matches('-'))
}

fn safe_link(url: Option<&str>) -> Option<&str> {
    url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

fn dense(data: &str) -> String {
    data.chars().filter(|letter| !letter.is_ascii_whitespace()).collect()
}
