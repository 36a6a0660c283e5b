//! Functions that read files, all of them through the caller's [`Files`](crate::Files).

use std::path::Path;

use super::encoding::encode;
use super::glob::glob;
use super::identity::impure;
use super::paths::{clean, in_home, join};
use super::take::{bounded, returns_bool, returns_string, text};
use crate::{CallContext, CallError, Function, Parameter, Shape, Type, Value};

const PATH: Parameter = Parameter::new("path", Shape::String);

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "file",
        parameters: &[PATH],
        variadic: None,
        returns: returns_string,
        call: |context, arguments| match content(context, arguments)? {
            Content::Known(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(Value::string(text)),
                Err(_) => Err(CallError::argument(0, "the file is not UTF-8 text")),
            },
            Content::Unknown(value) => Ok(value),
        },
    },
    Function {
        name: "filebase64",
        parameters: &[PATH],
        variadic: None,
        returns: returns_string,
        call: |context, arguments| match content(context, arguments)? {
            Content::Known(bytes) => {
                bounded(bytes.len().checked_mul(2))?;
                Ok(Value::normal_string(encode(&bytes)))
            }
            Content::Unknown(value) => Ok(value),
        },
    },
    Function {
        name: "fileexists",
        parameters: &[PATH],
        variadic: None,
        returns: returns_bool,
        call: exists,
    },
    Function {
        name: "fileset",
        parameters: &[PATH, Parameter::new("pattern", Shape::String)],
        variadic: None,
        returns: |_| Ok(Type::set(Type::String)),
        call: file_set,
    },
];

/// What is in a file.
pub(crate) enum Content {
    /// These bytes.
    Known(Vec<u8>),
    /// The file is in the home directory, wherever that is, or one that may not be read; the text that
    /// comes from it.
    Unknown(Value),
}

/// What is in the file that the first argument names.
pub(crate) fn content(
    context: &CallContext<'_>,
    arguments: &[Value],
) -> Result<Content, CallError> {
    let path = text(arguments, 0)?;
    let unknown = || Content::Unknown(impure("file", Type::String, arguments));
    if in_home(path)? {
        return Ok(unknown());
    }
    let path = clean(path);
    match context.files.exists(Path::new(&path)) {
        Ok(true) => {
            Ok(context.files.read(Path::new(&path)).map_or_else(|_| unknown(), Content::Known))
        }
        Ok(false) => Err(CallError::argument(0, format!("there is no file {path:?}"))),
        Err(_) => Ok(unknown()),
    }
}

fn exists(context: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let path = text(arguments, 0)?;
    let unknown = || Ok(impure("fileexists", Type::Bool, arguments));
    if in_home(path)? {
        return unknown();
    }
    let wrong = |why: String| CallError::argument(0, why);
    let path = clean(path);
    match context.files.exists(Path::new(&path)) {
        Ok(true) => return Ok(true.into()),
        Ok(false) => {}
        Err(_) => return unknown(),
    }
    // Of what is there but no file, Terraform refuses to tell.
    if path == "." || !context.files.list(Path::new(&path)).map_err(wrong)?.is_empty() {
        return Err(wrong(format!("{path:?} is a directory, not a file")));
    }
    for (end, _) in path.match_indices('/') {
        let above = path.get(..end).filter(|it| !it.is_empty());
        let above = above.map(|it| context.files.exists(Path::new(it)));
        if above == Some(Ok(true)) {
            return Err(wrong(format!("{path:?} is below a file")));
        }
    }
    Ok(false.into())
}

fn file_set(context: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let directory = clean(text(arguments, 0)?);
    let pattern = join(&directory, text(arguments, 1)?);
    let literal = pattern.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
    let is_refused = |path: &str| context.files.exists(Path::new(path)).is_err();
    if is_refused(&directory) || is_refused(&clean(literal)) {
        return Ok(impure("fileset", Type::set(Type::String), arguments));
    }
    let found = glob(context.files, &pattern).map_err(|why| CallError::argument(1, why))?;
    let names = found.iter().map(|path| Value::string(&relative(&directory, path)));
    Ok(Value::set(Type::String, names.collect()))
}

/// The path as seen from a directory; both are clean, and both absolute or both relative.
fn relative(directory: &str, path: &str) -> String {
    let directory: Vec<&str> = parts(directory).collect();
    let path: Vec<&str> = parts(path).collect();
    let common = directory.iter().zip(&path).take_while(|(one, other)| one == other).count();
    let up = directory.iter().skip(common).map(|_| "..");
    up.chain(path.iter().skip(common).copied()).collect::<Vec<_>>().join("/")
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|it| !matches!(*it, "" | "."))
}

#[cfg(test)]
mod tests;
