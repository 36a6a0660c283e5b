//! Paths as text, with forward slashes on every system, and the functions on them.

use std::path::Path;

use super::identity::impure_text;
use super::take::{returns_string, text};
use crate::{CallError, Function, Parameter, Shape, Unknown, Value};

const PATH: &[Parameter] = &[Parameter::new("path", Shape::String)];

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "abspath",
        parameters: PATH,
        variadic: None,
        returns: returns_string,
        call: |context, arguments| {
            let path = text(arguments, 0)?;
            if path.starts_with('/') {
                return Ok(Value::string(&clean(path)));
            }
            let directory = slashes(context.directory)
                .ok_or_else(|| CallError::new("the working directory is not UTF-8 text"))?;
            Ok(Value::string(&join(&directory, path)))
        },
    },
    Function {
        name: "basename",
        parameters: PATH,
        variadic: None,
        returns: returns_string,
        call: |_, arguments| Ok(Value::string(base(text(arguments, 0)?))),
    },
    Function {
        name: "dirname",
        parameters: PATH,
        variadic: None,
        returns: returns_string,
        call: |_, arguments| {
            let path = text(arguments, 0)?;
            let directory = path.rfind('/').and_then(|end| path.get(..=end));
            Ok(Value::string(&clean(directory.unwrap_or_default())))
        },
    },
    Function {
        name: "pathexpand",
        parameters: PATH,
        variadic: None,
        returns: returns_string,
        call: |_, arguments| {
            let path = text(arguments, 0)?;
            if in_home(path)? {
                // Whose home it is differs from machine to machine, but its path is absolute.
                let home = impure_text("pathexpand", arguments);
                return Ok(Unknown { prefix: Some("/".into()), ..home }.into());
            }
            Ok(Value::string(path))
        },
    },
];

/// Whether the path starts in the home directory of whoever runs Terraform.
pub(super) fn in_home(path: &str) -> Result<bool, CallError> {
    match path.strip_prefix('~') {
        None => Ok(false),
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => Ok(true),
        Some(_) => Err(CallError::argument(0, "the home directory of another user is not known")),
    }
}

/// The path in its shortest form: no empty parts, no `.`, and `..` only at the start.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The second path below the first one, whatever it starts with.
pub(super) fn join(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => clean(second),
        (_, true) => clean(first),
        _ => clean(&format!("{first}/{second}")),
    }
}

/// The last part of a path.
fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return "/";
    }
    path.rsplit('/').next().unwrap_or(path)
}

fn slashes(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '/' {
        text.to_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{call, text_of};
    use crate::Value;

    fn check(name: &str, cases: &[(&str, Option<&str>)]) {
        for (path, expected) in cases {
            let ours = text_of(name, &[Value::string(path)]);
            assert_eq!(ours.as_deref(), *expected, "{name}({path:?})");
        }
    }

    #[test]
    fn last_parts() {
        let cases = [
            ("a/b/c.txt", "c.txt"),
            ("", "."),
            ("/", "/"),
            ("//", "/"),
            ("a//", "a"),
            (".", "."),
            ("..", ".."),
        ];
        check("basename", &cases.map(|(path, base)| (path, Some(base))));
    }

    #[test]
    fn parents() {
        let cases = [
            ("a/b/c.txt", "a/b"),
            ("a/b/", "a/b"),
            ("/a", "/"),
            ("c.txt", "."),
            ("", "."),
            ("/", "/"),
            ("../a", ".."),
            ("a//b", "a"),
            ("a/../b/c", "b"),
            ("a/b/..", "a/b"),
            ("//a", "/"),
            ("/a/..", "/a"),
        ];
        check("dirname", &cases.map(|(path, parent)| (path, Some(parent))));
    }

    #[test]
    fn absolute_paths_are_below_the_working_directory() {
        let cases = [("/a//b", "/a/b"), ("/../x", "/x"), ("x/../y", "/y"), ("", "/"), ("~", "/~")];
        check("abspath", &cases.map(|(path, absolute)| (path, Some(absolute))));
    }

    #[test]
    fn a_home_directory_is_not_known() {
        check("pathexpand", &[("", Some("")), ("/x/~", Some("/x/~")), ("~nobody/x", None)]);
        for path in ["~", "~/x", "~\\x"] {
            assert!(!call("pathexpand", &[Value::string(path)]).unwrap().is_known(), "{path}");
        }
    }
}
