//! Inputs that broke other software, from the folder `cases` of the contract.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::error::ErrorClass;
use abdm_core::headers::{HipAndAppHeaders, HipHeaders};
use abdm_core::id::{PatientReference, TransactionId};
use abdm_core::vocabulary::{HiStatus, HiType, SessionStatus};
use hip_services::api::consent::{AcknowledgeConsent, ConsentNotice, OnConsentNotify};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest, RequestAcknowledgement,
};
use hip_services::api::hip_linking::GenerateLinkToken;
use hip_services::api::sharing::{OnPatientShare, PatientShare, SharedPatient};
use hip_services::api::user_linking::{
    AnswerDiscovery, Discovery, DiscoveryAnswer, IdentifierType, LinkInit, OnDiscoverCareContexts,
    OnLinkInit, SoughtPatient,
};
use hip_services::flow::{
    ContextOutcome, ShareFlow, SmsState, UserLinkEnd, UserLinkFlow, UserLinkState,
};
use hip_services::patient_index::RegisteredPatient;
use hip_services::{Error, Hip, LinkPatient, Visit, year_of_birth};
use serde_json::Value;

use crate::clinic::{Row, Server, of, patient, row, until};
use crate::gateway::{Answer, CONSENT, address, hip_id};
use crate::hip_linking::holds;
use crate::user_linking::TRANSACTION;

const LONG: Duration = Duration::from_secs(1_200);

/// One file, from the folder that `ABDM_CONTRACT_DIR` names; `None` says that it was skipped.
pub(crate) fn case(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("ABDM_CONTRACT_DIR") else {
        let in_ci = std::env::var("CI").as_deref() == Ok("true");
        assert!(!in_ci, "ABDM_CONTRACT_DIR must be set under CI");
        let _ = writeln!(
            std::io::stderr(),
            "skipped: ABDM_CONTRACT_DIR is not set, so {name} cannot be read"
        );
        return None;
    };
    let path = PathBuf::from(folder).join("cases").join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(serde_json::from_slice(&text).unwrap())
}

/// Links one visit, and tells how that ended.
async fn linked(server: &Server) -> Result<hip_services::Linked, Error> {
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient().without_notice()).await.unwrap();
            link.finished(LONG).await
        })
        .await
}

// Case 25.
#[tokio::test(start_paused = true)]
async fn case_25_a_year_of_birth_is_parsed_or_refused_before_anything_is_sent() {
    let Some(case) = case("25-birth-date-to-link-token.json") else { return };
    let people = case["patientsOfTheHmis"].as_array().unwrap();
    let expected = case["expected yearOfBirth in generate-token"].as_array().unwrap();
    for (person, expected) in people.iter().zip(expected) {
        let year = year_of_birth(person["dateOfBirth"].as_str().unwrap());
        match expected.as_u64() {
            Some(expected) => {
                let year = year.unwrap();
                assert_eq!(u64::from(year), expected);
                let server = Server::new();
                let mut patient = patient();
                patient.year_of_birth = year;
                let hip = server.hip();
                server
                    .run(&hip, async { hip.link(patient).await.unwrap().linked(LONG).await })
                    .await
                    .unwrap();
                let sent = server.gateway.bodies::<GenerateLinkToken>();
                assert_eq!(sent[0].year_of_birth, i64::from(year));
            }
            None => assert!(year.unwrap_err().to_string().contains("yearOfBirth")),
        }
    }
}

