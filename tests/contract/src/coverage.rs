//! The comparison as a whole.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::environment::Family;
use serde_json::Value;

use crate::replies::{self, Read};
use crate::{Call, Gap, Known, Rules, Saved, Source, endpoint_of, headers, spellings};

/// What became of every request.
#[derive(Debug, Default)]
pub struct Coverage {
    /// The files, request by request.
    pub sources: Vec<Measured>,
    /// The calls of the older version.
    pub older: Vec<Call>,
    /// How many refusals there are of each class.
    pub classes: BTreeMap<&'static str, usize>,
    /// What is neither the same nor explained.
    pub faults: Vec<String>,
    /// Explanations that were needed, and how often.
    pub used: BTreeMap<&'static str, usize>,
    /// Explanations that nothing needs.
    pub needless: Vec<String>,
}

/// One source.
#[derive(Debug)]
pub struct Measured {
    /// Which file.
    pub source: &'static Source,
    /// Its requests.
    pub rows: Vec<Row>,
}

impl Measured {
    /// Those that are covered.
    pub fn covered(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.outcome, Outcome::Covered { .. }))
    }
}

/// One request.
#[derive(Debug)]
pub struct Row {
    /// The folders and the name that its author gave it.
    pub place: String,
    /// Method, path and family.
    pub call: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// It is read and sent again in the same form.
    Covered {
        /// The endpoint.
        endpoint: &'static str,
        /// How many bodies.
        bodies: usize,
        /// How many answers are read.
        answers: usize,
        /// How many refusals have a class.
        refusals: usize,
    },
    /// It is none of the crate's.
    LeftOut(&'static Gap),
    /// There is no endpoint for it, and no reason.
    Missing,
}

impl Coverage {
    /// Compares everything; nothing when the sources are not there.
    pub fn measure(rules: &Rules) -> Option<Self> {
        let mut this = Self::default();
        let known = (rules.known)();
        let mut gaps_used = BTreeSet::new();
        for source in rules.sources {
            let mut rows = Vec::new();
            for saved in source.read()? {
                let row = this.row(rules, &known, saved);
                if let Outcome::LeftOut(gap) = row.outcome {
                    gaps_used.insert(gap.name());
                }
                rows.push(row);
            }
            this.sources.push(Measured { source, rows });
        }
        let (calls, faults) = rules.older.read()?;
        this.older = calls;
        this.faults.extend(faults);
        this.needless =
            rules.gaps.iter().map(Gap::name).filter(|name| !gaps_used.contains(name)).collect();
        let explained = rules.explanations().into_iter();
        let unused = explained.filter(|why| !this.used.contains_key(why)).map(str::to_owned);
        this.needless.extend(unused.collect::<Vec<_>>());
        Some(this)
    }

    fn note(&mut self, explanations: impl IntoIterator<Item = &'static str>) {
        for why in explanations {
            *self.used.entry(why).or_default() += 1;
        }
    }

    /// Compares one request.
    pub fn row(&mut self, rules: &Rules, known: &[Known], mut saved: Saved) -> Row {
        let corrected = rules.corrections.iter().filter(|rule| (rule.apply)(&mut saved));
        self.note(corrected.map(|rule| rule.why).collect::<Vec<_>>());
        let family = saved.url.family.map_or("elsewhere", Family::as_str);
        let path = if saved.url.path.is_empty() { "(the HIU's own URL)" } else { &saved.url.path };
        let call = format!("{} `{path}` ({family})", saved.method);
        for text in &saved.unread {
            match rules.fragments.iter().find(|rule| text.contains(rule.text)) {
                Some(rule) => self.note([rule.why]),
                None => self.faults.push(format!("{}: cut off: {text}", saved.place)),
            }
        }
        let gap = rules.gaps.iter().find(|gap| gap.takes(&saved));
        let outcome = match (endpoint_of(known, &saved), gap) {
            (Some(known), _) => self.compare(rules, known, &saved),
            (None, Some(gap)) => Outcome::LeftOut(gap),
            (None, None) => {
                self.faults.push(format!("{}: no endpoint for {call}", saved.place));
                Outcome::Missing
            }
        };
        Row { place: saved.place, call, outcome }
    }

    fn compare(&mut self, rules: &Rules, known: &Known, saved: &Saved) -> Outcome {
        let mut faults = Vec::new();
        let mut bodies = 0;
        let nothing = [Value::Null];
        let sent_bodies = if saved.bodies.is_empty() { &nothing[..] } else { &saved.bodies };
        for body in sent_bodies {
            if let Some(slip) = rules.body_slips.iter().find(|s| (s.applies)(&known.meta, body)) {
                self.note([slip.why]);
                continue;
            }
            let (body, changed) = spellings::normal(rules.spellings, body.clone());
            self.note(changed);
            match self.compare_one(rules, known, saved, &body) {
                Ok(()) => bodies += usize::from(!body.is_null()),
                Err(found) => faults.extend(found),
            }
        }
        let (mut answers, mut refusals) = (0, 0);
        for reply in &saved.replies {
            match replies::read(rules, known, saved, reply) {
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

    /// Method, path, headers, query and body of what we send against what the source has.
    fn compare_one(
        &mut self,
        rules: &Rules,
        known: &Known,
        saved: &Saved,
        body: &Value,
    ) -> Result<(), Vec<String>> {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let sent = (known.resend)(saved, &bytes).map_err(|error| vec![error])?;
        let (mut faults, explained) =
            headers::compare(rules.headers, saved, &known.meta, sent.headers());
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
