//! The OTPs that were sent.

use chrono::{DateTime, Utc};
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::{About, Asked, Control, Problem};
use crate::world::Sent;

pub(super) fn serve(control: Control) -> Control {
    let list = About::new(
        (Method::GET, "/sandbox/otps"),
        ("people", "listOtps"),
        "The OTPs that were sent, and the links of e-mails, the newest first.",
    );
    control.serve(list, list_otps)
}

/// Which of them; all when nothing is named.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    /// Those to this phone, Aadhaar number or e-mail address.
    to: Option<String>,
    /// Those of this transaction.
    txn_id: Option<String>,
}

/// A message to somebody.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Sent")]
struct Shown {
    /// The phone, the Aadhaar number or the e-mail address.
    to: String,
    /// The OTP, or the link.
    otp: String,
    /// The transaction that it proves something to; a link has none.
    txn_id: Option<String>,
    /// When it was sent, by the sandbox's clock.
    sent_at: DateTime<Utc>,
}

impl From<&Sent> for Shown {
    fn from(sent: &Sent) -> Self {
        let txn_id = sent.txn.as_ref().map(|txn| txn.as_str().to_owned());
        Self { to: sent.to.clone(), otp: sent.otp.clone(), txn_id, sent_at: sent.at }
    }
}

async fn list_otps(asked: Asked<(), Wanted>) -> Result<Vec<Shown>, Problem> {
    let Wanted { to, txn_id } = asked.query;
    let is_wanted = |sent: &&Sent| {
        to.as_ref().is_none_or(|to| *to == sent.to)
            && txn_id
                .as_deref()
                .is_none_or(|txn| sent.txn.as_ref().is_some_and(|t| t.as_str() == txn))
    };
    let world = asked.engine.world();
    Ok(world.proofs.newest().filter(is_wanted).map(Shown::from).collect())
}
