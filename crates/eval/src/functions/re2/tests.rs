//! Patterns against answers of terraform 1.11.4.

use crate::functions::testing::{call, text_of, texts_of};
use crate::{Kind, Value};

fn regex(pattern: &str, text: &str) -> Option<String> {
    text_of("regex", &[Value::string(pattern), Value::string(text)])
}

fn all(pattern: &str, text: &str) -> Vec<String> {
    texts_of("regexall", &[Value::string(pattern), Value::string(text)]).unwrap()
}

fn groups(pattern: &str, text: &str) -> Vec<Option<String>> {
    let found = call("regex", &[Value::string(pattern), Value::string(text)]).unwrap();
    found.parts().into_iter().map(|it| it.as_str().map(str::to_owned)).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|it| Some((*it).to_owned())).collect()
}

#[test]
fn matches() {
    let right = [
        (r"a{2,3}?", "aaaa", "aa"),
        (r"(?U)a+", "aaa", "a"),
        (r"(?s)a.b", "a\nb", "a\nb"),
        (r"(?m)^b", "a\nb", "b"),
        (r"\Qa.b\E", "a.b", "a.b"),
        (r"\Qab\E+", "abbb", "abbb"),
        (r"\x41", "A", "A"),
        (r"\101", "A", "A"),
        (r"\z", "a", ""),
        (r"a|b|", "c", ""),
        (r"{", "{", "{"),
        (r"a{,2}", "a{,2}", "a{,2}"),
        (r"a{01}", "a{01}", "a{01}"),
        (r"]", "]", "]"),
        (r"[]a]", "]", "]"),
        (r"[^]a]", "]b", "b"),
        (r"[\d\-]+", "a1-2", "1-2"),
        (r"[[:^alpha:]]", "a1", "1"),
        (r"\pL+", "éa1", "éa"),
        (r"\p{Greek}+", "abcαβγ", "αβγ"),
        (r"\p{Any}", "a", "a"),
        (r"(?i)\w+", "ſK", "ſK"),
        (r"a(?i)*", "aaa", "aaa"),
        (r"x*(?i)*", "xx", "xx"),
        (r"^*", "aaa", ""),
        (r"(?)", "a", ""),
        (r"\_", "_", "_"),
        (r"\B", "é", ""),
    ];
    for (pattern, text, want) in right {
        assert_eq!(regex(pattern, text).as_deref(), Some(want), "{pattern}");
    }
}

#[test]
fn mismatches() {
    let none = [
        (r"a.b", "a\nb"),
        (r"\d", "٣"),
        (r"\w", "é"),
        (r"\s", "\u{a0}"),
        (r"[\p{L}&&[^a]]", "b&"),
        (r"(?i)[^k]", "K"),
        (r"\x{D800}", "a"),
        (r"\p{C}", "\u{378}"),
        (r"a\Bé", "aé"),
    ];
    for (pattern, text) in none {
        assert!(super::parse(pattern).is_ok(), "{pattern}");
        assert_eq!(regex(pattern, text), None, "{pattern}");
    }
}

#[test]
fn refused() {
    let wrong = [
        "a(?=b)",
        "a{1001}",
        "(a{100}){11}",
        "a{2,1}",
        "a{99999999999}",
        r"\C",
        "a++",
        "a**",
        "*",
        "(?i)*",
        "(",
        ")",
        r"\",
        r"[a-\d]",
        "(?x) a",
        r"\h",
        r"\8",
        r"\1",
        r"\é",
        "(?P<é>a)",
        "(?P<a",
        "(?-)",
        "[a",
        "[b-a]",
        r"\p",
        r"\p{Latn}",
        r"\p{greek}",
        "[[:foo:]]",
        "[[:alpha:",
        r"\x{110000}",
        r"\x4",
    ];
    for pattern in wrong {
        assert!(super::parse(pattern).is_err(), "{pattern}");
    }
    assert!(super::parse(&"(".repeat(100_000)).is_err());
    assert!(super::parse(&format!("{}a{}", "(".repeat(5000), ")".repeat(5000))).is_err());
    assert!(super::parse(&format!("a{}", "*(?i)".repeat(5000))).is_err());
    let deep = format!("{}a{}", "(?:".repeat(90), "*|b)".repeat(90));
    assert_eq!(regex(&deep, "a").as_deref(), Some("a"));
    assert_eq!(regex(r"(?:\pL{100}){10}\pL{1000}\pL{1000}\pL{1000}", "a"), None);
}

#[test]
fn groups_of_a_match() {
    assert_eq!(groups(r"([a-z])(\d)", "a1b2"), some(&["a", "1"]));
    assert_eq!(groups("(a|ab)(c|bcd)(d*)", "abcd"), some(&["a", "bcd", ""]));
    assert_eq!(groups("(?:(a)|b)", "b"), [None]);
    assert_eq!(groups("(|a)*", "aa"), some(&[""]));
    let named = call("regex", &[Value::string("(?P<b>.)(?<a>.)(?P<a>.)"), Value::string("xyz")]);
    let Some(Kind::Object(members)) = named.map(|it| it.kind) else {
        panic!("not an object");
    };
    let members: Vec<_> = members.iter().map(|(name, it)| (&**name, it.as_str())).collect();
    assert_eq!(members, [("a", Some("z")), ("b", Some("x"))]);
    assert!(call("regex", &[Value::string("(?P<a>x)(y)"), Value::string("xy")]).is_none());
}

#[test]
fn all_matches() {
    assert_eq!(all("a*", "baaac"), ["", "aaa", ""]);
    assert_eq!(all("", "ab"), ["", "", ""]);
    assert_eq!(all("a", "bnn"), [""; 0]);
    assert_eq!(all(r"\B", "éa"), [""]);
}

#[test]
fn replacements() {
    let right = [
        ("hello", "/(h)(e)/", "$2$1", "ehllo"),
        ("hello", "/(?P<x>l)/", "<${x}>", "he<l><l>o"),
        ("hello", "/(l)/", "$1x", "heo"),
        ("hello", "/(l)/", "${1}x", "helxlxo"),
        ("a/b", "/", "-", "a-b"),
        ("a/b", "//", "-", "-a-/-b-"),
        ("abc", "", "-", "-a-b-c-"),
        ("abc", "/x*/", "-", "-a-b-c-"),
        ("abc", "/(b)/", "<$ $>$", "a<$ $>$c"),
        ("abc", "/(b)/", "<$1é>", "a<>c"),
        ("abc", "/(b)/", "$01", "ac"),
        ("abc", "/(b)/", "$0$$", "ab$c"),
        ("x", "x", "$1", "$1"),
    ];
    for (text, from, to, want) in right {
        let arguments = [Value::string(text), Value::string(from), Value::string(to)];
        assert_eq!(text_of("replace", &arguments).as_deref(), Some(want), "{text} {from} {to}");
    }
}
