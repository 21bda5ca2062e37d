//! From ABDM's refusals to problems of the desk.
//!
//! The core's catalogue tells the *class* of an error; what it means here depends on what was
//! asked: `authResult: failed` is a wrong OTP in one step and a wrong password in another.

mod outcome;
mod words;

use abdm_core::client::CallError;
use abdm_core::clock::later;
use abdm_core::error::{ApiError, ErrorClass};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;

use self::outcome::Outcome;
pub(crate) use self::outcome::refuses;
use super::problem::Problem;
use super::{Cause, Error, uidai};
use crate::encryption::may_be_wrong_key;

/// After this long a locked person may try again (ABDM-1100).
const LOCK: TimeDelta = TimeDelta::minutes(30);
/// After this long an OTP may be asked for again (certification case CRT_ABHA_106).
const RESEND_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What a step asked of ABDM: decides what a refusal without a telling code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To do something that needs no proof.
    Plainly,
    /// To look up whether there is an ABHA under a value; this is the problem when it is not taken.
    WhetherThereIs(Problem),
    /// To send an OTP for a value; this is the problem when that value is not taken.
    OtpFor(Problem),
    /// The same for a login, whose answer also says whether there is an ABHA under the value.
    LoginOtpFor(Problem),
    /// To exchange the right to choose for the session of the one that was chosen; this is the
    /// problem when that one is not taken.
    ChoiceOf(Problem),
    /// To accept an OTP.
    Otp,
    /// To accept a password.
    Password,
    /// To accept a scan.
    Biometrics,
    /// To give out an ABHA address.
    Address,
}

impl Asked {
    /// What a refusal of the proof that was given means; `None` where none was.
    const fn unproved(self) -> Option<Problem> {
        match self {
            Self::Otp => Some(Problem::WrongOtp),
            Self::Password => Some(Problem::WrongPassword),
            Self::Biometrics => Some(Problem::BiometricMismatch),
            _ => None,
        }
    }
}

impl Error {
    /// The error of a failed call.
    pub(crate) fn of_call(asked: Asked, error: CallError, now: DateTime<Utc>) -> Self {
        let problem = problem_of(asked, &error);
        let until = match problem {
            Problem::TooManyAttempts => Some(now + LOCK),
            Problem::ResendTooEarly => Some(now + RESEND_PAUSE),
            // Only a time that ABDM named (`Retry-After`) is one to hold back for.
            Problem::TooManyRequests | Problem::Unavailable => told_time(&error, now),
            _ => None,
        };
        let this = Self::caused(problem, Cause::Call(error));
        match until {
            Some(until) => this.not_before(until),
            None => this,
        }
    }

    /// The error of a step that must not be repeated: no usable answer means that it may have
    /// happened.
    pub(crate) fn of_creation(asked: Asked, error: CallError, now: DateTime<Utc>) -> Self {
        if may_have_happened(&error) {
            Self::caused(Problem::OutcomeUnknown, Cause::Call(error))
        } else {
            Self::of_call(asked, error, now)
        }
    }

    /// The error when no key could be obtained: nothing was sent.
    pub(crate) fn of_key(failure: crate::encryption::NoKey) -> Self {
        match failure {
            crate::encryption::NoKey::Unusable(error) => Self::from(error),
            crate::encryption::NoKey::Call(error) => {
                let problem = problem_of(Asked::Plainly, &error);
                Self::caused(problem, Cause::SharedCall(error))
            }
        }
    }
}

impl From<crate::encryption::NoKey> for Error {
    fn from(failure: crate::encryption::NoKey) -> Self {
        Self::of_key(failure)
    }
}

/// Whether ABDM may have done what the failed call asked: the request may have arrived, and no
/// answer says that it was refused.
///
/// 408 and 409 are answers of the kind "it is being done, or was done before" (errors.md, replies
/// without a code); 460 and 499 are what a proxy writes down when it lost whoever waited; a
/// redirect leads to what was done, unless it says by 307 or 308 that the same is to be sent
/// elsewhere. An error under a success says that it was refused only where its code, its words or
/// `authResult` do. 503 is no refusal either: a proxy gives it when the connection to the service
/// broke in the middle, and ABDM-1024 comes with it from a service behind the gateway. Only where
/// the API gateway itself refused, nothing was handed on.
pub(crate) fn may_have_happened(error: &CallError) -> bool {
    match error {
        CallError::Transport { source, .. } => !source.is_unprocessed(),
        CallError::Answer { .. } => true,
        CallError::Api(api) => match api.status() {
            _ if stopped_at_the_gateway(api) => false,
            None => false,
            Some(StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) => false,
            Some(status) if status.is_success() => match Outcome::of(api) {
                Outcome::Fault | Outcome::Unreadable => true,
                Outcome::Told => is_undescribed(api),
                Outcome::Refused | Outcome::ByStatus => false,
            },
            Some(status) if [408, 409, 460, 499].contains(&status.as_u16()) => {
                number_of(api).is_none()
            }
            Some(status) => status.is_server_error() || status.is_redirection(),
        },
        _ => false,
    }
}

