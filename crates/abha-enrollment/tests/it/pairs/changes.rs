//! Changes of a profile, its end, and its return.

use abdm_core::testing::log::listen;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchProfile, RequestChangeOtp, VerifyChange};
use abha_enrollment::api::benefit::LinkBenefit;
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin};
use abha_enrollment::error::Error;
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::Password;
use serde_json::{Value, json};
use tracing::Level;

use super::{NUMBER, OTHER, Shown, pairs, tokens_of, with};
use crate::support::{Bench, live, mobile, otp, otp_sent};

const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);
const LOGIN: &str = live!(Abha, VerifyLogin);
const CHANGE_OTP: &str = live!(Abha, RequestChangeOtp);
const CHANGE: &str = live!(Abha, VerifyChange);
const PROFILE: &str = live!(Abha, FetchProfile);

async fn logged_in(bench: &Bench) -> ProfileSession {
    let body = json!({
        "txnId": "after", "authResult": "success", "message": "OTP verified successfully",
        "accounts": [{"ABHANumber": NUMBER, "name": "Sentinela", "status": "ACTIVE"}],
    });
    bench.abdm.answers(LOGIN_OTP, 200, otp_sent("t"));
    bench.abdm.answers(LOGIN, 200, with(body, &tokens_of(NUMBER)));
    let number = NUMBER.parse().unwrap();
    let mut sent = bench.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap();
    match sent.verify(&otp()).await.unwrap() {
        VerificationOutcome::Verified(person) => person.profile(),
        VerificationOutcome::ChooseAccount(_) => panic!("one account"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Delete,
    DeleteByPassword,
    Deactivate,
    Mobile,
    Kyc,
    SetPassword,
    ChangePassword,
    Reactivate,
    ReactivateByPassword,
}

const ACTS: [Act; 9] = [
    Act::Delete,
    Act::DeleteByPassword,
    Act::Deactivate,
    Act::Mobile,
    Act::Kyc,
    Act::SetPassword,
    Act::ChangePassword,
    Act::Reactivate,
    Act::ReactivateByPassword,
];

impl Act {
    /// The text that NHA prints for it.
    fn printed(self) -> &'static str {
        match self {
            Self::Delete | Self::DeleteByPassword => "Your account has been deleted.",
            Self::Deactivate => "Your account has been deactivated.",
            Self::Mobile => "Mobile Number linked successfully",
            Self::Kyc => "KYC done successfully",
            Self::SetPassword | Self::ChangePassword => "Password updated successfully.",
            Self::Reactivate | Self::ReactivateByPassword => "Your account has been reactivated.",
        }
    }

    fn other(self) -> &'static str {
        match self {
            Self::Deactivate => "Your account has been reactivated.",
            _ => "Your account has been deactivated.",
        }
    }

    async fn play(self, bench: &Bench, answer: &Value) -> Result<(), Error> {
        let number = NUMBER.parse().unwrap();
        let (old, new) = (Password::new("Old#12345"), Password::new("New#67890"));
        if matches!(self, Self::Reactivate | Self::ReactivateByPassword) {
            bench.abdm.answers(LOGIN_OTP, 200, otp_sent("t")).answers(LOGIN, 200, answer.clone());
            return match self {
                Self::Reactivate => {
                    let sent = bench.desk.reactivate(&number, OtpRoute::AbhaMobile).await;
                    sent.unwrap().verify(&otp()).await
                }
                _ => bench.desk.reactivate_by_password(&number, &old).await,
            };
        }
        let profile = logged_in(bench).await;
        bench.abdm.answers(CHANGE_OTP, 200, otp_sent("c")).answers(CHANGE, 200, answer.clone());
        let route = OtpRoute::AbhaMobile;
        let change = match self {
            Self::DeleteByPassword => return profile.delete_by_password(&old, "moved").await,
            Self::ChangePassword => return profile.change_password(&old, &new).await,
            Self::Delete => profile.delete(&number, route, "moved").await,
            Self::Deactivate => profile.deactivate(&number, route, "moved").await,
            Self::Mobile => profile.change_mobile(&mobile()).await,
            Self::Kyc => profile.renew_kyc(&number).await,
            _ => profile.set_password(&new, route).await,
        };
        change.unwrap().confirm(&otp()).await.map(|_| ())
    }
}

/// What a text says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Done,
    Nothing,
    Otherwise,
}

