//! Faults that happen once, or a few times: what `--faults` of a journey asks for.

use std::collections::VecDeque;

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callbacks::Forgery;
use crate::server::Refusal;
use crate::switches::Switches;

/// More faults of a kind than this are not noted.
const MOST: usize = 10_000;

/// How one call fails although nothing is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Failure {
    /// 500 in the form of the framework under ABDM's linking service.
    InternalServerError,
    /// 503 ABDM-1024, flat.
    ServiceUnavailable,
    /// 500 303001: the API manager has suspended the service behind it.
    Suspended,
    /// 429 ABDM-1022, with a `Retry-After` as the switch `retry_after_seconds` has it.
    TooManyRequests,
    /// 400 with an empty body.
    EmptyBadRequest,
    /// 403, plain text.
    AccessDenied,
    /// 403 with a page of HTML: the firewall before ABDM does not know this machine.
    FirewallPage,
    /// 401 with an empty body.
    EmptyUnauthorized,
    /// 401 900901: the session token is no longer good.
    InvalidCredentials,
    /// Shape a of milestone 1: 400 `{"loginId":"Invalid LoginId",..}`.
    FieldMap,
    /// Shape b: 401 `{"message":"X-token expired",..}`.
    Message,
    /// Shape c: 422 `{"error":{"code":"ABDM-1204",..}}`.
    Wrapped,
    /// Shape d: 400 `{"code":"ABDM-1211",..}`.
    Flat,
    /// Shape e: 400 with a list of two.
    List,
    /// Shape g: 422 `{"Message":"..",..}`, with a capital M.
    CapitalMessage,
    /// Shape h: **200** `{"authResult":"failed",..}`.
    FailedOnSuccess,
    /// 200 with a page of HTML.
    Html,
    /// The call is carried out, and its answer breaks off on the way: the caller cannot know.
    AnswerLost,
}

impl Failure {
    pub(crate) fn refusal(
        self,
        path: &str,
        switches: &Switches,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Refusal {
        self.shape(path, switches, now).because("a fault was armed for this call")
    }

    fn shape(self, path: &str, switches: &Switches, now: chrono::DateTime<chrono::Utc>) -> Refusal {
        match self {
            Self::InternalServerError => Refusal::spring(path, now),
            Self::ServiceUnavailable => Refusal::flat(
                StatusCode::SERVICE_UNAVAILABLE,
                "ABDM-1024",
                "Dependent service unavailable",
            ),
            Self::Suspended => Refusal::suspended(),
            Self::TooManyRequests => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                Refusal::error(status, "ABDM-1022", "Too many requests")
                    .retry_after(switches.retry_after_seconds)
            }
            Self::EmptyBadRequest => Refusal::empty(StatusCode::BAD_REQUEST),
            Self::AccessDenied => Refusal::access_denied(),
            Self::FirewallPage => Refusal::firewall_page(),
            Self::EmptyUnauthorized => Refusal::empty(StatusCode::UNAUTHORIZED),
            Self::InvalidCredentials => Refusal::invalid_credentials(),
            Self::FieldMap => Refusal::field("loginId", "Invalid LoginId", now),
            Self::Message => Refusal::message(StatusCode::UNAUTHORIZED, "X-token expired", now),
            Self::Wrapped => Refusal::error(
                StatusCode::UNPROCESSABLE_ENTITY,
                "ABDM-1204",
                "UIDAI Error code : 561 : Request expired.",
            ),
            Self::Flat => Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1211", "User not found."),
            Self::List => Refusal::listed(&[
                ("ABDM-9999: ", "Invalid Scope"),
                ("ABDM-9999: ", "Invalid Login Hint"),
            ]),
            Self::CapitalMessage => {
                Refusal::capital_message("UIDAI Error code : 400 : Invalid Aadhaar OTP value.", now)
            }
            Self::FailedOnSuccess => Refusal::failed_on_success(),
            Self::Html => Refusal::html(),
            Self::AnswerLost => Refusal::lost(),
        }
    }
}

/// What is still to go wrong.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    fail_next: Vec<(String, Failure)>,
    drop_next: Vec<String>,
    hold_next: Vec<String>,
    duplicate: usize,
    reorder: usize,
    forgeries: Vec<(Forgery, Option<String>)>,
    #[serde(default)]
    regrant: usize,
    /// The callbacks that wait until another one has been delivered, by their numbers.
    pub(crate) held: VecDeque<u64>,
}

impl Faults {
    pub(crate) fn fail_next(&mut self, endpoint: &str, failure: Failure) {
        note(&mut self.fail_next, (endpoint.to_owned(), failure));
    }

    pub(crate) fn drop_next(&mut self, endpoint: &str) {
        note(&mut self.drop_next, endpoint.to_owned());
    }

    pub(crate) fn hold_next(&mut self, endpoint: &str) {
        note(&mut self.hold_next, endpoint.to_owned());
    }

    pub(crate) const fn duplicate(&mut self, count: usize) {
        self.duplicate = count;
    }

    pub(crate) const fn reorder(&mut self, count: usize) {
        self.reorder = count;
    }

    pub(crate) const fn regrant(&mut self, count: usize) {
        self.regrant = count;
    }

    /// Whether the grant of a consent that is revoked now comes once more (rulings.md 11).
    pub(crate) const fn take_regrant(&mut self) -> bool {
        count_down(&mut self.regrant)
    }

    /// Forges so many of the coming callbacks, of one endpoint or of any. Takes the place of what
    /// was asked for in this kind before.
    pub(crate) fn forge(&mut self, kind: Forgery, endpoint: Option<String>, count: usize) {
        let asked = (kind, endpoint);
        self.forgeries.retain(|before| *before != asked);
        self.forgeries.extend(std::iter::repeat_n(asked, count.min(MOST)));
    }

    pub(crate) fn take_failure(&mut self, endpoint: &str) -> Option<Failure> {
        let at = self.fail_next.iter().position(|(name, _)| name == endpoint)?;
        Some(self.fail_next.remove(at).1)
    }

    pub(crate) fn take_drop(&mut self, endpoint: &str) -> bool {
        take(&mut self.drop_next, endpoint)
    }

    /// Whether this callback shall wait for the next one. Only one waits at a time by count.
    pub(crate) fn take_hold(&mut self, endpoint: &str) -> bool {
        take(&mut self.hold_next, endpoint)
            || (self.held.is_empty() && count_down(&mut self.reorder))
    }

    pub(crate) const fn take_duplicate(&mut self) -> bool {
        count_down(&mut self.duplicate)
    }

    pub(crate) fn take_forgery(&mut self, endpoint: &str) -> Option<Forgery> {
        let fits =
            |(_, of): &(Forgery, Option<String>)| of.as_deref().is_none_or(|of| of == endpoint);
        let at = self.forgeries.iter().position(fits)?;
        Some(self.forgeries.remove(at).0)
    }
}

fn note<T>(to_come: &mut Vec<T>, fault: T) {
    if to_come.len() < MOST {
        to_come.push(fault);
    }
}

fn take(names: &mut Vec<String>, endpoint: &str) -> bool {
    let at = names.iter().position(|name| name == endpoint);
    at.map(|at| names.remove(at)).is_some()
}

const fn count_down(count: &mut usize) -> bool {
    let some = *count > 0;
    if some {
        *count -= 1;
    }
    some
}
