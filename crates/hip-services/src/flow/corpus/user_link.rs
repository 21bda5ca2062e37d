//! Discoveries, and the links that came of them.

use abdm_core::error::ErrorClass;
use abdm_core::secret::Otp;
use abdm_core::vocabulary::HiType;
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::api::hip_linking::{CareContext, PatientCareContexts};
use crate::api::user_linking::{IdentifierType, LinkOtp, LinkReference};
use crate::flow::{
    AwaitedOtp, Choice, ConfirmRefusal, DiscoveryAnswer, DiscoveryRefusal, InitAnswer, InitRefusal,
    Offer, OtpDigest, ShownOffer, UserLinkEffect, UserLinkEnd, UserLinkEvent, UserLinkFlow,
    UserLinkState,
};

const OTP: &str = "482913";

fn new() -> Walk<UserLinkFlow> {
    let transaction = "f901b782-bfdf-4224-9f8d-da2cadc20c0d".parse().unwrap();
    Walk::new(UserLinkFlow::new(transaction, hip_id(), start()), start())
}

fn discovered() -> UserLinkEvent {
    let hiu = Some("sbx_001".parse().unwrap());
    UserLinkEvent::Discovered { discovery: request_of(1), hiu, wanted: sealed(5) }
}

fn matched() -> UserLinkEvent {
    let contexts = ["OPD-1", "OPD-2"].map(|c| CareContext::new(c.parse().unwrap(), "OPD visit"));
    let patient = "UHID-000123".parse().unwrap();
    let element =
        PatientCareContexts::new(patient, "Asha T.", HiType::OpConsultation, contexts.to_vec());
    let shown = ShownOffer::new(vec![element], vec![IdentifierType::Mobile]);
    let mobiles = vec![("UHID-000123".parse().unwrap(), "9999999999".to_owned())];
    let verified = vec!["9999999999".to_owned()];
    let offer = Offer::new("asha.test@sbx".parse().unwrap(), shown, mobiles, verified);
    let explanation = "found by a verified identifier and the demographics".to_owned();
    UserLinkEvent::Matched { offer: Box::new(offer), explanation }
}

fn not_matched(refusal: DiscoveryRefusal) -> Walk<UserLinkFlow> {
    let explanation = "no record fits".to_owned();
    new().on(discovered()).on(UserLinkEvent::NotMatched { refusal, explanation })
}

fn offered() -> Walk<UserLinkFlow> {
    new().on(discovered()).on(matched()).on(UserLinkEvent::DiscoveryAnswered)
}

fn init(n: u64) -> UserLinkEvent {
    let contexts = vec!["OPD-1".parse().unwrap()];
    let choice = Choice::new("UHID-000123".parse().unwrap(), None, contexts);
    UserLinkEvent::Init { init: request_of(n), abha_address: None, choices: vec![choice] }
}

fn link_reference() -> LinkReference {
    "d353b782-bfdf-4224-9f8d-da2cadc20c0d".parse().unwrap()
}

fn otp_made(flow: &UserLinkFlow, now: DateTime<Utc>) -> UserLinkEvent {
    let UserLinkState::SendingOtp { init, chosen, .. } = &flow.state else {
        panic!("no OTP is wanted")
    };
    let digest = OtpDigest::new(&Otp::new(OTP).unwrap(), &link_reference(), [9; 16]);
    let until = now + TimeDelta::minutes(10);
    let otp = AwaitedOtp::new(link_reference(), digest, until, chosen.clone());
    UserLinkEvent::OtpMade { init: *init, otp: Box::new(otp) }
}

/// The init for which an OTP is being sent.
fn sending(flow: &UserLinkFlow) -> abdm_core::id::RequestId {
    let UserLinkState::SendingOtp { init, .. } = &flow.state else { panic!("no OTP is wanted") };
    *init
}

fn sent(walk: Walk<UserLinkFlow>) -> Walk<UserLinkFlow> {
    let init = sending(&walk.flow);
    walk.on(UserLinkEvent::OtpSent { init })
}

