//! Files in memory, with the names of those that Terraform's answers were recorded with.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::find;
use super::super::paths::clean;
use crate::{CallContext, CallError, Files, Value, to_json};

struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    fn name(path: &Path) -> String {
        clean(path.to_str().unwrap().strip_prefix("/srv/").unwrap_or(path.to_str().unwrap()))
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let name = Self::name(path);
        if name == "files/large" {
            return Err("too large".into());
        }
        self.0.get(&name).cloned().ok_or_else(|| "not there".into())
    }

    fn exists(&self, path: &Path) -> Result<bool, String> {
        let name = Self::name(path);
        if name.starts_with("..") {
            return Err("may not be read".into());
        }
        Ok(self.0.contains_key(&name))
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>, String> {
        let name = Self::name(directory);
        let below = |it: &String| match &*name {
            "." => Some(it.clone()),
            name => Some(it.strip_prefix(name)?.strip_prefix('/')?.to_owned()),
        };
        Ok(self.0.keys().filter_map(below).collect())
    }
}

fn call(name: &str, arguments: &[&str]) -> Result<Value, CallError> {
    let names = "bad.tftpl bin.dat bom.txt crlf.tftpl empty.txt esc.tftpl greet.tftpl hello.txt \
                 if.tftpl json.tftpl large plain.txt sub/deep/hello.md sub/hello.txt syntax.tftpl \
                 t.csv t.json t.yaml";
    let mut all: BTreeMap<String, Vec<u8>> =
        names.split(' ').map(|it| (format!("files/{it}"), it.into())).collect();
    all.insert("files/bin.dat".into(), b"\xff\xfe\0bin".to_vec());
    all.insert("main.tf".into(), Vec::new());
    let context = CallContext { files: &Memory(all), directory: Path::new("/work") };
    let arguments: Vec<Value> = arguments.iter().map(|it| Value::string(it)).collect();
    (find(name).unwrap().call)(&context, &arguments)
}

/// The names that a pattern gives, without the large file that the recorded answers have not.
fn set(directory: &str, pattern: &str) -> Option<String> {
    let value = call("fileset", &[directory, pattern]).ok()?;
    let names = value.parts().into_iter().filter_map(Value::as_str);
    let names = names.filter(|it| !it.ends_with("large"));
    Some(names.collect::<Vec<_>>().join(" "))
}

#[test]
fn patterns_find_what_terraform_finds() {
    let everything = "bad.tftpl bin.dat bom.txt crlf.tftpl empty.txt esc.tftpl greet.tftpl hello.txt \
                      if.tftpl json.tftpl plain.txt sub/deep/hello.md sub/hello.txt syntax.tftpl \
                      t.csv t.json t.yaml";
    for (directory, pattern, expected) in [
        ("files", "*.txt", "bom.txt empty.txt hello.txt plain.txt"),
        ("files/", "?????.txt", "empty.txt hello.txt plain.txt"),
        ("files", "**/*.txt", "bom.txt empty.txt hello.txt plain.txt sub/hello.txt"),
        ("files", "**", everything),
        ("files", "**/**", everything),
        ("/srv/files", "t.c*", "t.csv"),
        ("files", "h[a-f]llo.txt", "hello.txt"),
        ("files", "[^h]*.txt", "bom.txt empty.txt plain.txt"),
        ("files", "[!h]*.txt", "hello.txt"),
        ("files", "[h\\-x]*.txt", "hello.txt"),
        ("files", "h\\ello.txt", "hello.txt"),
        ("files", "/hello.txt", "hello.txt"),
        ("files", "../files/hello.txt", "hello.txt"),
        ("files", "../main.tf", "../main.tf"),
        ("files", "sub/..", ""),
        ("files", "sub", ""),
        ("files", "h*o.txt", "hello.txt"),
        ("files", "{hello,plain}.txt", "hello.txt plain.txt"),
        ("files", "*.{t*t,c*}", "bom.txt empty.txt hello.txt plain.txt t.csv"),
        ("files", "{sub,.}/hello.txt", "sub/hello.txt"),
        ("files", "**hello.txt", "hello.txt"),
        ("files", "s**", "syntax.tftpl"),
        ("files", "**/sub/**", "sub/deep/hello.md sub/hello.txt"),
        ("files", "*/**/*.md", "sub/deep/hello.md"),
        ("files", "hello.txt[", ""),
        ("files", "nope/[", ""),
        ("nope", "*", ""),
        ("files", "", ""),
        (".", "files/sub/*", "files/sub/hello.txt"),
        ("fi*", "hello.txt", "../files/hello.txt"),
        ("files/**", "hello.*", "../hello.txt ../sub/deep/hello.md ../sub/hello.txt"),
    ] {
        assert_eq!(set(directory, pattern).as_deref(), Some(expected), "{directory} {pattern}");
    }
}

#[test]
fn wrong_patterns_are_refused() {
    for pattern in [
        "[",
        "sub/[",
        "{hello,plain",
        "{sub/hello,plain}.txt",
        "[h-]*.txt",
        "[]h]*.txt",
        "\\",
        "[a",
    ] {
        assert_eq!(set("files", pattern), None, "{pattern}");
    }
}

#[test]
fn endless_patterns_end() {
    let stars = "*l".repeat(40);
    let name = "l".repeat(80);
    let files = Memory(BTreeMap::from([(name, Vec::new())]));
    assert!(super::glob(&files, &format!("{stars}x")).is_err());
}

#[test]
fn files_are_read_through_the_caller() {
    let json = |name: &str, path: &str| to_json(&call(name, &[path]).unwrap()).unwrap();
    assert_eq!(json("file", "./sub/../files/hello.txt").as_deref(), Some("\"hello.txt\""));
    assert_eq!(json("filebase64", "files/bin.dat").as_deref(), Some("\"//4AYmlu\""));
    let empty = "\"d41d8cd98f00b204e9800998ecf8427e\"";
    assert_eq!(json("filemd5", "/srv/main.tf").as_deref(), Some(empty));
    assert_eq!(json("fileexists", "files/hello.txt/").as_deref(), Some("true"));
    assert_eq!(json("fileexists", "files/nope").as_deref(), Some("false"));
    for (name, path) in [
        ("file", ""),
        ("file", "files"),
        ("file", "files/nope"),
        ("file", "files/bin.dat"),
        ("file", "~nobody/x"),
        ("filesha1", "files/nope"),
        ("fileexists", "files"),
        ("fileexists", "files/hello.txt/x"),
        ("fileexists", "~nobody/x"),
    ] {
        assert!(call(name, &[path]).is_err(), "{name} {path}");
    }
}

#[test]
fn what_may_not_be_read_is_not_known() {
    for name in ["file", "filebase64", "filesha512", "fileexists"] {
        for path in ["~/.ssh/id_rsa.pub", "../secret"] {
            assert!(!call(name, &[path]).unwrap().is_known(), "{name} {path}");
        }
    }
    assert!(!call("file", &["files/large"]).unwrap().is_known());
}
