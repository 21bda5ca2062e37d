//! Proofs of an ABHA address, its profile and its changes.

use super::*;

#[tokio::test]
async fn a_login_of_an_app_by_address_offers_no_choice_of_others() {
    for (users, fits) in [
        (json!([{"abhaAddress": "ravi@sbx"}, {"abhaAddress": "asha@sbx"}]), true),
        (json!([{"abhaAddress": "ravi@sbx"}, {"abhaAddress": "asha"}]), true),
        (json!([{"fullName": "Asha Example"}]), true),
        (json!([{"abhaAddress": "ravi@sbx"}]), false),
    ] {
        let bench = Bench::new();
        let transfer = json!({"token": "transfer-token", "expiresIn": 300});
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        let members = json!({"users": users, "tokens": transfer});
        bench.abdm.answers(APP_LOGIN, 200, proof(&members));
        let app = bench.desk.phr_app();
        let mut login = app.log_in_by_address(&address(), AddressRoute::Mobile).await.unwrap();
        match login.verify(&otp()).await {
            Ok(AppLoginOutcome::ChooseAddress(choice)) => {
                assert!(fits, "{users}");
                let [only] = choice.users() else { panic!("others are offered: {users}") };
                assert_eq!(only.address(), Some(address()), "{users}");
                let ravi = "ravi@sbx".parse().unwrap();
                assert!(choice.choose(&ravi).await.is_err(), "{users}");
                bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens());
                assert!(choice.choose(&address()).await.is_ok(), "{users}");
            }
            Ok(AppLoginOutcome::LoggedIn(_)) => panic!("a choice: {users}"),
            Err(error) => {
                assert!(!fits, "{users}");
                assert_eq!(error.problem(), Problem::AnswerUnusable);
            }
        }
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
async fn the_number_behind_a_proved_address_is_told_by_its_token_or_by_its_own_account() {
    let plain = json!({"abhaAddress": "asha@sbx"});
    let masked = json!({"abhaAddress": "asha@sbx", "abhaNumber": "xx-xxxx-xxxx-9015"});
    let account = |number: &str, address: &str| json!({"ABHANumber": number, "preferredAbhaAddress": address});
    let own = account(NUMBER, "asha@sbx");
    let ravi = account(OTHER, "ravi@sbx");
    for (user, accounts, claims, told) in [
        (&plain, json!([]), json!({"abhaNumber": NUMBER}), Some(NUMBER)),
        (&masked, json!([]), json!({"abhaNumber": NUMBER}), Some(NUMBER)),
        (&plain, json!([ravi, own]), json!({}), Some(NUMBER)),
        (&masked, json!([own]), json!({}), Some(NUMBER)),
        (&masked, json!([account(OTHER, "asha@sbx")]), json!({}), None),
        (&plain, json!([ravi]), json!({}), None),
        (&plain, json!([{"ABHANumber": NUMBER}]), json!({}), Some(NUMBER)),
        (&plain, json!([]), json!({"preferredAbhaAddress": "asha@sbx"}), None),
    ] {
        let what = format!("{user} {accounts} {claims}");
        let bench = Bench::new();
        let tokens = tokens_claiming(claims);
        let members = json!({"users": [user], "accounts": accounts, "tokens": tokens});
        bench.abdm.answers(live!(AbhaAddressWeb, RequestAddressOtp), 200, otp_sent(TXN));
        bench.abdm.answers(live!(AbhaAddressWeb, VerifyAbhaAddress), 200, proof(&members));
        let route = OtpRoute::AbhaMobile;
        let mut flow = bench.desk.verify_abha_address(&address(), route).await.unwrap();
        let person = flow.verify(&otp()).await.unwrap();
        let number = person.abha_number().map(AbhaNumber::to_dashed);
        assert_eq!(number.as_deref(), told, "{what}");
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

/// The choice of `asha@sbx` among these, answered by a token that makes these claims.
async fn chosen(bench: &Bench, login: &mut AppLogin, users: &Value, claims: &Value) -> bool {
    let transfer = json!({"token": "transfer-token", "expiresIn": 300});
    bench.abdm.answers(APP_LOGIN, 200, proof(&json!({"users": users, "tokens": transfer})));
    bench.abdm.answers(live!(PhrApp, VerifyPhrUser), 200, tokens_claiming(claims.clone()));
    let AppLoginOutcome::ChooseAddress(choice) = login.verify(&otp()).await.unwrap() else {
        panic!("a choice: {users}")
    };
    match choice.choose(&address()).await {
        Ok(person) => {
            let own = person.user().and_then(|user| user.address());
            assert_eq!(own, Some(address()), "{users} {claims}");
            true
        }
        Err(error) => {
            assert_eq!(error.problem(), Problem::AnswerUnusable, "{users} {claims}");
            false
        }
    }
}

#[tokio::test]
async fn an_address_without_a_number_is_not_opened_by_the_token_of_a_listed_number() {
    let ravi = json!({"abhaAddress": "ravi@sbx", "abhaNumber": OTHER});
    let plain = json!([{"abhaAddress": "asha@sbx", "abhaNumber": null}, ravi]);
    let bare = json!([{"abhaAddress": "asha", "abhaNumber": null}, ravi]);
    let numbered = json!([
        {"abhaAddress": "asha@sbx", "abhaNumber": NUMBER}, {"abhaAddress": "ravi@sbx"},
    ]);
    for (users, claims, fits) in [
        (&plain, json!({"abhaNumber": OTHER, "preferredAbhaAddress": "ravi@sbx"}), false),
        (&plain, json!({"abhaNumber": OTHER, "preferredAbhaAddress": "asha@sbx"}), false),
        (&plain, json!({"abhaNumber": OTHER}), false),
        (&plain, json!({"preferredAbhaAddress": "ravi@sbx"}), false),
        (&numbered, json!({"preferredAbhaAddress": "ravi@sbx"}), false),
        (&plain, json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha@sbx"}), true),
        (&bare, json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha@sbx"}), true),
        (&bare, json!({"abhaNumber": OTHER}), false),
        (&plain, json!({"abhaNumber": NUMBER}), true),
        (&plain, json!({"preferredAbhaAddress": "asha@sbx"}), true),
        (&plain, json!({}), true),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        let mut login = bench.desk.phr_app().log_in_by_mobile(&mobile()).await.unwrap();
        let is_ok = chosen(&bench, &mut login, users, &claims).await;
        assert_eq!(is_ok, fits, "{users} {claims}");
    }
}

#[tokio::test]
async fn after_a_proof_of_a_number_all_that_are_listed_without_one_are_its_owners() {
    let users = json!([
        {"abhaAddress": "asha@sbx"}, {"abhaAddress": "asha.2@sbx", "abhaNumber": NUMBER},
    ]);
    for (claims, fits) in [
        (json!({"abhaNumber": NUMBER, "preferredAbhaAddress": "asha.2@sbx"}), true),
        (json!({"preferredAbhaAddress": "asha.2@sbx"}), true),
        (json!({"abhaNumber": OTHER}), false),
    ] {
        let bench = Bench::new();
        bench.abdm.answers(live!(PhrApp, RequestPhrLoginOtp), 200, otp_sent(TXN));
        let app = bench.desk.phr_app();
        let mut login = app.log_in_by_abha_number(&number(), OtpRoute::Aadhaar).await.unwrap();
        assert_eq!(chosen(&bench, &mut login, &users, &claims).await, fits, "{claims}");
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
