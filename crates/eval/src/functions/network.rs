//! Address ranges as Terraform reads and writes them.

use std::fmt;

/// An address range. An IPv4 address written as IPv6 (`::ffff:10.0.0.0/104`) keeps its 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    /// Its first address.
    pub(super) address: u128,
    /// 32 or 128.
    pub(super) bits: u32,
    /// How many bits of the address are the prefix.
    pub(super) length: u32,
}

/// A number of that many low bits, all set.
pub(super) fn ones(bits: u32) -> u128 {
    u128::MAX.checked_shr(128_u32.saturating_sub(bits)).unwrap_or(0)
}

impl Network {
    /// Reads `10.0.0.0/8`. Leading zeros are decimal, and bits behind the prefix are dropped.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, bits) = match parse_v4(address) {
            Some(address) => (u128::from(address), 32),
            None => (parse_v6(address)?, 128),
        };
        let length = decimal(length, bits)?;
        let network = Self { address, bits, length };
        Some(Self { address: address & network.mask(), ..network })
    }

    pub(super) fn mask(&self) -> u128 {
        ones(self.bits) & !ones(self.bits - self.length.min(self.bits))
    }

    /// Its last address.
    pub(super) fn last(&self) -> u128 {
        self.address | (ones(self.bits) & !self.mask())
    }

    /// Whether the address is one of IPv4, however it was written.
    pub(super) fn is_v4(&self) -> bool {
        is_v4(self.address, self.bits)
    }

    fn contains(&self, address: u128) -> bool {
        address & self.mask() == self.address
    }

    /// The first subnet of that length which starts behind the address `last`.
    pub(super) fn subnet_after(&self, last: u128, length: u32) -> Option<Self> {
        let aligned = Self { address: last, bits: self.bits, length }.last();
        let next = aligned.checked_add(1).filter(|next| *next <= ones(self.bits))?;
        // Terraform takes the IPv4 addresses within IPv6 for a turn from the last address to the first.
        if self.bits == 128 && (is_v4(next, 128) || is_v4(aligned, 128)) {
            return None;
        }
        // It starts before the network and takes 0.0.0.0 for a turn as well: so no subnets there.
        (next != 0 && self.contains(next)).then_some(Self {
            address: next,
            bits: self.bits,
            length,
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length =
            if self.is_v4() { self.length.saturating_sub(self.bits - 32) } else { self.length };
        write!(out, "{}/{length}", show(self.address, self.bits))
    }
}

fn is_v4(address: u128, bits: u32) -> bool {
    bits == 32 || address >> 32 == 0xffff
}

/// An address as text.
pub(super) fn show(address: u128, bits: u32) -> String {
    if is_v4(address, bits) {
        let octet = |shift: u32| (address >> shift) & 0xff;
        return format!("{}.{}.{}.{}", octet(24), octet(16), octet(8), octet(0));
    }
    let groups: Vec<String> =
        (0..8).rev().map(|place| format!("{:x}", (address >> (16 * place)) & 0xffff)).collect();
    let Some((start, end)) = longest_zeros(&groups) else {
        return groups.join(":");
    };
    let part = |range: Option<&[String]>| range.unwrap_or_default().join(":");
    format!("{}::{}", part(groups.get(..start)), part(groups.get(end..)))
}

/// The first of the longest runs of at least two zeros.
fn longest_zeros(groups: &[String]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut start = 0;
    for (index, group) in groups.iter().enumerate() {
        if group != "0" {
            start = index + 1;
            continue;
        }
        let end = index + 1;
        if end - start >= 2 && best.is_none_or(|(from, to)| end - start > to - from) {
            best = Some((start, end));
        }
    }
    best
}

/// Decimal digits, leading zeros included, of a number up to `max`.
fn decimal(text: &str, max: u32) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.trim_start_matches('0');
    let number = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    (number <= max).then_some(number)
}

fn parse_v4(text: &str) -> Option<u32> {
    let mut octets = text.split('.');
    let mut address = 0;
    for _ in 0..4 {
        address = address << 8 | decimal(octets.next()?, 255)?;
    }
    octets.next().is_none().then_some(address)
}

fn parse_v6(text: &str) -> Option<u128> {
    let mut groups: Vec<u32> = Vec::new();
    let mut gap = None;
    let mut rest = text;
    if let Some(behind) = rest.strip_prefix("::") {
        gap = Some(0);
        rest = behind;
    }
    while groups.len() < 8 && !(rest.is_empty() && gap == Some(groups.len())) {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (head, tail) = rest.split_at_checked(digits)?;
        let group = u32::from_str_radix(head, 16).ok().filter(|group| *group <= 0xffff)?;
        if tail.starts_with('.') {
            if groups.len() > 6 || (gap.is_none() && groups.len() != 6) {
                return None;
            }
            let address = parse_v4(rest)?;
            groups.extend([address >> 16, address & 0xffff]);
            rest = "";
            break;
        }
        groups.push(group);
        rest = tail;
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(':').filter(|rest| !rest.is_empty())?;
        if let Some(behind) = rest.strip_prefix(':') {
            if gap.replace(groups.len()).is_some() {
                return None;
            }
            rest = behind;
        }
    }
    if !rest.is_empty() {
        return None;
    }
    // A gap stands for at least one group.
    let missing = 8_usize.checked_sub(groups.len())?;
    match (gap, missing) {
        (None, 0) => {}
        (Some(at), 1..) => {
            groups.splice(at..at, std::iter::repeat_n(0, missing));
        }
        (None, _) | (Some(_), 0) => return None,
    }
    Some(groups.into_iter().fold(0, |address, group| address << 16 | u128::from(group)))
}
