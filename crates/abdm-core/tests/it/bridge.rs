//! What a bridge check finds.

use abdm_core::api::gateway::{Bridge, BridgeService, BridgeServices, ServiceType};
use abdm_core::bridge::{BridgeFault, Expected, check, find_hip_ids};
use abdm_core::id::ServiceId;

fn id(text: &str) -> ServiceId {
    ServiceId::new(text).unwrap()
}

fn registered() -> BridgeServices {
    let bridge = Bridge::new("SBX_000000", Some("https://hospital.example.org/abdm/".to_owned()));
    let hip = vec![ServiceType::Hip];
    BridgeServices::new(
        bridge,
        vec![
            BridgeService::new(id("IN0000000001_1"), "Example Clinic", hip.clone()),
            BridgeService::new(id("IN00000000011"), "Other Clinic", hip.clone()),
            BridgeService::new(id("7d1f"), "Example Hospital", vec![ServiceType::Hiu]),
        ],
    )
}

fn expected() -> Expected {
    Expected::at("https://hospital.example.org/abdm")
        .service(id("IN0000000001_1"), ServiceType::Hip)
        .service(id("7d1f"), ServiceType::Hiu)
}

#[test]
fn a_sound_bridge_has_no_fault() {
    assert_eq!(check(&registered(), &expected()), []);
}

#[test]
fn a_url_is_compared_as_a_url() {
    let with = |url: &str| {
        let mut services = registered();
        services.bridge.as_mut().unwrap().url = Some(url.to_owned());
        check(&services, &expected()).is_empty()
    };
    assert!(with("HTTPS://Hospital.example.org:443/abdm"));
    assert!(!with("https://hospital.example.org/ABDM"));
    assert!(!with("https://hospital.example.org"));
}

#[test]
fn each_fault_is_found_and_says_what_to_do() {
    let mut services = registered();
    let bridge = services.bridge.as_mut().unwrap();
    bridge.url = Some("https://tunnel.example.net".to_owned());
    bridge.active = Some(false);
    bridge.blocklisted = Some(true);
    services.services[0].active = Some(false);
    let expected =
        expected().service(id("7d1f"), ServiceType::Hip).service(id("gone"), ServiceType::Hip);
    let faults = check(&services, &expected);
    assert_eq!(
        faults,
        [
            BridgeFault::OtherUrl { registered: Some("https://tunnel.example.net".to_owned()) },
            BridgeFault::Inactive,
            BridgeFault::Blocklisted,
            BridgeFault::InactiveService(id("IN0000000001_1")),
            BridgeFault::MissingRole(id("7d1f"), ServiceType::Hip),
            BridgeFault::UnknownService(id("gone")),
        ]
    );
    for fault in faults {
        assert!(fault.to_string().contains(':'), "{fault}");
    }
    assert_eq!(check(&BridgeServices::default(), &Expected::at("x")), [BridgeFault::NotRegistered]);
}

#[test]
fn the_hip_id_is_the_registered_one_and_no_lookalike() {
    let found = |facility: &str| -> Vec<String> {
        find_hip_ids(&registered(), facility).iter().map(ToString::to_string).collect()
    };
    assert_eq!(found("IN0000000001"), ["IN0000000001_1"]);
    assert_eq!(found("example clinic"), ["IN0000000001_1"]);
    assert_eq!(found("Example Hospital"), [""; 0], "it is no HIP");
}
