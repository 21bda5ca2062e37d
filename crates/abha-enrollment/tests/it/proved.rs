//! What proves a success (ruling 42): a token alone does not, where a word beside it denies it.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abha_enrollment::Problem;
use abha_enrollment::api::account::{FetchProfile, RenewSession};
use abha_enrollment::api::address::{
    RequestAddressEnrolmentOtp, RequestAddressOtp, VerifyAbhaAddress, VerifyAddressEnrolment,
    VerifyAddressUser,
};
use abha_enrollment::api::enrollment::{EnrolByAadhaar, RequestEnrolmentOtp};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin, VerifyLoginInOneStep, VerifyUser};
use abha_enrollment::api::phr::{
    ListSwitchProfiles, RenewPhrSession, RequestPhrLoginOtp, SwitchProfile, VerifyPhrLogin,
    VerifyPhrUser,
};
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::Error;
use abha_enrollment::flow::phr_app::{AddressChoice, AddressRoute, AppLoginOutcome, AppProfile};
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::{Password, PidBlock};
use serde_json::{Value, json};

use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp, otp_sent, tokens};

const NUMBER: &str = "91-1234-5678-9015";
const LOGIN_OTP: &str = live!(Abha, RequestLoginOtp);
const LOGIN: &str = live!(Abha, VerifyLogin);
const APP_OTP: &str = live!(PhrApp, RequestPhrLoginOtp);
const APP_LOGIN: &str = live!(PhrApp, VerifyPhrLogin);
const WEB: &str = live!(AbhaAddressWeb, VerifyAbhaAddress);

fn number() -> AbhaNumber {
    NUMBER.parse().unwrap()
}

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

fn password() -> Password {
    Password::existing("Sunrise#47")
}

fn scan() -> Scan {
    let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
    Scan::new(Modality::Iris, pid)
}

fn transfer() -> Value {
    json!({"token": "transfer-token", "expiresIn": 300})
}

fn with(mut body: Value, members: &Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        body[name] = member.clone();
    }
    body
}

/// What ABDM says beside a token, and whether the token counts beside it.
fn words() -> Vec<(Value, bool)> {
    vec![
        (json!({"authResult": "success", "message": "OTP verified successfully"}), true),
        (json!({"authResult": null, "message": "OTP verified successfully"}), true),
        (json!({}), true),
        (json!({"message": "OTP did not match, please try again"}), false),
        (json!({"authResult": "success", "message": "Entered OTP is incorrect"}), false),
        (json!({"authResult": null, "message": "User not found."}), false),
        (json!({"authResult": "failed"}), false),
        (json!({"authResult": "failed", "message": "OTP verified successfully"}), false),
        (json!({"authResult": "pending"}), false),
        (json!({"authResult": [false]}), false),
    ]
}

/// The ways by which a token comes.
#[derive(Debug, Clone, Copy)]
enum Way {
    ByNumber,
    ByMobileToChoose,
    ByPassword,
    ByScanAtOnce,
    ByAddress,
    ByAddressScan,
    AppByOtp,
    AppByOtpToChoose,
    AppByAddress,
    AppByPassword,
    CreatesAddress,
    ChoosesAccount,
    ChoosesAddress,
    AppChoosesAddress,
    ListsToSwitch,
    Switches,
    Renews,
    AppRenews,
}

const WAYS: [Way; 18] = [
    Way::ByNumber,
    Way::ByMobileToChoose,
    Way::ByPassword,
    Way::ByScanAtOnce,
    Way::ByAddress,
    Way::ByAddressScan,
    Way::AppByOtp,
    Way::AppByOtpToChoose,
    Way::AppByAddress,
    Way::AppByPassword,
    Way::CreatesAddress,
    Way::ChoosesAccount,
    Way::ChoosesAddress,
    Way::AppChoosesAddress,
    Way::ListsToSwitch,
    Way::Switches,
    Way::Renews,
    Way::AppRenews,
];

