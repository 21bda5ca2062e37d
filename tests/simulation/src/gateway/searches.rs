//! Patients who look for their records and link them with an OTP: what their apps ask ABDM for, and
//! what the hospital answers. Each answer is held against whose the records are.

use std::collections::BTreeSet;
use std::sync::Arc;

use abdm_core::call::Incoming;
use abdm_core::endpoint::Endpoint;
use abdm_core::error::CallbackError;
use abdm_core::headers::{HipAndAppHeaders, HipHeaders};
use abdm_core::id::{CareContextReference, HipId, RequestId, TransactionId};
use abdm_core::ids::Ids as _;
use abdm_core::person::AbhaAddress;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, ChosenCareContexts, DISCOVERY_WAIT,
    Discovery, LinkConfirm, LinkInit, LinkOtp, LinkReference, OfferedLink, OnDiscoverCareContexts,
    OnLinkConfirm, OnLinkInit,
};
use http::{Response, StatusCode};

use super::delivery::Comes;
use super::{Gateway, State, refused, reply};
use crate::ledger::{FaultKind, Told};
use crate::people::Patient;

/// A patient's search at a facility.
#[derive(Debug)]
pub(super) struct Search {
    hip: HipId,
    patient: AbhaAddress,
    discovery: RequestId,
    begun: DateTime<Utc>,
    answer: Option<Result<Vec<PatientCareContexts>, CallbackError>>,
}

/// What a patient chose of what was found.
#[derive(Debug)]
pub(super) struct Chosen {
    search: TransactionId,
    contexts: BTreeSet<CareContextReference>,
    answer: Option<Result<OfferedLink, CallbackError>>,
    answered_at: Option<DateTime<Utc>>,
}

/// An OTP that a patient has typed.
#[derive(Debug)]
pub(super) struct Typed {
    init: RequestId,
    otp: LinkOtp,
    answer: Option<Result<(), CallbackError>>,
}

/// A link that a patient's OTP made, as ABDM knows it.
#[derive(Debug, Clone)]
pub(crate) struct OwnLink {
    pub(crate) search: TransactionId,
    pub(crate) hip: HipId,
    pub(crate) patient: AbhaAddress,
    pub(crate) elements: Vec<PatientCareContexts>,
}

fn contexts(elements: &[PatientCareContexts]) -> BTreeSet<CareContextReference> {
    let contexts = elements.iter().flat_map(|element| &element.care_contexts);
    contexts.map(|context| context.reference_number.clone()).collect()
}

/// What the patients' apps ask for.
impl Gateway {
    /// A patient looks for records at a facility.
    pub(crate) fn discovers(self: &Arc<Self>, hip: &HipId, patient: &Patient) -> TransactionId {
        let transaction: TransactionId =
            self.world.ids.uuid().to_string().parse().expect("a transaction");
        self.says(format_args!("is asked by a patient for records at {hip}: {transaction}"));
        self.world.counts.add("discoveries");
        let app = "sbx_001".parse().expect("an app's id");
        let headers = HipAndAppHeaders::new(hip.clone(), Some(app));
        let body = Discovery::new(transaction.clone(), patient.sought());
        let discovery =
            self.tells_hip_with::<OnDiscoverCareContexts>(hip, headers, Comes::Mostly, body);
        let search = Search {
            hip: hip.clone(),
            patient: patient.address.clone(),
            discovery,
            begun: self.world.now(),
            answer: None,
        };
        self.state().searches.insert(transaction.clone(), search);
        transaction
    }

    /// What was found, or why nothing, once that is known.
    pub(crate) fn found(
        &self,
        search: &TransactionId,
    ) -> Option<Result<Vec<PatientCareContexts>, CallbackError>> {
        self.state().searches.get(search)?.answer.clone()
    }

    /// A patient chooses these care contexts of what was found. `None` where ABDM itself says that
    /// one of them is linked already, which ends the search.
    pub(crate) fn chooses(
        self: &Arc<Self>,
        search: &TransactionId,
        wanted: &BTreeSet<CareContextReference>,
    ) -> Option<RequestId> {
        let (hip, patient, elements, is_linked) = {
            let state = self.state();
            let known = state.searches.get(search)?;
            let elements = known.answer.clone()?.ok()?;
            let is_linked = wanted.iter().any(|context| state.linked.contains(context));
            (known.hip.clone(), known.patient.clone(), elements, is_linked)
        };
        let headers = HipHeaders { hip_id: hip.clone() };
        if is_linked {
            let text = "This care contexts has been already linked";
            let body = LinkInit::over(search.clone(), CallbackError::new(1056, text));
            self.tells_hip_with::<OnLinkInit>(&hip, headers, Comes::Always, body);
            return None;
        }
        let chosen = elements.iter().filter_map(|element| {
            let contexts = element.care_contexts.iter().map(|context| &context.reference_number);
            let contexts: Vec<_> =
                contexts.filter(|c| wanted.contains(c)).map(|c| c.clone().into()).collect();
            let (reference, hi_type) = (element.reference_number.clone(), element.hi_type.clone());
            (!contexts.is_empty()).then(|| ChosenCareContexts::new(reference, hi_type, contexts))
        });
        let body = LinkInit::new(search.clone(), patient, chosen.collect());
        let init = self.tells_hip_with::<OnLinkInit>(&hip, headers, Comes::Mostly, body);
        let chosen = Chosen {
            search: search.clone(),
            contexts: wanted.clone(),
            answer: None,
            answered_at: None,
        };
        self.state().chosen.insert(init, chosen);
        Some(init)
    }

