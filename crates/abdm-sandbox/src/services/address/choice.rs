//! Tokens for an ABHA address, and the choice among several.

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::{AddressUser, ChosenAddress};
use abha_enrollment::api::token::IssuedTokens;

use super::{Side, faults, shown};
use crate::engine::Engine;
use crate::server::Refusal;
use crate::services::abha::tokens::{self, Holder};
use crate::services::abha::typed;
use crate::world::{ClientId, Person};

/// An address and the place of its owner.
pub(in crate::services) type Candidate = (usize, AbhaAddress);

/// The addresses as a list.
pub(in crate::services) fn users(engine: &Engine, candidates: &[Candidate]) -> Vec<AddressUser> {
    let world = engine.world();
    let user =
        |(place, address): &Candidate| Some(shown::user(world.people.person(*place)?, address));
    candidates.iter().filter_map(user).collect()
}

/// One address: the token for it. Several: a transfer token, with which one of them is chosen. None
/// that can be used: none.
pub(in crate::services) fn grant(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    txn: &TxnId,
    candidates: &[Candidate],
) -> Result<Option<IssuedTokens>, Refusal> {
    match candidates {
        [] => Ok(None),
        [(place, _)] if is_deactivated(engine, *place) => Ok(None),
        [one] => log_in(engine, client, side, txn, one).map(Some),
        several => transfer(engine, client, side, txn, several).map(Some),
    }
}

/// The right to choose among these.
pub(in crate::services) fn transfer(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    txn: &TxnId,
    candidates: &[Candidate],
) -> Result<IssuedTokens, Refusal> {
    let people = candidates.iter().map(|(place, _)| *place).collect();
    let holder = Holder { system: side.system, people, address: None, txn: txn.clone() };
    tokens::issue_transfer(engine, client, &holder)
}

/// The token for an address.
pub(in crate::services) fn log_in(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    txn: &TxnId,
    (place, address): &Candidate,
) -> Result<IssuedTokens, Refusal> {
    if is_deactivated(engine, *place) {
        return Err(faults::deactivated());
    }
    let people = vec![*place];
    let holder =
        Holder { system: side.system, people, address: Some(address.clone()), txn: txn.clone() };
    tokens::issue(engine, client, &holder)
}

fn is_deactivated(engine: &Engine, place: usize) -> bool {
    engine.world().people.person(place).is_some_and(Person::is_deactivated)
}

/// Exchanges a transfer token for the token of one of its addresses.
pub(in crate::services) fn choose(
    engine: &Engine,
    client: &ClientId,
    side: Side,
    token: &str,
    chosen: &ChosenAddress,
) -> Result<IssuedTokens, Refusal> {
    let transfer = tokens::transfer(engine, token, side.system)?;
    if transfer.txn != chosen.txn_id {
        return Err(faults::unknown_transaction());
    }
    let address = typed::abha_address(chosen.abha_address.as_str())
        .ok_or_else(|| faults::bad_part("Invalid ABHA Address"))?;
    let candidates = engine.world().people.addresses_of(&transfer.people);
    let candidate = candidates.into_iter().find(|(_, own)| *own == address);
    let candidate = candidate.ok_or_else(|| faults::flat("ABDM-9999: ", "User not found."))?;
    let tokens = log_in(engine, client, side, &transfer.txn, &candidate)?;
    // The choice is made.
    engine.world().sessions.log_out(token);
    Ok(tokens)
}
