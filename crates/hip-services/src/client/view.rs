//! What a vendor sees of a consent and of a transfer: not the state machines, which may change.

use std::fmt;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::TransferReport;
use abdm_core::id::{CareContextReference, ConsentId, HipId, PatientReference, TransactionId};
use chrono::{DateTime, Utc};

use crate::flow::{ConsentFlow, ConsentState, Failure, TransferFlow, TransferStage};
use crate::scope::Refusal;

/// A consent, as this facility knows it; from [`Hip::consent`](crate::Hip::consent).
#[derive(Clone)]
pub struct ConsentView {
    flow: ConsentFlow,
}

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsentStanding {
    /// The patient lets the records go.
    Granted,
    /// The patient has taken it back.
    Revoked,
    /// Its time is over.
    Expired,
}

impl ConsentView {
    /// `None` while no notice of it has been understood.
    pub(crate) fn of(flow: ConsentFlow) -> Option<Self> {
        (!matches!(flow.state(), ConsentState::New)).then_some(Self { flow })
    }

    /// The artefact's id.
    #[must_use]
    pub const fn consent_id(&self) -> &ConsentId {
        &self.flow.consent_id
    }

    /// Where it stands at `now`: a consent whose time is over has ended, whether or not a notice
    /// has said so.
    #[must_use]
    pub fn standing(&self, now: DateTime<Utc>) -> ConsentStanding {
        match self.flow.terms(now) {
            Ok(_) => ConsentStanding::Granted,
            Err(Refusal::Expired) => ConsentStanding::Expired,
            Err(_) => ConsentStanding::Revoked,
        }
    }

    /// What it allows, while it lives.
    ///
    /// # Errors
    /// [`Refusal::NotGranted`] or [`Refusal::Expired`].
    pub fn terms(&self, now: DateTime<Utc>) -> Result<&ConsentDetail, Refusal> {
        self.flow.terms(now)
    }
}

/// Shows no terms: they name the patient.
impl fmt::Debug for ConsentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentView")
            .field("consent", self.consent_id())
            .field("state", self.flow.state())
            .finish()
    }
}

/// A transfer to a HIU, as it stands; from [`Hip::transfer`](crate::Hip::transfer) and
/// [`Hip::transfer_ended`](crate::Hip::transfer_ended).
#[derive(Clone)]
pub struct TransferView {
    flow: TransferFlow,
}

/// Where a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransferProgress {
    /// Whether it may be served is not decided, or ABDM does not know it yet.
    Checking,
    /// It will be served: the hospital is asked which records there are.
    Planning,
    /// Records are sent.
    Sending,
    /// Nothing more is sent; ABDM does not have the report yet.
    Reporting,
    /// Over; ABDM has the report.
    Reported,
    /// Over; ABDM did not take the report, and will not.
    Unreported(Failure),
    /// Over: refused, by the facility or by ABDM.
    Refused(Failure),
}

/// How far one care context of a transfer is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextSent {
    /// Which.
    pub care_context: CareContextReference,
    /// Under which of the facility's numbers for the patient; `None` where nothing was planned, or
    /// by an earlier release.
    pub patient: Option<PatientReference>,
    /// How many of its records are to be sent.
    pub planned: u32,
    /// How many of those the HIU has accepted.
    pub accepted: u32,
    /// What went wrong, if anything did: in the words of the report, without names.
    pub problem: Option<String>,
}

impl TransferView {
    pub(crate) const fn of(flow: TransferFlow) -> Self {
        Self { flow }
    }

    /// The facility.
    #[must_use]
    pub const fn hip_id(&self) -> &HipId {
        &self.flow.hip_id
    }

    /// The transfer's id.
    #[must_use]
    pub const fn transaction_id(&self) -> &TransactionId {
        &self.flow.transaction_id
    }

    /// The consent it runs under; [`Hip::consent`](crate::Hip::consent) tells whose.
    #[must_use]
    pub const fn consent_id(&self) -> &ConsentId {
        &self.flow.consent_id
    }

    /// When it must be over: twenty minutes after its request (gateway.md 8).
    #[must_use]
    pub const fn deadline(&self) -> DateTime<Utc> {
        self.flow.deadline
    }

    /// Where it stands.
    #[must_use]
    pub fn progress(&self) -> TransferProgress {
        match &self.flow.stage {
            TransferStage::New | TransferStage::Checking { .. } | TransferStage::Refusing(_) => {
                TransferProgress::Checking
            }
            TransferStage::Acknowledging | TransferStage::Planning => TransferProgress::Planning,
            TransferStage::Pushing(_) => TransferProgress::Sending,
            TransferStage::Reporting(_) => TransferProgress::Reporting,
            TransferStage::Reported(_) => TransferProgress::Reported,
            TransferStage::Unreported(_, failure) => TransferProgress::Unreported(failure.clone()),
            TransferStage::Refused(failure) => TransferProgress::Refused(failure.clone()),
        }
    }

    /// How far each care context is; none before the records are planned.
    #[must_use]
    pub fn care_contexts(&self) -> Vec<ContextSent> {
        let contexts = self.flow.contexts().iter();
        contexts
            .map(|context| ContextSent {
                care_context: context.care_context.clone(),
                patient: context.patient.clone(),
                planned: context.records,
                accepted: context.accepted,
                problem: context.problem.clone(),
            })
            .collect()
    }

    /// What ABDM is told, once nothing more is sent.
    #[must_use]
    pub const fn report(&self) -> Option<&TransferReport> {
        match &self.flow.stage {
            TransferStage::Reporting(report)
            | TransferStage::Reported(report)
            | TransferStage::Unreported(report, _) => Some(report),
            _ => None,
        }
    }
}

/// Shows ids and counts only.
impl fmt::Debug for TransferView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferView")
            .field("transaction", self.transaction_id())
            .field("consent", self.consent_id())
            .field("progress", &self.progress())
            .field("care_contexts", &self.care_contexts())
            .finish_non_exhaustive()
    }
}