    /// Whether the patient has an OTP to type, once that is known.
    pub(crate) fn otp_is_sent(
        &self,
        init: RequestId,
    ) -> Option<Result<LinkReference, CallbackError>> {
        let answer = self.state().chosen.get(&init)?.answer.clone()?;
        Some(answer.map(|link| link.reference_number))
    }

    /// A patient types an OTP.
    pub(crate) fn confirms(
        self: &Arc<Self>,
        init: RequestId,
        link: &LinkReference,
        otp: &str,
    ) -> Option<RequestId> {
        let hip = {
            let state = self.state();
            state.searches.get(&state.chosen.get(&init)?.search)?.hip.clone()
        };
        let headers = HipHeaders { hip_id: hip.clone() };
        let body = LinkConfirm::new(link.clone(), LinkOtp::new(otp));
        let confirm = self.tells_hip_with::<OnLinkConfirm>(&hip, headers, Comes::Mostly, body);
        let typed = Typed { init, otp: LinkOtp::new(otp), answer: None };
        self.state().typed.insert(confirm, typed);
        Some(confirm)
    }

    /// Whether an OTP was right, once that is known.
    pub(crate) fn confirmed(&self, confirm: RequestId) -> Option<Result<(), CallbackError>> {
        self.state().typed.get(&confirm)?.answer.clone()
    }

    /// Every link that a patient's OTP made.
    pub(crate) fn own_links(&self) -> Vec<OwnLink> {
        self.state().own_links.clone()
    }
}

/// What the hospital answers.
impl Gateway {
    pub(super) fn discovery_answered(&self, call: Incoming<AnswerDiscovery>) -> Response<Bytes> {
        let answer = call.body;
        let mut state = self.state();
        let Some(search) = state.searches.get_mut(&answer.transaction_id) else {
            return self.not_understood(AnswerDiscovery::META.path);
        };
        if answer.response.request() != Some(search.discovery) {
            return self.not_understood(AnswerDiscovery::META.path);
        }
        self.check_offer(search, &answer.patient);
        let late = self.world.now() - search.begun > span(DISCOVERY_WAIT);
        let (found, transaction) = (answer.patient.len(), &answer.transaction_id);
        self.says(format_args!("hears of {found} elements for {transaction}, late: {late}"));
        if search.answer.is_some() {
            return refused(1106, "Duplicate On discovery request");
        }
        if late {
            return refused(1052, "Invalid TransactionId or response's requestId");
        }
        search.answer = Some(answer.error.map_or(Ok(answer.patient), Err));
        reply(StatusCode::ACCEPTED)
    }

    /// Nobody is offered what is another's, nor what the hospital knew to be linked when it was
    /// asked.
    fn check_offer(&self, search: &Search, elements: &[PatientCareContexts]) {
        let ledger = &self.world.ledger;
        self.are_theirs("offered", &search.hip, &search.patient, elements);
        let told = told::<OnDiscoverCareContexts>(&search.hip, search.discovery);
        let (asked_at, known) = (ledger.brought_at(&told), ledger.known_links());
        for context in contexts(elements) {
            if known.get(&context).is_some_and(|since| Some(*since) < asked_at) {
                let what = format!("{context} is offered although it is known to be linked");
                ledger.fault(FaultKind::Lost, what);
            }
        }
    }

    /// Whether care contexts are this patient's, under one of the facility's numbers for them.
    pub(super) fn are_theirs(
        &self,
        what: &str,
        hip: &HipId,
        patient: &AbhaAddress,
        elements: &[PatientCareContexts],
    ) {
        for element in elements {
            for context in &element.care_contexts {
                let context = &context.reference_number;
                let is_theirs = self.people.stay(context).is_some_and(|stay| {
                    stay.hip == *hip
                        && stay.patient == *patient
                        && stay.reference == element.reference_number
                });
                if !is_theirs {
                    let what = format!("a patient is {what} {context}, which is another's");
                    self.world.ledger.fault(FaultKind::OthersRecords, what);
                }
            }
        }
    }

