//! Choosing among a person's ABHA addresses by a transfer token.

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndTransfer};
use abdm_core::headers::StandardHeaders;
use abdm_core::id::TxnId;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, Printed};
use super::owner;
use crate::api::address::{AddressUser, ChosenAddress};
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::api::token::IssuedTokens;
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::session::{Granted, Keepable, TransferSession, kept_transfer};

/// The addresses, and the right to choose one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Choice {
    /// Good for the choice only; it never leaves this value.
    #[serde(with = "kept_transfer")]
    pub(super) transfer: TransferSession,
    pub(super) txn_id: TxnId,
    /// Those that may be chosen.
    pub(super) users: Vec<AddressUser>,
    /// Those that the answer listed beside them: of others than whoever was asked for.
    #[serde(default)]
    pub(super) beside: Vec<AddressUser>,
    /// The ABHA number that was proved, when it was one: all of them are its owner's.
    #[serde(with = "digits::option", default)]
    pub(super) number: Option<AbhaNumber>,
}

impl Choice {
    /// Chooses one, by the endpoint that exchanges the token.
    pub(super) async fn choose<E, S>(
        &self,
        desk: &Desk,
        address: &AbhaAddress,
    ) -> Result<(S, AddressUser), Error>
    where
        E: Endpoint<
                Auth = SessionAndTransfer,
                Headers = StandardHeaders,
                Path = (),
                Request = ChosenAddress,
                Response = IssuedTokens,
            >,
        S: Keepable,
    {
        let user = listed(&self.users, address)?;
        if desk.now() >= self.transfer.expires_at {
            return Err(Error::new(Problem::LoginOver));
        }
        let body = ChosenAddress::new(address, self.txn_id.clone());
        let token = self.transfer.token.clone();
        let call = Call::<E>::new(body).by(token);
        let tokens = desk.send(Asked::ChoiceOf(Problem::AbhaAddressInvalid), &call).await?;
        Evidence::of_tokens(&tokens).of(Printed::Proved)?;
        match Granted::of(tokens, desk.now()) {
            Granted::Session(session) => {
                let all: Vec<AddressUser> =
                    self.users.iter().chain(&self.beside).cloned().collect();
                owner::opens(session.token(), &proved(&user, self.number.as_ref()), &all)?;
                Ok((S::of_kept(session), user))
            }
            Granted::Transfer(_) => Err(Error::new(Problem::AnswerUnusable)),
        }
    }
}

/// The one of the list with this address, which may stand there without its suffix.
pub(super) fn listed(users: &[AddressUser], address: &AbhaAddress) -> Result<AddressUser, Error> {
    let whole = |user: &&AddressUser| user.address().as_ref() == Some(address);
    let named = |user: &&AddressUser| {
        user.abha_address.as_ref().is_some_and(|text| owner::names(text, address))
    };
    let user = users.iter().find(whole).or_else(|| users.iter().find(named));
    let user = user.ok_or_else(|| Error::new(Problem::AbhaAddressInvalid))?.clone();
    Ok(AddressUser { abha_address: Some(Personal::new(address.as_str())), ..user })
}

/// A listed person, with the ABHA number that was proved where the list has none.
pub(super) fn proved(user: &AddressUser, number: Option<&AbhaNumber>) -> AddressUser {
    let number = || number.cloned().map(SeenAbhaNumber::from);
    AddressUser { abha_number: user.abha_number.clone().or_else(number), ..user.clone() }
}
