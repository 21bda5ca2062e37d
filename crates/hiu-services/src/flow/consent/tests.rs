//! The consent flow: whatever the order of the news, the same end.

use crate::api::consent::{ConsentDecision, ConsentRequestState, ConsentTerms};
use crate::flow::{
    ArtefactFlow, ConsentEffect, ConsentEvent, ConsentFlow, ConsentState, EndReason, Patience,
    Refusal,
};
use abdm_core::id::{ConsentId, ConsentRequestId};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::Note;
use abdm_flow::{Flow, FlowError, MAIN_LANE, Step};
use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::Value;

use crate::flow::made_up::{consent_id, consent_request_id, granted, hiu_id, request_id, start};

fn fresh() -> ConsentFlow {
    let detail = granted(consent_id(1));
    let terms = ConsentTerms::new(
        detail.patient.id,
        hiu_id(),
        detail.purpose,
        crate::flow::made_up::doctor(),
        detail.hi_types,
        detail.permission,
    );
    ConsentFlow::new(terms, Patience::default(), start())
}

fn decided(status: ConsentStatus, artefacts: &[ConsentId]) -> ConsentEvent {
    let decision = ConsentDecision::new(consent_request_id(), status, artefacts.iter().cloned());
    ConsentEvent::Decided { notice: request_id(7), decision }
}

