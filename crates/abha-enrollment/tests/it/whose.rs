//! The number or address of an answer is that of the person whose token it is (ruling 44).

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::seal::{Sealed, SealingKey, SealingKeyRing};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::account::{
    FetchProfile, ProfileUpdate, RenewSession, RequestChangeOtp, UpdateProfile, VerifyChange,
};
use abha_enrollment::api::address::{
    FetchAddressProfile, RequestAddressOtp, SearchAbhaAddress, VerifyAbhaAddress,
};
use abha_enrollment::api::benefit::{LinkBenefit, ListProgrammes, SearchBenefit};
use abha_enrollment::api::enrollment::{ChildBlock, EnrolByAadhaar, ListChildren};
use abha_enrollment::api::login::{RequestLoginOtp, VerifyLogin};
use abha_enrollment::api::phr::{
    FetchPhrProfile, LinkAbhaNumber, PhrProfileUpdate, RenewPhrSession, RequestPhrChangeOtp,
    RequestPhrEnrolmentOtp, RequestPhrLoginOtp, SearchPhrAddress, UpdatePhrProfile,
    VerifyPhrChange, VerifyPhrEnrolment, VerifyPhrLogin, VerifyPhrUser,
};
use abha_enrollment::flow::address_creation::{AddressCreation, App, SavedCreation};
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::phr_app::{AddressRoute, AppFlow, AppLoginOutcome, AppProfile};
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};
use abha_enrollment::input::Password;
use serde_json::{Value, json};

use crate::support::{Bench, TXN, claiming, consent, live, mobile, otp, otp_sent, tokens};

const NUMBER: &str = "91-1234-5678-9015";
const OTHER: &str = "91-5555-5555-5559";
const LOGIN: &str = live!(Abha, VerifyLogin);
const APP_LOGIN: &str = live!(PhrApp, VerifyPhrLogin);

fn number() -> AbhaNumber {
    NUMBER.parse().unwrap()
}

fn address() -> AbhaAddress {
    "asha@sbx".parse().unwrap()
}

fn password() -> Password {
    Password::existing("Sunrise#47")
}

/// Tokens of which the first makes these claims.
fn tokens_claiming(claims: Value) -> Value {
    let mut tokens = tokens();
    tokens["token"] = claiming(claims).into();
    tokens
}

fn with(mut body: Value, members: &Value) -> Value {
    for (name, member) in members.as_object().unwrap() {
        body[name] = member.clone();
    }
    body
}

/// A session by password, whose answer lists this and whose token claims that.
async fn logged_in(bench: &Bench, claims: Value) -> ProfileSession {
    let answer = with(json!({"authResult": "success"}), &tokens_claiming(claims));
    bench.abdm.answers(LOGIN, 200, answer);
    bench.desk.verify_by_password(&number(), &password()).await.unwrap().profile()
}

async fn app_profile(bench: &Bench, user: Value, claims: Value) -> AppProfile {
    let tokens = tokens_claiming(claims);
    let answer = json!({"authResult": "success", "users": [user], "tokens": tokens});
    bench.abdm.answers(APP_LOGIN, 200, answer);
    bench.desk.phr_app().log_in_by_password(&address(), &password()).await.unwrap()
}

/// What a proof of an ABHA number answers about numbers, and whether it may be about the one asked.
fn about_numbers() -> Vec<(Value, bool)> {
    let account = |number: &str| json!({"ABHANumber": number, "name": "Asha Example"});
    let user = |number: &str| json!({"abhaAddress": format!("a{}@sbx", &number[3..7]), "abhaNumber": number});
    vec![
        (json!({"accounts": [account(NUMBER)]}), true),
        (json!({"accounts": [account("xx-xxxx-xxxx-9015")]}), true),
        (json!({"accounts": []}), true),
        (json!({"accounts": [{"name": "Asha Example"}]}), true),
        (json!({"accounts": [account(OTHER), account(NUMBER)]}), true),
        (json!({"accounts": [account(OTHER)]}), false),
        (json!({"accounts": [account("91-****-****-5559")]}), false),
        (json!({"accounts": [account(NUMBER)], "users": [user(OTHER)]}), false),
        (json!({"users": [user(NUMBER), user(OTHER)]}), true),
        (json!({"tokens": tokens_claiming(json!({"abhaNumber": OTHER}))}), false),
        (json!({"tokens": tokens_claiming(json!({"abhaNumber": NUMBER}))}), true),
    ]
}

