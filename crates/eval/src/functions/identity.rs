//! Names and times: `uuidv5`, and the functions whose answer nobody knows before the apply.

use sha1::{Digest as _, Sha1};

use super::take::{returns_string, text};
use crate::{
    CallContext, CallError, Function, Parameter, Reference, References, Shape, Source, Type,
    Unknown, Value,
};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "bcrypt",
        parameters: &[Parameter::new("str", Shape::String)],
        variadic: Some(Parameter::new("cost", Shape::Number)),
        returns: returns_string,
        call: |_, arguments| Ok(impure("bcrypt", Type::String, arguments)),
    },
    Function {
        name: "plantimestamp",
        parameters: &[],
        variadic: None,
        returns: returns_string,
        call: |_, _| Ok(impure("plantimestamp", Type::String, &[])),
    },
    Function {
        name: "rsadecrypt",
        parameters: &[
            Parameter::new("ciphertext", Shape::String),
            Parameter::new("privatekey", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: rsa_decrypt,
    },
    Function {
        name: "timestamp",
        parameters: &[],
        variadic: None,
        returns: returns_string,
        call: |_, _| Ok(impure("timestamp", Type::String, &[])),
    },
    Function {
        name: "uuid",
        parameters: &[],
        variadic: None,
        returns: returns_string,
        call: |_, _| Ok(impure("uuid", Type::String, &[])),
    },
    Function {
        name: "uuidv5",
        parameters: &[
            Parameter::new("namespace", Shape::String),
            Parameter::new("name", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: uuid_v5,
    },
];

/// What a function gives whose answer is not told here: computed from the run itself, and from the
/// arguments.
pub(super) fn impure(name: &str, ty: Type, arguments: &[Value]) -> Value {
    Unknown { ty, ..impure_text(name, arguments) }.into()
}

/// As [`impure`], for a text of which more may be known.
pub(super) fn impure_text(name: &str, arguments: &[Value]) -> Unknown {
    let source = Source::Impure(name.into());
    let own = References::exactly(Reference { source, path: [].into() });
    let references = arguments.iter().fold(own, |all, it| all.and(&it.references())).computed();
    Unknown { ty: Type::String, references, not_null: true, ..Unknown::default() }
}

/// Nobody decrypts here: the clear text stays unknown, and secret.
fn rsa_decrypt(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    if super::encoding::decode(text(arguments, 0)?).is_none() {
        return Err(CallError::argument(0, "the cipher text must be base64"));
    }
    if !text(arguments, 1)?.contains("-----BEGIN ") {
        return Err(CallError::argument(1, "no private key found"));
    }
    Ok(impure("rsadecrypt", Type::String, arguments).marked(true))
}

/// What RFC 4122 names in its appendix C: all equal but for one digit.
const fn well_known(digit: u128) -> u128 {
    0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8 + (digit << 96)
}

fn uuid_v5(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let namespace = match text(arguments, 0)? {
        "dns" => well_known(0),
        "url" => well_known(1),
        "oid" => well_known(2),
        "x500" => well_known(4),
        other => {
            let wrong = || CallError::argument(0, format!("{other:?} is no namespace"));
            parse_uuid(other).ok_or_else(wrong)?
        }
    };
    let mut hash = Sha1::new();
    hash.update(namespace.to_be_bytes());
    hash.update(text(arguments, 1)?.as_bytes());
    let bytes = hash.finalize().iter().take(16).fold(0, |all, it| all << 8 | u128::from(*it));
    let version = bytes & !(0xf << 76) | 5 << 76;
    let variant = version & !(0x3 << 62) | 0x2 << 62;
    Ok(Value::normal_string(print_uuid(variant)))
}

/// The number behind one of the four spellings: plain, without hyphens, as a URN, within braces. Like
/// Terraform, takes any two characters for the braces.
fn parse_uuid(text: &str) -> Option<u128> {
    let digits = match text.len() {
        32 => return parse_digits(text),
        36 => text,
        38 => text.get(1..37)?,
        45 => {
            let (urn, digits) = (text.get(..9)?, text.get(9..)?);
            urn.eq_ignore_ascii_case("urn:uuid:").then_some(digits)?
        }
        _ => return None,
    };
    let mut joined = String::new();
    let mut parts = digits.split('-');
    for length in [8, 4, 4, 4, 12] {
        joined.push_str(parts.next().filter(|it| it.len() == length)?);
    }
    parts.next().is_none().then(|| parse_digits(&joined))?
}

fn parse_digits(digits: &str) -> Option<u128> {
    // The parser of numbers would allow a sign.
    digits.bytes().all(|it| it.is_ascii_hexdigit()).then_some(())?;
    u128::from_str_radix(digits, 16).ok()
}

fn print_uuid(uuid: u128) -> String {
    let part = |from: u32, width: u32| uuid >> (128 - from - width) & ((1 << width) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(0, 32),
        part(32, 16),
        part(48, 16),
        part(64, 16),
        part(80, 48)
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{call, text_of};
    use crate::{Kind, Value};

    #[test]
    fn namespaces_are_named_or_written() {
        let uuid = |namespace: &str, name: &str| {
            text_of("uuidv5", &[Value::string(namespace), Value::string(name)])
        };
        let of_a = "4f3f2898-69e3-5a0d-820a-c4e87987dbce";
        for spelling in [
            "dns",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
            "6ba7b8109dad11d180b400c04fd430c8",
            "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
            "x6ba7b810-9dad-11d1-80b4-00c04fd430c8x",
            "URN:UUID:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        ] {
            assert_eq!(uuid(spelling, "a").as_deref(), Some(of_a), "{spelling}");
        }
        for wrong in ["", "DNS", "nope", "6ba7b8109dad11d180b400c04fd430+8", "é"] {
            assert_eq!(uuid(wrong, "a"), None, "{wrong}");
        }
        let x500 = "49f38d17-9611-5ccd-8d75-7880bc85f59a";
        assert_eq!(uuid("x500", "CN=x,C=GB").as_deref(), Some(x500));
    }

    #[test]
    fn what_differs_from_run_to_run_is_unknown() {
        for name in ["uuid", "timestamp", "plantimestamp"] {
            let value = call(name, &[]).unwrap();
            let Kind::Unknown(unknown) = &value.kind else { panic!("{name}") };
            assert!(unknown.not_null && !unknown.references.exact, "{name}");
            assert_eq!(unknown.references.all.len(), 1, "{name}");
        }
    }

    #[test]
    fn decryption_checks_what_it_can() {
        let decrypt =
            |cipher, key| call("rsadecrypt", &[Value::string(cipher), Value::string(key)]);
        assert_eq!(decrypt("x", "-----BEGIN RSA PRIVATE KEY-----"), None);
        assert_eq!(decrypt("aGVsbG8=", "not a pem"), None);
        let value = decrypt("aGVsbG8=", "-----BEGIN RSA PRIVATE KEY-----\n").unwrap();
        assert!(value.sensitive && !value.is_known());
    }
}
