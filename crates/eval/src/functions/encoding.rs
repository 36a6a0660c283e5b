//! Base64, percent encoding and JSON.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::gzip;
use super::take::{bounded, returns_string, text};
use crate::{
    CallContext, CallError, Function, Kind, Parameter, Shape, Type, Unknown, Value, from_json,
    to_json,
};

const STRING: &[Parameter] = &[Parameter::new("str", Shape::String)];

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "base64decode",
        parameters: STRING,
        variadic: None,
        returns: returns_string,
        call: base64_decode,
    },
    Function {
        name: "base64encode",
        parameters: STRING,
        variadic: None,
        returns: returns_string,
        call: |_, arguments| {
            let text = text(arguments, 0)?;
            bounded(text.len().checked_mul(2))?;
            Ok(Value::normal_string(encode(text.as_bytes())))
        },
    },
    Function {
        name: "base64gzip",
        parameters: STRING,
        variadic: None,
        returns: returns_string,
        call: |_, arguments| {
            let text = text(arguments, 0)?;
            bounded(text.len().checked_mul(2))?;
            Ok(Value::normal_string(encode(&gzip::compress(text.as_bytes()))))
        },
    },
    Function {
        name: "jsondecode",
        parameters: STRING,
        variadic: None,
        returns: json_type,
        call: |_, arguments| from_json(text(arguments, 0)?).map_err(CallError::new),
    },
    Function {
        name: "jsonencode",
        parameters: &[Parameter::new("val", Shape::Any).nullable().unknowable()],
        variadic: None,
        returns: returns_string,
        call: json_encode,
    },
    Function {
        name: "urlencode",
        parameters: STRING,
        variadic: None,
        returns: returns_string,
        call: url_encode,
    },
];

/// Go is strict about the padding but not about the bits that it pads.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The bytes in base64.
pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes that the base64 text stands for; line breaks within do not count.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|it| !matches!(it, b'\r' | b'\n')).collect();
    BASE64.decode(digits).ok()
}

fn base64_decode(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let bytes = decode(text(arguments, 0)?);
    let bytes = bytes.ok_or_else(|| CallError::argument(0, "the text is not base64"))?;
    let text = String::from_utf8(bytes);
    let text = text.map_err(|_| CallError::argument(0, "the decoded bytes are not UTF-8 text"))?;
    Ok(Value::string(&text))
}

/// What a text stands for of which only the start is known.
fn json_type(arguments: &[Value]) -> Result<Type, CallError> {
    let Some(Kind::Unknown(unknown)) = arguments.first().map(|it| &it.kind) else {
        return Ok(Type::Dynamic);
    };
    let start = unknown.prefix.as_deref().unwrap_or_default().trim_start();
    match start.chars().next() {
        Some('"') => Ok(Type::String),
        Some('t' | 'f') => Ok(Type::Bool),
        None | Some('[' | '{' | 'n' | '-' | '0'..='9') => Ok(Type::Dynamic),
        Some(other) => {
            Err(CallError::argument(0, format!("no JSON starts with the character {other:?}")))
        }
    }
}

fn json_encode(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let Some(value) = arguments.first() else {
        return Err(CallError::new("a value is needed"));
    };
    match to_json(value).map_err(CallError::new)? {
        // The members' names and the texts are in normal form, and so is what joins them.
        Some(text) => Ok(Value::normal_string(text)),
        None => Ok(unknown_json(value)),
    }
}

/// The JSON text of a value that is not wholly known starts as the type says, unless it may be `null`.
fn unknown_json(value: &Value) -> Value {
    let not_null = match &value.kind {
        Kind::Unknown(unknown) => unknown.not_null,
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => true,
    };
    let start = match value.ty() {
        _ if matches!(value.kind, Kind::Open(_)) => Some("{"),
        Type::String => Some("\""),
        Type::Map(_) | Type::Object(_) => Some("{"),
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => Some("["),
        Type::Dynamic | Type::Bool | Type::Number => None,
    };
    Unknown {
        ty: Type::String,
        references: value.references().computed(),
        not_null: true,
        prefix: start.filter(|_| not_null).map(Into::into),
        ..Unknown::default()
    }
    .into()
}

/// Percent encoding as in the query of a URL.
fn url_encode(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let text = text(arguments, 0)?;
    bounded(text.len().checked_mul(3))?;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte.into());
            }
            b' ' => out.push('+'),
            _ => {
                let digit = |it: u8| char::from_digit(it.into(), 16);
                let digits = [byte >> 4, byte & 15].into_iter().filter_map(digit);
                out.push('%');
                out.extend(digits.map(|it| it.to_ascii_uppercase()));
            }
        }
    }
    Ok(Value::normal_string(out))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{call, text_of, whole};
    use crate::{Kind, Object, References, Type, Value};

    fn one(name: &str, text: &str) -> Option<String> {
        text_of(name, &[Value::string(text)])
    }

    #[test]
    fn base64_is_strict_about_padding_only() {
        for (encoded, decoded) in [
            ("aGVs\nbG8=", Some("hello")),
            ("\r\nYQ==\r\n", Some("a")),
            ("YQ=\n=", Some("a")),
            ("YR==", Some("a")),
            ("", Some("")),
            ("YQ", None),
            ("YQ==YQ==", None),
            ("-_-_", None),
            ("/w==", None),
            ("aGVs bG8=", None),
        ] {
            assert_eq!(one("base64decode", encoded).as_deref(), decoded, "{encoded:?}");
        }
        assert_eq!(one("base64encode", "hello world").as_deref(), Some("aGVsbG8gd29ybGQ="));
    }

    #[test]
    fn urls_are_encoded_as_queries() {
        let encoded = one("urlencode", "a b\0/:@$,;~-_.ü");
        assert_eq!(encoded.as_deref(), Some("a+b%00%2F%3A%40%24%2C%3B~-_.%C3%BC"));
    }

    #[test]
    fn unknown_json_starts_as_its_type_says() {
        let unknown = Value::unknown(Type::String, References::default());
        let prefix = |value: Value| {
            let text = call("jsonencode", &[value]).unwrap();
            let Kind::Unknown(unknown) = &text.kind else { panic!("{text:?}") };
            unknown.prefix.as_deref().map(str::to_owned)
        };
        assert_eq!(prefix(unknown.clone()), None);
        let object = Value::object(Object::from([("a".into(), unknown.clone())]));
        assert_eq!(prefix(object).as_deref(), Some("{"));
        assert_eq!(prefix(Value::tuple([whole(1), unknown])).as_deref(), Some("["));
    }
}
