//! A patient finds and links their records from their own app.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::error::CallbackError;
use abdm_core::headers::{HIP_ID, HIU_ID, HipAndAppHeaders};
use abdm_core::id::{HipId, PatientReference, TransactionId};
use abdm_core::vocabulary::{Gender, HiType};
use async_trait::async_trait;
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

pub(crate) fn chooses(server: &Server, elements: &[PatientCareContexts]) {
    let chosen = elements.iter().map(|element| {
        let contexts = element.care_contexts.iter().map(|c| c.reference_number.clone().into());
        ChosenCareContexts::new(
            element.reference_number.clone(),
            element.hi_type.clone(),
            contexts.collect(),
        )
    });
    let init = LinkInit::new(transaction(), address(), chosen.collect());
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
            types(&server, &link, &server.register.last_otp());
            let late = confirmed(&server, 2).await;
            assert_eq!(message(late.error), "ABDM-1056 Invalid Link Reference Number");
            assert_eq!(ended(&hip).await, UserLinkEnd::Linked);
        })
        .await;
    assert_eq!(server.register.sent.lock().unwrap().len(), 1);
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
            let body = Discovery::new("another".parse().unwrap(), sought());
            let headers = HipAndAppHeaders::new(hip_id(), None);
            server.gateway.sends(Call::<OnDiscoverCareContexts>::new(body).headers(headers), None);
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
}
