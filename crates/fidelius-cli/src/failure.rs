//! What can go wrong, and the exit code for it.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::command::USAGE;

#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("no command given\n\n{USAGE}")]
    NoCommand,
    #[error("there is no command `{0}`\n\n{USAGE}")]
    UnknownCommand(String),
    #[error("`{command}` takes {expected} arguments, but {found} were given:\n{names}")]
    ArgumentCount { command: &'static str, expected: usize, found: usize, names: &'static str },
    #[error("`-f` takes one argument, the path of a file (or `-` for standard input)")]
    FilePath,
    #[error(
        "the string or data is `-`, but standard input has been read for the arguments; put the data \
         itself on that line, or the arguments into a file (`-f FILE`)"
    )]
    InputUsedUp,
    #[error("argument {0} is not UTF-8 text; pass the document with `se` or on standard input")]
    NotText(usize),
    #[error("cannot read the arguments from {path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("cannot read standard input: {0}")]
    Input(io::Error),
    #[error("cannot write the result: {0}")]
    Output(io::Error),
    #[error("{}: {}", .0.class(), .0)]
    Crypto(#[from] fidelius_crypto::Error),
    #[error(
        "InvalidBase64: the string to encrypt is not valid base64; `se` takes base64, `e` text"
    )]
    SaneInput,
    #[error("cannot write the result as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Crypto(_) | Failure::SaneInput | Failure::Output(_) | Failure::Json(_) => 1,
            _ => 2,
        }
    }
}
