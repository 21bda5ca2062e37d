//! The catalogue against the project's list of error codes.

use std::time::Duration;

use abdm_core::api::gateway::ListBridgeServices;
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::error::{
    ApiError, Contact, ErrorClass, ErrorCode, Operation, RetryAdvice, catalogue,
};
use http::{HeaderMap, StatusCode};

use crate::contract::contract_file;

const ERROR_CODES: &str = include_str!("../vectors/error-codes.json");

#[derive(Debug, serde::Deserialize)]
struct Listed {
    code: String,
    http: String,
    operation: String,
    messages: Vec<String>,
    class: String,
}

fn listed() -> Vec<Listed> {
    serde_json::from_str(ERROR_CODES).unwrap()
}

/// An operation for each that the list names in words.
fn meant(operation: &str) -> Operation {
    match operation {
        "M1" | "M1 login" | "M1/PHR login" | "`{app}` login/verify" => Operation::Login,
        "M1 OTP" => Operation::Enrol,
        "M1 address" => Operation::Address,
        "M1 password" | "M1 delete" | "M1 deactivate" | "M1 e-mail" => Operation::Account,
        "M1 web" | "web" => Operation::WebLogin,
        "M1 DigiLocker" | "M1 DL" | "enrol/byDocument" => Operation::EnrolByDocument,
        "M1 face"
        | "M1 finger"
        | "M1 iris"
        | "M1 enrolment"
        | "M1 enrolment (sandbox)"
        | "enrol/byAadhaar"
        | "enrol/byAadhaar (child)"
        | "auth/byAbdm, enrol/byAadhaar"
        | "enrol/byAadhaar, children, profile/account" => Operation::Enrol,
        "M1, `{app}`" => Operation::Enrol,
        "enrol/suggestion, enrol/byDocument; linking (status there unknown)" => {
            Operation::Suggestion
        }
        "child ABHA" | "child ABHA, profile" | "PATCH profile/account (child)" => {
            Operation::Account
        }
        "login/request/otp, profile/account, benefit" | "login/request/otp (retrieval)" => {
            Operation::Login
        }
        "link, M1" | "look-ups" => Operation::Login,
        "benefit"
        | "benefit link/de-link"
        | "benefit, other features"
        | "benefit/linkAndDelink" => Operation::Benefit,
        "card" => Operation::Card,
        "`/v3/phr/*`" | "`{app}`, `{web}` request/otp, verify" | "`{app}`, `{web}`" => {
            Operation::AppLogin
        }
        "`{web}` request/otp, search; `{app}` login/search" => Operation::WebLogin,
        "`{app}` enrol, suggestion, updateProfile" => Operation::AppSuggestion,
        "`{app}` profile/link" => Operation::AppProfile,
        "`{app}` enrollment/enrol" => Operation::AppAddress,
        "`{app}` login/verify/user, switch-profile" => Operation::AppLogin,
        "sessions" => Operation::Sessions,
        "bridge" => Operation::BridgeServices,
        "bridge/url" => Operation::BridgeUrl,
        "gateway"
        | "gateway GET/PATCH/sessions; health-information/request; subscription acks"
        | "gateway GETs and PATCH; link/carecontext, context/notify, sms; consent \
           status/fetch/on-notify; auto-approve, revoke (404); on-status cb for an unknown id" => {
            Operation::BridgeServices
        }
        "registry" | "registry linkage" => Operation::Registry,
        "generate-token" | "generate-token, link" => Operation::GenerateToken,
        "link/carecontext"
        | "link"
        | "link, on-confirm"
        | "linking"
        | "linking, PHR"
        | "link/carecontext; user-initiated init"
        | "linking, M1"
        | "linking, consent"
        | "link/carecontext with empty `patient`, M1/PHR"
        | "all HIE-CM; error on on-generate-token, on_carecontext, sms on-notify" => {
            Operation::Link
        }
        "context/notify" | "context/notify, sms" => Operation::NotifyContext,
        "SMS" | "sms/notify2" => Operation::NotifySms,
        "get links" => Operation::ListLinks,
        "discover" | "discover (app)" => Operation::Discover,
        "on-discover" | "on-discover, on-confirm" => Operation::OnDiscover,
        "link init" | "link init (app)" => Operation::LinkInit,
        "on-init" | "on-init/confirm" => Operation::OnInit,
        "link confirm" | "link confirm (app)" | "user-initiated linking" => Operation::LinkConfirm,
        "on-confirm" | "any on-*" => Operation::OnConfirm,
        "running-token/status (app)" => Operation::RunningToken,
        "link confirm (app), running-token/status (app)" => Operation::LinkConfirm,
        "patient-share" | "patient-share/share" => Operation::PatientShare,
        "on-share" => Operation::OnShare,
        "consent init"
        | "consent"
        | "consent init, subscription"
        | "consent, linking"
        | "consent, subscription"
        | "consent init, hip/on-notify (array instead of object), link calls, GET request/status; \
           cb replies" => Operation::ConsentInit,
        "consent status" => Operation::ConsentStatus,
        "consent fetch" | "consent fetch, revoke" => Operation::ConsentFetch,
        "consent deny, subscription deny" => Operation::ConsentDeny,
        "consent hiu/on-notify" => Operation::HiuOnNotify,
        "hip/on-notify, hiu/on-notify" => Operation::HipOnNotify,
        "auto-approve enable/disable"
        | "auto-approve disable"
        | "auto-approve enable"
        | "auto-approve, subscription approve" => Operation::AutoApprove,
        "data request"
        | "health-information/request"
        | "consent, data flow"
        | "consent fetch, data request"
        | "consent / data request" => Operation::DataRequest,
        "hip/on-request" | "hip/on-request, data-flow notify; subscription callbacks" => {
            Operation::HipOnRequest
        }
        "data-flow notify (HIP and HIU)" => Operation::DataNotify,
        "data push seen by a sender" | "consent, push" => Operation::DataPush,
        "subscription"
        | "subscription edit"
        | "subscription disable"
        | "subscription enable"
        | "subscription approve/deny"
        | "subscription, auto-approve" => Operation::Subscription,
        "subscription init" => Operation::SubscriptionInit,
        "subscription care-context/on-notify" => Operation::Subscription,
        "locker" | "setup-locker" | "locker set-up, PHR" => Operation::Locker,
        "PHR" | "PHR calls" => Operation::ListLinks,
        "record share" | "record share, M1" => Operation::RecordShare,
        "record share notify" => Operation::RecordShareNotify,
        "scan and pay" | "scan and pay, linking" => Operation::ScanPay,
        "facility login" => Operation::FacilityLogin,
        "any"
        | "all"
        | "all POST"
        | "any POST"
        | "GET/POST without body"
        | "samples"
        | "portal"
        | "notifications"
        | "e-mail"
        | "ABDM internal" => Operation::Unlisted,
        unknown => panic!("nothing is known of the operation {unknown:?}"),
    }
}

