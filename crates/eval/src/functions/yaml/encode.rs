//! YAML text as Terraform's library writes it: block style, strings quoted or literal, keys too.

use super::super::take::bounded;
use crate::{CallError, Kind, Object, Value};

/// Where quoted text is broken at the next space.
const WIDTH: usize = 80;

/// Longer keys are written behind a question mark.
const LONGEST_KEY: usize = 128;

/// The value, which is wholly known, as a document.
pub(super) fn encode(value: &Value) -> Result<String, CallError> {
    let mut writer = Writer {
        out: String::new(),
        column: 0,
        indent: None,
        after_space: true,
        only_indented: true,
    };
    writer.node(value, false)?;
    writer.line_start();
    let plain = matches!(value.kind, Kind::Null(_) | Kind::Bool(_) | Kind::Number(_));
    if plain {
        // Nothing else tells where a plain scalar ends.
        writer.out.push_str("...\n");
    }
    Ok(writer.out)
}

struct Writer {
    out: String,
    /// Characters on the current line.
    column: usize,
    /// The indentation of the collection around; there is none around the document.
    indent: Option<usize>,
    /// White space, or nothing, was written last.
    after_space: bool,
    /// There is nothing on the line but indentation and indicators of collections.
    only_indented: bool,
}

impl Writer {
    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn line_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    /// Goes to the indentation, on a new line where something else is on this one.
    fn line_start(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let beyond = self.column > indent || (self.column == indent && !self.after_space);
        if !self.only_indented || beyond {
            self.line_break('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_space = true;
        self.only_indented = true;
    }

    /// Writes punctuation; `starts` when a collection within may go on on the same line.
    fn indicator(&mut self, indicator: &str, spaced: bool, starts: bool) {
        if spaced && !self.after_space {
            self.put(' ');
        }
        for c in indicator.chars() {
            self.put(c);
        }
        self.after_space = false;
        self.only_indented &= starts;
    }

    /// Runs `write` with an indentation one step deeper.
    fn deeper(
        &mut self,
        first: usize,
        step: usize,
        write: impl FnOnce(&mut Self) -> Result<(), CallError>,
    ) -> Result<(), CallError> {
        let outer = self.indent;
        self.indent = Some(outer.map_or(first, |indent| indent + step));
        let result = write(self);
        self.indent = outer;
        result
    }

    /// Writes a value; `mapped` when it is the value of a key.
    fn node(&mut self, value: &Value, mapped: bool) -> Result<(), CallError> {
        bounded(Some(self.out.len()))?;
        match &value.kind {
            Kind::Null(_) => self.plain("null"),
            Kind::Bool(flag) => self.plain(if *flag { "true" } else { "false" }),
            Kind::Number(number) if number.is_infinite() => {
                self.plain(if number.is_negative() { "-Inf" } else { "+Inf" });
            }
            Kind::Number(number) => self.plain(&number.to_string()),
            Kind::String(text) => self.string(text, false)?,
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                return self.sequence(items, mapped);
            }
            Kind::Map(_, members) | Kind::Object(members) => return self.mapping(members),
            Kind::Open(_) | Kind::Unknown(_) => {
                return Err(CallError::new("a part of the value is not known"));
            }
        }
        Ok(())
    }

    fn sequence(&mut self, items: &[Value], mapped: bool) -> Result<(), CallError> {
        if items.is_empty() {
            self.indicator("[", true, false);
            self.indicator("]", false, false);
            return Ok(());
        }
        // The items of a list behind its key stand right below the key.
        let step = if mapped && !self.only_indented { 0 } else { 2 };
        self.deeper(0, step, |writer| {
            for item in items {
                writer.line_start();
                writer.indicator("-", true, true);
                writer.node(item, false)?;
            }
            Ok(())
        })
    }

    fn mapping(&mut self, members: &Object) -> Result<(), CallError> {
        if members.is_empty() {
            self.indicator("{", true, false);
            self.indicator("}", false, false);
            return Ok(());
        }
        self.deeper(0, 2, |writer| {
            for (key, value) in members {
                writer.line_start();
                if !key.contains(is_break) && key.len() <= LONGEST_KEY {
                    writer.string(key, true)?;
                    writer.indicator(":", false, false);
                } else {
                    writer.indicator("?", true, true);
                    writer.string(key, false)?;
                    writer.line_start();
                    writer.indicator(":", true, true);
                }
                writer.node(value, true)?;
            }
            Ok(())
        })
    }

    fn plain(&mut self, text: &str) {
        self.indicator(text, true, false);
    }

    fn string(&mut self, text: &str, is_key: bool) -> Result<(), CallError> {
        bounded(self.out.len().checked_add(text.len()))?;
        self.deeper(2, 2, |writer| {
            if !is_key && text.contains('\n') && literal_allowed(text) {
                writer.literal(text);
            } else {
                writer.quoted(text, is_key);
            }
            Ok(())
        })
    }

    /// Writes a text line by line behind a bar.
    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.put('2');
        }
        let mut backwards = text.chars().rev();
        match (backwards.next().is_some_and(is_break), backwards.next()) {
            (false, _) => self.put('-'),
            (true, Some(c)) if !is_break(c) => {}
            (true, _) => self.put('+'),
        }
        self.line_break('\n');
        self.only_indented = true;
        self.after_space = true;
        let mut at_start = true;
        for c in text.chars() {
            if is_break(c) {
                self.line_break(c);
                self.only_indented = true;
                at_start = true;
                continue;
            }
            if at_start {
                self.line_start();
            }
            self.put(c);
            self.only_indented = false;
            at_start = false;
        }
    }

    /// Writes a text between double quotes, broken at spaces unless it is a key.
    fn quoted(&mut self, text: &str, is_key: bool) {
        self.indicator("\"", true, false);
        // The library asks the first character when it looks for a byte order mark, whichever it is at.
        let all_escaped = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut rest = text.chars().enumerate().peekable();
        while let Some((at, c)) = rest.next() {
            if let Some(escaped) = escape(c, all_escaped) {
                escaped.chars().for_each(|it| self.put(it));
                after_space = false;
                continue;
            }
            let next = rest.peek().map(|(_, next)| *next);
            let breaks = c == ' ' && !is_key && !after_space && self.column > WIDTH;
            if breaks && at > 0 && next.is_some() {
                self.line_start();
                if next == Some(' ') {
                    self.put('\\');
                }
            } else {
                self.put(c);
            }
            after_space = c == ' ';
        }
        self.indicator("\"", false, false);
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the library takes the character for printable, which it does not beyond the first plane.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

/// Whether a text with line breaks reads back the same from a literal.
fn literal_allowed(text: &str) -> bool {
    !text.ends_with(' ')
        && text.chars().all(is_printable)
        && !text.chars().zip(text.chars().skip(1)).any(|(c, next)| c == ' ' && is_break(next))
}

/// The escape sequence, where the character needs one between double quotes or `all` do.
fn escape(c: char, all: bool) -> Option<String> {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ if is_printable(c) && !all => return None,
        '\u{a0}' => '_',
        _ => {
            let code = u32::from(c);
            return Some(match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            });
        }
    };
    Some(format!("\\{short}"))
}
