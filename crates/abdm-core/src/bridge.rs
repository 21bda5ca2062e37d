//! The bridge: is ABDM able to call us back, and as whom?
//!
//! Most first days with ABDM are lost here: a call is accepted with 202 and nothing ever comes
//! back, because the callback URL was overwritten, the facility is not linked to this client, or
//! the HIP id is not spelled as registered. [`check`] finds these faults by reading,
//! [`prove_delivery`] by a harmless round trip.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::StoreError;
use crate::api::gateway::{
    BridgeServices, BridgeUrl, ListBridgeServices, ServiceType, UpdateBridgeUrl,
};
use crate::call::Call;
use crate::client::{AbdmClient, CallError, Correlate};
use crate::endpoint::{AnsweredBy, Endpoint as _};
use crate::id::{HipId, RequestId, ServiceId};
use crate::ids::Ids;
use crate::receiver::{CallbackReceiver, CallbackWatch};
use crate::wire::{NoBody, WireError};

/// Sets the URL that ABDM calls back, for every facility of this client id. Overwrites whatever was
/// set: do it on deployment, never at every start (another instance may own the URL).
///
/// An absolute URL: `https`, or plain `http` where the environment is on this machine; without query
/// and fragment, since the callback's path is appended to it.
///
/// # Errors
/// [`CallError::Request`] with [`WireError::Given`] for what is no such URL: nothing was sent. Else
/// any other [`CallError`].
pub async fn set_callback_url(client: &AbdmClient, url: &str) -> Result<(), CallError> {
    let allows_http = client.environment().allows_http();
    check_callback_url(url, allows_http).map_err(|rule| CallError::Request {
        endpoint: UpdateBridgeUrl::META.name,
        source: WireError::Given { given: "the callback URL", rule },
    })?;
    client.send(&Call::<UpdateBridgeUrl>::new(BridgeUrl::new(url))).await.map(drop)
}

/// Whether ABDM can append a callback's path to it and reach that.
fn check_callback_url(url: &str, allows_http: bool) -> Result<(), &'static str> {
    let url = Url::parse(url)
        .ok()
        .filter(|url| url.has_host())
        .ok_or("must be an absolute URL, like https://hospital.example.org/abdm")?;
    match url.scheme() {
        "https" => {}
        "http" if allows_http => {}
        "http" => return Err("must be https: plain http is for a sandbox on this machine"),
        _ => return Err("must be an https URL, like https://hospital.example.org/abdm"),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have neither query nor fragment: the callback's path is appended to it");
    }
    Ok(())
}

/// What is registered for this client id.
///
/// # Errors
/// [`CallError`].
pub async fn services(client: &AbdmClient) -> Result<BridgeServices, CallError> {
    // Nothing registered is answered with 204 and no body.
    Ok(client.send(&Call::<ListBridgeServices>::new(NoBody)).await?.body.unwrap_or_default())
}

/// The service ids under which the facility with this HFR id (or name) acts as HIP here, best
/// first: the id itself, the id with a suffix (`IN0000000001_1`), then a service of that name.
///
/// A wrong HIP id is accepted by ABDM and then stays silent for ever: take it from here.
#[must_use]
pub fn find_hip_ids(services: &BridgeServices, facility: &str) -> Vec<HipId> {
    let rank = |id: &str, name: Option<&str>| -> Option<u8> {
        let suffixed = id.strip_prefix(facility).is_some_and(|rest| rest.starts_with(['_', '-']));
        if id == facility {
            Some(0)
        } else if suffixed {
            Some(1)
        } else {
            name.is_some_and(|name| name.eq_ignore_ascii_case(facility)).then_some(2)
        }
    };
    let mut found: Vec<(u8, HipId)> = services
        .services
        .iter()
        .filter(|s| s.active != Some(false) && s.types.contains(&ServiceType::Hip))
        .filter_map(|s| {
            let rank = rank(s.id.as_str(), s.name.as_deref())?;
            HipId::new(s.id.as_str()).ok().map(|id| (rank, id))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, id)| id).collect()
}

/// What ought to be registered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Expected {
    /// The callback URL.
    pub url: String,
    /// Each facility with the role it needs.
    pub services: Vec<(ServiceId, ServiceType)>,
}

impl Expected {
    /// This URL, and no facility yet.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), services: Vec::new() }
    }

    /// And this facility in this role.
    #[must_use]
    pub fn service(mut self, id: ServiceId, role: ServiceType) -> Self {
        self.services.push((id, role));
        self
    }
}

/// One thing that keeps callbacks from coming.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BridgeFault {
    /// No bridge is registered for this client id.
    NotRegistered,
    /// Another callback URL is set: the last writer wins, for every facility.
    OtherUrl {
        /// What is set.
        registered: Option<String>,
    },
    /// The bridge is switched off.
    Inactive,
    /// NHA has barred the bridge.
    Blocklisted,
    /// The facility is not in this client's list.
    UnknownService(ServiceId),
    /// The facility is there, without the role.
    MissingRole(ServiceId, ServiceType),
    /// The facility is switched off.
    InactiveService(ServiceId),
}

