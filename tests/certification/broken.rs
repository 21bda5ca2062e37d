//! A broken HIP fails its case: no case of milestone 2 is one that cannot fail.
//!
//! Each fault is one that a HIP may have, put on the wire between the facility and ABDM. The case
//! must fail for it, and for nothing else: the reason is looked at.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use abdm_certify::{Milestone, Outcome, Place, cases, run};
use abdm_core::api::data_flow::NotifyHealthInformation;
use hip_services::api::consent::{AcknowledgeConsent, OnConsentNotify};
use hip_services::api::hip_linking::{
    GenerateLinkToken, LinkCareContexts, NotifyContext, OnLinkCareContexts,
};
use hip_services::api::patient_status::AcknowledgePatientStatus;
use hip_services::api::sms::NotifyBySms;
use hip_services::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::sandbox_place::{Fault, SandboxPlace};

/// How long one answer may take: those that a fault swallows are waited for in vain.
const PATIENCE: Duration = Duration::from_secs(8);

/// A case, what is wrong with the HIP, the fault on the wire, and words of the reason.
type Broken = (&'static str, &'static str, fn() -> Fault, &'static str);

fn set(body: &mut Value, pointer: &str, value: Value) {
    *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
}

fn put(body: &mut Value, name: &str, value: Value) {
    body.as_object_mut().unwrap().insert(name.to_owned(), value);
}

fn has_status(body: &Value, status: &str) -> bool {
    body["notification"]["status"] == status
}

/// A HIP that does not understand this status of a consent.
fn misreads(status: &'static str) -> Fault {
    Fault::alter::<OnConsentNotify>(move |body| {
        if has_status(body, status) {
            set(body, "/notification/status", json!("DENIED"));
        }
    })
}

fn other_checksum() -> Fault {
    Fault::alter_pages(|page| set(page, "/entries/0/checksum", json!("0".repeat(32))))
}

const BROKEN: &[Broken] = &[
    (
        "Health_RECORD_CREATION_101",
        "it tells a checksum that is not the document's",
        other_checksum,
        "nothing wrong with them",
    ),
    (
        "HIP_INTI_LINK_501",
        "it asks for the token under another name",
        || Fault::alter::<GenerateLinkToken>(|body| set(body, "/name", json!("Somebody Else"))),
        "ABDM-1207",
    ),
    (
        "HIP_INTI_LINK_502",
        "it guesses the year of birth",
        || {
            Fault::alter::<GenerateLinkToken>(|body| {
                let year = body["yearOfBirth"].as_i64().unwrap();
                set(body, "/yearOfBirth", json!(year + 1));
            })
        },
        "year_of_birth",
    ),
    (
        "HIP_INTI_LINK_503",
        "it does not link with the token",
        Fault::swallow::<LinkCareContexts>,
        "whether the care contexts are linked",
    ),
    (
        "HIP_INTI_LINK_503_MISMATCH",
        "it does not send the year that the desk has",
        || Fault::alter::<GenerateLinkToken>(|body| set(body, "/yearOfBirth", json!(1999))),
        "what must be refused was accepted",
    ),
    (
        "HIP_INTI_LINK_504",
        "it asks for the token again and again",
        Fault::twice::<GenerateLinkToken>,
        "is 2 and should be 1",
    ),
    (
        "HIP_INTI_LINK_504_SIX_MONTHS",
        "it asks for the token again and again",
        Fault::twice::<GenerateLinkToken>,
        "is 2 and should be 1",
    ),
    (
        "HIP_INTI_LINK_505",
        "it does not tell of a new record",
        Fault::swallow::<NotifyContext>,
        "NotifyContext",
    ),
    (
        "HIP_INTI_LINK_505_LEGACY",
        "its links do not leave",
        Fault::swallow::<LinkCareContexts>,
        "the back-fill is over",
    ),
    (
        "HIP_INTI_LINK_505_COUNT",
        "it takes every callback for a success",
        || {
            Fault::alter::<OnLinkCareContexts>(|body| {
                put(body, "error", Value::Null);
                put(body, "status", json!("Successfully Linked care context"));
            })
        },
        "what must be refused was accepted",
    ),
    (
        "HIP_INTI_LINK_506",
        "it shows another text than the visit's",
        || {
            Fault::alter::<LinkCareContexts>(|body| {
                set(body, "/patient/0/careContexts/0/display", json!("Something else"));
            })
        },
        "context.display",
    ),
    (
        "USER_INIT_LINK_602",
        "it does not answer searches",
        Fault::swallow::<AnswerDiscovery>,
        "the app still waits",
    ),
    (
        "USER_INIT_LINK_603",
        "it finds by the mobile number whom it knows by the address",
        || Fault::alter::<AnswerDiscovery>(|body| put(body, "matchedBy", json!(["MOBILE"]))),
        "matched_by.contains",
    ),
    (
        "USER_INIT_LINK_603_MOBILE",
        "it gives a visit of another member of the family",
        || {
            Fault::alter::<AnswerDiscovery>(|body| {
                set(body, "/patient/0/careContexts/0/referenceNumber", json!("OPD-SUNITA"));
            })
        },
        "found.care_contexts()",
    ),
    (
        "USER_INIT_LINK_603_TWICE",
        "it takes the first record that fits",
        || {
            Fault::alter::<AnswerDiscovery>(|body| {
                body["patient"].as_array_mut().unwrap().truncate(1);
            })
        },
        "there are 0 where there must be one",
    ),
    (
        "USER_INIT_LINK_604",
        "it shows the whole name to whoever searches",
        || {
            Fault::alter::<AnswerDiscovery>(|body| {
                set(body, "/patient/0/display", json!("Meera Sample"))
            })
        },
        "not the whole name",
    ),
    (
        "USER_INIT_LINK_604_NOBODY",
        "it gives another reason",
        || Fault::alter::<AnswerDiscovery>(|body| set(body, "/error/code", json!("ABDM-1056"))),
        "refused.code()",
    ),
    (
        "USER_INIT_LINK_604_LINKED",
        "it says that nobody was found",
        || {
            Fault::alter::<AnswerDiscovery>(|body| {
                set(body, "/error/message", json!("Patient not found"));
            })
        },
        "No new health record to link",
    ),
    (
        "USER_INIT_LINK_605",
        "it says that the OTP went by mail",
        || {
            Fault::alter::<AnswerLinkInit>(|body| {
                set(body, "/link/meta/communicationMedium", json!("EMAIL"));
            })
        },
        "communication_medium",
    ),
    (
        "USER_INIT_LINK_605_WRONG_OTP",
        "it gives a wrong OTP another name",
        || Fault::alter::<AnswerLinkConfirm>(|body| set(body, "/error/code", json!("ABDM-1056"))),
        "refused.code()",
    ),
    (
        "USER_INIT_LINK_605_LATE_OTP",
        "it takes OTPs longer than it says",
        || {
            Fault::alter::<AnswerLinkInit>(|body| {
                let told = body["link"]["meta"]["communicationExpiry"].as_str().unwrap();
                let told: chrono::DateTime<chrono::Utc> = told.parse().unwrap();
                let told = abdm_core::clock::format_timestamp(told - chrono::TimeDelta::minutes(9));
                set(body, "/link/meta/communicationExpiry", json!(told));
            })
        },
        "what must be refused was accepted",
    ),
    (
        "USER_INIT_LINK_606",
        "it names an identifier that nobody has verified",
        || Fault::alter::<AnswerDiscovery>(|body| put(body, "matchedBy", json!(["MR"]))),
        "matchedBy names what ABDM has verified",
    ),
    (
        "USER_INIT_LINK_606_TYPED",
        "it finds by what was only typed",
        || {
            Fault::alter::<AnswerDiscovery>(|body| {
                put(body, "error", Value::Null);
                put(body, "matchedBy", json!(["MR"]));
                let contexts = json!([{"referenceNumber": "OPD-1", "display": "Visit"}]);
                put(
                    body,
                    "patient",
                    json!([{"referenceNumber": "UHID-000001", "display": "M", "count": 1,
                        "careContexts": contexts, "hiType": "Prescription"}]),
                );
            })
        },
        "what must be refused was accepted",
    ),
    (
        "USER_INIT_LINK_607",
        "it tells a checksum that is not the document's",
        other_checksum,
        "nothing wrong with them",
    ),
    (
        "HIP_INIT_NOTIFY_HIECM",
        "it tells more than the mobile number and the facility",
        || Fault::alter::<NotifyBySms>(|body| put(body, "name", json!("of the patient"))),
        "nothing but the mobile number",
    ),
    (
        "HIP_INIT_GRANT_CONSENT_",
        "it acknowledges no consent",
        Fault::swallow::<AcknowledgeConsent>,
        "it is acknowledged",
    ),
    (
        "HIP_INIT_REVOKE_CONSENT",
        "it does not understand REVOKED",
        || misreads("REVOKED"),
        "something is missing",
    ),
    (
        "HIP_INIT_EXPIRE_CONSENT",
        "it does not understand EXPIRED",
        || misreads("EXPIRED"),
        "something is missing",
    ),
    (
        "HIP_INIT_EXPIRE_CONSENT_SILENT",
        "it does not look at the end of a consent",
        || {
            Fault::alter::<OnConsentNotify>(|body| {
                let end = "/notification/consentDetail/permission/dataEraseAt";
                if let Some(end) = body.pointer_mut(end) {
                    *end = json!("2099-01-01T00:00:00.000Z");
                }
            })
        },
        "refused, and not acknowledged",
    ),
    (
        "HIP_INIT_ABHA_OPTOUT_DEACTIVATE",
        "it does not answer that an account is deleted",
        Fault::swallow::<AcknowledgePatientStatus>,
        "AcknowledgePatientStatus",
    ),
    (
        "HIP_INIT_SHARE_CARECONTEXT",
        "it reports what was delivered as not delivered",
        || {
            Fault::alter::<NotifyHealthInformation>(|body| {
                let status = "/notification/statusNotification/statusResponses/0/hiStatus";
                set(body, status, json!("ERRORED"));
            })
        },
        "the hospital has the same report",
    ),
    (
        "HIP_INIT_SHARE_CARECONTEXT_REVOKED",
        "it does not hear of a revocation",
        || Fault::swallow_if::<OnConsentNotify>(|body| has_status(body, "REVOKED")),
        "refused, and not acknowledged",
    ),
];

#[test]
fn every_case_of_milestone_2_has_a_fault_that_it_is_to_find() {
    let broken: BTreeSet<&str> = BROKEN.iter().map(|(case, ..)| *case).collect();
    let m2 = cases::all().filter(|case| case.milestone() == Milestone::M2);
    assert_eq!(broken, m2.map(abdm_certify::Case::id).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_milestone_2_fails_for_a_broken_hip_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Arc::new(Semaphore::new(4));
    let mut playing = JoinSet::new();
    for &(id, what, fault, words) in BROKEN {
        let (hands, evidence) = (Arc::clone(&hands), folder.path().to_owned());
        playing.spawn(async move {
            let _hand = hands.acquire_owned().await.unwrap();
            let case = cases::of(id).unwrap();
            let place = SandboxPlace::open_with(case, evidence, PATIENCE, vec![fault()]).await;
            let place: Arc<dyn Place> = Arc::new(place.unwrap());
            let outcome = run(case, place).await;
            let found = matches!(&outcome, Outcome::Failed { reason } if reason.contains(words));
            (!found).then(|| format!("{id}: {what}: {outcome:?}, without \"{words}\""))
        });
    }
    let missed: Vec<String> = playing.join_all().await.into_iter().flatten().collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
