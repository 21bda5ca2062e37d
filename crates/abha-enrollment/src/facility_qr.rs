//! The facility's own QR code, which patients scan to share their profile (m1-abha.md 12).
//!
//! Print one for every counter. Whoever scans it with a PHR app shares name, ABHA number and
//! address with the facility: the profile arrives as a callback of milestone 2, with the counter's
//! code.

use abdm_core::environment::Environment;
use abdm_core::id::{HipId, IdError};
use url::Url;

use crate::app_links::AppPage;
#[cfg(feature = "qr")]
use crate::qr::{QrCode, QrError};

/// How the two parameters of the link are spelt. NHA's pages have one way, its documents another
/// (rulings.md 30); [`ScannedFacility::read`] takes both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FacilityQrSpelling {
    /// `hip-id` and `counter-id`, as the sandbox takes them.
    #[default]
    Hyphens,
    /// `hipid` and `counterid`, as NHA's documents print them.
    Joined,
}

impl FacilityQrSpelling {
    /// The parameters of the facility and of its counter.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Hyphens => ("hip-id", "counter-id"),
            Self::Joined => ("hipid", "counterid"),
        }
    }
}

/// The link of one counter, and the QR code that holds it.
///
/// ```
/// use abdm_core::environment::Environment;
/// use abdm_core::id::HipId;
/// use abha_enrollment::facility_qr::{FacilityQr, FacilityQrSpelling};
///
/// let hip_id = HipId::new("IN0710000001")?;
/// let counter = FacilityQr::new(&Environment::sandbox(), &hip_id, "OPD1")?;
/// assert_eq!(
///     counter.url(),
///     "https://phrsbx.abdm.gov.in/share-profile?hip-id=IN0710000001&counter-id=OPD1",
/// );
/// let joined = counter.spelt(FacilityQrSpelling::Joined);
/// assert_eq!(
///     joined.url(),
///     "https://phrsbx.abdm.gov.in/share-profile?hipid=IN0710000001&counterid=OPD1",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacilityQr {
    base: Url,
    hip_id: HipId,
    counter: String,
    url: Url,
}

/// Why there is no link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FacilityQrError {
    /// NHA has published the host of its sandbox only.
    #[error(
        "the host of share-profile links is not known for the environment {environment}: \
         ask NHA for it and use FacilityQr::at"
    )]
    NoHost {
        /// The environment's name.
        environment: &'static str,
    },
    /// The base is not an absolute URL.
    #[error("the base of the link must be an absolute URL, like https://host/share-profile")]
    Base,
    /// The counter's code breaks its rule.
    #[error(transparent)]
    Counter(#[from] IdError),
}

impl FacilityQr {
    /// The link of a counter. `counter` is the facility's own code for it: 1 to 20 letters and
    /// digits, and not the facility's id (m2-hip.md, profile share).
    ///
    /// # Errors
    /// When the code breaks its rule, and for every environment but NHA's sandbox: the host of
    /// production is not confirmed; give it to [`at`](Self::at).
    pub fn new(
        environment: &Environment,
        hip_id: &HipId,
        counter: &str,
    ) -> Result<Self, FacilityQrError> {
        let base = AppPage::ShareProfile
            .link(environment)
            .ok_or(FacilityQrError::NoHost { environment: environment.name() })?;
        Self::at(&base, hip_id, counter)
    }

    /// The same below a base that NHA told you.
    ///
    /// # Errors
    /// When the base is no absolute URL, or the code breaks its rule.
    pub fn at(base: &str, hip_id: &HipId, counter: &str) -> Result<Self, FacilityQrError> {
        let counter = checked_counter(hip_id, counter)?.to_owned();
        let base = Url::parse(base).map_err(|_| FacilityQrError::Base)?;
        let url = link(&base, FacilityQrSpelling::default(), hip_id, &counter);
        Ok(Self { base, hip_id: hip_id.clone(), counter, url })
    }

    /// The same with its parameters spelt so. [`FacilityQrSpelling::Hyphens`] unless said.
    #[must_use]
    pub fn spelt(mut self, spelling: FacilityQrSpelling) -> Self {
        self.url = link(&self.base, spelling, &self.hip_id, &self.counter);
        self
    }

    /// The link.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The QR code, to be drawn as SVG, as PNG, or on a terminal.
    ///
    /// # Errors
    /// When the link is too long for a QR code.
    #[cfg(feature = "qr")]
    pub fn qr_code(&self) -> Result<QrCode, QrError> {
        QrCode::of(self.url())
    }
}

fn link(base: &Url, spelling: FacilityQrSpelling, hip_id: &HipId, counter: &str) -> Url {
    let (facility, counter_id) = spelling.names();
    let mut url = base.clone();
    url.query_pairs_mut().append_pair(facility, hip_id.as_str()).append_pair(counter_id, counter);
    url
}

