//! Points in time with an offset from UTC, as RFC 3339 writes them.

use std::fmt;

const NANOSECONDS: i64 = 1_000_000_000;
const DAY: i64 = 24 * 60 * 60;
/// Days in 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;

/// A date and time of day at an offset from UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Moment {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    nanosecond: i64,
    /// East of UTC, in minutes.
    pub(super) offset: i64,
}

/// What is read of a text from its start.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    /// A number of `width` digits.
    fn number(&mut self, width: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(width)?;
        digits.bytes().all(|it| it.is_ascii_digit()).then_some(())?;
        self.0 = rest;
        digits.parse().ok()
    }

    /// A number of `width` digits within the range, and then `end`.
    fn part(&mut self, width: usize, range: (i64, i64), end: &str) -> Option<i64> {
        let number = self.number(width).filter(|it| (range.0..=range.1).contains(it))?;
        self.0 = self.0.strip_prefix(end)?;
        Some(number)
    }

    /// The digits after a point, when there is one, as nanoseconds.
    fn fraction(&mut self) -> Option<i64> {
        let Some(rest) = self.0.strip_prefix('.') else { return Some(0) };
        let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        let (digits, rest) = rest.split_at_checked(digits).filter(|(it, _)| !it.is_empty())?;
        self.0 = rest;
        let digits = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
        Some(digits.fold(0, |all, digit| all * 10 + i64::from(digit - b'0')))
    }

    /// What stands at the end: the offset in minutes.
    fn offset(&mut self) -> Option<i64> {
        if self.0 == "Z" {
            return Some(0);
        }
        let sign = match self.0.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.part(2, (0, 23), ":")?;
        let minutes = self.part(2, (0, 59), "")?;
        self.0.is_empty().then_some(sign * (hours * 60 + minutes))
    }
}

impl Moment {
    /// Reads `2024-02-29T13:05:09Z`, strictly.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rest = Rest(text);
        let part = |rest: &mut Rest<'_>, width, range, end, name: &str| {
            let missing = format!("{:?} cannot be the {name}", rest.0);
            rest.part(width, range, end).ok_or(missing)
        };
        let year = part(&mut rest, 4, (0, 9999), "-", "year")?;
        let month = part(&mut rest, 2, (1, 12), "-", "month")?;
        let day = part(&mut rest, 2, (1, days_in(year, month)), "", "day of the month")?;
        rest.0 = rest.0.strip_prefix('T').ok_or("missing required time introducer 'T'")?;
        let hour = part(&mut rest, 2, (0, 23), ":", "hour")?;
        let minute = part(&mut rest, 2, (0, 59), ":", "minute")?;
        let second = part(&mut rest, 2, (0, 59), "", "second")?;
        let nanosecond = rest.fraction().ok_or("digits are needed after the decimal point")?;
        let wrong = format!("{:?} cannot be the UTC offset", rest.0);
        let offset = rest.offset().ok_or(wrong)?;
        Ok(Self { year, month, day, hour, minute, second, nanosecond, offset })
    }

    /// The point in time: seconds of UTC and nanoseconds.
    pub(super) fn instant(&self) -> (i64, i64) {
        (self.local() - self.offset * 60, self.nanosecond)
    }

    /// Seconds since 1970 on a clock at this offset.
    fn local(&self) -> i64 {
        let day = days(self.year, self.month, self.day);
        day * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    /// The moment so many nanoseconds later, at the same offset.
    pub(super) fn plus(&self, nanoseconds: i64) -> Self {
        let nanosecond = self.nanosecond + nanoseconds.rem_euclid(NANOSECONDS);
        let carried = nanosecond / NANOSECONDS;
        let local = self.local() + nanoseconds.div_euclid(NANOSECONDS) + carried;
        let time = local.rem_euclid(DAY);
        let (year, month, day) = date(local.div_euclid(DAY));
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let nanosecond = nanosecond % NANOSECONDS;
        Self { year, month, day, hour, minute, second, nanosecond, offset: self.offset }
    }

    /// Days since Sunday.
    pub(super) fn weekday(&self) -> i64 {
        // The first of January 1970 was a Thursday.
        (days(self.year, self.month, self.day) + 4).rem_euclid(7)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        let Self { month, day, hour, minute, second, .. } = self;
        let year = self.year.abs();
        write!(out, "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.offset == 0 {
            return out.write_str("Z");
        }
        let (sign, offset) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
        write!(out, "{sign}{:02}:{:02}", offset / 60, offset % 60)
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the first of January 1970. Counts years from March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    cycle * CYCLE + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

/// The inverse of [`days`]: year, month and day.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(CYCLE);
    let of_cycle = days.rem_euclid(CYCLE);
    let year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (cycle * 400 + year + i64::from(month <= 2), month, day)
}

/// Reads the dates of YAML: the formats that its Go library tries, which are looser than RFC 3339.
impl Moment {
    /// The moment, where the text is a date with or without a time.
    pub(in super::super) fn parse_loosely(text: &str) -> Option<Self> {
        let mut rest = Rest(text);
        let year = rest.part(4, (0, 9999), "-")?;
        let month = rest.short((1, 12), "-")?;
        let day = rest.short((1, days_in(year, month)), "")?;
        let date = Self { year, month, day, ..Self::default() };
        let timed = |rest: &mut Rest<'_>| {
            let hour = rest.short((0, 23), ":")?;
            let minute = rest.short((0, 59), ":")?;
            let second = rest.short((0, 59), "")?;
            // Go reads a comma like the point, and nothing after either as nothing at all.
            if rest.0.starts_with(',') {
                let points = rest.0.replacen(',', ".", 1);
                let mut fraction = Rest(&points);
                let nanosecond = fraction.fraction()?;
                let read = points.len() - fraction.0.len();
                rest.0 = rest.0.get(read..)?;
                return Some(Self { hour, minute, second, nanosecond, ..date.clone() });
            }
            let nanosecond = rest.fraction()?;
            Some(Self { hour, minute, second, nanosecond, ..date.clone() })
        };
        if rest.0.is_empty() {
            return Some(date);
        }
        if let Some(time) = rest.0.strip_prefix(['T', 't']) {
            rest.0 = time;
            let moment = timed(&mut rest)?;
            return Some(Self { offset: rest.loose_offset()?, ..moment });
        }
        let time = rest.0.trim_start_matches(' ');
        if time.len() == rest.0.len() {
            return None;
        }
        rest.0 = time;
        let moment = timed(&mut rest)?;
        rest.0.is_empty().then_some(moment)
    }
}

impl Default for Moment {
    fn default() -> Self {
        let (hour, minute, second, nanosecond) = (0, 0, 0, 0);
        Self { year: 1970, month: 1, day: 1, hour, minute, second, nanosecond, offset: 0 }
    }
}

impl Rest<'_> {
    /// A number of one or two digits within the range, and then `end`.
    fn short(&mut self, range: (i64, i64), end: &str) -> Option<i64> {
        let two = self.0.bytes().take(2).take_while(u8::is_ascii_digit).count();
        self.part(two.max(1), range, end)
    }

    /// As [`Self::offset`], but up to 24 hours and 60 minutes, as Go has it.
    fn loose_offset(&mut self) -> Option<i64> {
        if self.0 == "Z" {
            return Some(0);
        }
        let sign = match self.0.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.part(2, (0, 24), ":")?;
        let minutes = self.part(2, (0, 60), "")?;
        self.0.is_empty().then_some(sign * (hours * 60 + minutes))
    }
}
