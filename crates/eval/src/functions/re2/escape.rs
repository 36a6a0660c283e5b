//! What stands behind a backslash, and classes in square brackets.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::class;

/// A character, which may be half of a surrogate pair: Go has those, text does not.
type Point = u32;

/// `\p{Greek}`, `\PL` and `\d`, when `rest` starts with one: the class and what follows.
pub(super) fn named_class(rest: &str, fold: bool) -> Result<Option<(ClassUnicode, &str)>, String> {
    let Some(behind) = rest.strip_prefix('\\') else {
        return Ok(None);
    };
    let mut chars = behind.chars();
    let Some(letter) = chars.next() else {
        return Ok(None);
    };
    if matches!(letter, 'p' | 'P') {
        return unicode_class(rest, chars.as_str(), letter == 'P', fold).map(Some);
    }
    let Some(class) = class::perl(letter.to_ascii_lowercase()) else {
        return Ok(None);
    };
    let class = class::signed(class::folded(class, fold), letter.is_ascii_uppercase());
    Ok(Some((class, chars.as_str())))
}

fn unicode_class<'t>(
    whole: &str,
    behind: &'t str,
    upper: bool,
    fold: bool,
) -> Result<(ClassUnicode, &'t str), String> {
    let refused = || format!("invalid character class range in {whole}");
    let braced = behind.strip_prefix('{').map(|inner| inner.split_once('}'));
    let (name, rest) = braced
        .unwrap_or_else(|| behind.split_at_checked(behind.chars().next().map_or(0, char::len_utf8)))
        .ok_or_else(refused)?;
    let (name, negated) = match name.strip_prefix('^') {
        Some(name) => (name, !upper),
        None => (name, upper),
    };
    let class = class::unicode(name).ok_or_else(refused)?;
    Ok((class::signed(class::folded(class, fold), negated), rest))
}

/// One character written with a backslash; `rest` starts with it.
pub(super) fn character(rest: &str) -> Result<(Point, &str), String> {
    let mut chars = rest.chars();
    chars.next();
    let Some(letter) = chars.next() else {
        return Err("trailing backslash at end of expression".to_owned());
    };
    let refused = || format!("invalid escape sequence in {rest}");
    let behind = chars.as_str();
    let point = match letter {
        '0'..='7' => return octal(letter, behind).ok_or_else(refused),
        'x' => return hexadecimal(behind).ok_or_else(refused),
        'a' => 7,
        'f' => 0xc,
        'n' => 0xa,
        'r' => 0xd,
        't' => 9,
        'v' => 0xb,
        _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => letter.into(),
        _ => return Err(refused()),
    };
    Ok((point, behind))
}

/// Up to three octal digits; a single one other than 0 would be a reference to a group.
fn octal(first: char, behind: &str) -> Option<(Point, &str)> {
    let more = behind.bytes().take(2).take_while(|it| matches!(it, b'0'..=b'7')).count();
    if first != '0' && more == 0 {
        return None;
    }
    let (digits, rest) = behind.split_at_checked(more)?;
    let start = first.to_digit(8)?;
    let point = digits.chars().try_fold(start, |point, it| Some(point * 8 + it.to_digit(8)?))?;
    Some((point, rest))
}

/// `41` or `{1F600}`, behind `\x`.
fn hexadecimal(behind: &str) -> Option<(Point, &str)> {
    let (digits, rest) = match behind.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => behind.split_at_checked(2)?,
    };
    let mut point = 0;
    for digit in digits.chars() {
        point = point * 16 + digit.to_digit(16)?;
        if point > char::MAX.into() {
            return None;
        }
    }
    (!digits.is_empty()).then_some((point, rest))
}

/// The characters from one point to another; what is no character is left out.
pub(super) fn span(from: Point, to: Point) -> ClassUnicode {
    let start = (from..=to.min(0xe000)).find_map(char::from_u32);
    let start = start.or_else(|| char::from_u32(from));
    let end = if (0xd800..0xe000).contains(&to) { Some('\u{d7ff}') } else { char::from_u32(to) };
    match (start, end) {
        (Some(start), Some(end)) if start <= end => {
            ClassUnicode::new([ClassUnicodeRange::new(start, end)])
        }
        _ => ClassUnicode::empty(),
    }
}

/// `[…]`, with `rest` behind the opening bracket: the class and what follows.
pub(super) fn bracketed(whole: &str, fold: bool) -> Result<(ClassUnicode, &str), String> {
    let missing = || format!("missing closing ] in {whole}");
    let mut rest = whole.strip_prefix('[').unwrap_or(whole);
    let negated = rest.starts_with('^');
    rest = rest.strip_prefix('^').unwrap_or(rest);
    let mut all = ClassUnicode::empty();
    let mut first = true;
    loop {
        // A closing bracket that stands first is one of the characters.
        if !first && let Some(behind) = rest.strip_prefix(']') {
            return Ok((class::signed(all, negated), behind));
        }
        first = false;
        if rest.is_empty() {
            return Err(missing());
        }
        let (class, behind) = match posix_class(rest, fold)? {
            Some(found) => found,
            None => match named_class(rest, fold)? {
                Some(found) => found,
                None => single_or_range(rest, fold).ok_or_else(missing)??,
            },
        };
        all.union(&class);
        rest = behind;
    }
}

fn posix_class(rest: &str, fold: bool) -> Result<Option<(ClassUnicode, &str)>, String> {
    let Some((name, behind)) = rest.strip_prefix("[:").and_then(|it| it.split_once(":]")) else {
        return Ok(None);
    };
    let (plain, negated) = match name.strip_prefix('^') {
        Some(plain) => (plain, true),
        None => (name, false),
    };
    let class = class::posix(plain)
        .ok_or_else(|| format!("invalid character class range in [:{name}:]"))?;
    Ok(Some((class::signed(class::folded(class, fold), negated), behind)))
}

type Item<'t> = Result<(ClassUnicode, &'t str), String>;

/// A character or a range of them; `None` where the text ends.
fn single_or_range(rest: &str, fold: bool) -> Option<Item<'_>> {
    let (from, mut behind) = match class_character(rest)? {
        Ok(found) => found,
        Err(error) => return Some(Err(error)),
    };
    let mut to = from;
    // A minus before the closing bracket is one of the characters.
    if let Some(upper) =
        behind.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(']'))
    {
        (to, behind) = match class_character(upper)? {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        if to < from {
            return Some(Err(format!("invalid character class range in {rest}")));
        }
    }
    Some(Ok((class::folded(span(from, to), fold), behind)))
}

fn class_character(rest: &str) -> Option<Result<(Point, &str), String>> {
    if rest.starts_with('\\') {
        return Some(character(rest));
    }
    let mut chars = rest.chars();
    let letter = chars.next()?;
    Some(Ok((letter.into(), chars.as_str())))
}
