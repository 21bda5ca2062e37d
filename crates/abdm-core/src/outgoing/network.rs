//! A network, as it is written: `10.20.0.0/16`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses in the form `address/bits`, or one address.
///
/// ```
/// use abdm_core::outgoing::Network;
/// let network: Network = "10.20.0.0/16".parse()?;
/// assert!(network.contains("10.20.255.1".parse()?) && !network.contains("10.21.0.1".parse()?));
/// assert!("10.20.0.1/16".parse::<Network>().is_err(), "the bits behind the 16th must be 0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether the address lies in it. An IPv4-mapped address is the IPv4 address in it.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                begin_alike(first.to_bits().into(), ip.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => {
                begin_alike(first.to_bits(), ip.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }
}

/// Whether the first `bits` of `width` are the same.
const fn begin_alike(a: u128, b: u128, width: u32, bits: u8) -> bool {
    let behind = width.saturating_sub(bits as u32);
    match (a ^ b).checked_shr(behind) {
        Some(difference) => difference == 0,
        None => true,
    }
}

impl From<IpAddr> for Network {
    fn from(ip: IpAddr) -> Self {
        let first = ip.to_canonical();
        Self { first, bits: if first.is_ipv4() { 32 } else { 128 } }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let Some((address, bits)) = text.trim().split_once('/') else {
            return text.trim().parse::<IpAddr>().map(Self::from).map_err(|_| NotANetwork);
        };
        let first: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let (width, value) = match first {
            IpAddr::V4(ip) => (32, u128::from(ip.to_bits())),
            IpAddr::V6(ip) => (128, ip.to_bits()),
        };
        let bits: u8 = bits.parse().map_err(|_| NotANetwork)?;
        let behind = width_behind(width, bits).ok_or(NotANetwork)?;
        if value.trailing_zeros() < behind {
            return Err(NotANetwork);
        }
        Ok(Self { first, bits })
    }
}

/// How many bits stand behind the first `bits`.
fn width_behind(width: u32, bits: u8) -> Option<u32> {
    width.checked_sub(bits.into())
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// A text is no network.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a network is written as its first address and the number of bits that are fixed, like \
     10.20.0.0/16 or fd00:1::/32, or as one address"
)]
pub struct NotANetwork;

crate::error::debug_in_words!(NotANetwork);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_lies_in_a_network_when_the_fixed_bits_are_the_same() {
        for (network, inside, outside) in [
            ("10.20.0.0/16", "10.20.255.255", "10.21.0.0"),
            ("10.20.30.40", "10.20.30.40", "10.20.30.41"),
            ("10.20.30.40/32", "::ffff:10.20.30.40", "::10.20.30.40"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("fd00:1::/32", "fd00:1:ffff::1", "fd00:2::1"),
            ("::/0", "ffff::1", "1.1.1.1"),
            ("::1", "::1", "127.0.0.1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{inside} in {network}");
            assert!(!network.contains(outside.parse().unwrap()), "{outside} in {network}");
        }
    }

    #[test]
    fn a_text_that_is_no_network_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0/8", "::/129", "a/8"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
