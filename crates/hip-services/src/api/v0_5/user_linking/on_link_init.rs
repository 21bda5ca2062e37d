//! `OnLinkInitV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::{PatientReference, TransactionId};
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::readable;
use crate::api::user_linking::{ChosenCareContext, ChosenCareContexts, LinkInit, OnLinkInit};
use crate::api::v0_5::{OlderCallback, no_words};

abdm_core::endpoint! {
    /// The patient has chosen care contexts to link. To be answered by
    /// [`AnswerLinkInitV05`](super::AnswerLinkInitV05) when an OTP is on its way to the patient.
    pub OnLinkInitV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/links/link/init",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: LinkInitV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkInit,
        source: "m2-hip.md 10",
    }
}

/// What a patient has chosen of what was discovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkInitV05 {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// The choice.
    pub patient: ChosenPatientV05,
}

/// The chosen care contexts of one patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChosenPatientV05 {
    /// The ABHA address to link to.
    #[serde(default, deserialize_with = "readable::parsed")]
    pub id: Option<AbhaAddress>,
    /// The facility's number for the patient.
    pub reference_number: PatientReference,
    /// The care contexts.
    #[serde(with = "lenient::list", default)]
    pub care_contexts: Vec<ChosenCareContext>,
}

impl OlderCallback for OnLinkInitV05 {
    type Newer = OnLinkInit;

    fn newer(body: LinkInitV05) -> LinkInit {
        let chosen = body.patient;
        let contexts = ChosenCareContexts::untyped(chosen.reference_number, chosen.care_contexts);
        LinkInit::of_older(body.transaction_id, chosen.id, contexts)
    }

    /// One patient number at a time; that the discovery is over is not told in V0.5.
    fn older(body: &LinkInit) -> Result<LinkInitV05, WireError> {
        let first = body.patient.first();
        let first = first.ok_or_else(|| no_words("a choice of nothing"))?;
        let own = body.patient.iter().filter(|p| p.reference_number == first.reference_number);
        let mut care_contexts: Vec<ChosenCareContext> = Vec::new();
        for context in own.flat_map(|chosen| &chosen.care_contexts) {
            if !care_contexts.iter().any(|c| c.reference_number == context.reference_number) {
                care_contexts.push(ChosenCareContext::from(context.reference_number.clone()));
            }
        }
        let reference_number = first.reference_number.clone();
        let patient =
            ChosenPatientV05 { id: body.abha_address.clone(), reference_number, care_contexts };
        Ok(LinkInitV05 { transaction_id: body.transaction_id.clone(), patient })
    }
}
