use std::path::Path;

use anyhow::Context as _;
use fhir_bundles::{
    HiType,
    json::{Json, Object},
    plain::{self, PlainError},
};

use crate::{Outcome, files, output};

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
                let list = problems.iter().map(|problem| {
                    let mut json = Object::new();
                    json.push("path", problem.path.as_str());
                    json.push("message", problem.message.as_str());
                    json.push("help", problem.help.as_str());
                    Json::Object(json)
                });
                output::json(&Json::Array(list.collect()))?;
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
        let types = HiType::ALL.into_iter().map(|kind| {
            let mut json = Object::new();
            json.push("type", kind.slug());
            json.push("hiType", kind.as_str());
            json.push("profile", kind.profile());
            Json::Object(json)
        });
        output::json(&Json::Array(types.collect()))?;
        return Ok(Outcome::Good);
    }
    let lines = HiType::ALL.map(|kind| format!("{:<24}{}\n", kind.slug(), kind.title()));
    files::write(None, lines.concat().as_bytes())?;
    Ok(Outcome::Good)
}