/// Whether neither a code nor words say what is refused.
fn is_undescribed(api: &ApiError) -> bool {
    api.class() == ErrorClass::Unclassified
        && words::problem_of(Asked::Plainly, api, &all_texts(api)).is_none()
}

/// Whether the API manager in front of ABDM answered, and no service behind it: its codes have six
/// digits (m1-abha.md 5 f; errors.md: `9009xx`, `303001`).
fn stopped_at_the_gateway(api: &ApiError) -> bool {
    let code = api.code().map(|code| code.as_str()).unwrap_or_default();
    code == "303001" || code.len() == 6 && code.starts_with("9009")
}

/// Whether the gateway refuses what the person's token is good for, by an empty 401 (rulings.md
/// 35). For calls that carry such a token only: on others a header is missing.
pub(crate) fn refused_by_gateway(error: &CallError) -> bool {
    let CallError::Api(api) = error else { return false };
    let empty = api.raw().expose().iter().all(u8::is_ascii_whitespace);
    api.status() == Some(StatusCode::UNAUTHORIZED) && empty
}

/// The time until which ABDM wants to be left alone, where it named one.
fn told_time(error: &CallError, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    error.retry_after(now).map(|pause| later(now, pause))
}

fn problem_of(asked: Asked, error: &CallError) -> Problem {
    match error {
        CallError::Api(api) => problem_of_refusal(asked, api),
        CallError::Session(cause) => match cause.class() {
            ErrorClass::Auth | ErrorClass::CallerBug => Problem::ProgramFault,
            ErrorClass::Blocked => Problem::NotPermitted,
            _ => Problem::Unavailable,
        },
        // ABDM has answered, so "not answering" is false; and what was proved is used up.
        CallError::Answer { .. } => match asked {
            Asked::Otp | Asked::Password | Asked::Biometrics | Asked::ChoiceOf(_) => {
                Problem::AnswerUnusable
            }
            _ => Problem::AnswerUnreadable,
        },
        CallError::Transport { .. } => Problem::Unavailable,
        _ => Problem::ProgramFault,
    }
}

fn problem_of_refusal(asked: Asked, api: &ApiError) -> Problem {
    let text = all_texts(api);
    if let Some(problem) = number_of(api).and_then(|number| of_number(asked, number, &text)) {
        return problem;
    }
    if let Some(problem) = words::problem_of(asked, api, &text) {
        return problem;
    }
    match (Outcome::of(api), asked.unproved()) {
        (Outcome::Refused, Some(problem)) => problem,
        (Outcome::Unreadable, Some(_)) => Problem::AnswerUnusable,
        (Outcome::Fault, _) => Problem::Unavailable,
        _ => by_class(asked, api, &text),
    }
}

/// The number of an ABDM code.
fn number_of(api: &ApiError) -> Option<u16> {
    api.code()?.as_str().strip_prefix("ABDM-")?.parse().ok()
}

fn of_number(asked: Asked, number: u16, text: &str) -> Option<Problem> {
    Some(match number {
        1013 => Problem::AbhaNumberInvalid,
        1017 => Problem::TransactionOver,
        1021 => Problem::NotPermitted,
        1022 => Problem::TooManyRequests,
        1094 if text.contains("token") => Problem::LoginOver,
        1094 => Problem::NotPermitted,
        1066 if text.contains("password") => Problem::WrongPassword,
        1100 => Problem::TooManyAttempts,
        1101 => Problem::AddressTaken,
        1102 | 1156 | 1214 => Problem::MobileNotVerified,
        1110 | 1111 => Problem::WrongPassword,
        1114 if text.contains("digilocker") => Problem::DetailsMismatch,
        1114 | 1211 | 1012 if !text.contains("limit") => Problem::NoAbha,
        1103 | 1155 | 1159 | 1160 => Problem::NotForThisPerson,
        1115 if text.contains("no match")
            || text.contains("not found")
            || text.contains("mobile") =>
        {
            Problem::NoAbha
        }
        1123 => return asked.unproved(),
        1141 => Problem::AbhaExists,
        1118 | 1119 | 1210 | 1215 | 1217 => Problem::MethodNotAllowed,
        1124 => Problem::MobileInUse,
        1126..=1131 => Problem::LoginOver,
        1135 => Problem::EmailInUse,
        1134 | 1213 | 1308 | 1407 => Problem::AbhaDeactivated,
        1157 => Problem::TooManyChildren,
        1203 | 1207 | 1112 | 1084 => Problem::DetailsMismatch,
        1204 => uidai::problem_of(asked, text),
        1216 => Problem::AddressDeactivated,
        1219 | 1228 => Problem::BenefitLinked,
        1221..=1223 => Problem::BiometricMismatch,
        1224 => Problem::BiometricUnavailable,
        1227 => Problem::SandboxLimit,
        1301 | 1302 => Problem::AlreadyVerified,
        1303..=1305 => Problem::MobileNotLinked,
        1401 if text.contains("mobile") => Problem::MobileNotLinked,
        1403 => Problem::TooManyAddresses,
        _ => return None,
    })
}

