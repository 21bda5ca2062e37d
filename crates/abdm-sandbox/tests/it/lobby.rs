//! Where persons prove who they are: a facility's registration desk, and a hand that encrypts.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, Otp};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use abdm_sandbox::{Patient, Sandbox};
use abha_enrollment::api::certificate::{FetchCertificate, PublicCertificate};
use abha_enrollment::api::enrollment::{AgreedConsent, DocumentEnrolment, Home};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::phr::FetchPhrCertificate;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use abha_enrollment::{Error, Problem};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{Desk, clinic, sandbox_with};

/// The benefit programme that every sandbox knows.
pub(crate) const PROGRAMME: &str = "EXAMPLE-SCHEME";

/// Every OTP where [`easy`] opened the lobby.
pub(crate) const OTP: &str = "123456";

/// Takes every consent.
#[derive(Debug)]
struct Consents;

#[async_trait::async_trait]
impl ConsentRecorder for Consents {
    async fn record(&self, _: &ConsentRecord) -> Result<(), HookError> {
        Ok(())
    }
}

/// The person at the desk agrees.
pub(crate) fn consent() -> GivenConsent {
    GivenConsent::new("operator-17", "en")
}

/// A desk alone.
pub(crate) async fn desk(sandbox: &Sandbox) -> abha_enrollment::Desk {
    abha_enrollment::Desk::new(clinic(sandbox).await.client, Consents)
}

/// A sandbox in which every OTP is [`OTP`], and a facility.
pub(crate) async fn easy() -> (Sandbox, Lobby) {
    let sandbox = sandbox_with(|switches| switches.fixed_otp = Some(OTP.to_owned())).await;
    let lobby = Lobby::open(&sandbox).await;
    (sandbox, lobby)
}

/// Somebody of the sandbox by the whole name.
pub(crate) fn person(sandbox: &Sandbox, name: &str) -> Patient {
    sandbox.patients().into_iter().find(|patient| patient.name == name).unwrap()
}

pub(crate) fn number(patient: &Patient) -> AbhaNumber {
    patient.abha_number.clone().unwrap()
}

pub(crate) fn aadhaar(patient: &Patient) -> AadhaarNumber {
    patient.aadhaar.clone().unwrap()
}

pub(crate) fn address(text: &str) -> AbhaAddress {
    text.parse().unwrap()
}

pub(crate) fn otp() -> Otp {
    Otp::new(OTP).unwrap()
}

pub(crate) fn problem<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Problem {
    outcome.unwrap_err().problem()
}

/// An application by driving licence.
pub(crate) fn by_licence(txn: TxnId, agreed: AgreedConsent) -> DocumentEnrolment {
    let text = |text: &str| Personal::new(text);
    let home = Home {
        address: text("12 Example Road"),
        state: text("Maharashtra"),
        district: text("Pune"),
        pin_code: text("411001"),
    };
    DocumentEnrolment::driving_licence(
        txn,
        agreed,
        text("MH1220190000000"),
        (text("Asha"), text("Example")),
        (text("1999-06-26"), Gender::Female),
        (text("Zm9udA=="), text("YmFjaw==")),
        home,
    )
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
        let desk = abha_enrollment::Desk::new(raw.client.clone(), Consents);
        let phr = raw.send(Call::<FetchPhrCertificate>::new(NoBody)).await.unwrap().body;
        let abha = raw.send(Call::<FetchCertificate>::new(NoBody)).await.unwrap().body;
        Self { desk, raw, phr: key(phr), abha: key(abha) }
    }

    /// A desk that works for a benefit programme.
    pub(crate) fn desk_of(&self, programme: &str) -> abha_enrollment::Desk {
        let client = self.raw.client.clone();
        abha_enrollment::Desk::builder(client, Consents).programme(programme).build()
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
