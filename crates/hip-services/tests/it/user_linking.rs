//! A patient finds and links their records from their own app.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::error::CallbackError;
use abdm_core::headers::{HIP_ID, HIU_ID, HipAndAppHeaders, HipHeaders};
use abdm_core::id::{HipId, PatientReference, TransactionId};
use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::vocabulary::{Gender, HiType};
use async_trait::async_trait;
use bytes::Bytes;
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, ChosenCareContexts, Discovery,
    DiscoveryAnswer, Identifier, IdentifierType, LinkConfirm, LinkConfirmAnswer, LinkInit,
    LinkInitAnswer, LinkOtp, LinkReference, OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit,
    SoughtPatient,
};
use hip_services::flow::{UserLinkEnd, UserLinkFlow, UserLinkState};
use hip_services::patient_index::{PatientIndex, PatientQuery, Proof, RegisteredPatient};
use hip_services::{Error, Hip, HipEvent, HospitalError, LinkedBy, OtpMessage, OtpSender, Visit};
use tracing::Level;

use crate::clinic::{Server, patient, until};
use crate::gateway::{address, hip_id};
use crate::hip_linking::holds;

pub(crate) const TRANSACTION: &str = "f901b782-bfdf-4224-9f8d-da2cadc20c0d";

/// A register of patients, their visits, and an SMS service.
#[derive(Clone, Default)]
pub(crate) struct Register {
    pub(crate) patients: Arc<Mutex<Vec<RegisteredPatient>>>,
    pub(crate) visits: Arc<Mutex<Vec<(PatientReference, Visit)>>>,
    /// The OTPs that were sent, with where to.
    pub(crate) sent: Arc<Mutex<Vec<OtpMessage>>>,
    /// How often it was searched.
    pub(crate) searches: Arc<Mutex<Vec<PatientQuery>>>,
    pub(crate) hangs: Arc<AtomicBool>,
    /// The SMS service fails so often.
    pub(crate) sms_fails: Arc<Mutex<u32>>,
    pub(crate) sms_hangs: Arc<AtomicBool>,
    /// Search fails so often.
    pub(crate) fails: Arc<Mutex<u32>>,
}

fn fails(left: &Mutex<u32>) -> Result<(), HospitalError> {
    let mut left = left.lock().unwrap();
    if *left > 0 {
        *left -= 1;
        return Err(HospitalError::new("no connection for Asha"));
    }
    Ok(())
}

#[async_trait]
impl PatientIndex for Register {
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        self.searches.lock().unwrap().push(wanted.clone());
        fails(&self.fails)?;
        Ok(self.patients.lock().unwrap().clone())
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        let visits = self.visits.lock().unwrap();
        Ok(visits.iter().filter(|(own, _)| own == patient).map(|(_, v)| v.clone()).collect())
    }
}

#[async_trait]
impl OtpSender for Register {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        if self.sms_hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        fails(&self.sms_fails)?;
        self.sent.lock().unwrap().push(otp.clone());
        Ok(())
    }
}

impl Register {
    pub(crate) fn last_otp(&self) -> String {
        self.sent.lock().unwrap().last().unwrap().code.expose().to_owned()
    }

    /// A patient whose ABHA address is proven.
    pub(crate) fn knows(&self, reference: &str, address: &str, visits: &[(&str, HiType)]) {
        let reference: PatientReference = reference.parse().unwrap();
        let patient = RegisteredPatient::new(reference.clone(), "Asha T.")
            .name("Asha Test Kumari")
            .gender(Gender::Female)
            .year_of_birth(1988)
            .abha_address(address, Proof::Proven)
            .mobile("+91 99999-99999");
        self.patients.lock().unwrap().push(patient);
        for (visit, hi_type) in visits {
            let visit = Visit::new(
                visit.parse().unwrap(),
                format!("Visit {visit}"),
                "2026-01-02T10:30:00Z".parse().unwrap(),
                [hi_type.clone()],
            );
            self.visits.lock().unwrap().push((reference.clone(), visit));
        }
    }
}