fn proof(members: &Value) -> Value {
    let body = json!({
        "txnId": "proved", "authResult": "success", "message": "OTP verified successfully",
        "users": [{"abhaAddress": "asha@sbx"}], "tokens": tokens(),
    });
    with(body, members)
}

#[tokio::test]
async fn an_abha_number_that_is_to_be_linked_is_never_taken_for_another() {
    for (members, fits) in about_numbers() {
        let bench = Bench::new();
        let profile = app_profile(&bench, json!({"abhaAddress": "asha@sbx"}), json!({})).await;
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, proof(&members));
        let route = OtpRoute::AbhaMobile;
        let mut flow = profile.prove_abha_number(&number(), route).await.unwrap();
        match flow.verify(&otp()).await {
            Ok(proved) => {
                assert!(fits, "{members}");
                let told = proved.account().and_then(|account| account.abha_number.as_ref());
                let whole = told.and_then(|seen| seen.whole());
                assert!(whole.is_none_or(|whole| *whole == number()), "{members}");
            }
            Err(error) => {
                assert!(!fits, "{members}: {error:?}");
                assert_eq!(error.problem(), Problem::AnswerUnusable);
            }
        }
    }
}

async fn created_by_number(
    bench: &Bench,
    members: &Value,
) -> Result<AddressCreation<App>, Problem> {
    bench.abdm.answers(live!(PhrApp, RequestPhrEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(PhrApp, VerifyPhrEnrolment), 200, proof(members));
    let app = bench.desk.phr_app();
    let begun = app.create_address_by_abha_number(&number(), OtpRoute::AbhaMobile).await;
    begun.unwrap().verify(&otp()).await.map_err(|error| error.problem())
}

#[tokio::test]
async fn an_abha_number_for_a_new_address_is_never_taken_for_another() {
    for (members, fits) in about_numbers() {
        match created_by_number(&Bench::new(), &members).await {
            Ok(creation) => {
                assert!(fits, "{members}");
                let others = |number: &AbhaNumber| number.to_dashed() == OTHER;
                let account = creation.account().and_then(|told| told.abha_number.as_ref());
                assert!(!account.and_then(|seen| seen.whole()).is_some_and(others), "{members}");
                for user in creation.existing() {
                    let seen = user.abha_number.as_ref().and_then(|seen| seen.whole());
                    assert!(!seen.is_some_and(others), "{members}");
                }
            }
            Err(problem) => {
                assert!(!fits, "{members}");
                assert_eq!(problem, Problem::AnswerUnusable);
            }
        }
    }
}

#[tokio::test]
async fn a_login_of_an_app_by_abha_number_is_never_taken_for_another() {
    for (members, fits) in about_numbers() {
        let bench = Bench::new();
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        bench.abdm.answers(APP_LOGIN, 200, proof(&members));
        let app = bench.desk.phr_app();
        let mut login = app.log_in_by_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
        match login.verify(&otp()).await {
            Ok(AppLoginOutcome::LoggedIn(profile)) => {
                assert!(fits, "{members}");
                let seen = profile.user().and_then(|user| user.abha_number.as_ref());
                let whole = seen.and_then(|seen| seen.whole());
                assert!(whole.is_none_or(|whole| *whole == number()), "{members}");
            }
            Ok(AppLoginOutcome::ChooseAddress(_)) => panic!("a session: {members}"),
            Err(error) => {
                assert!(!fits, "{members}: {error:?}");
                assert_eq!(error.problem(), Problem::AnswerUnusable);
            }
        }
    }
}

#[tokio::test]
async fn a_login_of_an_app_by_address_offers_no_choice_of_others() {
    for (users, fits) in [
        (json!([{"abhaAddress": "ravi@sbx"}, {"abhaAddress": "asha@sbx"}]), true),
        (json!([{"abhaAddress": "ravi@sbx"}]), false),
    ] {
        let bench = Bench::new();
        let transfer = json!({"token": "transfer-token", "expiresIn": 300});
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        let members = json!({"users": users, "tokens": transfer});
        bench.abdm.answers(APP_LOGIN, 200, proof(&members));
        let app = bench.desk.phr_app();
        let mut login = app.log_in_by_address(&address(), AddressRoute::Mobile).await.unwrap();
        assert_eq!(login.verify(&otp()).await.is_ok(), fits, "{users}");
    }
}

/// A token's claims beside the address that was asked for, and whether it may be its owner's.
#[tokio::test]
async fn a_token_of_another_person_opens_no_address() {
    let plain = json!({"abhaAddress": "asha@sbx"});
    let numbered = json!({"abhaAddress": "asha@sbx", "abhaNumber": NUMBER});
    let of = |number: Option<&str>, address: Option<&str>| json!({"abhaNumber": number, "preferredAbhaAddress": address});
    for (users, claims, fits) in [
        (json!([plain]), of(None, Some("asha@sbx")), true),
        (json!([plain]), of(None, None), true),
        (json!([plain]), of(None, Some("ravi@sbx")), false),
        (json!([]), of(None, Some("ravi@sbx")), false),
        (json!([numbered]), of(Some(OTHER), Some("asha@sbx")), false),
        // The preferred one of the same person's several addresses.
        (json!([numbered]), of(Some(NUMBER), Some("asha.2@sbx")), true),
        (json!([plain, {"abhaAddress": "asha.2@sbx"}]), of(None, Some("asha.2@sbx")), true),
        (
            json!([numbered, {"abhaAddress": "ravi@sbx", "abhaNumber": OTHER}]),
            of(None, Some("ravi@sbx")),
            false,
        ),
    ] {
        let what = format!("{users} {claims}");
        let bench = Bench::new();
        let members = json!({"users": users, "tokens": tokens_claiming(claims)});
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, proof(&members));
        bench.abdm.answers(APP_LOGIN, 200, proof(&members));
        let desk = &bench.desk;
        let mut flow = desk.verify_abha_address(&address(), OtpRoute::AbhaMobile).await.unwrap();
        assert_eq!(flow.verify(&otp()).await.is_ok(), fits, "web: {what}");
        let app = desk.phr_app().log_in_by_password(&address(), &password()).await;
        assert_eq!(app.is_ok(), fits, "app: {what}");
    }
}

