//! Calls of functions by name, for the tests beside them.

use std::path::Path;

use super::find;
use crate::{CallContext, NoFiles, Number, Value};

pub(super) fn whole(number: i128) -> Value {
    Number::from(number).into()
}

/// What the function gives, or nothing where it refuses.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let function = find(name).unwrap();
    let context = CallContext { files: &NoFiles, directory: Path::new("/") };
    (function.returns)(arguments).ok()?;
    (function.call)(&context, arguments).ok()
}

/// The text that the function gives; `None` where it refuses.
pub(super) fn text_of(name: &str, arguments: &[Value]) -> Option<String> {
    Some(call(name, arguments)?.as_str().unwrap().to_owned())
}

/// The texts in a list or tuple that the function gives; `None` where it refuses.
pub(super) fn texts_of(name: &str, arguments: &[Value]) -> Option<Vec<String>> {
    let list = call(name, arguments)?;
    Some(list.parts().into_iter().map(|it| it.as_str().unwrap().to_owned()).collect())
}
