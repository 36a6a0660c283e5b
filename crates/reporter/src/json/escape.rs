//! JSON whose strings are harmless on a terminal and inside a web page.

use std::io::{self, Write};

use serde_json::ser::{Formatter, PrettyFormatter};

use crate::sanitise;

/// Pretty JSON that also escapes what JSON allows raw: C1 controls, bidirectional and invisible
/// characters, line separators, and what a CI log would take for a command.
pub(crate) struct Escaping(PrettyFormatter<'static>);

impl Escaping {
    pub(crate) fn new() -> Self {
        Self(PrettyFormatter::new())
    }
}

/// Writes what stands in a string, or compact JSON as a whole, in which only strings hold such characters.
pub(crate) fn escape<W: ?Sized + Write>(out: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some((at, c)) = first_active(rest) {
        let (head, tail) = rest.split_at(at);
        out.write_all(head.as_bytes())?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = tail.get(c.len_utf8()..).unwrap_or_default();
    }
    out.write_all(rest.as_bytes())
}

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        escape(out, text)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// The first character that must not stand there raw.
fn first_active(text: &str) -> Option<(usize, char)> {
    let mut before = ' ';
    text.char_indices().find(|(at, c)| {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let opens = sanitise::opens_bracket_command(before, *c, after);
        before = *c;
        opens || sanitise::is_active(*c)
    })
}
