//! Formats against answers of terraform 1.11.4.

use crate::functions::testing::{call, text_of, texts_of, whole};
use crate::{Kind, Number, References, Type, Unknown, Value};

fn number(text: &str) -> Value {
    let number = match text.split_once('/') {
        Some((above, below)) => {
            Number::parse(above).unwrap().divide(&Number::parse(below).unwrap()).unwrap()
        }
        None => Number::parse(text).unwrap(),
    };
    number.into()
}

fn format(template: &str, values: &[Value]) -> Option<String> {
    let template = std::iter::once(Value::string(template));
    text_of("format", &template.chain(values.iter().cloned()).collect::<Vec<_>>())
}

#[test]
fn numbers() {
    let right = [
        ("%v", "1000000", "1e+06"),
        ("%v", "123456", "123456"),
        ("%v", "0.0001", "0.0001"),
        ("%v", "123456789.123", "1.23456789123e+08"),
        ("%+v|", "3", "3|"),
        ("%v", "0", "0"),
        ("%-05.1f|", "1.5", "001.5|"),
        ("%0-5d|", "3", "3    |"),
        ("%05d|", "-3", "-0003|"),
        ("%+d|", "42", "+42|"),
        ("%x", "-255", "-ff"),
        ("%#X", "255", "0XFF"),
        ("%#o", "8", "010"),
        ("%#b", "5", "0b101"),
        ("%8.3d|", "5", "     005|"),
        ("%08.3d|", "5", "     005|"),
        ("%.0d|", "0", "|"),
        ("%d", "99999999999999999999", "99999999999999999999"),
        ("%d", "-0", "0"),
        ("%+f", "1/0", "+Inf"),
        ("% f", "1/0", " Inf"),
        ("%08f", "1/0", "    +Inf"),
        ("%e", "0", "0.000000e+00"),
        ("%g", "0", "0"),
        ("%.1g", "0", "0"),
        ("%G", "1e-10", "1E-10"),
        ("%.3g", "1234567", "1.23e+06"),
        ("%.10g", "1234567", "1234567"),
        ("%.0g", "123", "1e+02"),
        ("%.30f", "0.1", "0.100000000000000000000000000000"),
        ("%.1f", "0.15", "0.2"),
        ("%.1f", "0.25", "0.2"),
        ("%.0f", "2.5", "2"),
        ("%.0f", "3.5", "4"),
        ("%+.1f", "2.25", "+2.2"),
        ("%.2e", "123456", "1.23e+05"),
        ("%.0e", "15", "2e+01"),
        ("%+.3e", "1e100", "+1.000e+100"),
        ("%E", "12345e300", "1.234500E+304"),
        ("%.05f", "1.5", "1.50000"),
        ("%.0f", "0.5", "0"),
        ("%.0f", "0.6", "1"),
        ("%.0f", "-0.4", "-0"),
        ("%.3f", "1e-10", "0.000"),
        ("%.3g", "99999", "1e+05"),
        ("%.2f", "99.999", "100.00"),
        ("%5[1]d", "1", "    1"),
    ];
    for (template, value, want) in right {
        assert_eq!(format(template, &[number(value)]).as_deref(), Some(want), "{template} {value}");
    }
    let third = format("%.160f", &[number("1/3")]).unwrap();
    assert_eq!(third, format!("0.{}457639", "3".repeat(154)));
    assert_eq!(format("%d", &[number("1/0")]), None);
    assert_eq!(format("%d", &[number("1.5")]), None);
}

#[test]
fn texts() {
    let right = [
        ("%05s|", "ab", "000ab|"),
        ("%-05s|", "ab", "ab000|"),
        ("%10s|", "é", "         é|"),
        ("%.2s", "héllo", "hé"),
        ("%.1s", "👨‍👩‍👧x", "👨‍👩‍👧"),
        ("%5.1s|", "abc", "    a|"),
        ("%.0s|%[1]v", "abc", "abc|abc"),
        ("é%s%%", "a", "éa%"),
    ];
    for (template, value, want) in right {
        let values = [Value::string(value)];
        assert_eq!(format(template, &values).as_deref(), Some(want), "{template}");
    }
}

