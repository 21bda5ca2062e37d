//! `LinkAbhaNumber` and `DelinkAbhaNumber`.

use abdm_core::id::TxnId;
use abdm_core::open_enum;
use serde::{Deserialize, Serialize};

use crate::api::fields::word;
use crate::api::vocabulary::AuthResult;

abdm_core::endpoint! {
    /// Link the ABHA number that was proved to the ABHA address.
    pub LinkAbhaNumber {
        method: POST,
        family: PhrApp,
        path: "/login/profile/link",
        auth: SessionAndAppUser,
        request: AbhaNumberLink,
        response: AbhaNumberLinked,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Take the link between ABHA number and ABHA address away. No sample of its body is published:
    /// see [`LinkAction`].
    pub DelinkAbhaNumber {
        method: POST,
        family: PhrApp,
        path: "/login/profile/deLink",
        auth: SessionAndAppUser,
        request: AbhaNumberLink,
        response: AbhaNumberLinked,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

open_enum! {
    /// What is to happen to the link.
    ///
    /// The value for taking it away is **unknown**: NHA publishes no sample (m1-abha.md 11).
    /// `DE_LINK` is the reading of errors.md at "Invalid Account Action", and what is sent here;
    /// should the live service refuse it, send another one through
    /// [`DelinkAbhaNumber`] with [`Other`](Self::Other).
    pub enum LinkAction {
        /// Make it.
        Link = "LINK",
        /// Take it away.
        DeLink = "DE_LINK",
        /// The same in another spelling.
        DelinkInOneWord = "DELINK",
    }
}

/// Link, or take the link away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaNumberLink {
    /// Which of the two.
    pub action: LinkAction,
    /// The transaction in which the ABHA number was proved. Here `transactionId`.
    #[serde(alias = "txnId")]
    pub transaction_id: TxnId,
}

impl AbhaNumberLink {
    /// This action, after this proof.
    #[must_use]
    pub const fn new(action: LinkAction, transaction_id: TxnId) -> Self {
        Self { action, transaction_id }
    }
}

/// It is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaNumberLinked {
    /// ABDM's text.
    #[serde(default)]
    pub message: Option<String>,
    /// The outcome.
    #[serde(deserialize_with = "word", default)]
    pub auth_result: Option<AuthResult>,
}

impl AbhaNumberLinked {
    /// An answer, as the sandbox makes it.
    pub fn new(result: AuthResult, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), auth_result: Some(result) }
    }
}
