//! What the person at the desk sees.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use unicode_width::UnicodeWidthStr as _;

/// Pages are as wide as this, so that they fit into every terminal.
const PAGE: usize = 76;

/// Lines of text, one after another. A screen that cannot be written to any more is no error: nobody
/// looks at it.
pub struct Screen {
    out: Box<dyn Write + Send>,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl Screen {
    /// Standard output, or standard error when standard output belongs to a JSON summary.
    #[must_use]
    pub fn terminal(json: bool) -> Self {
        if json { Self::to(io::stderr()) } else { Self::to(io::stdout()) }
    }

    /// Anything that takes text.
    pub fn to(out: impl Write + Send + 'static) -> Self {
        Self { out: Box::new(out) }
    }

    /// One line.
    pub fn line(&mut self, text: impl Display) {
        let _closed = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// A heading, with a blank line before it.
    pub fn heading(&mut self, text: impl Display) {
        self.line(format_args!("\n{text}"));
    }

    /// Something that is done.
    pub fn done(&mut self, text: impl Display) {
        self.line(format_args!("  ✓ {text}"));
    }

    /// Something that did not succeed.
    pub fn problem(&mut self, text: impl Display) {
        self.line(format_args!("  ✗ {text}"));
    }

    /// Something to know.
    pub fn hint(&mut self, text: impl Display) {
        let text = text.to_string();
        if text.width() <= PAGE {
            return self.line(format_args!("    {text}"));
        }
        for line in wrapped(&text) {
            self.line(format_args!("    {line}"));
        }
    }

    /// A question; what is typed stands on the same line.
    pub fn prompt(&mut self, text: impl Display) {
        let _closed = write!(self.out, "  ? {text}: ").and_then(|()| self.out.flush());
    }

    /// A name and its value.
    pub fn field(&mut self, name: &str, value: impl Display) {
        let gap = " ".repeat(18_usize.saturating_sub(name.width()));
        self.line(format_args!("    {name}{gap} {value}"));
    }

    /// A page of text, wrapped, between rules.
    pub fn page(&mut self, text: &str) {
        self.line(format_args!("  ┌{}", "─".repeat(PAGE)));
        for line in text.lines().flat_map(wrapped) {
            self.line(format_args!("  │ {line}"));
        }
        self.line(format_args!("  └{}", "─".repeat(PAGE)));
    }

    /// A picture, line by line.
    pub fn picture(&mut self, picture: &str) {
        for line in picture.lines() {
            self.line(format_args!("    {line}"));
        }
    }
}

/// A screen that is read afterwards.
#[derive(Debug, Clone, Default)]
pub struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    /// What was written on it.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Paper {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A paragraph in lines that fit a page.
fn wrapped(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.width() + 1 + word.width() > PAGE - 2 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_wrapped_and_keeps_every_word() {
        let text = "voluntarily sharing ".repeat(40);
        let lines = wrapped(&text);
        assert!(lines.iter().all(|line| line.width() <= PAGE - 2), "{lines:?}");
        assert_eq!(lines.join(" "), text.trim());
        assert_eq!(wrapped(""), [""]);
    }
}
