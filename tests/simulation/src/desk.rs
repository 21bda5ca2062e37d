//! What people do at the front doors: link a patient's visits, ask for consent, ask again where
//! nothing came, take a consent back, and look that everything received is gone.

mod account;
mod app;
mod proof;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::id::{ConsentId, HipId, HiuId};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::FlowId;
use chrono::TimeDelta;
use hip_services::flow::{AutoLinkState, HipLinkProgress};
use hip_services::{FinalRecord, Hip, LinkPatient};
use hiu_services::flow::{ConsentState, Outcome, Standing};
use hiu_services::{ConsentRequest, ConsentView, Hiu};
use tokio::time::{Instant, sleep};

use crate::ledger::FaultKind;
use crate::log::say;
use crate::node::{Desk, Role};
use crate::people::{HI_TYPES, Patient};
use crate::random::Random;
use crate::shelf::{Shelf, missing};
use crate::town::Town;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Where each story stands that is not told to its end yet.
#[derive(Debug, Default)]
pub(crate) struct Stories(Mutex<BTreeMap<String, String>>);

impl Stories {
    fn stands(&self, story: &str, at: String) {
        let mut stories = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stories.insert(story.to_owned(), at);
    }

    fn ends(&self, story: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(story);
    }

    /// Those that have not ended.
    pub(crate) fn open(&self) -> Vec<(String, String)> {
        let stories = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stories.iter().map(|(story, at)| (story.clone(), at.clone())).collect()
    }
}

/// Somebody at a desk.
pub(crate) struct Clerk {
    pub(crate) town: Arc<Town>,
    pub(crate) stories: Arc<Stories>,
    pub(crate) random: Random,
    pub(crate) story: String,
}

impl Clerk {
    pub(crate) fn new(
        town: &Arc<Town>,
        stories: &Arc<Stories>,
        random: &Random,
        story: String,
    ) -> Self {
        stories.stands(&story, "begins".to_owned());
        let (town, stories, random) = (Arc::clone(town), Arc::clone(stories), random.of(&story));
        Self { town, stories, random, story }
    }

    fn stands(&self, at: String) {
        self.stories.stands(&self.story, at);
    }

    async fn pause(&self, shortest: u64, longest: u64) {
        let (shortest, longest) = (Duration::from_secs(shortest), Duration::from_secs(longest));
        sleep(self.random.pause(shortest, longest)).await;
    }

    /// Asks whichever node of the HIP is up; `None` when none is, or it ends over it.
    async fn hip<T>(&self, asks: impl AsyncFnOnce(&Hip) -> T) -> Option<T> {
        let node = self.town.gateway.one_node(&Role::Hip)?;
        let alive = node.current()?;
        let Desk::Hip(hip) = &alive.desk else { return None };
        alive.life.lives(asks(hip)).await
    }

    /// The same of a HIU.
    async fn hiu<T>(&self, id: &HiuId, asks: impl AsyncFnOnce(&Hiu) -> T) -> Option<T> {
        let node = self.town.gateway.one_node(&Role::Hiu(id.clone()))?;
        let alive = node.current()?;
        let Desk::Hiu(hiu) = &alive.desk else { return None };
        alive.life.lives(asks(hiu)).await
    }

    fn fault(&self, kind: FaultKind, what: &str) {
        self.town.world.ledger.fault(kind, format!("{}: {what}", self.story));
    }

    fn ends(&self, how: &'static str) {
        say!(self.town.world, "{}: {how}", self.story);
        self.stories.ends(&self.story);
    }

    /// Links a patient's visits at a facility, until they are.
    pub(crate) async fn links(self, patient: Patient, hip: HipId) {
        self.pause(0, 60).await;
        let final_records = self.random.chance(self.town.world.options.final_records);
        for wanted in self.town.people.to_link(&patient, &hip) {
            if final_records {
                self.says_what_is_final(&patient, &hip, &wanted).await;
            } else {
                self.links_visits(&patient, &hip, &wanted).await;
            }
            for context in &wanted.references() {
                if !self.town.gateway.is_linked(context) && !self.is_gone(&patient) {
                    let what = "ABDM knows nothing of a link that is told as made";
                    self.fault(FaultKind::Lost, what);
                }
            }
        }
        self.town.world.counts.add("links");
        self.ends("the visits are linked");
    }

    /// Links those under one of the facility's numbers for the patient.
    async fn links_visits(&self, patient: &Patient, hip: &HipId, wanted: &LinkPatient) {
        while !self.is_gone(patient) {
            self.stands("asks for the link".to_owned());
            let asked = self.hip(async |desk| desk.link_at(hip, wanted.clone()).await).await;
            if let Some(Err(hip_services::Error::Invalid { rule: why, .. })) = &asked {
                self.fault(FaultKind::Lost, &format!("the link was refused: {why}"));
            }
            let Some(Ok(link)) = asked else {
                self.pause(5, 30).await;
                continue;
            };
            let id = link.id();
            drop(link);
            if self.link_is_made(hip, id).await {
                break;
            }
            self.pause(60, 120).await;
        }
    }

