//! Compressed text as Terraform answers.

use super::super::testing::text_of;
use crate::Value;

fn gzip(text: &str) -> String {
    text_of("base64gzip", &[Value::string(text)]).unwrap()
}

#[test]
fn the_bytes_are_those_of_go() {
    let numbers = (0..60).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    for (text, expected) in [
        ("", "H4sIAAAAAAAA/wAAAP//AQAA//8AAAAAAAAAAA=="),
        ("hello hello hello", "H4sIAAAAAAAA/8pIzcnJV0AiAQAAAP//AQAA//+AiPnlEQAAAA=="),
        (
            &numbers,
            "H4sIAAAAAAAA/wTANwEAIBAEQUNb8BcI/o0xi0GYUDaHy2MWM4wYM2HKbOYwl3looUFCRkFFGx100cMLDxY2Di7e\
             +OCLH1lkiIhJSMkmh1zy6KJDRU1DSzc99NL3AQAA//8BAAD//6X1dNipAAAA",
        ),
    ] {
        assert_eq!(gzip(text), expected);
    }
}

#[test]
fn long_text_has_many_blocks() {
    let row = |a: u32| (0..300).map(move |b| (a * b).to_string());
    let text = (0..300).flat_map(row).collect::<Vec<_>>().join(",");
    let hash = text_of("md5", &[Value::string(&gzip(&text))]);
    assert_eq!(hash.as_deref(), Some("ccb1b8b16839660d2addea4bae708888"));
}
