use std::path::Path;

use anyhow::Context as _;
use fhir_bundles::{
    HiType,
    plain::{self, PlainError},
};
use serde::Serialize;

use crate::{Outcome, files, output};

/// What `--json` prints of a problem of a plain record.
#[derive(Serialize)]
struct ProblemResult<'a> {
    path: &'a str,
    message: &'a str,
    help: &'a str,
}

/// What `--json` prints of a record type.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeResult {
    r#type: &'static str,
    hi_type: &'static str,
    profile: String,
}

/// Makes a bundle, or tells every problem of the record.
pub(crate) fn from_plain(
    kind: HiType,
    file: &Path,
    output: Option<&Path>,
    as_json: bool,
) -> anyhow::Result<Outcome> {
    let bytes = files::read(file)?;
    match plain::to_bundle(kind, &bytes) {
        Ok(bundle) => {
            let mut text = bundle.to_vec_pretty();
            text.push(b'\n');
            files::write(output, &text)?;
            Ok(Outcome::Good)
        }
        Err(PlainError::Problems(problems)) => {
            if as_json {
                let list = problems.iter().map(|problem| ProblemResult {
                    path: &problem.path,
                    message: &problem.message,
                    help: &problem.help,
                });
                output::json(&list.collect::<Vec<_>>())?;
            } else {
                for problem in &problems {
                    let path = &problem.path;
                    eprintln!("{path} {}\n      → {}", problem.message, problem.help);
                }
            }
            Ok(Outcome::Bad)
        }
        Err(other) => Err(other).with_context(|| file.display().to_string()),
    }
}

/// Prints the example of a type.
pub(crate) fn example(kind: HiType, as_plain: bool) -> anyhow::Result<Outcome> {
    let record = plain::example(kind);
    if as_plain {
        files::write(None, record.as_bytes())?;
        return Ok(Outcome::Good);
    }
    let mut text = plain::to_bundle(kind, record.as_bytes())?.to_vec_pretty();
    text.push(b'\n');
    files::write(None, &text)?;
    Ok(Outcome::Good)
}

/// Prints the schema of a type's plain record.
pub(crate) fn schema(kind: HiType) -> anyhow::Result<Outcome> {
    files::write(None, format!("{}\n", plain::schema(kind)).as_bytes())?;
    Ok(Outcome::Good)
}

/// Lists the types.
pub(crate) fn list(as_json: bool) -> anyhow::Result<Outcome> {
    if as_json {
        output::json(&HiType::ALL.map(|kind| TypeResult {
            r#type: kind.slug(),
            hi_type: kind.as_str(),
            profile: kind.profile(),
        }))?;
        return Ok(Outcome::Good);
    }
    let lines = HiType::ALL.map(|kind| format!("{:<24}{}\n", kind.slug(), kind.title()));
    files::write(None, lines.concat().as_bytes())?;
    Ok(Outcome::Good)
}
