//! Where records may be sent.

use std::net::{Ipv4Addr, Ipv6Addr};

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
            let inside = |suffix: &&str| {
                name.strip_suffix(*suffix)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            name.contains('.') && !INSIDE.iter().any(inside)
        }
        Some(Host::Ipv4(ip)) => is_public_v4(ip),
        Some(Host::Ipv6(ip)) => is_public_v6(ip),
    };
    url.scheme() == "https" && public && url.username().is_empty() && url.password().is_none()
}

/// Ends of names that are somewhere inside: of this machine, of its network, or of the cloud it
/// runs in (`metadata.google.internal`).
const INSIDE: [&str; 6] =
    ["localhost", "local", "localdomain", "internal", "intranet", "home.arpa"];

fn is_public_v4(ip: Ipv4Addr) -> bool {
    match ip.octets() {
        // "This network", private, loopback, link-local with the clouds' metadata.
        [0 | 10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..] => false,
        // Shared by a provider's customers; protocol assignments; benchmarks.
        [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18 | 19, ..] => false,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => false,
        _ => true,
    }
}

/// Global unicast (2000::/3) only. That leaves out loopback, private, link-local and multicast, and
/// the ways to write an IPv4 address: mapped, compatible (`::a.b.c.d`) and NAT64 (`64:ff9b::/96`).
/// Out of it, Teredo and 6to4 embed one, too.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
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
            "https://[2606:4700:4700::1111]/push",
            "https://local.example.org/push",
            "https://hiu.mylocal/push",
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
            "https://[::10.0.0.1]/push",
            "https://[64:ff9b::a00:1]/push",
            "https://[64:ff9b::169.254.169.254]/push",
            "https://[2002:a00:1::]/push",
            "https://[2001:0:a00:1::]/push",
            "https://[ff02::1]/push",
            "https://[fe80::1]/push",
            "https://[::]/push",
            "https://0.0.0.0/push",
            "https://0.1.2.3/push",
            "https://100.127.255.255/push",
            "https://172.31.0.1/push",
            "https://192.0.0.8/push",
            "https://198.19.0.1/push",
            "https://224.0.0.1/push",
            "https://240.0.0.1/push",
            "https://255.255.255.255/push",
            "https://metadata.google.internal/computeMetadata/v1",
            "https://METADATA.google.internal./computeMetadata/v1",
            "https://db.clinic.internal/push",
            "https://printer.local/push",
            "https://app.localhost/push",
            "https://nas.home.arpa/push",
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
