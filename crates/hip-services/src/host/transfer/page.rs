//! Sends one page: encrypts a released record with a fresh key, and pushes it.

use std::sync::{Mutex, PoisonError};

use abdm_core::api::data_flow::{DataPage, Entry, KeyMaterialJson, PushHealthInformation};
use abdm_core::call::Call;
use abdm_core::client::{CallError, Correlate};
use abdm_core::id::RequestId;
use abdm_core::ids::Ids;
use abdm_core::{StoreError, StoreErrorKind};
use abdm_role::verdict::{is_transient, reason};
use async_trait::async_trait;
use fidelius_crypto::{EncryptOptions, KeyEncoding, KeyMaterial, encrypt_entry};
use http::StatusCode;

use super::{Context, Failed, TransferHost};
use crate::flow::{Asked, KeyForm, PageFate};
use crate::host::Facility;
use crate::host::tries::Arrivals;
use crate::scope::{Refusal, ReleasedRecord};

/// One page on its way.
pub(super) struct Page {
    /// Which record of the plan, counted from 0.
    pub(super) page: u32,
    /// The page's number for the HIU, counted from 1 (rulings.md 22).
    pub(super) number: u32,
    /// How many pages there are, as far as is known: a record that turns out not to be sendable
    /// makes it one fewer from there on. The last page has the right number, since it leaves when
    /// all others are dealt with.
    pub(super) pages: u32,
    /// In which form the HIU takes keys, where that is known.
    pub(super) key_form: Option<KeyForm>,
    /// The form that is tried first where it is not.
    pub(super) likely_form: KeyForm,
    /// Whether an earlier try may have arrived.
    pub(super) may_have_arrived: bool,
    /// What it brings.
    pub(super) record: ReleasedRecord,
}

/// What sending a page came to.
pub(super) enum Sent {
    /// It is dealt with.
    Done(PageFate),
    /// The HIU could not be reached; whether the page may have arrived all the same.
    Unreachable { perhaps: bool },
    /// The HIU's address may not be called; whether a try before may have arrived.
    Forbidden { perhaps: bool },
    /// It was not sent, or not once more; whether a try before may have arrived.
    Stopped { perhaps: bool, why: Stopped },
}

/// Why a page may not be sent, or not once more.
pub(super) enum Stopped {
    /// The consent has ended.
    ConsentOver,
    /// Whether it has could not be looked up.
    NotLookedUp(Failed),
}

impl Page {
    /// Sends the page, as long as the consent lives: that is looked at before every try.
    ///
    /// After a lost answer a page is encrypted anew, so that a HIU that tells pages apart by their
    /// bytes sees another one; when nothing is missing there any more it answers 409 (rulings.md
    /// 31). To a page of which an earlier try may have arrived that says "it is here", and the page
    /// counts as accepted; to any other it is a refusal. A HIU that was only busy has taken
    /// nothing: after its 503 with `Retry-After`, 409 means that the transfer is over, or
    /// another's.
    pub(super) async fn sent(
        self,
        host: &TransferHost,
        cx: &Context<'_>,
        asked: &Asked,
    ) -> (u32, Sent) {
        let (page, facility) = (self.page, &*host.facility);
        let leaving = Leaving::of(host, cx, asked);
        let (transaction, number) = (&asked.transaction_id, self.number);
        let sent = self.send_in_either_form(facility, asked, &leaving).await;
        let perhaps = leaving.arrivals.any();
        let sent = match sent.map_err(|error| (leaving.stopped(), error)) {
            Ok(key_form) => Sent::Done(PageFate::Accepted(key_form)),
            Err((Some(why), _)) => Sent::Stopped { perhaps, why },
            Err((None, PushError::Call(error))) if is_unreachable(&error) => {
                let reason = reason(&error);
                tracing::info!(%transaction, page = number, reason, "the HIU could not be reached");
                Sent::Unreachable { perhaps }
            }
            Err((None, PushError::Call(error))) if error.is_forbidden() => {
                let reason = reason(&error);
                tracing::warn!(%transaction, page = number, reason, "the HIU may not be called");
                Sent::Forbidden { perhaps }
            }
            Err((None, PushError::Call(error)))
                if is_conflict(&error)
                    && (self.may_have_arrived || leaving.arrivals.unheard(error.request_id())) =>
            {
                tracing::info!(%transaction, page = number, "a page was there already");
                Sent::Done(PageFate::Kept)
            }
            Err((None, error)) => {
                let why = error.as_seen_by_abdm();
                tracing::warn!(%transaction, page = number, why, "a page was not accepted");
                Sent::Done(PageFate::Failed(why))
            }
        };
        (page, sent)
    }