fn not_sent(walk: Walk<UserLinkFlow>, refusal: InitRefusal) -> Walk<UserLinkFlow> {
    let init = sending(&walk.flow);
    walk.on(UserLinkEvent::OtpNotSent { init, refusal })
}

fn made(walk: Walk<UserLinkFlow>) -> Walk<UserLinkFlow> {
    let event = otp_made(&walk.flow, walk.now);
    walk.on(event)
}

fn confirm(n: u64, otp: &str) -> UserLinkEvent {
    let (confirm, otp) = (request_of(n), LinkOtp::new(otp));
    UserLinkEvent::Confirm { confirm, link_reference: link_reference(), otp }
}

fn awaiting() -> Walk<UserLinkFlow> {
    sent(made(offered().on(init(2)))).on(UserLinkEvent::InitAnswered)
}

fn refused(refusal: InitRefusal) -> Walk<UserLinkFlow> {
    not_sent(offered().on(init(2)), refusal)
}

fn refusal() -> crate::flow::Failure {
    failure("ABDM-1056", ErrorClass::AlreadyDone)
}

impl InCorpus for UserLinkFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<UserLinkState>("state");
        all.extend(variants_of::<UserLinkEnd>("end"));
        let told = ["Linked", "LinkFailed", "LinkUnknown", "DiscoveryAnswered", "UserLinkFailed"];
        all.extend(told.map(|event| format!("effect/Announce/{event}")));
        all
    }

    fn shows(&self) -> Vec<String> {
        let mut shown = vec![variant_of("state", &self.state)];
        if let UserLinkState::Ended(end) = &self.state {
            shown.push(variant_of("end", end));
        }
        shown
    }

    fn walks() -> Vec<Walk<Self>> {
        let whole = new().keep("new").on(discovered()).keep("matching").on(matched());
        let whole = whole.keep("answering-discovery").on(UserLinkEvent::DiscoveryAnswered);
        let whole = made(whole.keep("offered").on(init(2)).keep("sending-otp")).keep("otp-made");
        let whole = sent(whole).keep("answering-init");
        let whole = whole.on(UserLinkEvent::InitAnswered).keep("awaiting-otp");
        let whole = whole.on(confirm(3, "111111")).keep("otp-wrong-once");
        let whole = whole.on(confirm(4, OTP)).keep("confirming");
        let not_taken =
            UserLinkEvent::ConfirmNotHeard { confirm: request_of(4), failure: refusal() };
        let too_many = (3..6).fold(awaiting(), |walk, n| walk.on(confirm(n, "111111")));
        let no_more = (3_u64..5).fold(awaiting(), |walk, n| {
            sent(made(walk.on(init(n)))).on(UserLinkEvent::InitAnswered)
        });
        let expired = awaiting().after(TimeDelta::minutes(11)).on(confirm(3, OTP));
        let mut walks = vec![
            whole.on(UserLinkEvent::ConfirmAnswered { confirm: request_of(4) }).keep("linked"),
            awaiting().on(confirm(4, OTP)).on(not_taken).keep("not-taken"),
            too_many.keep("otp-wrong-three-times"),
            no_more.on(init(9)).on(UserLinkEvent::InitAnswered).keep("too-many-otps"),
            expired.keep("otp-expired-told").woken().keep("otp-expired"),
            new().on(discovered()).woken().keep("search-without-end"),
            new()
                .on(discovered())
                .on(matched())
                .keep("answering-discovery-to-be-told")
                .woken()
                .keep("answer-overdue")
                .woken()
                .keep("answer-never-heard"),
            awaiting()
                .on(confirm(4, OTP))
                .keep("confirming-with-its-otp")
                .woken()
                .keep("link-overdue"),
            made(awaiting().on(init(5))).keep("sending-another-otp"),
            (5..8)
                .fold(offered(), |walk, n| {
                    let failed = InitRefusal::Failed;
                    not_sent(walk.on(init(n)), failed).on(UserLinkEvent::InitAnswered)
                })
                .keep("otps-not-sent"),
            awaiting()
                .on(confirm(4, OTP))
                .on(UserLinkEvent::ConfirmAnswered { confirm: request_of(4) })
                .keep("linked-with-its-otp"),
            offered().woken().keep("not-taken-up"),
            offered().on(UserLinkEvent::EndedByAbdm(refusal())).keep("ended-by-abdm"),
            new().on(init(2)).keep("stray-init"),
            new().on(confirm(2, OTP)).keep("stray-confirm"),
            new()
                .on(discovered())
                .on(matched())
                .on(UserLinkEvent::DiscoveryNotHeard(refusal()))
                .keep("not-heard"),
            not_matched(DiscoveryRefusal::NoMatch)
                .keep("no-match")
                .on(UserLinkEvent::DiscoveryAnswered)
                .keep("nothing-offered"),
            not_matched(DiscoveryRefusal::NothingNew).keep("nothing-new"),
            not_matched(DiscoveryRefusal::NotOffered).keep("not-offered"),
            not_matched(DiscoveryRefusal::Failed).keep("search-failed"),
        ];
        walks.extend(
            [
                (InitRefusal::AlreadyLinked, "init-already-linked"),
                (InitRefusal::NoMobile, "init-no-mobile"),
                (InitRefusal::MobilesDiffer, "init-mobiles-differ"),
                (InitRefusal::Failed, "init-failed"),
                (InitRefusal::TooManyOtpsToday, "init-too-many-otps-today"),
            ]
            .map(|(refusal, name)| refused(refusal).keep(name)),
        );
        walks
    }

    fn answers(&self, effect: UserLinkEffect, now: DateTime<Utc>) -> Vec<UserLinkEvent> {
        match effect {
            UserLinkEffect::Match { .. } => vec![matched()],
            UserLinkEffect::AnswerDiscovery { .. } => vec![UserLinkEvent::DiscoveryAnswered],
            UserLinkEffect::SendOtp { init, .. } => {
                vec![otp_made(self, now), UserLinkEvent::OtpSent { init }]
            }
            UserLinkEffect::AnswerInit { .. } => vec![UserLinkEvent::InitAnswered],
            UserLinkEffect::AnswerConfirm { confirm, .. } => {
                vec![UserLinkEvent::ConfirmAnswered { confirm }]
            }
            UserLinkEffect::Announce(_) => Vec::new(),
        }
    }

    fn awaited(&self, now: DateTime<Utc>) -> Option<UserLinkEvent> {
        match &self.state {
            UserLinkState::New => Some(discovered()),
            UserLinkState::Offered => Some(init(20)),
            // Told in the midst of the effect, which goes on.
            UserLinkState::SendingOtp { init, made: Some(_), .. } => {
                Some(UserLinkEvent::OtpSent { init: *init })
            }
            UserLinkState::AwaitingOtp(otp) if now < otp.expires_at => Some(confirm(21, OTP)),
            _ => None,
        }
    }
}

/// What an answer holds is stored, too: every reason to refuse reads as it was written.
#[test]
fn every_reason_of_an_answer_is_kept_as_it_is_written() {
    let discovery = DiscoveryAnswer::Refused(DiscoveryRefusal::NothingNew);
    assert_eq!(serde_json::to_string(&discovery).unwrap(), r#"{"Refused":"NothingNew"}"#);
    let init = InitAnswer::Refused(InitRefusal::MobilesDiffer);
    assert_eq!(serde_json::to_string(&init).unwrap(), r#"{"Refused":"MobilesDiffer"}"#);
    let confirm: Result<(), _> = Err(ConfirmRefusal::TooManyWrong);
    assert_eq!(serde_json::to_string(&confirm).unwrap(), r#"{"Err":"TooManyWrong"}"#);
}
