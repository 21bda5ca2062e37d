//! A person's profile, renewals, children and benefits.

use super::*;

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
