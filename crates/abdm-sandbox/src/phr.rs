//! The patient's PHR app: decides as the patient would, over HTTP.

mod user_linking;

use std::sync::{Arc, Weak};
use std::time::Duration;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::call::Call;
use abdm_core::claims;
use abdm_core::client::AbdmClient;
use abdm_core::environment::Environment;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId};
use abdm_core::person::AbhaAddress;
use abdm_core::secret::{ClientSecret, PhrToken};
use abdm_core::session::Credentials;
use abdm_core::transport::Transport;
use abdm_core::vocabulary::ConsentStatus;
use abdm_core::wire::NoBody;
use chrono::Datelike as _;
use hip_services::api::sharing::{IssuedToken, PatientShare, PostalAddress, SharedPatient};

use crate::api::patient_app::{
    Approval, ApproveConsentRequest, ArtefactPage, ConsentRequestView, Denial, DenyConsentRequest,
    Grant, LinkedRecords, LinksQuery, ListArtefacts, ListConsentRequests, ListLinks, PageQuery,
    ReadConsentRequest, Revocation, RevokeConsents, ShareProfile,
};
use crate::engine::Engine;
use crate::error::SandboxError;
use crate::tokens;
use crate::transcript::Party;
use crate::world::{ClientId, PHR_HIU_ID, Person};

/// The client id under which every patient's app calls.
const CLIENT_ID: &str = "SBX_PHR_APP";
/// The life of a person's token.
const TOKEN_SECONDS: i64 = 1800;
/// A shared profile is answered after up to half a minute.
const DEADLINE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// The app of one patient, logged in.
///
/// Everything it does is an HTTP call to the sandbox with the patient's token, as a real app's
/// would be: the exchanges stand in the transcript as those of the party `phr`.
#[derive(Debug, Clone)]
pub struct PhrApp {
    client: AbdmClient,
    token: PhrToken,
    address: AbhaAddress,
    profile: SharedPatient,
    /// Where the app is told what a real one is called back with.
    engine: Weak<Engine>,
}

impl PhrApp {
    /// Logs a patient's app in. The login itself is out of scope: it is done by configuration
    /// (phr-simulator.md 8).
    pub(crate) fn log_in(engine: &Arc<Engine>, address: AbhaAddress) -> Result<Self, SandboxError> {
        let secret = crate::random_uuid().to_string();
        let now = engine.now();
        let token = tokens::person(
            &engine.keys().links,
            ("Transaction", "ABHA-A"),
            &[("sub", address.as_str()), (claims::PREFERRED_ABHA_ADDRESS, address.as_str())],
            now,
            TOKEN_SECONDS,
        )?;
        {
            let mut world = engine.world();
            let Some(person) = world.people.by_address(&address) else {
                return Err(SandboxError::Unknown { kind: "patient", id: address.to_string() });
            };
            let profile = shared_profile(person, &address);
            // Each app has a client of its own, so that none ends another's session.
            let id = format!("{CLIENT_ID}_{}", secret.get(..8).unwrap_or_default());
            let client = ClientId::from(id);
            world.registry.add_client(client.clone(), ClientSecret::new(&*secret), Party::Phr);
            world.sessions.log_in_app(&token, address.clone(), now);
            drop(world);
            let client = connect(engine, &client, ClientSecret::new(secret))?;
            let (token, engine) = (PhrToken::new(token), Arc::downgrade(engine));
            Ok(Self { client, token, address, profile, engine })
        }
    }

    /// The app of an address by the sandbox's own doors: one for all of them, so that a test suite
    /// of thousands of looks into it leaves no more behind than one look. Its profile is that of
    /// now.
    pub(crate) fn of(engine: &Arc<Engine>, address: AbhaAddress) -> Result<Self, SandboxError> {
        let known = engine.apps().get(address.as_str()).cloned();
        if let Some(mut app) = known {
            let world = engine.world();
            let is_logged_in = world.sessions.app(app.token.expose(), engine.now()).is_some()
                && world.registry.has_client(&ClientId::from(app.client_id()));
            if let Some(person) = world.people.by_address(&address).filter(|_| is_logged_in) {
                app.profile = shared_profile(person, &address);
                return Ok(app);
            }
        }
        let app = Self::log_in(engine, address.clone())?;
        engine.apps().insert(address.as_str().to_owned(), app.clone());
        Ok(app)
    }

    /// The connection of an app that logged in before, perhaps before a restart; `None` when that
    /// was in a state that is no more.
    pub(crate) fn client(engine: &Arc<Engine>, id: &ClientId) -> Option<AbdmClient> {
        let secret = engine.world().registry.secret(id)?;
        connect(engine, id, secret).ok()
    }

