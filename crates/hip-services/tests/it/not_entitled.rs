//! Case 28: a client that is not subscribed to a service (403 `900908`), at each call that a HIP
//! makes. It is told once: no call is repeated, no session renewed.

use std::collections::VecDeque;
use std::time::Duration;

use abdm_core::error::ErrorClass;
use abdm_core::secret::MobileNumber;
use abdm_flow::store::{DeadLetterList, FlowStore as _};
use hip_services::api::sharing::{OnRunningTokenStatus, RunningTokenQuery};
use hip_services::flow::{Failure, SmsState};
use hip_services::{Error, Hip, HipEvent, TransferProgress};

use crate::cases::case;
use crate::clinic::{Server, patient, until};
use crate::gateway::{TRANSACTION, hip_id};
use crate::user_linking::{asha, chooses, discovered, discovers, link_of, sought, types};

const LONG: Duration = Duration::from_secs(1_200);
/// Whatever would be repeated is repeated by then.
const LATER: Duration = Duration::from_secs(6 * 3_600);

/// A server over whose gateway every call of this name is refused; `None` without the contract.
fn refusing(call: &'static str) -> Option<Server> {
    let case = case("28-not-subscribed.json")?;
    let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
    let answers = vec![(status, case["body"].to_string()); 99];
    let server = asha();
    server.gateway.behave(|b| {
        b.answers.insert(call, VecDeque::from(answers));
        // Nothing comes of a call that was refused.
        b.silent = match call {
            "GenerateLinkToken" => vec!["OnGenerateLinkToken"],
            "LinkCareContexts" => vec!["OnLinkCareContexts"],
            "NotifyContext" => vec!["OnNotifyContext"],
            "NotifyBySms" => vec!["OnSmsNotified"],
            _ => Vec::new(),
        };
    });
    Some(server)
}

fn is_told(failure: &Failure, call: &str) {
    assert_eq!(failure.class, ErrorClass::Blocked, "{call}: {failure}");
    assert!(failure.has_code("900908"), "{call}: {failure}");
    assert!(failure.text.contains("NHA"), "who must act: {failure}");
    assert!(!failure.is_retryable());
}

/// Does what makes the HIP call so, and looks at what the hospital is told of the refusal.
async fn provokes(server: &Server, hip: &Hip, call: &str) {
    let events = |is: fn(&HipEvent) -> Option<Failure>| -> Vec<Failure> {
        server.clinic.events.lock().unwrap().iter().filter_map(is).collect()
    };
    match call {
        "GenerateLinkToken" | "LinkCareContexts" => {
            let error = hip.link(patient()).await.unwrap().linked(LONG).await.unwrap_err();
            let Error::NotLinked(failure) = error else { panic!("{call}: {error}") };
            is_told(&failure, call);
        }
        "NotifyContext" => {
            let link = hip.link(patient()).await.unwrap();
            assert_eq!(link.finished(LONG).await.unwrap().notices_refused, Some(1));
            is_told(&link.notice_problems().await.unwrap()[0], call);
        }
        "AcknowledgeConsent" => server.gateway.grants(&["OPD-1"]),
        "AcknowledgeHealthInformationRequest" => {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the refusal", || server.clinic.heard().contains(&"transfer-refused")).await;
            let refused = events(|event| match event {
                HipEvent::TransferRefused { failure, .. } => Some(failure.clone()),
                _ => None,
            });
            is_told(&refused[0], call);
        }
        "NotifyHealthInformation" => {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the end", || server.clinic.heard().contains(&"transfer-ended")).await;
            let view = hip.transfer(&TRANSACTION.parse().unwrap()).await.unwrap().unwrap();
            let TransferProgress::Unreported(failure) = view.progress() else { panic!("{view:?}") };
            is_told(&failure, call);
        }
        "NotifyBySms" => {
            let mobile = MobileNumber::new("9999999999").unwrap();
            let sms = hip.notify_by_sms(&mobile, "Example Hospital").await.unwrap();
            let outcome = sms.outcome(LONG).await.unwrap();
            let SmsState::Failed(failure) = outcome else { panic!("{outcome:?}") };
            is_told(&failure, call);
        }
        "AcknowledgeShare" => crate::sharing::shares(server, "asha.test", "OPD1"),
        "AnswerRunningToken" => {
            let query = RunningTokenQuery::new(&hip_id(), "OPD1");
            server.gateway.call_back::<OnRunningTokenStatus>(hip_id(), Duration::ZERO, query);
        }
        "AnswerDiscovery" => discovers(server, sought()),
        "AnswerLinkInit" | "AnswerLinkConfirm" => {
            discovers(server, sought());
            let offer = discovered(server).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            chooses(server, &offer.patient);
            let link = link_of(server, 1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            types(server, &link, &server.register.last_otp());
        }
        #[cfg(feature = "patient_status")]
        "AcknowledgePatientStatus" => {
            let deactivated = hip_services::api::patient_status::AbhaStanding::Deactivated;
            crate::patient_status::tells(server, deactivated);
        }
        _ => panic!("nothing is known to lead to {call}"),
    }
}

/// The calls to ABDM that a HIP makes by itself.
const CALLS: &[&str] = &[
    "GenerateLinkToken",
    "LinkCareContexts",
    "NotifyContext",
    "AcknowledgeConsent",
    "AcknowledgeHealthInformationRequest",
    "NotifyHealthInformation",
    "NotifyBySms",
    "AcknowledgeShare",
    "AnswerRunningToken",
    "AnswerDiscovery",
    "AnswerLinkInit",
    "AnswerLinkConfirm",
    #[cfg(feature = "patient_status")]
    "AcknowledgePatientStatus",
];

/// What was sent after a call.
fn after(server: &Server, call: &str) -> Option<&'static str> {
    let sent = server.gateway.sent.lock().unwrap();
    let place = sent.iter().position(|(name, _)| *name == call).unwrap();
    sent.get(place + 1).map(|(name, _)| *name)
}

#[tokio::test(start_paused = true)]
async fn case_28_whichever_call_is_not_subscribed_is_made_once_and_told_as_that() {
    for call in CALLS {
        let Some(server) = refusing(call) else { return };
        let hip = server.hip();
        server
            .run(&hip, async {
                provokes(&server, &hip, call).await;
                until(call, || server.gateway.count(call) > 0).await;
                tokio::time::sleep(LATER).await;
            })
            .await;
        assert_eq!(server.gateway.count(call), 1, "{call} is not repeated");
        // The token of twenty minutes may run out meanwhile; none is fetched because of the refusal.
        let next = after(&server, call);
        assert_ne!(next, Some("CreateSession"), "{call}: no new session");
        // What nobody waits for is set aside, to be put back to work when NHA has switched it on.
        let dead = server.store().dead_letters(&DeadLetterList::new(10)).await.unwrap();
        assert!(dead.iter().all(|dead| dead.reason.contains("900908")), "{call}: {dead:?}");
    }
}
