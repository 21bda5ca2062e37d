//! The registries of facilities and professionals, by the front door of `abdm-core`.

use abdm_core::api::gateway::ServiceType;
use abdm_core::api::registry::{
    BridgeLinks, BridgeRole, DirectoryFilter, DuplicateSearch, FacilitySearch, HprId, NearbySearch,
    OtpSource, Ownership, ProfessionalQuery, RequestedLink,
};
use abdm_core::bridge;
use abdm_core::registry::{LinkedAs, Registries, RegistryError, RegistryKey};
use abdm_core::secret::{AccessToken, MobileNumber, Otp};
use abdm_sandbox::Sandbox;

use crate::own_api::get;
use crate::support::{Desk, clinic, sandbox};

const FACILITY: &str = "IN9900000001";

async fn opened() -> (Sandbox, Desk, Registries) {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let registries = Registries::new(clinic.client.clone());
    (sandbox, clinic, registries)
}

async fn key(sandbox: &Sandbox) -> RegistryKey {
    RegistryKey::read(&get(sandbox, "registry/key").await.to_string()).unwrap()
}

#[tokio::test]
async fn a_facility_is_found_by_id_and_by_name_and_another_is_not() {
    let (_sandbox, _, registries) = opened().await;
    let found = registries.facility(FACILITY).await.unwrap().unwrap();
    assert_eq!(found.facility_name.as_deref(), Some("Example Hospital"));
    assert_eq!(found.state_lgd_code.as_deref(), Some("27"));
    assert!(registries.facility("IN9900000099").await.unwrap().is_none());
    let search = FacilitySearch::by_name(&Ownership::Private, "27", "sample home");
    let reply = registries.search_facilities(&search).await.unwrap();
    assert_eq!((reply.total_facilities, reply.number_of_pages), (Some(1), Some(1)));
    assert_eq!(reply.facilities[0].facility_id.as_deref(), Some("IN9900000002"));
    let reply = registries.search_facilities(&search.clone().page(2, 10)).await.unwrap();
    assert_eq!((reply.total_facilities, reply.facilities.len()), (Some(1), 0));
    let elsewhere = FacilitySearch::by_name(&Ownership::Government, "27", "sample home");
    assert!(registries.search_facilities(&elsewhere).await.unwrap().facilities.is_empty());
}

#[tokio::test]
async fn facilities_around_a_place_come_nearest_first() {
    let (_sandbox, _, registries) = opened().await;
    let around = NearbySearch::around(18.52, 73.85, 50);
    let found = registries.nearby_facilities(&around).await.unwrap();
    assert_eq!(found.search_count_total, Some(2));
    let ids: Vec<_> = found.record_list.iter().map(|record| &record["facilityId"]).collect();
    assert_eq!(ids, ["IN9900000001", "IN9900000002"]);
    let mut one = around.clone();
    one.size = "1".to_owned();
    one.from = "1".to_owned();
    let second = registries.nearby_facilities(&one).await.unwrap().record_list;
    assert_eq!(second[0]["facilityId"], "IN9900000002");
    let nowhere = NearbySearch::around(0.0, 0.0, 10);
    assert!(registries.nearby_facilities(&nowhere).await.unwrap().record_list.is_empty());
}

#[tokio::test]
async fn duplicates_directory_and_contact_are_told() {
    let (_sandbox, _, registries) = opened().await;
    let alike = DuplicateSearch::new("Example", "490", "4194");
    let found = registries.duplicates(&alike).await.unwrap();
    assert_eq!(found[0]["facilityId"], FACILITY);
    let other = DuplicateSearch::new("Example", "490", "4195");
    assert!(registries.duplicates(&other).await.unwrap().is_empty());
    let found = registries.facility_directory(DirectoryFilter::by_name("district")).await.unwrap();
    assert_eq!(found[0].id.as_deref(), Some("IN9900000003"));
    assert_eq!(found[0].contact_number.as_deref(), Some("9999900020"));
    assert_eq!(found[0].address.as_ref().unwrap().district.as_deref(), Some("Mysuru"));
    let contact = registries.facility_contact(FACILITY).await.unwrap().unwrap();
    assert_eq!(contact.contact.contact_mobile.as_deref(), Some("******0021"));
    assert!(registries.facility_contact("IN9900000099").await.unwrap().is_none());
}