fn by_class(asked: Asked, api: &ApiError, text: &str) -> Problem {
    let problem = of_class(asked, api);
    let (Asked::OtpFor(value)
    | Asked::ChoiceOf(value)
    | Asked::LoginOtpFor(value)
    | Asked::WhetherThereIs(value)) = asked
    else {
        return problem;
    };
    // Of other values than the one that was given nobody can be asked again.
    let blamed = field_is(api, "loginId") || words::name_value(text, value);
    match (asked, problem) {
        // An OTP that could not be sent, in the shape of a refused proof.
        (_, Problem::InputInvalid) if !blamed && Outcome::of(api) == Outcome::Refused => {
            Problem::Refused
        }
        (Asked::ChoiceOf(_), Problem::InputInvalid) => value,
        (Asked::OtpFor(_), Problem::InputInvalid) if blamed => value,
        (Asked::LoginOtpFor(_) | Asked::WhetherThereIs(_), Problem::InputInvalid)
            if !blamed && number_of(api).is_some() =>
        {
            problem
        }
        (Asked::LoginOtpFor(_) | Asked::WhetherThereIs(_), _) => of_search(value, problem, api),
        _ => problem,
    }
}

/// The refusal of a question whether there is an ABHA, without ABDM-1114 or ABDM-1115, and about a
/// value whose form was checked here: existence is unknown (rulings.md 41). A mobile number is
/// never to blame then. "Invalid LoginId" of another value blames it, because that is also the
/// answer to a number which nobody has (m1-abha.md 4).
fn of_search(value: Problem, problem: Problem, api: &ApiError) -> Problem {
    let about_value = match problem {
        Problem::InputInvalid => true,
        Problem::ProgramFault => api.entries().is_empty() || may_be_wrong_key(api),
        Problem::Refused => true,
        other => other == value,
    };
    let bad_request = api.status().is_some_and(|status| matches!(status.as_u16(), 400 | 404 | 422));
    if !(about_value && bad_request) {
        return problem;
    }
    let blamed = field_is(api, "loginId") || problem == value;
    if blamed && value != Problem::MobileInvalid { value } else { Problem::NothingFound }
}

fn of_class(asked: Asked, api: &ApiError) -> Problem {
    match api.class() {
        ErrorClass::UserInput => match asked {
            Asked::Address => Problem::AbhaAddressInvalid,
            _ => of_field(api),
        },
        // Any bad value comes back as "Invalid LoginId" when an OTP is asked for, also an unknown
        // Aadhaar number (m1-abha.md 4).
        ErrorClass::CallerBug if field_is(api, "loginId") => Problem::InputInvalid,
        ErrorClass::CallerBug => Problem::ProgramFault,
        ErrorClass::Auth if api.is_session_token_fault() => Problem::ProgramFault,
        ErrorClass::Auth => Problem::LoginOver,
        ErrorClass::Blocked => Problem::NotPermitted,
        ErrorClass::Wait => Problem::TooManyRequests,
        ErrorClass::UpstreamFault => Problem::Unavailable,
        // A server's fault that nobody has described: a proxy's page, "Runtime Error".
        ErrorClass::Unclassified if api.status().is_some_and(|s| s.is_server_error()) => {
            Problem::Unavailable
        }
        _ => Problem::Refused,
    }
}

fn of_field(api: &ApiError) -> Problem {
    let named = |field: &str| field_is(api, field);
    // The PHR families name the field in the text.
    let text = all_texts(api);
    let says = |needle: &str| text.contains(needle);
    if named("mobile") || says("invalid mobile number") {
        Problem::MobileInvalid
    } else if named("ABHANumber") || says("invalid abha number") {
        Problem::AbhaNumberInvalid
    } else if named("abhaAddress") || says("invalid abha address") {
        Problem::AbhaAddressInvalid
    } else if says("invalid email id") {
        Problem::EmailInvalid
    } else if named("password") || named("newPassword") || says("invalid password") {
        Problem::WrongPassword
    } else {
        Problem::InputInvalid
    }
}

fn field_is(api: &ApiError, name: &str) -> bool {
    let matches = |field: &str| field.eq_ignore_ascii_case(name);
    api.entries().iter().any(|entry| entry.field.as_deref().is_some_and(matches))
}

fn all_texts(api: &ApiError) -> String {
    let texts = api.entries().iter().map(|entry| entry.message.to_lowercase());
    texts.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
