//! Terraform's JSON syntax.

mod body;
mod expr;
mod kinds;
mod read;
mod string;
#[cfg(test)]
mod tests;

use groundplan_ir::FileId;

use crate::source::Source;
use crate::{Body, Parsed, SyntaxError};
use body::Bodies;
use kinds::BodyKind;
pub use read::{Kind as JsonKind, Member as JsonMember, Value as JsonValue};
pub use string::Text as JsonText;

/// Reads JSON that is no configuration, as it stands. Whoever calls this says how long a text may be.
pub fn read_json(file: FileId, text: &str) -> Result<JsonValue, SyntaxError> {
    read::read(&Source::file(file, text))
}

/// Reads a `.tf.json` file. Blocks that only a provider's schema can tell from arguments are
/// attributes whose values are objects, or tuples of objects; a key `//` in them is a comment.
pub fn parse_json(file: FileId, text: &str) -> Parsed {
    parse(file, text, BodyKind::Root)
}

/// Reads a `.tfvars.json` file: attributes whose values hold no templates.
pub fn parse_json_values(file: FileId, text: &str) -> Parsed {
    parse(file, text, BodyKind::Values)
}

fn parse(file: FileId, text: &str, kind: BodyKind) -> Parsed {
    let source = Source::file(file, text);
    let at = source.at(&(0..text.len()));
    let empty = |problem| Parsed {
        body: Body { at, ..Body::default() },
        problems: vec![problem],
        lost: true,
    };
    if let Some(problem) = source.too_large() {
        return empty(problem);
    }
    let value = match read::read(&source) {
        Ok(value) => value,
        Err(problem) => return empty(problem),
    };
    let mut bodies = Bodies::new(source);
    let mut body = bodies.body(&value, kind);
    body.at = at;
    let mut problems = bodies.problems;
    problems.sort_by_key(|problem| problem.at.start);
    let lost = !problems.is_empty();
    Parsed { body, problems, lost }
}
