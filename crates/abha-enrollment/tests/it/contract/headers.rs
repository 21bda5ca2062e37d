//! Headers that only a source or only this crate has.

use abdm_contract::{Difference, Saved};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Family;
use abdm_core::headers::{AUTHORIZATION, CM_ID, REQUEST_ID, TIMESTAMP, USER_TOKEN};
use abha_enrollment::api::account;

pub(super) const DIFFERENCES: &[Difference] = &[
    Difference::we_send(
        CM_ID,
        |_, _| true,
        "`X-CM-ID` goes with every call of ours; the ABHA hosts do not mind (m1-abha.md 3)",
    ),
    Difference::we_send(
        "content-type",
        |saved, _| saved.method != "GET",
        "`Content-Type` is written by Postman itself where a collection does not list it",
    ),
    Difference::we_send(
        AUTHORIZATION,
        |_, _| true,
        "the session token goes with every call; some requests take it from the folder above them, those \
         of the PHR collection from an API-key setting whose header it does not name (m1-abha.md 3: always send)",
    ),
    Difference::we_send(
        REQUEST_ID,
        |saved, _| without_standard_headers(saved),
        "`REQUEST-ID` is left out of some requests; ABDM demands it",
    ),
    Difference::they_list(
        "request_id",
        |_, _| true,
        "`REQUEST_ID` is a slip for `REQUEST-ID`: an underscore makes another header",
    ),
    Difference::we_send(
        TIMESTAMP,
        |saved, _| without_standard_headers(saved),
        "`TIMESTAMP` is left out of some requests; ABDM demands it",
    ),
    Difference::we_send(
        USER_TOKEN,
        |saved, meta| of_programme(saved) && meta.name == account::UpdateProfile::META.name,
        "a programme may change a profile by `abhaNumber` without the person's token; this crate \
         sends it always (m1-abha.md 9)",
    ),
    Difference::they_list(
        "content-type",
        |saved, _| saved.method == "GET",
        "`Content-Type` on a request without a body",
    ),
    Difference::they_list(
        "apikey",
        |saved, _| saved.url.family == Some(Family::PhrApp),
        "`apikey` is an older key of the PHR hosts, left over from before",
    ),
    Difference::they_list("accept", |_, _| true, "`Accept` is a choice of the HTTP client"),
];

fn without_standard_headers(saved: &Saved) -> bool {
    ["create access token", "Verify Password to Deactivate", "Verify Password to Reactivate"]
        .iter()
        .any(|name| saved.place.ends_with(name))
}

fn of_programme(saved: &Saved) -> bool {
    saved.headers.iter().flatten().any(|header| header.starts_with("benefit"))
}
