//! Proofs of an ABHA number.

use super::*;

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
        (json!({"accounts": [account("xxxx5559")]}), false),
        (json!({"accounts": [account("xxxx9015")]}), true),
        (json!({"accounts": [account(NUMBER)], "users": [user(OTHER)]}), false),
        (json!({"users": [user(NUMBER), user(OTHER)]}), true),
        (json!({"tokens": tokens_claiming(json!({"abhaNumber": OTHER}))}), false),
        (json!({"tokens": tokens_claiming(json!({"abhaNumber": NUMBER}))}), true),
    ]
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
async fn a_session_of_the_number_that_was_proved_is_kept_beside_its_new_address() {
    let users = json!([{"abhaAddress": "asha@sbx", "abhaNumber": NUMBER}]);
    for (claims, kept) in [
        (json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha@sbx"}), true),
        (json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha.2@sbx"}), true),
        (json!({"abhaNumber": OTHER, "preferredAbhaAddress": "asha.2@sbx"}), false),
    ] {
        let bench = Bench::new();
        let mut creation = created_by_number(&bench, &json!({"users": users})).await.unwrap();
        bench.abdm.answers(
            live!(PhrApp, EnrolPhrAddress),
            200,
            json!({
                "phrDetails": {"abhaAddress": ["asha@sbx", "asha.2@sbx"]},
                "tokens": tokens_claiming(claims.clone()),
            }),
        );
        let details = AddressDetails::new("Asha", BirthDate::in_year(1999), Gender::Female);
        let name = AbhaAddressName::parse("asha.2").unwrap();
        let made = creation.create(&name, &details.mobile(mobile())).await.unwrap();
        assert_eq!(made.abha_address().as_str(), "asha.2@sbx");
        assert_eq!(made.person().is_some(), kept, "{claims}");
    }
}

#[tokio::test]
async fn an_existing_address_that_is_listed_without_its_suffix_can_be_logged_in_with() {
    let bench = Bench::new();
    let members = json!({"users": [{"abhaAddress": "asha", "abhaNumber": NUMBER}]});
    let creation = created_by_number(&bench, &members).await.unwrap();
    let person = creation.log_in(&address()).await.unwrap();
    assert_eq!(person.user().and_then(|user| user.address()), Some(address()));
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
