//! Logins: by number, by mobile number, by Aadhaar number.

use abdm_core::testing::log::listen;
use abha_enrollment::Problem;
use abha_enrollment::api::account::FetchProfile;
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin};
use abha_enrollment::error::Error;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use serde_json::{Value, json};
use tracing::Level;

use super::{NUMBER, OTHER, Shown, pairs, tokens, tokens_of, with};
use crate::support::{Bench, aadhaar, consent, live, mobile, otp, otp_sent};

const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);
const LOGIN: &str = live!(Abha, VerifyLogin);
const PROFILE: &str = live!(Abha, FetchProfile);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Number,
    Mobile,
    Aadhaar,
}

async fn log_in(bench: &Bench, by: By) -> Result<VerificationOutcome, Error> {
    let (desk, number) = (&bench.desk, NUMBER.parse().unwrap());
    let mut sent = match by {
        By::Number => desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await?,
        By::Mobile => desk.verify_by_mobile(&mobile()).await?,
        By::Aadhaar => desk.verify_by_aadhaar(&aadhaar(), consent()).await?,
    };
    sent.verify(&otp()).await
}

/// What a value says of the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    /// No success, and nothing about the OTP either.
    Unclear,
    Nothing,
}

fn results() -> Vec<(Value, Says)> {
    vec![
        (json!("success"), Says::Yes),
        (json!(" SUCCESS "), Says::Yes),
        (json!(null), Says::Nothing),
        (json!("failed"), Says::No),
        (json!(false), Says::No),
        (json!("Unsuccessful"), Says::No),
        (json!("OK"), Says::Unclear),
        (json!("pending"), Says::Unclear),
    ]
}

fn messages() -> Vec<(Value, Says, Option<Problem>)> {
    vec![
        (json!("OTP verified successfully"), Says::Yes, None),
        (json!(null), Says::Nothing, None),
        (json!({"text": "done"}), Says::Nothing, None),
        (json!("OTP did not match, please try again"), Says::No, Some(Problem::WrongOtp)),
        (json!("OTP has been expired"), Says::No, Some(Problem::OtpExpired)),
        (
            json!("You have exceeded maximum number of attempts"),
            Says::Nothing,
            Some(Problem::TooManyAttempts),
        ),
        (json!("This account is deactivated."), Says::Nothing, Some(Problem::AbhaDeactivated)),
        (json!("User not found."), Says::No, Some(Problem::NothingFound)),
        (json!("Transaction expired"), Says::No, Some(Problem::TransactionOver)),
    ]
}

/// The accounts, and whether the number that was asked for may be among them.
fn accounts() -> Vec<(Value, bool)> {
    let account =
        |number: &str| json!({"ABHANumber": number, "name": "Sentinela", "status": "ACTIVE"});
    vec![
        (json!([account(NUMBER)]), true),
        (json!([account(OTHER), account(NUMBER)]), true),
        (json!([account("91123456789015")]), true),
        (json!([account("xx-xxxx-xxxx-9015")]), true),
        (json!([account(OTHER)]), false),
        (json!([]), true),
        (json!(null), true),
        (json!([{}]), true),
    ]
}

fn sessions() -> Vec<(&'static str, Value)> {
    let transfer = json!({"token": "TOKfirst", "expiresIn": 300});
    vec![
        ("user", tokens()),
        ("own claim", tokens_of(NUMBER)),
        ("another's claim", tokens_of(OTHER)),
        ("transfer", transfer),
        ("block", json!({"tokens": tokens()})),
        ("none", json!({})),
        ("blank", json!({"token": "", "refreshToken": ""})),
    ]
}