/// The texts of a row; two cells of the list describe theirs in words.
fn texts_of(row: &Listed) -> Vec<String> {
    let split = |text: &str| text.trim_end_matches(" ...").split(", ").map(str::to_owned).collect();
    row.messages
        .iter()
        .flat_map(|text| match text.as_str() {
            "text of 1094 in front" => {
                vec![
                    "Access to this feature is restricted. Please contact NHA to enable it. X"
                        .into(),
                ]
            }
            text => match text.strip_prefix("field texts: ") {
                Some(texts) => split(texts),
                None => vec![text.to_owned()],
            },
        })
        .collect()
}

#[test]
fn every_text_of_the_list_has_its_class_under_its_operation() {
    let rows = listed();
    assert_eq!(rows.len(), 332);
    let mut wrong = Vec::new();
    for row in &rows {
        for text in texts_of(row) {
            let class = answered(&row.code, &text, meant(&row.operation), &row.http).class();
            // The list gives one class a row; its remark says that this text is about a person's
            // value (errors.md, ABDM-9999, consent init).
            let expected = match text.as_str() {
                "Invalid ABHA Address, ..." => "user-input",
                _ => row.class.as_str(),
            };
            if class.as_str() != expected {
                wrong.push(format!("{} {:?} {text:?}: {class}", row.code, row.operation));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The text as the reply with this code and text, or as the callback when it came by one.
fn answered(code: &str, text: &str, errors: Operation, carrier: &str) -> ApiError {
    let call = Metadata { name: "Operation", errors, ..ListBridgeServices::META };
    let error = serde_json::json!({ "code": format!("{code}: "), "message": text });
    if carrier.starts_with("cb") {
        return ApiError::reported_by(&call, serde_json::from_value(error).unwrap());
    }
    let body = serde_json::json!([{ "error": error }]).to_string();
    let status = StatusCode::BAD_REQUEST;
    ApiError::from_response(&call, None, status, &HeaderMap::new(), body.as_bytes())
}

#[test]
fn the_committed_list_is_the_one_of_the_contract() {
    if let Some(contract) = contract_file("vectors/error-codes.json") {
        assert!(
            contract == ERROR_CODES.as_bytes(),
            "tests/vectors/error-codes.json is out of date"
        );
    }
}

#[test]
fn one_code_and_text_mean_different_things_in_different_operations() {
    let advise =
        |operation: Operation, text: &str| answered("ABDM-9999", text, operation, "400").class();
    let text = "Invalid Transaction Id";
    assert_eq!(advise(meant("on-discover"), text), ErrorClass::CallerBug);
    assert_eq!(advise(meant("M1 OTP"), text), ErrorClass::Wait);
    assert_eq!(advise(meant("sessions"), text), ErrorClass::Unclassified);
}

#[test]
fn a_code_without_its_text_is_judged_by_the_operation() {
    let class = |code: u16, operation: &str| {
        let code = ErrorCode::abdm(code);
        catalogue::advise(meant(operation), Some(&code), "").class
    };
    assert_eq!(class(1092, "generate-token"), ErrorClass::Wait);
    assert_eq!(class(1092, "health-information/request"), ErrorClass::Blocked);
    assert_eq!(class(1062, "link/carecontext"), ErrorClass::CallerBug);
    assert_eq!(class(1062, "data request"), ErrorClass::Blocked);
    assert_eq!(class(1113, "sessions"), ErrorClass::AlreadyDone, "the only meaning of the code");
    assert_eq!(class(1094, "sms/notify2"), ErrorClass::Unclassified, "four meanings elsewhere");
}

#[test]
fn what_nobody_has_described_stays_unclassified() {
    for (code, text) in
        [("ABDM-9999", "Something quite new"), ("ABDM-4242", "?"), ("XYZ-1", "Invalid thing")]
    {
        let advice = answered(code, text, meant("generate-token"), "400").advice();
        assert_eq!(advice.class, ErrorClass::Unclassified, "{code} {text}");
        assert_eq!(advice.retry, None);
    }
}

#[test]
fn the_advice_says_when_to_try_again_and_whom_to_ask() {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let advice =
        |code, text: &str, operation| answered(code, text, meant(operation), "cb").advice();

    let blocked =
        advice("ABDM-1027", "You are blocked. Please try again after 24 hours.", "generate-token");
    assert_eq!(blocked.class, ErrorClass::Blocked);
    assert_eq!(blocked.retry, Some(RetryAdvice::NotBefore(minutes(24 * 60))));

    let duplicate = advice("ABDM-1092", "Duplicate Link token request", "generate-token");
    assert_eq!(duplicate.retry, Some(RetryAdvice::NotBefore(minutes(7))));

    let early =
        advice("ABDM-1006", "No care context linked with given reference number", "context/notify");
    let pauses = [5, 15, 60].map(Duration::from_secs).to_vec();
    assert_eq!(early.retry, Some(RetryAdvice::Pauses(pauses)));

    let token = advice("ABDM-1026", "Invalid Link Token", "link/carecontext");
    assert_eq!(token.retry, Some(RetryAdvice::NewLinkToken));

    let fault = advice("ABDM-1024", "Dependent service unavailable", "generate-token");
    let pauses = [1, 5, 30, 30, 30].map(Duration::from_secs).to_vec();
    assert_eq!(fault.retry, Some(RetryAdvice::Pauses(pauses)));
    assert_eq!(fault.who, Contact::Nha);

    let other = advice("ABDM-8877", "", "consent / data request");
    assert_eq!(other.who, Contact::OtherFacility);
    assert_eq!(advice("ABDM-1062", "Consent Not granted", "data request").who, Contact::Patient);
    assert_eq!(advice("ABDM-1043", "", "generate-token").who, Contact::Desk);
}

#[test]
fn the_uidai_number_inside_1204_is_read() {
    let advice = |text: &str| answered("ABDM-1204", text, meant("M1"), "422").advice();
    let wrong = advice("UIDAI Error code : 400 : Invalid Aadhaar OTP value.");
    assert_eq!(wrong.class, ErrorClass::UserInput);
    assert!(wrong.text.contains("OTP is wrong"), "{}", wrong.text);
    let many = advice("UIDAI Error code : 953 : Exceeded Maximum OTP generation Limit.");
    assert_eq!(many.retry, Some(RetryAdvice::NotBefore(Duration::from_secs(1800))));
    assert_eq!(advice("UIDAI Error code : 330 : Other").class, ErrorClass::UserInput);
}

#[test]
fn registry_codes_are_known_by_number_and_default_to_our_fault() {
    let class = |code| answered(code, "Any text", meant("registry"), "200").class();
    assert_eq!(class("HIS-1013"), ErrorClass::UserInput);
    assert_eq!(class("HIS-1101"), ErrorClass::AlreadyDone);
    assert_eq!(class("HIS-1124"), ErrorClass::Blocked);
    assert_eq!(class("HIS-2062"), ErrorClass::UserInput, "the exact row wins over its range");
    assert_eq!(class("HIS-2060"), ErrorClass::CallerBug);
    assert_eq!(class("HIS-9998"), ErrorClass::CallerBug);
}

#[test]
fn codes_of_the_phr_wording_are_judged_by_their_text() {
    let class = |code, text| answered(code, text, meant("PHR"), "400").class();
    assert_eq!(class("AS-1118", "Duplicate consent approve request."), ErrorClass::AlreadyDone);
    assert_eq!(class("AS-1380", "This method is blocked for next 30 minutes"), ErrorClass::Blocked);
    assert_eq!(class("AS-1296", "You can request for new OTP after 30 seconds"), ErrorClass::Wait);
    assert_eq!(class("AS-1007", "Duplicate consent request"), ErrorClass::AlreadyDone);
    assert_eq!(class("AS-1062", "Something else"), ErrorClass::Unclassified);
}
