//! `ClaimAbhaAddress`.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, is_whole_address, maybe_id, seen, word};

abdm_core::endpoint! {
    /// Give a new ABHA number the address that the person chose. Without it the address is the 14
    /// digits.
    pub ClaimAbhaAddress {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/abha-address",
        auth: Session,
        request: AbhaAddressClaim,
        response: ClaimedAbhaAddress,
        success: OK,
        replay: IfUnprocessed,
        errors: Address,
        source: "m1-abha.md 6.3",
    }
}

/// The chosen address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaAddressClaim {
    /// The transaction of the enrolment.
    pub txn_id: TxnId,
    /// The name, without the suffix.
    pub abha_address: Personal,
    /// 1: it shall be the preferred one.
    #[serde(with = "lenient::integer")]
    pub preferred: i64,
}

impl AbhaAddressClaim {
    /// This name (what stands before the `@`) as the preferred address.
    pub fn new(txn_id: TxnId, name: impl Into<Personal>) -> Self {
        Self { txn_id, abha_address: name.into(), preferred: 1 }
    }
}

/// The address is the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Told")]
#[non_exhaustive]
pub struct ClaimedAbhaAddress {
    /// The transaction.
    #[serde(with = "maybe_id")]
    pub txn_id: Option<TxnId>,
    /// The ABHA number.
    pub health_id_number: Option<SeenAbhaNumber>,
    /// The address, with its suffix.
    pub preferred_abha_address: Option<Personal>,
}

/// The answer as it stands on the wire, under the names that other answers have for the same.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Told {
    #[serde(with = "maybe_id")]
    txn_id: Option<TxnId>,
    #[serde(deserialize_with = "seen")]
    health_id_number: Option<SeenAbhaNumber>,
    #[serde(rename = "ABHANumber", deserialize_with = "seen")]
    abha_number: Option<SeenAbhaNumber>,
    #[serde(deserialize_with = "word")]
    preferred_abha_address: Option<Personal>,
    #[serde(deserialize_with = "word")]
    abha_address: Option<Personal>,
    #[serde(deserialize_with = "word")]
    health_id: Option<Personal>,
}

impl From<Told> for ClaimedAbhaAddress {
    fn from(told: Told) -> Self {
        Self {
            txn_id: told.txn_id,
            health_id_number: told.health_id_number.or(told.abha_number),
            preferred_abha_address: told
                .preferred_abha_address
                .or(told.abha_address.filter(is_whole_address))
                .or(told.health_id.filter(is_whole_address)),
        }
    }
}

impl ClaimedAbhaAddress {
    /// An answer, as the sandbox makes it.
    pub fn new(
        txn_id: TxnId,
        number: impl Into<SeenAbhaNumber>,
        address: impl Into<Personal>,
    ) -> Self {
        Self {
            txn_id: Some(txn_id),
            health_id_number: Some(number.into()),
            preferred_abha_address: Some(address.into()),
        }
    }
}
