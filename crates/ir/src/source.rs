//! Source files and places in them.

use std::sync::Arc;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in a source file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Which file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Location {
    /// The same place when `files` files stand before those of its map.
    #[must_use]
    pub fn behind(self, files: usize) -> Self {
        let files = u32::try_from(files).unwrap_or(u32::MAX);
        Self { file: FileId(self.file.0.saturating_add(files)), ..self }
    }

    /// From the start of this one to the end of the other, which stands in the same file.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self { end: end.end.max(self.start), ..self }
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A source file with its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it is shown: relative to where the program was started, with forward slashes.
    pub path: Box<str>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// A file of this path and text.
    pub fn new(path: &str, text: Arc<str>) -> Self {
        let after = |(at, byte): (usize, u8)| {
            (byte == b'\n').then(|| u32::try_from(at + 1).unwrap_or(u32::MAX))
        };
        let breaks = text.bytes().enumerate().filter_map(after);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// The line and column of a byte.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        Position { line, column: self.before(offset).chars().count() + 1 }
    }

    /// What stands before a byte in its line, for columns that do not count characters.
    pub fn before(&self, offset: u32) -> &str {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        self.text.get(start as usize..offset as usize).unwrap_or_default()
    }

    /// The text of a line, counted from 1, without its line break.
    pub fn line(&self, line: usize) -> Option<&str> {
        let start = *self.line_starts.get(line.checked_sub(1)?)? as usize;
        let rest = self.text.get(start..)?;
        Some(rest.split('\n').next().unwrap_or_default().trim_end_matches('\r'))
    }
}

/// All files that were read, in the order in which they were given their ids.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Takes a file in.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// Puts `*` in the place of these texts wherever they stand, so that no excerpt shows them. What is
    /// not ASCII stays, and with it every offset.
    pub fn mask<'t>(&mut self, secrets: impl Iterator<Item = &'t str>) {
        for secret in secrets.filter(|it| !it.is_empty()) {
            let stars: String =
                secret.chars().map(|it| if it.is_ascii_graphic() { '*' } else { it }).collect();
            for file in &mut self.files {
                if file.text.contains(secret) {
                    file.text = file.text.replace(secret, &stars).into();
                }
            }
        }
    }

    /// Takes over the files of another map; their locations are then [`Location::behind`] those here.
    pub fn append(&mut self, mut more: Self) {
        self.files.append(&mut more.files);
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The file of an id that this map gave out.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The text at a location; none when it is not one of this map.
    pub fn text(&self, at: Location) -> Option<&str> {
        self.file(at.file)?.text.get(at.start as usize..at.end as usize)
    }

    /// Where a location starts and ends.
    pub fn positions(&self, at: Location) -> Option<(&SourceFile, Position, Position)> {
        let file = self.file(at.file)?;
        Some((file, file.position(at.start), file.position(at.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_keeps_its_length() {
        let mut sources = SourceMap::default();
        let id = sources.add(SourceFile::new("a.tf", "a = \"gehé im\"\nb = 1".into()));
        sources.mask(["gehé im"].into_iter());
        let text = sources.file(id).map(|it| it.text.to_string());
        assert_eq!(text.as_deref(), Some("a = \"***é **\"\nb = 1"));
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let file = SourceFile::new("a.tf", "ä = 1\r\nb = 2\n".into());
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(3), Position { line: 1, column: 3 });
        assert_eq!(file.position(8), Position { line: 2, column: 1 });
        assert_eq!(file.position(14), Position { line: 3, column: 1 });
        assert_eq!((file.before(11), file.before(3)), ("b =", "ä "));
        assert_eq!(
            (file.line(1), file.line(2), file.line(4)),
            (Some("ä = 1"), Some("b = 2"), None)
        );
    }
}