#[tokio::test]
async fn a_choice_that_is_answered_with_another_persons_token_is_refused() {
    let users = json!([
        {"abhaAddress": "asha@sbx", "abhaNumber": NUMBER},
        {"abhaAddress": "ravi@sbx", "abhaNumber": OTHER},
    ]);
    for (claims, fits) in [
        (json!({"preferredAbhaAddress": "asha@sbx"}), true),
        (json!({"preferredAbhaAddress": "ravi@sbx"}), false),
        (json!({"preferredAbhaAddress": "mina@sbx"}), false),
        (json!({"abhaNumber": OTHER}), false),
        (json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha.2@sbx"}), true),
    ] {
        let bench = Bench::new();
        let transfer = json!({"token": "transfer-token", "expiresIn": 300});
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        bench.abdm.answers(APP_LOGIN, 200, proof(&json!({"users": users, "tokens": transfer})));
        bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens_claiming(claims.clone()));
        let mut login = bench.desk.phr_app().log_in_by_mobile(&mobile()).await.unwrap();
        let AppLoginOutcome::ChooseAddress(choice) = login.verify(&otp()).await.unwrap() else {
            panic!("a choice")
        };
        assert_eq!(choice.choose(&address()).await.is_ok(), fits, "{claims}");
    }
}

#[tokio::test]
async fn a_number_that_was_to_be_proved_offers_no_choice_of_others() {
    for (accounts, offered) in [
        (json!([{"ABHANumber": OTHER}]), None),
        (json!([{"ABHANumber": OTHER}, {"name": "Asha Example"}]), None),
        (json!([{"ABHANumber": OTHER}, {"ABHANumber": NUMBER}]), Some(1)),
        (json!([{"ABHANumber": NUMBER}]), Some(1)),
    ] {
        let bench = Bench::new();
        let answer = json!({
            "authResult": "success", "token": "transfer-token", "expiresIn": 300,
            "accounts": accounts,
        });
        bench.abdm.answers(live!(Abha, RequestLoginOtp), 200, otp_sent(TXN));
        bench.abdm.answers(LOGIN, 200, answer);
        let route = OtpRoute::AbhaMobile;
        let mut flow = bench.desk.verify_abha_number(&number(), route).await.unwrap();
        match flow.verify(&otp()).await {
            Ok(VerificationOutcome::ChooseAccount(choice)) => {
                assert_eq!(Some(choice.accounts().len()), offered, "{accounts}");
                assert_eq!(choice.accounts()[0].number(), Some(&number()));
            }
            Ok(VerificationOutcome::Verified(_)) => panic!("a choice: {accounts}"),
            Err(error) => {
                assert_eq!(offered, None, "{accounts}");
                assert_eq!(error.problem(), Problem::AnswerUnusable);
            }
        }
    }
}

