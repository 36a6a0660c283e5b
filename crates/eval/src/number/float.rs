//! Binary floating point of any precision, rounded half to even.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use super::Failure;

/// No number is larger than 2 to this power, or closer to zero than 2 to its negative: Terraform's own
/// limit lets a short text become gigabytes of digits.
pub(super) const LIMIT: i64 = 1 << 16;

/// `mantissa * 2^exponent`, where the mantissa is odd, or zero with the exponent zero.
#[derive(Clone, Debug)]
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) mantissa: BigUint,
    pub(super) exponent: i64,
    /// How many bits the mantissa may have; results take the larger of those of their operands.
    pub(super) precision: u64,
}

/// A length in bits as an exponent; lengths are far below the limit of the type.
pub(super) fn signed(bits: u64) -> i64 {
    i64::try_from(bits).unwrap_or(i64::MAX)
}

impl Float {
    /// The nearest number of so many bits; of two, the one whose last bit is zero.
    pub(super) fn rounded(
        negative: bool,
        mut mantissa: BigUint,
        mut exponent: i64,
        precision: u64,
    ) -> Result<Self, Failure> {
        let drop = mantissa.bits().saturating_sub(precision);
        if let Some(last) = drop.checked_sub(1) {
            let half = mantissa.bit(last);
            let more = mantissa.trailing_zeros().unwrap_or(0) < last;
            mantissa >>= drop;
            if half && (more || mantissa.bit(0)) {
                mantissa += 1_u8;
            }
            exponent = exponent.saturating_add(signed(drop));
        }
        let Some(zeros) = mantissa.trailing_zeros() else {
            return Ok(Self { negative, mantissa, exponent: 0, precision });
        };
        mantissa >>= zeros;
        exponent = exponent.saturating_add(signed(zeros));
        let size = exponent.saturating_add(signed(mantissa.bits()));
        if (-LIMIT..=LIMIT).contains(&size) {
            Ok(Self { negative, mantissa, exponent, precision })
        } else {
            Err(Failure("a number of this size is more than the analysis takes"))
        }
    }

    /// A whole number, rounded to so many bits.
    pub(super) fn whole(value: &BigInt, precision: u64) -> Result<Self, Failure> {
        Self::rounded(value.sign() == Sign::Minus, value.magnitude().clone(), 0, precision)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.mantissa.bits() == 0
    }

    pub(super) fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// The whole number towards zero.
    pub(super) fn truncated(&self) -> BigInt {
        let magnitude = match u64::try_from(self.exponent) {
            Ok(up) => &self.mantissa << up,
            Err(_) => &self.mantissa >> self.exponent.unsigned_abs(),
        };
        BigInt::from_biguint(if self.negative { Sign::Minus } else { Sign::Plus }, magnitude)
    }

    /// Both mantissas, with their signs, at the smaller of the two exponents.
    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i64) {
        let exponent = self.exponent.min(other.exponent);
        let at = |it: &Self| {
            let up = it.exponent.saturating_sub(exponent).unsigned_abs();
            let sign = if it.negative { Sign::Minus } else { Sign::Plus };
            BigInt::from_biguint(sign, &it.mantissa << up)
        };
        (at(self), at(other), exponent)
    }

    pub(super) fn add(&self, other: &Self, precision: u64) -> Result<Self, Failure> {
        let (left, right, exponent) = self.aligned(other);
        let sum = left + right;
        let negative = match sum.sign() {
            Sign::Minus => true,
            Sign::Plus => false,
            Sign::NoSign => self.negative && other.negative,
        };
        Self::rounded(negative, sum.magnitude().clone(), exponent, precision)
    }

    pub(super) fn multiply(&self, other: &Self, precision: u64) -> Result<Self, Failure> {
        let negative = self.negative != other.negative;
        let exponent = self.exponent.saturating_add(other.exponent);
        Self::rounded(negative, &self.mantissa * &other.mantissa, exponent, precision)
    }

    /// The quotient, when the divisor is not zero.
    pub(super) fn divide(&self, other: &Self, precision: u64) -> Result<Self, Failure> {
        // Two bits more than are kept, so that the last one can stand for everything below.
        let wanted = (precision + 2 + other.mantissa.bits()).saturating_sub(self.mantissa.bits());
        let dividend = &self.mantissa << wanted;
        if other.is_zero() {
            return Err(Failure("can't divide by zero"));
        }
        let mut quotient = &dividend / &other.mantissa;
        let exact = &quotient * &other.mantissa == dividend;
        quotient <<= 1_u8;
        if !exact {
            quotient += 1_u8;
        }
        let exponent = self
            .exponent
            .saturating_sub(other.exponent)
            .saturating_sub(signed(wanted))
            .saturating_sub(1);
        Self::rounded(self.negative != other.negative, quotient, exponent, precision)
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let (left, right, _) = self.aligned(other);
        left.cmp(&right)
    }
}
