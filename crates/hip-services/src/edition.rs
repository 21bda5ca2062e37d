//! Which edition of ABDM's API a facility speaks, and what follows from that for each of its
//! messages: the one place that knows. The flows do not.

#[cfg(feature = "v0_5")]
mod v0_5;

use abdm_core::call::Call;
use abdm_core::client::{AbdmClient, Answered, CallError, Correlate, Uncorrelated};
use abdm_core::endpoint::Endpoint;

#[cfg(feature = "v0_5")]
pub use self::v0_5::Edition;
#[cfg(feature = "v0_5")]
pub(crate) use self::v0_5::{Editions, OlderFlows, older_routes};

/// Which facilities speak another edition than V3: none.
#[cfg(not(feature = "v0_5"))]
#[derive(Debug, Clone, Default)]
pub(crate) struct Editions {}

#[cfg(all(feature = "patient_status", not(feature = "v0_5")))]
impl Editions {
    /// Whether any facility speaks V0.5.
    #[expect(clippy::unused_self, reason = "all speak V3")]
    pub(crate) const fn speak_v0_5(&self) -> bool {
        false
    }
}

/// A call of V3 that a facility of any edition can make.
#[cfg(not(feature = "v0_5"))]
pub(crate) trait Spoken: Endpoint {}

#[cfg(not(feature = "v0_5"))]
impl<E: Endpoint> Spoken for E {}

#[cfg(feature = "v0_5")]
pub(crate) use self::v0_5::Spoken;

/// How one facility calls ABDM.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wire<'a> {
    client: &'a AbdmClient,
    #[cfg(feature = "v0_5")]
    edition: Edition,
}

impl Wire<'_> {
    /// Sends a call whose answer is all there is to know, in the facility's edition.
    pub(crate) async fn send<E: Spoken>(
        &self,
        call: &Call<E>,
    ) -> Result<Answered<E::Response>, CallError> {
        self.send_correlated(call, &Uncorrelated).await
    }

    /// Sends a call that a callback will answer, in the facility's edition.
    pub(crate) async fn send_correlated<E: Spoken>(
        &self,
        call: &Call<E>,
        correlate: &dyn Correlate,
    ) -> Result<Answered<E::Response>, CallError> {
        #[cfg(feature = "v0_5")]
        if self.edition == Edition::V0_5 {
            let endpoint = E::V05::META.name;
            let older = v0_5::older(call);
            let older = older.map_err(|source| CallError::Request { endpoint, source })?;
            return self.client.send_correlated(&older, correlate).await;
        }
        self.client.send_correlated(call, correlate).await
    }
}

impl Editions {
    /// How the facility with this scope calls ABDM by this client.
    #[cfg_attr(not(feature = "v0_5"), expect(clippy::unused_self, reason = "all speak V3"))]
    pub(crate) fn wire<'a>(
        &self,
        client: &'a AbdmClient,
        #[cfg_attr(not(feature = "v0_5"), expect(unused_variables, reason = "all speak V3"))]
        scope: &abdm_flow::store::Scope,
    ) -> Wire<'a> {
        Wire {
            client,
            #[cfg(feature = "v0_5")]
            edition: self.of_scope(scope),
        }
    }
}
