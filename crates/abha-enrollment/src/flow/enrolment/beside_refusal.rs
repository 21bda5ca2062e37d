//! What an answer to a creation holds beside a refusal.

use abdm_core::wire::read_forgiving;
use http::StatusCode;

use crate::api::enrollment::{EnrolledAccount, EnrolmentReply};
use crate::api::login::LoginVerified;
use crate::error::{Error, Problem, refuses};

/// Looks for the account in an answer that names an error as well. Under status 200 a whole ABHA number
/// beside an error was made, whatever else is said. A token without one, or either of them under a
/// status or beside a result that is no success, says that something was made, and not what:
/// [`Problem::OutcomeUnknown`]. An `authResult` that refuses stays the refusal that it is.
pub(super) fn account_beside(error: Error) -> Result<EnrolmentReply, Error> {
    let read = error.api().and_then(|api| {
        let body = api.raw().expose();
        let result = read_forgiving::<LoginVerified>(body).ok().and_then(|r| r.value.auth_result);
        let success = api.status().as_ref().is_some_and(StatusCode::is_success);
        let read = read_forgiving::<EnrolmentReply>(body).ok().filter(|_| !refuses(api))?;
        Some((success && result.is_none(), read.value))
    });
    let Some((success, reply)) = read else {
        return Err(error);
    };
    let account = match reply.clone() {
        EnrolmentReply::Account(account) => *account,
        EnrolmentReply::Demographic(reply) => EnrolledAccount::from(*reply),
    };
    if success && account.abha_number().is_some() {
        tracing::warn!("an answer holds an ABHA number and a refusal: the number counts");
        Ok(reply)
    } else if account.abha_number().is_some() || account.tokens.is_some() {
        Err(error.meaning(Problem::OutcomeUnknown))
    } else {
        Err(error)
    }
}
