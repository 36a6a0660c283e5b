//! Numbers as the verbs print them.

use super::scan::Verb;
use crate::functions::decimal::Decimal;
use crate::functions::take;
use crate::{CallError, Number};

/// `%v`: the fewest digits that say which number it is, with an exponent when it is far from zero or near
/// to it.
pub(super) fn shortest(number: &Number) -> String {
    match Decimal::shortest(number) {
        Some(decimal) => sign(decimal.negative, "") + &general(&decimal, None, 'e'),
        None => infinity(number).to_owned(),
    }
}

fn infinity(number: &Number) -> &'static str {
    if number.is_negative() { "-Inf" } else { "+Inf" }
}

fn sign(negative: bool, positive: &str) -> String {
    if negative { "-" } else { positive }.to_owned()
}

/// What stands before a number that is not negative.
fn positive_sign(verb: &Verb<'_>) -> &'static str {
    if verb.flag('+') {
        "+"
    } else if verb.flag(' ') {
        " "
    } else {
        ""
    }
}

/// `%b %d %o %x %X`. The number is whole.
pub(super) fn integer(verb: &Verb<'_>, number: &Number) -> Result<String, CallError> {
    let (base, prefix) = match verb.letter {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let Some(whole) = number.to_bigint() else {
        return Err(verb.unsupported("an integer is required"));
    };
    let mut digits = whole.magnitude().to_str_radix(base);
    if verb.letter == 'X' {
        digits.make_ascii_uppercase();
    }
    if digits == "0" && verb.precision == Some(0) {
        return Ok(String::new());
    }
    let sign = sign(number.is_negative(), positive_sign(verb));
    let prefix = if verb.flag('#') { prefix } else { "" };
    let mut zeros = verb.precision.unwrap_or(0).saturating_sub(digits.len());
    let length = [sign.len(), prefix.len(), zeros, digits.len()]
        .iter()
        .fold(0_usize, |sum, part| sum.saturating_add(*part));
    let missing = verb.width.unwrap_or(0).saturating_sub(length);
    take::bounded(length.checked_add(missing))?;
    let (mut left, mut right) = (0, 0);
    if verb.flag('-') {
        right = missing;
    } else if verb.flag('0') && verb.precision.is_none() {
        zeros = missing;
    } else {
        left = missing;
    }
    let (left, zeros, right) = (" ".repeat(left), "0".repeat(zeros), " ".repeat(right));
    Ok(format!("{left}{sign}{prefix}{zeros}{digits}{right}"))
}

/// `%e %E %f %g %G`.
pub(super) fn float(verb: &Verb<'_>, number: &Number) -> Result<String, CallError> {
    let finite = Decimal::shortest(number);
    let (sign, digits) = match &finite {
        Some(shortest) => {
            (sign(shortest.negative, positive_sign(verb)), finite_digits(verb, number, shortest)?)
        }
        // An infinity always shows its sign.
        None if number.is_negative() => ("-".to_owned(), "Inf".to_owned()),
        None => (if verb.flag(' ') { " " } else { "+" }.to_owned(), "Inf".to_owned()),
    };
    let length = sign.len() + digits.len();
    let missing = verb.width.unwrap_or(0).saturating_sub(length);
    take::bounded(length.checked_add(missing))?;
    Ok(if verb.flag('0') && finite.is_some() {
        format!("{sign}{}{digits}", "0".repeat(missing))
    } else if verb.flag('-') {
        format!("{sign}{digits}{}", " ".repeat(missing))
    } else {
        format!("{}{sign}{digits}", " ".repeat(missing))
    })
}

/// The digits without a sign.
fn finite_digits(
    verb: &Verb<'_>,
    number: &Number,
    shortest: &Decimal,
) -> Result<String, CallError> {
    let exact = || Decimal::exact(number).unwrap_or_else(|| shortest.clone());
    let after = verb.precision.unwrap_or(6);
    take::bounded(Some(after))?;
    Ok(match verb.letter {
        'e' | 'E' => scientific(&exact().rounded(after.saturating_add(1)), after, verb.letter),
        'f' => {
            let exact = exact();
            let places = i64::try_from(after).unwrap_or(i64::MAX);
            let kept = usize::try_from(exact.point.saturating_add(places));
            let rounded = match kept {
                Ok(kept) => exact.rounded(kept),
                Err(_) => Decimal::zero(exact.negative),
            };
            take::bounded(usize::try_from(rounded.point.max(0)).ok())?;
            plain(&rounded, after)
        }
        letter => {
            let exponent = if letter == 'G' { 'E' } else { 'e' };
            match verb.precision {
                None => general(shortest, None, exponent),
                Some(precision) => {
                    let precision = precision.max(1);
                    general(&exact().rounded(precision), Some(precision), exponent)
                }
            }
        }
    })
}

/// As scientific notation has it where the exponent is below -4 or not below the precision, and plainly
/// otherwise.
fn general(decimal: &Decimal, precision: Option<usize>, exponent: char) -> String {
    let count = decimal.digits.len();
    let most = precision.unwrap_or(count);
    let limit = match precision {
        // Without a precision the limit is that of six digits, however many there are.
        None => 6,
        Some(precision) => {
            let fits = i64::try_from(count).is_ok_and(|count| count >= decimal.point);
            i64::try_from(if precision > count && fits { count } else { precision })
                .unwrap_or(i64::MAX)
        }
    };
    let scale = decimal.point.saturating_sub(1);
    if scale < -4 || scale >= limit {
        return scientific(decimal, most.min(count).saturating_sub(1), exponent);
    }
    let behind = i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(decimal.point);
    plain(decimal, usize::try_from(behind).unwrap_or(0))
}

/// `d.ddde+dd`
fn scientific(decimal: &Decimal, after: usize, exponent: char) -> String {
    let mut digits = decimal.digits.chars();
    let mut printed = String::from(digits.next().unwrap_or('0'));
    if after > 0 {
        printed.push('.');
        printed.extend(digits.chain(std::iter::repeat('0')).take(after));
    }
    let scale = decimal.exponent();
    let sign = if scale < 0 { '-' } else { '+' };
    printed + &format!("{exponent}{sign}{:02}", scale.unsigned_abs())
}

/// `ddd.ddd` with so many digits behind the point.
fn plain(decimal: &Decimal, after: usize) -> String {
    let leading = usize::try_from(decimal.point).unwrap_or(0);
    let mut digits = decimal.digits.chars();
    let mut printed: String = digits.by_ref().take(leading).collect();
    let missing = leading - printed.len();
    printed.push_str(&"0".repeat(missing));
    if printed.is_empty() {
        printed.push('0');
    }
    if after > 0 {
        printed.push('.');
        let zeros = usize::try_from(decimal.point.min(0).unsigned_abs()).unwrap_or(usize::MAX);
        let fraction = std::iter::repeat_n('0', zeros).chain(digits);
        printed.extend(fraction.chain(std::iter::repeat('0')).take(after));
    }
    printed
}
