//! From the text of a pattern to its tree.

use crate::error::LIMIT;
use regex_syntax::hir::{Capture, Class, ClassUnicode, Dot, Hir, Look, Repetition};

use super::{Pattern, class, escape};

/// No pattern may be longer, in bytes.
const MAX_LENGTH: usize = 1 << 20;
/// How deep groups and repetitions may nest.
const MAX_DEPTH: usize = 200;
/// What Go allows of counted repetitions, those inside one another multiplied.
const MAX_COUNT: u32 = 1000;

/// Reads a pattern.
pub(in super::super) fn parse(pattern: &str) -> Result<Pattern, String> {
    if pattern.len() > MAX_LENGTH {
        return Err(format!("a pattern of more than {MAX_LENGTH} bytes: {LIMIT}"));
    }
    let mut parser = Parser::default();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        rest = parser.step(letter, rest)?;
    }
    if !parser.open.is_empty() {
        return Err(format!("missing closing ) in {pattern}"));
    }
    let tree = parser.group.finish().tree;
    Ok(Pattern { tree, groups: parser.names })
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the flags of the syntax, each a letter"
)]
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `i`
    fold: bool,
    /// `m`
    lines: bool,
    /// `s`
    dot_all: bool,
    /// `U`
    lazy: bool,
}

struct Node {
    tree: Hir,
    /// The counts of repetitions inside one another, multiplied.
    count: u32,
    depth: usize,
}

/// A group that is still open.
#[derive(Default)]
struct Group {
    /// The alternatives that are complete.
    alternatives: Vec<Node>,
    /// The alternative at hand.
    items: Vec<Node>,
}

impl Group {
    fn end_alternative(&mut self) {
        let node = combine(std::mem::take(&mut self.items), Hir::concat);
        self.alternatives.push(node);
    }

    fn finish(mut self) -> Node {
        self.end_alternative();
        combine(self.alternatives, Hir::alternation)
    }
}

fn combine(nodes: Vec<Node>, by: fn(Vec<Hir>) -> Hir) -> Node {
    let count = nodes.iter().map(|it| it.count).max().unwrap_or(1);
    let depth = nodes.iter().map(|it| it.depth).max().unwrap_or(0);
    Node { tree: by(nodes.into_iter().map(|it| it.tree).collect()), count, depth }
}

/// What a closing bracket comes back to.
struct Outer {
    group: Group,
    flags: Flags,
    /// The number of the group that closes, when it captures.
    capture: Option<u32>,
}

#[derive(Default)]
struct Parser {
    group: Group,
    open: Vec<Outer>,
    flags: Flags,
    names: Vec<Option<String>>,
    /// What stands before is a repetition, which may not be repeated at once.
    repeated: bool,
}

