//! Numbers against Terraform's recorded answers.

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn counted(value: i128) -> Number {
    Number::from(value)
}

#[test]
fn text_becomes_numbers_as_in_go() {
    for (text, printed) in [
        ("007", "7"),
        ("+1", "1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1p3", "8"),
        ("-0", "-0"),
        ("1e-5", "0.00001"),
        ("1E+2", "100"),
        ("Inf", "+Inf"),
        ("-inf", "-Inf"),
        ("1.23456789012345678901234567890", "1.2345678901234567890123456789"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
        ("0.30000000000000004", "0.30000000000000004"),
    ] {
        assert_eq!(number(text).to_string(), printed, "{text}");
    }
    assert_eq!(number("1e300").to_string(), format!("1{}", "0".repeat(300)));
    assert_eq!(number("5e-324").to_string(), format!("0.{}5", "0".repeat(323)));
    for text in [
        "",
        "-",
        ".",
        "1e",
        "e1",
        "0x10",
        "0b11",
        "1_0",
        " 1",
        "1 ",
        "infinity",
        "+-1",
        "1.2.3",
        "−3",
        "1e+-2",
        "--1",
        "1e99999999999",
        "1e999999999",
    ] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}

#[test]
fn arithmetic_has_512_bits() {
    let third = number("1").divide(&number("3")).unwrap();
    assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
    assert_eq!(third.multiply(&number("3")).unwrap(), number("1"));
    let ten_thirds = number("10").divide(&number("3")).unwrap();
    assert_eq!(ten_thirds.to_string(), format!("3.{}2", "3".repeat(153)));
    assert_eq!(number("0.1").add(&number("0.2")).unwrap(), number("0.3"));
    assert_eq!(number("100").multiply(&number("1.1")).unwrap().to_string(), "110");
    assert_eq!(
        number("1.1").multiply(&number("1.1")).unwrap().to_string(),
        format!("1.21{}1", "0".repeat(151))
    );
    assert_eq!(
        number("1").subtract(&number("0.9")).unwrap().to_string(),
        format!("0.1{}3", "0".repeat(153))
    );
    assert_eq!(
        number("10").modulo(&number("3.3")).unwrap().to_string(),
        format!("0.1{}48", "0".repeat(152))
    );
    let large = number("12345678901234567890123456789");
    assert_eq!(large.multiply(&number("2")).unwrap().to_string(), "24691357802469135780246913578");
    assert_eq!(number("1e17").add(&number("1")).unwrap().to_string(), "100000000000000001");
}

#[test]
fn counts_and_doubles_have_fewer_bits() {
    let third = counted(1).divide(&counted(3)).unwrap();
    assert_eq!(third.to_string(), "0.33333333333333333334");
    let power = Number::from_f64(3_f64.powi(40)).unwrap();
    assert_eq!(power.to_string(), "12157665459056929000");
    assert_eq!(power.floor().to_string(), "12157665459056929000");
    assert_eq!(power.add(&number("1")).unwrap().to_string(), "12157665459056928769");
    assert_eq!(power.multiply(&number("1")).unwrap().to_string(), "12157665459056928768");
    let root = Number::from_f64(2_f64.sqrt()).unwrap();
    assert_eq!(root.to_string(), "1.4142135623730951");
    assert_eq!(root.multiply(&root).unwrap().to_string(), "2.00000000000000027343234630647693");
    assert_eq!(root.multiply(&counted(1)).unwrap().to_string(), "1.4142135623730951455");
    assert_eq!(root.add(&counted(1)).unwrap().to_string(), "2.4142135623730951455");
}

#[test]
fn remainders_take_the_sign_of_the_dividend() {
    for (left, right, expected) in [
        ("7", "3", "1"),
        ("-7", "3", "-1"),
        ("7", "-3", "1"),
        ("7", "0", "7"),
        ("7.5", "0", "7.5"),
        ("-7.5", "2", "-1.5"),
        ("1", "0.1", "0"),
    ] {
        assert_eq!(number(left).modulo(&number(right)).unwrap().to_string(), expected);
    }
}

#[test]
fn infinities_do_not_cancel() {
    let (zero, one) = (number("0"), number("1"));
    let infinity = one.divide(&zero).unwrap();
    assert_eq!(infinity.to_string(), "+Inf");
    assert_eq!(number("-1").divide(&zero).unwrap().to_string(), "-Inf");
    assert!(infinity > one && infinity.negate() < one);
    assert!(zero.divide(&zero).is_err());
    assert!(infinity.divide(&infinity).is_err());
    assert!(infinity.subtract(&infinity).is_err());
    assert!(infinity.multiply(&zero).is_err());
    assert!(infinity.modulo(&one).is_err() && one.modulo(&infinity).is_err());
    assert_eq!(infinity.floor(), infinity);
    assert_eq!(infinity.add(&infinity).unwrap(), infinity);
}

#[test]
fn zero_has_a_sign() {
    assert_eq!(number("0").negate().to_string(), "-0");
    assert_eq!(number("0").multiply(&number("-1")).unwrap().to_string(), "-0");
    assert_eq!(number("-0"), number("0"));
    assert_eq!(number("-0").absolute().to_string(), "0");
    assert_eq!(number("-0.5").ceil().to_string(), "0");
}

#[test]
fn whole_numbers_near() {
    for (value, floor, ceil, truncated) in [
        ("-4.9", "-5", "-4", "-4"),
        ("4.9999", "4", "5", "4"),
        ("-0.5", "-1", "0", "0"),
        ("5", "5", "5", "5"),
        ("1e20", "100000000000000000000", "100000000000000000000", "100000000000000000000"),
    ] {
        let value = number(value);
        let found = [value.floor(), value.ceil(), value.truncate()].map(|it| it.to_string());
        assert_eq!(found, [floor, ceil, truncated]);
    }
}

#[test]
fn doubles_come_back() {
    for value in [0.0, -0.0, 1.5, 5e-324, f64::MAX, f64::MIN_POSITIVE, 0.1, -1e22] {
        let back = Number::from_f64(value).unwrap().to_f64();
        assert_eq!(back.to_bits(), value.to_bits());
    }
    assert!(Number::from_f64(f64::NAN).is_none());
    assert_eq!(number("1e400").to_f64().to_string(), "inf");
    assert_eq!(number("9007199254740993").to_f64().to_string(), "9007199254740992");
}

#[test]
fn whole_numbers_of_any_size() {
    let large = number("340282366920938463463374607431768211455");
    assert_eq!(large.to_u128(), Some(u128::MAX));
    assert_eq!(large.to_i128(), None);
    assert_eq!(Number::from(u128::MAX), large);
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("-1").to_usize(), None);
    assert_eq!(number("-9223372036854775808").negate().to_string(), "9223372036854775808");
}

#[test]
fn nothing_grows_without_bound() {
    let mut value = number("1e1000");
    let refused = (0..20).any(|_| match value.multiply(&value) {
        Ok(square) => {
            value = square;
            false
        }
        Err(_) => true,
    });
    assert!(refused);
    assert!(Number::parse(&"9".repeat(100_000)).is_none());
}