    pub(super) fn init_answered(&self, call: Incoming<AnswerLinkInit>) -> Response<Bytes> {
        let (answer, now) = (call.body, self.world.now());
        let mut state = self.state();
        let init = answer.response.request();
        let Some(chosen) = init.and_then(|init| state.chosen.get_mut(&init)) else {
            return self.not_understood(AnswerLinkInit::META.path);
        };
        if chosen.search != answer.transaction_id {
            return self.not_understood(AnswerLinkInit::META.path);
        }
        self.says(format_args!("hears of an OTP: {}", answer.link.is_some()));
        if chosen.answer.is_some() {
            return refused(1107, "Duplicate On init request");
        }
        let result = match (answer.link, answer.error) {
            (Some(link), None) if link.meta.communication_expiry <= now => {
                return refused(9999, "Invalid communication expiry date.");
            }
            (Some(link), None) => Ok(link),
            (_, Some(error)) => Err(error),
            (None, None) => return self.not_understood(AnswerLinkInit::META.path),
        };
        (chosen.answer, chosen.answered_at) = (Some(result), Some(now));
        reply(StatusCode::ACCEPTED)
    }

    pub(super) fn confirm_answered(&self, call: Incoming<AnswerLinkConfirm>) -> Response<Bytes> {
        let (hip, answer) = (call.headers.hip_id, call.body);
        let mut state = self.state();
        let confirm = answer.response.request();
        let Some((confirm, typed)) = confirm.and_then(|id| Some((id, state.typed.get(&id)?)))
        else {
            return self.not_understood(AnswerLinkConfirm::META.path);
        };
        self.says(format_args!(
            "hears of a confirmation: {:?}",
            answer.error.as_ref().and_then(|error| error.code.as_ref())
        ));
        if typed.answer.is_some() {
            return refused(1108, "Duplicate On confirm request");
        }
        if answer.error.is_none() {
            self.check_confirmation(&state, &hip, confirm, typed, &answer.patient);
        }
        let search = state.chosen.get(&typed.init).map(|chosen| chosen.search.clone());
        let patient = search.and_then(|search| {
            let patient = state.searches.get(&search)?.patient.clone();
            Some((search, patient))
        });
        let Some((search, patient)) = patient else {
            return self.not_understood(AnswerLinkConfirm::META.path);
        };
        if let Some(typed) = state.typed.get_mut(&confirm) {
            typed.answer = Some(answer.error.clone().map_or(Ok(()), Err));
        }
        if answer.error.is_none() {
            state.linked.extend(contexts(&answer.patient));
            state.own_links.push(OwnLink { search, hip, patient, elements: answer.patient });
            self.world.counts.add("own links");
        }
        reply(StatusCode::ACCEPTED)
    }

    /// What an OTP links is what was chosen under it, and the OTP is the one that was sent for it
    /// last, and was typed in time.
    fn check_confirmation(
        &self,
        state: &State,
        hip: &HipId,
        confirm: RequestId,
        typed: &Typed,
        elements: &[PatientCareContexts],
    ) {
        let ledger = &self.world.ledger;
        let Some(chosen) = state.chosen.get(&typed.init) else { return };
        let Some(search) = state.searches.get(&chosen.search) else { return };
        self.are_theirs("linked to", hip, &search.patient, elements);
        if contexts(elements) != chosen.contexts || *hip != search.hip {
            ledger.fault(FaultKind::Lost, "another choice is linked than was made".to_owned());
        }
        let Some(brought_at) = ledger.brought_at(&told::<OnLinkConfirm>(hip, confirm)) else {
            let what = "a confirmation was answered before it was brought".to_owned();
            return ledger.fault(FaultKind::Lost, what);
        };
        if let Err(why) = self.is_good(state, chosen, search, typed, brought_at) {
            let what = format!("the OTP of {confirm} was taken: {why}");
            ledger.fault(FaultKind::BadOtp, what);
        }
    }

    /// Whether an OTP may be taken that came to a node at this moment, or why not.
    fn is_good(
        &self,
        state: &State,
        chosen: &Chosen,
        search: &Search,
        typed: &Typed,
        brought_at: DateTime<Utc>,
    ) -> Result<(), &'static str> {
        let Some(Ok(link)) = &chosen.answer else {
            return Err("no OTP was said to be sent");
        };
        let later = state.chosen.values().filter(|other| other.search == chosen.search);
        let mut later = later.filter(|other| {
            matches!(other.answer, Some(Ok(_))) && other.answered_at > chosen.answered_at
        });
        if later.any(|other| other.answered_at < Some(brought_at)) {
            return Err("another one had been sent since");
        }
        // The end that ABDM was told of tells which of several messages counts.
        let end = link.meta.communication_expiry.timestamp_millis();
        let sent = self.world.phone.from(&search.hip).into_iter().find(|sms| {
            sms.expires_at.timestamp_millis() == end
                && typed.otp.is(&sms.code)
                && self.people.is_registered(&search.patient, &sms.patient)
        });
        let sent = sent.ok_or("it is not the one that was sent")?;
        let off = self.world.options.clocks_off();
        let most = span(self.world.options.otp_valid_for);
        if brought_at > sent.expires_at + off || brought_at > sent.came_at + most + off * 2 {
            return Err("its time was over");
        }
        Ok(())
    }
}

fn told<E: Endpoint>(hip: &HipId, number: RequestId) -> Told {
    Told { facility: hip.to_string(), endpoint: E::META.name, number }
}

fn span(of: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(of).unwrap_or(TimeDelta::MAX)
}
