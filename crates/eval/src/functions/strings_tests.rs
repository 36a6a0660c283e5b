//! Functions on text against answers of terraform 1.11.4.

use super::testing::{call, text_of, texts_of, whole};
use crate::{Kind, Reference, References, Source, Type, Unknown, Value};

fn on(name: &str, texts: &[&str]) -> Option<String> {
    text_of(name, &texts.iter().map(|it| Value::string(it)).collect::<Vec<_>>())
}

#[test]
fn trimming() {
    let right: [(&str, &[&str], &str); 12] = [
        ("chomp", &["a\r\n\r\n"], "a"),
        ("chomp", &["a\r"], "a"),
        ("chomp", &["a\n "], "a\n "),
        ("trim", &["abcba", "ab"], "c"),
        ("trim", &["éaé", "é"], "a"),
        ("trim", &["abc", ""], "abc"),
        ("trimprefix", &["hellohello", "hello"], "hello"),
        ("trimprefix", &["hello", "x"], "hello"),
        ("trimsuffix", &["aa", "a"], "a"),
        ("trimsuffix", &["a", "abc"], "a"),
        ("trimspace", &["\u{a0}\ta b \n"], "a b"),
        ("strrev", &["🇬🇧🇫🇷"], "🇫🇷🇬🇧"),
    ];
    for (name, texts, want) in right {
        assert_eq!(on(name, texts).as_deref(), Some(want), "{name} {texts:?}");
    }
}

#[test]
fn parts_of_a_text() {
    let right = [
        ("hello", -3, -1, "llo"),
        ("hello", -10, 2, "he"),
        ("hello", 5, 1, ""),
        ("hello", 6, 1, ""),
        ("hello", 0, 0, ""),
        ("hello", 0, -2, "hello"),
        ("hello", -3, 0, "llo"),
        ("👨‍👩‍👧abc", 0, 2, "👨‍👩‍👧a"),
    ];
    for (text, offset, length, want) in right {
        let arguments = [Value::string(text), whole(offset), whole(length)];
        assert_eq!(text_of("substr", &arguments).as_deref(), Some(want), "{offset} {length}");
    }
}

#[test]
fn splitting_and_joining() {
    let split = |separator, text| {
        texts_of("split", &[Value::string(separator), Value::string(text)]).unwrap()
    };
    assert_eq!(split("ab", "xabyab"), ["x", "y", ""]);
    assert_eq!(split("", "é👍"), ["é", "👍"]);
    assert_eq!(split("", ""), [""; 0]);
    assert_eq!(split(",", ""), [""]);
    let list = Value::list(Type::String, [Value::string("a"), Value::string("b")]);
    let arguments = [Value::string(","), list.clone(), list];
    assert_eq!(text_of("join", &arguments).as_deref(), Some("a,b,a,b"));
    assert_eq!(text_of("join", &[Value::string(",")]), None);
    let null = Value::list(Type::String, [Value::null(Type::String)]);
    assert_eq!(text_of("join", &[Value::string(","), null]), None);
}

#[test]
fn indenting() {
    let indent = |spaces, text| text_of("indent", &[whole(spaces), Value::string(text)]);
    assert_eq!(indent(2, "a\n\nb").as_deref(), Some("a\n  \n  b"));
    assert_eq!(indent(2, "a\n").as_deref(), Some("a\n  "));
    assert_eq!(indent(-1, "a\nb"), None);
    assert_eq!(indent(i128::from(i64::MAX), "a\nb"), None);
}

#[test]
fn the_start_of_what_is_not_known() {
    let starts = |known: Option<&str>, prefix| {
        let ty = Type::String;
        let text = Unknown { ty, prefix: known.map(Into::into), ..Unknown::default() };
        call("startswith", &[text.into(), Value::string(prefix)]).unwrap().as_bool()
    };
    assert_eq!(starts(Some("prefix-"), "prefix"), Some(true));
    assert_eq!(starts(Some("sg-"), "vpc"), Some(false));
    assert_eq!(starts(Some("s-"), "vpc"), None);
    assert_eq!(starts(Some("pre-"), "pre-x"), None);
    assert_eq!(starts(None, ""), Some(true));
    assert_eq!(starts(None, "a"), None);
}

#[test]
fn joining_what_is_not_known() {
    let unknown = Value::unknown(Type::String, References::default());
    let list = Value::list(Type::String, [unknown, Value::null(Type::String)]);
    let joined = call("join", &[Value::string(","), list]).unwrap();
    let Kind::Unknown(joined) = &joined.kind else { panic!("known") };
    assert!(joined.not_null);
}

/// `join("", [x])` is `x`, whatever it will be.
#[test]
fn joining_one_element_gives_it() {
    let source = Source::Impure("x".into());
    let references = References::exactly(Reference { source, path: [].into() });
    let unknown = Value::unknown(Type::String, references.clone());
    let joined = |lists: &[&[Value]]| {
        let lists = lists.iter().map(|it| Value::list(Type::String, it.to_vec()));
        let arguments: Vec<Value> = [Value::string(",")].into_iter().chain(lists).collect();
        call("join", &arguments).unwrap().references()
    };
    assert_eq!(joined(&[std::slice::from_ref(&unknown)]), references);
    assert_eq!(joined(&[&[], std::slice::from_ref(&unknown)]), references);
    assert!(!joined(&[&[unknown.clone(), Value::string("")]]).exact);
    assert!(!joined(&[&[unknown.clone(), unknown]]).exact);
}

#[test]
fn nothing_grows_without_a_limit() {
    let long = "a".repeat(5000);
    assert_eq!(on("replace", &[&long, "a", &long]), None);
    assert_eq!(on("replace", &[&long, "/a/", &long]), None);
    assert_eq!(on("replace", &["", "", &long]).as_deref(), Some(&*long));
}
