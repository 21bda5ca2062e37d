//! Nothing that is declared is left out.

use abdm_core::endpoint::Metadata;
use abdm_core::environment::Family;
use abdm_sandbox::Sandbox;

#[test]
fn every_endpoint_that_faces_abdm_is_served() {
    let served = Sandbox::served();
    let to_abdm = |all: Vec<&'static Metadata>| -> Vec<&str> {
        all.into_iter()
            .filter(|meta| !matches!(meta.family, Family::Bridge | Family::DataPush))
            .map(|meta| meta.name)
            .collect()
    };
    let missing: Vec<_> =
        to_abdm(Sandbox::endpoints()).into_iter().filter(|name| !served.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn everything_that_is_served_is_declared_once() {
    let declared: Vec<&str> = Sandbox::endpoints().iter().map(|meta| meta.name).collect();
    let mut served = Sandbox::served();
    assert!(served.iter().all(|name| declared.contains(name)));
    let count = served.len();
    served.sort_unstable();
    served.dedup();
    assert_eq!(served.len(), count);
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