#[tokio::test]
async fn control_is_proved_by_the_contacts_otp_encrypted_or_as_it_is() {
    let (sandbox, _, registries) = opened().await;
    sandbox.set(|switches| switches.fixed_otp = Some("123456".to_owned())).unwrap();
    let source = || (OtpSource::Nin, "NIN-1");
    let (right, wrong) = (Otp::new("123456").unwrap(), Otp::new("654321").unwrap());
    let sent = registries.send_otp_to_contact(FACILITY).await.unwrap();
    let transaction = sent.transaction_id.unwrap();
    let unsaid = registries.prove_control(FACILITY, source(), &right, &transaction).await;
    assert!(matches!(unsaid, Err(RegistryError::NoKey { field: "otp" })), "{unsaid:?}");
    let encrypting = registries.clone().key(key(&sandbox).await);
    let refused = encrypting.prove_control(FACILITY, source(), &wrong, &transaction).await;
    assert!(!refused.unwrap().is_proved());
    let proved = encrypting.prove_control(FACILITY, source(), &right, &transaction).await.unwrap();
    assert!(proved.is_proved(), "{proved:?}");
    // It was good once.
    let again = encrypting.prove_control(FACILITY, source(), &right, &transaction).await;
    assert_eq!(again.unwrap_err().code().unwrap().as_str(), "HIS-1026");
    let plain = registries.unencrypted_fields();
    let transaction = plain.send_otp_to_contact(FACILITY).await.unwrap().transaction_id.unwrap();
    let proved = plain.prove_control(FACILITY, source(), &right, &transaction).await.unwrap();
    assert!(proved.is_proved());
    let nobodys = (OtpSource::from("OTHER"), "1");
    let refused = plain.prove_control(FACILITY, nobodys, &right, &transaction).await;
    assert!(matches!(refused, Err(RegistryError::Invalid(_))), "{refused:?}");
}

fn links() -> BridgeLinks {
    BridgeLinks::new(FACILITY, "Example Hospital")
}

#[tokio::test]
async fn a_facility_is_linked_and_linking_it_again_is_the_same_success() {
    let (_sandbox, clinic, registries) = opened().await;
    let bridge_id = clinic.client.client_id().to_owned();
    let role = |role| RequestedLink::new(bridge_id.as_str(), "Example HMS", role);
    let hip = links().service(role(BridgeRole::Hip));
    for already in [false, true] {
        let told = registries.link_bridge(&hip).await.unwrap();
        let LinkedAs::Linked { id, already: was } = &told[0].outcome else { panic!("{told:?}") };
        assert_eq!((id.as_ref().unwrap().as_str(), *was), (FACILITY, already));
        assert!(told[0].is_linked());
    }
    let both = hip.clone().service(role(BridgeRole::Hiu));
    let told = registries.link_bridge(&both).await.unwrap();
    assert!(matches!(told[0].outcome, LinkedAs::Linked { already: true, .. }), "{told:?}");
    assert!(matches!(told[1].outcome, LinkedAs::Linked { already: false, .. }), "{told:?}");
    let types = |services: abdm_core::api::gateway::BridgeServices| {
        let own = services.services.into_iter().find(|service| service.id.as_str() == FACILITY);
        own.map(|own| own.types)
    };
    let registered = types(bridge::services(&clinic.client).await.unwrap());
    assert_eq!(registered, Some(vec![ServiceType::Hip, ServiceType::Hiu]));
    let off = links().service(role(BridgeRole::Hip).switched_off());
    assert!(registries.link_bridge(&off).await.unwrap()[0].is_linked());
    let registered = types(bridge::services(&clinic.client).await.unwrap());
    assert_eq!(registered, Some(vec![ServiceType::Hiu]));
}

#[tokio::test]
async fn the_second_bridge_of_a_facility_gets_an_id_with_a_suffix() {
    let (sandbox, clinic, registries) = opened().await;
    sandbox.register_client("SBX_OTHER", "not-a-secret", abdm_sandbox::transcript::Party::Hospital);
    for (bridge_id, service) in
        [(clinic.client.client_id(), FACILITY), ("SBX_OTHER", "IN9900000001_1")]
    {
        let hip = RequestedLink::new(bridge_id, "Example HMS", BridgeRole::Hip);
        let told = registries.link_bridge(&links().service(hip)).await.unwrap();
        let LinkedAs::Linked { id, .. } = &told[0].outcome else { panic!("{told:?}") };
        assert_eq!(id.as_ref().unwrap().as_str(), service);
    }
}

