//! ABDM's signing keys, fetched over the authenticated session.

use async_trait::async_trait;
use url::Url;

use super::AbdmClient;
#[cfg(feature = "v0_5")]
use crate::api::gateway::JsonWebKeys;
use crate::api::gateway::{FetchCertificates, FetchOpenIdConfiguration};
#[cfg(feature = "v0_5")]
use crate::api::v0_5::FetchCertificatesV05;
use crate::call::Call;
use crate::callback::{KeySource, KeySourceError};
use crate::environment::Family;
use crate::wire::NoBody;

/// Fetches the key set where the discovery document says it is, as long as that is the configured
/// gateway host; else from its known path. Both want a session (gateway.md 5).
#[derive(Debug, Clone)]
pub struct GatewayKeys {
    client: AbdmClient,
    #[cfg(feature = "v0_5")]
    with_v0_5: bool,
}

impl GatewayKeys {
    /// Keys by this client's session.
    #[must_use]
    pub const fn new(client: AbdmClient) -> Self {
        Self {
            client,
            #[cfg(feature = "v0_5")]
            with_v0_5: false,
        }
    }

    /// The same, and the keys of V0.5 beside them: its set is another one.
    #[cfg(feature = "v0_5")]
    #[must_use]
    pub const fn with_v0_5(mut self) -> Self {
        self.with_v0_5 = true;
        self
    }

    /// Adds the keys of V0.5. Where they cannot be fetched, V3's callbacks must still be believed.
    #[cfg(feature = "v0_5")]
    async fn join(&self, keys: &mut JsonWebKeys) {
        if !self.with_v0_5 {
            return;
        }
        match self.client.send(&Call::<FetchCertificatesV05>::new(NoBody)).await {
            Ok(answer) => keys.keys.extend(answer.body.keys),
            Err(error) => tracing::warn!(%error, "the signing keys of V0.5 cannot be fetched"),
        }
    }

    async fn discovered(&self) -> Option<String> {
        let call = Call::<FetchOpenIdConfiguration>::new(NoBody);
        let found = self.client.send(&call).await.ok()?.body.jwks_uri;
        let url = Url::parse(&found).ok()?;
        let gateway = self.client.environment().base(Family::Gateway);
        let same_host = url.origin() == gateway.origin();
        same_host.then_some(found)
    }
}

#[async_trait]
impl KeySource for GatewayKeys {
    async fn fetch(&self) -> Result<Vec<u8>, KeySourceError> {
        let call = Call::<FetchCertificates>::new(NoBody);
        let answer = match self.discovered().await {
            Some(url) => self.client.send_to(&url, &call).await,
            None => self.client.send(&call).await,
        };
        let failed = "the call for it failed";
        #[cfg_attr(not(feature = "v0_5"), expect(unused_mut, reason = "V0.5 adds to them"))]
        let mut keys = answer.map_err(|e| KeySourceError::with_source(failed, e))?.body;
        #[cfg(feature = "v0_5")]
        self.join(&mut keys).await;
        serde_json::to_vec(&keys).map_err(|e| KeySourceError::with_source(failed, e))
    }
}
