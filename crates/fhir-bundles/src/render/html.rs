use super::{
    lines::{Line, file_size, lines, pair},
    span, when,
};
use crate::{
    build::escape_into,
    record::{
        Attachment, Bill, Item, Measurement, Medicine, Party, Person, Record, Report, Section,
    },
};

const STYLE: &str = include_str!("record.css");

/// The record as one HTML page that needs nothing else: no script, no outside resource.
pub(crate) fn html(record: &Record) -> String {
    let mut page = Page::default();
    let language = record.language().filter(|tag| is_tag(tag)).unwrap_or("en-IN");
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.text(language);
    page.raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.element("title", "", record.title());
    page.raw("\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n<main>\n");
    page.head(record);
    for section in record.sections() {
        page.section(section, 2);
    }
    page.foot(record);
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

    fn head(&mut self, record: &Record) {
        self.raw("<header>\n");
        self.element("h1", "", record.title());
        if let Some(date) = record.date() {
            self.raw("<p class=\"date\">");
            self.text(&when(date.as_str()));
            self.raw("</p>\n");
        }
        if let Some(status) = record.status().filter(|status| *status != "final") {
            self.raw("<p class=\"status\">");
            self.text(status);
            self.raw("</p>\n");
        }
        self.raw("<dl>\n");
        if let Some(patient) = record.patient() {
            self.fact("Patient", &patient.name);
            self.fact("About", &about(patient));
            self.fact("ABHA", &abha(patient));
        }
        for author in record.authors() {
            self.fact("By", &party(author));
        }
        if let Some(organization) = record.organization() {
            self.fact("At", &party(organization));
        }
        if let Some(stay) = record.stay() {
            let mut parts: Vec<String> = stay.class.clone().into_iter().collect();
            match (&stay.start, &stay.end) {
                (Some(start), Some(end)) => parts.push(span(start.as_str(), end.as_str())),
                (start, end) => {
                    let known = start.as_ref().or(end.as_ref());
                    parts.extend(known.map(|date| when(date.as_str())));
                }
            }
            parts.extend(stay.discharged_to.iter().map(|place| format!("discharged to {place}")));
            self.fact("Visit", &parts.join(", "));
            self.fact("For", &stay.reasons.join(", "));
        }
        self.raw("</dl>\n</header>\n");
    }

    fn fact(&mut self, label: &str, words: &str) {
        if words.trim().is_empty() {
            return;
        }
        self.raw("<div>");
        self.element("dt", "", label);
        self.element("dd", "", words);
        self.raw("</div>\n");
    }

    fn section(&mut self, section: &Section, level: usize) {
        let heading = if level <= 2 { "h2" } else { "h3" };
        self.raw("<section>\n");
        self.element(heading, "", &section.title);
        self.raw("\n");
        let mut rest = section.items.as_slice();
        // Neighbours of one kind share a table.
        while let Some(first) = rest.first() {
            let run = rest.iter().take_while(|item| kind(item) == kind(first)).count();
            let (same, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
            self.items(same);
            rest = after;
        }
        if let Some(text) = &section.text {
            for line in text.lines() {
                self.element("p", "", line);
                self.raw("\n");
            }
        }
        for inner in &section.sections {
            self.section(inner, level + 1);
        }
        self.raw("</section>\n");
    }

    fn items(&mut self, items: &[Item]) {
        match items {
            [Item::Medicine(_), ..] => {
                let medicines = items.iter().filter_map(|item| match item {
                    Item::Medicine(medicine) => Some(medicine),
                    _ => None,
                });
                self.medicines(medicines);
            }
            [Item::Measurement(_), ..] => {
                let results = items.iter().filter_map(|item| match item {
                    Item::Measurement(measurement) => Some(measurement),
                    _ => None,
                });
                self.results(results);
            }
            _ => {
                for item in items {
                    self.item(item);
                }
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Report(report) => self.report(report),
            Item::Attachment(attachment) => self.attachment(attachment),
            Item::Bill(bill) => self.bill(bill),
            other => {
                for line in lines(other) {
                    self.line(&line);
                }
            }
        }
    }

    fn line(&mut self, line: &Line) {
        self.raw("<div class=\"entry\"><p>");
        self.element("strong", "", &line.name);
        if !line.value.is_empty() {
            self.raw(" ");
            self.element("span", "value", &line.value);
        }
        self.raw("</p>");
        for (label, words) in &line.details {
            self.raw("<p class=\"detail\">");
            if !label.is_empty() {
                self.element("span", "label", label);
                self.raw(" ");
            }
            self.text(words);
            self.raw("</p>");
        }
        self.raw("</div>\n");
    }

    fn table(&mut self, columns: &[&str]) {
        self.raw("<table>\n<thead><tr>");
        for column in columns {
            self.raw("<th scope=\"col\">");
            self.text(column);
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
    }

    fn cell(&mut self, label: &str, words: &str) {
        self.raw("<td data-label=\"");
        self.text(label);
        self.raw("\">");
        self.text(words);
        self.raw("</td>");
    }

    fn medicines<'a>(&mut self, medicines: impl Iterator<Item = &'a Medicine>) {
        self.table(&["Medicine", "Dosage", "Remarks"]);
        for medicine in medicines {
            self.raw("<tr>");
            self.raw("<th scope=\"row\">");
            self.text(&medicine.name);
            self.raw("</th>");
            self.cell("Dosage", &medicine.dosage);
            let status = medicine.status.as_deref().filter(|status| *status != "active");
            let taken = (!medicine.is_order).then_some("taken already");
            let reason = medicine.reason.as_ref().map(|reason| format!("for {reason}"));
            let remarks: Vec<&str> = [taken, reason.as_deref(), status, medicine.note.as_deref()]
                .into_iter()
                .flatten()
                .collect();
            self.cell("Remarks", &remarks.join("; "));
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn results<'a>(&mut self, results: impl Iterator<Item = &'a Measurement>) {
        self.table(&["Test", "Result", "Reference range"]);
        for result in results {
            self.result(result, false);
        }
        self.raw("</tbody>\n</table>\n");
    }

    fn result(&mut self, result: &Measurement, is_part: bool) {
        let abnormal = result.is_abnormal();
        let joined = pair(result);
        self.raw(match (abnormal, is_part) {
            (true, true) => "<tr class=\"abnormal part\">",
            (true, false) => "<tr class=\"abnormal\">",
            (false, true) => "<tr class=\"part\">",
            (false, false) => "<tr>",
        });
        self.raw("<th scope=\"row\">");
        self.text(&result.name);
        if let Some(note) = &result.note {
            self.raw("<p class=\"detail\">");
            self.text(note);
            self.raw("</p>");
        }
        self.raw("</th><td data-label=\"Result\">");
        match (&joined, &result.value) {
            (Some(joined), _) => self.text(joined),
            (None, Some(value)) => self.text(&value.to_string()),
            (None, None) => {}
        }
        if abnormal {
            // Never by colour alone.
            let words = result.flag.as_ref().map_or("outside the range", |flag| flag.text.as_str());
            self.raw(" ");
            self.element("strong", "flag", words);
        }
        self.raw("</td>");
        self.cell("Reference range", result.range.as_deref().unwrap_or_default());
        self.raw("</tr>\n");
        if joined.is_none() {
            for part in &result.parts {
                self.result(part, true);
            }
        }
    }

    fn report(&mut self, report: &Report) {
        self.raw("<article>\n");
        self.element("h3", "", &report.name);
        let facts = [
            ("Date", report.date.as_deref().map(when)),
            ("Requested", report.requested.clone()),
            ("Specimen", Some(report.specimens.join(", "))),
            ("Study", Some(report.studies.join(", "))),
        ];
        for (label, words) in facts {
            if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
                self.raw("<p class=\"detail\">");
                self.element("span", "label", label);
                self.raw(" ");
                self.text(&words);
                self.raw("</p>\n");
            }
        }
        if !report.results.is_empty() {
            self.results(report.results.iter());
        }
        if let Some(conclusion) = &report.conclusion {
            self.raw("<p class=\"conclusion\">");
            self.element("span", "label", "Conclusion");
            self.raw(" ");
            self.text(conclusion);
            self.raw("</p>\n");
        }
        for attachment in &report.attachments {
            self.attachment(attachment);
        }
        self.raw("</article>\n");
    }

    fn attachment(&mut self, attachment: &Attachment) {
        let kind = attachment.content_type.as_deref().unwrap_or_default();
        let data = attachment.data.as_deref().map(dense).filter(|data| is_base64(data));
        self.raw("<figure>\n");
        if let (Some(data), Some(kind)) = (&data, picture_type(kind)) {
            self.raw("<img alt=\"");
            self.text(&attachment.title);
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
                self.text(&file_name(&attachment.title, kind));
                self.raw("\" href=\"data:");
                self.raw(download_type(kind));
                self.raw(";base64,");
                self.raw(data);
                self.raw("\">");
                self.text(&attachment.title);
                self.raw("</a>");
            }
            (None, Some(url)) => {
                self.raw("<a rel=\"noreferrer noopener\" href=\"");
                self.text(url);
                self.raw("\">");
                self.text(&attachment.title);
                self.raw("</a>");
            }
            (None, None) => {
                self.text(&attachment.title);
                self.raw(" ");
                self.element("strong", "flag", "the file is missing or damaged");
            }
        }
        let size = attachment.size().map(file_size);
        let facts: Vec<&str> = [Some(kind), size.as_deref()]
            .into_iter()
            .flatten()
            .filter(|fact| !fact.is_empty())
            .collect();
        self.raw(" ");
        self.element("span", "label", &facts.join(", "));
        self.raw("</figcaption>\n</figure>\n");
    }

    fn bill(&mut self, bill: &Bill) {
        self.raw("<article>\n");
        let name = bill.kind.as_deref().unwrap_or("Invoice");
        let title = match &bill.number {
            Some(number) => format!("{name}, {number}"),
            None => name.to_owned(),
        };
        self.element("h3", "", &title);
        self.table(&["Charge", "Quantity", "Price"]);
        for line in &bill.lines {
            self.raw("<tr><th scope=\"row\">");
            self.text(&line.name);
            self.raw("</th>");
            self.cell("Quantity", line.quantity.as_deref().unwrap_or_default());
            self.raw("<td data-label=\"Price\">");
            for (kind, amount) in &line.prices {
                self.raw("<div>");
                self.element("span", "label", kind);
                self.raw(" ");
                self.text(amount);
                self.raw("</div>");
            }
            self.raw("</td></tr>\n");
        }
        self.raw("</tbody>\n<tfoot>\n");
        for (label, amount) in [("Total without tax", &bill.net), ("Total", &bill.gross)] {
            if let Some(amount) = amount {
                self.raw("<tr><th scope=\"row\" colspan=\"2\">");
                self.text(label);
                self.raw("</th>");
                self.cell(label, amount);
                self.raw("</tr>\n");
            }
        }
        self.raw("</tfoot>\n</table>\n</article>\n");
    }

    fn foot(&mut self, record: &Record) {
        if record.unread().is_empty() {
            return;
        }
        self.raw("<footer>\n<details><summary>");
        let count = record.unread().len();
        self.text(&format!("{count} in the document could not be shown"));
        self.raw("</summary>\n<ul>\n");
        for unread in record.unread().iter().take(100) {
            self.raw("<li>");
            self.element("code", "", &unread.path);
            self.raw(" ");
            self.text(unread.reason);
            self.raw("</li>\n");
        }
        self.raw("</ul>\n</details>\n</footer>\n");
    }
}

/// Direction overrides could make a text read as another; they are not for names and doses.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

fn kind(item: &Item) -> u8 {
    match item {
        Item::Medicine(_) => 0,
        Item::Measurement(_) => 1,
        Item::Report(_) => 2,
        Item::Attachment(_) => 3,
        Item::Vaccination(_) => 4,
        Item::Bill(_) => 5,
        Item::Entry(_) => 6,
    }
}

fn about(person: &Person) -> String {
    let born = person.birth_date.as_ref().map(|date| format!("born {}", when(date.as_str())));
    [person.gender.clone(), born].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn abha(person: &Person) -> String {
    let parts = [person.abha_number.clone(), person.abha_address.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn party(party: &Party) -> String {
    let parts = [
        Some(party.name.clone()).filter(|name| !name.is_empty()),
        party.qualification.clone(),
        party.identifier.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
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

fn is_base64(data: &str) -> bool {
    !data.is_empty()
        && data
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
