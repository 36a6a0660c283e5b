//! The only place that opens files: regular ones, of bounded size, and for Terraform's functions only
//! below one directory.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use groundplan_eval::Files;

/// A Terraform file of this many bytes is an accident; the parser needs time for it.
const LARGEST_SOURCE: u64 = 4 << 20;

/// What `file()` and its kin may read.
const LARGEST_FILE: u64 = 16 << 20;

/// A directory listing of more entries is cut off with an error.
const MOST_ENTRIES: usize = 100_000;

/// How deep `fileset` goes.
const DEEPEST: usize = 64;

/// Reads files on behalf of a configuration.
#[derive(Clone, Debug)]
pub struct Disk {
    /// Where Terraform would run.
    directory: PathBuf,
    /// What functions may read lies below this, with links resolved.
    root: Result<PathBuf, String>,
}

impl Disk {
    /// For a configuration in `directory`; functions may read what lies below `root`, or below the
    /// repository or else the directory that the configuration is in.
    pub fn new(directory: &Path, root: Option<&Path>) -> Self {
        let named = root.map_or_else(|| enclosing(directory), Path::to_path_buf);
        let root = named.canonicalize().map_err(|error| format!("{}: {error}", named.display()));
        Self { directory: directory.to_path_buf(), root }
    }

    /// The text of a Terraform file.
    pub(crate) fn source(path: &Path) -> Result<String, String> {
        let bytes = read(path, LARGEST_SOURCE)?;
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            format!("it is not UTF-8 (byte {at})")
        })
    }

    /// The names of the regular files in a directory, sorted; links to files count as files.
    pub(crate) fn names(directory: &Path) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory).map_err(|error| error.to_string())? {
            let entry = entry.map_err(|error| error.to_string())?;
            if names.len() >= MOST_ENTRIES {
                return Err(format!("it holds more than {MOST_ENTRIES} entries"));
            }
            if let Ok(name) = entry.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Whether a directory is there.
    pub(crate) fn is_directory(path: &Path) -> bool {
        path.is_dir()
    }

    /// One name for a directory, however it is reached.
    pub(crate) fn identity(path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| tidied(path))
    }

    /// The real path, when functions may read it.
    fn allowed(&self, path: &Path) -> Result<PathBuf, String> {
        let root = self.root.as_ref().map_err(Clone::clone)?;
        let shown = path.display();
        let real = self
            .directory
            .join(path)
            .canonicalize()
            .map_err(|error| format!("{shown}: {error}"))?;
        if real.starts_with(root) {
            Ok(real)
        } else {
            Err(format!("{shown} is outside of the directory that may be read (--root widens it)"))
        }
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let real = self.allowed(path)?;
        read(&real, LARGEST_FILE).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn exists(&self, path: &Path) -> Result<bool, String> {
        let root = self.root.as_ref().map_err(Clone::clone)?;
        let joined = self.directory.join(path);
        if joined.canonicalize().is_err() {
            // What is not there may be asked about only where it could be read if it were there.
            let base = self.directory.canonicalize().map_err(|error| error.to_string())?;
            return if tidied(&base.join(path)).starts_with(root) {
                Ok(false)
            } else {
                Err(format!("{} is outside of the directory that may be read", path.display()))
            };
        }
        Ok(self.allowed(path)?.is_file())
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>, String> {
        if !self.directory.join(directory).is_dir() {
            // There is nothing in what is not there; whether one may ask is another question.
            return self.exists(directory).map(|_| Vec::new());
        }
        let real = self.allowed(directory)?;
        let mut out = Vec::new();
        walk(&real, "", 0, &mut out)?;
        out.sort();
        Ok(out)
    }
}

/// The regular files below a directory; links are not followed, so that no circle is walked.
fn walk(directory: &Path, prefix: &str, depth: usize, out: &mut Vec<String>) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("directories nest deeper than {DEEPEST}"));
    }
    for name in Disk::names(directory)? {
        let path = directory.join(&name);
        let Ok(kind) = fs::symlink_metadata(&path) else { continue };
        let shown = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if kind.is_dir() {
            walk(&path, &shown, depth + 1, out)?;
        } else if kind.is_file() {
            if out.len() >= MOST_ENTRIES {
                return Err(format!("more than {MOST_ENTRIES} files"));
            }
            out.push(shown);
        }
    }
    Ok(())
}

/// The bytes of a regular file.
fn read(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let words = |error: std::io::Error| error.to_string();
    // Asked before opening: a pipe or a device would wait or never end.
    let about = fs::metadata(path).map_err(words)?;
    if !about.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let too_large = || format!("it is larger than {} MiB", largest >> 20);
    if about.len() > largest {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0));
    // One byte more than allowed tells a file that grows from one that fits.
    File::open(path).map_err(words)?.take(largest + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > largest {
        return Err(too_large());
    }
    Ok(bytes)
}

/// The repository that a directory is in, or the directory itself.
fn enclosing(directory: &Path) -> PathBuf {
    let Ok(real) = directory.canonicalize() else { return directory.to_path_buf() };
    repository(&real).unwrap_or(real)
}

/// The root of the repository around a path that has no links in it.
pub fn repository(real: &Path) -> Option<PathBuf> {
    real.ancestors().find(|it| it.join(".git").exists()).map(Path::to_path_buf)
}

/// The path without `.` and `a/..`.
pub(crate) fn tidied(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => (),
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            // There is nothing above the root.
            Component::ParentDir if out.has_root() => (),
            Component::ParentDir
            | Component::Normal(_)
            | Component::RootDir
            | Component::Prefix(_) => out.push(part),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied_without_asking_the_disk() {
        for (path, tidy) in [
            ("./a/../b", "b"),
            ("../a", "../a"),
            ("a/..", "."),
            ("/a/../../b", "/b"),
            ("x/./y", "x/y"),
        ] {
            assert_eq!(tidied(Path::new(path)), Path::new(tidy), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_holds_nothing_and_what_is_outside_is_not_told() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let disk = Disk::new(&here, Some(&here));
        assert_eq!(disk.exists(Path::new("none.json")), Ok(false));
        assert_eq!(disk.list(Path::new("none")), Ok(Vec::new()));
        assert_eq!(disk.list(Path::new("lib.rs")), Ok(Vec::new()));
        assert!(disk.read(Path::new("lib.rs")).is_ok());
        for outside in ["../Cargo.toml", "../none", "/none", "../../ir"] {
            assert!(disk.read(Path::new(outside)).is_err(), "{outside}");
            assert!(disk.exists(Path::new(outside)).is_err(), "{outside}");
            assert!(disk.list(Path::new(outside)).is_err(), "{outside}");
        }
    }
}