pub(crate) fn sought() -> SoughtPatient {
    let mobile = Identifier::new(IdentifierType::Mobile, "9999999999");
    let mut sought = SoughtPatient::new(address(), vec![mobile]);
    sought.name = Some("Asha Test Kumari".to_owned());
    sought.gender = Some(Gender::Female);
    sought.year_of_birth = Some(1988);
    sought
}

pub(crate) fn transaction() -> TransactionId {
    TRANSACTION.parse().unwrap()
}

pub(crate) fn discovers(server: &Server, sought: SoughtPatient) {
    let headers = HipAndAppHeaders::new(hip_id(), Some("sbx_001".parse().unwrap()));
    let body = Discovery::new(transaction(), sought);
    server.gateway.sends(Call::<OnDiscoverCareContexts>::new(body).headers(headers), None);
}

/// Another discovery of the same patient.
pub(crate) fn discovers_again(server: &Server, transaction: &str) {
    let body = Discovery::new(transaction.parse().unwrap(), sought());
    let headers = HipAndAppHeaders::new(hip_id(), None);
    server.gateway.sends(Call::<OnDiscoverCareContexts>::new(body).headers(headers), None);
}

pub(crate) fn chooses(server: &Server, elements: &[PatientCareContexts]) {
    chooses_in(server, transaction(), elements);
}

/// The same of what another discovery has offered.
pub(crate) fn chooses_in(
    server: &Server,
    transaction: TransactionId,
    elements: &[PatientCareContexts],
) {
    let chosen = elements.iter().map(|element| {
        let contexts = element.care_contexts.iter().map(|c| c.reference_number.clone().into());
        ChosenCareContexts::new(
            element.reference_number.clone(),
            element.hi_type.clone(),
            contexts.collect(),
        )
    });
    let init = LinkInit::new(transaction, address(), chosen.collect());
    server.gateway.call_back::<OnLinkInit>(hip_id(), Duration::from_millis(1), init);
}

pub(crate) fn types(server: &Server, link: &LinkReference, otp: &str) {
    let confirm = LinkConfirm::new(link.clone(), LinkOtp::new(otp));
    server.gateway.call_back::<OnLinkConfirm>(hip_id(), Duration::from_millis(1), confirm);
}

/// What ABDM was answered, once it was answered so often.
async fn answers<E: abdm_core::endpoint::Endpoint>(server: &Server, count: usize) -> E::Request {
    let name = E::META.name;
    until(name, || server.gateway.count(name) >= count).await;
    server.gateway.bodies::<E>().remove(count - 1)
}

pub(crate) async fn discovered(server: &Server) -> DiscoveryAnswer {
    answers::<AnswerDiscovery>(server, 1).await
}

pub(crate) async fn link_of(server: &Server, count: usize) -> LinkReference {
    let init: LinkInitAnswer = answers::<AnswerLinkInit>(server, count).await;
    init.link.unwrap().reference_number
}

pub(crate) async fn confirmed(server: &Server, count: usize) -> LinkConfirmAnswer {
    answers::<AnswerLinkConfirm>(server, count).await
}

fn message(error: Option<CallbackError>) -> String {
    let error = error.expect("an error");
    format!("{} {}", error.code.unwrap().as_str(), error.message)
}

pub(crate) fn asha() -> Server {
    let server = Server::new();
    let visits = [("OPD-1", HiType::OpConsultation), ("OPD-2", HiType::Prescription)];
    server.register.knows("UHID-000123", "asha.test@sbx", &visits);
    server
}

