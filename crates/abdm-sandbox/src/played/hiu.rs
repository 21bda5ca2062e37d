//! A HIU that the sandbox plays.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{ConsentDetail, DateRange};
use abdm_core::api::data_flow::{DataPage, HiRequest, KeyMaterialJson, NotifyHealthInformation};
use abdm_core::call::{Call, Incoming};
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId,
};
use abdm_core::vocabulary::{ConsentStatus, SessionStatus};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use fidelius_crypto::{KeyMaterial, ReceiverKeys};
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, ConsentQuery, ConsentTerms, DecisionAcknowledgement, FetchConsent,
    OnConsentDecision, OnFetchConsent, OnRequestConsent, RequestConsent, RequestedConsent,
};
use hiu_services::api::health_information::{
    HealthInformationRequest, OnHealthInformationRequested, RequestHealthInformation,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Acting;
use super::habits::{HiuHabits, ReportAs, UNREADABLE_KEY, seconds};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::pending::{Errand, Work};
use crate::pushes::{
    self, Fates, Intake, Judged, Next, OpenedEntry, PageMark, Receipt, Receiver, Secrets,
};
use crate::shared::Shared;
use crate::state::secret;

/// A callback can be faster than the answer to the call that it belongs to.
const LOOKS: u32 = 100;
const LOOK: Duration = Duration::from_millis(50);
const MEGABYTE: usize = 1024 * 1024;

/// What a played HIU has asked a patient for, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AskedFor {
    pub(crate) request_id: RequestId,
    pub(crate) consent_request: Option<ConsentRequestId>,
    pub(crate) status: ConsentStatus,
    pub(crate) consents: Vec<ConsentId>,
    /// Why something was refused.
    pub(crate) problem: Option<String>,
}

/// A record that a played HIU received.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Received {
    pub(crate) consent: ConsentId,
    pub(crate) transaction: TransactionId,
    pub(crate) hip: HipId,
    pub(crate) care_context: CareContextReference,
    /// The number that its page had, and of how many.
    pub(crate) page: (i64, i64),
    /// The document, or why it cannot be read.
    #[serde(with = "crate::state::bytes::result")]
    pub(crate) document: Result<Vec<u8>, String>,
    /// What a reviewer would say of it.
    #[serde(default)]
    pub(crate) findings: Vec<String>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let document = self.document.as_ref().map(|document| format!("{} bytes", document.len()));
        f.debug_struct("Received")
            .field("care_context", &self.care_context)
            .field("document", &document)
            .finish_non_exhaustive()
    }
}

impl Received {
    /// `None` while the transaction is not known.
    fn new(of: &Expected, page: (i64, i64), (care_context, opened): OpenedEntry) -> Option<Self> {
        let (document, findings) = match opened {
            Ok(opened) => (Ok(opened.document), opened.findings),
            Err(problem) => (Err(problem), Vec::new()),
        };
        Some(Self {
            consent: of.consent.clone(),
            transaction: of.transaction.clone()?,
            hip: of.hip.clone(),
            care_context,
            page,
            document,
            findings,
        })
    }

    /// Whether this document of the transfer is here already, as one that is sent again and
    /// encrypted anew is.
    fn is_as(&self, other: &Self) -> bool {
        self.transaction == other.transaction
            && self.care_context == other.care_context
            && self.document.is_ok()
            && self.document == other.document
    }
}

/// A transfer that is expected.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Expected {
    #[serde(with = "secret::receiver_keys")]
    keys: Arc<ReceiverKeys>,
    /// The data request; known when its call has been answered.
    asked_by: Option<RequestId>,
    consent: ConsentId,
    hip: HipId,
    /// Known from the first page on, or from the answer to the data request.
    transaction: Option<TransactionId>,
    intake: Intake,
    /// The consent is over: nothing is taken any more (rulings.md 12, 31).
    is_over: bool,
}

impl Expected {
    /// What is to be reported of it, once its transaction is known.
    fn report(&self, id: &str, fates: Fates) -> Option<Report> {
        let receipt = Receipt {
            consent: self.consent.clone(),
            transaction: self.transaction.clone()?,
            hip: self.hip.clone(),
            fates,
            is_over: self.is_over,
        };
        Some(Report { id: id.to_owned(), receipt })
    }
}

/// What a played HIU has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Hiu {
    pub(crate) habits: HiuHabits,
    pub(crate) requests: Vec<AskedFor>,
    pub(crate) received: Vec<Shared<Received>>,
    /// By the id in the push URL.
    expected: BTreeMap<String, Expected>,
}

