//! What is expected, from errors.md and the field tables of m2-hip.md and m3-hiu.md.
//!
//! The words: `1006` is one object `{"error":{..}}` with 400, `flat 1015` one without `error`,
//! `[9999]` a list, `empty` a 400 without a body; `-` is not tried. A success is its status.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::api::gateway::{CreateSession, UpdateBridgeUrl};
use abdm_core::endpoint::Endpoint as _;
use hip_services::api::consent::AcknowledgeConsent;
use hip_services::api::health_information::AcknowledgeHealthInformationRequest;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts, NotifyContext};
use hip_services::api::patient_status::AcknowledgePatientStatus;
use hip_services::api::sharing::AcknowledgeShare;
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, FetchConsent, RequestConsent,
};
use hiu_services::api::health_information::RequestHealthInformation;
use serde_json::{Value, json};

use crate::consent::key_material;
use crate::support::{CLINIC, HOSPITAL};

/// Who calls.
pub(super) enum By {
    Nobody,
    Hip,
    Hiu,
}

/// One field, and what is told of each fault.
pub(super) struct Row {
    pub(super) at: &'static str,
    pub(super) missing: &'static str,
    pub(super) null: &'static str,
    pub(super) blank: &'static str,
    pub(super) mistyped: &'static str,
    pub(super) outside: Vec<(Value, &'static str)>,
}

/// One endpoint.
pub(super) struct Case {
    pub(super) endpoint: &'static str,
    pub(super) by: By,
    /// A body that is taken.
    pub(super) good: Value,
    /// How the good one is answered.
    pub(super) taken: &'static str,
    pub(super) rows: Vec<Row>,
}

/// The ids of the story that the calls are part of.
pub(super) struct Facts {
    pub(super) url: String,
    pub(super) consent: String,
    pub(super) consent_request: String,
    pub(super) decision: String,
    pub(super) notice: String,
    pub(super) asked: String,
    pub(super) transaction: String,
    pub(super) share: String,
    /// The discovery, the choice and the OTP that wait for the clinic's answers: the `REQUEST-ID`
    /// of each and, but for the OTP, its transaction.
    pub(super) discovery: (String, String),
    pub(super) init: (String, String),
    pub(super) confirmation: String,
    /// The question which token is being served.
    pub(super) running: String,
    /// The notice of a patient's account.
    pub(super) account: String,
}

/// A field that is not there, or `null`; that is blank; that has another type; that is out of
/// range.
pub(super) fn row(
    at: &'static str,
    missing: &'static str,
    blank: &'static str,
    mistyped: &'static str,
    outside: &[(Value, &'static str)],
) -> Row {
    Row { at, missing, null: missing, blank, mistyped, outside: outside.to_vec() }
}

/// The same code for whatever is wrong.
pub(super) fn all(at: &'static str, code: &'static str, outside: &[Value]) -> Row {
    let outside = outside.iter().map(|value| (value.clone(), code)).collect();
    Row { at, missing: code, null: code, blank: code, mistyped: code, outside }
}

/// A text or number of the linking service: 1006 when it cannot be read, else `code`.
pub(super) fn read(at: &'static str, code: &'static str, outside: &[Value]) -> Row {
    let outside: Vec<_> = outside.iter().map(|value| (value.clone(), code)).collect();
    row(at, "1006", code, "1006", &outside)
}

/// A list or object of the linking service.
pub(super) fn part(at: &'static str) -> Row {
    row(at, "1006", "1006", "1006", &[])
}

/// A field of a list of texts: told as one of them, or as unreadable when its type is another.
pub(super) fn listed(at: &'static str, outside: &[Value]) -> Row {
    let outside: Vec<_> = outside.iter().map(|value| (value.clone(), "[9999]")).collect();
    row(at, "[9999]", "[9999]", "1006", &outside)
}

/// An object or list there: a blank text is of another type.
pub(super) fn listed_part(at: &'static str) -> Row {
    row(at, "[9999]", "1006", "1006", &[])
}

/// One that may be left out.
pub(super) fn may_miss(row: Row) -> Row {
    Row { missing: "-", null: "-", ..row }
}

/// An element of a list, which cannot be missing.
pub(super) fn element(row: Row) -> Row {
    Row { missing: "-", ..row }
}

const LONG: usize = 256;

pub(super) fn cases(facts: &Facts) -> Vec<Case> {
    let mut cases = gateway(facts);
    cases.extend(linking());
    cases.extend(consent(facts));
    cases.extend(data_flow(facts));
    cases.push(sharing(facts));
    cases.extend(super::answers::cases(facts));
    cases
}

fn gateway(facts: &Facts) -> Vec<Case> {
    let session = Case {
        endpoint: CreateSession::META.name,
        by: By::Nobody,
        good: json!({"clientId": "SBX_CLINIC", "clientSecret": "not-a-secret",
            "grantType": "client_credentials"}),
        taken: "202",
        rows: vec![
            all("/clientId", "1015", &[]),
            all("/clientSecret", "1015", &[]),
            row("/grantType", "1015", "1015", "1015", &[(json!("refresh_token"), "1920")]),
        ],
    };
    let wrong = [json!("ftp://x"), json!("elsewhere"), json!("http://"), json!("mailto:a@b.c")];
    let bridge = Case {
        endpoint: UpdateBridgeUrl::META.name,
        by: By::Hip,
        good: json!({"url": facts.url}),
        taken: "202",
        rows: vec![all("/url", "1015", &wrong)],
    };
    vec![session, bridge]
}

pub(super) fn wrong_addresses() -> Vec<Value> {
    ["ravi.example", "ravi.example@ok", "@sbx", ".ravi@sbx", "r@sbx", "ra vi@sbx"]
        .into_iter()
        .map(Value::from)
        .collect()
}

pub(super) fn wrong_types() -> Vec<Value> {
    ["PRESCRIPTION", "prescription", "Foo", "Prescription ", "OPConsultation,Prescription"]
        .into_iter()
        .map(Value::from)
        .collect()
}

/// The linking service knows no `-` and `!` in an address: the rules of sharing and consent do.
fn wrong_linked_addresses() -> Vec<Value> {
    let mut wrong = wrong_addresses();
    wrong.extend([json!("ravi-example@sbx"), json!("ravi!example@sbx")]);
    wrong
}

pub(super) fn wrong_references() -> Vec<Value> {
    vec![json!("OPD<1>"), json!("OPD;1"), json!("x".repeat(LONG))]
}

/// What an artefact may hold, and a link may not.
pub(super) fn wrong_linked_references() -> Vec<Value> {
    let mut wrong = wrong_references();
    wrong.extend([json!("OPD|1"), json!("OPD\"1")]);
    wrong
}

fn linking() -> Vec<Case> {
    let wrong_numbers =
        [json!("9111111000000"), json!(9_111_111_000_000_u64), json!("91-1111-1000-0001")];
    let token = Case {
        endpoint: GenerateLinkToken::META.name,
        by: By::Hip,
        good: json!({"abhaNumber": null, "abhaAddress": "ravi.example@sbx", "name": "Ravi Example",
            "gender": "M", "yearOfBirth": 1975}),
        taken: "202",
        rows: vec![
            may_miss(row(
                "/abhaNumber",
                "-",
                "[9999]",
                "1006",
                &wrong_numbers.clone().map(|number| (number, "[9999]")),
            )),
            Row {
                missing: "1125",
                null: "1125",
                ..listed("/abhaAddress", &wrong_linked_addresses())
            },
            read("/name", "[9999]", &[json!("R@vi"), json!("7avi"), json!("Ravi 2nd")]),
            read("/gender", "[9999]", &[json!("W"), json!("m"), json!("Male"), json!("T")]),
            read(
                "/yearOfBirth",
                "[9999]",
                &[json!(1800), json!(1899), json!(2201), json!(75), json!("abcd"), json!(-1975)],
            ),
        ],
    };
    let contexts = |count: usize| -> Value {
        (0..count).map(|n| json!({"referenceNumber": format!("T-{n}"), "display": "x"})).collect()
    };
    let link = Case {
        endpoint: LinkCareContexts::META.name,
        by: By::Hip,
        good: json!({"abhaAddress": "ravi.example@sbx", "patient": [{
            "referenceNumber": "UHID-7", "display": "Ravi E.", "careContexts": [
                {"referenceNumber": "T-1", "display": "OPD visit"}],
            "hiType": "OPConsultation", "count": 1}]}),
        taken: "202",
        rows: vec![
            read("/abhaAddress", "1170", &wrong_linked_addresses()),
            row("/patient", "1006", "1006", "1006", &[(json!([]), "[9999]")]),
            read("/patient/0/referenceNumber", "1060", &wrong_linked_references()),
            read("/patient/0/display", "1061", &[json!("Ravi <b>"), json!("x".repeat(LONG))]),
            row(
                "/patient/0/careContexts",
                "[9999]",
                "1006",
                "1006",
                &[(json!([]), "1006"), (contexts(21), "1006"), (json!(["T-1"]), "1006")],
            ),
            read("/patient/0/careContexts/0/referenceNumber", "1057", &wrong_linked_references()),
            read("/patient/0/careContexts/0/display", "1057", &[json!("x;y")]),
            Row {
                outside: wrong_types()
                    .into_iter()
                    .map(|value| (value, "[9999]"))
                    .chain([(json!(["OPConsultation"]), "empty")])
                    .collect(),
                ..listed("/patient/0/hiType", &[])
            },
            read(
                "/patient/0/count",
                "1006",
                &[json!(0), json!(21), json!(-1), json!(1.5), json!(u64::MAX), json!("many")],
            ),
        ],
    };
    let notice = Case {
        endpoint: NotifyContext::META.name,
        by: By::Hip,
        good: json!({"notification": {"patient": {"id": "ravi.example@sbx"},
            "careContext": {"patientReference": "UHID-7", "careContextReference": "OPD-1"},
            "hiTypes": ["OPConsultation"], "date": "2026-09-14T10:34:00.387Z",
            "hip": {"id": CLINIC}}}),
        taken: "202",
        rows: vec![
            part("/notification"),
            part("/notification/patient"),
            read("/notification/patient/id", "1170", &wrong_linked_addresses()),
            part("/notification/careContext"),
            read("/notification/careContext/patientReference", "1060", &wrong_linked_references()),
            read(
                "/notification/careContext/careContextReference",
                "1057",
                &wrong_linked_references(),
            ),
            row(
                "/notification/hiTypes",
                "1006",
                "1006",
                "1006",
                &[(json!([]), "[9999]"), (json!("OPConsultation,Prescription"), "1006")],
            ),
            element(Row {
                null: "[9999]",
                ..read("/notification/hiTypes/0", "[9999]", &wrong_types())
            }),
            read("/notification/date", "[9999]", &[json!("yesterday"), json!("14/09/2026")]),
            part("/notification/hip"),
            read("/notification/hip/id", "1035", &[json!("NOT-THE-HEADERS"), json!(HOSPITAL)]),
        ],
    };
    vec![token, link, notice]
}

fn consent(facts: &Facts) -> Vec<Case> {
    let request = Case {
        endpoint: RequestConsent::META.name,
        by: By::Hiu,
        good: json!({"consent": {
            "purpose": {"text": "Care Management", "code": "CAREMGT", "refUri": "www.abdm.gov.in"},
            "patient": {"id": "ravi.example@sbx"}, "hiu": {"id": HOSPITAL}, "hip": {"id": CLINIC},
            "careContexts": [{"patientReference": "UHID-7", "careContextReference": "OPD-1"}],
            "requester": {"name": "Dr. Example", "identifier":
                {"type": "REGNO", "value": "MH1001", "system": "https://www.mciindia.org"}},
            "hiTypes": ["OPConsultation"],
            "permission": {"accessMode": "VIEW",
                "dateRange": {"from": "2021-01-01T00:00:00.000Z", "to": "2025-01-01T00:00:00.000Z"},
                "dataEraseAt": "2099-01-01T00:00:00.000Z",
                "frequency": {"unit": "HOUR", "value": 1, "repeats": 0}}}}),
        taken: "202",
        rows: request_rows(),
    };
    let no_ids = [json!("42"), json!("not-a-uuid"), json!("05f14b1d44654 53a82491382d79d271d")];
    let status = Case {
        endpoint: CheckConsentStatus::META.name,
        by: By::Hiu,
        good: json!({"consentRequestId": facts.consent_request}),
        taken: "202",
        rows: vec![all("/consentRequestId", "9999", &no_ids)],
    };
    let fetch = Case {
        endpoint: FetchConsent::META.name,
        by: By::Hiu,
        good: json!({"consentId": facts.consent}),
        taken: "202",
        rows: vec![all("/consentId", "9999", &no_ids)],
    };
    let no_mapping = (json!("3f2a1c80-0000-4000-8000-000000000001"), "2500");
    let request_id = Row {
        outside: vec![no_mapping, (json!("fresh"), "2500")],
        ..listed("/response/requestId", &[])
    };
    let foreign = json!("3f2a1c80-0000-4000-8000-000000000001");
    let consent_ids = [json!("42"), foreign];
    let decision = Case {
        endpoint: AcknowledgeConsentDecision::META.name,
        by: By::Hiu,
        good: json!({"acknowledgement": [{"status": "OK", "consentId": facts.consent}],
            "response": {"requestId": facts.decision}}),
        taken: "202",
        rows: vec![
            row("/acknowledgement", "1041", "1006", "1006", &[(json!({"status": "OK"}), "1006")]),
            listed("/acknowledgement/0/status", &[json!("FINE"), json!("OK!")]),
            listed("/acknowledgement/0/consentId", &consent_ids),
            listed_part("/response"),
            Row { outside: request_id.outside.clone(), ..listed("/response/requestId", &[]) },
        ],
    };
    let account = Case {
        endpoint: AcknowledgePatientStatus::META.name,
        by: By::Hip,
        good: json!({"acknowledgement": {"status": "OK"}, "response": {"requestId": facts.account}}),
        taken: "202",
        rows: vec![
            row("/acknowledgement", "1041", "1006", "1006", &[(json!([{"status": "OK"}]), "1006")]),
            listed("/acknowledgement/status", &[json!("FINE")]),
            listed_part("/response"),
            Row { outside: request_id.outside.clone(), ..listed("/response/requestId", &[]) },
        ],
    };
    let notice = Case {
        endpoint: AcknowledgeConsent::META.name,
        by: By::Hip,
        good: json!({"acknowledgement": {"status": "OK", "consentId": facts.consent},
            "response": {"requestId": facts.notice}}),
        taken: "202",
        rows: vec![
            row("/acknowledgement", "1041", "1006", "1006", &[(json!([{"status": "OK"}]), "1006")]),
            listed("/acknowledgement/status", &[json!("FINE")]),
            listed("/acknowledgement/consentId", &consent_ids),
            listed_part("/response"),
            request_id,
        ],
    };
    vec![request, status, fetch, decision, notice, account]
}

fn request_rows() -> Vec<Row> {
    let future = json!("2098-01-01T00:00:00.000Z");
    let no_date = json!("yesterday");
    let services =
        [json!("-IN1"), json!("IN 1"), json!("IN1_"), json!("I"), json!("x".repeat(LONG))];
    let references = wrong_references();
    vec![
        part("/consent"),
        listed_part("/consent/purpose"),
        listed("/consent/purpose/code", &[json!("CARE"), json!("caremgt"), json!("PATRQST")]),
        listed("/consent/purpose/text", &[json!("Care"), json!("Break the Glass")]),
        listed("/consent/purpose/refUri", &[json!("www.abdm.gov.in?a=b")]),
        listed_part("/consent/patient"),
        listed("/consent/patient/id", &wrong_addresses()),
        listed_part("/consent/hiu"),
        listed("/consent/hiu/id", &services),
        row("/consent/hip", "1031", "1006", "1006", &[]),
        listed("/consent/hip/id", &services),
        may_miss(part("/consent/careContexts")),
        row(
            "/consent/careContexts/0/patientReference",
            "1057",
            "1057",
            "1006",
            &references.clone().into_iter().map(|value| (value, "1057")).collect::<Vec<_>>(),
        ),
        row(
            "/consent/careContexts/0/careContextReference",
            "1057",
            "1057",
            "1006",
            &references.into_iter().map(|value| (value, "1057")).collect::<Vec<_>>(),
        ),
        listed_part("/consent/requester"),
        listed("/consent/requester/name", &[]),
        listed_part("/consent/requester/identifier"),
        listed("/consent/requester/identifier/type", &[]),
        listed("/consent/requester/identifier/value", &[]),
        listed("/consent/requester/identifier/system", &[]),
        row("/consent/hiTypes", "[9999]", "1006", "1006", &[(json!([]), "[9999]")]),
        element(Row { null: "[9999]", ..listed("/consent/hiTypes/0", &wrong_types()) }),
        listed_part("/consent/permission"),
        listed("/consent/permission/accessMode", &[json!("view"), json!("WRITE")]),
        listed_part("/consent/permission/dateRange"),
        listed(
            "/consent/permission/dateRange/from",
            &[future.clone(), no_date.clone(), json!("2025-06-01T00:00:00.000Z")],
        ),
        listed(
            "/consent/permission/dateRange/to",
            &[future, no_date.clone(), json!("2020-01-01T00:00:00.000Z")],
        ),
        listed("/consent/permission/dataEraseAt", &[json!("2020-01-01T00:00:00.000Z"), no_date]),
        listed_part("/consent/permission/frequency"),
        row(
            "/consent/permission/frequency/unit",
            "[9999]",
            "[9999]",
            "1006",
            &[(json!("MINUTE"), "1002"), (json!("hour"), "1002")],
        ),
        listed(
            "/consent/permission/frequency/value",
            &[json!(-1), json!(4_000_000_000_u64), json!("one")],
        ),
        may_miss(listed("/consent/permission/frequency/repeats", &[json!(-1)])),
    ]
}

fn data_flow(facts: &Facts) -> Vec<Case> {
    let keys = "/hiRequest/keyMaterial";
    let good = json!({"hiRequest": {"consent": {"id": facts.consent},
        "dateRange": {"from": "2024-01-01T00:00:00.000Z", "to": "2025-01-01T00:00:00.000Z"},
        "dataPushUrl": "http://127.0.0.1:1/push/abc", "keyMaterial": key_material()}});
    assert!(good.pointer(keys).is_some());
    let invalid = |at, outside: &[Value]| all(at, "flat 1015", outside);
    let urls =
        [json!("http://h/push?id=1"), json!("push"), json!("http://h/%20"), json!("ftp://h/p")];
    let asked = Case {
        endpoint: RequestHealthInformation::META.name,
        by: By::Hiu,
        good,
        taken: "202",
        rows: vec![
            invalid("/hiRequest", &[]),
            invalid("/hiRequest/consent", &[]),
            invalid("/hiRequest/consent/id", &[]),
            invalid("/hiRequest/dateRange", &[]),
            invalid("/hiRequest/dateRange/from", &[json!("yesterday")]),
            invalid("/hiRequest/dateRange/to", &[json!("tomorrow")]),
            invalid("/hiRequest/dataPushUrl", &urls),
            invalid("/hiRequest/keyMaterial", &[]),
            invalid("/hiRequest/keyMaterial/cryptoAlg", &[json!("RSA")]),
            invalid("/hiRequest/keyMaterial/curve", &[json!("P-256")]),
            invalid("/hiRequest/keyMaterial/dhPublicKey", &[]),
            invalid(
                "/hiRequest/keyMaterial/dhPublicKey/expiry",
                &[json!("2020-01-01T00:00:00.000Z"), json!("soon")],
            ),
            invalid("/hiRequest/keyMaterial/dhPublicKey/parameters", &[]),
            invalid("/hiRequest/keyMaterial/dhPublicKey/keyValue", &[json!("AA"), json!("BAAA")]),
            invalid("/hiRequest/keyMaterial/nonce", &[json!("AA"), json!("bm9uY2U=")]),
        ],
    };
    let request = |at, outside: &[Value]| all(at, "flat 1031", outside);
    let answered = Case {
        endpoint: AcknowledgeHealthInformationRequest::META.name,
        by: By::Hip,
        good: json!({"hiRequest": {"transactionId": facts.transaction,
            "sessionStatus": "ACKNOWLEDGED"}, "response": {"requestId": facts.asked}}),
        taken: "200",
        rows: vec![
            request("/hiRequest", &[]),
            request("/hiRequest/transactionId", &[json!("another")]),
            request("/hiRequest/sessionStatus", &[json!("acknowledged"), json!("TRANSFERRED")]),
            request("/response", &[]),
            row(
                "/response/requestId",
                "flat 1031",
                "flat 1031",
                "flat 1031",
                &[(json!("3f2a1c80-0000-4000-8000-000000000001"), "2500")],
            ),
        ],
    };
    let report = Case {
        endpoint: NotifyHealthInformation::META.name,
        by: By::Hip,
        good: json!({"notification": {"consentId": facts.consent,
            "transactionId": facts.transaction, "doneAt": "2026-09-14T10:00:07.883Z",
            "notifier": {"type": "HIP", "id": CLINIC},
            "statusNotification": {"sessionStatus": "TRANSFERRED", "hipId": CLINIC,
                "statusResponses": [{"careContextReference": "OPD-1", "hiStatus": "DELIVERED",
                    "description": "Delivered"}]}}}),
        taken: "202",
        rows: vec![
            request("/notification", &[]),
            request("/notification/consentId", &[json!("another")]),
            request("/notification/transactionId", &[json!("another")]),
            request("/notification/doneAt", &[json!("just now")]),
            request("/notification/notifier", &[]),
            request("/notification/notifier/type", &[json!("hip"), json!("PHR"), json!("HIU")]),
            request("/notification/notifier/id", &[json!(HOSPITAL)]),
            request("/notification/statusNotification", &[]),
            request(
                "/notification/statusNotification/sessionStatus",
                &[json!("DONE"), json!("transferred"), json!("ACKNOWLEDGED"), json!("RECEIVED")],
            ),
            request(
                "/notification/statusNotification/hipId",
                &[json!(HOSPITAL), json!("-"), json!("I")],
            ),
            request(
                "/notification/statusNotification/statusResponses",
                &[json!(["OPD-1"]), json!([])],
            ),
            request(
                "/notification/statusNotification/statusResponses/0/careContextReference",
                &wrong_references(),
            ),
            request(
                "/notification/statusNotification/statusResponses/0/hiStatus",
                &[json!("delivered"), json!("SENT")],
            ),
            request("/notification/statusNotification/statusResponses/0/description", &[]),
        ],
    };
    vec![asked, answered, report]
}

fn sharing(facts: &Facts) -> Case {
    Case {
        endpoint: AcknowledgeShare::META.name,
        by: By::Hip,
        good: json!({"acknowledgement": {"abhaAddress": "meera.sample@sbx", "status": "SUCCESS",
            "profile": {"context": "OPD1", "tokenNumber": "7", "expiry": "1800"}},
            "response": {"requestId": facts.share}}),
        taken: "202",
        rows: vec![
            row("/acknowledgement", "[9999]", "1006", "1006", &[]),
            read("/acknowledgement/abhaAddress", "[9999]", &wrong_addresses()),
            read("/acknowledgement/status", "[9999]", &[json!("DONE"), json!("success")]),
            row("/acknowledgement/profile", "[9999]", "1006", "1006", &[]),
            listed("/acknowledgement/profile/context", &[json!("OPD2")]),
            listed("/acknowledgement/profile/tokenNumber", &[]),
            listed(
                "/acknowledgement/profile/expiry",
                &[json!(0), json!("0"), json!("2026-09-14T10:00:00Z"), json!(-5)],
            ),
            part("/response"),
            row(
                "/response/requestId",
                "1006",
                "1006",
                "1006",
                &[
                    (json!("3f2a1c80-0000-4000-8000-000000000001"), "404 1001"),
                    (json!("fresh"), "404 1001"),
                ],
            ),
        ],
    }
}