/// Profiles of an address: what they show beside the address and the number of the login.
fn profiles() -> Vec<(Value, Option<Problem>)> {
    let another = Some(Problem::AnswerUnusable);
    vec![
        (json!({"abhaAddress": "asha@sbx", "abhaNumber": NUMBER}), None),
        (json!({"abhaAddress": "Asha", "abhaNumber": "xx-xxxx-xxxx-9015"}), None),
        (json!({"fullName": "Asha Example"}), None),
        (json!({"abhaAddress": "ravi@sbx"}), another),
        (json!({"abhaAddress": "ravi@sbx", "abhaNumber": OTHER}), another),
        (json!({"abhaAddress": "asha@sbx", "abhaNumber": OTHER}), another),
        (json!({"abhaAddress": "asha@sbx", "abhaNumber": "91-****-****-5559"}), another),
        (json!({}), Some(Problem::AnswerUnreadable)),
    ]
}

#[tokio::test]
async fn another_addresss_profile_is_not_shown() {
    let user = json!({"abhaAddress": "asha@sbx", "abhaNumber": NUMBER});
    for (shown, expected) in profiles() {
        let bench = Bench::new();
        let app = app_profile(&bench, user.clone(), json!({})).await;
        bench.abdm.answers(live!(PhrApp, FetchPhrProfile), 200, shown.clone());
        bench.abdm.answers(live!(PhrApp, UpdatePhrProfile), 200, shown.clone());
        let fetched = app.fetch().await.err().map(|error| error.problem());
        assert_eq!(fetched, expected, "app: {shown}");
        let updated = app.update(PhrProfileUpdate::default()).await;
        assert_eq!(updated.is_ok(), expected.is_none(), "update: {shown}");

        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        let members = json!({"users": [user]});
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, proof(&members));
        bench.abdm.answers(live!(AbhaAddressWeb, FetchAddressProfile), 200, shown.clone());
        let route = OtpRoute::AbhaMobile;
        let mut flow = bench.desk.verify_abha_address(&address(), route).await.unwrap();
        let person = flow.verify(&otp()).await.unwrap();
        let fetched = person.profile().await.err().map(|error| error.problem());
        assert_eq!(fetched, expected, "web: {shown}");
    }
}

#[tokio::test]
async fn a_session_that_was_handed_in_is_its_tokens_owners() {
    for (claims, shown, fits) in [
        (json!({"preferredAbhaAddress": "asha@sbx"}), "ravi@sbx", false),
        (json!({"preferredAbhaAddress": "asha@sbx"}), "asha@sbx", true),
        (json!({"preferredAbhaAddress": "asha@sbx", "abhaNumber": NUMBER}), "asha.2@sbx", true),
        (json!({}), "ravi@sbx", true),
    ] {
        let bench = Bench::new();
        let user = json!({"abhaAddress": "asha@sbx"});
        let session = app_profile(&bench, user, claims.clone()).await.session().clone();
        let profile = bench.desk.phr_app().profile(session);
        let answer = json!({"abhaAddress": shown, "abhaNumber": NUMBER});
        bench.abdm.answers(live!(PhrApp, FetchPhrProfile), 200, answer);
        assert_eq!(profile.fetch().await.is_ok(), fits, "{claims} {shown}");
    }
}

#[tokio::test]
async fn a_change_of_an_app_that_is_answered_about_others_is_not_done() {
    for (users, fits) in [
        (json!([{"abhaAddress": "asha@sbx"}]), true),
        (json!([]), true),
        (json!([{"abhaAddress": "ravi@sbx"}]), false),
    ] {
        let bench = Bench::new();
        let app = app_profile(&bench, json!({"abhaAddress": "asha@sbx"}), json!({})).await;
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
        let done = json!({"authResult": "success", "message": "done", "users": users});
        for _ in 0..2 {
            bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, done.clone());
        }
        let mut change = app.change_mobile(&mobile()).await.unwrap();
        assert_eq!(change.confirm(&otp()).await.is_ok(), fits, "{users}");
        let new = Password::chosen("Sunrise#58").unwrap();
        assert_eq!(app.set_password(&address(), &new).await.is_ok(), fits, "{users}");
    }
}

