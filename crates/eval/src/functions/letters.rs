//! Upper, lower and title case as Terraform maps them: letter by letter, never one letter to several.

/// The only letter that has a lower case of its own and one of several letters besides.
const DOTTED_I: char = '\u{130}';

pub(super) fn upper(text: &str) -> String {
    text.chars().map(upper_letter).collect()
}

pub(super) fn lower(text: &str) -> String {
    let letter = |it: char| {
        if it == DOTTED_I { 'i' } else { single(it.to_lowercase()).unwrap_or(it) }
    };
    text.chars().map(letter).collect()
}

/// The first letter of each word in title case, the others as they are.
pub(super) fn title(text: &str) -> String {
    let mut previous = ' ';
    let mut titled = String::with_capacity(text.len());
    for it in text.chars() {
        titled.push(if separates(previous) { title_letter(it) } else { it });
        previous = it;
    }
    titled
}

/// Whether a word may start after this letter.
fn separates(it: char) -> bool {
    if it.is_ascii() { !(it.is_ascii_alphanumeric() || it == '_') } else { it.is_whitespace() }
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

fn upper_letter(it: char) -> char {
    // Greek letters with a subscript iota have an upper case in one letter (called title case) beside
    // the one in two that `to_uppercase` gives.
    let one = match it {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            u32::from(it) + 8
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => u32::from(it) + 9,
        _ => return single(it.to_uppercase()).unwrap_or(it),
    };
    char::from_u32(one).unwrap_or(it)
}

fn title_letter(it: char) -> char {
    match it {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian has capitals, but titles do not use them.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => it,
        _ => upper_letter(it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_stays_one() {
        assert_eq!(upper("straße ﬀ ᾳ ŉ"), "STRAßE ﬀ ᾼ ŉ");
        assert_eq!(lower("ÀİΑΣ"), "àiας".replace('ς', "σ"));
    }

    #[test]
    fn words_of_a_title() {
        assert_eq!(title("hello-world foo_bar o'neil"), "Hello-World Foo_bar O'Neil");
        assert_eq!(title("été à\u{a0}la 1st ǆ"), "Été À\u{a0}La 1st ǅ");
    }
}
