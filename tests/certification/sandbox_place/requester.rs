//! Another hospital that asks for records: a HIU that the sandbox plays, by the sandbox's own API.

use std::time::Duration;

use abdm_certify::place::{ConsentWish, OpenedRecord, PlaceError, Requester};
use abdm_core::clock::format_timestamp;
use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId};
use abdm_core::transport::{ReqwestTransport, Transport as _};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use super::{SandboxPlace, failed};

const HIU: &str = "OTHER-HOSPITAL";
const LOOK: Duration = Duration::from_millis(20);

impl SandboxPlace {
    /// Asks the sandbox's own API.
    pub(super) async fn ask_sandbox(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, PlaceError> {
        let uri = format!("{}/sandbox/{path}", self.sandbox.base_url());
        let mut request = Request::builder().method(&method).uri(uri);
        let mut bytes = Bytes::new();
        if method == Method::POST {
            request = request.header(http::header::CONTENT_TYPE, "application/json");
            bytes = body.to_string().into();
        }
        let request = request.body(bytes).map_err(failed)?;
        let transport = ReqwestTransport::new().map_err(failed)?;
        let answer = transport.send(request, self.patience).await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(failed(format!("the sandbox answers {}", answer.status())));
        }
        serde_json::from_slice(answer.body()).map_err(failed)
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[async_trait]
impl Requester for SandboxPlace {
    async fn ask(&self, wish: &ConsentWish) -> Result<ConsentRequestId, PlaceError> {
        let played = self.ask_sandbox(Method::GET, "played", Value::Null).await?;
        if !list(&played).iter().any(|facility| facility["id"] == HIU) {
            let hiu = json!({"id": HIU, "name": "Other Hospital"});
            self.ask_sandbox(Method::POST, "played/hius", hiu).await?;
        }
        let patient = self.patient(wish.of)?.abha_address.ok_or_else(|| failed("no address"))?;
        let (from, to) = (format_timestamp(wish.dates.from), format_timestamp(wish.dates.to));
        let types: Vec<&str> = wish.hi_types.iter().map(|hi_type| hi_type.as_str()).collect();
        let request = json!({
            "patient": patient.as_str(),
            "hipId": wish.hip.as_str(),
            "hiTypes": types,
            "dateRange": {"from": from, "to": to},
            "dataEraseAt": format_timestamp(wish.erase_at),
        });
        let path = format!("played/hius/{HIU}/requests");
        let sent = self.ask_sandbox(Method::POST, &path, request).await?;
        let asked = async {
            loop {
                let requests = self.ask_sandbox(Method::GET, &path, Value::Null).await?;
                let own = list(&requests).iter().find(|r| r["requestId"] == sent["requestId"]);
                let id = own.and_then(|request| request["consentRequestId"].as_str());
                if let Some(id) = id {
                    return ConsentRequestId::new(id).map_err(failed);
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let late = Err(failed("the patient was not asked"));
        tokio::time::timeout(self.patience, asked).await.unwrap_or(late)
    }

    async fn received(&self, consents: &[ConsentId]) -> Result<Vec<OpenedRecord>, PlaceError> {
        let path = format!("played/hius/{HIU}/records");
        let received = self.ask_sandbox(Method::GET, &path, Value::Null).await?;
        let is_own = |record: &&Value| {
            let consent = record["consentId"].as_str();
            consents.iter().any(|own| consent == Some(own.as_str()))
        };
        let opened = list(&received).iter().filter(is_own).map(|record| {
            let text = |name: &str| record[name].as_str().unwrap_or_default();
            let context = CareContextReference::new(text("careContextReference"));
            let document = STANDARD.decode(text("documentBase64")).map_err(failed)?;
            let findings = list(&record["findings"]).iter().chain([&record["problem"]]);
            let findings = findings.filter_map(Value::as_str).map(str::to_owned).collect();
            let opened = OpenedRecord::new(context.map_err(failed)?, document);
            Ok(opened.with_findings(findings))
        });
        opened.collect()
    }
}
