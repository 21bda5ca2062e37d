//! The OTPs that were sent.

use http::Method;
use schemars::JsonSchema;
use serde::Serialize;

use crate::control::{About, Asked, Control, Problem};

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, "/sandbox/otps"),
        ("people", "listOtps"),
        "The OTPs that were sent, and the links of e-mails, the newest first.",
    );
    control.serve(list, list_otps)
}

/// A message to somebody.
#[derive(Serialize, JsonSchema)]
struct Sent {
    /// The phone, the Aadhaar number or the e-mail address.
    to: String,
    /// The OTP, or the link.
    otp: String,
}

async fn list_otps(asked: Asked) -> Result<Vec<Sent>, Problem> {
    let world = asked.engine.world();
    let sent = world.proofs.newest();
    Ok(sent.map(|(to, otp)| Sent { to: to.clone(), otp: otp.clone() }).collect())
}