#[test]
fn which_argument() {
    let values = [whole(1), Value::string("a")];
    assert_eq!(format("%d %s %[1]d", &values).as_deref(), Some("1 a 1"));
    assert_eq!(format("%[2]s-%[1]d", &values).as_deref(), Some("a-1"));
    let wrong = [
        "%d",
        "no verbs",
        "%d %s %s",
        "%[3]s",
        "%[0]s",
        "%[01]d",
        "%[]d",
        "%[1]5d",
        "%[1",
        "%*s",
        "%d %s %",
        "%5%",
        "%é",
        "%z %z",
        "%d %c",
        "%d %99999999999999999999s",
        "%d %99999999s",
    ];
    for template in wrong {
        assert_eq!(format(template, &values), None, "{template}");
    }
}

#[test]
fn null() {
    let null = Value::null(Type::String);
    assert_eq!(format("%v", std::slice::from_ref(&null)).as_deref(), Some("null"));
    assert_eq!(format("%s", &[null]), None);
    let untyped = call("format", &[Value::string("%v"), Value::NULL]).unwrap();
    assert_eq!((untyped.ty(), untyped.is_known()), (Type::Dynamic, false));
}

#[test]
fn unknown_arguments() {
    let unknown = Value::unknown(Type::String, References::default());
    let prefix = |template: &str| {
        let printed = call("format", &[Value::string(template), unknown.clone()]).unwrap();
        let Kind::Unknown(printed) = &printed.kind else { panic!("known") };
        assert!(printed.not_null);
        printed.prefix.as_deref().map(str::to_owned)
    };
    assert_eq!(prefix("abc-%s").as_deref(), Some("abc-"));
    assert_eq!(prefix("abc%s").as_deref(), Some("ab"));
    assert_eq!(prefix("%s"), None);
    assert_eq!(prefix("a%s"), None);
}

fn list(texts: &[&str]) -> Value {
    Value::list(Type::String, texts.iter().map(|it| Value::string(it)).collect::<Vec<_>>())
}

#[test]
fn lists() {
    let both = |first, second| texts_of("formatlist", &[Value::string("%s-%s"), first, second]);
    assert_eq!(both(list(&["a", "b"]), list(&["c", "d"])).unwrap(), ["a-c", "b-d"]);
    assert_eq!(both(Value::string("x"), list(&["c", "d"])).unwrap(), ["x-c", "x-d"]);
    assert_eq!(both(list(&["a", "b"]), list(&["c"])), None);
    assert_eq!(texts_of("formatlist", &[Value::string("%z"), list(&[])]).unwrap(), [""; 0]);
    assert_eq!(texts_of("formatlist", &[Value::string("x")]).unwrap(), ["x"]);
    assert_eq!(texts_of("formatlist", &[Value::string("%s"), list(&["a"]), list(&["b"])]), None);
}

#[test]
fn lists_that_are_not_known() {
    let unknown = Value::unknown(Type::String, References::default());
    let some = Value::tuple([unknown.clone(), Value::string("a")]);
    let printed =
        call("formatlist", &[Value::string("%s %s"), some.clone(), list(&["b", "c"])]).unwrap();
    let items = printed.parts();
    assert_eq!(items.iter().map(|it| it.as_str()).collect::<Vec<_>>(), [None, Some("a c")]);
    let all: Value = Unknown { ty: Type::list(Type::String), ..Unknown::default() }.into();
    let printed = call("formatlist", &[Value::string("%s%s"), some.clone(), all]).unwrap();
    assert_eq!((printed.is_known(), printed.ty()), (false, Type::list(Type::String)));
    // How many it has is known from its type.
    let pair = Type::Tuple([Type::String].into());
    let pair = Value::unknown(pair, References::default());
    assert_eq!(call("formatlist", &[Value::string("%s%s"), some, pair]), None);
}
