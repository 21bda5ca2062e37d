//! Links.

use abdm_core::error::ErrorClass;
use abdm_core::id::RequestId;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::flow::{
    AnswerTo, HeldToken, HipLinkAnswer, HipLinkEffect, HipLinkEvent, HipLinkFlow, HipLinkState,
    LinkTokenFlow, LinkWord, Listener, ListenerKind, NoticeAnswer, Sending, TokenWord,
    WordForToken, WordOfLink,
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
        uses: None,
    })
}

fn begun() -> Walk<HipLinkFlow> {
    Walk::new(HipLinkFlow::new(hip_id(), patient()), start()).on(HipLinkEvent::Begin)
}

fn listener() -> Listener {
    let flow = "3f2a1c80-0000-4000-8000-00000000a001".parse().unwrap();
    Listener { kind: ListenerKind::AutoLink, flow, wish: 1 }
}

/// The latest sending's number.
fn sending(flow: &HipLinkFlow) -> u32 {
    let state = serde_json::to_value(flow).unwrap();
    u32::try_from(state["sendings"].as_u64().unwrap()).unwrap()
}

fn request(flow: &HipLinkFlow) -> RequestId {
    request_of(sending(flow).into())
}

fn leaving(flow: &HipLinkFlow) -> HipLinkEvent {
    HipLinkEvent::Leaving { sending: sending(flow), request: request(flow) }
}

fn taken(flow: &HipLinkFlow) -> Sending {
    Sending::new(sending(flow), Some(request(flow)))
}

fn linked(flow: &HipLinkFlow, answer: HipLinkAnswer) -> HipLinkEvent {
    HipLinkEvent::LinkAnswered(AnswerTo::Request(request(flow)), answer)
}

fn noticed(flow: &HipLinkFlow, answer: NoticeAnswer) -> HipLinkEvent {
    HipLinkEvent::NoticeAnswered(AnswerTo::Request(request(flow)), answer)
}

/// Something that depends on the flow happens.
fn then(
    walk: Walk<HipLinkFlow>,
    event: impl FnOnce(&HipLinkFlow) -> HipLinkEvent,
) -> Walk<HipLinkFlow> {
    let event = event(&walk.flow);
    walk.on(event)
}

/// The link request was taken; its callback is waited for.
fn linking() -> Walk<HipLinkFlow> {
    let walk = then(begun().on(HipLinkEvent::Token(token(2))), leaving);
    then(walk, |flow| HipLinkEvent::LinkAccepted(taken(flow)))
}

/// The first notice was taken; its callback is waited for.
fn noticing() -> Walk<HipLinkFlow> {
    let walk = then(linking(), |flow| linked(flow, HipLinkAnswer::Linked)).woken();
    then(then(walk, leaving), |flow| HipLinkEvent::NoticeAccepted(taken(flow)))
}

fn refusal() -> crate::flow::Failure {
    failure("ABDM-1031", ErrorClass::UserInput)
}

