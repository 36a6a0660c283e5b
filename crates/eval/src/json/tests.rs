//! JSON against Terraform's recorded answers.

use super::*;
use crate::{Number, References, Type};

fn written(value: &Value) -> String {
    encode(value).unwrap().unwrap()
}

#[test]
fn strings_are_escaped_as_go_does() {
    let text = "é\n\t\"\\<>&'\u{8}\u{c}\u{1f}\u{7f}\u{2028}\u{2029}";
    let expected =
        r#""é\n\t\"\\\u003c\u003e\u0026'\b\f\u001f"#.to_owned() + "\u{7f}\\u2028\\u2029\"";
    assert_eq!(written(&Value::string(text)), expected);
}

#[test]
fn text_reads_back() {
    for (text, back) in [
        ("null", "null"),
        ("1e5", "100000"),
        (" 1 ", "1"),
        ("-0", "-0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("[1, \"a\", null, true]", "[1,\"a\",null,true]"),
        ("{\"b\": [], \"a\": {\"b\": [1, 2]}}", "{\"a\":{\"b\":[1,2]},\"b\":[]}"),
        ("{\"a\": 1, \"a\": 2}", "{\"a\":2}"),
        ("{\"a\": \"1\", \"a\": 2}", "{\"a\":2}"),
        ("{\"a\": {\"b\": 1}, \"a\": {\"b\": 1, \"c\": 2}}", "{\"a\":{\"b\":1,\"c\":2}}"),
        ("\"\\ud83d\\ude00\"", "\"😀\""),
        ("\"\\ud800x\\udc00\"", "\"\u{fffd}x\u{fffd}\""),
        ("\"e\\u0301\"", "\"é\""),
        ("[1]]", "[1]"),
    ] {
        assert_eq!(written(&decode(text).unwrap()), back, "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        "{",
        "nope",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\": 1} x",
        "'a'",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "\"a",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "NaN",
        "{\"a\":1,\"a\":null}",
        "{\"a\":{\"b\":1,\"c\":2},\"a\":{\"b\":1}}",
        "{\"a\":true,\"a\":1}",
        "{\"a\":[1,2],\"a\":[1]}",
    ] {
        assert!(decode(text).is_err(), "{text}");
    }
    assert!(decode(&"[".repeat(100_000)).is_err());
}

#[test]
fn infinities_are_refused_and_unknown_parts_leave_no_text() {
    let infinity = Value::from(Number::infinity(false));
    assert!(encode(&Value::tuple([infinity])).is_err());
    let unknown = Value::unknown(Type::String, References::default());
    assert_eq!(encode(&Value::tuple([unknown])), Ok(None));
}
