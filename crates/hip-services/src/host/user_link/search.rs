//! Looks for a patient in the hospital's index, and for what of theirs is not linked yet.

use std::collections::HashSet;
use std::time::Duration;

use abdm_core::display_text::DisplayText;
use abdm_core::id::{HipId, PatientReference, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_core::seal::{SealError, Sealed};
use abdm_core::wire::read_json;
use abdm_role::hook;
use abdm_role::hook::ask_within;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::try_join_all;

use super::{Context, Failed, UserLinkHost, UserLinking};
use crate::api::hip_linking::PatientCareContexts;
use crate::api::user_linking::{IdentifierType, SoughtPatient};
use crate::flow::{
    DiscoveryRefusal, Offer, ShownOffer, UserLinkEvent, UserLinkFlow, UserLinkState,
};
use crate::linked_context::{self, LinkedContext};
use crate::matching::{Match, WantedPatient};
use crate::patient::{self, Visit};
use crate::patient_index::{RegisteredPatient, ten_digit_mobile};
use crate::wire_rule;

/// How much of the app's ten seconds the hospital's own system may use.
const SEARCH_MAY_TAKE: TimeDelta = TimeDelta::seconds(7);
/// What it gets when those are over: the answer is sent late, but it is sent.
const LATE_PATIENCE: Duration = Duration::from_secs(2);
/// The pause before it is asked again, where there is time.
const PAUSE: TimeDelta = TimeDelta::milliseconds(500);

impl UserLinkHost {
    pub(super) async fn search(
        &self,
        cx: &Context<'_>,
        discovery: RequestId,
        hip_id: &HipId,
        received_at: DateTime<Utc>,
        wanted: &Sealed,
    ) -> Result<Option<UserLinkEvent>, Failed> {
        // The app has given up, and was told that the search failed.
        if cx.own_flow().is_ok_and(|flow| !matches!(flow.state, UserLinkState::Matching { .. })) {
            return Ok(None);
        }
        self.look(cx, discovery, hip_id, received_at, wanted).await.map(Some)
    }

    async fn look(
        &self,
        cx: &Context<'_>,
        discovery: RequestId,
        hip_id: &HipId,
        received_at: DateTime<Utc>,
        wanted: &Sealed,
    ) -> Result<UserLinkEvent, Failed> {
        let Some(linking) = &self.linking else {
            return Ok(refused(DiscoveryRefusal::NotOffered, "the HIP has no patient index"));
        };
        let sought = self.open(discovery, wanted)?;
        let Some(address) = address(&sought) else {
            return Ok(refused(
                DiscoveryRefusal::NoMatch,
                "the discovery names no readable ABHA address to link to",
            ));
        };
        let linked = linked_context::of_address(cx, cx.scope(), &address).await?;
        #[cfg(feature = "patient_status")]
        if crate::host::patient_status::is_deleted(cx, hip_id, &address).await? {
            let why = "the person has deleted this ABHA address";
            return Ok(refused(DiscoveryRefusal::NoMatch, why));
        }
        let wanted = wanted_patient(hip_id, &address, &sought);
        let deadline = received_at + SEARCH_MAY_TAKE;
        let left = (deadline - cx.now()).to_std().unwrap_or(LATE_PATIENCE).max(LATE_PATIENCE);
        let found = ask_within(left, hook!(hospital "PatientIndex"), linking.find(hip_id, &wanted));
        match found.await {
            Ok(found) => Ok(offer(address, &sought, found, &linked)),
            Err(reason) if cx.now() + PAUSE < deadline && cx.attempt() < 3 => {
                Err(Failed::retry_at(cx.now() + PAUSE, reason))
            }
            Err(reason) => Ok(refused(DiscoveryRefusal::Failed, reason)),
        }
    }

    /// Whom a discovery is about. Where nobody can tell any more, the patient's app is told that the
    /// search failed.
    fn open(&self, discovery: RequestId, wanted: &Sealed) -> Result<SoughtPatient, Failed> {
        let context = UserLinkFlow::seal_context(discovery);
        let text = self.facility.keys.open(wanted, &context).map_err(|error| match error {
            // A node with the whole ring may be there in time.
            SealError::UnknownKey { .. } => Failed::retry(error.to_string()),
            error => failed(error.to_string()),
        })?;
        read_json(&text).map_err(|error| failed(error.to_string()))
    }
}

/// The patient's app is told that the search failed.
fn failed(reason: String) -> Failed {
    Failed::give_up(refused(DiscoveryRefusal::Failed, reason.clone()), reason)
}

/// The address that is linked: the account's own.
fn address(sought: &SoughtPatient) -> Option<AbhaAddress> {
    let verified = || sought.verified_identifiers.iter().find_map(|own| own.abha_address());
    sought.id.clone().or_else(verified)
}

/// What the matcher is asked.
fn wanted_patient(hip_id: &HipId, address: &AbhaAddress, sought: &SoughtPatient) -> WantedPatient {
    let mut wanted = WantedPatient::new(hip_id.clone()).abha_address(address.as_str());
    wanted.verified.clone_from(&sought.verified_identifiers);
    wanted.unverified.clone_from(&sought.unverified_identifiers);
    wanted.name.clone_from(&sought.name);
    wanted.gender.clone_from(&sought.gender);
    wanted.year_of_birth = sought.birth_date().map(|born| born.year());
    wanted
}

/// The mobile numbers that ABDM has verified, ten digits each.
fn verified_mobiles(sought: &SoughtPatient) -> Vec<String> {
    let mobiles = sought.verified(&IdentifierType::Mobile);
    mobiles.filter_map(|mobile| ten_digit_mobile(mobile.text()?)).collect()
}

/// Where an OTP for a record goes: to its mobile that ABDM has verified, too, else to its first.
fn otp_mobile(record: &RegisteredPatient, verified: &[String]) -> Option<String> {
    let own: Vec<String> = record.mobiles.iter().filter_map(|m| ten_digit_mobile(m)).collect();
    own.iter().find(|own| verified.contains(own)).or_else(|| own.first()).cloned()
}

fn refused(refusal: DiscoveryRefusal, explanation: impl Into<String>) -> UserLinkEvent {
    UserLinkEvent::NotMatched { refusal, explanation: explanation.into() }
}

/// What the hospital has of a patient.
struct Found {
    matched: Match,
    /// The records of the patient, each with its visits.
    records: Vec<(RegisteredPatient, Vec<Visit>)>,
}

impl UserLinking {
    /// Asks the hospital for the patient and their visits.
    async fn find(
        &self,
        hip_id: &HipId,
        wanted: &WantedPatient,
    ) -> Result<Found, crate::hooks::HospitalError> {
        let query = wanted.query();
        let candidates =
            if query.is_empty() { Vec::new() } else { self.index.find(&query).await? };
        let matched = self.matcher.decide(wanted, &candidates);
        let own: &[PatientReference] = match &matched {
            Match::Found { patients, .. } => patients,
            _ => &[],
        };
        let records: Vec<RegisteredPatient> = own
            .iter()
            .filter_map(|own| candidates.iter().find(|c| c.reference == *own).cloned())
            .collect();
        let visits =
            records.iter().map(|record| self.index.care_contexts(hip_id, &record.reference));
        let visits = try_join_all(visits).await?;
        Ok(Found { matched, records: records.into_iter().zip(visits).collect() })
    }
}

/// What of it can be offered.
fn offer(
    address: AbhaAddress,
    sought: &SoughtPatient,
    found: Found,
    linked: &[LinkedContext],
) -> UserLinkEvent {
    let verified = verified_mobiles(sought);
    let (matched_by, explanation) = match found.matched {
        Match::Found { matched_by, explanation, .. } => (matched_by, explanation),
        Match::Nobody(explanation) => {
            return refused(DiscoveryRefusal::NoMatch, explanation.to_string());
        }
        Match::Ambiguous(explanation) => {
            return refused(DiscoveryRefusal::NoMatch, explanation.to_string());
        }
    };
    let mut explanation = explanation.to_string();
    let linked: HashSet<_> =
        linked.iter().map(|l| (&l.patient, &l.care_context, &l.hi_type)).collect();
    let (mut elements, mut mobiles): (Vec<PatientCareContexts>, Vec<_>) = (Vec::new(), Vec::new());
    let (mut before, mut unfit) = (0_usize, 0_usize);
    for (record, visits) in found.records {
        let mut fresh = Vec::new();
        for mut visit in visits {
            if !wire_rule::offers(&record.reference, &visit) {
                unfit += 1;
                continue;
            }
            let all = visit.hi_types.len();
            visit.hi_types.retain(|t| !linked.contains(&(&record.reference, &visit.reference, t)));
            before += all - visit.hi_types.len();
            fresh.push(visit);
        }
        if let Some(mobile) = otp_mobile(&record, &verified) {
            mobiles.push((record.reference.clone(), mobile));
        }
        let fresh: Vec<&Visit> = fresh.iter().collect();
        // ABDM would refuse the whole answer for one letter; the patient knows their number, too.
        let display = match DisplayText::new(&record.display) {
            Ok(display) => display.to_string(),
            Err(_) => {
                tracing::warn!("a patient's display has characters that ABDM does not take");
                record.reference.to_string()
            }
        };
        elements.extend(patient::elements(&record.reference, &display, &fresh));
    }
    if before > 0 {
        explanation.push_str(&format!("; left out as linked already: {before}"));
    }
    if unfit > 0 {
        // A context without an HI type, say: it never fails the rest (m2-hip.md 5.2).
        explanation.push_str(&format!(
            "; left out because ABDM would refuse them (no HI type, or a reference or display with \
             characters that it does not take): {unfit}"
        ));
        tracing::warn!(unfit, "care contexts of a patient cannot be offered: see the explanation");
    }
    if elements.is_empty() {
        return refused(DiscoveryRefusal::NothingNew, explanation);
    }
    let matched_by = matched_by.iter().map(|by| by.kind()).collect();
    let shown = ShownOffer::new(elements, matched_by);
    let offer = Offer::new(address, shown, mobiles, verified);
    UserLinkEvent::Matched { offer: Box::new(offer), explanation }
}
