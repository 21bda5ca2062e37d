//! Where ABDM is: the hosts of one environment, and the values that must go with them.
//!
//! Host, `X-CM-ID` and credentials belong together; mixing sandbox and production values gives 401,
//! ABDM-2403 or ABDM-1035 (gateway.md 1). So they live in one value.

use url::Url;

use crate::id::{CmId, IdError};

/// A family of endpoints that shares a base URL, and with it an RSA key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Session, bridge, linking, consent, data flow: paths begin with `/api/hiecm/`.
    Gateway,
    /// ABHA numbers: enrolment, login, profile.
    Abha,
    /// ABHA-address verification by a facility (`/v3/phr/web`).
    AbhaAddressWeb,
    /// Calls of PHR apps (`/v3/phr/app`).
    PhrApp,
    /// HFR and HPR registries, bridge linkage.
    Registry,
    /// Callbacks: ABDM calls the integrator's bridge URL.
    Bridge,
    /// Straight from HIP to HIU, at the URL that the HIU gave.
    DataPush,
}

impl Family {
    /// The path that stands before the endpoint's own path on the live sandbox hosts. A server that
    /// plays every family on one host serves each below this prefix.
    #[must_use]
    pub const fn live_prefix(self) -> &'static str {
        match self {
            Self::Gateway | Self::Bridge | Self::DataPush => "",
            Self::Abha => "/abha/api",
            Self::AbhaAddressWeb => "/abha/api/v3/phr/web",
            Self::PhrApp => "/abha/api/v3/phr/app",
            Self::Registry => "/v4/int",
        }
    }

    /// The name used in metrics, tables and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Abha => "abha",
            Self::AbhaAddressWeb => "abha-address-web",
            Self::PhrApp => "phr-app",
            Self::Registry => "registry",
            Self::Bridge => "bridge",
            Self::DataPush => "data-push",
        }
    }
}

/// One ABDM environment.
///
/// ```
/// use abdm_core::environment::{Environment, Family};
/// let sandbox = Environment::sandbox();
/// assert_eq!(sandbox.cm_id().as_str(), "sbx");
/// assert_eq!(sandbox.base(Family::Abha).as_str(), "https://abhasbx.abdm.gov.in/abha/api");
/// ```
#[derive(Debug, Clone)]
pub struct Environment {
    name: &'static str,
    cm_id: CmId,
    address_suffix: &'static str,
    gateway: Url,
    abha: Url,
    abha_address_web: Url,
    phr_app: Url,
    registry: Url,
    issuers: Vec<String>,
    allow_http: bool,
    /// Whether NHA, or whoever made this, has told where the registries are.
    knows_registry: bool,
}

impl Environment {
    /// NHA's sandbox (m1-abha.md 1, gateway.md 1).
    #[must_use]
    pub fn sandbox() -> Self {
        Self {
            name: "sandbox",
            cm_id: known_cm_id("sbx"),
            address_suffix: "sbx",
            gateway: known_url("https://dev.abdm.gov.in"),
            abha: known_url("https://abhasbx.abdm.gov.in/abha/api"),
            abha_address_web: known_url("https://abhasbx.abdm.gov.in/abha/api/v3/phr/web"),
            phr_app: known_url("https://abhasbx.abdm.gov.in/abha/api/v3/phr/app"),
            registry: known_url("https://apihspsbx.abdm.gov.in/v4/int"),
            issuers: vec![
                "https://dev.abdm.gov.in/auth/realms/central-registry".to_owned(),
                "https://dev.ndhm.gov.in/auth/realms/central-registry".to_owned(),
            ],
            allow_http: false,
            knows_registry: true,
        }
    }

