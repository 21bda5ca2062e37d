use abdm_core::seal::SealingKey;
use abdm_flow::store::Note;
use proptest::prelude::*;

use super::*;
use crate::api::v0_5::user_auth::KycPatient;
use crate::flow::HeldToken;
use crate::flow::driver::{Driver, Watched};

/// What comes out of an authentication.
#[derive(Debug)]
pub(crate) enum Seen {
    Does(PatientAuthEffect),
    Gives(GivenToken),
}

impl From<PatientAuthEffect> for Seen {
    fn from(effect: PatientAuthEffect) -> Self {
        Self::Does(effect)
    }
}

impl Watched for PatientAuthFlow {
    type Seen = Seen;

    fn told(note: &Note) -> Seen {
        assert_eq!((note.kind, note.subject), (LinkTokenFlow::KIND, GivenToken::SUBJECT));
        Seen::Gives(note.payload.decode().unwrap())
    }
}

type Auth = Driver<PatientAuthFlow>;

fn auth(purpose: AuthPurpose) -> Auth {
    let hip_id = "IN0000000001".parse().unwrap();
    Driver::new(PatientAuthFlow::new(hip_id, "asha.test@sbx".parse().unwrap(), purpose))
}

fn sealed(text: &str) -> Sealed {
    SealingKey::generate().unwrap().seal(text.as_bytes(), "test").unwrap()
}

fn awaited(mode: AuthMode) -> AwaitedProof {
    let expires_at = "2026-09-14T09:10:00Z".parse().unwrap();
    AwaitedProof::new("t-1".parse().unwrap(), mode, Some("***9999".to_owned()), expires_at)
}

fn token() -> HeldToken {
    let (token, expires_at) = (sealed("token"), "2026-09-15T09:00:00Z".parse().unwrap());
    HeldToken { token, expires_at, abha_number: None, uses: Some(1) }
}

fn profile() -> KycPatient {
    KycPatient::new("asha.test@sbx".parse().unwrap())
}

/// Until the ways are known and one is chosen.
fn begun(purpose: AuthPurpose, mode: AuthMode) -> Auth {
    let mut auth = auth(purpose);
    let effects = auth.on(PatientAuthEvent::Begin).unwrap();
    assert!(matches!(&effects[..], [Seen::Does(PatientAuthEffect::FetchModes { .. })]));
    auth.on(PatientAuthEvent::Taken(AuthStep::FetchModes)).unwrap();
    auth.on(PatientAuthEvent::ModesTold(Ok(vec![mode.clone()]))).unwrap();
    let effects = auth.on(PatientAuthEvent::Choose(Some(mode.clone()))).unwrap();
    assert!(
        matches!(&effects[..], [Seen::Does(PatientAuthEffect::Init { mode: Some(own), .. })] if *own == mode)
    );
    auth.on(PatientAuthEvent::Taken(AuthStep::Init)).unwrap();
    auth.on(PatientAuthEvent::Challenged(Ok(awaited(mode)))).unwrap();
    auth
}

fn proved(auth: &mut Auth, told: Result<AuthGain, Failure>) -> Vec<Seen> {
    let effects = auth.on(PatientAuthEvent::Prove(sealed("519316"))).unwrap();
    assert!(matches!(&effects[..], [Seen::Does(PatientAuthEffect::Confirm { .. })]));
    auth.on(PatientAuthEvent::Taken(AuthStep::Confirm)).unwrap();
    auth.on(PatientAuthEvent::Proved(told)).unwrap()
}

fn failure() -> Failure {
    Failure::new("wrong OTP").of_class(ErrorClass::UserInput)
}

#[test]
fn a_good_proof_gives_by_its_purpose_the_token_the_profile_or_both() {
    for (purpose, token_told, profile_told) in [
        (AuthPurpose::Link, true, false),
        (AuthPurpose::Kyc, false, true),
        (AuthPurpose::KycAndLink, true, true),
    ] {
        let mut auth = begun(purpose.clone(), AuthMode::MobileOtp);
        // ABDM may tell more than was asked for.
        let seen = proved(&mut auth, Ok(AuthGain::new(Some(token()), Some(profile()))));
        let given: Vec<_> = seen
            .iter()
            .map(|seen| match seen {
                Seen::Gives(given) => (given.abha_address.as_str(), given.token.uses),
                other @ Seen::Does(_) => panic!("{other:?}"),
            })
            .collect();
        let expected = token_told.then_some(("asha.test@sbx", Some(1)));
        assert_eq!(given, expected.into_iter().collect::<Vec<_>>(), "{purpose}");
        if token_told {
            assert!(matches!(auth.flow.state, PatientAuthState::HandingOver(_)) && !auth.done);
            auth.on(PatientAuthEvent::TokenTaken).unwrap();
        }
        let PatientAuthState::Authenticated(gained) = &auth.flow.state else {
            panic!("{:?}", auth.flow.state)
        };
        assert_eq!(gained.link_token_until.is_some(), token_told, "{purpose}");
        assert_eq!(gained.patient.is_some(), profile_told, "{purpose}");
        assert!(auth.done && auth.wake.is_none());
    }
}

