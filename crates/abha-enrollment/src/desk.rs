//! The registration desk: where every flow begins.

mod busy;

use std::fmt;
use std::sync::Arc;

use abdm_core::call::Call;
use abdm_core::client::{AbdmClient, CallError};
use abdm_core::endpoint::{Endpoint, Replay};
use abdm_core::environment::Family;
use chrono::{DateTime, Utc};

use self::busy::Busy;
use crate::encryption::{EncryptionError, KeyFamily, KeyPolicy, Keys, PublicKey, may_be_wrong_key};
use crate::error::{Asked, Cause, Error, Problem, refused_by_gateway};
use crate::hooks::{ConsentPurpose, ConsentRecorder, GivenConsent};

/// A registration desk: a client, ABDM's public keys, and a place where consents are recorded.
///
/// One for the whole program; cheap to clone. Its methods begin flows; a flow is a value that
/// offers only what comes next, and can be saved between two web requests.
///
/// | method | begins |
/// |---|---|
/// | [`enrol`](Self::enrol) | creating an ABHA number by Aadhaar OTP |
/// | [`enrol_by_scan`](Self::enrol_by_scan), [`enrol_by_demographics`](Self::enrol_by_demographics), [`enrol_child`](Self::enrol_child) | the same by other proofs |
/// | [`enrol_by_face_app`](Self::enrol_by_face_app) | the same by a face that the ABHA app scans |
/// | [`apply_by_driving_licence`](Self::apply_by_driving_licence) | applying for an enrolment number |
/// | [`verify_abha_number`](Self::verify_abha_number) | proving an ABHA number by OTP |
/// | [`verify_by_mobile`](Self::verify_by_mobile) | proving a mobile number and choosing among its accounts |
/// | [`verify_by_aadhaar`](Self::verify_by_aadhaar) | proving an Aadhaar number whose owner has an ABHA number |
/// | [`verify_by_password`](Self::verify_by_password) | proving an ABHA number by password |
/// | [`announce_scan`](Self::announce_scan), [`verify_by_scan`](Self::verify_by_scan) | proving by finger, face or iris |
/// | [`verify_by_face_app`](Self::verify_by_face_app) | proving by Aadhaar number and a face that the ABHA app scans |
/// | [`find_by_mobile`](Self::find_by_mobile) | finding ABHA numbers without an OTP |
/// | [`lookup`](Self::lookup), [`is_address_taken`](Self::is_address_taken) | asking whether an ABHA exists |
/// | [`reactivate`](Self::reactivate) | switching a deactivated ABHA number on again |
/// | [`verify_abha_address`](Self::verify_abha_address), [`announce_address_scan`](Self::announce_address_scan) | proving an ABHA address |
/// | [`create_abha_address`](Self::create_abha_address) | creating an ABHA address from a mobile number |
/// | [`phr_app`](Self::phr_app) | everything that a PHR app does |
/// | [`link_benefit`](Self::link_benefit), [`search_benefit`](Self::search_benefit) | links with the desk's benefit programme |
/// | [`profile`](Self::profile) | a person's profile, by their session |
/// | `resume_…`, by the kind of flow | a saved flow again |
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("environment", &self.inner.client.environment().name())
            .field("client_id", &self.inner.client.client_id())
            .finish_non_exhaustive()
    }
}

struct Inner {
    client: AbdmClient,
    keys: Keys,
    busy: Busy,
    consent: Box<dyn ConsentRecorder>,
    programme: Option<String>,
}

impl Desk {
    /// A desk with the default settings.
    pub fn new(client: AbdmClient, consent: impl ConsentRecorder) -> Self {
        Self::builder(client, consent).build()
    }

    /// A desk with settings to choose.
    pub fn builder(client: AbdmClient, consent: impl ConsentRecorder) -> DeskBuilder {
        DeskBuilder {
            client,
            consent: Box::new(consent),
            keys: KeyPolicy::default(),
            programme: None,
        }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &AbdmClient {
        &self.inner.client
    }

    /// Now, by the client's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.client.now()
    }

    /// The benefit programme on whose behalf this desk works.
    pub(crate) fn programme(&self) -> Option<&str> {
        self.inner.programme.as_deref()
    }

