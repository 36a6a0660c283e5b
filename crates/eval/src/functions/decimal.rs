//! Numbers as decimal digits.

use num_bigint::{BigInt, BigUint};

use crate::Number;

/// The number `0.digits` times ten to the power of `point`, without zeros at either end of the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) negative: bool,
    /// Empty for zero.
    pub(super) digits: String,
    pub(super) point: i64,
}

impl Decimal {
    pub(super) fn zero(negative: bool) -> Self {
        Self { negative, digits: String::new(), point: 0 }
    }

    /// The fewest digits that say which number it is; nothing for an infinity.
    pub(super) fn shortest(number: &Number) -> Option<Self> {
        Self::read(&number.to_string())
    }

    /// All digits of the number, which is a binary one; nothing for an infinity.
    pub(super) fn exact(number: &Number) -> Option<Self> {
        let (multiple, power) = whole_multiple(number)?;
        let scaled = multiple.magnitude() * BigUint::from(5_u8).pow(power);
        let digits = scaled.to_string();
        if scaled == BigUint::ZERO {
            return Self::shortest(number);
        }
        let point = i64::try_from(digits.len()).ok()? - i64::from(power);
        let digits = digits.trim_end_matches('0').to_owned();
        Some(Self { negative: number.is_negative(), digits, point })
    }

    /// Reads `-12.5`.
    fn read(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self::zero(negative));
        }
        let leading = i64::try_from(all.len() - digits.len()).ok()?;
        let point = i64::try_from(whole.len()).ok()? - leading;
        Some(Self { negative, digits: digits.trim_end_matches('0').to_owned(), point })
    }

    /// The power of ten of the first digit.
    pub(super) fn exponent(&self) -> i64 {
        if self.digits.is_empty() { 0 } else { self.point.saturating_sub(1) }
    }

    /// Rounded to so many digits; what lies exactly between two goes to the even one.
    pub(super) fn rounded(&self, count: usize) -> Self {
        let Some((kept, dropped)) = self.digits.split_at_checked(count) else {
            return self.clone();
        };
        let odd = kept.bytes().next_back().is_some_and(|last| last % 2 == 1);
        let up = match dropped.bytes().next() {
            Some(b'5') if dropped.len() == 1 => odd,
            Some(first) => first >= b'5',
            None => false,
        };
        if !up {
            let digits = kept.trim_end_matches('0').to_owned();
            let point = if digits.is_empty() { 0 } else { self.point };
            return Self { negative: self.negative, digits, point };
        }
        let mut digits = kept.trim_end_matches('9').to_owned();
        let mut point = self.point;
        let next = digits.pop().map(u32::from).and_then(|last| char::from_u32(last + 1));
        if next.is_none() {
            point = point.saturating_add(1);
        }
        digits.push(next.unwrap_or('1'));
        Self { negative: self.negative, digits, point }
    }
}

/// The number times a power of two that makes it whole, and that power.
fn whole_multiple(number: &Number) -> Option<(BigInt, u32)> {
    let step = Number::from_bigint(&(BigInt::from(1) << STEP))?;
    let mut multiple = number.clone();
    let mut power = 0;
    while !multiple.is_whole() {
        if number.is_infinite() || power > MAX_POWER {
            return None;
        }
        multiple = multiple.multiply(&step).ok()?;
        power += STEP;
    }
    Some((multiple.to_bigint()?, power))
}

/// Numbers have 512 bits, so that one or two steps make most of them whole.
const STEP: u32 = 512;
/// Numbers are never that small.
const MAX_POWER: u32 = 1 << 18;
