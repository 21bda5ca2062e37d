use unicode_width::UnicodeWidthStr as _;

use super::{
    numbers::has_right_to_left,
    sheet::{Block, Fact, Line, Part, Sheet, Words},
};
use crate::language::Phrase;

/// Narrower than this no line can be laid out.
const NARROWEST: usize = 40;

/// The sheet as plain text. No line is wider than `width` columns unless one word is.
pub(super) fn write(sheet: &Sheet<'_>, width: usize) -> String {
    let mut page = Page {
        width: width.max(NARROWEST),
        is_right_to_left: sheet.language.is_right_to_left(),
        out: String::new(),
    };
    page.beside(0, &sheet.title, sheet.date.as_deref().unwrap_or_default());
    page.rule('═');
    if let Some(standing) = &sheet.standing {
        page.labelled(sheet.language.say(Phrase::Status), standing);
    }
    for fact in &sheet.head {
        page.labelled(&fact.label, &fact.words);
    }
    page.words(&sheet.words, 0);
    for part in &sheet.parts {
        page.part(part, 0);
    }
    if sheet.unread.count > 0 {
        page.out.push('\n');
        let count = sheet.unread.count.to_string();
        page.wrapped(0, &sheet.language.fill(Phrase::CouldNotBeShown, &[&count]));
        for (path, reason) in &sheet.unread.first {
            page.wrapped(2, &format!("{path} {reason}"));
        }
    }
    page.out
}

struct Page {
    width: usize,
    is_right_to_left: bool,
    out: String,
}

impl Page {
    fn part(&mut self, part: &Part<'_>, indent: usize) {
        self.out.push('\n');
        if let Some(standing) = &part.standing {
            self.wrapped(indent, standing);
        }
        self.wrapped(indent, &part.title);
        for fact in &part.facts {
            self.fact(fact, indent + 2);
        }
        for block in &part.blocks {
            self.block(block, indent + 2);
        }
        self.words(&part.words, indent + 2);
        for inner in &part.parts {
            self.part(inner, indent + 2);
        }
    }

    fn block(&mut self, block: &Block<'_>, indent: usize) {
        match block {
            Block::Line(line) => self.line(line, indent),
            Block::Holder(line, blocks) => {
                self.line(line, indent);
                for block in blocks {
                    self.block(block, indent);
                }
            }
        }
    }

    fn line(&mut self, line: &Line<'_>, indent: usize) {
        let indent = indent + line.depth.min(8) * 2;
        let mark = if line.flag.is_some() { "!" } else { "•" };
        let name = match &line.standing {
            Some(standing) => format!("{mark} {standing}: {}", line.name),
            None => format!("{mark} {}", line.name),
        };
        let value = match &line.flag {
            Some(flag) => format!("{} ({flag})", line.value),
            None => line.value.clone(),
        };
        self.beside(indent, &name, &value);
        for fact in &line.facts {
            self.fact(fact, indent + 2);
        }
        self.words(&line.words, indent + 2);
    }

    fn fact(&mut self, fact: &Fact, indent: usize) {
        if fact.label.is_empty() {
            self.wrapped(indent, &fact.words);
        } else {
            self.wrapped(indent, &format!("{}: {}", fact.label, fact.words));
        }
    }

    fn words(&mut self, words: &Words<'_>, indent: usize) {
        for line in &words.lines {
            self.wrapped(indent, line);
        }
    }

    /// Two texts on one line, the second at the right edge; below each other when too long.
    fn beside(&mut self, indent: usize, left: &str, right: &str) {
        let (left, right) = (one_line(left), one_line(right));
        let space = self.width.saturating_sub(indent + left.width() + right.width());
        if right.is_empty() {
            self.wrapped(indent, &left);
        } else if space >= 2 {
            self.pad(indent);
            for (place, word) in left.split(' ').enumerate() {
                self.pad(usize::from(place > 0));
                self.word(word);
            }
            self.pad(space);
            for (place, word) in right.split(' ').enumerate() {
                self.pad(usize::from(place > 0));
                self.word(word);
            }
            self.out.push('\n');
        } else {
            self.wrapped(indent, &left);
            self.wrapped(indent + 4, &right);
        }
    }

    fn labelled(&mut self, label: &str, words: &str) {
        const COLUMN: usize = 10;
        if label.width() >= COLUMN {
            self.wrapped(0, &format!("{label}: {words}"));
            return;
        }
        let start = self.out.len();
        self.wrapped(COLUMN, words);
        let padded = format!("{}{}", one_line(label), " ".repeat(COLUMN - label.width()));
        if self.out.len() > start {
            self.out.replace_range(start..start + COLUMN, &padded);
        }
    }

    fn wrapped(&mut self, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent).max(16);
        let mut used = 0;
        for word in text.split_whitespace().map(one_line) {
            if used > 0 && used + 1 + word.width() > room {
                self.out.push('\n');
                used = 0;
            }
            if used == 0 {
                self.pad(indent);
            } else {
                self.out.push(' ');
                used += 1;
            }
            used += word.width();
            self.word(&word);
        }
        if used > 0 {
            self.out.push('\n');
        }
    }

    /// A word; in a text from right to left, one with digits stands by itself, since behind Urdu
    /// letters the groups of a number would be turned round.
    fn word(&mut self, word: &str) {
        let has_digit = word.contains(|letter: char| letter.is_ascii_digit());
        if self.is_right_to_left && has_digit && !has_right_to_left(word) {
            self.out.push('\u{2066}');
            self.out.push_str(word);
            self.out.push('\u{2069}');
        } else {
            self.out.push_str(word);
        }
    }

    fn rule(&mut self, letter: char) {
        self.out.extend(std::iter::repeat_n(letter, self.width));
        self.out.push('\n');
    }

    fn pad(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }
}

/// Without control characters, which could steer the terminal, and direction overrides, which could
/// make a text read as another.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| {
            !letter.is_control()
                && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}
