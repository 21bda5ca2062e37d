//! Each request as it is sent, each callback as it is read, loose forms included.

use abdm_core::api::consent::{ConsentCareContext, DateRange, Permission};
use abdm_core::api::data_flow::{HiRequest, KeyMaterialJson};
use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::endpoint::{AuthScheme, Endpoint};
use abdm_core::environment::{Environment, Family};
use abdm_core::error::CallbackError;
use abdm_core::headers::{HiuHeaders, documented_spelling};
use abdm_core::id::PatientReference;
use abdm_core::secret::AccessToken;
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use abdm_core::wire::read_json;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::api::{ALL, ToleratedHiuHeaders};
use serde_json::{Value, json};

use crate::made_up::{
    at, consent_id, consent_request_id, context, doctor, granted, hip_id, hiu_id, request_id,
    start, transaction_id,
};

/// The request as it leaves: line, headers, body.
fn sent<E>(call: &Call<E>) -> String
where
    E: Endpoint,
    E::Auth: AuthScheme<Credential = ()>,
{
    let environment = Environment::sandbox();
    let token = AccessToken::new("token");
    let envelope = Envelope::new(request_id(1), start()).cm_id(environment.cm_id()).bearer(&token);
    let request = call.to_http(environment.base(E::META.family), &envelope).unwrap();
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let name = documented_spelling(name.as_str());
        text.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    format!("{text}\n{}", serde_json::to_string_pretty(&body).unwrap())
}

fn hiu() -> HiuHeaders {
    HiuHeaders { hiu_id: hiu_id() }
}

fn terms() -> ConsentTerms {
    let dates = DateRange::new(at("2021-01-01T00:00:00Z"), at("2026-09-14T00:00:00Z"));
    ConsentTerms::new(
        "asha.test@sbx".parse().unwrap(),
        hiu_id(),
        PurposeCode::CareManagement,
        doctor(),
        [HiType::Prescription, HiType::OpConsultation],
        Permission::new(AccessMode::View, dates, at("2026-10-14T00:00:00Z")),
    )
}

#[test]
fn a_consent_request_is_sent_with_its_mandatory_parts() {
    let headers = ToleratedHiuHeaders::from(hiu_id());
    let call = Call::<RequestConsent>::new(terms().into()).headers(headers);
    insta::assert_snapshot!(sent(&call));
}

#[test]
fn a_narrow_consent_request_names_hip_and_care_contexts() {
    let mut terms = terms();
    terms.hip = Some(hip_id().into());
    let patient = PatientReference::new("UHID-77").unwrap();
    terms.care_contexts = Some(vec![ConsentCareContext::new(patient, context("OPD-1"))]);
    let body = serde_json::to_value(RequestedConsent::from(terms)).unwrap();
    assert_eq!(body["consent"]["hip"], json!({"id": "IN0000000002"}));
    assert_eq!(
        body["consent"]["careContexts"],
        json!([{"patientReference": "UHID-77", "careContextReference": "OPD-1"}])
    );
}

#[test]
fn a_status_query_is_sent() {
    let call = Call::<CheckConsentStatus>::new(consent_request_id().into()).headers(hiu());
    insta::assert_snapshot!(sent(&call));
}

#[test]
fn an_acknowledgement_is_an_array() {
    let headers = ToleratedHiuHeaders::from(hiu_id());
    let body = DecisionAcknowledgement::ok(request_id(9), [consent_id(1), consent_id(2)]);
    insta::assert_snapshot!(sent(&Call::<AcknowledgeConsentDecision>::new(body).headers(headers)));
}

#[test]
fn an_acknowledgement_as_an_object_is_not_read() {
    let object = json!({"acknowledgement": {"status": "OK", "consentId": "c"},
        "response": {"requestId": "r"}});
    assert!(serde_json::from_value::<DecisionAcknowledgement>(object).is_err());
}

#[test]
fn an_artefact_query_is_sent() {
    let call = Call::<FetchConsent>::new(consent_id(1).into()).headers(hiu());
    insta::assert_snapshot!(sent(&call));
}