async fn app_profile(bench: &Bench) -> AppProfile {
    let users = json!([{"abhaAddress": "asha@sbx"}]);
    let answer = json!({"authResult": "success", "users": users, "tokens": tokens()});
    bench.abdm.answers(APP_LOGIN, 200, answer);
    bench.desk.phr_app().log_in_by_password(&address(), &password()).await.unwrap()
}

async fn app_choice(bench: &Bench) -> AddressChoice {
    let users = json!([{"abhaAddress": "asha@sbx"}]);
    let answer =
        json!({"txnId": "t", "authResult": "success", "users": users, "tokens": transfer()});
    bench.abdm.answers(APP_OTP, 200, otp_sent(TXN)).answers(APP_LOGIN, 200, answer);
    let mut login = bench.desk.phr_app().log_in_by_mobile(&mobile()).await.unwrap();
    match login.verify(&otp()).await.unwrap() {
        AppLoginOutcome::ChooseAddress(choice) => choice,
        AppLoginOutcome::LoggedIn(_) => panic!("a choice"),
    }
}

impl Way {
    async fn goes(self, bench: &Bench, words: &Value) -> Result<(), Error> {
        let (abdm, desk) = (&bench.abdm, &bench.desk);
        let accounts = json!([{"ABHANumber": NUMBER, "name": "Asha Example"}]);
        let users = json!([{"abhaAddress": "asha@sbx"}]);
        let flat = with(with(json!({"accounts": accounts}), &tokens()), words);
        let listed = |tokens: Value| with(json!({"users": users, "tokens": tokens}), words);
        let alone = with(tokens(), words);
        let block = with(json!({"tokens": tokens()}), words);
        for path in [LOGIN_OTP, APP_OTP, live!(AbhaAddressWeb, RequestAddressOtp)] {
            abdm.answers(path, 200, otp_sent(TXN));
        }
        match self {
            Self::ByNumber => {
                abdm.answers(LOGIN, 200, flat);
                let mut flow = desk.verify_abha_number(&number(), OtpRoute::AbhaMobile).await?;
                flow.verify(&otp()).await.map(|_| ())
            }
            Self::ByMobileToChoose => {
                let accounts = json!({"accounts": accounts});
                abdm.answers(LOGIN, 200, with(with(accounts, &transfer()), words));
                let mut flow = desk.verify_by_mobile(&mobile()).await?;
                flow.verify(&otp()).await.map(|_| ())
            }
            Self::ByPassword => {
                abdm.answers(LOGIN, 200, flat);
                desk.verify_by_password(&number(), &password()).await.map(|_| ())
            }
            Self::ByScanAtOnce => {
                abdm.answers(live!(Abha, VerifyLoginInOneStep), 200, flat);
                desk.verify_by_scan(&aadhaar(), &scan(), consent()).await.map(|_| ())
            }
            Self::ByAddress => {
                abdm.answers(WEB, 200, listed(tokens()));
                let mut flow = desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await?;
                flow.verify(&otp()).await.map(|_| ())
            }
            Self::ByAddressScan => {
                abdm.answers(WEB, 200, listed(tokens()));
                let flow = desk.announce_address_scan(&address(), Modality::Iris).await?;
                flow.verify(&scan()).await.map(|_| ())
            }
            Self::AppByOtp | Self::AppByOtpToChoose => {
                let given = if matches!(self, Self::AppByOtp) { tokens() } else { transfer() };
                abdm.answers(APP_LOGIN, 200, listed(given));
                let mut login = desk.phr_app().log_in_by_mobile(&mobile()).await?;
                login.verify(&otp()).await.map(|_| ())
            }
            Self::AppByAddress => {
                abdm.answers(APP_LOGIN, 200, listed(tokens()));
                let app = desk.phr_app();
                let mut login = app.log_in_by_address(&address(), AddressRoute::Email).await?;
                login.verify(&otp()).await.map(|_| ())
            }
            Self::AppByPassword => {
                abdm.answers(APP_LOGIN, 200, listed(tokens()));
                let app = desk.phr_app();
                app.log_in_by_password(&address(), &password()).await.map(|_| ())
            }
            Self::CreatesAddress => {
                abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
                let verify = live!(AbhaAddressWeb, VerifyAddressEnrolment);
                abdm.answers(verify, 200, listed(transfer()));
                let mut flow = desk.create_abha_address(&mobile()).await?;
                flow.verify(&otp()).await.map(|_| ())
            }
            Self::ChoosesAccount => {
                let answer = json!({"authResult": "success", "accounts": accounts});
                abdm.answers(LOGIN, 200, with(answer, &transfer()));
                abdm.answers(live!(Abha, VerifyUser), 200, alone);
                let mut flow = desk.verify_by_mobile(&mobile()).await?;
                let VerificationOutcome::ChooseAccount(choice) = flow.verify(&otp()).await? else {
                    panic!("a choice")
                };
                choice.choose(&number()).await.map(|_| ())
            }
            Self::ChoosesAddress => {
                abdm.answers(live!(AbhaAddressWeb, RequestAddressEnrolmentOtp), 200, otp_sent(TXN));
                let proved = json!({"authResult": "success", "users": users, "tokens": transfer()});
                abdm.answers(live!(AbhaAddressWeb, VerifyAddressEnrolment), 200, proved);
                abdm.answers(live!(AbhaAddressWeb, VerifyAddressUser), 200, alone);
                let mut flow = desk.create_abha_address(&mobile()).await?;
                let creation = flow.verify(&otp()).await?;
                creation.log_in(&address()).await.map(|_| ())
            }
            Self::AppChoosesAddress => {
                let choice = app_choice(bench).await;
                abdm.answers(live!(PhrApp, VerifyPhrUser), 200, alone);
                choice.choose(&address()).await.map(|_| ())
            }
            Self::ListsToSwitch => {
                let profile = app_profile(bench).await;
                let answer = with(listed(transfer()), &json!({"txnId": "switch"}));
                abdm.answers(live!(PhrApp, ListSwitchProfiles), 200, answer);
                profile.switch_profiles().await.map(|_| ())
            }
            Self::Switches => {
                let profile = app_profile(bench).await;
                let list = json!({"txnId": "switch", "users": users, "tokens": transfer()});
                abdm.answers(live!(PhrApp, ListSwitchProfiles), 200, list);
                abdm.answers(live!(PhrApp, SwitchProfile), 200, block);
                let switch = profile.switch_profiles().await?;
                switch.choose(&address()).await.map(|_| ())
            }
            Self::Renews => {
                let login = with(json!({"authResult": "success"}), &tokens());
                abdm.answers(LOGIN, 200, login);
                abdm.answers(live!(Abha, RenewSession), 200, alone);
                let mut profile = desk.verify_by_password(&number(), &password()).await?.profile();
                profile.renew().await
            }
            Self::AppRenews => {
                let mut profile = app_profile(bench).await;
                abdm.answers(live!(PhrApp, RenewPhrSession), 200, block);
                profile.renew().await
            }
        }
    }
}

