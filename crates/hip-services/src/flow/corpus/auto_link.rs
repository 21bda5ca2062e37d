//! Links of final records by themselves.

use abdm_core::error::ErrorClass;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{failure, hip_id, start};
use crate::final_record::FinalRecord;
use crate::flow::{
    AutoLinkEffect, AutoLinkEvent, AutoLinkFlow, AutoLinkState, ContextOutcome, Failure,
    HipLinkFlow, LinkReport, LinkWord, Preparation, WishForLink,
};
use crate::patient::{LinkPatient, Visit};

fn record(hi_type: HiType) -> FinalRecord {
    let patient = LinkPatient::new(
        "asha.test@sbx".parse().unwrap(),
        "UHID-000123".parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    );
    let date = "2026-09-14T08:00:00Z".parse().unwrap();
    let visit = Visit::new("OPD-1".parse().unwrap(), "A visit", date, [hi_type]);
    FinalRecord::new(patient.abha_number("91-0000-0000-0001".parse().unwrap()), visit)
}

fn is_final(hi_type: HiType, now: DateTime<Utc>) -> AutoLinkEvent {
    let begin_at = now + TimeDelta::seconds(5);
    AutoLinkEvent::RecordIsFinal { record: Box::new(record(hi_type)), begin_at }
}

fn gathering() -> Walk<AutoLinkFlow> {
    let flow = AutoLinkFlow::new(hip_id(), record(HiType::Prescription), start());
    Walk::new(flow, start()).on(is_final(HiType::Prescription, start()))
}

fn preparing() -> Walk<AutoLinkFlow> {
    gathering().on(is_final(HiType::DiagnosticReport, start())).woken()
}

fn prepared(ask: u64, preparation: Preparation) -> AutoLinkEvent {
    AutoLinkEvent::Prepared { ask, preparation }
}

fn linking() -> Walk<AutoLinkFlow> {
    preparing().on(prepared(1, Preparation::Ready { linked: vec![HiType::Prescription] }))
}

fn word(wish: u64, outcome: ContextOutcome) -> AutoLinkEvent {
    let word = LinkWord::Over { outcomes: vec![outcome], problems: Vec::new(), no_token: false };
    let patient = record(HiType::Prescription).as_link();
    AutoLinkEvent::Word(LinkReport::new(wish, patient, word))
}

fn not_linked(failure: Failure) -> ContextOutcome {
    ContextOutcome::NotLinked(failure)
}

fn unknown() -> AutoLinkEvent {
    let patient = record(HiType::Prescription).as_link();
    AutoLinkEvent::Word(LinkReport::new(1, patient, LinkWord::Unknown { of_token: false }))
}

impl InCorpus for AutoLinkFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<AutoLinkState>("state");
        all.extend(
            ["note/link", "note/notice", "effect/Announce/AutoLinkStopped"].map(str::to_owned),
        );
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("state", &self.state)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let linked = linking().keep("linking").on(word(1, ContextOutcome::Linked));
        let down = failure("ABDM-1024", ErrorClass::UpstreamFault);
        let wrong = failure("ABDM-1207", ErrorClass::UserInput);
        let waiting = linking().on(word(2, ContextOutcome::Already)).on(word(1, not_linked(down)));
        let stopped = linking().on(word(2, ContextOutcome::Already)).on(word(1, not_linked(wrong)));
        let not_ready = preparing().on(prepared(1, Preparation::NotYet { seconds: 600 }));
        let flow = AutoLinkFlow::new(hip_id(), record(HiType::Prescription), start());
        vec![
            Walk::new(flow, start()).keep("new"),
            gathering().keep("gathering"),
            preparing().keep("preparing"),
            not_ready.keep("preparing-not-ready"),
            linked.keep("linking-half").on(word(2, ContextOutcome::Already)).keep("finished"),
            linking().on(unknown()).keep("waiting-unknown"),
            waiting.keep("waiting"),
            stopped.keep("stopped"),
        ]
    }

    fn answers(&self, effect: AutoLinkEffect, _: DateTime<Utc>) -> Vec<AutoLinkEvent> {
        match effect {
            AutoLinkEffect::Prepare { ask, .. } => {
                vec![prepared(ask, Preparation::Ready { linked: Vec::new() })]
            }
            AutoLinkEffect::Announce(_) => Vec::new(),
        }
    }

    fn awaited(&self, now: DateTime<Utc>) -> Option<AutoLinkEvent> {
        match &self.state {
            AutoLinkState::New => Some(is_final(HiType::Prescription, now)),
            AutoLinkState::Linking { waits, .. } => {
                Some(word(*waits.keys().next()?, ContextOutcome::Linked))
            }
            _ => None,
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        assert_eq!((&*note.kind, &*note.subject), (HipLinkFlow::KIND, WishForLink::SUBJECT));
        let wish = note.read::<WishForLink>()?;
        Ok(if wish.notice_only { "note/notice" } else { "note/link" }.to_owned())
    }
}
