//! Who a new address is for.

use std::fmt;

use abdm_core::person::AbhaAddress;
use abdm_core::secret::MobileNumber;
use abdm_core::vocabulary::Gender;
use chrono::{Datelike as _, NaiveDate};

use crate::api::address::{NewAddressDetails, SuggestionRequest};
use crate::api::fields::Personal;
use crate::encryption::{Encrypted, EncryptionError, PhrKey, PublicKey};
use crate::flow::profile::Photo;
use crate::input::{EmailAddress, Password};
use crate::scanned::Born;

/// A date of birth, of which day and month may be unknown. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BirthDate {
    year: i32,
    day_and_month: Option<(u32, u32)>,
}

impl BirthDate {
    /// A day.
    #[must_use]
    pub fn on(date: NaiveDate) -> Self {
        Self { year: date.year(), day_and_month: Some((date.day(), date.month())) }
    }

    /// A year, of which no more is known.
    #[must_use]
    pub const fn in_year(year: u16) -> Self {
        Self { year: year as i32, day_and_month: None }
    }

    /// Year, month and day as ABDM takes them: without leading zeros, blank when not known.
    fn texts(self) -> [Personal; 3] {
        let (day, month) = self.day_and_month.map_or_else(
            || (Personal::default(), Personal::default()),
            |(day, month)| (Personal::new(day.to_string()), Personal::new(month.to_string())),
        );
        [Personal::new(self.year.to_string()), month, day]
    }
}

impl From<Born> for BirthDate {
    /// As a card's QR code tells it.
    fn from(born: Born) -> Self {
        match born {
            Born::On(date) => Self::on(date),
            Born::In(year) => Self { year, day_and_month: None },
        }
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(…)")
    }
}

/// Where a person lives; what is not known stays blank. State and district by name, letters only,
/// and by LGD code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Residence {
    /// House, road, place.
    pub address: Personal,
    /// State.
    pub state_name: Personal,
    /// LGD code of the state.
    pub state_code: Personal,
    /// District.
    pub district_name: Personal,
    /// LGD code of the district.
    pub district_code: Personal,
    /// Postal code.
    pub pin_code: Personal,
}

/// Who a new address is for. Self-declared: nothing of it is proved but the mobile number.
#[derive(Debug, Clone)]
#[must_use]
pub struct AddressDetails {
    first_name: Personal,
    middle_name: Personal,
    last_name: Personal,
    born: BirthDate,
    gender: Gender,
    email: Option<EmailAddress>,
    residence: Residence,
    photo: Option<Photo>,
    password: Option<Password>,
    mobile: Option<MobileNumber>,
}

impl AddressDetails {
    /// The least that ABDM must know.
    pub fn new(first_name: impl Into<Personal>, born: BirthDate, gender: Gender) -> Self {
        Self {
            first_name: first_name.into(),
            middle_name: Personal::default(),
            last_name: Personal::default(),
            born,
            gender,
            email: None,
            residence: Residence::default(),
            photo: None,
            password: None,
            mobile: None,
        }
    }

    /// With a last name.
    pub fn last_name(mut self, name: impl Into<Personal>) -> Self {
        self.last_name = name.into();
        self
    }

    /// With a middle name.
    pub fn middle_name(mut self, name: impl Into<Personal>) -> Self {
        self.middle_name = name.into();
        self
    }

    /// With an e-mail address. ABDM does not verify it here.
    pub fn email(mut self, email: EmailAddress) -> Self {
        self.email = Some(email);
        self
    }

    /// With the place where the person lives.
    pub fn residence(mut self, residence: Residence) -> Self {
        self.residence = residence;
        self
    }

    /// With a photo.
    pub fn photo(mut self, photo: Photo) -> Self {
        self.photo = Some(photo);
        self
    }

    /// With a password for logins by address.
    pub fn password(mut self, password: Password) -> Self {
        self.password = Some(password);
        self
    }

    /// With a mobile number. Needed only when an ABHA number was proved and its mobile number is
    /// not told in full; else it is the one that was proved.
    pub fn mobile(mut self, mobile: MobileNumber) -> Self {
        self.mobile = Some(mobile);
        self
    }

    pub(super) const fn own_mobile(&self) -> Option<&MobileNumber> {
        self.mobile.as_ref()
    }

    fn email_text(&self) -> Personal {
        self.email.as_ref().map_or_else(Personal::default, |email| Personal::new(email.expose()))
    }

    pub(super) fn suggestion(&self, txn_id: abdm_core::id::TxnId) -> SuggestionRequest {
        let [year, month, day] = self.born.texts();
        let mut request = SuggestionRequest::new(txn_id, self.first_name.clone(), year);
        request.last_name = self.last_name.clone();
        request.month_of_birth = month;
        request.day_of_birth = day;
        request.email = self.email_text();
        request
    }

    pub(super) fn enrolment(
        &self,
        address: &AbhaAddress,
        mobile: Encrypted<PhrKey>,
        key: &PublicKey<PhrKey>,
    ) -> Result<NewAddressDetails, EncryptionError> {
        let [year, month, day] = self.born.texts();
        let (name, gender) = (self.first_name.clone(), self.gender.clone());
        let mut details = NewAddressDetails::new(address, mobile, name, year, gender);
        details.middle_name = self.middle_name.clone();
        details.last_name = self.last_name.clone();
        details.month_of_birth = month;
        details.day_of_birth = day;
        details.email = self.email_text();
        if let Some(photo) = &self.photo {
            details.profile_photo = Personal::new(photo.to_base64());
        }
        let residence = self.residence.clone();
        details.address = residence.address;
        details.state_name = residence.state_name;
        details.state_code = residence.state_code;
        details.district_name = residence.district_name;
        details.district_code = residence.district_code;
        details.pin_code = residence.pin_code;
        details.password = self.password.as_ref().map(|it| key.encrypt(it)).transpose()?;
        Ok(details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_without_leading_zeros_and_as_far_as_they_are_known() {
        let day = NaiveDate::from_ymd_opt(1999, 6, 5).unwrap();
        let texts = |born: BirthDate| born.texts().map(Personal::into_string);
        assert_eq!(texts(BirthDate::on(day)), ["1999", "6", "5"]);
        assert_eq!(texts(Born::On(day).into()), ["1999", "6", "5"]);
        assert_eq!(texts(Born::In(1999).into()), ["1999", "", ""]);
        assert_eq!(texts(BirthDate::in_year(1999)), ["1999", "", ""]);
    }
}