impl Parser {
    /// Takes what `rest` starts with; `letter` is its first character.
    fn step<'t>(&mut self, letter: char, rest: &'t str) -> Result<&'t str, String> {
        let behind = rest.strip_prefix(letter).unwrap_or_default();
        let repeated = std::mem::take(&mut self.repeated);
        match letter {
            '(' => return self.open(rest),
            ')' => self.close(rest)?,
            '|' => self.group.end_alternative(),
            '^' => self.look(if self.flags.lines { Look::StartLF } else { Look::Start }),
            '$' => self.look(if self.flags.lines { Look::EndLF } else { Look::End }),
            '.' => {
                let all = self.flags.dot_all;
                self.push(Hir::dot(if all { Dot::AnyChar } else { Dot::AnyCharExceptLF }));
            }
            '[' => {
                let (class, behind) = escape::bracketed(rest, self.flags.fold)?;
                self.class(class);
                return Ok(behind);
            }
            '*' => return self.repeat((0, None), false, rest, behind, repeated),
            '+' => return self.repeat((1, None), false, rest, behind, repeated),
            '?' => return self.repeat((0, Some(1)), false, rest, behind, repeated),
            '{' => {
                if let Some((counts, behind)) = counts(behind) {
                    let counts = counts.ok_or_else(|| invalid_count(rest))?;
                    return self.repeat(counts, true, rest, behind, repeated);
                }
                self.literal('{'.into());
            }
            '\\' => return self.backslash(rest),
            _ => self.literal(letter.into()),
        }
        Ok(behind)
    }

    fn push(&mut self, tree: Hir) {
        self.group.items.push(Node { tree, count: 1, depth: 0 });
    }

    fn look(&mut self, look: Look) {
        self.push(Hir::look(look));
    }

    fn class(&mut self, class: ClassUnicode) {
        self.push(Hir::class(Class::Unicode(class)));
    }

    fn literal(&mut self, point: u32) {
        match char::from_u32(point) {
            Some(letter) if !self.flags.fold => {
                self.push(Hir::literal(letter.encode_utf8(&mut [0; 4]).as_bytes()));
            }
            Some(_) => self.class(class::folded(escape::span(point, point), true)),
            None => self.push(Hir::fail()),
        }
    }

    fn backslash<'t>(&mut self, rest: &'t str) -> Result<&'t str, String> {
        let mut chars = rest.chars();
        let look = match chars.by_ref().nth(1) {
            Some('A') => Look::Start,
            Some('z') => Look::End,
            Some('b') => Look::WordAscii,
            Some('B') => Look::WordAsciiNegate,
            Some('Q') => {
                let (text, behind) =
                    chars.as_str().split_once(r"\E").unwrap_or((chars.as_str(), ""));
                text.chars().for_each(|it| self.literal(it.into()));
                return Ok(behind);
            }
            _ => {
                if let Some((class, behind)) = escape::named_class(rest, self.flags.fold)? {
                    self.class(class);
                    return Ok(behind);
                }
                let (point, behind) = escape::character(rest)?;
                self.literal(point);
                return Ok(behind);
            }
        };
        self.look(look);
        Ok(chars.as_str())
    }

    fn repeat<'t>(
        &mut self,
        (min, max): (u32, Option<u32>),
        counted: bool,
        whole: &str,
        behind: &'t str,
        repeated: bool,
    ) -> Result<&'t str, String> {
        let lazy = behind.strip_prefix('?');
        if repeated {
            return Err(format!("invalid nested repetition operator in {whole}"));
        }
        let Some(Node { tree, count, depth }) = self.group.items.pop() else {
            return Err(format!("missing argument to repetition operator in {whole}"));
        };
        let count = match max.unwrap_or(min) {
            _ if !counted => count,
            0 => 1,
            times => count.saturating_mul(times),
        };
        if counted && count > MAX_COUNT {
            return Err(invalid_count(whole));
        }
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        let greedy = lazy.is_some() == self.flags.lazy;
        let tree = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(tree) });
        self.group.items.push(Node { tree, count, depth: depth + 1 });
        self.repeated = true;
        Ok(lazy.unwrap_or(behind))
    }

    fn open<'t>(&mut self, rest: &'t str) -> Result<&'t str, String> {
        let inner = rest.strip_prefix('(').unwrap_or(rest);
        let Some(special) = inner.strip_prefix('?') else {
            self.names.push(None);
            self.enter(true)?;
            return Ok(inner);
        };
        if let Some(named) = special.strip_prefix("P<").or_else(|| special.strip_prefix('<')) {
            let (name, behind) = named
                .split_once('>')
                .filter(|(name, _)| is_name(name))
                .ok_or_else(|| format!("invalid named capture in {rest}"))?;
            self.names.push(Some(name.to_owned()));
            self.enter(true)?;
            return Ok(behind);
        }
        self.flags(special)
            .ok_or_else(|| format!("invalid or unsupported Perl syntax in {rest}"))?
    }

    /// `i-s:` or `i-s)`, behind `(?`.
    fn flags<'t>(&mut self, special: &'t str) -> Option<Result<&'t str, String>> {
        let mut flags = self.flags;
        let mut on = true;
        // A minus must be followed by a flag.
        let mut complete = true;
        let mut chars = special.chars();
        loop {
            match chars.next()? {
                'i' => flags.fold = on,
                'm' => flags.lines = on,
                's' => flags.dot_all = on,
                'U' => flags.lazy = on,
                '-' if on => {
                    on = false;
                    complete = false;
                    continue;
                }
                end @ (':' | ')') if complete => {
                    let entered = if end == ':' { self.enter(false) } else { Ok(()) };
                    self.flags = flags;
                    return Some(entered.map(|()| chars.as_str()));
                }
                _ => return None,
            }
            complete = true;
        }
    }

    fn enter(&mut self, captures: bool) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep());
        }
        let number = u32::try_from(self.names.len()).map_err(|_| too_deep())?;
        let capture = captures.then_some(number);
        let group = std::mem::take(&mut self.group);
        self.open.push(Outer { group, flags: self.flags, capture });
        Ok(())
    }

    fn close(&mut self, rest: &str) -> Result<(), String> {
        let outer = self.open.pop().ok_or_else(|| format!("unexpected ) in {rest}"))?;
        let inner = std::mem::replace(&mut self.group, outer.group);
        self.flags = outer.flags;
        let Node { mut tree, count, depth } = inner.finish();
        if depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        if let Some(index) = outer.capture {
            // Names are kept aside, since one may be used twice.
            tree = Hir::capture(Capture { index, name: None, sub: Box::new(tree) });
        }
        self.group.items.push(Node { tree, count, depth: depth + 1 });
        Ok(())
    }
}

fn too_deep() -> String {
    "expression nests too deeply".to_owned()
}

fn invalid_count(rest: &str) -> String {
    format!("invalid repeat count in {rest}")
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it == b'_' || it.is_ascii_alphanumeric())
}

type Counts = (u32, Option<u32>);

/// `2}`, `2,}` or `2,3}`, behind the opening brace, and what follows. No counts at all when it is not of
/// that form (then the brace stands for itself); counts that are not allowed are `None` inside.
fn counts(behind: &str) -> Option<(Option<Counts>, &str)> {
    let (min, rest) = count(behind)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (max, rest) = count(rest)?;
            (Some(max), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    let allowed = min <= MAX_COUNT && max.is_none_or(|max| max <= MAX_COUNT && min <= max);
    Some((allowed.then_some((min, max)), rest))
}

/// A decimal number without leading zeros.
fn count(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
