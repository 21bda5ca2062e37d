//! Sending a link to an e-mail address; opening it links the address.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::wire::Accepted;
use abha_enrollment::api::account::SendEmailLink;
use abha_enrollment::api::vocabulary::{LoginHint, OtpSystem, Scope};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use http::StatusCode;

use super::caller;
use super::request_otp::{check_email, new_email};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::new_txn;
use crate::services::abha::typed::Lock;
use crate::world::{Counter, Expected, Proof};

const LINKS: &str = "/sandbox/email-links";
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
    let plain = Lock::Abha.open(&request.login_id, now)?;
    let plain = plain.ok_or_else(|| invalid::login_id(now))?;
    let email = new_email(engine, place, &person, &plain)?;
    let txn = new_txn()?;
    let link = format!("{}{LINKS}/{txn}", engine.base_url());
    {
        let mut world = engine.world();
        let kind = (Counter::Account, SCOPE.to_vec());
        let proof = Proof::new(kind, vec![place], email.as_str(), Expected::Scan, now);
        world.proofs.open(txn, proof);
        world.proofs.note(&email, &link);
    }
    engine.tell(&format!("e-mail to {email}: open {link} to link this address"));
    Answer::of::<SendEmailLink>(&Accepted)
}

pub(super) fn router() -> Router<Arc<Engine>> {
    Router::new().route(&format!("{LINKS}/{{id}}"), get(open))
}

/// The person follows the link: the address is theirs. A link opens once.
async fn open(
    State(engine): State<Arc<Engine>>,
    Path(txn): Path<TxnId>,
) -> (StatusCode, &'static str) {
    let gone = (StatusCode::NOT_FOUND, "This link is not good, or no longer.");
    let proved = engine.world().proofs.prove_scan(&txn, (Counter::Account, &SCOPE));
    let Some((proof, place)) = proved.ok().and_then(|p| Some((p.clone(), p.person()?))) else {
        return gone;
    };
    if check_email(&engine, place, &proof.target).is_err() {
        return gone;
    }
    engine.world().people.change(place, |person| person.email = Some(proof.target));
    (StatusCode::OK, "The e-mail address is linked.")
}
