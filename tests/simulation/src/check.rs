//! What must be so when everything is over.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::testing::log::shows;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::{DeadLetterList, FlowList, FlowStore as _, Scope};
use hip_services::api::patient_status::AbhaStanding;
use hip_services::flow::{UserLinkEnd, UserLinkState};
use serde_json::Value;
use tokio::time::sleep;

use crate::gateway::tokens;
use crate::house::House;
use crate::ledger::FaultKind;
use crate::log::TIME_WIDTH;
use crate::node::{Alive, Desk, Role};
use crate::people::{FAMILY_MOBILE, HI_TYPES, MARK};
use crate::town::{ARTEFACT, Town};

/// How many messages and effects wait in a house.
pub(crate) async fn waiting(house: &House) -> u64 {
    let depths = house.memory.depths(house.kinds).await.expect("a store in memory");
    depths.iter().map(|depths| depths.messages + depths.effects).sum()
}

/// How many were set aside.
pub(crate) async fn set_aside(house: &House) -> u64 {
    let list = DeadLetterList::new(10_000);
    let dead = house.memory.dead_letters(&list).await.expect("a store in memory");
    u64::try_from(dead.len()).unwrap_or(u64::MAX)
}

/// Every message and effect that was taken in is settled, or set aside, once.
pub(crate) async fn works(town: &Town) {
    let ledger = &town.world.ledger;
    for house in &town.houses {
        for what in house.works.faults() {
            ledger.fault(FaultKind::Lost, format!("{}: {what}", house.name));
        }
        let (messages, effects) = (house.works.messages(), house.works.effects());
        for (what, count) in [("messages", messages), ("effects", effects)] {
            if count.taken != count.done + count.dead {
                let what = format!(
                    "{}: {} {what} were taken in, {} were settled and {} set aside",
                    house.name, count.taken, count.done, count.dead
                );
                ledger.fault(FaultKind::Lost, what);
            }
        }
        let aside = set_aside(house).await;
        if aside != messages.dead + effects.dead {
            let what = format!("{}: {aside} dead letters are there, of others", house.name);
            ledger.fault(FaultKind::Lost, what);
        }
    }
}

/// Every message that was answered 202 was taken in, once.
pub(crate) fn accepted(town: &Town) {
    for ((facility, endpoint), accepted) in town.world.ledger.accepted_by_endpoint() {
        let scope = Scope::new(&facility);
        let taken: u64 =
            town.houses.iter().map(|house| house.works.taken_of(&scope, endpoint)).sum();
        if taken != accepted {
            let what = format!(
                "{facility} answered {accepted} messages {endpoint} with 202 and took in {taken}"
            );
            town.world.ledger.fault(FaultKind::Lost, what);
        }
    }
}

/// What is counted of a house is all that its nodes do in it.
pub(crate) async fn kinds(town: &Town) {
    for node in &town.nodes {
        let Some(alive) = node.current() else {
            continue;
        };
        let health = alive.desk.engine().health().await.expect("a store that is healed");
        let served: BTreeSet<&str> = health.depths.iter().map(|of| of.kind.as_str()).collect();
        if served != node.house.kinds.iter().copied().collect() {
            let what = format!("{} serves other kinds of flow than are counted", node.name);
            town.world.ledger.fault(FaultKind::Lost, what);
        }
    }
}

/// No key outlives its transfer, and nothing of a consent that is over is kept.
pub(crate) async fn shelves(town: &Town) {
    let ledger = &town.world.ledger;
    for (hiu, shelf) in town.people.hius.iter().zip(&town.shelves) {
        let scope = Scope::new(hiu.as_str());
        for house in &town.houses {
            let list = FlowList::new(&scope, ARTEFACT, 1_000);
            for stored in house.store().flows(&list).await.expect("a store in memory") {
                let state: Value = stored.state.decode().expect("a snapshot is JSON");
                if has_ended(&state) && has_keys(&state) {
                    let what = format!("a key of {} outlives its transfer", stored.id);
                    ledger.fault(FaultKind::OutsideConsent, what);
                }
            }
        }
        for consent in town.gateway.all_over() {
            let kept = shelf.under(&consent).len();
            if kept > 0 {
                let what = format!("{kept} documents of {consent} are still kept");
                ledger.fault(FaultKind::OutsideConsent, what);
            }
        }
    }
}

