//! One request as a source has it, with its saved replies.

use abdm_core::environment::{Environment, Family};
use serde_json::Value;

/// A request with the replies that were saved beside it.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The folders and the name that its author gave it.
    pub place: String,
    /// The HTTP method.
    pub method: String,
    /// Where it goes.
    pub url: Target,
    /// The names of the headers that are switched on, in lower case; `None` where the source names
    /// none, as for the callbacks that stand in saved replies.
    pub headers: Option<Vec<String>>,
    /// The bodies: one, or several where others stand beside it in comments.
    pub bodies: Vec<Value>,
    /// The saved replies.
    pub replies: Vec<Reply>,
    /// Texts with JSON that stops in the middle.
    pub unread: Vec<String>,
}

impl Saved {
    /// Whether it lists a header, by its name in lower case.
    pub fn lists(&self, header: &str) -> bool {
        self.headers.iter().flatten().any(|name| name == header)
    }
}

/// A saved reply; some samples do not name the status, which then is 200.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Reply {
    /// A reply of this status. Notes of the authors stand before some bodies.
    pub fn new(status: u16, text: &str) -> Self {
        let noted = text.trim_start().starts_with("Note:");
        let at = if noted { text.find(['{', '[']) } else { Some(0) };
        let body = at.map_or("", |at| &text[at..]);
        Self { status, body: body.to_owned() }
    }
}

/// Where a request goes: the family, and the path below its base URL.
#[derive(Debug, Clone)]
pub struct Target {
    /// The family; `None` for a host that is none of ABDM's.
    pub family: Option<Family>,
    /// The path; without a family, the whole URL.
    pub path: String,
    /// The query.
    pub query: Option<String>,
}

impl Target {
    /// A path below the integrator's callback URL.
    pub fn of_callback(path: &str) -> Self {
        let path = format!("/{}", path.trim_start_matches('/'));
        Self { family: Some(Family::Bridge), path, query: None }
    }

    /// Reads a URL of the sandbox, of production, or with a collection's variables.
    pub(crate) fn read(url: &str) -> Self {
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
pub(crate) fn bodies(text: &str) -> Vec<Value> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let text = &without_block_comments(text);
    if let Ok(body) = serde_json::from_str(text) {
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

fn without_block_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once("*/").map_or(part, |(_, after)| after))
}

/// Placeholders stand where values belong; those that a type checks get one of its form. What is
/// left of them becomes a text where it is none yet.
pub(crate) fn with_values(text: &str, values: &[(&str, &str)]) -> String {
    let filled =
        values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    let lines = filled.split_inclusive('\n').map(|line| match line.split_once(": {{") {
        Some((before, rest)) => match rest.split_once("}}") {
            Some((name, after)) => format!("{before}: \"{{{{{name}}}}}\"{after}"),
            None => line.to_owned(),
        },
        None => line.to_owned(),
    });
    lines.collect()
}
