//! The indent that `<<-` takes off.

use super::{Token, TokenKind};

/// Takes the smallest indent of all lines off each of them.
///
/// HCL looks at the tokens that start a line, after `~` has trimmed them: one that is blank up to
/// its line break does not count, and one that is no text counts as not indented.
pub(super) fn dedent(tokens: &mut [Token]) {
    let mut indent = usize::MAX;
    let mut lines = Vec::new();
    let mut line_start = true;
    for token in tokens {
        let TokenKind::Literal(text) = &mut token.kind else {
            if line_start {
                indent = 0;
            }
            line_start = false;
            continue;
        };
        let starts_line = std::mem::replace(&mut line_start, text.ends_with('\n'));
        let blank = text.ends_with('\n') && text.chars().all(char::is_whitespace);
        if starts_line && !blank {
            indent = indent.min(text.chars().take_while(|c| c.is_whitespace()).count());
            lines.push(text);
        }
    }
    for line in lines {
        *line = line.chars().skip(indent).collect();
    }
}
