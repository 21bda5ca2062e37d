//! The front door of the registries, against a server that only answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use abdm_core::api::gateway::CreateSession;
use abdm_core::api::registry::{
    BridgeLinks, BridgeRole, CheckHprId, FacilitySearch, FetchProfessional, FindNearbyFacilities,
    FindProfessional, HprId, LinkBridge, NearbySearch, Ownership, ProfessionalQuery, RequestedLink,
    SearchFacilities,
};
use abdm_core::client::{AbdmClient, CallError};
use abdm_core::endpoint::{Endpoint, fill_path};
use abdm_core::environment::{Environment, Family};
use abdm_core::registry::{
    LinkedAs, Registries, RegistryCredential, RegistryError, RegistryToken, RegistryTokenError,
};
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::{AccessToken, ClientSecret, MobileNumber};
use abdm_core::session::Credentials;
use abdm_core::transport::ReqwestTransport;
use abdm_core::wire::WireError;
use async_trait::async_trait;
use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const FACILITY: &str = "IN0000000001";

fn client_at(environment: Environment) -> AbdmClient {
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    AbdmClient::builder(environment, credentials, transport).retry(RetryPolicy::never()).build()
}

/// Sessions that are asked for so often.
async fn server(sessions: u64) -> (MockServer, Registries) {
    let server = MockServer::start().await;
    let session = json!({"accessToken": "session-token", "expiresIn": 1200});
    Mock::given(method("POST"))
        .and(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(202).set_body_json(session))
        .expect(sessions)
        .mount(&server)
        .await;
    let client = client_at(Environment::at(&server.uri()).unwrap());
    (server, Registries::new(client))
}

/// `E` below the registries' live prefix, filled with these segments.
fn place<E: Endpoint>(segments: &[&str]) -> String {
    let segments: Vec<String> = segments.iter().map(|s| (*s).to_owned()).collect();
    let filled = fill_path(E::META.path, &segments).unwrap();
    format!("{}{filled}", Family::Registry.live_prefix())
}

async fn answers<E: Endpoint>(server: &MockServer, segments: &[&str], answer: ResponseTemplate) {
    Mock::given(path(place::<E>(segments))).respond_with(answer).mount(server).await;
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

#[tokio::test]
async fn a_search_leaves_in_the_contracts_form_with_the_session_token_and_the_standard_headers() {
    let (server, registries) = server(1).await;
    let expected = json!({"ownershipCode": "P", "subDistrictLGDCode": "", "pincode": "",
        "facilityName": "hospital", "facilityId": "", "page": 1, "resultsPerPage": 10,
        "stateLGDCode": "27", "districtLGDCode": ""});
    let reply = json!({"facilities": [{"facilityId": FACILITY, "facilityName": "A hospital",
        "latitude": 18.5, "address": null, "pincode": 411001, "new": {}}],
        "message": "ok", "totalFacilities": "12", "numberOfPages": 2});
    Mock::given(method("POST"))
        .and(path(place::<SearchFacilities>(&[])))
        .and(header("authorization", "Bearer session-token"))
        .and(header("x-cm-id", "sbx"))
        .and(body_json(expected))
        .respond_with(ok(&reply))
        .expect(1)
        .mount(&server)
        .await;
    let search = FacilitySearch::by_name(&Ownership::Private, "27", "hospital");
    let found = registries.search_facilities(&search).await.unwrap();
    assert_eq!((found.total_facilities, found.number_of_pages), (Some(12), Some(2)));
    assert_eq!(found.facilities[0].facility_id.as_deref(), Some(FACILITY));
    assert_eq!(found.facilities[0].pincode.as_deref(), Some("411001"));
}

/// A vendor's own token, which changes.
#[derive(Debug, Default)]
struct Own(AtomicU32);

#[async_trait]
impl RegistryToken for Own {
    async fn token(&self) -> Result<RegistryCredential, RegistryTokenError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        if number > 1 {
            return Err(RegistryTokenError::new("log in to the registry again"));
        }
        Ok(RegistryCredential::Own(AccessToken::new(format!("own-{number}"))))
    }
}

