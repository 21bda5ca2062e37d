//! A PHR app of others, with a login of its own and a callback URL (phr-simulator.md 2, 3).

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::RequestId;
use abdm_core::secret::PhrToken;
use abdm_sandbox::api::patient_app::{
    AskRunningToken, Choice, ConfirmLink, DiscoverCareContexts, InitLink, OnLinkOffered,
    OnProfileShared, OnRecordsFound, OnRecordsLinked, OnTokenServed, RecordSearch, ShareProfile,
};
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Role, Sandbox};
use hip_services::api::sharing::{
    AcknowledgeShare, AnswerRunningToken, IssuedToken, OnPatientShare, OnRunningTokenStatus,
    PatientShare, RunningToken, RunningTokenAnswer, RunningTokenQuery, ShareAcknowledgement,
    SharedPatient,
};
use hip_services::api::user_linking::{Confirmation, LinkConfirmAnswer, LinkOtp};
use serde_json::json;

use super::{
    RAVI, REFERENCE, asked, found, inited, judged, linked, offered, soon, transaction, typed,
    visits,
};
use crate::hip_linking::hip;
use crate::lobby::easy;
use crate::phr_app::by_address;
use crate::support::{Arrived, Desk, clinic};

const APP: &str = "MY-PHR-APP";
const COUNTER: &str = "OPD1";

/// An app with a user.
struct App {
    desk: Desk,
    token: PhrToken,
}

impl App {
    /// Ravi logs in to it, as on his phone.
    async fn of_ravi() -> (Sandbox, Desk, Self) {
        let (sandbox, lobby) = easy().await;
        let token = by_address(&lobby, RAVI).await.session().token.expose().to_owned();
        let clinic = clinic(&sandbox).await;
        let desk = Desk::open(&sandbox, Party::Other("app".to_owned()), APP, Role::Hiu).await;
        (sandbox, clinic, Self { desk, token: PhrToken::new(token) })
    }

    /// Sends a call under the app's id, and gives its `REQUEST-ID`.
    async fn sends<E>(&self, body: E::Request) -> RequestId
    where
        E: Endpoint<Headers = HiuHeaders, Auth = abdm_core::endpoint::SessionAndPhrUser, Path = ()>,
    {
        let call = Call::<E>::new(body).headers(HiuHeaders { hiu_id: APP.parse().unwrap() });
        self.desk.send(call.by(self.token.clone())).await.unwrap().request_id
    }

    /// What it is called back with for a call of its own.
    async fn hears<E: Endpoint>(&self, of: RequestId) -> Arrived {
        let arrived = self.desk.next(E::META.path).await;
        assert_eq!(arrived.header("x-hiu-id"), Some(APP));
        assert_eq!(arrived.header("x-cm-id"), None);
        assert_eq!(arrived.answers(), of.to_string());
        arrived
    }
}

#[tokio::test]
async fn an_app_of_others_finds_chooses_and_confirms_by_callbacks_of_its_own() {
    let (sandbox, clinic, app) = App::of_ravi().await;
    let search = app.sends::<DiscoverCareContexts>(RecordSearch::new(hip(), Vec::new())).await;
    let discovery = asked(&clinic).await;
    clinic.send(found(&discovery, visits(&["OPD-1", "OPD-2"]))).await.unwrap();
    let told = app.hears::<OnRecordsFound>(search).await;
    assert_eq!(told.text("/transactionId"), discovery.text("/transactionId"));
    let contexts = told.at("/patient/0/careContexts").as_array().unwrap();
    assert_eq!((contexts.len(), &told.body["error"]), (2, &json!(null)));
    assert!(told.body["createdAt"].is_string());

    let choice = Choice::new(transaction(&discovery), visits(&["OPD-2"]));
    let choice = app.sends::<InitLink>(choice).await;
    let init = inited(&clinic).await;
    clinic.send(offered(&init, REFERENCE, soon())).await.unwrap();
    let told = app.hears::<OnLinkOffered>(choice).await;
    assert_eq!(told.text("/link/referenceNumber"), REFERENCE);

    let confirmation = || Confirmation::new(REFERENCE.parse().unwrap(), LinkOtp::new("123456"));
    let wrong = app.sends::<ConfirmLink>(confirmation()).await;
    let confirm = typed(&clinic).await;
    clinic.send(judged(LinkConfirmAnswer::wrong_otp(confirm.request_id()))).await.unwrap();
    let told = app.hears::<OnRecordsLinked>(wrong).await;
    assert_eq!((told.text("/error/code"), &told.body["patient"]), ("ABDM-1035", &json!(null)));

    let right = app.sends::<ConfirmLink>(confirmation()).await;
    let confirm = typed(&clinic).await;
    clinic.send(linked(confirm.request_id(), visits(&["OPD-2"]))).await.unwrap();
    let told = app.hears::<OnRecordsLinked>(right).await;
    assert_eq!(told.text("/patient/0/careContexts/0/referenceNumber"), "OPD-2");
    let links = sandbox.phr(&RAVI.parse().unwrap()).unwrap().links().await.unwrap();
    assert_eq!(links.len(), 1);
    assert!(app.desk.unread().is_empty(), "{:?}", app.desk.unread());
}

