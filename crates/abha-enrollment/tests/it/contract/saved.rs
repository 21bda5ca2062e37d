//! One request as a source has it, with its saved replies.

use abdm_core::environment::{Environment, Family};
use serde_json::Value;

/// A request with the replies that were saved beside it.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    /// The folders and the name that its author gave it.
    pub(super) place: String,
    pub(super) method: String,
    pub(super) url: Target,
    /// The names of the headers that are switched on, in lower case.
    pub(super) headers: Vec<String>,
    /// The bodies: one, or several where others stand beside it in comments.
    pub(super) bodies: Vec<Value>,
    pub(crate) replies: Vec<Reply>,
}

/// A saved reply; some samples do not name the status, which then is 200.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Reply {
    /// Notes of the authors stand before some bodies.
    pub(super) fn new(status: u16, text: &str) -> Self {
        let noted = text.trim_start().starts_with("Note:");
        let at = if noted { text.find(['{', '[']) } else { Some(0) };
        let body = at.map_or("", |at| &text[at..]);
        Self { status, body: body.to_owned() }
    }
}

/// Where a request goes: the family, and the path below its base URL.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) family: Option<Family>,
    pub(super) path: String,
    pub(super) query: Option<String>,
}

impl Target {
    /// Reads a URL of the sandbox, of production, or with a collection's variables.
    pub(super) fn read(url: &str) -> Self {
        let sandbox = Environment::sandbox();
        let production = Environment::production();
        let bases = [Family::AbhaAddressWeb, Family::PhrApp, Family::Abha, Family::Gateway];
        let abha = sandbox.base(Family::Abha).as_str();
        // The variables, as the collections' own environment files set them.
        let variables = [
            ("{{web_url}}", format!("{}/", sandbox.base(Family::AbhaAddressWeb))),
            ("{{public_url}}", format!("{}/", sandbox.base(Family::PhrApp))),
            ("{{abha_url}}", format!("{abha}/v3/")),
            ("{{sbx}}", host(abha)),
            ("{{BaseURI}}", host(production.base(Family::Abha).as_str())),
            (
                "{{base-url}}",
                sandbox.base(Family::Gateway).as_str().trim_end_matches('/').to_owned(),
            ),
        ];
        let mut whole = url.to_owned();
        for (variable, value) in variables {
            whole = whole.replace(variable, &value);
        }
        let (whole, query) = match whole.split_once('?') {
            Some((before, query)) => (before.to_owned(), Some(query.to_owned())),
            None => (whole, None),
        };
        let below = |environment: &Environment| {
            bases.iter().find_map(|family| {
                let base = environment.base(*family).as_str().trim_end_matches('/');
                let path = whole.strip_prefix(base).filter(|path| path.starts_with('/'))?;
                Some((*family, path.replace("//", "/")))
            })
        };
        match below(&sandbox).or_else(|| below(&production)) {
            Some((family, path)) => Self { family: Some(family), path, query },
            None => Self { family: None, path: whole, query },
        }
    }
}

fn host(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// The bodies in a text: JSON, or JSON with comments, in which further bodies may stand.
pub(super) fn bodies(text: &str) -> Vec<Value> {
    let text = with_values(text);
    if text.trim().is_empty() {
        return Vec::new();
    }
    if let Ok(body) = serde_json::from_str(&text) {
        return vec![body];
    }
    // What begins like JSON stays, be it commented out or not; the prose between goes.
    let mut json = String::new();
    for line in text.lines() {
        let mut line = line.trim();
        while let Some(rest) = line.strip_prefix("//") {
            line = rest.trim_start();
        }
        let line = line.rsplit_once(", //").map_or(line, |(before, _)| before);
        if line.starts_with(['{', '}', '[', ']', '"']) {
            json.push_str(line);
            let cut_off = line.ends_with(']') && !json.ends_with(',') && text.contains("], //");
            json.push_str(if cut_off { ",\n" } else { "\n" });
        }
    }
    let read: Result<Vec<Value>, _> =
        serde_json::Deserializer::from_str(&json).into_iter().collect();
    read.unwrap_or_else(|error| panic!("{error} in\n{json}"))
}

/// Placeholders stand where values belong; those that a type checks get one of its form.
pub(super) fn with_values(text: &str) -> String {
    text.replace(": {{abha-number}}", ": \"{{abha-number}}\"")
        .replace("{{abha-number}}", "91-1234-5678-9015")
        .replace("{{abhanumber}}", "91-1234-5678-9015")
        .replace("{{service ID}}", "IN0710000001")
}
