use std::path::Path;

use anyhow::Context as _;
use fhir_bundles::{Language, Record};

use crate::{Outcome, files};

/// Used where the terminal does not say how wide it is.
const USUAL_WIDTH: usize = 80;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 110;

pub(crate) fn on_terminal(
    file: &Path,
    width: Option<usize>,
    language: Option<Language>,
) -> anyhow::Result<Outcome> {
    let width = width.unwrap_or_else(terminal_width);
    files::write(None, record(file, language)?.render_text(width).as_bytes())?;
    Ok(Outcome::Good)
}

pub(crate) fn as_page(
    file: &Path,
    output: Option<&Path>,
    language: Option<Language>,
) -> anyhow::Result<Outcome> {
    files::write(output, record(file, language)?.render_html().as_bytes())?;
    Ok(Outcome::Good)
}

fn record(file: &Path, language: Option<Language>) -> anyhow::Result<Record> {
    let bytes = files::read(file)?;
    let record = match language {
        Some(language) => Record::read_in(&bytes, language),
        None => Record::read(&bytes),
    };
    record.with_context(|| file.display().to_string())
}

fn terminal_width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.unwrap_or(USUAL_WIDTH).min(WIDEST)
}
