//! Nothing that is declared is left out.

use abdm_core::endpoint::Metadata;
use abdm_core::environment::Family;
use abdm_sandbox::Sandbox;

/// What milestone 1 has declared beyond enrolment is not played yet: logins, changes of a profile,
/// ABHA addresses.
fn is_to_come(meta: &Metadata) -> bool {
    match meta.family {
        Family::Abha => {
            ["/login/", "/account/", "/benefit"]
                .iter()
                .any(|part| meta.path.contains(part))
                || meta.method == http::Method::PATCH
        }
        Family::AbhaAddressWeb | Family::PhrApp => true,
        _ => false,
    }
}

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
        .filter(|meta| !is_to_come(meta))
        .map(|meta| meta.name)
        .filter(|name| !served.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert!(served.len() > 20);
}

#[tokio::test]
async fn a_dropped_sandbox_no_longer_listens() {
    let sandbox = Sandbox::start_quick().await.unwrap();
    let address = sandbox.address();
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    drop(sandbox);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
