//! Header sets that only milestone 1 has.

use abdm_core::headers::{self, WireHeaders};
use abdm_core::secret::UserToken;
use abdm_core::wire::WireError;
use http::HeaderMap;

/// The benefit header with a hyphen, as the enrolment's samples have it.
const HYPHEN: &str = "benefit-name";
/// The same with an underscore, as the profile's samples have it. Not the same header to a server.
const UNDERSCORE: &str = "benefit_name";

/// The benefit programme on whose behalf a call is made, by the name that NHA gave it.
///
/// NHA's own files spell the header in three ways. Letter case does not matter, hyphen or
/// underscore does: hyphen by default on enrolment, underscore on profile calls (m1-abha.md 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefit {
    programme: String,
    spelling: BenefitSpelling,
}

/// How the benefit header is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenefitSpelling {
    /// `Benefit-Name`.
    Hyphen,
    /// `BENEFIT_NAME`.
    Underscore,
}

impl Benefit {
    /// This programme, under this spelling.
    pub fn new(programme: impl Into<String>, spelling: BenefitSpelling) -> Self {
        Self { programme: programme.into(), spelling }
    }

    /// The programme's name.
    #[must_use]
    pub fn programme(&self) -> &str {
        &self.programme
    }

    /// The spelling.
    #[must_use]
    pub const fn spelling(&self) -> BenefitSpelling {
        self.spelling
    }

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        let name = match self.spelling {
            BenefitSpelling::Hyphen => HYPHEN,
            BenefitSpelling::Underscore => UNDERSCORE,
        };
        headers::set(out, name, &self.programme)
    }

    fn read(all: &HeaderMap) -> Option<Self> {
        [(HYPHEN, BenefitSpelling::Hyphen), (UNDERSCORE, BenefitSpelling::Underscore)]
            .into_iter()
            .find_map(|(name, spelling)| Some(Self::new(headers::text(all, name).ok()?, spelling)))
    }
}

/// What may stand on `EnrolByAadhaar` beside the standard headers. Empty for an ordinary facility.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EnrolmentHeaders {
    /// The programme: optional for integrated programmes, demanded by demographic and child
    /// enrolment.
    pub benefit: Option<Benefit>,
    /// The parent's token, for a child.
    pub parent: Option<UserToken>,
}

impl EnrolmentHeaders {
    /// For a benefit programme.
    #[must_use]
    pub const fn for_benefit(benefit: Benefit) -> Self {
        Self { benefit: Some(benefit), parent: None }
    }

    /// For a child of this parent.
    #[must_use]
    pub const fn for_child(benefit: Option<Benefit>, parent: UserToken) -> Self {
        Self { benefit, parent: Some(parent) }
    }
}

impl WireHeaders for EnrolmentHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        if let Some(benefit) = &self.benefit {
            benefit.write(out)?;
        }
        if let Some(parent) = &self.parent {
            headers::set_bearer(out, headers::USER_TOKEN, parent.expose())?;
        }
        Ok(())
    }

    fn read(all: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self {
            benefit: Benefit::read(all),
            parent: headers::bearer(all, headers::USER_TOKEN).ok().map(UserToken::new),
        })
    }
}

/// What stands on a link with a programme: the programme, and the person's token when it is for its
/// owner.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct BenefitLinkHeaders {
    /// The programme.
    pub benefit: Option<Benefit>,
    /// The person.
    pub user: Option<UserToken>,
}

impl BenefitLinkHeaders {
    /// By its parts.
    #[must_use]
    pub const fn new(benefit: Option<Benefit>, user: Option<UserToken>) -> Self {
        Self { benefit, user }
    }
}

impl WireHeaders for BenefitLinkHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        if let Some(benefit) = &self.benefit {
            benefit.write(out)?;
        }
        if let Some(user) = &self.user {
            headers::set_bearer(out, headers::USER_TOKEN, user.expose())?;
        }
        Ok(())
    }

    fn read(all: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self {
            benefit: Benefit::read(all),
            user: headers::bearer(all, headers::USER_TOKEN).ok().map(UserToken::new),
        })
    }
}

/// What may stand on some profile calls beside the standard headers: the programme. Empty for an
/// ordinary facility.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProfileBenefitHeaders {
    /// The programme.
    pub benefit: Option<Benefit>,
}

impl ProfileBenefitHeaders {
    /// For a benefit programme, or none.
    #[must_use]
    pub const fn new(benefit: Option<Benefit>) -> Self {
        Self { benefit }
    }
}

impl WireHeaders for ProfileBenefitHeaders {
    const NAMES: &'static [&'static str] = &[];

    fn write(&self, out: &mut HeaderMap) -> Result<(), WireError> {
        self.benefit.as_ref().map_or(Ok(()), |benefit| benefit.write(out))
    }

    fn read(all: &HeaderMap) -> Result<Self, WireError> {
        Ok(Self { benefit: Benefit::read(all) })
    }
}
