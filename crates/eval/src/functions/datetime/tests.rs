//! Dates as Terraform answers.

use super::super::testing::{call, text_of};
use super::Moment;
use crate::Value;

fn two(name: &str, one: &str, other: &str) -> Option<String> {
    text_of(name, &[Value::string(one), Value::string(other)])
}

#[test]
fn patterns() {
    let leap = "2024-02-29T13:05:09-08:00";
    for (pattern, time, expected) in [
        ("EEE, DD MMM YYYY hh:mm:ss ZZZ", leap, Some("Thu, 29 Feb 2024 13:05:09 -0800")),
        (
            "HH:mmaa H AA h EEEE MMMM YY M D s",
            leap,
            Some("01:05pm 1 PM 13 Thursday February 24 2 29 9"),
        ),
        ("H:m:s AA", "2024-02-29T00:05:09Z", Some("12:5:9 AM")),
        ("Z ZZZ ZZZZ ZZZZZ", "2024-11-09T03:05:09Z", Some("Z UTC +0000 +00:00")),
        ("ZZZ ZZZZ ZZZZZ Z", "2024-02-28T00:00:00-05:30", Some("-0530 -0530 -05:30 -05:30")),
        ("'it''s' YYYY", leap, Some("it's 2024")),
        ("''", leap, Some("'")),
        ("'''x'", leap, Some("'x")),
        ("''''", leap, Some("''")),
        ("'a''", leap, Some("a'")),
        ("é YYYY", leap, Some("é 2024")),
        ("", leap, Some("")),
        ("EEEE MMMM", "1582-02-28T00:00:00Z", Some("Sunday February")),
        ("'open", leap, None),
        ("'''", leap, None),
        ("YYY", leap, None),
        ("EE", leap, None),
        ("QQ", leap, None),
        ("ZZ", leap, None),
    ] {
        let ours = two("formatdate", pattern, time);
        assert_eq!(ours.as_deref(), expected, "{pattern}");
    }
}

#[test]
fn wrong_times() {
    for time in [
        "",
        "bad",
        "2024-11-09",
        "2024-13-09T03:05:09Z",
        "2024-02-30T03:05:09Z",
        "2023-02-29T03:05:09Z",
        "2024-02-09T25:05:09Z",
        "2024-02-09T3:05:09Z",
        "2024-02-09 03:05:09Z",
        "2024-02-09t03:05:09Z",
        "2024-02-09T03:05:09",
        "2024-02-09T03:05:60Z",
        "2024-02-09T03:05:09.Z",
        "2024-02-09T03:05:09,5Z",
        "2024-02-09T03:05:09+24:00",
        "2024-02-09T03:05:09Zx",
        "2024-2-28T00:00:00Z",
        "é024-02-28T00:00:00Z",
    ] {
        assert_eq!(two("formatdate", "YYYY", time), None, "{time}");
        assert_eq!(two("timeadd", time, "1s"), None, "{time}");
    }
}

#[test]
fn durations_are_added() {
    let start = "2024-02-28T00:00:00Z";
    for (time, duration, expected) in [
        (start, "24h", Some("2024-02-29T00:00:00Z")),
        (start, "-10m", Some("2024-02-27T23:50:00Z")),
        (start, "1h30m15s", Some("2024-02-28T01:30:15Z")),
        (start, "1.5h", Some("2024-02-28T01:30:00Z")),
        (start, "+1h", Some("2024-02-28T01:00:00Z")),
        (start, "0", Some("2024-02-28T00:00:00Z")),
        (start, ".5s", Some("2024-02-28T00:00:00Z")),
        (start, "1.s", Some("2024-02-28T00:00:01Z")),
        (start, "1500ms1us1ns", Some("2024-02-28T00:00:01Z")),
        (start, "2562047h", Some("2316-06-08T23:00:00Z")),
        (start, "-2562047h47m16.854775808s", Some("1731-11-19T00:12:43Z")),
        ("2024-02-28T00:00:00+02:00", "1h", Some("2024-02-28T01:00:00+02:00")),
        ("2024-02-28T00:00:00+00:00", "1s", Some("2024-02-28T00:00:01Z")),
        ("2024-02-28T00:00:00.5Z", "1s", Some("2024-02-28T00:00:01Z")),
        ("9999-12-31T23:59:59Z", "1s", Some("10000-01-01T00:00:00Z")),
        ("0000-01-01T00:00:00Z", "-1s", Some("-0001-12-31T23:59:59Z")),
        ("0000-01-01T00:00:00Z", "-9000h", Some("-0002-12-22T00:00:00Z")),
        (start, "2562047h47m16.854775808s", None),
        (start, "3000000h", None),
        (start, "1d", None),
        (start, "1h ", None),
        (start, "1", None),
        (start, ".s", None),
        (start, "--1s", None),
        (start, "", None),
    ] {
        assert_eq!(two("timeadd", time, duration).as_deref(), expected, "{time} {duration}");
    }
}

#[test]
fn points_in_time_are_compared() {
    for (one, other, expected) in [
        ("2024-02-28T00:00:00Z", "2024-02-28T01:00:00+01:00", 0),
        ("2024-02-28T00:00:00Z", "2024-02-28T00:00:01Z", -1),
        ("2024-02-28T00:00:00.1Z", "2024-02-28T00:00:00Z", 1),
        ("2024-02-28T00:00:00.1234567891Z", "2024-02-28T00:00:00.1234567892Z", 0),
    ] {
        let order = call("timecmp", &[Value::string(one), Value::string(other)]).unwrap();
        assert_eq!(order.as_number().unwrap().to_i64(), Some(expected), "{one} {other}");
    }
}

#[test]
fn every_day_follows_its_day_before() {
    let mut moment = Moment::parse("1899-12-30T12:00:00Z").unwrap();
    for _ in 0..80_000 {
        let next = moment.plus(86_400_000_000_000);
        assert_eq!((moment.weekday() + 1) % 7, next.weekday());
        assert_eq!(next.plus(-86_400_000_000_000), moment);
        assert_eq!(Moment::parse(&next.to_string()).as_ref(), Ok(&next));
        moment = next;
    }
    assert_eq!(moment.to_string(), "2119-01-11T12:00:00Z");
}