impl fmt::Display for BridgeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegistered => f.write_str(
                "no bridge is registered for this client id: set the callback URL first",
            ),
            Self::OtherUrl { registered: Some(url) } => write!(
                f,
                "ABDM calls {url} for this client id: set the callback URL again, and look who else sets it"
            ),
            Self::OtherUrl { registered: None } => {
                f.write_str("no callback URL is registered: set it")
            }
            Self::Inactive => f.write_str("the bridge is switched off: ask NHA"),
            Self::Blocklisted => f.write_str("NHA has barred the bridge: ask NHA"),
            Self::UnknownService(id) => write!(
                f,
                "{id} is not registered on this bridge: link the facility to the client id, or use an id from the services list"
            ),
            Self::MissingRole(id, role) => {
                write!(f, "{id} is registered without the role {role}: link it in this role too")
            }
            Self::InactiveService(id) => write!(f, "{id} is switched off: switch it on"),
        }
    }
}

/// Compares what is registered with what ought to be. An empty list means that nothing is in the
/// way.
#[must_use]
pub fn check(registered: &BridgeServices, expected: &Expected) -> Vec<BridgeFault> {
    let mut faults = Vec::new();
    match &registered.bridge {
        None => faults.push(BridgeFault::NotRegistered),
        Some(bridge) => {
            let same = |url: &String| is_same_url(url, &expected.url);
            if !bridge.url.as_ref().is_some_and(same) {
                faults.push(BridgeFault::OtherUrl { registered: bridge.url.clone() });
            }
            if bridge.active == Some(false) {
                faults.push(BridgeFault::Inactive);
            }
            if bridge.blocklisted == Some(true) {
                faults.push(BridgeFault::Blocklisted);
            }
        }
    }
    for (id, role) in &expected.services {
        match registered.services.iter().find(|s| s.id == *id) {
            None => faults.push(BridgeFault::UnknownService(id.clone())),
            Some(service) if !service.types.contains(role) => {
                faults.push(BridgeFault::MissingRole(id.clone(), role.clone()));
            }
            Some(service) if service.active == Some(false) => {
                faults.push(BridgeFault::InactiveService(id.clone()));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Whether both name the same place: scheme and host in any case, path to the letter, with or
/// without a slash at the end.
fn is_same_url(one: &str, other: &str) -> bool {
    let parsed = |text: &str| Url::parse(text.trim().trim_end_matches('/')).ok();
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Why callback delivery could not be proved.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryFault {
    /// The call itself failed.
    #[error("the test call failed: {0}")]
    Call(#[from] CallError),
    /// The call was accepted and no callback came.
    #[error(
        "ABDM accepted {endpoint} (REQUEST-ID {request_id}) and no callback came: check the registered \
         URL, the facility's id and role, and whether this address is reachable from outside"
    )]
    Silence {
        /// The endpoint that was called.
        endpoint: &'static str,
        /// Its id, for NHA's support.
        request_id: RequestId,
    },
}

crate::error::debug_in_words!(DeliveryFault);

/// Proves that callbacks arrive: sends a call that is answered by callback and waits for the
/// answer.
///
/// Choose a call that changes nothing: for a HIU, a consent status of an id that does not exist;
/// for a HIP, a context notification of a care context that is not linked. An answer that reports
/// an error proves the delivery just as well. Tells how long it took.
///
/// # Errors
/// [`DeliveryFault`].
pub async fn prove_delivery<E: AnsweredBy>(
    client: &AbdmClient,
    receiver: &CallbackReceiver,
    call: &Call<E>,
    patience: Duration,
) -> Result<Duration, DeliveryFault> {
    let started = tokio::time::Instant::now();
    let lookout = Lookout { receiver, watches: Mutex::new(Vec::new()) };
    let request_id = client.send_correlated(call, &lookout).await?.request_id;
    // Earlier attempts were refused: only the last one can be answered.
    let last = lookout.watches.into_inner().unwrap_or_else(PoisonError::into_inner).pop();
    let seen = match last {
        Some(watch) => watch.within(patience).await.is_some(),
        None => false,
    };
    if seen {
        Ok(started.elapsed())
    } else {
        Err(DeliveryFault::Silence { endpoint: E::META.name, request_id })
    }
}

/// Begins to look out for the answer before the call leaves.
struct Lookout<'r> {
    receiver: &'r CallbackReceiver,
    watches: Mutex<Vec<CallbackWatch<'r>>>,
}

#[async_trait]
impl Correlate for Lookout<'_> {
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError> {
        let request_id = RequestId::fresh(ids);
        let watch = self.receiver.watch(request_id);
        self.watches.lock().unwrap_or_else(PoisonError::into_inner).push(watch);
        Ok(request_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_url_is_absolute_https_and_ends_with_its_path() {
        for good in ["https://hospital.example.org", "https://hospital.example.org:8443/abdm/"] {
            assert_eq!(check_callback_url(good, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            "notaurl",
            "hospital.example.org/abdm",
            "/abdm",
            "mailto:a@b.example",
            "ftp://hospital.example.org",
            "https://hospital.example.org/abdm?x=1",
            "https://hospital.example.org/abdm#x",
            "http://hospital.example.org",
        ] {
            assert!(check_callback_url(bad, false).is_err(), "{bad}");
        }
        assert_eq!(check_callback_url("http://127.0.0.1:8080/abdm", true), Ok(()));
    }
}