impl InCorpus for HipLinkFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<HipLinkState>("state");
        // The third is of an account, and not of a link.
        let words = variants_of::<WordForToken>("note");
        all.extend(words.into_iter().filter(|word| word != "note/Account"));
        all.extend(variants_of::<LinkWord>("note"));
        let told = ["Linked", "LinkUnknown", "LinkFailed"];
        all.extend(told.map(|event| format!("effect/Announce/{event}")));
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let new = Walk::new(HipLinkFlow::new(hip_id(), patient()), start()).keep("new");
        let whole =
            begun().keep("awaiting-token").on(HipLinkEvent::Token(token(2))).keep("linking");
        let whole = then(whole, leaving).keep("linking-leaving");
        let whole =
            then(whole, |flow| HipLinkEvent::LinkAccepted(taken(flow))).keep("linking-taken");
        let whole = then(whole, |flow| linked(flow, HipLinkAnswer::Linked)).keep("noticing");
        let whole = then(whole.woken().keep("noticing-sent"), leaving);
        let whole = then(whole, |flow| HipLinkEvent::NoticeAccepted(taken(flow)));
        let whole = whole.keep("noticing-taken");
        let whole = then(whole, |flow| noticed(flow, NoticeAnswer::Refused(refusal())));
        let whole = then(whole.keep("noticing-with-a-problem"), leaving);
        let whole = then(whole, |flow| HipLinkEvent::NoticeAccepted(taken(flow)));
        let whole = then(whole, |flow| noticed(flow, NoticeAnswer::Taken));
        let not_yet = then(noticing(), |flow| {
            noticed(flow, NoticeAnswer::NotYet(failure("ABDM-1062", ErrorClass::Wait)))
        });
        let renewed = then(linking(), |flow| linked(flow, HipLinkAnswer::TokenRefused(refusal())));
        let misfit = then(linking(), |flow| linked(flow, HipLinkAnswer::TokenMisfit(refusal())));
        let failed = then(linking(), |flow| linked(flow, HipLinkAnswer::Refused(refusal())));
        let halved = then(linking(), |flow| linked(flow, HipLinkAnswer::Already));
        let partly = then(halved.keep("linking-one-half"), leaving);
        let partly = then(partly, |flow| linked(flow, HipLinkAnswer::Already));
        let partly = then(partly.keep("linking-the-other-half"), leaving);
        let partly = then(partly, |flow| linked(flow, HipLinkAnswer::Refused(refusal())));
        let in_words = then(linking(), |flow| {
            linked(flow, HipLinkAnswer::LinkedAs(AbdmText::new("Linked, so to say")))
        });
        // One try went unheard; the next says that something is linked already.
        let unheard =
            then(linking().woken().keep("linking-silent").on(HipLinkEvent::Begin), leaving);
        let unheard =
            then(unheard.keep("linking-again"), |flow| linked(flow, HipLinkAnswer::Already));
        let no_notice = patient().without_notice();
        let no_notice = Walk::new(HipLinkFlow::new(hip_id(), no_notice), start());
        let no_notice =
            then(no_notice.on(HipLinkEvent::Begin).on(HipLinkEvent::Token(token(2))), leaving);
        let no_notice = then(no_notice, |flow| linked(flow, HipLinkAnswer::Linked));
        let notice = Walk::new(HipLinkFlow::notice(hip_id(), patient()), start());
        let wanted = Walk::new(HipLinkFlow::new(hip_id(), patient().without_notice()), start());
        let wanted = wanted.on(HipLinkEvent::Wanted(listener())).keep("wanted-by-another");
        let silent = wanted.on(HipLinkEvent::Token(TokenWord::Silent)).keep("wanted-silent");
        let told = then(silent.on(HipLinkEvent::Token(token(2))), leaving);
        let told = then(told.keep("wanted-linking"), |flow| linked(flow, HipLinkAnswer::Linked));
        let no_token = Walk::new(HipLinkFlow::new(hip_id(), patient()), start())
            .on(HipLinkEvent::Wanted(listener()))
            .on(HipLinkEvent::Token(TokenWord::Refused(refusal())));
        vec![
            new,
            told.keep("wanted-finished"),
            no_token.keep("wanted-failed-without-token"),
            whole.keep("finished-with-a-problem"),
            not_yet.keep("noticing-not-yet"),
            renewed.keep("awaiting-another-token"),
            misfit.keep("failed-token-dropped"),
            failed.keep("failed"),
            partly.keep("partly-linked"),
            in_words.keep("linked-in-other-words").keep("linked-at-a-facility"),
            unheard.keep("linking-already"),
            no_notice.keep("finished"),
            notice.on(HipLinkEvent::Begin).keep("notice-alone"),
            begun().on(HipLinkEvent::Token(TokenWord::Silent)).keep("awaiting-token-silent"),
        ]
    }

    fn answers(&self, effect: HipLinkEffect, _: DateTime<Utc>) -> Vec<HipLinkEvent> {
        match effect {
            HipLinkEffect::Link { .. } => vec![
                leaving(self),
                HipLinkEvent::LinkAccepted(taken(self)),
                linked(self, HipLinkAnswer::Linked),
            ],
            HipLinkEffect::Notify { .. } => vec![
                leaving(self),
                HipLinkEvent::NoticeAccepted(taken(self)),
                noticed(self, NoticeAnswer::Taken),
            ],
            HipLinkEffect::Announce(_) => Vec::new(),
        }
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<HipLinkEvent> {
        match &self.state {
            HipLinkState::New => Some(HipLinkEvent::Begin),
            HipLinkState::AwaitingToken { .. } => Some(HipLinkEvent::Token(token(3))),
            // The answer of the earlier try is waited for, and does not come.
            HipLinkState::Linking { already: true, .. } => None,
            HipLinkState::Linking { .. } => Some(linked(self, HipLinkAnswer::Linked)),
            HipLinkState::Noticing { sent: Some(_), .. } => {
                Some(noticed(self, NoticeAnswer::Taken))
            }
            _ => None,
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        if note.subject == WordOfLink::SUBJECT {
            return note.read::<WordOfLink>().map(|word| variant_of("note", &word.report.word));
        }
        assert_eq!((&*note.kind, &*note.subject), (LinkTokenFlow::KIND, WordForToken::SUBJECT));
        note.read::<WordForToken>().map(|word| variant_of("note", &word))
    }
}
