//! Links that the ABHA app opens. The host of each environment stands here, once.

use abdm_core::environment::Environment;

/// A page of the ABHA app's host.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AppPage {
    /// A face scan (m1-abha.md 6.4).
    FaceAuth,
    /// The sharing of a profile with a facility (m1-abha.md 12).
    ShareProfile,
}

impl AppPage {
    /// The page's path below its host.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::FaceAuth => "/face-auth",
            Self::ShareProfile => "/share-profile",
        }
    }

    /// The page's link in an environment. NHA has published the sandbox's only: production's host
    /// is unconfirmed, and a server that plays ABDM has no app.
    pub(crate) fn link(self, environment: &Environment) -> Option<String> {
        const SANDBOX: &str = "https://phrsbx.abdm.gov.in";
        (environment.name() == "sandbox").then(|| format!("{SANDBOX}{}", self.path()))
    }
}
