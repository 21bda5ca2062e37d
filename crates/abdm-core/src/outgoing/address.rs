//! Which addresses lie in the public internet, and what the others are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is that is not one of the public internet.
///
/// By the IANA registries of special-purpose addresses, and what clouds put beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AddressKind {
    /// `0.0.0.0/8`, `::`: this machine, or this network.
    #[error("an unspecified address")]
    Unspecified,
    /// `127.0.0.0/8`, `::1`: this machine.
    #[error("a loopback address")]
    Loopback,
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`, `fec0::/10`.
    #[error("an address of a private network")]
    Private,
    /// `169.254.0.0/16`, `fe80::/10`: also where clouds keep the metadata of a machine, with its
    /// credentials.
    #[error("a link-local address")]
    LinkLocal,
    /// `168.63.129.16`: where Azure serves each machine.
    #[error("an address of the cloud's own services")]
    CloudService,
    /// `100.64.0.0/10`: shared by the customers of a provider.
    #[error("an address of a provider's inner network")]
    Shared,
    /// `224.0.0.0/4`, `ff00::/8`.
    #[error("a multicast address")]
    Multicast,
    /// `255.255.255.255`.
    #[error("the broadcast address")]
    Broadcast,
    /// `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`, `3fff::/20`.
    #[error("an address for documentation")]
    Documentation,
    /// `198.18.0.0/15`, `2001:2::/48`.
    #[error("an address for benchmarks")]
    Benchmark,
    /// An IPv6 address that leads to an IPv4 address by a translator or a tunnel: `::/96`,
    /// `64:ff9b::/96` and `64:ff9b:1::/48` (NAT64), `2002::/16` and `192.88.99.0/24` (6to4),
    /// `2001::/32` (Teredo). Where it ends is not seen in it.
    #[error("an address of a translator or tunnel (NAT64, 6to4, Teredo)")]
    Translated,
    /// `192.0.0.0/24`, `240.0.0.0/4`, `2001::/23`, `5f00::/16`, and all of IPv6 that is not
    /// `2000::/3`.
    #[error("a reserved address")]
    Reserved,
}

impl AddressKind {
    /// What the address is; `None` of one in the public internet. An IPv4-mapped address
    /// (`::ffff:0:0/96`) is what the IPv4 address in it is.
    ///
    /// ```
    /// use abdm_core::outgoing::AddressKind;
    /// let kind = |ip: &str| AddressKind::of(ip.parse().expect("an address"));
    /// assert_eq!(kind("::ffff:10.0.0.1"), Some(AddressKind::Private));
    /// assert_eq!(kind("2606:4700:4700::1111"), None);
    /// ```
    #[must_use]
    pub const fn of(ip: IpAddr) -> Option<Self> {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::of_v4(ip),
            IpAddr::V6(ip) => Self::of_v6(ip),
        }
    }

    const fn of_v4(ip: Ipv4Addr) -> Option<Self> {
        Some(match ip.octets() {
            [0, ..] => Self::Unspecified,
            [127, ..] => Self::Loopback,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Self::Private,
            [169, 254, ..] => Self::LinkLocal,
            [168, 63, 129, 16] => Self::CloudService,
            [100, 64..=127, ..] => Self::Shared,
            [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Self::Documentation,
            [198, 18 | 19, ..] => Self::Benchmark,
            [192, 88, 99, _] => Self::Translated,
            [192, 0, 0, _] => Self::Reserved,
            [224..=239, ..] => Self::Multicast,
            [255, 255, 255, 255] => Self::Broadcast,
            [240..=255, ..] => Self::Reserved,
            _ => return None,
        })
    }

    const fn of_v6(ip: Ipv6Addr) -> Option<Self> {
        Some(match ip.segments() {
            [0, 0, 0, 0, 0, 0, 0, 0] => Self::Unspecified,
            [0, 0, 0, 0, 0, 0, 0, 1] => Self::Loopback,
            [0, 0, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => {
                Self::Translated
            }
            [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Self::Private,
            [0xfe80..=0xfebf, ..] => Self::LinkLocal,
            [0xff00..=0xffff, ..] => Self::Multicast,
            [0x2001, 0, ..] | [0x2002, ..] => Self::Translated,
            [0x2001, 2, 0, ..] => Self::Benchmark,
            [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Self::Documentation,
            [0x2001, 0..=0x1ff, ..] => Self::Reserved,
            [0x2000..=0x3fff, ..] => return None,
            _ => Self::Reserved,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AddressKind::{self, *};

    #[test]
    fn addresses_of_the_public_internet_have_no_kind() {
        for ip in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.88.100.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "198.51.101.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2000::1",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "2003::1",
            "2400:cb00::1",
            "2606:4700:4700::1111",
            "3fff:1000::1",
        ] {
            assert_eq!(AddressKind::of(ip.parse().unwrap()), None, "{ip}");
        }
    }

    #[test]
    fn addresses_that_are_not_of_the_public_internet_have_their_kind() {
        for (kind, addresses) in [
            (Unspecified, &["0.0.0.0", "0.1.2.3", "0.255.255.255", "::", "::ffff:0.0.0.0"][..]),
            (Loopback, &["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"]),
            (Private, &["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"]),
            (Private, &["192.168.0.0", "192.168.255.255", "::ffff:192.168.0.7"]),
            (Private, &["fc00::", "fd00:ec2::254", "fdff::1", "fec0::", "feff::1"]),
            (LinkLocal, &["169.254.0.0", "169.254.169.254", "169.254.255.255"]),
            (LinkLocal, &["fe80::1", "febf::1", "::ffff:169.254.169.254"]),
            (CloudService, &["168.63.129.16", "::ffff:168.63.129.16"]),
            (Shared, &["100.64.0.0", "100.100.100.200", "100.127.255.255"]),
            (Multicast, &["224.0.0.0", "239.255.255.255", "ff00::", "ff02::1", "ffff::1"]),
            (Broadcast, &["255.255.255.255"]),
            (Documentation, &["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"]),
            (Documentation, &["2001:db8:ffff::1", "3fff::1", "3fff:fff::1"]),
            (Benchmark, &["198.18.0.0", "198.19.255.255", "2001:2::1"]),
            (Translated, &["192.88.99.1", "::2", "::10.0.0.1", "::8.8.8.8", "::255.255.255.255"]),
            (Translated, &["64:ff9b::8.8.8.8", "64:ff9b::169.254.169.254", "64:ff9b:1::1"]),
            (Translated, &["64:ff9b:1:ffff::1", "2002::1", "2002:a00:1::", "2002:ffff::1"]),
            (Translated, &["2001::1", "2001:0:a00:1::", "2001:0:ffff::1"]),
            (Reserved, &["192.0.0.0", "192.0.0.192", "240.0.0.0", "255.255.255.254"]),
            (Reserved, &["2001:1::1", "2001:2:1::1", "2001:10::1", "2001:1ff::1", "5f00::1"]),
            (Reserved, &["::ffff:0:10.0.0.1", "100::1", "64:ff9b:2::1", "1fff::1", "4000::1"]),
            (Reserved, &["fbff::1", "fe00::1", "fe7f::1"]),
        ] {
            for ip in addresses {
                assert_eq!(AddressKind::of(ip.parse().unwrap()), Some(kind), "{ip}");
            }
        }
    }
}
