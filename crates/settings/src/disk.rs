//! The only place here that asks the disk: for groundplan.toml, and for what its patterns match.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// The name of the file.
const NAME: &str = "groundplan.toml";

/// A larger file is an accident.
const LARGEST: u64 = 1 << 20;

/// A directory of more entries is not searched.
const MOST_ENTRIES: usize = 100_000;

/// groundplan.toml in this directory (or that of this file), or above it up to the root of the
/// repository. Outside of a repository only the directory itself counts: what lies above it may be
/// anybody's.
pub fn find(start: &Path) -> Option<PathBuf> {
    let directory = if start.is_dir() { start } else { start.parent()? };
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let real = here.canonicalize().ok()?;
    let root = real.ancestors().find(|it| it.join(".git").exists()).unwrap_or(&real);
    let mut shown = directory.to_path_buf();
    for level in real.ancestors() {
        let path = tidied(&shown.join(NAME), &level.join(NAME));
        if path.is_file() {
            return Some(path);
        }
        if level == root {
            return None;
        }
        shown.push("..");
    }
    None
}

/// The path without `a/..`, where that is the same file: links may make it another one.
fn tidied(shown: &Path, real: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in shown.components() {
        let back = part == Component::ParentDir;
        match out.components().next_back() {
            Some(Component::Normal(_)) if back => {
                out.pop();
            }
            _ if part == Component::CurDir => (),
            _ => out.push(part),
        }
    }
    let same = out.canonicalize().ok().is_some_and(|it| Some(it) == real.canonicalize().ok());
    if same { out } else { shown.to_path_buf() }
}

/// The text of a regular file of bounded size.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    let words = |error: std::io::Error| format!("the file cannot be read: {error}");
    // Asked before opening: a pipe or a device would wait or never end.
    if !fs::metadata(path).map_err(words)?.is_file() {
        return Err("this is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(words)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("the file is larger than {} MiB", LARGEST >> 20));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("this is not text: byte {at} is not valid UTF-8")
    })
}

/// Whether there is anything at this path.
pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether there is a directory at this path, be it over a link.
pub(crate) fn is_directory(path: &Path) -> bool {
    path.is_dir()
}

/// Whether there is a directory at this path itself.
pub(crate) fn is_own_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_dir())
}

/// The names in a directory, sorted; none where there is no directory.
pub(crate) fn names(directory: &Path) -> Result<Vec<String>, String> {
    let shown = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(entries) = fs::read_dir(shown) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", shown.display()))?;
        if out.len() >= MOST_ENTRIES {
            return Err(format!("{} holds more than {MOST_ENTRIES} entries", shown.display()));
        }
        out.extend(entry.file_name().into_string());
    }
    out.sort();
    Ok(out)
}
