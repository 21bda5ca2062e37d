//! Links between ABHA numbers and the desk's benefit programme (m1-abha.md 10).

use std::iter;

use abdm_core::call::Call;
use abdm_core::person::AbhaNumber;
use abdm_core::wire::NoBody;

use super::evidence::{Evidence, Printed};
use super::profile::ProfileSession;
use super::{mask, owner};
use crate::api::benefit::{
    AbhaNumberInPath, BenefitLinked, BenefitRecord, BenefitSubject, LinkBenefit, ListProgrammes,
    SearchBenefit,
};
use crate::api::fields::SeenAbhaNumber;
use crate::api::headers::{Benefit, BenefitLinkHeaders, BenefitSpelling, ProfileBenefitHeaders};
use crate::api::vocabulary::{LoginHint, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, Encrypted, EncryptionError, PublicKey};
use crate::error::{Asked, Error};
use crate::input::XmlUid;

/// Whose link it is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Beneficiary<'a> {
    /// The person whose session this is.
    Session(&'a ProfileSession),
    /// The owner of an ABHA number.
    AbhaNumber(&'a AbhaNumber),
    /// The person of a record of the programme.
    Record(&'a XmlUid),
}

impl Beneficiary<'_> {
    /// The person's ABHA number, where it is known.
    fn number(self) -> Option<AbhaNumber> {
        match self {
            Self::Session(session) => session.owner(),
            Self::AbhaNumber(number) => Some(number.clone()),
            Self::Record(_) => None,
        }
    }

    fn subject(
        self,
        scope: Scope,
        key: &PublicKey<AbhaKey>,
    ) -> Result<BenefitSubject, EncryptionError> {
        let named = |hint: LoginHint, value: Encrypted<AbhaKey>| {
            BenefitSubject::named(scope.clone(), hint, value)
        };
        Ok(match self {
            Self::Session(_) => BenefitSubject::of_token(scope),
            Self::AbhaNumber(number) => named(LoginHint::AbhaNumber, key.encrypt(number)?),
            Self::Record(record) => named(LoginHint::XmlUid, key.encrypt(record)?),
        })
    }
}

impl Desk {
    /// Links a person with the desk's programme. Whoever is linked already (ABDM-1140) is a success
    /// with ABDM's text alone.
    ///
    /// # Errors
    /// [`Problem::NotPermitted`](crate::Problem::NotPermitted) without a programme;
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when ABDM does not say that it
    /// is done (rulings.md 42), or names another ABHA number; and whatever a call can meet.
    pub async fn link_benefit(&self, whose: Beneficiary<'_>) -> Result<BenefitLinked, Error> {
        self.change_benefit(Scope::Link, Printed::Linked, whose).await
    }

    /// Takes a person's link with the desk's programme away; a link that was gone already
    /// (ABDM-1138) is a success, too.
    ///
    /// # Errors
    /// As [`link_benefit`](Self::link_benefit).
    pub async fn unlink_benefit(&self, whose: Beneficiary<'_>) -> Result<BenefitLinked, Error> {
        self.change_benefit(Scope::DeLink, Printed::Delinked, whose).await
    }

    /// Searches the programme's records of a person, by ABHA number or record.
    ///
    /// # Errors
    /// As [`link_benefit`](Self::link_benefit).
    pub async fn search_benefit(
        &self,
        whose: Beneficiary<'_>,
    ) -> Result<Vec<BenefitRecord>, Error> {
        let headers = ProfileBenefitHeaders::new(self.profile_benefit());
        let request = |key: &PublicKey<AbhaKey>| {
            let body = whose.subject(Scope::Search, key)?;
            Ok(Call::<SearchBenefit>::new(body).headers(headers.clone()))
        };
        let mut records = self.send_encrypted(Asked::Plainly, request).await?.answer;
        let number = whose.number();
        owner::is_about(records.iter().map(|record| record.abha_number.as_ref()), number.as_ref())?;
        if let Some(number) = &number {
            let fits = |seen: &SeenAbhaNumber| mask::may_be(seen, number);
            records.retain(|record| record.abha_number.as_ref().is_none_or(fits));
        }
        Ok(records)
    }

    /// The names of the programmes that an ABHA number is linked with.
    ///
    /// # Errors
    /// [`Problem::NoAbha`](crate::Problem::NoAbha) when nobody has the number,
    /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable) when the answer names another
    /// one, and whatever a call can meet.
    pub async fn programmes_of(&self, number: &AbhaNumber) -> Result<Vec<String>, Error> {
        let path = AbhaNumberInPath(number.clone());
        let call = Call::<ListProgrammes>::new(NoBody).at(path);
        let answer = self.send(Asked::Plainly, &call).await?;
        owner::is_about(iter::once(answer.abha_number.as_ref()), Some(number))?;
        Ok(answer.programme.into_iter().map(|programme| programme.benefit_name).collect())
    }

    async fn change_benefit(
        &self,
        scope: Scope,
        printed: Printed,
        whose: Beneficiary<'_>,
    ) -> Result<BenefitLinked, Error> {
        let user = match whose {
            Beneficiary::Session(session) => Some(session.session().token.clone()),
            _ => None,
        };
        let headers = BenefitLinkHeaders::new(self.profile_benefit(), user);
        let request = |key: &PublicKey<AbhaKey>| {
            let body = whose.subject(scope.clone(), key)?;
            Ok(Call::<LinkBenefit>::new(body).headers(headers.clone()))
        };
        let answer = match self.send_encrypted(Asked::Plainly, request).await {
            Ok(sent) => sent.answer,
            Err(error) if is_so_already(&error, printed) => {
                let status = error.abdm_text().map(str::to_owned);
                return Ok(BenefitLinked { status, ..BenefitLinked::default() });
            }
            Err(error) => return Err(error),
        };
        let message = answer.status.as_deref();
        Evidence { result: None, message, token: false }.of(printed)?;
        owner::is_about(iter::once(answer.health_id.as_ref()), whose.number().as_ref())?;
        Ok(answer)
    }

    /// The programme as profile calls spell its header.
    pub(crate) fn profile_benefit(&self) -> Option<Benefit> {
        self.programme().map(|name| Benefit::new(name, BenefitSpelling::Underscore))
    }
}

/// Whether a refusal says that there is nothing left to do (errors.md, class `already-done`).
fn is_so_already(error: &Error, printed: Printed) -> bool {
    let code = match printed {
        Printed::Linked => "ABDM-1140",
        _ => "ABDM-1138",
    };
    error.code().is_some_and(|told| told == code)
}