/// A hospital that heard of a grant has heard of its end. From then on no page may leave; a HIP
/// that overlooks the end would be asked for nothing.
pub(crate) fn ends(town: &Town) {
    let ledger = &town.world.ledger;
    for consent in town.gateway.all_over() {
        if ledger.is_known_to_hospital(&consent) && ledger.ended_since(&consent).is_none() {
            let what = format!("the hospital never heard of the end of {consent}");
            ledger.fault(FaultKind::OutsideConsent, what);
        }
    }
}

/// The state machines are nobody's business: what is looked for is how they are stored.
fn has_ended(state: &Value) -> bool {
    state.get("standing").is_some_and(|standing| standing.get("Ended").is_some())
}

fn has_keys(state: &Value) -> bool {
    let transfer = state.get("transfer").into_iter();
    let earlier = state.get("earlier").and_then(Value::as_array).into_iter().flatten();
    transfer.chain(earlier).any(|of| of.get("keys").is_some_and(|keys| !keys.is_null()))
}

/// Nothing is kept twice under one consent. To be asked while it is kept.
pub(crate) fn doubles(town: &Town) {
    for shelf in &town.shelves {
        for (consent, name) in shelf.doubles() {
            let what = format!("{name} is kept twice under {consent}");
            town.world.ledger.fault(FaultKind::Lost, what);
        }
    }
}

/// Whether a line of the log shows a number that stands by itself, and is no span of time.
fn shows_number(line: &str, number: &str) -> bool {
    let line = line.get(TIME_WIDTH..).unwrap_or_default();
    let is_part = |side: Option<char>| side.is_some_and(|side| side.is_ascii_alphanumeric());
    line.match_indices(number).any(|(place, _)| {
        let (before, rest) = line.split_at(place);
        !before.ends_with("ms=")
            && !is_part(before.chars().next_back())
            && !is_part(rest.chars().nth(number.len()))
    })
}

/// What a patient's OTP linked stands among the links that the HIP lists, unless the HIP was never
/// told that ABDM took its answer; and so does all that the hospital heard of.
pub(crate) async fn links(town: &Town) {
    let ledger = &town.world.ledger;
    let alive = hospital(town).await;
    let Desk::Hip(hip) = &alive.desk else { return };
    let mut wanted = Vec::new();
    for link in town.gateway.own_links() {
        if is_gone(town, &link.hip, &link.patient) {
            continue;
        }
        let flow = hip.user_link(&link.search).await.expect("a store that is healed");
        match flow.map(|flow| flow.state) {
            Some(UserLinkState::Ended(UserLinkEnd::Linked)) => {}
            Some(UserLinkState::Ended(UserLinkEnd::NotTaken(_))) => continue,
            // A choice that came once more when all was over began a search of the same name.
            Some(UserLinkState::Ended(UserLinkEnd::NothingOffered)) => {
                if ledger.was_told_as_failed(&link.elements) {
                    continue;
                }
            }
            _ => {
                let what = format!("the HIP does not know how {} ended", link.search);
                ledger.fault(FaultKind::Lost, what);
            }
        }
        for element in link.elements {
            let (reference, hi_type) = (element.reference_number, element.hi_type);
            let contexts = element.care_contexts.into_iter().map(|c| c.reference_number);
            let of = |context| (reference.clone(), context, hi_type.clone());
            wanted.push((link.hip.clone(), link.patient.clone(), contexts.map(of).collect()));
        }
    }
    for (context, _) in ledger.known_links() {
        let Some(stay) = town.people.stay(&context) else { continue };
        if is_gone(town, &stay.hip, &stay.patient) {
            continue;
        }
        let row = |hi_type: &HiType| (stay.reference.clone(), context.clone(), hi_type.clone());
        let rows: Vec<_> = HI_TYPES.iter().map(row).collect();
        wanted.push((stay.hip.clone(), stay.patient.clone(), rows));
    }
    for (hip_id, patient, rows) in wanted {
        let listed = hip.linked_contexts_at(&hip_id, &patient).await;
        let listed = listed.expect("a store that is healed");
        for (reference, context, hi_type) in rows {
            let is_listed = listed.iter().any(|row| {
                row.patient == reference && row.care_context == context && row.hi_type == hi_type
            });
            if !is_listed {
                let what = format!("the link of {context} for {hi_type} is not listed");
                ledger.fault(FaultKind::Lost, what);
            }
        }
    }
}

