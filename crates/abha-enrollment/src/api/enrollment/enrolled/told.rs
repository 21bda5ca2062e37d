//! An enrolment's answer as it stands on the wire: the block `ABHAProfile`, the flat fields of the
//! demographic answer, or some of both.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::secret::RefreshToken;
use abdm_core::vocabulary::Gender;
use serde::Deserialize;

use super::{DemographicReply, EnrolledAccount, EnrolledProfile, EnrolmentReply};
use crate::api::fields::{
    Personal, SeenAbhaNumber, add, addresses, flag, gender, maybe_id, seen, word,
};
use crate::api::login::Account;
use crate::api::token::{IssuedToken, IssuedTokens, Said, maybe_token};
use crate::api::vocabulary::{AbhaStatus, AbhaType};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Told {
    message: Option<String>,
    #[serde(with = "maybe_id")]
    txn_id: Option<TxnId>,
    tokens: Option<IssuedTokens>,
    jwt_response: Option<IssuedTokens>,
    #[serde(deserialize_with = "maybe_token")]
    token: Option<IssuedToken>,
    #[serde(with = "lenient::integer::option")]
    expires_in: Option<i64>,
    #[serde(deserialize_with = "maybe_token")]
    refresh_token: Option<RefreshToken>,
    #[serde(with = "lenient::integer::option")]
    refresh_expires_in: Option<i64>,
    #[serde(rename = "ABHAProfile", alias = "abhaProfile", alias = "profile")]
    block: Option<EnrolledProfile>,
    #[serde(with = "flag")]
    is_new: Option<bool>,
    #[serde(with = "flag")]
    new: Option<bool>,
    #[serde(with = "lenient::list")]
    accounts: Vec<Account>,
    #[serde(deserialize_with = "seen", rename = "ABHANumber", alias = "abhaNumber")]
    abha_number: Option<SeenAbhaNumber>,
    #[serde(deserialize_with = "seen")]
    health_id_number: Option<SeenAbhaNumber>,
    #[serde(deserialize_with = "word")]
    preferred_abha_address: Option<Personal>,
    #[serde(deserialize_with = "word")]
    abha_address: Option<Personal>,
    #[serde(deserialize_with = "word")]
    health_id: Option<Personal>,
    #[serde(deserialize_with = "addresses")]
    phr_address: Vec<Personal>,
    mobile: Option<Personal>,
    first_name: Option<Personal>,
    middle_name: Option<Personal>,
    last_name: Option<Personal>,
    name: Option<Personal>,
    dob: Option<Personal>,
    year_of_birth: Option<Personal>,
    day_of_birth: Option<Personal>,
    month_of_birth: Option<Personal>,
    #[serde(deserialize_with = "gender")]
    gender: Option<Gender>,
    email: Option<Personal>,
    #[serde(alias = "profilePhoto")]
    photo: Option<Personal>,
    state_code: Option<Personal>,
    district_code: Option<Personal>,
    #[serde(alias = "pinCode")]
    pincode: Option<Personal>,
    address: Option<Personal>,
    state_name: Option<Personal>,
    district_name: Option<Personal>,
    #[serde(with = "flag")]
    kyc_verified: Option<bool>,
    abha_type: Option<AbhaType>,
    #[serde(deserialize_with = "word", alias = "abhaStatus")]
    status: Option<AbhaStatus>,
}

impl From<Told> for EnrolmentReply {
    fn from(mut told: Told) -> Self {
        let number = told.number();
        let block = told.block.take().filter(|block| *block != EnrolledProfile::default());
        let flat = told.health_id_number.is_some() || told.jwt_response.is_some();
        if let (None, true) = (&block, flat) {
            return Self::Demographic(Box::new(told.demographic(number)));
        }
        Self::Account(Box::new(told.account(block.unwrap_or_default(), number)))
    }
}

