//! Consent requests.

use abdm_core::api::consent::DateRange;
use abdm_core::id::ConsentRequestId;
use abdm_core::vocabulary::{ConsentStatus, HiType};
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use crate::ConsentRequest;
use crate::api::consent::{ConsentDecision, Reason};
use crate::flow::made_up::{consent_id, doctor, hiu_id, request_id, start};
use crate::flow::{
    ArtefactNote, ArtefactWord, ConsentEffect, ConsentEvent, ConsentFlow, ConsentState, EndReason,
    Patience, Refusal,
};

fn id(number: u8) -> ConsentRequestId {
    format!("05f14b1d-4465-453a-8249-1382d79d27{number:02x}").parse().unwrap()
}

fn asked() -> Walk<ConsentFlow> {
    let dates = DateRange::new(
        "2021-01-01T00:00:00Z".parse().unwrap(),
        "2026-09-14T00:00:00Z".parse().unwrap(),
    );
    let question = ConsentRequest::for_care("asha.test@sbx".parse().unwrap(), doctor())
        .of_types([HiType::OpConsultation, HiType::Prescription])
        .dated(dates)
        .erased_at("2026-10-14T00:00:00Z".parse().unwrap());
    let terms = question.into_terms(hiu_id(), start()).unwrap();
    let flow = ConsentFlow::new(terms, Patience::default(), start())
        .of_number(Some("91-0000-0000-0001".parse().unwrap()));
    Walk::new(flow, start()).on(ConsentEvent::Ask)
}

fn requested() -> Walk<ConsentFlow> {
    asked().on(ConsentEvent::Sent).on(ConsentEvent::Taken(id(1)))
}

fn decided(status: ConsentStatus, artefacts: &[u8]) -> ConsentEvent {
    let artefacts = artefacts.iter().map(|number| consent_id(*number));
    ConsentEvent::Decided {
        notice: request_id(9),
        decision: ConsentDecision::new(id(1), status, artefacts),
    }
}

fn granted() -> Walk<ConsentFlow> {
    requested().on(decided(ConsentStatus::Granted, &[1, 2]))
}

impl InCorpus for ConsentFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<ConsentState>("state");
        let by_manager =
            |reason: &String| !reason.ends_with("EraseDate") && !reason.ends_with("Asked");
        all.extend(variants_of::<EndReason>("end").into_iter().filter(by_manager));
        all.extend(variants_of::<ArtefactWord>("note"));
        all.extend(["ConsentDecided", "DecisionNotUnderstood"].map(|e| format!("effect/Tell/{e}")));
        all
    }

    fn shows(&self) -> Vec<String> {
        let ends = self.artefacts.values().flatten().map(|reason| variant_of("end", reason));
        ends.chain([variant_of("state", &self.state)]).collect()
    }

    fn walks() -> Vec<Walk<Self>> {
        let mut denial = ConsentDecision::new(id(1), ConsentStatus::Denied, []);
        denial.reason = Some(Reason::new("not now"));
        let denial = ConsentEvent::Decided { notice: request_id(9), decision: denial };
        let notify = ConsentEvent::NotifyArtefact(Box::new(ConsentEffect::Begin(consent_id(2))));
        let twice = asked().on(ConsentEvent::InDoubt).keep("asking-in-doubt").woken();
        let twice = twice.keep("asking-again").on(ConsentEvent::Sent);
        let twice = twice.on(ConsentEvent::Taken(id(1))).on(ConsentEvent::Taken(id(2)));
        let early = requested().on(decided(ConsentStatus::Revoked, &[3]));
        vec![
            asked().keep("asking").on(ConsentEvent::Sent).keep("asking-sent"),
            asked().on(ConsentEvent::Sent).woken().keep("silent"),
            twice.keep("requested-twice"),
            requested().keep("requested").on(ConsentEvent::Check).keep("requested-checking"),
            asked().on(ConsentEvent::NotSent(Refusal::new("refused"))).keep("refused"),
            granted().keep("granted").woken().keep("granted-reviewing"),
            granted().on(notify).keep("granted-artefact-notified"),
            granted().on(decided(ConsentStatus::Revoked, &[1])).keep("granted-one-revoked"),
            granted().on(decided(ConsentStatus::Revoked, &[])).keep("revoked"),
            granted().on(decided(ConsentStatus::Expired, &[])).keep("expired"),
            early.keep("requested-one-revoked-before-its-grant"),
            requested().on(denial).keep("denied"),
            granted().on(decided("PAUSED".into(), &[])).keep("granted-unknown-decision"),
        ]
    }

    fn answers(&self, effect: ConsentEffect, _: DateTime<Utc>) -> Vec<ConsentEvent> {
        match effect {
            ConsentEffect::Ask(_) => vec![ConsentEvent::Sent, ConsentEvent::Taken(id(1))],
            ConsentEffect::Review(_) => vec![ConsentEvent::Reviewed { alive: false }],
            _ => Vec::new(),
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        let ArtefactNote { word, .. } = note.read()?;
        Ok(variant_of("note", &word))
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<ConsentEvent> {
        match self.state {
            ConsentState::Asking | ConsentState::Silent => Some(ConsentEvent::Taken(id(1))),
            // A second id was given to the same question: it is decided, too.
            ConsentState::Requested => Some(decided(ConsentStatus::Granted, &[1])),
            _ => None,
        }
    }
}
