//! The comparison as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use abdm_core::environment::Family;
use serde_json::Value;

use super::gaps::{self, Gap};
use super::known::{self, Known};
use super::replies::{self, Read};
use super::saved::Saved;
use super::sources::{self, SOURCES, Source};
use super::{headers, legacy, spellings};

/// What became of every request.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    pub(super) sources: Vec<Measured>,
    pub(super) legacy: Vec<legacy::Row>,
    /// How many refusals there are of each class.
    pub(super) classes: BTreeMap<&'static str, usize>,
    /// What is neither the same nor explained.
    pub(super) faults: Vec<String>,
    /// Explanations that were needed, and how often.
    pub(super) used: BTreeMap<&'static str, usize>,
    /// Explanations that nothing needs.
    pub(super) needless: Vec<String>,
}

/// One source.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) source: &'static Source,
    pub(super) rows: Vec<Row>,
}

impl Measured {
    pub(super) fn covered(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.outcome, Outcome::Covered { .. }))
    }
}

/// One request.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) place: String,
    pub(super) call: String,
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    Covered { endpoint: &'static str, bodies: usize, answers: usize, refusals: usize },
    LeftOut(&'static Gap),
    Missing,
}

impl Coverage {
    /// Compares everything; nothing when the sources are not there.
    pub(super) fn measure() -> Option<&'static Self> {
        static MEASURED: OnceLock<Option<Coverage>> = OnceLock::new();
        MEASURED.get_or_init(Self::measure_now).as_ref()
    }

    fn measure_now() -> Option<Self> {
        let mut this = Self::default();
        let known = known::all();
        let mut gaps_used = BTreeSet::new();
        for source in SOURCES {
            let mut rows = Vec::new();
            for saved in source.read()? {
                let row = this.row(&known, saved);
                if let Outcome::LeftOut(gap) = row.outcome {
                    gaps_used.insert(gap.name());
                }
                rows.push(row);
            }
            this.sources.push(Measured { source, rows });
        }
        let (rows, faults) = legacy::rows(&sources::legacy_calls()?);
        this.legacy = rows;
        this.faults.extend(faults);
        this.needless =
            gaps::all().map(Gap::name).filter(|name| !gaps_used.contains(name)).collect();
        let explained = explanations().filter(|why| !this.used.contains_key(why));
        this.needless.extend(explained.map(str::to_owned));
        Some(this)
    }

    fn note(&mut self, explanations: impl IntoIterator<Item = &'static str>) {
        for why in explanations {
            *self.used.entry(why).or_default() += 1;
        }
    }

    fn row(&mut self, known: &[Known], mut saved: Saved) -> Row {
        self.note(spellings::corrected(&mut saved));
        let family = saved.url.family.map_or("elsewhere", Family::as_str);
        let call = format!("{} `{}` ({family})", saved.method, saved.url.path);
        let outcome = match (known::endpoint_of(known, &saved), gaps::gap_of(&saved)) {
            (Some(known), _) => self.compare(known, &saved),
            (None, Some(gap)) => Outcome::LeftOut(gap),
            (None, None) => {
                self.faults.push(format!("{}: no endpoint for {call}", saved.place));
                Outcome::Missing
            }
        };
        Row { place: saved.place, call, outcome }
    }

    fn compare(&mut self, known: &Known, saved: &Saved) -> Outcome {
        let mut faults = Vec::new();
        let mut bodies = 0;
        let nothing = [Value::Null];
        let sent_bodies = if saved.bodies.is_empty() { &nothing[..] } else { &saved.bodies };
        for body in sent_bodies {
            if let Some(why) = spellings::misplaced(&known.meta, body) {
                self.note([why]);
                continue;
            }
            let (body, changed) = spellings::normal(body.clone());
            self.note(changed);
            match self.compare_one(known, saved, &body) {
                Ok(()) => bodies += usize::from(!body.is_null()),
                Err(found) => faults.extend(found),
            }
        }
        let (mut answers, mut refusals) = (0, 0);
        for reply in &saved.replies {
            match replies::read(known, saved, reply) {
                Ok((read, explained)) => {
                    match read {
                        Read::Answer => answers += 1,
                        Read::Refusal(class) => {
                            refusals += 1;
                            *self.classes.entry(class).or_default() += 1;
                        }
                        Read::Misplaced => {}
                    }
                    self.note(explained);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let name = known.meta.name;
        self.faults
            .extend(faults.into_iter().map(|fault| format!("{} ({name}): {fault}", saved.place)));
        Outcome::Covered { endpoint: name, bodies, answers, refusals }
    }

    /// Method, path, headers, query and body of what this crate sends against what the source has.
    fn compare_one(
        &mut self,
        known: &Known,
        saved: &Saved,
        body: &Value,
    ) -> Result<(), Vec<String>> {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let sent = (known.resend)(saved, &bytes).map_err(|error| vec![error])?;
        let (mut faults, explained) = headers::compare(saved, &known.meta, sent.headers());
        self.note(explained);
        if sent.method().as_str() != saved.method {
            faults.push(format!("we send {}", sent.method()));
        }
        let path = sent.uri().path();
        if !path.ends_with(&saved.url.path) {
            faults.push(format!("we send it to {path}"));
        }
        if sent.uri().query().map(names) != saved.url.query.as_deref().map(names) {
            faults.push(format!("we send the query {:?}", sent.uri().query()));
        }
        let ours = serde_json::from_slice(sent.body()).unwrap_or(Value::Null);
        if ours != *body {
            faults.push(format!("we write {ours}, it has {body}"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The names in a query.
fn names(query: &str) -> Vec<&str> {
    query.split('&').filter_map(|pair| pair.split('=').next()).collect()
}

/// Every explanation that the lists hold, but for gaps.
pub(super) fn explanations() -> impl Iterator<Item = &'static str> {
    let headers = headers::DIFFERENCES.iter().map(|rule| rule.why);
    let spelled = spellings::SPELLINGS.iter().map(|rule| rule.why);
    let paths = spellings::PATH_SLIPS.iter().map(|rule| rule.why);
    let bodies = spellings::BODY_SLIPS.iter().map(|rule| rule.why);
    let texts = replies::KNOWN_TEXTS.iter().map(|rule| rule.why);
    let replies = replies::REPLY_SLIPS.iter().map(|rule| rule.why);
    headers.chain(spelled).chain(paths).chain(bodies).chain(texts).chain(replies)
}

/// The comparison can fail, also where NHA's files are not there.
#[test]
fn a_difference_of_any_kind_is_a_fault() {
    use abdm_core::endpoint::Endpoint as _;
    use abha_enrollment::api::login::VerifyUser;

    use super::saved::{Reply, Target};

    let meta = VerifyUser::META;
    let good = Saved {
        place: "made up".to_owned(),
        method: meta.method.to_string(),
        url: Target { family: Some(meta.family), path: meta.path.to_owned(), query: None },
        headers: meta.required_headers().into_iter().map(str::to_owned).collect(),
        bodies: vec![serde_json::json!({"ABHANumber": "91-1234-5678-9015", "txnId": "a"})],
        replies: vec![Reply::new(200, r#"{"token": "t", "expiresIn": 1800}"#)],
    };
    type Change<'a> = &'a dyn Fn(&mut Saved);
    let faults = |change: Change<'_>| {
        let (mut saved, mut coverage) = (good.clone(), Coverage::default());
        change(&mut saved);
        coverage.row(&known::all(), saved);
        coverage.faults
    };
    assert_eq!(faults(&|_| {}), Vec::<String>::new());
    let changes: [(&str, Change<'_>); 8] = [
        ("no endpoint", &|saved| saved.method = "GET".to_owned()),
        ("no endpoint", &|saved| saved.url.path.push('s')),
        ("which we do not send", &|saved| saved.headers.push("f-token".to_owned())),
        ("which it does not list", &|saved| saved.headers.retain(|name| name != "t-token")),
        ("we send the query", &|saved| saved.url.query = Some("a=b".to_owned())),
        ("we write", &|saved| saved.bodies[0]["odd"] = Value::from(1)),
        ("does not fit", &|saved| saved.replies.push(Reply::new(200, "[]"))),
        ("unclassified", &|saved| saved.replies.push(Reply::new(400, r#"{"code": "ABDM-1"}"#))),
    ];
    for (wanted, change) in changes {
        let found = faults(change);
        assert!(found.len() == 1 && found[0].contains(wanted), "{wanted}: {found:?}");
    }
}
