//! ABHA accounts: a person switches theirs off and on again, or deletes it, and every facility is
//! told (m2-hip.md 9).

use std::collections::BTreeMap;
use std::sync::Arc;

use abdm_core::call::Incoming;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{ConsentId, HipId, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::ConsentStatus;
use bytes::Bytes;
use chrono::TimeDelta;
use hip_services::api::patient_status::{
    AbhaStanding, AcknowledgePatientStatus, OnPatientStatus, PatientStatusNotice,
};
use http::{Response, StatusCode};

use super::delivery::Comes;
use super::{Gateway, reply};
use crate::ledger::FaultKind;

/// How long after the hospital has heard that an account is off a link token may still be asked for:
/// a request that has begun is tried again for a while.
const STILL_UNDER_WAY: TimeDelta = TimeDelta::minutes(30);

/// The accounts of a run.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// Those that were switched off once: by the address, how they stand.
    standings: BTreeMap<String, AbhaStanding>,
    /// The notices, and whether they were acknowledged.
    notices: BTreeMap<RequestId, (HipId, bool)>,
}

impl Gateway {
    /// How an account stands.
    pub(crate) fn standing(&self, patient: &AbhaAddress) -> AbhaStanding {
        let state = self.state();
        state.accounts.standings.get(patient.as_str()).copied().unwrap_or(AbhaStanding::Active)
    }

    /// An account stands so from now on. Of a deleted one the consents are over, too.
    pub(crate) fn account_stands(
        self: &Arc<Self>,
        patient: &AbhaAddress,
        number: usize,
        standing: AbhaStanding,
    ) {
        self.says(format_args!("the account of patient {number} is {}", standing.as_str()));
        self.world.counts.add("account changes");
        self.state().accounts.standings.insert(patient.to_string(), standing);
        for hip in &self.people.hips {
            let notice = PatientStatusNotice::new(patient.clone(), standing, self.world.now());
            let headers = HipHeaders { hip_id: hip.clone() };
            let sent = self.tells_hip_with::<OnPatientStatus>(hip, headers, Comes::Always, notice);
            self.state().accounts.notices.insert(sent, (hip.clone(), false));
        }
        if standing == AbhaStanding::Deleted {
            for consent in self.consents_of(patient) {
                self.ends(&consent, ConsentStatus::Revoked);
            }
        }
    }

    fn consents_of(&self, patient: &AbhaAddress) -> Vec<ConsentId> {
        let state = self.state();
        let own = state.artefacts.iter().filter(|(_, of)| of.detail.patient.id == *patient);
        own.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn status_acknowledged(
        &self,
        call: &Incoming<AcknowledgePatientStatus>,
    ) -> Response<Bytes> {
        let path = AcknowledgePatientStatus::META.path;
        let answered = call.body.answers();
        {
            let mut state = self.state();
            let notice = answered.and_then(|id| state.accounts.notices.get_mut(&id));
            let Some((_, acknowledged)) = notice.filter(|_| call.body.error.is_none()) else {
                drop(state);
                return self.not_understood(path);
            };
            *acknowledged = true;
        }
        self.says(format_args!("hears that a notice of an account is noted"));
        reply(StatusCode::ACCEPTED)
    }

    /// The facilities that have not acknowledged a notice of an account.
    pub(crate) fn owe_an_acknowledgement(&self) -> Vec<HipId> {
        let state = self.state();
        let open = state.accounts.notices.values().filter(|(_, acknowledged)| !acknowledged);
        open.map(|(hip, _)| hip.clone()).collect()
    }

    /// Nobody asks for the link token of an account of which the hospital has long heard that it is
    /// off.
    pub(super) fn check_account(&self, patient: &AbhaAddress) {
        if self.standing(patient) == AbhaStanding::Active {
            return;
        }
        let ledger = &self.world.ledger;
        let Some(since) = ledger.heard_off_since(patient) else { return };
        let slack = STILL_UNDER_WAY + self.world.options.token_slack();
        if self.world.now() - since > slack {
            let what = "a link token is asked for although the account is known to be off";
            ledger.fault(FaultKind::SwitchedOff, what.to_owned());
        }
    }
}
