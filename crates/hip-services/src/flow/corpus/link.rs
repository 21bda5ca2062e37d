//! Links.

use abdm_core::error::ErrorClass;
use abdm_core::id::RequestId;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::flow::{
    AnswerTo, HeldToken, LinkAnswer, LinkEffect, LinkEvent, LinkFlow, LinkState, LinkTokenFlow,
    NoticeAnswer, Sending, TokenWord, WordForToken,
};
use crate::hooks::AbdmText;
use crate::patient::{LinkPatient, Visit};

fn patient() -> LinkPatient {
    let date = "2026-09-14T08:00:00Z".parse().unwrap();
    let visit = |reference: &str, types: &[HiType]| {
        Visit::new(reference.parse().unwrap(), "A visit", date, types.iter().cloned())
    };
    LinkPatient::new(
        "asha.test@sbx".parse().unwrap(),
        "UHID-000123".parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    )
    .abha_number("91-0000-0000-0001".parse().unwrap())
    .visit(visit("OPD-1", &[HiType::OpConsultation]))
    .visit(visit("OPD-2", &[HiType::Prescription, HiType::OpConsultation]))
}

fn token(fill: u8) -> TokenWord {
    TokenWord::Ready(HeldToken {
        token: sealed(fill),
        expires_at: "2027-03-14T00:00:00Z".parse().unwrap(),
        abha_number: Some("91-0000-0000-0001".parse().unwrap()),
    })
}

fn begun() -> Walk<LinkFlow> {
    Walk::new(LinkFlow::new(hip_id(), patient()), start()).on(LinkEvent::Begin)
}

/// The latest sending's number.
fn sending(flow: &LinkFlow) -> u32 {
    let state = serde_json::to_value(flow).unwrap();
    u32::try_from(state["sendings"].as_u64().unwrap()).unwrap()
}

fn request(flow: &LinkFlow) -> RequestId {
    request_of(sending(flow).into())
}

fn leaving(flow: &LinkFlow) -> LinkEvent {
    LinkEvent::Leaving { sending: sending(flow), request: request(flow) }
}

fn taken(flow: &LinkFlow) -> Sending {
    Sending::new(sending(flow), Some(request(flow)))
}

fn linked(flow: &LinkFlow, answer: LinkAnswer) -> LinkEvent {
    LinkEvent::LinkAnswered(AnswerTo::Request(request(flow)), answer)
}

fn noticed(flow: &LinkFlow, answer: NoticeAnswer) -> LinkEvent {
    LinkEvent::NoticeAnswered(AnswerTo::Request(request(flow)), answer)
}

/// Something that depends on the flow happens.
fn then(walk: Walk<LinkFlow>, event: impl FnOnce(&LinkFlow) -> LinkEvent) -> Walk<LinkFlow> {
    let event = event(&walk.flow);
    walk.on(event)
}

/// The link request was taken; its callback is waited for.
fn linking() -> Walk<LinkFlow> {
    let walk = then(begun().on(LinkEvent::Token(token(2))), leaving);
    then(walk, |flow| LinkEvent::LinkAccepted(taken(flow)))
}

/// The first notice was taken; its callback is waited for.
fn noticing() -> Walk<LinkFlow> {
    let walk = then(linking(), |flow| linked(flow, LinkAnswer::Linked)).woken();
    then(then(walk, leaving), |flow| LinkEvent::NoticeAccepted(taken(flow)))
}

fn refusal() -> crate::flow::Failure {
    failure("ABDM-1031", ErrorClass::UserInput)
}