    /// Sends a page with the key form that the HIU takes. While that is unknown, it is sent in the
    /// form that is likely, and once more in the other when it is answered 400, whatever the text:
    /// it may be in any language, or a proxy's (fidelius.md 3.5, rulings.md 23).
    async fn send_in_either_form(
        &self,
        facility: &Facility,
        asked: &Asked,
        leaving: &Leaving<'_>,
    ) -> Result<KeyForm, PushError> {
        let form = self.key_form.unwrap_or(self.likely_form);
        let sent = self.send(facility, asked, form, leaving).await;
        let other = match &sent {
            Err(PushError::Call(CallError::Api(api)))
                if self.key_form.is_none() && api.status() == Some(StatusCode::BAD_REQUEST) =>
            {
                form.other()
            }
            _ => return sent.map(|()| form),
        };
        self.send(facility, asked, other, leaving).await.map(|()| other)
    }

    async fn send(
        &self,
        facility: &Facility,
        asked: &Asked,
        form: KeyForm,
        leaving: &Leaving<'_>,
    ) -> Result<(), PushError> {
        let encoding = match form {
            KeyForm::X509 => KeyEncoding::X509,
            KeyForm::Raw => KeyEncoding::Raw,
        };
        let peer = key_material(&asked.key_material).map_err(PushError::Refused)?;
        let options = EncryptOptions::new(asked.deadline).key_encoding(encoding);
        let sealed = encrypt_entry(self.record.content().as_ref(), &peer, &options)?;
        let entry = Entry::new(sealed.content, sealed.checksum, self.record.care_context().clone());
        let material = KeyMaterialJson::write(&sealed.key_material)
            .map_err(|_| PushError::Refused(Refusal::KeyMaterial))?;
        let body = DataPage::new(
            i64::from(self.number),
            i64::from(self.pages),
            asked.transaction_id.clone(),
            vec![entry],
            material,
        );
        let call = Call::<PushHealthInformation>::new(body);
        match facility.client.send_to_correlated(&asked.push_url, &call, leaving).await {
            // A 2xx is an acceptance, even with a body that cannot be read. One whose body is an
            // error object comes as `CallError::Api`, and is none.
            Ok(_) | Err(CallError::Answer { .. }) => Ok(()),
            Err(error) => Err(PushError::Call(error)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum PushError {
    #[error("{0}")]
    Refused(Refusal),
    #[error(transparent)]
    Encryption(#[from] fidelius_crypto::Error),
    #[error(transparent)]
    Call(CallError),
}

/// The tries of a page. Right before each of them the consent is looked at: the record was read a
/// while ago, the client repeats for up to a minute, and the patient may revoke meanwhile
/// (rulings.md 12).
struct Leaving<'a> {
    host: &'a TransferHost,
    cx: &'a Context<'a>,
    asked: &'a Asked,
    arrivals: Arrivals,
    stopped: Mutex<Option<Stopped>>,
}

impl<'a> Leaving<'a> {
    fn of(host: &'a TransferHost, cx: &'a Context<'a>, asked: &'a Asked) -> Self {
        Self { host, cx, asked, arrivals: Arrivals::default(), stopped: Mutex::default() }
    }

    /// Why there was no further try, where that has ended the call.
    fn stopped(&self) -> Option<Stopped> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Ends the call. The error is for the client alone, and is not looked at.
    fn stop(&self, why: Stopped) -> StoreError {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        StoreError::new(StoreErrorKind::Unavailable)
    }
}

#[async_trait]
impl Correlate for Leaving<'_> {
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError> {
        match self.host.is_open(self.cx, self.asked).await {
            Ok(true) => self.arrivals.next_request_id(ids).await,
            Ok(false) => Err(self.stop(Stopped::ConsentOver)),
            Err(failed) => Err(self.stop(Stopped::NotLookedUp(failed))),
        }
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.arrivals.had_no_effect(request_id);
    }
}

impl PushError {
    /// Without the HIU's own words, which may say anything.
    fn as_seen_by_abdm(&self) -> String {
        match self {
            Self::Refused(_) | Self::Encryption(_) => {
                "the record could not be encrypted".to_owned()
            }
            Self::Call(error) => match error.api().and_then(|api| api.status()) {
                // Final: the record is as large as it is (rulings.md 37).
                Some(StatusCode::PAYLOAD_TOO_LARGE) => {
                    "the page is larger than the HIU takes, HTTP 413".to_owned()
                }
                Some(status) => format!("the HIU refused the page, HTTP {}", status.as_u16()),
                None => "the HIU did not accept the page".to_owned(),
            },
        }
    }
}

/// Whether the HIU, or the way to it, is the trouble, and not the page.
fn is_unreachable(error: &CallError) -> bool {
    let status = error.api().and_then(|api| api.status());
    status.map_or_else(
        || is_transient(error),
        |status| status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429),
    )
}

/// Whether the HIU says that nothing is missing (rulings.md 31).
fn is_conflict(error: &CallError) -> bool {
    error.api().and_then(|api| api.status()) == Some(StatusCode::CONFLICT)
}

/// The HIU's public key and nonce, when they can be used.
pub(super) fn key_material(json: &KeyMaterialJson) -> Result<KeyMaterial, Refusal> {
    let material: KeyMaterial = json.read().map_err(|_| Refusal::KeyMaterial)?;
    material.check().map_err(|_| Refusal::KeyMaterial)?;
    Ok(material)
}