async fn ended(hip: &Hip) -> UserLinkEnd {
    for _ in 0..36_000 {
        let flow = hip.user_link(&transaction()).await.unwrap();
        if let Some(UserLinkState::Ended(end)) = flow.map(|flow| flow.state) {
            return end;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never ended")
}

#[tokio::test(start_paused = true)]
async fn a_patient_finds_chooses_types_the_otp_and_has_that_visit_linked() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            assert_eq!(found.error, None);
            assert_eq!(found.patient.len(), 2, "{found:?}");
            assert_eq!(found.matched_by, [IdentifierType::AbhaAddress]);
            let hiu = server.gateway.header::<AnswerDiscovery>(HIU_ID);
            assert_eq!(hiu.as_deref(), Some("sbx_001"));
            chooses(&server, &found.patient[1..]);
            let link = link_of(&server, 1).await;
            let otp = server.register.sent.lock().unwrap().last().unwrap().clone();
            assert_eq!(otp.mobile, "9999999999");
            types(&server, &link, &server.register.last_otp());
            let linked = confirmed(&server, 1).await;
            assert_eq!(linked.error, None);
            assert_eq!(linked.patient, found.patient[1..]);
            let hip_header = server.gateway.header::<AnswerLinkConfirm>(HIP_ID);
            assert_eq!(hip_header.as_deref(), Some(hip_id().as_str()));
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
            let listed = hip.linked_contexts(&address()).await.unwrap();
            let [only] = &listed[..] else { panic!("{listed:?}") };
            assert_eq!(only.care_context.as_str(), "OPD-2");
            assert_eq!(only.linked_by, LinkedBy::Patient);
        })
        .await;
    assert_eq!(server.clinic.heard(), ["discovery-answered", "linked"]);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_has_deleted_the_account_is_offered_nothing_and_sent_no_otp() {
    use hip_services::api::patient_status::AbhaStanding;
    // Deleted before the search; and between the offer and the choice.
    for is_offered in [false, true] {
        let server = asha();
        let hip = server.hip();
        server
            .run(&hip, async {
                if is_offered {
                    discovers(&server, sought());
                    let offered = discovered(&server).await;
                    crate::patient_status::tells(&server, AbhaStanding::Deleted);
                    let gone = || server.clinic.heard().contains(&"patient-status-changed");
                    until("the deletion", gone).await;
                    chooses(&server, &offered.patient);
                    let answer = answers::<AnswerLinkInit>(&server, 1).await;
                    assert_eq!(message(answer.error), "ABDM-1086 Transaction expired.");
                } else {
                    crate::patient_status::tells(&server, AbhaStanding::Deleted);
                    let gone = || server.clinic.heard().contains(&"patient-status-changed");
                    until("the deletion", gone).await;
                    discovers(&server, sought());
                    let answer = discovered(&server).await;
                    assert!(answer.patient.is_empty());
                    assert_eq!(message(answer.error), "ABDM-1010 Patient not found");
                }
            })
            .await;
        assert!(server.register.sent.lock().unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_init_and_a_confirmation_after_the_end_are_refused_and_the_end_is_still_told() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
            chooses(&server, &found.patient[1..]);
            let late = answers::<AnswerLinkInit>(&server, 2).await;
            assert_eq!(message(late.error), "ABDM-1086 Transaction expired.");
            types(&server, &link, "000000");
            let late = confirmed(&server, 2).await;
            assert_eq!(message(late.error), "ABDM-1056 Invalid Link Reference Number");
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
    assert_eq!(server.register.sent.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_comes_again_after_the_link_gets_the_same_answer_again() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            types(&server, &link, &server.register.last_otp());
            // Once while ABDM is being told, once later, and once when the OTP's time is over.
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
            let first = confirmed(&server, 1).await;
            let second = confirmed(&server, 2).await;
            tokio::time::sleep(Duration::from_secs(120)).await;
            types(&server, &link, &server.register.last_otp());
            let third = confirmed(&server, 3).await;
            tokio::time::sleep(Duration::from_secs(3600)).await;
            types(&server, &link, &server.register.last_otp());
            let late = confirmed(&server, 4).await;
            assert_eq!(message(late.error), "ABDM-1035 OTP expired. Ask for a new OTP");
            for again in [second, third] {
                assert_eq!(again.error, None);
                assert_eq!(again.patient, first.patient);
                assert_ne!(again.response, first.response, "it answers its own confirmation");
            }
        })
        .await;
    assert_eq!(server.clinic.heard(), ["discovery-answered", "linked"]);
    assert!(server.dead_letters::<UserLinkFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_abdm_refuses_is_told_with_its_code_and_not_as_answered() {
    listen(Level::INFO);
    let server = asha();
    let words = r#"{"code":"ABDM-1059","message":"Asha: Invalid Care Contexts count"}"#.to_owned();
    server.gateway.behave(|b| {
        b.answers.insert("AnswerDiscovery", [(400, words)].into());
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let UserLinkEnd::NotHeard(failure) = ended(&hip).await else { panic!() };
            assert!(failure.has_code("ABDM-1059"), "{failure:?}");
            until("the hospital hears", || !server.clinic.heard().is_empty()).await;
        })
        .await;
    let events = server.clinic.events.lock().unwrap();
    let [HipEvent::UserLinkFailed { transaction_id, failure, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*transaction_id, transaction());
    assert!(failure.has_code("ABDM-1059"));
    let log = logged();
    let told = |line: &&str| line.contains("WARN") && line.contains("ABDM-1059");
    assert_eq!(log.lines().filter(told).count(), 1, "{log}");
    let personal = ["Asha", "asha", "9999999999", "UHID-000123"];
    assert_eq!(shows(&log, personal), None, "{log}");
}

/// A search whose patient cannot be opened any more, since the key has changed meanwhile.
#[tokio::test(start_paused = true)]
async fn a_search_that_nobody_can_finish_is_answered_while_the_app_waits() {
    let mut server = asha();
    server.unsealed = true;
    server.register.hangs.store(true, Ordering::Relaxed);
    let hip = server.hip();
    let began = server.gateway.now();
    let run = server.run(&hip, async {
        discovers(&server, sought());
        tokio::time::sleep(Duration::from_secs(1)).await;
    });
    run.await;
    let hip = server.hip_with_another_key();
    server
        .run(&hip, async {
            let failed = discovered(&server).await;
            assert_eq!(message(failed.error), "ABDM-1024 Dependent service unavailable");
            let took = server.gateway.now() - began;
            assert!(took < chrono::TimeDelta::seconds(10), "{took}");
            assert_eq!(ended(&hip).await, UserLinkEnd::NothingOffered);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_sms_service_that_never_answers_is_told_to_the_app_within_a_minute() {
    let server = asha();
    server.register.sms_hangs.store(true, Ordering::Relaxed);
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            let began = server.gateway.now();
            chooses(&server, &found.patient[..1]);
            let failed = answers::<AnswerLinkInit>(&server, 1).await;
            assert_eq!(message(failed.error), "ABDM-1024 Dependent service unavailable");
            let took = server.gateway.now() - began;
            assert!(took < chrono::TimeDelta::seconds(61), "{took}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_init_leaves_the_earlier_otp_to_be_typed() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            let mut unknown = found.patient[1].clone();
            unknown.care_contexts[0].reference_number = "OPD-99".parse().unwrap();
            chooses(&server, &[unknown]);
            let refused = answers::<AnswerLinkInit>(&server, 2).await;
            assert_eq!(message(refused.error), "ABDM-1057 Invalid Care Contexts");
            types(&server, &link, &server.register.last_otp());
            let linked = confirmed(&server, 1).await;
            assert_eq!((linked.error, &linked.patient[..]), (None, &found.patient[..1]));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_searches_again_and_again_has_no_more_otps_sent_to_one_number_than_a_day_allows() {
    let server = asha();
    let builder = server.builder(server.clinic.clone()).link_otps_per_day(2);
    let hip = builder.build().unwrap();
    server.gateway.calls_back(&hip);
    let mut count = 0;
    let mut asks = async |transaction: &str| {
        count += 1;
        discovers_again(&server, transaction);
        let found = answers::<AnswerDiscovery>(&server, count).await;
        chooses_in(&server, transaction.parse().unwrap(), &found.patient[..1]);
        answers::<AnswerLinkInit>(&server, count).await
    };
    server
        .run(&hip, async {
            for transaction in ["t-1", "t-2"] {
                assert_eq!(asks(transaction).await.error, None);
            }
            for transaction in ["t-3", "t-4"] {
                let told = message(asks(transaction).await.error);
                assert_eq!(told, "ABDM-1010 Too many OTPs today. Try again tomorrow");
            }
            assert_eq!(server.register.sent.lock().unwrap().len(), 2);
            tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
            assert_eq!(asks("t-5").await.error, None);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_sms_service_that_always_fails_is_not_tried_without_end_by_new_searches() {
    let server = asha();
    *server.register.sms_fails.lock().unwrap() = u32::MAX;
    let builder = server.builder(server.clinic.clone()).link_otps_per_day(2);
    let hip = builder.build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            for n in 1..=5 {
                let transaction = format!("t-{n}");
                discovers_again(&server, &transaction);
                let found = answers::<AnswerDiscovery>(&server, n).await;
                chooses_in(&server, transaction.parse().unwrap(), &found.patient[..1]);
                let told = message(answers::<AnswerLinkInit>(&server, n).await.error);
                let expected = match n {
                    1 | 2 => "ABDM-1024 Dependent service unavailable",
                    _ => "ABDM-1010 Too many OTPs today. Try again tomorrow",
                };
                assert_eq!(told, expected, "{n}");
            }
        })
        .await;
    assert_eq!(u32::MAX - *server.register.sms_fails.lock().unwrap(), 6);
}

#[tokio::test(start_paused = true)]
async fn no_mobile_number_stands_in_the_account_of_a_days_otps() {
    let mut server = asha();
    server.unsealed = true;
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
    let stored = server.memory.to_snapshot_bytes().unwrap();
    assert!(holds(&stored, "hip.link_otp_day"));
    assert!(!holds(&stored, "9999999999"));
}

/// The raw body of an init of the running discovery.
fn chooses_raw(server: &Server, patient: &str) {
    let stand_in = LinkInit::new(transaction(), address(), Vec::new());
    let call = Call::<OnLinkInit>::new(stand_in).headers(HipHeaders { hip_id: hip_id() });
    let body = format!(
        r#"{{"transactionId":"{TRANSACTION}","abhaAddress":"asha.test@sbx","patient":{patient}}}"#
    );
    server.gateway.sends(call, Some(Bytes::from(body)));
}

#[tokio::test(start_paused = true)]
async fn an_init_with_an_odd_element_is_refused_and_the_next_one_is_dealt_with() {
    let server = asha();
    let hip = server.hip();
    let of = |context: &str| {
        format!(r#"[{{"referenceNumber":"UHID-000123","careContexts":[{context}]}}]"#)
    };
    let odd = [
        of(r#"{"referenceNumber":""}"#),
        of(r#"{"referenceNumber":{"id":"OPD-1"}}"#),
        of(r#"{"referenceNumber":null}"#),
        of(r#""OPD-1""#),
        of(r#"{"referenceNumber":"OPD-1"},7"#),
        of(r#"{"referenceNumber":"OPD-99"}"#),
        r#"[{"referenceNumber":"","careContexts":[{"referenceNumber":"OPD-1"}]}]"#.to_owned(),
        r#"[{"careContexts":[{"referenceNumber":"OPD-1"}]}]"#.to_owned(),
        r#""UHID-000123""#.to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
    ];
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            for (n, patient) in odd.iter().enumerate() {
                chooses_raw(&server, patient);
                let refused = answers::<AnswerLinkInit>(&server, n + 1).await;
                assert_eq!(message(refused.error), "ABDM-1057 Invalid Care Contexts", "{patient}");
            }
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, odd.len() + 1).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
    assert!(server.dead_letters::<UserLinkFlow>().await.is_empty());
    assert_eq!(server.waiting::<UserLinkFlow>().await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_and_a_discovery_of_an_odd_shape_are_answered() {
    let server = asha();
    let hip = server.hip();
    let confirmations = [
        "{}",
        r#"{"confirmation":null}"#,
        r#"{"confirmation":{"linkRefNumber":7,"token":"123456"}}"#,
        r#"{"confirmation":{"linkRefNumber":"","token":123456}}"#,
        r#"{"confirmation":[]}"#,
        "[]",
    ];
    let discoveries = ["null", "7", r#""asha.test@sbx""#, r#"{"id":["asha.test@sbx"]}"#];
    server
        .run(&hip, async {
            for (n, raw) in confirmations.iter().enumerate() {
                let stand_in = LinkConfirm::new("link".parse().unwrap(), LinkOtp::new("123456"));
                let call = Call::<OnLinkConfirm>::new(stand_in);
                let call = call.headers(HipHeaders { hip_id: hip_id() });
                server.gateway.sends(call, Some(Bytes::from_static(raw.as_bytes())));
                let refused = confirmed(&server, n + 1).await;
                let told = message(refused.error);
                assert_eq!(told, "ABDM-1056 Invalid Link Reference Number", "{raw}");
            }
            for (n, patient) in discoveries.iter().enumerate() {
                let stand_in = Discovery::new(transaction(), sought());
                let headers = HipAndAppHeaders::new(hip_id(), None);
                let call = Call::<OnDiscoverCareContexts>::new(stand_in).headers(headers);
                let raw = format!(r#"{{"transactionId":"odd-{n}","patient":{patient}}}"#);
                server.gateway.sends(call, Some(Bytes::from(raw)));
                let nobody = answers::<AnswerDiscovery>(&server, n + 1).await;
                assert_eq!(message(nobody.error), "ABDM-1010 Patient not found", "{patient}");
            }
            // One odd identifier beside the patient hides nobody.
            let stand_in = Discovery::new(transaction(), sought());
            let headers = HipAndAppHeaders::new(hip_id(), None);
            let call = Call::<OnDiscoverCareContexts>::new(stand_in).headers(headers);
            let raw = r#"{"transactionId":"odd","patient":{"id":"asha.test@sbx","verifiedIdentifiers":["MOBILE"],
                "unverifiedIdentifiers":7,"name":"Asha Test Kumari","gender":"F","yearOfBirth":1988}}"#;
            server.gateway.sends(call, Some(Bytes::from_static(raw.as_bytes())));
            let found = answers::<AnswerDiscovery>(&server, discoveries.len() + 1).await;
            assert_eq!((found.error, found.patient.len()), (None, 2));
        })
        .await;
    assert!(server.dead_letters::<UserLinkFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_display_that_abdm_would_refuse_is_left_out_and_the_patient_number_shown() {
    let server = asha();
    server.register.patients.lock().unwrap()[0].display = "आशा; टेस्ट".to_owned();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            assert_eq!((found.error, found.patient.len()), (None, 2));
            for element in &found.patient {
                assert_eq!(element.display, element.reference_number.as_str());
            }
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_linked_is_not_offered_again_and_all_linked_is_told_so() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            // The facility links OPD-1, the patient the other.
            let link = hip.link(patient().without_notice()).await.unwrap();
            link.finished(Duration::from_secs(600)).await.unwrap();
            discovers(&server, sought());
            let found = discovered(&server).await;
            let [element] = &found.patient[..] else { panic!("{found:?}") };
            assert_eq!(element.care_contexts[0].reference_number.as_str(), "OPD-2");
            chooses(&server, &found.patient);
            let link = link_of(&server, 1).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
            discovers_again(&server, "another");
            let again = answers::<AnswerDiscovery>(&server, 2).await;
            assert!(again.patient.is_empty());
            assert_eq!(message(again.error), "ABDM-1010 No new health record to link");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_visit_that_is_linked_after_it_was_offered_brings_no_otp() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            let link = hip.link(patient().without_notice()).await.unwrap();
            link.finished(Duration::from_secs(600)).await.unwrap();
            chooses(&server, &found.patient[..1]);
            let init = answers::<AnswerLinkInit>(&server, 1).await;
            let told = message(init.error);
            assert_eq!(told, "ABDM-1056 This care contexts has been already linked");
        })
        .await;
    assert!(server.register.sent.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_found_under_another_name_and_the_operator_learns_why_without_names() {
    let server = Server::new();
    server.register.knows("UHID-000123", "someone.else@sbx", &[("OPD-1", HiType::Prescription)]);
    let hip = server.hip();
    server
        .run(&hip, async {
            let mut other = sought();
            other.name = Some("Meera Iyer".to_owned());
            discovers(&server, other);
            let nobody = discovered(&server).await;
            assert!(nobody.patient.is_empty() && nobody.matched_by.is_empty());
            assert_eq!(message(nobody.error), "ABDM-1010 Patient not found");
            assert_eq!(ended(&hip).await, UserLinkEnd::NothingOffered);
        })
        .await;
    let events = server.clinic.events.lock().unwrap();
    let [HipEvent::DiscoveryAnswered { offered, explanation, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert!(offered.is_empty());
    assert!(!explanation.is_empty());
    for personal in ["Meera", "Asha", "9999999999", "someone"] {
        assert!(!explanation.contains(personal), "{explanation}");
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_and_stale_otps_are_refused_and_a_new_one_links() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let first = link_of(&server, 1).await;
            let first_otp = server.register.last_otp();
            types(&server, &first, "000000");
            let wrong = confirmed(&server, 1).await;
            assert_eq!(message(wrong.error), "ABDM-1035 OTP does not matched");
            tokio::time::sleep(Duration::from_secs(601)).await;
            types(&server, &first, &first_otp);
            let late = confirmed(&server, 2).await;
            assert_eq!(message(late.error), "ABDM-1035 OTP expired. Ask for a new OTP");
            chooses(&server, &found.patient[..1]);
            let second = link_of(&server, 2).await;
            assert_ne!(first, second);
            types(&server, &first, &server.register.last_otp());
            let old = confirmed(&server, 3).await;
            assert_eq!(message(old.error), "ABDM-1056 Invalid Link Reference Number");
            types(&server, &second, &server.register.last_otp());
            assert_eq!(confirmed(&server, 4).await.error, None);
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn doubled_callbacks_send_one_otp_and_link_once() {
    let server = asha();
    server.gateway.behave(|b| b.doubles = true);
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert_eq!(server.gateway.count("AnswerDiscovery"), 1);
            server.gateway.behave(|b| b.doubles = false);
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            server.gateway.behave(|b| b.doubles = true);
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
            tokio::time::sleep(Duration::from_secs(5)).await;
        })
        .await;
    assert_eq!(server.register.sent.lock().unwrap().len(), 1);
    assert_eq!(server.clinic.heard(), ["discovery-answered", "linked"]);
}

#[tokio::test(start_paused = true)]
async fn a_register_that_never_answers_is_told_to_the_app_within_its_ten_seconds() {
    let server = asha();
    server.register.hangs.store(true, Ordering::Relaxed);
    let hip = server.hip();
    let began = server.gateway.now();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let failed = discovered(&server).await;
            assert_eq!(message(failed.error), "ABDM-1024 Dependent service unavailable");
            let took = server.gateway.now() - began;
            assert!(took < chrono::TimeDelta::seconds(10), "{took}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_register_and_an_sms_service_that_fail_once_are_asked_again() {
    let server = asha();
    *server.register.fails.lock().unwrap() = 1;
    *server.register.sms_fails.lock().unwrap() = 2;
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            assert_eq!(found.error, None);
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
    assert_eq!(server.register.sent.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_otp_that_cannot_be_sent_is_told_and_may_be_asked_for_again() {
    let server = asha();
    *server.register.sms_fails.lock().unwrap() = 3;
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let failed = answers::<AnswerLinkInit>(&server, 1).await;
            assert!(failed.link.is_none());
            assert_eq!(message(failed.error), "ABDM-1024 Dependent service unavailable");
            tokio::time::sleep(Duration::from_secs(1)).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 2).await;
            types(&server, &link, &server.register.last_otp());
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn another_process_takes_the_link_up_where_the_first_one_died() {
    let server = asha();
    let hip = server.hip();
    let found = server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            link_of(&server, 1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            found
        })
        .await;
    let link = link_of(&server, 1).await;
    let hip = server.hip();
    server
        .run(&hip, async {
            types(&server, &link, &server.register.last_otp());
            let linked = confirmed(&server, 1).await;
            assert_eq!(linked.patient, found.patient[..1]);
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn inits_and_confirmations_of_nothing_known_are_answered_with_an_error() {
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            let visits = [Visit::new(
                "OPD-1".parse().unwrap(),
                "Visit",
                "2026-01-02T10:30:00Z".parse().unwrap(),
                [HiType::OpConsultation],
            )];
            let chosen = ChosenCareContexts::new(
                "UHID-000123".parse().unwrap(),
                HiType::OpConsultation,
                visits.iter().map(|visit| visit.reference.clone().into()).collect(),
            );
            let init = LinkInit::new("unknown".parse().unwrap(), address(), vec![chosen]);
            server.gateway.call_back::<OnLinkInit>(hip_id(), Duration::from_millis(1), init);
            let init = answers::<AnswerLinkInit>(&server, 1).await;
            assert_eq!(message(init.error), "ABDM-1086 Transaction expired.");
            types(&server, &"unknown".parse().unwrap(), "123456");
            let confirm = confirmed(&server, 1).await;
            assert_eq!(message(confirm.error), "ABDM-1056 Invalid Link Reference Number");
        })
        .await;
    assert!(server.register.sent.lock().unwrap().is_empty());
    assert!(server.dead_letters::<UserLinkFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hip_without_a_register_finds_nobody() {
    let server = Server::new();
    let hip = Hip::builder(hip_id(), server.client())
        .hospital(server.clinic.clone())
        .in_memory()
        .unwrap()
        .build()
        .unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            discovers(&server, sought());
            let nobody = discovered(&server).await;
            assert_eq!(message(nobody.error), "ABDM-1010 Patient not found");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn no_otp_stands_in_the_store_even_where_nothing_is_sealed() {
    let mut server = asha();
    server.unsealed = true;
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            link_of(&server, 1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        })
        .await;
    let stored = server.memory.to_snapshot_bytes().unwrap();
    assert!(holds(&stored, "UHID-000123"), "the search must see what is stored");
    assert!(!holds(&stored, &server.register.last_otp()));
}

#[tokio::test]
async fn a_fixed_otp_is_refused_in_production_and_a_time_of_a_day_everywhere() {
    use abdm_core::client::AbdmClient;
    use abdm_core::environment::Environment;
    use abdm_core::secret::{ClientSecret, Otp};
    use abdm_core::session::Credentials;

    let server = Server::new();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
    let production = AbdmClient::new(Environment::production(), credentials).unwrap();
    let otp = || Otp::new("123456").unwrap();
    let builder = |client| {
        Hip::builder(hip_id(), client).hospital(server.clinic.clone()).in_memory().unwrap()
    };
    let refused = builder(production).fixed_link_otp(otp()).build().unwrap_err();
    assert!(matches!(refused, Error::Setting { setting: "fixed_link_otp", .. }), "{refused}");
    builder(server.client()).fixed_link_otp(otp()).build().unwrap();
    let a_day = Duration::from_secs(86_400);
    let refused = builder(server.client()).link_otp_valid_for(a_day).build().unwrap_err();
    assert!(matches!(refused, Error::Setting { setting: "link_otp_valid_for", .. }), "{refused}");
    let refused = builder(server.client()).link_otps_per_day(0).build().unwrap_err();
    assert!(matches!(refused, Error::Setting { setting: "link_otps_per_day", .. }), "{refused}");
}