    /// Says that the records of the visits are final, and waits until they are linked by
    /// themselves.
    async fn says_what_is_final(&self, patient: &Patient, hip: &HipId, wanted: &LinkPatient) {
        let mut records = Vec::new();
        for visit in &wanted.visits {
            let record = FinalRecord::new(wanted.clone(), visit.clone());
            self.says_final(hip, &record).await;
            records.push(record);
        }
        for record in records {
            while !self.is_linked_by_itself(hip, &record).await && !self.is_gone(patient) {
                self.pause(60, 120).await;
                self.says_final(hip, &record).await;
            }
        }
    }

    async fn says_final(&self, hip: &HipId, record: &FinalRecord) {
        self.stands("says that a record is final".to_owned());
        loop {
            let said = self.hip(async |desk| desk.record_is_final_at(hip, record).await).await;
            match said {
                Some(Ok(())) => return,
                Some(Err(hip_services::Error::Invalid { rule: why, .. })) => {
                    self.fault(FaultKind::Lost, &format!("a final record was refused: {why}"));
                }
                _ => {}
            }
            self.pause(5, 30).await;
        }
    }

    /// Waits for the end of a link by itself: whether it is made.
    async fn is_linked_by_itself(&self, hip: &HipId, record: &FinalRecord) -> bool {
        let (patient, visit) = (&record.patient, &record.visit.reference);
        let (address, reference) = (&patient.abha_address, &patient.reference);
        loop {
            self.pause(10, 30).await;
            let flow = self
                .hip(async |desk| desk.auto_link_at(hip, address, reference, visit).await)
                .await;
            let Some(Ok(Some(flow))) = flow else {
                continue;
            };
            self.stands(format!("the link by itself is {:?}", flow.state));
            match flow.state {
                AutoLinkState::Finished => return true,
                AutoLinkState::Stopped { .. } => return false,
                _ => {}
            }
        }
    }

    /// Waits for the end of a link: whether it is made.
    async fn link_is_made(&self, hip: &HipId, id: FlowId) -> bool {
        loop {
            self.pause(5, 15).await;
            let progress =
                self.hip(async |desk| desk.link_by_id_at(hip, id).progress().await).await;
            let Some(Ok(progress)) = progress else {
                continue;
            };
            self.stands(format!("the link is {progress:?}"));
            match progress {
                HipLinkProgress::Linked { notices: Some(_), .. } => return true,
                HipLinkProgress::Pending { .. }
                | HipLinkProgress::Linked { notices: None, .. }
                | HipLinkProgress::PartlyLinked { notices: None, .. } => {}
                _ => return false,
            }
        }
    }

    /// Asks a patient for consent, and goes with it to its end.
    pub(crate) async fn asks_for_records(self, patient: Patient, hiu: HiuId) {
        let stays = self.town.people.stays.iter();
        let own: Vec<_> = stays.filter(|stay| stay.patient == patient.address).collect();
        let any_is_linked = || own.iter().any(|stay| self.town.gateway.is_linked(&stay.context));
        while !any_is_linked() && !self.is_gone(&patient) {
            self.stands("waits for a link".to_owned());
            self.pause(5, 20).await;
        }
        self.pause(0, 60).await;
        loop {
            self.stands("asks for consent".to_owned());
            let asked = self.hiu(&hiu, async |desk| self.question(desk, &patient).await).await;
            let Some(Some(id)) = asked else {
                self.pause(5, 30).await;
                continue;
            };
            if self.goes_through(&hiu, id).await {
                break;
            }
            self.pause(30, 60).await;
        }
        self.town.world.counts.add("journeys");
        self.ends("everything is over");
    }

    async fn question(&self, desk: &Hiu, patient: &Patient) -> Option<FlowId> {
        let now = self.town.world.now();
        let doctor =
            Requester::registered("Dr. Example", "REGNO", "MH1001", "https://www.mciindia.org");
        let request = ConsentRequest::for_care(patient.address.clone(), doctor)
            .of_types(HI_TYPES)
            .dated(DateRange::new(now - TimeDelta::days(365), now - TimeDelta::days(1)))
            .erased_at(now + TimeDelta::days(40));
        let asked = desk.request_consent(request).await;
        if let Err(error) = &asked
            && !error.is_retryable()
        {
            self.fault(FaultKind::Lost, &format!("the question was refused: {error}"));
        }
        asked.ok().map(|consent| consent.id())
    }