#[test]
fn a_proof_that_gives_nothing_of_what_it_was_for_has_failed() {
    let mut auth = begun(AuthPurpose::Link, AuthMode::MobileOtp);
    proved(&mut auth, Ok(AuthGain::new(None, Some(profile()))));
    assert!(matches!(auth.flow.state, PatientAuthState::Failed(_)) && auth.done);
}

#[test]
fn three_proofs_may_be_tried_while_there_is_time() {
    let mut auth = begun(AuthPurpose::Link, AuthMode::MobileOtp);
    for wrong in 1..=2 {
        proved(&mut auth, Err(failure()));
        let PatientAuthState::AwaitingProof(awaited) = &auth.flow.state else { panic!("{wrong}") };
        assert_eq!((awaited.proofs, awaited.refused.as_ref()), (wrong, Some(&failure())));
    }
    proved(&mut auth, Err(failure()));
    assert_eq!(auth.flow.state, PatientAuthState::Failed(failure()));
    assert!(auth.on(PatientAuthEvent::Prove(sealed("1"))).is_err());
}

#[test]
fn a_proof_that_is_refused_when_time_is_over_is_the_last() {
    let mut auth = begun(AuthPurpose::Link, AuthMode::MobileOtp);
    auth.on(PatientAuthEvent::Prove(sealed("519316"))).unwrap();
    auth.now += TimeDelta::minutes(11);
    auth.on(PatientAuthEvent::Proved(Err(failure()))).unwrap();
    assert_eq!(auth.flow.state, PatientAuthState::Failed(failure()));
}

#[test]
fn what_comes_twice_changes_nothing() {
    let mut auth = begun(AuthPurpose::KycAndLink, AuthMode::MobileOtp);
    let doubled = |auth: &mut Auth| {
        let before = auth.flow.state.clone();
        for event in [
            PatientAuthEvent::Begin,
            PatientAuthEvent::ModesTold(Ok(vec![AuthMode::Direct])),
            PatientAuthEvent::Choose(Some(AuthMode::Direct)),
            PatientAuthEvent::Challenged(Ok(awaited(AuthMode::Direct))),
            PatientAuthEvent::Taken(AuthStep::Init),
            PatientAuthEvent::CallFailed(AuthStep::Init, failure()),
        ] {
            assert!(auth.on(event).unwrap().is_empty());
            assert_eq!(auth.flow.state, before);
        }
    };
    doubled(&mut auth);
    proved(&mut auth, Ok(AuthGain::new(Some(token()), Some(profile()))));
    doubled(&mut auth);
    auth.on(PatientAuthEvent::TokenTaken).unwrap();
    assert!(auth.on(PatientAuthEvent::TokenTaken).unwrap().is_empty());
    doubled(&mut auth);
    let again = Ok(AuthGain::new(Some(token()), None));
    assert!(auth.on(PatientAuthEvent::Proved(again)).unwrap().is_empty());
}

