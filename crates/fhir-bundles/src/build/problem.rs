use std::fmt;

/// Something in the facts that cannot become a correct document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: the path of the fact, such as `medications[0].dose`.
    pub path: String,
    /// What is wrong. Never holds the value itself.
    pub message: String,
    /// What to give instead.
    pub help: String,
}

impl Problem {
    pub(crate) fn new(path: &str, message: impl Into<String>, help: &str) -> Self {
        Self { path: path.to_owned(), message: message.into(), help: help.to_owned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path, self.message, self.help)
    }
}

/// All that was wrong with the facts, in one go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be built: {}", list(.problems))]
#[non_exhaustive]
pub struct BuildError {
    /// Every problem, in the order of the document.
    pub problems: Vec<Problem>,
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join(" | ")
}