impl Hiu {
    pub(crate) fn new(habits: HiuHabits) -> Self {
        Self { habits, ..Self::default() }
    }

    fn request(&mut self, fits: impl Fn(&AskedFor) -> bool) -> Option<&mut AskedFor> {
        self.requests.iter_mut().find(|request| fits(request))
    }

    /// A consent is over: what came under it is erased, and what is under way is taken no more.
    /// Gives back the transfers that had begun.
    fn erase(&mut self, id: &str, consent: &ConsentId) -> Vec<Report> {
        self.received.retain(|record| record.consent != *consent);
        let own = self.expected.values_mut().filter(|expected| expected.consent == *consent);
        let begun = own.filter_map(|expected| {
            expected.is_over = true;
            let fates = expected.intake.break_off()?;
            expected.report(id, fates)
        });
        begun.collect()
    }

    /// Whether there is anything for [`forget_old_transfers`](Self::forget_old_transfers).
    pub(crate) fn has_old_transfers(&self, now: DateTime<Utc>) -> bool {
        self.expected.values().any(|expected| expected.intake.is_old(now))
    }

    /// Forgets the transfers that are long over.
    pub(crate) fn forget_old_transfers(&mut self, now: DateTime<Utc>) {
        self.expected.retain(|_, expected| !expected.intake.is_old(now));
    }

    /// Until when a further page of a transfer is waited for.
    pub(crate) fn waits_until(&self, push: &str) -> Option<DateTime<Utc>> {
        self.expected.get(push)?.intake.waits_until()
    }

    /// Reports a transfer that has ended; until when a further page is waited for, if one is.
    fn go_on(
        &mut self,
        engine: &Arc<Engine>,
        (id, push): (&str, &str),
        patience: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        let expected = self.expected.get_mut(push)?;
        match expected.intake.next(engine.now(), patience) {
            Next::Nothing => None,
            Next::LookAt(at) => Some(at),
            Next::Ended(fates) => {
                let report = expected.report(id, fates).filter(|_| self.habits.report)?;
                engine.undertake(Work::PlayedReport(report));
                None
            }
        }
    }

    /// Notes why nothing comes of a consent.
    fn note(&mut self, consent: &ConsentId, problem: String) {
        if let Some(request) = self.request(|request| request.consents.contains(consent)) {
            request.problem = Some(problem);
        }
    }
}

fn own_headers(id: &str) -> Result<HiuHeaders, SandboxError> {
    Ok(HiuHeaders { hiu_id: HiuId::new(id)? })
}

/// Asks a patient for a consent; the `REQUEST-ID` of the call.
pub(crate) async fn ask(
    engine: &Engine,
    id: &str,
    terms: ConsentTerms,
) -> Result<RequestId, SandboxError> {
    let unknown = || SandboxError::Unknown { kind: "played HIU", id: id.to_owned() };
    let client = engine.played_client(id).ok_or_else(unknown)?;
    let body = RequestedConsent::from(terms);
    let call = Call::<RequestConsent>::new(body).headers(HiuId::new(id)?.into());
    let request_id = client.send(&call).await?.request_id;
    let asked = AskedFor {
        request_id,
        consent_request: None,
        status: ConsentStatus::Requested,
        consents: Vec::new(),
        problem: None,
    };
    engine.with_hiu(id, |hiu| hiu.requests.push(asked));
    engine.journal().touch();
    Ok(request_id)
}

/// Changes a request, once it is noted.
async fn change(
    engine: &Engine,
    id: &str,
    fits: impl Fn(&AskedFor) -> bool,
    change: impl FnOnce(&mut AskedFor),
) {
    for _ in 0..LOOKS {
        let known = engine.hiu(id, |hiu| hiu.requests.iter().any(&fits));
        match known {
            Some(true) => {
                engine.with_hiu(id, |hiu| hiu.request(&fits).map(change));
                return;
            }
            Some(false) => tokio::time::sleep(LOOK).await,
            None => return,
        }
    }
}

/// The answer to a consent request.
pub(super) async fn requested(
    acting: &Acting<'_>,
    message: Incoming<OnRequestConsent>,
) -> Result<(), SandboxError> {
    let answers = message.body.answers();
    let fits = |request: &AskedFor| Some(request.request_id) == answers;
    change(acting.engine(), acting.id(), fits, |request| match message.body.outcome() {
        Some(Ok(consent_request)) => request.consent_request = Some(consent_request.clone()),
        Some(Err(error)) => request.problem = Some(error.message.clone()),
        None => {}
    })
    .await;
    Ok(())
}