// Case 31.
#[tokio::test(start_paused = true)]
async fn case_31_a_share_with_other_keys_is_read_and_its_photo_reaches_nobody() {
    let Some(case) = case("31-share-with-other-keys.json") else { return };
    let photo = case.pointer("/body/profile/patient/kycPhoto").unwrap().as_str().unwrap();
    let mut server = Server::new();
    server.unsealed = true;
    let hip = server.hip();
    let stand_in = PatientShare::profile(hip_id(), "OPD1", SharedPatient::new(address()));
    server.gateway.plays::<OnPatientShare>(&case, stand_in);
    until("the share arrives", || {
        let snapshot = server.memory.to_snapshot_bytes().unwrap();
        String::from_utf8_lossy(&snapshot).contains("OnPatientShare")
    })
    .await;
    assert_eq!(server.waiting::<ShareFlow>().await, 1, "it waits");
    let waiting = server.memory.to_snapshot_bytes().unwrap();
    assert!(holds(&waiting, "9000000000") && !holds(&waiting, photo), "without its photo");
    server
        .run(&hip, async {
            until("the reception", || !server.reception.book.lock().unwrap().is_empty()).await;
        })
        .await;
    assert!(!holds(&server.memory.to_snapshot_bytes().unwrap(), photo));
    let shared = server.reception.book.lock().unwrap().pop().unwrap().patient;
    assert_eq!(shared.date_of_birth(), Some("1999-06-26".parse().unwrap()));
    assert_eq!(shared.phone_number.as_deref(), Some("9000000000"));
    assert_eq!(shared.address.as_ref().unwrap().pincode.as_deref(), Some("411001"));
    assert!(!serde_json::to_string(&shared).unwrap().contains(photo));
}

/// What a granted consent of a file says, once the HIP has acknowledged it.
async fn granted(case: &Value) -> hip_services::ConsentView {
    granted_to(&Server::new(), case).await
}

/// The same at this server.
async fn granted_to(server: &Server, case: &Value) -> hip_services::ConsentView {
    let hip = server.hip();
    let stand_in = ConsentNotice::ended("REVOKED".into(), CONSENT.parse().unwrap());
    server.gateway.plays::<OnConsentNotify>(case, stand_in.into());
    let id = case.pointer("/body/notification/consentId").unwrap().as_str().unwrap();
    server
        .run(&hip, async {
            until("the acknowledgement", || server.gateway.count("AcknowledgeConsent") == 1).await;
        })
        .await;
    let acknowledged = server.gateway.bodies::<AcknowledgeConsent>().pop().unwrap();
    assert!(acknowledged.error.is_none(), "{acknowledged:?}");
    hip.consent(&id.parse().unwrap()).await.unwrap().unwrap()
}

/// The HIU asks for the records of the consent of a file, in a transfer of this number, between
/// dates as they stand there; the answer of the HIP to that.
async fn asked(
    server: &Server,
    hip: &Hip,
    case: &Value,
    (number, from, to): (usize, &str, &str),
) -> RequestAcknowledgement {
    let transaction = format!("49455d89-0000-4000-8000-{number:012}");
    let mut request = server.gateway.request("2026-01-01T00:00:00Z");
    request["transactionId"] = transaction.into();
    request["hiRequest"]["consent"]["id"] = case["body"]["notification"]["consentId"].clone();
    request["hiRequest"]["dateRange"] = serde_json::json!({ "from": from, "to": to });
    let stand_in = serde_json::from_value(request.clone()).unwrap();
    let call = Call::<OnHealthInformationRequest>::new(stand_in);
    let call = call.headers(HipHeaders { hip_id: hip_id() });
    let answers = || server.gateway.bodies::<AcknowledgeHealthInformationRequest>();
    let before = answers().len();
    server
        .run(hip, async {
            server.gateway.sends(call, Some(request.to_string().into()));
            until("the answer", || answers().len() > before).await;
            // What is served is served by then.
            tokio::time::sleep(Duration::from_secs(120)).await;
        })
        .await;
    answers().remove(before)
}

