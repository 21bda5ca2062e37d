//! Where persons prove who they are: a facility's registration desk, and a hand that encrypts.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::wire::NoBody;
use abdm_sandbox::Sandbox;
use abha_enrollment::api::certificate::{FetchCertificate, PublicCertificate};
use abha_enrollment::api::phr::FetchPhrCertificate;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, HookError};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{Desk, clinic};

/// Takes every consent.
#[derive(Debug)]
struct Anything;

#[async_trait::async_trait]
impl ConsentRecorder for Anything {
    async fn record(&self, _: &ConsentRecord) -> Result<(), HookError> {
        Ok(())
    }
}

/// A facility with a registration desk.
pub(crate) struct Lobby {
    /// The real one of the SDK.
    pub(crate) desk: abha_enrollment::Desk,
    /// The facility's client, for what the desk never sends.
    pub(crate) raw: Desk,
    /// The key of `/v3/phr`.
    phr: OaepPublicEncryptingKey,
    /// The key of `/v3/enrollment` and `/v3/profile`.
    abha: OaepPublicEncryptingKey,
}

impl Lobby {
    pub(crate) async fn open(sandbox: &Sandbox) -> Self {
        let raw = clinic(sandbox).await;
        let desk = abha_enrollment::Desk::new(raw.client.clone(), Anything);
        let phr = raw.send(Call::<FetchPhrCertificate>::new(NoBody)).await.unwrap().body;
        let abha = raw.send(Call::<FetchCertificate>::new(NoBody)).await.unwrap().body;
        Self { desk, raw, phr: key(phr), abha: key(abha) }
    }

    /// A desk that works for a benefit programme.
    pub(crate) fn desk_of(&self, programme: &str) -> abha_enrollment::Desk {
        let client = self.raw.client.clone();
        abha_enrollment::Desk::builder(client, Anything).programme(programme).build()
    }

    /// A text under the key of `/v3/phr`.
    pub(crate) fn phr(&self, text: &str) -> String {
        encrypted(&self.phr, text)
    }

    /// A text under the key of the ABHA family: the wrong one below `/v3/phr`.
    pub(crate) fn abha(&self, text: &str) -> String {
        encrypted(&self.abha, text)
    }

    /// The status, code and text of the refusal of a call.
    pub(crate) async fn refused<E>(&self, body: Value) -> (u16, String, String)
    where
        E: Endpoint<Headers = abdm_core::headers::StandardHeaders, Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        self.raw.refused(self::body::<E>(body)).await
    }
}

fn key(certificate: PublicCertificate) -> OaepPublicEncryptingKey {
    let der = STANDARD.decode(certificate.public_key).unwrap();
    OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&der).unwrap()).unwrap()
}

fn encrypted(key: &OaepPublicEncryptingKey, text: &str) -> String {
    let mut out = vec![0; key.ciphertext_size()];
    let cipher = key.encrypt(&OAEP_SHA1_MGF1SHA1, text.as_bytes(), &mut out, None);
    STANDARD.encode(cipher.unwrap())
}

/// A call by its JSON.
pub(crate) fn body<E>(json: Value) -> Call<E>
where
    E: Endpoint<Headers = abdm_core::headers::StandardHeaders, Path = ()>,
    E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
{
    Call::new(serde_json::from_value(json).unwrap())
}
