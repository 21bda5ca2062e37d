//! A patient proves themselves to the clinic.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::error::ErrorClass;
use abdm_sandbox::Switches;
use hip_services::Error;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts};
use hip_services::api::v0_5::linking::{AddCareContexts, OnAddCareContexts};
use hip_services::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthCode, AuthMode, AuthPurpose, ConfirmAuth, Demographics, FetchAuthModes,
    InitAuth, OnAuthNotify, OnConfirmAuth, OnFetchAuthModes, OnInitAuth,
};
use hip_services::flow::PatientAuthState;
use hip_services::{AuthChoice, PatientAuthentication};

use crate::clinic::{A_MINUTE, Program, Stage, address};

async fn begun(
    program: &Program,
    purpose: AuthPurpose,
    choice: impl Into<AuthChoice>,
) -> PatientAuthentication {
    let auth = program.hip.v0_5().authenticate(&address(), purpose).await.unwrap();
    auth.begin(choice, A_MINUTE).await.unwrap();
    auth
}

#[tokio::test(flavor = "multi_thread")]
async fn an_otp_gives_the_right_to_link_and_each_step_has_its_call_and_callback() {
    let (stage, program) = Stage::open().await;
    let auth = program.hip.v0_5().authenticate(&address(), AuthPurpose::Link).await.unwrap();
    let modes = auth.modes(A_MINUTE).await.unwrap();
    assert!(modes.contains(&AuthMode::MobileOtp) && modes.contains(&AuthMode::Direct));
    let awaited = auth.begin(AuthMode::MobileOtp, A_MINUTE).await.unwrap();
    assert_eq!(awaited.mode, AuthMode::MobileOtp);
    assert!(awaited.hint.is_some_and(|hint| hint.starts_with("******")));

    auth.prove(AuthCode::new("000000")).await.unwrap();
    let Err(Error::NotAuthenticated(refused)) = auth.authenticated(A_MINUTE).await else {
        panic!("a wrong OTP proves nothing")
    };
    assert_eq!(refused.code.unwrap(), "1000");
    auth.prove(AuthCode::new(&*stage.otp())).await.unwrap();
    let given = auth.authenticated(A_MINUTE).await.unwrap();
    assert!(given.link_token_until.is_some() && given.patient.is_none());

    let link = program.hip.link(stage.patient(&["OPD-1"])).await.unwrap();
    let linked = link.finished(A_MINUTE).await.unwrap();
    assert_eq!((linked.already, linked.notices_refused), (false, Some(0)));
    // The token is good for further links.
    let again = program.hip.link(stage.patient(&["OPD-2"])).await.unwrap();
    again.linked(A_MINUTE).await.unwrap();

    for (count, times) in [
        (stage.heard::<FetchAuthModes>(1).await.len(), 1),
        (stage.heard::<OnFetchAuthModes>(1).await.len(), 1),
        (stage.heard::<InitAuth>(1).await.len(), 1),
        (stage.heard::<OnInitAuth>(1).await.len(), 1),
        (stage.heard::<ConfirmAuth>(2).await.len(), 2),
        (stage.heard::<OnConfirmAuth>(2).await.len(), 2),
        (stage.heard::<AddCareContexts>(2).await.len(), 2),
        (stage.heard::<OnAddCareContexts>(2).await.len(), 2),
        (stage.exchanges::<GenerateLinkToken>().len(), 0),
        (stage.exchanges::<LinkCareContexts>().len(), 0),
    ] {
        assert_eq!(count, times);
    }
    let app = stage.sandbox.phr(&address()).unwrap();
    let contexts: usize = app.links().await.unwrap().iter().map(|l| l.care_contexts.len()).sum();
    assert_eq!(contexts, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn kyc_tells_who_the_patient_is_and_gives_no_right_to_link() {
    let (stage, program) = Stage::open().await;
    let auth = begun(&program, AuthPurpose::Kyc, AuthChoice::Any).await;
    auth.prove(AuthCode::new(&*stage.otp())).await.unwrap();
    let given = auth.authenticated(A_MINUTE).await.unwrap();
    assert_eq!(given.link_token_until, None);
    let (told, known) = (given.patient.unwrap(), stage.person());
    assert_eq!(told.name.as_ref(), Some(&known.name));
    assert_eq!(told.date_of_birth(), Some(known.date_of_birth));
    assert_eq!(told.abha_number(), known.abha_number);
    assert_eq!(told.mobile().unwrap().expose(), known.mobile.expose());

    let link = program.hip.link(stage.patient(&["OPD-1"])).await.unwrap();
    let Err(Error::NotLinked(failure)) = link.linked(A_MINUTE).await else {
        panic!("nothing may be linked without the patient")
    };
    assert_eq!(failure.class, ErrorClass::UserInput);
    assert!(failure.text.contains("authenticate"), "{failure}");
    assert!(stage.exchanges::<AddCareContexts>().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn details_prove_a_patient_where_they_are_those_of_the_profile() {
    let (stage, program) = Stage::open().await;
    let known = stage.person();
    let auth = begun(&program, AuthPurpose::KycAndLink, AuthMode::Demographics).await;
    let details = |name: &str| {
        let (gender, born) = (known.gender.clone(), known.date_of_birth);
        Demographics::new(name, gender, born).mobile(&known.mobile)
    };
    auth.prove(details("Somebody Else")).await.unwrap();
    assert!(matches!(auth.authenticated(A_MINUTE).await, Err(Error::NotAuthenticated(_))));
    auth.prove(details(&known.name)).await.unwrap();
    let given = auth.authenticated(A_MINUTE).await.unwrap();
    assert!(given.link_token_until.is_some() && given.patient.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_their_app_a_patient_grants_one_link_or_refuses() {
    let (stage, program) = Stage::open().await;
    let auth = begun(&program, AuthPurpose::Link, AuthMode::Direct).await;
    assert!(matches!(auth.state().await.unwrap(), PatientAuthState::AwaitingPatient(_)));
    assert!(auth.prove(AuthCode::new("123456")).await.is_err(), "there is nothing to type");
    assert!(stage.sandbox.decide_auth(&address(), true));
    auth.authenticated(A_MINUTE).await.unwrap();
    stage.heard::<OnAuthNotify>(1).await;
    let acknowledged = stage.heard::<AcknowledgeAuth>(1).await;
    assert_eq!(acknowledged[0].status, Some(202));
    assert_eq!(acknowledged[0].body["acknowledgement"]["status"], "OK");

    program.hip.link(stage.patient(&["OPD-1"])).await.unwrap().linked(A_MINUTE).await.unwrap();
    // The token was good for one link, and ABDM is not troubled with it again.
    let second = program.hip.link(stage.patient(&["OPD-2"])).await.unwrap();
    assert!(matches!(second.linked(A_MINUTE).await, Err(Error::NotLinked(_))));
    assert_eq!(stage.exchanges::<AddCareContexts>().len(), 1);

    let refused = begun(&program, AuthPurpose::Link, AuthMode::Direct).await;
    assert!(stage.sandbox.decide_auth(&address(), false));
    let Err(Error::NotAuthenticated(failure)) = refused.authenticated(A_MINUTE).await else {
        panic!("the patient has refused")
    };
    assert_eq!(failure.class, ErrorClass::UserInput);
    assert_eq!(stage.heard::<AcknowledgeAuth>(2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authentication_goes_on_after_a_restart_at_every_step() {
    let stage = Stage::set(Switches::quick()).await;
    let program = stage.runs().await;
    let auth = program.hip.v0_5().authenticate(&address(), AuthPurpose::Link).await.unwrap();
    let id = auth.id();
    auth.modes(A_MINUTE).await.unwrap();
    program.ends().await;

    let program = stage.runs().await;
    let auth = program.hip.v0_5().authentication_by_id(id);
    auth.begin(AuthMode::MobileOtp, A_MINUTE).await.unwrap();
    program.ends().await;

    let program = stage.runs().await;
    let auth = program.hip.v0_5().authentication_by_id(id);
    auth.prove(AuthCode::new(&*stage.otp())).await.unwrap();
    auth.authenticated(A_MINUTE).await.unwrap();
    program.ends().await;

    let program = stage.runs().await;
    let given = program.hip.v0_5().authentication_by_id(id).authenticated(A_MINUTE).await.unwrap();
    assert!(given.link_token_until.is_some());
    program.hip.link(stage.patient(&["OPD-1"])).await.unwrap().linked(A_MINUTE).await.unwrap();
    assert_eq!(stage.exchanges::<InitAuth>().len(), 1, "the patient got one OTP");
    assert_eq!(stage.exchanges::<ConfirmAuth>().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_callback_may_come_twice() {
    let (stage, program) = Stage::open().await;
    stage.sandbox.duplicate_callbacks(100);
    let auth = begun(&program, AuthPurpose::Link, AuthMode::MobileOtp).await;
    auth.prove(AuthCode::new(&*stage.otp())).await.unwrap();
    auth.authenticated(A_MINUTE).await.unwrap();
    program.hip.link(stage.patient(&["OPD-1"])).await.unwrap().linked(A_MINUTE).await.unwrap();
    let direct = begun(&program, AuthPurpose::Link, AuthMode::Direct).await;
    assert!(stage.sandbox.decide_auth(&address(), true));
    direct.authenticated(A_MINUTE).await.unwrap();
    stage.heard::<OnAuthNotify>(2).await;
    stage.heard::<AcknowledgeAuth>(1).await;
    assert_eq!(stage.heard::<OnConfirmAuth>(2).await.len(), 2);
    assert_eq!(stage.exchanges::<AddCareContexts>().len(), 1);
    assert_eq!(stage.exchanges::<AcknowledgeAuth>().len(), 1, "one message is acknowledged once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_whom_abdm_does_not_know_cannot_begin() {
    let (_stage, program) = Stage::open().await;
    let nobody = "nobody.here@sbx".parse().unwrap();
    let auth = program.hip.v0_5().authenticate(&nobody, AuthPurpose::Kyc).await.unwrap();
    let Err(Error::NotAuthenticated(failure)) = auth.modes(A_MINUTE).await else {
        panic!("there is no such patient")
    };
    assert_eq!(failure.code.unwrap(), "1000");
    assert_eq!(FetchAuthModes::META.callback, Some(OnFetchAuthModes::META.name));
}