// Case 34.
#[tokio::test(start_paused = true)]
async fn case_34_a_request_without_a_zone_is_served_within_the_consents_dates_and_not_beyond() {
    let Some(case) = case("34-consent-dates-without-zone.json") else { return };
    let server = Server::new();
    granted_to(&server, &case).await;
    let hip = server.hip();
    let (from, to) = ("2025-03-01T00:00:00", "2026-03-01T00:00:00.5");
    let whole = [(from, to), ("2025-03-01T00:00:00Z", to), ("2025-03-01T05:30:00+05:30", to)];
    for (number, (from, to)) in whole.into_iter().enumerate() {
        let answer = asked(&server, &hip, &case, (number, from, to)).await;
        assert!(answer.error.is_none(), "{from} to {to}: {answer:?}");
    }
    let reports = server.gateway.reports().len();
    assert_eq!(reports, whole.len());
    let pages = server.gateway.records().len();
    let beyond = [
        ("2025-02-28T23:59:59.999", to),
        (from, "2026-03-01T00:00:00.501"),
        ("2025-02-28T23:59:59.999", "2026-03-01T00:00:00.501"),
        ("2024-01-01T00:00:00", "2024-12-31T00:00:00"),
        ("2026-03-01T00:00:01", "2026-03-02T00:00:00"),
        // The same text in India's time is earlier.
        ("2025-03-01T00:00:00+05:30", to),
        // From behind to.
        (to, from),
    ];
    for (number, (from, to)) in (100..).zip(beyond) {
        let answer = asked(&server, &hip, &case, (number, from, to)).await;
        assert!(answer.hi_request.is_none(), "{from} to {to}");
        let error = answer.error.unwrap();
        assert_eq!(error.code.unwrap(), "ABDM-1063", "{from} to {to}");
    }
    assert_eq!(server.gateway.reports().len(), reports, "what is refused is not reported");
    assert_eq!(server.gateway.records().len(), pages, "nothing of it leaves");
    assert_eq!(server.clinic.heard().iter().filter(|e| **e == "transfer-refused").count(), 7);
}

// Case 34.
#[tokio::test(start_paused = true)]
async fn case_34_consent_dates_without_a_zone_are_utc() {
    let Some(case) = case("34-consent-dates-without-zone.json") else { return };
    let consent = granted(&case).await;
    // A day before its end, wherever the test's own clock stands.
    let terms = consent.terms("2026-03-01T12:00:00Z".parse().unwrap());
    let Ok(terms) = terms else { panic!("the virtual clock is past its end: {consent:?}") };
    let range = terms.permission.date_range;
    let instants = [Some(range.from), Some(range.to), terms.erase_at(), terms.created_at];
    // Kept to the millisecond, as ABDM wants every instant.
    let written = instants.map(|at| abdm_core::clock::format_timestamp(at.unwrap()));
    assert_eq!(
        written,
        [
            "2025-03-01T00:00:00.000Z",
            "2026-03-01T00:00:00.500Z",
            "2026-03-02T00:00:00.000Z",
            "2026-03-01T05:20:00.123Z",
        ]
    );
}

// Case 36.
#[tokio::test(start_paused = true)]
async fn case_36_fifty_contexts_go_out_in_elements_of_at_most_twenty() {
    let Some(case) = case("36-link-fifty-contexts.json") else { return };
    let server = Server::new();
    let mut many: LinkPatient = patient().without_notice();
    many.visits.clear();
    for context in case["careContexts"].as_array().unwrap() {
        let text = |name: &str| context[name].as_str().unwrap();
        many = many.visit(Visit::new(
            text("referenceNumber").parse().unwrap(),
            text("display"),
            "2026-01-02T10:30:00Z".parse().unwrap(),
            [HiType::from(text("hiType"))],
        ));
    }
    let hip = server.hip();
    let linked = server
        .run(&hip, async { hip.link(many).await.unwrap().finished(LONG).await.unwrap() })
        .await;
    // The gateway of these tests refuses a miscounted element and more than twenty in one.
    assert_eq!((linked.fresh.len(), linked.before.len()), (50, 0));
}

// Case 38.
#[tokio::test(start_paused = true)]
async fn case_38_a_link_reply_without_an_error_counts_by_its_status() {
    let Some(case) = case("38-link-reply-status-without-error.json") else { return };
    for reply in case["bodies"].as_array().unwrap() {
        let expected = reply["expect"].as_str().unwrap();
        let server = Server::new();
        let answer = Answer::ByCallback(reply["body"].clone());
        server.gateway.behave(|b| b.link_answers = [answer].into());
        match linked(&server).await {
            Ok(linked) => {
                assert!(expected.starts_with("LINKED"), "{reply}");
                assert_eq!(linked.already, expected.contains("already"), "{reply}");
            }
            Err(error) => {
                assert!(expected.starts_with("FAILED"), "{reply}: {error}");
                assert_eq!(error.is_retryable(), expected.contains("try later"), "{reply}");
                assert!(
                    error
                        .to_string()
                        .contains(reply.pointer("/body/status").unwrap().as_str().unwrap()),
                    "{error}"
                );
            }
        }
        assert_eq!(server.gateway.count("LinkCareContexts"), 1, "{reply}");
    }
}