#[tokio::test]
async fn the_state_of_another_address_is_no_answer_to_a_search() {
    for (told, fits) in [("asha@sbx", true), ("Asha", true), ("ravi@sbx", false)] {
        let bench = Bench::new();
        let answer = json!({"abhaAddress": told, "status": "ACTIVE"});
        bench.abdm.answers(live!(AbhaAddressWeb, SearchAbhaAddress), 200, answer.clone());
        bench.abdm.answers(live!(PhrApp, SearchPhrAddress), 200, answer);
        assert_eq!(bench.desk.search_abha_address(&address()).await.is_ok(), fits, "{told}");
        assert_eq!(bench.desk.phr_app().search(&address()).await.is_ok(), fits, "{told}");
    }
}

#[tokio::test]
async fn an_update_takes_the_profile_of_whom_it_names_and_of_nobody_else() {
    let third = "91-9876-5432-1098";
    let child =
        || ProfileUpdate::child(OTHER.parse().unwrap(), "Mina".into(), "x".into(), Gender::Female);
    let own = || ProfileUpdate::photo("UEhPVE8t".into());
    for (update, shown, fits) in [
        (child(), OTHER, true),
        (child(), "xx-xxxx-xxxx-5559", true),
        (child(), NUMBER, false),
        (child(), third, false),
        (own(), NUMBER, true),
        (own(), OTHER, false),
        (own(), third, false),
    ] {
        for claims in [json!({"abhaNumber": NUMBER}), json!({})] {
            let what = format!("{update:?} {shown} {claims}");
            let bench = Bench::new();
            let profile = logged_in(&bench, claims).await;
            let answer = json!({"ABHANumber": shown, "name": "Mina"});
            bench.abdm.answers(live!(Abha, UpdateProfile), 200, answer);
            match profile.update(update.clone()).await {
                Ok(profile) => {
                    assert!(fits, "{what}");
                    assert_eq!(profile.abha_number.unwrap().to_text(), shown);
                }
                Err(error) => {
                    assert!(!fits, "{what}");
                    assert_eq!(error.problem(), Problem::AnswerUnusable);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_number_that_was_proved_is_known_where_its_token_names_nobody() {
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    for (shown, fits) in [(NUMBER, true), (OTHER, false)] {
        let bench = Bench::new();
        let profile = logged_in(&bench, json!({})).await;
        for _ in 0..2 {
            bench.abdm.answers(live!(Abha, FetchProfile), 200, json!({"ABHANumber": shown}));
        }
        let children = json!({"parentAbhaNumber": shown, "children": []});
        bench.abdm.answers(live!(Abha, ListChildren), 200, children);
        bench.abdm.answers(live!(Abha, RequestChangeOtp), 200, otp_sent(TXN));
        let done = json!({"authResult": "success", "accounts": [{"ABHANumber": shown}]});
        bench.abdm.answers(live!(Abha, VerifyChange), 200, done);
        assert_eq!(profile.fetch().await.is_ok(), fits, "{shown}");
        assert_eq!(profile.children().await.is_ok(), fits, "{shown}");
        let mut change = profile.change_mobile(&mobile()).await.unwrap();
        assert_eq!(change.confirm(&otp()).await.is_ok(), fits, "{shown}");
        let saved = profile.save(&keys, "web-1").unwrap();
        let resumed = bench.desk.resume_profile(&saved, &keys, "web-1").unwrap();
        assert_eq!(resumed.fetch().await.is_ok(), fits, "{shown}");
    }
}

#[tokio::test]
async fn a_renewal_by_another_persons_token_leaves_the_session_as_it_was() {
    for (before, after, fits) in [
        (json!({"abhaNumber": NUMBER}), json!({"abhaNumber": NUMBER}), true),
        (json!({"abhaNumber": NUMBER}), json!({}), true),
        (json!({"abhaNumber": NUMBER}), json!({"abhaNumber": OTHER}), false),
        (json!({}), json!({"abhaNumber": OTHER}), false),
    ] {
        let bench = Bench::new();
        let mut profile = logged_in(&bench, before.clone()).await;
        bench.abdm.answers(live!(Abha, RenewSession), 200, tokens_claiming(after.clone()));
        assert_eq!(profile.renew().await.is_ok(), fits, "{before} {after}");
        let token = if fits { &after } else { &before };
        assert_eq!(profile.session().token.expose(), claiming(token.clone()));
    }
    for (after, fits) in [
        (json!({"preferredAbhaAddress": "asha@sbx"}), true),
        (json!({"preferredAbhaAddress": "ravi@sbx"}), false),
    ] {
        let bench = Bench::new();
        let claims = json!({"preferredAbhaAddress": "asha@sbx"});
        let mut app = app_profile(&bench, json!({"abhaAddress": "asha@sbx"}), claims).await;
        let renewed = json!({"tokens": tokens_claiming(after.clone())});
        bench.abdm.answers(live!(PhrApp, RenewPhrSession), 200, renewed);
        assert_eq!(app.renew().await.is_ok(), fits, "{after}");
    }
}

#[tokio::test]
async fn a_child_is_never_given_its_parents_number() {
    for (answer, fits) in [
        (json!({"ABHAProfile": {"ABHANumber": OTHER}}), true),
        (json!({"ABHAProfile": {"ABHANumber": NUMBER}}), false),
        (json!({"tokens": tokens()}), false),
        (json!({"tokens": tokens_claiming(json!({"abhaNumber": NUMBER}))}), false),
        (
            json!({"ABHAProfile": {"ABHANumber": NUMBER},
                "error": {"code": "ABDM-9999", "message": "Something went wrong"}}),
            false,
        ),
    ] {
        for claims in [json!({"abhaNumber": NUMBER}), json!({})] {
            let bench = Bench::for_programme("Example Scheme");
            let parent = logged_in(&bench, claims.clone()).await;
            bench.abdm.answers(live!(Abha, EnrolByAadhaar), 200, answer.clone());
            bench.abdm.answers(live!(Abha, FetchProfile), 200, json!({"ABHANumber": NUMBER}));
            let born = ("21".into(), "2".into(), "2020".into());
            let child = ChildBlock::new("Mina Example".into(), Gender::Female, born);
            match bench.desk.enrol_child(&parent, child, consent()).await {
                Ok(child) => {
                    assert!(fits, "{answer} {claims}");
                    assert_eq!(child.abha_number().unwrap().to_dashed(), OTHER);
                }
                Err(error) => {
                    assert!(!fits, "{answer} {claims}");
                    assert_eq!(error.problem(), Problem::OutcomeUnknown);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_benefit_of_another_number_is_none_of_the_persons() {
    for (told, fits) in [(NUMBER, true), ("xx-xxxx-xxxx-9015", true), (OTHER, false)] {
        let bench = Bench::for_programme("Example Scheme");
        let number = number();
        let profile = logged_in(&bench, json!({})).await;
        let text = "Benefit record has been linked successfully";
        for _ in 0..2 {
            let linked = json!({"healthId": told, "status": text});
            bench.abdm.answers(live!(Abha, LinkBenefit), 200, linked);
        }
        let programmes = live!(Abha, ListProgrammes).replace("{abhaNumber}", NUMBER);
        let list = json!({"abhaNumber": told, "programme": [{"benefitName": "Example Scheme"}]});
        bench.abdm.answers(&programmes, 200, list);
        let records = json!([{"abhaNumber": told, "benefitId": "1"}]);
        bench.abdm.answers(live!(Abha, SearchBenefit), 200, records);
        let (desk, whose) = (&bench.desk, Beneficiary::AbhaNumber(&number));
        assert_eq!(desk.link_benefit(whose).await.is_ok(), fits, "{told}");
        let by_session = desk.link_benefit(Beneficiary::Session(&profile)).await;
        assert_eq!(by_session.is_ok(), fits, "{told}");
        assert_eq!(desk.programmes_of(&number).await.is_ok(), fits, "{told}");
        assert_eq!(desk.search_benefit(whose).await.is_ok(), fits, "{told}");
    }
    let bench = Bench::for_programme("Example Scheme");
    let records = json!([{"abhaNumber": OTHER, "benefitId": "1"}, {"abhaNumber": NUMBER}]);
    bench.abdm.answers(live!(Abha, SearchBenefit), 200, records);
    let number = number();
    let found = bench.desk.search_benefit(Beneficiary::AbhaNumber(&number)).await.unwrap();
    assert_eq!(found.len(), 1, "the other person's record is left out");
}

/// The flow as a former version sealed it, without these fields.
fn older(saved: &Sealed, keys: &SealingKeyRing, kind: &str, fields: &[&str]) -> Sealed {
    fn without(value: &mut Value, fields: &[&str], gone: &mut usize) {
        match value {
            Value::Object(members) => {
                let before = members.len();
                members.retain(|name, _| !fields.contains(&name.as_str()));
                *gone += before - members.len();
                members.values_mut().for_each(|member| without(member, fields, gone));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| without(item, fields, gone)),
            _ => {}
        }
    }
    let bound = format!("abha-enrollment/{kind}/web-1");
    let mut text: Value = serde_json::from_slice(&keys.open(saved, &bound).unwrap()).unwrap();
    let mut gone = 0;
    without(&mut text, fields, &mut gone);
    assert_eq!(gone, fields.len(), "{kind} has no {fields:?}");
    keys.seal(text.to_string().as_bytes(), &bound).unwrap()
}

#[tokio::test]
async fn flows_that_were_saved_before_they_kept_whom_they_were_asked_for_still_open() {
    let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
    let bench = Bench::new();
    let (desk, app) = (&bench.desk, bench.desk.phr_app());
    for _ in 0..3 {
        bench.abdm.answers(live!(PhrApp, RequestPhrChangeOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(PhrApp, VerifyPhrChange), 200, proof(&json!({})));
    }
    bench.abdm.answers(live!(PhrApp, LinkAbhaNumber), 200, json!({"authResult": "success"}));
    bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
    bench.abdm.answers(APP_LOGIN, 200, proof(&json!({})));
    let profile = app_profile(&bench, json!({"abhaAddress": "asha@sbx"}), json!({})).await;

    let flow = profile.prove_abha_number(&number(), OtpRoute::AbhaMobile).await.unwrap();
    let saved = older(&flow.save(&keys, "web-1").unwrap(), &keys, "phr-app", &["own", "number"]);
    let AppFlow::ProvesAbhaNumber(mut flow) = app.resume(&saved, &keys, "web-1").unwrap() else {
        panic!("an ABHA number")
    };
    flow.verify(&otp()).await.unwrap().link().await.unwrap();

    let change = profile.change_mobile(&mobile()).await.unwrap();
    let saved = older(&change.save(&keys, "web-1").unwrap(), &keys, "phr-app", &["own", "number"]);
    let AppFlow::Changes(mut change) = app.resume(&saved, &keys, "web-1").unwrap() else {
        panic!("a change")
    };
    change.confirm(&otp()).await.unwrap();

    bench.abdm.answers(APP_LOGIN, 200, proof(&json!({})));
    let login = app.log_in_by_abha_number(&number(), OtpRoute::AbhaMobile).await.unwrap();
    let saved = older(&login.save(&keys, "web-1").unwrap(), &keys, "phr-app", &["asked", "number"]);
    let AppFlow::AwaitsOtp(mut login) = app.resume(&saved, &keys, "web-1").unwrap() else {
        panic!("a login")
    };
    login.verify(&otp()).await.unwrap();

    bench.abdm.answers(live!(PhrApp, RequestPhrEnrolmentOtp), 200, otp_sent(TXN));
    bench.abdm.answers(live!(PhrApp, VerifyPhrEnrolment), 200, proof(&json!({})));
    let begun = app.create_address_by_abha_number(&number(), OtpRoute::AbhaMobile).await.unwrap();
    let saved = begun.save(&keys, "web-1").unwrap();
    let saved = older(&saved, &keys, "address-creation-app", &["asked"]);
    let resumed = app.resume_creation(&saved, &keys, "web-1").unwrap();
    let SavedCreation::AwaitsOtp(mut flow) = resumed else { panic!("an OTP") };
    flow.verify(&otp()).await.unwrap();

    let session = logged_in(&bench, json!({})).await;
    let saved = older(&session.save(&keys, "web-1").unwrap(), &keys, "profile", &["number"]);
    bench.abdm.answers(live!(Abha, FetchProfile), 200, json!({"ABHANumber": NUMBER}));
    desk.resume_profile(&saved, &keys, "web-1").unwrap().fetch().await.unwrap();
}