#[test]
fn a_health_information_request_is_sent() {
    let material = KeyMaterialJson(json!({"cryptoAlg": "ECDH"}));
    let dates = granted(consent_id(1)).permission.date_range;
    let url = "https://hiu.example.org/push/1";
    let request = HiRequest::new(consent_id(1), dates, url, material);
    let call = Call::<RequestHealthInformation>::new(request.into()).headers(hiu());
    insta::assert_snapshot!(sent(&call));
}

#[test]
fn the_consent_manager_writes_its_callbacks_in_the_documented_form() {
    let error = || CallbackError::new(1031, "hip is mandatory");
    let artefact =
        ConsentArtefact::new(ConsentStatus::Granted, granted(consent_id(1)), "c2lnbmF0dXJl".into());
    let state = |status, artefacts: Vec<_>| {
        ConsentRequestState::new(consent_request_id(), status, artefacts)
    };
    let decision = ConsentDecision::new(
        consent_request_id(),
        ConsentStatus::Granted,
        [consent_id(1), consent_id(2)],
    );
    insta::assert_json_snapshot!([
        json!({"on-init": ConsentRequested::accepted(request_id(1), consent_request_id())}),
        json!({"on-init": ConsentRequested::refused(request_id(1), error())}),
        json!({"on-status": ConsentStatusReply::known(
            request_id(1), state(ConsentStatus::Granted, vec![consent_id(1)]))}),
        json!({"on-status": ConsentStatusReply::known(
            request_id(1), state(ConsentStatus::Requested, vec![]))}),
        json!({"on-status": ConsentStatusReply::unknown(request_id(1), error())}),
        json!({"notify": DecisionNotice::from(decision)}),
        json!({"on-fetch": FetchedConsent::found(request_id(1), artefact)}),
        json!({"on-fetch": FetchedConsent::missing(request_id(1), error())}),
        json!({"on-request": HealthInformationRequested::accepted(request_id(1), transaction_id())}),
        json!({"on-request": HealthInformationRequested::refused(request_id(1), error())}),
    ]);
}

#[test]
fn loose_callbacks_are_read() {
    let request = request_id(1);
    // `resp` for `response`, an empty error object beside the success.
    let body = json!({"consentRequest": {"id": "c-1"}, "error": {},
        "resp": {"requestId": request.to_string()}});
    let taken: ConsentRequested = serde_json::from_value(body).unwrap();
    assert_eq!(taken.answers(), Some(request));
    assert_eq!(taken.outcome().unwrap().unwrap().as_str(), "c-1");

    // Both keys, one of them null; an error beside a value counts.
    let body = json!({"consentRequest": {"id": "c-1", "status": "NEW"},
        "error": {"code": "ABDM-1039: ", "message": "?"}, "resp": null,
        "response": {"requestId": request.to_string()}});
    let status: ConsentStatusReply = serde_json::from_value(body).unwrap();
    assert_eq!(status.answers(), Some(request));
    assert_eq!(status.outcome().unwrap().unwrap_err().code.as_ref().unwrap(), "ABDM-1039");

    // Neither says nothing.
    let nothing: HealthInformationRequested =
        serde_json::from_value(json!({"error": null})).unwrap();
    assert!(nothing.outcome().is_none());
    assert_eq!(nothing.answers(), None);

    // Null ids, null lists, missing lists, unknown states and fields.
    for (artefacts, expected) in [
        (json!([{"id": null}, {"id": "a"}, null, {}]), vec!["a"]),
        (json!(null), vec![]),
        (json!([]), vec![]),
    ] {
        let body = json!({"notification": {"consentRequestId": "c-1", "status": "PAUSED",
            "consentArtefacts": artefacts, "reason": null, "more": 1}});
        let notice: DecisionNotice = serde_json::from_value(body).unwrap();
        let ids: Vec<_> =
            notice.notification.consent_artefacts.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids, expected);
        assert_eq!(notice.notification.status.as_str(), "PAUSED");
    }
    let bare = json!({"notification": {"consentRequestId": "c-1", "status": "REVOKED"}});
    assert!(serde_json::from_value::<DecisionNotice>(bare).is_ok());
    // A revocation is not lost over its reason.
    for (reason, words) in [
        (json!("not now"), Some(Reason::new("not now"))),
        (json!(7), None),
        (json!({"code": null}), None),
        (json!(["a"]), None),
    ] {
        let body = json!({"notification": {"consentRequestId": "c-1", "status": "REVOKED",
            "reason": reason}});
        let notice: DecisionNotice = read_json(body.to_string().as_bytes()).unwrap();
        assert_eq!(notice.notification.reason, words);
    }
}

