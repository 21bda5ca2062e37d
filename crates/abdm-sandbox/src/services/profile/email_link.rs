//! Sending a link to an e-mail address; opening it links the address.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::wire::Accepted;
use abha_enrollment::api::account::SendEmailLink;
use abha_enrollment::api::vocabulary::{LoginHint, OtpSystem, Scope};
use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller;
use super::request_otp::{check_email, new_email};
use crate::control::{About, Asked, Control, Problem};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::new_txn;
use crate::services::abha::typed::Lock;
use crate::world::{Counter, Expected, Proof, Sent};

const LINK: &str = "/sandbox/email-links/{id}";
const SCOPE: [Scope; 2] = [Scope::AbhaProfile, Scope::EmailLinkVerify];

/// The answer is empty; the link stands among the OTPs and opens with a `GET`.
pub(super) fn send(
    engine: &Arc<Engine>,
    received: Received<SendEmailLink>,
) -> Result<Answer, Refusal> {
    let (place, person) = caller(engine, received.call.credential.0.expose())?;
    let request = received.call.body;
    let now = engine.now();
    if request.scope.len() != SCOPE.len() || !SCOPE.iter().all(|s| request.scope.contains(s)) {
        return Err(invalid::scope(now));
    }
    if request.login_hint != LoginHint::Email {
        return Err(invalid::login_hint(now));
    }
    if request.otp_system != OtpSystem::Abdm {
        return Err(invalid::otp_system(now));
    }
    let plain = Lock::Abha.open(engine, &request.login_id)?;
    let plain = plain.ok_or_else(|| invalid::login_id(now))?;
    let email = new_email(engine, place, &person, &plain)?;
    let txn = new_txn()?;
    let link = format!("{}{}", engine.base_url(), LINK.replace("{id}", txn.as_str()));
    {
        let mut world = engine.world();
        let kind = (Counter::Account, SCOPE.to_vec());
        let proof = Proof::new(kind, vec![place], email.as_str(), Expected::Scan, now);
        world.proofs.open(txn, proof);
        world.proofs.note(Sent { to: email.clone(), otp: link.clone(), txn: None, at: now });
    }
    engine.tell(&format!("e-mail to {email}: open {link} to link this address"));
    Answer::of::<SendEmailLink>(&Accepted)
}

pub(super) fn serve(control: Control) -> Control {
    let open_link = About::new(
        (Method::GET, LINK),
        ("people", "openEmailLink"),
        "Follows the link of an e-mail, once: the address is linked.",
    );
    control.serve(open_link.refusals(&[404]), open)
}

/// Which link.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Which {
    /// The end of the link.
    #[schemars(with = "String")]
    id: TxnId,
}

/// What a browser shows.
#[derive(Serialize, JsonSchema)]
pub(super) struct Opened {
    message: &'static str,
}

/// The person follows the link: the address is theirs. A link opens once.
async fn open(asked: Asked<Which>) -> Result<Opened, Problem> {
    let (engine, txn) = (asked.engine, asked.path.id);
    let gone = || Problem::unknown("open link", txn.as_str());
    let mut world = engine.world();
    let proved = world.proofs.prove_scan(&txn, (Counter::Account, &SCOPE));
    let proved = proved.ok().and_then(|p| Some((p.clone(), p.person()?)));
    let (proof, place) = proved.ok_or_else(gone)?;
    check_email(&world, place, &proof.target).map_err(|_| gone())?;
    world.people.change(place, |person| person.email = Some(proof.target));
    Ok(Opened { message: "The e-mail address is linked." })
}