    /// Records a consent. Called before anything that holds an Aadhaar number is even encrypted.
    pub(crate) async fn record(
        &self,
        consent: &GivenConsent,
        purpose: ConsentPurpose,
    ) -> Result<(), Error> {
        let record = consent.recorded(purpose, self.now());
        self.inner
            .consent
            .record(&record)
            .await
            .map_err(|error| Error::caused(Problem::ConsentNotRecorded, Cause::Hook(error)))
    }

    /// Sends a call that has nothing encrypted in it.
    pub(crate) async fn send<E: Endpoint>(
        &self,
        asked: Asked,
        call: &Call<E>,
    ) -> Result<E::Response, Error> {
        self.inner.busy.check::<E>(self.now())?;
        let answered = self.inner.client.send(call).await;
        answered.map(|answered| answered.body).map_err(|error| self.failed::<E>(asked, error))
    }

    /// Sends a call with encrypted fields, under the key of its path.
    ///
    /// When the refusal fits a wrong key, the key is fetched again, and if it is another one now
    /// the call is made and sent once more; a call that must never be repeated is not.
    pub(crate) async fn send_encrypted<E, K>(
        &self,
        asked: Asked,
        make: impl Fn(&PublicKey<K>) -> Result<Call<E>, EncryptionError> + Send + Sync,
    ) -> Result<Sent<E>, Error>
    where
        E: Endpoint,
        K: KeyFamily,
    {
        self.inner.busy.check::<E>(self.now())?;
        let (client, keys) = (&self.inner.client, &self.inner.keys);
        let family = E::META.family;
        let key = keys.key::<K>(client, family).await?;
        let call = make(&key)?;
        let error = match client.send(&call).await {
            Ok(answered) => {
                return Ok(Sent { answer: answered.body, request: call.body });
            }
            Err(error) => error,
        };
        let suspect = matches!(&error, CallError::Api(api) if may_be_wrong_key(api));
        if suspect
            && let Ok(Some(other)) = keys.other_than(client, family, &key).await
            && E::META.replay != Replay::Never
        {
            tracing::info!(
                endpoint = E::META.name,
                "ABDM's public key has changed; sending once more"
            );
            let call = make(&other)?;
            let answer = self.send(asked, &call).await?;
            return Ok(Sent { answer, request: call.body });
        }
        Err(self.failed::<E>(asked, error))
    }

    fn failed<E: Endpoint>(&self, asked: Asked, error: CallError) -> Error {
        if E::META.auth.person_header().is_some() && refused_by_gateway(&error) {
            return Error::caused(Problem::RefusedByGateway, Cause::Call(error));
        }
        let error = if E::META.replay == Replay::Never {
            Error::of_creation(asked, error, self.now())
        } else {
            Error::of_call(asked, error, self.now())
        };
        self.inner.busy.note::<E>(&error);
        error
    }

    /// After a refusal that fits a wrong key of a value that is kept encrypted: makes sure that the
    /// next value is encrypted under the present key. Whether the key has changed does not matter.
    pub(crate) async fn suspect_key<K: KeyFamily>(&self, family: Family) {
        let (client, keys) = (&self.inner.client, &self.inner.keys);
        if let Ok(used) = keys.key::<K>(client, family).await {
            let _ = keys.other_than(client, family, &used).await;
        }
    }
}

/// An encrypted call that succeeded: the answer, and the body as it was sent.
pub(crate) struct Sent<E: Endpoint> {
    pub(crate) answer: E::Response,
    pub(crate) request: E::Request,
}

/// The settings of a [`Desk`].
#[derive(Debug)]
#[must_use]
pub struct DeskBuilder {
    client: AbdmClient,
    consent: Box<dyn ConsentRecorder>,
    keys: KeyPolicy,
    programme: Option<String>,
}

impl DeskBuilder {
    /// Where ABDM's public keys come from and how long they are kept.
    pub const fn keys(mut self, policy: KeyPolicy) -> Self {
        self.keys = policy;
        self
    }

    /// The benefit programme on whose behalf the desk works, by the name that NHA gave it. Ordinary
    /// facilities have none.
    pub fn programme(mut self, name: impl Into<String>) -> Self {
        self.programme = Some(name.into());
        self
    }

    /// The desk.
    #[must_use]
    pub fn build(self) -> Desk {
        let Self { client, consent, keys, programme } = self;
        Desk {
            inner: Arc::new(Inner {
                client,
                keys: Keys::new(keys),
                busy: Busy::default(),
                consent,
                programme,
            }),
        }
    }
}
