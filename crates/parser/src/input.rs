//! Getting at the text: from a path or standard input, in whatever encoding a shell wrote it.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// How a plan is made, for every message that has to say so.
pub(crate) const MAKE_PLAN: &str = "make it with `terraform plan -out=tfplan` and \
     `terraform show -json tfplan > plan.json` (or the same with `tofu`)";

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// An input that cannot be read, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Unreadable {
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::File(path.to_owned()) }
    }
}

impl Input {
    /// What messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Whether it is a directory: a Terraform configuration, not a document.
    pub fn is_directory(&self) -> bool {
        self.directory().is_some()
    }

    /// The path, when it is a directory: a Terraform configuration, not a document.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match self {
            Self::File(path) if path.is_dir() => Some(path),
            Self::File(_) | Self::Stdin => None,
        }
    }

    /// The path, unless it is standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin => None,
        }
    }

    /// The raw bytes.
    pub(crate) fn load(&self) -> Result<Vec<u8>, Unreadable> {
        match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
                    Unreadable::new(format!("standard input cannot be read: {error}"), "")
                })?;
                Ok(bytes)
            }
            Self::File(path) if is_endless(path) => Err(Unreadable::new(
                "this is a device, not a file",
                "name a file or a directory, or `-` for standard input",
            )),
            Self::File(path) => fs::read(path).map_err(|error| {
                Unreadable::new(
                    format!("the file cannot be read: {error}"),
                    "check the path and its permissions",
                )
            }),
        }
    }
}

/// Whether reading may never end. Pipes end when their writer does; `/dev/stdin` may be a terminal.
#[cfg(unix)]
fn is_endless(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let is_stdin = path.starts_with("/dev/stdin") || path.starts_with("/dev/fd");
    let kind = fs::metadata(path).map(|it| it.file_type());
    !is_stdin && kind.is_ok_and(|it| it.is_char_device() || it.is_block_device())
}

#[cfg(not(unix))]
fn is_endless(_: &Path) -> bool {
    false
}

/// Text with a word on how it was encoded, where that is worth one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoded<'a> {
    /// The text without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// What was unusual.
    pub(crate) remark: Option<String>,
}

/// Turns bytes into text: UTF-8 with or without a byte order mark, or UTF-16.
///
/// Windows PowerShell's `>` writes UTF-16 with a mark (`about_Character_Encoding`).
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Unreadable> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, "UTF-16LE"),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, "UTF-16BE"),
        [b'{', 0, ..] => utf16(bytes, u16::from_le_bytes, "UTF-16LE"),
        [0, b'{', ..] => utf16(bytes, u16::from_be_bytes, "UTF-16BE"),
        [0x1f, 0x8b, ..] => Err(Unreadable::new(
            "this is gzip data",
            "unpack it first: `gunzip -c FILE | groundplan check -`",
        )),
        [b'P', b'K', 3, 4, ..] => Err(Unreadable::new(
            "this is a binary plan file, not its JSON",
            "turn it into JSON: `terraform show -json FILE > plan.json`",
        )),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest, 3),
        bytes => utf8(bytes, 0),
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<Decoded<'_>, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + skipped;
        Unreadable::new(format!("this is not text: byte {at} is not valid UTF-8"), MAKE_PLAN)
    })?;
    Ok(Decoded { text: Cow::Borrowed(text), remark: None })
}

fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    name: &str,
) -> Result<Decoded<'static>, Unreadable> {
    let help = "write the file as UTF-8; in PowerShell: \
                `terraform show -json tfplan | Out-File -Encoding utf8 plan.json`";
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(Decoded {
            text: Cow::Owned(text),
            remark: Some(format!("the input is {name}; it was read as that")),
        }),
        _ => Err(Unreadable::new(format!("this begins as {name} and is damaged further on"), help)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_one_text_reads_the_same() {
        let text = r#"{"a":"東京 𝒳"}"#;
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            with(&[0xef, 0xbb, 0xbf], text.as_bytes()),
            with(&[0xff, 0xfe], &le),
            with(&[0xfe, 0xff], &be),
            le.clone(),
            be,
        ] {
            assert_eq!(decode(&bytes).unwrap().text, text);
        }
        assert!(decode(&le[..le.len() - 1]).unwrap_err().message.contains("damaged"));
        assert!(decode(b"{\"a\": \"\xff\"}").unwrap_err().message.contains("byte 7"));
    }

    #[test]
    fn packed_inputs_are_named() {
        assert!(decode(&[0x1f, 0x8b, 8]).unwrap_err().message.contains("gzip"));
        assert!(decode(b"PK\x03\x04").unwrap_err().help.contains("terraform show -json"));
    }
}