#[tokio::test]
async fn a_token_of_the_registries_own_goes_in_place_of_the_sessions_and_needs_none() {
    let (server, registries) = server(0).await;
    for number in 0..2 {
        Mock::given(path(place::<SearchFacilities>(&[])))
            .and(header("authorization", format!("Bearer own-{number}").as_str()))
            .respond_with(ok(&json!({"facilities": []})))
            .expect(1)
            .mount(&server)
            .await;
    }
    let registries = registries.token(Own::default());
    for _ in 0..2 {
        assert!(registries.facility(FACILITY).await.unwrap().is_none());
    }
    let error = registries.facility(FACILITY).await.unwrap_err();
    assert!(matches!(error, RegistryError::Token(_)), "{error}");
    assert!(error.to_string().contains("log in") && !error.is_retryable());
}

#[tokio::test]
async fn production_is_not_called_where_nobody_has_said_where_its_registries_are() {
    let registries = Registries::new(client_at(Environment::production()));
    let registries = registries.token(AccessToken::new("own"));
    let error = registries.facility(FACILITY).await.unwrap_err();
    let RegistryError::Call(call) = &error else { panic!("{error}") };
    let CallError::Request { source, .. } = &**call else { panic!("{error}") };
    assert!(matches!(source, WireError::NoBase(Family::Registry)), "{source}");
    assert!(error.to_string().contains("with_base"), "{error}");
}