impl InCorpus for LinkFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<LinkState>("state");
        all.extend(variants_of::<WordForToken>("note"));
        let told = ["Linked", "LinkUnknown", "LinkFailed"];
        all.extend(told.map(|event| format!("effect/Announce/{event}")));
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let new = Walk::new(LinkFlow::new(hip_id(), patient()), start()).keep("new");
        let whole = begun().keep("awaiting-token").on(LinkEvent::Token(token(2))).keep("linking");
        let whole = then(whole, leaving).keep("linking-leaving");
        let whole = then(whole, |flow| LinkEvent::LinkAccepted(taken(flow))).keep("linking-taken");
        let whole = then(whole, |flow| linked(flow, LinkAnswer::Linked)).keep("noticing");
        let whole = then(whole.woken().keep("noticing-sent"), leaving);
        let whole = then(whole, |flow| LinkEvent::NoticeAccepted(taken(flow)));
        let whole = whole.keep("noticing-taken");
        let whole = then(whole, |flow| noticed(flow, NoticeAnswer::Refused(refusal())));
        let whole = then(whole.keep("noticing-with-a-problem"), leaving);
        let whole = then(whole, |flow| LinkEvent::NoticeAccepted(taken(flow)));
        let whole = then(whole, |flow| noticed(flow, NoticeAnswer::Taken));
        let not_yet = then(noticing(), |flow| {
            noticed(flow, NoticeAnswer::NotYet(failure("ABDM-1062", ErrorClass::Wait)))
        });
        let renewed = then(linking(), |flow| linked(flow, LinkAnswer::TokenRefused(refusal())));
        let misfit = then(linking(), |flow| linked(flow, LinkAnswer::TokenMisfit(refusal())));
        let failed = then(linking(), |flow| linked(flow, LinkAnswer::Refused(refusal())));
        let halved = then(linking(), |flow| linked(flow, LinkAnswer::Already));
        let partly = then(halved.keep("linking-one-half"), leaving);
        let partly = then(partly, |flow| linked(flow, LinkAnswer::Already));
        let partly = then(partly.keep("linking-the-other-half"), leaving);
        let partly = then(partly, |flow| linked(flow, LinkAnswer::Refused(refusal())));
        let in_words = then(linking(), |flow| {
            linked(flow, LinkAnswer::LinkedAs(AbdmText::new("Linked, so to say")))
        });
        // One try went unheard; the next says that something is linked already.
        let unheard = then(linking().woken().keep("linking-silent").on(LinkEvent::Begin), leaving);
        let unheard = then(unheard.keep("linking-again"), |flow| linked(flow, LinkAnswer::Already));
        let no_notice = patient().without_notice();
        let no_notice = Walk::new(LinkFlow::new(hip_id(), no_notice), start());
        let no_notice =
            then(no_notice.on(LinkEvent::Begin).on(LinkEvent::Token(token(2))), leaving);
        let no_notice = then(no_notice, |flow| linked(flow, LinkAnswer::Linked));
        let notice = Walk::new(LinkFlow::notice(hip_id(), patient()), start());
        vec![
            new,
            whole.keep("finished-with-a-problem"),
            not_yet.keep("noticing-not-yet"),
            renewed.keep("awaiting-another-token"),
            misfit.keep("failed-token-dropped"),
            failed.keep("failed"),
            partly.keep("partly-linked"),
            in_words.keep("linked-in-other-words"),
            unheard.keep("linking-already"),
            no_notice.keep("finished"),
            notice.on(LinkEvent::Begin).keep("notice-alone"),
            begun().on(LinkEvent::Token(TokenWord::Silent)).keep("awaiting-token-silent"),
        ]
    }

    fn answers(&self, effect: LinkEffect, _: DateTime<Utc>) -> Vec<LinkEvent> {
        match effect {
            LinkEffect::Link { .. } => vec![
                leaving(self),
                LinkEvent::LinkAccepted(taken(self)),
                linked(self, LinkAnswer::Linked),
            ],
            LinkEffect::Notify { .. } => vec![
                leaving(self),
                LinkEvent::NoticeAccepted(taken(self)),
                noticed(self, NoticeAnswer::Taken),
            ],
            LinkEffect::Announce(_) => Vec::new(),
        }
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<LinkEvent> {
        match &self.state {
            LinkState::New => Some(LinkEvent::Begin),
            LinkState::AwaitingToken { .. } => Some(LinkEvent::Token(token(3))),
            // The answer of the earlier try is waited for, and does not come.
            LinkState::Linking { already: true, .. } => None,
            LinkState::Linking { .. } => Some(linked(self, LinkAnswer::Linked)),
            LinkState::Noticing { sent: Some(_), .. } => Some(noticed(self, NoticeAnswer::Taken)),
            _ => None,
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        assert_eq!((&*note.kind, &*note.subject), (LinkTokenFlow::KIND, WordForToken::SUBJECT));
        note.read::<WordForToken>().map(|word| variant_of("note", &word))
    }
}