    fn engine(&self) -> Result<Arc<Engine>, SandboxError> {
        self.engine.upgrade().ok_or(SandboxError::Ended)
    }

    /// Under which client id it calls.
    pub(crate) fn client_id(&self) -> &str {
        self.client.client_id()
    }

    /// Whose app it is.
    #[must_use]
    pub const fn address(&self) -> &AbhaAddress {
        &self.address
    }

    /// The consent requests that wait for a decision, the newest first.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub async fn pending(&self) -> Result<Vec<ConsentRequestView>, SandboxError> {
        let query = PageQuery::first(100).in_state(ConsentStatus::Requested);
        let call = Call::<ListConsentRequests>::new(query).by(self.token.clone());
        Ok(self.client.send(&call).await?.body.requests)
    }

    /// Waits for a consent request, at most `within`; the newest one.
    ///
    /// # Errors
    /// When none comes in time, or the sandbox refuses.
    pub async fn next_request(&self, within: Duration) -> Result<ConsentRequestView, SandboxError> {
        let waiting = async {
            loop {
                if let Some(request) = self.pending().await?.into_iter().next() {
                    return Ok(request);
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let timed_out = Err(SandboxError::TimedOut { what: "a consent request" });
        tokio::time::timeout(within, waiting).await.unwrap_or(timed_out)
    }

    /// One consent request.
    ///
    /// # Errors
    /// When it is not this patient's.
    pub async fn request(&self, id: &ConsentRequestId) -> Result<ConsentRequestView, SandboxError> {
        let call = Call::<ReadConsentRequest>::new(NoBody).at(id.clone()).by(self.token.clone());
        Ok(self.client.send(&call).await?.body)
    }

    /// The patient's linked records.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub async fn links(&self) -> Result<Vec<LinkedRecords>, SandboxError> {
        let query = LinksQuery::all();
        let call = Call::<ListLinks>::new(query).by(self.token.clone());
        Ok(self.client.send(&call).await?.body.patient.links)
    }

    /// Grants a consent request: everything that is linked and fits it, as asked, or by the switch
    /// `patient_narrows` less; `narrow` may take some of it back. With an HI type go the care contexts that hold no other granted type, and
    /// with the last of them the facility. One artefact comes of each HIP.
    ///
    /// # Errors
    /// When nothing fits, or the sandbox refuses: a grant wider than the request is refused.
    pub async fn approve(
        &self,
        id: &ConsentRequestId,
        narrow: impl FnOnce(&mut Approval) + Send,
    ) -> Result<Vec<ConsentId>, SandboxError> {
        let request = self.request(id).await?;
        let links = self.links().await?;
        let mut approval = Approval::new(offer(&request, &links));
        if approval.consents.is_empty() {
            return Err(SandboxError::NothingToShare);
        }
        if self.engine()?.switches().patient_narrows {
            approval.consents.iter_mut().for_each(narrowed);
        }
        narrow(&mut approval);
        without_other_types(&mut approval, &links);
        if approval.consents.is_empty() {
            return Err(SandboxError::NothingToShare);
        }
        let call =
            Call::<ApproveConsentRequest>::new(approval).at(id.clone()).by(self.token.clone());
        let approved = self.client.send(&call).await?.body;
        Ok(approved.consent_ids.into_iter().map(|artefact| artefact.id).collect())
    }

    /// Refuses a consent request. The reason may hold letters, blanks, dots and commas.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub async fn deny(&self, id: &ConsentRequestId, reason: &str) -> Result<(), SandboxError> {
        let call = Call::<DenyConsentRequest>::new(Denial::new(reason))
            .at(id.clone())
            .by(self.token.clone());
        self.client.send(&call).await?;
        Ok(())
    }

    /// The artefacts that came of a consent request, whatever their state.
    ///
    /// # Errors
    /// When it is not this patient's.
    pub async fn artefacts(&self, id: &ConsentRequestId) -> Result<ArtefactPage, SandboxError> {
        let call = Call::<ListArtefacts>::new(NoBody).at(id.clone()).by(self.token.clone());
        Ok(self.client.send(&call).await?.body)
    }

    /// Takes granted consents back: artefact ids, not request ids.
    ///
    /// # Errors
    /// When one of them is not this patient's, or is over already.
    pub async fn revoke(
        &self,
        consents: impl IntoIterator<Item = ConsentId>,
    ) -> Result<(), SandboxError> {
        let revocation = Revocation::new(consents.into_iter().collect());
        let call = Call::<RevokeConsents>::new(revocation).by(self.token.clone());
        self.client.send(&call).await?;
        Ok(())
    }

    /// Scans the code of a facility's counter and, as the patient agrees, shares the profile as it
    /// was when the app was opened. Gives the token that the facility answers with.
    ///
    /// # Errors
    /// When the facility refuses or is silent (ABDM-1007), or the sandbox refuses: an unknown
    /// facility, or the same share while it still waits (ABDM-1087).
    pub async fn share_profile(
        &self,
        hip_id: &HipId,
        counter: &str,
    ) -> Result<IssuedToken, SandboxError> {
        let share = PatientShare::profile(hip_id.clone(), counter, self.profile.clone());
        let headers = HiuHeaders { hiu_id: HiuId::new(PHR_HIU_ID)? };
        let call = Call::<ShareProfile>::new(share).by(self.token.clone()).headers(headers);
        let acknowledged = self.client.send(&call).await?.body;
        acknowledged.profile.ok_or(SandboxError::NoToken)
    }
}

