//! The transcript: complete, in order, and without what nobody may keep.

use std::sync::{Arc, Mutex};

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::wire::NoBody;
use abdm_sandbox::transcript::{Memory, Party, Transcript, read};
use abdm_sandbox::{Sandbox, Switches};
use hip_services::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts};

use crate::hip_linking::{link, link_token};
use crate::support::clinic;

/// A file in memory.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_exchange_is_there_and_no_secret_is() {
    let (buffer, memory) = (Buffer::default(), Memory::default());
    let transcript = Transcript::to_writer(buffer.clone());
    let sandbox = Sandbox::builder()
        .switches(Switches::quick())
        .observe(transcript.clone())
        .observe(memory.clone())
        .start()
        .await
        .unwrap();
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    clinic.next(OnLinkCareContexts::META.path).await;
    clinic.send(Call::<abdm_core::api::gateway::FetchCertificates>::new(NoBody)).await.unwrap();
    sandbox.shut_down().await;

    let raw = memory.exchanges();
    let secrets = raw.iter().flat_map(|exchange| exchange.headers.iter());
    let secrets = secrets.filter(|(name, _)| *name == "Authorization" || *name == "X-LINK-TOKEN");
    let secrets: Vec<_> =
        secrets.map(|(_, v)| v.trim_start_matches("Bearer ").to_owned()).collect();
    assert!(secrets.len() > 5);

    let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("not-a-secret"));
    // How a JWT begins; three letters of it stand in every other key.
    for start in ["eyJhbGci", "eyJ0eXAi"] {
        assert!(!text.contains(start));
    }
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()));
    }
    let exchanges: Vec<_> = read(text.as_bytes()).collect::<Result<_, _>>().unwrap();
    assert_eq!(exchanges.len(), raw.len());
    assert_eq!(transcript.finish().unwrap(), raw.len());

    let session = &exchanges[0];
    assert_eq!((&session.from, &session.to), (&Party::Clinic, &Party::Abdm));
    assert_eq!(session.status, Some(202));
    assert_eq!(session.body["clientSecret"], "…");
    assert_eq!(session.body["clientId"], "SBX_CLINIC");
    for name in ["REQUEST-ID", "TIMESTAMP", "X-CM-ID", "Content-Type"] {
        assert!(session.headers.contains_key(name), "{name} in {:?}", session.headers);
    }
    let callback = exchanges.iter().find(|e| e.path.ends_with(OnGenerateLinkToken::META.path));
    let callback = callback.unwrap();
    assert_eq!((&callback.from, &callback.to), (&Party::Abdm, &Party::Clinic));
    assert_eq!(callback.headers["Authorization"], "Bearer …");
    assert_eq!(callback.body["linkToken"], "…");
    let link = exchanges.iter().find(|e| e.body.get("patient").is_some()).unwrap();
    let reference = link.body.pointer("/patient/0/careContexts/0/referenceNumber");
    assert_eq!(reference.unwrap(), "OPD-1");
}

#[test]
fn a_broken_line_is_named() {
    let mut lines = read("\n{}\n".as_bytes());
    let error = lines.next().unwrap().unwrap_err();
    assert!(error.to_string().starts_with("line 2 "), "{error}");
}
