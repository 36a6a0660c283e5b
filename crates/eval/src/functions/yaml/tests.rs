//! YAML as Terraform answers. `recorded.jsonl` holds a case a line: `yaml` with the `json` that it is
//! decoded to, or none where Terraform refuses it, or the JSON of a `value` with its `yaml`.

use std::fmt::Write as _;

use super::super::testing::{call, text_of};
use crate::{Kind, Value, from_json, to_json};

fn decoded(text: &str) -> Option<String> {
    to_json(&call("yamldecode", &[Value::string(text)])?).unwrap()
}

#[test]
fn recorded_answers() {
    for line in include_str!("recorded.jsonl").lines() {
        let Kind::Object(case) = from_json(line).unwrap().kind else { panic!("{line}") };
        let text = |name: &str| case.get(name).map(|it| it.as_str().unwrap().to_owned());
        let yaml = text("yaml").unwrap();
        if let Some(value) = text("value") {
            let value = from_json(&value).unwrap();
            assert_eq!(text_of("yamlencode", &[value]), Some(yaml), "{line}");
        } else {
            assert_eq!(decoded(&yaml), text("json"), "{line}");
        }
    }
}

#[test]
fn infinities() {
    let value = call("yamldecode", &[Value::string("- .inf\n- -.INF")]).unwrap();
    let written = text_of("yamlencode", &[value]);
    assert_eq!(written.as_deref(), Some("- +Inf\n- -Inf\n"));
}

#[test]
fn aliases_cannot_make_more_than_there_is() {
    let ten = |of: &str| [of; 10].join(", ");
    let mut text = format!("a0: &a0 [{}]\n", ten("x"));
    for level in 1..20 {
        let inner = ten(&format!("*a{}", level - 1));
        writeln!(text, "a{level}: &a{level} [{inner}]").unwrap();
    }
    assert_eq!(decoded(&text), None);
    let mut chain = "- &a0 x\n".to_owned();
    for level in 1..300 {
        writeln!(chain, "- &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(decoded(&chain), None);
}

#[test]
fn endless_text_ends() {
    for start in ["[", "{", "{a: ", "- ", "? ", ": ", "[a, ", "[? ", "&a ", "!a ", "*a : "] {
        assert_eq!(decoded(&start.repeat(100_000)), None, "{start}");
    }
}

#[test]
fn pieces_of_text_do_no_harm() {
    for line in include_str!("recorded.jsonl").lines() {
        let mut rest = line.chars();
        while rest.next().is_some() {
            let text = rest.as_str().replace("\\n", "\n");
            let answer = call("yamldecode", &[Value::string(&text)]);
            assert!(answer.is_none_or(|it| it.is_known()));
        }
    }
}
