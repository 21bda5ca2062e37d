//! ABDM's signing keys, fetched over the authenticated session.

use async_trait::async_trait;
use url::Url;

use super::AbdmClient;
use crate::api::gateway::{FetchCertificates, FetchOpenIdConfiguration};
use crate::call::Call;
use crate::callback::{KeySource, KeySourceError};
use crate::environment::Family;
use crate::wire::NoBody;

/// Fetches the key set where the discovery document says it is, as long as that is the configured
/// gateway host; else from its known path. Both want a session (gateway.md 5).
#[derive(Debug, Clone)]
pub struct GatewayKeys {
    client: AbdmClient,
}

impl GatewayKeys {
    /// Keys by this client's session.
    #[must_use]
    pub const fn new(client: AbdmClient) -> Self {
        Self { client }
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
        let keys = answer.map_err(|e| KeySourceError::with_source(failed, e))?.body;
        serde_json::to_vec(&keys).map_err(|e| KeySourceError::with_source(failed, e))
    }
}
