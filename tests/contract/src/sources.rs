//! NHA's files.

use std::io::Write as _;
use std::path::PathBuf;

use crate::{Saved, openapi, postman};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An export of Postman.
    Postman,
    /// An OpenAPI file with examples of whole bodies.
    OpenApi,
    /// An OpenAPI file with an example at each field.
    OpenApiByField,
}

/// A file whose requests are compared one by one.
#[derive(Debug)]
pub struct Source {
    /// A short name, for the tables.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Its name in the folder.
    pub file: &'static str,
    /// What kind of file it is.
    pub kind: Kind,
    /// Placeholders of its bodies and paths that stand where a type wants a value of some form, and
    /// a value of that form.
    pub values: &'static [(&'static str, &'static str)],
    /// The fewest requests that it has: fewer means that it was not read.
    pub at_least: usize,
}

impl Source {
    /// Its requests; `None`, with a word, where the folder is not there.
    pub fn read(&self) -> Option<Vec<Saved>> {
        let text = text_of(self.file)?;
        let all = match self.kind {
            Kind::Postman => postman::read(&text, self.values),
            Kind::OpenApi => openapi::read(&text, openapi::whole),
            Kind::OpenApiByField => openapi::read(&text, openapi::by_field),
        };
        assert!(all.len() >= self.at_least, "{} has only {} requests", self.name, all.len());
        Some(all)
    }
}

/// The operations of an OpenAPI file: `METHOD path`, without the first slash.
pub(crate) fn calls(file: &str) -> Option<Vec<String>> {
    Some(openapi::calls(&text_of(file)?))
}

fn text_of(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR").map(PathBuf::from) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI needs ABDM_CONTRACT_DIR");
        // Past the test runner's capture: a skip is to be seen.
        let _ = writeln!(std::io::stderr(), "skipped: ABDM_CONTRACT_DIR is not set");
        return None;
    };
    Some(std::fs::read_to_string(folder.join("openapi").join(file)).unwrap())
}
