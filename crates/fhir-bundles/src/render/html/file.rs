//! Files: pictures to look at, others to save.

use super::{
    super::{facts::is_base64, sheet::Line},
    Page,
};
use crate::{language::Phrase, record::Attachment};

impl Page {
    pub(super) fn file(&mut self, line: &Line<'_>, attachment: &Attachment) {
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
        if data.is_some() && picture_type(kind).is_none() {
            // A browser shows no file inside a page that allows nothing but pictures.
            let is_pdf = download_type(kind) == "application/pdf";
            self.raw("<p class=\"hint on-screen\">");
            self.say(if is_pdf { Phrase::PdfInside } else { Phrase::FileInside });
            self.raw("</p><p class=\"hint on-paper\">");
            self.say(if is_pdf { Phrase::PdfNotPrinted } else { Phrase::FileNotPrinted });
            self.raw("</p>");
        }
        self.below(line);
        self.raw("</figcaption>\n</figure>\n");
    }
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