fn messages(act: Act) -> Vec<(Value, Says)> {
    vec![
        (json!(act.printed()), Says::Done),
        (json!(act.printed().to_uppercase()), Says::Done),
        (json!("OTP verified successfully"), Says::Nothing),
        (json!(null), Says::Nothing),
        (json!(["done"]), Says::Nothing),
        (json!(act.other()), Says::Otherwise),
        (json!("OTP did not match, please try again"), Says::Otherwise),
        (json!("The request could not be processed"), Says::Nothing),
        (json!("Sorry, unable to process your request"), Says::Otherwise),
    ]
}

/// Whether an `authResult` accepts.
fn results() -> Vec<(Value, Option<bool>)> {
    vec![
        (json!("success"), Some(true)),
        (json!("Success"), Some(true)),
        (json!(null), None),
        (json!(true), None),
        (json!("failed"), Some(false)),
        (json!("OK"), Some(false)),
    ]
}

/// The accounts, and whether the one that was to be changed may be among them, and stands well.
fn accounts() -> Vec<(Value, bool, bool)> {
    vec![
        (json!([{"ABHANumber": NUMBER}]), true, true),
        (json!([]), true, true),
        (json!(null), true, true),
        (json!([{"ABHANumber": "xx-xxxx-xxxx-9015"}]), true, true),
        (json!([{"ABHANumber": OTHER}, {"ABHANumber": NUMBER}]), true, true),
        (json!([{"ABHANumber": OTHER}]), false, true),
        (json!([{"ABHANumber": "91-****-****-5559"}]), false, true),
        (json!([{"ABHANumber": NUMBER, "status": "DEACTIVATED"}]), true, false),
    ]
}

#[test]
fn whatever_two_things_are_odd_about_a_change_it_is_done_only_where_abdm_says_so() {
    let (results, accounts) = (results(), accounts());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    for act in ACTS {
        let messages = messages(act);
        for chosen in pairs(&[results.len(), messages.len(), accounts.len(), 2]) {
            let [result, message, account, token] = chosen[..] else { unreachable!() };
            let (result, message, account) =
                (&results[result], &messages[message], &accounts[account]);
            let mut body = json!({
                "txnId": "x", "authResult": result.0, "message": message.0, "accounts": account.0,
            });
            if token == 1 {
                body["token"] = json!("TOKfirst");
            }
            let what = format!("{act:?}: {body}");
            listen(Level::TRACE);
            let mut shown = Shown::default();
            let outcome = runtime.block_on(async { act.play(&Bench::new(), &body).await });
            let on_again = matches!(act, Act::Reactivate | Act::ReactivateByPassword);
            let proved = match result.1 {
                Some(accepted) => accepted,
                None => token == 1 || message.1 == Says::Done,
            };
            let done =
                proved && message.1 != Says::Otherwise && account.1 && (account.2 || !on_again);
            // A text that cannot be told from a failure is not counted on.
            let unclear = message.0 == "The request could not be processed";
            if !unclear {
                assert_eq!(outcome.is_ok(), done, "{what}: {outcome:?}");
            }
            if let Err(error) = &outcome {
                shown.error(error);
                let told = [
                    Problem::AnswerUnusable,
                    Problem::WrongOtp,
                    Problem::WrongPassword,
                    Problem::AbhaDeactivated,
                ];
                assert!(told.contains(&error.problem()), "{what}: {error:?}");
            }
            shown.assert_silent(&what);
        }
    }
}

#[tokio::test]
async fn a_profile_that_is_not_the_sessions_owners_is_not_shown() {
    let bench = Bench::new();
    let profile = logged_in(&bench).await;
    bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": OTHER, "name": "Sentinela"}));
    assert_eq!(profile.fetch().await.unwrap_err().problem(), Problem::AnswerUnusable);
    bench.abdm.answers(PROFILE, 200, json!({}));
    assert_eq!(profile.fetch().await.unwrap_err().problem(), Problem::AnswerUnreadable);
    bench.abdm.answers(PROFILE, 200, json!({"ABHANumber": NUMBER, "name": "Sentinela"}));
    profile.fetch().await.unwrap();
}

#[tokio::test]
async fn a_benefit_that_is_as_it_shall_be_already_is_a_success() {
    let bench = Bench::for_programme("Example Scheme");
    let number = NUMBER.parse().unwrap();
    let refusal = |code: &str| json!({"code": code, "message": "already"});
    for (code, links) in [("ABDM-1140", true), ("ABDM-1138", false)] {
        for link in [true, false] {
            bench.abdm.answers(live!(Abha, LinkBenefit), 400, refusal(code));
            let whose = Beneficiary::AbhaNumber(&number);
            let outcome = if link {
                bench.desk.link_benefit(whose).await
            } else {
                bench.desk.unlink_benefit(whose).await
            };
            assert_eq!(outcome.is_ok(), link == links, "{code} {link}");
        }
    }
}
