//! A person at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::{Answers, Question};
use crate::exit::Stopped;
use crate::screen::Screen;

/// A person at the terminal. What is secret shows as dots; Ctrl-D leaves.
///
/// Reading waits in the thread of the program's main task, where nothing else waits: the runtime's
/// own threads go on.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Terminal;

impl Terminal {
    /// Whoever sits there.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Answers for Terminal {
    fn answer(&mut self, question: &Question<'_>, screen: &mut Screen) -> Result<String, Stopped> {
        screen.prompt(question.prompt);
        let interactive = io::stdin().is_terminal();
        let typed =
            if question.topic.is_hidden() && interactive { read_hidden() } else { read_line() };
        match typed {
            Ok(typed) => Ok(typed.trim().to_owned()),
            Err(error) if interactive && error.kind() == io::ErrorKind::UnexpectedEof => {
                screen.line("");
                Err(Stopped::Cancelled)
            }
            Err(_) => {
                screen.line("");
                let hint = question.topic.flag().map(|flag| format!(": give {flag}"));
                let hint = hint.unwrap_or_default();
                Err(Stopped::Unanswered(format!("nobody answers “{}”{hint}", question.prompt)))
            }
        }
    }

    fn is_person(&self) -> bool {
        io::stdin().is_terminal()
    }
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line),
    }
}

fn read_hidden() -> io::Result<String> {
    let config = rpassword::ConfigBuilder::new().password_feedback_mask('•').build();
    rpassword::read_password_with_config(config)
}
