//! From a name to the addresses that may be dialled.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{OutgoingRules, RefusedDestination};

/// Finds the addresses of a name.
#[async_trait]
pub trait Lookup: Debug + Send + Sync + 'static {
    /// All addresses of this host, the best one first.
    ///
    /// # Errors
    /// When there are none, or the question cannot be answered now. The call is then tried again
    /// as any that found no connection.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// What the HTTP client asks for addresses: it never sees one that the rules refuse, and looks
/// nothing up by itself.
#[derive(Debug, Clone)]
pub(super) struct GuardedLookup {
    pub(super) rules: Arc<OutgoingRules>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl GuardedLookup {
    /// The addresses of a host that may be dialled. Of a name that leads inside and outside the
    /// others are left, since a network with NAT64 adds such addresses to every name.
    async fn passed(&self, host: &str) -> Result<Vec<SocketAddr>, BoxError> {
        let found = self.lookup.addresses(host).await?;
        let mut passed = Vec::new();
        let mut refused = None;
        for ip in found {
            match self.rules.check_address(host, ip) {
                // The port is the URL's.
                Ok(()) => passed.push(SocketAddr::new(ip, 0)),
                Err(kind) => {
                    refused.get_or_insert(kind);
                }
            }
        }
        match refused {
            Some(kind) if passed.is_empty() => {
                Err(RefusedDestination::LeadsTo { host: host.to_owned(), kind }.into())
            }
            _ if passed.is_empty() => Err("the name has no address".into()),
            _ => Ok(passed),
        }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Resolve for GuardedLookup {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let addresses: Addrs = Box::new(this.passed(name.as_str()).await?.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::outgoing::AddressKind;

    /// Answers each question with the next of these, the last one for ever.
    #[derive(Debug)]
    struct Scripted(Mutex<Vec<Vec<&'static str>>>);

    #[async_trait]
    impl Lookup for Scripted {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let mut answers = self.0.lock().unwrap();
            let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Ok(answer.into_iter().map(|ip| ip.parse().unwrap()).collect())
        }
    }

    fn guarded(rules: OutgoingRules, answers: Vec<Vec<&'static str>>) -> GuardedLookup {
        GuardedLookup { rules: Arc::new(rules), lookup: Arc::new(Scripted(Mutex::new(answers))) }
    }

    async fn asked(guarded: &GuardedLookup) -> Result<Vec<String>, BoxError> {
        let name: Name = "hiu.example.org".parse().unwrap();
        let found = guarded.resolve(name).await?;
        Ok(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn a_name_of_public_addresses_is_dialled_at_these_alone() {
        let guarded = guarded(OutgoingRules::new(), vec![vec!["8.8.8.8", "2606:4700::1"]]);
        assert_eq!(asked(&guarded).await.unwrap(), ["8.8.8.8", "2606:4700::1"]);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_by_its_name_and_what_it_leads_to() {
        for (ip, kind) in [
            ("127.0.0.1", AddressKind::Loopback),
            ("::ffff:10.0.0.1", AddressKind::Private),
            ("169.254.169.254", AddressKind::LinkLocal),
            ("64:ff9b::8.8.8.8", AddressKind::Translated),
        ] {
            let guarded = guarded(OutgoingRules::new(), vec![vec![ip]]);
            let error = asked(&guarded).await.unwrap_err();
            let refused = error.downcast_ref::<RefusedDestination>().unwrap();
            let host = "hiu.example.org".to_owned();
            assert_eq!(*refused, RefusedDestination::LeadsTo { host, kind }, "{ip}");
        }
    }

    #[tokio::test]
    async fn of_a_name_that_leads_inside_and_outside_only_what_lies_outside_is_dialled() {
        let both = vec!["64:ff9b::8.8.8.8", "10.0.0.1", "8.8.8.8"];
        let guarded = guarded(OutgoingRules::new(), vec![both]);
        assert_eq!(asked(&guarded).await.unwrap(), ["8.8.8.8"]);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_dialled_where_its_network_or_name_is_allowed() {
        let network = OutgoingRules::new().allow_network("10.0.0.0/8".parse().unwrap());
        for rules in [network, OutgoingRules::new().allow_host("hiu.example.org")] {
            let guarded = guarded(rules, vec![vec!["10.0.0.1"]]);
            assert_eq!(asked(&guarded).await.unwrap(), ["10.0.0.1"]);
        }
    }

    #[tokio::test]
    async fn a_name_that_changes_where_it_leads_is_judged_each_time_it_is_resolved() {
        let answers = vec![vec!["8.8.8.8"], vec!["10.0.0.1"]];
        let guarded = guarded(OutgoingRules::new(), answers);
        assert_eq!(asked(&guarded).await.unwrap(), ["8.8.8.8"]);
        assert!(asked(&guarded).await.is_err());
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_not_refused_for_good() {
        let error = asked(&guarded(OutgoingRules::new(), vec![vec![]])).await.unwrap_err();
        assert!(error.downcast_ref::<RefusedDestination>().is_none());
    }
}
