//! A refusal in a 2xx is found on every call of every milestone.

use abdm_core::error::ApiError;
use abdm_core::wire::odd::{odd_refusal, refusals};
use http::{HeaderMap, StatusCode};

use crate::endpoints::by_crate;

/// (rulings 42, 46) Most calls of M2 and M3 are only taken note of: nothing of their answers is read,
/// so that an overlooked refusal would be a success for good.
#[test]
fn no_call_takes_an_odd_refusal_for_a_success() {
    let calls = by_crate().into_iter().flat_map(|(_, all)| all);
    for (meta, first) in calls.zip((0_u64..).step_by(1000)) {
        for (refusal, seed) in refusals().iter().cycle().zip(first..).take(100) {
            let (odd, headers) = (odd_refusal(refusal, seed), HeaderMap::new());
            let found =
                ApiError::hidden_in_success(meta, None, StatusCode::ACCEPTED, &headers, &odd.body);
            let body = String::from_utf8_lossy(&odd.body);
            assert!(found.is_some(), "{} after {:?}: {body}", meta.name, odd.done);
        }
    }
}
