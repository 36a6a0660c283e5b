//! What a built-in function is: its parameters, its result type and its work.

use std::path::Path;

use crate::{CallError, Type, Value};

/// What a parameter accepts; arguments are converted to it before the call.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything, as it is.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(…)`
    List(&'static Shape),
    /// `set(…)`
    Set(&'static Shape),
    /// `map(…)`
    Map(&'static Shape),
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// As the documentation calls it.
    pub name: &'static str,
    /// What it accepts.
    pub shape: Shape,
    /// The function sees `null`; otherwise `null` is refused.
    pub null: bool,
    /// The function sees an argument that is unknown as a whole; otherwise the result of the call is
    /// unknown without calling it. Parts of a known argument may be unknown in any case.
    pub unknown: bool,
    /// The function sees marks and sets those of its result; otherwise arguments come without any, and
    /// the result is sensitive as a whole when any part of an argument was.
    pub marked: bool,
}

impl Parameter {
    /// A parameter that refuses `null`.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, null: false, unknown: false, marked: false }
    }

    /// Accepts `null`.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { null: true, ..self }
    }

    /// Accepts what is unknown.
    #[must_use]
    pub const fn unknowable(self) -> Self {
        Self { unknown: true, ..self }
    }

    /// Accepts marks.
    #[must_use]
    pub const fn markable(self) -> Self {
        Self { marked: true, ..self }
    }
}

/// A built-in function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The parameters that must be given.
    pub parameters: &'static [Parameter],
    /// What further arguments are, when there may be any.
    pub variadic: Option<Parameter>,
    /// The type of the result, told from the arguments, of which any may be unknown. It may refuse what
    /// can be refused by type alone.
    pub returns: fn(&[Value]) -> Result<Type, CallError>,
    /// The work. Arguments have been converted, and are as the parameters say.
    pub call: fn(&CallContext<'_>, &[Value]) -> Result<Value, CallError>,
}

/// The files that functions may read.
pub trait Files: Sync {
    /// The bytes of a regular file; the path is absolute or relative to where Terraform runs.
    fn read(&self, path: &Path) -> Result<Vec<u8>, String>;

    /// Whether a regular file is there. An error when the question may not be asked.
    fn exists(&self, path: &Path) -> Result<bool, String>;

    /// Every regular file below a directory as relative path with forward slashes, sorted.
    fn list(&self, directory: &Path) -> Result<Vec<String>, String>;
}

/// No file may be read.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        Err(format!("{} may not be read", path.display()))
    }

    fn exists(&self, path: &Path) -> Result<bool, String> {
        Err(format!("{} may not be read", path.display()))
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>, String> {
        Err(format!("{} may not be read", directory.display()))
    }
}

/// What functions may use beyond their arguments.
#[derive(Clone, Copy)]
pub struct CallContext<'c> {
    /// The files.
    pub files: &'c dyn Files,
    /// Where Terraform runs, `path.cwd`: what relative paths are relative to.
    pub directory: &'c Path,
}