#[tokio::test]
async fn roles_that_are_refused_are_told_beside_those_that_are_linked() {
    let (_sandbox, clinic, registries) = opened().await;
    let bridge_id = clinic.client.client_id();
    let links = links()
        .service(RequestedLink::new(bridge_id, "Example HMS", BridgeRole::Hip))
        .service(RequestedLink::new(bridge_id, "A name of more than 15", BridgeRole::Hiu))
        .service(RequestedLink::new("SBX_NOBODY", "Example HMS", BridgeRole::Hip));
    let told = registries.link_bridge(&links).await.unwrap();
    assert!(told[0].is_linked(), "{told:?}");
    let code = |at: usize| match &told[at].outcome {
        LinkedAs::Refused(error) => error.code().unwrap().as_str().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!((code(1), code(2)), ("HIS-1125".to_owned(), "HIS-1100".to_owned()));
    let unknown = BridgeLinks::new("IN9900000099", "Nobody").service(RequestedLink::new(
        bridge_id,
        "Example HMS",
        BridgeRole::Hip,
    ));
    let error = registries.link_bridge(&unknown).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1065");
}

#[tokio::test]
async fn professionals_are_found_by_id_mobile_number_and_registration() {
    let (sandbox, _, registries) = opened().await;
    let (number, address) = ("71-0000-0000-0001", "asha.invented@hpr.abdm");
    for id in [number, address, number, address] {
        let id = HprId::parse(id).unwrap();
        assert!(registries.hpr_id_exists(&id).await.unwrap());
        let found = registries.professional(&id).await.unwrap().unwrap();
        assert_eq!(found.hpr_id.as_deref(), Some(address));
        let detail = registries.professional_detail(&ProfessionalQuery::by_id(&id)).await.unwrap();
        assert_eq!(detail[0].hpr_id.as_deref(), Some(address));
    }
    let nobody = HprId::parse("71-9999-9999-9999").unwrap();
    for _ in 0..2 {
        assert!(!registries.hpr_id_exists(&nobody).await.unwrap());
    }
    assert!(registries.professional(&nobody).await.unwrap().is_none());
    let query = ProfessionalQuery::by_id(&nobody);
    assert!(registries.professional_detail(&query).await.unwrap().is_empty());
    let mobile = MobileNumber::new("9999900021").unwrap();
    assert_eq!(registries.professionals_by_mobile(&mobile).await.unwrap().len(), 2);
    let strange = MobileNumber::new("9999900099").unwrap();
    assert!(registries.professionals_by_mobile(&strange).await.unwrap().is_empty());
    let query = ProfessionalQuery::by_registration("KA-EX-3", "Example Medical Council");
    let found = registries.professional_detail(&query).await.unwrap();
    assert_eq!(found[0].registrations[0].registration_number.as_deref(), Some("KA-EX-3"));
    let unsaid = registries.professional_detail_by_mobile(&mobile).await;
    assert!(matches!(unsaid, Err(RegistryError::NoKey { field: "contactNumber" })), "{unsaid:?}");
    let encrypting = registries.key(key(&sandbox).await);
    assert_eq!(encrypting.professional_detail_by_mobile(&mobile).await.unwrap().len(), 2);
}

#[tokio::test]
async fn codes_are_read_at_run_time() {
    let (_sandbox, _, registries) = opened().await;
    let code = |codes: Vec<abdm_core::api::registry::CodedName>| codes[0].code.clone();
    assert_eq!(code(registries.states().await.unwrap()), "27");
    assert_eq!(code(registries.districts(27).await.unwrap()), "490");
    assert_eq!(code(registries.subdistricts(490).await.unwrap()), "4194");
    assert!(registries.districts(99).await.unwrap().is_empty());
    assert_eq!(code(registries.master_types().await.unwrap()), "OWNER");
    assert_eq!(code(registries.master_data("OWNER").await.unwrap()), "G");
    let owner = || Ownership::Private;
    assert_eq!(code(registries.facility_types(owner(), "M").await.unwrap()), "5");
    assert_eq!(code(registries.facility_subtypes("5").await.unwrap()), "59");
    assert_eq!(code(registries.owner_subtypes(owner(), "NP").await.unwrap()), "1");
    assert_eq!(code(registries.specialities("M").await.unwrap()), "101");
    assert_eq!(code(registries.hpr_categories().await.unwrap()), "1");
    assert_eq!(code(registries.hpr_subcategories().await.unwrap()), "1");
    let wrong = registries.owner_subtypes(owner(), "C").await;
    assert!(matches!(wrong, Err(RegistryError::Invalid(_))), "{wrong:?}");
}

#[tokio::test]
async fn what_breaks_a_rule_does_not_leave_and_a_token_that_is_not_taken_is_an_error() {
    let (sandbox, _, registries) = opened().await;
    for id in ["", "IN1", "XX9900000001"] {
        let refused = registries.facility(id).await;
        assert!(matches!(refused, Err(RegistryError::Invalid(_))), "{id}: {refused:?}");
    }
    let journal = get(&sandbox, "journal?endpoint=SearchFacilities").await;
    assert!(!journal.to_string().contains("/facility/search"), "nothing was sent: {journal}");
    registries.facility(FACILITY).await.unwrap();
    let journal = get(&sandbox, "journal?endpoint=SearchFacilities").await;
    assert!(journal.to_string().contains("/facility/search"), "{journal}");
    let own = registries.token(AccessToken::new("a-token-of-the-registrys-own"));
    let refused = own.facility(FACILITY).await.unwrap_err();
    assert_eq!(refused.code().unwrap().as_str(), "900901");
}
