//! Numbers from and to decimal text.

use num_bigint::BigUint;

use super::float::{Float, LIMIT};
use super::{Failure, Number, PARSED};

/// The longest text that is read as a number.
const LONGEST: usize = 1 << 16;

/// Reads what Go's `big.ParseFloat` reads at base 10: digits with a point, an exponent of ten (`e`) or of
/// two (`p`), and the infinities.
pub(super) fn parse(text: &str) -> Option<Number> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "Inf" || rest == "inf" {
        return Some(Number::infinity(negative));
    }
    if rest.len() > LONGEST {
        return None;
    }
    let (mantissa, exponent, binary) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, whole(exponent)?, false),
        None => match rest.split_once(['p', 'P']) {
            Some((mantissa, exponent)) => (mantissa, whole(exponent)?, true),
            None => (rest, 0, false),
        },
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> =
        before.bytes().chain(after.bytes()).map(|it| it.wrapping_sub(b'0')).collect();
    if digits.is_empty() || digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let mantissa = BigUint::from_radix_be(&digits, 10)?;
    let point = i64::try_from(after.len()).ok()?;
    let (fives, twos) = if binary {
        (-point, exponent.checked_sub(point)?)
    } else {
        let tens = exponent.checked_sub(point)?;
        (tens, tens)
    };
    scaled(negative, mantissa, fives, twos).ok().map(Number::from_float)
}

/// The digits of an exponent with its sign.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// `mantissa * 5^fives * 2^twos`, rounded as Go rounds: large powers of five are themselves rounded.
fn scaled(negative: bool, mantissa: BigUint, fives: i64, twos: i64) -> Result<Float, Failure> {
    if mantissa.bits() == 0 {
        return Float::rounded(negative, mantissa, 0, PARSED);
    }
    // Further than this no mantissa of a text of acceptable length can bring the number back.
    if fives.abs() > LIMIT * 2 || twos.abs() > LIMIT * 4 {
        return Err(Failure("a number of this size is more than the analysis takes"));
    }
    let bits = mantissa.bits().max(PARSED);
    let exact = Float { negative, mantissa, exponent: twos, precision: bits };
    match fives {
        0 => Float::rounded(negative, exact.mantissa, twos, PARSED),
        1.. => exact.multiply(&power_of_five(fives.unsigned_abs())?, PARSED),
        _ => exact.divide(&power_of_five(fives.unsigned_abs())?, PARSED),
    }
}

fn power_of_five(exponent: u64) -> Result<Float, Failure> {
    const TABLE: u64 = 27;
    const BITS: u64 = PARSED + 64;
    let small = u32::try_from(exponent.min(TABLE)).unwrap_or(0);
    let mut power = Float::rounded(false, BigUint::from(5_u8).pow(small), 0, BITS)?;
    let mut square = Float::rounded(false, BigUint::from(5_u8), 0, BITS + 64)?;
    let mut left = exponent.saturating_sub(TABLE);
    while left > 0 {
        if left & 1 == 1 {
            power = power.multiply(&square, BITS)?;
        }
        left >>= 1;
        if left > 0 {
            square = square.multiply(&square, BITS + 64)?;
        }
    }
    Ok(power)
}

/// Decimal digits, of which `point` stand before the decimal point; no trailing zeros.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// All digits of `mantissa * 2^exponent`.
    fn exact(mantissa: &BigUint, exponent: i64) -> Self {
        let power = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
        let scaled = if exponent >= 0 {
            mantissa << power
        } else {
            mantissa * BigUint::from(5_u8).pow(power)
        };
        let digits = scaled.to_radix_be(10);
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) + exponent.min(0);
        let mut exact = Self { digits, point };
        exact.trim();
        exact
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(0)
    }

    fn round_down(&mut self, keep: usize) {
        self.digits.truncate(keep);
        self.trim();
    }

    fn round_up(&mut self, keep: usize) {
        self.digits.truncate(keep);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(1);
            self.point += 1;
        }
    }

    fn round(&mut self, keep: usize) {
        let next = self.at(keep);
        let up = if next == 5 && keep + 1 == self.digits.len() {
            keep.checked_sub(1).is_some_and(|last| self.at(last) % 2 == 1)
        } else {
            next >= 5
        };
        if up { self.round_up(keep) } else { self.round_down(keep) }
    }
}

/// The fewest digits that still lie nearer to this number than to any other of its precision.
fn shortest(float: &Float) -> Digits {
    let mut digits = Digits::exact(&float.mantissa, float.exponent);
    if digits.digits.is_empty() {
        return digits;
    }
    // The number in units of half a step between neighbours.
    let up = (float.precision + 1).saturating_sub(float.mantissa.bits());
    let mantissa = &float.mantissa << up;
    let exponent = float.exponent - super::float::signed(up);
    let lower = Digits::exact(&(&mantissa - 1_u8), exponent);
    let upper = Digits::exact(&(&mantissa + 1_u8), exponent);
    let inclusive = !mantissa.bit(1);
    for index in 0..digits.digits.len() {
        let (low, digit, high) = (lower.at(index), digits.at(index), upper.at(index));
        let down_fits = low != digit || inclusive && index + 1 == lower.digits.len();
        let up_fits =
            digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
        match (down_fits, up_fits) {
            (true, true) => digits.round(index + 1),
            (true, false) => digits.round_down(index + 1),
            (false, true) => digits.round_up(index + 1),
            (false, false) => continue,
        }
        break;
    }
    digits
}

/// Plain decimal notation with as few digits as identify the number at its precision.
pub(super) fn print(float: &Float) -> String {
    let Digits { digits, point } = shortest(float);
    plain(float.negative, &digits, point)
}

/// Digits in plain decimal notation.
fn plain(negative: bool, digits: &[u8], point: i64) -> String {
    let digit = |it: &u8| char::from(b'0'.wrapping_add(*it));
    let mut text = String::new();
    if negative {
        text.push('-');
    }
    let before = usize::try_from(point).unwrap_or(0);
    if before == 0 {
        text.push('0');
    }
    text.extend(digits.iter().take(before).map(digit));
    text.extend(std::iter::repeat_n('0', before.saturating_sub(digits.len())));
    if digits.len() > before {
        text.push('.');
        let zeros = usize::try_from(point.min(0).unsigned_abs()).unwrap_or(0);
        text.extend(std::iter::repeat_n('0', zeros));
        text.extend(digits.iter().skip(before).map(digit));
    }
    text
}

/// Ten digits, with an exponent where that is shorter: the form in which Go sorts numbers as text.
pub(super) fn general(float: &Float) -> String {
    const PLACES: usize = 10;
    let mut exact = Digits::exact(&float.mantissa, float.exponent);
    if exact.digits.len() > PLACES {
        exact.round(PLACES);
    }
    let Digits { digits, point } = exact;
    let exponent = point - 1;
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let least = if count < 10 && count >= point { count } else { 10 };
    if digits.is_empty() || (-4..least).contains(&exponent) {
        return plain(float.negative, &digits, point);
    }
    let text = plain(float.negative, &digits, 1);
    let sign = if exponent < 0 { '-' } else { '+' };
    text + &format!("e{sign}{:02}", exponent.unsigned_abs())
}

/// The nearest number of double precision.
pub(super) fn to_f64(float: &Float) -> f64 {
    let Digits { digits, point } = Digits::exact(&float.mantissa, float.exponent);
    let text: String = digits.iter().map(|it| char::from(b'0'.wrapping_add(*it))).collect();
    let sign = if float.negative { "-" } else { "" };
    format!("{sign}0.{text}0e{point}").parse().unwrap_or(0.0)
}
