//! Choosing among a person's ABHA addresses by a transfer token.

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, SessionAndTransfer};
use abdm_core::headers::StandardHeaders;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, Printed};
use super::owner;
use crate::api::address::{AddressUser, ChosenAddress};
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
    pub(super) users: Vec<AddressUser>,
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
        let call = Call::<E>::from_parts(StandardHeaders, token, (), body);
        let tokens = desk.send(Asked::ChoiceOf(Problem::AbhaAddressInvalid), &call).await?;
        Evidence::of_tokens(&tokens).of(Printed::Proved)?;
        match Granted::of(tokens, desk.now()) {
            Granted::Session(session) => {
                owner::opens(session.token(), user, &self.users)?;
                Ok((S::of_kept(session), user.clone()))
            }
            Granted::Transfer(_) => Err(Error::new(Problem::AnswerUnusable)),
        }
    }
}

/// The one of the list with this address.
pub(super) fn listed<'a>(
    users: &'a [AddressUser],
    address: &AbhaAddress,
) -> Result<&'a AddressUser, Error> {
    users
        .iter()
        .find(|user| user.address().as_ref() == Some(address))
        .ok_or_else(|| Error::new(Problem::AbhaAddressInvalid))
}
