//! Durations as Go writes them: `1h30m`, `-1.5s`.

/// The duration in nanoseconds.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let whole = digits(&mut rest);
        let fraction = rest.strip_prefix('.').map(|after| {
            rest = after;
            digits(&mut rest)
        });
        if whole.is_empty() && fraction.unwrap_or_default().is_empty() {
            return None;
        }
        let scale = unit(&mut rest)?;
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part = whole.checked_mul(scale)?;
        sum = sum.checked_add(part)?.checked_add(share(fraction.unwrap_or_default(), scale))?;
        // The most negative number of 64 bits is one more than the most positive.
        if sum > 1 << 63 {
            return None;
        }
    }
    if negative { 0_i64.checked_sub_unsigned(sum) } else { sum.try_into().ok() }
}

/// Takes the leading digits.
fn digits<'t>(rest: &mut &'t str) -> &'t str {
    let after = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let (digits, after) = rest.split_at_checked(rest.len() - after.len()).unwrap_or_default();
    *rest = after;
    digits
}

/// Takes a unit, and gives its nanoseconds.
fn unit(rest: &mut &str) -> Option<u64> {
    let after = rest.trim_start_matches(|it: char| it != '.' && !it.is_ascii_digit());
    let (unit, after) = rest.split_at_checked(rest.len() - after.len())?;
    *rest = after;
    match unit {
        "ns" => Some(1),
        "us" | "µs" | "μs" => Some(1_000),
        "ms" => Some(1_000_000),
        "s" => Some(1_000_000_000),
        "m" => Some(60_000_000_000),
        "h" => Some(3_600_000_000_000),
        _ => None,
    }
}

/// The share of a unit that the digits after the point stand for, rounded down.
fn share(digits: &str, scale: u64) -> u64 {
    // More digits than that are less than a nanosecond even of an hour.
    let digits = digits.bytes().take(18);
    let (value, divisor) = digits.fold((0_u128, 1_u128), |(value, divisor), digit| {
        (value * 10 + u128::from(digit - b'0'), divisor * 10)
    });
    u64::try_from(value * u128::from(scale) / divisor).unwrap_or(0)
}