/// Whether a facility knows that a patient's account is deleted: then nothing of theirs is listed.
fn is_gone(town: &Town, hip: &HipId, patient: &AbhaAddress) -> bool {
    town.people.hips.contains(hip) && town.gateway.standing(patient) == AbhaStanding::Deleted
}

/// How an account stands is known at each facility as ABDM told last, and was heard so; every notice
/// is acknowledged; of a deleted account no link is listed and no token is held.
pub(crate) async fn accounts(town: &Town) {
    let ledger = &town.world.ledger;
    let fault = |what: String| ledger.fault(FaultKind::SwitchedOff, what);
    for hip in town.gateway.owe_an_acknowledgement() {
        fault(format!("{hip} has not acknowledged a notice of an account"));
    }
    let alive = hospital(town).await;
    let Desk::Hip(desk) = &alive.desk else { return };
    for (number, patient) in town.people.patients.iter().enumerate() {
        let (address, stands) = (&patient.address, town.gateway.standing(&patient.address));
        let known = desk.patient_status(address).await.expect("a store that is healed");
        let known = known.map_or(AbhaStanding::Active, |flow| flow.standing);
        if known != stands {
            fault(format!("the account of patient {number} stands {stands:?}, not {known:?}"));
        }
        // Nothing is heard of what comes out of order and changes nothing.
        let heard = ledger.account_as_heard(address).unwrap_or(AbhaStanding::Active);
        if heard != stands {
            fault(format!("the hospital heard {heard:?} last of patient {number}: {stands:?}"));
        }
        if stands != AbhaStanding::Deleted {
            continue;
        }
        for hip in &town.people.hips {
            let listed = desk.linked_contexts_at(hip, address).await;
            let listed = listed.expect("a store that is healed").len();
            if listed > 0 {
                fault(format!("{listed} links of a deleted account are listed at {hip}"));
            }
            let held = desk.drop_link_token_at(hip, address).await;
            if held.expect("a store that is healed") {
                fault(format!("a link token of a deleted account is held at {hip}"));
            }
        }
    }
}

/// Every decision that a HIP waited for and heard of is acknowledged.
pub(crate) fn proofs(town: &Town) {
    for transaction in town.gateway.unacknowledged_decisions() {
        let what = format!("the decision over {transaction} is not acknowledged");
        town.world.ledger.fault(FaultKind::Lost, what);
    }
}

/// A node of the hospital that is up.
async fn hospital(town: &Town) -> Arc<Alive> {
    loop {
        let up = town.nodes.iter().filter(|node| node.role == Role::Hip);
        if let Some(alive) = up.filter_map(|node| node.current()).next() {
            return alive;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// No log line shows what is marked, and no host panicked.
pub(crate) fn log(town: &Town) {
    let (text, ledger) = (town.world.log.text(), &town.world.ledger);
    let mut hidden = tokens::signatures();
    hidden.extend([MARK.to_owned(), MARK.to_lowercase(), FAMILY_MOBILE.to_owned()]);
    if let Some(shown) = shows(&text, hidden.iter().map(String::as_str)) {
        let line = text.lines().find(|line| line.contains(shown)).unwrap_or_default();
        ledger.fault(FaultKind::Shown, line.trim().to_owned());
    }
    let sent = town.world.phone.all().into_iter().map(|sms| sms.code.expose().to_owned());
    for otp in sent.chain(town.gateway.proof_otps()) {
        if let Some(line) = text.lines().find(|line| shows_number(line, &otp)) {
            ledger.fault(FaultKind::Shown, format!("an OTP: {}", line.trim()));
        }
    }
    if text.contains("a host panicked") {
        ledger.fault(FaultKind::Lost, "a host panicked".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_where_it_stands_by_itself_and_is_neither_a_time_nor_part_of_an_id() {
        for line in
            ["           | sent 482913", "   100.000 otp=482913, sent", "   100.000 \"482913\""]
        {
            assert!(shows_number(line, "482913"), "{line}");
        }
        for line in
            ["482913.000 said", "   100.000 took ms=482913", "   100.000 id=a482913-4829130"]
        {
            assert!(!shows_number(line, "482913"), "{line}");
        }
    }
}
