//! Which addresses may be called.

use std::collections::BTreeSet;
use std::net::IpAddr;

use url::{Host, Url};

use super::{AddressKind, Network, RefusedDestination};
use crate::environment::is_loopback;

/// Ends of names that are somewhere inside: of this machine, of its network, or of the cloud it
/// runs in (`metadata.google.internal`).
const INSIDE: [&str; 6] =
    ["localhost", "local", "localdomain", "internal", "intranet", "home.arpa"];

/// Which of the addresses that other parties name may be called: `https` to the public internet,
/// and what is allowed beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct OutgoingRules {
    hosts: BTreeSet<String>,
    networks: Vec<Network>,
    loopback: bool,
    plain_http: bool,
    anywhere: bool,
}

impl OutgoingRules {
    /// The public internet alone, by `https`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every address, by `http` as well. For what plays ABDM on a developer's machine, and for
    /// nothing that has a patient's records or a network of its own.
    pub fn anywhere() -> Self {
        Self { anywhere: true, ..Self::default() }
    }

    /// And this host, whatever its name and wherever it leads: a neighbour in the same network.
    /// Compared without regard to case; `host` has no port, an IPv6 address no brackets.
    pub fn allow_host(mut self, host: &str) -> Self {
        self.hosts.insert(folded(host));
        self
    }

    /// And every address of this network, whichever name leads there.
    pub fn allow_network(mut self, network: Network) -> Self {
        self.networks.push(network);
        self
    }

    /// And plain `http` to what is allowed by name, or is an address of an allowed network: for
    /// neighbours whose traffic is protected otherwise. Never to the public internet.
    pub const fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// And this machine, where the URL itself says so (`127.0.0.1`, `[::1]`, `localhost`), by
    /// `http` as well. A client allows it by itself when its environment is one on this machine.
    pub const fn allow_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Whether a URL may be called, as far as its text tells. Where its name leads is seen when it
    /// is resolved: [`check_address`](Self::check_address).
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &str) -> Result<(), RefusedDestination> {
        self.check_url(&Url::parse(url).map_err(|_| RefusedDestination::NotAUrl)?)
    }

    /// The same of a URL that was read. Addresses in it are as the `url` crate normalises them:
    /// `0x7f.1` and `2130706433` are `127.0.0.1`.
    ///
    /// # Errors
    /// Why not.
    pub fn check_url(&self, url: &Url) -> Result<(), RefusedDestination> {
        let (Some(host), "https" | "http") = (url.host(), url.scheme()) else {
            return Err(match url.host_str() {
                Some(host) => not_https(host, url),
                None => RefusedDestination::NotAUrl,
            });
        };
        let shown = || plain(&host);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedDestination::Credentials { host: shown() });
        }
        if self.anywhere || (self.loopback && is_loopback(url)) {
            return Ok(());
        }
        let (named, in_network) = match &host {
            Host::Domain(name) => (self.allows_name(name), false),
            Host::Ipv4(ip) => (self.allows_name(&shown()), self.is_in_network((*ip).into())),
            Host::Ipv6(ip) => (self.allows_name(&shown()), self.is_in_network((*ip).into())),
        };
        if url.scheme() != "https" && !(self.plain_http && (named || in_network)) {
            return Err(not_https(&shown(), url));
        }
        if named || in_network {
            return Ok(());
        }
        let kind = match &host {
            Host::Domain(name) if is_inside(&folded(name)) => {
                return Err(RefusedDestination::LocalName { host: shown() });
            }
            Host::Domain(_) => None,
            Host::Ipv4(ip) => AddressKind::of((*ip).into()),
            Host::Ipv6(ip) => AddressKind::of((*ip).into()),
        };
        kind.map_or(Ok(()), |kind| Err(RefusedDestination::Address { host: shown(), kind }))
    }

    /// Whether this address may be dialled for a host: one of those that its name leads to, or the
    /// address that is its name.
    ///
    /// # Errors
    /// What it is that it may not be dialled.
    pub fn check_address(&self, host: &str, ip: IpAddr) -> Result<(), AddressKind> {
        let Some(kind) = AddressKind::of(ip) else {
            return Ok(());
        };
        let own = self.loopback && kind == AddressKind::Loopback && folded(host) == "localhost";
        if own || self.anywhere || self.allows_name(host) || self.is_in_network(ip) {
            return Ok(());
        }
        Err(kind)
    }

    fn allows_name(&self, host: &str) -> bool {
        self.hosts.contains(&folded(host))
    }

    fn is_in_network(&self, ip: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(ip))
    }
}

fn not_https(host: &str, url: &Url) -> RefusedDestination {
    RefusedDestination::NotHttps { host: host.to_owned(), scheme: url.scheme().to_owned() }
}

/// A host without the brackets of an IPv6 address.
fn plain(host: &Host<&str>) -> String {
    match host {
        Host::Domain(name) => (*name).to_owned(),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    }
}

/// As hosts are compared.
fn folded(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_inside(name: &str) -> bool {
    let ends_so = |suffix: &&str| {
        name.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !name.contains('.') || INSIDE.iter().any(ends_so)
}

#[cfg(test)]
mod tests;
