use crate::{
    language::{Language, Phrase},
    model::Narrative,
    words::{code_words, when},
};

/// Collects the rows of a resource's narrative and writes them as escaped XHTML.
pub(super) struct Story {
    language: Language,
    rows: String,
}

impl Story {
    pub(super) fn new(language: Language) -> Self {
        Self { language, rows: String::new() }
    }

    /// A labelled row; an empty value writes nothing.
    pub(super) fn row(mut self, label: Phrase, value: &str) -> Self {
        if !value.trim().is_empty() {
            self.rows.push_str("<p><b>");
            self.rows.push_str(self.language.say(label));
            self.rows.push_str("</b>: ");
            escape_into(&mut self.rows, value);
            self.rows.push_str("</p>");
        }
        self
    }

    /// A labelled day or time, as people read it.
    pub(super) fn dated(self, label: Phrase, date: &str) -> Self {
        let words = when(date, self.language);
        self.row(label, &words)
    }

    /// A labelled code, in words of the language.
    pub(super) fn coded(self, label: Phrase, code: &str) -> Self {
        let words = code_words(code, self.language);
        self.row(label, &words)
    }

    /// A row of its own.
    pub(super) fn sentence(mut self, value: &str) -> Self {
        self.rows.push_str("<p>");
        escape_into(&mut self.rows, value);
        self.rows.push_str("</p>");
        self
    }

    /// A list.
    pub(super) fn list<'a>(mut self, items: impl Iterator<Item = &'a str>) -> Self {
        self.rows.push_str("<ul>");
        for item in items {
            self.rows.push_str("<li>");
            escape_into(&mut self.rows, item);
            self.rows.push_str("</li>");
        }
        self.rows.push_str("</ul>");
        self
    }

    pub(super) fn narrative(self) -> Narrative {
        let tag = self.language.tag();
        Narrative::generated(format!(
            r#"<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="{tag}" lang="{tag}">{}</div>"#,
            self.rows
        ))
    }
}

/// Escapes for XHTML text and drops what XML cannot carry at all.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br/>"),
            '\t' => out.push(letter),
            control if control.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_narrative() {
        let story =
            Story::new(Language::Hindi).row(Phrase::Patient, "<script>\"A\" & B\u{1}</script>\nC");
        assert_eq!(
            story.narrative().div.unwrap(),
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"hi-IN\" lang=\"hi-IN\"><p><b>रोगी</b>: \
             &lt;script&gt;&quot;A&quot; &amp; B&lt;/script&gt;<br/>C</p></div>"
        );
    }
}
