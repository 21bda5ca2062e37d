//! Whether an ABHA exists.

use abha_enrollment::Problem;
use abha_enrollment::api::address::{CheckAddressName, SearchAbhaAddress};
use abha_enrollment::api::login::{FindAbha, RequestLoginOtp, SearchAbhaNumber};
use abha_enrollment::api::vocabulary::AuthOption;
use abha_enrollment::flow::lookup::{Existence, LookupBy};
use serde_json::{Value, json};

use crate::support::{Bench, TXN, aadhaar, consent, live, mobile, otp_sent};

const SEARCH: &str = live!(Abha, SearchAbhaNumber);
const WEB: &str = live!(AbhaAddressWeb, SearchAbhaAddress);
const TAKEN: &str = live!(AbhaAddressWeb, CheckAddressName);

#[tokio::test]
async fn a_number_is_active_deactivated_none_or_unknown() {
    let bench = Bench::new();
    let number = "91-1234-5678-9015".parse().unwrap();
    for (status, body, expected) in [
        (200, json!({"status": "ACTIVE"}), Existence::Active),
        (200, json!({"status": "DEACTIVATED"}), Existence::Deactivated),
        (200, json!({"status": "SLEEPING"}), Existence::Other("SLEEPING".into())),
        (
            404,
            json!({"error": {"code": "ABDM-1114", "message": "User not found."}}),
            Existence::None,
        ),
        (
            400,
            json!({"error": {"code": "ABDM-1407", "message": "The ABHA Number is currently deactivated. Please reactivate it."}}),
            Existence::Deactivated,
        ),
        (400, json!({"ABHANumber": "Invalid ABHA Number", "timestamp": "x"}), Existence::Unknown),
    ] {
        bench.abdm.answers(SEARCH, status, body);
        let found = bench.desk.lookup(LookupBy::AbhaNumber(&number)).await.unwrap();
        assert_eq!(found.existence, expected);
    }
    assert_eq!(bench.abdm.last().body, json!({"ABHANumber": "91-1234-5678-9015"}));
    bench.abdm.answers(
        SEARCH,
        404,
        json!({"error": {"code": "ABDM-1030: ", "message": "Invalid request ID"}}),
    );
    let error = bench.desk.lookup(LookupBy::AbhaNumber(&number)).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ProgramFault, "a 404 alone does not mean none");
}

#[tokio::test]
async fn a_state_of_blanks_says_nothing_of_an_abha() {
    let bench = Bench::new();
    let number = "91-1234-5678-9015".parse().unwrap();
    let address = "asha@sbx".parse().unwrap();
    for (body, expected) in [
        (json!({"status": "", "ABHANumber": "", "healthIdNumber": ""}), Existence::Unknown),
        (json!({"status": " ", "abhaAddress": "", "healthIdNumber": " "}), Existence::Unknown),
        (
            json!({"status": "", "ABHANumber": "91-1234-5678-9015", "abhaAddress": "asha@sbx"}),
            Existence::Exists,
        ),
    ] {
        bench.abdm.answers(SEARCH, 200, body.clone()).answers(WEB, 200, body.clone());
        for by in [LookupBy::AbhaNumber(&number), LookupBy::AbhaAddress(&address)] {
            let found = bench.desk.lookup(by).await.unwrap();
            assert_eq!(found.existence, expected, "{body}");
        }
    }
}

#[tokio::test]
async fn closed_ways_are_not_offered() {
    let bench = Bench::new();
    bench.abdm.answers(
        WEB,
        200,
        json!({
            "status": "ACTIVE", "authMethods": ["MOBILE_OTP", "AADHAAR_OTP", "PASSWORD"],
            "blockedAuthMethods": ["AADHAAR_OTP"],
        }),
    );
    let address = "asha@sbx".parse().unwrap();
    let found = bench.desk.lookup(LookupBy::AbhaAddress(&address)).await.unwrap();
    assert_eq!(found.routes, [AuthOption::MobileOtp, AuthOption::Password]);
    bench.abdm.answers(WEB, 400, json!({"code": "ABDM-1211", "message": "User not found."}));
    let found = bench.desk.lookup(LookupBy::AbhaAddress(&address)).await.unwrap();
    assert_eq!(found.existence, Existence::None);
}

#[tokio::test]
async fn a_mobile_number_tells_how_many_and_an_aadhaar_number_sends_an_otp() {
    let bench = Bench::new();
    let page = json!([{"txnId": TXN, "ABHA": [{"index": 1, "ABHANumber": "xx-xxxx-xxxx-xx15"}, {"index": "2"}]}]);
    bench.abdm.answers(live!(Abha, FindAbha), 200, page);
    let found = bench.desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
    assert_eq!((found.existence, found.matches), (Existence::Exists, 2));
    bench.abdm.answers(live!(Abha, RequestLoginOtp), 200, otp_sent(TXN));
    let found = bench.desk.lookup(LookupBy::Aadhaar(&aadhaar(), consent())).await.unwrap();
    assert!(found.pending_otp.is_some());
    assert_eq!(bench.consents.records.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_without_a_place_to_prove_any_account_by_is_not_offered() {
    for (places, offered) in
        [(json!([null, -1]), None), (json!([null, "x"]), None), (json!([null, 2]), Some(2))]
    {
        let bench = Bench::new();
        let account = |place: &Value| json!({"index": place, "ABHANumber": "xx-xxxx-xxxx-xx15"});
        let accounts: Vec<Value> = places.as_array().unwrap().iter().map(account).collect();
        let page = json!([{"txnId": TXN, "ABHA": accounts}]);
        bench.abdm.answers(live!(Abha, FindAbha), 200, page.clone());
        bench.abdm.answers(live!(Abha, FindAbha), 200, page);
        let found = bench.desk.lookup(LookupBy::Mobile(&mobile())).await.unwrap();
        assert_eq!((found.existence, found.matches), (Existence::Exists, 2), "{places}");
        match bench.desk.find_by_mobile(&mobile()).await {
            Ok(found) => assert_eq!(Some(found.accounts().len()), offered, "{places}"),
            Err(error) => {
                assert_eq!(offered, None, "{places}");
                assert_eq!(error.problem(), Problem::AnswerUnusable, "{places}");
            }
        }
    }
}

#[tokio::test]
async fn a_taken_address_is_a_bare_true() {
    let bench = Bench::new();
    let address = "asha@sbx".parse().unwrap();
    bench.abdm.answers(TAKEN, 200, json!(true)).answers(TAKEN, 200, json!(false));
    assert!(bench.desk.is_address_taken(&address).await.unwrap());
    assert!(!bench.desk.is_address_taken(&address).await.unwrap());
    assert_eq!(bench.abdm.last().path, format!("{TAKEN}?abhaAddress=asha%40sbx"));
}