    /// Production. The prefixes differ from the sandbox: on the web and app families the version
    /// stands at the end. Unconfirmed by NHA, so override them when your onboarding letter says
    /// otherwise: the PHR-app base (two documents differ, the PHR environment file is used here)
    /// and the callback issuer. Where the registries are is known from a third party only: they are
    /// not called until [`with_base`](Self::with_base) says where
    /// ([`knows`](Self::knows), registries.md).
    #[must_use]
    pub fn production() -> Self {
        Self {
            name: "production",
            cm_id: known_cm_id("abdm"),
            address_suffix: "abdm",
            gateway: known_url("https://apis.abdm.gov.in"),
            abha: known_url("https://abha.abdm.gov.in/api/abha"),
            abha_address_web: known_url("https://phr.abdm.gov.in/api/phr/web/v3"),
            phr_app: known_url("https://apis.abdm.gov.in/phr/api/phr/app/v3"),
            registry: known_url("https://apinhpr.abdm.gov.in"),
            issuers: vec!["https://apis.abdm.gov.in/auth/realms/central-registry".to_owned()],
            allow_http: false,
            knows_registry: false,
        }
    }

    /// One host that serves every family below its live path prefix, as `abdm-sandbox` does. It
    /// takes the sandbox's `X-CM-ID` and address suffix. Plain `http` is allowed for a loopback
    /// host.
    ///
    /// # Errors
    /// When the text is not an absolute `https` URL, or an `http` one whose host is not loopback.
    pub fn at(base_url: &str) -> Result<Self, EnvironmentError> {
        let base = parse_base(base_url)?;
        let below = |family: Family| -> Result<Url, EnvironmentError> {
            let root = base.as_str().trim_end_matches('/');
            Url::parse(&format!("{root}{}", family.live_prefix()))
                .map_err(|_| EnvironmentError::NotAUrl)
        };
        let issuer =
            format!("{}/auth/realms/central-registry", base.as_str().trim_end_matches('/'));
        let mut issuers = Self::sandbox().issuers;
        issuers.insert(0, issuer);
        Ok(Self {
            name: "custom",
            gateway: below(Family::Gateway)?,
            abha: below(Family::Abha)?,
            abha_address_web: below(Family::AbhaAddressWeb)?,
            phr_app: below(Family::PhrApp)?,
            registry: below(Family::Registry)?,
            issuers,
            allow_http: base.scheme() == "http",
            ..Self::sandbox()
        })
    }

    /// The same environment with another base URL for one family.
    ///
    /// # Errors
    /// As [`at`](Self::at); and for the two families whose base is not ABDM's to give.
    pub fn with_base(mut self, family: Family, base_url: &str) -> Result<Self, EnvironmentError> {
        let url = parse_base(base_url)?;
        self.allow_http |= url.scheme() == "http";
        let slot = match family {
            Family::Gateway => &mut self.gateway,
            Family::Abha => &mut self.abha,
            Family::AbhaAddressWeb => &mut self.abha_address_web,
            Family::PhrApp => &mut self.phr_app,
            Family::Registry => &mut self.registry,
            Family::Bridge | Family::DataPush => return Err(EnvironmentError::NotOurs(family)),
        };
        *slot = url;
        self.knows_registry |= family == Family::Registry;
        self.name = "custom";
        Ok(self)
    }

    /// The same environment with another consent manager id.
    #[must_use]
    pub fn with_cm_id(mut self, cm_id: CmId) -> Self {
        self.cm_id = cm_id;
        self
    }

    /// The same environment with other accepted issuers of callback tokens.
    #[must_use]
    pub fn with_issuers(mut self, issuers: Vec<String>) -> Self {
        self.issuers = issuers;
        self
    }

