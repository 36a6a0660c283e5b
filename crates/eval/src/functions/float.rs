//! Powers and logarithms, which Terraform computes with numbers of 64 bits.

/// The logarithm of `number` to a base; NaN where there is none.
pub(super) fn log(number: f64, base: f64) -> f64 {
    natural(number) / natural(base)
}

/// The natural logarithm as FDLIBM computes it, and so Go: `ceil(log(9, 3))` hangs on the last digit.
///
/// With the number as `(1 + f) * 2^scale` and `s = f / (2 + f)`, the logarithm of `1 + f` is
/// `f - s * (f - r)`, where `r` is a polynomial in the square of `s`.
fn natural(number: f64) -> f64 {
    const ODD: [f64; 4] = [
        6.666_666_666_666_735e-1,
        2.857_142_874_366_239e-1,
        1.818_357_216_161_805e-1,
        1.479_819_860_511_658_6e-1,
    ];
    const EVEN: [f64; 3] =
        [3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1];
    // The logarithm of 2, in two parts so that no digit of a multiple is lost.
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    if !(number > 0.0 && number.is_finite()) {
        // All agree on these.
        return number.ln();
    }
    let (mut part, scale) = split(number);
    let mut scale = i32::try_from(scale).map_or(0.0, f64::from);
    if part < std::f64::consts::FRAC_1_SQRT_2 {
        part *= 2.0;
        scale -= 1.0;
    }
    let f = part - 1.0;
    let s = f / (2.0 + f);
    let square = s * s;
    let fourth = square * square;
    let polynomial = |factors: &[f64]| {
        factors.iter().rev().copied().reduce(|sum, factor| factor + fourth * sum).unwrap_or(0.0)
    };
    let r = square * polynomial(&ODD) + fourth * polynomial(&EVEN);
    let half = 0.5 * f * f;
    scale * HIGH - ((half - (s * (half + r) + scale * LOW)) - f)
}

/// `base` to the power of `exponent`; NaN where there is none.
///
/// By squaring, as Go does it, so that the last digit of what cannot be told exactly is the same. (Of some
/// powers with a fraction it is not: there Go's own exponential function on amd64 is off by one.)
pub(super) fn pow(base: f64, exponent: f64) -> f64 {
    if let Some(special) = special_power(base, exponent) {
        return special;
    }
    let mut whole = exponent.abs().trunc();
    let mut fraction = exponent.abs() - whole;
    if whole >= TWO_TO_63 {
        return beyond(base, exponent);
    }
    let (mut result, mut scale) = (1.0, 0_i64);
    if fraction > 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = (fraction * natural(base)).exp();
    }
    let (mut square, mut square_scale) = split(base);
    while whole > 0.0 {
        if square_scale.abs() > 1 << 12 {
            scale += square_scale;
            break;
        }
        if whole % 2.0 > 0.0 {
            result *= square;
            scale += square_scale;
        }
        square *= square;
        square_scale *= 2;
        if square < 0.5 {
            square += square;
            square_scale -= 1;
        }
        whole = (whole / 2.0).floor();
    }
    if exponent < 0.0 { scaled(1.0 / result, -scale) } else { scaled(result, scale) }
}

const TWO_TO_52: f64 = 4_503_599_627_370_496.0;
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// The cases in which there is nothing to multiply.
#[expect(clippy::float_cmp, reason = "these are the very numbers for which the answer is told")]
fn special_power(base: f64, exponent: f64) -> Option<f64> {
    let fraction = exponent - exponent.trunc();
    if exponent == 0.0 || base == 1.0 {
        Some(1.0)
    } else if exponent == 1.0 {
        Some(base)
    } else if base == 0.0 || base.is_infinite() || exponent.is_infinite() {
        // All agree on these.
        Some(base.powf(exponent))
    } else if exponent == 0.5 {
        Some(base.sqrt())
    } else if exponent == -0.5 {
        Some(1.0 / base.sqrt())
    } else if fraction != 0.0 && base < 0.0 {
        Some(f64::NAN)
    } else {
        None
    }
}

/// A power so large (and even) that the result is one of three.
#[expect(clippy::float_cmp, reason = "only -1 itself stays what it is")]
fn beyond(base: f64, exponent: f64) -> f64 {
    if base == -1.0 {
        1.0
    } else if (base.abs() < 1.0) == (exponent > 0.0) {
        0.0
    } else {
        f64::INFINITY
    }
}

const EXPONENT_BITS: u64 = 0x7ff << 52;

/// A number from 0.5 up to 1, and the power of two that makes it the given one, which is finite and not 0.
fn split(number: f64) -> (f64, i64) {
    let (number, shift) =
        if number.abs() < f64::MIN_POSITIVE { (number * TWO_TO_52, -52) } else { (number, 0) };
    let bits = number.to_bits();
    let exponent = i64::try_from((bits & EXPONENT_BITS) >> 52).unwrap_or_default();
    (f64::from_bits(bits & !EXPONENT_BITS | 1022 << 52), exponent - 1022 + shift)
}

/// The number times a power of two.
fn scaled(number: f64, scale: i64) -> f64 {
    let mut number = number;
    let mut left = i32::try_from(scale.clamp(-5000, 5000)).unwrap_or_default();
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        number *= 2_f64.powi(step);
        left -= step;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expectations are answers of terraform 1.11.4.
    #[test]
    fn powers() {
        let right = [
            (2.0, 10.0, "1024"),
            (2.0, 0.5, "1.4142135623730951"),
            (2.0, -1.0, "0.5"),
            (0.0, 0.0, "1"),
            (-2.0, 3.0, "-8"),
            (10.0, 20.0, "100000000000000000000"),
            (3.0, 40.0, "12157665459056929000"),
            (2.0, 1024.0, "inf"),
            (0.0, -1.0, "inf"),
            (1.1, 10.0, "2.593742460100002"),
            (1e20, 0.25, "100000.00000000001"),
            (0.5, 0.25, "0.8408964152537145"),
            (10.0, -3.0, "0.001"),
            (42.0, 5.4, "582835730.4913117"),
            (7.0, 30.0, "22539340290692256000000000"),
            (1.0001, 10000.0, "2.718145926824356"),
            (2.0, 0.3, "1.2311444133449163"),
            (100.0, 0.7, "25.118864315095795"),
        ];
        for (base, exponent, want) in right {
            assert_eq!(pow(base, exponent).to_string(), want, "{base} {exponent}");
        }
        assert!(pow(-8.0, 1.0 / 3.0).is_nan());
        assert_eq!(pow(2.0, -1074.0).to_bits(), 1);
    }

    #[test]
    fn logarithms() {
        let right = [
            (9.0, 3.0, "2.0000000000000004"),
            (5.0, 2.0, "2.321928094887362"),
            (1000.0, 10.0, "2.9999999999999996"),
            (65536.0, 16.0, "4"),
            (0.1, 7.0, "-1.1832946624549383"),
            (12345.0, 1.5, "23.235060707778768"),
            (17.0, 4.0, "2.04373142062517"),
            (81.0, 3.0, "4.000000000000001"),
            (243.0, 3.0, "5"),
            (125.0, 5.0, "3.0000000000000004"),
            (3.0, 2.0, "1.584962500721156"),
            (2.0, 0.0, "-0"),
            (10.0, 1.0, "inf"),
        ];
        for (number, base, want) in right {
            assert_eq!(log(number, base).to_string(), want, "{number} {base}");
        }
        assert!(log(-1.0, 2.0).is_nan());
    }
}
