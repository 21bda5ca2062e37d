//! Driving a desk through the weather, by moves that nobody would make.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use abdm_core::client::AbdmClient;
use abdm_core::environment::Environment;
use abdm_core::retry::RetryPolicy;
use abdm_core::seal::{Sealed, SealingKey, SealingKeyRing};
use abdm_core::secret::{ClientSecret, Otp};
use abdm_core::session::Credentials;
use abha_enrollment::error::{DeskAction, Error};
use abha_enrollment::flow::address::{AddressOtp, AddressVerification, VerifiedAddress};
use abha_enrollment::flow::enrolment::{Enrolled, Enrolment, EnrolmentOtp, MobileLinking};
use abha_enrollment::flow::verification::{Verification, VerificationOtp, VerificationOutcome};
use abha_enrollment::flow::{MAX_RESENDS, RESEND_AFTER};
use abha_enrollment::{Desk, Problem};
use chrono::TimeDelta;
use proptest::prelude::*;

use super::world::{Weather, World};
use crate::support::{Consents, aadhaar, consent, mobile, otp};

/// What the desk does next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    Prove {
        right: bool,
        polls: Option<u8>,
    },
    Resend {
        polls: Option<u8>,
    },
    Wait(u8),
    /// Saves the flow and goes on with what was saved.
    Rest,
}

pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    // A call is polled a handful of times until it is done; fewer polls drop it on the way.
    let polls = || prop::option::weighted(0.3, 0_u8..7);
    let one = prop_oneof![
        3 => (prop::bool::weighted(0.4), polls()).prop_map(|(right, polls)| Move::Prove { right, polls }),
        3 => polls().prop_map(|polls| Move::Resend { polls }),
        3 => (1_u8..100).prop_map(Move::Wait),
        1 => Just(Move::Rest),
    ];
    prop::collection::vec(one, 0..10)
}

pub(super) fn weather() -> impl Strategy<Value = Vec<Weather>> {
    let one = prop_oneof![3 => Just(Weather::Fair), 4 => prop::sample::select(&Weather::ALL[..])];
    prop::collection::vec(one, 0..14)
}

/// Polls a future so often, then drops it.
pub(crate) async fn polled<F: Future>(future: F, polls: Option<u8>) -> Option<F::Output> {
    let mut future = pin!(future);
    let Some(polls) = polls else { return Some(future.await) };
    for _ in 0..polls {
        let once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(output) = once {
            return Some(output);
        }
        tokio::task::yield_now().await;
    }
    None
}

pub(super) struct Run {
    pub(super) world: Arc<World>,
    pub(super) desk: Desk,
    keys: SealingKeyRing,
}

/// A step that an OTP proves.
pub(super) trait OtpStep: Sized {
    type Next;
    async fn prove(&mut self, otp: &Otp) -> Result<Self::Next, Error>;
    async fn resend(&mut self) -> Result<(), Error>;
    fn rested(self, run: &Run) -> Self;
}

macro_rules! otp_steps {
    ($( $step:ident -> $next:ty, |$flow:ident, $otp:ident| $prove:expr, $resume:ident as $variant:path; )+) => {$(
        impl OtpStep for $step {
            type Next = $next;

            async fn prove(&mut self, $otp: &Otp) -> Result<$next, Error> {
                let $flow = self;
                $prove.await
            }

            async fn resend(&mut self) -> Result<(), Error> {
                $step::resend(self).await
            }

            fn rested(self, run: &Run) -> Self {
                let saved: Sealed = self.save(&run.keys, "c").unwrap();
                match run.desk.$resume(&saved, &run.keys, "c").unwrap() {
                    $variant(flow) => flow,
                    other => panic!("{other:?}"),
                }
            }
        }
    )+};
}

otp_steps! {
    EnrolmentOtp -> Enrolled, |flow, otp| flow.verify(otp, &mobile()), resume_enrolment as Enrolment::AwaitsOtp;
    MobileLinking -> Enrolled, |flow, otp| flow.verify(otp), resume_enrolment as Enrolment::LinksMobile;
    VerificationOtp -> VerificationOutcome, |flow, otp| flow.verify(otp), resume_verification as Verification::AwaitsOtp;
    AddressOtp -> VerifiedAddress, |flow, otp| flow.verify(otp), resume_address_verification as AddressVerification::AwaitsOtp;
}

/// How a step ended.
#[derive(Debug)]
pub(super) enum End<T> {
    Done(T),
    /// Nobody knows whether it happened: look it up.
    Unknown,
    /// The flow is spent: begin again.
    Over,
}

