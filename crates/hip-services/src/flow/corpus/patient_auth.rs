//! Authentications of V0.5.

use abdm_core::error::ErrorClass;
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::api::v0_5::user_auth::{AuthMode, AuthPurpose, KycPatient};
use crate::flow::{
    AuthGain, AuthStep, AwaitedProof, GivenToken, HeldToken, LinkTokenFlow, PatientAuthEffect,
    PatientAuthEvent, PatientAuthFlow, PatientAuthState,
};

/// The one note.
const GIVEN: &str = "note/GivenToken";

fn awaited(mode: AuthMode, now: DateTime<Utc>) -> AwaitedProof {
    let transaction = "518c1790-67ea-4a28-92dd-cf9e4eee92d2".parse().unwrap();
    let hint = Some("******9999".to_owned());
    AwaitedProof::new(transaction, mode, hint, now + TimeDelta::minutes(10))
}

fn gain(now: DateTime<Utc>) -> AuthGain {
    let token = HeldToken {
        token: sealed(7),
        expires_at: now + TimeDelta::hours(24),
        abha_number: None,
        uses: Some(1),
    };
    let mut patient = KycPatient::new("asha.test@sbx".parse().unwrap());
    patient.name = Some("Asha Test Kumari".to_owned());
    patient.year_of_birth = Some(1988);
    AuthGain::new(Some(token), Some(patient))
}

fn refused() -> crate::flow::Failure {
    failure("1401", ErrorClass::UserInput)
}

fn new() -> Walk<PatientAuthFlow> {
    let address = "asha.test@sbx".parse().unwrap();
    Walk::new(PatientAuthFlow::new(hip_id(), address, AuthPurpose::KycAndLink), start())
}

fn asked() -> Walk<PatientAuthFlow> {
    new().on(PatientAuthEvent::Begin).on(PatientAuthEvent::Taken(AuthStep::FetchModes))
}

fn choosing() -> Walk<PatientAuthFlow> {
    let modes = vec![AuthMode::MobileOtp, AuthMode::Direct, AuthMode::Demographics];
    asked().on(PatientAuthEvent::ModesTold(Ok(modes)))
}

fn begun(mode: AuthMode) -> Walk<PatientAuthFlow> {
    let walk = choosing().on(PatientAuthEvent::Choose(Some(mode.clone())));
    let awaited = awaited(mode, walk.now);
    walk.on(PatientAuthEvent::Challenged(Ok(awaited)))
}

impl InCorpus for PatientAuthFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<PatientAuthState>("state");
        all.push(GIVEN.to_owned());
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let (otp, direct) = (AuthMode::MobileOtp, AuthMode::Direct);
        let confirming = begun(otp.clone()).on(PatientAuthEvent::Prove(sealed(9)));
        let gained = PatientAuthEvent::Proved(Ok(gain(start())));
        let notice = request_of(4);
        let decided = PatientAuthEvent::Decided { notice, decision: Ok(gain(start())) };
        vec![
            new().keep("new").on(PatientAuthEvent::Begin).keep("asking-modes"),
            asked().woken().keep("asking-modes-silent"),
            choosing().keep("choosing").on(PatientAuthEvent::Choose(None)).keep("beginning"),
            choosing()
                .on(PatientAuthEvent::Choose(Some(otp.clone())))
                .on(PatientAuthEvent::Taken(AuthStep::Init))
                .woken()
                .keep("beginning-silent"),
            begun(otp.clone()).keep("awaiting-proof"),
            begun(direct.clone()).keep("awaiting-patient").on(decided).keep("handing-over-in-app"),
            confirming
                .keep("confirming")
                .on(gained)
                .keep("handing-over")
                .on(PatientAuthEvent::TokenTaken)
                .keep("authenticated"),
            begun(otp)
                .on(PatientAuthEvent::Prove(sealed(9)))
                .on(PatientAuthEvent::Proved(Err(refused())))
                .keep("awaiting-proof-after-a-refusal"),
            asked().on(PatientAuthEvent::ModesTold(Err(refused()))).keep("failed"),
        ]
    }

    fn answers(&self, effect: PatientAuthEffect, now: DateTime<Utc>) -> Vec<PatientAuthEvent> {
        let step = match effect {
            PatientAuthEffect::FetchModes { .. } => AuthStep::FetchModes,
            PatientAuthEffect::Init { .. } => AuthStep::Init,
            PatientAuthEffect::Confirm { .. } => AuthStep::Confirm,
            PatientAuthEffect::Acknowledge { .. } => return Vec::new(),
        };
        let mut events = vec![PatientAuthEvent::Taken(step)];
        events.extend(self.awaited(now));
        events
    }

    fn awaited(&self, now: DateTime<Utc>) -> Option<PatientAuthEvent> {
        match &self.state {
            PatientAuthState::New => Some(PatientAuthEvent::Begin),
            PatientAuthState::AskingModes { .. } => {
                Some(PatientAuthEvent::ModesTold(Ok(vec![AuthMode::MobileOtp])))
            }
            PatientAuthState::Choosing => Some(PatientAuthEvent::Choose(Some(AuthMode::MobileOtp))),
            PatientAuthState::Beginning { mode, .. } => {
                let mode = mode.clone().unwrap_or(AuthMode::MobileOtp);
                Some(PatientAuthEvent::Challenged(Ok(awaited(mode, now))))
            }
            PatientAuthState::AwaitingProof(_) => Some(PatientAuthEvent::Prove(sealed(9))),
            PatientAuthState::AwaitingPatient(_) => {
                let notice = request_of(4);
                Some(PatientAuthEvent::Decided { notice, decision: Ok(gain(now)) })
            }
            PatientAuthState::Confirming { .. } => Some(PatientAuthEvent::Proved(Ok(gain(now)))),
            PatientAuthState::HandingOver(_) => Some(PatientAuthEvent::TokenTaken),
            PatientAuthState::Authenticated(_) | PatientAuthState::Failed(_) => None,
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        let to = (&*note.kind, &*note.subject);
        assert_eq!(to, (LinkTokenFlow::KIND, GivenToken::SUBJECT));
        note.read::<GivenToken>().map(|_| GIVEN.to_owned())
    }
}
