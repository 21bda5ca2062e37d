//! Link tokens.

use abdm_core::error::ErrorClass;
use abdm_core::id::RequestId;
use abdm_core::vocabulary::Gender;
use abdm_flow::Flow as _;
use abdm_flow::store::FlowId;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::api::hip_linking::LinkTokenRequest;
use crate::flow::{
    AnswerTo, HipLinkFlow, LinkTokenEffect, LinkTokenEvent, LinkTokenFlow, LinkTokenState,
    TokenWord, WordForLink,
};

fn link(number: u8) -> FlowId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().unwrap()
}

fn details() -> LinkTokenRequest {
    let address = "asha.test@sbx".parse().unwrap();
    LinkTokenRequest::new(address, "Asha Test Kumari", Gender::Female, 1988)
        .abha_number("91-0000-0000-0001".parse().unwrap())
}

fn wanted() -> LinkTokenEvent {
    LinkTokenEvent::Wanted { by: link(1), request: details(), in_place_of: None }
}

fn sending(flow: &LinkTokenFlow) -> u32 {
    let state = serde_json::to_value(flow).unwrap();
    u32::try_from(state["sendings"].as_u64().unwrap()).unwrap()
}

fn request(flow: &LinkTokenFlow) -> RequestId {
    request_of(sending(flow).into())
}

fn issued(flow: &LinkTokenFlow, now: DateTime<Utc>) -> LinkTokenEvent {
    LinkTokenEvent::Issued {
        request: request(flow),
        token: sealed(4),
        expires_at: now + TimeDelta::days(182),
        abha_number: Some("91-0000-0000-0001".parse().unwrap()),
    }
}

fn leaving(flow: &LinkTokenFlow) -> LinkTokenEvent {
    LinkTokenEvent::Leaving { sending: sending(flow), request: request(flow) }
}

fn new() -> Walk<LinkTokenFlow> {
    Walk::new(LinkTokenFlow::new(hip_id(), "asha.test@sbx".parse().unwrap()), start())
}

/// The request has left and was taken.
fn asked() -> Walk<LinkTokenFlow> {
    let walk = new().on(wanted());
    let left = leaving(&walk.flow);
    let walk = walk.on(left);
    let taken = LinkTokenEvent::Accepted { sending: sending(&walk.flow) };
    walk.on(taken)
}

fn held() -> Walk<LinkTokenFlow> {
    let walk = asked().after(TimeDelta::seconds(3));
    let issued = issued(&walk.flow, walk.now);
    walk.on(issued)
}

fn refused(code: &str, class: ErrorClass) -> Walk<LinkTokenFlow> {
    let walk = asked();
    let to = AnswerTo::Request(request(&walk.flow));
    walk.on(LinkTokenEvent::Refused(to, failure(code, class)))
}

/// Two records of the address differ, and ABDM has refused the details of the first.
fn another_record_is_refused() -> Walk<LinkTokenFlow> {
    let mut request = details();
    request.year_of_birth = 1989;
    let wanted = LinkTokenEvent::Wanted { by: link(2), request, in_place_of: None };
    let walk = asked().on(wanted);
    let to = AnswerTo::Request(request_of(sending(&walk.flow).into()));
    walk.on(LinkTokenEvent::Refused(to, failure("ABDM-1207", ErrorClass::UserInput)))
}

impl InCorpus for LinkTokenFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<LinkTokenState>("state");
        all.extend(variants_of::<TokenWord>("note"));
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let in_place_of = Some(sealed(4));
        let again = LinkTokenEvent::Wanted { by: link(2), request: details(), in_place_of };
        let first = new().keep("new").on(wanted()).keep("asked");
        let unsent = LinkTokenEvent::NotSent {
            sending: sending(&first.flow),
            failure: failure("ABDM-9999", ErrorClass::UpstreamFault),
        };
        vec![
            first.on(unsent).keep("postponed-not-sent"),
            asked().keep("asked-taken").woken().keep("silent"),
            held()
                .keep("held")
                .keep("held-for-one-record")
                .on(again)
                .keep("postponed")
                .keep("postponed-told"),
            held().on(LinkTokenEvent::Dropped { token: Some(sealed(4)) }).keep("missing-dropped"),
            held().woken().keep("missing-run-out"),
            refused("ABDM-1031", ErrorClass::UserInput).keep("refused"),
            refused("ABDM-1027", ErrorClass::Wait).keep("blocked"),
            another_record_is_refused().keep("postponed-for-another-record"),
        ]
    }

    fn answers(&self, effect: LinkTokenEffect, now: DateTime<Utc>) -> Vec<LinkTokenEvent> {
        if matches!(effect, LinkTokenEffect::Waits { .. }) {
            return Vec::new();
        }
        let sending = sending(self);
        vec![leaving(self), LinkTokenEvent::Accepted { sending }, issued(self, now)]
    }

    fn awaited(&self, now: DateTime<Utc>) -> Option<LinkTokenEvent> {
        let waits =
            matches!(self.state, LinkTokenState::Asked { .. } | LinkTokenState::Silent { .. });
        waits.then(|| issued(self, now))
    }

    // A number that is known is kept, and a token that nobody wanted was never asked for.
    fn rests(&self) -> bool {
        matches!(self.state, LinkTokenState::Missing)
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        assert_eq!((&*note.kind, &*note.subject), (HipLinkFlow::KIND, WordForLink::SUBJECT));
        note.read::<WordForLink>().map(|told| variant_of("note", &told.word))
    }
}
