//! Requests for records, and the reports about them.

use std::sync::Arc;

use abdm_core::api::data_flow::{NotifyHealthInformation, TransferStatus};
use abdm_core::call::Incoming;
use abdm_core::error::CallbackError;
use abdm_core::id::TransactionId;
use abdm_core::ids::Ids as _;
use abdm_core::vocabulary::{ConsentStatus, HiStatus, NotifierType, SessionStatus};
use bytes::Bytes;
use hip_services::api::health_information::{
    HealthInformationRequest as ForwardedRequest, OnHealthInformationRequest,
};
use hiu_services::api::health_information::{
    HealthInformationRequested, OnHealthInformationRequested, RequestHealthInformation,
};
use http::{Response, StatusCode};

use super::delivery::Comes;
use super::{Gateway, json};

impl Gateway {
    pub(super) fn records_wanted(self: &Arc<Self>, call: Incoming<RequestHealthInformation>) {
        let wanted = call.body.hi_request;
        let consent = wanted.consent.id.clone();
        let artefact = self.state().artefacts.get(&consent).cloned();
        let Some(artefact) = artefact else {
            return;
        };
        let hiu = artefact.hiu;
        if artefact.status != ConsentStatus::Granted {
            let error = CallbackError::new(1062, "Consent not granted");
            let refused = HealthInformationRequested::refused(call.request_id, error);
            self.tells_hiu::<OnHealthInformationRequested>(&hiu, Comes::Mostly, refused);
            return;
        }
        let Ok(transaction) = self.world.ids.uuid().to_string().parse::<TransactionId>() else {
            return;
        };
        self.says(format_args!("is asked for records under {consent}: {transaction}"));
        self.world.counts.add("transfers");
        self.world.ledger.transfer_begins(&transaction, &consent);
        self.state().transfers.insert(transaction.clone(), SessionStatus::Requested);
        let accepted = HealthInformationRequested::accepted(call.request_id, transaction.clone());
        self.tells_hiu::<OnHealthInformationRequested>(&hiu, Comes::Mostly, accepted);
        let hip = artefact.detail.hip.id;
        let forwarded = ForwardedRequest::new(transaction, wanted);
        self.tells_hip::<OnHealthInformationRequest>(&hip, Comes::Always, forwarded);
    }

    pub(super) fn reported(&self, call: &Incoming<NotifyHealthInformation>) {
        let report = &call.body.notification;
        let status = &report.status_notification;
        let by = report.notifier.kind.as_str();
        let said = status.session_status.as_str();
        let transaction = &report.transaction_id;
        self.says(format_args!("hears from the {by} about {transaction}: {said}"));
        self.state().transfers.insert(transaction.clone(), status.session_status.clone());
        if report.notifier.kind == NotifierType::Hip {
            let delivered = status.status_responses.iter();
            let delivered = delivered.filter(|of| of.hi_status == HiStatus::Delivered);
            let contexts = delivered.map(|of| of.care_context_reference.clone());
            self.world.ledger.delivered(transaction, contexts);
        }
    }

    pub(super) fn transfer_status(&self, transaction: &str) -> Option<Response<Bytes>> {
        let transaction: TransactionId = transaction.parse().ok()?;
        let status = self.state().transfers.get(&transaction).cloned()?;
        Some(json(StatusCode::OK, &TransferStatus::new(transaction, status)))
    }
}
