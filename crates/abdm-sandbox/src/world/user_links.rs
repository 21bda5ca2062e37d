//! Discoveries of patients, and the links that come of them (m2-hip.md 5, phr-simulator.md 2).

use abdm_core::error::CallbackError;
use abdm_core::id::{HipId, HiuId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::user_linking::{LinkReference, OfferedLink};
use serde::{Deserialize, Serialize};

use super::aging::{Aged, Aging};
use super::{AppCall, ClientId};

/// So many discoveries are remembered, and so many ids of their messages.
const REMEMBERED: usize = 20_000;
/// Beyond it a discovery goes no further (ABDM-1086). The live figure is not published.
const LIFE: TimeDelta = TimeDelta::hours(1);

/// What a patient's app knows of an answer that it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AppAnswer<T> {
    /// It is not here yet.
    Awaited,
    /// It is here.
    Given(T),
    /// The facility, or ABDM, says why not. The patient reads its text.
    Refused(CallbackError),
    /// The facility has not answered in time: it cannot be reached.
    Unreachable,
}

impl<T> AppAnswer<T> {
    /// Whether the app waits no longer.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        !matches!(self, Self::Awaited)
    }

    /// The answer, when it is a good one.
    #[must_use]
    pub const fn given(&self) -> Option<&T> {
        match self {
            Self::Given(answer) => Some(answer),
            _ => None,
        }
    }
}

/// One search of a patient for their records at a facility, and what came of it, as their app knows
/// it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserLink {
    /// The transaction, which all steps name.
    pub transaction_id: TransactionId,
    /// Whose app.
    pub address: AbhaAddress,
    /// At which facility.
    pub hip: HipId,
    /// When the patient began.
    pub asked_at: DateTime<Utc>,
    /// What was found there and is not linked yet.
    pub found: AppAnswer<Vec<PatientCareContexts>>,
    /// What is to be confirmed; `None` before the patient has chosen.
    pub offered: Option<AppAnswer<OfferedLink>>,
    /// What is linked; `None` before the patient has typed an OTP.
    pub linked: Option<AppAnswer<Vec<PatientCareContexts>>>,
}

/// One message that a facility was called back with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The `REQUEST-ID` of the app's call.
    by_app: RequestId,
    /// The `REQUEST-ID` of the callback.
    pub(crate) of_hip: RequestId,
}

impl Asked {
    pub(crate) const fn new(by_app: RequestId, of_hip: RequestId) -> Self {
        Self { by_app, of_hip }
    }
}

/// A discovery as the consent manager knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UserLinking {
    pub(crate) app: UserLink,
    /// The facility's client, whose answers they must be.
    pub(crate) client: ClientId,
    /// The app's last call. Unknown of what was kept before it was noted.
    #[serde(default)]
    pub(crate) by: Option<AppCall>,
    /// The facility is silent when it has not answered by then.
    pub(crate) answer_by: DateTime<Utc>,
    pub(crate) discover: Asked,
    /// Everything that the facility told, linked or not.
    pub(crate) told: Vec<PatientCareContexts>,
    /// The choice: under which id of the app, what, and how the facility was told.
    pub(crate) init: Option<(HiuId, Vec<PatientCareContexts>, Asked)>,
    /// The last confirmation.
    pub(crate) confirm: Option<Asked>,
}

impl UserLinking {
    /// Whether it goes no further, whatever comes.
    pub(crate) fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.app.asked_at > LIFE
    }

    /// The reference that the facility gave the link.
    fn reference(&self) -> Option<&LinkReference> {
        Some(&self.app.offered.as_ref()?.given()?.reference_number)
    }

    /// What the app knows by now.
    fn seen(&self, now: DateTime<Utc>) -> UserLink {
        let mut seen = self.app.clone();
        if !seen.found.is_here() && now > self.answer_by {
            seen.found = AppAnswer::Unreachable;
        }
        seen
    }
}

/// All discoveries. The oldest are forgotten.
#[derive(Debug)]
pub(crate) struct UserLinks {
    linkings: Aging<TransactionId, UserLinking>,
    /// To which discovery a message belongs, by its `REQUEST-ID`.
    messages: Aging<RequestId, TransactionId>,
}

/// What is kept of them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedUserLinks {
    linkings: Aged<TransactionId, UserLinking>,
    messages: Aged<RequestId, TransactionId>,
}

impl Default for UserLinks {
    fn default() -> Self {
        let day = TimeDelta::days(1);
        Self { linkings: Aging::new(day, REMEMBERED), messages: Aging::new(day, 4 * REMEMBERED) }
    }
}

impl UserLinks {
    pub(crate) fn saved(&self) -> SavedUserLinks {
        SavedUserLinks { linkings: self.linkings.saved(), messages: self.messages.saved() }
    }

    pub(crate) fn restored(saved: SavedUserLinks) -> Self {
        let fresh = Self::default();
        Self {
            linkings: fresh.linkings.restored(saved.linkings),
            messages: fresh.messages.restored(saved.messages),
        }
    }

    /// Begins one; whether there is none already that this patient waits for at this facility.
    pub(crate) fn begin(&mut self, linking: UserLinking, now: DateTime<Utc>) -> bool {
        let app = &linking.app;
        let waits = |other: &UserLinking| {
            let same = other.app.address == app.address && other.app.hip == app.hip;
            same && !other.seen(now).found.is_here()
        };
        if self.linkings.values().any(waits) {
            return false;
        }
        let (transaction, asked) = (app.transaction_id.clone(), linking.discover.clone());
        self.linkings.insert(transaction.clone(), linking, now);
        self.note(&transaction, &asked, now);
        true
    }

    /// Notes that the ids of a message belong to a discovery.
    pub(crate) fn note(&mut self, to: &TransactionId, asked: &Asked, now: DateTime<Utc>) {
        for id in [asked.by_app, asked.of_hip] {
            self.messages.insert(id, to.clone(), now);
        }
    }

    pub(crate) fn get(&self, transaction: &TransactionId) -> Option<&UserLinking> {
        self.linkings.get(transaction)
    }

    pub(crate) fn get_mut(&mut self, transaction: &TransactionId) -> Option<&mut UserLinking> {
        self.linkings.get_mut(transaction)
    }

    /// The discovery that a message belongs to.
    pub(crate) fn of_message(&self, id: RequestId) -> Option<&UserLinking> {
        self.linkings.get(self.messages.get(&id)?)
    }

    /// The discovery of this patient whose link has this reference.
    pub(crate) fn of_reference(
        &self,
        address: &AbhaAddress,
        reference: &LinkReference,
    ) -> Option<&UserLinking> {
        let is_meant = |linking: &&UserLinking| {
            linking.app.address == *address && linking.reference() == Some(reference)
        };
        self.linkings.values().find(is_meant)
    }

    /// What the app of an address knows, the oldest first.
    pub(crate) fn seen_by(&self, address: &AbhaAddress, now: DateTime<Utc>) -> Vec<UserLink> {
        let own = self.linkings.values().filter(|linking| linking.app.address == *address);
        let mut seen: Vec<_> = own.map(|linking| linking.seen(now)).collect();
        seen.sort_by_key(|link| link.asked_at);
        seen
    }

    /// What an app knows of what it asked by this call.
    pub(crate) fn seen_of(&self, call: RequestId, now: DateTime<Utc>) -> Option<UserLink> {
        self.of_message(call).map(|linking| linking.seen(now))
    }
}