#[test]
fn the_captured_artefact_is_read() {
    let body = json!({"consent":{"status":"GRANTED","consentDetail":{"schemaVersion":"v3",
        "consentId":"d6a83f24","createdAt":"2026-09-14T10:09:37.714Z",
        "lastUpdated":"2026-09-14T10:09:37.714Z","patient":{"id":"asha.test@sbx"},
        "hip":{"id":"IN0000000002"},"hiu":{"id":"IN0000000001"},"consentManager":{"id":"sbx"},
        "requester":{"name":"Dr. Example","identifier":{"type":"REGNO","value":"MH1001",
            "system":"https://www.mciindia.org"}},
        "purpose":{"text":"Care Management","code":"CAREMGT","refUri":"www.abdm.gov.in"},
        "careContexts":[{"patientReference":"UHID-77","careContextReference":"IPD-9"}],
        "hiTypes":["Prescription"],
        "permission":{"accessMode":"VIEW",
            "dateRange":{"from":"2023-05-11T06:21:42.683Z","to":"2024-01-10T06:21:42.683Z"},
            "dataEraseAt":"2026-10-14T06:21:42.683Z",
            "frequency":{"unit":"HOUR","value":"0","repeats":"0"}}},
        "signature":"c2ln"},"error":null,
        "response":{"requestId":request_id(1).to_string()},"resp":null});
    let fetched: FetchedConsent = serde_json::from_value(body).unwrap();
    let artefact = fetched.outcome().unwrap().unwrap();
    let terms = artefact.consent_detail.as_ref().unwrap();
    assert_eq!(terms.erase_at(), Some(at("2026-10-14T06:21:42.683Z")));
    assert!(terms.names(&context("IPD-9")));
}

#[test]
fn every_callback_that_is_written_is_read_back() {
    fn round_trip<E: Endpoint<Headers = HiuHeaders, Path = ()>>(body: E::Request)
    where
        E::Auth: AuthScheme<Credential = ()>,
        E::Request: PartialEq + std::fmt::Debug,
    {
        let call = Call::<E>::new(body).headers(hiu());
        let base = Environment::at("http://127.0.0.1:1").unwrap();
        let envelope = Envelope::new(request_id(3), start());
        let request = call.to_http(base.base(Family::Bridge), &envelope).unwrap();
        let path = request.uri().path();
        let read = Incoming::<E>::from_http(path, None, request.headers(), request.body()).unwrap();
        assert_eq!(read.body, call.body);
        assert_eq!(read.request_id, request_id(3));
        assert_eq!(read.headers, hiu());
    }
    let error = || CallbackError::new(1080, "no such artefact");
    round_trip::<OnRequestConsent>(ConsentRequested::accepted(request_id(1), consent_request_id()));
    round_trip::<OnRequestConsent>(ConsentRequested::refused(request_id(1), error()));
    round_trip::<OnFetchConsent>(FetchedConsent::missing(request_id(1), error()));
    round_trip::<OnHealthInformationRequested>(HealthInformationRequested::accepted(
        request_id(1),
        transaction_id(),
    ));
    round_trip::<OnConsentDecision>(
        ConsentDecision::new(consent_request_id(), ConsentStatus::Denied, []).into(),
    );
}

#[test]
fn every_endpoint_is_listed_once() {
    let mut names: Vec<_> = ALL.iter().map(|meta| meta.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
    for meta in ALL {
        if let Some(callback) = meta.callback {
            assert!(names.contains(&callback), "{} waits for {callback}", meta.name);
        }
    }
}