// Case 42.
#[tokio::test(start_paused = true)]
async fn case_42_hi_types_in_one_text_are_read_as_seven() {
    let Some(case) = case("42-consent-notice-as-nha-prints-it.json") else { return };
    let consent = granted(&case).await;
    let terms = consent.terms("2026-12-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(terms.hi_types.len(), 7);
    assert_eq!(terms.unknown_hi_types().count(), 0);
    assert!(terms.hi_types.contains(&HiType::OpConsultation));
}

/// What ABDM was told last of each care context.
fn fates(server: &Server) -> (SessionStatus, Vec<(String, HiStatus)>) {
    let status = server.gateway.report().unwrap().status_notification;
    let responses = status.status_responses.into_iter();
    let fates = responses.map(|r| (r.care_context_reference.to_string(), r.hi_status));
    (status.session_status, fates.collect())
}

// Case 42, never: acknowledged, and later every record filtered out in silence.
#[tokio::test(start_paused = true)]
async fn case_42_records_of_all_seven_hi_types_leave_under_the_consent() {
    let Some(case) = case("42-consent-notice-as-nha-prints-it.json") else { return };
    let server = Server::new();
    let (context, within) = ("OPD-2026-0042", "2026-11-20T10:00:00Z");
    let seven = HiType::ALL.iter().filter(|hi_type| **hi_type != HiType::Invoice);
    let rows: Vec<_> = seven
        .map(|hi_type| row(hi_type.as_str(), hi_type.clone(), within, hi_type.as_str()))
        .collect();
    assert_eq!(rows.len(), 7);
    let mut texts: Vec<String> = rows.iter().map(|row| row.text.clone()).collect();
    server.clinic.more.lock().unwrap().insert(context.to_owned(), rows);
    granted_to(&server, &case).await;
    let hip = server.hip();
    let dates = ("2026-11-01T00:00:00.573565Z", "2026-11-28T23:59:59.573565Z");
    let answer = asked(&server, &hip, &case, (1, dates.0, dates.1)).await;
    assert!(answer.error.is_none(), "{answer:?}");
    let mut left = server.gateway.records();
    left.sort();
    texts.sort();
    assert_eq!(left, texts);
    let delivered = vec![(context.to_owned(), HiStatus::Delivered)];
    assert_eq!(fates(&server), (SessionStatus::Transferred, delivered));
}

// Case 42: for whatever reason everything is left out, nobody is told that it was delivered.
#[tokio::test(start_paused = true)]
async fn case_42_a_transfer_of_which_everything_is_filtered_out_is_reported_failed() {
    let Some(mut case) = case("42-consent-notice-as-nha-prints-it.json") else { return };
    let context = "OPD-2026-0042";
    let contexts = ["OPD-2026-0042", "OPD-2026-0043"];
    let detail = &mut case["body"]["notification"]["consentDetail"];
    detail["careContexts"] = contexts
        .map(|context| {
            serde_json::json!({
                "patientReference": "UHID-000123", "careContextReference": context,
            })
        })
        .to_vec()
        .into();
    let (within, outside) = ("2026-11-20T10:00:00Z", "2026-10-20T10:00:00Z");
    let ravis = of("ravi.test@sbx");
    let plain = |hi_type: HiType, date: &str| vec![row("1", hi_type, date, "a record")];
    // Why nothing is left: the types of the consent, the records, and what else is the matter.
    let reasons: Vec<(&str, Value, Vec<Row>, &str)> = vec![
        ("no records", "DiagnosticReport, Prescription".into(), Vec::new(), ""),
        ("other types", "DiagnosticReport".into(), plain(HiType::Prescription, within), ""),
        ("types that are unknown", "Spirometry, X".into(), plain(HiType::Prescription, within), ""),
        ("no types", serde_json::json!([]), plain(HiType::Prescription, within), ""),
        ("other dates", "Prescription".into(), plain(HiType::Prescription, outside), ""),
        (
            "another patient",
            "Prescription".into(),
            vec![row("1", HiType::Prescription, within, &ravis)],
            "",
        ),
        ("gone", "Prescription".into(), plain(HiType::Prescription, within), "gone"),
        ("unreadable", "Prescription".into(), plain(HiType::Prescription, within), "stuck"),
        ("no list", "Prescription".into(), plain(HiType::Prescription, within), "fails"),
    ];
    for (number, (why, hi_types, rows, matter)) in reasons.into_iter().enumerate() {
        let server = Server::new();
        let detail = &mut case["body"]["notification"]["consentDetail"];
        detail["hiTypes"] =
            if hi_types.is_array() { hi_types } else { serde_json::json!([hi_types]) };
        server.clinic.more.lock().unwrap().insert(context.to_owned(), rows);
        match matter {
            "gone" => drop(server.clinic.gone.lock().unwrap().insert("1".to_owned())),
            "stuck" => drop(server.clinic.stuck.lock().unwrap().insert("1".to_owned())),
            "fails" => *server.clinic.fails.lock().unwrap() = u32::MAX,
            _ => {}
        }
        granted_to(&server, &case).await;
        let hip = server.hip();
        let dates = (number, "2026-11-01T00:00:00.573565Z", "2026-11-28T23:59:59.573565Z");
        let answer = asked(&server, &hip, &case, dates).await;
        assert!(answer.error.is_none(), "{why}: {answer:?}");
        server
            .run(&hip, async {
                until("the report", || server.gateway.report().is_some()).await;
            })
            .await;
        assert!(server.gateway.records().is_empty(), "{why}");
        let (status, fates) = fates(&server);
        assert_eq!(status, SessionStatus::Failed, "{why}");
        assert!(!fates.is_empty(), "{why}: something is said");
        for (context, fate) in &fates {
            assert_eq!(*fate, HiStatus::Errored, "{why}: {context}");
        }
        assert!(fates.iter().any(|(own, _)| own == context), "{why}: {fates:?}");
    }
}

// Case 44, ruling 17.
#[tokio::test(start_paused = true)]
async fn case_44_refusals_around_the_link_token_are_told_apart() {
    let Some(case) = case("44-link-token-refused-by-demographics.json") else { return };
    for reply in case["bodies"].as_array().unwrap() {
        let (call, expected) = (reply["call"].as_str().unwrap(), reply["expect"].as_str().unwrap());
        let server = Server::new();
        let by_token = call == "on-generate-token";
        server.gateway.behave(|b| {
            if by_token {
                b.token_answers = [Answer::ByCallback(reply["body"].clone())].into();
            } else {
                b.link_answers = [Answer::AtOnce(400, reply["body"].to_string())].into();
            }
        });
        let outcome = linked(&server).await;
        let (tokens, links) =
            (server.gateway.count("GenerateLinkToken"), server.gateway.count("LinkCareContexts"));
        if expected.starts_with("already done") {
            assert!(outcome.unwrap().already);
            assert_eq!((tokens, links), (1, 1));
        } else if expected.contains("ask for one new token") {
            outcome.unwrap();
            assert_eq!((tokens, links), (2, 2), "a new token, once, and the call with it");
        } else {
            let error = outcome.unwrap_err();
            assert!(!error.is_retryable(), "{reply}: {error}");
            // As the catalogue has them (errors.md): who must act.
            let class = match expected {
                text if text.starts_with("user-input") => ErrorClass::UserInput,
                text if text.starts_with("blocked") => ErrorClass::Blocked,
                text if text.starts_with("caller bug") => ErrorClass::CallerBug,
                other => panic!("no class is known for {other}"),
            };
            let Error::NotLinked(failure) = &error else { panic!("{reply}: {error}") };
            assert_eq!(failure.class, class, "{reply}: {error}");
            // Without the blank and the colon of some.
            let code = reply.pointer("/body/error/code").or_else(|| reply.pointer("/body/code"));
            let code = code.unwrap().as_str().unwrap().trim_end_matches(": ");
            assert!(failure.has_code(code), "{reply}: {failure:?}");
            let expected_calls = if by_token { (1, 0) } else { (1, 1) };
            assert_eq!((tokens, links), expected_calls, "nothing is repeated by itself: {reply}");
            if expected.starts_with("user-input") {
                for named in ["ABHA profile", "name", "gender", "year of birth"] {
                    assert!(error.to_string().contains(named), "{error}");
                }
            }
        }
        // What is in the way is in the way of the next link, too: it is not asked about again
        // today.
        if expected.starts_with("blocked for 24 h") {
            linked(&server).await.unwrap_err();
            assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
        }
    }
}

/// What a discovery of a file is answered, by a register of these patients.
async fn discovered(server: &Server, case: &Value) -> DiscoveryAnswer {
    let hip = server.hip();
    let stand_in = Discovery::new(TRANSACTION.parse().unwrap(), SoughtPatient::default());
    let headers = HipAndAppHeaders::new(hip_id(), None);
    let call = Call::<OnDiscoverCareContexts>::new(stand_in).headers(headers);
    server.gateway.sends(call, Some(case["body"].to_string().into()));
    server
        .run(&hip, async {
            until("the answer", || server.gateway.count("AnswerDiscovery") == 1).await;
        })
        .await;
    server.gateway.bodies::<AnswerDiscovery>().remove(0)
}

// Case 32: of four patients with the telephones of the file the one with ten digits is searched for
// and found, the others never are.
#[tokio::test(start_paused = true)]
async fn case_32_empty_identifiers_match_nobody_and_ten_digits_are_compared_with_ten() {
    let Some(case) = case("32-discover-with-empty-identifiers.json") else { return };
    let server = Server::new();
    for (n, phone) in case["hmisPhoneNumbers"].as_array().unwrap().iter().enumerate() {
        let reference: PatientReference = format!("UHID-{n}").parse().unwrap();
        let mut registered = RegisteredPatient::new(reference.clone(), "Asha E.")
            .name("Asha Example")
            .gender("F")
            .year_of_birth(1999)
            .record_number("");
        if let Some(phone) = phone.as_str() {
            registered = registered.mobile(phone);
        }
        server.register.patients.lock().unwrap().push(registered);
        let date = "2026-01-02T10:30:00Z".parse().unwrap();
        let visit =
            Visit::new(format!("OPD-{n}").parse().unwrap(), "Visit", date, [HiType::Prescription]);
        server.register.visits.lock().unwrap().push((reference, visit));
    }
    let answer = discovered(&server, &case).await;
    let query = server.register.searches.lock().unwrap().pop().unwrap();
    assert_eq!(query.mobiles, ["9000000000"]);
    assert_eq!(query.abha_addresses, ["asha.example@sbx"]);
    assert!(query.abha_numbers.is_empty() && query.record_numbers.is_empty());
    let [element] = &answer.patient[..] else { panic!("{answer:?}") };
    assert_eq!(element.reference_number.as_str(), "UHID-2", "the one with ten digits");
    assert_eq!(answer.matched_by, [IdentifierType::Mobile]);
}

// Case 33.
#[tokio::test(start_paused = true)]
async fn case_33_one_person_registered_twice_is_offered_under_both_references() {
    let Some(case) = case("33-one-person-registered-twice.json") else { return };
    let server = Server::new();
    for patient in case["hmisPatients"].as_array().unwrap() {
        let text = |name: &str| patient[name].as_str().unwrap();
        let contexts = patient["unlinkedContexts"].as_array().unwrap().iter();
        let visits: Vec<_> =
            contexts.map(|c| (c.as_str().unwrap(), HiType::OpConsultation)).collect();
        server.register.knows(text("referenceNumber"), text("abhaAddress"), &visits);
    }
    for patient in server.register.patients.lock().unwrap().iter_mut() {
        // The file says nothing else of them.
        (patient.name, patient.gender, patient.year_of_birth) = (None, None, None);
        patient.mobiles.clear();
    }
    let answer = discovered(&server, &case).await;
    let offered: Vec<_> = answer
        .patient
        .iter()
        .map(|element| {
            let contexts = element.care_contexts.iter().map(|c| c.reference_number.to_string());
            (element.reference_number.as_str(), contexts.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        offered,
        [("UHID-1", vec!["OPD-1".to_owned()]), ("UHID-2", vec!["OPD-9".to_owned()])]
    );
    assert_eq!(answer.matched_by, [IdentifierType::AbhaAddress]);
}

// Case 40.
#[tokio::test(start_paused = true)]
async fn case_40_an_sms_is_accepted_or_failed_wherever_the_answer_says_so() {
    let Some(case) = case("40-sms-reply-with-status-on-top.json") else { return };
    for reply in case["bodies"].as_array().unwrap() {
        let server = Server::new();
        let mut body = reply["body"].clone();
        // The gateway fills in `response`; here the file's own spelling is the point.
        body.as_object_mut().unwrap().remove("resp");
        server.gateway.behave(|b| b.sms_answers.push_back(Answer::ByCallbackInResp(body)));
        let outcome = crate::sms::sent(&server, &server.hip()).await;
        let accepted = reply["expect"].as_str().unwrap().starts_with("accepted");
        match outcome {
            SmsState::Accepted => assert!(accepted, "{reply}"),
            SmsState::Failed(_) => assert!(!accepted, "{reply}"),
            other => panic!("{reply}: {other:?}"),
        }
    }
}

// Case 41.
#[tokio::test(start_paused = true)]
async fn case_41_an_init_that_is_an_error_ends_the_discovery_without_an_otp_or_an_answer() {
    let Some(case) = case("41-link-init-that-is-an-error.json") else { return };
    let server = Server::new();
    server.register.knows("UHID-1", "asha.test@sbx", &[("OPD-1", HiType::OpConsultation)]);
    let transaction: TransactionId =
        case["body"]["transactionId"].as_str().unwrap().parse().unwrap();
    let hip = server.hip();
    server
        .run(&hip, async {
            let headers = HipAndAppHeaders::new(hip_id(), None);
            let sought = SoughtPatient::new(address(), Vec::new());
            let call =
                Call::<OnDiscoverCareContexts>::new(Discovery::new(transaction.clone(), sought))
                    .headers(headers);
            server.gateway.sends(call, None);
            until("the offer", || server.gateway.count("AnswerDiscovery") == 1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let stand_in = LinkInit::new(transaction.clone(), address(), Vec::new());
            server.gateway.plays::<OnLinkInit>(&case, stand_in);
            tokio::time::sleep(Duration::from_secs(60)).await;
            let flow = hip.user_link(&transaction).await.unwrap().unwrap();
            let UserLinkState::Ended(UserLinkEnd::EndedByAbdm(failure)) = flow.state else {
                panic!("{:?}", flow.state)
            };
            assert!(failure.has_code("ABDM-1056"));
        })
        .await;
    assert_eq!(server.gateway.count("AnswerLinkInit"), 0);
    assert!(server.register.sent.lock().unwrap().is_empty());
    assert!(server.dead_letters::<UserLinkFlow>().await.is_empty());
}

// At the front door.
#[tokio::test(start_paused = true)]
async fn an_old_visit_and_a_new_one_in_one_link_are_told_apart() {
    let server = Server::new();
    server.gateway.behave(|b| b.linked = Some(["OPD-1".to_owned()].into()));
    let both = patient().visit(Visit::new(
        "OPD-9".parse().unwrap(),
        "OPD visit 9",
        "2026-01-02T10:30:00Z".parse().unwrap(),
        [HiType::OpConsultation],
    ));
    let hip = server.hip();
    let (linked, contexts) = server
        .run(&hip, async {
            let link = hip.link(both).await.unwrap();
            (link.finished(LONG).await.unwrap(), link.contexts().await.unwrap())
        })
        .await;
    assert!(!linked.already);
    assert_eq!(linked.fresh, ["OPD-9".parse().unwrap()]);
    assert_eq!(linked.before, ["OPD-1".parse().unwrap()]);
    let became: Vec<_> = contexts.into_iter().map(|(_, became)| became.unwrap()).collect();
    assert_eq!(became, [ContextOutcome::Already, ContextOutcome::Linked]);
    let now_linked = server.gateway.behaviour.lock().unwrap().linked.clone().unwrap();
    assert!(now_linked.contains("OPD-9"));
    assert_eq!(server.clinic.heard(), ["linked", "linked"]);
}