/// The patient has decided, or the consent has ended.
pub(super) async fn decided(
    acting: &mut Acting<'_>,
    message: Incoming<OnConsentDecision>,
) -> Result<(), SandboxError> {
    let (engine, id) = (Arc::clone(acting.engine()), acting.id().to_owned());
    let decision = message.body.notification;
    let consents: Vec<_> = decision.consent_artefacts.iter().map(|one| one.id.clone()).collect();
    if matches!(decision.status, ConsentStatus::Revoked | ConsentStatus::Expired) {
        forget(acting, &consents);
    }
    if !acting.arrived.progress.answered {
        let fits = |request: &AskedFor| {
            request.consent_request.as_ref() == Some(&decision.consent_request_id)
        };
        let status = decision.status.clone();
        change(&engine, &id, fits, |request| {
            request.status = status;
            if request.consents.is_empty() {
                request.consents.clone_from(&consents);
            }
        })
        .await;
    }
    let habits = engine.hiu(&id, |hiu| hiu.habits.clone());
    let (Some(habits), Some(client)) = (habits, engine.played_client(&id)) else {
        return Ok(());
    };
    if !acting.arrived.progress.answered {
        // Without artefacts there is nothing to name (rulings.md 20).
        if habits.acknowledge {
            let body = DecisionAcknowledgement::ok(message.request_id, consents.clone());
            let hiu = HiuId::new(&*id)?.into();
            client.send(&Call::<AcknowledgeConsentDecision>::new(body).headers(hiu)).await?;
        }
        if !habits.request_data || decision.status != ConsentStatus::Granted {
            return Ok(());
        }
        acting.answered(seconds(habits.late_seconds));
    }
    acting.pause().await;
    for consent in consents {
        let query = ConsentQuery::from(consent.clone());
        let call = Call::<FetchConsent>::new(query).headers(own_headers(&id)?);
        if let Err(error) = client.send(&call).await {
            engine.with_hiu(&id, |hiu| hiu.note(&consent, error.to_string()));
            return Err(error.into());
        }
    }
    Ok(())
}

/// Erases what came under consents that are over, and reports the transfers that this ended.
fn forget(acting: &Acting<'_>, consents: &[ConsentId]) {
    let (engine, id) = (acting.engine(), acting.id());
    engine.with_hiu(id, |hiu| {
        let begun = consents.iter().flat_map(|consent| hiu.erase(id, consent)).collect::<Vec<_>>();
        for report in begun.into_iter().filter(|_| hiu.habits.report) {
            engine.undertake(Work::PlayedReport(report));
        }
    });
}

/// An artefact has come: its records are asked for.
pub(super) async fn fetched(
    acting: &Acting<'_>,
    message: Incoming<OnFetchConsent>,
) -> Result<(), SandboxError> {
    let (engine, id) = (acting.engine(), acting.id());
    let detail = match message.body.outcome() {
        Some(Ok(artefact)) => artefact.consent_detail.clone(),
        _ => None,
    };
    let habits = engine.hiu(id, |hiu| hiu.habits.clone());
    let (Some(detail), Some(habits)) = (detail, habits) else {
        return Ok(());
    };
    request_data(engine, id, &habits, detail).await
}

async fn request_data(
    engine: &Engine,
    id: &str,
    habits: &HiuHabits,
    detail: ConsentDetail,
) -> Result<(), SandboxError> {
    let Some(client) = engine.played_client(id) else {
        return Ok(());
    };
    let keys = Arc::new(ReceiverKeys::generate().map_err(|_| SandboxError::Keys)?);
    let life = TimeDelta::days(if habits.expired_key { -1 } else { 1 });
    let material = keys.key_material_as(habits.key_form.encoding(), engine.now() + life);
    let material = habits.key_texts.rewrite(habits.key_form.rewrite(material));
    let material = KeyMaterialJson::write(&material).map_err(|_| SandboxError::Keys)?;
    let granted = detail.permission.date_range;
    let earlier = granted.from.checked_sub_signed(TimeDelta::days(365));
    let from = earlier.filter(|_| habits.wider_dates).unwrap_or(granted.from);
    let dates = DateRange::new(from, granted.to);
    let push = crate::random_uuid().to_string();
    let url = format!("{}{}{id}/push/{push}", engine.base_url(), super::ROOT);
    let granted = detail.care_contexts.iter().map(|c| c.care_context_reference.clone());
    let intake = Intake::new(granted, engine.now());
    let (consent, hip) = (detail.consent_id, detail.hip.id);
    let expected = Expected {
        keys,
        asked_by: None,
        consent: consent.clone(),
        hip,
        transaction: None,
        intake,
        is_over: false,
    };
    engine.with_hiu(id, |hiu| hiu.expected.insert(push.clone(), expected));
    let request = HiRequest::new(consent.clone(), dates, url, material);
    let body = HealthInformationRequest::from(request);
    let call = Call::<RequestHealthInformation>::new(body).headers(own_headers(id)?);
    let sent = client.send(&call).await;
    engine.with_hiu(id, |hiu| match &sent {
        Ok(answered) => {
            if let Some(expected) = hiu.expected.get_mut(&push) {
                expected.asked_by = Some(answered.request_id);
            }
        }
        Err(error) => hiu.note(&consent, error.to_string()),
    });
    sent?;
    Ok(())
}

