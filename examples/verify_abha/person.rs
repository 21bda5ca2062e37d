//! What a verification told about a person.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::wire::Document;
use abdm_examples::answers::Topic;
use abdm_examples::counter::Counter;
use abdm_examples::words::Word;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::api::address::{AddressProfile, AddressUser};
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::login::Account;
use abha_enrollment::scanned::ScannedCard;
use serde::Serialize;

/// A person, as far as they are known. Nothing in it is a secret; the mobile number is masked.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) abha_number: Option<String>,
    pub(crate) abha_address: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) gender: Option<String>,
    pub(crate) date_of_birth: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) status: Option<String>,
    /// What a look-up told, by what was looked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) existence: Vec<Found>,
    /// What a QR code claimed before it was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) claims: Option<Box<Self>>,
    /// The accounts among which the person chose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) accounts: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) card: Option<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) qr: Option<Picture>,
}

/// What a look-up told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    pub(crate) by: &'static str,
    pub(crate) existence: String,
    pub(crate) matches: usize,
    pub(crate) auth_methods: Vec<String>,
}

/// An account in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Choice {
    pub(crate) abha_number: String,
    pub(crate) abha_address: Option<String>,
    pub(crate) name: String,
}

impl Choice {
    /// As a line of a menu.
    pub(crate) fn line(&self) -> String {
        let address = self.abha_address.as_deref().unwrap_or_default();
        format!("{}  {}  {address}", self.abha_number, self.name).trim_end().to_owned()
    }
}

/// An image that was fetched.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Picture {
    media_type: String,
    bytes: usize,
}

impl From<&Document> for Picture {
    fn from(document: &Document) -> Self {
        Self { media_type: document.media_type().to_owned(), bytes: document.bytes().len() }
    }
}

fn text(field: Option<&Personal>) -> Option<String> {
    field.map(|field| field.as_str().to_owned()).filter(|text| !text.is_empty())
}

fn masked(mobile: Option<&Personal>) -> Option<String> {
    text(mobile).map(|mobile| Topic::Mobile.masked(&mobile).replace('•', "*"))
}

fn date(parts: [Option<&Personal>; 3]) -> Option<String> {
    let parts = parts.into_iter().flatten().map(|part| format!("{:0>2}", part.as_str()));
    Some(parts.collect::<Vec<_>>().join("-")).filter(|date| !date.is_empty())
}

impl Person {
    /// Takes what is not known yet.
    fn fill(&mut self, other: Self) {
        let fill = |own: &mut Option<String>, other: Option<String>| {
            if own.is_none() {
                *own = other;
            }
        };
        fill(&mut self.abha_number, other.abha_number);
        fill(&mut self.abha_address, other.abha_address);
        fill(&mut self.name, other.name);
        fill(&mut self.gender, other.gender);
        fill(&mut self.date_of_birth, other.date_of_birth);
        fill(&mut self.mobile, other.mobile);
        fill(&mut self.status, other.status);
    }

    pub(crate) fn of_account(account: &Account) -> Self {
        Self {
            abha_number: account.abha_number.as_ref().map(|number| number.to_text()),
            abha_address: text(account.preferred_abha_address.as_ref()),
            name: text(account.name.as_ref()),
            gender: account.gender.as_ref().map(|gender| gender.as_str().to_owned()),
            date_of_birth: text(account.dob.as_ref()),
            status: account.status.as_ref().map(|status| status.as_str().to_owned()),
            ..Self::default()
        }
    }

    pub(crate) fn of_user(user: &AddressUser) -> Self {
        Self {
            abha_number: user.abha_number.as_ref().map(|number| number.to_text()),
            abha_address: text(user.abha_address.as_ref()),
            name: text(user.full_name.as_ref()),
            status: user.status.as_ref().map(|status| status.as_str().to_owned()),
            ..Self::default()
        }
    }

    /// What a card claims.
    pub(crate) fn of_card(card: &ScannedCard) -> Self {
        Self {
            abha_number: card.abha_number.as_ref().map(AbhaNumber::to_dashed),
            abha_address: card.abha_address.as_ref().map(|a| a.as_str().to_owned()),
            name: text(card.name.as_ref()),
            gender: card.gender.as_ref().map(|gender| gender.as_str().to_owned()),
            date_of_birth: card.born.map(|born| born.year().to_string()),
            mobile: masked(card.mobile.as_ref()),
            ..Self::default()
        }
    }

    /// Adds the profile of an ABHA number.
    pub(crate) fn add_profile(&mut self, profile: &AbhaProfile) {
        let born = [&profile.day_of_birth, &profile.month_of_birth, &profile.year_of_birth];
        self.fill(Self {
            abha_number: profile.abha_number.as_ref().map(|number| number.to_text()),
            abha_address: text(profile.preferred_abha_address.as_ref()),
            name: text(profile.name.as_ref()),
            gender: profile.gender.as_ref().map(|gender| gender.as_str().to_owned()),
            date_of_birth: date(born.map(Option::as_ref)),
            mobile: masked(profile.mobile.as_ref()),
            status: profile.status.as_ref().map(|status| status.as_str().to_owned()),
            ..Self::default()
        });
    }

    /// Adds the profile of an ABHA address.
    pub(crate) fn add_address_profile(&mut self, profile: &AddressProfile) {
        let born = [&profile.day_of_birth, &profile.month_of_birth, &profile.year_of_birth];
        let born = || date(born.map(Option::as_ref));
        self.fill(Self {
            abha_number: profile.abha_number.as_ref().map(|number| number.to_text()),
            abha_address: text(profile.abha_address.as_ref()),
            name: text(profile.full_name.as_ref()),
            gender: profile.gender.as_ref().map(|gender| gender.as_str().to_owned()),
            date_of_birth: text(profile.date_of_birth.as_ref()).or_else(born),
            mobile: masked(profile.mobile.as_ref()),
            status: profile.status.as_ref().map(|status| status.as_str().to_owned()),
            ..Self::default()
        });
    }

    /// The ABHA number, when all of it is known.
    pub(crate) fn number(&self) -> Option<AbhaNumber> {
        self.abha_number.as_ref()?.parse().ok()
    }

    pub(crate) fn address(&self) -> Option<AbhaAddress> {
        self.abha_address.as_ref()?.parse().ok()
    }

    /// Shows what is known. Name, date of birth and gender are shown, never edited.
    pub(crate) fn show(&self, counter: &mut Counter) {
        let fields = [
            (Word::AbhaNumber, &self.abha_number),
            (Word::Address, &self.abha_address),
            (Word::Name, &self.name),
            (Word::Born, &self.date_of_birth),
            (Word::Gender, &self.gender),
            (Word::Mobile, &self.mobile),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                counter.screen.field(counter.word(name), value);
            }
        }
    }
}
