//! The only place that opens files: regular ones below the named path, of bounded size and number.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What one file may hold; a region with ten thousand network interfaces prints about 30 MiB.
const LARGEST_FILE: u64 = 64 << 20;

/// What all files together may hold.
const LARGEST_TOTAL: u64 = 512 << 20;

/// How many JSON files are read.
const MOST_FILES: usize = 10_000;

/// How many entries of directories are looked at.
const MOST_ENTRIES: usize = 100_000;

/// How deep directories are entered: an organisation, a unit, an account, a region and some more.
const DEEPEST: usize = 8;

/// How much of a file tells what it is.
const SNIFFED: u64 = 64 << 10;

/// The JSON files of a directory, sorted, and what else was met.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<PathBuf>,
    /// A file of a Terraform configuration.
    pub(crate) terraform: bool,
    /// What was not looked into.
    pub(crate) left_out: Vec<String>,
}

/// Whether the path is a directory.
pub(crate) fn is_directory(path: &Path) -> bool {
    path.is_dir()
}

/// The JSON files below a directory. Links are not followed, hidden entries not entered.
pub(crate) fn find(directory: &Path) -> Found {
    let mut out = Found::default();
    let mut waiting = vec![(directory.to_path_buf(), 0)];
    let mut seen = 0;
    while let Some((directory, depth)) = waiting.pop() {
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) => {
                out.left_out.push(format!("{} cannot be listed: {error}", directory.display()));
                continue;
            }
        };
        for entry in entries.flatten() {
            seen += 1;
            if seen > MOST_ENTRIES {
                out.left_out.push(format!("there are more than {MOST_ENTRIES} entries"));
                return sorted(out);
            }
            let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            if kind.is_dir() && depth < DEEPEST {
                waiting.push((entry.path(), depth + 1));
            } else if kind.is_dir() {
                let shown = entry.path();
                out.left_out.push(format!("{} lies too deep to be read", shown.display()));
            } else if kind.is_file() {
                take(&mut out, &name, entry.path());
            }
        }
    }
    sorted(out)
}

fn take(out: &mut Found, name: &str, path: PathBuf) {
    let lower = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|it| lower.ends_with(it));
    if ends(&[".tf", ".tf.json", ".tofu", ".tofu.json"]) {
        out.terraform = true;
    } else if ends(&[".json"]) {
        out.files.push(path);
    }
}

fn sorted(mut out: Found) -> Found {
    out.files.sort();
    if out.files.len() > MOST_FILES {
        out.left_out.push(format!("there are more than {MOST_FILES} JSON files"));
        out.files.truncate(MOST_FILES);
    }
    out.left_out.sort();
    out
}

/// How many bytes may still be read.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(LARGEST_TOTAL)
    }
}

impl Budget {
    /// The text of a file.
    pub(crate) fn text(&mut self, path: &Path) -> Result<String, String> {
        let bytes = bytes(path, LARGEST_FILE.min(self.0), false)?;
        self.0 = self.0.saturating_sub(bytes.len() as u64);
        decoded(bytes)
    }
}

/// How a file begins; nothing when that cannot be read.
pub(crate) fn beginning(path: &Path) -> Option<String> {
    let mut bytes = bytes(path, SNIFFED, true).ok()?;
    if matches!(bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) && bytes.len() % 2 == 1 {
        bytes.pop();
    }
    Some(match decoded(bytes) {
        Ok(text) => text,
        // A character may be cut in two.
        Err(_) => String::from_utf8_lossy(&self::bytes(path, SNIFFED, true).ok()?).into_owned(),
    })
}

/// The bytes of a regular file; `cut` takes what fits of a larger one.
fn bytes(path: &Path, largest: u64, cut: bool) -> Result<Vec<u8>, String> {
    let words = |error: std::io::Error| error.to_string();
    // Asked before opening: a pipe or a device would wait or never end.
    let about = fs::metadata(path).map_err(words)?;
    if !about.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let too_large =
        || format!("it is larger than {} MiB, or all files together are", largest >> 20);
    if about.len() > largest && !cut {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that grows from one that fits.
    let limit = if cut { largest } else { largest + 1 };
    File::open(path).map_err(words)?.take(limit).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > largest {
        return Err(too_large());
    }
    Ok(bytes)
}

/// UTF-8 with or without a mark, or UTF-16 with one, which the `>` of Windows PowerShell writes.
fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    let wide = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    let Some((rest, unit)) = wide else {
        return String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!("it is not text: byte {at} is not valid UTF-8")
        });
    };
    let (pairs, odd) = rest.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if odd.is_empty() => Ok(text),
        _ => Err("it begins as UTF-16 and is damaged further on".to_owned()),
    }
}