/// The answer to a data request: its transaction, or why there is none.
pub(super) async fn announced(
    acting: &Acting<'_>,
    message: Incoming<OnHealthInformationRequested>,
) -> Result<(), SandboxError> {
    let (Some(outcome), Some(answers)) = (message.body.outcome(), message.body.answers()) else {
        return Ok(());
    };
    for _ in 0..LOOKS {
        let noted = acting.engine().with_hiu(acting.id(), |hiu| {
            let mut expected = hiu.expected.values_mut();
            let asked = expected.find(|expected| expected.asked_by == Some(answers))?;
            match outcome {
                Ok(transaction) => asked.transaction = Some(transaction.clone()),
                Err(error) => {
                    let consent = asked.consent.clone();
                    hiu.note(&consent, error.message.clone());
                }
            }
            Some(())
        });
        if noted != Some(None) {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// A page for a played HIU.
pub(super) async fn take_push(
    engine: &Arc<Engine>,
    (id, push): (&str, &str),
    (headers, body): (&HeaderMap, &Bytes),
) -> Response {
    match push_taken(engine, (id, push), (headers, body)).await {
        Ok(status) => status.into_response(),
        Err(refusal) => refusal,
    }
}

/// The status with which a page is taken, or the answer that refuses it (rulings.md 31, 37).
async fn push_taken(
    engine: &Arc<Engine>,
    (id, push): (&str, &str),
    (headers, body): (&HeaderMap, &Bytes),
) -> Result<StatusCode, Response> {
    let refused = |status: StatusCode| status.into_response();
    let habits = engine.hiu(id, |hiu| hiu.habits.clone());
    let habits = habits.ok_or_else(|| refused(StatusCode::NOT_FOUND))?;
    let status = StatusCode::from_u16(habits.push_status).unwrap_or(StatusCode::ACCEPTED);
    if !status.is_success() {
        return Err(refused(status));
    }
    let most = usize::try_from(habits.push_megabytes).unwrap_or(usize::MAX);
    if body.len() > most.saturating_mul(MEGABYTE) {
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let page = pushes::admit(engine, headers, body).map_err(refused)?;
    let material = page.key_material.read::<KeyMaterial>();
    if material.is_ok_and(|material| !habits.reads_keys.takes(&material)) {
        let error = json!({"error": {"code": "4500", "message": UNREADABLE_KEY}});
        return Err((StatusCode::BAD_REQUEST, axum::Json(error)).into_response());
    }
    let mark = PageMark::of(&page);
    loop {
        match judge(engine, (id, push), &page, &mark).map_err(refused)? {
            Judged::New => break,
            Judged::Opening => pushes::while_opening().await,
            Judged::Repeated => return Ok(status),
            Judged::Unwanted => return Err(refused(StatusCode::CONFLICT)),
        }
    }
    let kept = keep(Arc::clone(engine), (id.to_owned(), push.to_owned()), page, mark);
    let kept = pushes::to_the_end(engine, kept).await;
    let kept = kept.unwrap_or(Err(StatusCode::SERVICE_UNAVAILABLE));
    kept.map(|()| status).map_err(refused)
}

/// What the HIU makes of a page before it opens it, or the status by which it is refused.
fn judge(
    engine: &Engine,
    (id, push): (&str, &str),
    page: &DataPage,
    mark: &PageMark,
) -> Result<Judged, StatusCode> {
    let is_under = |consent: &ConsentId| {
        let world = engine.world();
        world.transfers.get(&page.transaction_id).is_some_and(|t| t.consent == *consent)
    };
    let consent = engine.hiu(id, |hiu| Some(hiu.expected.get(push)?.consent.clone())).flatten();
    let is_under = consent.is_some_and(|consent| is_under(&consent));
    let judged = engine.with_hiu(id, |hiu| {
        let expected = hiu.expected.get_mut(push).ok_or(StatusCode::NOT_FOUND)?;
        if expected.is_over {
            return Err(StatusCode::GONE);
        }
        let known = expected.transaction.as_ref();
        if !is_under || known.is_some_and(|known| *known != page.transaction_id) {
            return Err(StatusCode::CONFLICT);
        }
        expected.transaction = Some(page.transaction_id.clone());
        Ok(expected.intake.judge(mark, engine.now()))
    });
    judged.unwrap_or(Err(StatusCode::NOT_FOUND))
}

/// Opens a page that is new, and keeps what was in it.
async fn keep(
    engine: Arc<Engine>,
    (id, push): (String, String),
    page: DataPage,
    mark: PageMark,
) -> Result<(), StatusCode> {
    let (engine, id, push) = (&engine, id.as_str(), push.as_str());
    let number = (page.page_number, page.page_count);
    let known = engine.hiu(id, |hiu| {
        let expected = hiu.expected.get(push)?;
        let contexts = page.entries.iter().map(|entry| &entry.care_context_reference);
        let granted = contexts.map(|context| expected.intake.names(context)).collect();
        let secrets = Secrets::dropping(hiu.habits.drops_zeros);
        Some((Arc::clone(&expected.keys), granted, secrets))
    });
    let (keys, granted, secrets) = known.flatten().ok_or(StatusCode::NOT_FOUND)?;
    let opened = pushes::open(keys, page, granted, secrets).await;
    let patience = pushes::patience(&engine.switches());
    let kept = engine.with_hiu(id, |hiu| {
        // The consent may have ended meanwhile.
        let expected = hiu.expected.get_mut(push).ok_or(StatusCode::NOT_FOUND)?;
        if expected.is_over {
            expected.intake.give_up(&mark);
            return Err(StatusCode::GONE);
        }
        let Some(entries) = opened else {
            expected.intake.give_up(&mark);
            return Err(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let read = entries.iter().map(|(context, opened)| (context, opened.is_ok()));
        expected.intake.opened(mark, read, engine.now());
        for entry in entries {
            let record = Received::new(expected, number, entry);
            if let Some(record) = record.filter(|r| !hiu.received.iter().any(|k| k.is_as(r))) {
                hiu.received.push(Shared::new(record));
            }
        }
        if let Some(at) = hiu.go_on(engine, (id, push), patience) {
            engine.wait_for_page(Receiver::Played(id.to_owned()), push, at);
        }
        Ok(())
    });
    kept.unwrap_or(Err(StatusCode::NOT_FOUND))
}

/// Reports a transfer to a played HIU, if it has ended by now; until when it is waited for, if not.
pub(crate) fn look_at_transfer(
    engine: &Arc<Engine>,
    id: &str,
    push: &str,
) -> Option<DateTime<Utc>> {
    let patience = pushes::patience(&engine.switches());
    engine.with_hiu(id, |hiu| hiu.go_on(engine, (id, push), patience)).flatten()
}

/// A transfer that has ended, and that a played HIU is to report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    /// Whose.
    id: String,
    receipt: Receipt,
}

/// Tells the consent manager what became of the records.
pub(crate) async fn report(errand: &Errand, of: Report) {
    let engine = errand.engine();
    let Some(client) = engine.played_client(&of.id) else {
        return;
    };
    let received = match engine.hiu(&of.id, |hiu| hiu.habits.report_as) {
        Some(ReportAs::Transferred) => SessionStatus::Transferred,
        _ => SessionStatus::Received,
    };
    let body = of.receipt.written(&of.id, received, engine.now());
    if let Err(error) = client.send(&Call::<NotifyHealthInformation>::new(body)).await {
        tracing::warn!(%error, "a played HIU could not report the transfer");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_requests_leave_no_transfer_behind_a_day_after_their_deadline() {
        let (mut hiu, start) = (Hiu::default(), DateTime::UNIX_EPOCH);
        for number in 0..100 {
            let expected = Expected {
                keys: Arc::new(ReceiverKeys::generate().unwrap()),
                asked_by: None,
                consent: ConsentId::new("a-consent").unwrap(),
                hip: HipId::new("IN-1").unwrap(),
                transaction: None,
                intake: Intake::new(["OPD-1".parse().unwrap()], start),
                is_over: number % 2 == 0,
            };
            hiu.expected.insert(format!("push-{number}"), expected);
        }
        let over = start + TimeDelta::days(1) + TimeDelta::minutes(20);
        let before = over - TimeDelta::seconds(1);
        assert!(!hiu.has_old_transfers(before));
        hiu.forget_old_transfers(before);
        assert_eq!(hiu.expected.len(), 100);
        assert!(hiu.has_old_transfers(over));
        hiu.forget_old_transfers(over);
        assert_eq!(hiu.expected.len(), 0);
    }
}
