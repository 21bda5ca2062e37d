//! One line of the journal.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::headers::{REQUEST_ID, documented_spelling};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Mentioned;
use crate::services::names::{self, EndpointName};
use crate::transcript::Exchange;

/// A longer body is left out.
const LONGEST_BODY: usize = 16 * 1024;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Somebody called ABDM, or pushed to the patient's own app.
    Call,
    /// ABDM called somebody back.
    Callback,
}

/// How a callback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Delivery {
    /// Its delay is not over.
    Waiting,
    /// It waits until another one has been delivered, by a fault.
    Held,
    /// It is being delivered.
    Sending,
    /// The receiver took it.
    Delivered,
    /// The receiver did not take it, and it will be delivered once more.
    AwaitingRedelivery,
    /// Nobody took it, and it will not be delivered again.
    Failed,
    /// It was lost on purpose, by a fault or a switch, or ended with the state by a reset.
    Lost,
}

impl Delivery {
    /// Whether nothing will happen to it any more.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Lost)
    }
}

/// One attempt to deliver a callback.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Try {
    /// When, by the sandbox's clock.
    pub(crate) at: DateTime<Utc>,
    /// What the receiver answered.
    pub(crate) status: Option<u16>,
    /// Why there was no answer.
    pub(crate) error: Option<String>,
    /// The body of the receiver's answer.
    pub(crate) response: Value,
    /// How long it took.
    pub(crate) milliseconds: u64,
}

impl Try {
    /// There was nothing that could be sent.
    pub(crate) fn unsent(at: DateTime<Utc>, why: &str) -> Self {
        let error = Some(why.to_owned());
        Self { at, status: None, error, response: Value::Null, milliseconds: 0 }
    }
}

/// One message and what became of it. Masked like a transcript.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "JournalEntry")]
pub(crate) struct Entry {
    /// Counts up; a call has the number of its end, a callback that of its beginning.
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// When, by the sandbox's clock.
    pub(crate) at: DateTime<Utc>,
    /// Who sent it: `clinic`, `hospital`, `abdm`, `phr` or the client's own name.
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) method: String,
    /// With its query; a callback's, below the receiver's bridge URL.
    pub(crate) path: String,
    /// The endpoint by the name of its declaration; `null` for a path that nobody declared.
    #[serde(deserialize_with = "names::option::deserialize")]
    pub(crate) endpoint: Option<EndpointName>,
    /// Its own `REQUEST-ID`.
    pub(crate) request_id: Option<String>,
    /// The `REQUEST-ID` of the message that it answers.
    pub(crate) answers: Option<String>,
    /// The ids in its bodies, by the names of their fields.
    pub(crate) ids: BTreeMap<String, BTreeSet<String>>,
    /// The ABHA addresses of the patients that it is about, as far as they are known.
    pub(crate) patients: BTreeSet<String>,
    pub(crate) headers: BTreeMap<String, String>,
    /// A body of more than 16 KiB is left out, and its size told.
    pub(crate) body: Value,
    /// What was answered; of a callback, at its last attempt.
    pub(crate) status: Option<u16>,
    pub(crate) response: Value,
    /// How long it took; of a callback, its last attempt.
    pub(crate) milliseconds: Option<u64>,
    /// How a callback stands.
    pub(crate) state: Option<Delivery>,
    /// The attempts to deliver a callback.
    pub(crate) tries: Vec<Try>,
}

impl Entry {
    /// A call and its answer.
    pub(crate) fn of_call(exchange: &Exchange, endpoint: Option<&'static str>) -> Self {
        let masked = exchange.masked();
        let mut mentioned = Mentioned::of_body(&exchange.body);
        mentioned.add(&exchange.response);
        Self {
            number: 0,
            kind: Kind::Call,
            at: exchange.at,
            from: exchange.from.to_string(),
            to: exchange.to.to_string(),
            method: masked.method,
            path: masked.path,
            endpoint,
            request_id: exchange.headers.get(&documented_spelling(REQUEST_ID)).cloned(),
            answers: mentioned.answers,
            ids: mentioned.ids,
            patients: mentioned.addresses,
            headers: masked.headers,
            body: short(masked.body),
            status: exchange.status,
            response: short(masked.response),
            milliseconds: Some(exchange.ms),
            state: None,
            tries: Vec::new(),
        }
    }

    /// A callback that has not been written yet.
    pub(crate) fn of_callback(
        (endpoint, method, path): (&'static str, &str, &str),
        to: String,
        request_id: String,
        body: &Value,
        at: DateTime<Utc>,
    ) -> Self {
        let mentioned = Mentioned::of_body(body);
        Self {
            number: 0,
            kind: Kind::Callback,
            at,
            from: crate::transcript::Party::Abdm.to_string(),
            to,
            method: method.to_owned(),
            path: path.to_owned(),
            endpoint: Some(endpoint),
            request_id: Some(request_id),
            answers: mentioned.answers,
            ids: mentioned.ids,
            patients: mentioned.addresses,
            headers: BTreeMap::new(),
            body: Value::Null,
            status: None,
            response: Value::Null,
            milliseconds: None,
            state: Some(Delivery::Waiting),
            tries: Vec::new(),
        }
    }

    /// Notes an attempt to deliver it.
    pub(crate) fn tried(&mut self, exchange: &Exchange, error: Option<String>) {
        let masked = exchange.masked();
        let response = short(masked.response);
        self.headers = masked.headers;
        self.body = short(masked.body);
        self.status = exchange.status;
        self.response.clone_from(&response);
        self.milliseconds = Some(exchange.ms);
        self.tries.push(Try {
            at: exchange.at,
            status: exchange.status,
            error,
            response,
            milliseconds: exchange.ms,
        });
    }

    /// Whether an id stands in it: in its headers, bodies or as what it answers.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.request_id.as_deref() == Some(id)
            || self.answers.as_deref() == Some(id)
            || self.ids.values().any(|ids| ids.contains(id))
    }

    /// About how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        let tries: usize = self.tries.iter().map(|one| length(&one.response)).sum();
        let ids: usize = self.ids.iter().map(|(name, ids)| name.len() + ids.len() * 64).sum();
        let headers: usize = self.headers.iter().map(|(name, v)| name.len() + v.len() + 64).sum();
        1024 + length(&self.body) + length(&self.response) + tries + ids + headers
    }
}

/// About how much memory a body takes.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 32,
        Value::Array(items) => items.iter().map(length).sum::<usize>() + 32,
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + length(value) + 64).sum::<usize>() + 32
        }
        _ => 32,
    }
}

/// A body, unless it is too long.
fn short(body: Value) -> Value {
    let long = length(&body);
    if long > LONGEST_BODY {
        Value::String(format!("(about {long} bytes, left out)"))
    } else {
        body
    }
}

/// What is on its way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnItsWay {
    /// Of a callback, the number of its entry.
    pub(crate) number: u64,
    /// `callback`, `call` (it has not been answered yet), or what the consent manager or the
    /// patient's app is about to do.
    pub(crate) what: &'static str,
    /// The endpoint by the name of its declaration.
    pub(crate) endpoint: Option<&'static str>,
    /// Its `REQUEST-ID`.
    pub(crate) request_id: Option<String>,
    /// How a callback stands.
    pub(crate) state: Option<Delivery>,
    /// When it will happen, by the sandbox's clock, where that is known.
    pub(crate) due_at: Option<DateTime<Utc>>,
}

impl OnItsWay {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self { number: 0, what, endpoint: None, request_id: None, state: None, due_at: None }
    }
}