/// Applies events; those that come too early wait for the next change, as in the inbox.
fn run(flow: &mut ConsentFlow, events: Vec<ConsentEvent>) -> Vec<ConsentEffect> {
    let (mut effects, mut early) = (Vec::new(), Vec::new());
    for event in events {
        let mut pending = vec![event];
        pending.append(&mut early);
        for event in pending {
            let before = flow.clone();
            match flow.on(event.clone(), start()) {
                Ok(step) => effects.extend(all_of(step)),
                Err(FlowError::NotYet { .. }) => {
                    *flow = before;
                    early.push(event);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    for event in early {
        effects.extend(flow.on(event, start()).map(all_of).unwrap_or_default());
    }
    effects
}

/// What a step wants, its notes written as the effects that said the same before there were notes.
fn all_of(step: Step<ConsentEffect>) -> Vec<ConsentEffect> {
    let noted = |note: &Note| {
        assert_eq!((note.kind, note.subject), (ArtefactFlow::KIND, "ArtefactNote"));
        let said: Value = note.payload.decode().unwrap();
        let artefact = serde_json::from_value(said["artefact"].clone()).unwrap();
        match &said["word"] {
            Value::String(begin) if begin == "Begin" => ConsentEffect::Begin(artefact),
            end => {
                let reason = serde_json::from_value(end["End"].clone()).unwrap();
                ConsentEffect::End { artefact, reason }
            }
        }
    };
    let notes: Vec<_> = step.notes.iter().map(noted).collect();
    notes.into_iter().chain(step.effects.into_iter().map(|wanted| wanted.effect)).collect()
}

fn begun(effects: &[ConsentEffect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, ConsentEffect::Begin(_))).count()
}

#[test]
fn a_grant_begins_one_flow_for_each_artefact_and_is_acknowledged() {
    let (a, b) = (consent_id(1), consent_id(2));
    let mut flow = fresh();
    let grant = decided(ConsentStatus::Granted, &[a.clone(), b.clone()]);
    let effects = run(
        &mut flow,
        vec![
            ConsentEvent::Ask,
            ConsentEvent::Sent,
            ConsentEvent::Taken(consent_request_id()),
            grant.clone(),
            grant,
        ],
    );
    assert_eq!(flow.state, ConsentState::Granted);
    assert_eq!(begun(&effects), 2);
    let acknowledged: Vec<_> = effects
        .iter()
        .filter(|effect| matches!(effect, ConsentEffect::Acknowledge { .. }))
        .collect();
    let expected = ConsentEffect::Acknowledge { notice: request_id(7), artefacts: vec![a, b] };
    assert_eq!(acknowledged, [&expected, &expected], "each notice is acknowledged");
}

#[test]
fn a_refusal_by_the_patient_is_acknowledged_with_an_empty_list_and_final() {
    let mut flow = fresh();
    let effects = run(
        &mut flow,
        vec![
            ConsentEvent::Ask,
            ConsentEvent::Taken(consent_request_id()),
            decided(ConsentStatus::Denied, &[]),
            decided(ConsentStatus::Expired, &[]),
        ],
    );
    assert!(matches!(flow.state, ConsentState::Denied { .. }), "{:?}", flow.state);
    assert!(
        effects
            .contains(&ConsentEffect::Acknowledge { notice: request_id(7), artefacts: Vec::new() })
    );
}

#[test]
fn a_beginning_of_an_earlier_release_is_told_by_a_note_unless_its_artefact_is_over() {
    let (a, b) = (consent_id(1), consent_id(2));
    let grant = decided(ConsentStatus::Granted, &[a.clone(), b.clone()]);
    let mut flow = fresh();
    run(&mut flow, vec![ConsentEvent::Ask, ConsentEvent::Taken(consent_request_id()), grant]);
    let again =
        |id: &ConsentId| ConsentEvent::NotifyArtefact(Box::new(ConsentEffect::Begin(id.clone())));
    assert_eq!(begun(&run(&mut flow, vec![again(&a)])), 1);

    let ended = decided(ConsentStatus::Revoked, std::slice::from_ref(&a));
    run(&mut flow, vec![ended]);
    assert_eq!(flow.artefacts.get(&a), Some(&Some(EndReason::Revoked)));
    assert_eq!(begun(&run(&mut flow, vec![again(&a)])), 0, "its end was told");
    assert_eq!(begun(&run(&mut flow, vec![again(&b)])), 1);
}

#[test]
fn silence_becomes_unknown_and_a_late_callback_is_still_taken() {
    let mut flow = fresh();
    let step = flow.on(ConsentEvent::Ask, start()).unwrap();
    assert_eq!(
        step.wake,
        abdm_flow::Wake::At(start() + TimeDelta::seconds(60)),
        "the wait has an end"
    );
    run(&mut flow, vec![ConsentEvent::Sent, ConsentEvent::Woken]);
    assert_eq!(flow.state, ConsentState::Silent);
    run(&mut flow, vec![ConsentEvent::Taken(consent_request_id())]);
    assert_eq!(flow.state, ConsentState::Requested);
}

#[test]
fn a_question_in_doubt_is_asked_once_more_and_only_after_the_wait() {
    let mut flow = fresh();
    let asked = |effects: &[ConsentEffect]| {
        effects.iter().filter(|effect| matches!(effect, ConsentEffect::Ask(_))).count()
    };
    assert_eq!(asked(&run(&mut flow, vec![ConsentEvent::Ask, ConsentEvent::InDoubt])), 1);
    assert_eq!(asked(&run(&mut flow, vec![ConsentEvent::Woken])), 1);
    let third = run(&mut flow, vec![ConsentEvent::InDoubt, ConsentEvent::Woken]);
    assert_eq!((asked(&third), flow.state), (0, ConsentState::Silent));

    let mut flow = fresh();
    let taken = ConsentEvent::Taken(consent_request_id());
    let news = vec![ConsentEvent::Ask, ConsentEvent::InDoubt, taken, ConsentEvent::Woken];
    assert_eq!(asked(&run(&mut flow, news)), 1, "the callback has settled it");
}

#[test]
fn a_refusal_by_abdm_ends_the_request() {
    let mut flow = fresh();
    run(&mut flow, vec![ConsentEvent::Ask, ConsentEvent::NotSent(Refusal::new("no"))]);
    assert!(matches!(flow.state, ConsentState::Refused(_)));
}

#[test]
fn a_lost_notice_is_made_good_by_the_status() {
    let mut flow = fresh();
    let state = |artefacts: Vec<ConsentId>| {
        let status = ConsentStatus::Granted;
        ConsentEvent::Status(ConsentRequestState::new(consent_request_id(), status, artefacts))
    };
    run(&mut flow, vec![ConsentEvent::Ask, ConsentEvent::Taken(consent_request_id())]);
    run(&mut flow, vec![state(Vec::new())]);
    assert_eq!(flow.state, ConsentState::Requested, "a bare grant waits for its notice");
    let effects = run(&mut flow, vec![state(vec![consent_id(1)])]);
    assert_eq!((flow.state.clone(), begun(&effects)), (ConsentState::Granted, 1));
}

fn decided_of(id: &str, status: ConsentStatus, artefacts: &[ConsentId]) -> ConsentEvent {
    let id = ConsentRequestId::new(id).unwrap();
    let decision = ConsentDecision::new(id, status, artefacts.iter().cloned());
    ConsentEvent::Decided { notice: request_id(8), decision }
}

/// Asked, in doubt, asked once more, and both were taken.
fn asked_twice() -> ConsentFlow {
    let mut flow = fresh();
    let ask = [ConsentEvent::Ask, ConsentEvent::InDoubt, ConsentEvent::Woken, ConsentEvent::Sent];
    run(&mut flow, ask.to_vec());
    for id in ["first", "second"] {
        let id = ConsentRequestId::new(id).unwrap();
        let step = flow.on(ConsentEvent::Taken(id.clone()), start()).unwrap();
        assert_eq!(step.keys, [ConsentFlow::key(&id)], "decisions on it find the flow");
    }
    flow
}

#[test]
fn a_question_that_was_taken_twice_is_found_by_either_id() {
    let (a, b) = (consent_id(1), consent_id(2));
    let mut flow = asked_twice();
    let grant = decided_of("second", ConsentStatus::Granted, std::slice::from_ref(&a));
    assert_eq!(begun(&run(&mut flow, vec![grant])), 1);
    let late = decided_of("first", ConsentStatus::Granted, &[b]);
    assert_eq!(begun(&run(&mut flow, vec![late])), 1);
    let checks = run(&mut flow, vec![ConsentEvent::Check]);
    assert_eq!(checks.len(), 2, "each id is asked for");
}

#[test]
fn the_end_of_one_of_two_ids_says_nothing_of_the_other() {
    let a = consent_id(1);
    let grant = decided_of("first", ConsentStatus::Granted, std::slice::from_ref(&a));
    for status in [ConsentStatus::Expired, ConsentStatus::Denied] {
        let other = decided_of("second", status, &[]);
        for news in [[grant.clone(), other.clone()], [other, grant.clone()]] {
            let mut flow = asked_twice();
            let effects = run(&mut flow, news.to_vec());
            assert_eq!((flow.state.clone(), begun(&effects)), (ConsentState::Granted, 1));
            let ended = effects.iter().any(|e| matches!(e, ConsentEffect::End { .. }));
            assert!(!ended, "{effects:?}");
            run(&mut flow, vec![decided_of("first", ConsentStatus::Revoked, &[])]);
            assert_eq!(flow.state, ConsentState::Revoked);
        }
    }
    let mut flow = asked_twice();
    let denials = ["first", "second"].map(|id| decided_of(id, ConsentStatus::Denied, &[]));
    run(&mut flow, denials.to_vec());
    assert!(matches!(flow.state, ConsentState::Denied { .. }));
}

#[test]
fn a_lost_revocation_is_made_good_by_the_status() {
    for (status, state) in [
        (ConsentStatus::Revoked, ConsentState::Revoked),
        (ConsentStatus::Expired, ConsentState::Expired),
    ] {
        let mut flow = fresh();
        let found = ConsentRequestState::new(consent_request_id(), status, Vec::new());
        let news = vec![
            ConsentEvent::Ask,
            ConsentEvent::Taken(consent_request_id()),
            decided(ConsentStatus::Granted, &[consent_id(1)]),
            ConsentEvent::Status(found),
        ];
        let effects = run(&mut flow, news);
        assert_eq!(flow.state, state);
        let ended = effects.iter().any(|e| matches!(e, ConsentEffect::End { .. }));
        assert!(ended, "{effects:?}");
    }
}

#[test]
fn an_artefact_is_told_in_the_commit_of_the_decision_and_nothing_waits_for_its_acknowledgement() {
    let mut flow = fresh();
    let taken = ConsentEvent::Taken(consent_request_id());
    run(&mut flow, vec![ConsentEvent::Ask, taken]);
    for news in
        [decided(ConsentStatus::Granted, &[consent_id(1)]), decided(ConsentStatus::Revoked, &[])]
    {
        let step = flow.on(news, start()).unwrap();
        assert_eq!(step.notes.len(), 1);
        let lanes: Vec<_> = step.effects.iter().map(|wanted| wanted.lane).collect();
        assert_eq!(lanes.len(), 2, "the hospital is told, and ABDM: {:?}", step.effects);
        assert!(lanes[0] != lanes[1] && !lanes.contains(&MAIN_LANE), "{lanes:?}");
    }
}

#[test]
fn a_grant_after_the_revocation_stays_dead() {
    let mut flow = fresh();
    let effects = run(
        &mut flow,
        vec![
            ConsentEvent::Ask,
            ConsentEvent::Taken(consent_request_id()),
            decided(ConsentStatus::Revoked, &[]),
            decided(ConsentStatus::Granted, &[consent_id(1)]),
        ],
    );
    assert_eq!((flow.state.clone(), begun(&effects)), (ConsentState::Revoked, 0));
}

proptest! {
    #[test]
    fn shuffled_and_doubled_news_come_to_the_same_end(
        revoked in proptest::collection::vec(any::<bool>(), 3),
        whole in any::<bool>(),
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        doubled in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let all: Vec<_> = (0..3).map(consent_id).collect();
        let mut news = vec![
            ConsentEvent::Taken(consent_request_id()),
            decided(ConsentStatus::Granted, &all),
        ];
        for (id, revoked) in all.iter().zip(&revoked) {
            if *revoked {
                news.push(decided(ConsentStatus::Revoked, std::slice::from_ref(id)));
            }
        }
        if whole {
            news.push(decided(ConsentStatus::Revoked, &[]));
        }
        let mut straight = fresh();
        let ask = || vec![ConsentEvent::Ask, ConsentEvent::Sent];
        run(&mut straight, ask().into_iter().chain(news.clone()).collect());

        let mut shuffled = ask();
        for index in order {
            if let Some(event) = news.get(index) {
                shuffled.push(event.clone());
                if doubled[index] {
                    shuffled.push(event.clone());
                }
            }
        }
        let mut other = fresh();
        let effects = run(&mut other, shuffled);
        // Which artefacts had a flow before they ended is history, and told by the effects below.
        let end = |flow: &ConsentFlow| {
            (flow.state.clone(), flow.since, flow.id.clone(), flow.others.clone(), flow.artefacts.clone())
        };
        prop_assert_eq!(end(&other), end(&straight));
        // Whatever was begun and is over was told so.
        for effect in &effects {
            if let ConsentEffect::Begin(id) = effect
                && other.artefacts[id] == Some(EndReason::Revoked)
            {
                let end = ConsentEffect::End { artefact: id.clone(), reason: EndReason::Revoked };
                prop_assert!(effects.contains(&end));
            }
        }
    }
}
