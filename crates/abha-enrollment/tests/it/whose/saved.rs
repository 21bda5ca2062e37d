//! Flows that former versions have saved.

use super::*;

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