fn connect(
    engine: &Arc<Engine>,
    id: &ClientId,
    secret: ClientSecret,
) -> Result<AbdmClient, SandboxError> {
    let environment = Environment::at(engine.local_url())?;
    let credentials = Credentials::new(id.as_str(), secret);
    let transport: Arc<dyn Transport> = Arc::new(engine.transport().clone());
    let client = AbdmClient::builder(environment, credentials, transport);
    Ok(client.clock(engine.clock()).deadline(DEADLINE).build())
}

/// The profile as the app has it.
fn shared_profile(person: &Person, address: &AbhaAddress) -> SharedPatient {
    let mut home_address = PostalAddress::default();
    home_address.line = Some(person.home.address.clone());
    home_address.district = Some(person.home.district_name.clone());
    home_address.state = Some(person.home.state_name.clone());
    home_address.pincode = Some(person.home.pin_code.clone());
    let born = person.date_of_birth;
    let mut patient = SharedPatient::new(address.clone());
    patient.abha_number = person.active_account().map(|account| account.number.clone());
    patient.name = Some(person.name());
    patient.gender = Some(person.gender.clone());
    patient.day_of_birth = Some(born.day().to_string());
    patient.month_of_birth = Some(born.month().to_string());
    patient.year_of_birth = Some(born.year().to_string());
    patient.address = Some(home_address);
    patient.phone_number = person.mobile.clone();
    patient
}

/// By switch, less than was asked for (reality 20): the later half of the dates, and of several HI
/// types all but the last.
fn narrowed(grant: &mut Grant) {
    let dates = &mut grant.permission.date_range;
    dates.from += (dates.to - dates.from) / 2;
    if grant.hi_types.len() > 1 {
        grant.hi_types.pop();
    }
}

/// Takes out the care contexts that hold nothing of the granted types.
fn without_other_types(approval: &mut Approval, links: &[LinkedRecords]) {
    for grant in &mut approval.consents {
        let (hip, types) = (&grant.hip.id, &grant.hi_types);
        let holds = |context: &ConsentCareContext| {
            links.iter().any(|records| {
                records.hip.id == *hip
                    && records.reference_number == context.patient_reference
                    && types.contains(&records.hi_type)
                    && records
                        .care_contexts
                        .iter()
                        .any(|linked| linked.reference_number == context.care_context_reference)
            })
        };
        grant.care_contexts.retain(holds);
    }
    approval.consents.retain(|grant| !grant.care_contexts.is_empty());
}

/// What an app would offer to grant: for each HIP whatever is linked there, of the types, contexts
/// and facility that were asked for.
fn offer(request: &ConsentRequestView, links: &[LinkedRecords]) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for records in links {
        let other_hip = request.hip.as_ref().is_some_and(|hip| hip.id != records.hip.id);
        if other_hip || !request.hi_types.contains(&records.hi_type) {
            continue;
        }
        let contexts = records.care_contexts.iter().map(|context| {
            let reference = context.reference_number.clone();
            ConsentCareContext::new(records.reference_number.clone(), reference)
        });
        let wanted = |context: &ConsentCareContext| {
            request.care_contexts.is_empty() || request.care_contexts.contains(context)
        };
        let contexts: Vec<_> = contexts.filter(wanted).collect();
        if contexts.is_empty() {
            continue;
        }
        match grants.iter_mut().find(|grant| grant.hip.id == records.hip.id) {
            Some(grant) => {
                for context in contexts {
                    if !grant.care_contexts.contains(&context) {
                        grant.care_contexts.push(context);
                    }
                }
            }
            None => {
                let (hip, types) = (records.hip.clone(), request.hi_types.clone());
                let permission = request.permission.clone();
                grants.push(Grant::new(hip, types, contexts, permission));
            }
        }
    }
    grants
}