    /// Whether it is ABDM's production, whatever its hosts: the `X-CM-ID` is production's.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.cm_id == *Self::production().cm_id()
    }

    /// `sandbox`, `production` or `custom`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value of `X-CM-ID`.
    #[must_use]
    pub const fn cm_id(&self) -> &CmId {
        &self.cm_id
    }

    /// What stands after the `@` of an ABHA address here: `sbx` or `abdm`.
    #[must_use]
    pub const fn address_suffix(&self) -> &'static str {
        self.address_suffix
    }

    /// The issuers whose callback tokens are accepted.
    #[must_use]
    pub fn issuers(&self) -> &[String] {
        &self.issuers
    }

    /// Whether plain `http` may be used: only where a loopback base URL was given.
    #[must_use]
    pub const fn allows_http(&self) -> bool {
        self.allow_http
    }

    /// Whether the base URL of a family is known. In [`production`](Self::production) that of the
    /// registries is a third party's word until it is given by [`with_base`](Self::with_base).
    #[must_use]
    pub const fn knows(&self, family: Family) -> bool {
        !matches!(family, Family::Registry) || self.knows_registry
    }

    /// The base URL of a family. Callbacks and data pushes have none of ABDM's: the gateway's
    /// stands in for them.
    #[must_use]
    pub const fn base(&self, family: Family) -> &Url {
        match family {
            Family::Gateway | Family::Bridge | Family::DataPush => &self.gateway,
            Family::Abha => &self.abha,
            Family::AbhaAddressWeb => &self.abha_address_web,
            Family::PhrApp => &self.phr_app,
            Family::Registry => &self.registry,
        }
    }
}

/// Why an environment cannot be made.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// The text is not an absolute URL with a host.
    #[error("the base URL must be absolute, like https://dev.abdm.gov.in")]
    NotAUrl,
    /// Plain HTTP to another machine would show tokens and health data to the network.
    #[error("plain http is allowed for a loopback host (127.0.0.1, localhost) only: use https")]
    InsecureUrl,
    /// Callback and push bases are the integrator's own.
    #[error("the base URL of {0:?} is not part of an environment")]
    NotOurs(Family),
}

crate::error::debug_in_words!(EnvironmentError);

fn parse_base(text: &str) -> Result<Url, EnvironmentError> {
    let url =
        Url::parse(text.trim().trim_end_matches('/')).map_err(|_| EnvironmentError::NotAUrl)?;
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(EnvironmentError::InsecureUrl),
        _ => Err(EnvironmentError::NotAUrl),
    }
}

/// Whether a URL's host is this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[expect(clippy::expect_used, reason = "the literals above are checked by a test")]
fn known_url(literal: &'static str) -> Url {
    Url::parse(literal).expect("a literal URL")
}

#[expect(clippy::expect_used, reason = "the literals above are checked by a test")]
fn known_cm_id(literal: &'static str) -> CmId {
    let checked: Result<CmId, IdError> = CmId::new(literal);
    checked.expect("a literal id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_environments_can_be_made() {
        assert_eq!(
            Environment::sandbox().base(Family::Gateway).as_str(),
            "https://dev.abdm.gov.in/"
        );
        assert_eq!(Environment::production().cm_id().as_str(), "abdm");
    }

    #[test]
    fn where_the_registries_of_production_are_must_be_told() {
        let production = Environment::production();
        assert!(!production.knows(Family::Registry) && production.knows(Family::Gateway));
        let told = production.with_base(Family::Registry, "https://registry.example.org").unwrap();
        assert!(told.knows(Family::Registry));
        let elsewhere = Environment::production().with_base(Family::Abha, "https://a.example.org");
        assert!(!elsewhere.unwrap().knows(Family::Registry));
        assert!(Environment::sandbox().knows(Family::Registry));
        assert!(Environment::at("http://127.0.0.1:9000").unwrap().knows(Family::Registry));
    }

    #[test]
    fn one_host_serves_every_family_below_its_prefix() {
        let local = Environment::at("http://127.0.0.1:9000/").unwrap();
        assert_eq!(local.base(Family::Abha).as_str(), "http://127.0.0.1:9000/abha/api");
        assert_eq!(
            local.base(Family::AbhaAddressWeb).as_str(),
            "http://127.0.0.1:9000/abha/api/v3/phr/web"
        );
        assert!(local.allows_http());
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert_eq!(
            Environment::at("http://hospital.example.org").err(),
            Some(EnvironmentError::InsecureUrl)
        );
        assert_eq!(Environment::at("dev.abdm.gov.in").err(), Some(EnvironmentError::NotAUrl));
        let sandbox = Environment::sandbox().with_base(Family::Bridge, "https://a.example");
        assert_eq!(sandbox.err(), Some(EnvironmentError::NotOurs(Family::Bridge)));
    }
}
