//! What every printed sheet says.

use super::{super::sheet::Sheet, Page, visible};
use crate::{Language, language::Phrase};

impl Page {
    /// On every printed page: whose record it is, of what day, and which page.
    pub(super) fn running(&mut self, sheet: &Sheet<'_>) {
        // Each part stands by itself: behind Urdu letters a number would be turned round.
        let isolated = |part: &String| format!("\u{2068}{}\u{2069}", visible(part));
        let parts: Vec<String> = sheet.running.iter().map(isolated).collect();
        let about = css_string(&parts.join(" · "));
        let [before, between, after] = page_words(self.language);
        let direction = if self.language.is_right_to_left() { "rtl" } else { "ltr" };
        self.raw(&format!(
            "@page {{ direction: {direction};\n  @top-center {{ content: {about}; }}\n  \
             @bottom-center {{ content: {} counter(page) {} counter(pages) {}; }} }}\n",
            css_string(before),
            css_string(between),
            css_string(after),
        ));
    }
}

/// A CSS string of any text: nothing in it can end the string or the style.
fn css_string(text: &str) -> String {
    let mut string = String::from("\"");
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if letter.is_alphanumeric() || letter == ' ' {
            string.push(letter);
        } else {
            string.push_str(&format!("\\{:x} ", u32::from(letter)));
        }
    }
    string.push('"');
    string
}

/// What stands before, between and behind the number of a page and that of all pages.
fn page_words(language: Language) -> [&'static str; 3] {
    let words = language.say(Phrase::PageOf);
    let (before, rest) = words.split_once("{0}").unwrap_or((words, ""));
    let (between, after) = rest.split_once("{1}").unwrap_or((rest, ""));
    [before, between, after]
}
