//! Networks, such as those of trusted proxies.

use super::Wrong;
use std::net::IpAddr;

/// A network such as 10.0.0.0/8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads a network.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let wrong = || Wrong::NotANetwork(text.trim().to_owned());
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }

    /// Whether an address is in this network.
    pub fn contains(self, address: IpAddr) -> bool {
        fn bits_of(address: IpAddr) -> (u128, u8) {
            match address {
                IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
                IpAddr::V6(address) => (address.to_bits(), 128),
            }
        }
        let ((own, own_size), (other, other_size)) = (bits_of(self.address), bits_of(address.to_canonical()));
        own_size == other_size && (self.bits == 0 || (own ^ other) >> (128 - u32::from(self.bits)) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(network.contains("10.1.2.3".parse().unwrap()) && !network.contains("10.2.0.0".parse().unwrap()));
        assert!(Network::parse("::1").unwrap().contains("::1".parse().unwrap()));
        assert!(Network::parse("10.0.0.0/40").is_err());
    }
}
