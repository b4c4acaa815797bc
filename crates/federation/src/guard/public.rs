//! Which addresses are on the internet, rather than inside somebody's network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True if an address is anyone's to ask: not of this machine, a private network, a link, a
/// group, nor reserved (IANA's registries of special-purpose addresses, RFC 6890 and later).
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers; for protocols; for benchmarks; the old relay of 6to4.
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || (a, b, c) == (192, 88, 99);
    !is_special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // An IPv4 address within: of translators, and of 6to4.
    let [.., third, fourth] = ip.octets();
    let octets = ip.octets();
    if (first, second) == (0x64, 0xff9b) {
        let inner = Ipv4Addr::new(octets[12], octets[13], third, fourth);
        return octets[4..12] == [0; 8] && is_public_v4(inner);
    }
    if first == 0x2002 {
        return is_public_v4(Ipv4Addr::new(octets[2], octets[3], octets[4], octets[5]));
    }
    let is_special = ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_multicast()
        || first & 0xfe00 == 0xfc00
        || first & 0xffc0 == 0xfe80
        || (first == 0x2001 && second < 0x200)
        || (first, second) == (0x2001, 0xdb8);
    // What is given out at all begins with 001.
    !is_special && first & 0xe000 == 0x2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_internet_are_public() {
        for ip in ["1.1.1.1", "81.2.69.142", "100.128.0.1", "172.32.0.1", "2a00:1450:4009::1"] {
            assert!(is_public(ip.parse().expect("an address")), "{ip}");
        }
        let inside = [
            "0.0.0.0",
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1:7f00:0:100:808:808",
            "2002:7f00:1::",
            "2001:db8::1",
            "4000::1",
        ];
        for ip in inside {
            assert!(!is_public(ip.parse().expect("an address")), "{ip}");
        }
    }
}