#[tokio::test]
async fn what_would_be_refused_does_not_leave() {
    let (server, registries) = server(0).await;
    let mut nearby = NearbySearch::around(18.5, 73.8, 5);
    nearby.center_lat = "18".to_owned();
    let mobile = MobileNumber::new("9999900001").unwrap();
    let page = FacilitySearch::by_id(FACILITY).page(1, 5);
    let links = BridgeLinks::new(FACILITY, "Example Hospital");
    for (error, field) in [
        (registries.facility("IN1").await.unwrap_err(), "facilityId"),
        (registries.search_facilities(&page).await.unwrap_err(), "resultsPerPage"),
        (registries.nearby_facilities(&nearby).await.unwrap_err(), "centerLat"),
        (registries.link_bridge(&links).await.unwrap_err(), "HRP"),
        (registries.districts(0).await.unwrap_err(), "stateCode"),
        (registries.master_data(" ").await.unwrap_err(), "type"),
        (registries.professional_detail_by_mobile(&mobile).await.unwrap_err(), "contactNumber"),
    ] {
        assert!(error.to_string().contains(field), "{error}");
        assert!(!error.to_string().contains("99999"), "{error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_404_of_the_registry_is_nothing_found_and_one_of_a_wrong_path_is_an_error() {
    let id = HprId::parse("asha.test@hpr.abdm").unwrap();
    let own = json!({"code": "HIS-404", "message": "not found"});
    let spring = json!({"timestamp": 1, "path": "/x", "status": 404, "error": "Not Found"});
    let not_found = || ResponseTemplate::new(404);
    for (answer, is_found) in [
        (not_found().set_body_json(own), Some(false)),
        (not_found().set_body_json(spring), None),
        (not_found().set_body_string("<html>no such page</html>"), None),
        (not_found(), None),
        (ok(&json!({"hprIdNumber": "71-0000-0000-0001", "authMethods": ["OTP"]})), Some(true)),
    ] {
        let (server, registries) = server(1).await;
        answers::<FindProfessional>(&server, &["asha.test@hpr.abdm"], answer).await;
        let found = registries.professional(&id).await;
        assert_eq!(found.as_ref().ok().map(Option::is_some), is_found, "{found:?}");
    }
}

#[tokio::test]
async fn existence_is_read_bare_and_inside_a_status() {
    let id = HprId::parse("71-0000-0000-0001").unwrap();
    for (body, exists) in [
        (json!(true), true),
        (json!(false), false),
        (json!({"status": true}), true),
        (json!({"status": "false"}), false),
    ] {
        let (server, registries) = server(1).await;
        answers::<CheckHprId>(&server, &["71000000000001"], ok(&body)).await;
        assert_eq!(registries.hpr_id_exists(&id).await.unwrap(), exists, "{body}");
    }
}

#[tokio::test]
async fn a_professional_is_read_however_deep_the_lists_are() {
    let one = json!({"identifier": 1, "name": "Asha", "hpr_id": "asha.test@hpr.abdm"});
    for practitioners in [one.clone(), json!([one]), json!([[one]])] {
        let (server, registries) = server(1).await;
        let body = json!({"message": "ok", "practitioners": practitioners});
        answers::<FetchProfessional>(&server, &[], ok(&body)).await;
        let query = ProfessionalQuery::by_registration("R-1", "A council");
        let found = registries.professional_detail(&query).await.unwrap();
        assert_eq!(found[0].hpr_id.as_deref(), Some("asha.test@hpr.abdm"), "{body}");
    }
}

#[tokio::test]
async fn the_new_path_is_called_for_what_is_nearby() {
    let (server, registries) = server(1).await;
    let body = json!({"searchCountTotal": "1", "recordList": [{"anything": 1}]});
    answers::<FindNearbyFacilities>(&server, &[], ok(&body)).await;
    let found = registries.nearby_facilities(&NearbySearch::around(18.5, 73.856_744_2, 5)).await;
    let found = found.unwrap();
    assert_eq!((found.search_count_total, found.record_list.len()), (Some(1), 1));
    let sent = server.received_requests().await.unwrap();
    let sent: Value = serde_json::from_slice(&sent.last().unwrap().body).unwrap();
    assert_eq!(
        sent,
        json!({"centerLat": "18.5", "centerLon": "73.856744", "radiusInKm": "5", "size": "10",
            "from": "0"})
    );
}

fn two_roles() -> BridgeLinks {
    BridgeLinks::new(FACILITY, "Example Hospital")
        .service(RequestedLink::new("SBX_000000", "Example HMS", BridgeRole::Hip))
        .service(RequestedLink::new("SBX_000000", "Example HMS", BridgeRole::Hiu))
}

/// What became of each role, in a word.
async fn linked(body: Value) -> Vec<String> {
    let (server, registries) = server(1).await;
    answers::<LinkBridge>(&server, &[], ok(&body)).await;
    let told = registries.link_bridge(&two_roles()).await.unwrap();
    let word = |outcome: &LinkedAs| match outcome {
        LinkedAs::Linked { id, already } => {
            let id = id.as_ref().map_or("no id", |id| id.as_str());
            format!("{id}{}", if *already { " already" } else { "" })
        }
        LinkedAs::Refused(error) => error.code().unwrap().as_str().to_owned(),
        _ => "untold".to_owned(),
    };
    told.iter().map(|told| word(&told.outcome)).collect()
}

/// Ruling 36.
#[tokio::test]
async fn a_linkage_is_told_role_by_role_and_already_associated_is_a_success() {
    let new = json!({"servicesLinked": {"id": FACILITY, "name": "Example HMS", "type": "HIP"}});
    let error = |code: &str, text: &str| json!({"error": {"code": code, "message": text}});
    let with_id = "IN0000000001 is already associated with bridge X and service id: IN0000000001_2";
    let without = "IN0000000001 is already associated with bridge X";
    for (body, told) in [
        (json!([new, error("2500", with_id)]), ["IN0000000001", "IN0000000001_2 already"]),
        (json!([error("2500", without), new]), ["no id already", "IN0000000001"]),
        (json!([error("2500", "Bridge failed"), new]), ["2500", "IN0000000001"]),
        (json!([error("HIS-1128", "in use")]), ["HIS-1128", "HIS-1128"]),
        (json!(error("HIS-1124", "not linked")), ["HIS-1124", "HIS-1124"]),
        (json!([new]), ["IN0000000001", "untold"]),
        (json!([]), ["untold", "untold"]),
    ] {
        assert_eq!(linked(body.clone()).await, told, "{body}");
    }
}

#[tokio::test]
async fn an_error_status_of_a_linkage_is_an_error_of_the_whole() {
    let (server, registries) = server(1).await;
    let body = json!({"code": "ABDM-1065", "message": "Health facility does not exist"});
    answers::<LinkBridge>(&server, &[], ResponseTemplate::new(404).set_body_json(body)).await;
    let error = registries.link_bridge(&two_roles()).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1065");
}