#[test]
fn whatever_two_things_are_odd_about_a_login_it_needs_a_proof_and_tells_no_other_person() {
    let (results, messages) = (results(), messages());
    let (accounts, sessions) = (accounts(), sessions());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let sizes = [results.len(), messages.len(), accounts.len(), sessions.len(), 2];
    for (by, chosen) in [By::Number, By::Mobile, By::Aadhaar]
        .into_iter()
        .flat_map(|by| pairs(&sizes).into_iter().map(move |chosen| (by, chosen)))
    {
        let [result, message, account, session, profile] = chosen[..] else { unreachable!() };
        let (result, message) = (&results[result], &messages[message]);
        let (account, session) = (&accounts[account], &sessions[session]);
        let mut body = with(json!({"txnId": "after"}), &session.1);
        body["authResult"] = result.0.clone();
        body["message"] = message.0.clone();
        body["accounts"] = account.0.clone();
        let what = format!("{by:?}, profile {profile}: {body}");
        listen(Level::TRACE);
        let mut shown = Shown::default();
        runtime.block_on(async {
            let bench = Bench::new();
            bench.abdm.answers(LOGIN_OTP, 200, otp_sent("t")).answers(LOGIN, 200, body.clone());
            let profile = [NUMBER, OTHER][profile];
            bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": profile, "name": "Sentinela"}));
            let refused = matches!(result.1, Says::No | Says::Unclear) || message.1 == Says::No;
            let renewable = !["transfer", "none", "blank"].contains(&session.0);
            match log_in(&bench, by).await {
                Ok(VerificationOutcome::Verified(person)) => {
                    shown.value(&person);
                    assert!(!refused && renewable, "verified: {what}");
                    let told = person.abha_number().map(abdm_core::person::AbhaNumber::to_dashed);
                    if by == By::Number {
                        assert_eq!(told.as_deref(), Some(NUMBER), "{what}");
                        // The token itself says whose it is, before any list (ruling 44).
                        let theirs = account.1 || session.0 == "own claim";
                        assert!(theirs && session.0 != "another's claim", "{what}");
                    }
                    let listed = told.is_none()
                        || by == By::Number
                        || body.to_string().contains(told.as_deref().unwrap())
                        || body.to_string().contains(&told.as_deref().unwrap().replace('-', ""))
                        || session.0.contains("claim")
                        || told.as_deref() == Some(profile);
                    assert!(listed, "{told:?}: {what}");
                }
                Ok(VerificationOutcome::ChooseAccount(choice)) => {
                    shown.value(&choice);
                    let some = account.0.as_array().is_some_and(|list| !list.is_empty());
                    assert!(!refused && session.0 == "transfer" && some, "{what}");
                }
                Err(error) => {
                    shown.error(&error);
                    judge(&error, by, (result.1, message, &account.0), session.0, &what);
                }
            }
        });
        shown.assert_silent(&what);
    }
}

/// Whether the problem of a login that failed is one that its answer tells.
fn judge(
    error: &Error,
    by: By,
    (result, message, accounts): (Says, &(Value, Says, Option<Problem>), &Value),
    session: &str,
    what: &str,
) {
    let problem = error.problem();
    match result {
        Says::No => {
            let expected = message.2.unwrap_or(Problem::WrongOtp);
            assert_eq!(problem, expected, "{what}");
        }
        Says::Unclear => {
            assert_eq!(problem, message.2.unwrap_or(Problem::AnswerUnusable), "{what}");
        }
        Says::Yes | Says::Nothing if problem == Problem::NoAbha => {
            let empty = accounts.as_array().is_some_and(Vec::is_empty);
            let token = !["none", "blank"].contains(&session);
            let proved = result == Says::Yes || token || message.1 == Says::Yes;
            assert!(empty && proved && by != By::Number, "no ABHA: {what}");
            assert_ne!(message.1, Says::No, "no ABHA beside a denial: {what}");
            assert!(!(by == By::Aadhaar && token), "{what}");
        }
        Says::Yes | Says::Nothing => {
            assert_eq!(problem, Problem::AnswerUnusable, "{what}");
        }
    }
}

#[tokio::test]
async fn an_empty_list_beside_a_text_that_denies_the_proof_is_no_missing_abha() {
    for message in ["OTP did not match, please try again", "Your session expired"] {
        for extra in [json!({}), json!({"token": "TOKfirst"})] {
            let bench = Bench::new();
            let body = json!({"authResult": "success", "message": message, "accounts": []});
            bench.abdm.answers(LOGIN_OTP, 200, otp_sent("t"));
            bench.abdm.answers(LOGIN, 200, with(body, &extra));
            let error = log_in(&bench, By::Mobile).await.unwrap_err();
            assert_eq!(error.problem(), Problem::AnswerUnusable, "{message}");
        }
    }
}
