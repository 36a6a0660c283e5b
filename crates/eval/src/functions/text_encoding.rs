//! `textencodebase64` and `textdecodebase64`: the older encodings of text.

use encoding_rs::{self as rs, Encoding};

use super::encoding::{decode, encode};
use super::identity::impure;
use super::take::{bounded, returns_string, text};
use crate::{CallContext, CallError, Function, Parameter, Shape, Type, Value};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "textdecodebase64",
        parameters: &[
            Parameter::new("source", Shape::String),
            Parameter::new("encoding", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: decode_text,
    },
    Function {
        name: "textencodebase64",
        parameters: &[
            Parameter::new("string", Shape::String),
            Parameter::new("encoding", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: encode_text,
    },
];

/// How an encoding is read and written.
#[derive(Clone, Copy)]
enum Codec {
    Utf8,
    /// With a mark of the byte order, which may be missing.
    Utf16,
    Utf16BigEndian,
    Utf16LittleEndian,
    Ascii,
    Latin1,
    /// The encoding of the web, which differs from this one only in its control characters.
    Latin5,
    /// As the web has it, but strict about the control characters that the web lets through.
    Windows(&'static Encoding),
    /// As the web has it.
    Web(&'static Encoding),
    /// Terraform knows it.
    Unknown,
}

/// The names of the IANA and their aliases, in small letters.
#[rustfmt::skip]
const NAMES: &[(&str, Codec)] = &[
    ("utf-8 csutf8", Codec::Utf8),
    ("utf-16 csutf16", Codec::Utf16),
    ("utf-16be csutf16be", Codec::Utf16BigEndian),
    ("utf-16le csutf16le", Codec::Utf16LittleEndian),
    ("us-ascii iso-ir-6 ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us ibm367 cp367 csascii", Codec::Ascii),
    ("iso-8859-1 iso_8859-1:1987 iso-ir-100 iso_8859-1 latin1 l1 ibm819 cp819 csisolatin1", Codec::Latin1),
    ("iso-8859-2 iso_8859-2:1987 iso-ir-101 iso_8859-2 latin2 l2 csisolatin2", Codec::Web(rs::ISO_8859_2)),
    ("iso-8859-3 iso_8859-3:1988 iso-ir-109 iso_8859-3 latin3 l3 csisolatin3", Codec::Web(rs::ISO_8859_3)),
    ("iso-8859-4 iso_8859-4:1988 iso-ir-110 iso_8859-4 latin4 l4 csisolatin4", Codec::Web(rs::ISO_8859_4)),
    ("iso-8859-5 iso_8859-5:1988 iso-ir-144 iso_8859-5 cyrillic csisolatincyrillic", Codec::Web(rs::ISO_8859_5)),
    ("iso-8859-6 iso_8859-6:1987 iso-ir-127 iso_8859-6 ecma-114 asmo-708 arabic csisolatinarabic", Codec::Web(rs::ISO_8859_6)),
    ("iso-8859-6-e iso_8859-6-e csiso88596e iso-8859-6-i iso_8859-6-i csiso88596i", Codec::Web(rs::ISO_8859_6)),
    ("iso-8859-7 iso_8859-7:1987 iso-ir-126 iso_8859-7 elot_928 ecma-118 greek greek8 csisolatingreek", Codec::Web(rs::ISO_8859_7)),
    ("iso-8859-8 iso_8859-8:1988 iso-ir-138 iso_8859-8 hebrew csisolatinhebrew", Codec::Web(rs::ISO_8859_8)),
    ("iso-8859-8-e iso_8859-8-e csiso88598e iso-8859-8-i iso_8859-8-i csiso88598i", Codec::Web(rs::ISO_8859_8)),
    ("iso-8859-9 iso_8859-9:1989 iso-ir-148 iso_8859-9 latin5 l5 csisolatin5", Codec::Latin5),
    ("iso-8859-10 iso-ir-157 l6 iso_8859-10:1992 csisolatin6 latin6", Codec::Web(rs::ISO_8859_10)),
    ("iso-8859-13 csiso885913", Codec::Web(rs::ISO_8859_13)),
    ("iso-8859-14 iso-ir-199 iso_8859-14:1998 iso_8859-14 latin8 iso-celtic l8 csiso885914", Codec::Web(rs::ISO_8859_14)),
    ("iso-8859-15 iso_8859-15 latin-9 csiso885915", Codec::Web(rs::ISO_8859_15)),
    ("iso-8859-16 iso-ir-226 iso_8859-16:2001 iso_8859-16 latin10 l10 csiso885916", Codec::Web(rs::ISO_8859_16)),
    ("windows-874 cswindows874", Codec::Windows(rs::WINDOWS_874)),
    ("windows-1250 cswindows1250", Codec::Windows(rs::WINDOWS_1250)),
    ("windows-1251 cswindows1251", Codec::Windows(rs::WINDOWS_1251)),
    ("windows-1252 cswindows1252", Codec::Windows(rs::WINDOWS_1252)),
    ("windows-1253 cswindows1253", Codec::Windows(rs::WINDOWS_1253)),
    ("windows-1254 cswindows1254", Codec::Windows(rs::WINDOWS_1254)),
    ("windows-1255 cswindows1255", Codec::Windows(rs::WINDOWS_1255)),
    ("windows-1256 cswindows1256", Codec::Windows(rs::WINDOWS_1256)),
    ("windows-1257 cswindows1257", Codec::Windows(rs::WINDOWS_1257)),
    ("windows-1258 cswindows1258", Codec::Windows(rs::WINDOWS_1258)),
    ("koi8-r cskoi8r", Codec::Web(rs::KOI8_R)),
    ("koi8-u cskoi8u", Codec::Web(rs::KOI8_U)),
    ("ibm866 cp866 866 csibm866", Codec::Web(rs::IBM866)),
    ("macintosh mac csmacintosh", Codec::Web(rs::MACINTOSH)),
    ("shift_jis ms_kanji csshiftjis", Codec::Web(rs::SHIFT_JIS)),
    ("euc-jp extended_unix_code_packed_format_for_japanese cseucpkdfmtjapanese", Codec::Web(rs::EUC_JP)),
    ("iso-2022-jp csiso2022jp", Codec::Web(rs::ISO_2022_JP)),
    ("euc-kr cseuckr", Codec::Web(rs::EUC_KR)),
    ("big5 csbig5", Codec::Web(rs::BIG5)),
    ("gb18030 csgb18030", Codec::Web(rs::GB18030)),
    ("gbk cp936 ms936 windows-936 csgbk", Codec::Web(rs::GBK)),
    ("hz-gb-2312 ibm037 cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csibm037", Codec::Unknown),
    ("ibm437 cp437 437 cspc8codepage437 ibm850 cp850 850 cspc850multilingual", Codec::Unknown),
    ("ibm852 cp852 852 cspcp852 ibm855 cp855 855 csibm855 ibm860 cp860 860 csibm860", Codec::Unknown),
    ("ibm00858 ccsid00858 cp00858 pc-multilingual-850+euro csibm00858", Codec::Unknown),
    ("ibm862 cp862 862 cspc862latinhebrew ibm863 cp863 863 csibm863 ibm865 cp865 865 csibm865", Codec::Unknown),
    ("ibm1047 ibm-1047 csibm1047 ibm01140 ccsid01140 cp01140 ebcdic-us-37+euro csibm01140", Codec::Unknown),
];

fn codec(name: &str) -> Result<Codec, CallError> {
    let wanted = name.trim().to_lowercase();
    let known = NAMES.iter().find(|(names, _)| names.split(' ').any(|it| it == wanted));
    let (_, codec) = known
        .ok_or_else(|| CallError::argument(1, format!("{name:?} is not a supported encoding")))?;
    Ok(*codec)
}

fn encode_text(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let codec = codec(text(arguments, 1)?)?;
    let text = text(arguments, 0)?;
    bounded(text.len().checked_mul(3))?;
    if matches!(codec, Codec::Unknown) {
        return Ok(impure("textencodebase64", Type::String, arguments));
    }
    let bytes = to_bytes(codec, text);
    let wrong = "the text has characters that the encoding does not have";
    let bytes = bytes.ok_or_else(|| CallError::argument(0, wrong))?;
    Ok(Value::normal_string(encode(&bytes)))
}

fn decode_text(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let codec = codec(text(arguments, 1)?)?;
    let bytes = decode(text(arguments, 0)?);
    let bytes = bytes.ok_or_else(|| CallError::argument(0, "the text is not base64"))?;
    bounded(bytes.len().checked_mul(3))?;
    if matches!(codec, Codec::Unknown) {
        return Ok(impure("textdecodebase64", Type::String, arguments));
    }
    let text = from_bytes(codec, &bytes).filter(|text| !text.contains('\u{fffd}'));
    let wrong = "the text has bytes that the encoding does not have";
    Ok(Value::string(&text.ok_or_else(|| CallError::argument(0, wrong))?))
}

fn to_bytes(codec: Codec, text: &str) -> Option<Vec<u8>> {
    let units = || text.encode_utf16();
    match codec {
        Codec::Utf8 => Some(text.into()),
        Codec::Utf16 => {
            Some([0xfeff].into_iter().chain(units()).flat_map(u16::to_be_bytes).collect())
        }
        Codec::Utf16BigEndian => Some(units().flat_map(u16::to_be_bytes).collect()),
        Codec::Utf16LittleEndian => Some(units().flat_map(u16::to_le_bytes).collect()),
        Codec::Ascii => text.is_ascii().then(|| text.into()),
        Codec::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
        Codec::Latin5 => {
            let byte = |c: char| {
                if is_control(c) {
                    return u8::try_from(u32::from(c)).ok();
                }
                let bytes = web_bytes(rs::WINDOWS_1254, c.encode_utf8(&mut [0; 4]))?;
                bytes.first().copied().filter(|it| !matches!(it, 0x80..=0x9f))
            };
            text.chars().map(byte).collect()
        }
        Codec::Windows(_) if text.chars().any(is_control) => None,
        Codec::Windows(encoding) | Codec::Web(encoding) => web_bytes(encoding, text),
        Codec::Unknown => None,
    }
}

fn web_bytes(encoding: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    let (bytes, _, replaced) = encoding.encode(text);
    (!replaced).then(|| bytes.into_owned())
}

fn from_bytes(codec: Codec, bytes: &[u8]) -> Option<String> {
    match codec {
        Codec::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Codec::Utf16 => match bytes.split_at_checked(2) {
            Some(([0xfe, 0xff], rest)) => utf16(rest, u16::from_be_bytes),
            Some(([0xff, 0xfe], rest)) => utf16(rest, u16::from_le_bytes),
            _ => utf16(bytes, u16::from_be_bytes),
        },
        Codec::Utf16BigEndian => utf16(bytes, u16::from_be_bytes),
        Codec::Utf16LittleEndian => utf16(bytes, u16::from_le_bytes),
        Codec::Ascii => {
            bytes.is_ascii().then(|| std::str::from_utf8(bytes).ok().map(str::to_owned))?
        }
        Codec::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        Codec::Latin5 => {
            let c = |byte: &u8| match byte {
                0x80..=0x9f => Some(char::from(*byte)),
                _ => web_text(rs::WINDOWS_1254, &[*byte])?.chars().next(),
            };
            bytes.iter().map(c).collect()
        }
        Codec::Windows(encoding) => {
            web_text(encoding, bytes).filter(|text| !text.chars().any(is_control))
        }
        Codec::Web(encoding) => web_text(encoding, bytes),
        Codec::Unknown => None,
    }
}

fn web_text(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    Some(encoding.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    char::decode_utf16(pairs.iter().map(|it| unit(*it))).collect::<Result<_, _>>().ok()
}

fn is_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

#[cfg(test)]
mod tests {
    use super::super::testing::{call, text_of};
    use crate::Value;

    fn two(name: &str, one: &str, other: &str) -> Option<String> {
        text_of(name, &[Value::string(one), Value::string(other)])
    }

    #[test]
    fn texts_are_encoded() {
        for (text, encoding, expected) in [
            ("héllo", "UTF-8", Some("aMOpbGxv")),
            ("hello", "utf-16", Some("/v8AaABlAGwAbABv")),
            ("x😀", "utf-16le", Some("eAA92ADe")),
            ("a", " UTF-8 ", Some("YQ==")),
            ("日本", "shift_jis", Some("k/qWew==")),
            ("日本", "EUC-JP", Some("xvzL3A==")),
            ("日", "iso-2022-jp", Some("GyRCRnwbKEI=")),
            ("中", "gbk", Some("1tA=")),
            ("x😀", "gb18030", Some("eJQ5/DY=")),
            ("中", "big5", Some("pKQ=")),
            ("\u{80}", "iso-8859-1", Some("gA==")),
            ("\u{80}", "latin5", Some("gA==")),
            ("€", "latin5", None),
            ("€", "iso-8859-15", Some("pA==")),
            ("\u{80}", "windows-1252", None),
            ("☃", "ISO-8859-1", None),
            ("é", "us-ascii", None),
            ("x", "nope", None),
            ("a", "utf8", None),
            ("a", "cp1252", None),
            ("a", "utf-32", None),
        ] {
            let ours = two("textencodebase64", text, encoding);
            assert_eq!(ours.as_deref(), expected, "{text} {encoding}");
        }
        let arguments = [Value::string("aé"), Value::string("cp437")];
        assert!(!call("textencodebase64", &arguments).unwrap().is_known());
    }

    #[test]
    fn texts_are_decoded() {
        for (source, encoding, expected) in [
            ("//5hAA==", "utf-16", Some("a")),
            ("AGE=", "utf-16", Some("a")),
            ("/v8AYQ==", "utf-16be", Some("\u{feff}a")),
            ("77u/YQ==", "utf-8", Some("\u{feff}a")),
            ("6Q==", "ISO-8859-1", Some("é")),
            ("k/qWew==", "Shift_JIS", Some("日本")),
            ("gA==", "windows-1252", Some("€")),
            ("gQ==", "windows-1252", None),
            ("YQ==", "utf-16le", None),
            ("ANg=", "utf-16le", None),
            ("/w==", "utf-8", None),
            ("!!", "utf-8", None),
            ("aGk=", "nope", None),
        ] {
            let ours = two("textdecodebase64", source, encoding);
            assert_eq!(ours.as_deref(), expected, "{source} {encoding}");
        }
    }
}
