//! Arithmetic on numbers.

use num_bigint::BigInt;

use super::float::Float;
use super::{Failure, Number, PARSED, Repr};

/// Arithmetic, with the failures that Terraform reports for infinities.
impl Number {
    /// `self + other`
    pub fn add(&self, other: &Self) -> Result<Self, Failure> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(left, _), Repr::Small(right, _)) = (&self.0, &other.0)
            && let Some(sum) = left.checked_add(*right)
        {
            return Ok(Self(Repr::Small(sum, precision)));
        }
        match (self.float(), other.float()) {
            (Ok(left), Ok(right)) => left.add(&right, precision).map(Self::from_float),
            (Err(left), Err(right)) if left != right => {
                Err(Failure("can't compute sum of opposing infinities"))
            }
            (Err(infinity), _) | (_, Err(infinity)) => Ok(Self::infinity(infinity)),
        }
    }

    /// `self - other`
    pub fn subtract(&self, other: &Self) -> Result<Self, Failure> {
        self.add(&other.negate()).map_err(|failure| {
            match (self.is_infinite(), other.is_infinite()) {
                (true, true) => Failure("can't subtract infinity from itself"),
                (true | false, true | false) => failure,
            }
        })
    }

    /// `-self`
    #[must_use]
    pub fn negate(&self) -> Self {
        match &self.0 {
            Repr::Small(whole, precision) if *whole != 0 && *whole != i64::MIN => {
                Self(Repr::Small(-whole, *precision))
            }
            Repr::Infinite(negative) => Self::infinity(!negative),
            Repr::Small(..) | Repr::Large(_) => match self.float() {
                Ok(float) => {
                    Self::from_float(Float { negative: !float.negative, ..(*float).clone() })
                }
                Err(negative) => Self::infinity(!negative),
            },
        }
    }

    /// `|self|`
    #[must_use]
    pub fn absolute(&self) -> Self {
        match &self.0 {
            Repr::Large(float) if float.negative => self.negate(),
            Repr::Small(..) | Repr::Large(_) | Repr::Infinite(_) if self.is_negative() => {
                self.negate()
            }
            Repr::Small(..) | Repr::Large(_) | Repr::Infinite(_) => self.clone(),
        }
    }

    /// `self * other`
    pub fn multiply(&self, other: &Self) -> Result<Self, Failure> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(left, _), Repr::Small(right, _)) = (&self.0, &other.0)
            && let Some(product) = left.checked_mul(*right)
            && (product != 0 || (*left >= 0 && *right >= 0))
        {
            return Ok(Self(Repr::Small(product, precision)));
        }
        match (self.float(), other.float()) {
            (Ok(left), Ok(right)) => {
                // A product may have more bits than its factors, but at most as many as written numbers.
                let product = left.multiply(&right, PARSED)?;
                let precision = precision.max(product.mantissa.bits());
                Ok(Self::from_float(Float { precision, ..product }))
            }
            (Err(_), _) | (_, Err(_)) if self.is_zero() || other.is_zero() => {
                Err(Failure("can't multiply zero by infinity"))
            }
            (Err(_), _) | (_, Err(_)) => {
                Ok(Self::infinity(self.is_negative() != other.is_negative()))
            }
        }
    }

    /// `self / other`; an infinity when only `other` is zero.
    pub fn divide(&self, other: &Self) -> Result<Self, Failure> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small(left, _), Repr::Small(right, _)) = (&self.0, &other.0)
            && *left != 0
            && left.checked_rem(*right) == Some(0)
            && let Some(quotient) = left.checked_div(*right)
        {
            return Ok(Self(Repr::Small(quotient, precision)));
        }
        let nothing = Failure("can't divide zero by zero or infinity by infinity");
        match (self.float(), other.float()) {
            (Err(_), Err(_)) => Err(nothing),
            (Ok(left), Ok(right)) if left.is_zero() && right.is_zero() => Err(nothing),
            (Ok(left), Ok(right)) if right.is_zero() => {
                Ok(Self::infinity(left.negative != right.negative))
            }
            (Ok(left), Ok(right)) => left.divide(&right, precision).map(Self::from_float),
            (Err(infinity), Ok(right)) => Ok(Self::infinity(infinity != right.negative)),
            (Ok(left), Err(infinity)) => {
                let zero = Float::whole(&BigInt::ZERO, left.precision)?;
                Ok(Self::from_float(Float { negative: left.negative != infinity, ..zero }))
            }
        }
    }

    /// `self % other`, with the sign of `self`; `self` when `other` is zero.
    pub fn modulo(&self, other: &Self) -> Result<Self, Failure> {
        if other.is_zero() {
            return Ok(self.clone());
        }
        if self.is_infinite() || other.is_infinite() {
            return Err(Failure("can't use modulo with zero and infinity"));
        }
        let (Ok(left), Ok(right)) = (self.float(), other.float()) else {
            return Err(Failure("can't use modulo with zero and infinity"));
        };
        let Some(times) = self.divide(other)?.truncate().to_bigint() else {
            return Err(Failure("can't use modulo with zero and infinity"));
        };
        let times = Float::whole(&times, left.precision)?;
        let mut whole = times.multiply(&right, left.precision)?;
        whole.negative = !whole.negative;
        left.add(&whole, left.precision).map(Self::from_float)
    }

    /// The whole number towards zero.
    #[must_use]
    pub fn truncate(&self) -> Self {
        self.whole_near(|truncated, _| truncated)
    }

    /// The largest whole number that is not larger.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.whole_near(|truncated, negative| if negative { truncated - 1 } else { truncated })
    }

    /// The smallest whole number that is not smaller.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.whole_near(|truncated, negative| if negative { truncated } else { truncated + 1 })
    }

    /// The whole number near one with a fraction, chosen from the one towards zero and the sign.
    fn whole_near(&self, choose: impl Fn(BigInt, bool) -> BigInt) -> Self {
        let Repr::Large(float) = &self.0 else { return self.clone() };
        let truncated = float.truncated();
        let chosen = if float.is_whole() { truncated } else { choose(truncated, float.negative) };
        Float::whole(&chosen, float.precision).map_or_else(|_| self.clone(), Self::from_float)
    }
}
