//! The certificate of the registries, which no call of theirs gives.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::control::{About, Asked, Control, Problem};
use crate::keys::RegistryKey;

pub(super) fn serve(control: Control) -> Control {
    let key = About::new(
        (Method::GET, "/sandbox/registry/key"),
        ("registry", "readRegistryKey"),
        "The public key under which the registries of facilities and professionals take mobile \
         numbers and OTPs.",
    );
    control.serve(key, read_key)
}

/// A public key.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PublicKey {
    /// Base64 of a DER SubjectPublicKeyInfo.
    public_key: String,
}

async fn read_key(_: Asked) -> Result<PublicKey, Problem> {
    let made = tokio::task::spawn_blocking(RegistryKey::certificate).await;
    let key = made.unwrap_or(Err(crate::error::SandboxError::Keys))?;
    Ok(PublicKey { public_key: key.to_owned() })
}
