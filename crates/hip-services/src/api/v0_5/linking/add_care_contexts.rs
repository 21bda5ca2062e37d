//! `AddCareContexts`.

use abdm_core::headers::LinkHeaders;
use abdm_core::secret::LinkToken;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize, Serializer};

use super::OnAddCareContexts;
use crate::api::hip_linking::{LinkCareContexts, LinkCareContextsRequest};
use crate::api::v0_5::{OlderCall, PatientV05, no_words};

abdm_core::endpoint! {
    /// Link care contexts with the access token that the patient has given the facility by proving
    /// themselves. The token says whose they are; it may be good for one call alone.
    pub AddCareContexts {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/links/link/add-contexts",
        auth: Session,
        envelope: Body,
        request: AddedCareContexts,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnAddCareContexts,
        errors: Link,
        source: "m2-hip.md 10",
    }
}

/// The envelope of the care contexts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AddedCareContexts {
    /// What is to be linked.
    pub link: CareContextsToAdd,
}

/// Which care contexts of which patient.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CareContextsToAdd {
    /// The patient's access token, for the purpose of linking.
    #[serde(serialize_with = "exposed")]
    pub access_token: LinkToken,
    /// The patient.
    pub patient: PatientV05,
}

fn exposed<S: Serializer>(token: &LinkToken, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose())
}

impl OlderCall for AddCareContexts {
    type Newer = LinkCareContexts;

    fn older(
        headers: &LinkHeaders,
        body: &LinkCareContextsRequest,
    ) -> Result<AddedCareContexts, WireError> {
        let patient = PatientV05::of(&body.patient);
        let patient = patient.ok_or_else(|| no_words("there is no care context to link"))?;
        let access_token = headers.link_token.clone();
        Ok(AddedCareContexts { link: CareContextsToAdd { access_token, patient } })
    }
}