#[tokio::test]
async fn an_app_of_others_is_told_at_once_what_is_linked_already() {
    let (_sandbox, clinic, app) = App::of_ravi().await;
    for _ in 0..2 {
        app.sends::<DiscoverCareContexts>(RecordSearch::new(hip(), Vec::new())).await;
        let discovery = asked(&clinic).await;
        clinic.send(found(&discovery, visits(&["OPD-1"]))).await.unwrap();
        app.desk.next(OnRecordsFound::META.path).await;
        let choice = Choice::new(transaction(&discovery), visits(&["OPD-1"]));
        let choice = app.sends::<InitLink>(choice).await;
        let init = inited(&clinic).await;
        if init.body["error"].is_null() {
            clinic.send(offered(&init, REFERENCE, soon())).await.unwrap();
            app.hears::<OnLinkOffered>(choice).await;
            let confirmation =
                Confirmation::new(REFERENCE.parse().unwrap(), LinkOtp::new("123456"));
            app.sends::<ConfirmLink>(confirmation).await;
            let confirm = typed(&clinic).await;
            clinic.send(linked(confirm.request_id(), visits(&["OPD-1"]))).await.unwrap();
            app.desk.next(OnRecordsLinked::META.path).await;
        } else {
            let told = app.hears::<OnLinkOffered>(choice).await;
            assert_eq!(told.text("/error/code"), "ABDM-1056");
            return;
        }
    }
    panic!("what is linked was offered again");
}

#[tokio::test]
async fn an_app_of_others_hears_of_its_token_and_of_the_one_that_is_served() {
    let (_sandbox, clinic, app) = App::of_ravi().await;
    let profile = SharedPatient::new(RAVI.parse().unwrap());
    let share = PatientShare::profile(hip(), COUNTER, profile);
    let headers = HiuHeaders { hiu_id: APP.parse().unwrap() };
    let call = Call::<ShareProfile>::new(share).headers(headers).by(app.token.clone());
    let desk = app.desk.clone();
    let sharing = tokio::spawn(async move { desk.send(call).await.unwrap().request_id });
    let arrived = clinic.next(OnPatientShare::META.path).await;
    let now = chrono::DateTime::UNIX_EPOCH;
    let token = IssuedToken::new(COUNTER, "7", now + chrono::TimeDelta::minutes(30), now);
    let answer =
        ShareAcknowledgement::registered(arrived.request_id(), RAVI.parse().unwrap(), token);
    clinic.send::<AcknowledgeShare>(Call::new(answer)).await.unwrap();
    let told = app.hears::<OnProfileShared>(sharing.await.unwrap()).await;
    let flat = json!({"abhaAddress": RAVI, "status": "SUCCESS", "context": COUNTER,
        "tokenNumber": "7", "expiry": 1800});
    assert_eq!(told.body["acknowledgement"], flat);

    let question = app.sends::<AskRunningToken>(RunningTokenQuery::new(&hip(), COUNTER)).await;
    let arrived = clinic.next(OnRunningTokenStatus::META.path).await;
    let token = RunningToken::new(hip(), COUNTER, "5");
    let answer = RunningTokenAnswer::running(arrived.request_id(), token);
    clinic.send::<AnswerRunningToken>(Call::new(answer)).await.unwrap();
    let told = app.hears::<OnTokenServed>(question).await;
    assert_eq!(told.text("/token/runningTokenNumber"), "5");
}
