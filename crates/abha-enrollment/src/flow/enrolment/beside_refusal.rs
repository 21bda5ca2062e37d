//! What an answer to a creation holds beside a refusal.

use abdm_core::wire::read_forgiving;
use http::StatusCode;

use crate::api::enrollment::{EnrolledAccount, EnrolmentReply};
use crate::api::login::LoginVerified;
use crate::error::{Error, Problem};

/// Looks for the account in an answer with status 200 that names an error as well. A whole ABHA number
/// beside an error was made, whatever else is said; a token without one says that something was made,
/// and not what: [`Problem::OutcomeUnknown`]. `authResult` stays the refusal that it is.
pub(super) fn account_beside(error: Error) -> Result<EnrolmentReply, Error> {
    let read = error.api().and_then(|api| {
        let body = api.raw().expose();
        let result = read_forgiving::<LoginVerified>(body).ok().and_then(|r| r.value.auth_result);
        let success = api.status().as_ref().is_some_and(StatusCode::is_success);
        (success && result.is_none()).then(|| read_forgiving::<EnrolmentReply>(body).ok())?
    });
    let Some(read) = read else {
        return Err(error);
    };
    let account = match read.value.clone() {
        EnrolmentReply::Account(account) => *account,
        EnrolmentReply::Demographic(reply) => EnrolledAccount::from(*reply),
    };
    if account.abha_number().is_some() {
        tracing::warn!("an answer holds an ABHA number and a refusal: the number counts");
        Ok(read.value)
    } else if account.tokens.is_some() {
        Err(Error::new(Problem::OutcomeUnknown))
    } else {
        Err(error)
    }
}