/// What a facility's code says that somebody has scanned.
///
/// ```
/// use abha_enrollment::facility_qr::ScannedFacility;
///
/// let scanned = "https://phrsbx.abdm.gov.in/share-profile?counterid=OPD1&hipid=IN0710000001";
/// let facility = ScannedFacility::read(scanned).unwrap();
/// assert_eq!(facility.hip_id.unwrap().as_str(), "IN0710000001");
/// assert_eq!(facility.counter.as_deref(), Some("OPD1"));
/// assert_eq!(ScannedFacility::read("https://example.org/"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScannedFacility {
    /// The facility, where its id keeps the rule of ids.
    pub hip_id: Option<HipId>,
    /// Its counter.
    pub counter: Option<String>,
}

impl ScannedFacility {
    /// Reads the link of a code: in both spellings, in any order and case, with its scheme or
    /// without (rulings.md 30). `None` when it is no facility's.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let url = Url::parse(text).ok().filter(Url::has_host);
        let url = url.or_else(|| Url::parse(&format!("https://{text}")).ok())?;
        // The spellings differ in what is no letter.
        let letters = |name: &str| -> String {
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let value = |wanted: &str| {
            let mut pairs = url.query_pairs();
            let found = pairs.find(|(name, _)| letters(name) == letters(wanted));
            found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let (facility, counter) = FacilityQrSpelling::default().names();
        let (hip_id, counter) = (value(facility), value(counter));
        let shares = url.path().trim_end_matches('/').ends_with(AppPage::ShareProfile.path());
        (shares || hip_id.is_some())
            .then(|| Self { hip_id: hip_id.and_then(|id| id.parse().ok()), counter })
    }
}

fn checked_counter<'a>(hip_id: &HipId, text: &'a str) -> Result<&'a str, IdError> {
    let text = text.trim();
    let well_formed =
        (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if well_formed && !text.eq_ignore_ascii_case(hip_id.as_str()) {
        Ok(text)
    } else {
        Err(IdError::new("counter", "it must be 1 to 20 letters or digits, and not the HIP id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_made_where_its_host_is_known_or_given() {
        let hip_id = HipId::new("IN0710000001_1").unwrap();
        let production = FacilityQr::new(&Environment::production(), &hip_id, "OPD1");
        assert_eq!(production, Err(FacilityQrError::NoHost { environment: "production" }));
        let told = FacilityQr::at("https://host.example/share", &hip_id, " OPD1 ").unwrap();
        assert_eq!(told.url(), "https://host.example/share?hip-id=IN0710000001_1&counter-id=OPD1");
        assert_eq!(FacilityQr::at("share", &hip_id, "OPD1"), Err(FacilityQrError::Base));
    }

    /// Ruling 30.
    #[test]
    fn every_spelling_that_is_written_is_read_and_so_is_any_order() {
        let hip_id = HipId::new("IN0710000001").unwrap();
        let code = FacilityQr::new(&Environment::sandbox(), &hip_id, "OPD1").unwrap();
        let expected = ScannedFacility { hip_id: Some(hip_id), counter: Some("OPD1".to_owned()) };
        for spelling in [FacilityQrSpelling::Hyphens, FacilityQrSpelling::Joined] {
            let url = code.clone().spelt(spelling).url().to_owned();
            assert_eq!(ScannedFacility::read(&url), Some(expected.clone()), "{url}");
        }
        for url in [
            "https://host.example/share-profile?counter-id=OPD1&hip-id=IN0710000001",
            "phrsbx.abdm.gov.in/share-profile?counterId=OPD1&x=y&HIPID=IN0710000001",
            " https://host.example/other?hipid=IN0710000001&counter-id=OPD1 ",
        ] {
            assert_eq!(ScannedFacility::read(url), Some(expected.clone()), "{url}");
        }
        let bare = ScannedFacility::read("https://host.example/share-profile/?hip-id=!").unwrap();
        assert_eq!((bare.hip_id, bare.counter), (None, None));
        for other in ["", "OPD1", "https://host.example/?counter-id=OPD1", "https://host.example/"]
        {
            assert_eq!(ScannedFacility::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_counter_has_a_code_of_its_own() {
        let hip_id = HipId::new("IN0710000001").unwrap();
        let sandbox = Environment::sandbox();
        for wrong in ["", " ", "OPD 1", "OPD-1", "in0710000001", "123456789012345678901"] {
            let outcome = FacilityQr::new(&sandbox, &hip_id, wrong);
            assert!(matches!(outcome, Err(FacilityQrError::Counter(_))), "{wrong}");
        }
        assert!(FacilityQr::new(&sandbox, &hip_id, "12345678901234567890").is_ok());
    }
}
