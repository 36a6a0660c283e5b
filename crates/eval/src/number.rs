//! Numbers as Terraform has them: binary floating point, of 512 bits where they are written out, rounded
//! half to even, and small whole numbers as the common case.

mod arithmetic;
mod decimal;
mod float;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint};

use float::Float;

/// The bits of a number that was written out.
const PARSED: u64 = 512;

/// The bits of a number that counts something.
const COUNTED: u64 = 64;

/// The bits of a number that was computed in double precision.
const DOUBLE: u64 = 53;

/// A number, or an infinity; there is no "not a number".
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// A whole number with its precision, which is at least [`COUNTED`].
    Small(i64, u64),
    /// What is not small.
    Large(Arc<Float>),
    /// An infinity, negative or not.
    Infinite(bool),
}

/// Why an operation has no result, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub &'static str);

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        failure.0.into()
    }
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small(0, COUNTED));

    /// An infinity.
    pub const fn infinity(negative: bool) -> Self {
        Self(Repr::Infinite(negative))
    }

    /// Reads decimal text as Terraform does (`1`, `-1.5`, `1e3`, `Inf`).
    pub fn parse(text: &str) -> Option<Self> {
        decimal::parse(text)
    }

    fn from_float(float: Float) -> Self {
        let small = || {
            if float.precision < COUNTED || !float.is_whole() || float.exponent >= 64 {
                return None;
            }
            if float.is_zero() && float.negative {
                return None;
            }
            i64::try_from(float.truncated()).ok()
        };
        match small() {
            Some(whole) => Self(Repr::Small(whole, float.precision)),
            None => Self(Repr::Large(Arc::new(float))),
        }
    }

    /// As a float, or whether it is the negative infinity.
    fn float(&self) -> Result<Arc<Float>, bool> {
        match &self.0 {
            Repr::Small(whole, precision) => {
                let exact = Float::whole(&BigInt::from(*whole), *precision);
                // A small number is never out of range.
                exact.map(Arc::new).map_err(|_| *whole < 0)
            }
            Repr::Large(float) => Ok(Arc::clone(float)),
            Repr::Infinite(negative) => Err(*negative),
        }
    }

    fn precision(&self) -> u64 {
        match &self.0 {
            Repr::Small(_, precision) => *precision,
            Repr::Large(float) => float.precision,
            Repr::Infinite(_) => COUNTED,
        }
    }

    /// A number of double precision; `None` for what is not a number.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::infinity(value < 0.0));
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match i64::try_from((bits >> 52) & 0x7ff).ok()? {
            0 => (fraction, -1074),
            biased => (fraction | (1 << 52), biased - 1075),
        };
        let negative = value.is_sign_negative();
        let float = Float::rounded(negative, BigUint::from(mantissa), exponent, DOUBLE).ok()?;
        Some(Self::from_float(float))
    }

    /// The nearest number of double precision.
    pub fn to_f64(&self) -> f64 {
        match self.float() {
            Ok(float) => decimal::to_f64(&float),
            Err(true) => f64::NEG_INFINITY,
            Err(false) => f64::INFINITY,
        }
    }

    /// A whole number of any size; `None` beyond about 20,000 digits.
    pub fn from_bigint(value: &BigInt) -> Option<Self> {
        Float::whole(value, value.bits().max(COUNTED)).ok().map(Self::from_float)
    }

    /// The whole number, when it is one.
    pub fn to_bigint(&self) -> Option<BigInt> {
        match &self.0 {
            Repr::Small(whole, _) => Some(BigInt::from(*whole)),
            Repr::Large(float) => float.is_whole().then(|| float.truncated()),
            Repr::Infinite(_) => None,
        }
    }

    /// The whole number, when it is one and fits.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Repr::Small(whole, _) => Some((*whole).into()),
            Repr::Large(_) | Repr::Infinite(_) => self.to_bigint()?.try_into().ok(),
        }
    }

    /// The whole number, when it is one and fits.
    pub fn to_u128(&self) -> Option<u128> {
        self.to_bigint()?.try_into().ok()
    }

    /// The whole number, when it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128()?.try_into().ok()
    }

    /// The whole number as a size, when it is one and fits.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_i128()?.try_into().ok()
    }

    /// The text by which Terraform sorts numbers inside structures.
    pub(crate) fn general(&self) -> String {
        match self.float() {
            Ok(float) => decimal::general(&float),
            Err(_) => self.to_string(),
        }
    }

    /// Whether it has no fraction; an infinity is not whole.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Repr::Small(..) => true,
            Repr::Large(float) => float.is_whole(),
            Repr::Infinite(_) => false,
        }
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinite(_))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small(whole, _) => *whole == 0,
            Repr::Large(float) => float.is_zero(),
            Repr::Infinite(_) => false,
        }
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(whole, _) => *whole < 0,
            Repr::Large(float) => float.negative && !float.is_zero(),
            Repr::Infinite(negative) => *negative,
        }
    }
}

impl From<i128> for Number {
    fn from(whole: i128) -> Self {
        if let Ok(small) = i64::try_from(whole) {
            return Self(Repr::Small(small, COUNTED));
        }
        // Below the limit by far, so the fallback is never taken.
        Self::from_bigint(&BigInt::from(whole)).unwrap_or(Self::infinity(whole < 0))
    }
}

impl From<u128> for Number {
    fn from(whole: u128) -> Self {
        // As above.
        Self::from_bigint(&BigInt::from(whole)).unwrap_or(Self::infinity(false))
    }
}

impl From<usize> for Number {
    fn from(whole: usize) -> Self {
        Self::from(i128::try_from(whole).unwrap_or(i128::MAX))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small(left, _), Repr::Small(right, _)) = (&self.0, &other.0) {
            return left.cmp(right);
        }
        match (self.float(), other.float()) {
            (Ok(left), Ok(right)) => left.compare(&right),
            (Err(left), Err(right)) => right.cmp(&left),
            (Err(negative), Ok(_)) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (Ok(_), Err(negative)) => {
                if negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(whole, _) => write!(out, "{whole}"),
            Repr::Large(float) => out.write_str(&decimal::print(float)),
            Repr::Infinite(true) => out.write_str("-Inf"),
            Repr::Infinite(false) => out.write_str("+Inf"),
        }
    }
}

#[cfg(test)]
mod tests;