impl Run {
    pub(super) fn new(weather: &[Weather]) -> Self {
        let world = World::new(weather);
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("client-secret"));
        let environment = Environment::at("http://127.0.0.1:9").unwrap();
        let client = AbdmClient::builder(environment, credentials, world.clone())
            .clock(world.clock.clone())
            .retry(RetryPolicy::fast())
            .build();
        let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
        Self { world, desk: Desk::new(client, Consents::default()), keys }
    }

    /// Begins a flow, at the third attempt in good weather.
    pub(super) async fn begun<T>(&self, begin: impl AsyncFn() -> Result<T, Error>) -> T {
        for _ in 0..2 {
            self.world.new_flow();
            match begin().await {
                Ok(flow) => return flow,
                Err(error) => tells_how_to_go_on(&error),
            }
        }
        self.world.calm();
        self.world.new_flow();
        begin().await.unwrap()
    }

    /// Makes the moves, and at last the right one in good weather.
    pub(super) async fn driven<S: OtpStep>(&self, mut step: S, moves: &[Move]) -> End<S::Next> {
        for next in moves {
            let (outcome, creating) = match *next {
                Move::Wait(seconds) => {
                    self.world.clock.pass(TimeDelta::seconds(i64::from(seconds)));
                    continue;
                }
                Move::Rest => {
                    step = step.rested(self);
                    continue;
                }
                Move::Resend { polls } => (polled(step.resend(), polls).await, None),
                Move::Prove { right, polls } => {
                    let typed = if right { otp() } else { Otp::new("000000").unwrap() };
                    match polled(step.prove(&typed), polls).await {
                        Some(Ok(done)) => (None, Some(done)),
                        Some(Err(error)) => (Some(Err(error)), None),
                        None => (None, None),
                    }
                }
            };
            self.keeps_resend_rules();
            if let Some(done) = creating {
                return End::Done(done);
            }
            if let Some(Err(error)) = outcome {
                tells_how_to_go_on(&error);
                if error.problem() == Problem::OutcomeUnknown {
                    return End::Unknown;
                }
            }
        }
        self.world.calm();
        self.world.clock.pass(TimeDelta::minutes(1));
        let provable = self.world.state.lock().unwrap().is_provable();
        match step.prove(&otp()).await {
            Ok(done) => End::Done(done),
            Err(error) if error.problem() == Problem::OutcomeUnknown => End::Unknown,
            Err(error) => {
                assert!(!provable, "the flow is not usable any more: {error:?}");
                assert_eq!(error.problem().action(), DeskAction::StartAgain, "{error:?}");
                End::Over
            }
        }
    }

    fn keeps_resend_rules(&self) {
        let state = self.world.state.lock().unwrap();
        assert!(state.otps.len() <= usize::from(MAX_RESENDS) + 1, "{:?}", state.otps);
        let too_early = state.otps.windows(2).find(|two| two[1] - two[0] < RESEND_AFTER);
        assert_eq!(too_early, None, "of {:?}", state.otps);
    }

    pub(super) fn kept_every_promise(&self) {
        self.keeps_resend_rules();
        let state = self.world.state.lock().unwrap();
        assert!(state.faults.is_empty(), "{:?}", state.faults);
    }

    /// Looks up whether the person has an ABHA number, as the error of an unknown outcome says.
    pub(super) async fn looked_up(&self) -> bool {
        self.world.calm();
        self.world.new_flow();
        let mut flow = match self.desk.verify_by_aadhaar(&aadhaar(), consent()).await {
            Ok(flow) => flow,
            Err(error) => {
                assert_eq!(error.problem(), Problem::NoAbha);
                return false;
            }
        };
        matches!(flow.verify(&otp()).await.unwrap(), VerificationOutcome::Verified(_))
    }
}

/// An error that is no fault of the program, with something to do about it.
#[track_caller]
pub(super) fn tells_how_to_go_on(error: &Error) {
    use abha_enrollment::error::Language;
    let action = error.problem().action();
    // Only of a refusal that nobody can read the desk may know no more than its request id.
    let unreadable = error.problem() == Problem::Refused && error.code().is_none();
    let helpless = matches!(action, DeskAction::AskSupport | DeskAction::AskNha);
    assert!(!helpless || unreadable && error.request_id().is_some(), "{error:?}");
    assert!(!error.desk_text(Language::Hindi).is_empty());
    let waits = action == DeskAction::Wait;
    assert!(!waits || error.retry_at().is_some(), "wait for how long? {error:?}");
}

pub(super) fn run<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(story)
}