#[tokio::test]
async fn a_token_beside_a_word_that_denies_the_proof_is_no_success_on_any_way() {
    for way in WAYS {
        for (words, counts) in words() {
            let outcome = way.goes(&Bench::new(), &words).await;
            assert_eq!(outcome.is_ok(), counts, "{way:?} {words}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_denied_login_of_an_app_leaves_its_otp_to_be_typed_again() {
    let bench = Bench::new();
    let users = json!([{"abhaAddress": "asha@sbx"}]);
    let denied = json!({"message": "OTP did not match", "users": users, "tokens": tokens()});
    let good = json!({"authResult": "success", "users": users, "tokens": tokens()});
    bench.abdm.answers(APP_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(APP_LOGIN, 200, denied).answers(APP_LOGIN, 200, good);
    let mut login = bench.desk.phr_app().log_in_by_mobile(&mobile()).await.unwrap();
    let error = login.verify(&otp()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
    login.verify(&otp()).await.unwrap();
}

#[tokio::test]
async fn a_denied_login_of_a_number_leaves_its_otp_to_be_typed_again() {
    let bench = Bench::new();
    let accounts = json!({"accounts": [{"ABHANumber": "91-1234-5678-9015"}]});
    let denied = with(with(tokens(), &accounts), &json!({"message": "OTP did not match"}));
    let good = with(with(tokens(), &accounts), &json!({"authResult": "success"}));
    bench.abdm.answers(LOGIN_OTP, 200, otp_sent(TXN));
    bench.abdm.answers(LOGIN, 200, denied).answers(LOGIN, 200, good);
    let number = "91-1234-5678-9015".parse().unwrap();
    let route = OtpRoute::AbhaMobile;
    let mut flow = bench.desk.verify_abha_number(&number, route).await.unwrap();
    let error = flow.verify(&otp()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
    flow.verify(&otp()).await.unwrap();
}

#[tokio::test]
async fn a_list_of_enrolment_numbers_beside_a_denial_is_not_handed_out() {
    for (words, counts) in words() {
        let bench = Bench::new();
        let list = json!({"accounts": [{"enrolmentNumber": "91-5555-5555-5559"}]});
        bench.abdm.answers(LOGIN_OTP, 200, otp_sent(TXN)).answers(LOGIN, 200, with(list, &words));
        let mut flow = bench.desk.retrieve_enrolment_numbers(&mobile()).await.unwrap();
        let outcome = flow.verify(&otp()).await;
        assert_eq!(outcome.is_ok(), counts, "{words}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_list_of_applications_without_a_number_proves_nothing() {
    for (words, counts) in [(json!({}), false), (json!({"authResult": "success"}), true)] {
        for number in [json!(null), json!(""), json!(" ")] {
            let bench = Bench::new();
            let list = json!({"accounts": [{"name": "Asha Example", "enrolmentNumber": number}]});
            bench.abdm.answers(LOGIN_OTP, 200, otp_sent(TXN));
            bench.abdm.answers(LOGIN, 200, with(list, &words));
            let mut flow = bench.desk.retrieve_enrolment_numbers(&mobile()).await.unwrap();
            assert_eq!(flow.verify(&otp()).await.is_ok(), counts, "{words} {number}");
        }
    }
}

#[tokio::test]
async fn an_enrolment_told_by_a_token_alone_beside_a_denial_is_uncertain() {
    for (message, made) in [
        ("Account created successfully", true),
        ("This account already exist", true),
        ("OTP did not match, please try again", false),
    ] {
        let bench = Bench::new();
        let answer = json!({"message": message, "txnId": "t", "tokens": tokens()});
        bench.abdm.answers(live!(Abha, RequestEnrolmentOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(Abha, EnrolByAadhaar), 200, answer);
        bench.abdm.answers(live!(Abha, FetchProfile), 200, json!({"ABHANumber": NUMBER}));
        let mut flow = bench.desk.enrol(&aadhaar(), consent()).await.unwrap();
        let outcome = flow.verify(&otp(), &mobile()).await;
        assert_eq!(outcome.is_ok(), made, "{message}: {outcome:?}");
        if let Err(error) = outcome {
            assert_eq!(error.problem(), Problem::OutcomeUnknown);
        }
    }
}

#[tokio::test]
async fn a_session_whose_renewal_is_denied_stays_as_it_was() {
    let bench = Bench::new();
    let mut profile = app_profile(&bench).await;
    let mut denied = tokens();
    denied["token"] = json!("another-token");
    denied["message"] = json!("Invalid R-token");
    bench.abdm.answers(live!(PhrApp, RenewPhrSession), 200, denied);
    let error = profile.renew().await.unwrap_err();
    assert_eq!(error.problem(), Problem::AnswerUnusable);
    assert_eq!(profile.session().token.expose(), "user-token");
}
