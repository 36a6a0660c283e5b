//! Hashes of texts and of files.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::encoding;
use super::files::{self, Content};
use super::take::{returns_string, text};
use crate::{CallContext, CallError, Function, Parameter, Shape, Value};

pub(crate) const FUNCTIONS: &[Function] = &[
    of_text("base64sha256", |_, it| Ok(base64::<Sha256>(text(it, 0)?.as_bytes()))),
    of_text("base64sha512", |_, it| Ok(base64::<Sha512>(text(it, 0)?.as_bytes()))),
    of_text("md5", |_, it| Ok(hex::<Md5>(text(it, 0)?.as_bytes()))),
    of_text("sha1", |_, it| Ok(hex::<Sha1>(text(it, 0)?.as_bytes()))),
    of_text("sha256", |_, it| Ok(hex::<Sha256>(text(it, 0)?.as_bytes()))),
    of_text("sha512", |_, it| Ok(hex::<Sha512>(text(it, 0)?.as_bytes()))),
    of_file("filebase64sha256", |context, it| of_content(context, it, base64::<Sha256>)),
    of_file("filebase64sha512", |context, it| of_content(context, it, base64::<Sha512>)),
    of_file("filemd5", |context, it| of_content(context, it, hex::<Md5>)),
    of_file("filesha1", |context, it| of_content(context, it, hex::<Sha1>)),
    of_file("filesha256", |context, it| of_content(context, it, hex::<Sha256>)),
    of_file("filesha512", |context, it| of_content(context, it, hex::<Sha512>)),
];

const TEXT: &[Parameter] = &[Parameter::new("str", Shape::String)];
const PATH: &[Parameter] = &[Parameter::new("path", Shape::String)];

type Call = fn(&CallContext<'_>, &[Value]) -> Result<Value, CallError>;

const fn of_text(name: &'static str, call: Call) -> Function {
    Function { name, parameters: TEXT, variadic: None, returns: returns_string, call }
}

const fn of_file(name: &'static str, call: Call) -> Function {
    Function { name, parameters: PATH, variadic: None, returns: returns_string, call }
}

fn of_content(
    context: &CallContext<'_>,
    arguments: &[Value],
    hash: fn(&[u8]) -> Value,
) -> Result<Value, CallError> {
    match files::content(context, arguments)? {
        Content::Known(bytes) => Ok(hash(&bytes)),
        Content::Unknown(value) => Ok(value),
    }
}

fn hex<H: Digest>(bytes: &[u8]) -> Value {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|it| char::from_digit(it.into(), 16));
    let text: String = H::digest(bytes).iter().flat_map(digits).flatten().collect();
    Value::normal_string(text)
}

fn base64<H: Digest>(bytes: &[u8]) -> Value {
    Value::normal_string(encoding::encode(&H::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::text_of;
    use crate::Value;

    #[test]
    fn texts_are_hashed_as_utf8() {
        let hash = |name: &str, text: &str| text_of(name, &[Value::string(text)]).unwrap();
        assert_eq!(hash("md5", "é"), "66ddcd97cfdeabb2f6fb8a999b4bc76f");
        assert_eq!(hash("sha1", ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hash("base64sha256", "hello"), "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    }
}
