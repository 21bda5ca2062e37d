//! Nothing that is declared is left out.

use abdm_core::endpoint::Metadata;
use abdm_core::environment::Family;
use abdm_sandbox::Sandbox;

#[test]
fn every_endpoint_that_faces_abdm_is_served() {
    let served = Sandbox::served();
    let declared: Vec<&Metadata> = [
        abdm_core::api::ALL,
        abha_enrollment::api::ALL,
        hip_services::api::ALL,
        hiu_services::api::ALL,
        abdm_sandbox::api::ALL,
    ]
    .concat();
    let faces_abdm = |meta: &&&Metadata| !matches!(meta.family, Family::Bridge | Family::DataPush);
    let missing: Vec<_> = declared
        .iter()
        .filter(faces_abdm)
        .map(|meta| meta.name)
        .filter(|name| !served.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert!(served.len() > 20);
}
