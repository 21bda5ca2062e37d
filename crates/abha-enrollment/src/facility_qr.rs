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

/// The parameter of the facility, as this crate writes it (rulings.md 30).
pub(crate) const HIP_ID: &str = "hip-id";
/// The parameter of its counter.
pub(crate) const COUNTER_ID: &str = "counter-id";

/// The link of one counter, and the QR code that holds it.
///
/// ```
/// use abdm_core::environment::Environment;
/// use abdm_core::id::HipId;
/// use abha_enrollment::facility_qr::FacilityQr;
///
/// let hip_id = HipId::new("IN0710000001")?;
/// let counter = FacilityQr::new(&Environment::sandbox(), &hip_id, "OPD1")?;
/// assert_eq!(
///     counter.url(),
///     "https://phrsbx.abdm.gov.in/share-profile?hip-id=IN0710000001&counter-id=OPD1",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacilityQr {
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
        let counter = checked_counter(hip_id, counter)?;
        let values = [(HIP_ID, hip_id.as_str()), (COUNTER_ID, counter)];
        let url = Url::parse_with_params(base, values).map_err(|_| FacilityQrError::Base)?;
        Ok(Self { url })
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