    /// One consent request: whether it came to an end, or must be made again.
    async fn goes_through(&self, hiu: &HiuId, id: FlowId) -> bool {
        let Some(view) = self.is_decided(hiu, id).await else {
            return false;
        };
        let gateway = &self.town.gateway;
        if let ConsentState::Denied { .. } = view.state {
            let decided = view.request.as_ref().and_then(|request| gateway.decision(request));
            if decided != Some(ConsentStatus::Denied) {
                self.fault(FaultKind::Lost, "a denial was told that nobody made");
            }
            return true;
        }
        // All artefacts of the grant are known in the end. Those of a question that was asked twice
        // may be of the other one.
        let mut consents: BTreeSet<ConsentId> = view.artefacts.into_keys().collect();
        consents.extend(view.request.iter().flat_map(|request| gateway.grants_of(request)));
        for consent in consents {
            if !self.goes_with(hiu, id, &consent).await {
                return false;
            }
        }
        true
    }

    /// Waits for the decision; `None` where the question must be asked again.
    async fn is_decided(&self, hiu: &HiuId, id: FlowId) -> Option<ConsentView> {
        let (begun, mut checked) = (Instant::now(), Instant::now());
        loop {
            self.pause(5, 15).await;
            let state = self.hiu(hiu, async |desk| desk.consent(id).state().await).await;
            let Some(Ok(flow)) = state else {
                continue;
            };
            self.stands(format!("the consent is {:?}", flow.state));
            match &flow.state {
                ConsentState::Requested if checked.elapsed() > 3 * MINUTE => {
                    checked = Instant::now();
                    let _ = self.hiu(hiu, async |desk| desk.consent(id).check().await).await;
                }
                ConsentState::Asking | ConsentState::Requested => {}
                ConsentState::Silent if begun.elapsed() < 5 * MINUTE => {}
                ConsentState::Silent | ConsentState::Refused(_) => return None,
                _ => return Some(flow),
            }
        }
    }

    fn shelf(&self, hiu: &HiuId) -> Arc<Shelf> {
        let place = self.town.people.hius.iter().position(|known| known == hiu);
        let shelf = place.and_then(|place| self.town.shelves.get(place));
        shelf.map(Arc::clone).unwrap_or_default()
    }

    /// One facility's part of a grant: its records come, it is over, they are gone. Whether it came
    /// to its end, or the HIU gave it up.
    async fn goes_with(&self, hiu: &HiuId, id: FlowId, consent: &ConsentId) -> bool {
        let (gateway, shelf) = (&self.town.gateway, self.shelf(hiu));
        let expected = gateway.let_out(consent);
        let (begun, mut asked) = (Instant::now(), Instant::now());
        while !gateway.is_over(consent) {
            let left = missing(&shelf, consent, &expected);
            self.stands(format!("{} of {} documents are missing", left.len(), expected.len()));
            if left.is_empty() && begun.elapsed() > MINUTE {
                self.town.world.counts.add("deliveries");
                break;
            }
            self.pause(10, 20).await;
            let delivery = self.delivery_of(hiu, id, consent).await;
            let Some(delivery) = delivery else {
                continue;
            };
            if matches!(delivery.standing, Standing::Unavailable(_)) {
                return false;
            }
            if delivery.outcome == Some(Outcome::Complete) {
                self.must_be_there(consent, &shelf, &expected);
            }
            if asked.elapsed() > 2 * MINUTE {
                asked = Instant::now();
                let _ = self.hiu(hiu, async |desk| desk.request_records(consent).await).await;
            }
        }
        self.pause(0, 120).await;
        gateway.ends(consent, ConsentStatus::Revoked);
        loop {
            let there = shelf.under(consent).len();
            self.stands(format!("{there} documents of {consent} are to be erased"));
            let state = self.hiu(hiu, async |desk| desk.consent(id).state().await).await;
            let known =
                state.and_then(Result::ok).and_then(|flow| flow.artefacts.get(consent).copied());
            let is_over = matches!(known, Some(Some(_)));
            if there == 0 && (shelf.is_erased(consent) || is_over) {
                return true;
            }
            self.pause(5, 20).await;
        }
    }

    /// How the transfer of an artefact ended, once it has.
    async fn delivery_of(
        &self,
        hiu: &HiuId,
        id: FlowId,
        consent: &ConsentId,
    ) -> Option<hiu_services::Delivery> {
        let deliveries =
            self.hiu(hiu, async |desk| desk.consent(id).wait_for_records(SECOND).await).await?;
        let deliveries = deliveries.ok()?;
        deliveries.into_iter().find(|delivery| delivery.consent == *consent)
    }

    /// What the HIP reports as delivered, of a transfer that the HIU calls complete, is kept.
    fn must_be_there(
        &self,
        consent: &ConsentId,
        shelf: &Shelf,
        expected: &[(abdm_core::id::CareContextReference, String)],
    ) {
        for (context, name) in missing(shelf, consent, expected) {
            if !self.town.gateway.is_over(consent)
                && self.town.world.ledger.was_delivered(consent, &context)
            {
                let what = format!("{name} of {context} was reported as delivered and is not here");
                self.fault(FaultKind::Lost, &what);
            }
        }
    }
}
