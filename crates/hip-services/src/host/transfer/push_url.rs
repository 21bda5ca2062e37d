//! Where records may be sent.

use abdm_core::environment::is_loopback;
use url::{Host, Url};

/// Whether records may be sent there: `https` and not obviously an address of this machine or
/// network, so that a forged request cannot make the hospital call its own systems. A loopback URL
/// passes where the environment is one on this machine.
pub(super) fn is_allowed(push_url: &str, on_this_machine: bool) -> bool {
    let Ok(url) = Url::parse(push_url) else {
        return false;
    };
    if on_this_machine && is_loopback(&url) {
        return matches!(url.scheme(), "http" | "https");
    }
    let public = match url.host() {
        None => false,
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name != "localhost" && !name.ends_with(".localhost") && name.contains('.')
        }
        Some(Host::Ipv4(ip)) => {
            let shared = ip.octets().first() == Some(&100) && (ip.octets()[1] & 0xc0) == 64;
            !(ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || shared)
        }
        Some(Host::Ipv6(ip)) => {
            ip.to_ipv4_mapped().is_none()
                && !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || ip.is_unique_local()
                    || ip.is_unicast_link_local())
        }
    };
    url.scheme() == "https" && public && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_go_to_public_https_hosts_only() {
        for url in [
            "https://hiu.example.org/data/push/ed486d33",
            "https://hiu.example.org:8443/push",
            "https://8.8.8.8/push",
        ] {
            assert!(is_allowed(url, false), "{url}");
        }
        for url in [
            "http://hiu.example.org/push",
            "https://localhost/push",
            "https://127.0.0.1/push",
            "https://10.1.2.3/push",
            "https://192.168.0.7/push",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/push",
            "https://[::1]/push",
            "https://[fd00::1]/push",
            "https://[::ffff:10.0.0.1]/push",
            "https://intranet/push",
            "https://user:word@hiu.example.org/push",
            "ftp://hiu.example.org/push",
            "",
        ] {
            assert!(!is_allowed(url, false), "{url}");
        }
        assert!(is_allowed("http://127.0.0.1:9100/push/1", true));
        assert!(!is_allowed("http://hiu.example.org/push", true));
    }
}