impl Told {
    /// The ABHA number: whole before masked, in the block before beside it. Of listed accounts only
    /// when they have one number between them: else nobody knows whose account was made.
    fn number(&self) -> Option<SeenAbhaNumber> {
        let in_block = self.block.as_ref().and_then(|block| block.abha_number.clone());
        let beside = [self.abha_number.clone(), self.health_id_number.clone()];
        let mut seen: Vec<SeenAbhaNumber> =
            in_block.into_iter().chain(beside.into_iter().flatten()).collect();
        let listed: Vec<&SeenAbhaNumber> =
            self.accounts.iter().filter_map(|account| account.abha_number.as_ref()).collect();
        if let Some((first, others)) = listed.split_first()
            && others.iter().all(|other| other == first)
        {
            seen.push((*first).clone());
        }
        let whole = seen.iter().find(|number| number.whole().is_some()).cloned();
        whole.or_else(|| seen.into_iter().next())
    }

    /// The tokens: the first that can be renewed, else the first.
    fn tokens(&mut self) -> Option<IssuedTokens> {
        let flat = self.token.take().map(|token| IssuedTokens {
            token,
            expires_in: self.expires_in,
            refresh_token: self.refresh_token.take(),
            refresh_expires_in: self.refresh_expires_in,
            said: Said::default(),
        });
        let mut found: Vec<IssuedTokens> =
            [self.tokens.take(), self.jwt_response.take(), flat].into_iter().flatten().collect();
        let renewable = found.iter().position(|tokens| tokens.refresh_token.is_some());
        (!found.is_empty()).then(|| found.swap_remove(renewable.unwrap_or(0)))
    }

    fn account(
        mut self,
        mut block: EnrolledProfile,
        number: Option<SeenAbhaNumber>,
    ) -> EnrolledAccount {
        let tokens = self.tokens();
        block.abha_number = number;
        add(&mut block.phr_address, self.addresses());
        macro_rules! fill {
            ($($of:ident from $beside:ident,)+) => {
                $(block.$of = block.$of.take().or(self.$beside);)+
            };
        }
        fill! {
            first_name from first_name,
            middle_name from middle_name,
            last_name from last_name,
            name from name,
            dob from dob,
            day_of_birth from day_of_birth,
            month_of_birth from month_of_birth,
            year_of_birth from year_of_birth,
            gender from gender,
            photo from photo,
            mobile from mobile,
            email from email,
            address from address,
            district_code from district_code,
            state_code from state_code,
            pin_code from pincode,
            abha_type from abha_type,
            state_name from state_name,
            district_name from district_name,
            abha_status from status,
        }
        let told = block != EnrolledProfile::default();
        EnrolledAccount {
            message: self.message,
            txn_id: self.txn_id,
            tokens,
            profile: told.then_some(block),
            is_new: self.is_new.or(self.new),
        }
    }

    /// The ABHA addresses that stand on top level, each once, the preferred one first.
    fn addresses(&mut self) -> Vec<Personal> {
        let single =
            [self.preferred_abha_address.take(), self.abha_address.take(), self.health_id.take()];
        let mut all = Vec::new();
        add(&mut all, single.into_iter().flatten().chain(std::mem::take(&mut self.phr_address)));
        all
    }

    fn demographic(mut self, number: Option<SeenAbhaNumber>) -> DemographicReply {
        let jwt_response = self.tokens();
        let addresses = self.addresses();
        DemographicReply {
            health_id_number: number,
            health_id: addresses.first().cloned(),
            phr_address: addresses,
            mobile: self.mobile,
            first_name: self.first_name,
            middle_name: self.middle_name,
            last_name: self.last_name,
            name: self.name,
            dob: self.dob,
            photo: self.photo,
            email: self.email,
            abha_type: self.abha_type,
            year_of_birth: self.year_of_birth,
            day_of_birth: self.day_of_birth,
            month_of_birth: self.month_of_birth,
            gender: self.gender,
            state_code: self.state_code,
            district_code: self.district_code,
            pincode: self.pincode,
            address: self.address,
            state_name: self.state_name,
            district_name: self.district_name,
            kyc_verified: self.kyc_verified,
            jwt_response,
            txn_id: self.txn_id,
            message: self.message,
            status: self.status,
            new: self.new.or(self.is_new),
        }
    }
}

#[cfg(test)]
mod tests;
