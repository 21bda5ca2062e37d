//! One person, the ABHA number and the ABHA addresses that belong to them.

use std::fmt;

use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::secret::{AadhaarNumber, MobileNumber, check_digit};
use abdm_core::vocabulary::Gender;
use abha_enrollment::input::VirtualId;
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{PHOTO, Patient, with_check_digit};
use crate::state::secret;

/// The length of a VID.
const VID_DIGITS: usize = 16;

/// Whether an ABHA number can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AccountState {
    Active,
    /// Switched off by its owner, who can switch it on again.
    Deactivated,
    /// Gone for good. Its number is not given to anybody else.
    Deleted,
}

/// How the identity behind an ABHA number was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AccountKind {
    Aadhaar,
    /// By the word of the parent at this place.
    Child {
        parent: usize,
    },
}

/// An ABHA number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    #[serde(with = "digits")]
    pub(crate) number: AbhaNumber,
    pub(crate) state: AccountState,
    pub(crate) kind: AccountKind,
    pub(crate) created: NaiveDate,
    /// The benefit programmes that it is linked with.
    pub(crate) benefits: Vec<String>,
    /// Whether a child's data were corrected once, which is as often as may be (ABDM-1160).
    pub(crate) corrected: bool,
}

impl Account {
    pub(crate) fn is(&self, state: AccountState) -> bool {
        self.state == state
    }
}

/// An application by driving licence, until a facility has checked the papers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Application {
    /// Looks like an ABHA number and is none.
    #[serde(with = "digits")]
    pub(crate) number: AbhaNumber,
    pub(crate) licence: String,
}

/// One person. Somebody with addresses and without account has declared them without any KYC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) middle_name: String,
    pub(crate) last_name: String,
    pub(crate) gender: Gender,
    pub(crate) date_of_birth: NaiveDate,
    /// Children and people who only declared an address have none.
    #[serde(with = "secret::aadhaar")]
    pub(crate) aadhaar: Option<AadhaarNumber>,
    /// The mobile number that Aadhaar knows; without Aadhaar, the one that the person gave.
    #[serde(with = "secret::mobile")]
    pub(crate) aadhaar_mobile: MobileNumber,
    /// The ABHA number.
    pub(crate) account: Option<Account>,
    /// The enrolment number.
    pub(crate) application: Option<Application>,
    /// All ABHA addresses; the first is the preferred one.
    pub(crate) addresses: Vec<AbhaAddress>,
    /// The mobile number that ABHA knows.
    pub(crate) mobile: Option<String>,
    /// The e-mail address that ABHA knows.
    pub(crate) email: Option<String>,
    pub(crate) password: Option<String>,
    /// Base64 of a JPEG or PNG.
    pub(crate) photo: String,
    pub(crate) home: Home,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// Where somebody lives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Home {
    pub(crate) address: String,
    pub(crate) state_name: String,
    pub(crate) state_code: String,
    pub(crate) district_name: String,
    pub(crate) district_code: String,
    pub(crate) pin_code: String,
}

impl Default for Home {
    /// Where everybody of the sandbox lives who did not say otherwise.
    fn default() -> Self {
        Self {
            address: "12 Example Road, Pune".to_owned(),
            state_name: "MAHARASHTRA".to_owned(),
            state_code: "27".to_owned(),
            district_name: "PUNE".to_owned(),
            district_code: "490".to_owned(),
            pin_code: "411001".to_owned(),
        }
    }
}

impl Person {
    /// Somebody with neither number nor address.
    pub(super) fn new(
        (first, last): (impl Into<String>, impl Into<String>),
        gender: Gender,
        date_of_birth: NaiveDate,
        aadhaar_mobile: MobileNumber,
    ) -> Self {
        Self {
            first_name: first.into(),
            middle_name: String::new(),
            last_name: last.into(),
            gender,
            date_of_birth,
            aadhaar: None,
            aadhaar_mobile,
            account: None,
            application: None,
            addresses: Vec::new(),
            mobile: None,
            email: None,
            password: None,
            photo: PHOTO.to_owned(),
            home: Home::default(),
        }
    }

    pub(crate) fn name(&self) -> String {
        let parts = [&self.first_name, &self.middle_name, &self.last_name];
        let told: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        told.join(" ")
    }

    pub(crate) fn year_of_birth(&self) -> i64 {
        i64::from(self.date_of_birth.year())
    }

    /// The account, unless it was deleted.
    pub(crate) fn living_account(&self) -> Option<&Account> {
        self.account.as_ref().filter(|account| !account.is(AccountState::Deleted))
    }

    /// The account, when it may be used.
    pub(crate) fn active_account(&self) -> Option<&Account> {
        self.account.as_ref().filter(|account| account.is(AccountState::Active))
    }

    /// Whether the ABHA number behind the person's addresses is switched off.
    pub(crate) fn is_deactivated(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.is(AccountState::Deactivated))
    }

    pub(crate) fn preferred_address(&self) -> Option<&AbhaAddress> {
        self.addresses.first()
    }

    /// The VID of somebody with an Aadhaar number.
    pub(crate) fn vid(&self) -> Option<VirtualId> {
        let stem = format!("9999{}", self.aadhaar.as_ref()?.expose().get(..11)?);
        let vid = with_check_digit(&stem, check_digit::verhoeff)?;
        VirtualId::parse(&vid).ok()
    }

    /// Whether this is the person's Aadhaar number, or the VID that stands for it.
    pub(super) fn has_uid(&self, digits: &str) -> bool {
        self.aadhaar.as_ref().is_some_and(|aadhaar| aadhaar.expose() == digits)
            || (digits.len() == VID_DIGITS && self.vid().is_some_and(|vid| vid.expose() == digits))
    }

    pub(crate) fn patient(&self) -> Patient {
        let account = self.living_account();
        Patient {
            name: self.name(),
            gender: self.gender.clone(),
            date_of_birth: self.date_of_birth,
            aadhaar: self.aadhaar.clone(),
            vid: self.vid(),
            mobile: self.aadhaar_mobile.clone(),
            abha_number: account.map(|account| account.number.clone()),
            abha_address: self.preferred_address().cloned(),
            note: self.note(),
        }
    }

    fn note(&self) -> Option<&'static str> {
        let Some(account) = &self.account else {
            return match (&self.application, self.addresses.as_slice()) {
                (Some(_), _) => Some("enrolment number only"),
                (None, [_, ..]) => Some("address without ABHA number"),
                (None, []) => None,
            };
        };
        match (account.state, account.kind) {
            (AccountState::Deactivated, _) => Some("deactivated"),
            (AccountState::Deleted, _) => Some("deleted"),
            (AccountState::Active, AccountKind::Child { .. }) => Some("child"),
            _ if !account.benefits.is_empty() => Some("linked with a benefit programme"),
            _ => None,
        }
    }
}