#[test]
fn a_decision_in_the_app_is_acknowledged_each_time_and_counts_once() {
    let notice = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
    let decided = |decision| PatientAuthEvent::Decided { notice, decision };
    let mut auth = begun(AuthPurpose::Link, AuthMode::Direct);
    assert!(matches!(auth.flow.state, PatientAuthState::AwaitingPatient(_)));
    assert!(auth.on(PatientAuthEvent::Prove(sealed("1"))).is_err());
    let seen = auth.on(decided(Ok(AuthGain::new(Some(token()), None)))).unwrap();
    let [Seen::Does(PatientAuthEffect::Acknowledge { notice: told }), Seen::Gives(_)] = &seen[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!(*told, notice);
    let again = auth.on(decided(Err(failure()))).unwrap();
    assert!(matches!(&again[..], [Seen::Does(PatientAuthEffect::Acknowledge { .. })]));
    auth.on(PatientAuthEvent::TokenTaken).unwrap();
    assert!(matches!(auth.flow.state, PatientAuthState::Authenticated(_)));

    let mut refused = begun(AuthPurpose::Link, AuthMode::Direct);
    refused.on(decided(Err(failure()))).unwrap();
    assert_eq!(refused.flow.state, PatientAuthState::Failed(failure()));
}

#[test]
fn every_wait_ends_and_a_late_callback_is_welcome_until_then() {
    // The ways.
    let mut silent = auth(AuthPurpose::Link);
    silent.on(PatientAuthEvent::Begin).unwrap();
    silent.on(PatientAuthEvent::Taken(AuthStep::FetchModes)).unwrap();
    silent.pass(TimeDelta::minutes(2));
    assert_eq!(silent.flow.state, PatientAuthState::AskingModes { silent: true });
    silent.on(PatientAuthEvent::ModesTold(Ok(vec![AuthMode::MobileOtp]))).unwrap();
    silent.pass(TimeDelta::minutes(31));
    assert!(matches!(silent.flow.state, PatientAuthState::Failed(_)), "nobody chose");
    // The proof, and the decision.
    for mode in [AuthMode::AadhaarOtp, AuthMode::Direct] {
        let mut late = begun(AuthPurpose::Link, mode);
        late.pass(TimeDelta::minutes(9));
        assert!(!late.flow.state.is_over());
        late.pass(TimeDelta::minutes(2));
        assert!(matches!(late.flow.state, PatientAuthState::Failed(_)) && late.done);
    }
    // The judgement.
    let mut auth = begun(AuthPurpose::Link, AuthMode::MobileOtp);
    auth.on(PatientAuthEvent::Prove(sealed("519316"))).unwrap();
    auth.on(PatientAuthEvent::Taken(AuthStep::Confirm)).unwrap();
    auth.pass(TimeDelta::minutes(2));
    assert!(matches!(auth.flow.state, PatientAuthState::Confirming { silent: true, .. }));
    auth.pass(TimeDelta::minutes(11));
    assert!(matches!(auth.flow.state, PatientAuthState::Failed(_)) && auth.done);
}

#[test]
fn debug_shows_neither_hint_nor_profile() {
    let mut auth = begun(AuthPurpose::Kyc, AuthMode::MobileOtp);
    assert!(!format!("{:?}", auth.flow.state).contains("9999"));
    let mut patient = profile();
    patient.name = Some("Asha Test".to_owned());
    proved(&mut auth, Ok(AuthGain::new(None, Some(patient))));
    assert!(!format!("{:?}", auth.flow.state).contains("Asha"));
}

fn any_event() -> impl Strategy<Value = PatientAuthEvent> {
    let step =
        || prop_oneof![Just(AuthStep::FetchModes), Just(AuthStep::Init), Just(AuthStep::Confirm)];
    let notice = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
    let gain = || AuthGain::new(Some(token()), Some(profile()));
    prop_oneof![
        Just(PatientAuthEvent::Begin),
        Just(PatientAuthEvent::ModesTold(Ok(vec![AuthMode::MobileOtp]))),
        Just(PatientAuthEvent::ModesTold(Err(failure()))),
        Just(PatientAuthEvent::Choose(None)),
        Just(PatientAuthEvent::Challenged(Ok(awaited(AuthMode::MobileOtp)))),
        Just(PatientAuthEvent::Challenged(Ok(awaited(AuthMode::Direct)))),
        Just(PatientAuthEvent::Challenged(Err(failure()))),
        Just(PatientAuthEvent::Prove(sealed("519316"))),
        Just(PatientAuthEvent::Proved(Ok(gain()))),
        Just(PatientAuthEvent::Proved(Err(failure()))),
        Just(PatientAuthEvent::Decided { notice, decision: Ok(gain()) }),
        Just(PatientAuthEvent::Decided { notice, decision: Err(failure()) }),
        step().prop_map(PatientAuthEvent::Taken),
        step().prop_map(|step| PatientAuthEvent::CallFailed(step, failure())),
        Just(PatientAuthEvent::TokenTaken),
        Just(PatientAuthEvent::Woken),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes, in whatever order: it ends, gives a token at most once, and wakes by itself
    /// while it is not over.
    #[test]
    fn any_order_of_events_ends_and_gives_at_most_one_token(
        events in proptest::collection::vec((any_event(), 0_i64..120), 1..30),
    ) {
        let mut auth = auth(AuthPurpose::KycAndLink);
        let mut given = 0;
        let mut count = |seen: Vec<Seen>| given += seen.iter().filter(|s| matches!(s, Seen::Gives(_))).count();
        for (event, seconds) in events {
            if let Ok(seen) = auth.on(event) {
                count(seen);
            }
            count(auth.pass(TimeDelta::seconds(seconds)));
            let over = auth.flow.state.is_over();
            prop_assert_eq!(over, auth.done);
            let idle = matches!(auth.flow.state, PatientAuthState::New);
            prop_assert!(over || idle || auth.wake.is_some());
        }
        if !matches!(auth.flow.state, PatientAuthState::New) {
            count(auth.pass(TimeDelta::hours(2)));
            prop_assert!(auth.done);
        }
        prop_assert!(given <= 1);
    }
}
